/* codes.h - what is counted code by code: reasons, sectors, values of a dimension. Pure. */
#ifndef REPORTS_CODES_H
#define REPORTS_CODES_H

#include "report/figures.h"

#define CODES_MAX 512

struct code {
    int kind;             /* the fold's own */
    uint32_t word, other; /* of a pair both */
};

struct codes {
    struct code list[CODES_MAX];
    size_t n;
    bool full; /* there are more, which were not counted */
};

/* Of each code in one group. */
struct code_counts {
    uint64_t n;
    uint64_t of[CODES_MAX];
};

/* The place of a code, given one where it has none; CODES_MAX: there is no room. */
size_t code_at(struct codes *codes, int kind, uint32_t word, uint32_t other);

/* Places of the codes of a kind, in order of their words. NULL: past the arena. */
const size_t *codes_order(struct writer *writer, const struct codes *codes, int kind, size_t *n);

/* What a fold answers with that met more codes than fit. */
const struct wg_problem *codes_overflow(struct writer *writer);

#endif
