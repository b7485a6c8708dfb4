/* records.h - what Wellgate itself knows of a bond, in the INDIGO shape. */
#ifndef BONDS_INDIGO_RECORDS_H
#define BONDS_INDIGO_RECORDS_H

#include "flows/flows.h"
#include "shape.h"

/* What is being made of a bond's records. */
struct records {
    struct wg_call *call;
    struct wg_arena *arena;
    const Bond *bond;
    IndigoProject *project;
};

/* ledger.c: investments, transactions and their totals, where there are any. */
const struct wg_problem *add_ledger(struct records *records);

/* expected.c: the base case's outcome payments as a plan. Before all other payments. */
const struct wg_problem *add_expected(struct records *records);

/* reported.c: results and rates of return, as last published. */
const struct wg_problem *add_reported(struct records *records);

/* spent.c: costs. */
const struct wg_problem *add_costs(struct records *records);

/* contracts.c: outcomes and their prices, payers and what they were asked for, where the bond
 * has contracts. */
const struct wg_problem *add_contracts(struct records *records);

/* That rows rest on a record: it is their source. */
Literal *source_id(struct records *records, const char *name);

/* List a record as a source. type: of the standard's list, or NULL. */
bool add_source(struct records *records, const char *name, const char *title, const char *type);

/* List the bond as one, once: before any contract. */
bool add_bond_source(struct records *records);

/* Sections of the project, made when they are first asked for. NULL past the arena. */
Wellgate__Bonds__V1__IndigoFinance *finance_of(struct records *records);
Wellgate__Bonds__V1__IndigoInvestmentDetails *details_of(struct records *records);

#endif
