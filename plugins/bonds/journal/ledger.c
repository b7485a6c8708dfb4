/* ledger.c - what a journal's accounts hold, and the trial balance. */
#include "ledger.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wellgate/messages.h>
#include <wellgate/money.h>

typedef Wellgate__Bonds__V1__GetBondTrialBalanceRequest BalanceRequest;
typedef Wellgate__Bonds__V1__BondTrialBalance TrialBalance;
typedef Wellgate__Bonds__V1__BondTrialBalance__Balance Balance;

/* ---- Sums ---- */

static int
compare(const struct sum *sum, Account account, const char *of)
{
    return sum->account != account ? (sum->account < account ? -1 : 1) : strcmp(sum->of, of);
}

/* Where it is, or belongs. */
static size_t
place_of(const struct ledger *ledger, Account account, const char *of, bool *found)
{
    size_t at = 0;
    int order = 1;

    while (at < ledger->n && (order = compare(&ledger->sums[at], account, of)) < 0)
        at++;
    *found = at < ledger->n && order == 0;
    return at;
}

static bool
insert_sum(struct ledger *ledger, size_t at, Account account, const char *of)
{
    if (ledger->n == ledger->room) {
        size_t room = 2 * ledger->room + 32;
        struct sum *sums = realloc(ledger->sums, room * sizeof(*sums));

        if (!sums)
            return false;
        ledger->sums = sums;
        ledger->room = room;
    }
    memmove(&ledger->sums[at + 1], &ledger->sums[at], (ledger->n++ - at) * sizeof(struct sum));
    ledger->sums[at] = (struct sum){account, strdup(of), 0};
    return ledger->sums[at].of;
}

void
ledger_add(struct ledger *ledger, Account account, const char *of, int64_t minor)
{
    bool found;
    size_t at = place_of(ledger, account, of, &found);

    if (ledger->failed)
        return;
    ledger->failed = (!found && !insert_sum(ledger, at, account, of)) ||
                     !wg_money_add(ledger->sums[at].minor, minor, &ledger->sums[at].minor);
}

void
ledger_add_entry(struct ledger *ledger, const char *currency, const JournalEntry *entry)
{
    for (size_t i = 0; i < entry->n_postings; i++) {
        const Posting *posting = entry->postings[i];
        int64_t minor;

        if (read_money(currency, posting->amount, &minor))
            ledger_add(ledger, posting->account, posting_of(posting), minor);
    }
}

int64_t
ledger_sum(const struct ledger *ledger, Account account, const char *of)
{
    bool found;
    size_t at = place_of(ledger, account, of, &found);

    return found ? ledger->sums[at].minor : 0;
}

void
ledger_finish(struct ledger *ledger)
{
    for (size_t i = 0; i < ledger->n; i++)
        free(ledger->sums[i].of);
    free(ledger->sums);
}

/* ---- A bond's entries ---- */

struct loading {
    struct wg_call *call;
    const Bond *bond;
    const char *until_date;
    struct ledger *ledger;
    struct wg_mark mark;
};

static bool
take_entry(void *context, const struct wg_record *record)
{
    struct loading *loading = context;
    struct ledger *ledger = loading->ledger;
    struct wg_arena *arena = wg_call_arena(loading->call);
    const JournalEntry *entry = (const JournalEntry *)record->message;

    if (!*loading->until_date || strcmp(entry->date, loading->until_date) <= 0) {
        ledger_add_entry(ledger, loading->bond->currency, entry);
        ledger->entries++;
        ledger->last.number = entry->number;
        snprintf(ledger->last.hash, sizeof(ledger->last.hash), "%s", entry->hash);
    }
    if (loading->mark.block)
        wg_arena_rewind(arena, loading->mark);
    else
        loading->mark = wg_arena_mark(arena);
    return !ledger->failed;
}

const struct wg_problem *
ledger_load(struct wg_call *call, const Bond *bond, const char *until_date, struct ledger *ledger)
{
    struct loading loading = {call, bond, until_date, ledger, {0}};
    const struct wg_problem *problem =
        wg_scan(call, "bonds/BondJournalEntry", bond->name, NULL, take_entry, &loading);

    return problem || !ledger->failed ? problem : wg_no_memory(call);
}

/* ---- :trialBalance ---- */

struct balancing {
    struct wg_call *call;
    const Bond *bond;
    struct ledger ledger;
    TrialBalance *out;
};

static char **
kept_for(Balance *balance)
{
    switch (account_kept_per(balance->account)) {
    case PER_COMMITMENT:
        return &balance->commitment;
    case PER_ORGANISATION:
        return &balance->organisation;
    case PER_RULE:
        return &balance->rule;
    case PER_NOTHING:
        break;
    }
    return NULL;
}

static Balance *
balance_new(const struct balancing *balancing, const struct sum *sum)
{
    struct wg_arena *arena = wg_call_arena(balancing->call);
    int64_t minor = sum->minor;
    Balance *balance =
        wg_new_message(arena, &wellgate__bonds__v1__bond_trial_balance__balance__descriptor);

    if (!balance)
        return NULL;
    balance->account = sum->account;
    if (kept_for(balance))
        *kept_for(balance) = wg_copy_text(arena, sum->of);
    *(minor < 0 ? &balance->credit : &balance->debit) =
        wg_money_message(arena, balancing->bond->currency, minor < 0 ? -minor : minor);
    return arena->exhausted ? NULL : balance;
}

static bool
add_side(int64_t *debits, int64_t *credits, int64_t minor)
{
    return minor < 0 ? wg_money_subtract(*credits, minor, credits)
                     : wg_money_add(*debits, minor, debits);
}

static bool
tell(struct balancing *balancing)
{
    struct wg_arena *arena = wg_call_arena(balancing->call);
    const struct ledger *ledger = &balancing->ledger;
    TrialBalance *out = balancing->out;
    int64_t debits = 0, credits = 0;

    out->bond = balancing->bond->name;
    out->entries = ledger->entries;
    out->balances = wg_alloc_array(arena, ledger->n + 1, sizeof(*out->balances));
    for (size_t i = 0; out->balances && i < ledger->n; i++) {
        if (!ledger->sums[i].minor)
            continue;
        if (!(out->balances[out->n_balances++] = balance_new(balancing, &ledger->sums[i])) ||
            !add_side(&debits, &credits, ledger->sums[i].minor))
            return false;
    }
    out->debits = wg_money_message(arena, balancing->bond->currency, debits);
    out->credits = wg_money_message(arena, balancing->bond->currency, credits);
    return !arena->exhausted;
}

const struct wg_problem *
trial_balance_get(struct wg_call *call)
{
    const BalanceRequest *request = (const BalanceRequest *)wg_input(call);
    struct balancing balancing = {.call = call};
    const struct wg_problem *problem;

    if ((problem = load_bond(call, request->name, &balancing.bond)))
        return problem;
    balancing.out = wg_new_message(wg_call_arena(call),
                                   &wellgate__bonds__v1__bond_trial_balance__descriptor);
    if (!balancing.out)
        return wg_no_memory(call);
    problem = ledger_load(call, balancing.bond, request->date, &balancing.ledger);
    if (!problem && !tell(&balancing))
        problem = wg_no_memory(call);
    ledger_finish(&balancing.ledger);
    if (!problem)
        wg_answer(call, &balancing.out->base);
    return problem;
}

const struct wg_problem *
ledger_bank(struct wg_call *call, const Bond *bond, const char *date, int64_t *minor)
{
    struct ledger ledger = {0};
    const struct wg_problem *problem = ledger_load(call, bond, date, &ledger);

    *minor = problem ? 0 : ledger_sum(&ledger, ACCOUNT(BANK), "");
    ledger_finish(&ledger);
    return problem;
}
