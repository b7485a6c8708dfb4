/* csv.c - records of comma-separated values: measured first, then taken apart. */
#include <wellgate/csv.h>

#include <string.h>

/* A text on its way. */
struct scan {
    const char *next, *end;
    char separator;
    bool last;
    size_t cells, lines;
    const char *fault;
};

size_t
wg_csv_mark(const char *text, size_t length)
{
    return length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
}

static enum wg_csv
wrong(struct scan *scan, const char *fault)
{
    scan->fault = fault;
    return WG_CSV_WRONG;
}

/* ---- Measuring ---- */

/* To behind the quote that ends the cell whose first quote is next. */
static enum wg_csv
skip_quoted(struct scan *scan)
{
    for (scan->next++; scan->next < scan->end; scan->next++) {
        if (*scan->next == '\0')
            return wrong(scan, "it holds a NUL");
        scan->lines += *scan->next == '\n';
        if (*scan->next != '"')
            continue;
        if (scan->next + 1 == scan->end && !scan->last)
            return WG_CSV_MORE; /* the half of a pair, perhaps */
        if (scan->next + 1 == scan->end || scan->next[1] != '"') {
            scan->next++;
            return WG_CSV_RECORD;
        }
        scan->next++;
    }
    return scan->last ? wrong(scan, "a quoted cell has no end") : WG_CSV_MORE;
}

static enum wg_csv
skip_plain(struct scan *scan)
{
    const char ends[] = {scan->separator, '"', '\r', '\n', '\0'};

    while (scan->next < scan->end && *scan->next && !strchr(ends, *scan->next))
        scan->next++;
    return WG_CSV_RECORD;
}

/* To behind the line end that next stands at. */
static enum wg_csv
skip_line_end(struct scan *scan)
{
    if (*scan->next == '\r') {
        scan->next++;
        if (scan->next == scan->end)
            return scan->last ? wrong(scan, "a carriage return stands alone") : WG_CSV_MORE;
        if (*scan->next != '\n')
            return wrong(scan, "a carriage return stands alone");
    }
    scan->next++;
    return WG_CSV_RECORD;
}

/* Behind a cell: what may follow it? */
static enum wg_csv
skip_separator(struct scan *scan, bool quoted, bool *more)
{
    *more = false;
    if (scan->next == scan->end)
        return scan->last ? WG_CSV_RECORD : WG_CSV_MORE;
    if (*scan->next == scan->separator) {
        scan->next++;
        *more = true;
        return WG_CSV_RECORD;
    }
    switch (*scan->next) {
    case '\r':
    case '\n':
        return skip_line_end(scan);
    case '\0':
        return wrong(scan, "it holds a NUL");
    default:
        return wrong(scan, quoted ? "something stands behind a closing quote"
                                  : "a quote stands in a cell without quotes");
    }
}

static enum wg_csv
measure(struct scan *scan)
{
    bool more = true;
    enum wg_csv state = WG_CSV_RECORD;

    while (more && state == WG_CSV_RECORD) {
        bool quoted = scan->next < scan->end && *scan->next == '"';

        scan->cells++;
        state = quoted ? skip_quoted(scan) : skip_plain(scan);
        if (state == WG_CSV_RECORD)
            state = skip_separator(scan, quoted, &more);
    }
    return state;
}

/* ---- Taking apart: a record that was measured holds no surprise ---- */

/* Copies the cell at *in, and leaves *in at what ends it. */
static char *
take_cell(const char **in, const char *end, char separator, char *out)
{
    const char ends[] = {separator, '\r', '\n', '\0'};

    if (*in == end || **in != '"') {
        while (*in < end && !strchr(ends, **in))
            *out++ = *(*in)++;
        return out;
    }
    for (++*in; **in != '"' || (*in + 1 < end && (*in)[1] == '"'); ++*in) {
        *in += **in == '"';
        *out++ = **in;
    }
    ++*in;
    return out;
}

static bool
take_cells(struct wg_arena *arena, const char *text, char separator, struct wg_csv_record *record)
{
    const char *in = text, *end = text + record->bytes;
    char *out = wg_alloc(arena, record->bytes + record->n_cells);

    record->cells = wg_alloc_array(arena, record->n_cells, sizeof(*record->cells));
    if (!out || !record->cells)
        return false;
    for (size_t i = 0; i < record->n_cells; i++) {
        record->cells[i] = out;
        out = take_cell(&in, end, separator, out);
        *out++ = '\0';
        in++; /* the separator */
    }
    return true;
}

/* To behind the line that a faulty record begins on. */
static enum wg_csv
skip_line(const char *text, size_t length, bool last, struct wg_csv_record *record)
{
    const char *line_end = memchr(text, '\n', length);

    if (!line_end && !last)
        return WG_CSV_MORE;
    record->bytes = line_end ? (size_t)(line_end - text) + 1 : length;
    record->lines = 1;
    return WG_CSV_WRONG;
}

enum wg_csv
wg_csv_read(struct wg_arena *arena, const char *text, size_t length, bool last,
            struct wg_csv_record *record)
{
    return wg_csv_read_by(arena, text, length, last, ',', record);
}

enum wg_csv
wg_csv_read_by(struct wg_arena *arena, const char *text, size_t length, bool last, char separator,
               struct wg_csv_record *record)
{
    struct scan scan = {.next = text, .end = text + length, .separator = separator, .last = last,
                        .lines = 1};
    enum wg_csv state = measure(&scan);

    *record = (struct wg_csv_record){.fault = scan.fault};
    if (state == WG_CSV_WRONG)
        return skip_line(text, length, last, record);
    if (state == WG_CSV_MORE)
        return state;
    record->bytes = (size_t)(scan.next - text);
    record->n_cells = scan.cells;
    record->lines = scan.lines;
    return take_cells(arena, text, separator, record) ? WG_CSV_RECORD : WG_CSV_MEMORY;
}
