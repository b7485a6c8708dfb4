/* report_csv.c - a report for a spreadsheet: one row for each thing that it tells. */
#include <string.h>
#include <wellgate/csv.h>

#include "items.h"
#include "views.h"

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
put_item(struct wg_csv_writer *csv, const struct item *item, const Report *report)
{
    struct row row = {.section = item->money ? "amount" : "figure", .item = item->field,
                      .value = item_value(item), .unit = item_unit(item),
                      .data_date = report->end_date};

    if (item->figure) {
        row.numerator = item->figure->numerator;
        row.denominator = item->figure->denominator;
        row.n = wg_format(csv->arena, "%d", item->figure->n);
        row.data_date = item->figure->data_date;
        row.method = item->figure->method;
        row.note = item->figure->note;
    }
    put_row(csv, &row);
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
    for (size_t i = 0; report->comparison && i < report->comparison->n_changes; i++)
        put_change(&csv, report->comparison, report->comparison->changes[i]);
    put_provenance(&csv, report);
    *text = (struct wg_bytes){csv.text, csv.length};
    return csv.failed ? wg_no_memory(call) : NULL;
}
