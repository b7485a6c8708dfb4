/* statement.c - entitlements to date → a draft; a draft → what is owed. */
#include "statement.h"

#include <stdio.h>
#include <string.h>
#include <wellgate/decimal.h>
#include <wellgate/messages.h>

#include "account.h"
#include "adjustments.h"
#include "issuing.h"

typedef Wellgate__Common__V1__NameRequest NameRequest;
typedef Wellgate__Payments__V1__Derivation Derivation;
typedef Wellgate__Payments__V1__PayerAmount PayerAmount;
typedef Wellgate__Payments__V1__ListIssuedRequest ListIssuedRequest;
typedef Wellgate__Payments__V1__ListIssuedResponse ListIssuedResponse;
typedef Wellgate__Payments__V1__ListIssuedResponse__Issued Issued;

#define STATEMENT(name) WELLGATE__PAYMENTS__V1__STATEMENT__STATE__##name
#define LINE_KIND(name) WELLGATE__PAYMENTS__V1__LINE__KIND__##name
#define LINE_REASON(name) WELLGATE__PAYMENTS__V1__REASON__CODE__##name

static const struct wg_problem *
no_memory(struct wg_call *call)
{
    return wg_fail(call, &wg_payload_too_large, "the statement is too large");
}

/* ---- Lines ---- */

/* Minor units as an exact fraction of the currency's unit. */
static char *
in_units(struct wg_call *call, const char *currency, mpq_srcptr minor)
{
    mpq_t unit;
    char *text;

    mpq_init(unit);
    mpz_ui_pow_ui(mpq_denref(unit), 10, (unsigned long)wg_currency_digits(currency));
    mpz_set_ui(mpq_numref(unit), 1);
    mpq_mul(unit, unit, minor);
    text = wg_ratio_format(wg_call_arena(call), unit);
    mpq_clear(unit);
    return text;
}

static bool
set_to_date(struct wg_call *call, const char *currency, const struct entitlement *e,
            const struct rule_account *rule, Derivation *derivation)
{
    const struct entitlement *last = &rule->periods[rule->n - 1];
    int64_t issued = 0;
    mpq_t to_date;

    mpq_init(to_date);
    mpq_add(to_date, last->before, last->due);
    for (size_t i = 0; i < rule->n; i++)
        issued += rule->periods[i].issued_minor;
    derivation->entitlement_stated = in_units(call, currency, e->stated);
    derivation->entitlement_before = in_units(call, currency, e->before);
    derivation->entitlement_to_date = in_units(call, currency, to_date);
    derivation->issued_to_date = wg_money_message(wg_call_arena(call), currency, issued);
    mpq_clear(to_date);
    return derivation->entitlement_stated && derivation->entitlement_before &&
           derivation->entitlement_to_date &&
           derivation->issued_to_date;
}

static Derivation *
derivation_of(struct wg_call *call, const char *currency, const struct entitlement *e,
              const struct rule_account *rule)
{
    bool true_up = e->rule && e->rule->share_of_budget->true_up;
    Derivation *derivation = wg_alloc(wg_call_arena(call), sizeof(*derivation));

    if (!derivation)
        return NULL;
    wellgate__payments__v1__derivation__init(derivation);
    derivation->gain_sum = wg_decimal_format(wg_call_arena(call), e->tally.gain_sum, EVIDENCE_SCALE);
    derivation->paired = e->tally.paired;
    derivation->with_baseline = e->tally.with_baseline;
    derivation->mean_gain = e->tally.paired ? wg_ratio_format(wg_call_arena(call), e->mean)
                                            : wg_copy_text(wg_call_arena(call), "");
    derivation->share = wg_ratio_format(wg_call_arena(call), e->share);
    derivation->pot = wg_money_message(wg_call_arena(call), currency, true_up ? e->pots_minor : e->pot_minor);
    derivation->entitlement = in_units(call, currency, e->due);
    derivation->issued_before = wg_money_message(wg_call_arena(call), currency, e->issued_minor);
    return derivation->gain_sum && derivation->mean_gain && derivation->share &&
                   derivation->pot && derivation->entitlement && derivation->issued_before &&
                   set_to_date(call, currency, e, rule, derivation)
               ? derivation : NULL;
}

static Wellgate__Payments__V1__Reason__Code
reason_of(const struct line_amount *amount)
{
    const struct entitlement *e = amount->entitlement;

    if (amount->adjustment)
        return LINE_REASON(CORRECTED);
    if (e->tally.paired < e->rule->score_change_cohort->min_n)
        return LINE_REASON(MIN_N);
    if (!e->tally.paired)
        return LINE_REASON(EVIDENCE_MISSING);
    return mpq_sgn(e->share) ? LINE_REASON(PAID) : LINE_REASON(GATE_NOT_MET);
}

/* One for each of the contract's payers, in its order. */
static PayerAmount **
payer_amounts(struct wg_call *call, const Contract *contract, const int64_t *parts)
{
    PayerAmount **amounts = wg_alloc_array(wg_call_arena(call), contract->n_payers + 1,
                                           sizeof(*amounts));

    for (size_t i = 0; amounts && i < contract->n_payers; i++) {
        if (!(amounts[i] = wg_alloc(wg_call_arena(call), sizeof(*amounts[i]))))
            return NULL;
        wellgate__payments__v1__payer_amount__init(amounts[i]);
        amounts[i]->payer = contract->payers[i];
        if (!(amounts[i]->amount = wg_money_message(wg_call_arena(call), contract->currency, parts[i])))
            return NULL;
    }
    return amounts;
}

static Line *
line_of(struct wg_call *call, const struct account *account, const char *statement,
        const struct rule_account *rule, const struct line_amount *amount)
{
    const char *currency = account->contract->currency;
    const struct entitlement *e = amount->entitlement;
    char *period = wg_alloc(wg_call_arena(call), WG_PERIOD_TEXT_BYTES);
    Line *line = wg_alloc(wg_call_arena(call), sizeof(*line));

    if (!line || !period)
        return NULL;
    wellgate__payments__v1__line__init(line);
    line->rule = (char *)rule->id;
    line->period = wg_period_format(e->period, period);
    line->kind = amount->adjustment ? LINE_KIND(ADJUSTMENT) : LINE_KIND(PERIOD);
    line->name = amount->adjustment
        ? wg_format(wg_call_arena(call), "%s/lines/%s-%s", statement, rule->id, period)
        : wg_format(wg_call_arena(call), "%s/lines/%s", statement, rule->id);
    if (e->version)
        line->version = e->version->name;
    line->amount = wg_money_message(wg_call_arena(call), currency, amount->minor);
    line->derivation = derivation_of(call, currency, e, rule);
    line->reason = reason_of(amount);
    line->payers = payer_amounts(call, account->contract, amount->parts);
    line->n_payers = account->contract->n_payers;
    return line->name && line->amount && line->derivation && line->payers ? line : NULL;
}

/* ---- The statement ---- */

static bool
dates_of(struct wg_call *call, struct wg_period period, Statement *statement)
{
    struct wg_arena *arena = wg_call_arena(call);
    char text[WG_FINANCIAL_TEXT_BYTES];

    statement->period = wg_copy_text(arena, wg_period_format(period, text));
    statement->start_date = wg_copy_text(arena, wg_date_format(period.first, text));
    statement->end_date = wg_copy_text(arena, wg_date_format(period.last, text));
    statement->financial_period = wg_copy_text(arena, wg_financial_format(period, text));
    return statement->period && statement->start_date && statement->end_date &&
           statement->financial_period;
}

static bool
add_parts(int64_t *sums, const int64_t *parts, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!wg_money_add(sums[i], parts[i], &sums[i]))
            return false;
    return true;
}

static const struct wg_problem *
settle_rule(struct wg_call *call, const struct account *account, const struct rule_account *rule,
            struct draft *draft, int64_t *total, int64_t *parts)
{
    struct line_amount *amounts = wg_alloc_array(wg_call_arena(call), rule->n, sizeof(*amounts));
    size_t n;

    if (!amounts)
        return no_memory(call);
    if (!rule_account_settle(rule, amounts, &n))
        return wg_fail(call, &wg_conflict, "an amount is beyond what can be stated");
    if (!split_lines(wg_call_arena(call), account->contract, amounts, n))
        return no_memory(call);
    for (size_t i = 0; i < n; i++) {
        Line *line = line_of(call, account, draft->statement->name, rule, &amounts[i]);

        if (!line)
            return no_memory(call);
        if (!wg_money_add(*total, amounts[i].minor, total) ||
            !add_parts(parts, amounts[i].parts, account->contract->n_payers))
            return wg_fail(call, &wg_conflict, "the total is beyond what can be stated");
        draft->lines[draft->n_lines++] = line;
    }
    return NULL;
}

static const struct wg_problem *
add_credits(struct wg_call *call, const struct account *account, struct draft *draft,
            int64_t *total, int64_t *parts)
{
    struct credits credits = {account->contract, account->contract_name, draft->statement->name,
                              draft->issued, draft->lines, draft->n_lines, total, parts};
    const struct wg_problem *problem = credits_take(call, &credits);

    draft->lines = credits.lines;
    draft->n_lines = credits.n_lines;
    return problem;
}

static const struct wg_problem *
settle(struct wg_call *call, const struct account *account, struct draft *draft)
{
    int64_t *parts = wg_alloc_array(wg_call_arena(call), account->contract->n_payers + 1,
                                    sizeof(*parts));
    const struct wg_problem *problem;
    int64_t total = 0;
    size_t most = 0;

    for (size_t r = 0; r < account->n_rules; r++)
        most += account->rules[r].n;
    draft->lines = wg_alloc_array(wg_call_arena(call), most + 1, sizeof(*draft->lines));
    if (!parts || !draft->lines)
        return no_memory(call);
    for (size_t r = 0; r < account->n_rules; r++) {
        problem = settle_rule(call, account, &account->rules[r], draft, &total, parts);
        if (problem)
            return problem;
    }
    if ((problem = add_credits(call, account, draft, &total, parts)))
        return problem;
    draft->statement->line_count = (int32_t)draft->n_lines;
    draft->statement->total = wg_money_message(wg_call_arena(call), account->contract->currency, total);
    draft->statement->payers = payer_amounts(call, account->contract, parts);
    draft->statement->n_payers = account->contract->n_payers;
    return draft->statement->total && draft->statement->payers ? NULL : no_memory(call);
}

static const struct wg_problem *
known_at(struct wg_call *call, const struct account *account, Statement *statement)
{
    const struct wg_problem *problem;
    struct wg_event event;

    if ((problem = wg_load_event(call, account->programme, account->sequence, &event)))
        return problem;
    statement->known_at_sequence = account->sequence;
    statement->known_at_time = wg_time_message(wg_call_arena(call), event.time_ms);
    return statement->known_at_time ? NULL : no_memory(call);
}

static const struct wg_problem *
make_draft(struct wg_call *call, struct account *account, const char *name, struct draft *draft)
{
    const struct wg_problem *problem;

    if (!(draft->statement = wg_alloc(wg_call_arena(call), sizeof(*draft->statement))))
        return no_memory(call);
    wellgate__payments__v1__statement__init(draft->statement);
    draft->statement->name = (char *)name;
    draft->statement->state = STATEMENT(DRAFT);
    draft->statement->calculated_by = (char *)wg_caller(call)->subject;
    draft->statement->calculator = actor_of(call);
    if (!draft->statement->calculator || !dates_of(call, account->period, draft->statement))
        return no_memory(call);
    if ((problem = known_at(call, account, draft->statement)) ||
        (problem = account_issued(call, account)) ||
        (problem = account_fold(call, account)))
        return problem;
    return settle(call, account, draft);
}

const struct wg_problem *
statement_reckon(struct wg_call *call, const char *name, struct wg_period period,
                 uint64_t sequence, struct account *account, struct draft *draft)
{
    const char *contract = wg_name_parent(call, name, 2);
    const struct wg_problem *problem;

    if (!contract)
        return no_memory(call);
    if ((problem = account_open(call, contract, period, sequence, account)))
        return problem;
    return make_draft(call, account, name, draft);
}

/* ---- :calculate ---- */

/* Not one that is issued, nor one before a period that is. */
static const struct wg_problem *
require_open_period(struct wg_call *call, const Contract *contract, struct wg_period period)
{
    struct wg_period issued;

    if (wg_quarter_parse(wg_name_id(contract->last_issued), &issued) &&
        period.first <= issued.first)
        return wg_fail(call, &wg_conflict,
                       "statements are issued up to %s; what comes later is an adjustment "
                       "in the next one", wg_name_id(contract->last_issued));
    return NULL;
}

static const struct wg_problem *
prepare(struct wg_call *call, struct account *account, struct wg_period period, const char *name,
        struct draft *draft)
{
    const char *contract = wg_name_parent(call, name, 2);
    const struct wg_problem *problem;
    uint64_t sequence;

    if (!contract)
        return no_memory(call);
    /* The contract moves with its terms and its statements: it stands for all. */
    if ((problem = wg_depend(call, contract)) || (problem = wg_depend(call, name)) ||
        (problem = wg_sequence(call, contract, &sequence)) ||
        (problem = account_open(call, contract, period, sequence, account)) ||
        (problem = require_open_period(call, account->contract, period)))
        return problem;
    return make_draft(call, account, name, draft);
}

const struct wg_problem *
statement_prepare(struct wg_call *call)
{
    const NameRequest *request = (const void *)wg_input(call);
    struct draft *draft = wg_alloc(wg_call_arena(call), sizeof(*draft));
    struct account account = {0};
    const struct wg_problem *problem;
    struct wg_period period;

    if (!draft)
        return no_memory(call);
    if (!wg_quarter_parse(wg_name_id(request->name), &period))
        return wg_fail(call, &wg_not_found, "a statement is named after a quarter: 2016-Q3");
    if (period.last >= wg_today(call, request->name))
        return wg_fail(call, &wg_conflict, "the period has not ended");
    problem = prepare(call, &account, period, request->name, draft);
    account_close(&account);
    wg_keep(call, draft);
    return problem;
}

struct clearing {
    struct wg_call *call;
    const struct draft *draft;
    const char *gone[256]; /* lines of the old draft that the new one lacks */
    size_t n;
};

static bool
take_old_line(void *context, const struct wg_record *record)
{
    struct clearing *clearing = context;
    const Line *old = (const Line *)record->message;

    for (size_t i = 0; i < clearing->draft->n_lines; i++)
        if (strcmp(clearing->draft->lines[i]->name, old->name) == 0)
            return true;
    clearing->gone[clearing->n++] = old->name;
    return clearing->n < sizeof(clearing->gone) / sizeof(*clearing->gone);
}

static const struct wg_problem *
put(struct wg_call *call, ProtobufCMessage *message, const char *name, const char *event)
{
    const struct wg_problem *problem;
    bool exists;

    if ((problem = wg_exists(call, name, &exists)))
        return problem;
    return exists ? wg_update(call, message, event) : wg_insert(call, message, event);
}

static const struct wg_problem *
put_lines(struct wg_call *call, const struct draft *draft)
{
    struct clearing clearing = {.call = call, .draft = draft};
    const struct wg_problem *problem;

    do {
        clearing.n = 0;
        if ((problem = wg_scan(call, "payments/Line", draft->statement->name, NULL, take_old_line,
                               &clearing)))
            return problem;
        for (size_t i = 0; i < clearing.n; i++)
            if ((problem = wg_delete(call, clearing.gone[i], NULL)))
                return problem;
    } while (clearing.n);
    for (size_t i = 0; i < draft->n_lines; i++)
        if ((problem = put(call, &draft->lines[i]->base, draft->lines[i]->name, "line.calculated")))
            return problem;
    return NULL;
}

const struct wg_problem *
statement_calculate(struct wg_call *call)
{
    struct draft *draft = wg_kept(call);
    const struct wg_problem *problem;

    if ((problem = put(call, &draft->statement->base, draft->statement->name,
                       "statement.calculated")) ||
        (problem = put_lines(call, draft)))
        return problem;
    wg_answer(call, &draft->statement->base);
    return NULL;
}

/* ---- :issue ---- */

const struct wg_problem *
statement_issue(struct wg_call *call)
{
    const NameRequest *request = (const void *)wg_input(call);
    const struct wg_problem *problem;
    struct wg_record record;
    struct wg_period period;
    Statement *statement;
    Contract *contract;

    if ((problem = wg_load(call, request->name, &record)))
        return problem;
    statement = (Statement *)record.message;
    if ((problem = wg_load(call, wg_name_parent(call, request->name, 2), &record)))
        return problem;
    contract = (Contract *)record.message;
    if (statement->n_standings)
        return standing_require(call, statement, statement->standings[0], VERDICT_ISSUE);
    if (record.sequence > statement->known_at_sequence)
        return wg_fail(call, &wg_conflict,
                       "terms or statements changed since it was calculated; calculate it again");
    if (wg_quarter_parse(statement->period, &period) &&
        (problem = require_open_period(call, contract, period)))
        return problem;
    statement->state = STATEMENT(ISSUED);
    contract->last_issued = statement->name;
    if (!(statement->issue_time = wg_time_message(wg_call_arena(call), wg_now_ms(call))))
        return no_memory(call);
    if ((problem = issue_follow(call, contract, statement)) ||
        (problem = wg_update(call, &contract->base, "contract.stated")) ||
        (problem = wg_update(call, &statement->base, "statement.issued")))
        return problem;
    wg_answer(call, &statement->base);
    return NULL;
}

/* ---- ListIssued ---- */

struct listing {
    struct wg_call *call;
    const char *until;
    ListIssuedResponse *response;
    size_t capacity;
    bool failed;
};

static bool
add_issued(struct listing *listing, const Statement *statement, const PayerAmount *payer)
{
    struct wg_arena *arena = wg_call_arena(listing->call);
    ListIssuedResponse *response = listing->response;
    Issued *issued = wg_alloc(arena, sizeof(*issued));

    if (response->n_issued == listing->capacity) {
        Issued **more = wg_alloc_array(arena, listing->capacity = 2 * listing->capacity + 16,
                                       sizeof(*more));

        if (!more)
            return false;
        if (response->n_issued)
            memcpy(more, response->issued, response->n_issued * sizeof(*more));
        response->issued = more;
    }
    if (!issued)
        return false;
    wellgate__payments__v1__list_issued_response__issued__init(issued);
    issued->statement = statement->name;
    issued->end_date = statement->end_date;
    issued->payer = payer->payer;
    issued->amount = payer->amount;
    response->issued[response->n_issued++] = issued;
    return true;
}

static bool
take_issued(void *context, const struct wg_record *record)
{
    struct listing *listing = context;
    const Statement *statement = (const Statement *)record->message;

    if (statement->state != STATEMENT(ISSUED) || strcmp(statement->end_date, listing->until) > 0)
        return true;
    for (size_t i = 0; !listing->failed && i < statement->n_payers; i++)
        listing->failed = !add_issued(listing, statement, statement->payers[i]);
    return !listing->failed;
}

const struct wg_problem *
statement_list_issued(struct wg_call *call)
{
    const ListIssuedRequest *request = (const void *)wg_input(call);
    struct listing listing = {.call = call, .until = request->until_date};
    const struct wg_problem *problem;
    bool exists;

    if (!(listing.response = wg_alloc(wg_call_arena(call), sizeof(*listing.response))))
        return no_memory(call);
    wellgate__payments__v1__list_issued_response__init(listing.response);
    if ((problem = wg_exists(call, request->contract, &exists)))
        return problem;
    if (!exists)
        return &wg_not_found;
    if ((problem = wg_scan(call, "payments/Statement", request->contract, NULL, take_issued,
                           &listing)) ||
        (problem = wg_sequence(call, request->contract, &listing.response->sequence)))
        return problem;
    if (listing.failed)
        return no_memory(call);
    wg_answer(call, &listing.response->base);
    return NULL;
}
