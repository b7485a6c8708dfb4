/* scenario.c - people who start, and the part of them that succeeds. */
#include "scenario.h"

#include <string.h>
#include <wellgate/decimal.h>

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
successes(const Expectation *expectation, uint32_t people)
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

/* The unit that the first so many of a period's people have. */
struct success {
    struct claimed_unit unit;
    uint32_t people;
};

/* People who start in one period, behind all that started before. */
struct starting {
    const Scenario *scenario;
    struct account *account;
    wg_date start;    /* the period's first day */
    uint32_t before;  /* people */
    uint32_t people;
    struct success *successes; /* room for one of each rule of each version */
    size_t n;
};

static void
add_success(struct starting *starting, const struct terms *terms, uint16_t rule,
            const Expectation *expectation)
{
    struct success *success = &starting->successes[starting->n];
    struct claimed_unit unit;
    struct duration after;

    duration_read(expectation->after, &after);
    unit = account_unit(starting->account, terms, rule, duration_after(starting->start, after),
                        expectation->measure);
    *success = (struct success){unit, successes(expectation, starting->before + starting->people) -
                                          successes(expectation, starting->before)};
    if (success->people && unit.period >= terms->span.first && unit.period < terms->span.end)
        starting->n++;
}

static void
find_successes(struct starting *starting)
{
    starting->n = 0;
    for (size_t t = 0; t < starting->account->n_terms; t++) {
        const struct terms *terms = &starting->account->terms[t];

        for (uint16_t r = 0; r < terms->version->n_rules; r++) {
            const Expectation *expectation = expectation_of(starting->scenario,
                                                            terms->version->rules[r]->id);

            if (expectation && !terms->figures.list[r].kind)
                add_success(starting, terms, r, expectation);
        }
    }
}

static bool
take_people(struct starting *starting)
{
    for (uint32_t i = 0; i < starting->people; i++)
        for (size_t s = 0; s < starting->n; s++) {
            struct success *success = &starting->successes[s];

            success->unit.person = starting->before + i;
            if (i < success->people &&
                !settlement_take(starting->account->settlement, &success->unit))
                return false;
        }
    return true;
}

static uint32_t
people_who_start(const Scenario *scenario, wg_date start)
{
    uint32_t people = 0;

    for (size_t i = 0; i < scenario->n_starts; i++) {
        struct wg_period period;

        if (wg_period_parse(scenario->starts[i]->period, &period) && period.first == start)
            people += scenario->starts[i]->people;
    }
    return people;
}

static bool
take_starts(const Scenario *scenario, struct account *account)
{
    struct starting starting = {.scenario = scenario, .account = account};
    size_t rules = 0;

    for (size_t t = 0; t < account->n_terms; t++)
        rules += account->terms[t].version->n_rules;
    if (!(starting.successes = wg_alloc_array(account->plan.arena, rules + 1,
                                              sizeof(*starting.successes))))
        return false;
    for (size_t p = 0; p < account->timeline.n; p++, starting.before += starting.people) {
        starting.start = account->timeline.periods[p].first;
        starting.people = people_who_start(scenario, starting.start);
        find_successes(&starting);
        if (!take_people(&starting))
            return false;
    }
    return true;
}

/* ---- Figures of cohorts ---- */

/* The last that is given for the period or before. */
static void
set_figure(const Expectation *expectation, struct wg_period period, struct figure *figure)
{
    wg_date latest = INT32_MIN;
    uint32_t people = 0;

    for (size_t i = 0; expectation && i < expectation->n_figures; i++) {
        struct wg_period from;

        if (!wg_period_parse(expectation->figures[i]->period, &from) ||
            from.first > period.first || from.first < latest ||
            !wg_ratio_parse(expectation->figures[i]->figure, figure->value))
            continue;
        latest = from.first;
        people = expectation->figures[i]->people;
    }
    figure_assume(figure, latest != INT32_MIN, people);
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
