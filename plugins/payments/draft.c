/* draft.c - what every rule is due → a statement and its lines. */
#include "draft.h"

#include <string.h>
#include <wellgate/decimal.h>
#include <wellgate/messages.h>

#include "lines.h"

#define STATEMENT(name) WELLGATE__PAYMENTS__V1__STATEMENT__STATE__##name

static const struct wg_problem *
no_memory(struct wg_call *call)
{
    return wg_fail(call, &wg_payload_too_large, "the statement is too large");
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
settle_rule(struct wg_call *call, const struct account *account, size_t at, struct draft *draft,
            int64_t *total, int64_t *parts)
{
    const struct rule_account *rule = &account->rules[at];
    struct line_amount *amounts = wg_alloc_array(wg_call_arena(call), rule->n, sizeof(*amounts));
    size_t n;

    if (!amounts)
        return no_memory(call);
    if (!rule_account_settle(rule, amounts, &n))
        return wg_fail(call, &wg_conflict, "an amount is beyond what can be stated");
    if (!split_lines(wg_call_arena(call), account->contract, amounts, n))
        return no_memory(call);
    for (size_t i = 0; i < n; i++) {
        Line *line = line_of(wg_call_arena(call), account, draft->statement->name, at,
                             &amounts[i]);

        if (!line)
            return no_memory(call);
        if (!wg_money_add(*total, amounts[i].minor, total) ||
            !add_parts(parts, amounts[i].parts, account->contract->n_payers))
            return wg_fail(call, &wg_conflict, "the total is beyond what can be stated");
        draft->lines[draft->n_lines++] = line;
    }
    return NULL;
}

/* Rounded once, over all rules and reasons. */
static bool
set_earned_unpaid(struct wg_call *call, const struct account *account, Statement *statement)
{
    int64_t minor = 0;
    mpq_t sum;

    mpq_init(sum);
    for (size_t r = 0; r < account->n_rules; r++)
        for (size_t i = 0; i <= REASON(RETAINED); i++)
            mpq_add(sum, sum, account->settlements[r].unpaid[i].amount);
    wg_money_round(sum, &minor);
    mpq_clear(sum);
    statement->earned_unpaid = wg_money_message(wg_call_arena(call), account->contract->currency,
                                                minor);
    return statement->earned_unpaid;
}

static const struct wg_problem *
settle(struct wg_call *call, const struct account *account, struct draft *draft)
{
    int64_t *parts = wg_alloc_array(wg_call_arena(call), account->contract->n_payers + 1,
                                    sizeof(*parts));
    int64_t total = 0;
    size_t most = 0;

    for (size_t r = 0; r < account->n_rules; r++)
        most += account->rules[r].n;
    draft->lines = wg_alloc_array(wg_call_arena(call), most + 1, sizeof(*draft->lines));
    if (!parts || !draft->lines)
        return no_memory(call);
    for (size_t r = 0; r < account->n_rules; r++) {
        const struct wg_problem *problem =
            settle_rule(call, account, r, draft, &total, parts);

        if (problem)
            return problem;
    }
    if (!set_earned_unpaid(call, account, draft->statement))
        return no_memory(call);
    draft->statement->line_count = (int32_t)draft->n_lines;
    draft->statement->total = wg_money_message(wg_call_arena(call), account->contract->currency, total);
    draft->statement->payers = payer_amounts(wg_call_arena(call), account->contract, parts);
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

const struct wg_problem *
draft_write(struct wg_call *call, const struct account *account, const char *name,
            struct draft *draft)
{
    const struct wg_problem *problem;

    if (!(draft->statement = wg_alloc(wg_call_arena(call), sizeof(*draft->statement))))
        return no_memory(call);
    wellgate__payments__v1__statement__init(draft->statement);
    draft->statement->name = (char *)name;
    draft->statement->state = STATEMENT(DRAFT);
    draft->statement->calculated_by = (char *)wg_caller(call)->subject;
    if (!dates_of(call, account->period, draft->statement))
        return no_memory(call);
    return (problem = known_at(call, account, draft->statement)) ? problem
                                                                 : settle(call, account, draft);
}

const struct wg_problem *
draft_make(struct wg_call *call, struct account *account, const char *name, struct draft *draft)
{
    const struct wg_problem *problem;

    if ((problem = account_issued(call, account)) || (problem = account_fold(call, account)))
        return problem;
    return draft_write(call, account, name, draft);
}
