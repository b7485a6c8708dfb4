/* onward.c - what an onward referral may say. */
#include "onward.h"

#include <string.h>

#include "checks.h"
#include "codings.h"
#include "pathway.h"
#include "referral/states.h"
#include "services.h"

typedef Wellgate__Referrals__V1__Referral Referral;
typedef Wellgate__Core__V1__Organisation Organisation;
typedef Wellgate__Referrals__V1__OnwardReferral__Sector Sector;

#define KIND(name) WELLGATE__CORE__V1__ORGANISATION__KIND__##name

/* ---- Where it goes ---- */

static Sector
sector_of(const Organisation *organisation)
{
    switch (organisation->kind) {
    case KIND(VCSE):
        return ONWARD(SECTOR__VOLUNTARY);
    case KIND(GP_PRACTICE):
    case KIND(HOSPITAL):
    case KIND(ICB):
        return ONWARD(SECTOR__HEALTH);
    case KIND(COUNCIL):
        return ONWARD(SECTOR__COUNCIL);
    case KIND(COMPANY):
        return ONWARD(SECTOR__PRIVATE);
    default:
        return ONWARD(SECTOR__OTHER);
    }
}

static void
check_words(struct wg_call *call, const Onward *onward)
{
    bool elsewhere = onward_is_signpost(onward) && !*onward->service;

    if (!onward_is_signpost(onward) && !*onward->service)
        wg_violation(call, "/service", "REQUIRED", "must be given where it is no signpost");
    if (*onward->signposted_to && !elsewhere)
        wg_violation(call, "/signpostedTo", "NOT_TAKEN", "is for a signpost that names no service");
    if (elsewhere && !onward->sector)
        wg_violation(call, "/sector", "REQUIRED", "must be given where no service is named");
    if (onward_is_signpost(onward) &&
        (*onward->contact_name || *onward->contact_details || *onward->message))
        wg_violation(call, "/contactName", "NOT_TAKEN", "a signpost tells the service nothing");
}

/* Where there is a service, its organisation decides. */
static void
settle_sector(struct wg_call *call, Onward *onward, Sector sector)
{
    if (onward->sector && onward->sector != sector)
        wg_violation(call, "/sector", "NOT_TAKEN", "follows from the service's organisation");
    onward->sector = sector;
}

static const struct wg_problem *
settle_service(struct wg_call *call, Onward *onward)
{
    const struct wg_problem *problem;
    struct wg_record record;

    if (!*onward->service)
        return NULL;
    if ((problem = wg_load(call, onward->service, &record)))
        return problem;
    onward->organisation = ((const Service *)record.message)->organisation;
    if ((problem = wg_load(call, onward->organisation, &record)))
        return problem;
    settle_sector(call, onward, sector_of((const Organisation *)record.message));
    return NULL;
}

/* ---- Its beginning ---- */

static const struct wg_problem *
settle_date(struct wg_call *call, Onward *onward, const char *earliest)
{
    if (!*onward->referred_date && !(onward->referred_date = today_text(call, onward->name)))
        return wg_no_memory(call);
    check_day(call, onward->name, "/referredDate", onward->referred_date, earliest,
              "the referral that it is based on was made");
    return NULL;
}

/* Who was referred by mistake, or not yet, is not referred on. */
static const struct wg_problem *
require_base(struct wg_call *call, const Referral *base)
{
    if (base->state != REFERRAL_STATE(DRAFT) && base->state != REFERRAL_STATE(ENTERED_IN_ERROR))
        return NULL;
    return wg_fail(call, &wg_conflict, "the referral is %s: nobody is referred on from it",
                   state_name(base->state));
}

/* Reasons that stand are not asked about again: the list may have changed meanwhile. */
static const struct wg_problem *
check_why(struct wg_call *call, const Onward *before, const Onward *after)
{
    const struct wg_problem *problem;
    const Programme *programme;

    check_codings(call, "/needs", after->needs, after->n_needs);
    if (before && same_reasons(before->reasons, before->n_reasons, after->reasons,
                               after->n_reasons))
        return NULL;
    if ((problem = programme_of(call, after->name, &programme)))
        return problem;
    check_reasons(call, programme, after->reasons, after->n_reasons);
    return NULL;
}

static const struct wg_problem *
begin_onward(struct wg_call *call, Onward *onward)
{
    const struct wg_problem *problem;
    struct wg_record record;
    const Referral *base;

    if ((problem = wg_load(call, wg_name_parent(call, onward->name, 2), &record)))
        return problem;
    base = (const Referral *)record.message;
    if ((problem = require_base(call, base)))
        return problem;
    onward->person = base->person;
    onward->referrer = (char *)wg_caller(call)->organisation;
    if (!onward->kind)
        onward->kind = ONWARD(KIND__REFERRAL);
    if (!onward_is_signpost(onward))
        onward->state = REFERRAL_STATE(DRAFT);
    return (problem = settle_date(call, onward, base->referred_date))
               ? problem : settle_service(call, onward);
}

/* ---- Its end ---- */

static const struct wg_problem *
require_deletable(struct wg_call *call, const Onward *onward)
{
    if (onward_is_signpost(onward) || onward->state == REFERRAL_STATE(DRAFT))
        return NULL;
    return wg_fail(call, &wg_conflict, "it is %s: mark it in error instead",
                   state_name(onward->state));
}

const struct wg_problem *
check_onward(struct wg_call *call, const ProtobufCMessage *before, ProtobufCMessage *after)
{
    const Onward *stood = (const Onward *)before;
    Onward *onward = (Onward *)after;
    const struct wg_problem *problem;

    if (!onward)
        return require_deletable(call, stood);
    if (stood && onward->n_moves != stood->n_moves)
        return NULL;
    if (!stood && (problem = begin_onward(call, onward)))
        return problem;
    if (stood && *onward->service)
        settle_sector(call, onward, stood->sector);
    check_words(call, onward);
    if ((problem = check_why(call, stood, onward)))
        return problem;
    return wg_violations(call);
}
