/* settlement_fixture.h - contracts in quarters, units and figures as tests write them. */
#ifndef SETTLEMENT_FIXTURE_H
#define SETTLEMENT_FIXTURE_H

#include <wellgate/decimal.h>

#include "../../plugins/payments/settlement/settlement.h"
#include "version_fixture.h"

#define RULES_MAX 40
#define QUARTERS 40

/* A contract from 2015-Q2 on. */
struct world {
    Contract *contract;
    struct timeline timeline;
    struct wg_period quarters[QUARTERS];
    uint16_t of_day[QUARTERS * 92];
    struct rule_settlement rules[RULES_MAX];
    struct rule_period periods[RULES_MAX][QUARTERS];
    size_t n_rules;
    struct settlement *settlement;
};

static inline wg_date
day(const char *text)
{
    wg_date date;

    if (!wg_date_parse(text, &date))
        fail_msg("%s is no date", text);
    return date;
}

/* Up to and with the quarter, under no terms yet. */
static inline void
begin_world(struct world *w, size_t quarters)
{
    struct wg_period quarter = wg_quarter_of(day("2015-04-01"));
    uint16_t *of_day = w->of_day;

    *w = (struct world){.timeline = {.first = quarter.first}};
    w->contract = (Contract *)read_terms(
        "Contract", "{'currency':'GBP','startDate':'2015-04-01','endDate':'2025-03-31'}");
    for (size_t i = 0; i < quarters; i++, quarter = wg_quarter_next(quarter)) {
        w->quarters[i] = quarter;
        w->timeline.last = quarter.last;
        for (wg_date d = quarter.first; d <= quarter.last; d++)
            *of_day++ = (uint16_t)i;
    }
    w->timeline.periods = w->quarters;
    w->timeline.n = quarters;
    w->timeline.of_day = w->of_day;
}

static inline size_t
rule_place(struct world *w, const char *id)
{
    size_t i = 0;

    while (i < w->n_rules && strcmp(w->rules[i].id, id) != 0)
        i++;
    if (i == w->n_rules) {
        assert_true(i < RULES_MAX);
        w->rules[w->n_rules++] = (struct rule_settlement){.id = id, .periods = w->periods[i]};
    }
    return i;
}

/* In force from its day on, until the next that is added. */
static inline void
add_version(struct world *w, const Version *version)
{
    for (size_t q = 0; q < w->timeline.n; q++) {
        if (w->quarters[q].first < day(version->effective_date))
            continue;
        for (size_t r = 0; r < w->n_rules; r++)
            w->periods[r][q].version = NULL, w->periods[r][q].rule = NULL;
        for (size_t r = 0; r < version->n_rules; r++) {
            size_t place = rule_place(w, version->rules[r]->id);

            w->periods[place][q].version = version;
            w->periods[place][q].rule = version->rules[r];
        }
    }
}

/* A version of these rules, with more members of the version behind them. */
#define ADD_VERSION(w, from, rules, more)                                                      \
    add_version(w, (const Version *)read_terms(                                                \
                       "Version", "{'effectiveDate':'%s','rules':[%s]%s%s}", from, rules,      \
                       *(more) ? "," : "", more))

static inline void
open_world(struct world *w, bool keep)
{
    w->settlement = settlement_open(&terms_arena, w->contract, &w->timeline, w->rules, w->n_rules,
                                    keep);
    assert_non_null(w->settlement);
}

/* One version from the contract's first day on, open to units. */
static inline void
begin_with(struct world *w, size_t quarters, const char *rules, const char *more)
{
    begin_world(w, quarters);
    ADD_VERSION(w, "2015-04-01", rules, more);
    open_world(w, true);
}

static inline struct claimed_unit
unit_of(struct world *w, const char *rule, uint32_t person, wg_date date, const char *measure)
{
    size_t account = rule_place(w, rule), period = timeline_at(&w->timeline, date);
    const struct rule_period *in = &w->periods[account][period];
    struct claimed_unit unit = {
        .unit = {.uplift = UNIT_NO_UPLIFT, .date = date, .claimed = date, .reason = REASON(PAID),
                 .quantity = 1, .of = 1},
        .person = person, .account = (uint16_t)account, .period = (uint16_t)period};

    while (in->version->rules[unit.unit.rule] != in->rule)
        unit.unit.rule++;
    assert_true(wg_decimal_parse(measure, EVIDENCE_SCALE, &unit.unit.measure));
    return unit;
}

static inline void
take(struct world *w, const char *rule, uint32_t person, const char *date)
{
    struct claimed_unit unit = unit_of(w, rule, person, day(date), "0");

    assert_true(settlement_take(w->settlement, &unit));
}

static inline void
take_measured(struct world *w, const char *rule, uint32_t person, const char *date,
              const char *measure)
{
    struct claimed_unit unit = unit_of(w, rule, person, day(date), measure);

    assert_true(settlement_take(w->settlement, &unit));
}

/* n people, from a number on, with a unit each on the day. */
static inline void
take_people(struct world *w, const char *rule, uint32_t from, uint32_t n, const char *date)
{
    for (uint32_t i = 0; i < n; i++)
        take(w, rule, from + i, date);
}

/* A figure numerator / denominator, of n people. */
static inline void
set_figure(struct world *w, const char *rule, size_t quarter, const char *numerator,
           const char *denominator, uint32_t n)
{
    struct figure *figure = &w->periods[rule_place(w, rule)][quarter].figure;

    assert_true(wg_ratio_parse(numerator, figure->numerator));
    assert_true(wg_ratio_parse(denominator, figure->denominator));
    mpq_div(figure->value, figure->numerator, figure->denominator);
    figure->n = n;
    figure->judged = true;
    figure->reason = REASON(PAID);
}

static inline void
finish_world(struct world *w)
{
    settlement_close(w->settlement);
    wg_arena_reset(&terms_arena);
}

static inline void
check_minor(const char *what, mpq_srcptr value, const char *wanted)
{
    const char *text = wg_ratio_format(&terms_arena, value);

    if (strcmp(text, wanted) != 0)
        fail_msg("%s: is %s, not %s", what, text, wanted);
}

/* In pence. */
static inline void
check_due(struct world *w, const char *rule, size_t quarter, const char *wanted)
{
    check_minor(rule, w->periods[rule_place(w, rule)][quarter].due, wanted);
}

static inline void
check_due_to_date(struct world *w, const char *rule, const char *wanted)
{
    mpq_t sum;

    mpq_init(sum);
    for (size_t q = 0; q < w->timeline.n; q++)
        mpq_add(sum, sum, w->periods[rule_place(w, rule)][q].due);
    check_minor(rule, sum, wanted);
    mpq_clear(sum);
}

static inline void
check_unpaid(struct world *w, const char *rule, reason_code reason, uint32_t units,
             const char *minor)
{
    const struct unpaid *unpaid = &w->rules[rule_place(w, rule)].unpaid[reason];

    assert_int_equal(unpaid->reason, reason);
    assert_int_equal(unpaid->units, units);
    check_minor(rule, unpaid->amount, minor);
}

static inline void
settle_world(struct world *w)
{
    assert_true(settlement_finish(w->settlement));
}

#endif
