/* sample_correction.c - an error rate × what was issued: what all claims are too much. */
#include <string.h>
#include <wellgate/decimal.h>

#include "standing/adjustments.h"
#include "terms/payer_terms.h"
#include "samples.h"

/* What was issued for a rule in the sample's period, payer by payer. */
struct correcting {
    struct wg_call *call;
    const Contract *contract;
    Sample *sample;
    const char *rule;
    int64_t *issued;
    int64_t sum; /* of all corrections: negative */
    const struct wg_problem *problem;
};

static bool
take_line(void *context, const struct wg_record *record)
{
    struct correcting *correcting = context;
    const Line *line = (const Line *)record->message;

    if (line->kind == WELLGATE__PAYMENTS__V1__LINE__KIND__CREDIT ||
        strcmp(line->rule, correcting->rule) != 0 || strcmp(line->period, correcting->sample->period) != 0)
        return true;
    for (size_t i = 0; i < line->n_payers; i++)
        for (size_t p = 0; p < correcting->contract->n_payers; p++)
            if (strcmp(correcting->contract->payers[p], line->payers[i]->payer) == 0)
                correcting->issued[p] += minor_of(line->payers[i]->amount);
    return true;
}

static bool
take_statement(void *context, const struct wg_record *record)
{
    struct correcting *correcting = context;
    const Statement *statement = (const Statement *)record->message;

    if (statement->state == WELLGATE__PAYMENTS__V1__STATEMENT__STATE__ISSUED)
        correcting->problem = wg_scan(correcting->call, "payments/Line", statement->name, NULL, take_line,
                                      correcting);
    return !correcting->problem;
}

static const struct wg_problem *
sum_up_issued(struct correcting *correcting)
{
    const Contract *contract = correcting->contract;
    const struct wg_problem *problem;

    correcting->issued = wg_alloc_array(wg_call_arena(correcting->call), contract->n_payers,
                                        sizeof(*correcting->issued));
    if (!correcting->issued)
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
        int64_t vat = vat_at(vat_rate_of(contract, contract->payers[p]), net);

        if (net > 0 && !adjustment_add_part(correcting->call, adjustment, contract->payers[p],
                                            contract->currency, net, vat))
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
