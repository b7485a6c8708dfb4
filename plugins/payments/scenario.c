/* scenario.c - people who start, and the part of them that succeeds. */
#include "scenario.h"

#include <string.h>
#include <wellgate/decimal.h>

typedef Wellgate__Payments__V1__Scenario__Starts Starts;
typedef Wellgate__Payments__V1__Scenario__Expectation Expectation;

/* ---- Units of persons ---- */

static const Expectation *
expectation_of(const Scenario *scenario, const char *rule)
{
    for (size_t i = 0; i < scenario->n_expectations; i++)
        if (strcmp(scenario->expectations[i]->rule, rule) == 0)
            return scenario->expectations[i];
    return NULL;
}

/* Of so many people as many succeed as the whole number below. */
static uint32_t
successes(const Expectation *expectation, uint64_t people)
{
    uint32_t whole;
    mpq_t part;
    mpz_t down;

    mpq_init(part);
    mpz_init(down);
    if (wg_ratio_parse(expectation->success_rate, part)) {
        mpz_mul_ui(mpq_numref(part), mpq_numref(part), people);
        mpz_fdiv_q(down, mpq_numref(part), mpq_denref(part));
    }
    whole = (uint32_t)mpz_get_ui(down);
    mpz_clear(down);
    mpq_clear(part);
    return whole;
}

/* People who start in one period, behind all that started before. */
struct starting {
    const Scenario *scenario;
    struct account *account;
    wg_date start;    /* the period's first day */
    uint32_t before;  /* people */
    uint32_t people;
};

static bool
take_unit(const struct starting *starting, const struct terms *terms, uint16_t rule,
          const Expectation *expectation, uint32_t person)
{
    struct claimed_unit unit = {.unit = {.rule = rule, .uplift = UNIT_NO_UPLIFT,
                                         .reason = REASON(PAID), .quantity = 1, .of = 1},
                                .person = person, .account = terms->account_of[rule]};
    struct duration after;
    size_t period;

    duration_read(expectation->after, &after);
    wg_decimal_parse(expectation->measure, EVIDENCE_SCALE, &unit.unit.measure);
    unit.unit.date = unit.unit.claimed = duration_after(starting->start, after);
    period = timeline_at(&starting->account->timeline, unit.unit.date);
    if (period < terms->span.first || period >= terms->span.end)
        return true;
    unit.period = (uint16_t)period;
    return settlement_take(starting->account->settlement, &unit);
}

/* Is it among those of its period's people that succeed? The first of them do. */
static bool
succeeds(const struct starting *starting, const Expectation *expectation, uint32_t number)
{
    return number < successes(expectation, (uint64_t)starting->before + starting->people) -
                        successes(expectation, starting->before);
}

static bool
take_person(const struct starting *starting, const struct terms *terms, uint32_t number)
{
    for (uint16_t r = 0; r < terms->version->n_rules; r++) {
        const Expectation *expectation = expectation_of(starting->scenario,
                                                        terms->version->rules[r]->id);

        if (!expectation || terms->figures.list[r].kind ||
            !succeeds(starting, expectation, number))
            continue;
        if (!take_unit(starting, terms, r, expectation, starting->before + number))
            return false;
    }
    return true;
}

static bool
take_people(const struct starting *starting)
{
    for (uint32_t i = 0; i < starting->people; i++)
        for (size_t t = 0; t < starting->account->n_terms; t++)
            if (!take_person(starting, &starting->account->terms[t], i))
                return false;
    return true;
}

static bool
take_starts(const Scenario *scenario, struct account *account)
{
    struct starting starting = {.scenario = scenario, .account = account};

    for (size_t p = 0; p < account->timeline.n; p++) {
        starting.people = 0;
        starting.start = account->timeline.periods[p].first;
        for (size_t i = 0; i < scenario->n_starts; i++) {
            struct wg_period period;

            if (wg_period_parse(scenario->starts[i]->period, &period) &&
                period.first == starting.start)
                starting.people += scenario->starts[i]->people;
        }
        if (!take_people(&starting))
            return false;
        starting.before += starting.people;
    }
    return true;
}

/* ---- Figures of cohorts ---- */

/* The last that is given for the period or before. */
static void
set_figure(const Expectation *expectation, struct wg_period period, struct figure *figure)
{
    wg_date latest = INT32_MIN;

    for (size_t i = 0; expectation && i < expectation->n_figures; i++) {
        struct wg_period from;

        if (!wg_period_parse(expectation->figures[i]->period, &from) ||
            from.first > period.first || from.first < latest ||
            !wg_ratio_parse(expectation->figures[i]->figure, figure->value))
            continue;
        latest = from.first;
        figure->judged = true;
        figure->n = expectation->figures[i]->people;
    }
    figure->reason = figure->judged ? REASON(PAID) : REASON(EVIDENCE_MISSING);
    mpq_set_ui(figure->denominator, figure->n ? figure->n : 1, 1);
    mpq_mul(figure->numerator, figure->value, figure->denominator);
}

static void
set_figures(const Scenario *scenario, struct account *account)
{
    for (size_t t = 0; t < account->n_terms; t++) {
        const struct terms *terms = &account->terms[t];

        for (size_t r = 0; r < terms->version->n_rules; r++)
            for (size_t p = terms->span.first; terms->figures.list[r].kind && p < terms->span.end; p++)
                set_figure(expectation_of(scenario, terms->version->rules[r]->id),
                           account->timeline.periods[p],
                           &account->settlements[terms->account_of[r]].periods[p].figure);
    }
}

bool
scenario_fold(const Scenario *scenario, struct account *account)
{
    if (!take_starts(scenario, account))
        return false;
    set_figures(scenario, account);
    return account_finish(account);
}
