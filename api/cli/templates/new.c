/* @plugin@.c - what the proto cannot say: one verb and one rule. */
#include <string.h>
#include <wellgate/plugin.h>

#include "wellgate/@plugin@/v1/@plugin@.pb-c.h"

typedef Wellgate__@Plugin@__V1__@Single@ @Single@;

WG_EMBED(@plugin@_descriptors, "@plugin@.pb");

/* :close. Fields, scope and roles are checked already. What is read and written here is
 * one transaction with the answer, and may be run again: it has no other effect. */
static const struct wg_problem *
close_@single@(struct wg_call *call)
{
    const Wellgate__Common__V1__NameRequest *request = (const void *)wg_input(call);
    const struct wg_problem *problem;
    struct wg_record record;
    @Single@ *found;

    if ((problem = wg_load(call, request->name, &record)))
        return problem;
    found = (@Single@ *)record.message;
    if (found->closed)
        return wg_fail(call, &wg_conflict, "it is closed already");
    found->closed = true;
    if ((problem = wg_update(call, &found->base, "@single@.closed")))
        return problem;
    wg_answer(call, &found->base);
    return NULL;
}

/* Runs wherever one is written. before is NULL when it is new, after when it goes.
 * Dates are YYYY-MM-DD, so that texts compare as days do. */
static const struct wg_problem *
check_@single@(struct wg_call *call, const ProtobufCMessage *before, ProtobufCMessage *after)
{
    const @Single@ *written = (const @Single@ *)after;

    (void)before;
    if (written && *written->last_date && strcmp(written->last_date, written->first_date) < 0)
        wg_violation(call, "/lastDate", "OUT_OF_RANGE", "is before firstDate");
    return NULL;
}

static const struct wg_method methods[] = {
    {.name = "@Plural@/Close@Single@", .run = close_@single@},
    {0},
};

static const struct wg_rule rules[] = {
    {"@plugin@/@Single@", check_@single@},
    {0},
};

WG_PLUGIN = {
    WG_PLUGIN_ABI,
    .name = "@plugin@",
    .descriptor_set = {@plugin@_descriptors, @plugin@_descriptors_end},
    .methods = methods,
    .rules = rules,
};
