/* journal.h - the payee's double-entry journal of a contract. An entry's postings add up to
 * 0, so every account's balance can be trusted at every entry; each entry carries the hash
 * of the one before. */
#ifndef PAYMENTS_JOURNAL_H
#define PAYMENTS_JOURNAL_H

#include "standing/standings.h"
#include "wellgate/payments/v1/journal.pb-c.h"

typedef Wellgate__Payments__V1__JournalEntry JournalEntry;
typedef Wellgate__Payments__V1__Posting Posting;
typedef Wellgate__Payments__V1__Posting__Account Account;

#define ACCOUNT(name) WELLGATE__PAYMENTS__V1__POSTING__ACCOUNT__##name
#define ENTRY(name) WELLGATE__PAYMENTS__V1__JOURNAL_ENTRY__KIND__##name

/* Is it kept per rule? Others are per payer, or for all. */
bool account_is_per_rule(Account account);

/* What is to be posted. */
struct postings {
    struct wg_call *call;
    const char *currency;
    Posting **list;
    size_t n, room;
    bool failed; /* no memory: journal_post says so */
};

void postings_init(struct postings *postings, struct wg_call *call, const char *currency);

/* Debit an account (negative: credit it). What goes to the same account adds up; of is a
 * payer, a rule or "", as the account is kept. */
void postings_add(struct postings *postings, Account account, const char *of, int64_t minor);

/* From one account of a payer to another. */
void postings_move(struct postings *postings, Account from, Account to, const char *payer,
                   int64_t minor);

/*
 * Append an entry; none where nothing moved.
 *
 * day     "": today
 * errors  wg_internal  the postings do not add up to 0
 */
const struct wg_problem *journal_post(const struct postings *postings, const char *contract,
                                      Wellgate__Payments__V1__JournalEntry__Kind kind,
                                      const char *statement, const char *reference,
                                      const char *day);

/* The hash that an entry should have. false: no memory, or OpenSSL failed. */
bool entry_hash(const JournalEntry *entry, char *text);

/* The wg_rule of payments/JournalEntry: it is only appended to. */
const struct wg_problem *check_entry(struct wg_call *call, const ProtobufCMessage *before,
                                     ProtobufCMessage *after);

/* Do these add up to 0? */
bool postings_balance(Posting *const *list, size_t n);

#endif
