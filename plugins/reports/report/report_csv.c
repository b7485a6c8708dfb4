/* report_csv.c - a row for each figure, whole by itself. */
#include <wellgate/csv.h>
#include <wellgate/messages.h>

#include "report.h"

#define UNIT_WORD(value) wg_enum_word(&wellgate__reports__v1__report_figure__unit__descriptor, (int)(value))
#define METHOD_WORD(value) wg_enum_word(&wellgate__reports__v1__report_figure__method__descriptor, (int)(value))

#define BY_WORD(value) wg_enum_word(&wellgate__reports__v1__report_dimension__code__descriptor, (int)(value))

/* What every row says of its report, beside the figure. */
struct about {
    const Report *report;
    const char *by, *where, *months, *declarations, *known;
};

static const char *
joined(struct wg_arena *arena, char *const *list, size_t n, const char *between)
{
    const char *text = "";

    for (size_t i = 0; text && i < n; i++)
        text = wg_format(arena, "%s%s%s", text, i ? between : "", list[i]);
    return text;
}

static bool
read_about(struct wg_arena *arena, const Report *report, const Request *request, struct about *about)
{
    int months = report_months(request);

    *about = (struct about){
        .report = report, .by = request->by ? BY_WORD(request->by) : "",
        .where = joined(arena, request->where, request->n_where, "; "),
        .months = months ? wg_format(arena, "%d", months) : "",
        .declarations = joined(arena, report->declarations, report->n_declarations, " "),
        .known = wg_format(arena, "%llu", (unsigned long long)report->known_at_sequence)};
    return about->where && about->months && about->declarations && about->known;
}

static void
put_figure(struct wg_csv_writer *csv, const struct about *about, const Table *table, const Figure *figure)
{
    const char *n = figure_has_n(figure) ? wg_format(csv->arena, "%llu", (unsigned long long)figure->n) : "";
    const char *const cells[] = {
        about->report->programme, about->report->kind, table->key, table->title, figure->key, figure->label,
        about->by, figure->group, figure->value,
        *figure->currency ? figure->currency : UNIT_WORD(figure->unit), figure->exact,
        figure->numerator_rule, figure->numerator, figure->denominator_rule, figure->denominator, n,
        figure->interval ? figure->interval->low : "", figure->interval ? figure->interval->high : "",
        figure->interval ? METHOD_WORD(figure->interval->method) : "", figure->note, about->report->period,
        about->where, about->months, about->declarations, about->report->data_date, about->known};

    wg_csv_row(csv, cells, sizeof(cells) / sizeof(cells[0]));
    csv->failed = csv->failed || !n;
}

const struct wg_problem *
report_write_csv(struct wg_call *call, const Report *report, const Request *request, struct wg_bytes *text)
{
    static const char *const columns[] = {
        "programme", "report", "table", "tableTitle", "key", "label", "by", "group", "value", "unit", "exact",
        "numeratorRule", "numerator", "denominatorRule", "denominator", "n", "low", "high", "method", "note",
        "period", "where", "windowMonths", "declarations", "dataDate", "knownAtSequence"};
    struct wg_csv_writer csv = {.arena = wg_call_arena(call)};
    struct about about;

    if (!read_about(csv.arena, report, request, &about))
        return wg_no_memory(call);
    wg_csv_row(&csv, columns, sizeof(columns) / sizeof(columns[0]));
    for (size_t t = 0; t < report->n_tables; t++)
        for (size_t f = 0; f < report->tables[t]->n_figures; f++)
            put_figure(&csv, &about, report->tables[t], report->tables[t]->figures[f]);
    *text = (struct wg_bytes){csv.text, csv.length};
    return csv.failed ? wg_no_memory(call) : NULL;
}

const struct wg_problem *
report_csv(struct wg_call *call, const ProtobufCMessage *output, struct wg_bytes *text)
{
    return report_write_csv(call, (const Report *)output, (const Request *)wg_input(call), text);
}
