/* price.c - list price → discount → index → uplift → rounded; exact. */
#include "price_parts.h"

#include <wellgate/decimal.h>
#include <wellgate/money.h>

typedef Wellgate__Common__V1__Money Money;
typedef Wellgate__Payments__V1__Index Index;

/* ---- Terms → numbers ---- */

int64_t
money_or_none(const char *currency, const Money *money)
{
    int64_t minor;

    return money && wg_money_parse(currency, money->amount, &minor) ? minor : NO_CAP;
}

void
price_read(const char *text, long otherwise, mpq_ptr value)
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
    price_read(text, 0, value);
    mpq_sub(value, one, value);
    mpq_clear(one);
}

/* The factor before the index's first value is 1, under its cap like all. */
static void
read_factor(const Index *index, size_t i, mpq_ptr factor)
{
    mpq_t base, cap;

    mpq_inits(base, cap, NULL);
    price_read(i ? index->values[i - 1]->value : index->base_value, 1, factor);
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

bool
rule_reads_measure(const Rule *rule)
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
        .by_measure = rule_reads_measure(rule),
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
    price_read(rule->attribution, 1, attribution);
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

void
price_set_money(const struct rule_terms *terms, const Money *money, mpq_ptr value)
{
    mpq_set_si(value, money_or_none(terms->version->contract->currency, money), 1);
}

void
price_times(mpq_ptr price, mpq_srcptr many)
{
    if (mpq_sgn(many) > 0)
        mpq_mul(price, price, many);
    else
        mpq_set_ui(price, 0, 1);
}

void
list_price(const struct rule_terms *terms, mpq_srcptr at, mpq_ptr price)
{
    const char *currency = terms->version->contract->currency;
    const Rule *rule = terms->rule;

    switch (rule->price_case) {
    case PRICE(FLAT):
        price_set_money(terms, rule->flat->amount, price);
        break;
    case PRICE(STEP_TABLE):
        step_table_amount(rule->step_table, currency, at, price);
        break;
    case PRICE(LINEAR_TABLE):
        linear_table_amount(rule->linear_table, currency, at, price);
        break;
    case PRICE(PER_UNIT_REDUCTION):
        price_set_money(terms, rule->per_unit_reduction->amount, price);
        if (rule->per_unit_reduction->below_zero)
            mpq_mul(price, price, at);
        else
            price_times(price, at);
        break;
    default:
        mpq_set_ui(price, 0, 1);
    }
}

void
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
    price_read(terms->rule->uplifts[uplift]->factor, 1, times);
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
    mpq_set_si(at, measure, EVIDENCE_ONE);
    mpq_canonicalize(at);
    if (terms->rule->price_case == PRICE(VOLUME_TIERS))
        price_set_money(terms, terms->rule->volume_tiers->tiers[measure]->amount, price);
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
tier_of_units(const struct rule_terms *terms, uint64_t before)
{
    const Wellgate__Payments__V1__VolumeTiers *tiers = terms->rule->volume_tiers;
    size_t i = 0;

    while (i + 1 < tiers->n_tiers && before >= tiers->tiers[i]->up_to)
        i++;
    return i;
}

int64_t
tier_end_paid(const struct rule_terms *terms, size_t i)
{
    const Wellgate__Payments__V1__VolumeTiers *tiers = terms->rule->volume_tiers;

    return money_or_none(terms->version->contract->currency, tiers->tiers[i]->up_to_paid);
}
