/* milestones.c - what a referral has reached, by its days. */
#include "milestones.h"

#include <string.h>

#include "checks.h"
#include "pathway.h"
#include "verbs.h"

typedef Wellgate__Referrals__V1__Referral__Milestone Milestone;
typedef Wellgate__Referrals__V1__MilestoneRequest MilestoneRequest;

enum { MILESTONES_MAX = 100 };

/* The referral, if the caller is who works on it. */
static const struct wg_problem *
load_worked_on(struct wg_call *call, const char *name, Referral **referral)
{
    const struct wg_problem *problem;
    struct wg_record record;

    if ((problem = wg_load(call, name, &record)))
        return problem;
    *referral = (Referral *)record.message;
    if (referral_sides(call, *referral) & TARGET)
        return NULL;
    return wg_fail(call, &wg_forbidden, "milestones are recorded by the provider");
}

static const struct wg_problem *
store(struct wg_call *call, Referral *referral, const char *event)
{
    const struct wg_problem *problem = wg_update(call, &referral->base, event);

    if (!problem)
        wg_answer(call, &referral->base);
    return problem;
}

/* ---- Recording ---- */

/* Also late, of work that has ended; not of what was never taken on. */
static const struct wg_problem *
require_begun(struct wg_call *call, const Referral *referral)
{
    State state = referral->state;

    if (state != REFERRAL_STATE(DRAFT) && state != REFERRAL_STATE(REJECTED) &&
        state != REFERRAL_STATE(ENTERED_IN_ERROR))
        return NULL;
    return wg_fail(call, &wg_conflict, "it is %s: nothing is reached on it", state_name(state));
}

static const struct wg_problem *
check_milestone(struct wg_call *call, const Referral *referral, const MilestoneRequest *request,
                char **day)
{
    const struct wg_problem *problem;
    const Programme *programme;

    if ((problem = programme_of(call, referral->name, &programme)) ||
        (problem = day_said(call, referral->name, request->date, referral->referred_date, day)))
        return problem;
    check_listed(call, "/code", request->code, programme->milestones, programme->n_milestones);
    for (size_t i = 0; i < referral->n_milestones; i++)
        if (strcmp(referral->milestones[i]->code, request->code) == 0 &&
            strcmp(referral->milestones[i]->date, *day) == 0)
            wg_violation(call, "/code", "DUPLICATE", "is recorded on that day already");
    return wg_violations(call);
}

/* Behind those of the day. */
static bool
insert(struct wg_call *call, Referral *referral, char *code, char *day)
{
    size_t n = referral->n_milestones, at = n;
    Milestone **milestones = wg_alloc_array(wg_call_arena(call), n + 1, sizeof(*milestones));
    Milestone *milestone = wg_new_message(
        wg_call_arena(call), &wellgate__referrals__v1__referral__milestone__descriptor);

    if (!milestones || !milestone)
        return false;
    milestone->code = code;
    milestone->date = day;
    milestone->organisation = (char *)wg_caller(call)->organisation;
    for (; at > 0 && strcmp(referral->milestones[at - 1]->date, day) > 0; at--)
        milestones[at] = referral->milestones[at - 1];
    milestones[at] = milestone;
    if (at)
        memcpy(milestones, referral->milestones, at * sizeof(*milestones));
    referral->milestones = milestones;
    referral->n_milestones = n + 1;
    return true;
}

const struct wg_problem *
milestone_record(struct wg_call *call)
{
    const MilestoneRequest *request = (const void *)wg_input(call);
    const struct wg_problem *problem;
    Referral *referral;
    char *day;

    if ((problem = load_worked_on(call, request->name, &referral)) ||
        (problem = require_begun(call, referral)))
        return problem;
    if (referral->n_milestones == MILESTONES_MAX)
        return wg_fail(call, &wg_conflict, "it has %d milestones already", MILESTONES_MAX);
    if ((problem = check_milestone(call, referral, request, &day)))
        return problem;
    if (!insert(call, referral, request->code, day))
        return wg_no_memory(call);
    return store(call, referral, "referral.milestone-recorded");
}

/* ---- Taking back ---- */

/* The last with the code, or with code and day; n_milestones for none. */
static size_t
find_last(const Referral *referral, const MilestoneRequest *request)
{
    for (size_t i = referral->n_milestones; i-- > 0;)
        if (strcmp(referral->milestones[i]->code, request->code) == 0 &&
            (!*request->date || strcmp(referral->milestones[i]->date, request->date) == 0))
            return i;
    return referral->n_milestones;
}

const struct wg_problem *
milestone_retract(struct wg_call *call)
{
    const MilestoneRequest *request = (const void *)wg_input(call);
    const struct wg_problem *problem;
    Referral *referral;
    size_t at;

    if ((problem = load_worked_on(call, request->name, &referral)))
        return problem;
    if ((at = find_last(referral, request)) == referral->n_milestones)
        return wg_fail(call, &wg_conflict, "no such milestone is recorded");
    memmove(&referral->milestones[at], &referral->milestones[at + 1],
            (--referral->n_milestones - at) * sizeof(*referral->milestones));
    return store(call, referral, "referral.milestone-retracted");
}
