/* grants.h - roles of organisations in a bond. */
#ifndef BONDS_GRANTS_H
#define BONDS_GRANTS_H

#include "flows.h"
#include "wellgate/payments/v1/payments.pb-c.h"

typedef Wellgate__Payments__V1__Contract Contract;

#define ROLE_BIT(role) (1u << WELLGATE__OPTIONS__V1__ROLE__KIND__##role)

/* Give an organisation a role besides those that it has in a bond. */
const struct wg_problem *give_role(struct wg_call *call, const Bond *bond,
                                   const char *organisation, uint32_t role);

/* Who pays under a contract may read what is reported of it. */
const struct wg_problem *give_payers_role(struct wg_call *call, const Bond *bond,
                                          const Contract *contract);

const struct wg_problem *ask_contract(struct wg_call *call, char *name, const Contract **contract);

#endif
