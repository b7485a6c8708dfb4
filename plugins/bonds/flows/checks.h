/* checks.h - what the rules of several records share. Each notes what is wrong as violations. */
#ifndef BONDS_CHECKS_H
#define BONDS_CHECKS_H

#include "flows.h"

/* NULL, and a violation, where the bond has no such commitment. */
const struct wg_problem *load_commitment(struct wg_call *call, const Bond *bond, const char *name,
                                         const Commitment **commitment);

/* Whose a flow is: as it was when it was recorded. */
void set_investor(char **investor, const Commitment *commitment);

/* In the bond's currency, or none. */
void check_money(struct wg_call *call, const Bond *bond, const char *pointer, const Money *money);

/* The same, and not less than nothing. */
void check_part(struct wg_call *call, const Bond *bond, const char *pointer, const Money *money);

/* Of the field "amount": more than nothing. */
void check_amount(struct wg_call *call, const Bond *bond, const Money *money);

bool is_below_zero(const Money *money);
bool is_zero(const Money *money);

/* Of the field "date". */
void check_in_term(struct wg_call *call, const Bond *bond, const char *date);
void check_after_commitment(struct wg_call *call, const Commitment *commitment, const char *date);

#endif
