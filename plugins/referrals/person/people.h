/* people.h - people under pseudonyms, and who may see them. */
#ifndef REFERRALS_PEOPLE_H
#define REFERRALS_PEOPLE_H

#include <wellgate/call.h>

#include "wellgate/referrals/v1/people.pb-c.h"
#include "wellgate/referrals/v1/referrals.pb-c.h"

typedef Wellgate__Referrals__V1__Person Person;
typedef Wellgate__Referrals__V1__Referral Referral;

/* The rule of referrals/Person. */
const struct wg_problem *check_person(struct wg_call *call, const ProtobufCMessage *before,
                                      ProtobufCMessage *after);

/* In memory; once, however often it is added. false past the arena. */
bool person_add_referrer(struct wg_call *call, Person *person, const char *organisation);

/* Who refers or works with a person may see the person. */
const struct wg_problem *person_open_to(struct wg_call *call, const Referral *referral);

/* A provider that the referral is no longer addressed to sees no more of the person,
 * unless another referral of the person is addressed to it. "" is nobody. */
const struct wg_problem *person_close_to(struct wg_call *call, const Referral *referral,
                                         const char *provider);

#endif
