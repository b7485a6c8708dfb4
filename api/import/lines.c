/* lines.c - a buffer of somewhat more than the longest line, refilled as it empties. */
#include "lines.h"

#include <string.h>
#include <wellgate/csv.h>

#include "rpc/utf8.h"

#define PIECE_BYTES ((size_t)16 * 1024)
#define BUFFER_BYTES (LINE_BYTES_MAX + PIECE_BYTES)

/* What of the buffer became of an attempt to cut a line off it. */
enum cut { CUT_LINE, CUT_NOTHING, CUT_MORE, CUT_MEMORY };

bool
lines_begin(struct lines *lines, const struct upload *upload, enum line_format format,
            struct wg_arena *arena)
{
    *lines = (struct lines){.upload = upload, .format = format, .number = 1,
                            .bytes = wg_alloc(arena, BUFFER_BYTES)};
    return lines->bytes;
}

static size_t
left(const struct lines *lines)
{
    return lines->end - lines->next;
}

/* ---- Filling ---- */

static const struct wg_problem *
fill(struct lines *lines, const char **detail)
{
    const struct upload *upload = lines->upload;
    const struct wg_problem *problem;
    size_t got, room = BUFFER_BYTES - left(lines);

    memmove(lines->bytes, lines->bytes + lines->next, left(lines));
    lines->end = left(lines);
    lines->next = 0;
    if ((problem = upload->read(upload->context, lines->bytes + lines->end,
                                room < PIECE_BYTES ? room : PIECE_BYTES, &got, detail)))
        return problem;
    lines->end += got;
    lines->ended = got == 0;
    return NULL;
}

/* ---- Cutting ---- */

/* To behind the next line end; the line before it is done with. */
static bool
skip_line(struct lines *lines)
{
    const char *line_end = memchr(lines->bytes + lines->next, '\n', left(lines));

    lines->next = line_end ? (size_t)(line_end - lines->bytes) + 1 : lines->end;
    lines->number += line_end != NULL;
    return line_end;
}

/* A line so long that it does not fit is said once, and its rest is dropped. */
static enum cut
cut_too_long(struct lines *lines, struct line *line)
{
    line->fault = "it is longer than 64 KiB";
    line->number = lines->number;
    lines->skipping = !skip_line(lines);
    return CUT_LINE;
}

static enum cut
cut_json(struct lines *lines, struct wg_arena *arena, struct line *line)
{
    const char *begin = lines->bytes + lines->next;
    const char *line_end = memchr(begin, '\n', left(lines));
    size_t length = line_end ? (size_t)(line_end - begin) : left(lines);

    if (!line_end && !lines->ended)
        return CUT_MORE;
    lines->next += length + (line_end != NULL);
    line->number = lines->number++;
    while (length && strchr(" \t\r", begin[length - 1]) && begin[length - 1])
        length--;
    if (!length)
        return CUT_NOTHING;
    line->length = length;
    if (length > LINE_BYTES_MAX)
        line->fault = "it is longer than 64 KiB";
    else if (!(line->text = wg_copy_bytes(arena, begin, length)))
        return CUT_MEMORY;
    return CUT_LINE;
}

/* Spreadsheets begin a CSV with a byte order mark. */
static enum cut
cut_mark(struct lines *lines)
{
    if (left(lines) < 3 && !lines->ended)
        return CUT_MORE;
    lines->next += wg_csv_mark(lines->bytes + lines->next, left(lines));
    lines->begun = true;
    return CUT_NOTHING;
}

static enum cut
cut_csv(struct lines *lines, struct wg_arena *arena, struct line *line)
{
    const char *begin = lines->bytes + lines->next;
    struct wg_csv_record record;
    enum wg_csv state;

    if (!lines->begun)
        return cut_mark(lines);
    state = wg_csv_read(arena, begin, left(lines), lines->ended, &record);
    if (state == WG_CSV_MORE)
        return CUT_MORE;
    if (state == WG_CSV_MEMORY)
        return CUT_MEMORY;
    lines->next += record.bytes;
    line->number = lines->number;
    lines->number += record.lines;
    line->fault = record.bytes > LINE_BYTES_MAX         ? "it is longer than 64 KiB"
                  : !utf8_valid(begin, record.bytes) ? "it is not UTF-8"
                                                     : record.fault;
    line->cells = record.cells;
    line->n_cells = record.n_cells;
    line->length = record.bytes;
    return record.n_cells == 1 && !*record.cells[0] && !line->fault ? CUT_NOTHING : CUT_LINE;
}

static enum cut
cut_line(struct lines *lines, struct wg_arena *arena, struct line *line)
{
    enum cut cut;

    if (!left(lines))
        return CUT_MORE;
    if (lines->skipping) {
        lines->skipping = !skip_line(lines);
        return CUT_NOTHING;
    }
    cut = lines->format == LINES_OF_CSV ? cut_csv(lines, arena, line)
                                        : cut_json(lines, arena, line);
    return cut == CUT_MORE && left(lines) == BUFFER_BYTES ? cut_too_long(lines, line) : cut;
}

const struct wg_problem *
lines_next(struct lines *lines, struct wg_arena *arena, struct line *line, bool *more,
           const char **detail)
{
    const struct wg_problem *problem;

    for (*more = true;;) {
        *line = (struct line){0};
        switch (cut_line(lines, arena, line)) {
        case CUT_LINE:
            return NULL;
        case CUT_NOTHING:
            break;
        case CUT_MEMORY:
            return &wg_payload_too_large;
        case CUT_MORE:
            if (lines->ended) {
                *more = false;
                return NULL;
            }
            if ((problem = fill(lines, detail)))
                return problem;
        }
    }
}
