/* journal.c - appending entries. */
#include "journal.h"

#include <inttypes.h>
#include <string.h>

#include "terms/hash.h"

void
postings_init(struct postings *postings, struct wg_call *call, const char *currency)
{
    *postings = (struct postings){.call = call, .currency = currency};
}

bool
account_is_per_rule(Account account)
{
    return account == ACCOUNT(OUTCOME_INCOME) || account == ACCOUNT(CREDIT_NOTES);
}

static Posting *
posting_of(struct postings *postings, Account account, const char *of)
{
    for (size_t i = 0; i < postings->n; i++) {
        Posting *posting = postings->list[i];

        if (posting->account == account &&
            strcmp(account_is_per_rule(account) ? posting->rule : posting->payer, of) == 0)
            return posting;
    }
    return NULL;
}

static Posting *
add_posting(struct postings *postings, Account account, const char *of)
{
    Posting *posting = wg_new_message(wg_call_arena(postings->call),
                                      &wellgate__payments__v1__posting__descriptor);

    if (!posting || !append_message(postings->call, &postings->list, &postings->n, posting))
        return NULL;
    posting->account = account;
    *(account_is_per_rule(account) ? &posting->rule : &posting->payer) = (char *)of;
    return posting;
}

void
postings_add(struct postings *postings, Account account, const char *of, int64_t minor)
{
    Posting *posting = posting_of(postings, account, of);

    if (!minor)
        return;
    if (!posting && !(posting = add_posting(postings, account, of))) {
        postings->failed = true;
        return;
    }
    posting->amount = wg_money_message(wg_call_arena(postings->call), postings->currency,
                                       minor_of(posting->amount) + minor);
    postings->failed |= !posting->amount;
}

void
postings_move(struct postings *postings, Account from, Account to, const char *payer,
              int64_t minor)
{
    postings_add(postings, to, payer, minor);
    postings_add(postings, from, payer, -minor);
}

bool
postings_balance(Posting *const *list, size_t n)
{
    int64_t sum = 0;

    for (size_t i = 0; i < n; i++)
        if (!wg_money_add(sum, minor_of(list[i]->amount), &sum))
            return false;
    return sum == 0;
}

bool
entry_hash(const JournalEntry *entry, char *text)
{
    JournalEntry bare = *entry;

    bare.hash = (char *)protobuf_c_empty_string;
    return hash_message(&bare.base, text);
}

const struct wg_problem *
check_entry(struct wg_call *call, const ProtobufCMessage *before, ProtobufCMessage *after)
{
    (void)after;
    return before ? wg_fail(call, &wg_conflict, "a journal is appended to, and never changed") : NULL;
}

/* ---- The chain ---- */

static char *
entry_name(struct wg_call *call, const char *contract, uint64_t number)
{
    return wg_format(wg_call_arena(call), "%s/journal/%010" PRIu64, contract, number);
}

static const struct wg_problem *
entry_exists(struct wg_call *call, const char *contract, uint64_t number, bool *exists)
{
    const char *name = entry_name(call, contract, number);

    return name ? wg_exists(call, name, exists) : wg_no_memory(call);
}

/* Numbers have no gap, so the last is found by doubling, then halving. */
static const struct wg_problem *
last_number(struct wg_call *call, const char *contract, uint64_t *last)
{
    uint64_t below = 0, beyond = 1;
    const struct wg_problem *problem;
    bool exists;

    while (!(problem = entry_exists(call, contract, beyond, &exists)) && exists) {
        below = beyond;
        beyond *= 2;
    }
    while (!problem && beyond - below > 1) {
        uint64_t middle = below + (beyond - below) / 2;

        problem = entry_exists(call, contract, middle, &exists);
        *(exists ? &below : &beyond) = middle;
    }
    *last = below;
    return problem;
}

static const struct wg_problem *
chain(struct wg_call *call, const char *contract, JournalEntry *entry)
{
    char *hash = wg_alloc(wg_call_arena(call), HASH_TEXT_BYTES);
    const struct wg_problem *problem;
    struct wg_record before;
    uint64_t last;

    if ((problem = last_number(call, contract, &last)))
        return problem;
    if (last && (problem = wg_load(call, entry_name(call, contract, last), &before)))
        return problem;
    if (last)
        entry->previous_hash = ((JournalEntry *)before.message)->hash;
    entry->number = last + 1;
    entry->name = entry_name(call, contract, last + 1);
    if (!hash || !entry->name || !entry_hash(entry, hash))
        return wg_no_memory(call);
    entry->hash = hash;
    return NULL;
}

static bool
date_entry(struct wg_call *call, const char *contract, const char *day, JournalEntry *entry)
{
    char today[WG_DATE_TEXT_BYTES];

    if (!*day)
        day = wg_date_format(wg_today(call, contract), today);
    entry->date = wg_copy_text(wg_call_arena(call), day);
    entry->time = wg_time_message(wg_call_arena(call), wg_now_ms(call));
    return entry->date && entry->time;
}

/* What came to nothing on an account is no posting. */
static void
keep_moved(const struct postings *postings, JournalEntry *entry)
{
    entry->postings = postings->list;
    for (size_t i = 0; i < postings->n; i++)
        if (minor_of(postings->list[i]->amount))
            entry->postings[entry->n_postings++] = postings->list[i];
}

const struct wg_problem *
journal_post(const struct postings *postings, const char *contract,
             Wellgate__Payments__V1__JournalEntry__Kind kind, const char *statement,
             const char *reference, const char *day)
{
    struct wg_call *call = postings->call;
    JournalEntry *entry = wg_new_message(wg_call_arena(call),
                                         &wellgate__payments__v1__journal_entry__descriptor);
    const struct wg_problem *problem;

    if (postings->failed || !entry || !date_entry(call, contract, day, entry))
        return wg_no_memory(call);
    keep_moved(postings, entry);
    if (!entry->n_postings)
        return NULL;
    if (!postings_balance(entry->postings, entry->n_postings))
        return wg_fail(call, &wg_internal, "the postings do not balance");
    entry->kind = kind;
    entry->statement = (char *)statement;
    entry->reference = (char *)reference;
    if ((problem = chain(call, contract, entry)))
        return problem;
    return wg_insert(call, &entry->base, "journal.posted");
}
