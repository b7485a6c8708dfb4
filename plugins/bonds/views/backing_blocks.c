/* backing_blocks.c - what stands behind a report's figures: guarantees, what follows from an
 * early end, and the bond's journal. */
#include <wellgate/text.h>

#include "blocks.h"
#include "words.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define ACCOUNT(name) WELLGATE__BONDS__V1__BOND_POSTING__ACCOUNT__##name

typedef Wellgate__Bonds__V1__AccountBalance AccountBalance;
typedef Wellgate__Bonds__V1__GuaranteeToDate GuaranteeToDate;
typedef Wellgate__Bonds__V1__JournalToDate JournalToDate;
typedef Wellgate__Bonds__V1__Termination Termination;

static const char *
money_words(const struct block *b, const Money *money)
{
    return wg_text_amount(b->arena, money->currency, money->amount);
}

/* ---- An early end ---- */

static const char *
outstanding_words(const struct block *b, const Termination *ended)
{
    const char *words;

    if (!minor_of(ended->outstanding))
        return "Nothing is outstanding any more.";
    words = wg_format(b->arena, "%s is outstanding: interest goes on until it is repaid or written off",
                      money_words(b, ended->outstanding));
    return minor_of(ended->callable)
               ? wg_format(b->arena, "%s; guarantors may be called for %s of it.", words,
                           money_words(b, ended->callable))
               : wg_format(b->arena, "%s.", words);
}

void
write_termination(const struct block *b)
{
    const Termination *ended = b->report->termination;

    if (!ended)
        return;
    wg_html_notice(b->html, WG_NOTICE_WARNING,
                   wg_format(b->arena, "Ended early, on %s", wg_text_date_of(b->arena, ended->date)),
                   ended->reason);
    wg_html_inset(b->html,
                  wg_format(b->arena, "Nothing more is promised, called or drawn: %s of commitments "
                                      "lapsed. %s Interest due and not paid: %s.",
                            money_words(b, ended->lapsed), outstanding_words(b, ended),
                            money_words(b, ended->interest_due)));
}

/* ---- Guarantees ---- */

static void
write_guarantee(const struct block *b, const GuaranteeToDate *guarantee)
{
    wg_row_begin(b->html);
    wg_cell(b->html, guarantee->title);
    wg_cell(b->html, organisation_words(b->call, guarantee->guarantor));
    wg_cell(b->html, share_words(b->arena, guarantee->share));
    wg_cell(b->html, money_words(b, guarantee->guaranteed));
    wg_cell(b->html, money_words(b, guarantee->called));
    wg_cell(b->html, money_words(b, guarantee->callable));
    wg_row_end(b->html);
}

void
write_guarantees(const struct block *b)
{
    static const struct wg_column columns[] = {
        {"Tranche", false}, {"Guarantor", false}, {"Share of paid in", true}, {"Guaranteed", true},
        {"Called and paid", true}, {"May still be called", true}};

    if (!b->report->n_guarantees)
        return;
    wg_html_heading(b->html, 2, "Guarantees");
    wg_table_begin(b->html, "Principal that guarantors make good", columns, COUNT(columns));
    for (size_t i = 0; i < b->report->n_guarantees; i++)
        write_guarantee(b, b->report->guarantees[i]);
    wg_table_end(b->html);
}

/* ---- Departures ---- */

void
write_departures(const struct block *b)
{
    static const struct wg_column columns[] = {{"Paid on", false}, {"Why", false}, {"Amount", true}};

    if (!b->report->n_departures)
        return;
    wg_html_heading(b->html, 2, "Paid otherwise than the waterfall says");
    wg_table_begin(b->html, "Distributions that depart from it, with the vehicle's reasons", columns,
                   COUNT(columns));
    for (size_t i = 0; i < b->report->n_departures; i++) {
        const Wellgate__Bonds__V1__Departure *departure = b->report->departures[i];

        wg_row_begin(b->html);
        wg_cell(b->html, wg_text_date_of(b->arena, departure->date));
        wg_cell(b->html, departure->reason);
        wg_cell(b->html, money_words(b, departure->amount));
        wg_row_end(b->html);
    }
    wg_table_end(b->html);
}

/* ---- The journal ---- */

static const struct {
    const char *title;
    const char *told; /* what the page calls the same; NULL: it does not tell it */
} accounts[] = {
    [ACCOUNT(BANK)] = {"Bank", NULL},
    [ACCOUNT(RESERVE)] = {"Reserve for costs", "Reserve"},
    [ACCOUNT(RECEIVABLE)] = {"Owed by payers", "Receivables"},
    [ACCOUNT(CAPITAL)] = {"Investors' capital", "Outstanding"},
    [ACCOUNT(PAYABLE)] = {"Owed for costs", "Costs due less paid"},
    [ACCOUNT(VAT_OUTPUT)] = {"VAT on outcome money", NULL},
    [ACCOUNT(OUTCOME_INCOME)] = {"Earned by outcomes", "Outcome income"},
    [ACCOUNT(WRITTEN_OFF)] = {"Capital written off", "Written off"},
    [ACCOUNT(GUARANTEES)] = {"Paid by guarantors", "Guarantees"},
    [ACCOUNT(INTEREST)] = {"Interest", "Interest paid"},
    [ACCOUNT(INVESTOR_SURPLUS)] = {"Surplus, investors", "Surplus shares paid"},
    [ACCOUNT(VEHICLE_SURPLUS)] = {"Surplus, vehicle", NULL},
    [ACCOUNT(PAYER_SURPLUS)] = {"Surplus, payers", NULL},
    [ACCOUNT(PROVIDER_COST)] = {"Providers", "Costs due"},
    [ACCOUNT(VEHICLE_COST)] = {"Vehicle", "Costs due"},
    [ACCOUNT(FUND_FEE)] = {"Fund fees", "Costs due"},
    [ACCOUNT(APPROPRIATED)] = {"Income used as capital", NULL},
    [ACCOUNT(RECYCLED)] = {"Recycled capital", "Recycled, not drawn"},
};

static void
write_balance(const struct block *b, const AccountBalance *balance)
{
    const char *told = (size_t)balance->account < COUNT(accounts) ? accounts[balance->account].told
                                                                  : NULL;

    wg_row_begin(b->html);
    wg_cell(b->html, (size_t)balance->account < COUNT(accounts) ? accounts[balance->account].title
                                                                : balance->item);
    wg_cell(b->html, balance->debit ? money_words(b, balance->debit) : NULL);
    wg_cell(b->html, balance->credit ? money_words(b, balance->credit) : NULL);
    wg_cell(b->html, !told || !*balance->item ? "–"
                     : balance->agrees ? told : wg_format(b->arena, "differs from %s", told));
    wg_row_end(b->html);
}

void
write_journal(const struct block *b)
{
    static const struct wg_column columns[] = {
        {"Account", false}, {"Debit", true}, {"Credit", true}, {"Agrees with", false}};
    const JournalToDate *journal = b->report->journal;

    if (!journal || !journal->entries)
        return;
    wg_html_heading(b->html, 2, "Journal");
    wg_table_begin(b->html,
                   wg_format(b->arena, "What the accounts hold, with %llu entries to %s",
                             (unsigned long long)journal->entries,
                             wg_text_date_of(b->arena, b->report->end_date)),
                   columns, COUNT(columns));
    for (size_t i = 0; i < journal->n_balances; i++)
        write_balance(b, journal->balances[i]);
    wg_total_begin(b->html);
    wg_cell(b->html, "All");
    wg_cell(b->html, money_words(b, journal->debits));
    wg_cell(b->html, money_words(b, journal->credits));
    wg_cell(b->html, NULL);
    wg_row_end(b->html);
    wg_table_end(b->html);
}
