/* journal_block.c - what a bond's journal holds, beside what its report tells by other means. */
#include <string.h>
#include <wellgate/messages.h>
#include <wellgate/money.h>

#include "facts.h"
#include "journal/ledger.h"

typedef Wellgate__Bonds__V1__AccountBalance AccountBalance;
typedef Wellgate__Bonds__V1__JournalToDate JournalToDate;

/* ---- What the report tells ---- */

static int64_t
called_of(const Report *report)
{
    int64_t called = 0;

    for (size_t i = 0; i < report->n_guarantees; i++)
        called += minor_of(report->guarantees[i]->called);
    return called;
}

static int64_t
costs_due_of(const Report *report, size_t kind)
{
    return report->costs ? minor_of(report->costs->lines[kind]->due) : 0;
}

static int64_t
payable_of(const Report *report)
{
    int64_t left = 0;

    for (size_t i = 0; report->costs && i < report->costs->n_lines; i++)
        left += minor_of(report->costs->lines[i]->due) - minor_of(report->costs->lines[i]->paid);
    return left;
}

/* The item that tells the same as an account, and how much, as a debit; NULL: there is none. */
static const char *
told_of(const Report *report, Account account, int64_t *minor)
{
    const Wellgate__Bonds__V1__CapitalAccount *capital = report->capital_account;
    const Wellgate__Bonds__V1__Receivables *owed = report->receivables;
    const struct {
        Account account;
        const char *item;
        int64_t debit;
    } told[] = {
        {ACCOUNT(RESERVE), "costs.reserve", report->costs ? minor_of(report->costs->reserve) : 0},
        {ACCOUNT(RECEIVABLE), owed->conceded ? "receivables.total and conceded" : "receivables.total",
         minor_of(owed->total) + minor_of(owed->conceded)},
        {ACCOUNT(CAPITAL), "capitalAccount.outstanding", -minor_of(capital->outstanding)},
        {ACCOUNT(PAYABLE), "costs.lines.due less paid", -payable_of(report)},
        {ACCOUNT(OUTCOME_INCOME), "outcomeIncomeTotal", -minor_of(report->outcome_income_total)},
        {ACCOUNT(WRITTEN_OFF), "capitalAccount.writtenOff", -minor_of(capital->written_off)},
        {ACCOUNT(GUARANTEES), "guarantees", -called_of(report)},
        {ACCOUNT(INTEREST), "capitalAccount.interest", minor_of(capital->interest)},
        {ACCOUNT(INVESTOR_SURPLUS), "capitalAccount.surplus", minor_of(capital->surplus)},
        {ACCOUNT(PROVIDER_COST), "costs.lines.0.due", costs_due_of(report, 0)},
        {ACCOUNT(VEHICLE_COST), "costs.lines.1.due", costs_due_of(report, 1)},
        {ACCOUNT(FUND_FEE), "costs.lines.2.due", costs_due_of(report, 2)},
        {ACCOUNT(RECYCLED), "capitalAccount.recycled", -minor_of(capital->recycled)},
    };

    for (size_t i = 0; i < sizeof(told) / sizeof(told[0]); i++)
        if (told[i].account == account) {
            *minor = told[i].debit;
            return told[i].item;
        }
    return NULL;
}

/* ---- Balances ---- */

static bool
balance_of(const struct ledger *ledger, Account account, int64_t *minor)
{
    *minor = 0;
    for (size_t i = 0; i < ledger->n; i++)
        if (ledger->sums[i].account == account && !wg_money_add(*minor, ledger->sums[i].minor, minor))
            return false;
    return true;
}

static AccountBalance *
balance_new(const struct basis *basis, Account account, int64_t minor, const char *item, bool agrees)
{
    AccountBalance *balance =
        wg_new_message(basis->arena, &wellgate__bonds__v1__account_balance__descriptor);

    if (!balance)
        return NULL;
    balance->account = account;
    if (minor)
        *(minor < 0 ? &balance->credit : &balance->debit) = wg_money_message(
            basis->arena, basis->bond->currency, minor < 0 ? -minor : minor);
    balance->item = (char *)(item ? item : "");
    balance->agrees = agrees;
    return balance;
}

static const struct wg_problem *
add_balances(const struct basis *basis, const struct ledger *ledger, const Report *report,
             JournalToDate *journal)
{
    int64_t debits = 0, credits = 0, minor, told = 0;

    for (int account = ACCOUNT(BANK); account < ACCOUNTS; account++) {
        const char *item = told_of(report, account, &told);

        if (!balance_of(ledger, account, &minor))
            return too_great(basis->call);
        if (!minor && (!item || !told))
            continue;
        if (!(minor < 0 ? wg_money_subtract(credits, minor, &credits)
                        : wg_money_add(debits, minor, &debits)))
            return too_great(basis->call);
        journal->balances[journal->n_balances++] =
            balance_new(basis, account, minor, item, item && minor == told);
    }
    journal->debits = wg_money_message(basis->arena, basis->bond->currency, debits);
    journal->credits = wg_money_message(basis->arena, basis->bond->currency, credits);
    return NULL;
}

static const struct wg_problem *
tell(const struct basis *basis, const struct ledger *ledger, Report *report)
{
    JournalToDate *journal =
        wg_new_message(basis->arena, &wellgate__bonds__v1__journal_to_date__descriptor);
    int64_t bank = ledger_sum(ledger, ACCOUNT(BANK), "");
    const struct wg_problem *problem;

    if (!journal || !(journal->balances = wg_alloc_array(basis->arena, ACCOUNTS,
                                                         sizeof(*journal->balances))))
        return no_memory(basis->call);
    journal->entries = ledger->entries;
    if (ledger->last.number) {
        journal->last_entry = entry_name(basis->call, basis->bond->name, ledger->last.number);
        journal->last_hash = wg_copy_text(basis->arena, ledger->last.hash);
    }
    if ((problem = add_balances(basis, ledger, report, journal)))
        return problem;
    report->journal = journal;
    if (bank < 0)
        report->overdrawn = wg_money_message(basis->arena, basis->bond->currency, -bank);
    return basis->arena->exhausted ? no_memory(basis->call) : NULL;
}

const struct wg_problem *
set_journal(const struct facts *facts, Report *report)
{
    const struct basis *basis = facts->basis;
    struct ledger ledger = {0};
    const struct wg_problem *problem =
        ledger_load(basis->call, basis->bond, basis->end_date, &ledger);

    if (!problem)
        problem = tell(basis, &ledger, report);
    ledger_finish(&ledger);
    return problem;
}
