/* onward_moves.c - the verbs of an onward referral's states. */
#include "onward_moves.h"

#include <string.h>

#include "onward.h"
#include "person/consents.h"
#include "referral/moves.h"
#include "services.h"

typedef Wellgate__Referrals__V1__Referral Referral;

/* A service passes nothing on, and always is somebody's. */
#define VERBS_ONWARD (VERBS_ALL & ~(VERB_BIT(ASSIGN) | VERB_BIT(TRANSFER)))

static struct moving
moving_of(Onward *onward)
{
    return (struct moving){
        .name = onward->name,
        .noun = "onward_referral",
        .requester = onward->referrer,
        .target = onward->organisation,
        .earliest = onward->referred_date,
        .verbs = VERBS_ONWARD,
        .state = &onward->state,
        .moves = &onward->moves,
        .n_moves = &onward->n_moves,
        .notes = &onward->move_notes,
        .n_notes = &onward->n_move_notes,
    };
}

/* ---- What follows from a move ---- */

static const struct wg_problem *
require_consent(struct wg_call *call, const Onward *onward)
{
    const struct wg_problem *problem;
    bool allowed;

    if ((problem = consent_in_force(call, onward->person, CONSENT_PURPOSE(ONWARD_REFERRAL),
                                    wg_today(call, onward->name), &allowed)))
        return problem;
    return allowed ? NULL : wg_fail(call, &wg_conflict, "it needs the person's consent to "
                                    "ONWARD_REFERRAL, and none is in force");
}

/* The service is told of it, where it takes people and the person agreed. */
static const struct wg_problem *
send(struct wg_call *call, Onward *onward)
{
    const struct wg_problem *problem;
    bool waits;

    if ((problem = require_consent(call, onward)) ||
        (problem = service_request(call, onward->service, &waits)))
        return problem;
    onward->addressed_to = onward->organisation;
    if (waits)
        onward->waiting_since = onward->moves[onward->n_moves - 1]->date;
    return NULL;
}

static const struct wg_problem *
follow(struct wg_call *call, Onward *onward)
{
    if (onward->state == REFERRAL_STATE(REQUESTED))
        return send(call, onward);
    if (onward->state == REFERRAL_STATE(ENTERED_IN_ERROR))
        onward->addressed_to = "";
    if (!*onward->waiting_since)
        return NULL;
    onward->waiting_since = "";
    return service_unlist(call, onward->service);
}

/* Who works with the person now stands in for who asked: a referral may have been
 * transferred since. */
static const struct wg_problem *
sides_of(struct wg_call *call, const struct moving *moving, unsigned *sides)
{
    const char *base = wg_name_parent(call, moving->name, 2);
    const struct wg_problem *problem;
    struct wg_record record;

    if (!base)
        return wg_no_memory(call);
    if ((problem = wg_load(call, base, &record)))
        return problem;
    *sides = move_sides(call, moving);
    if (strcmp(((const Referral *)record.message)->addressed_to,
               wg_caller(call)->organisation) == 0)
        *sides |= REQUESTER;
    return NULL;
}

/* ---- What follows from a consent ---- */

struct sent_on {
    Onward *onward;
    struct sent_on *next;
};

struct search {
    struct wg_call *call;
    struct sent_on *first;
    bool allowed, out_of_memory;
};

static bool
was_sent(const Onward *onward)
{
    return onward->state && onward->state != REFERRAL_STATE(DRAFT) &&
           onward->state != REFERRAL_STATE(ENTERED_IN_ERROR);
}

/* Visiting writes nothing: they are found first. */
static bool
take_untold(void *context, const struct wg_record *record)
{
    struct search *search = context;
    Onward *onward = (Onward *)record->message;
    struct sent_on *one;

    if (!was_sent(onward) || (*onward->addressed_to != '\0') == search->allowed)
        return true;
    if (!(one = wg_alloc(wg_call_arena(search->call), sizeof(*one))))
        return !(search->out_of_memory = true);
    *one = (struct sent_on){onward, search->first};
    search->first = one;
    return true;
}

const struct wg_problem *
onward_tell(struct wg_call *call, const char *person, bool allowed)
{
    const char *all = wg_format(wg_call_arena(call), "%s/referrals/-",
                                wg_name_parent(call, person, 1));
    struct search search = {.call = call, .allowed = allowed};
    const struct wg_problem *problem;

    if (!all)
        return wg_no_memory(call);
    problem = wg_find(call, "referrals/OnwardReferral", all, "person", &person, 1, take_untold,
                      &search);
    if (!problem && search.out_of_memory)
        return wg_no_memory(call);
    for (struct sent_on *one = search.first; !problem && one; one = one->next) {
        one->onward->addressed_to = allowed ? one->onward->organisation : "";
        problem = wg_update(call, &one->onward->base, NULL);
    }
    return problem;
}

/* ---- The verbs ---- */

static const struct wg_problem *
move(struct wg_call *call, enum verb verb)
{
    const MoveRequest *request = (const void *)wg_input(call);
    const struct wg_problem *problem;
    struct wg_record record;
    struct moving moving;
    const char *event;
    unsigned sides;
    Onward *onward;

    if ((problem = wg_load(call, request->name, &record)))
        return problem;
    onward = (Onward *)record.message;
    if (onward_is_signpost(onward))
        return wg_fail(call, &wg_conflict, "it is a signpost, which makes no moves");
    moving = moving_of(onward);
    if (!(event = move_event(call, &moving, verb)))
        return wg_no_memory(call);
    if ((problem = sides_of(call, &moving, &sides)) ||
        (problem = move_make(call, &moving, verb, sides, request)) ||
        (problem = follow(call, onward)) || (problem = wg_update(call, &onward->base, event)))
        return problem;
    wg_answer(call, &onward->base);
    return NULL;
}

#define MOVES(function, verb) \
    const struct wg_problem *function(struct wg_call *call) { return move(call, verb); }

MOVES(onward_submit, VERB_SUBMIT)
MOVES(onward_accept, VERB_ACCEPT)
MOVES(onward_reject, VERB_REJECT)
MOVES(onward_start, VERB_START)
MOVES(onward_hold, VERB_HOLD)
MOVES(onward_resume, VERB_RESUME)
MOVES(onward_complete, VERB_COMPLETE)
MOVES(onward_cancel, VERB_CANCEL)
MOVES(onward_fail, VERB_FAIL)
MOVES(onward_reopen, VERB_REOPEN)
MOVES(onward_mark_error, VERB_MARK_ERROR)
