/* work.c - what every record of the work under a referral keeps to. */
#include "work.h"

#include "referral/states.h"

/* Also one that has ended since, or that was taken up without being accepted. */
static bool
was_taken_up(const Referral *referral)
{
    for (size_t i = 0; i < referral->n_moves; i++)
        if (referral->moves[i]->state == REFERRAL_STATE(ACCEPTED) ||
            referral->moves[i]->state == REFERRAL_STATE(IN_PROGRESS))
            return true;
    return false;
}

static bool
takes(const Referral *referral, enum work work)
{
    return referral->state != REFERRAL_STATE(DRAFT) &&
           referral->state != REFERRAL_STATE(ENTERED_IN_ERROR) &&
           (work == WORK_ATTEMPT || was_taken_up(referral));
}

const struct wg_problem *
work_referral(struct wg_call *call, const char *name, enum work work, const Referral **referral)
{
    const char *parent = wg_name_parent(call, name, 2);
    const struct wg_problem *problem;
    struct wg_record record;

    if (!parent)
        return wg_no_memory(call);
    if ((problem = wg_load(call, parent, &record)))
        return problem;
    *referral = (const Referral *)record.message;
    if (takes(*referral, work))
        return NULL;
    return wg_fail(call, &wg_conflict, "the referral is %s: work is recorded once it was "
                   "accepted, attempts to reach the person once it was requested",
                   state_name((*referral)->state));
}

void
check_work_day(struct wg_call *call, const char *name, const char *day, const Referral *referral)
{
    check_day(call, name, "/date", day, referral->referred_date, "the referral was made");
}
