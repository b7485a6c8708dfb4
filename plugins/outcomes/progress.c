/* progress.c - what people reached, and the states that they were in. */
#include "progress.h"

#include <string.h>

#include "checks.h"
#include "wellgate/outcomes/v1/progress.pb-c.h"

typedef Wellgate__Outcomes__V1__Milestone Milestone;
typedef Wellgate__Outcomes__V1__Spell Spell;

static bool
has_word(char *const *words, size_t n, const char *word)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(words[i], word) == 0)
            return true;
    return false;
}

static void
check_evidence(struct wg_call *call, char *const *evidence, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const char *pointer = wg_format(wg_call_arena(call), "/evidence/%zu", i);

        if (!pointer)
            return;
        if (has_word(evidence, i, evidence[i]))
            wg_violation(call, pointer, "DUPLICATE", "is given twice");
    }
}

const struct wg_problem *
check_milestone(struct wg_call *call, const ProtobufCMessage *before, ProtobufCMessage *after)
{
    Milestone *milestone = (Milestone *)after;

    if (!milestone)
        return NULL;
    wg_check_past(call, milestone->name, "/date", milestone->date);
    check_evidence(call, milestone->evidence, milestone->n_evidence);
    if (!before)
        milestone->recorded_by = (char *)wg_caller(call)->organisation;
    return wg_violations(call);
}

/* Dates compare as their texts do. */
static void
check_end(struct wg_call *call, const Spell *spell)
{
    wg_check_past(call, spell->name, "/to", spell->to);
    if (*spell->to && strcmp(spell->to, spell->from) < 0)
        wg_violation(call, "/to", "OUT_OF_RANGE", "must not be before from");
    if (*spell->end_reason && !*spell->to)
        wg_violation(call, "/endReason", "NOT_TAKEN", "is of a spell that has ended");
}

const struct wg_problem *
check_spell(struct wg_call *call, const ProtobufCMessage *before, ProtobufCMessage *after)
{
    Spell *spell = (Spell *)after;

    if (!spell)
        return NULL;
    wg_check_past(call, spell->name, "/from", spell->from);
    check_end(call, spell);
    check_evidence(call, spell->evidence, spell->n_evidence);
    if (!before)
        spell->recorded_by = (char *)wg_caller(call)->organisation;
    return wg_violations(call);
}
