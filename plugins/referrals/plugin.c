/* plugin.c - what the gateway is told of people and referrals. */
#include <wellgate/plugin.h>

#include "moves.h"
#include "people.h"
#include "referrals.h"

WG_EMBED(referrals_descriptors, "referrals.pb");

static const struct wg_method methods[] = {
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
    {"referrals/Referral", check_referral},
    {0},
};

WG_PLUGIN = {
    WG_PLUGIN_ABI,
    .name = "referrals",
    .descriptor_set = {referrals_descriptors, referrals_descriptors_end},
    .methods = methods,
    .rules = rules,
};
