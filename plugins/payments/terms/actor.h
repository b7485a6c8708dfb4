/* actor.h - who does what, and which side of a contract that is. Persons are told apart by
 * issuer and subject, never by organisation: four eyes are two persons'. */
#ifndef PAYMENTS_ACTOR_H
#define PAYMENTS_ACTOR_H

#include <wellgate/call.h>

#include "terms.h"
#include "wellgate/payments/v1/acceptance.pb-c.h"

typedef Wellgate__Payments__V1__Actor Actor;

/* Sides of a contract, as bits: an organisation may be on both. */
enum { SIDE_PAYEE = 1, SIDE_PAYER = 2, SIDE_BOTH = SIDE_PAYEE | SIDE_PAYER };

unsigned side_of(const Contract *contract, const char *organisation);

/* The caller, now; NULL past the arena. */
Actor *actor_of(struct wg_call *call);

/* Is it the same person or app that calls? false for NULL. */
bool actor_calls(const struct wg_call *call, const Actor *actor);

#endif
