/* csv.h - comma-separated values (RFC 4180), a record at a time. */
#ifndef WELLGATE_CSV_H
#define WELLGATE_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <wellgate/arena.h>

enum wg_csv {
    WG_CSV_RECORD,
    WG_CSV_MORE,  /* the text ends within the record, and more of it may come */
    WG_CSV_WRONG, /* not a record; bytes lead to the next line */
    WG_CSV_MEMORY,
};

struct wg_csv_record {
    const char **cells; /* NUL-terminated, without their quotes, in the arena */
    size_t n_cells;     /* 1 at least: an empty line is one empty cell */
    size_t bytes;       /* of text, with the line end */
    size_t lines;       /* that it spans: cells in quotes may hold line ends */
    const char *fault;  /* of WG_CSV_WRONG, in words */
};

/* Bytes of a byte order mark that the text begins with: 3 or 0. */
size_t wg_csv_mark(const char *text, size_t length);

/*
 * Read the record that text begins with. Lines end with CRLF or LF; a cell that
 * holds a quote, a comma or a line end stands in quotes, and quotes in it are
 * doubled. What the bytes mean is not looked at, but NUL is refused.
 *
 * text    1 byte or more
 * last    nothing comes behind text, which need not end with a line end
 */
enum wg_csv wg_csv_read(struct wg_arena *arena, const char *text, size_t length, bool last,
                        struct wg_csv_record *record);

/* The same with another separator than the comma: ';' or '\t', as spreadsheets write. */
enum wg_csv wg_csv_read_by(struct wg_arena *arena, const char *text, size_t length, bool last,
                           char separator, struct wg_csv_record *record);

/* ---- Writing ---- */

/*
 * Rows (RFC 4180, lines end with CRLF) in an arena. Zero at first, but arena; text and
 * length are what was written, failed that it did not fit.
 */
struct wg_csv_writer {
    struct wg_arena *arena;
    char *text;
    size_t length, room;
    bool in_row, failed;
};

/*
 * The row's next cell, quoted where it must be; NULL is an empty one. A text that a
 * spreadsheet would take for a formula is shown to be none by a "'" before it.
 */
void wg_csv_cell(struct wg_csv_writer *csv, const char *cell);
void wg_csv_end_row(struct wg_csv_writer *csv);

/* A whole row of n cells. */
void wg_csv_row(struct wg_csv_writer *csv, const char *const *cells, size_t n);

#endif
