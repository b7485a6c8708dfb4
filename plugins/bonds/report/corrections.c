/* corrections.c - what of a statement's money corrects earlier periods.
 *
 * A statement's total is told to the penny. Its parts are told as far as no part is a count: the
 * correction of a cohort's figure is, that of units at a known price is not. */
#include <string.h>
#include <wellgate/messages.h>
#include <wellgate/money.h>

#include "facts.h"

typedef Wellgate__Bonds__V1__OutcomeIncome OutcomeIncome;
typedef Wellgate__Payments__V1__DescribedLine DescribedLine;

#define ADJUSTMENT WELLGATE__PAYMENTS__V1__LINE__KIND__ADJUSTMENT

static bool
adds_up(const Told *told, const char *rule)
{
    for (size_t i = 0; i < told->n_rules; i++)
        if (strcmp(told->rules[i]->rule->id, rule) == 0)
            return told->rules[i]->adds_up;
    return true;
}

static bool
may_be_told(const Told *told, const Line *line)
{
    const struct wg_disclosure *policy = wg_disclosure_for(WG_AUDIENCE_INVESTOR);

    return !adds_up(told, line->rule) && line->derivation &&
           wg_disclosed_count(policy, line->derivation->people) != WG_HIDDEN;
}

static int64_t
part_of(const Line *line, const char *payer)
{
    for (size_t i = 0; i < line->n_payers; i++)
        if (strcmp(line->payers[i]->payer, payer) == 0)
            return minor_of(line->payers[i]->amount);
    return 0;
}

/* Of sums that were issued, which fit. errors  false: it is not to be told */
static bool
corrections_of(const Told *told, const OutcomeIncome *income, int64_t *sum)
{
    for (size_t i = 0; i < told->n_lines; i++) {
        const DescribedLine *line = told->lines[i];

        if (line->line->kind != ADJUSTMENT || strcmp(line->statement, income->statement))
            continue;
        if (!may_be_told(told, line->line))
            return false;
        *sum += part_of(line->line, income->payer);
    }
    return true;
}

/* Names of statements begin with their contract's. */
static const Told *
told_of(const struct facts *facts, const char *statement)
{
    const Bond *bond = facts->basis->bond;

    for (size_t i = 0; i < bond->n_contracts; i++) {
        size_t n = strlen(bond->contracts[i]);

        if (strncmp(statement, bond->contracts[i], n) == 0 && statement[n] == '/')
            return facts->told[i];
    }
    return NULL;
}

void
set_corrections(const struct facts *facts, Report *report)
{
    for (size_t i = 0; i < report->n_outcome_income; i++) {
        OutcomeIncome *income = report->outcome_income[i];
        const Told *told = told_of(facts, income->statement);
        int64_t sum = 0;

        if (told && corrections_of(told, income, &sum) && sum)
            income->corrections = wg_money_message(facts->arena, facts->basis->bond->currency, sum);
    }
}
