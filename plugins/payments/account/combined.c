/* combined.c - other rules' figures, weighted → a sum, a mean or a product of them. */
#include "combined.h"

#include <string.h>
#include <wellgate/decimal.h>

#define COMBINATION(name) WELLGATE__PAYMENTS__V1__COMBINED_FIGURES__COMBINATION__##name

/* ---- A part ---- */

/* A rule's figures, by period; NULL: no version in force has it. */
static const struct rule_period *
periods_of(const struct account *account, const char *rule)
{
    for (size_t r = 0; r < account->n_rules; r++)
        if (strcmp(account->settlements[r].id, rule) == 0)
            return account->settlements[r].periods;
    return NULL;
}

static reason_code
reason_of(const struct figure *figure)
{
    if (figure->judged && figure->reason == REASON(PAID))
        return REASON(PAID);
    return figure->reason && figure->reason != REASON(PAID) ? figure->reason : REASON(EVIDENCE_MISSING);
}

/* The mean of the last so many, if they are all there, or those that lack are left out. */
static reason_code
mean_of(const struct rule_period *periods, size_t end, uint32_t many, bool skip, mpq_ptr mean)
{
    reason_code lacks = many > end ? REASON(EVIDENCE_MISSING) : REASON(PAID);
    uint32_t n = 0;
    mpq_t by;

    mpq_set_ui(mean, 0, 1);
    for (size_t p = many > end ? 0 : end - many; p < end; p++) {
        reason_code reason = reason_of(&periods[p].figure);

        if (reason != REASON(PAID)) {
            lacks = reason;
            continue;
        }
        mpq_add(mean, mean, periods[p].figure.value);
        n++;
    }
    if (!n || (lacks != REASON(PAID) && !skip))
        return lacks;
    mpq_init(by);
    mpq_set_ui(by, n, 1);
    mpq_div(mean, mean, by);
    mpq_clear(by);
    return REASON(PAID);
}

reason_code
combined_part(const struct account *account, const CombinedFigures *combined,
              const CombinedPart *part, size_t period, mpq_ptr value)
{
    const struct rule_period *periods = periods_of(account, part->rule);

    return periods ? mean_of(periods, period + 1, part->periods ? part->periods : 1,
                             combined->skip_missing, value)
                   : REASON(EVIDENCE_MISSING);
}

/* ---- What is made of them ---- */

/* So far. */
struct made {
    mpq_t value, weights;
    size_t n;
};

static void
take(struct made *made, const CombinedFigures *combined, const CombinedPart *part, mpq_ptr value)
{
    mpq_t weight;

    mpq_init(weight);
    if (!wg_ratio_parse(part->weight, weight))
        mpq_set_ui(weight, 1, 1);
    mpq_add(made->weights, made->weights, weight);
    mpq_mul(value, value, weight);
    if (combined->combination != COMBINATION(PRODUCT))
        mpq_add(made->value, made->value, value);
    else if (made->n)
        mpq_mul(made->value, made->value, value);
    else
        mpq_set(made->value, value);
    made->n++;
    mpq_clear(weight);
}

/* PAID: all parts that have to be there are. */
static reason_code
take_parts(const struct account *account, const CombinedFigures *combined, size_t period,
           struct made *made)
{
    reason_code lacks = REASON(PAID);
    mpq_t value;

    mpq_init(value);
    for (size_t i = 0; i < combined->n_parts; i++) {
        reason_code reason = combined_part(account, combined, combined->parts[i], period, value);

        if (reason == REASON(PAID))
            take(made, combined, combined->parts[i], value);
        else if (lacks == REASON(PAID))
            lacks = reason;
    }
    mpq_clear(value);
    return made->n && combined->skip_missing ? REASON(PAID) : lacks;
}

static void
set_figure(struct account *account, const CombinedFigures *combined, size_t at, size_t period)
{
    const struct rule_period *first = periods_of(account, combined->parts[0]->rule);
    struct figure *figure = &account->settlements[at].periods[period].figure;
    struct made made = {.n = 0};

    mpq_inits(made.value, made.weights, NULL);
    figure->reason = take_parts(account, combined, period, &made);
    figure->judged = figure->reason == REASON(PAID);
    figure->n = first ? first[period].figure.n : 0;
    if (combined->combination == COMBINATION(MEAN) && figure->judged)
        mpq_div(made.value, made.value, made.weights);
    mpq_set(figure->value, made.value);
    mpq_set(figure->numerator, made.value);
    mpq_set_ui(figure->denominator, 1, 1);
    mpq_set(account->rules[at].periods[period].own, made.value);
    mpq_clears(made.value, made.weights, NULL);
}

static void
combine_in(struct account *account, const struct terms *terms, size_t period)
{
    for (size_t r = 0; r < terms->version->n_rules; r++) {
        const Rule *rule = terms->version->rules[r];

        if (rule->outcome_case == WELLGATE__PAYMENTS__V1__RULE__OUTCOME_COMBINED_FIGURES)
            set_figure(account, rule->combined_figures, terms->account_of[r], period);
    }
}

void
combine_figures(struct account *account)
{
    for (size_t t = 0; t < account->n_terms; t++)
        for (size_t p = account->terms[t].span.first; p < account->terms[t].span.end; p++)
            combine_in(account, &account->terms[t], p);
}
