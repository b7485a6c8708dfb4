/* moves.c - moves from state to state. */
#include "moves.h"

#include <string.h>

#include "checks.h"
#include "pathway.h"

enum { MOVES_MAX = 100 };

/* ---- Who makes which ---- */

unsigned
move_sides(struct wg_call *call, const struct moving *moving)
{
    const char *organisation = wg_caller(call)->organisation;
    bool targeted = *moving->target;
    unsigned sides = 0;

    if (wg_caller_roles(call, moving->name) & 1u << WELLGATE__OPTIONS__V1__ROLE__KIND__COORDINATOR)
        sides |= COORDINATOR | (targeted ? 0 : TARGET | TRIAGE);
    if (strcmp(organisation, moving->requester) == 0)
        sides |= REQUESTER;
    if (targeted && strcmp(organisation, moving->target) == 0)
        sides |= TARGET;
    return sides;
}

/* ":accept (accepted), :cancel (cancelled)"; "none" where these sides make no move. */
static const char *
moves_of(struct wg_call *call, const struct moving *moving, unsigned sides)
{
    const struct transition *t;
    const char *list = "";

    for (size_t i = 0; list && (t = transition_at(i)); i++)
        if (t->from == *moving->state && t->by & sides && moving->verbs & 1u << t->verb)
            list = wg_format(wg_call_arena(call), "%s%s:%s (%s)", list, *list ? ", " : "",
                             verb_name(t->verb), state_name(t->to));
    return list && *list ? list : "none";
}

static const struct wg_problem *
require_move(struct wg_call *call, const struct moving *moving, enum verb verb, unsigned sides,
             const struct transition **transition)
{
    *transition = transition_find(*moving->state, verb);
    if (*transition && (*transition)->by & sides)
        return NULL;
    return wg_fail(call, *transition ? &wg_forbidden : &wg_conflict,
                   "it is %s, and %s; your organisation's moves from there: %s",
                   state_name(*moving->state),
                   *transition ? "this move is not your organisation's" : "this is no move from there",
                   moves_of(call, moving, sides));
}

/* What goes back and forth for ever is cut off, but can still end. */
static const struct wg_problem *
require_room(struct wg_call *call, const struct moving *moving, State to)
{
    if (*moving->n_moves < MOVES_MAX || state_is_final(to))
        return NULL;
    return wg_fail(call, &wg_conflict, "it has moved %d times; it can only end", MOVES_MAX);
}

/* ---- What it says ---- */

static void
check_words(struct wg_call *call, const struct transition *transition, const MoveRequest *request)
{
    unsigned owes = transition->owes, takes_reason = owes & (REASON | NOTE);

    if (owes & REASON && !*request->reason)
        wg_violation(call, "/reason", "REQUIRED", "this move needs a reason");
    if (owes & OUTPUT && !*request->output)
        wg_violation(call, "/output", "REQUIRED", "this move needs an output");
    if (owes & NOTE && !*request->note)
        wg_violation(call, "/note", "REQUIRED", "this move needs a note");
    if (!takes_reason && *request->reason)
        wg_violation(call, "/reason", "NOT_TAKEN", "this move takes no reason");
    if (!(owes & OUTPUT) && *request->output)
        wg_violation(call, "/output", "NOT_TAKEN", "this move takes no output");
}

/* Those of moves that end without success, as the programme lists them. */
static const struct wg_problem *
check_reason(struct wg_call *call, const struct moving *moving,
             const struct transition *transition, const char *reason)
{
    const struct wg_problem *problem;
    const Programme *programme;

    if (!*reason || !(transition->owes & REASON) || !state_is_final(transition->to) ||
        strcmp(reason, NO_RESPONSE) == 0)
        return NULL;
    if ((problem = programme_of(call, moving->name, &programme)))
        return problem;
    check_listed(call, "/reason", reason, programme->end_reasons, programme->n_end_reasons);
    return NULL;
}

static const char *
last_day(const struct moving *moving)
{
    return *moving->n_moves ? (*moving->moves)[*moving->n_moves - 1]->date : moving->earliest;
}

/* ---- Making it ---- */

static bool
append_move(struct wg_call *call, const struct moving *moving, const struct transition *transition,
            char *day, const MoveRequest *request)
{
    size_t n = *moving->n_moves;
    Move **moves = wg_alloc_array(wg_call_arena(call), n + 1, sizeof(*moves));
    Move *move = wg_new_message(wg_call_arena(call),
                                &wellgate__referrals__v1__referral__move__descriptor);

    if (!moves || !move)
        return false;
    move->state = *moving->state = transition->to;
    move->date = day;
    move->reason = request->reason;
    move->output = request->output;
    move->organisation = (char *)wg_caller(call)->organisation;
    if (n)
        memcpy(moves, *moving->moves, n * sizeof(*moves));
    moves[n] = move;
    *moving->moves = moves;
    *moving->n_moves = n + 1;
    return true;
}

/* At the place of the last move; where it says nothing, nothing sealed is written: the
 * record may be of somebody whose key is gone. */
static bool
append_note(struct wg_call *call, const struct moving *moving, char *note)
{
    size_t last = *moving->n_moves - 1;
    char **notes;

    if (!*note)
        return true;
    if (!(notes = wg_alloc_array(wg_call_arena(call), last + 1, sizeof(*notes))))
        return false;
    for (size_t i = 0; i < last; i++)
        notes[i] = i < *moving->n_notes ? (*moving->notes)[i] : (char *)"";
    notes[last] = note;
    *moving->notes = notes;
    *moving->n_notes = last + 1;
    return true;
}

const struct wg_problem *
move_make(struct wg_call *call, const struct moving *moving, enum verb verb, unsigned sides,
          const MoveRequest *request)
{
    const struct transition *transition;
    const struct wg_problem *problem;
    char *day;

    if ((problem = require_move(call, moving, verb, sides, &transition)) ||
        (problem = require_room(call, moving, transition->to)))
        return problem;
    check_words(call, transition, request);
    if ((problem = check_reason(call, moving, transition, request->reason)) ||
        (problem = day_said(call, moving->name, request->date, last_day(moving), &day)) ||
        (problem = wg_violations(call)))
        return problem;
    return append_move(call, moving, transition, day, request) &&
                   append_note(call, moving, request->note)
               ? NULL : wg_no_memory(call);
}

const char *
move_event(struct wg_call *call, const struct moving *moving, enum verb verb)
{
    return wg_format(wg_call_arena(call), "%s.%s", moving->noun, verb_past(verb));
}
