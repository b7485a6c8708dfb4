/* goals.c - what a goal may say. */
#include "goals.h"

#include <string.h>

#include "wellgate/referrals/v1/goals.pb-c.h"
#include "work.h"

typedef Wellgate__Referrals__V1__Goal Goal;

#define STATUS(name) WELLGATE__REFERRALS__V1__GOAL__STATUS__##name

/* ---- What is left out ---- */

static bool
has_ended(const Goal *goal)
{
    return goal->status == STATUS(COMPLETED) || goal->status == STATUS(CANCELLED);
}

static const struct wg_problem *
fill_in(struct wg_call *call, Goal *goal)
{
    char *today = today_text(call, goal->name);

    if (!today)
        return wg_no_memory(call);
    if (goal->status == STATUS(STATUS_UNSPECIFIED))
        goal->status = STATUS(ACTIVE);
    if (!*goal->start_date)
        goal->start_date = today;
    if (has_ended(goal) && !*goal->end_date)
        goal->end_date = today;
    return NULL;
}

/* ---- Days ---- */

static void
check_actions(struct wg_call *call, const Goal *goal)
{
    for (size_t i = 0; i < goal->n_actions; i++)
        check_day(call, goal->name, pointer_into(call, "/actions", i, "doneDate"),
                  goal->actions[i]->done_date, goal->start_date, "the goal was set");
    if (goal->n_action_descriptions && goal->n_action_descriptions != goal->n_actions)
        wg_violation(call, "/actionDescriptions", "OUT_OF_RANGE",
                     "must be one for each of actions, %zu, or none", goal->n_actions);
}

static void
check_reviews(struct wg_call *call, const Goal *goal)
{
    const char *earliest = goal->start_date, *what = "the goal was set";

    for (size_t i = 0; i < goal->n_reviews; i++) {
        check_day(call, goal->name, pointer_into(call, "/reviews", i, "date"),
                  goal->reviews[i]->date, earliest, what);
        earliest = goal->reviews[i]->date;
        what = "it was reviewed before";
    }
}

static void
check_end(struct wg_call *call, const Goal *goal)
{
    if (goal->status == STATUS(COMPLETED) && !goal->achievement)
        wg_violation(call, "/achievement", "REQUIRED", "say how far a completed goal was reached");
    if (*goal->end_date && !has_ended(goal))
        wg_violation(call, "/endDate", "NOT_TAKEN", "the goal is neither completed nor cancelled");
    else
        check_day(call, goal->name, "/endDate", goal->end_date, goal->start_date,
                  "the goal was set");
}

const struct wg_problem *
check_goal(struct wg_call *call, const ProtobufCMessage *before, ProtobufCMessage *after)
{
    Goal *goal = (Goal *)after;
    const struct wg_problem *problem;
    const Referral *referral;

    if (!goal)
        return NULL;
    if ((problem = work_referral(call, goal->name, WORK_DONE, &referral)) ||
        (problem = fill_in(call, goal)))
        return problem;
    check_day(call, goal->name, "/startDate", goal->start_date, referral->referred_date,
              "the referral was made");
    if (*goal->target_date && strcmp(goal->target_date, goal->start_date) < 0)
        wg_violation(call, "/targetDate", "OUT_OF_RANGE", "is before the goal was set");
    check_actions(call, goal);
    check_reviews(call, goal);
    check_end(call, goal);
    goal->person = referral->person;
    if (!before)
        goal->recorded_by = (char *)wg_caller(call)->organisation;
    return wg_violations(call);
}
