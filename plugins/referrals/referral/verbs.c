/* verbs.c - the verbs of a referral's states. */
#include "verbs.h"

#include <string.h>

#include "chasing.h"
#include "pathway.h"

typedef Wellgate__Referrals__V1__AssignReferralRequest AssignRequest;
typedef Wellgate__Referrals__V1__TransferReferralRequest TransferRequest;

static struct moving
moving_of(Referral *referral)
{
    return (struct moving){
        .name = referral->name,
        .noun = "referral",
        .requester = referral->referrer,
        .target = referral->provider,
        .earliest = referral->referred_date,
        .verbs = VERBS_ALL,
        .state = &referral->state,
        .moves = &referral->moves,
        .n_moves = &referral->n_moves,
        .notes = &referral->move_notes,
        .n_notes = &referral->n_move_notes,
    };
}

unsigned
referral_sides(struct wg_call *call, Referral *referral)
{
    const struct moving moving = moving_of(referral);

    return move_sides(call, &moving);
}

/* ---- What follows from a move ---- */

/* Who may see it and the person, now that it has moved. A provider that was told of
 * somebody by mistake, or has passed the work on, sees no more of the person unless
 * another referral says so. */
static const struct wg_problem *
share(struct wg_call *call, Referral *referral)
{
    const char *former = referral->addressed_to;
    const struct wg_problem *problem;

    if (referral->state == REFERRAL_STATE(REQUESTED)) {
        referral->addressed_to = referral->provider;
        if ((problem = person_open_to(call, referral)))
            return problem;
    }
    if (referral->state == REFERRAL_STATE(ENTERED_IN_ERROR) ||
        strcmp(former, referral->addressed_to) != 0)
        return person_close_to(call, referral, former);
    return NULL;
}

/* The link worker's code was the former provider's own: another may have the same. */
static void
hand_over(Referral *referral, char *provider)
{
    referral->provider = provider;
    referral->link_worker = (char *)"";
    referral->moves[referral->n_moves - 1]->provider = provider;
}

const struct wg_problem *
referral_move(struct wg_call *call, Referral *referral, enum verb verb, unsigned sides,
              const MoveRequest *request, char *provider)
{
    const struct moving moving = moving_of(referral);
    const struct wg_problem *problem;
    const char *event = move_event(call, &moving, verb);

    if (!event)
        return wg_no_memory(call);
    if ((problem = move_make(call, &moving, verb, sides, request)))
        return problem;
    if (provider)
        hand_over(referral, provider);
    if ((problem = share(call, referral)) || (problem = await_answer(call, referral)))
        return problem;
    return wg_update(call, &referral->base, event);
}

/* ---- The verbs ---- */

static const struct wg_problem *
move(struct wg_call *call, Referral *referral, enum verb verb, const MoveRequest *request,
     char *provider)
{
    const struct wg_problem *problem =
        referral_move(call, referral, verb, referral_sides(call, referral), request, provider);

    if (!problem)
        wg_answer(call, &referral->base);
    return problem;
}

static const struct wg_problem *
move_as_asked(struct wg_call *call, enum verb verb)
{
    const MoveRequest *request = (const void *)wg_input(call);
    const struct wg_problem *problem;
    struct wg_record record;

    if ((problem = wg_load(call, request->name, &record)))
        return problem;
    return move(call, (Referral *)record.message, verb, request, NULL);
}

#define MOVES_AS_ASKED(function, verb) \
    const struct wg_problem *function(struct wg_call *call) { return move_as_asked(call, verb); }

MOVES_AS_ASKED(referral_submit, VERB_SUBMIT)
MOVES_AS_ASKED(referral_accept, VERB_ACCEPT)
MOVES_AS_ASKED(referral_reject, VERB_REJECT)
MOVES_AS_ASKED(referral_start, VERB_START)
MOVES_AS_ASKED(referral_hold, VERB_HOLD)
MOVES_AS_ASKED(referral_resume, VERB_RESUME)
MOVES_AS_ASKED(referral_complete, VERB_COMPLETE)
MOVES_AS_ASKED(referral_cancel, VERB_CANCEL)
MOVES_AS_ASKED(referral_fail, VERB_FAIL)
MOVES_AS_ASKED(referral_mark_error, VERB_MARK_ERROR)
MOVES_AS_ASKED(referral_reopen, VERB_REOPEN)

static const struct wg_problem *
hand_to(struct wg_call *call, enum verb verb, const MoveRequest *request, char *provider)
{
    const struct wg_problem *problem;
    struct wg_record record;
    const Referral *referral;

    if ((problem = wg_load(call, request->name, &record)))
        return problem;
    referral = (const Referral *)record.message;
    if (strcmp(referral->provider, provider) == 0)
        wg_violation(call, "/provider", "DUPLICATE", "has it already");
    else if ((problem = check_provider(call, request->name, provider)))
        return problem;
    return move(call, (Referral *)record.message, verb, request, provider);
}

const struct wg_problem *
referral_assign(struct wg_call *call)
{
    const AssignRequest *request = (const void *)wg_input(call);
    MoveRequest move = WELLGATE__REFERRALS__V1__MOVE_REFERRAL_REQUEST__INIT;

    move.name = request->name;
    move.date = request->date;
    move.note = request->note;
    return hand_to(call, VERB_ASSIGN, &move, request->provider);
}

const struct wg_problem *
referral_transfer(struct wg_call *call)
{
    const TransferRequest *request = (const void *)wg_input(call);
    MoveRequest move = WELLGATE__REFERRALS__V1__MOVE_REFERRAL_REQUEST__INIT;

    move.name = request->name;
    move.reason = request->reason;
    move.date = request->date;
    move.note = request->note;
    return hand_to(call, VERB_TRANSFER, &move, request->provider);
}
