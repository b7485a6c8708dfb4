/* commitments.c - what investors promise, which makes them investors. */
#include <string.h>

#include "checks.h"
#include "rules.h"
#include "termination.h"
#include "wellgate/core/v1/core.pb-c.h"

typedef Wellgate__Core__V1__Grant Grant;

#define BIT(role) (1u << WELLGATE__OPTIONS__V1__ROLE__KIND__##role)

/* "organisations/o" and "bonds/b": "organisations/o/grants/bonds~b". */
static char *
grant_name(struct wg_call *call, const Bond *bond, const char *organisation)
{
    return wg_format(wg_call_arena(call), "%s/grants/bonds~%s", organisation,
                     wg_name_id(bond->name));
}

static const struct wg_problem *
load_roles(struct wg_call *call, const Bond *bond, const char *organisation,
           uint32_t *roles)
{
    char *name = grant_name(call, bond, organisation);
    const struct wg_problem *problem;
    struct wg_record record;
    const Grant *grant;

    *roles = 0;
    if (!name)
        return no_memory(call);
    if ((problem = wg_load(call, name, &record)))
        return problem == &wg_not_found ? NULL : problem;
    grant = (const Grant *)record.message;
    for (size_t i = 0; i < grant->n_roles; i++)
        *roles |= 1u << grant->roles[i];
    return NULL;
}

/* A grant replaces the one before: the vehicle, too, may be an investor. */
static const struct wg_problem *
make_investor(struct wg_call *call, const Bond *bond, const char *organisation)
{
    const struct wg_problem *problem;
    uint32_t roles;

    if ((problem = load_roles(call, bond, organisation, &roles)) ||
        roles & BIT(INVESTOR))
        return problem;
    return wg_grant(call, bond->name, organisation, roles | BIT(INVESTOR), "");
}

const struct wg_problem *
check_commitment(struct wg_call *call, const ProtobufCMessage *before,
                 ProtobufCMessage *after)
{
    const Commitment *commitment = (const Commitment *)after;
    const struct wg_problem *problem;
    const Bond *bond;

    if (!commitment)
        return NULL;
    if ((problem = load_bond(call, commitment->name, &bond)))
        return problem;
    check_amount(call, bond, commitment->amount);
    check_in_term(call, bond, commitment->date);
    check_not_ended(call, bond, commitment->date);
    if ((problem = wg_violations(call)) || before)
        return problem;
    return make_investor(call, bond, commitment->investor);
}
