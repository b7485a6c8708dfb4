/* lines.h - the lines of a body that is read while it comes: NDJSON or CSV. */
#ifndef IMPORT_LINES_H
#define IMPORT_LINES_H

#include "call.h"

#define LINE_BYTES_MAX ((size_t)64 * 1024)

enum line_format { LINES_OF_JSON, LINES_OF_CSV };

/* One line, or one record of CSV, which may span more. */
struct line {
    uint64_t number; /* of the (first) line, from 1 */
    const char *text; /* of NDJSON, without the line end */
    size_t length;
    const char **cells; /* of CSV */
    size_t n_cells;
    const char *fault; /* why it is none, in words; or NULL */
};

struct lines {
    const struct upload *upload;
    enum line_format format;
    char *bytes; /* next to end are there and not yet cut into lines */
    size_t next, end;
    uint64_t number; /* of the next line */
    bool begun;      /* of CSV: a byte order mark was passed, if there is one */
    bool ended;      /* nothing comes behind end */
    bool skipping;   /* the rest of a line that is too long */
};

/* Memory from arena, once. false past its limit. */
bool lines_begin(struct lines *lines, const struct upload *upload, enum line_format format,
                 struct wg_arena *arena);

/*
 * The next line that is not empty, in the arena. *more false: there is none.
 *
 * errors  wg_malformed  the body broke off; *detail says how
 */
const struct wg_problem *lines_next(struct lines *lines, struct wg_arena *arena,
                                    struct line *line, bool *more, const char **detail);

#endif
