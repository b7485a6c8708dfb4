/* service.c - organisations, programmes and participants: mostly their protos. */
#include "service.h"

#include <string.h>

#include "wellgate/core/v1/core.pb-c.h"

typedef Wellgate__Core__V1__Participant Participant;
typedef Wellgate__Core__V1__Programme Programme;

WG_EMBED(core_descriptors, "core.pb");

static const struct wg_problem *
check_programme(struct wg_call *call, const ProtobufCMessage *before, ProtobufCMessage *after)
{
    const Programme *programme = (void *)after;

    (void)before;
    if (programme && *programme->end_date &&
        strcmp(programme->end_date, programme->start_date) < 0)
        wg_violation(call, "/endDate", "OUT_OF_RANGE", "is before startDate");
    return NULL;
}

static uint32_t
role_bits(struct wg_call *call, const Participant *participant)
{
    uint32_t bits = 0;

    for (size_t i = 0; i < participant->n_roles; i++) {
        if (participant->roles[i] <= WELLGATE__OPTIONS__V1__ROLE__KIND__ANYONE)
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
