/* columns.h - rows of CSV as JSON, by a header row of field paths. */
#ifndef IMPORT_COLUMNS_H
#define IMPORT_COLUMNS_H

#include "rpc/descriptors.h"
#include "rpc/json.h"

/*
 * A column is named by a field's path in JSON: "sex", "address.city". An item of a
 * repeated field is named by its number ("answers.0.item"), a value of a map by its
 * key; a repeated field of plain values may also be one column, whose cells part
 * them by semicolons. An empty cell is a field that is not given.
 */
struct columns;

/*
 * The columns of a resource, and of what else its create request takes.
 *
 * cells   the header row; must stay
 * request the create request, whose field body holds the resource
 * errors  NULL, with the fault in *fault: it names columns by number, for a header
 *         that is missing is a row of data
 */
struct columns *columns_read(struct wg_arena *arena, const struct message *request,
                             const struct field *body, const char *const *cells, size_t n,
                             const char **fault);

/* How many cells a row has. */
size_t columns_count(const struct columns *columns);

/* A row as a JSON object. false past the arena, or where a cell is not UTF-8. */
bool columns_write(const struct columns *columns, const char *const *cells,
                   struct json_writer *writer);

#endif
