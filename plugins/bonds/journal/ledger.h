/* ledger.h - what a journal's accounts hold. Freed by ledger_finish, whatever became of it. */
#ifndef BONDS_LEDGER_H
#define BONDS_LEDGER_H

#include "journal.h"

/* One account's sum; a debit, or a credit below 0. */
struct sum {
    Account account;
    char *of;
    int64_t minor;
};

struct ledger {
    struct sum *sums; /* in the chart's order, then by what they are kept for */
    size_t n, room;
    uint64_t entries; /* that ledger_load added */
    struct {
        uint64_t number; /* 0: there is none */
        char hash[HASH_TEXT_BYTES];
    } last;      /* of those */
    bool failed; /* no memory, or beyond int64 */
};

/* Add up the entries of a bond that are dated to a day or before; "": all. Each is given
 * back to the arena. */
const struct wg_problem *ledger_load(struct wg_call *call, const Bond *bond, const char *until_date,
                                     struct ledger *ledger);

void ledger_add(struct ledger *ledger, Account account, const char *of, int64_t minor);
void ledger_add_entry(struct ledger *ledger, const char *currency, const JournalEntry *entry);

/* 0 where nothing was posted. */
int64_t ledger_sum(const struct ledger *ledger, Account account, const char *of);

/* What the bank account holds at the end of a day; below 0: more went out than came in. */
const struct wg_problem *ledger_bank(struct wg_call *call, const Bond *bond, const char *date,
                                     int64_t *minor);

void ledger_finish(struct ledger *ledger);

#endif
