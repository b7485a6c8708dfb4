/* price.c - list price → discount → index → uplift → rounded; exact. */
#include "price.h"

#include <wellgate/decimal.h>
#include <wellgate/money.h>

typedef Wellgate__Common__V1__Money Money;
typedef Wellgate__Payments__V1__Index Index;
typedef Wellgate__Payments__V1__ShareOfSaving ShareOfSaving;
typedef Wellgate__Payments__V1__BonusMalus BonusMalus;

#define MEASURE_ONE 10000 /* 10^EVIDENCE_SCALE */

_Static_assert(EVIDENCE_SCALE == 4, "measures are whole numbers of 10^-4");

/* ---- Terms → numbers ---- */

int64_t
money_or_none(const char *currency, const Money *money)
{
    int64_t minor;

    return money && wg_money_parse(currency, money->amount, &minor) ? minor : NO_CAP;
}

static void
read_or(const char *text, long otherwise, mpq_ptr value)
{
    if (!wg_ratio_parse(text, value))
        mpq_set_si(value, otherwise, 1);
}

/* value = 1 − a part that the terms name, if they do. */
static void
read_rest(const char *text, mpq_ptr value)
{
    mpq_t one;

    mpq_init(one);
    mpq_set_ui(one, 1, 1);
    read_or(text, 0, value);
    mpq_sub(value, one, value);
    mpq_clear(one);
}

/* The factor before the index's first value is 1, under its cap like all. */
static void
read_factor(const Index *index, size_t i, mpq_ptr factor)
{
    mpq_t base, cap;

    mpq_inits(base, cap, NULL);
    read_or(i ? index->values[i - 1]->value : index->base_value, 1, factor);
    if (wg_ratio_parse(index->base_value, base) && mpq_sgn(base))
        mpq_div(factor, factor, base);
    if (wg_ratio_parse(index->cap, cap) && mpq_cmp(factor, cap) > 0)
        mpq_set(factor, cap);
    mpq_clears(base, cap, NULL);
}

static bool
read_index(struct wg_arena *arena, const Index *index, struct version_terms *terms)
{
    size_t n = index ? index->n_values + 1 : 1;

    terms->factors = wg_alloc_array(arena, n, sizeof(*terms->factors));
    terms->from = wg_alloc_array(arena, n, sizeof(*terms->from));
    if (!terms->factors || !terms->from)
        return false;
    for (; terms->n_factors < n; terms->n_factors++) {
        size_t i = terms->n_factors;

        mpq_init(terms->factors[i]);
        terms->from[i] = INT32_MIN;
        if (i)
            wg_date_parse(index->values[i - 1]->from_date, &terms->from[i]);
        if (index)
            read_factor(index, i, terms->factors[i]);
        else
            mpq_set_ui(terms->factors[i], 1, 1);
    }
    return true;
}

bool
version_terms_init(struct wg_arena *arena, const Contract *contract, const Version *version,
                   struct version_terms *terms)
{
    const Settlement *s = version->settlement;
    const char *currency = contract->currency;

    *terms = (struct version_terms){
        .version = version,
        .contract = contract,
        .unrounded = s && s->unit_price_rounding ==
                              WELLGATE__PAYMENTS__V1__SETTLEMENT__UNIT_PRICE_ROUNDING__NONE,
        .cap = money_or_none(currency, s ? s->cap : NULL),
        .cap_per_person = money_or_none(currency, s ? s->cap_per_person : NULL),
        .cap_per_period = money_or_none(currency, s ? s->cap_per_period : NULL),
    };
    mpq_init(terms->kept);
    read_rest(s ? s->discount : "", terms->kept);
    return read_index(arena, s ? s->index : NULL, terms);
}

void
version_terms_finish(struct version_terms *terms)
{
    for (size_t i = 0; i < terms->n_factors; i++)
        mpq_clear(terms->factors[i]);
    mpq_clear(terms->kept);
}

bool
rule_has_units(const Rule *rule)
{
    switch (rule->outcome_case) {
    case OUTCOME(MILESTONE):
    case OUTCOME(SUSTAINED):
    case OUTCOME(SCORE_CHANGE_PERSON):
    case OUTCOME(K_OF_N):
    case OUTCOME(EVENT_REDUCTION_PERSON):
    case OUTCOME(TIME_ACCRUAL):
    case OUTCOME(CUMULATIVE_VALUE):
    case OUTCOME(ATTRIBUTE_SUPPLEMENT):
        return true;
    default:
        return false;
    }
}

static bool
reads_measure(const Rule *rule)
{
    return rule->price_case != PRICE(FLAT) && rule->price_case != PRICE(VOLUME_TIERS) &&
           rule->price_case != PRICE(FEE);
}

void
rule_terms_init(const struct version_terms *version, const Rule *rule, struct rule_terms *terms)
{
    const Wellgate__Payments__V1__Caps *caps = rule->caps;
    const char *currency = version->contract->currency;
    mpq_t attribution;

    *terms = (struct rule_terms){
        .version = version,
        .rule = rule,
        .of_persons = rule_has_units(rule),
        .by_measure = reads_measure(rule),
        .cap_per_person = money_or_none(currency, caps ? caps->per_person : NULL),
        .cap = money_or_none(currency, caps ? caps->amount : NULL),
        .cap_per_period = money_or_none(currency, caps ? caps->per_period : NULL),
        .floor = money_or_none(currency, caps ? caps->floor_per_period : NULL),
        .units = caps ? caps->units : 0,
        .units_per_period = caps ? caps->units_per_period : 0,
    };
    while (version->version->rules[terms->place] != rule)
        terms->place++;
    mpq_init(terms->net);
    read_rest(rule->deadweight, terms->net);
    mpq_init(attribution);
    read_or(rule->attribution, 1, attribution);
    mpq_mul(terms->net, terms->net, attribution);
    mpq_clear(attribution);
}

void
rule_terms_finish(struct rule_terms *terms)
{
    mpq_clear(terms->net);
}

size_t
factor_on(const struct version_terms *version, wg_date date)
{
    size_t i = version->n_factors - 1;

    while (version->from[i] > date)
        i--;
    return i;
}

/* ---- The price of a unit ---- */

static bool
round_minor(mpq_ptr value)
{
    int64_t minor;

    if (!wg_money_round(value, &minor))
        return false;
    mpq_set_si(value, minor, 1);
    return true;
}

static void
set_money(const struct rule_terms *terms, const Money *money, mpq_ptr value)
{
    mpq_set_si(value, money_or_none(terms->version->contract->currency, money), 1);
}

/* Of prices for one: times how many, which are never fewer than 0. */
static void
times_at_least_0(mpq_ptr price, mpq_srcptr many)
{
    if (mpq_sgn(many) > 0)
        mpq_mul(price, price, many);
    else
        mpq_set_ui(price, 0, 1);
}

/* By the kinds that units and figures share; at: the measure or the figure. */
static void
list_price(const struct rule_terms *terms, mpq_srcptr at, mpq_ptr price)
{
    const char *currency = terms->version->contract->currency;
    const Rule *rule = terms->rule;

    switch (rule->price_case) {
    case PRICE(FLAT):
        set_money(terms, rule->flat->amount, price);
        break;
    case PRICE(STEP_TABLE):
        step_table_amount(rule->step_table, currency, at, price);
        break;
    case PRICE(LINEAR_TABLE):
        linear_table_amount(rule->linear_table, currency, at, price);
        break;
    case PRICE(PER_UNIT_REDUCTION):
        set_money(terms, rule->per_unit_reduction->amount, price);
        times_at_least_0(price, at);
        break;
    default:
        mpq_set_ui(price, 0, 1);
    }
}

static void
discount_and_index(const struct rule_terms *terms, size_t factor, mpq_ptr price)
{
    mpq_mul(price, price, terms->version->kept);
    mpq_mul(price, price, terms->version->factors[factor]);
}

static void
uplift_price(const struct rule_terms *terms, uint16_t uplift, mpq_ptr price)
{
    mpq_t times;

    if (uplift == UNIT_NO_UPLIFT)
        return;
    mpq_init(times);
    read_or(terms->rule->uplifts[uplift]->factor, 1, times);
    mpq_mul(price, price, times);
    mpq_clear(times);
}

bool
unit_price(const struct rule_terms *terms, size_t factor, uint16_t uplift, int64_t measure,
           mpq_ptr price)
{
    bool fits;
    mpq_t at;

    mpq_init(at);
    mpq_set_si(at, measure, MEASURE_ONE);
    mpq_canonicalize(at);
    if (terms->rule->price_case == PRICE(VOLUME_TIERS))
        set_money(terms, terms->rule->volume_tiers->tiers[measure]->amount, price);
    else
        list_price(terms, at, price);
    mpq_clear(at);
    discount_and_index(terms, factor, price);
    uplift_price(terms, uplift, price);
    fits = terms->version->unrounded || round_minor(price);
    mpq_mul(price, price, terms->net);
    return fits;
}

size_t
tier_of(const struct rule_terms *terms, uint64_t before)
{
    const Wellgate__Payments__V1__VolumeTiers *tiers = terms->rule->volume_tiers;
    size_t i = 0;

    while (i + 1 < tiers->n_tiers && before >= tiers->tiers[i]->up_to)
        i++;
    return i;
}

/* ---- The price of a figure, or a fee ---- */

void
fee_price(const struct rule_terms *terms, size_t factor, mpq_ptr price)
{
    set_money(terms, terms->rule->fee->amount, price);
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
            set_money(terms, bands->bands[i]->up_to, to);
        if (!bands->bands[i]->up_to || mpq_cmp(to, saving) > 0)
            mpq_set(to, saving);
        read_or(bands->bands[i]->share, 0, share);
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
    set_money(terms, most, limit);
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

/* So much for each 1 that the figure lies beyond the dead band. */
static void
bonus_price(const struct rule_terms *terms, const struct figure *figure, mpq_ptr price)
{
    const BonusMalus *bonus = terms->rule->bonus_malus;
    mpq_t beyond, band;
    int sign;

    mpq_inits(beyond, band, NULL);
    read_or(bonus->target, 0, band);
    mpq_sub(beyond, figure->value, band);
    sign = mpq_sgn(beyond);
    mpq_abs(beyond, beyond);
    read_or(bonus->dead_band, 0, band);
    mpq_sub(beyond, beyond, band);
    set_money(terms, bonus->amount, price);
    times_at_least_0(price, beyond);
    if (sign < 0)
        mpq_neg(price, price);
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

static void
times_people(const struct figure *figure, mpq_ptr price)
{
    mpq_t people;

    mpq_init(people);
    mpq_set_ui(people, figure->n, 1);
    mpq_mul(price, price, people);
    mpq_clear(people);
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

/* ---- Ticks ---- */

static void
times_denominator(mpz_ptr all, mpq_srcptr value)
{
    mpz_lcm(all, all, mpq_denref(value));
}

/* Of all slopes and places between a line's points. */
static void
line_denominators(const struct rule_terms *terms, mpz_ptr all)
{
    const LinearTable *table = terms->rule->linear_table;
    mpz_t places, slopes;
    mpq_t at, before, step, slope;

    mpz_init_set_ui(places, MEASURE_ONE);
    mpz_init_set_ui(slopes, 1);
    mpq_inits(at, before, step, slope, NULL);
    for (size_t i = 0; i < table->n_points; i++) {
        read_or(table->points[i]->at, 0, at);
        times_denominator(places, at);
        mpq_sub(step, at, before);
        if (i && mpq_sgn(step)) {
            set_money(terms, table->points[i]->amount, slope);
            set_money(terms, table->points[i - 1]->amount, before);
            mpq_sub(slope, slope, before);
            mpq_div(slope, slope, step);
            times_denominator(slopes, slope);
        }
        mpq_set(before, at);
    }
    mpz_mul(all, all, places);
    mpz_mul(all, all, slopes);
    mpq_clears(at, before, step, slope, NULL);
    mpz_clears(places, slopes, NULL);
}

/* Of a price that is not rounded to the penny. */
static void
unrounded_denominators(const struct rule_terms *terms, mpz_ptr all)
{
    mpz_t factors, uplifts;
    mpq_t uplift;

    mpz_init_set_ui(factors, 1);
    mpz_init_set_ui(uplifts, 1);
    mpq_init(uplift);
    for (size_t i = 0; i < terms->version->n_factors; i++)
        times_denominator(factors, terms->version->factors[i]);
    for (size_t i = 0; i < terms->rule->n_uplifts; i++) {
        read_or(terms->rule->uplifts[i]->factor, 1, uplift);
        times_denominator(uplifts, uplift);
    }
    mpz_mul(all, all, mpq_denref(terms->version->kept));
    mpz_mul(all, all, factors);
    mpz_mul(all, all, uplifts);
    if (terms->rule->price_case == PRICE(LINEAR_TABLE))
        line_denominators(terms, all);
    if (terms->rule->price_case == PRICE(PER_UNIT_REDUCTION))
        mpz_mul_ui(all, all, MEASURE_ONE);
    mpq_clear(uplift);
    mpz_clears(factors, uplifts, NULL);
}

void
price_scale(const struct rule_terms *terms, mpz_ptr scale)
{
    mpz_t own;

    if (!terms->of_persons)
        return;
    mpz_init_set(own, mpq_denref(terms->net));
    if (terms->version->unrounded)
        unrounded_denominators(terms, own);
    mpz_lcm(scale, scale, own);
    mpz_clear(own);
}
