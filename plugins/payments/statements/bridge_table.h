/* bridge_table.h - what each payer is due, and what moved it, as a table. */
#ifndef PAYMENTS_BRIDGE_TABLE_H
#define PAYMENTS_BRIDGE_TABLE_H

#include "bridge.h"
#include "statement_writing.h"

struct payer_row {
    struct bridge bridge;
    bool changed;    /* there is a statement before: what moved the amount is told */
    int64_t vat;     /* 0: there is none */
    bool has_to_date;
    int64_t to_date; /* over all that was issued, without tax */
};

/* A row for each payer of the contract, in its order. */
void write_payer_rows(struct writing *w, const struct payer_row *rows, size_t n);

#endif
