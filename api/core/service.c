/* service.c - organisations, programmes and participants: mostly their protos. */
#include "service.h"

#include <string.h>
#include <wellgate/snomed.h>

#include "wellgate/core/v1/core.pb-c.h"

typedef Wellgate__Core__V1__Participant Participant;
typedef Wellgate__Core__V1__Programme Programme;
typedef Wellgate__Core__V1__Programme__Code ListedCode;

WG_EMBED(core_descriptors, "core.pb");

static void
check_code(struct wg_call *call, const char *list, ListedCode *const *codes, size_t at)
{
    const char *code = wg_format(wg_call_arena(call), "/%s/%zu/code", list, at);
    const char *snomed = wg_format(wg_call_arena(call), "/%s/%zu/snomedCode", list, at);

    if (!code || !snomed)
        return;
    for (size_t i = 0; i < at; i++)
        if (strcmp(codes[i]->code, codes[at]->code) == 0) {
            wg_violation(call, code, "DUPLICATE", "is in the list already");
            break;
        }
    if (*codes[at]->snomed_code && !wg_snomed_concept_valid(codes[at]->snomed_code))
        wg_violation(call, snomed, "INVALID", "is no id of a SNOMED CT concept");
}

static void
check_codes(struct wg_call *call, const char *list, ListedCode *const *codes, size_t n)
{
    for (size_t i = 0; i < n; i++)
        check_code(call, list, codes, i);
}

static void
check_limits(struct wg_call *call, const Programme *programme)
{
    const Wellgate__Core__V1__Programme__Eligibility *ages = programme->eligibility;

    if (ages && ages->greatest_age && ages->greatest_age < ages->least_age)
        wg_violation(call, "/eligibility/greatestAge", "OUT_OF_RANGE", "is less than leastAge");
    if (programme->expire_after_days &&
        programme->expire_after_days < programme->answer_within_days)
        wg_violation(call, "/expireAfterDays", "OUT_OF_RANGE", "is less than answerWithinDays");
}

static const struct wg_problem *
check_programme(struct wg_call *call, const ProtobufCMessage *before, ProtobufCMessage *after)
{
    const Programme *programme = (void *)after;

    (void)before;
    if (!programme)
        return NULL;
    if (*programme->end_date && strcmp(programme->end_date, programme->start_date) < 0)
        wg_violation(call, "/endDate", "OUT_OF_RANGE", "is before startDate");
    check_limits(call, programme);
    check_codes(call, "strands", programme->strands, programme->n_strands);
    check_codes(call, "reasons", programme->reasons, programme->n_reasons);
    check_codes(call, "endReasons", programme->end_reasons, programme->n_end_reasons);
    check_codes(call, "milestones", programme->milestones, programme->n_milestones);
    return NULL;
}

/* ADMIN is a scope; ANYONE and PUBLIC are whoever calls. */
static bool
is_held_by_organisations(Wellgate__Options__V1__Role__Kind role)
{
    return role != WELLGATE__OPTIONS__V1__ROLE__KIND__ADMIN &&
           role != WELLGATE__OPTIONS__V1__ROLE__KIND__ANYONE &&
           role != WELLGATE__OPTIONS__V1__ROLE__KIND__PUBLIC;
}

static uint32_t
role_bits(struct wg_call *call, const Participant *participant)
{
    uint32_t bits = 0;

    for (size_t i = 0; i < participant->n_roles; i++) {
        if (!is_held_by_organisations(participant->roles[i]))
            wg_violation(call, wg_format(wg_call_arena(call), "/roles/%zu", i), "UNKNOWN_VALUE",
                         "is no role of an organisation");
        bits |= 1u << participant->roles[i];
    }
    return bits;
}

/* A participant's id is its organisation's, and its roles are a grant. */
static const struct wg_problem *
check_participant(struct wg_call *call, const ProtobufCMessage *before, ProtobufCMessage *after)
{
    const Participant *participant = (void *)(after ? after : before);
    const char *organisation = wg_format(wg_call_arena(call), "organisations/%s",
                                         wg_name_id(participant->name));
    char *programme = wg_name_parent(call, participant->name, 1);
    uint32_t roles = after ? role_bits(call, participant) : 0;
    const struct wg_problem *problem;
    bool exists;

    if (!organisation || !programme)
        return &wg_payload_too_large;
    if ((problem = wg_exists(call, organisation, &exists)))
        return problem;
    if (!exists)
        wg_violation(call, "?participantId", "NOT_FOUND", "there is no such organisation");
    if ((problem = wg_violations(call)))
        return problem;
    return wg_grant(call, programme, organisation, roles, participant->end_date);
}

static const struct wg_rule rules[] = {
    {"core/Programme", check_programme},
    {"core/Participant", check_participant},
    {0},
};

const struct wg_plugin core_plugin = {
    WG_PLUGIN_ABI,
    .name = "core",
    .descriptor_set = {core_descriptors, core_descriptors_end},
    .rules = rules,
};
