/* entry.h - a flow that is about to be written, judged with all others. */
#ifndef BONDS_ENTRY_H
#define BONDS_ENTRY_H

#include "flows.h"

/* A flow about to be written, and what it needs to be judged. */
struct entry {
    const Bond *bond;
    const Commitment *commitment;
    const char *name;
    struct flow flow;
};

/* Would more be drawn than the commitment promises? */
const struct wg_problem *require_undrawn(struct wg_call *call, const struct entry *entry);

/* Would more be repaid and written off, by any day, than was drawn by then? */
const struct wg_problem *require_outstanding(struct wg_call *call, const struct entry *entry);

#endif
