/* contacts.c - what a contact may say. */
#include "contacts.h"

#include "wellgate/referrals/v1/contacts.pb-c.h"
#include "work.h"

typedef Wellgate__Referrals__V1__Contact Contact;

static enum work
work_of(const Contact *contact)
{
    return contact->purpose == WELLGATE__REFERRALS__V1__CONTACT__PURPOSE__ATTEMPT ? WORK_ATTEMPT
                                                                                  : WORK_DONE;
}

const struct wg_problem *
check_contact(struct wg_call *call, const ProtobufCMessage *before, ProtobufCMessage *after)
{
    Contact *contact = (Contact *)after;
    const struct wg_problem *problem;
    const Referral *referral;

    if (!contact)
        return NULL;
    if ((problem = work_referral(call, contact->name, work_of(contact), &referral)))
        return problem;
    check_work_day(call, contact->name, contact->date, referral);
    contact->person = referral->person;
    if (!before)
        contact->recorded_by = (char *)wg_caller(call)->organisation;
    return wg_violations(call);
}
