/* invoice_page.c - an invoice to print. */
#include <wellgate/decimal.h>
#include <wellgate/html.h>
#include <wellgate/text.h>

#include "invoices.h"

typedef Wellgate__Payments__V1__InvoiceLine InvoiceLine;

#define KIND(name) WELLGATE__PAYMENTS__V1__INVOICE__KIND__##name
#define VAT(name) WELLGATE__PAYMENTS__V1__PAYER_TERMS__VAT__##name

/* "20.0%" of "0.2". */
static const char *
percent_words(struct wg_arena *arena, const char *rate)
{
    const char *words = rate;
    mpq_t exact;

    mpq_init(exact);
    if (wg_ratio_parse(rate, exact))
        words = wg_text_percent(arena, mpz_get_si(mpq_numref(exact)), mpz_get_si(mpq_denref(exact)), 1);
    mpq_clear(exact);
    return words;
}

static const char *
vat_words(struct wg_arena *arena, const Invoice *invoice)
{
    switch (invoice->vat_treatment) {
    case VAT(EXEMPT):
        return "Exempt";
    case VAT(STANDARD):
        return wg_format(arena, "Taxed at %s", percent_words(arena, invoice->vat_rate));
    default:
        return "Outside the scope of VAT";
    }
}

static void
add_facts(struct wg_html *html, struct wg_arena *arena, const Invoice *invoice)
{
    wg_summary_begin(html);
    wg_summary_row(html, "Number", invoice->number);
    wg_summary_row(html, "Supplier", invoice->supplier_title);
    wg_summary_row(html, "To", invoice->payer_title);
    wg_summary_row(html, "Purchase order", invoice->purchase_order);
    wg_summary_row(html, "Date and tax point", invoice->tax_point);
    if (*invoice->due_date)
        wg_summary_row(html, "Due", invoice->due_date);
    wg_summary_row(html, "For", wg_format(arena, "%s to %s", invoice->start_date, invoice->end_date));
    wg_summary_row(html, "Value added tax", vat_words(arena, invoice));
    wg_summary_row_begin(html, "Statement");
    wg_html_link_name(html, invoice->statement);
    wg_summary_row_end(html);
    for (size_t i = 0; i < invoice->n_credits; i++) {
        wg_summary_row_begin(html, "Credits");
        wg_html_link_name(html, invoice->credits[i]);
        wg_summary_row_end(html);
    }
    wg_summary_end(html);
}

static void
add_row(struct wg_html *html, const char *title, const char *period,
        const Wellgate__Common__V1__Money *amount)
{
    wg_cell(html, title);
    wg_cell(html, period);
    wg_cell_amount(html, amount->currency, amount->amount);
    wg_row_end(html);
}

static void
add_lines(struct wg_html *html, const Invoice *invoice)
{
    static const struct wg_column columns[] = {{"Outcome", false}, {"Period", false}, {"Amount", true}};

    wg_table_begin(html, "What is charged", columns, sizeof(columns) / sizeof(*columns));
    for (size_t i = 0; i < invoice->n_lines; i++) {
        wg_row_begin(html);
        add_row(html, invoice->lines[i]->title, invoice->lines[i]->period, invoice->lines[i]->amount);
    }
    wg_total_begin(html);
    add_row(html, "Net", "", invoice->net);
    wg_total_begin(html);
    add_row(html, "Value added tax", "", invoice->vat);
    wg_total_begin(html);
    add_row(html, invoice->kind == KIND(INVOICE) ? "To pay" : "Credited", "", invoice->gross);
    wg_table_end(html);
}

const struct wg_problem *
invoice_render(struct wg_call *call, const ProtobufCMessage *output, struct wg_bytes *text)
{
    struct wg_arena *arena = wg_call_arena(call);
    const Invoice *invoice = (const Invoice *)output;
    const char *kind = invoice->kind == KIND(INVOICE) ? "Invoice" : "Credit note";
    struct wg_page page = {.title = wg_format(arena, "%s %s", kind, invoice->number),
                           .context = invoice->supplier_title};
    struct wg_html html;

    page.crumbs = wg_page_crumbs(arena, invoice->name, &page.n_crumbs);
    wg_page_begin(&html, arena, &page);
    add_facts(&html, arena, invoice);
    wg_html_heading(&html, 2, "Lines");
    add_lines(&html, invoice);
    if (*invoice->remittance) {
        wg_html_heading(&html, 2, "How to pay");
        wg_html_paragraph(&html, invoice->remittance);
    }
    return wg_page_end(&html, text) ? NULL : wg_no_memory(call);
}
