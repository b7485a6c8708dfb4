/* quotas.c - how many units each quota lets through, before any of it is filled. */
#include <string.h>
#include <wellgate/decimal.h>

#include "settlement_state.h"

static bool
counts_for(const struct quota *quota, const Rule *rule)
{
    for (size_t i = 0; i < quota->terms->n_of_rules; i++)
        if (strcmp(quota->terms->of_rules[i], rule->id) == 0)
            return true;
    return quota->terms->n_of_rules == 0;
}

static int64_t
units_behind_gates(const struct settlement *s, const struct quota *quota)
{
    int64_t units = 0;

    for (size_t r = 0; r < s->n; r++)
        for (size_t p = 0; p < s->timeline->n; p++) {
            const struct cell *cell = cell_at(s, r, p);

            if (cell->units && cell->terms && cell->gate == REASON(PAID) && !cell->varied &&
                counts_for(quota, cell->terms->rule))
                units += cell->units;
        }
    return units;
}

void
quotas_open(struct settlement *s)
{
    for (size_t i = 0; i < s->n_quotas; i++) {
        struct quota *quota = &s->quotas[i];
        mpz_t most;
        mpq_t share;

        mpq_init(share);
        mpz_init(most);
        wg_ratio_parse(quota->terms->share, share);
        mpz_mul_si(most, mpq_numref(share), units_behind_gates(s, quota));
        mpz_fdiv_q(most, most, mpq_denref(share));
        quota->most = mpz_get_si(most);
        mpz_clear(most);
        mpq_clear(share);
    }
}
