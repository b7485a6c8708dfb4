/* commitments.c - what investors promise, which makes them investors. */
#include "checks.h"
#include "grants.h"
#include "rules.h"
#include "termination.h"
#include "report/report.h"

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
    if ((problem = wg_violations(call)) || before ||
        (problem = give_role(call, bond, commitment->investor, ROLE_BIT(INVESTOR))))
        return problem;
    return reports_show(call, bond, commitment);
}
