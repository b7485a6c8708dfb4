/* price_scale.c - of which parts of a minor unit the prices of units are whole numbers. */
#include "price_parts.h"

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

    mpz_init_set_ui(places, EVIDENCE_ONE);
    mpz_init_set_ui(slopes, 1);
    mpq_inits(at, before, step, slope, NULL);
    for (size_t i = 0; i < table->n_points; i++) {
        price_read(table->points[i]->at, 0, at);
        times_denominator(places, at);
        mpq_sub(step, at, before);
        if (i && mpq_sgn(step)) {
            price_set_money(terms, table->points[i]->amount, slope);
            price_set_money(terms, table->points[i - 1]->amount, before);
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
        price_read(terms->rule->uplifts[i]->factor, 1, uplift);
        times_denominator(uplifts, uplift);
    }
    mpz_mul(all, all, mpq_denref(terms->version->kept));
    mpz_mul(all, all, factors);
    mpz_mul(all, all, uplifts);
    if (terms->rule->price_case == PRICE(LINEAR_TABLE))
        line_denominators(terms, all);
    if (terms->rule->price_case == PRICE(PER_UNIT_REDUCTION))
        mpz_mul_ui(all, all, EVIDENCE_ONE);
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
