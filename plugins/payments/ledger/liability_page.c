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

static const struct wg_column year_columns[] = {
    {"Financial year", false}, {"Payer", false}, {"Issued", true}, {"Paid, with VAT", true},
    {"Accrued", true}, {"Forecast", true}, {"Outturn", true}};

enum { WITHOUT_FORECAST = 5 };

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

static void
write_year(struct writing *w, const Year *year)
{
    wg_row_begin(&w->html);
    wg_cell(&w->html, year->financial_year);
    wg_cell(&w->html, organisation_title(w->call, year->payer));
    wg_cell_money(&w->html, w->currency, minor_of(year->issued));
    wg_cell_money(&w->html, w->currency, minor_of(year->settled));
    wg_cell_money(&w->html, w->currency, minor_of(year->accrued));
}

static void
write_years(struct writing *w, const Liability *liability)
{
    wg_table_begin(&w->html, "What each payer owes", year_columns, WITHOUT_FORECAST);
    for (size_t i = 0; i < liability->n_years; i++) {
        write_year(w, liability->years[i]);
        wg_row_end(&w->html);
    }
    wg_table_end(&w->html);
}

static void
write_forecast_years(struct writing *w, const Liability *liability, const Forecast *forecast)
{
    wg_table_begin(&w->html, wg_format(w->arena, "What each payer owes, and may owe: %s",
                                       kind_words(forecast->kind)),
                   year_columns, COUNT(year_columns));
    for (size_t i = 0; i < forecast->n_years; i++) {
        const ForecastYear *expected = forecast->years[i];
        const Year *year = year_of(liability, expected);

        if (!year)
            continue;
        write_year(w, year);
        wg_cell_money(&w->html, w->currency, minor_of(expected->forecast));
        wg_cell_money(&w->html, w->currency, minor_of(expected->outturn));
        wg_row_end(&w->html);
    }
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
    wg_cell_money(&w->html, w->currency, minor_of(headroom->ceiling));
    wg_cell_money(&w->html, w->currency, minor_of(headroom->left));
    wg_cell_money(&w->html, w->currency, minor_of(headroom->left_after_accrual));
    wg_row_end(&w->html);
}

static void
write_headroom(struct writing *w, const Liability *liability)
{
    static const struct wg_column columns[] = {
        {"Payer", false}, {"Ceiling", true}, {"Left", true}, {"Left after accrual", true}};
    size_t limited = 0;

    for (size_t i = 0; i < liability->n_headroom; i++)
        limited += liability->headroom[i]->ceiling != NULL;
    if (!limited)
        return;
    wg_html_heading(&w->html, 2, "Headroom");
    wg_table_begin(&w->html, "What is left under each ceiling", columns, COUNT(columns));
    for (size_t i = 0; i < liability->n_headroom; i++)
        if (liability->headroom[i]->ceiling)
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
    struct writing w = {.call = call, .arena = wg_call_arena(call)};
    const struct wg_problem *problem;
    const ProtobufCMessage *message;
    struct wg_page page;

    if ((problem = wg_look(call, liability->contract, &message)) ||
        (problem = versions_load(call, liability->contract, &w.facts.versions)))
        return problem;
    w.facts.contract = (const Contract *)message;
    w.currency = w.facts.contract->currency;
    page = (struct wg_page){
        .title = "Liability", .context = w.facts.contract->title,
        .data_date = *liability->accrued_to_date ? liability->accrued_to_date : NULL,
        .provenance = wg_format(w.arena, "Reckoned from the evidence recorded up to event %llu of the programme.",
                                (unsigned long long)liability->known_at_sequence)};
    page.crumbs = wg_page_crumbs(w.arena, liability->contract, &page.n_crumbs);
    wg_page_begin(&w.html, w.arena, &page);
    write_owed(&w, liability);
    write_headroom(&w, liability);
    for (size_t i = 0; i < liability->n_forecasts; i++)
        write_plan(&w, liability->forecasts[i]);
    return wg_page_end(&w.html, text) ? NULL : wg_no_memory(call);
}
