/* account.c - a contract's terms laid out over its periods, and what was issued. */
#include "account.h"

#include <string.h>
#include <wellgate/decimal.h>

/* Of a hundred rules over thirty years of months some. */
#define ACCOUNT_BYTES_MAX (64u << 20)

static const struct wg_problem *
no_memory(struct wg_call *call)
{
    return wg_fail(call, &wg_payload_too_large, "the contract is too large");
}

/* ---- Rules of all versions ---- */

static size_t
rule_place(const struct account *account, const char *id)
{
    size_t i = 0;

    while (i < account->n_accounts && strcmp(account->rules[i].id, id) != 0)
        i++;
    return i;
}

static bool
add_rule(struct wg_arena *arena, struct account *account, const char *id)
{
    struct rule_settlement *settlement = &account->settlements[account->n_rules];
    struct rule_account *rule = &account->rules[account->n_rules];
    size_t n = account->timeline.n;

    settlement->id = rule->id = id;
    rule->n = n;
    settlement->periods = wg_alloc_array(arena, n, sizeof(*settlement->periods));
    rule->periods = wg_alloc_array(arena, n, sizeof(*rule->periods));
    rule->displaced = wg_alloc_array(arena, account->contract->n_payers, sizeof(*rule->displaced));
    if (!settlement->periods || !rule->periods || !rule->displaced)
        return false;
    for (size_t i = 0; i < n; i++) {
        rule->periods[i].period = account->timeline.periods[i];
        rule->periods[i].settled = &settlement->periods[i];
    }
    rule_account_init(rule);
    account->n_accounts = ++account->n_rules;
    return true;
}

/* The rules of a version, in the periods in which it is in force. */
static bool
lay_out_terms(struct wg_arena *arena, struct account *account, struct terms *terms)
{
    terms->account_of = wg_alloc_array(arena, terms->version->n_rules + 1,
                                       sizeof(*terms->account_of));
    for (size_t r = 0; terms->account_of && r < terms->version->n_rules; r++) {
        const Rule *rule = terms->version->rules[r];
        size_t at = rule_place(account, rule->id);

        if (at == account->n_rules && !add_rule(arena, account, rule->id))
            return false;
        terms->account_of[r] = (uint16_t)at;
        for (size_t p = terms->span.first; p < terms->span.end; p++)
            account->settlements[at].periods[p].rule = account->rules[at].periods[p].rule = rule;
    }
    return terms->account_of;
}

/* Also of rules that other versions have. */
static void
lay_out_versions_of_rules(struct account *account)
{
    for (size_t r = 0; r < account->n_rules; r++)
        for (size_t t = 0; t < account->n_terms; t++)
            for (size_t p = account->terms[t].span.first; p < account->terms[t].span.end; p++)
                account->settlements[r].periods[p].version =
                    account->rules[r].periods[p].version = account->terms[t].version;
}

/* ---- Versions × periods ---- */

static struct span
span_of(const struct account *account, const Version *version)
{
    struct span span = {account->timeline.n, 0};

    for (size_t p = 0; p < account->timeline.n; p++) {
        struct wg_period period = account->timeline.periods[p];

        if (period.first > account->end || version_of(&account->versions, period) != version)
            continue;
        if (p < span.first)
            span.first = p;
        span.end = p + 1;
    }
    return span;
}

static bool
compile(struct wg_arena *arena, struct account *account, struct terms *terms)
{
    terms->persons = person_rules_compile(arena, account->contract, terms->version,
                                          &account->plan);
    return terms->persons &&
           figure_rules_compile(arena, account->contract, terms->version, &account->timeline,
                                terms->span, &account->plan, &terms->figures);
}

static bool
lay_out_versions(struct wg_arena *arena, struct account *account)
{
    for (size_t v = 0; v < account->versions.n; v++) {
        struct terms *terms = &account->terms[account->n_terms];

        terms->version = account->versions.list[v];
        terms->span = span_of(account, terms->version);
        if (terms->span.first >= terms->span.end)
            continue;
        account->n_terms++;
        if (!lay_out_terms(arena, account, terms) || !compile(arena, account, terms))
            return false;
    }
    lay_out_versions_of_rules(account);
    return true;
}

static const struct wg_problem *
lay_out(struct wg_call *call, bool keep_units, struct account *account)
{
    struct wg_arena *arena = &account->arena;
    size_t most = 0;

    wg_arena_init(arena, ACCOUNT_BYTES_MAX);
    for (size_t v = 0; v < account->versions.n; v++)
        most += account->versions.list[v]->n_rules;
    most = 2 * most + 3; /* a rule may have a retention of its own */
    if (most > UINT16_MAX) /* accounts are numbered so */
        return no_memory(call);
    account->plan.arena = arena;
    account->terms = wg_alloc_array(arena, account->versions.n + 1, sizeof(*account->terms));
    account->settlements = wg_alloc_array(arena, most, sizeof(*account->settlements));
    account->rules = wg_alloc_array(arena, most, sizeof(*account->rules));
    account->issued_to = wg_alloc_array(arena, account->contract->n_payers + 1,
                                        sizeof(*account->issued_to));
    if (!account->terms || !account->settlements || !account->rules || !account->issued_to ||
        !timeline_init(arena, &account->calendar, account->period.last, &account->timeline) ||
        !lay_out_versions(arena, account))
        return no_memory(call);
    account->settlement = settlement_open(arena, account->contract, &account->timeline,
                                          account->settlements, account->n_rules, keep_units);
    return account->settlement ? NULL : no_memory(call);
}

const struct wg_problem *
account_open_with(struct wg_call *call, const char *name, const Contract *contract,
                  const struct versions *versions, const char *period, uint64_t sequence,
                  bool keep_units, struct account *account)
{
    *account = (struct account){.contract_name = name, .contract = contract,
                                .versions = *versions, .sequence = sequence, .edition = EDITION,
                                .calendar = calendar_of(contract),
                                .programme = wg_name_parent(call, name, 1)};
    if (!account->programme)
        return no_memory(call);
    if (!wg_date_parse(contract->start_date, &account->start) ||
        !wg_date_parse(contract->end_date, &account->end))
        return wg_fail(call, &wg_internal, "a stored date is wrong");
    if (!calendar_read_id(&account->calendar, period, &account->period))
        return wg_fail(call, &wg_not_found,
                       "a statement is named after a period of its contract: 2016-Q3, 2016-07, "
                       "or 2016-07-01-to-2016-08-15");
    account->until = account->period.last;
    /* After its end there are closing statements, of corrections alone. */
    if (account->period.last < account->start)
        return wg_fail(call, &wg_conflict, "the contract begins on %s", contract->start_date);
    if (!version_of(versions, account->period))
        return wg_fail(call, &wg_conflict, 
                       "no version of the terms that all parties have accepted is effective by then");
    return lay_out(call, keep_units, account);
}

const struct wg_problem *
account_open(struct wg_call *call, const char *name, const char *period, uint64_t sequence,
             bool keep_units, struct account *account)
{
    const struct wg_problem *problem;
    struct versions versions;
    struct wg_record record;

    if ((problem = wg_load(call, name, &record)) ||
        (problem = versions_load(call, name, &versions)))
        return problem;
    versions_keep_agreed(&versions);
    return account_open_with(call, name, (const Contract *)record.message, &versions, period,
                             sequence, keep_units, account);
}

void
account_close(struct account *account)
{
    for (size_t i = 0; i < account->n_accounts; i++)
        rule_account_finish(&account->rules[i]);
    if (account->settlement)
        settlement_close(account->settlement);
    account->settlement = NULL;
    account->n_rules = account->n_accounts = account->n_terms = 0;
    wg_arena_finish(&account->arena);
}

/* ---- What was issued ---- */

struct issued {
    struct wg_call *call;
    struct account *account;
    struct wg_mark mark; /* behind a statement's first line: what is behind it is given back */
    size_t n;            /* of its lines */
    const struct wg_problem *problem;
};

static struct entitlement *
entitlement_find(const struct account *account, const struct rule_account *rule, const char *period)
{
    struct wg_period wanted;

    if (!calendar_read(&account->calendar, period, &wanted))
        return NULL;
    for (size_t i = 0; i < rule->n; i++)
        if (rule->periods[i].period.first == wanted.first)
            return &rule->periods[i];
    return NULL;
}

/* What a line stated of its period, in minor units. */
static bool
read_stated(const Line *line, struct entitlement *e)
{
    mpq_t unit;

    if (!wg_ratio_read(line->derivation->entitlement, e->stated))
        return false;
    mpq_init(unit);
    mpz_ui_pow_ui(mpq_numref(unit), 10, (unsigned long)wg_currency_digits(line->amount->currency));
    mpq_mul(e->stated, e->stated, unit);
    mpq_clear(unit);
    return true;
}

static bool
add_minor(const Wellgate__Common__V1__Money *money, int64_t *sum)
{
    int64_t minor;

    return wg_money_parse(money->currency, money->amount, &minor) && wg_money_add(*sum, minor, sum);
}

/* What nobody pays, as ceilings are reached, is not asked for again. */
static bool
read_issued(const Line *line, struct entitlement *e)
{
    return add_minor(line->amount, &e->issued_minor) &&
           (!line->over_ceilings || line->carried ||
            (add_minor(line->over_ceilings, &e->issued_minor) &&
             add_minor(line->over_ceilings, &e->over_minor)));
}

/* What ceilings moved from payer to payer, or to nobody. */
static bool
read_displaced(const Line *line, const Contract *contract, int64_t *displaced)
{
    for (size_t p = 0; p < line->n_payers && !line->carried; p++) {
        int64_t *own = &displaced[payer_place(contract, line->payers[p]->payer)];
        int64_t paid = 0, share = 0;

        if (line->payers[p]->by_share &&
            (!add_minor(line->payers[p]->by_share, &share) ||
             !add_minor(line->payers[p]->amount, &paid) || !wg_money_subtract(share, paid, &share) ||
             !wg_money_add(*own, share, own)))
            return false;
    }
    return true;
}

static bool
read_payers(const Line *line, struct account *account)
{
    for (size_t p = 0; p < line->n_payers; p++)
        if (!add_minor(line->payers[p]->amount,
                       &account->issued_to[payer_place(account->contract, line->payers[p]->payer)]))
            return false;
    return true;
}

/* A credit is of no entitlement. */
static bool
read_rule(const Line *line, struct account *account)
{
    size_t at = rule_place(account, line->rule);
    struct rule_account *rule = &account->rules[at];
    struct entitlement *e;

    if (line->kind == WELLGATE__PAYMENTS__V1__LINE__KIND__CREDIT || at == account->n_accounts ||
        !(e = entitlement_find(account, rule, line->period)))
        return true;
    return read_stated(line, e) && read_issued(line, e) &&
           read_displaced(line, account->contract, rule->displaced);
}

static bool
take_line(void *context, const struct wg_record *record)
{
    struct issued *issued = context;
    const Line *line = (const Line *)record->message;

    if (!read_payers(line, issued->account) || !read_rule(line, issued->account))
        issued->problem = wg_fail(issued->call, &wg_internal, "a stored line is wrong");
    if (!issued->n++)
        issued->mark = wg_arena_mark(wg_call_arena(issued->call));
    else if (!issued->problem)
        wg_arena_rewind(wg_call_arena(issued->call), issued->mark);
    return !issued->problem;
}

/* Statements come in order of their periods, so the last line that states a
 * period's entitlement is the last one taken. */
static bool
take_statement(void *context, const struct wg_record *record)
{
    struct issued *issued = context;
    const Statement *statement = (const Statement *)record->message;
    const struct wg_problem *problem;
    struct wg_period period;

    if (statement->state == WELLGATE__PAYMENTS__V1__STATEMENT__STATE__DRAFT ||
        !calendar_read(&issued->account->calendar, statement->period, &period) ||
        period.first >= issued->account->period.first)
        return true;
    issued->n = 0;
    problem = wg_scan(issued->call, "payments/Line", statement->name, NULL, take_line, issued);
    if (!issued->problem)
        issued->problem = problem;
    return !issued->problem;
}

const struct wg_problem *
account_issued(struct wg_call *call, struct account *account)
{
    struct issued issued = {.call = call, .account = account};
    const struct wg_problem *problem = wg_scan(call, "payments/Statement", account->contract_name,
                                               NULL, take_statement, &issued);

    return problem ? problem : issued.problem;
}
