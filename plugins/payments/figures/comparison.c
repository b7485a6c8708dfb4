/* comparison.c - own against other. */
#include "comparison.h"

#include <string.h>
#include <wellgate/decimal.h>
#include <wellgate/messages.h>

#define EFFECT(name) WELLGATE__PAYMENTS__V1__COMPARISON__EFFECT__##name
#define CLASS_OTHER WELLGATE__OUTCOMES__V1__UTILISATION__CLASS__OTHER

/* ---- Which observation ---- */

static bool
is_of(const Observation *observation, struct wg_period days)
{
    struct wg_period own;

    return !*observation->practice && wg_period_parse(observation->period, &own) &&
           own.first == days.first && own.last == days.last;
}

static const char *
class_word(const Observation *observation, size_t i)
{
    if (observation->classes[i] == CLASS_OTHER)
        return observation->code;
    return wg_enum_word(&wellgate__outcomes__v1__utilisation__class__descriptor,
                        (int)observation->classes[i]);
}

/* "use:ED_ATTENDANCE" and "ED_ATTENDANCE" are the same. */
static bool
counts(const Observation *observation, const char *event)
{
    const char *colon = strchr(event, ':'), *word = colon ? colon + 1 : event;

    for (size_t i = 0; i < observation->n_classes; i++)
        if (strcmp(class_word(observation, i), word) == 0)
            return true;
    return false;
}

/* Of just these events, each once. */
static bool
counts_all(const Observation *observation, char *const *events, size_t n)
{
    bool all = observation->n_classes == n;

    for (size_t i = 0; all && i < n; i++)
        all = counts(observation, events[i]);
    return all;
}

const Observation *
observed_score(const struct comparator *comparator, struct wg_period days, const char *instrument,
               const char *score)
{
    for (size_t i = comparator ? comparator->n : 0; i-- > 0;) {
        const Observation *observation = comparator->observations[i];

        if (is_of(observation, days) && *observation->mean &&
            strcmp(observation->instrument, instrument) == 0 &&
            strcmp(observation->score, score) == 0)
            return observation;
    }
    return NULL;
}

const Observation *
observed_events(const struct comparator *comparator, struct wg_period days, char *const *events,
                size_t n)
{
    for (size_t i = comparator ? comparator->n : 0; i-- > 0;) {
        const Observation *observation = comparator->observations[i];

        if (is_of(observation, days) && counts_all(observation, events, n) &&
            (*observation->mean || (*observation->events && observation->n)))
            return observation;
    }
    return NULL;
}

const Observation *
observed_cost(const struct comparator *comparator, struct wg_period days, char *const *classes,
              size_t n, const char *currency)
{
    for (size_t i = comparator ? comparator->n : 0; i-- > 0;) {
        const Observation *observation = comparator->observations[i];

        if (is_of(observation, days) && counts_all(observation, classes, n) &&
            observation->cost_per_head && strcmp(observation->cost_per_head->currency, currency) == 0)
            return observation;
    }
    return NULL;
}

/* ---- Own and other ---- */

void
reckoning_begin(struct reckoning *reckoning, struct figure *figure)
{
    *reckoning = (struct reckoning){.figure = figure};
    mpq_inits(reckoning->own, reckoning->other, reckoning->deviation, NULL);
    figure->judged = false;
    figure->n = 0;
    figure->reason = REASON(EVIDENCE_MISSING);
    mpq_set_ui(figure->value, 0, 1);
    mpq_set_ui(figure->numerator, 0, 1);
    mpq_set_ui(figure->denominator, 0, 1);
}

void
reckoning_end(struct reckoning *reckoning)
{
    mpq_clears(reckoning->own, reckoning->other, reckoning->deviation, NULL);
}

/* sum × 10^-4 / n */
static void
set_mean(mpq_ptr mean, wide sum, int32_t n)
{
    ticks_get(sum, mpq_numref(mean));
    mpz_set_si(mpq_denref(mean), n);
    mpz_mul_ui(mpq_denref(mean), mpq_denref(mean), 10000);
    mpq_canonicalize(mean);
}

void
reckon_mean(struct reckoning *reckoning, const struct tally *tally)
{
    struct figure *figure = reckoning->figure;

    figure->n = reckoning->weight = (uint32_t)tally->n;
    if (tally->n < reckoning->least_n)
        figure->reason = REASON(MIN_N);
    if (!tally->n)
        return;
    set_mean(reckoning->own, tally->sum, tally->n);
    figure->judged = tally->n >= reckoning->least_n;
    if (figure->judged)
        figure->reason = REASON(PAID);
}

void
reckon_count(struct reckoning *reckoning, const struct tally *tally, const char *expected)
{
    set_mean(reckoning->own, tally->sum, 1);
    wg_ratio_parse(expected, reckoning->other);
    reckoning->observed = true;
    reckoning->weight = 1;
    reckoning->figure->n = (uint32_t)tally->n;
    reckoning->figure->judged = true;
    reckoning->figure->reason = REASON(PAID);
}

/* Its mean; where it has none, its events a head. */
static void
take_rate(struct reckoning *reckoning, const Observation *observation)
{
    if (*observation->mean) {
        wg_ratio_parse(observation->mean, reckoning->other);
        return;
    }
    wg_ratio_parse(observation->events, reckoning->other);
    mpz_mul_ui(mpq_denref(reckoning->other), mpq_denref(reckoning->other), observation->n);
    mpq_canonicalize(reckoning->other);
}

/* Is other an observation's? Else it is what the terms fix, or not known. */
static bool
is_observed(struct reckoning *reckoning, const Observation *observation)
{
    const Comparison *comparison = reckoning->comparison;

    if (!comparison)
        return false;
    reckoning->observed = observation || !*comparison->comparator;
    if (observation)
        wg_ratio_parse(observation->standard_deviation, reckoning->deviation);
    else if (reckoning->observed)
        wg_ratio_parse(comparison->fixed, reckoning->other);
    return observation;
}

void
reckon_observed(struct reckoning *reckoning, const Observation *observation)
{
    if (is_observed(reckoning, observation))
        take_rate(reckoning, observation);
}

void
reckon_observed_cost(struct reckoning *reckoning, const Observation *observation)
{
    if (is_observed(reckoning, observation))
        wg_ratio_parse(observation->cost_per_head->amount, reckoning->other);
}

void
reckon_own(struct reckoning *reckoning, const struct tally *earlier)
{
    reckoning->observed = earlier && earlier->n && earlier->n >= reckoning->least_n;
    if (reckoning->observed)
        set_mean(reckoning->other, earlier->sum, earlier->n);
}

/* ---- The figure ---- */

/* What the difference is divided by; false where it cannot be. */
static bool
divisor(const struct reckoning *reckoning, mpq_ptr by)
{
    mpq_set_ui(by, 1, 1);
    if (reckoning->effect != EFFECT(RELATIVE) && reckoning->effect != EFFECT(SD))
        return true;
    mpq_set(by, reckoning->effect == EFFECT(RELATIVE) ? reckoning->other : reckoning->deviation);
    return mpq_sgn(by) != 0;
}

void
reckon_difference(struct reckoning *reckoning, bool more)
{
    struct figure *figure = reckoning->figure;
    mpq_t weight;

    if (figure->judged && ((reckoning->comparison && !reckoning->observed) ||
                           !divisor(reckoning, figure->denominator))) {
        figure->judged = false;
        figure->reason = REASON(EVIDENCE_MISSING);
    }
    if (!figure->judged)
        return;
    divisor(reckoning, figure->denominator);
    mpq_sub(figure->numerator, more ? reckoning->own : reckoning->other,
            more ? reckoning->other : reckoning->own);
    mpq_div(figure->value, figure->numerator, figure->denominator);
    mpq_init(weight);
    mpq_set_ui(weight, reckoning->weight, 1);
    mpq_mul(figure->numerator, figure->numerator, weight);
    mpq_mul(figure->denominator, figure->denominator, weight);
    mpq_clear(weight);
}
