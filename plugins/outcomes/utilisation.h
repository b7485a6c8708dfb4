/* utilisation.h - use of services, and for which days it is known. */
#ifndef OUTCOMES_UTILISATION_H
#define OUTCOMES_UTILISATION_H

#include <wellgate/call.h>

/* The rules of outcomes/Utilisation and outcomes/Coverage. */
const struct wg_problem *check_utilisation(struct wg_call *call, const ProtobufCMessage *before,
                                           ProtobufCMessage *after);
const struct wg_problem *check_coverage(struct wg_call *call, const ProtobufCMessage *before,
                                        ProtobufCMessage *after);

#endif
