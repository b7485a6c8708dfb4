/* plugin.c - what the gateway is told of people and referrals. */
#include <wellgate/plugin.h>

#include "activity.h"
#include "consents.h"
#include "erasure.h"
#include "expiry.h"
#include "links.h"
#include "moves.h"
#include "people.h"
#include "referrals.h"
#include "search.h"

WG_EMBED(referrals_descriptors, "referrals.pb");

static const struct wg_method methods[] = {
    {.name = "People/SearchPeople", .run = people_search},
    {.name = "People/LinkPerson", .run = person_link},
    {.name = "People/UnlinkPerson", .run = person_unlink},
    {.name = "People/ErasePerson", .run = person_erase},
    {.name = "People/ListDuePeople", .run = people_list_due},
    {.name = "People/EraseDuePeople", .run = people_erase_due},
    {.name = "Consents/WithdrawConsent", .run = consent_withdraw},
    {.name = "Consents/CheckConsent", .run = consent_check},
    {.name = "Referrals/SubmitReferral", .run = referral_submit},
    {.name = "Referrals/AcceptReferral", .run = referral_accept},
    {.name = "Referrals/StartReferral", .run = referral_start},
    {.name = "Referrals/HoldReferral", .run = referral_hold},
    {.name = "Referrals/ResumeReferral", .run = referral_resume},
    {.name = "Referrals/CompleteReferral", .run = referral_complete},
    {.name = "Referrals/CancelReferral", .run = referral_cancel},
    {0},
};

static const struct wg_rule rules[] = {
    {"referrals/Person", check_person},
    {"referrals/Consent", check_consent},
    {"referrals/Referral", check_referral},
    {0},
};

static const struct wg_handler handlers[] = {
    {"", activity_follow},
    {"consent.", expiry_follow},
    {0},
};

static const struct wg_timer timers[] = {
    {.name = "consent-expiry", .every_s = 600, .due = expiry_due, .run = expiry_run},
    {0},
};

WG_PLUGIN = {
    WG_PLUGIN_ABI,
    .name = "referrals",
    .descriptor_set = {referrals_descriptors, referrals_descriptors_end},
    .methods = methods,
    .rules = rules,
    .handlers = handlers,
    .projection_version = 1,
    .timers = timers,
};
