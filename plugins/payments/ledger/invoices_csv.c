/* invoices_csv.c - invoices for a spreadsheet: what accounts payable takes over. */
#include <string.h>
#include <wellgate/csv.h>
#include <wellgate/messages.h>

#include "invoices.h"

static const char *
amount_of(const Money *money)
{
    return money ? money->amount : "";
}

/* The ids, parted by spaces. */
static const char *
credits_of(struct wg_arena *arena, const Invoice *invoice)
{
    const char *ids = "";

    for (size_t i = 0; ids && i < invoice->n_credits; i++)
        ids = wg_format(arena, "%s%s%s", ids, i ? " " : "", wg_name_id(invoice->credits[i]));
    return ids;
}

static void
put_invoice(struct wg_csv_writer *csv, const Invoice *invoice)
{
    const char *const cells[] = {
        invoice->number,
        wg_enum_word(&wellgate__payments__v1__invoice__kind__descriptor, (int)invoice->kind),
        invoice->date, invoice->tax_point, invoice->due_date, wg_name_id(invoice->statement),
        invoice->start_date, invoice->end_date, invoice->supplier, invoice->supplier_title,
        invoice->payer, invoice->payer_title, invoice->purchase_order,
        wg_enum_word(&wellgate__payments__v1__payer_terms__vat__descriptor, (int)invoice->vat_treatment),
        invoice->vat_rate, invoice->gross->currency, amount_of(invoice->net), amount_of(invoice->vat),
        amount_of(invoice->gross), credits_of(csv->arena, invoice)};

    wg_csv_row(csv, cells, sizeof(cells) / sizeof(*cells));
}

const struct wg_problem *
invoices_csv(struct wg_call *call, const ProtobufCMessage *output, struct wg_bytes *text)
{
    static const char *const head[] = {
        "number", "kind", "date", "taxPoint", "dueDate", "statement", "startDate", "endDate", "supplier",
        "supplierTitle", "payer", "payerTitle", "purchaseOrder", "vatTreatment", "vatRate", "currency",
        "net", "vat", "gross", "credits"};
    const Wellgate__Payments__V1__ListInvoicesResponse *page = (const void *)output;
    struct wg_csv_writer csv = {.arena = wg_call_arena(call)};

    if (!*((const Wellgate__Common__V1__ListRequest *)wg_input(call))->page_token)
        wg_csv_row(&csv, head, sizeof(head) / sizeof(*head));
    for (size_t i = 0; i < page->n_invoices; i++)
        put_invoice(&csv, page->invoices[i]);
    *text = (struct wg_bytes){csv.text, csv.length};
    return csv.failed ? wg_no_memory(call) : NULL;
}
