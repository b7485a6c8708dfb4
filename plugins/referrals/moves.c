/* moves.c - the verbs of a referral's states. */
#include "moves.h"

#include <string.h>

#include "people.h"
#include "states.h"

typedef Wellgate__Referrals__V1__Referral__Move Move;
typedef Wellgate__Referrals__V1__MoveReferralRequest MoveReferralRequest;

enum { MOVES_MAX = 100 };

static const struct wg_problem *
require_reason(struct wg_call *call, const struct transition *transition,
               const MoveReferralRequest *request)
{
    if (transition->owes_reason && !*request->reason)
        wg_violation(call, "/reason", "REQUIRED", "this move needs a reason");
    if (transition->owes_output && !*request->output)
        wg_violation(call, "/output", "REQUIRED", "this move needs an output");
    if (!transition->owes_reason && *request->reason)
        wg_violation(call, "/reason", "NOT_TAKEN", "this move takes no reason");
    if (!transition->owes_output && *request->output)
        wg_violation(call, "/output", "NOT_TAKEN", "this move takes no output");
    return wg_violations(call);
}

static const struct wg_problem *
require_move(struct wg_call *call, const Referral *referral, State to,
             const struct transition **transition)
{
    *transition = transition_find(referral->state, to);
    if (*transition && transition_by(*transition, transition_sides(call, referral)))
        return NULL;
    if (*transition)
        return wg_fail(call, &wg_forbidden, "your organisation is not the one that makes this move");
    return wg_fail(call, &wg_conflict, "it is %s; the moves from there: %s",
                   state_name(referral->state), states_after(call, referral->state));
}

/* The day of the move: not before the referral's last one, not in the future. */
static const struct wg_problem *
move_date(struct wg_call *call, const Referral *referral, const MoveReferralRequest *request,
          char **date)
{
    wg_date today = wg_today(call, referral->name), day = today;
    const char *earliest = referral->n_moves ? referral->moves[referral->n_moves - 1]->date
                                             : referral->referred_date;

    *date = wg_alloc(wg_call_arena(call), WG_DATE_TEXT_BYTES);
    if (!*date)
        return wg_no_memory(call);
    if (*request->date)
        wg_date_parse(request->date, &day);
    wg_date_format(day, *date);
    if (day > today)
        wg_violation(call, "/date", "OUT_OF_RANGE", "is in the future");
    else if (strcmp(*date, earliest) < 0)
        wg_violation(call, "/date", "OUT_OF_RANGE", "is before %s, the day before this move",
                     earliest);
    return wg_violations(call);
}

static bool
append_move(struct wg_call *call, Referral *referral, State to, char *date,
            const MoveReferralRequest *request)
{
    struct wg_arena *arena = wg_call_arena(call);
    Move **moves = wg_alloc_array(arena, referral->n_moves + 1, sizeof(*moves));
    Move *move = wg_alloc(arena, sizeof(*move));

    if (!moves || !move)
        return false;
    wellgate__referrals__v1__referral__move__init(move);
    move->state = referral->state = to;
    move->date = date;
    move->reason = request->reason;
    move->output = request->output;
    move->organisation = (char *)wg_caller(call)->organisation;
    if (referral->n_moves)
        memcpy(moves, referral->moves, referral->n_moves * sizeof(*moves));
    moves[referral->n_moves++] = move;
    referral->moves = moves;
    return true;
}

/* A referral that goes back and forth for ever is cut off, but can still end. */
static const struct wg_problem *
require_room(struct wg_call *call, const Referral *referral, State to)
{
    bool ends = to == REFERRAL_STATE(COMPLETED) || to == REFERRAL_STATE(CANCELLED);

    if (referral->n_moves < MOVES_MAX || ends)
        return NULL;
    return wg_fail(call, &wg_conflict, "it has moved %d times; it can only be completed or "
                   "cancelled", MOVES_MAX);
}

static const struct wg_problem *
move(struct wg_call *call, State to, const char *event)
{
    const MoveReferralRequest *request = (const void *)wg_input(call);
    const struct transition *transition;
    const struct wg_problem *problem;
    struct wg_record record;
    Referral *referral;
    char *date;

    if ((problem = wg_load(call, request->name, &record)))
        return problem;
    referral = (Referral *)record.message;
    if ((problem = require_move(call, referral, to, &transition)) ||
        (problem = require_room(call, referral, to)) ||
        (problem = require_reason(call, transition, request)) ||
        (problem = move_date(call, referral, request, &date)))
        return problem;
    if (to == REFERRAL_STATE(REQUESTED) && !*referral->provider)
        return wg_fail(call, &wg_conflict, "it names no provider to send it to");
    if (!append_move(call, referral, to, date, request))
        return wg_no_memory(call);
    if (to == REFERRAL_STATE(REQUESTED)) {
        referral->addressed_to = referral->provider;
        if ((problem = person_open_to(call, referral)))
            return problem;
    }
    if ((problem = wg_update(call, &referral->base, event)))
        return problem;
    wg_answer(call, &referral->base);
    return NULL;
}

const struct wg_problem *
referral_submit(struct wg_call *call)
{
    return move(call, REFERRAL_STATE(REQUESTED), "referral.submitted");
}

const struct wg_problem *
referral_accept(struct wg_call *call)
{
    return move(call, REFERRAL_STATE(ACCEPTED), "referral.accepted");
}

const struct wg_problem *
referral_start(struct wg_call *call)
{
    return move(call, REFERRAL_STATE(IN_PROGRESS), "referral.started");
}

const struct wg_problem *
referral_hold(struct wg_call *call)
{
    return move(call, REFERRAL_STATE(ON_HOLD), "referral.held");
}

const struct wg_problem *
referral_resume(struct wg_call *call)
{
    return move(call, REFERRAL_STATE(IN_PROGRESS), "referral.resumed");
}

const struct wg_problem *
referral_complete(struct wg_call *call)
{
    return move(call, REFERRAL_STATE(COMPLETED), "referral.completed");
}

const struct wg_problem *
referral_cancel(struct wg_call *call)
{
    return move(call, REFERRAL_STATE(CANCELLED), "referral.cancelled");
}
