/* chasing.c - requests that nobody answers: when they are chased, and when cancelled. */
#include "chasing.h"

#include <string.h>

#include "checks.h"
#include "pathway.h"
#include "verbs.h"

/* Of one run: requests wait meanwhile. */
enum { TURN_MAX = 100 };

static bool
is_limited(const Programme *programme)
{
    return programme->answer_within_days || programme->expire_after_days;
}

/* ---- When ---- */

static wg_date
day_of(const char *text, wg_date otherwise)
{
    wg_date date;

    return wg_date_parse(text, &date) ? date : otherwise;
}

static bool
is_expired(const Programme *programme, const Referral *referral, wg_date today)
{
    return programme->expire_after_days &&
           today >= day_of(referral->requested_date, today) + (wg_date)programme->expire_after_days;
}

static bool
is_overdue(const Programme *programme, const Referral *referral, wg_date today)
{
    const char *since = *referral->chased_date ? referral->chased_date : referral->requested_date;

    return programme->answer_within_days &&
           today >= day_of(since, today) + (wg_date)programme->answer_within_days;
}

/* The first of the days on which one of the two will be so; "" where neither will. */
static const struct wg_problem *
set_due(struct wg_call *call, const Programme *programme, Referral *referral)
{
    wg_date requested = day_of(referral->requested_date, 0);
    wg_date chase = day_of(referral->chased_date, requested) + (wg_date)programme->answer_within_days;
    wg_date expiry = requested + (wg_date)programme->expire_after_days;
    char *text = wg_alloc(wg_call_arena(call), WG_DATE_TEXT_BYTES);

    if (!text)
        return wg_no_memory(call);
    if (!programme->answer_within_days || (programme->expire_after_days && expiry < chase))
        chase = expiry;
    referral->due_date = is_limited(programme) ? wg_date_format(chase, text) : text;
    return NULL;
}

/* From the day on which it was recorded: history that is loaded late is answered by the
 * lines behind it, and is not to be chased as it comes in. */
const struct wg_problem *
await_answer(struct wg_call *call, Referral *referral)
{
    const struct wg_problem *problem;
    const Programme *programme;

    referral->due_date = (char *)"";
    if (referral->state != REFERRAL_STATE(REQUESTED))
        return NULL;
    if (!(referral->requested_date = today_text(call, referral->name)))
        return wg_no_memory(call);
    referral->chased_date = (char *)"";
    return (problem = programme_of(call, referral->name, &programme))
               ? problem : set_due(call, programme, referral);
}

/* ---- What is done ---- */

struct overdue {
    char today[WG_DATE_TEXT_BYTES];
    size_t most, n;
    Referral *found[TURN_MAX];
};

static bool
visit_requested(void *context, const struct wg_record *record)
{
    struct overdue *overdue = context;
    Referral *referral = (Referral *)record->message;

    if (strcmp(referral->due_date, overdue->today) > 0)
        return false;
    overdue->found[overdue->n++] = referral;
    return overdue->n < overdue->most;
}

/* Those that fell due, the earliest first; those without a day, from before the programme
 * had limits, before them. */
static const struct wg_problem *
find_overdue(struct wg_call *call, const char *root, size_t most, const Programme **programme,
             struct overdue *overdue)
{
    static const char *const requested[] = {"REQUESTED"};
    const struct wg_problem *problem;

    overdue->most = most;
    overdue->n = 0;
    if (strncmp(root, "programmes/", 11) != 0)
        return NULL;
    if ((problem = programme_of(call, root, programme)))
        return problem;
    wg_date_format(wg_today(call, root), overdue->today);
    return is_limited(*programme)
               ? wg_find(call, "referrals/Referral", root, "state,due_date", requested, 1,
                         visit_requested, overdue)
               : NULL;
}

const struct wg_problem *
answers_due(struct wg_call *call, const char *root, bool *is_due)
{
    const struct wg_problem *problem;
    const Programme *programme;
    struct overdue overdue;

    if ((problem = find_overdue(call, root, 1, &programme, &overdue)))
        return problem;
    *is_due = overdue.n;
    return NULL;
}

static const struct wg_problem *
expire(struct wg_call *call, Referral *referral)
{
    MoveRequest request = WELLGATE__REFERRALS__V1__MOVE_REFERRAL_REQUEST__INIT;

    request.reason = (char *)NO_RESPONSE;
    return referral_move(call, referral, VERB_CANCEL, SYSTEM, &request, NULL);
}

static const struct wg_problem *
chase(struct wg_call *call, const Programme *programme, Referral *referral, char *today)
{
    const struct wg_problem *problem;

    referral->chased_date = today;
    return (problem = set_due(call, programme, referral))
               ? problem : wg_update(call, &referral->base, "referral.chased");
}

/* What is due by a rule that has changed meanwhile only gets the day that it says now. */
static const struct wg_problem *
act_on(struct wg_call *call, const Programme *programme, Referral *referral, char *today)
{
    const struct wg_problem *problem;
    wg_date date = day_of(today, 0);

    if (is_expired(programme, referral, date))
        return expire(call, referral);
    if (is_overdue(programme, referral, date))
        return chase(call, programme, referral, today);
    if (!*referral->requested_date)
        referral->requested_date = today;
    return (problem = set_due(call, programme, referral)) ? problem
                                                          : wg_update(call, &referral->base, NULL);
}

const struct wg_problem *
answers_chase(struct wg_call *call, const char *root)
{
    const struct wg_problem *problem;
    const Programme *programme;
    struct overdue overdue;

    if ((problem = find_overdue(call, root, TURN_MAX, &programme, &overdue)))
        return problem;
    for (size_t i = 0; i < overdue.n; i++)
        if ((problem = act_on(call, programme, overdue.found[i], overdue.today)))
            return problem;
    return NULL;
}
