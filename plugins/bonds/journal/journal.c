/* journal.c - appending entries. */
#include "journal.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <wellgate/messages.h>
#include <wellgate/money.h>

#include "flows/rules.h"
#include "hash.h"

#define LAST "journal" /* table of the projection: "" or a contract → last number */

enum kept_per
account_kept_per(Account account)
{
    switch (account) {
    case ACCOUNT(CAPITAL):
    case ACCOUNT(WRITTEN_OFF):
    case ACCOUNT(INTEREST):
    case ACCOUNT(INVESTOR_SURPLUS):
        return PER_COMMITMENT;
    case ACCOUNT(RECEIVABLE):
    case ACCOUNT(PAYABLE):
    case ACCOUNT(GUARANTEES):
    case ACCOUNT(PAYER_SURPLUS):
        return PER_ORGANISATION;
    case ACCOUNT(OUTCOME_INCOME):
        return PER_RULE;
    default:
        return PER_NOTHING;
    }
}

const char *
posting_of(const Posting *posting)
{
    switch (account_kept_per(posting->account)) {
    case PER_COMMITMENT:
        return posting->commitment;
    case PER_ORGANISATION:
        return posting->organisation;
    case PER_RULE:
        return posting->rule;
    case PER_NOTHING:
        break;
    }
    return "";
}

/* ---- Postings ---- */

static bool
make_room(struct postings *postings)
{
    struct wg_arena *arena = wg_call_arena(postings->call);
    size_t room = 2 * postings->room + 8;
    Posting **list;
    int64_t *minor;

    if (postings->n < postings->room)
        return true;
    list = wg_alloc_array(arena, room, sizeof(*list));
    minor = wg_alloc_array(arena, room, sizeof(*minor));
    if (!list || !minor)
        return false;
    if (postings->n) {
        memcpy(list, postings->list, postings->n * sizeof(*list));
        memcpy(minor, postings->minor, postings->n * sizeof(*minor));
    }
    postings->list = list;
    postings->minor = minor;
    postings->room = room;
    return true;
}

static bool
add_posting(struct postings *postings, Account account, const char *of)
{
    Posting *posting = wg_new_message(wg_call_arena(postings->call),
                                      &wellgate__bonds__v1__bond_posting__descriptor);
    enum kept_per per = account_kept_per(account);

    if (!posting || !make_room(postings))
        return false;
    posting->account = account;
    if (per != PER_NOTHING)
        *(per == PER_COMMITMENT ? &posting->commitment
          : per == PER_RULE ? &posting->rule : &posting->organisation) = (char *)of;
    postings->minor[postings->n] = 0;
    postings->list[postings->n++] = posting;
    return true;
}

void
postings_add(struct postings *postings, Account account, const char *of, int64_t minor)
{
    size_t i = 0;

    if (!minor)
        return;
    while (i < postings->n && (postings->list[i]->account != account ||
                               strcmp(posting_of(postings->list[i]), of) != 0))
        i++;
    if (i == postings->n && !add_posting(postings, account, of))
        postings->failed = true;
    else if (!wg_money_add(postings->minor[i], minor, &postings->minor[i]))
        postings->failed = true;
}

/* What came to nothing on an account is no posting. */
static bool
keep_moved(const struct postings *postings, JournalEntry *entry)
{
    struct wg_arena *arena = wg_call_arena(postings->call);
    int64_t sum = 0;

    entry->postings = postings->list;
    for (size_t i = 0; i < postings->n; i++) {
        Posting *posting = postings->list[i];

        if (!postings->minor[i])
            continue;
        if (!(posting->amount = wg_money_message(arena, postings->bond->currency,
                                                 postings->minor[i])) ||
            !wg_money_add(sum, postings->minor[i], &sum))
            return false;
        entry->postings[entry->n_postings++] = posting;
    }
    return sum == 0;
}

/* ---- The chain ---- */

const struct wg_problem *
entry_hash(struct wg_call *call, const JournalEntry *entry, char **text)
{
    JournalEntry bare = *entry;

    bare.hash = (char *)protobuf_c_empty_string;
    return message_hash(call, &bare.base, text);
}

char *
entry_name(struct wg_call *call, const char *bond, uint64_t number)
{
    return wg_format(wg_call_arena(call), "%s/journal/%010" PRIu64, bond, number);
}

static const struct wg_problem *
chain(struct wg_call *call, const char *bond, JournalEntry *entry)
{
    const struct wg_problem *problem;
    struct wg_record before;
    uint64_t last;

    if ((problem = journal_last(call, bond, &last)))
        return problem;
    entry->number = last + 1;
    if (!(entry->name = entry_name(call, bond, last + 1)))
        return wg_no_memory(call);
    if (last) {
        const char *name = entry_name(call, bond, last);

        if (!name)
            return wg_no_memory(call);
        if ((problem = wg_load(call, name, &before)))
            return problem;
        entry->previous_hash = ((JournalEntry *)before.message)->hash;
    }
    return entry_hash(call, entry, &entry->hash);
}

const struct wg_problem *
journal_post(const struct postings *postings, EntryKind kind, const char *record,
             const char *statement, const char *date)
{
    struct wg_call *call = postings->call;
    struct wg_arena *arena = wg_call_arena(call);
    JournalEntry *entry =
        wg_new_message(arena, &wellgate__bonds__v1__bond_journal_entry__descriptor);
    const struct wg_problem *problem;

    if (!entry || !(entry->time = wg_time_message(arena, wg_now_ms(call))) || arena->exhausted)
        return wg_no_memory(call);
    if (postings->failed)
        return too_great(call);
    if (!keep_moved(postings, entry))
        return wg_fail(call, &wg_internal, "the postings do not balance");
    if (!entry->n_postings)
        return NULL;
    entry->kind = kind;
    entry->record = (char *)record;
    entry->statement = (char *)statement;
    entry->date = (char *)date;
    if ((problem = chain(call, postings->bond->name, entry)))
        return problem;
    return wg_insert(call, &entry->base, "bond-journal.posted");
}

const struct wg_problem *
check_entry(struct wg_call *call, const ProtobufCMessage *before, ProtobufCMessage *after)
{
    (void)after;
    return before ? wg_fail(call, &wg_conflict, "a journal is appended to, and never changed") : NULL;
}

/* ---- The last of each ---- */

static struct wg_bytes
key_of(const char *text)
{
    return (struct wg_bytes){*text ? text : "-", *text ? strlen(text) : 1};
}

static const struct wg_problem *
last_number(struct wg_call *call, const char *bond, const char *of, uint64_t *number)
{
    struct wg_bytes value;
    const struct wg_problem *problem = wg_project_get(call, bond, LAST, key_of(of), &value);

    *number = 0;
    if (!problem && value.length == sizeof(*number))
        memcpy(number, value.data, sizeof(*number));
    return problem == &wg_not_found ? NULL : problem;
}

const struct wg_problem *
journal_last(struct wg_call *call, const char *bond, uint64_t *number)
{
    return last_number(call, bond, "", number);
}

const struct wg_problem *
journal_followed(struct wg_call *call, const char *bond, const char *contract, uint64_t *number)
{
    return last_number(call, bond, contract, number);
}

const struct wg_problem *
journal_follow(struct wg_call *call, const struct wg_event *event)
{
    const struct wg_problem *problem;
    const ProtobufCMessage *message;
    const JournalEntry *entry;
    const char *contract;
    uint64_t number;

    if ((problem = wg_event_look(call, event, &message)))
        return problem;
    entry = (const JournalEntry *)message;
    number = entry->number;
    if ((problem = wg_project_put(call, event->resource, LAST, key_of(""),
                                  (struct wg_bytes){&number, sizeof(number)})) ||
        entry->kind != ENTRY(OUTCOMES))
        return problem;
    if (!(contract = wg_name_parent(call, entry->record, 2)))
        return wg_no_memory(call);
    number = strtoull(wg_name_id(entry->record), NULL, 10);
    return wg_project_put(call, event->resource, LAST, key_of(contract),
                          (struct wg_bytes){&number, sizeof(number)});
}
