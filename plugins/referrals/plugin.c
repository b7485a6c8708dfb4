/* plugin.c - what the gateway is told of people and referrals. */
#include <wellgate/plugin.h>

#include "chasing.h"
#include "flags.h"
#include "milestones.h"
#include "people.h"
#include "refer.h"
#include "referrals.h"
#include "verbs.h"

WG_EMBED(referrals_descriptors, "referrals.pb");

static const struct wg_method methods[] = {
    {.name = "Referrals/SubmitReferral", .run = referral_submit},
    {.name = "Referrals/AcceptReferral", .run = referral_accept},
    {.name = "Referrals/RejectReferral", .run = referral_reject},
    {.name = "Referrals/AssignReferral", .run = referral_assign},
    {.name = "Referrals/TransferReferral", .run = referral_transfer},
    {.name = "Referrals/StartReferral", .run = referral_start},
    {.name = "Referrals/HoldReferral", .run = referral_hold},
    {.name = "Referrals/ResumeReferral", .run = referral_resume},
    {.name = "Referrals/CompleteReferral", .run = referral_complete},
    {.name = "Referrals/CancelReferral", .run = referral_cancel},
    {.name = "Referrals/FailReferral", .run = referral_fail},
    {.name = "Referrals/ReopenReferral", .run = referral_reopen},
    {.name = "Referrals/MarkReferralError", .run = referral_mark_error},
    {.name = "Referrals/Refer", .run = refer},
    {.name = "Referrals/RecordMilestone", .run = milestone_record},
    {.name = "Referrals/RetractMilestone", .run = milestone_retract},
    {.name = "Referrals/RaiseFlag", .run = flag_raise},
    {.name = "Referrals/ClearFlag", .run = flag_clear},
    {.name = "Referrals/RaiseSafeguardingFlags", .run = flags_raise},
    {0},
};

static const struct wg_rule rules[] = {
    {"referrals/Person", check_person},
    {"referrals/Referral", check_referral},
    {0},
};

static const struct wg_timer timers[] = {
    {.name = "answers", .every_s = 3600, .due = answers_due, .run = answers_chase},
    {0},
};

WG_PLUGIN = {
    WG_PLUGIN_ABI,
    .name = "referrals",
    .descriptor_set = {referrals_descriptors, referrals_descriptors_end},
    .methods = methods,
    .rules = rules,
    .timers = timers,
};
