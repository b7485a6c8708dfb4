/* findings.h - what there is to say of a document that is imported. */
#ifndef BONDS_INDIGO_FINDINGS_H
#define BONDS_INDIGO_FINDINGS_H

#include "shape.h"

typedef Wellgate__Bonds__V1__ImportProjectResponse ImportProjectResponse;

#define WARNING(code) WELLGATE__BONDS__V1__INDIGO_WARNING__CODE__##code

/* Whatever is short of memory leaves its arena exhausted, to be looked at once. */
struct findings {
    struct wg_arena *arena;
    const IndigoProject *project;
    ImportProjectResponse *response;
};

void warn(const struct findings *findings, const struct place *place, const char *more,
          int code, const char *format, ...) __attribute__((format(printf, 5, 6)));

/* ---- The steps, each in a file of its own ---- */

/* values.c: single values that are not of their kind. */
void find_odd_values(const struct findings *findings);

/* rows.c: rows that do not go together. */
void find_odd_rows(const struct findings *findings);

/* totals.c: totals beside the sums of their parts. */
void find_totals(const struct findings *findings);

/* ---- Rows by a key ---- */

struct keyed {
    const char *key;
    size_t row;
};

/* The key of a row, in the arena; NULL: it has none. */
typedef const char *key_of_row(struct wg_arena *arena, const ProtobufCMessage *row);

/* The rows of a list that have keys, in order of those and then their own; NULL past the
 * arena, and where there are none. */
struct keyed *keyed_rows(const struct findings *findings, const char *list, key_of_row *key_of,
                         size_t *n);

/* A row's id. */
key_of_row id_of;

const ProtobufCMessage *row_at(const IndigoProject *project, const char *list, size_t row);
size_t rows_of(const IndigoProject *project, const char *list);

/* The place of a row whose field is of the project whole. */
struct place place_of_row(const struct place *whole, const char *list, size_t row);

#endif
