/* reported.c - what a bond's last published report says of outcomes and rates of return: its
 * counts are as they may be told to anybody. */
#include <string.h>
#include <wellgate/decimal.h>

#include "records.h"
#include "wellgate/bonds/v1/reports.pb-c.h"

typedef Wellgate__Bonds__V1__Report Report;
typedef Wellgate__Bonds__V1__Metric Metric;
typedef Wellgate__Bonds__V1__IndigoResult Result;

#define RATE_DIGITS 18

/* ---- The report ---- */

static bool
take_report(void *context, const struct wg_record *record)
{
    const Report *report = (const Report *)record->message, **last = context;

    if (report->state == WELLGATE__BONDS__V1__REPORT__STATE__PUBLISHED &&
        (!*last || strcmp(report->end_date, (*last)->end_date) > 0))
        *last = report;
    return true;
}

/* ---- Results ---- */

static Result *
result_new(struct records *records, const Report *report, const char *level)
{
    bool is_final = strcmp(report->end_date, records->bond->end_date) >= 0;
    Result *result = row_add(records->arena, records->project, "results");

    if (!result)
        return NULL;
    result->result_level = text_new(records->arena, level);
    result->result_type = text_new(records->arena, is_final ? "Final" : "Interim");
    result->period = period_new(records->arena, records->bond->start_date, report->end_date);
    result->source_ids = source_id(records, records->bond->name);
    result->notes = literal_new(records->arena, report->name);
    return result;
}

static bool
add_result(struct records *records, const Report *report, const Metric *metric)
{
    struct wg_arena *arena = records->arena;
    Result *result = result_new(records, report, "Outcome level");
    const char *value = metric->actual->value;

    if (!result)
        return false;
    if (metric->n_rules == 1)
        result->outcome_metric_id =
            text_new(arena, wg_format(arena, "%s/%s", wg_name_id(metric->contract),
                                      metric->rules[0]));
    result->outcomes_achieved = text_new(arena, *value ? value : metric->actual->note);
    result->other_description_of_result = text_new(arena, metric->title);
    return true;
}

/* Those who were engaged, where their number may be told. */
static bool
add_engaged(struct records *records, const Report *report)
{
    const char *engaged =
        report->cohort && report->cohort->to_date ? report->cohort->to_date->engaged : "";
    Result *result;

    if (!wg_decimal_valid(engaged))
        return true;
    if (!(result = result_new(records, report, "Project level")))
        return false;
    result->number_engaged_in_impact_bond = number_new(records->arena, engaged);
    return true;
}

/* ---- Rates ---- */

/* "0.07": "7%". NULL where there is none. */
static IndigoText *
percent_new(struct wg_arena *arena, const char *rate)
{
    int64_t value;
    const char *text;

    if (!wg_decimal_parse(rate, RATE_DIGITS, &value))
        return NULL;
    text = wg_decimal_format(arena, value, RATE_DIGITS - 2);
    return text ? text_new(arena, wg_format(arena, "%s%%", text)) : NULL;
}

/* With what is left; reports of before that was told have the rate on cash alone. */
static const char *
latest_rate(const Report *report)
{
    const Wellgate__Bonds__V1__Figure *rate =
        report->valued_irr ? report->valued_irr : report->irr;

    return rate ? rate->value : "";
}

static bool
set_return(struct records *records, const Report *report)
{
    struct wg_arena *arena = records->arena;
    Wellgate__Bonds__V1__IndigoInvestmentDetails *details = details_of(records);
    Wellgate__Bonds__V1__IndigoReturn *rate =
        wg_new_message(arena, &wellgate__bonds__v1__indigo_return__descriptor);

    if (!details || !rate)
        return false;
    rate->target = percent_new(arena, report->target_irr);
    if ((rate->latest = percent_new(arena, latest_rate(report))))
        rate->date = date_new(arena, report->end_date);
    if (rate->target || rate->latest)
        details->internal_rate_of_return = rate;
    return true;
}

const struct wg_problem *
add_reported(struct records *records)
{
    const Report *report = NULL;
    const struct wg_problem *problem = wg_scan(records->call, "bonds/Report", records->bond->name,
                                               NULL, take_report, &report);

    if (problem || !report)
        return problem;
    for (size_t i = 0; i < report->n_outcomes; i++)
        if (!add_result(records, report, report->outcomes[i]))
            return no_memory(records->call);
    return add_engaged(records, report) && set_return(records, report) &&
                   add_bond_source(records)
               ? NULL : no_memory(records->call);
}
