/* statement_frame.c - what stands around a statement: where to go on, what it is, who signs. */
#include <string.h>
#include <wellgate/text.h>

#include "statement_writing.h"
#include "wellgate/payments/v1/invoices.pb-c.h"

typedef Wellgate__Payments__V1__Invoice Invoice;

#define STATE(name) WELLGATE__PAYMENTS__V1__STATEMENT__STATE__##name

#define LONGEST_PAGES "&pageSize=1000" /* of lists that are downloaded */

/* ---- Where to go on ---- */

const char *
statement_period_words(struct writing *w, const Statement *statement)
{
    struct wg_period period;

    if (!wg_date_parse(statement->start_date, &period.first) ||
        !wg_date_parse(statement->end_date, &period.last))
        return "";
    return wg_text_period(w->arena, period);
}

static void
write_neighbour(struct writing *w, const char *which, const Statement *statement)
{
    if (statement)
        wg_links_item(&w->html, wg_format(w->arena, "%s: %s", which, statement_period_words(w, statement)),
                      wg_format(w->arena, "/v1/%s", statement->name));
}

void
write_links_of_contract(struct writing *w, const char *contract)
{
    static const struct {
        const char *words, *path;
    } links[] = {{"Statements", "/statements"}, {"Invoices", "/invoices"}, {"Journal", "/journal"},
                 {"Trial balance", ":trialBalance"}, {"Liability", ":liability"}};

    for (size_t i = 0; i < COUNT(links); i++)
        wg_links_item(&w->html, links[i].words, wg_format(w->arena, "/v1/%s%s", contract, links[i].path));
}

void
write_links(struct writing *w)
{
    const char *own = w->facts.statement->name, *contract = w->facts.contract->name;
    const Statement *before = statement_before(&w->facts);

    wg_links_begin(&w->html, "Where to go on");
    write_neighbour(w, "Before", before);
    write_neighbour(w, "After", w->facts.after);
    if (before)
        wg_links_item(&w->html, "What changed, and why",
                      wg_format(w->arena, "/v1/%s:explainChange?since=%s", own, wg_name_id(before->name)));
    write_links_of_contract(w, contract);
    wg_links_item(&w->html, "Lines as CSV", wg_format(w->arena, "/v1/%s?download=csv", own));
    wg_links_item(&w->html, "Invoices as CSV", wg_format(w->arena, "/v1/%s/invoices?download=csv" LONGEST_PAGES,
                                                         contract));
    wg_links_item(&w->html, "Journal as CSV", wg_format(w->arena, "/v1/%s/journal?download=csv" LONGEST_PAGES,
                                                        contract));
    wg_links_end(&w->html);
}

const struct wg_problem *
contract_page_begin(struct writing *w, struct wg_call *call, const char *parent, const char *title,
                    const char *own)
{
    const struct wg_problem *problem;
    const ProtobufCMessage *contract;

    *w = (struct writing){.call = call, .arena = wg_call_arena(call)};
    if ((problem = wg_look(call, parent, &contract)))
        return problem;
    w->facts.contract = (const Contract *)contract;
    w->currency = w->facts.contract->currency;
    w->page = (struct wg_page){.title = title, .context = w->facts.contract->title};
    w->page.crumbs = wg_call_crumbs(call, wg_format(w->arena, "%s/x/x", parent), &w->page.n_crumbs);
    wg_page_begin(&w->html, w->arena, &w->page);
    wg_links_begin(&w->html, "Where to go on");
    write_links_of_contract(w, parent);
    if (own)
        wg_links_item(&w->html, wg_format(w->arena, "%s as CSV", title),
                      wg_format(w->arena, "/v1/%s%s?download=csv%s", parent, own,
                                *own == '/' ? LONGEST_PAGES : ""));
    wg_links_end(&w->html);
    return NULL;
}

const struct wg_problem *
contract_page_end(struct writing *w, struct wg_bytes *text)
{
    return wg_page_end(&w->html, text) ? NULL : wg_no_memory(w->call);
}

/* ---- Its invoices ---- */

static bool
write_invoice(void *context, const struct wg_record *record)
{
    struct writing *w = context;
    const ProtobufCMessage *shown;
    const Invoice *invoice;

    if (wg_show(w->call, record->message, &shown) || !shown)
        return true;
    invoice = (const Invoice *)shown;
    wg_html_open(&w->html, "div");
    wg_html_link(&w->html, invoice->number, wg_format(w->arena, "/v1/%s", invoice->name));
    wg_html_textf(&w->html, " to %s, %s", invoice->payer_title,
                  wg_text_amount(w->arena, invoice->gross->currency, invoice->gross->amount));
    if (*invoice->due_date)
        wg_html_textf(&w->html, ", due on %s", wg_text_date_of(w->arena, invoice->due_date));
    wg_html_close(&w->html, "div");
    return true;
}

/* Those that the reader may see: another payer's are not. */
static const struct wg_problem *
write_invoices(struct writing *w)
{
    const char *const values[] = {w->facts.statement->name};
    const struct wg_problem *problem;

    wg_summary_row_begin(&w->html, "Invoices, tax included");
    problem = wg_find(w->call, "payments/Invoice", w->facts.contract->name, "statement,payer", values, 1,
                      write_invoice, w);
    wg_summary_row_end(&w->html);
    return problem;
}

/* ---- What it is ---- */

static const char *
day_of(struct writing *w, const Actor *actor)
{
    return wg_text_date(w->arena, wg_date_at(actor->time->seconds * 1000, "Europe/London"));
}

/* "on 14 October 2016 by f3b0c7d2 of Wellness vehicle" */
static const char *
act_words(struct writing *w, const Actor *actor)
{
    return wg_format(w->arena, "on %s by %s of %s", day_of(w, actor), actor->subject,
                     organisation_title(w->call, actor->organisation));
}

/* "on 14 October 2016, recorded on 1 December 2026 by …": the second where it is another day. */
static void
write_issue(struct writing *w)
{
    const Statement *statement = w->facts.statement;
    const char *issued = wg_text_date_of(w->arena, statement->issue_date);
    const char *recorded = act_words(w, statement->issuer);

    if (*statement->issue_date && issued && strcmp(issued, day_of(w, statement->issuer)) != 0)
        wg_html_textf(&w->html, " on %s, recorded %s", issued, recorded);
    else
        wg_html_textf(&w->html, " %s", recorded);
}

static void
write_state(struct writing *w)
{
    const Statement *statement = w->facts.statement;
    bool draft = statement->state == STATE(DRAFT);

    wg_summary_row_begin(&w->html, "State");
    wg_html_tag(&w->html, draft ? WG_TAG_NEUTRAL : WG_TAG_ACTIVE, draft ? "Draft" : "Issued");
    if (!draft && statement->issuer)
        write_issue(w);
    if (statement->calculator)
        wg_html_textf(&w->html, "%s calculated %s", draft ? "," : ";", act_words(w, statement->calculator));
    wg_summary_row_end(&w->html);
}

/* What a verb on the statement as it stands here has to send as If-Match. */
static const struct wg_problem *
write_tag_of_state(struct writing *w)
{
    struct wg_record record;
    const struct wg_problem *problem = wg_load(w->call, w->facts.statement->name, &record);

    if (!problem)
        wg_summary_row(&w->html, "As it stands (ETag)",
                       wg_format(w->arena, "\"%llu\"", (unsigned long long)record.sequence));
    return problem;
}

const struct wg_problem *
write_about(struct writing *w)
{
    const Statement *statement = w->facts.statement;
    const struct wg_problem *problem = NULL;

    wg_html_heading(&w->html, 2, "About this statement");
    wg_summary_begin(&w->html);
    write_state(w);
    wg_summary_row(&w->html, "Financial period", statement->financial_period);
    wg_summary_row(&w->html, "Paid to", organisation_title(w->call, w->facts.contract->payee));
    wg_summary_row_begin(&w->html, "Terms");
    if (w->facts.version)
        wg_html_link_name(&w->html, w->facts.version->name);
    wg_summary_row_end(&w->html);
    if (statement->state != STATE(DRAFT))
        problem = write_invoices(w);
    if (!problem)
        problem = write_tag_of_state(w);
    wg_summary_end(&w->html);
    return problem;
}

/* ---- On paper: who signs ---- */

static void
write_signature(struct writing *w, const Standing *standing)
{
    wg_row_begin(&w->html);
    wg_cell(&w->html, organisation_title(w->call, standing->payer));
    wg_cell_money(&w->html, w->currency, minor_of(standing->amount) + minor_of(standing->vat));
    wg_cell(&w->html, standing->approved_by ? wg_format(w->arena, "%s, %s", day_of(w, standing->approved_by),
                                                        standing->approved_by->subject) : "");
    wg_cell(&w->html, "");
    wg_cell(&w->html, "");
    wg_row_end(&w->html);
}

void
write_signatures(struct writing *w)
{
    static const struct wg_column columns[] = {{"For", false}, {"Amount, tax included", true},
                                               {"Approved", false}, {"Name and signature", false},
                                               {"Day", false}};
    const Statement *statement = w->facts.statement;

    if (!statement->n_standings)
        return;
    wg_paper_begin(&w->html);
    wg_table_begin(&w->html, "Signed", columns, COUNT(columns));
    for (size_t i = 0; i < statement->n_standings; i++)
        write_signature(w, statement->standings[i]);
    wg_table_end(&w->html);
    wg_paper_end(&w->html);
}
