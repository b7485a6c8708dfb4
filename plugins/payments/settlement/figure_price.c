/* figure_price.c - the price of a cohort's figure, or a fee; exact, and not rounded. */
#include "price_parts.h"

#include <wellgate/decimal.h>
#include <wellgate/money.h>

typedef Wellgate__Common__V1__Money Money;
typedef Wellgate__Payments__V1__ShareOfSaving ShareOfSaving;
typedef Wellgate__Payments__V1__BonusMalus BonusMalus;

void
fee_price(const struct rule_terms *terms, size_t factor, mpq_ptr price)
{
    price_set_money(terms, terms->rule->fee->amount, price);
    discount_and_index(terms, factor, price);
}

/* In minor units: the figure is in units of the currency, for each of n people. */
static void
saving_of(const struct rule_terms *terms, const struct figure *figure, mpq_ptr saving)
{
    mpq_t times;

    mpq_init(times);
    mpz_ui_pow_ui(mpq_numref(times), 10,
                  (unsigned long)wg_currency_digits(terms->version->contract->currency));
    mpz_mul_ui(mpq_numref(times), mpq_numref(times), figure->n);
    mpq_mul(saving, figure->value, times);
    mpq_clear(times);
}

/* What of a saving lies in each band, times its share. */
static void
share_bands(const struct rule_terms *terms, mpq_srcptr saving, mpq_ptr price)
{
    const ShareOfSaving *bands = terms->rule->share_of_saving;
    mpq_t from, to, share;

    mpq_inits(from, to, share, NULL);
    for (size_t i = 0; i < bands->n_bands && mpq_cmp(saving, from) > 0; i++) {
        if (bands->bands[i]->up_to)
            price_set_money(terms, bands->bands[i]->up_to, to);
        if (!bands->bands[i]->up_to || mpq_cmp(to, saving) > 0)
            mpq_set(to, saving);
        price_read(bands->bands[i]->share, 0, share);
        mpq_sub(from, to, from);
        mpq_mul(share, share, from);
        mpq_add(price, price, share);
        mpq_set(from, to);
    }
    mpq_clears(from, to, share, NULL);
}

static void
clamp(const struct rule_terms *terms, const Money *most, mpq_ptr price)
{
    mpq_t limit;

    if (!most)
        return;
    mpq_init(limit);
    price_set_money(terms, most, limit);
    if (mpq_cmp(price, limit) > 0)
        mpq_set(price, limit);
    mpq_neg(limit, limit);
    if (mpq_cmp(price, limit) < 0)
        mpq_set(price, limit);
    mpq_clear(limit);
}

static void
saving_price(const struct rule_terms *terms, const struct figure *figure, mpq_ptr price)
{
    mpq_t saving;

    mpq_init(saving);
    saving_of(terms, figure, saving);
    share_bands(terms, saving, price);
    clamp(terms, terms->rule->share_of_saving->cap, price);
    mpq_clear(saving);
}

static void
times_people(const struct figure *figure, mpq_ptr price)
{
    mpq_t people;

    mpq_init(people);
    mpq_set_ui(people, figure->n, 1);
    mpq_mul(price, price, people);
    mpq_clear(people);
}

/* So much for each 1 that the figure lies beyond the dead band. */
static void
bonus_price(const struct rule_terms *terms, const struct figure *figure, mpq_ptr price)
{
    const BonusMalus *bonus = terms->rule->bonus_malus;
    mpq_t beyond, band;
    int sign;

    mpq_inits(beyond, band, NULL);
    price_read(bonus->target, 0, band);
    mpq_sub(beyond, figure->value, band);
    sign = mpq_sgn(beyond);
    mpq_abs(beyond, beyond);
    price_read(bonus->dead_band, 0, band);
    if (!bonus->from_target || mpq_cmp(beyond, band) <= 0)
        mpq_sub(beyond, beyond, band);
    price_set_money(terms, bonus->amount, price);
    price_times(price, beyond);
    if (sign < 0)
        mpq_neg(price, price);
    if (bonus->per_head)
        times_people(figure, price);
    clamp(terms, bonus->limit, price);
    mpq_clears(beyond, band, NULL);
}

static bool
is_high_enough(const struct rule_terms *terms, const struct figure *figure)
{
    mpq_t least;
    bool enough;

    mpq_init(least);
    enough = !wg_ratio_parse(terms->rule->flat->at_least, least) ||
             mpq_cmp(figure->value, least) >= 0;
    mpq_clear(least);
    return enough;
}

void
figure_price(const struct rule_terms *terms, size_t factor, const struct figure *figure,
             mpq_ptr price)
{
    const Rule *rule = terms->rule;

    list_price(terms, figure->value, price);
    if (rule->price_case == PRICE(FLAT) && !is_high_enough(terms, figure))
        mpq_set_ui(price, 0, 1);
    if (rule->price_case == PRICE(PER_UNIT_REDUCTION) && rule->per_unit_reduction->per_head)
        times_people(figure, price);
    if (rule->price_case == PRICE(SHARE_OF_SAVING))
        saving_price(terms, figure, price);
    if (rule->price_case == PRICE(BONUS_MALUS))
        bonus_price(terms, figure, price);
    discount_and_index(terms, factor, price);
    mpq_mul(price, price, terms->net);
}

void
budget_share(const struct rule_terms *terms, const struct figure *figure, mpq_ptr share)
{
    const Wellgate__Payments__V1__ShareOfBudget *budget = terms->rule->share_of_budget;

    if (budget->performance)
        linear_table_share(budget->performance, figure->value, share);
    else
        step_table_share(budget->steps, figure->value, share);
}

bool
coupon_reached(const struct rule_terms *terms, const struct figure *figure)
{
    mpq_t first;
    bool reached;

    mpq_init(first);
    reached = wg_ratio_parse(terms->rule->coupon->steps[0]->at, first) &&
              mpq_cmp(figure->value, first) >= 0;
    mpq_clear(first);
    return reached;
}

void
pot_price(const struct rule_terms *terms, size_t factor, mpq_ptr pot)
{
    discount_and_index(terms, factor, pot);
    mpq_mul(pot, pot, terms->net);
}
