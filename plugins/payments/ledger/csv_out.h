/* csv_out.h - writing comma-separated values (RFC 4180). */
#ifndef PAYMENTS_CSV_OUT_H
#define PAYMENTS_CSV_OUT_H

#include <wellgate/call.h>

/* Rows in memory that grows. */
struct csv_out {
    char *text;
    size_t length, room;
    bool failed;
};

/* One row of n cells; NULL is an empty one. */
void csv_row(struct csv_out *out, const char *const *cells, size_t n);

/* The rows in the call's arena; what was allocated is freed. */
const struct wg_problem *csv_finish(struct wg_call *call, struct csv_out *out,
                                    struct wg_bytes *text);

#endif
