/* grants.c - roles of organisations in a bond. */
#include "grants.h"

#include "wellgate/core/v1/core.pb-c.h"
#include "wellgate/payments/v1/payments.pb-c.h"

typedef Wellgate__Core__V1__Grant Grant;
typedef Wellgate__Common__V1__GetRequest GetRequest;

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
const struct wg_problem *
give_role(struct wg_call *call, const Bond *bond, const char *organisation, uint32_t role)
{
    const struct wg_problem *problem;
    uint32_t roles;

    if ((problem = load_roles(call, bond, organisation, &roles)) ||
        (roles & role) == role)
        return problem;
    return wg_grant(call, bond->name, organisation, roles | role, "");
}

const struct wg_problem *
ask_contract(struct wg_call *call, char *name, const Contract **contract)
{
    GetRequest request = WELLGATE__COMMON__V1__GET_REQUEST__INIT;
    const ProtobufCMessage *output;
    const struct wg_problem *problem;

    request.name = name;
    if ((problem = wg_invoke(call, "wellgate.payments.v1.Payments/GetContract",
                             &request.base, &output)))
        return problem;
    *contract = (const Contract *)output;
    return NULL;
}

const struct wg_problem *
give_payers_role(struct wg_call *call, const Bond *bond, const Contract *contract)
{
    const struct wg_problem *problem = NULL;

    for (size_t i = 0; !problem && i < contract->n_payers; i++)
        problem = give_role(call, bond, contract->payers[i], ROLE_BIT(COMMISSIONER));
    return problem;
}
