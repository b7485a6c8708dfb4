/* report_csv.c - a report for a spreadsheet: one row for each thing that it tells. */
#include <string.h>

#include "items.h"
#include "views.h"

typedef Wellgate__Bonds__V1__Change Change;
typedef Wellgate__Bonds__V1__Movement Movement;
typedef Wellgate__Bonds__V1__OutcomeIncome OutcomeIncome;

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

struct rows {
    struct wg_arena *arena;
    char *text;
    size_t length, room;
    bool failed;
};

/* A row; what is left out is empty. */
struct row {
    const char *section, *item, *period, *payer, *value, *unit, *numerator, *denominator, *n,
        *data_date, *method, *note, *source;
};

/* ---- Rows as text ---- */

static void
put(struct rows *rows, const char *text, size_t length)
{
    if (rows->length + length > rows->room) {
        size_t room = 2 * (rows->length + length) + 1024;
        char *more = wg_alloc(rows->arena, room);

        if ((rows->failed = rows->failed || !more))
            return;
        if (rows->length)
            memcpy(more, rows->text, rows->length);
        rows->text = more;
        rows->room = room;
    }
    memcpy(rows->text + rows->length, text, length);
    rows->length += length;
}

/* Quoted always (RFC 4180). What a spreadsheet would take for a formula gets a "'" before it;
 * an amount below zero is none. */
static void
put_cell(struct rows *rows, const char *text, bool first)
{
    text = text ? text : "";
    put(rows, first ? "\"" : ",\"", first ? 1 : 2);
    if (*text && strchr("=+@\t\r", *text))
        put(rows, "'", 1);
    for (; *text; text++) {
        if (*text == '"')
            put(rows, "\"", 1);
        put(rows, text, 1);
    }
    put(rows, "\"", 1);
}

static void
put_row(struct rows *rows, const struct row *row)
{
    const char *const cells[] = {row->section, row->item, row->period, row->payer, row->value,
                                 row->unit, row->numerator, row->denominator, row->n,
                                 row->data_date, row->method, row->note, row->source};

    for (size_t i = 0; i < COUNT(cells); i++)
        put_cell(rows, cells[i], i == 0);
    put(rows, "\r\n", 2);
}

/* ---- What it tells ---- */

static void
put_item(struct rows *rows, const struct item *item, const Report *report)
{
    struct row row = {.section = item->money ? "amount" : "figure", .item = item->field,
                      .value = item_value(item), .unit = item_unit(item),
                      .data_date = report->end_date};

    if (item->figure) {
        row.numerator = item->figure->numerator;
        row.denominator = item->figure->denominator;
        row.n = wg_format(rows->arena, "%d", item->figure->n);
        row.data_date = item->figure->data_date;
        row.method = item->figure->method;
        row.note = item->figure->note;
    }
    put_row(rows, &row);
}

static void
put_income(struct rows *rows, const OutcomeIncome *income)
{
    put_row(rows, &(struct row){.section = "outcomeIncome", .item = "amount",
                                .payer = income->payer, .value = income->amount->amount,
                                .unit = income->amount->currency, .data_date = income->end_date,
                                .source = income->statement});
}

static void
put_movement(struct rows *rows, const Movement *movement)
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
            put_row(rows, &(struct row){.section = "movement", .item = parts[i].item,
                                        .period = movement->quarter,
                                        .value = parts[i].money->amount,
                                        .unit = parts[i].money->currency});
}

/* Told and restated; what it is now stands above. */
static void
put_change(struct rows *rows, const Wellgate__Bonds__V1__Comparison *comparison,
           const Change *change)
{
    struct row row = {.section = "reported", .item = change->item, .value = change->reported,
                      .unit = change->unit, .data_date = comparison->end_date,
                      .source = comparison->report};

    put_row(rows, &row);
    row.section = "restated";
    row.value = change->restated;
    put_row(rows, &row);
}

static void
put_provenance(struct rows *rows, const Report *report)
{
    const char *sequence = wg_format(rows->arena, "%llu",
                                     (unsigned long long)report->known_at_sequence);

    put_row(rows, &(struct row){.section = "provenance", .item = "name", .value = report->name});
    put_row(rows, &(struct row){.section = "provenance", .item = "contentHash",
                                .value = report->content_hash});
    put_row(rows, &(struct row){.section = "provenance", .item = "knownAtSequence",
                                .value = sequence});
    put_row(rows, &(struct row){.section = "provenance", .item = "commentary",
                                .value = report->commentary});
}

const struct wg_problem *
report_csv(struct wg_call *call, const ProtobufCMessage *output, struct wg_bytes *text)
{
    struct rows rows = {.arena = wg_call_arena(call)};
    const Report *report = (const Report *)output;
    struct item items[ITEMS_MAX];
    size_t n = items_of(report, items);

    put_row(&rows, &(struct row){"section", "item", "period", "payer", "value", "unit",
                                 "numerator", "denominator", "n", "dataDate", "method", "note",
                                 "source"});
    for (size_t i = 0; i < n; i++)
        put_item(&rows, &items[i], report);
    for (size_t i = 0; i < report->n_movements; i++)
        put_movement(&rows, report->movements[i]);
    for (size_t i = 0; i < report->n_outcome_income; i++)
        put_income(&rows, report->outcome_income[i]);
    for (size_t i = 0; report->comparison && i < report->comparison->n_changes; i++)
        put_change(&rows, report->comparison, report->comparison->changes[i]);
    put_provenance(&rows, report);
    *text = (struct wg_bytes){rows.text, rows.length};
    return rows.failed ? wg_no_memory(call) : NULL;
}
