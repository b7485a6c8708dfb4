/* plan_blocks.c - cases, outcomes and the cohort on a report's page. */
#include <string.h>
#include <wellgate/decimal.h>
#include <wellgate/text.h>

#include "blocks.h"
#include "words.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

typedef Wellgate__Bonds__V1__CaseOutlook CaseOutlook;
typedef Wellgate__Bonds__V1__CohortQuarter CohortQuarter;
typedef Wellgate__Bonds__V1__Metric Metric;

const char *
share_words(struct wg_arena *arena, const char *value)
{
    int64_t parts;

    if (!*value)
        return "–";
    return wg_decimal_parse(value, 4, &parts) ? wg_text_percent(arena, parts, 10000, 2) : value;
}

static const char *
or_dash(const char *text)
{
    return *text ? text : "–";
}

/* ---- Cases ---- */

static const char *
kind_words(Wellgate__Bonds__V1__Case__Kind kind)
{
    static const char *const words[] = {"", "Low", "Base", "High"};

    return (size_t)kind < COUNT(words) ? words[kind] : "";
}

/* A rate, or why there is none. */
static const char *
rate_words(const struct block *b, const Figure *figure)
{
    return *figure->value ? share_words(b->arena, figure->value) : figure->note;
}

/* Its last point up to the report's quarter; NULL: none. */
static const Wellgate__Bonds__V1__CasePoint *
point_of(const Report *report, const CaseOutlook *outlook)
{
    const Wellgate__Bonds__V1__CasePoint *found = NULL;

    for (size_t i = 0; i < outlook->n_points; i++)
        if (strcmp(outlook->points[i]->quarter, wg_name_id(report->name)) <= 0)
            found = outlook->points[i];
    return found;
}

static void
write_case(const struct block *b, const CaseOutlook *outlook)
{
    const Wellgate__Bonds__V1__CasePoint *point = point_of(b->report, outlook);
    const Wellgate__Bonds__V1__CasePoint *last =
        outlook->n_points ? outlook->points[outlook->n_points - 1] : NULL;

    wg_row_begin(b->html);
    wg_cell(b->html, kind_words(outlook->kind));
    wg_cell(b->html, wg_text_date_of(b->arena, outlook->date));
    wg_cell_money(b->html, b->currency, point ? minor_of(point->net) : 0);
    wg_cell_money(b->html, b->currency, last ? minor_of(last->net) : 0);
    wg_cell_money(b->html, b->currency, point ? minor_of(point->outcome_income) : 0);
    wg_cell(b->html, rate_words(b, outlook->planned_irr));
    wg_cell(b->html, rate_words(b, outlook->irr_at_completion));
    wg_row_end(b->html);
}

static void
write_actual(const struct block *b)
{
    int64_t net = 0;

    for (size_t i = 0; i < b->report->n_movements; i++) {
        const Wellgate__Bonds__V1__Movement *m = b->report->movements[i];

        net += minor_of(m->principal_repaid) + minor_of(m->interest) + minor_of(m->surplus) -
               minor_of(m->drawn);
    }
    wg_total_begin(b->html);
    wg_cell(b->html, "Actual");
    wg_cell(b->html, wg_text_date_of(b->arena, b->report->end_date));
    wg_cell_money(b->html, b->currency, net);
    wg_cell(b->html, NULL);
    wg_cell_money(b->html, b->currency, minor_of(b->report->outcome_income_total));
    wg_cell(b->html, rate_words(b, b->report->valued_irr ? b->report->valued_irr : b->report->irr));
    wg_cell(b->html, NULL);
    wg_row_end(b->html);
}

void
write_cases(const struct block *b)
{
    static const struct wg_column columns[] = {
        {"Case", false}, {"Of", false}, {"Cash to date", true}, {"Cash at the end", true},
        {"Outcome income to date", true}, {"IRR", true}, {"IRR from here", true}};

    if (!b->report->n_cases)
        return;
    wg_html_heading(b->html, 2, "Against the cases");
    wg_table_begin(b->html, "Cash is what investors are paid less what they pay in", columns,
                   COUNT(columns));
    for (size_t i = 0; i < b->report->n_cases; i++)
        write_case(b, b->report->cases[i]);
    write_actual(b);
    wg_table_end(b->html);
    wg_html_details_begin(b->html, "How the rates are made");
    wg_html_paragraph(b->html, b->report->cases[0]->planned_irr->method);
    wg_html_paragraph(b->html, b->report->cases[0]->irr_at_completion->method);
    wg_html_details_end(b->html);
}

/* ---- Outcomes ---- */

static const char *
money_words(const struct block *b, const Money *money)
{
    return money ? wg_text_amount(b->arena, money->currency, money->amount) : "–";
}

static const char *
actual_words(const struct block *b, const Metric *metric)
{
    const Figure *actual = metric->actual;
    const char *value = *actual->value ? wg_text_decimal(b->arena, actual->value) : "*";

    if (strncmp(actual->note, "not meaningful", strlen("not meaningful")) == 0)
        value = "–";
    return *actual->restates ? wg_format(b->arena, "%s (restated: %s)", value, actual->restates)
                             : value;
}

/* How many people it is about; that nothing was measured is not that they are few. */
static const char *
people_words(const struct block *b, const Figure *actual)
{
    if (actual->n)
        return wg_format(b->arena, "%d", actual->n);
    return strncmp(actual->note, "not meaningful", strlen("not meaningful")) == 0 ? "–" : "*";
}

static void
write_metric(const struct block *b, const Metric *metric)
{
    wg_row_begin(b->html);
    wg_cell(b->html, metric->title);
    wg_cell(b->html, or_dash(metric->plan_low));
    wg_cell(b->html, or_dash(metric->plan_base));
    wg_cell(b->html, or_dash(metric->plan_high));
    wg_cell(b->html, actual_words(b, metric));
    wg_cell(b->html, share_words(b->arena, metric->share_of_plan));
    wg_cell(b->html, people_words(b, metric->actual));
    wg_row_end(b->html);
}

static void
write_against_plan(const struct block *b)
{
    static const struct wg_column columns[] = {
        {"Metric", false}, {"Low", true}, {"Base", true}, {"High", true}, {"Actual", true},
        {"Of base", true}, {"n", true}};

    wg_table_begin(b->html, "What was reached, beside what the cases expect by then", columns,
                   COUNT(columns));
    for (size_t i = 0; i < b->report->n_outcomes; i++)
        write_metric(b, b->report->outcomes[i]);
    wg_table_end(b->html);
}

static void
write_paid(const struct block *b, const Metric *metric)
{
    wg_row_begin(b->html);
    wg_cell(b->html, metric->title);
    wg_cell(b->html, or_dash(metric->achieved));
    wg_cell(b->html, or_dash(metric->claimed));
    wg_cell(b->html, or_dash(metric->validated));
    wg_cell(b->html, or_dash(metric->paid));
    wg_cell(b->html, money_words(b, metric->unit_price));
    wg_cell(b->html, money_words(b, metric->issued));
    wg_cell(b->html, money_words(b, metric->earned_unpaid));
    wg_cell(b->html, money_words(b, metric->headroom));
    wg_row_end(b->html);
}

static void
write_from_achieved_to_paid(const struct block *b)
{
    static const struct wg_column columns[] = {
        {"Metric", false}, {"Achieved", true}, {"Claimed", true}, {"Validated", true},
        {"Paid", true}, {"Unit price", true}, {"Issued", true}, {"Earned, unpaid", true},
        {"Left under cap", true}};

    wg_table_begin(b->html, "From achieved to paid, to date", columns, COUNT(columns));
    for (size_t i = 0; i < b->report->n_outcomes; i++)
        write_paid(b, b->report->outcomes[i]);
    wg_table_end(b->html);
}

static void
write_metric_methods(const struct block *b)
{
    wg_html_details_begin(b->html, "How each outcome is made");
    wg_summary_begin(b->html);
    for (size_t i = 0; i < b->report->n_outcomes; i++) {
        const Figure *actual = b->report->outcomes[i]->actual;

        wg_summary_row(b->html, b->report->outcomes[i]->title,
                       wg_format(b->arena, "%s, over %s, %s. %s %s", actual->numerator,
                                 *actual->denominator ? actual->denominator : "all time",
                                 *actual->period ? actual->period : "no period", actual->method,
                                 actual->note));
    }
    wg_summary_end(b->html);
    wg_html_details_end(b->html);
}

void
write_outcomes(const struct block *b)
{
    if (!b->report->n_outcomes)
        return;
    wg_html_heading(b->html, 2, "Outcomes");
    write_against_plan(b);
    write_from_achieved_to_paid(b);
    write_metric_methods(b);
}

/* ---- The cohort ---- */

/* "240 of 250". */
static const char *
beside_plan(const struct block *b, const char *count, const char *planned)
{
    return *planned ? wg_format(b->arena, "%s of %s", count, planned) : count;
}

static void
write_quarter(const struct block *b, const char *title, const CohortQuarter *row)
{
    wg_cell(b->html, title);
    wg_cell(b->html, beside_plan(b, row->referrals, row->planned_referrals));
    wg_cell(b->html, beside_plan(b, row->starts, row->planned_starts));
    wg_cell(b->html, beside_plan(b, row->engaged, row->planned_engaged));
    wg_cell(b->html, beside_plan(b, row->completed, row->planned_completed));
    wg_cell(b->html, beside_plan(b, row->lost, row->planned_lost));
    wg_row_end(b->html);
}

static const struct wg_column cohort_columns[] = {
    {"Quarter", false}, {"Referred", true}, {"Started", true}, {"Engaged", true},
    {"Completed", true}, {"Lost", true}};

static void
write_quarters(const struct block *b)
{
    const Wellgate__Bonds__V1__Cohort *cohort = b->report->cohort;

    wg_html_details_begin(b->html, "Quarter by quarter");
    wg_table_begin(b->html, "Referrals by quarter, each of what the base case expects",
                   cohort_columns, COUNT(cohort_columns));
    for (size_t i = 0; i < cohort->n_quarters; i++) {
        wg_row_begin(b->html);
        write_quarter(b, cohort->quarters[i]->quarter, cohort->quarters[i]);
    }
    wg_table_end(b->html);
    wg_html_details_end(b->html);
}

static void
write_to_date(const struct block *b)
{
    const Wellgate__Bonds__V1__Cohort *cohort = b->report->cohort;

    wg_table_begin(b->html, "Referrals to date, each of what the base case expects by then",
                   cohort_columns, COUNT(cohort_columns));
    wg_row_begin(b->html);
    write_quarter(b, "To date", cohort->to_date);
    wg_table_end(b->html);
}

void
write_cohort(const struct block *b)
{
    if (!b->report->cohort || !b->report->cohort->n_quarters)
        return;
    wg_html_heading(b->html, 2, "People");
    write_to_date(b);
    write_quarters(b);
}
