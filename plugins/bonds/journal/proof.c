/* proof.c - a bond's journal, proved from what is stored. */
#include <stdio.h>
#include <string.h>
#include <wellgate/money.h>

#include "ledger.h"
#include "outcomes.h"
#include "waterfall/costs.h"
#include "wellgate/bonds/v1/guarantees.pb-c.h"

#define EVER "2199-12-31" /* the last day that a date can be */

struct proving {
    struct wg_call *call;
    const Bond *bond;
    struct ledger ledger;
    uint64_t number;
    char previous[HASH_TEXT_BYTES];
    struct wg_mark mark; /* each entry is given back to the arena */
    const char **fault;
    const struct wg_problem *problem;
};

/* Always false: the end of what is looked at. */
static bool
says(struct proving *proving, const char *text)
{
    *proving->fault = text;
    if (!text)
        proving->problem = wg_no_memory(proving->call);
    return false;
}

/* ---- Entries ---- */

static bool
balances(const struct proving *proving, const JournalEntry *entry)
{
    int64_t sum = 0, minor;

    for (size_t i = 0; i < entry->n_postings; i++) {
        if (!read_money(proving->bond->currency, entry->postings[i]->amount, &minor) ||
            !wg_money_add(sum, minor, &sum))
            return false;
    }
    return sum == 0;
}

/* Is an entry about outcomes what the contract's own journal says? */
static bool
is_as_contract_says(struct proving *proving, const JournalEntry *entry)
{
    struct postings postings = {.call = proving->call, .bond = proving->bond};
    const ContractEntry *of;
    size_t n = 0;
    int64_t minor;

    if ((proving->problem = contract_entry(proving->call, entry->record, &of)))
        return false;
    postings_of_outcomes(&postings, of);
    for (size_t i = 0; i < postings.n; i++) {
        if (!postings.minor[i])
            continue;
        if (n == entry->n_postings ||
            !read_money(proving->bond->currency, entry->postings[n]->amount, &minor) ||
            minor != postings.minor[i] ||
            entry->postings[n]->account != postings.list[i]->account ||
            strcmp(posting_of(entry->postings[n]), posting_of(postings.list[i])) != 0)
            return false;
        n++;
    }
    return n == entry->n_postings && strcmp(entry->statement, of->statement) == 0;
}

static const char *
entry_fault(struct proving *proving, const JournalEntry *entry)
{
    char *hash = (char *)"";

    if (entry->number != proving->number + 1)
        return "is not the one behind the one before";
    if (strcmp(entry->previous_hash, proving->previous) != 0)
        return "does not have the hash of the one before";
    if ((proving->problem = entry_hash(proving->call, entry, &hash)) ||
        strcmp(entry->hash, hash) != 0)
        return "is not what its hash says";
    if (!balances(proving, entry))
        return "does not balance";
    return entry->kind != ENTRY(OUTCOMES) || is_as_contract_says(proving, entry)
               ? NULL : "is not what the contract's journal says";
}

static bool
take_entry(void *context, const struct wg_record *record)
{
    struct proving *proving = context;
    struct wg_arena *arena = wg_call_arena(proving->call);
    const JournalEntry *entry = (const JournalEntry *)record->message;
    const char *fault = entry_fault(proving, entry);

    if (fault)
        return says(proving, wg_format(arena, "entry %s %s", entry->name, fault));
    proving->number = entry->number;
    snprintf(proving->previous, sizeof(proving->previous), "%s", entry->hash);
    ledger_add_entry(&proving->ledger, proving->bond->currency, entry);
    if (proving->mark.block)
        wg_arena_rewind(arena, proving->mark);
    else
        proving->mark = wg_arena_mark(arena);
    return true;
}

/* ---- Balances ---- */

static bool
holds(struct proving *proving, Account account, const char *of, int64_t minor)
{
    static const char *const words[ACCOUNTS] = {
        [ACCOUNT(RESERVE)] = "reserve", [ACCOUNT(CAPITAL)] = "capital", [ACCOUNT(PAYABLE)] = "payable",
        [ACCOUNT(WRITTEN_OFF)] = "written off", [ACCOUNT(INTEREST)] = "interest",
        [ACCOUNT(INVESTOR_SURPLUS)] = "surplus", [ACCOUNT(RECYCLED)] = "recycled",
        [ACCOUNT(GUARANTEES)] = "guarantees",
    };

    if (ledger_sum(&proving->ledger, account, of) == minor)
        return true;
    return says(proving, wg_format(wg_call_arena(proving->call),
                                   "the journal of %s does not say what its records do: %s %s",
                                   proving->bond->name, words[account], of));
}

static bool
commitment_holds(struct proving *proving, const char *name, const struct account *account)
{
    return holds(proving, ACCOUNT(CAPITAL), name, -account->outstanding) &&
           holds(proving, ACCOUNT(INTEREST), name, account->interest) &&
           holds(proving, ACCOUNT(INVESTOR_SURPLUS), name, account->surplus) &&
           holds(proving, ACCOUNT(WRITTEN_OFF), name, -account->written_off);
}

/* Beside its capital account to date. */
static bool
take_commitment(void *context, const struct wg_record *record)
{
    struct proving *proving = context;
    const char *name = ((const Commitment *)record->message)->name;
    const struct flow_choice choice = {.commitment = name};
    struct flow_list flows;
    struct account account;

    if ((proving->problem = flow_list_load(proving->call, proving->bond, &choice, &flows)) ||
        (proving->problem = account_make(proving->call, 0, &flows, &account)))
        return false;
    return commitment_holds(proving, name, &account);
}

/* What each payee is owed, added up. */
static bool
costs_hold(struct proving *proving, const struct costs *costs)
{
    struct ledger owed = {0};
    bool hold = true;

    for (size_t i = 0; i < costs->n; i++)
        ledger_add(&owed, ACCOUNT(PAYABLE), costs->items[i].record->payee,
                   costs->items[i].paid - costs->items[i].amount);
    for (size_t i = 0; hold && i < owed.n; i++)
        hold = holds(proving, ACCOUNT(PAYABLE), owed.sums[i].of, owed.sums[i].minor);
    ledger_finish(&owed);
    return hold && holds(proving, ACCOUNT(RESERVE), "", costs->reserve);
}

struct adding {
    const Bond *bond;
    int64_t recycled;
    struct ledger guarantees;
};

static bool
take_recycling(void *context, const struct wg_record *record)
{
    struct adding *adding = context;
    int64_t minor = 0;

    read_money(adding->bond->currency,
               ((const Wellgate__Bonds__V1__Recycling *)record->message)->amount, &minor);
    adding->recycled += minor;
    return true;
}

static bool
take_call(void *context, const struct wg_record *record)
{
    struct adding *adding = context;
    const Wellgate__Bonds__V1__GuaranteeCall *made =
        (const Wellgate__Bonds__V1__GuaranteeCall *)record->message;
    int64_t minor = 0;

    read_money(adding->bond->currency, made->amount, &minor);
    ledger_add(&adding->guarantees, ACCOUNT(GUARANTEES), made->guarantor, -minor);
    return true;
}

static bool
guarantees_hold(struct proving *proving, const struct ledger *called)
{
    for (size_t i = 0; i < called->n; i++)
        if (!holds(proving, ACCOUNT(GUARANTEES), called->sums[i].of, called->sums[i].minor))
            return false;
    return true;
}

static const struct wg_problem *
prove_balances(struct proving *proving)
{
    struct wg_call *call = proving->call;
    struct adding adding = {.bond = proving->bond};
    const struct wg_problem *problem;
    struct costs costs;

    if ((problem = wg_scan(call, "bonds/Commitment", proving->bond->name, NULL, take_commitment,
                           proving)) ||
        (problem = proving->problem) || *proving->fault ||
        (problem = costs_load(call, proving->bond, EVER, &costs)) ||
        (problem = wg_scan(call, "bonds/Recycling", proving->bond->name, NULL, take_recycling,
                           &adding)))
        return problem;
    problem = wg_scan(call, "bonds/GuaranteeCall", proving->bond->name, NULL, take_call, &adding);
    (void)(!problem && costs_hold(proving, &costs) &&
           holds(proving, ACCOUNT(RECYCLED), "", -adding.recycled) &&
           guarantees_hold(proving, &adding.guarantees));
    ledger_finish(&adding.guarantees);
    return problem ? problem : proving->problem;
}

const struct wg_problem *
journal_check(struct wg_call *call, const char *root, const char **fault)
{
    struct proving proving = {.call = call, .fault = fault};
    const struct wg_problem *problem;

    if (strncmp(root, "bonds/", strlen("bonds/")) != 0)
        return NULL;
    if ((problem = load_bond(call, root, &proving.bond)))
        return problem == &wg_not_found ? NULL : problem;
    problem = wg_scan(call, "bonds/BondJournalEntry", root, NULL, take_entry, &proving);
    if (!problem)
        problem = proving.problem;
    if (!problem && !*fault)
        problem = prove_balances(&proving);
    ledger_finish(&proving.ledger);
    return problem;
}
