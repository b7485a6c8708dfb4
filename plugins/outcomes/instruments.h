/* instruments.h - the instruments that every gateway knows. */
#ifndef OUTCOMES_INSTRUMENTS_H
#define OUTCOMES_INSTRUMENTS_H

#include <wellgate/call.h>

#include "wellgate/outcomes/v1/outcomes.pb-c.h"

typedef Wellgate__Outcomes__V1__Instrument Instrument;

/* Store those that are not there yet, and new revisions of those that differ. */
const struct wg_problem *instruments_install(struct wg_call *call);

#endif
