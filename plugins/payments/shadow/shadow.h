/* shadow.h - a statement beside the table of a hand-made invoice. */
#ifndef PAYMENTS_SHADOW_H
#define PAYMENTS_SHADOW_H

#include "shadow_periods.h"
#include "standing/standings.h"

/* A row of the table. */
struct table_row {
    uint32_t line;      /* of the table, from 1 */
    const char *rule;   /* as written */
    const char *payer;  /* as written; "" where there is no column */
    const char *units;  /* "" where there is no column, or nothing in it */
    const char *period; /* as lines have it; "" where there is no column */
    int64_t minor;
    bool met; /* by something of the statement */
};

/* A row that sums up others: "Subtotal" what came since the one before, or all so far. */
struct table_sum {
    uint32_t line;
    bool sub;
    int64_t minor;
    int64_t since, so_far;
};

struct table {
    struct table_row *rows;
    size_t n;
    struct table_sum *sums;
    size_t n_sums;
    bool has_payers, has_periods;
    int64_t vat_minor; /* of rows that say VAT */
};

/*
 * Read a table.
 *
 * errors  wg_validation              what is wrong, by line and column: "/2/amount"
 *         wg_malformed               it is no table
 *         wg_unsupported_media_type  it is a workbook, or text in UTF-16
 */
const struct wg_problem *table_read(struct wg_call *call, const char *currency,
                                    const struct shadow_periods *periods, struct wg_bytes text,
                                    struct table *table);

/* :compare */
const struct wg_problem *statement_compare(struct wg_call *call);

#endif
