/* flows.h - a bond's drawdowns, distributions and write-offs, read from the store. */
#ifndef BONDS_FLOWS_H
#define BONDS_FLOWS_H

#include <wellgate/call.h>

#include "account.h"
#include "wellgate/bonds/v1/bonds.pb-c.h"

typedef Wellgate__Bonds__V1__Bond Bond;
typedef Wellgate__Bonds__V1__Commitment Commitment;
typedef Wellgate__Bonds__V1__Distribution Distribution;
typedef Wellgate__Bonds__V1__Drawdown Drawdown;
typedef Wellgate__Bonds__V1__WriteOff WriteOff;
typedef Wellgate__Common__V1__Money Money;

/* Load the bond that a name of something in it begins with. */
const struct wg_problem *load_bond(struct wg_call *call, const char *name,
                                   const Bond **bond);

/* The answer when the arena's limit was reached. */
const struct wg_problem *no_memory(struct wg_call *call);

/* The answer when amounts add up to more than can be reckoned with. */
const struct wg_problem *too_great(struct wg_call *call);

/* No money is none. errors  false: it is not of the currency */
bool read_money(const char *currency, const Money *money, int64_t *minor);

/* In minor units, of money that is stored: it was checked. 0 for none. */
int64_t minor_of(const Money *money);

/* ---- Flows of a bond ---- */

struct flow_list {
    struct flow *items; /* in the call's arena */
    size_t n;
    size_t room;
};

/* Which flows; NULL: no limit. Borrowed. */
struct flow_choice {
    const char *commitment; /* those under it */
    const char *except;     /* not this record: it is about to be written */
    const char *until_date; /* those on this day or before */
};

/* errors  false: an amount is not one of the currency; *flow is unchanged */
bool flow_of_drawdown(const char *currency, const Drawdown *drawdown,
                      struct flow *flow);
bool flow_of_write_off(const char *currency, const WriteOff *write_off,
                       struct flow *flow);
bool flow_of_distribution(const char *currency,
                          const Distribution *distribution, struct flow *flow);

/* errors  false past the arena's limit */
bool flow_list_add(struct wg_call *call, struct flow_list *list,
                   const struct flow *flow);

/* The drawdowns, distributions and write-offs of a bond, in no particular order. */
const struct wg_problem *flow_list_load(struct wg_call *call, const Bond *bond,
                                        const struct flow_choice *choice,
                                        struct flow_list *list);

/* The same in a list for each of these commitments. */
const struct wg_problem *flow_lists_load(struct wg_call *call, const Bond *bond,
                                         const struct flow_choice *choice,
                                         const char *const *commitments, size_t n,
                                         struct flow_list *lists);

/* account_of with a problem for sums that are too great. */
const struct wg_problem *account_make(struct wg_call *call, int64_t committed,
                                      struct flow_list *flows,
                                      struct account *account);

/* "1234.50 GBP", in the arena; NULL past its limit. */
char *amount_text(struct wg_call *call, const char *currency, int64_t minor);

#endif
