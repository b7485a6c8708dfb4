/* draft.c - what every rule is due → a statement and its lines. */
#include "draft.h"

#include <stdlib.h>
#include <string.h>
#include <wellgate/decimal.h>
#include <wellgate/messages.h>

#include "terms/actor.h"
#include "standing/replaced.h"
#include "account/stated.h"
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
write_rule(struct wg_call *call, const struct account *account, const struct stated *stated,
           struct draft *draft)
{
    for (size_t i = 0; i < stated->n; i++) {
        const struct line_amount *amount = &stated->amounts[i];
        Line *line = line_of(wg_call_arena(call), account, draft->statement->name, stated->rule,
                             amount);

        if (!line || (account->edition && !line_say_ceilings(wg_call_arena(call), account->contract,
                                                           line, amount)))
            return no_memory(call);
        draft->lines[draft->n_lines++] = line;
        if (!wg_money_add(draft->total, amount->minor, &draft->total) ||
            !add_parts(draft->parts, amount->parts, account->contract->n_payers))
            return wg_fail(call, &wg_conflict, "the total is beyond what can be stated");
    }
    return NULL;
}

/* What ceilings cut for good, and what they cut now, is earned and not paid. */
static const struct wg_problem *
note_ceilings(struct wg_call *call, const struct account *account, const struct stated *stated)
{
    for (size_t r = 0; r < account->n_rules; r++) {
        struct unpaid *unpaid = &account->settlements[r].unpaid[REASON(CEILING)];
        int64_t over = 0;
        bool fits = true;

        for (size_t p = 0; p < stated[r].rule->n; p++)
            fits = fits && wg_money_add(over, stated[r].rule->periods[p].over_minor, &over);
        for (size_t i = 0; i < stated[r].n; i++)
            fits = fits && wg_money_add(over, stated[r].amounts[i].over_minor, &over);
        if (!fits)
            return wg_fail(call, &wg_conflict, "what ceilings cut is beyond what can be stated");
        mpq_set_si(unpaid->amount, (long)over, 1);
    }
    return NULL;
}

static const struct wg_problem *
write_rules(struct wg_call *call, const struct account *account, struct draft *draft)
{
    const struct wg_problem *problem;
    struct stated *stated;

    if ((problem = account_state(call, account, CEILINGS_BY_RULE, &stated)) ||
        (account->edition && (problem = note_ceilings(call, account, stated))))
        return problem;
    for (size_t r = 0; !problem && r < account->n_accounts; r++)
        problem = write_rule(call, account, &stated[r], draft);
    return problem;
}

/* Of all rules, rounded once. */
static const struct wg_problem *
set_entitlement(struct wg_call *call, const struct account *account, Statement *statement)
{
    int64_t minor;
    bool fits;
    mpq_t sum;

    mpq_init(sum);
    for (size_t r = 0; r < account->n_rules; r++)
        for (size_t p = 0; p < account->rules[r].n; p++)
            mpq_add(sum, sum, account->rules[r].periods[p].due);
    fits = wg_money_round(sum, &minor);
    mpq_clear(sum);
    if (!fits)
        return wg_fail(call, &wg_conflict, "what is due to date is beyond what can be stated");
    statement->entitlement_to_date = wg_money_message(wg_call_arena(call), account->contract->currency,
                                                      minor);
    return statement->entitlement_to_date ? NULL : no_memory(call);
}

/* Rounded once, over all rules and reasons. */
static const struct wg_problem *
set_earned_unpaid(struct wg_call *call, const struct account *account, Statement *statement)
{
    int64_t minor;
    bool fits;
    mpq_t sum;

    mpq_init(sum);
    for (size_t r = 0; r < account->n_rules; r++)
        for (size_t i = 0; i <= REASON(RETAINED); i++)
            mpq_add(sum, sum, account->settlements[r].unpaid[i].amount);
    fits = wg_money_round(sum, &minor);
    mpq_clear(sum);
    if (!fits)
        return wg_fail(call, &wg_conflict, "what is earned and not paid is beyond what can be stated");
    statement->earned_unpaid = wg_money_message(wg_call_arena(call), account->contract->currency,
                                                minor);
    return statement->earned_unpaid ? NULL : no_memory(call);
}

static bool
open_draft(struct wg_call *call, const struct account *account, struct draft *draft)
{
    size_t most = account->n_accounts * account->timeline.n + 1;

    draft->total = 0;
    draft->parts = wg_alloc_array(wg_call_arena(call), account->contract->n_payers + 1,
                                  sizeof(*draft->parts));
    draft->lines = wg_alloc_array(wg_call_arena(call), most, sizeof(*draft->lines));
    return draft->parts && draft->lines;
}

static const struct wg_problem *
take_credits(struct wg_call *call, const struct account *account, struct draft *draft,
             struct credits *credits)
{
    const struct wg_problem *problem;

    *credits = (struct credits){account->contract, account->contract_name, draft->statement->name,
                                draft->credits == CREDITS_TAKEN, NULL, 0, &draft->total,
                                draft->parts};
    if (draft->credits == CREDITS_NONE)
        return NULL;
    if ((problem = credits_take(call, credits)) || !account->edition)
        return problem;
    return credits_replace(call, account, credits);
}

/* What is credited makes room as what is given back by rules does: it goes first. */
static bool
make_room(const struct account *account, const struct draft *draft)
{
    return !account->edition || add_parts(account->issued_to, draft->parts, account->contract->n_payers);
}

static bool
add_credits(struct wg_call *call, const struct credits *credits, struct draft *draft)
{
    for (size_t i = 0; i < credits->n_lines; i++)
        if (!append_message(call, &draft->lines, &draft->n_lines, credits->lines[i]))
            return false;
    return true;
}

static const struct wg_problem *
settle(struct wg_call *call, const struct account *account, struct draft *draft)
{
    struct wg_arena *arena = wg_call_arena(call);
    Statement *statement = draft->statement;
    const struct wg_problem *problem;
    struct credits credits;

    if (!open_draft(call, account, draft))
        return no_memory(call);
    if ((problem = take_credits(call, account, draft, &credits)))
        return problem;
    if (!make_room(account, draft))
        return wg_fail(call, &wg_conflict, "the total is beyond what can be stated");
    if ((problem = write_rules(call, account, draft)))
        return problem;
    if (!add_credits(call, &credits, draft))
        return no_memory(call);
    statement->line_count = (int32_t)draft->n_lines;
    statement->total = wg_money_message(arena, account->contract->currency, draft->total);
    statement->payers = payer_amounts(arena, account->contract, draft->parts);
    statement->n_payers = account->contract->n_payers;
    if (!statement->total || !statement->payers)
        return no_memory(call);
    if (account->edition && (problem = set_entitlement(call, account, statement)))
        return problem;
    return set_earned_unpaid(call, account, statement);
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
    draft->statement->edition = account->edition;
    draft->statement->state = STATEMENT(DRAFT);
    draft->statement->calculated_by = (char *)wg_caller(call)->subject;
    draft->statement->calculator = actor_of(call);
    if (!draft->statement->calculator || !dates_of(call, account->period, draft->statement))
        return no_memory(call);
    return (problem = known_at(call, account, draft->statement)) ? problem
                                                                 : settle(call, account, draft);
}

const struct wg_problem *
draft_make(struct wg_call *call, struct account *account, const char *name, struct draft *draft)
{
    const struct wg_problem *problem;

    if ((problem = account_fold(call, account)) || (problem = account_issued(call, account)))
        return problem;
    return draft_write(call, account, name, draft);
}

/* ---- In order of names ---- */

static int
by_name(const void *a, const void *b)
{
    return strcmp((*(Line *const *)a)->name, (*(Line *const *)b)->name);
}

Line **
draft_lines_by_name(struct wg_call *call, const struct draft *draft)
{
    Line **lines = wg_alloc_array(wg_call_arena(call), draft->n_lines + 1, sizeof(*lines));

    if (lines && draft->n_lines) {
        memcpy(lines, draft->lines, draft->n_lines * sizeof(*lines));
        qsort(lines, draft->n_lines, sizeof(*lines), by_name);
    }
    return lines;
}
