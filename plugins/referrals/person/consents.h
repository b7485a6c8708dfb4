/* consents.h - what a person's consents allow. */
#ifndef REFERRALS_CONSENTS_H
#define REFERRALS_CONSENTS_H

#include <wellgate/call.h>

#include "wellgate/referrals/v1/consents.pb-c.h"

typedef Wellgate__Referrals__V1__Consent Consent;
typedef Wellgate__Referrals__V1__Consent__Purpose ConsentPurpose;

#define CONSENT_PURPOSE(name) WELLGATE__REFERRALS__V1__CONSENT__PURPOSE__##name

/*
 * Whether a person's consents allow a purpose on a day: the table of docs/records.md.
 *
 * person  "programmes/x/people/y"
 */
const struct wg_problem *consent_in_force(struct wg_call *call, const char *person,
                                          ConsentPurpose purpose, wg_date day, bool *allowed);

/* The rule of referrals/Consent. */
const struct wg_problem *check_consent(struct wg_call *call, const ProtobufCMessage *before,
                                       ProtobufCMessage *after);

/* ---- Methods ---- */

const struct wg_problem *consent_withdraw(struct wg_call *call);
const struct wg_problem *consent_check(struct wg_call *call);

#endif
