/* report_csv.c - a row for each figure, whole by itself. */
#include <wellgate/csv.h>
#include <wellgate/messages.h>

#include "report.h"

#define UNIT_WORD(value) wg_enum_word(&wellgate__reports__v1__report_figure__unit__descriptor, (int)(value))
#define METHOD_WORD(value) wg_enum_word(&wellgate__reports__v1__report_figure__method__descriptor, (int)(value))

static void
put_figure(struct wg_csv_writer *csv, const Report *report, const Table *table,
           const Figure *figure)
{
    const char *n = wg_format(csv->arena, "%llu", (unsigned long long)figure->n);
    const char *known = wg_format(csv->arena, "%llu", (unsigned long long)report->known_at_sequence);
    const char *const cells[] = {
        report->kind, table->key, table->title, figure->key, figure->label, figure->group,
        figure->value, *figure->currency ? figure->currency : UNIT_WORD(figure->unit), figure->exact,
        figure->numerator_rule, figure->numerator, figure->denominator_rule, figure->denominator, n,
        figure->interval ? figure->interval->low : "", figure->interval ? figure->interval->high : "",
        figure->interval ? METHOD_WORD(figure->interval->method) : "", figure->note, report->period,
        report->data_date, known};

    wg_csv_row(csv, cells, sizeof(cells) / sizeof(cells[0]));
    csv->failed = csv->failed || !n || !known;
}

const struct wg_problem *
report_csv(struct wg_call *call, const ProtobufCMessage *output, struct wg_bytes *text)
{
    static const char *const columns[] = {
        "report", "table", "tableTitle", "key", "label", "group", "value", "unit", "exact",
        "numeratorRule", "numerator", "denominatorRule", "denominator", "n", "low", "high",
        "method", "note", "period", "dataDate", "knownAtSequence"};
    struct wg_csv_writer csv = {.arena = wg_call_arena(call)};
    const Report *report = (const Report *)output;

    wg_csv_row(&csv, columns, sizeof(columns) / sizeof(columns[0]));
    for (size_t t = 0; t < report->n_tables; t++)
        for (size_t f = 0; f < report->tables[t]->n_figures; f++)
            put_figure(&csv, report, report->tables[t], report->tables[t]->figures[f]);
    *text = (struct wg_bytes){csv.text, csv.length};
    return csv.failed ? wg_no_memory(call) : NULL;
}
