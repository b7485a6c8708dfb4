/* account.c - terms × quarters, the fold of the evidence, and issued lines. */
#include "account.h"

#include <string.h>
#include <wellgate/decimal.h>

static const struct wg_problem *
no_memory(struct wg_call *call)
{
    return wg_fail(call, &wg_payload_too_large, "the contract is too large");
}

/* ---- Terms × quarters ---- */

static struct rule_account *
rule_account_find(struct account *account, const char *id)
{
    for (size_t i = 0; i < account->n_rules; i++)
        if (strcmp(account->rules[i].id, id) == 0)
            return &account->rules[i];
    return NULL;
}

static bool
lay_out_rule(struct wg_call *call, struct account *account, const char *id)
{
    struct rule_account *rule = &account->rules[account->n_rules];

    rule->id = id;
    rule->n = account->timeline.n;
    rule->periods = wg_alloc_array(wg_call_arena(call), rule->n, sizeof(*rule->periods));
    if (!rule->periods)
        return false;
    for (size_t i = 0; i < rule->n; i++) {
        struct entitlement *e = &rule->periods[i];

        e->period = account->timeline.periods[i];
        if (e->period.first <= account->end)
            e->version = version_of(&account->versions, e->period);
        e->rule = rule_of(e->version, id);
    }
    rule_account_init(rule);
    account->n_rules++;
    return true;
}

static const struct wg_problem *
lay_out(struct wg_call *call, struct account *account)
{
    size_t most = 0;

    for (size_t v = 0; v < account->versions.n; v++)
        most += account->versions.list[v]->n_rules;
    account->rules = wg_alloc_array(wg_call_arena(call), most + 1, sizeof(*account->rules));
    if (!account->rules || !timeline_init(wg_call_arena(call), account->start,
                                          account->period.first, &account->timeline))
        return no_memory(call);
    for (size_t v = 0; v < account->versions.n; v++) {
        const Version *version = account->versions.list[v];
        wg_date effective;

        if (!wg_date_parse(version->effective_date, &effective) ||
            effective > account->period.first)
            continue;
        for (size_t r = 0; r < version->n_rules; r++)
            if (!rule_account_find(account, version->rules[r]->id) &&
                !lay_out_rule(call, account, version->rules[r]->id))
                return no_memory(call);
    }
    return NULL;
}

const struct wg_problem *
account_open(struct wg_call *call, const char *contract, struct wg_period period,
             uint64_t sequence, struct account *account)
{
    const struct wg_problem *problem;
    struct wg_record record;

    *account = (struct account){.contract_name = contract, .period = period,
                                .sequence = sequence,
                                .programme = wg_name_parent(call, contract, 1)};
    if ((problem = wg_load(call, contract, &record)))
        return problem;
    account->contract = (const Contract *)record.message;
    if (!wg_date_parse(account->contract->start_date, &account->start) ||
        !wg_date_parse(account->contract->end_date, &account->end))
        return wg_fail(call, &wg_internal, "a stored date is wrong");
    /* After its end there are closing statements, of corrections alone. */
    if (period.last < account->start)
        return wg_fail(call, &wg_conflict, "the contract begins on %s",
                       account->contract->start_date);
    if ((problem = versions_load(call, contract, &account->versions)))
        return problem;
    versions_keep_agreed(&account->versions);
    if (!version_of(&account->versions, period))
        return wg_fail(call, &wg_conflict,
                       "no version of the terms that all parties have accepted is effective by then");
    return lay_out(call, account);
}

void
account_close(struct account *account)
{
    for (size_t i = 0; i < account->n_rules; i++)
        rule_account_finish(&account->rules[i]);
    account->n_rules = 0;
}

/* ---- The fold ---- */

/* The figure of one period that a step of the fold makes. */
struct wanted {
    struct entitlement *entitlement;
    const struct fold_step *step;
    size_t period;
};

struct folding {
    struct fold fold;
    struct evidence_query query;
    uint32_t *measures; /* of the query */
    struct wanted *wanted;
    size_t n_wanted;
    bool failed;
};

static bool
take_person(void *context, struct wg_bytes person_id, const struct evidence *evidence)
{
    struct folding *folding = context;

    (void)person_id;
    folding->failed = !fold_person(&folding->fold, evidence);
    return !folding->failed;
}

static size_t
measure_place(struct folding *folding, uint32_t measure)
{
    size_t i = 0;

    while (i < folding->query.n && folding->measures[i] != measure)
        i++;
    if (i == folding->query.n)
        folding->measures[folding->query.n++] = measure;
    return i;
}

static const struct wg_problem *
step_of(struct wg_call *call, const struct account *account, const Rule *rule,
        struct folding *folding, struct fold_step **step)
{
    struct outcome outcome = outcome_of(rule, account->start);
    const struct wg_problem *problem;
    uint32_t measure;

    if (!(*step = fold_step_for(wg_call_arena(call), &folding->fold, &outcome)))
        return no_memory(call);
    if ((problem = measure_find(call, account->programme, outcome.instrument, outcome.score,
                                &measure)))
        return problem;
    (*step)->measure = measure_place(folding, measure);
    return NULL;
}

/* Versions of a rule follow each other: its step is looked for where they change. */
static const struct wg_problem *
plan_rule(struct wg_call *call, const struct account *account, struct rule_account *rule,
          struct folding *folding)
{
    const Rule *before = NULL;
    struct fold_step *step = NULL;

    for (size_t i = 0; i < rule->n; before = rule->periods[i++].rule) {
        struct entitlement *e = &rule->periods[i];
        const struct wg_problem *problem;

        if (!e->rule)
            continue;
        if (e->rule != before && (problem = step_of(call, account, e->rule, folding, &step)))
            return problem;
        fold_step_ask(step, i);
        folding->wanted[folding->n_wanted++] = (struct wanted){e, step, i};
    }
    return NULL;
}

static const struct wg_problem *
plan_fold(struct wg_call *call, struct account *account, struct folding *folding)
{
    struct wg_arena *arena = wg_call_arena(call);
    const struct wg_problem *problem = NULL;
    size_t most = 1; /* rules of all versions */

    for (size_t v = 0; v < account->versions.n; v++)
        most += account->versions.list[v]->n_rules;
    *folding = (struct folding){
        .fold = {.timeline = &account->timeline,
                 .steps = wg_alloc_array(arena, most, sizeof(*folding->fold.steps))},
        .query = {.sequence = account->sequence},
        .measures = wg_alloc_array(arena, most, sizeof(*folding->measures)),
        .wanted = wg_alloc_array(arena, account->n_rules * account->timeline.n + 1,
                                 sizeof(*folding->wanted)),
    };
    folding->query.measures = folding->measures;
    if (!folding->fold.steps || !folding->measures || !folding->wanted)
        return no_memory(call);
    for (size_t r = 0; !problem && r < account->n_rules; r++)
        problem = plan_rule(call, account, &account->rules[r], folding);
    return problem;
}

const struct wg_problem *
account_fold(struct wg_call *call, struct account *account)
{
    const struct wg_problem *problem;
    struct folding folding;

    if ((problem = plan_fold(call, account, &folding)))
        return problem;
    problem = evidence_scan(call, account->programme, NULL, &folding.query, take_person, &folding);
    fold_finish(&folding.fold);
    if (!problem && folding.failed)
        problem = wg_fail(call, &wg_internal, "out of memory");
    if (problem)
        return problem;
    for (size_t i = 0; i < folding.n_wanted; i++)
        folding.wanted[i].entitlement->tally =
            folding.wanted[i].step->tallies[folding.wanted[i].period];
    for (size_t r = 0; r < account->n_rules; r++)
        rule_account_earn(&account->rules[r], account->contract->currency);
    return NULL;
}

/* ---- What was issued ---- */

struct issued {
    struct wg_call *call;
    struct account *account;
    const struct wg_problem *problem;
};

static struct entitlement *
entitlement_find(struct account *account, const char *rule, const char *period)
{
    struct rule_account *found = rule_account_find(account, rule);
    struct wg_period wanted;

    if (!found || !wg_quarter_parse(period, &wanted))
        return NULL;
    for (size_t i = 0; i < found->n; i++)
        if (found->periods[i].period.first == wanted.first)
            return &found->periods[i];
    return NULL;
}

static bool
take_line(void *context, const struct wg_record *record)
{
    struct issued *issued = context;
    const Line *line = (const Line *)record->message;
    struct entitlement *e = entitlement_find(issued->account, line->rule, line->period);
    mpq_t hundred;
    int64_t minor;

    if (!e || line->kind == WELLGATE__PAYMENTS__V1__LINE__KIND__CREDIT)
        return true;
    if (!wg_money_parse(line->amount->currency, line->amount->amount, &minor) ||
        !wg_ratio_read(line->derivation->entitlement, e->stated)) {
        issued->problem = wg_fail(issued->call, &wg_internal, "a stored line is wrong");
        return false;
    }
    if (!wg_money_add(e->issued_minor, minor, &e->issued_minor)) {
        issued->problem = wg_fail(issued->call, &wg_internal, "stored lines are wrong");
        return false;
    }
    mpq_init(hundred);
    mpz_ui_pow_ui(mpq_numref(hundred), 10, (unsigned long)wg_currency_digits(line->amount->currency));
    mpq_mul(e->stated, e->stated, hundred);
    mpq_clear(hundred);
    return true;
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

    if (statement->state != WELLGATE__PAYMENTS__V1__STATEMENT__STATE__ISSUED ||
        !wg_quarter_parse(statement->period, &period) ||
        period.first >= issued->account->period.first)
        return true;
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
