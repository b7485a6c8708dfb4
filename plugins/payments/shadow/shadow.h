/* shadow.h - a statement beside the table of a hand-made invoice. */
#ifndef PAYMENTS_SHADOW_H
#define PAYMENTS_SHADOW_H

#include "standing/standings.h"

/* A row of the table. */
struct table_row {
    uint32_t line;     /* of the table, from 1 */
    const char *rule;  /* as written */
    const char *payer; /* as written; "" where there is no column */
    const char *units; /* "" where there is no column, or nothing in it */
    int64_t minor;
    bool met; /* by something of the statement */
};

struct table {
    struct table_row *rows;
    size_t n;
    bool has_payers;
    const struct table_row *total; /* the row that says the sum; NULL: none */
};

/*
 * Read a table.
 *
 * errors  wg_validation  what is wrong, by line and column: "/2/amount"
 */
const struct wg_problem *table_read(struct wg_call *call, const char *currency, const char *text,
                                    size_t length, struct table *table);

/* :compare */
const struct wg_problem *statement_compare(struct wg_call *call);

#endif
