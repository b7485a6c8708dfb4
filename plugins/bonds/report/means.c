/* means.c - the figures of cohorts, as exactly as investors may be told them. */
#include <string.h>
#include <wellgate/decimal.h>

#include "facts.h"

typedef Wellgate__Payments__V1__DescribedRule DescribedRule;
typedef Wellgate__Payments__V1__Derivation Derivation;

#define COUNT_VS_BASELINE WELLGATE__PAYMENTS__V1__RULE__OUTCOME_COUNT_VS_BASELINE

/* A figure is (own - other) / something, with the one sign or the other: how much of it is 1 of
 * own. Scores, events and pounds are whole. */
static void
grain_of(const Derivation *derivation, mpq_t grain)
{
    mpq_t figure, own, other;

    mpq_inits(figure, own, other, NULL);
    mpq_set_ui(grain, 1, 1);
    if (wg_ratio_read(derivation->figure, figure) && wg_ratio_read(derivation->own, own)) {
        wg_ratio_read(derivation->other, other);
        mpq_sub(own, own, other);
        if (mpq_sgn(own) && mpq_sgn(figure)) {
            mpq_div(grain, figure, own);
            mpq_abs(grain, grain);
        }
    }
    mpq_clears(figure, own, other, NULL);
}

/* A count is no mean: it goes as far as its people do. */
static bool
is_count(const Told *told, const char *rule)
{
    for (size_t i = 0; i < told->n_rules; i++)
        if (strcmp(told->rules[i]->rule->id, rule) == 0)
            return told->rules[i]->rule->outcome_case == COUNT_VS_BASELINE;
    return false;
}

static struct told_mean
mean_of(const struct facts *facts, const char *text, int64_t printed, mpq_t grain, bool count)
{
    struct told_mean mean = {(char *)"", (char *)""};
    mpq_t value, step, people;

    mpq_inits(value, step, people, NULL);
    mpq_set_si(people, count && printed ? printed : 1, 1);
    mpq_mul(grain, grain, people);
    if (wg_ratio_read(text, value)) {
        wg_disclosed_step(wg_disclosure_for(WG_AUDIENCE_INVESTOR), printed, grain, RATIO_DIGITS, step);
        mean.value = wg_disclosed_mean(facts->arena, value, step);
        mean.step = wg_disclosed_mean(facts->arena, step, step);
    }
    mpq_clears(value, step, people, NULL);
    return mean;
}

struct told_mean
told_figure(const struct facts *facts, const Told *told, const Line *line, int64_t printed)
{
    struct told_mean mean;
    mpq_t grain;

    mpq_init(grain);
    grain_of(line->derivation, grain);
    mean = mean_of(facts, line->derivation->figure, printed, grain, is_count(told, line->rule));
    mpq_clear(grain);
    return mean;
}

struct told_mean
told_own(const struct facts *facts, const Told *told, const Line *line, int64_t printed)
{
    struct told_mean mean;
    mpq_t grain;

    mpq_init(grain);
    mpq_set_ui(grain, 1, 1);
    mean = mean_of(facts, line->derivation->own, printed, grain, is_count(told, line->rule));
    mpq_clear(grain);
    return mean;
}
