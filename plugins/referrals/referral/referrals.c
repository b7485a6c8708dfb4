/* referrals.c - what a referral may say, until when, and by whom. */
#include "referrals.h"

#include <string.h>

#include "checks.h"
#include "codings.h"
#include "pathway.h"
#include "verbs.h"

/* ---- What it says ---- */

static bool
keeps_reasons(const Referral *before, const Referral *after)
{
    return same_reasons(before->reasons, before->n_reasons, after->reasons, after->n_reasons);
}

/* A code that stands is not asked about again: the lists may have changed meanwhile. */
static const struct wg_problem *
check_codes(struct wg_call *call, const Referral *before, const Referral *after)
{
    bool new_reasons = !before || !keeps_reasons(before, after);
    bool new_strand = *after->strand && (!before || strcmp(before->strand, after->strand) != 0);
    const struct wg_problem *problem;
    const Programme *programme;

    check_codings(call, "/needs", after->needs, after->n_needs);
    check_codings(call, "/supports", after->supports, after->n_supports);
    if (!new_strand && !(new_reasons && after->n_reasons))
        return NULL;
    if ((problem = programme_of(call, after->name, &programme)))
        return problem;
    if (new_reasons)
        check_reasons(call, programme, after->reasons, after->n_reasons);
    if (new_strand)
        check_listed(call, "/strand", after->strand, programme->strands, programme->n_strands);
    return NULL;
}

static const struct wg_problem *
begin_referral(struct wg_call *call, Referral *referral)
{
    const struct wg_problem *problem;

    referral->state = REFERRAL_STATE(DRAFT);
    referral->referrer = (char *)wg_caller(call)->organisation;
    if (!*referral->referred_date &&
        !(referral->referred_date = today_text(call, referral->name)))
        return wg_no_memory(call);
    check_day(call, referral->name, "/referredDate", referral->referred_date, "", "");
    if ((problem = check_provider(call, referral->name, referral->provider)) ||
        (problem = check_codes(call, NULL, referral)))
        return problem;
    return wg_violations(call);
}

/* ---- Who changes what ---- */

/* What a referrer says of a referral, and no provider changes. */
static Referral
asked_of(const Referral *referral)
{
    Referral asked = WELLGATE__REFERRALS__V1__REFERRAL__INIT;

    asked.provider = referral->provider;
    asked.reasons = referral->reasons;
    asked.n_reasons = referral->n_reasons;
    asked.source = referral->source;
    asked.practice = referral->practice;
    asked.method = referral->method;
    asked.priority = referral->priority;
    asked.strand = referral->strand;
    asked.notes = referral->notes;
    return asked;
}

static const struct wg_problem *
compare(struct wg_call *call, const Referral *a, const Referral *b, bool *same)
{
    size_t length = wellgate__referrals__v1__referral__get_packed_size(a);
    uint8_t *packed_a, *packed_b;

    if (!(*same = length == wellgate__referrals__v1__referral__get_packed_size(b)))
        return NULL;
    packed_a = wg_alloc(wg_call_arena(call), length + 1);
    packed_b = wg_alloc(wg_call_arena(call), length + 1);
    if (!packed_a || !packed_b)
        return wg_no_memory(call);
    wellgate__referrals__v1__referral__pack(a, packed_a);
    wellgate__referrals__v1__referral__pack(b, packed_b);
    *same = memcmp(packed_a, packed_b, length) == 0;
    return NULL;
}

/* The provider itself, which is neither the referrer nor the coordinator. */
static bool
is_only_provider(struct wg_call *call, Referral *referral)
{
    return referral_sides(call, referral) == TARGET;
}

static const struct wg_problem *
require_own_fields(struct wg_call *call, const Referral *before, Referral *after)
{
    const Referral asked_before = asked_of(before), asked_after = asked_of(after);
    const struct wg_problem *problem;
    bool same;

    if ((problem = compare(call, &asked_before, &asked_after, &same)))
        return problem;
    if (same || !is_only_provider(call, after))
        return NULL;
    return wg_fail(call, &wg_forbidden,
                   "a provider changes linkWorker, needs, supports and externalIds only");
}

/* What was sent to a provider stands: it acts on what it has read. */
static const struct wg_problem *
change_referral(struct wg_call *call, const Referral *before, Referral *after)
{
    bool same_provider = strcmp(before->provider, after->provider) == 0;
    const struct wg_problem *problem;

    if ((problem = require_own_fields(call, before, after)))
        return problem;
    if (before->state != REFERRAL_STATE(DRAFT) && !(same_provider && keeps_reasons(before, after)))
        return wg_fail(call, &wg_conflict, "it is %s; provider and reasons change in a draft only",
                       state_name(before->state));
    if ((!same_provider && (problem = check_provider(call, after->name, after->provider))) ||
        (problem = check_codes(call, before, after)))
        return problem;
    return wg_violations(call);
}

const struct wg_problem *
check_referral(struct wg_call *call, const ProtobufCMessage *before, ProtobufCMessage *after)
{
    const Referral *stood = (const Referral *)before;
    Referral *referral = (Referral *)after;

    if (!referral)
        return NULL;
    if (!stood)
        return begin_referral(call, referral);
    return referral->n_moves == stood->n_moves ? change_referral(call, stood, referral) : NULL;
}
