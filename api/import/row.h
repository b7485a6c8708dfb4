/* row.h - a line of an import as the request that makes its resource. */
#ifndef IMPORT_ROW_H
#define IMPORT_ROW_H

#include "columns.h"
#include "rpc/decode.h"

/* What all lines of an import have in common. */
struct row_maker {
    const struct descriptors *descriptors;
    const struct method *create;
    const struct method *upsert; /* NULL: lines only create */
    const struct field *body;    /* of create's input: the resource */
    const char *parent;          /* of the resources; an id may be "-" */
    const char *parent_system;   /* of external ids by which lines name it; or "" */
    const struct columns *columns; /* NULL: lines are JSON */
};

/* A line that became a request, or why it did not. */
struct row {
    ProtobufCMessage *request; /* NULL: problem */
    const char *parent_value;  /* its parent's external id, to be resolved; or NULL */
    const struct wg_problem *problem;
    const char *detail; /* or NULL */
    struct violations violations;
};

/* The field of a create or upsert request that holds the resource; NULL: none. */
const struct field *row_body(const struct method *method);

/*
 * A line is the resource. Where its import leaves the parent open the line says it,
 * and it may say what else the create request takes: "parent", "assessmentId".
 */
void row_of_json(const struct row_maker *maker, struct wg_arena *arena, const char *text,
                 size_t length, struct row *row);
void row_of_cells(const struct row_maker *maker, struct wg_arena *arena,
                  const char *const *cells, size_t n, struct row *row);

#endif
