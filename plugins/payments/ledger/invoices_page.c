/* invoices_page.c - a contract's invoices and credit notes, newest first. */
#include <wellgate/text.h>

#include "invoices.h"
#include "statements/statement_writing.h"

typedef Wellgate__Payments__V1__ListInvoicesResponse ListResponse;

static const char *
days_words(struct writing *w, const Invoice *invoice)
{
    struct wg_period period;

    if (!wg_date_parse(invoice->start_date, &period.first) || !wg_date_parse(invoice->end_date, &period.last))
        return "";
    return wg_text_period(w->arena, period);
}

static void
write_invoice(struct writing *w, const Invoice *invoice)
{
    bool asks = invoice->kind == WELLGATE__PAYMENTS__V1__INVOICE__KIND__INVOICE;

    wg_row_begin(&w->html);
    wg_cell_link(&w->html, invoice->number, wg_format(w->arena, "/v1/%s", invoice->name));
    wg_cell(&w->html, asks ? "Invoice" : "Credit note");
    wg_cell(&w->html, wg_text_date_of(w->arena, invoice->date));
    wg_cell(&w->html, invoice->payer_title);
    wg_cell_link(&w->html, days_words(w, invoice), wg_format(w->arena, "/v1/%s", invoice->statement));
    wg_cell_money(&w->html, w->currency, minor_of(invoice->net));
    wg_cell_money(&w->html, w->currency, minor_of(invoice->vat));
    wg_cell_money(&w->html, w->currency, minor_of(invoice->gross));
    wg_cell(&w->html, wg_text_date_of(w->arena, invoice->due_date));
    wg_row_end(&w->html);
}

const struct wg_problem *
invoices_page(struct wg_call *call, const ProtobufCMessage *output, struct wg_bytes *text)
{
    static const struct wg_column columns[] = {
        {"Number", false}, {"Kind", false}, {"Date", false}, {"Payer", false}, {"Statement", false},
        {"Net", true}, {"VAT", true}, {"To pay", true}, {"Due on", false}};
    const ListResponse *list = (const ListResponse *)output;
    const struct wg_problem *problem;
    struct writing w;

    if ((problem = contract_page_begin(&w, call,
                                       ((const Wellgate__Common__V1__ListRequest *)wg_input(call))->parent,
                                       "Invoices", "/invoices")))
        return problem;
    wg_table_begin(&w.html, "Invoices and credit notes", columns, COUNT(columns));
    for (size_t i = 0; i < list->n_invoices; i++)
        write_invoice(&w, list->invoices[i]);
    wg_table_end(&w.html);
    if (!list->n_invoices)
        wg_html_paragraph(&w.html, "There are none.");
    wg_html_next(&w.html, wg_next_page(call));
    return contract_page_end(&w, text);
}
