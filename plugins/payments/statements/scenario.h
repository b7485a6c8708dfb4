/* scenario.h - what is assumed to happen → units and figures, in place of evidence. Pure. */
#ifndef PAYMENTS_SCENARIO_H
#define PAYMENTS_SCENARIO_H

#include "account/account.h"
#include "wellgate/payments/v1/simulations.pb-c.h"

typedef Wellgate__Payments__V1__Scenario Scenario;

/* As account_fold does it: what every rule is due. false when out of memory, or where an
 * amount is beyond what can be stated. */
bool scenario_fold(const Scenario *scenario, struct account *account);

#endif
