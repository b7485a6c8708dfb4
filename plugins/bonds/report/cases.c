/* cases.c - forecast cases: what may be recorded, and which of them a report takes. */
#include "cases.h"

#include <string.h>
#include <wellgate/decimal.h>
#include <wellgate/period.h>

#include "flows/checks.h"

/* ---- What may be recorded ---- */

/* Quarters compare as their texts do. */
static void
check_order(struct wg_call *call, const char *before, const char *quarter, const char *pointer)
{
    if (before && strcmp(quarter, before) <= 0)
        wg_violation(call, pointer, "ORDER", "must come after the quarter before it, %s", before);
}

static bool
check_quarter(struct wg_call *call, const Bond *bond, const Case *expected, size_t at)
{
    const char *pointer = wg_format(wg_call_arena(call), "/quarters/%zu", at);
    const PlannedQuarter *quarter = expected->quarters[at];
    const char *own = pointer ? wg_format(wg_call_arena(call), "%s/quarter", pointer) : NULL;
    const char *drawn = pointer ? wg_format(wg_call_arena(call), "%s/drawn", pointer) : NULL;
    const char *paid = pointer ? wg_format(wg_call_arena(call), "%s/distributed", pointer) : NULL;
    const char *income = pointer ? wg_format(wg_call_arena(call), "%s/outcomeIncome", pointer) : NULL;

    if (!own || !drawn || !paid || !income)
        return false;
    check_order(call, at ? expected->quarters[at - 1]->quarter : NULL, quarter->quarter, own);
    check_part(call, bond, drawn, quarter->drawn);
    check_part(call, bond, paid, quarter->distributed);
    check_part(call, bond, income, quarter->outcome_income);
    return true;
}

static bool
is_one_of(char *const *texts, size_t n, const char *text)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(texts[i], text) == 0)
            return true;
    return false;
}

static bool
is_planned_before(const Case *expected, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (strcmp(expected->outcomes[i]->metric, expected->outcomes[at]->metric) == 0)
            return true;
    return false;
}

static bool
check_values(struct wg_call *call, const PlannedOutcome *outcome, size_t at)
{
    for (size_t i = 1; i < outcome->n_values; i++) {
        const char *pointer =
            wg_format(wg_call_arena(call), "/outcomes/%zu/values/%zu/quarter", at, i);

        if (!pointer)
            return false;
        check_order(call, outcome->values[i - 1]->quarter, outcome->values[i]->quarter, pointer);
    }
    return true;
}

static bool
check_outcome(struct wg_call *call, const Bond *bond, const Case *expected, size_t at)
{
    const PlannedOutcome *outcome = expected->outcomes[at];
    const char *metric = wg_format(wg_call_arena(call), "/outcomes/%zu/metric", at);
    const char *contract = wg_format(wg_call_arena(call), "/outcomes/%zu/contract", at);

    if (!metric || !contract)
        return false;
    if (is_planned_before(expected, at))
        wg_violation(call, metric, "DUPLICATE", "is planned twice");
    if (!is_one_of(bond->contracts, bond->n_contracts, outcome->contract))
        wg_violation(call, contract, "UNKNOWN_VALUE", "is no contract of the bond");
    return check_values(call, outcome, at);
}

const struct wg_problem *
check_case(struct wg_call *call, const ProtobufCMessage *before, ProtobufCMessage *after)
{
    const Case *expected = (const Case *)after;
    const struct wg_problem *problem;
    const Bond *bond;
    bool room = true;

    (void)before;
    if (!expected)
        return NULL;
    if ((problem = load_bond(call, expected->name, &bond)))
        return problem;
    wg_check_past(call, bond->name, "/date", expected->date);
    for (size_t i = 0; room && i < expected->n_quarters; i++)
        room = check_quarter(call, bond, expected, i);
    for (size_t i = 0; room && i < expected->n_outcomes; i++)
        room = check_outcome(call, bond, expected, i);
    return room ? wg_violations(call) : no_memory(call);
}

/* ---- Which of them a report takes ---- */

struct search {
    const char *until_date;
    struct cases *cases;
    int64_t recorded_ms[N_CASES];
};

static bool
take_case(void *context, const struct wg_record *record)
{
    const Case *found = (const Case *)record->message;
    struct search *search = context;
    size_t kind = (size_t)found->kind - 1;
    const Case *latest = kind < N_CASES ? search->cases->of[kind] : NULL;
    int order = latest ? strcmp(found->date, latest->date) : 1;

    if (kind >= N_CASES || strcmp(found->date, search->until_date) > 0)
        return true;
    if (order > 0 || (order == 0 && record->created_ms > search->recorded_ms[kind])) {
        search->cases->of[kind] = found;
        search->recorded_ms[kind] = record->created_ms;
    }
    return true;
}

const struct wg_problem *
cases_load(struct wg_call *call, const Bond *bond, const char *until_date, struct cases *cases)
{
    struct search search = {.until_date = until_date, .cases = cases};

    *cases = (struct cases){0};
    return wg_scan(call, "bonds/Case", bond->name, NULL, take_case, &search);
}

/* ---- What it expects of a metric ---- */

static const PlannedOutcome *
outcome_of(const Case *expected, const char *metric)
{
    for (size_t i = 0; expected && i < expected->n_outcomes; i++)
        if (strcmp(expected->outcomes[i]->metric, metric) == 0)
            return expected->outcomes[i];
    return NULL;
}

static bool
has_begun(const char *quarter, const char *until_date)
{
    struct wg_period period;
    wg_date until;

    return wg_quarter_parse(quarter, &period) && wg_date_parse(until_date, &until) &&
           period.first <= until;
}

/* To 4 decimals, without zeros at the end. */
static const char *
short_text(struct wg_arena *arena, const mpq_t value)
{
    const char *text = wg_ratio_round_format(arena, value, 4);
    int64_t parts;

    return text && wg_decimal_parse(text, 4, &parts) ? wg_decimal_format(arena, parts, 4) : text;
}

const char *
planned_of(struct wg_arena *arena, const Case *expected, const char *metric,
           const char *until_date, bool adds_up)
{
    const PlannedOutcome *outcome = outcome_of(expected, metric);
    const char *text = NULL;
    mpq_t sum, value;

    mpq_inits(sum, value, NULL);
    for (size_t i = 0; outcome && i < outcome->n_values; i++) {
        if (!has_begun(outcome->values[i]->quarter, until_date) ||
            !wg_ratio_parse(outcome->values[i]->value, value))
            continue;
        if (!adds_up)
            mpq_set_ui(sum, 0, 1);
        mpq_add(sum, sum, value);
        text = "";
    }
    if (text)
        text = short_text(arena, sum);
    mpq_clears(sum, value, NULL);
    return text;
}
