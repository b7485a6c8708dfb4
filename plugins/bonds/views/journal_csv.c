/* journal_csv.c - a bond's journal for a spreadsheet: a row for each posting. */
#include <inttypes.h>
#include <stdio.h>
#include <wellgate/csv.h>
#include <wellgate/messages.h>

#include "journal/journal.h"
#include "views.h"

typedef Wellgate__Bonds__V1__ListBondJournalEntriesResponse EntriesPage;

static void
put_posting(struct wg_csv_writer *csv, const JournalEntry *entry, const Posting *posting)
{
    const char *amount = posting->amount->amount, *debit = *amount == '-' ? "" : amount;
    char number[24];
    const char *const cells[] = {
        number, entry->date,
        wg_enum_word(&wellgate__bonds__v1__bond_journal_entry__kind__descriptor, (int)entry->kind),
        entry->record, entry->statement,
        wg_enum_word(&wellgate__bonds__v1__bond_posting__account__descriptor, (int)posting->account),
        posting->commitment, posting->organisation, posting->rule, debit, *debit ? "" : amount + 1,
        posting->amount->currency, entry->hash,
    };

    snprintf(number, sizeof(number), "%" PRIu64, entry->number);
    wg_csv_row(csv, cells, sizeof(cells) / sizeof(*cells));
}

const struct wg_problem *
journal_csv(struct wg_call *call, const ProtobufCMessage *output, struct wg_bytes *text)
{
    static const char *const head[] = {"number", "date", "kind", "record", "statement", "account",
                                       "commitment", "organisation", "rule", "debit", "credit",
                                       "currency", "hash"};
    const EntriesPage *page = (const EntriesPage *)output;
    struct wg_csv_writer csv = {.arena = wg_call_arena(call)};

    wg_csv_row(&csv, head, sizeof(head) / sizeof(*head));
    for (size_t i = 0; i < page->n_entries; i++)
        for (size_t p = 0; p < page->entries[i]->n_postings; p++)
            put_posting(&csv, page->entries[i], page->entries[i]->postings[p]);
    *text = (struct wg_bytes){csv.text, csv.length};
    return csv.failed ? wg_no_memory(call) : NULL;
}
