/* journal.h - the vehicle's double-entry journal of a bond. An entry's postings add up to 0;
 * each entry carries the hash of the one before. */
#ifndef BONDS_JOURNAL_H
#define BONDS_JOURNAL_H

#include <wellgate/plugin.h>

#include "flows/flows.h"
#include "wellgate/bonds/v1/bond_journal.pb-c.h"

typedef Wellgate__Bonds__V1__BondJournalEntry JournalEntry;
typedef Wellgate__Bonds__V1__BondPosting Posting;
typedef Wellgate__Bonds__V1__BondPosting__Account Account;
typedef Wellgate__Bonds__V1__BondJournalEntry__Kind EntryKind;

#define ACCOUNT(name) WELLGATE__BONDS__V1__BOND_POSTING__ACCOUNT__##name
#define ENTRY(name) WELLGATE__BONDS__V1__BOND_JOURNAL_ENTRY__KIND__##name
enum { ACCOUNTS = ACCOUNT(RECYCLED) + 1, HASH_TEXT_BYTES = 65 };

/* For what an account is kept apart. */
enum kept_per { PER_NOTHING, PER_COMMITMENT, PER_ORGANISATION, PER_RULE };

enum kept_per account_kept_per(Account account);

/* The commitment, organisation or rule of a posting; "" where it is none of any. */
const char *posting_of(const Posting *posting);

/* ---- Posting ---- */

/* What is to be posted. */
struct postings {
    struct wg_call *call;
    const Bond *bond;
    Posting **list;
    int64_t *minor; /* of each */
    size_t n, room;
    bool failed; /* no memory, or beyond int64: journal_post says so */
};

/* Debit an account (negative: credit it). What goes to the same account adds up; of is as
 * the account is kept, "" for one that is not kept apart. */
void postings_add(struct postings *postings, Account account, const char *of, int64_t minor);

/*
 * Append an entry; none where nothing moved.
 *
 * errors  wg_internal  the postings do not add up to 0
 */
const struct wg_problem *journal_post(const struct postings *postings, EntryKind kind,
                                      const char *record, const char *statement,
                                      const char *date);

/* ---- What is kept of entries ---- */

/* The number of the last entry; 0: none. */
const struct wg_problem *journal_last(struct wg_call *call, const char *bond, uint64_t *number);

/* The number of the last entry of a contract's journal that was posted; 0: none. */
const struct wg_problem *journal_followed(struct wg_call *call, const char *bond,
                                          const char *contract, uint64_t *number);

/* The wg_handler of entries. */
const struct wg_problem *journal_follow(struct wg_call *call, const struct wg_event *event);

/* The name of an entry, in the arena; NULL past its limit. */
char *entry_name(struct wg_call *call, const char *bond, uint64_t number);

/* The hash that an entry should have. */
const struct wg_problem *entry_hash(struct wg_call *call, const JournalEntry *entry, char **text);

/* ---- What else there is of it ---- */

/* :trialBalance */
const struct wg_problem *trial_balance_get(struct wg_call *call);

/* The wg_timer that posts what contracts issued and were paid. */
const struct wg_problem *outcomes_due(struct wg_call *call, const char *root, bool *is_due);
const struct wg_problem *outcomes_run(struct wg_call *call, const char *root);

/* Post all that the timer would, at once. */
const struct wg_problem *outcomes_post(struct wg_call *call, const Bond *bond);

/* The wg_timer that posts what was recorded before there was a journal. */
const struct wg_problem *missing_due(struct wg_call *call, const char *root, bool *is_due);
const struct wg_problem *missing_run(struct wg_call *call, const char *root);

/* The wg_check. */
const struct wg_problem *journal_check(struct wg_call *call, const char *root, const char **fault);

#endif
