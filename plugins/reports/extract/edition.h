/* edition.h - an edition of an extract: its tables written once, for their hashes and their
 * codebook. What is delivered later is written anew, and held against them. */
#ifndef REPORTS_EXTRACT_EDITION_H
#define REPORTS_EXTRACT_EDITION_H

#include "codebook.h"

typedef Wellgate__Reports__V1__Extract__Edition Edition;
typedef Wellgate__Reports__V1__Extract__Piece Piece;

enum {
    FORMAT = 1, /* of tables: the next one wherever the same records would make other bytes */
    PIECE_ROWS = 5000,
    PIECES_MAX = 1500,
};

struct made {
    Extract *extract;
    Codebook *codebook; /* NULL: nothing was made */
};

/*
 * Add an edition to the extract, and make its codebook.
 *
 * members   as read by the edition's sequence
 * sequence  the same
 */
const struct wg_problem *edition_make(struct wg_call *call, const struct members *members,
                                      uint64_t sequence, struct made *made);

static inline const Edition *
last_edition(const Extract *extract)
{
    return extract->editions[extract->n_editions - 1];
}

#endif
