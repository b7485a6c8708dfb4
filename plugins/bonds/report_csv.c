/* report_csv.c - a report for a spreadsheet: one row for each thing that it tells. */
#include <string.h>
#include <wellgate/csv.h>

#include "items.h"
#include "views.h"

typedef Wellgate__Bonds__V1__CaseOutlook CaseOutlook;
typedef Wellgate__Bonds__V1__CasePoint CasePoint;
typedef Wellgate__Bonds__V1__Change Change;
typedef Wellgate__Bonds__V1__Movement Movement;
typedef Wellgate__Bonds__V1__OutcomeIncome OutcomeIncome;

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* A row; what is left out is empty. */
struct row {
    const char *section, *item, *period, *payer, *value, *unit, *numerator, *denominator, *n,
        *data_date, *method, *note, *source;
};

static void
put_row(struct wg_csv_writer *csv, const struct row *row)
{
    const char *const cells[] = {row->section, row->item, row->period, row->payer, row->value,
                                 row->unit, row->numerator, row->denominator, row->n,
                                 row->data_date, row->method, row->note, row->source};

    wg_csv_row(csv, cells, COUNT(cells));
}

/* ---- What it tells ---- */

static void
put_figure(struct wg_csv_writer *csv, const char *section, const char *item, const char *source,
           const Figure *figure)
{
    put_row(csv, &(struct row){.section = section, .item = item, .value = figure->value,
                                .unit = figure->unit, .numerator = figure->numerator,
                                .denominator = figure->denominator,
                                .n = wg_format(csv->arena, "%d", figure->n),
                                .data_date = figure->data_date, .method = figure->method,
                                .note = figure->note, .source = source});
}

static void
put_item(struct wg_csv_writer *csv, const struct item *item, const Report *report)
{
    if (item->figure)
        put_figure(csv, "figure", item->field, NULL, item->figure);
    else
        put_row(csv, &(struct row){.section = "amount", .item = item->field,
                                    .value = item_value(item), .unit = item_unit(item),
                                    .data_date = report->end_date});
}

static void
put_income(struct wg_csv_writer *csv, const OutcomeIncome *income)
{
    put_row(csv, &(struct row){.section = "outcomeIncome", .item = "amount",
                                .payer = income->payer, .value = income->amount->amount,
                                .unit = income->amount->currency, .data_date = income->end_date,
                                .source = income->statement});
}

static void
put_movement(struct wg_csv_writer *csv, const Movement *movement)
{
    const struct {
        const char *item;
        const Money *money;
    } parts[] = {{"drawn", movement->drawn},
                 {"principalRepaid", movement->principal_repaid},
                 {"interest", movement->interest},
                 {"surplus", movement->surplus},
                 {"writtenOff", movement->written_off},
                 {"outcomeIncome", movement->outcome_income},
                 {"outstanding", movement->outstanding}};

    for (size_t i = 0; i < COUNT(parts); i++)
        if (parts[i].money) /* older reports have not all of them */
            put_row(csv, &(struct row){.section = "movement", .item = parts[i].item,
                                        .period = movement->quarter,
                                        .value = parts[i].money->amount,
                                        .unit = parts[i].money->currency});
}

static void
put_point(struct wg_csv_writer *csv, const char *source, const CasePoint *point)
{
    const struct {
        const char *item;
        const Money *money;
    } parts[] = {{"drawn", point->drawn},
                 {"distributed", point->distributed},
                 {"net", point->net},
                 {"outcomeIncome", point->outcome_income}};

    for (size_t i = 0; i < COUNT(parts); i++)
        put_row(csv, &(struct row){.section = "case", .item = parts[i].item,
                                    .period = point->quarter, .value = parts[i].money->amount,
                                    .unit = parts[i].money->currency, .source = source});
}

/* Its points are sums to date. */
static void
put_case(struct wg_csv_writer *csv, const CaseOutlook *outlook)
{
    put_figure(csv, "case", "plannedIrr", outlook->case_, outlook->planned_irr);
    put_figure(csv, "case", "irrAtCompletion", outlook->case_, outlook->irr_at_completion);
    for (size_t i = 0; i < outlook->n_points; i++)
        put_point(csv, outlook->case_, outlook->points[i]);
}

/* Told and restated; what it is now stands above. */
static void
put_change(struct wg_csv_writer *csv, const Wellgate__Bonds__V1__Comparison *comparison,
           const Change *change)
{
    struct row row = {.section = "reported", .item = change->item, .value = change->reported,
                      .unit = change->unit, .data_date = comparison->end_date,
                      .source = comparison->report};

    put_row(csv, &row);
    row.section = "restated";
    row.value = change->restated;
    put_row(csv, &row);
}

static void
put_provenance(struct wg_csv_writer *csv, const Report *report)
{
    const char *sequence = wg_format(csv->arena, "%llu",
                                     (unsigned long long)report->known_at_sequence);

    put_row(csv, &(struct row){.section = "provenance", .item = "name", .value = report->name});
    put_row(csv, &(struct row){.section = "provenance", .item = "contentHash",
                                .value = report->content_hash});
    put_row(csv, &(struct row){.section = "provenance", .item = "knownAtSequence",
                                .value = sequence});
    put_row(csv, &(struct row){.section = "provenance", .item = "commentary",
                                .value = report->commentary});
}

const struct wg_problem *
report_csv(struct wg_call *call, const ProtobufCMessage *output, struct wg_bytes *text)
{
    struct wg_csv_writer csv = {.arena = wg_call_arena(call)};
    const Report *report = (const Report *)output;
    struct item items[ITEMS_MAX];
    size_t n = items_of(report, items);

    put_row(&csv, &(struct row){"section", "item", "period", "payer", "value", "unit",
                                 "numerator", "denominator", "n", "dataDate", "method", "note",
                                 "source"});
    for (size_t i = 0; i < n; i++)
        put_item(&csv, &items[i], report);
    for (size_t i = 0; i < report->n_movements; i++)
        put_movement(&csv, report->movements[i]);
    for (size_t i = 0; i < report->n_outcome_income; i++)
        put_income(&csv, report->outcome_income[i]);
    for (size_t i = 0; i < report->n_cases; i++)
        put_case(&csv, report->cases[i]);
    for (size_t i = 0; report->comparison && i < report->comparison->n_changes; i++)
        put_change(&csv, report->comparison, report->comparison->changes[i]);
    put_provenance(&csv, report);
    *text = (struct wg_bytes){csv.text, csv.length};
    return csv.failed ? wg_no_memory(call) : NULL;
}
