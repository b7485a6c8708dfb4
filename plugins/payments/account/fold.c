/* fold.c - everybody's evidence, once: units are settled, cohorts are added up. */
#include <stdlib.h>
#include <string.h>
#include <wellgate/decimal.h>

#include "account.h"
#include "advances.h"
#include "combined.h"

struct folding {
    struct wg_call *call;
    struct account *account;
    const struct account_visit *visit; /* NULL: nobody looks on */
    struct unit_list units; /* of one person and version */
    uint32_t *had;          /* units of one person so far, by account */
    uint32_t person;        /* number */
    bool failed;            /* out of memory */
};

/* ---- People ---- */

/* What an earlier version counted, counts. */
static bool
has_room(const struct unit *unit, const Rule *rule, uint32_t *had)
{
    uint32_t most = rule_most_per_person(rule);

    return unit->clawed_back || !most || (*had)++ < most;
}

/* Each version judges the whole history; its own are the units of its own time. */
bool
account_place(const struct account *account, const struct terms *terms, const struct unit *unit,
              uint32_t *had, struct claimed_unit *claimed)
{
    bool by_claim = account->contract->priced_by ==
                    WELLGATE__PAYMENTS__V1__CONTRACT__PRICED_BY__CLAIM;
    size_t period = timeline_at(&account->timeline, by_claim ? unit->claimed : unit->date);

    if (period < terms->span.first || period >= terms->span.end)
        return false;
    *claimed = (struct claimed_unit){.unit = *unit, .account = terms->account_of[unit->rule],
                                     .period = (uint16_t)period};
    if (unit_is_achieved(unit) &&
        !has_room(unit, terms->version->rules[unit->rule], &had[claimed->account]))
        claimed->unit.reason = REASON(DUPLICATE);
    return true;
}

struct claimed_unit
account_unit(const struct account *account, const struct terms *terms, uint16_t rule, wg_date date,
             const char *measure)
{
    struct claimed_unit claimed = {
        .unit = {.rule = rule, .uplift = UNIT_NO_UPLIFT, .reason = REASON(PAID), .quantity = 1,
                 .of = 1, .date = date, .claimed = date},
        .account = terms->account_of[rule],
        .period = (uint16_t)timeline_at(&account->timeline, date)};

    wg_decimal_parse(measure, EVIDENCE_SCALE, &claimed.unit.measure);
    return claimed;
}

static bool
settle_units(struct folding *folding, const struct terms *terms)
{
    for (size_t i = 0; i < folding->units.n; i++) {
        struct claimed_unit claimed;

        if (!account_place(folding->account, terms, &folding->units.list[i], folding->had,
                           &claimed) ||
            claimed.unit.reason != REASON(PAID))
            continue;
        claimed.person = folding->person;
        if (!settlement_take(folding->account->settlement, &claimed))
            return false;
    }
    return true;
}

static bool
fold_person(struct folding *folding, const struct person *person)
{
    struct account *account = folding->account;

    memset(folding->had, 0, account->n_rules * sizeof(*folding->had));
    for (size_t t = 0; t < account->n_terms; t++) {
        struct terms *terms = &account->terms[t];

        folding->units.n = 0;
        if ((person_rules_any(terms->persons) &&
             (!person_units(terms->persons, person, false, &folding->units) ||
              !settle_units(folding, terms))) ||
            !figure_rules_take(&terms->figures, person, &folding->units))
            return false;
    }
    return true;
}

static bool
take_person(void *context, struct wg_bytes person_id, const struct person *person)
{
    struct folding *folding = context;
    const struct account_visit *visit = folding->visit;

    if ((folding->failed = !fold_person(folding, person)))
        return false;
    folding->person++;
    return !visit || visit->met(visit->context, person_id, folding->person - 1, person);
}

/* ---- Figures ---- */

static void
set_figures(struct account *account, const struct terms *terms, const struct figure_rule *rule,
            uint16_t at, const struct comparator *comparator)
{
    for (size_t p = terms->span.first; p < terms->span.end; p++) {
        struct entitlement *e = &account->rules[at].periods[p];
        struct reckoning reckoning;

        reckoning_begin(&reckoning, &account->settlements[at].periods[p].figure);
        figure_reckon(rule, p, comparator, &reckoning);
        mpq_set(e->own, reckoning.own);
        mpq_set(e->other, reckoning.other);
        e->tally = rule->tallies[p];
        reckoning_end(&reckoning);
    }
}

static const struct wg_problem *
reckon_figures(struct wg_call *call, struct account *account, struct terms *terms)
{
    figure_rules_finish(&terms->figures);
    for (size_t r = 0; r < terms->figures.n; r++) {
        const struct figure_rule *rule = &terms->figures.list[r];
        const Comparison *comparison = figure_comparison(rule->rule);
        bool compares = comparison && *comparison->comparator;
        const struct comparator *comparator = NULL;
        const struct wg_problem *problem;

        if (!rule->kind)
            continue;
        if (compares && (problem = comparator_find(call, &account->arena, &account->comparators,
                                                   comparison->comparator, account->sequence,
                                                   &comparator)))
            return problem;
        set_figures(account, terms, rule, terms->account_of[r], comparator);
    }
    return NULL;
}

/* ---- The whole ---- */

/* What a period is due, and what all before it are. */
static void
set_due(struct account *account)
{
    for (size_t r = 0; r < account->n_rules; r++)
        for (size_t p = 0; p < account->timeline.n; p++) {
            struct entitlement *e = &account->rules[r].periods[p];

            mpq_set(e->due, account->settlements[r].periods[p].due);
            if (p)
                mpq_add(e->before, e[-1].before, e[-1].due);
        }
}

static struct rule_account *
next_account(const struct account *account)
{
    return &account->rules[account->n_accounts];
}

/* The next one is made. */
static bool
take_account(struct account *account)
{
    struct rule_account *made = &account->rules[account->n_accounts++];

    made->displaced = wg_alloc_array(&account->arena, account->contract->n_payers,
                                     sizeof(*made->displaced));
    return made->displaced;
}

static bool
add_on_account(struct account *account)
{
    return on_account(&account->arena, account->rules, account->n_rules, next_account(account)) &&
           take_account(account);
}

static bool
add_retentions_of_rules(struct account *account)
{
    for (size_t r = 0; r < account->n_rules; r++)
        if (has_own_payers(&account->rules[r]) &&
            (!retention_of_rule(&account->arena, &account->rules[r], next_account(account)) ||
             !take_account(account)))
            return false;
    return true;
}

/* Rules whose payers the settlement says have one together, each other its own. */
static bool
add_retentions(struct account *account)
{
    struct wg_arena *arena = &account->arena;
    struct rule_account *together = wg_alloc_array(arena, account->n_rules + 1, sizeof(*together));
    bool are_apart = account->edition >= 2;
    size_t n = 0;

    for (size_t r = 0; together && r < account->n_rules; r++)
        if (!are_apart || !has_own_payers(&account->rules[r]))
            together[n++] = account->rules[r];
    return together && retention(arena, together, n, next_account(account)) &&
           take_account(account) && (!are_apart || add_retentions_of_rules(account));
}

bool
account_finish(struct account *account)
{
    combine_figures(account);
    if (!settlement_finish(account->settlement))
        return false;
    set_due(account);
    return add_on_account(account) && add_retentions(account);
}

static const struct wg_problem *
too_many(struct wg_call *call)
{
    return wg_fail(call, &wg_payload_too_large,
                   "people have more units under these terms than can be reckoned at once");
}

const struct wg_problem *
account_unreckoned(struct wg_call *call, const struct account *account)
{
    if (settlement_crowded(account->settlement) || account->arena.exhausted)
        return too_many(call);
    return wg_fail(call, &wg_conflict, "an amount is beyond what can be stated");
}

static const struct wg_problem *
fold_people(struct wg_call *call, struct account *account, const struct account_visit *visit)
{
    struct folding folding = {.call = call, .account = account, .visit = visit};
    const struct wg_problem *problem;
    struct row_query query;

    folding.had = wg_alloc_array(wg_call_arena(call), account->n_rules + 1, sizeof(*folding.had));
    if (!folding.had)
        return wg_no_memory(call);
    if ((problem = evidence_query(call, account->programme, &account->plan, account->sequence,
                                  account->until, &query)))
        return problem;
    if (visit && visit->only_id)
        problem = evidence_read(call, account->programme, visit->only_id, &query, take_person,
                                &folding);
    else
        problem = evidence_scan(call, account->programme, visit ? visit->after_id : NULL, &query,
                                take_person, &folding);
    free(folding.units.list);
    account->n_people = folding.person;
    return !problem && folding.failed ? too_many(call) : problem;
}

const struct wg_problem *
account_gather(struct wg_call *call, struct account *account, const struct account_visit *visit)
{
    const struct wg_problem *problem;

    if ((problem = fold_people(call, account, visit)))
        return problem;
    for (size_t t = 0; t < account->n_terms; t++)
        if ((problem = reckon_figures(call, account, &account->terms[t])))
            return problem;
    return NULL;
}

const struct wg_problem *
account_fold_visiting(struct wg_call *call, struct account *account,
                      const struct account_visit *visit)
{
    const struct wg_problem *problem = account_gather(call, account, visit);

    if (problem)
        return problem;
    return account_finish(account) ? NULL : account_unreckoned(call, account);
}

const struct wg_problem *
account_fold(struct wg_call *call, struct account *account)
{
    return account_fold_visiting(call, account, NULL);
}
