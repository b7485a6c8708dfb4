/* invoices.c - a statement's lines, payer by payer, as documents. */
#include "invoices.h"

#include <inttypes.h>
#include <string.h>

#include "standing/adjustments.h"
#include "statements/statement_facts.h"
#include "terms/payer_terms.h"
#include "wellgate/core/v1/core.pb-c.h"

typedef Wellgate__Core__V1__Organisation Organisation;
typedef Wellgate__Payments__V1__InvoiceLine InvoiceLine;
typedef Wellgate__Payments__V1__InvoiceParty InvoiceParty;

#define KIND(name) WELLGATE__PAYMENTS__V1__INVOICE__KIND__##name
#define NUMBERS "invoices" /* table of the projection: supplier → last number */

enum { PAYMENT_DAYS_USUAL = 30 };

/* ---- Numbers ---- */

static struct wg_bytes
text_bytes(const char *text)
{
    return (struct wg_bytes){text, strlen(text)};
}

static const struct wg_problem *
last_number(struct wg_call *call, const char *programme, const char *supplier, uint64_t *number)
{
    struct wg_bytes value;
    const struct wg_problem *problem =
        wg_project_get(call, programme, NUMBERS, text_bytes(supplier), &value);

    *number = 0;
    if (!problem && value.length == sizeof(*number))
        memcpy(number, value.data, sizeof(*number));
    return problem == &wg_not_found ? NULL : problem;
}

const struct wg_problem *
invoice_follow(struct wg_call *call, const struct wg_event *event)
{
    const struct wg_problem *problem;
    const ProtobufCMessage *message;
    uint64_t number;

    if ((problem = wg_event_look(call, event, &message)) ||
        (problem = last_number(call, event->resource, ((const Invoice *)message)->supplier, &number)))
        return problem;
    number++;
    return wg_project_put(call, event->resource, NUMBERS,
                          text_bytes(((const Invoice *)message)->supplier),
                          (struct wg_bytes){&number, sizeof(number)});
}

static const struct wg_problem *
number_invoice(struct wg_call *call, const Contract *contract, Invoice *invoice)
{
    const char *programme = wg_name_parent(call, contract->name, 1);
    const struct wg_problem *problem;
    uint64_t number;

    if (!programme)
        return wg_no_memory(call);
    if ((problem = last_number(call, programme, contract->payee, &number)))
        return problem;
    invoice->number = wg_format(wg_call_arena(call), "%s-%06" PRIu64, wg_name_id(programme), number + 1);
    invoice->name = invoice->number ? wg_format(wg_call_arena(call), "%s/invoices/%s", contract->name,
                                                invoice->number) : NULL;
    return invoice->name ? NULL : wg_no_memory(call);
}

/* ---- One document ---- */

/* What of a statement goes into it. */
struct document {
    struct wg_call *call;
    const Contract *contract;
    struct versions versions;
    const Statement *statement;
    Line *const *lines;
    size_t n_lines;
    const char *payer;
    bool credit; /* its credits; else the rest */
    Invoice *invoice;
    int64_t net, vat;
};

/* The address with its postcode. false: no memory. */
static bool
add_address(struct wg_call *call, InvoiceParty *party, const Organisation *organisation)
{
    for (size_t i = 0; i < organisation->n_address_lines; i++)
        if (!append_message(call, &party->address_lines, &party->n_address_lines,
                            organisation->address_lines[i]))
            return false;
    return !*organisation->postcode || append_message(call, &party->address_lines, &party->n_address_lines,
                                                      organisation->postcode);
}

/* What the organisation's record says now. */
static const struct wg_problem *
describe(struct wg_call *call, const char *name, char **title, InvoiceParty **details)
{
    InvoiceParty *party = wg_new_message(wg_call_arena(call),
                                         &wellgate__payments__v1__invoice_party__descriptor);
    const struct wg_problem *problem;
    const ProtobufCMessage *message;
    const Organisation *organisation;

    if ((problem = wg_look(call, name, &message)))
        return problem;
    organisation = (const Organisation *)message;
    if (!party || !add_address(call, party, organisation))
        return wg_no_memory(call);
    party->vat_number = organisation->vat_number;
    party->company_number = organisation->company_number;
    party->charity_number = organisation->charity_number;
    *title = organisation->title;
    *details = party;
    return NULL;
}

static int64_t
part_of_line(const Line *line, const char *payer)
{
    int64_t minor = 0;

    for (size_t i = 0; i < line->n_payers; i++)
        if (strcmp(line->payers[i]->payer, payer) == 0)
            minor += minor_of(line->payers[i]->amount);
    return minor;
}

/* As the version has it that priced the line; else, of a credit, as the last one that has it. */
static const struct wg_problem *
line_title(const struct document *document, const Line *line, char **title)
{
    const struct wg_problem *problem;
    const ProtobufCMessage *version;
    const Rule *rule;

    *title = (char *)title_of_rule(wg_call_arena(document->call), &document->versions, line->rule);
    if (!*line->version)
        return NULL;
    if ((problem = wg_look(document->call, line->version, &version)))
        return problem;
    if ((rule = rule_of((const Version *)version, line->rule)))
        *title = rule->title;
    return NULL;
}

static const struct wg_problem *
add_line(struct document *document, const Line *line, int64_t minor)
{
    struct wg_call *call = document->call;
    InvoiceLine *made = wg_new_message(wg_call_arena(call),
                                       &wellgate__payments__v1__invoice_line__descriptor);
    const struct wg_problem *problem;

    if (!made)
        return wg_no_memory(call);
    made->rule = line->rule;
    made->period = line->period;
    made->reason = line->reason;
    made->amount = wg_money_message(wg_call_arena(call), document->contract->currency, minor);
    if ((problem = line_title(document, line, &made->title)))
        return problem;
    document->net += minor;
    return made->amount && append_message(call, &document->invoice->lines,
                                          &document->invoice->n_lines, made)
               ? NULL : wg_no_memory(call);
}

struct finding {
    struct document *document;
    bool failed;
};

static bool
is_named(const Invoice *note, const char *credited)
{
    for (size_t i = 0; i < note->n_credits; i++)
        if (strcmp(note->credits[i], credited) == 0)
            return true;
    return false;
}

static bool
take_credited(void *context, const struct wg_record *record)
{
    struct finding *finding = context;
    const Invoice *credited = (const Invoice *)record->message;
    Invoice *note = finding->document->invoice;

    if (credited->kind == KIND(INVOICE) && !is_named(note, credited->name))
        finding->failed = !append_message(finding->document->call, &note->credits, &note->n_credits,
                                          credited->name);
    return !finding->failed;
}

/* The tax of a credit, and what it credits. */
static const struct wg_problem *
add_credit(struct document *document, const Line *line)
{
    struct finding finding = {document, false};
    const struct wg_problem *problem;
    const ProtobufCMessage *message;
    const Adjustment *adjustment;

    if ((problem = wg_look(document->call, line->adjustment, &message)))
        return problem;
    adjustment = (const Adjustment *)message;
    for (size_t i = 0; i < adjustment->n_parts; i++)
        if (strcmp(adjustment->parts[i]->payer, document->payer) == 0)
            document->vat += minor_of(adjustment->parts[i]->vat);
    problem = wg_find(document->call, "payments/Invoice", document->contract->name, "statement,payer",
                      (const char *[]){adjustment->source, document->payer}, 2, take_credited, &finding);
    return problem ? problem : finding.failed ? wg_no_memory(document->call) : NULL;
}

static const struct wg_problem *
add_lines(struct document *document)
{
    const struct wg_problem *problem = NULL;

    for (size_t i = 0; !problem && i < document->n_lines; i++) {
        const Line *line = document->lines[i];
        int64_t minor = part_of_line(line, document->payer);

        if (!minor || line_credits(line) != document->credit)
            continue;
        problem = add_line(document, line, minor);
        if (!problem && document->credit)
            problem = add_credit(document, line);
    }
    if (!document->credit)
        document->vat = vat_at(vat_rate_of(document->contract, document->payer), document->net);
    return problem;
}

static bool
add_dates(struct document *document, const PayerTerms *terms)
{
    struct wg_arena *arena = wg_call_arena(document->call);
    Invoice *invoice = document->invoice;
    char text[WG_DATE_TEXT_BYTES];
    wg_date due;

    invoice->date = invoice->tax_point = document->statement->issue_date;
    invoice->start_date = document->statement->start_date;
    invoice->end_date = document->statement->end_date;
    if (invoice->kind != KIND(INVOICE) || !wg_date_parse(invoice->date, &due))
        return true;
    due += terms && terms->payment_days ? (wg_date)terms->payment_days : PAYMENT_DAYS_USUAL;
    return (invoice->due_date = wg_copy_text(arena, wg_date_format(due, text)));
}

static void
add_terms(Invoice *invoice, const PayerTerms *terms, const char *rate)
{
    invoice->vat_treatment = terms ? terms->vat : WELLGATE__PAYMENTS__V1__PAYER_TERMS__VAT__VAT_UNSPECIFIED;
    if (invoice->vat_treatment == WELLGATE__PAYMENTS__V1__PAYER_TERMS__VAT__VAT_UNSPECIFIED)
        invoice->vat_treatment = WELLGATE__PAYMENTS__V1__PAYER_TERMS__VAT__OUTSIDE_SCOPE;
    invoice->vat_rate = (char *)rate;
    if (!terms)
        return;
    invoice->purchase_order = terms->purchase_order;
    if (invoice->kind == KIND(INVOICE))
        invoice->remittance = terms->remittance;
}

static bool
add_sums(struct document *document)
{
    struct wg_arena *arena = wg_call_arena(document->call);
    const char *currency = document->contract->currency;
    Invoice *invoice = document->invoice;

    invoice->net = wg_money_message(arena, currency, document->net);
    invoice->vat = wg_money_message(arena, currency, document->vat);
    invoice->gross = wg_money_message(arena, currency, document->net + document->vat);
    return invoice->net && invoice->vat && invoice->gross;
}

static const struct wg_problem *
store(struct document *document)
{
    const PayerTerms *terms = payer_terms_of(document->contract, document->payer);
    Invoice *invoice = document->invoice;
    const struct wg_problem *problem;

    invoice->kind = document->net < 0 || document->credit ? KIND(CREDIT_NOTE) : KIND(INVOICE);
    invoice->statement = document->statement->name;
    invoice->supplier = document->contract->payee;
    invoice->payer = (char *)document->payer;
    add_terms(invoice, terms, vat_rate_of(document->contract, document->payer));
    if (!add_dates(document, terms) || !add_sums(document))
        return wg_no_memory(document->call);
    if ((problem = describe(document->call, invoice->supplier, &invoice->supplier_title,
                            &invoice->supplier_details)) ||
        (problem = describe(document->call, invoice->payer, &invoice->payer_title,
                            &invoice->payer_details)) ||
        (problem = number_invoice(document->call, document->contract, invoice)))
        return problem;
    return wg_insert(document->call, &invoice->base, "invoice.issued");
}

static const struct wg_problem *
make(struct document *document)
{
    const struct wg_problem *problem;

    document->net = document->vat = 0;
    document->invoice = wg_new_message(wg_call_arena(document->call),
                                       &wellgate__payments__v1__invoice__descriptor);
    if (!document->invoice)
        return wg_no_memory(document->call);
    problem = add_lines(document);
    if (problem || (!document->net && !document->vat))
        return problem; /* or nothing is asked for: no number is used */
    return store(document);
}

const struct wg_problem *
invoices_make(struct wg_call *call, const Contract *contract, const Statement *statement,
              Line *const *lines, size_t n)
{
    struct document document = {.call = call, .contract = contract, .statement = statement,
                                .lines = lines, .n_lines = n};
    const struct wg_problem *problem = versions_load(call, contract->name, &document.versions);

    for (size_t i = 0; !problem && i < contract->n_payers; i++) {
        document.payer = contract->payers[i];
        document.credit = false;
        if ((problem = make(&document)))
            break;
        document.credit = true;
        problem = make(&document);
    }
    return problem;
}
