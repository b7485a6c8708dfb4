/*
 * sroi.c - social return on investment: quantity × proxy × (1 − deadweight) × (1 − displacement)
 * × attribution in the first year, × (1 − drop-off) from each year to the next, discounted from
 * the end of its year; over what was put in. All in rationals, rounded where it is told.
 */
#include <string.h>
#include <wellgate/decimal.h>
#include <wellgate/money.h>

#include "change.h"
#include "kinds.h"
#include "measures.h"
#include "prices.h"
#include "wellgate/reports/v1/returns.pb-c.h"

typedef Wellgate__Reports__V1__ReturnModel ReturnModel;
typedef Wellgate__Reports__V1__ReturnModel__Outcome Outcome;

#define OF_MEASURE WELLGATE__REPORTS__V1__RETURN_MODEL__OUTCOME__QUANTITY_FROM_MEASURE

enum { OUTCOMES_MAX = 50 };

struct counted {
    struct measure measure;
    uint64_t improved;
};

struct sroi {
    struct writer *writer;
    const ReturnModel *model;
    const char *currency;
    struct pairing pairing;
    struct counted counted[OUTCOMES_MAX]; /* of outcomes that are counted */
    mpq_t benefits, inputs;               /* of minor units; benefits discounted */
};

/* ---- Quantities ---- */

static void
visit(void *context, const struct person *person)
{
    struct sroi *sroi = context;
    const struct referral *referral = selection_first(sroi->writer->selection, person);

    for (size_t i = 0; referral && i < sroi->model->n_outcomes; i++) {
        const struct measure *measure = &sroi->counted[i].measure;
        struct pair pair = {0};
        int64_t d;

        if (measure->name)
            pair = pair_of(person, referral->referred, measure->word, &sroi->pairing);
        d = measure->direction * (pair.follow_up - pair.baseline);
        sroi->counted[i].improved += pair.has_follow_up && d > 0 && d >= measure->threshold;
    }
}

static const struct wg_problem *
count(struct sroi *sroi)
{
    const struct wg_problem *problem;
    bool any = false;

    for (size_t i = 0; i < sroi->model->n_outcomes; i++) {
        const Outcome *outcome = sroi->model->outcomes[i];

        if (outcome->quantity_from_case != OF_MEASURE)
            continue;
        any = true;
        if ((problem = measure_read(sroi->writer, outcome->measure, &sroi->counted[i].measure)))
            return problem;
        if (!sroi->counted[i].measure.name)
            return wg_fail(sroi->writer->call, &wg_conflict, "outcome %zu of the model has a measure "
                           "that is no score of an instrument", i + 1);
    }
    return any ? cohort_scan(sroi->writer->call, sroi->writer->selection->programme,
                             sroi->writer->selection->sequence, visit, sroi) : NULL;
}

/* ---- Worth ---- */

/* Nothing said is none, or all. */
static void
read_part(const char *text, unsigned long otherwise, mpq_ptr part)
{
    mpq_set_ui(part, otherwise, 1);
    wg_ratio_parse(text, part);
}

static void
multiply_by_rest(mpq_ptr value, const char *part)
{
    mpq_t rest;

    mpq_init(rest);
    read_part(part, 0, rest);
    mpz_sub(mpq_numref(rest), mpq_denref(rest), mpq_numref(rest));
    mpq_mul(value, value, rest);
    mpq_clear(rest);
}

static void
multiply_by_minor(mpq_ptr value, const Wellgate__Common__V1__Money *money)
{
    int64_t minor = 0;
    mpq_t amount;

    mpq_init(amount);
    wg_money_parse(money->currency, money->amount, &minor);
    mpq_set_si(amount, (long)minor, 1);
    mpq_mul(value, value, amount);
    mpq_clear(amount);
}

/* In minor units, in its first year. */
static void
first_year(const struct sroi *sroi, size_t at, mpq_ptr value)
{
    const Outcome *outcome = sroi->model->outcomes[at];
    mpq_t attribution;

    if (outcome->quantity_from_case == OF_MEASURE)
        mpq_set_ui(value, sroi->counted[at].improved, 1);
    else
        read_part(outcome->quantity, 0, value);
    multiply_by_minor(value, outcome->proxy);
    multiply_by_rest(value, outcome->deadweight);
    multiply_by_rest(value, outcome->displacement);
    mpq_init(attribution);
    read_part(outcome->attribution_to_programme, 1, attribution);
    mpq_mul(value, value, attribution);
    mpq_clear(attribution);
}

/* Σ value × (1 − drop-off)^(t − 1) / (1 + rate)^t */
static void
present_value(const struct sroi *sroi, const Outcome *outcome, const mpq_t first, mpq_ptr present)
{
    mpq_t factor, year;
    uint32_t years = outcome->years ? outcome->years : 1;

    mpq_inits(factor, year, NULL);
    read_part(sroi->model->discount_rate, 0, factor);
    mpq_set_ui(year, 1, 1);
    mpq_add(factor, factor, year);
    mpq_set(year, first);
    mpq_set_ui(present, 0, 1);
    for (uint32_t t = 1; t <= years; t++) {
        mpq_div(year, year, factor);
        mpq_add(present, present, year);
        multiply_by_rest(year, outcome->drop_off);
    }
    mpq_clears(factor, year, NULL);
}

/* ---- Writing ---- */

static void
write_rounded(struct sroi *sroi, const struct figure *figure, const mpq_t value, uint64_t n)
{
    int64_t minor;

    if (wg_money_round(value, &minor))
        write_money(sroi->writer, figure, sroi->currency, minor, n);
}

static const char *
assumptions(struct writer *writer, const Outcome *outcome)
{
    return wg_format(writer->arena, "Proxy of %s %s (%s); deadweight %s, displacement %s, attribution %s, "
                     "%u years, drop-off %s", outcome->proxy->amount, outcome->proxy->currency,
                     outcome->source, *outcome->deadweight ? outcome->deadweight : "0",
                     *outcome->displacement ? outcome->displacement : "0",
                     *outcome->attribution_to_programme ? outcome->attribution_to_programme : "1",
                     outcome->years ? outcome->years : 1, *outcome->drop_off ? outcome->drop_off : "0");
}

static void
write_outcome(struct sroi *sroi, size_t at)
{
    const Outcome *outcome = sroi->model->outcomes[at];
    struct writer *writer = sroi->writer;
    mpq_t first, present;

    mpq_inits(first, present, NULL);
    first_year(sroi, at, first);
    present_value(sroi, outcome, first, present);
    mpq_add(sroi->benefits, sroi->benefits, present);
    write_rounded(sroi, &(struct figure){GROUP_ALL, wg_format(writer->arena, "%zu:FIRST_YEAR", at + 1),
        "worth in the first year",
        "quantity × proxy × (1 − deadweight) × (1 − displacement) × attribution", NULL, UNIT(MONEY),
        assumptions(writer, outcome), outcome->title}, first, sroi->counted[at].improved);
    write_rounded(sroi, &(struct figure){GROUP_ALL, wg_format(writer->arena, "%zu:PRESENT_VALUE", at + 1),
        "present value", "all years, each less its drop-off, discounted from its end", NULL, UNIT(MONEY),
        NULL, outcome->title}, present,
        sroi->counted[at].improved);
    mpq_clears(first, present, NULL);
}

static const struct wg_problem *
add_inputs(struct sroi *sroi)
{
    const struct wg_problem *problem;
    const char *currency;
    int64_t minor;
    mpq_t value;

    mpq_init(value);
    for (size_t i = 0; i < sroi->model->n_inputs; i++) {
        mpq_set_ui(value, 1, 1);
        multiply_by_minor(value, sroi->model->inputs[i]->amount);
        mpq_add(sroi->inputs, sroi->inputs, value);
    }
    problem = sroi->model->with_costs ? costs_read(sroi->writer, true, &currency, &minor) : NULL;
    if (!problem && sroi->model->with_costs && currency) {
        if (strcmp(currency, sroi->currency) != 0)
            problem = wg_fail(sroi->writer->call, &wg_conflict, "costs are in another currency");
        mpq_set_si(value, (long)minor, 1);
        mpq_add(sroi->inputs, sroi->inputs, value);
    }
    mpq_clear(value);
    return problem;
}

/* The fewest people behind an outcome that was counted; 0: none was. */
static uint64_t
fewest(const struct sroi *sroi)
{
    uint64_t n = 0;

    for (size_t i = 0; i < sroi->model->n_outcomes; i++)
        if (sroi->counted[i].improved && (!n || sroi->counted[i].improved < n))
            n = sroi->counted[i].improved;
    return n;
}

static void
write_ratio_of(struct sroi *sroi)
{
    uint64_t n = fewest(sroi);
    mpq_t value;

    write_table(sroi->writer, "RETURN", "Return");
    write_rounded(sroi, &(struct figure){GROUP_ALL, "BENEFITS", "Benefits, present value",
        "the present values of all outcomes", NULL, UNIT(MONEY)}, sroi->benefits, n);
    write_rounded(sroi, &(struct figure){GROUP_ALL, "INPUTS", "Inputs", "what is put in", NULL, UNIT(MONEY)},
                  sroi->inputs, 0);
    mpq_init(value);
    mpq_sub(value, sroi->benefits, sroi->inputs);
    write_rounded(sroi, &(struct figure){GROUP_ALL, "NET", "Net present value", "benefits less inputs", NULL,
        UNIT(MONEY)}, value, n);
    if (mpq_sgn(sroi->inputs)) {
        mpq_div(value, sroi->benefits, sroi->inputs);
        write_value(sroi->writer, &(struct figure){GROUP_ALL, "RATIO", "Return for each unit put in",
            "benefits, present value", "inputs", UNIT(RATIO), sroi->model->source}, value, 3, n);
    }
    mpq_clear(value);
}

static const struct wg_problem *
write_all(struct sroi *sroi)
{
    const struct wg_problem *problem;

    if ((problem = count(sroi)) || (problem = add_inputs(sroi)))
        return problem;
    write_declaration(sroi->writer, wg_format(sroi->writer->arena,
        "Model: %s, revision as now; perspective: %s; discounted at %s a year. What is assumed comes from %s.",
        sroi->model->title, sroi->model->perspective, sroi->model->discount_rate, sroi->model->source));
    write_table(sroi->writer, "OUTCOMES", "What outcomes are reckoned to be worth");
    for (size_t i = 0; i < sroi->model->n_outcomes; i++)
        write_outcome(sroi, i);
    write_ratio_of(sroi);
    return NULL;
}

const struct wg_problem *
write_sroi(struct writer *writer)
{
    const Request *request = writer->selection->request;
    struct sroi *sroi = wg_alloc(writer->arena, sizeof(*sroi));
    const struct wg_problem *problem;
    const ProtobufCMessage *model;

    if (!sroi)
        return wg_no_memory(writer->call);
    if (!*request->model)
        wg_violation(writer->call, "/model", "REQUIRED", "say by which model of social return");
    if ((problem = wg_violations(writer->call)) ||
        (problem = wg_look_at(writer->call, "/model", request->model, &model)))
        return problem;
    *sroi = (struct sroi){.writer = writer, .model = (const ReturnModel *)model,
                          .pairing = pairing_of(request)};
    sroi->currency = sroi->model->outcomes[0]->proxy->currency;
    mpq_inits(sroi->benefits, sroi->inputs, NULL);
    problem = write_all(sroi);
    mpq_clears(sroi->benefits, sroi->inputs, NULL);
    return problem;
}
