/* shadow_table.c - a spreadsheet's table → rows. */
#include <stdlib.h>
#include <string.h>
#include <wellgate/csv.h>

#include "hand.h"
#include "shadow.h"

enum { ROWS_MAX = 5000, SUMS_MAX = 500, LINES_ABOVE_HEADINGS_MAX = 30 };
enum column { COLUMN_RULE, COLUMN_AMOUNT, COLUMN_PERIOD, COLUMN_PAYER, COLUMN_UNITS, COLUMN_CURRENCY,
              COLUMNS, COLUMNS_NEEDED = COLUMN_PERIOD };

/* What a heading may be called, the first of them in pointers. */
static const char *const headings[COLUMNS][7] = {
    [COLUMN_RULE] = {"rule", "outcome", "metric", "description"},
    [COLUMN_AMOUNT] = {"amount", "net amount", "amount net", "net", "value", "total"},
    [COLUMN_PERIOD] = {"period", "quarter", "financial period"},
    [COLUMN_PAYER] = {"payer", "commissioner"},
    [COLUMN_UNITS] = {"units", "quantity", "number", "count"},
    [COLUMN_CURRENCY] = {"currency"},
};

struct table_headings {
    int columns[COLUMNS]; /* their places; -1: none */
    size_t n_found;
    char separator; /* between cells */
    uint32_t line;
    size_t end; /* where the row below begins */
};

struct table_reading {
    struct wg_call *call;
    const char *currency;
    const struct shadow_periods *periods;
    struct table *table;
    struct table_headings headings;
    uint32_t line;
    int64_t since, so_far; /* the last subtotal; of rows */
    int64_t magnitude;     /* of all amounts, whatever their signs: no sum of some is beyond it */
};

/* ---- Headings ---- */

static int
place_of(const struct wg_csv_record *record, enum column column, const char *currency)
{
    for (size_t name = 0; headings[column][name]; name++)
        for (size_t i = 0; i < record->n_cells; i++)
            if (hand_heading(currency, record->cells[i], headings[column][name]))
                return (int)i;
    return -1;
}

static void
look_for_columns(const struct wg_csv_record *record, const char *currency, struct table_headings *found)
{
    found->n_found = 0;
    for (int column = 0; column < COLUMNS; column++) {
        found->columns[column] = place_of(record, (enum column)column, currency);
        found->n_found += found->columns[column] >= 0;
    }
}

static bool
is_complete(const struct table_headings *found)
{
    return found->n_found && found->columns[COLUMN_RULE] >= 0 && found->columns[COLUMN_AMOUNT] >= 0;
}

/* Among the first lines, if cells are parted so; the best so far in headings. */
static bool
search_lines(struct table_reading *reading, struct wg_bytes text, char separator)
{
    struct wg_csv_record record;
    struct table_headings found = {.separator = separator, .line = 1,
                                   .end = wg_csv_mark(text.data, text.length)};

    while (found.end < text.length && found.line <= LINES_ABOVE_HEADINGS_MAX &&
           !is_complete(&reading->headings)) {
        enum wg_csv state = wg_csv_read_by(wg_call_arena(reading->call), (const char *)text.data + found.end,
                                           text.length - found.end, true, separator, &record);

        if (state != WG_CSV_RECORD)
            return state != WG_CSV_MEMORY;
        found.end += record.bytes;
        look_for_columns(&record, reading->currency, &found);
        if (found.n_found > reading->headings.n_found || !reading->headings.line || is_complete(&found))
            reading->headings = found;
        found.line += (uint32_t)record.lines;
    }
    return true;
}

/* "rule, outcome, metric or description". */
static const char *
names_of(struct wg_arena *arena, enum column column)
{
    const char *words = headings[column][0];

    for (size_t name = 1; words && headings[column][name]; name++)
        words = wg_format(arena, "%s%s%s", words, headings[column][name + 1] ? ", " : " or ",
                          headings[column][name]);
    return words ? words : "";
}

/* Titles may stand above them, and "sep=;" as Excel writes it. */
static const struct wg_problem *
read_headings(struct table_reading *reading, struct wg_bytes text)
{
    static const char separators[] = {',', ';', '\t'};
    struct wg_arena *arena = wg_call_arena(reading->call);

    for (size_t i = 0; i < sizeof(separators); i++)
        if (!search_lines(reading, text, separators[i]))
            return wg_no_memory(reading->call);
    if (!reading->headings.line)
        return wg_fail(reading->call, &wg_malformed, "line 1 is no row of a table: neither LF nor CRLF ends it, "
                       "or its quotes are not in pairs");
    for (int column = 0; column < COLUMNS_NEEDED; column++)
        if (reading->headings.columns[column] < 0)
            wg_violation(reading->call,
                         wg_format(arena, "/%u/%s", reading->headings.line, headings[column][0]), "REQUIRED",
                         "no row of the first %d names such a column, with the currency behind it or "
                         "without: %s", LINES_ABOVE_HEADINGS_MAX, names_of(arena, (enum column)column));
    reading->table->has_payers = reading->headings.columns[COLUMN_PAYER] >= 0;
    reading->table->has_periods = reading->headings.columns[COLUMN_PERIOD] >= 0;
    reading->line = reading->headings.line + 1;
    return wg_violations(reading->call);
}

/* ---- Rows ---- */

static const char *
cell(const struct table_reading *reading, const struct wg_csv_record *record, enum column column)
{
    int place = reading->headings.columns[column];

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

static void
refuse(struct table_reading *reading, enum column column, const char *code, const char *text)
{
    wg_violation(reading->call,
                 wg_format(wg_call_arena(reading->call), "/%u/%s", reading->line, headings[column][0]), code,
                 "%s", text);
}

static const int64_t magnitude_max = 1000000000000000000, units_max = 1000000000;

static int64_t
read_amount(struct table_reading *reading, const struct wg_csv_record *record)
{
    int64_t minor = 0;

    if (!hand_amount(reading->currency, cell(reading, record, COLUMN_AMOUNT), &minor))
        refuse(reading, COLUMN_AMOUNT, "FORMAT",
               wg_format(wg_call_arena(reading->call), "is no amount of %s, or more than one",
                         reading->currency));
    reading->magnitude += llabs(minor);
    if (reading->magnitude > magnitude_max) {
        refuse(reading, COLUMN_AMOUNT, "OUT_OF_RANGE", "the amounts so far are more than money can be");
        reading->magnitude = minor = 0;
    }
    return minor;
}

/* Which column of a row says something that the statement's contract cannot. */
static void
check_row(struct table_reading *reading, const struct wg_csv_record *record, const struct table_row *row)
{
    const char *currency = cell(reading, record, COLUMN_CURRENCY);
    const struct shadow_periods *known = reading->periods;

    if (!row->period)
        refuse(reading, COLUMN_PERIOD, "UNKNOWN_VALUE",
               wg_format(wg_call_arena(reading->call),
                         "is no period of the contract up to the statement's own, which is %s, or %s, or %s",
                         known->forms[known->n - 1][0], known->forms[known->n - 1][2],
                         known->forms[known->n - 1][4]));
    if (llabs(strtoll(row->units, NULL, 10)) > units_max)
        refuse(reading, COLUMN_UNITS, "OUT_OF_RANGE", "so many units nobody has");
    if (!hand_same(currency, "") && !hand_same(currency, reading->currency))
        refuse(reading, COLUMN_CURRENCY, "CURRENCY",
               wg_format(wg_call_arena(reading->call), "the contract's currency is %s", reading->currency));
}

/* What a row is that stands for no rule. */
enum summing { SUMS_NOTHING, SUMS_ALL, SUMS_PART, SUMS_VAT };

static enum summing
summing_of(const char *rule)
{
    static const struct {
        const char *word;
        enum summing summing;
    } words[] = {{"total", SUMS_ALL},       {"grand total", SUMS_ALL}, {"total due", SUMS_ALL},
                 {"amount due", SUMS_ALL},  {"sum", SUMS_ALL},         {"subtotal", SUMS_PART},
                 {"sub-total", SUMS_PART},  {"sub total", SUMS_PART},  {"net total", SUMS_PART},
                 {"total net", SUMS_PART},  {"vat", SUMS_VAT},         {"total:", SUMS_ALL}};

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (hand_same(rule, words[i].word))
            return words[i].summing;
    return SUMS_NOTHING;
}

static const struct wg_problem *
take_sum(struct table_reading *reading, enum summing summing, int64_t minor)
{
    struct table *table = reading->table;

    if (summing == SUMS_VAT) {
        table->vat_minor += minor;
        return NULL;
    }
    if (table->n_sums == SUMS_MAX)
        return wg_fail(reading->call, &wg_payload_too_large, "a table has at most %d sums", SUMS_MAX);
    table->sums[table->n_sums++] = (struct table_sum){
        reading->line, summing == SUMS_PART, minor, reading->so_far - reading->since, reading->so_far};
    if (summing == SUMS_PART)
        reading->since = reading->so_far;
    return NULL;
}

static const struct wg_problem *
read_row(struct table_reading *reading, const struct wg_csv_record *record)
{
    struct table *table = reading->table;
    struct table_row row = {.line = reading->line, .rule = cell(reading, record, COLUMN_RULE),
                            .payer = cell(reading, record, COLUMN_PAYER), .period = "",
                            .units = cell(reading, record, COLUMN_UNITS)};
    enum summing summing = hand_same(row.rule, "") && table->n ? SUMS_ALL : summing_of(row.rule);

    if (is_empty(record))
        return NULL;
    row.minor = read_amount(reading, record);
    if (summing)
        return take_sum(reading, summing, row.minor);
    if (table->has_periods)
        row.period = shadow_period(reading->periods, cell(reading, record, COLUMN_PERIOD));
    check_row(reading, record, &row);
    if (table->n == ROWS_MAX)
        return wg_fail(reading->call, &wg_payload_too_large, "a table has at most %d rows", ROWS_MAX);
    reading->so_far += row.minor;
    table->rows[table->n++] = row;
    return NULL;
}

static const struct wg_problem *
read_rows(struct table_reading *reading, struct wg_bytes text)
{
    const struct wg_problem *problem = NULL;

    for (size_t at = reading->headings.end; !problem && at < text.length;) {
        struct wg_csv_record record;
        enum wg_csv state = wg_csv_read_by(wg_call_arena(reading->call), (const char *)text.data + at,
                                           text.length - at, true, reading->headings.separator, &record);

        if (state == WG_CSV_MEMORY)
            return wg_no_memory(reading->call);
        if (state != WG_CSV_RECORD)
            return wg_fail(reading->call, &wg_malformed, "line %u is no row of a table: %s", reading->line,
                           record.fault);
        problem = read_row(reading, &record);
        at += record.bytes;
        reading->line += (uint32_t)record.lines;
    }
    return problem;
}

/* ---- The whole ---- */

/* What people send in a table's place. */
static const struct wg_problem *
refuse_others(struct wg_call *call, struct wg_bytes text)
{
    static const struct {
        const char *first, *what;
    } others[] = {{"PK\x03\x04", "a workbook"}, {"\xd0\xcf\x11\xe0", "a workbook"},
                  {"%PDF", "a PDF"}, {"\xff\xfe", "text in UTF-16"}, {"\xfe\xff", "text in UTF-16"}};

    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        if (text.length >= strlen(others[i].first) &&
            memcmp(text.data, others[i].first, strlen(others[i].first)) == 0)
            return wg_fail(call, &wg_unsupported_media_type,
                           "this is %s; save the table as CSV in UTF-8", others[i].what);
    if (text.length == wg_csv_mark(text.data, text.length))
        return wg_fail(call, &wg_malformed, "the table is empty");
    return NULL;
}

const struct wg_problem *
table_read(struct wg_call *call, const char *currency, const struct shadow_periods *periods,
           struct wg_bytes text, struct table *table)
{
    struct table_reading reading = {.call = call, .currency = currency, .periods = periods, .table = table};
    const struct wg_problem *problem;

    *table = (struct table){.rows = wg_alloc_array(wg_call_arena(call), ROWS_MAX, sizeof(*table->rows)),
                            .sums = wg_alloc_array(wg_call_arena(call), SUMS_MAX, sizeof(*table->sums))};
    if (!table->rows || !table->sums)
        return wg_no_memory(call);
    if ((problem = refuse_others(call, text)) ||
        (problem = read_headings(&reading, text)) ||
        (problem = read_rows(&reading, text)))
        return problem;
    return wg_violations(call);
}
