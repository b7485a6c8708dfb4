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

static size_t
quarters_until(wg_date start, struct wg_period period)
{
    size_t n = 1;

    for (struct wg_period q = wg_quarter_of(start); q.first < period.first; q = wg_quarter_next(q))
        n++;
    return n;
}

static struct rule_account *
rule_account_find(struct account *account, const char *id)
{
    for (size_t i = 0; i < account->n_rules; i++)
        if (strcmp(account->rules[i].id, id) == 0)
            return &account->rules[i];
    return NULL;
}

static bool
lay_out_rule(struct wg_call *call, struct account *account, const char *id, wg_date start)
{
    struct rule_account *rule = &account->rules[account->n_rules];
    struct wg_period quarter = wg_quarter_of(start);

    rule->id = id;
    rule->n = quarters_until(start, account->period);
    rule->periods = wg_alloc_array(wg_call_arena(call), rule->n, sizeof(*rule->periods));
    if (!rule->periods)
        return false;
    for (size_t i = 0; i < rule->n; i++, quarter = wg_quarter_next(quarter)) {
        rule->periods[i].period = quarter;
        if (quarter.first <= account->end)
            rule->periods[i].version = version_of(&account->versions, quarter);
        rule->periods[i].rule = rule_of(rule->periods[i].version, id);
    }
    rule_account_init(rule);
    account->n_rules++;
    return true;
}

static const struct wg_problem *
lay_out(struct wg_call *call, struct account *account, wg_date start)
{
    size_t most = 0;

    for (size_t v = 0; v < account->versions.n; v++)
        most += account->versions.list[v]->n_rules;
    if (!(account->rules = wg_alloc_array(wg_call_arena(call), most + 1, sizeof(*account->rules))))
        return no_memory(call);
    for (size_t v = 0; v < account->versions.n; v++) {
        const Version *version = account->versions.list[v];
        wg_date effective;

        if (!wg_date_parse(version->effective_date, &effective) ||
            effective > account->period.first)
            continue;
        for (size_t r = 0; r < version->n_rules; r++)
            if (!rule_account_find(account, version->rules[r]->id) &&
                !lay_out_rule(call, account, version->rules[r]->id, start))
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
    wg_date start;

    *account = (struct account){.contract_name = contract, .period = period,
                                .sequence = sequence,
                                .programme = wg_name_parent(call, contract, 1)};
    if ((problem = wg_load(call, contract, &record)))
        return problem;
    account->contract = (const Contract *)record.message;
    if (!wg_date_parse(account->contract->start_date, &start) ||
        !wg_date_parse(account->contract->end_date, &account->end))
        return wg_fail(call, &wg_internal, "a stored date is wrong");
    /* After its end there are closing statements, of corrections alone. */
    if (period.last < start)
        return wg_fail(call, &wg_conflict, "the contract begins on %s",
                       account->contract->start_date);
    if ((problem = versions_load(call, contract, &account->versions)))
        return problem;
    if (!version_of(&account->versions, period))
        return wg_fail(call, &wg_conflict, "no version of the terms is effective by then");
    return lay_out(call, account, start);
}

void
account_close(struct account *account)
{
    for (size_t i = 0; i < account->n_rules; i++)
        rule_account_finish(&account->rules[i]);
    account->n_rules = 0;
}

/* ---- The fold ---- */

const struct wg_problem *
cohort_rule_of(struct wg_call *call, const struct account *account, const Rule *rule,
               struct cohort_rule *out)
{
    const ScoreChangeCohort *outcome = rule->score_change_cohort;

    *out = (struct cohort_rule){
        .decrease = outcome->direction ==
                    WELLGATE__PAYMENTS__V1__SCORE_CHANGE_COHORT__DIRECTION__DECREASE,
        .cohort = outcome->cohort,
        .until = account->period.last,
        .min_days_apart = outcome->min_days_apart,
    };
    wg_date_parse(account->contract->start_date, &out->from);
    return measure_find(call, account->programme, outcome->instrument, outcome->score,
                        &out->measure);
}

/* One rule in one quarter, as the fold meets every person. */
struct fold_step {
    struct cohort_rule rule;
    struct entitlement *entitlement;
};

struct folding {
    struct fold_step *steps;
    size_t n;
    uint64_t sequence;
};

static bool
fold_person(void *context, const char *person_id, const struct reading *readings, size_t n)
{
    const struct folding *folding = context;

    (void)person_id;
    for (size_t i = 0; i < folding->n; i++) {
        struct fold_step *step = &folding->steps[i];
        struct unit unit = unit_of(&step->rule, step->entitlement->period, folding->sequence,
                                   readings, n);

        tally_add(&step->entitlement->tally, &unit);
    }
    return true;
}

static const struct wg_problem *
plan_fold(struct wg_call *call, struct account *account, struct folding *folding)
{
    size_t most = 0;

    for (size_t r = 0; r < account->n_rules; r++)
        most += account->rules[r].n;
    folding->sequence = account->sequence;
    folding->steps = wg_alloc_array(wg_call_arena(call), most + 1, sizeof(*folding->steps));
    if (!folding->steps)
        return no_memory(call);
    for (size_t r = 0; r < account->n_rules; r++)
        for (size_t i = 0; i < account->rules[r].n; i++) {
            struct entitlement *e = &account->rules[r].periods[i];
            struct fold_step *step = &folding->steps[folding->n];
            const struct wg_problem *problem;

            if (!e->rule)
                continue;
            if ((problem = cohort_rule_of(call, account, e->rule, &step->rule)))
                return problem;
            step->entitlement = e;
            folding->n += step->rule.measure > 0;
        }
    return NULL;
}

const struct wg_problem *
account_fold(struct wg_call *call, struct account *account)
{
    struct folding folding = {0};
    const struct wg_problem *problem;

    if ((problem = plan_fold(call, account, &folding)))
        return problem;
    if (folding.n && (problem = evidence_scan(call, account->programme, NULL, fold_person, &folding)))
        return problem;
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

    if (!e)
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
