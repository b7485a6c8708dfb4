/* referrals.c - people under pseudonyms, and the states of their referrals. */
#include <stdio.h>
#include <string.h>
#include <wellgate/plugin.h>

#include "states.h"

typedef Wellgate__Referrals__V1__Person Person;
typedef Wellgate__Referrals__V1__Referral__Move Move;
typedef Wellgate__Referrals__V1__MoveReferralRequest MoveReferralRequest;

WG_EMBED(referrals_descriptors, "referrals.pb");

enum { MOVES_MAX = 100, AGE_MAX = 120, BAND_YEARS_LEAST = 5 };

static const struct wg_problem *
no_memory(struct wg_call *call)
{
    return wg_fail(call, &wg_payload_too_large, "it holds too much");
}

/* ---- People ---- */

/* Of its own random bits, so that it leads to the person for nobody. */
static char *
new_pseudonym(struct wg_call *call)
{
    char *id = wg_new_id(call, true);

    for (char *c = id; c && *c; c++)
        if (*c >= 'a')
            *c = (char)(*c - 'a' + 'A');
    return id ? wg_format(wg_call_arena(call), "P-%.4s-%.4s", id, id + 4) : NULL;
}

static bool
add_organisation(struct wg_call *call, char ***list, size_t *n, const char *organisation)
{
    char **more = wg_alloc_array(wg_call_arena(call), *n + 1, sizeof(*more));

    for (size_t i = 0; i < *n; i++)
        if (strcmp((*list)[i], organisation) == 0)
            return true;
    if (!more || !*organisation)
        return more;
    if (*n)
        memcpy(more, *list, *n * sizeof(*more));
    more[(*n)++] = (char *)organisation;
    *list = more;
    return true;
}

/* A band of a year or two would tell more than an age should. */
static void
check_age_band(struct wg_call *call, const char *band)
{
    unsigned first, last;

    if (sscanf(band, "%3u-%3u", &first, &last) == 2 &&
        (last > AGE_MAX || first + BAND_YEARS_LEAST - 1 > last))
        wg_violation(call, "/ageBand", "OUT_OF_RANGE", "must be at least %d years wide: 55-59",
                     BAND_YEARS_LEAST);
}

static const struct wg_problem *
check_person(struct wg_call *call, const ProtobufCMessage *before, ProtobufCMessage *after)
{
    Person *person = (Person *)after;

    if (!person)
        return NULL;
    check_age_band(call, person->age_band);
    if (before)
        return NULL;
    person->pseudonym = new_pseudonym(call);
    if (!person->pseudonym ||
        !add_organisation(call, &person->referrers, &person->n_referrers,
                          wg_caller(call)->organisation))
        return no_memory(call);
    return NULL;
}

/* Who refers or works with a person may see the person. */
static const struct wg_problem *
open_person_to(struct wg_call *call, const Referral *referral)
{
    const struct wg_problem *problem;
    struct wg_record record;
    Person *person;
    size_t seen;

    if ((problem = wg_load_at(call, "/person", referral->person, &record)))
        return problem;
    person = (Person *)record.message;
    seen = person->n_referrers + person->n_providers;
    if (!add_organisation(call, &person->referrers, &person->n_referrers, referral->referrer) ||
        !add_organisation(call, &person->providers, &person->n_providers, referral->provider))
        return no_memory(call);
    if (seen == person->n_referrers + person->n_providers)
        return NULL;
    return wg_update(call, &person->base, "person.opened");
}

/* ---- Referrals ---- */

static const struct wg_problem *
require_provider(struct wg_call *call, const Referral *referral)
{
    const char *participant =
        wg_format(wg_call_arena(call), "%s/participants/%s",
                  wg_name_parent(call, referral->name, 1), wg_name_id(referral->provider));
    const struct wg_problem *problem;
    bool exists = true;

    if (!participant)
        return no_memory(call);
    if (*referral->provider && (problem = wg_exists(call, participant, &exists)))
        return problem;
    if (!exists)
        wg_violation(call, "/provider", "NOT_FOUND", "takes no part in the programme");
    return wg_violations(call);
}

static const struct wg_problem *
begin_referral(struct wg_call *call, Referral *referral)
{
    const struct wg_problem *problem;
    wg_date today = wg_today(call, referral->name), referred;
    char *text = wg_alloc(wg_call_arena(call), WG_DATE_TEXT_BYTES);

    if (!text)
        return no_memory(call);
    if ((problem = require_provider(call, referral)))
        return problem;
    referral->state = REFERRAL_STATE(DRAFT);
    referral->referrer = (char *)wg_caller(call)->organisation;
    if (!*referral->referred_date)
        referral->referred_date = wg_date_format(today, text);
    else if (wg_date_parse(referral->referred_date, &referred) && referred > today)
        wg_violation(call, "/referredDate", "OUT_OF_RANGE", "is in the future");
    return wg_violations(call);
}

static bool
same_reasons(const Referral *a, const Referral *b)
{
    for (size_t i = 0; a->n_reasons == b->n_reasons && i < a->n_reasons; i++)
        if (strcmp(a->reasons[i], b->reasons[i]) != 0)
            return false;
    return a->n_reasons == b->n_reasons;
}

/* What was sent to a provider stands: it acts on what it has read. */
static const struct wg_problem *
change_referral(struct wg_call *call, const Referral *before, const Referral *after)
{
    bool same_provider = strcmp(before->provider, after->provider) == 0;

    if (before->state != REFERRAL_STATE(DRAFT) &&
        !(same_provider && same_reasons(before, after)))
        return wg_fail(call, &wg_conflict, "it is %s; provider and reasons change in a draft only",
                       state_name(before->state));
    return same_provider ? NULL : require_provider(call, after);
}

static const struct wg_problem *
check_referral(struct wg_call *call, const ProtobufCMessage *before, ProtobufCMessage *after)
{
    Referral *referral = (Referral *)after;

    if (!referral)
        return NULL;
    return before ? change_referral(call, (const Referral *)before, referral)
                  : begin_referral(call, referral);
}

/* ---- Moves ---- */

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
        return no_memory(call);
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
        return no_memory(call);
    if (to == REFERRAL_STATE(REQUESTED)) {
        referral->addressed_to = referral->provider;
        if ((problem = open_person_to(call, referral)))
            return problem;
    }
    if ((problem = wg_update(call, &referral->base, event)))
        return problem;
    wg_answer(call, &referral->base);
    return NULL;
}

static const struct wg_problem *
submit(struct wg_call *call)
{
    return move(call, REFERRAL_STATE(REQUESTED), "referral.submitted");
}

static const struct wg_problem *
accept(struct wg_call *call)
{
    return move(call, REFERRAL_STATE(ACCEPTED), "referral.accepted");
}

static const struct wg_problem *
start(struct wg_call *call)
{
    return move(call, REFERRAL_STATE(IN_PROGRESS), "referral.started");
}

static const struct wg_problem *
hold(struct wg_call *call)
{
    return move(call, REFERRAL_STATE(ON_HOLD), "referral.held");
}

static const struct wg_problem *
resume(struct wg_call *call)
{
    return move(call, REFERRAL_STATE(IN_PROGRESS), "referral.resumed");
}

static const struct wg_problem *
complete(struct wg_call *call)
{
    return move(call, REFERRAL_STATE(COMPLETED), "referral.completed");
}

static const struct wg_problem *
cancel(struct wg_call *call)
{
    return move(call, REFERRAL_STATE(CANCELLED), "referral.cancelled");
}

/* ---- What the gateway is told ---- */

static const struct wg_method methods[] = {
    {.name = "Referrals/SubmitReferral", .run = submit},
    {.name = "Referrals/AcceptReferral", .run = accept},
    {.name = "Referrals/StartReferral", .run = start},
    {.name = "Referrals/HoldReferral", .run = hold},
    {.name = "Referrals/ResumeReferral", .run = resume},
    {.name = "Referrals/CompleteReferral", .run = complete},
    {.name = "Referrals/CancelReferral", .run = cancel},
    {0},
};

static const struct wg_rule rules[] = {
    {"referrals/Person", check_person},
    {"referrals/Referral", check_referral},
    {0},
};

WG_PLUGIN = {
    WG_PLUGIN_ABI,
    .name = "referrals",
    .descriptor_set = {referrals_descriptors, referrals_descriptors_end},
    .methods = methods,
    .rules = rules,
};
