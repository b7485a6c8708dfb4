/* invoice_page.c - an invoice to print. */
#include <wellgate/decimal.h>
#include <wellgate/html.h>
#include <wellgate/text.h>

#include "invoices.h"
#include "statements/reasons.h"

typedef Wellgate__Payments__V1__InvoiceParty InvoiceParty;

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

static bool
is_taxed(const Invoice *invoice)
{
    return invoice->vat_treatment == VAT(STANDARD);
}

static const char *
vat_words(struct wg_arena *arena, const Invoice *invoice)
{
    if (is_taxed(invoice))
        return wg_format(arena, "Charged at %s", percent_words(arena, invoice->vat_rate));
    return invoice->vat_treatment == VAT(EXEMPT) ? "Exempt: none is charged"
                                                 : "Outside the scope of VAT: none is charged";
}

/* "VAT invoice" is a title in law: of what is taxed. Only who is registered issues one. */
static const char *
kind_words(const Invoice *invoice)
{
    if (invoice->kind == KIND(INVOICE))
        return is_taxed(invoice) ? "VAT invoice" : "Invoice";
    return is_taxed(invoice) ? "VAT credit note" : "Credit note";
}

/* "July to September 2016" of a period's id in the contract. */
static const char *
period_words(struct wg_arena *arena, const Contract *contract, const char *id)
{
    struct calendar calendar = calendar_of(contract);
    struct wg_period period;

    return calendar_read(&calendar, id, &period) ? wg_text_period(arena, period) : id;
}

/* ---- Facts ---- */

static void
add_fact(struct wg_html *html, const char *key, const char *value)
{
    if (*value)
        wg_summary_row(html, key, value);
}

static void
add_party(struct wg_html *html, const char *key, const char *title, const InvoiceParty *party)
{
    wg_summary_row_begin(html, key);
    wg_html_element(html, "div", NULL, title);
    for (size_t i = 0; party && i < party->n_address_lines; i++)
        wg_html_element(html, "div", NULL, party->address_lines[i]);
    wg_summary_row_end(html);
}

static void
add_registers(struct wg_html *html, const InvoiceParty *supplier)
{
    add_fact(html, "VAT registration number", supplier->vat_number);
    add_fact(html, "Company number", supplier->company_number);
    add_fact(html, "Charity number", supplier->charity_number);
}

static void
add_link(struct wg_html *html, const char *key, const char *name)
{
    wg_summary_row_begin(html, key);
    wg_html_link_name(html, name);
    wg_summary_row_end(html);
}

static const char *
days_words(struct wg_arena *arena, const Invoice *invoice)
{
    struct wg_period period;

    if (!wg_date_parse(invoice->start_date, &period.first) ||
        !wg_date_parse(invoice->end_date, &period.last))
        return "";
    return wg_text_period(arena, period);
}

static void
add_facts(struct wg_html *html, struct wg_arena *arena, const Invoice *invoice)
{
    wg_summary_begin(html);
    add_party(html, "From", invoice->supplier_title, invoice->supplier_details);
    if (invoice->supplier_details)
        add_registers(html, invoice->supplier_details);
    add_party(html, "To", invoice->payer_title, invoice->payer_details);
    add_fact(html, "Purchase order", invoice->purchase_order);
    wg_summary_row(html, invoice->kind == KIND(INVOICE) ? "Invoice date" : "Date",
                   wg_text_date_of(arena, invoice->date));
    wg_summary_row(html, "Time of supply (tax point)", wg_text_date_of(arena, invoice->tax_point));
    if (*invoice->due_date)
        wg_summary_row(html, "Payment due", wg_text_date_of(arena, invoice->due_date));
    wg_summary_row(html, invoice->kind == KIND(INVOICE) ? "For" : "With the statement for",
                   days_words(arena, invoice));
    wg_summary_row(html, "VAT", vat_words(arena, invoice));
    add_link(html, "Statement", invoice->statement);
    for (size_t i = 0; i < invoice->n_credits; i++)
        add_link(html, "Credits", invoice->credits[i]);
    wg_summary_end(html);
}

/* ---- Lines and sums ---- */

/* What a row says beside its amount; NULL: of sums, which have no period and no reason. */
struct row {
    const char *title, *period, *why;
};

/* rate: of a document that is taxed */
static void
add_row(struct wg_html *html, const Invoice *invoice, struct row row, const char *rate, const Money *amount)
{
    wg_cell(html, row.title);
    wg_cell(html, row.period);
    if (invoice->kind == KIND(CREDIT_NOTE))
        wg_cell(html, row.why);
    if (is_taxed(invoice))
        wg_cell(html, rate);
    wg_cell_amount(html, amount->currency, amount->amount);
    wg_row_end(html);
}

static void
add_sum(struct wg_html *html, const Invoice *invoice, const char *title, const char *rate,
        const Money *amount)
{
    wg_total_begin(html);
    add_row(html, invoice, (struct row){.title = title}, rate, amount);
}

static void
add_sums(struct wg_html *html, const Invoice *invoice, const char *rate)
{
    bool asks = invoice->kind == KIND(INVOICE);

    if (!is_taxed(invoice)) {
        add_sum(html, invoice, asks ? "Total to pay" : "Total credited", "", invoice->gross);
        return;
    }
    add_sum(html, invoice, "Total excluding VAT", "", invoice->net);
    add_sum(html, invoice, "VAT", rate, invoice->vat);
    add_sum(html, invoice, asks ? "Total to pay, including VAT" : "Total credited, including VAT", "",
            invoice->gross);
}

static const char *
caption_of(const Invoice *invoice)
{
    if (invoice->kind == KIND(INVOICE))
        return is_taxed(invoice) ? "What is charged, excluding VAT" : "What is charged";
    return is_taxed(invoice) ? "What is credited, excluding VAT" : "What is credited";
}

static size_t
find_columns(const Invoice *invoice, struct wg_column *columns)
{
    size_t n = 0;

    columns[n++] = (struct wg_column){"Description", false};
    columns[n++] = (struct wg_column){"Period", false};
    if (invoice->kind == KIND(CREDIT_NOTE))
        columns[n++] = (struct wg_column){"Why", false};
    if (is_taxed(invoice))
        columns[n++] = (struct wg_column){"VAT rate", true};
    columns[n++] = (struct wg_column){"Amount", true};
    return n;
}

static void
add_lines(struct wg_html *html, struct wg_arena *arena, const Contract *contract,
          const Invoice *invoice)
{
    const char *rate = is_taxed(invoice) ? percent_words(arena, invoice->vat_rate) : "";
    struct wg_column columns[5];
    size_t n = find_columns(invoice, columns);

    wg_table_begin(html, caption_of(invoice), columns, n);
    for (size_t i = 0; i < invoice->n_lines; i++) {
        const struct row row = {invoice->lines[i]->title, period_words(arena, contract, invoice->lines[i]->period),
                                reason_words(invoice->lines[i]->reason)};

        wg_row_begin(html);
        add_row(html, invoice, row, rate, invoice->lines[i]->amount);
    }
    add_sums(html, invoice, rate);
    wg_table_end(html);
}

const struct wg_problem *
invoice_render(struct wg_call *call, const ProtobufCMessage *output, struct wg_bytes *text)
{
    struct wg_arena *arena = wg_call_arena(call);
    const Invoice *invoice = (const Invoice *)output;
    struct wg_page page = {.title = wg_format(arena, "%s %s", kind_words(invoice), invoice->number),
                           .context = invoice->supplier_title};
    const struct wg_problem *problem;
    const ProtobufCMessage *contract;
    struct wg_html html;

    if ((problem = wg_look(call, wg_name_parent(call, invoice->name, 2), &contract)))
        return problem;
    page.crumbs = wg_call_crumbs(call, invoice->name, &page.n_crumbs);
    wg_page_begin(&html, arena, &page);
    add_facts(&html, arena, invoice);
    wg_html_heading(&html, 2, "Lines");
    add_lines(&html, arena, (const Contract *)contract, invoice);
    if (*invoice->remittance) {
        wg_html_heading(&html, 2, "How to pay");
        wg_html_paragraph(&html, invoice->remittance);
    }
    return wg_page_end(&html, text) ? NULL : wg_no_memory(call);
}
