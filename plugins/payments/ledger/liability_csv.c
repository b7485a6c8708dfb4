/* liability_csv.c - what payers owe, and may owe, for a spreadsheet. */
#include <string.h>
#include <wellgate/csv.h>

#include "forecast.h"
#include "liability.h"

typedef Wellgate__Payments__V1__Liability__Year Year;
typedef Wellgate__Payments__V1__Liability__Forecast Forecast;
typedef Wellgate__Payments__V1__Liability__ForecastYear ForecastYear;

#define KIND(name) WELLGATE__PAYMENTS__V1__PLAN__KIND__##name
#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static const ForecastYear *
expected_of(const Forecast *forecast, const Year *year)
{
    for (size_t i = 0; i < forecast->n_years; i++)
        if (strcmp(forecast->years[i]->financial_year, year->financial_year) == 0 &&
            strcmp(forecast->years[i]->payer, year->payer) == 0)
            return forecast->years[i];
    return NULL;
}

/* Low, base and high; empty where there is no such plan. */
static void
put_forecasts(const Liability *liability, const Year *year, const char **cells)
{
    static const Wellgate__Payments__V1__Plan__Kind kinds[] = {KIND(LOW), KIND(BASE), KIND(HIGH)};

    for (size_t k = 0; k < COUNT(kinds); k++) {
        cells[k] = "";
        for (size_t i = 0; i < liability->n_forecasts; i++) {
            const ForecastYear *expected = expected_of(liability->forecasts[i], year);

            if (liability->forecasts[i]->kind == kinds[k] && expected)
                cells[k] = expected->forecast->amount;
        }
    }
}

const struct wg_problem *
liability_csv(struct wg_call *call, const ProtobufCMessage *output, struct wg_bytes *text)
{
    static const char *const head[] = {
        "financialYear", "payer", "currency", "issued", "accrued", "billed", "disputed", "toBeCredited", "settled",
        "outstanding", "lowForecast", "baseForecast", "highForecast"};
    const Liability *liability = (const Liability *)output;
    struct wg_csv_writer csv = {.arena = wg_call_arena(call)};

    wg_csv_row(&csv, head, COUNT(head));
    for (size_t i = 0; i < liability->n_years; i++) {
        const Year *year = liability->years[i];
        const char *cells[COUNT(head)] = {
            year->financial_year, year->payer, year->issued->currency, year->issued->amount, year->accrued->amount,
            year->billed->amount, year->disputed->amount, year->to_be_credited->amount, year->settled->amount,
            year->outstanding->amount};

        put_forecasts(liability, year, &cells[COUNT(head) - 3]);
        wg_csv_row(&csv, cells, COUNT(cells));
    }
    *text = (struct wg_bytes){csv.text, csv.length};
    return csv.failed ? wg_no_memory(call) : NULL;
}
