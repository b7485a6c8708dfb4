/* contacts.h - what a contact may say. */
#ifndef REFERRALS_CONTACTS_H
#define REFERRALS_CONTACTS_H

#include <wellgate/call.h>

/* The rule of referrals/Contact. */
const struct wg_problem *check_contact(struct wg_call *call, const ProtobufCMessage *before,
                                       ProtobufCMessage *after);

#endif
