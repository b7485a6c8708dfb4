/* shadow_table.c - a spreadsheet's table → rows. */
#include <string.h>

#include "hand.h"
#include "shadow.h"

enum { ROWS_MAX = 5000 };
enum column { COLUMN_RULE, COLUMN_AMOUNT, COLUMN_UNITS, COLUMN_PAYER, COLUMNS };

/* What a heading may be called, the first of them in the documentation. */
static const char *const headings[COLUMNS][5] = {
    [COLUMN_RULE] = {"rule", "outcome", "metric", "description"},
    [COLUMN_AMOUNT] = {"amount", "value", "net", "total"},
    [COLUMN_UNITS] = {"units", "quantity", "number", "count"},
    [COLUMN_PAYER] = {"payer", "commissioner"},
};

struct table_reading {
    struct wg_call *call;
    const char *currency;
    struct table *table;
    int columns[COLUMNS]; /* their places; -1: none */
    uint32_t line;
};

static int
place_of(const struct wg_csv_record *record, enum column column)
{
    for (size_t name = 0; headings[column][name]; name++)
        for (size_t i = 0; i < record->n_cells; i++)
            if (hand_same(record->cells[i], headings[column][name]))
                return (int)i;
    return -1;
}

/* The first row says which columns there are. */
static void
read_headings(struct table_reading *reading, const struct wg_csv_record *record)
{
    for (int column = 0; column < COLUMNS; column++) {
        reading->columns[column] = place_of(record, (enum column)column);
        if (reading->columns[column] < 0 && column <= COLUMN_AMOUNT)
            wg_violation(reading->call, wg_format(wg_call_arena(reading->call), "/1/%s", headings[column][0]),
                         "REQUIRED", "the first row names no such column");
    }
    reading->table->has_payers = reading->columns[COLUMN_PAYER] >= 0;
}

static const char *
cell(const struct table_reading *reading, const struct wg_csv_record *record, enum column column)
{
    int place = reading->columns[column];

    return place >= 0 && (size_t)place < record->n_cells ? record->cells[place] : "";
}

static bool
is_empty(const struct wg_csv_record *record)
{
    for (size_t i = 0; i < record->n_cells; i++)
        if (!hand_same(record->cells[i], ""))
            return false;
    return true;
}

static const struct wg_problem *
read_row(struct table_reading *reading, const struct wg_csv_record *record)
{
    struct wg_call *call = reading->call;
    struct table *table = reading->table;
    struct table_row row = {.line = reading->line, .rule = cell(reading, record, COLUMN_RULE),
                            .payer = cell(reading, record, COLUMN_PAYER),
                            .units = cell(reading, record, COLUMN_UNITS)};

    if (is_empty(record))
        return NULL;
    if (table->n == ROWS_MAX)
        return wg_fail(call, &wg_payload_too_large, "a table has at most %d rows", ROWS_MAX);
    if (!hand_amount(reading->currency, cell(reading, record, COLUMN_AMOUNT), &row.minor))
        wg_violation(call, wg_format(wg_call_arena(call), "/%u/amount", row.line), "FORMAT",
                     "is no amount of %s", reading->currency);
    if (hand_same(row.rule, "total") || (hand_same(row.rule, "") && table->n)) {
        struct table_row *total = wg_alloc(wg_call_arena(call), sizeof(*total));

        if (!total)
            return wg_no_memory(call);
        *total = row;
        table->total = total;
        return NULL;
    }
    table->rows[table->n++] = row;
    return NULL;
}

static const struct wg_problem *
malformed(const struct table_reading *reading, const char *fault)
{
    return wg_fail(reading->call, &wg_malformed, "line %u is no row of a table: %s", reading->line, fault);
}

const struct wg_problem *
table_read(struct wg_call *call, const char *currency, const char *text, size_t length,
           struct table *table)
{
    struct table_reading reading = {.call = call, .currency = currency, .table = table, .line = 1};
    size_t at = wg_csv_mark(text, length);
    char separator = hand_separator(text + at, length - at);
    const struct wg_problem *problem = NULL;

    *table = (struct table){.rows = wg_alloc_array(wg_call_arena(call), ROWS_MAX, sizeof(*table->rows))};
    if (!table->rows)
        return wg_no_memory(call);
    while (!problem && at < length) {
        struct wg_csv_record record;
        enum wg_csv state = wg_csv_read_by(wg_call_arena(call), text + at, length - at, true, separator,
                                           &record);

        if (state != WG_CSV_RECORD)
            return state == WG_CSV_MEMORY ? wg_no_memory(call) : malformed(&reading, record.fault);
        if (at == wg_csv_mark(text, length))
            read_headings(&reading, &record);
        else
            problem = read_row(&reading, &record);
        if (!problem && reading.line == 1)
            problem = wg_violations(call);
        at += record.bytes;
        reading.line += (uint32_t)record.lines;
    }
    if (!problem && reading.line == 1)
        return malformed(&reading, "it is empty");
    return problem ? problem : wg_violations(call);
}
