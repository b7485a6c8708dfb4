/* income_blocks.c - what contracts' statements asked of their payers, on a report's page. */
#include <string.h>
#include <wellgate/period.h>
#include <wellgate/text.h>

#include "blocks.h"
#include "report_charts.h"
#include "words.h"

typedef Wellgate__Bonds__V1__OutcomeIncome OutcomeIncome;

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* ---- Sums ---- */

int64_t
corrections_after(const Report *report, const char *day)
{
    int64_t sum = 0;

    for (size_t i = 0; i < report->n_outcome_income; i++)
        if (strcmp(report->outcome_income[i]->end_date, day) > 0)
            sum += minor_of(report->outcome_income[i]->corrections);
    return sum;
}

/* The last column of its tables, where there is anything in it. */
static bool
tells_corrections(const Report *report)
{
    for (size_t i = 0; i < report->n_outcome_income; i++)
        if (report->outcome_income[i]->corrections)
            return true;
    return false;
}

static size_t
columns_of(const struct block *b, size_t n)
{
    return tells_corrections(b->report) ? n : n - 1;
}

/* Is it the first row of its payer? */
static bool
is_first(const Report *report, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (strcmp(report->outcome_income[i]->payer, report->outcome_income[at]->payer) == 0)
            return false;
    return true;
}

/* Is it the first part of its statement? */
static bool
begins_statement(const Report *report, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (strcmp(report->outcome_income[i]->statement, report->outcome_income[at]->statement) == 0)
            return false;
    return true;
}

struct income {
    int64_t in_quarter, to_date, corrections;
    size_t n;
};

/* payer NULL: all of them, and each statement once. */
static struct income
income_of(const Report *report, const char *payer)
{
    struct income sum = {0};
    struct wg_period quarter;
    wg_date date;

    if (!wg_quarter_parse(wg_name_id(report->name), &quarter))
        return sum;
    for (size_t i = 0; i < report->n_outcome_income; i++) {
        const OutcomeIncome *row = report->outcome_income[i];

        if ((payer && strcmp(row->payer, payer)) || !wg_date_parse(row->end_date, &date))
            continue;
        sum.to_date += minor_of(row->amount);
        sum.corrections += minor_of(row->corrections);
        sum.in_quarter += wg_period_contains(quarter, date) ? minor_of(row->amount) : 0;
        sum.n += payer || begins_statement(report, i);
    }
    return sum;
}

/* ---- What is shown ---- */

static void
write_income_row(const struct block *b, const char *title, struct income sum)
{
    wg_cell(b->html, title);
    wg_cell_count(b->html, (int64_t)sum.n);
    wg_cell_money(b->html, b->currency, sum.in_quarter);
    wg_cell_money(b->html, b->currency, sum.to_date);
    if (tells_corrections(b->report))
        wg_cell_money(b->html, b->currency, sum.corrections);
    wg_row_end(b->html);
}

/* A statement leads on where the caller has a role in its programme. */
static void
write_statements(const struct block *b)
{
    static const struct wg_column columns[] = {
        {"Statement", false}, {"To", false}, {"Payer", false}, {"Amount", true},
        {"Of it corrections", true}};

    wg_html_details_begin(b->html, "Every statement that is in it");
    wg_table_begin(b->html, "Outcome income by statement and payer", columns, columns_of(b, COUNT(columns)));
    for (size_t i = 0; i < b->report->n_outcome_income; i++) {
        const OutcomeIncome *row = b->report->outcome_income[i];
        const char *id = wg_name_id(row->statement);

        wg_row_begin(b->html);
        if (wg_caller_roles(b->call, row->statement))
            wg_cell_link(b->html, id, wg_format(b->arena, "/v1/%s", row->statement));
        else
            wg_cell(b->html, id);
        wg_cell(b->html, wg_text_date_of(b->arena, row->end_date));
        wg_cell(b->html, organisation_words(b->call, row->payer));
        wg_cell_money(b->html, b->currency, minor_of(row->amount));
        if (tells_corrections(b->report))
            wg_cell_money(b->html, b->currency, minor_of(row->corrections));
        wg_row_end(b->html);
    }
    wg_table_end(b->html);
    wg_html_details_end(b->html);
}

void
write_income(const struct block *b)
{
    static const struct wg_column columns[] = {
        {"Payer", false}, {"Statements", true}, {"In the quarter", true}, {"To date", true},
        {"Of it corrections", true}};

    wg_html_heading(b->html, 2, "Outcome income");
    if (!b->report->n_outcome_income) {
        wg_html_paragraph(b->html, "No statement has asked for anything yet.");
        return;
    }
    wg_table_begin(b->html, "What statements asked of each payer", columns, columns_of(b, COUNT(columns)));
    for (size_t i = 0; i < b->report->n_outcome_income; i++) {
        const char *payer = b->report->outcome_income[i]->payer;

        if (!is_first(b->report, i))
            continue;
        wg_row_begin(b->html);
        write_income_row(b, organisation_words(b->call, payer), income_of(b->report, payer));
    }
    wg_total_begin(b->html);
    write_income_row(b, "All", income_of(b->report, NULL));
    wg_table_end(b->html);
    write_income_chart(b->call, b->html, b->report);
    write_statements(b);
}
