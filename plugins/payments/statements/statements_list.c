/* statements_list.c - a contract's statements, as a page and as a table: what each comes to and where it stands. */
#include <wellgate/csv.h>
#include <wellgate/messages.h>
#include <wellgate/text.h>

#include "statement_writing.h"
#include "views.h"

typedef Wellgate__Payments__V1__ListStatementsResponse ListResponse;
typedef Wellgate__Common__V1__ListRequest ListRequest;

/* ---- A page ---- */

static void
write_issued(struct writing *w, const Statement *statement)
{
    bool draft = !statement->issue_time;

    wg_cell_begin(&w->html);
    wg_html_tag(&w->html, draft ? WG_TAG_NEUTRAL : WG_TAG_ACTIVE, draft ? "Draft" : "Issued");
    wg_cell_end(&w->html);
    wg_cell(&w->html, wg_text_date_of(w->arena, statement->issue_date));
}

static int64_t
write_standings_of(struct writing *w, const Statement *statement)
{
    int64_t left = 0;

    wg_cell_begin(&w->html);
    for (size_t i = 0; i < statement->n_standings; i++) {
        const Standing *standing = statement->standings[i];

        wg_html_open(&w->html, "div");
        wg_html_textf(&w->html, "%s: ", organisation_title(w->call, standing->payer));
        write_tag_of_standing(w, standing->state);
        wg_html_close(&w->html, "div");
        left += minor_of(standing->outstanding);
    }
    wg_cell_end(&w->html);
    return left;
}

static void
write_statement(struct writing *w, const Statement *statement)
{
    int64_t left;

    wg_row_begin(&w->html);
    wg_cell_link(&w->html, statement_period_words(w, statement), wg_format(w->arena, "/v1/%s", statement->name));
    write_issued(w, statement);
    wg_cell_money(&w->html, w->currency, minor_of(statement->total));
    left = write_standings_of(w, statement);
    if (statement->n_standings)
        wg_cell_money(&w->html, w->currency, left);
    else
        wg_cell(&w->html, "");
    wg_row_end(&w->html);
}

const struct wg_problem *
statements_page(struct wg_call *call, const ProtobufCMessage *output, struct wg_bytes *text)
{
    static const struct wg_column columns[] = {
        {"Period", false}, {"State", false}, {"Issued on", false}, {"Total", true}, {"Payers", false},
        {"Left to pay, tax included", true}};
    const ListResponse *list = (const ListResponse *)output;
    const struct wg_problem *problem;
    struct writing w;

    if ((problem = contract_page_begin(&w, call, ((const ListRequest *)wg_input(call))->parent, "Statements",
                                       "/statements")))
        return problem;
    wg_table_begin(&w.html, "Statements", columns, COUNT(columns));
    for (size_t i = 0; i < list->n_statements; i++)
        write_statement(&w, list->statements[i]);
    wg_table_end(&w.html);
    if (!list->n_statements)
        wg_html_paragraph(&w.html, "There are none.");
    wg_html_next(&w.html, wg_next_page(call));
    return contract_page_end(&w, text);
}

/* ---- A table ---- */

static const char *
amount_of(const Money *money)
{
    return money ? money->amount : "";
}

/* standing  NULL: of a draft */
static void
put_payer(struct wg_csv_writer *csv, const Statement *statement,
          const Wellgate__Payments__V1__PayerAmount *part, const Standing *standing)
{
    static const Standing none = WELLGATE__PAYMENTS__V1__STANDING__INIT;
    const Standing *of = standing ? standing : &none;
    const char *const cells[] = {
        statement->period, statement->start_date, statement->end_date, statement->financial_period,
        wg_enum_word(&wellgate__payments__v1__statement__state__descriptor, (int)statement->state), statement->issue_date,
        part->payer,
        standing ? wg_enum_word(&wellgate__payments__v1__standing__state__descriptor, (int)of->state) : "",
        statement->total->currency, amount_of(part->amount), amount_of(of->vat), amount_of(of->set_off),
        amount_of(of->disputed), amount_of(of->upheld), amount_of(of->settled), amount_of(of->outstanding)};

    wg_csv_row(csv, cells, COUNT(cells));
}

const struct wg_problem *
statements_csv(struct wg_call *call, const ProtobufCMessage *output, struct wg_bytes *text)
{
    static const char *const head[] = {
        "statement", "startDate", "endDate", "financialPeriod", "state", "issueDate", "payer", "standing", "currency",
        "amount", "vat", "setOff", "disputed", "upheld", "settled", "outstanding"};
    const ListResponse *list = (const ListResponse *)output;
    struct wg_csv_writer csv = {.arena = wg_call_arena(call)};

    if (!*((const ListRequest *)wg_input(call))->page_token)
        wg_csv_row(&csv, head, COUNT(head));
    for (size_t i = 0; i < list->n_statements; i++)
        for (size_t p = 0; p < list->statements[i]->n_payers; p++)
            put_payer(&csv, list->statements[i], list->statements[i]->payers[p],
                      standing_find(list->statements[i], list->statements[i]->payers[p]->payer));
    *text = (struct wg_bytes){csv.text, csv.length};
    return csv.failed ? wg_no_memory(call) : NULL;
}
