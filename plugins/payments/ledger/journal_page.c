/* journal_page.c - a contract's journal: debit and credit, newest first. */
#include <ctype.h>
#include <inttypes.h>
#include <wellgate/messages.h>
#include <wellgate/text.h>

#include "ledger.h"
#include "statements/statement_writing.h"

typedef Wellgate__Payments__V1__ListJournalEntriesResponse ListResponse;

/* "UNAPPROVED_RECEIVABLE" is "Unapproved receivable". */
static const char *
word_of(struct writing *w, const ProtobufCEnumDescriptor *kinds, int value)
{
    char *words = wg_copy_text(w->arena, wg_enum_word(kinds, value));

    for (char *c = words ? words + 1 : NULL; c && *c; c++)
        *c = *c == '_' ? ' ' : (char)tolower((unsigned char)*c);
    return words;
}

static const char *
account_words(struct writing *w, Account account)
{
    return account == ACCOUNT(VAT_OUTPUT)
               ? "VAT output" : word_of(w, &wellgate__payments__v1__posting__account__descriptor, (int)account);
}

/* Of an account that is kept per rule the outcome, else the payer. */
static const char *
kept_of(struct writing *w, const Posting *posting)
{
    if (*posting->rule)
        return title_of_rule(w->arena, &w->facts.versions, posting->rule);
    return *posting->payer ? organisation_title(w->call, posting->payer) : "";
}

/* "Settled: BACS 881204" */
static const char *
what_words(struct writing *w, const JournalEntry *entry)
{
    const char *kind = word_of(w, &wellgate__payments__v1__journal_entry__kind__descriptor, (int)entry->kind);

    return *entry->reference ? wg_format(w->arena, "%s: %s", kind, entry->reference) : kind;
}

static void
write_posting(struct writing *w, const JournalEntry *entry, const Posting *posting)
{
    int64_t minor = minor_of(posting->amount);

    wg_row_begin(&w->html);
    wg_cell_link(&w->html, wg_format(w->arena, "%" PRIu64, entry->number), wg_format(w->arena, "/v1/%s", entry->name));
    wg_cell(&w->html, wg_text_date_of(w->arena, entry->date));
    wg_cell(&w->html, what_words(w, entry));
    wg_cell_link(&w->html, wg_name_id(entry->statement), wg_format(w->arena, "/v1/%s", entry->statement));
    wg_cell(&w->html, account_words(w, posting->account));
    wg_cell(&w->html, kept_of(w, posting));
    wg_cell(&w->html, minor > 0 ? money_words(w, minor) : "");
    wg_cell(&w->html, minor < 0 ? money_words(w, -minor) : "");
    wg_row_end(&w->html);
}

const struct wg_problem *
journal_page(struct wg_call *call, const ProtobufCMessage *output, struct wg_bytes *text)
{
    static const struct wg_column columns[] = {
        {"Entry", false}, {"Date", false}, {"What", false}, {"Statement", false}, {"Account", false},
        {"Of", false}, {"Debit", true}, {"Credit", true}};
    const char *parent = ((const Wellgate__Common__V1__ListRequest *)wg_input(call))->parent;
    const ListResponse *list = (const ListResponse *)output;
    const struct wg_problem *problem;
    struct writing w;

    if ((problem = contract_page_begin(&w, call, parent, "Journal", "/journal")) ||
        (problem = versions_load(call, parent, &w.facts.versions)))
        return problem;
    wg_table_begin(&w.html, "Journal of the payee", columns, COUNT(columns));
    for (size_t i = 0; i < list->n_entries; i++)
        for (size_t p = 0; p < list->entries[i]->n_postings; p++)
            write_posting(&w, list->entries[i], list->entries[i]->postings[p]);
    wg_table_end(&w.html);
    if (!list->n_entries)
        wg_html_paragraph(&w.html, "There are none.");
    wg_html_next(&w.html, wg_next_page(call));
    return contract_page_end(&w, text);
}
