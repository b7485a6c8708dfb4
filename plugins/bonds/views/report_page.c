/* report_page.c - a report as an investor passes it on. It shows what the report holds and
 * nothing else: a published one reads the same for ever, but for what organisations are
 * called. */
#include <string.h>
#include <wellgate/text.h>

#include "blocks.h"
#include "report/comparison.h"
#include "report_charts.h"
#include "views.h"
#include "words.h"

typedef Wellgate__Bonds__V1__Change Change;
typedef Wellgate__Bonds__V1__Movement Movement;

#define PUBLISHED WELLGATE__BONDS__V1__REPORT__STATE__PUBLISHED
#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

struct writing {
    struct wg_call *call;
    struct wg_arena *arena;
    struct wg_html html;
    const Report *report;
    const Bond *bond;
    const char *currency;
    struct item items[ITEMS_MAX];
    size_t n_items;
};

/* ---- What has to be seen first ---- */

/* Money of periods that were told before, in the statements since then. */
static void
write_correction_notice(struct writing *w)
{
    const char *told = w->report->comparison ? w->report->comparison->end_date : "";
    int64_t sum = corrections_after(w->report, told);

    if (sum && *told)
        wg_html_notice(&w->html, WG_NOTICE_WARNING, "Money of earlier periods is corrected",
                       wg_format(w->arena,
                                 "Statements since then correct earlier periods by %s. It is in their "
                                 "amounts, and told beside them under outcome income.",
                                 wg_text_money(w->arena, w->currency, sum)));
}

/* The other bond is not named: its investors may be others. */
static void
write_shared_notice(struct writing *w)
{
    const char *ids = "";

    for (size_t i = 0; ids && i < w->report->n_shared_contracts; i++)
        ids = wg_format(w->arena, "%s%s%s", ids, i ? ", " : "",
                        wg_name_id(w->report->shared_contracts[i]));
    if (w->report->n_shared_contracts)
        wg_html_notice(&w->html, WG_NOTICE_INFORMATION, "The same money counts for another bond too",
                       wg_format(w->arena,
                                 "What contract%s %s issued is told there as here, and is not to be "
                                 "added up.", w->report->n_shared_contracts == 1 ? "" : "s", ids));
}

static void
write_notices(struct writing *w)
{
    size_t n = count_restated(w->report);

    if (w->report->state != PUBLISHED)
        wg_html_notice(&w->html, WG_NOTICE_INFORMATION, "Draft",
                       "Its figures may still change. Investors do not see it.");
    if (n)
        wg_html_notice(&w->html, WG_NOTICE_WARNING, "Figures are restated",
                       wg_format(w->arena,
                                 "Of those told for %s, %zu %s not the same as known now. "
                                 "Both are shown below.",
                                 quarter_words(w->arena, wg_name_id(w->report->comparison->report)),
                                 n, n == 1 ? "is" : "are"));
    write_correction_notice(w);
    write_shared_notice(w);
    if (w->report->overdrawn)
        wg_html_notice(&w->html, WG_NOTICE_WARNING, "More went out than came in",
                       wg_format(w->arena,
                                 "As far as is recorded, the bond's bank account was overdrawn by %s "
                                 "on the last day.",
                                 wg_text_amount(w->arena, w->currency, w->report->overdrawn->amount)));
    if (*w->report->commentary)
        wg_html_inset(&w->html, w->report->commentary);
}

/* ---- At a glance ---- */

static const char *
short_words(struct writing *w, const Money *money)
{
    return wg_text_short(w->arena, w->currency, minor_of(money));
}

/* Why there is no value, or what to know of it; NULL: nothing. */
static const char *
note_words(struct wg_arena *arena, const Figure *figure)
{
    static const char no_value[] = "not meaningful: ";
    const char *note = figure->note;

    if (strncmp(note, no_value, strlen(no_value)) == 0)
        note += strlen(no_value);
    return *note ? term_words(arena, note) : NULL;
}

static const struct item *
item_of(const struct writing *w, const char *field)
{
    for (size_t i = 0; i < w->n_items; i++)
        if (strcmp(w->items[i].field, field) == 0)
            return &w->items[i];
    return NULL;
}

/* note: what is said of a value, where there is one and nothing else to know. */
static void
write_glance_of(struct writing *w, const char *field, const char *note)
{
    const struct item *item = item_of(w, field);
    const char *known = item && item->figure ? note_words(w->arena, item->figure) : NULL;

    if (item)
        wg_figure(&w->html, item->title, value_words(w->arena, item, item_value(item)),
                  known ? known : note);
}

static const char *
target_words(struct writing *w)
{
    return *w->report->target_irr
               ? wg_format(w->arena, "target %s a year", share_words(w->arena, w->report->target_irr))
               : "of the investors' own cash";
}

/* Where the base case leads from here; without one, how much is called. */
static void
write_outlook(struct writing *w)
{
    const Wellgate__Bonds__V1__CaseOutlook *base =
        outlook_of(w->report, WELLGATE__BONDS__V1__CASE__KIND__BASE);
    const Wellgate__Bonds__V1__CapitalAccount *account = w->report->capital_account;

    if (base && *base->irr_at_completion->value)
        wg_figure(&w->html, "IRR at completion",
                  wg_format(w->arena, "%s a year",
                            share_words(w->arena, base->irr_at_completion->value)),
                  "to date, then the base case");
    else
        write_glance_of(w, "called",
                        wg_format(w->arena, "of %s committed", short_words(w, account->committed)));
}

static void
write_glance(struct writing *w)
{
    const Wellgate__Bonds__V1__CapitalAccount *account = w->report->capital_account;

    wg_figures_begin(&w->html);
    write_glance_of(w, "capitalAccount.outstanding",
                    wg_format(w->arena, "of %s paid in", short_words(w, account->drawn)));
    write_glance_of(w, "dpi", "distributed to paid in");
    write_glance_of(w, w->report->valued_irr ? "valuedIrr" : "irr", target_words(w));
    write_outlook(w);
    wg_figures_end(&w->html);
}

/* ---- What was told before ---- */

/* What the report published before told of an item; NULL: nothing. */
static const Change *
change_of(const Report *report, const char *field)
{
    for (size_t i = 0; report->comparison && i < report->comparison->n_changes; i++)
        if (strcmp(report->comparison->changes[i]->item, field) == 0)
            return report->comparison->changes[i];
    return NULL;
}

static void
write_told(struct writing *w, const struct item *item)
{
    const Change *change = change_of(w->report, item->field);

    if (!change)
        wg_cell(&w->html, "–");
    else if (!is_restated(change))
        wg_cell(&w->html, value_words(w->arena, item, change->reported));
    else
        wg_cell(&w->html, wg_format(w->arena, "%s, restated %s",
                                    value_words(w->arena, item, change->reported),
                                    value_words(w->arena, item, change->restated)));
}

/* ---- Capital account ---- */

/* That of the report's own quarter; NULL: nothing moved. */
static const Movement *
own_movement(const Report *report)
{
    const Movement *last = report->n_movements ? report->movements[report->n_movements - 1] : NULL;

    return last && strcmp(last->quarter, wg_name_id(report->name)) == 0 ? last : NULL;
}

/* What an item is now less what the report before told, in its currency; false: it told nothing. */
static bool
changed_of(const Report *report, const struct item *item, int64_t *minor)
{
    const Change *change = change_of(report, item->field);
    Money told = *item->money;

    if (!change || !*change->reported)
        return false;
    told.amount = change->reported;
    *minor = minor_of(item->money) - minor_of(&told);
    return true;
}

/* What the quarter moved of an item; false: it is none that moves. */
static bool
moved_of(const Report *report, const struct item *item, int64_t *minor)
{
    const Movement *m = own_movement(report);
    const struct {
        const char *field;
        const Money *moved;
    } moves[] = {{"capitalAccount.drawn", m ? m->drawn : NULL},
                 {"capitalAccount.principalRepaid", m ? m->principal_repaid : NULL},
                 {"capitalAccount.interest", m ? m->interest : NULL},
                 {"capitalAccount.surplus", m ? m->surplus : NULL},
                 {"capitalAccount.writtenOff", m ? m->written_off : NULL},
                 {"outcomeIncomeTotal", m ? m->outcome_income : NULL}};

    for (size_t i = 0; i < COUNT(moves); i++)
        if (strcmp(moves[i].field, item->field) == 0) {
            *minor = minor_of(moves[i].moved);
            return true;
        }
    return false;
}

static void
write_amount(struct writing *w, const struct item *item)
{
    int64_t moved;

    wg_row_begin(&w->html);
    wg_cell(&w->html, item->title);
    write_told(w, item);
    if (w->report->comparison ? changed_of(w->report, item, &moved)
                              : moved_of(w->report, item, &moved))
        wg_cell_money(&w->html, w->currency, moved);
    else
        wg_cell(&w->html, NULL);
    wg_cell_money(&w->html, w->currency, minor_of(item->money));
    wg_row_end(&w->html);
}

/* One that most bonds never have: left out where it is, and was, nothing. */
static bool
is_idle(const struct writing *w, const struct item *item)
{
    const Change *change = change_of(w->report, item->field);
    bool rare = strcmp(item->field, "capitalAccount.writtenOff") == 0 ||
                strcmp(item->field, "capitalAccount.recycled") == 0;

    return rare && !minor_of(item->money) &&
           !(change && strpbrk(change->reported, "123456789"));
}

static void
write_account(struct writing *w)
{
    const struct wg_column columns[] = {
        {"Line", false}, {"Last report", true},
        {w->report->comparison ? "Since the last report" : "In the quarter", true}, {"To date", true}};

    wg_html_heading(&w->html, 2, "Capital account");
    wg_table_begin(&w->html, "What investors put in, what came back, and what outcomes earned",
                   columns, COUNT(columns));
    for (size_t i = 0; i < w->n_items; i++)
        if (w->items[i].money && !is_idle(w, &w->items[i]))
            write_amount(w, &w->items[i]);
    wg_table_end(&w->html);
}

/* ---- Multiples and return ---- */

static void
write_figure(struct writing *w, const struct item *item)
{
    const Figure *figure = item->figure;
    const char *note = note_words(w->arena, figure);
    const char *value = value_words(w->arena, item, figure->value);

    wg_row_begin(&w->html);
    wg_cell(&w->html, item->title);
    wg_cell(&w->html, term_words(w->arena, figure->numerator));
    wg_cell(&w->html, term_words(w->arena, figure->denominator));
    write_told(w, item);
    wg_cell(&w->html, note && !*figure->value ? wg_format(w->arena, "%s: %s", value, note) : value);
    wg_row_end(&w->html);
}

/* MOIC is before fund fees and TVPI after; without any they are one, and told once. */
static bool
is_told_twice(const struct writing *w, const struct item *item)
{
    return item->figure == w->report->moic && w->report->tvpi &&
           strcmp(w->report->tvpi->value, item->figure->value) == 0 &&
           strcmp(w->report->tvpi->numerator, item->figure->numerator) == 0;
}

/* What to know of figures that have a value. */
static void
write_notes(struct writing *w)
{
    const char *notes = "";

    for (size_t i = 0; i < w->n_items; i++) {
        const Figure *figure = w->items[i].figure;

        if (figure && *figure->value && *figure->note)
            notes = wg_format(w->arena, "%s%s%s: %s.", notes, *notes ? " " : "", w->items[i].title,
                              note_words(w->arena, figure));
    }
    if (notes && *notes)
        wg_summary_row(&w->html, "To know", notes);
}

static void
write_methods(struct writing *w)
{
    wg_html_details_begin(&w->html, "How each figure is made");
    wg_summary_begin(&w->html);
    for (size_t i = 0; i < w->n_items; i++)
        if (w->items[i].figure)
            wg_summary_row(&w->html, w->items[i].title, w->items[i].figure->method);
    wg_summary_end(&w->html);
    wg_html_details_end(&w->html);
}

static void
write_figures(struct writing *w)
{
    static const struct wg_column columns[] = {{"Figure", false}, {"Of", false}, {"Over", false},
                                               {"Last report", true}, {"Now", true}};

    wg_html_heading(&w->html, 2, "Multiples and return");
    wg_table_begin(&w->html,
                   wg_format(w->arena, "Each with what is divided by what, to %s",
                             wg_text_date_of(w->arena, w->report->end_date)),
                   columns, COUNT(columns));
    for (size_t i = 0; i < w->n_items; i++)
        if (w->items[i].figure && !is_told_twice(w, &w->items[i]))
            write_figure(w, &w->items[i]);
    wg_table_end(&w->html);
    write_methods(w);
}

/* ---- Where it comes from ---- */

static const char *
published_day(struct writing *w)
{
    return wg_text_date(w->arena, wg_date_at(w->report->publish_time->seconds * 1000, "Europe/London"));
}

static const char *
published_words(struct writing *w)
{
    const Wellgate__Bonds__V1__Comparison *comparison = w->report->comparison;
    const char *when = w->report->publish_time ? published_day(w) : "Not yet";

    return comparison
               ? wg_format(w->arena, "%s, after that for %s", when,
                           quarter_words(w->arena, wg_name_id(comparison->report)))
               : wg_format(w->arena, "%s, the first", when);
}

static void
write_about(struct writing *w)
{
    wg_html_heading(&w->html, 2, "About this report");
    wg_summary_begin(&w->html);
    write_notes(w);
    wg_summary_row(&w->html, "Published", published_words(w));
    if (*w->report->content_hash)
        wg_summary_row(&w->html, "SHA-256 of its figures", w->report->content_hash);
    if (w->report->journal && *w->report->journal->last_hash)
        wg_summary_row(&w->html, "SHA-256 of the journal",
                       wg_format(w->arena, "%s, of entry %s and with it of all before",
                                 w->report->journal->last_hash,
                                 wg_name_id(w->report->journal->last_entry)));
    wg_summary_end(&w->html);
}

static const char *
known_words(struct writing *w)
{
    return w->report->publish_time
               ? wg_format(w->arena, "on %s", published_day(w))
               : "when it was calculated";
}

/* Where its figures come from, in a sentence or two. */
static const char *
provenance_words(struct writing *w)
{
    const char *words = wg_format(w->arena,
                                  "Figures to %s, as known %s. Reckoned from events 1 to %llu of the bond",
                                  wg_text_date_of(w->arena, w->report->end_date), known_words(w),
                                  (unsigned long long)w->report->known_at_sequence);

    for (size_t i = 0; i < w->report->n_contract_sequences; i++) {
        const Wellgate__Bonds__V1__ContractSequence *known = w->report->contract_sequences[i];

        words = wg_format(w->arena, "%s, the statements of %s as at event %llu of its programme",
                          words, known->contract, (unsigned long long)known->known_at_sequence);
    }
    return wg_format(w->arena, "%s. Outcome income is what statements state; nobody types it in.",
                     words);
}

static void
write_page(struct writing *w)
{
    const struct block block = {w->call, w->arena, &w->html, w->report, w->currency};

    write_notices(w);
    write_termination(&block);
    write_glance(w);
    if (w->report->n_cases)
        write_plan_charts(&block);
    write_account(w);
    write_guarantees(&block);
    write_departures(&block);
    write_figures(w);
    write_cases(&block);
    write_outcomes(&block);
    write_cohort(&block);
    write_income(&block);
    write_receivables(&block);
    write_costs(&block);
    if (!w->report->n_cases)
        write_cash_chart(w->call, &w->html, w->report);
    write_counterfactuals(&block);
    write_contract_changes(&block);
    if (w->report->n_assurances)
        write_assurances(&block);
    write_journal(&block);
    write_about(w);
}

const struct wg_problem *
report_page(struct wg_call *call, const ProtobufCMessage *output, struct wg_bytes *text)
{
    const Report *report = (const Report *)output;
    struct writing w = {.call = call, .arena = wg_call_arena(call), .report = report};
    const struct wg_problem *problem;
    struct wg_page page;

    if ((problem = load_bond(call, report->name, &w.bond)))
        return problem;
    w.currency = w.bond->currency;
    w.n_items = items_of(report, w.items);
    page = (struct wg_page){
        .title = wg_format(w.arena, "Report for %s",
                           quarter_words(w.arena, wg_name_id(report->name))),
        .context = wg_format(w.arena, "%s, by %s", w.bond->title,
                             organisation_words(call, w.bond->vehicle)),
        .crumbs = &(struct wg_crumb){"Reports",
                                     wg_format(w.arena, "/v1/%s/reports", w.bond->name)},
        .n_crumbs = 1,
        .provenance = provenance_words(&w),
    };
    wg_page_begin(&w.html, w.arena, &page);
    write_page(&w);
    return wg_page_end(&w.html, text) ? NULL : wg_no_memory(call);
}
