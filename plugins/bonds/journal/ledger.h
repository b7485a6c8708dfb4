/* ledger.h - what a journal's accounts hold. */
#ifndef BONDS_LEDGER_H
#define BONDS_LEDGER_H

#include "journal.h"

/* One account's sum; a debit, or a credit below 0. */
struct sum {
    Account account;
    char *of;
    int64_t minor;
};

/* Freed by ledger_finish: entries are given back to the arena one by one. */
struct ledger {
    struct sum *sums; /* in the chart's order, then by what they are kept for */
    size_t n, room;
    bool failed; /* no memory, or beyond int64 */
};

void ledger_add(struct ledger *ledger, Account account, const char *of, int64_t minor);
void ledger_add_entry(struct ledger *ledger, const char *currency, const JournalEntry *entry);

/* 0 where nothing was posted. */
int64_t ledger_sum(const struct ledger *ledger, Account account, const char *of);

void ledger_finish(struct ledger *ledger);

#endif
