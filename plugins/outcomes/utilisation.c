/* utilisation.c - use of services, and for which days it is known. */
#include "utilisation.h"

#include <wellgate/date.h>

#include "checks.h"

typedef Wellgate__Outcomes__V1__Utilisation Utilisation;
typedef Wellgate__Outcomes__V1__Coverage Coverage;

static void
check_stay(struct wg_call *call, const Utilisation *use)
{
    if (use->length_of_stay_days && use->class_ != CLASS(INPATIENT_ELECTIVE) &&
        use->class_ != CLASS(INPATIENT_NON_ELECTIVE))
        wg_violation(call, "/lengthOfStayDays", "NOT_TAKEN", "is of inpatient classes only");
}

static void
check_when(struct wg_call *call, const Utilisation *use)
{
    switch (use->when_case) {
    case WELLGATE__OUTCOMES__V1__UTILISATION__WHEN_DATE:
        wg_check_past(call, use->name, "/date", use->date);
        if (use->count && !use->count->value)
            wg_violation(call, "/count", "OUT_OF_RANGE", "must be at least 1 on a day");
        return;
    case WELLGATE__OUTCOMES__V1__UTILISATION__WHEN_PERIOD:
        check_period_past(call, use->name, use->period);
        if (!use->count)
            wg_violation(call, "/count", "REQUIRED", "must be given for a period, also where it is 0");
        return;
    default:
        wg_violation(call, "/date", "REQUIRED", "this or /period must be given");
    }
}

/* A day without a count is that of one use. */
static bool
count_one(struct wg_call *call, Utilisation *use)
{
    if (use->count || use->when_case != WELLGATE__OUTCOMES__V1__UTILISATION__WHEN_DATE)
        return true;
    use->count = wg_new_message(wg_call_arena(call), &google__protobuf__uint32_value__descriptor);
    if (use->count)
        use->count->value = 1;
    return use->count;
}

const struct wg_problem *
check_utilisation(struct wg_call *call, const ProtobufCMessage *before, ProtobufCMessage *after)
{
    Utilisation *use = (Utilisation *)after;

    if (!use)
        return NULL;
    check_code(call, use->class_ == CLASS(OTHER), use->code);
    check_when(call, use);
    if (!count_one(call, use))
        return wg_no_memory(call);
    check_stay(call, use);
    check_amount(call, "/cost/amount", use->cost);
    check_price_year(call, use->cost, use->price_year);
    if (!before)
        use->recorded_by = (char *)wg_caller(call)->organisation;
    return wg_violations(call);
}

const struct wg_problem *
check_coverage(struct wg_call *call, const ProtobufCMessage *before, ProtobufCMessage *after)
{
    Coverage *coverage = (Coverage *)after;
    wg_date from, to;

    if (!coverage)
        return NULL;
    check_classes(call, coverage->classes, coverage->n_classes);
    wg_check_past(call, coverage->name, "/to", coverage->to);
    if (wg_date_parse(coverage->from, &from) && wg_date_parse(coverage->to, &to) && from > to)
        wg_violation(call, "/to", "OUT_OF_RANGE", "must not be before from");
    if (!before)
        coverage->recorded_by = (char *)wg_caller(call)->organisation;
    return wg_violations(call);
}
