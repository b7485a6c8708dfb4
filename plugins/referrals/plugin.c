/* plugin.c - what the gateway is told of people and referrals. */
#include <wellgate/plugin.h>

#include "directory/directory.h"
#include "onward/award_moves.h"
#include "onward/awards.h"
#include "onward/budgets.h"
#include "onward/onward.h"
#include "onward/onward_moves.h"
#include "onward/services.h"
#include "person/consents.h"
#include "person/erasure.h"
#include "person/expiry.h"
#include "person/flags.h"
#include "person/links.h"
#include "person/people.h"
#include "person/search.h"
#include "referral/activity.h"
#include "referral/chasing.h"
#include "referral/milestones.h"
#include "referral/refer.h"
#include "referral/referrals.h"
#include "referral/stages.h"
#include "referral/verbs.h"
#include "work/contacts.h"
#include "work/feedback.h"
#include "work/goals.h"
#include "work/surveys.h"

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
    {.name = "Stages/CountStages", .run = stages_count},
    {.name = "Awards/AcceptAward", .run = award_accept},
    {.name = "Awards/DeclineAward", .run = award_decline},
    {.name = "Awards/DeliverAward", .run = award_deliver},
    {.name = "Awards/PayAward", .run = award_pay},
    {.name = "Awards/CancelAward", .run = award_cancel},
    {.name = "Services/SetServiceCapacity", .run = service_set_capacity},
    {.name = "OnwardReferrals/SubmitOnwardReferral", .run = onward_submit},
    {.name = "OnwardReferrals/AcceptOnwardReferral", .run = onward_accept},
    {.name = "OnwardReferrals/RejectOnwardReferral", .run = onward_reject},
    {.name = "OnwardReferrals/StartOnwardReferral", .run = onward_start},
    {.name = "OnwardReferrals/HoldOnwardReferral", .run = onward_hold},
    {.name = "OnwardReferrals/ResumeOnwardReferral", .run = onward_resume},
    {.name = "OnwardReferrals/CompleteOnwardReferral", .run = onward_complete},
    {.name = "OnwardReferrals/CancelOnwardReferral", .run = onward_cancel},
    {.name = "OnwardReferrals/FailOnwardReferral", .run = onward_fail},
    {.name = "OnwardReferrals/ReopenOnwardReferral", .run = onward_reopen},
    {.name = "OnwardReferrals/MarkOnwardReferralError", .run = onward_mark_error},
    {.name = "Directory/GetDirectory", .run = directory_get},
    {.name = "Directory/ListDirectoryServices", .run = directory_list_services},
    {.name = "Directory/GetDirectoryService", .run = directory_get_service},
    {.name = "Directory/ListDirectoryServiceAtLocations", .run = directory_list_places},
    {.name = "Directory/GetDirectoryServiceAtLocation", .run = directory_get_place},
    {.name = "Directory/ListDirectoryOrganizations", .run = directory_list_organizations},
    {.name = "Directory/GetDirectoryOrganization", .run = directory_get_organization},
    {.name = "Directory/ListDirectoryTaxonomies", .run = directory_list_taxonomies},
    {.name = "Directory/GetDirectoryTaxonomy", .run = directory_get_taxonomy},
    {.name = "Directory/ListDirectoryTaxonomyTerms", .run = directory_list_terms},
    {.name = "Directory/GetDirectoryTaxonomyTerm", .run = directory_get_term},
    {0},
};

static const struct wg_rule rules[] = {
    {"referrals/Person", check_person},
    {"referrals/Consent", check_consent},
    {"referrals/Referral", check_referral},
    {"referrals/Contact", check_contact},
    {"referrals/Goal", check_goal},
    {"referrals/Feedback", check_feedback},
    {"referrals/Survey", check_survey},
    {"referrals/Budget", check_budget},
    {"referrals/Award", check_award},
    {"referrals/Service", check_service},
    {"referrals/OnwardReferral", check_onward},
    {0},
};

static const struct wg_handler handlers[] = {
    {"", activity_follow},
    {"consent.", expiry_follow},
    {0},
};

static const struct wg_timer timers[] = {
    {.name = "answers", .every_s = 3600, .due = answers_due, .run = answers_chase},
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
