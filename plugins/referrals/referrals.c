/* referrals.c - what a referral may say, and until when. */
#include "referrals.h"

#include <string.h>

static const struct wg_problem *
require_provider(struct wg_call *call, const Referral *referral)
{
    const char *participant =
        wg_format(wg_call_arena(call), "%s/participants/%s",
                  wg_name_parent(call, referral->name, 1), wg_name_id(referral->provider));
    const struct wg_problem *problem;
    bool exists = true;

    if (!participant)
        return wg_no_memory(call);
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
        return wg_no_memory(call);
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

const struct wg_problem *
check_referral(struct wg_call *call, const ProtobufCMessage *before, ProtobufCMessage *after)
{
    Referral *referral = (Referral *)after;

    if (!referral)
        return NULL;
    return before ? change_referral(call, (const Referral *)before, referral)
                  : begin_referral(call, referral);
}
