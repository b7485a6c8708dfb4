/* sample_correction.c - an error rate × what was issued: what all claims are too much. */
#include <string.h>
#include <wellgate/decimal.h>

#include "standing/adjustments.h"
#include "terms/payer_terms.h"
#include "samples.h"

/* What was issued for a rule in the sample's period, payer by payer, and how it was taxed then. */
struct correcting {
    struct wg_call *call;
    const Contract *contract;
    Sample *sample;
    const char *rule;
    const Statement *statement; /* whose lines are taken */
    int64_t *issued;
    const char **vat_rates; /* of the last statement that issued some */
    int64_t sum; /* of all corrections: negative */
    const struct wg_problem *problem;
};

static const char *
rate_of(const Statement *statement, const char *payer)
{
    for (size_t i = 0; i < statement->n_standings; i++)
        if (strcmp(statement->standings[i]->payer, payer) == 0)
            return statement->standings[i]->vat_rate;
    return "";
}

static void
take_part(struct correcting *correcting, const Wellgate__Payments__V1__PayerAmount *part)
{
    size_t p = payer_place(correcting->contract, part->payer);
    int64_t minor = minor_of(part->amount);

    correcting->issued[p] += minor;
    if (minor && !(correcting->vat_rates[p] = wg_copy_text(wg_call_arena(correcting->call),
                                                           rate_of(correcting->statement, part->payer))))
        correcting->problem = wg_no_memory(correcting->call);
}

static bool
take_line(void *context, const struct wg_record *record)
{
    struct correcting *correcting = context;
    const Line *line = (const Line *)record->message;

    if (line->kind == WELLGATE__PAYMENTS__V1__LINE__KIND__CREDIT ||
        strcmp(line->rule, correcting->rule) != 0 || strcmp(line->period, correcting->sample->period) != 0)
        return true;
    for (size_t i = 0; i < line->n_payers && !correcting->problem; i++)
        take_part(correcting, line->payers[i]);
    return !correcting->problem;
}

static bool
take_statement(void *context, const struct wg_record *record)
{
    struct correcting *correcting = context;
    const struct wg_problem *problem = NULL;

    correcting->statement = (const Statement *)record->message;
    if (correcting->statement->state == WELLGATE__PAYMENTS__V1__STATEMENT__STATE__ISSUED)
        problem = wg_scan(correcting->call, "payments/Line", correcting->statement->name, NULL, take_line,
                          correcting);
    if (!correcting->problem)
        correcting->problem = problem;
    return !correcting->problem;
}

static const struct wg_problem *
sum_up_issued(struct correcting *correcting)
{
    const Contract *contract = correcting->contract;
    const struct wg_problem *problem;

    correcting->issued = wg_alloc_array(wg_call_arena(correcting->call), contract->n_payers,
                                        sizeof(*correcting->issued));
    correcting->vat_rates = wg_alloc_array(wg_call_arena(correcting->call), contract->n_payers,
                                           sizeof(*correcting->vat_rates));
    if (!correcting->issued || !correcting->vat_rates)
        return wg_no_memory(correcting->call);
    problem = wg_scan(correcting->call, "payments/Statement", contract->name, NULL, take_statement,
                      correcting);
    return problem ? problem : correcting->problem;
}

/* Rounded half away from zero. */
static int64_t
part_in_error(const Sample *sample, int64_t minor)
{
    int64_t part = 0;
    mpq_t rate, exact;

    mpq_inits(rate, exact, NULL);
    mpq_set_si(exact, minor, 1);
    if (wg_ratio_read(sample->error_rate, rate)) {
        mpq_mul(exact, exact, rate);
        wg_money_round(exact, &part);
    }
    mpq_clears(rate, exact, NULL);
    return part;
}

static bool
add_parts(struct correcting *correcting, Adjustment *adjustment)
{
    const Contract *contract = correcting->contract;

    for (size_t p = 0; p < contract->n_payers; p++) {
        int64_t net = part_in_error(correcting->sample, correcting->issued[p]);

        if (net > 0 && !adjustment_add_part(correcting->call, adjustment, contract->payers[p],
                                            contract->currency, net,
                                            vat_at(correcting->vat_rates[p], net)))
            return false;
    }
    return true;
}

static bool
describe(struct correcting *correcting, Adjustment *adjustment)
{
    const Sample *sample = correcting->sample;

    adjustment->source = sample->name;
    adjustment->note = wg_format(
        wg_call_arena(correcting->call),
        "%u of %zu sampled claims of %u in %s were in error: %s, with 95 %% confidence between %s and %s. "
        "That part of what was issued for the period is credited.", sample->errors, sample->n_claims,
        sample->population, sample->period, sample->error_rate, sample->interval_low,
        sample->interval_high);
    return adjustment->note &&
           append_message(correcting->call, &correcting->sample->adjustments,
                          &correcting->sample->n_adjustments, adjustment->name);
}

static const struct wg_problem *
correct_rule(struct correcting *correcting)
{
    struct wg_call *call = correcting->call;
    Adjustment *adjustment = adjustment_new(call, correcting->contract->name, ADJUSTMENT(SAMPLE_CORRECTION),
                                            correcting->rule, correcting->sample->period);
    const struct wg_problem *problem = sum_up_issued(correcting);

    if (problem)
        return problem;
    if (!adjustment || !add_parts(correcting, adjustment))
        return wg_no_memory(call);
    if (!adjustment->n_parts)
        return NULL;
    correcting->sum += minor_of(adjustment->amount);
    return describe(correcting, adjustment) ? wg_insert(call, &adjustment->base, NULL) : wg_no_memory(call);
}

static bool
seen_before(const Sample *sample, size_t claim)
{
    for (size_t i = 0; i < claim; i++)
        if (strcmp(sample->claims[i]->rule, sample->claims[claim]->rule) == 0)
            return true;
    return false;
}

const struct wg_problem *
sample_correct(struct wg_call *call, const Contract *contract, Sample *sample)
{
    struct correcting correcting = {.call = call, .contract = contract, .sample = sample};
    const struct wg_problem *problem = NULL;

    for (size_t i = 0; sample->errors && !problem && i < sample->n_claims; i++) {
        correcting.rule = sample->claims[i]->rule;
        if (!seen_before(sample, i))
            problem = correct_rule(&correcting);
    }
    if (problem)
        return problem;
    sample->correction = wg_money_message(wg_call_arena(call), contract->currency, correcting.sum);
    return sample->correction ? NULL : wg_no_memory(call);
}
