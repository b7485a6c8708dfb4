/* codebook.h - what the columns of an extract mean, and the codes that stand in them. */
#ifndef REPORTS_EXTRACT_CODEBOOK_H
#define REPORTS_EXTRACT_CODEBOOK_H

#include "tables.h"

typedef Wellgate__Reports__V1__Codebook Codebook;
typedef Wellgate__Reports__V1__Codebook__Column CodebookColumn;
typedef Wellgate__Reports__V1__Codebook__Code CodebookCode;

/* Codes that stood in a column, each once. */
struct seen {
    const char **list; /* in the arena */
    size_t n, room, last;
};

/* false: past the arena. */
bool seen_add(struct seen *seen, struct wg_arena *arena, const char *code);

/*
 * Write the columns of a table.
 *
 * seen  of each column
 */
const struct wg_problem *codebook_add(struct wg_call *call, const struct members *members,
                                      Codebook *codebook, const struct table *table,
                                      const struct seen *seen);

/* As CSV: a row a code, and one for each column without; headings first. false: past the arena. */
bool codebook_table(struct wg_arena *arena, const Codebook *codebook, struct wg_bytes *text);

/* Views. */
const struct wg_problem *codebook_csv(struct wg_call *call, const ProtobufCMessage *output,
                                      struct wg_bytes *text);
const struct wg_problem *codebook_page(struct wg_call *call, const ProtobufCMessage *output,
                                       struct wg_bytes *text);

#endif
