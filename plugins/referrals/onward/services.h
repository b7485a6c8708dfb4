/* services.h - what people can be referred on to, and its waiting list. */
#ifndef REFERRALS_SERVICES_H
#define REFERRALS_SERVICES_H

#include <wellgate/call.h>

#include "wellgate/referrals/v1/services.pb-c.h"

typedef Wellgate__Referrals__V1__Service Service;

#define SERVICE(name) WELLGATE__REFERRALS__V1__SERVICE__##name

/* The rule of referrals/Service. */
const struct wg_problem *check_service(struct wg_call *call, const ProtobufCMessage *before,
                                       ProtobufCMessage *after);

/* The verb :setCapacity. */
const struct wg_problem *service_set_capacity(struct wg_call *call);

/*
 * Send somebody there.
 *
 * waits   whether it is onto the waiting list
 * errors  wg_conflict  it is not running, or has no capacity
 */
const struct wg_problem *service_request(struct wg_call *call, const char *name, bool *waits);

/* One who waited waits no more. */
const struct wg_problem *service_unlist(struct wg_call *call, const char *name);

#endif
