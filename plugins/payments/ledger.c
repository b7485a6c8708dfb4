/* ledger.c - the trial balance, and the journal as a table. */
#include "ledger.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "csv_out.h"

typedef Wellgate__Payments__V1__GetTrialBalanceRequest BalanceRequest;
typedef Wellgate__Payments__V1__TrialBalance TrialBalance;
typedef Wellgate__Payments__V1__TrialBalance__Balance Balance;
typedef Wellgate__Payments__V1__ListJournalEntriesResponse ListResponse;

/* ---- Trial balance ---- */

struct balancing {
    struct wg_call *call;
    const BalanceRequest *request;
    struct postings sums;
    TrialBalance *out;
};

static const char *
kept_per(const Posting *posting)
{
    return *posting->rule ? posting->rule : posting->payer;
}

static bool
take_entry(void *context, const struct wg_record *record)
{
    struct balancing *balancing = context;
    const JournalEntry *entry = (const JournalEntry *)record->message;
    const BalanceRequest *request = balancing->request;

    if (request->sequence && record->sequence > request->sequence)
        return false; /* what comes behind is later still */
    if (*request->date && strcmp(entry->date, request->date) > 0)
        return true;
    for (size_t i = 0; i < entry->n_postings; i++)
        postings_add(&balancing->sums, entry->postings[i]->account, kept_per(entry->postings[i]),
                     minor_of(entry->postings[i]->amount));
    balancing->out->entries++;
    return !balancing->sums.failed;
}

static int
compare(const Posting *a, const Posting *b)
{
    return a->account != b->account ? (a->account < b->account ? -1 : 1)
                                    : strcmp(kept_per(a), kept_per(b));
}

static void
sort(Posting **list, size_t n)
{
    for (size_t i = 1; i < n; i++)
        for (size_t at = i; at > 0 && compare(list[at - 1], list[at]) > 0; at--) {
            Posting *later = list[at - 1];

            list[at - 1] = list[at];
            list[at] = later;
        }
}

static bool
add_balance(struct balancing *balancing, const Posting *posting, int64_t *debits, int64_t *credits)
{
    struct wg_call *call = balancing->call;
    int64_t minor = minor_of(posting->amount);
    Money *amount = wg_money_message(wg_call_arena(call), balancing->sums.currency,
                                     minor < 0 ? -minor : minor);
    Balance *balance = wg_new_message(wg_call_arena(call),
                                      &wellgate__payments__v1__trial_balance__balance__descriptor);

    if (!minor)
        return true;
    if (!balance || !amount)
        return false;
    balance->account = posting->account;
    balance->payer = posting->payer;
    balance->rule = posting->rule;
    *(minor < 0 ? &balance->credit : &balance->debit) = amount;
    *(minor < 0 ? credits : debits) += minor < 0 ? -minor : minor;
    return append_message(call, &balancing->out->balances, &balancing->out->n_balances, balance);
}

static bool
write_balances(struct balancing *balancing)
{
    struct wg_arena *arena = wg_call_arena(balancing->call);
    int64_t debits = 0, credits = 0;

    sort(balancing->sums.list, balancing->sums.n);
    for (size_t i = 0; i < balancing->sums.n; i++)
        if (!add_balance(balancing, balancing->sums.list[i], &debits, &credits))
            return false;
    balancing->out->debits = wg_money_message(arena, balancing->sums.currency, debits);
    balancing->out->credits = wg_money_message(arena, balancing->sums.currency, credits);
    return balancing->out->debits && balancing->out->credits;
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
    postings_init(&balancing.sums, call, ((const Contract *)contract)->currency);
    if ((problem = wg_scan(call, "payments/JournalEntry", balancing.out->contract, NULL, take_entry,
                           &balancing)))
        return problem;
    if (balancing.sums.failed || !write_balances(&balancing))
        return wg_no_memory(call);
    wg_answer(call, &balancing.out->base);
    return NULL;
}

/* ---- CSV ---- */

static const char *
enum_name(const ProtobufCEnumDescriptor *type, int value)
{
    const ProtobufCEnumValue *found = protobuf_c_enum_descriptor_get_value(type, value);

    return found ? found->name : "";
}

static void
add_row(struct csv_out *out, const JournalEntry *entry, const Posting *posting)
{
    const char *amount = posting->amount->amount, *debit = *amount == '-' ? "" : amount;
    char number[24];
    const char *const cells[] = {
        number, entry->date,
        enum_name(&wellgate__payments__v1__journal_entry__kind__descriptor, (int)entry->kind),
        *entry->statement ? wg_name_id(entry->statement) : "", entry->reference,
        enum_name(&wellgate__payments__v1__posting__account__descriptor, (int)posting->account),
        posting->payer, posting->rule, debit, *debit ? "" : amount + 1, posting->amount->currency,
    };

    snprintf(number, sizeof(number), "%" PRIu64, entry->number);
    csv_row(out, cells, sizeof(cells) / sizeof(*cells));
}

const struct wg_problem *
journal_render_csv(struct wg_call *call, const ProtobufCMessage *output, struct wg_bytes *text)
{
    static const char *const head[] = {"number", "date", "kind", "statement", "reference", "account",
                                       "payer", "rule", "debit", "credit", "currency"};
    const ListResponse *page = (const ListResponse *)output;
    struct csv_out out = {0};

    csv_row(&out, head, sizeof(head) / sizeof(*head));
    for (size_t i = 0; i < page->n_entries; i++)
        for (size_t p = 0; p < page->entries[i]->n_postings; p++)
            add_row(&out, page->entries[i], page->entries[i]->postings[p]);
    return csv_finish(call, &out, text);
}
