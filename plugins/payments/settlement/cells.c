/* cells.c - terms × periods: which rule of which version holds where, with its pot, its target
 * and what a variation agrees. */
#include <string.h>
#include <wellgate/decimal.h>

#include "settlement_state.h"

typedef Wellgate__Payments__V1__Variation Variation;
typedef Wellgate__Payments__V1__ShareOfBudget ShareOfBudget;
typedef Wellgate__Payments__V1__Quota Quota;

size_t
account_find(const struct settlement *s, const char *id)
{
    size_t i = 0;

    while (i < s->n && strcmp(s->rules[i].id, id) != 0)
        i++;
    return i;
}

/* ---- Versions and rules ---- */

static const struct version_terms *
version_of_cell(struct settlement *s, const Version *version)
{
    struct version_terms *terms = s->versions;

    for (; terms < s->versions + s->n_versions; terms++)
        if (terms->version == version)
            return terms;
    if (!version_terms_init(s->arena, s->contract, version, terms))
        s->failed = true;
    s->n_versions++;
    return terms;
}

static const struct rule_terms *
terms_of_cell(struct settlement *s, const struct rule_period *period, const struct cell *before)
{
    struct rule_terms *terms;

    if (!period->rule)
        return NULL;
    if (before && before->terms && before->terms->rule == period->rule)
        return before->terms;
    terms = &s->terms[s->n_terms];
    rule_terms_init(version_of_cell(s, period->version), period->rule, terms);
    terms->number = (uint32_t)s->n_terms++;
    return terms;
}

/* Of versions in force, and of their rules: where an account's change. */
static size_t
changes(const struct settlement *s)
{
    size_t n = 0;

    for (size_t r = 0; r < s->n; r++)
        for (size_t p = 0; p < s->timeline->n; p++)
            n += s->rules[r].periods[p].rule &&
                 (p == 0 || s->rules[r].periods[p - 1].rule != s->rules[r].periods[p].rule);
    return n;
}

static void
lay_out_terms(struct settlement *s)
{
    for (size_t r = 0; r < s->n; r++)
        for (size_t p = 0; p < s->timeline->n; p++) {
            struct cell *cell = cell_at(s, r, p);

            cell->terms = terms_of_cell(s, &s->rules[r].periods[p], p ? cell - 1 : NULL);
            cell->gate = REASON(PAID);
        }
}

/* ---- What terms say of single periods ---- */

/* The number of a period that a field names; the timeline's n for one that is not in it. */
static size_t
period_named(const struct settlement *s, const char *text)
{
    struct wg_period period;
    size_t at;

    if (!wg_period_parse(text, &period))
        return s->timeline->n;
    at = timeline_at(s->timeline, period.first);
    return at < s->timeline->n && s->timeline->periods[at].first == period.first &&
                   s->timeline->periods[at].last == period.last
               ? at : s->timeline->n;
}

/* The cell of the terms in the period; NULL where others hold there. */
static struct cell *
cell_named(const struct settlement *s, const struct rule_terms *terms, size_t account,
           const char *text)
{
    size_t at = period_named(s, text);

    return at < s->timeline->n && cell_at(s, account, at)->terms == terms
               ? cell_at(s, account, at) : NULL;
}

static void
lay_out_targets(struct settlement *s, const struct rule_terms *terms, size_t account)
{
    for (size_t i = 0; i < terms->rule->n_targets; i++) {
        struct cell *cell = cell_named(s, terms, account, terms->rule->targets[i]->period);

        if (cell && (cell->target = part_new(&s->parts)))
            wg_ratio_parse(terms->rule->targets[i]->value, cell->target);
    }
}

static void
lay_out_pots(struct settlement *s, const struct rule_terms *terms, size_t account)
{
    const ShareOfBudget *budget = terms->rule->share_of_budget;
    const char *currency = s->contract->currency;
    int64_t each = money_or_none(currency, budget->pot_per_quarter);

    for (size_t p = 0; p < s->timeline->n; p++)
        if (cell_at(s, account, p)->terms == terms)
            cell_at(s, account, p)->pot_minor = each == NO_CAP ? 0 : each;
    for (size_t i = 0; i < budget->n_pots; i++) {
        struct cell *cell = cell_named(s, terms, account, budget->pots[i]->period);

        if (cell)
            cell->pot_minor = money_or_none(currency, budget->pots[i]->amount);
    }
}

static void
lay_out_rules(struct settlement *s)
{
    for (size_t r = 0; r < s->n; r++) {
        const struct rule_terms *before = NULL;

        for (size_t p = 0; p < s->timeline->n; p++) {
            const struct rule_terms *terms = cell_at(s, r, p)->terms;

            if (!terms || terms == before)
                continue;
            lay_out_targets(s, terms, r);
            if (terms->rule->price_case == PRICE(SHARE_OF_BUDGET))
                lay_out_pots(s, terms, r);
            before = terms;
        }
    }
}

/* A rule or period that is not among its amounts is due nothing. */
static void
lay_out_variation(struct settlement *s, const struct version_terms *version,
                  const Variation *variation)
{
    wg_date from = 0, to = -1;

    if (!wg_date_parse(variation->from_date, &from) || !wg_date_parse(variation->to_date, &to))
        return;
    for (size_t c = 0; c < s->n * s->timeline->n; c++) {
        struct cell *cell = &s->cells[c];
        wg_date first = s->timeline->periods[c % s->timeline->n].first;

        if (cell->terms && cell->terms->version == version && from <= first && first <= to)
            cell->varied = true;
    }
    for (size_t i = 0; i < variation->n_amounts; i++) {
        size_t account = account_find(s, variation->amounts[i]->rule);
        size_t period = period_named(s, variation->amounts[i]->period);

        if (account < s->n && period < s->timeline->n && cell_at(s, account, period)->varied)
            cell_at(s, account, period)->agreed_minor =
                money_or_none(s->contract->currency, variation->amounts[i]->amount);
    }
}

/* ---- Quotas ---- */

static void
add_quota(struct settlement *s, const struct version_terms *version, const Quota *terms)
{
    struct quota *quota = &s->quotas[s->n_quotas++];

    *quota = (struct quota){.terms = terms, .version = version,
                            .limited = wg_alloc_array(s->arena, s->n + 1, sizeof(bool))};
    if ((s->failed |= !quota->limited))
        return;
    for (size_t i = 0; i < terms->n_rules; i++)
        quota->limited[account_find(s, terms->rules[i])] = true; /* unknown: the one behind */
}

static void
lay_out_versions(struct settlement *s)
{
    size_t most = 0;

    for (size_t v = 0; v < s->n_versions; v++)
        if (s->versions[v].version->settlement)
            most += s->versions[v].version->settlement->n_quotas;
    if ((s->failed |= !(s->quotas = wg_alloc_array(s->arena, most + 1, sizeof(*s->quotas)))))
        return;
    for (size_t v = 0; v < s->n_versions; v++) {
        const Version *version = s->versions[v].version;

        for (size_t i = 0; version->settlement && i < version->settlement->n_quotas; i++)
            add_quota(s, &s->versions[v], version->settlement->quotas[i]);
        for (size_t i = 0; i < version->n_variations; i++)
            lay_out_variation(s, &s->versions[v], version->variations[i]);
    }
}

/* ---- What has to be walked unit by unit ---- */

static bool
needs_order(const struct rule_terms *terms)
{
    const struct version_terms *all = terms->version;
    bool own = terms->cap_per_person != NO_CAP || terms->cap != NO_CAP ||
               terms->cap_per_period != NO_CAP || terms->units || terms->units_per_period ||
               terms->rule->price_case == PRICE(VOLUME_TIERS) || terms->rule->n_clawbacks ||
               terms->n_requires_paid;

    return terms->of_persons && (own || all->cap != NO_CAP || all->cap_per_person != NO_CAP ||
                                 all->cap_per_period != NO_CAP);
}

/* The accounts of which it is asked later what was paid for a unit. */
static void
remember(struct settlement *s, struct rule_terms *terms)
{
    const Rule *rule = terms->rule;

    terms->requires_paid = wg_alloc_array(s->arena, rule->n_requires + 1,
                                          sizeof(*terms->requires_paid));
    if ((s->failed |= !terms->requires_paid))
        return;
    if (rule->n_clawbacks)
        s->accounts[account_find(s, rule->id)].remembered = true;
    for (size_t i = 0; i < rule->n_requires; i++)
        if (rule->requires[i]->stage == WELLGATE__PAYMENTS__V1__REQUIREMENT__STAGE__PAID) {
            size_t account = account_find(s, rule->requires[i]->rule);

            s->accounts[account].remembered = true; /* unknown: the one behind */
            terms->requires_paid[terms->n_requires_paid++] = (uint16_t)account;
        }
}

static void
lay_out_order(struct settlement *s)
{
    s->ordered |= s->n_quotas > 0;
    for (size_t t = 0; t < s->n_terms && !s->failed; t++) {
        remember(s, &s->terms[t]);
        s->ordered |= needs_order(&s->terms[t]);
    }
}

bool
cells_lay_out(struct settlement *s)
{
    size_t most = changes(s) + 1;

    s->cells = wg_alloc_array(s->arena, s->n * s->timeline->n + 1, sizeof(*s->cells));
    s->accounts = wg_alloc_array(s->arena, s->n + 1, sizeof(*s->accounts));
    s->terms = wg_alloc_array(s->arena, most, sizeof(*s->terms));
    s->versions = wg_alloc_array(s->arena, most, sizeof(*s->versions));
    if (!s->cells || !s->accounts || !s->terms || !s->versions)
        return false;
    lay_out_terms(s);
    if (s->failed)
        return false;
    lay_out_rules(s);
    lay_out_versions(s);
    if (s->failed || s->parts.failed)
        return false;
    lay_out_order(s);
    return !s->failed;
}
