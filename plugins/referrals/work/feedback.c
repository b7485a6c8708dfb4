/* feedback.c - what feedback may say. */
#include "feedback.h"

#include "wellgate/referrals/v1/feedback.pb-c.h"
#include "work.h"

typedef Wellgate__Referrals__V1__Feedback Feedback;

static bool
says_something(const Feedback *feedback)
{
    return feedback->stars || feedback->impact || feedback->connected_to_suitable_services ||
           feedback->time_valued || *feedback->comment;
}

/* Feedback that says nothing would count among those who answered. Words may be gone
 * since, with the person's key. */
static void
check_answers(struct wg_call *call, const Feedback *before, const Feedback *after)
{
    if (!says_something(after) && (!before || says_something(before)))
        wg_violation(call, "/stars", "REQUIRED", "give stars, another answer or a comment");
}

const struct wg_problem *
check_feedback(struct wg_call *call, const ProtobufCMessage *before, ProtobufCMessage *after)
{
    Feedback *feedback = (Feedback *)after;
    const struct wg_problem *problem;
    const Referral *referral;

    if (!feedback)
        return NULL;
    if ((problem = work_referral(call, feedback->name, WORK_DONE, &referral)))
        return problem;
    check_work_day(call, feedback->name, feedback->date, referral);
    check_answers(call, (const Feedback *)before, feedback);
    feedback->person = referral->person;
    if (!before)
        feedback->recorded_by = (char *)wg_caller(call)->organisation;
    return wg_violations(call);
}
