/* assurance.c - who validated what of a bond's outcomes. */
#include "facts.h"

typedef Wellgate__Bonds__V1__Assurance Assurance;
typedef Wellgate__Bonds__V1__SampledPeriod SampledPeriod;
typedef Wellgate__Payments__V1__Sample Sample;

static SampledPeriod *
sample_new(const struct facts *facts, const Sample *sample)
{
    const struct wg_disclosure *policy = wg_disclosure_for(WG_AUDIENCE_INVESTOR);
    SampledPeriod *message =
        wg_new_message(facts->arena, &wellgate__bonds__v1__sampled_period__descriptor);
    int64_t percent = wg_disclosed_percent(policy, sample->errors, (int64_t)sample->n_claims);

    if (!message)
        return NULL;
    message->period = sample->period;
    message->population = (char *)told_count(facts, sample->population);
    message->drawn = (char *)told_count(facts, (int64_t)sample->n_claims);
    if (percent != WG_HIDDEN)
        message->error_percent = wg_format(facts->arena, "%d", (int)percent);
    return message;
}

static bool
set_samples(const struct facts *facts, const Told *told, Assurance *assurance)
{
    assurance->samples =
        wg_alloc_array(facts->arena, told->n_samples + 1, sizeof(*assurance->samples));
    for (size_t i = 0; assurance->samples && i < told->n_samples; i++)
        assurance->samples[assurance->n_samples++] = sample_new(facts, told->samples[i]);
    return !facts->arena->exhausted;
}

static Assurance *
assurance_new(const struct facts *facts, size_t at)
{
    Assurance *assurance =
        wg_new_message(facts->arena, &wellgate__bonds__v1__assurance__descriptor);
    const Told *told = facts->told[at];
    int64_t claimed = 0, validated = 0;

    if (!assurance)
        return NULL;
    for (size_t i = 0; i < told->n_rules; i++) {
        claimed += told->rules[i]->claimed;
        validated += told->rules[i]->validated;
    }
    assurance->contract = facts->basis->bond->contracts[at];
    assurance->validator = told->validator;
    assurance->claimed = (char *)told_count(facts, claimed);
    assurance->validated = (char *)told_count(facts, validated);
    return set_samples(facts, told, assurance) ? assurance : NULL;
}

const struct wg_problem *
set_assurances(const struct facts *facts, Report *report)
{
    size_t n = facts->basis->bond->n_contracts;

    report->assurances = wg_alloc_array(facts->arena, n + 1, sizeof(*report->assurances));
    if (!report->assurances)
        return no_memory(facts->basis->call);
    for (size_t i = 0; i < n; i++)
        if (!(report->assurances[report->n_assurances++] = assurance_new(facts, i)))
            return no_memory(facts->basis->call);
    report->disclosure_note = (char *)
        "Counts of people of 1 to 7 are shown as *, others to the nearest 5; a count is also "
        "hidden, and so is an amount, where it would tell of fewer than 8 people together with "
        "what this report or an earlier one tells; a cohort's figure is told in steps that fit any "
        "number of people told as its n. What investors paid and were paid, and what "
        "contracts issued in all, is exact.";
    return NULL;
}
