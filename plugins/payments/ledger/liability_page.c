/* liability_page.c - what payers owe, for whoever has to find the money. */
#include <string.h>
#include <wellgate/html.h>
#include <wellgate/text.h>

#include "forecast.h"
#include "liability.h"
#include "statements/statement_writing.h"

typedef Wellgate__Payments__V1__Liability__Year Year;
typedef Wellgate__Payments__V1__Liability__Headroom Headroom;
typedef Wellgate__Payments__V1__Liability__Forecast Forecast;
typedef Wellgate__Payments__V1__Liability__ForecastYear ForecastYear;
typedef Wellgate__Payments__V1__Liability__PlannedOutcome PlannedOutcome;

#define KIND(name) WELLGATE__PAYMENTS__V1__PLAN__KIND__##name

static const char *
kind_words(Wellgate__Payments__V1__Plan__Kind kind)
{
    return kind == KIND(LOW) ? "low case" : kind == KIND(HIGH) ? "high case" : "base case";
}

/* ---- By year ---- */

enum { SUMS_MAX = 5 };

/* The rows of a table so far, column by column. */
struct sums {
    int64_t minor[SUMS_MAX];
};

/* A year's row, or that of all of them, where year is NULL. */
static void
write_sums(struct writing *w, const char *year, const char *payer, const int64_t *minor, size_t n)
{
    if (year)
        wg_row_begin(&w->html);
    else
        wg_total_begin(&w->html);
    wg_cell(&w->html, year ? year : "All");
    wg_cell(&w->html, payer ? organisation_title(w->call, payer) : "");
    for (size_t i = 0; i < n; i++)
        wg_cell_money(&w->html, w->currency, minor[i]);
    wg_row_end(&w->html);
}

static void
add_sums(struct sums *all, const int64_t *minor, size_t n)
{
    for (size_t i = 0; i < n; i++)
        all->minor[i] += minor[i];
}

static const struct wg_column owed_columns[] = {
    {"Financial year", false}, {"Payer", false}, {"Issued", true}, {"Accrued", true}, {"Issued and accrued", true},
    {"Forecast", true}, {"Outturn", true}};

enum { OWED = 3, OWED_AND_FORECAST = 5, NAMES = 2 };

/* The plan's own rows are beside the others, or behind them: years to come. */
static const Year *
year_of(const Liability *liability, const ForecastYear *expected)
{
    for (size_t i = 0; i < liability->n_years; i++)
        if (strcmp(liability->years[i]->financial_year, expected->financial_year) == 0 &&
            strcmp(liability->years[i]->payer, expected->payer) == 0)
            return liability->years[i];
    return NULL;
}

/* expected  NULL: nothing is forecast */
static void
write_year(struct writing *w, const Year *year, const ForecastYear *expected, struct sums *all)
{
    int64_t issued = minor_of(year->issued), accrued = minor_of(year->accrued);
    const int64_t minor[] = {issued, accrued, issued + accrued, expected ? minor_of(expected->forecast) : 0,
                             expected ? minor_of(expected->outturn) : 0};
    size_t n = expected ? OWED_AND_FORECAST : OWED;

    write_sums(w, year->financial_year, year->payer, minor, n);
    add_sums(all, minor, n);
}

static void
write_years(struct writing *w, const Liability *liability)
{
    struct sums all = {0};

    wg_table_begin(&w->html, "What each payer owes, without tax", owed_columns, NAMES + OWED);
    for (size_t i = 0; i < liability->n_years; i++)
        write_year(w, liability->years[i], NULL, &all);
    write_sums(w, NULL, NULL, all.minor, OWED);
    wg_table_end(&w->html);
}

static void
write_forecast_years(struct writing *w, const Liability *liability, const Forecast *forecast)
{
    struct sums all = {0};

    wg_table_begin(&w->html, wg_format(w->arena, "What each payer owes, and may owe, without tax: %s",
                                       kind_words(forecast->kind)),
                   owed_columns, NAMES + OWED_AND_FORECAST);
    for (size_t i = 0; i < forecast->n_years; i++) {
        const Year *year = year_of(liability, forecast->years[i]);

        if (year)
            write_year(w, year, forecast->years[i], &all);
    }
    write_sums(w, NULL, NULL, all.minor, OWED_AND_FORECAST);
    wg_table_end(&w->html);
}

/* What was asked for and paid: by statements, so that both are of the same ones. */
static void
write_billed(struct writing *w, const Liability *liability)
{
    static const struct wg_column columns[] = {
        {"Financial year", false}, {"Payer", false}, {"Asked for", true}, {"In dispute", true},
        {"To be credited", true}, {"Paid", true}, {"Left to pay", true}};
    struct sums all = {0};

    wg_html_heading(&w->html, 2, "Asked for and paid");
    wg_table_begin(&w->html, "By statements of periods that end in the year, tax included", columns, COUNT(columns));
    for (size_t i = 0; i < liability->n_years; i++) {
        const Year *year = liability->years[i];
        const int64_t minor[] = {minor_of(year->billed), minor_of(year->disputed), minor_of(year->to_be_credited),
                                 minor_of(year->settled), minor_of(year->outstanding)};

        write_sums(w, year->financial_year, year->payer, minor, COUNT(minor));
        add_sums(&all, minor, COUNT(minor));
    }
    write_sums(w, NULL, NULL, all.minor, SUMS_MAX);
    wg_table_end(&w->html);
}

static void
write_owed(struct writing *w, const Liability *liability)
{
    wg_html_heading(&w->html, 2, "By financial year");
    for (size_t i = 0; i < liability->n_forecasts; i++)
        write_forecast_years(w, liability, liability->forecasts[i]);
    if (!liability->n_forecasts)
        write_years(w, liability);
    wg_html_inset(&w->html, liability->forecast_note);
}

/* ---- Ceilings ---- */

static void
write_headroom_of(struct writing *w, const Headroom *headroom)
{
    wg_row_begin(&w->html);
    wg_cell(&w->html, organisation_title(w->call, headroom->payer));
    if (headroom->ceiling) {
        wg_cell_money(&w->html, w->currency, minor_of(headroom->ceiling));
        wg_cell_money(&w->html, w->currency, minor_of(headroom->left));
        wg_cell_money(&w->html, w->currency, minor_of(headroom->left_after_accrual));
    } else {
        wg_cell(&w->html, "No ceiling agreed");
        wg_cell(&w->html, "");
        wg_cell(&w->html, "");
    }
    wg_row_end(&w->html);
}

static void
write_headroom(struct writing *w, const Liability *liability)
{
    static const struct wg_column columns[] = {
        {"Payer", false}, {"Ceiling", true}, {"Left", true}, {"Left after accrual", true}};

    wg_html_heading(&w->html, 2, "Headroom");
    wg_table_begin(&w->html, "What is left under each ceiling, without tax", columns, COUNT(columns));
    for (size_t i = 0; i < liability->n_headroom; i++)
        write_headroom_of(w, liability->headroom[i]);
    wg_table_end(&w->html);
}

/* ---- Plans ---- */

static const char *
period_words(struct writing *w, const char *text)
{
    struct wg_period period;

    return wg_period_parse(text, &period) ? wg_text_period(w->arena, period) : text;
}

/* Of a period that has not begun nothing is actual. */
static void
write_outcome(struct writing *w, const PlannedOutcome *outcome)
{
    int64_t planned = minor_of(outcome->planned_amount), actual = minor_of(outcome->actual_amount);

    wg_row_begin(&w->html);
    wg_cell(&w->html, title_of_rule(w->arena, &w->facts.versions, outcome->rule));
    wg_cell(&w->html, period_words(w, outcome->period));
    wg_cell(&w->html, value_words(w, outcome->planned));
    wg_cell(&w->html, value_words(w, outcome->actual));
    wg_cell_money(&w->html, w->currency, planned);
    if (outcome->actual_amount) {
        wg_cell_money(&w->html, w->currency, actual);
        wg_cell_money(&w->html, w->currency, actual - planned);
    } else {
        wg_cell(&w->html, "");
        wg_cell(&w->html, "");
    }
    wg_row_end(&w->html);
}

static void
write_plan(struct writing *w, const Forecast *forecast)
{
    static const struct wg_column columns[] = {
        {"Outcome", false}, {"Period", false}, {"Planned", true}, {"Actual", true},
        {"Planned amount", true}, {"Actual amount", true}, {"Difference", true}};

    wg_html_heading(&w->html, 2, wg_format(w->arena, "Plan and actual: %s", kind_words(forecast->kind)));
    wg_html_open(&w->html, "p");
    wg_html_textf(&w->html, "As expected on %s (%s): ", wg_text_date_of(w->arena, forecast->plan_date),
                  forecast->basis);
    wg_html_link_name(&w->html, forecast->plan);
    wg_html_close(&w->html, "p");
    wg_table_begin(&w->html, "Units or figures, and what they come to, by outcome and period",
                   columns, COUNT(columns));
    for (size_t i = 0; i < forecast->n_outcomes; i++)
        write_outcome(w, forecast->outcomes[i]);
    wg_table_end(&w->html);
}

/* ---- The whole ---- */

const struct wg_problem *
liability_page(struct wg_call *call, const ProtobufCMessage *output, struct wg_bytes *text)
{
    const Liability *liability = (const Liability *)output;
    const struct wg_problem *problem;
    struct writing w;

    if ((problem = contract_page_begin(&w, call, liability->contract, "Liability", ":liability")) ||
        (problem = versions_load(call, liability->contract, &w.facts.versions)))
        return problem;
    w.page.data_date = *liability->accrued_to_date ? liability->accrued_to_date : NULL;
    w.page.provenance = wg_format(w.arena,
                                  "Reckoned from the evidence recorded up to event %llu of the programme.",
                                  (unsigned long long)liability->known_at_sequence);
    write_owed(&w, liability);
    write_billed(&w, liability);
    write_headroom(&w, liability);
    for (size_t i = 0; i < liability->n_forecasts; i++)
        write_plan(&w, liability->forecasts[i]);
    return contract_page_end(&w, text);
}
