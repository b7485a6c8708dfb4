/* ledger.c - the trial balance, and the journal as a table. */
#include "ledger.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wellgate/csv.h>
#include <wellgate/messages.h>

typedef Wellgate__Payments__V1__GetTrialBalanceRequest BalanceRequest;
typedef Wellgate__Payments__V1__TrialBalance TrialBalance;
typedef Wellgate__Payments__V1__TrialBalance__Balance Balance;
typedef Wellgate__Payments__V1__ListJournalEntriesResponse ListResponse;

/* ---- Trial balance ---- */

/* One account's sum; malloc'd, so that what entries take to read can be given back. */
struct sum {
    Account account;
    char *of; /* payer or rule, as the account is kept */
    int64_t minor;
};

struct balancing {
    struct wg_call *call;
    const BalanceRequest *request;
    const char *currency;
    struct sum *sums;
    size_t n, room;
    struct wg_mark mark;
    bool failed; /* no memory */
    TrialBalance *out;
};

static const char *
kept_per(const Posting *posting)
{
    return *posting->rule ? posting->rule : posting->payer;
}

static int
compare(const struct sum *sum, Account account, const char *of)
{
    return sum->account != account ? (sum->account < account ? -1 : 1) : strcmp(sum->of, of);
}

static bool
insert_sum(struct balancing *balancing, size_t at, Account account, const char *of)
{
    if (balancing->n == balancing->room) {
        size_t room = 2 * balancing->room + 32;
        struct sum *sums = realloc(balancing->sums, room * sizeof(*sums));

        if (!sums)
            return false;
        balancing->sums = sums;
        balancing->room = room;
    }
    memmove(&balancing->sums[at + 1], &balancing->sums[at], (balancing->n++ - at) * sizeof(struct sum));
    balancing->sums[at] = (struct sum){account, strdup(of), 0};
    return balancing->sums[at].of;
}

/* They stay in the chart's order. */
static void
add_posting(struct balancing *balancing, const Posting *posting)
{
    const char *of = kept_per(posting);
    size_t at = 0;
    int order = 1;

    while (at < balancing->n && (order = compare(&balancing->sums[at], posting->account, of)) < 0)
        at++;
    if ((at == balancing->n || order != 0) &&
        (balancing->failed = !insert_sum(balancing, at, posting->account, of)))
        return;
    balancing->sums[at].minor += minor_of(posting->amount);
}

static bool
take_entry(void *context, const struct wg_record *record)
{
    struct balancing *balancing = context;
    const JournalEntry *entry = (const JournalEntry *)record->message;
    const BalanceRequest *request = balancing->request;

    if (request->sequence && record->sequence > request->sequence)
        return false; /* what comes behind is later still */
    if (!*request->date || strcmp(entry->date, request->date) <= 0) {
        for (size_t i = 0; !balancing->failed && i < entry->n_postings; i++)
            add_posting(balancing, entry->postings[i]);
        balancing->out->entries++;
    }
    if (balancing->mark.block)
        wg_arena_rewind(wg_call_arena(balancing->call), balancing->mark);
    else
        balancing->mark = wg_arena_mark(wg_call_arena(balancing->call));
    return !balancing->failed;
}

static bool
add_balance(struct balancing *balancing, const struct sum *sum, int64_t *debits, int64_t *credits)
{
    struct wg_call *call = balancing->call;
    struct wg_arena *arena = wg_call_arena(call);
    int64_t minor = sum->minor;
    Money *amount = wg_money_message(arena, balancing->currency, minor < 0 ? -minor : minor);
    char *of = wg_copy_text(arena, sum->of);
    Balance *balance = wg_new_message(wg_call_arena(call),
                                      &wellgate__payments__v1__trial_balance__balance__descriptor);

    if (!minor)
        return true;
    if (!balance || !amount || !of)
        return false;
    balance->account = sum->account;
    *(account_is_per_rule(sum->account) ? &balance->rule : &balance->payer) = of;
    *(minor < 0 ? &balance->credit : &balance->debit) = amount;
    *(minor < 0 ? credits : debits) += minor < 0 ? -minor : minor;
    return append_message(call, &balancing->out->balances, &balancing->out->n_balances, balance);
}

static bool
write_balances(struct balancing *balancing)
{
    struct wg_arena *arena = wg_call_arena(balancing->call);
    int64_t debits = 0, credits = 0;

    for (size_t i = 0; i < balancing->n; i++)
        if (!add_balance(balancing, &balancing->sums[i], &debits, &credits))
            return false;
    balancing->out->debits = wg_money_message(arena, balancing->currency, debits);
    balancing->out->credits = wg_money_message(arena, balancing->currency, credits);
    return balancing->out->debits && balancing->out->credits;
}

static void
free_sums(struct balancing *balancing)
{
    for (size_t i = 0; i < balancing->n; i++)
        free(balancing->sums[i].of);
    free(balancing->sums);
}

const struct wg_problem *
trial_balance_get(struct wg_call *call)
{
    struct balancing balancing = {.call = call, .request = (const void *)wg_input(call)};
    const struct wg_problem *problem;
    const ProtobufCMessage *contract;

    if ((problem = wg_look(call, balancing.request->name, &contract)))
        return problem;
    balancing.out = wg_new_message(wg_call_arena(call), &wellgate__payments__v1__trial_balance__descriptor);
    if (!balancing.out)
        return wg_no_memory(call);
    balancing.out->contract = ((const Contract *)contract)->name;
    balancing.currency = ((const Contract *)contract)->currency;
    problem = wg_scan(call, "payments/JournalEntry", balancing.out->contract, NULL, take_entry, &balancing);
    if (!problem && (balancing.failed || !write_balances(&balancing)))
        problem = wg_no_memory(call);
    free_sums(&balancing);
    if (problem)
        return problem;
    wg_answer(call, &balancing.out->base);
    return NULL;
}

/* ---- CSV ---- */

static void
add_row(struct wg_csv_writer *csv, const JournalEntry *entry, const Posting *posting)
{
    const char *amount = posting->amount->amount, *debit = *amount == '-' ? "" : amount;
    char number[24];
    const char *const cells[] = {
        number, entry->date,
        wg_enum_word(&wellgate__payments__v1__journal_entry__kind__descriptor, (int)entry->kind),
        *entry->statement ? wg_name_id(entry->statement) : "", entry->reference,
        wg_enum_word(&wellgate__payments__v1__posting__account__descriptor, (int)posting->account),
        posting->payer, posting->rule, debit, *debit ? "" : amount + 1, posting->amount->currency,
    };

    snprintf(number, sizeof(number), "%" PRIu64, entry->number);
    wg_csv_row(csv, cells, sizeof(cells) / sizeof(*cells));
}

const struct wg_problem *
journal_render_csv(struct wg_call *call, const ProtobufCMessage *output, struct wg_bytes *text)
{
    static const char *const head[] = {"number", "date", "kind", "statement", "reference", "account",
                                       "payer", "rule", "debit", "credit", "currency"};
    const ListResponse *page = (const ListResponse *)output;
    struct wg_csv_writer csv = {.arena = wg_call_arena(call)};

    if (!*((const Wellgate__Common__V1__ListRequest *)wg_input(call))->page_token)
        wg_csv_row(&csv, head, sizeof(head) / sizeof(*head));
    for (size_t i = 0; i < page->n_entries; i++)
        for (size_t p = 0; p < page->entries[i]->n_postings; p++)
            add_row(&csv, page->entries[i], page->entries[i]->postings[p]);
    *text = (struct wg_bytes){csv.text, csv.length};
    return csv.failed ? wg_no_memory(call) : NULL;
}
