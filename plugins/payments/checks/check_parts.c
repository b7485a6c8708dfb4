/* check_parts.c - series, events, durations, windows, conditions. */
#include "check_parts.h"

#include <stdlib.h>
#include <string.h>

#include "terms/number.h"
#include "evidence/window.h"
#include "wellgate/outcomes/v1/utilisation.pb-c.h"

typedef Wellgate__Payments__V1__Window Window;
typedef Wellgate__Payments__V1__Condition Condition;

/* ---- Series ---- */

/* In capitals a class; else what OTHER is of. */
static const char *
use_fault(const char *word)
{
    const ProtobufCEnumDescriptor *classes = &wellgate__outcomes__v1__utilisation__class__descriptor;
    const ProtobufCEnumValue *class = protobuf_c_enum_descriptor_get_value_by_name(classes, word);

    if (*word < 'A' || *word > 'Z')
        return NULL;
    if (class && class->value == WELLGATE__OUTCOMES__V1__UTILISATION__CLASS__OTHER)
        return "of OTHER by its code: use:ambulance-conveyance";
    return class && class->value ? NULL : "is no class of service use";
}

static const char *
attribute_fault(const char *word)
{
    static const char *const names[] = {
        "sex", "caring", "ageBand", "practice", "deprivationDecile", "condition", "duplicate",
        "strand", "referrer", "provider", "source", "reason",
    };
    size_t length = strcspn(word, "=");

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (strlen(names[i]) == length && strncmp(names[i], word, length) == 0)
            return word[length] && word[length + 1] ? NULL : "an attribute has a value: sex=FEMALE";
    return "is no attribute of a person";
}

static const struct series_kind {
    const char *prefix;
    const char *(*fault)(const char *word); /* NULL: any word */
    bool dated;
} series_kinds[] = {
    {"milestone:", NULL, true}, {"referral:", NULL, true},
    {"spell:", NULL, true},     {"use:", use_fault, true},
    {"attribute:", attribute_fault, false},
};

void
check_series(const struct checking *checking, const char *at, const char *series,
             enum series_use use)
{
    const char *fault = "begins with milestone:, referral:, spell:, use: or attribute:";

    for (size_t i = 0; i < sizeof(series_kinds) / sizeof(series_kinds[0]); i++) {
        const struct series_kind *kind = &series_kinds[i];

        if (strncmp(series, kind->prefix, strlen(kind->prefix)) != 0)
            continue;
        fault = kind->fault ? kind->fault(series + strlen(kind->prefix)) : NULL;
        if (!fault && use == SERIES_DATED && !kind->dated)
            fault = "has no day";
    }
    if (fault)
        FAULT(checking, "UNKNOWN_VALUE", fault, "%s", at);
}

void
check_events(const struct checking *checking, const char *at, const char *name,
             char *const *events, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const char *pointer = POINTER(checking, "%s/%s/%zu", at, name, i);

        check_series(checking, pointer, events[i], SERIES_DATED);
        for (size_t before = 0; before < i; before++)
            if (strcmp(events[before], events[i]) == 0) {
                FAULT(checking, "DUPLICATE", "is named twice", "%s", pointer);
                break;
            }
    }
}

/* ---- Time ---- */

static bool
contract_days(const struct checking *checking, struct days *days)
{
    return wg_date_parse(checking->contract->start_date, &days->first) &&
           wg_date_parse(checking->contract->end_date, &days->last);
}

static wg_date
day_after_start(const struct checking *checking, const char *text)
{
    struct days days = {0};
    struct duration duration;

    contract_days(checking, &days);
    duration_read(text, &duration);
    return duration_after(days.first, duration);
}

bool
is_as_long(const struct checking *checking, const char *a, const char *b)
{
    return day_after_start(checking, a) >= day_after_start(checking, b);
}

void
check_length(const struct checking *checking, const char *at, const char *text)
{
    struct days days;

    if (!*text || !contract_days(checking, &days))
        return;
    if (day_after_start(checking, text) == days.first)
        FAULT(checking, "OUT_OF_RANGE", "must be some time", "%s", at);
    else if (day_after_start(checking, text) - 1 > days.last)
        FAULT(checking, "UNREACHABLE", "the contract is not that long", "%s", at);
}

/* ---- Windows ---- */

static void
check_anchor(const struct checking *checking, const char *at, const Window *window,
             enum window_use use)
{
    const char *pointer = POINTER(checking, "%s/anchor", at);

    if (strcmp(window->anchor, "unit") != 0) {
        if (*window->anchor)
            check_series(checking, pointer, window->anchor, SERIES_DATED);
    } else if (use != WINDOW_OF_UNIT) {
        FAULT(checking, "NOT_TAKEN", "there is no unit yet to count from", "%s", pointer);
    }
}

static void
check_offsets(const struct checking *checking, const char *at, const Window *window)
{
    struct duration grace;
    wg_date last;

    if (*window->grace && !*window->to)
        FAULT(checking, "REQUIRED", "a grace needs an end to be behind", "%s/to", at);
    if (!*window->to)
        return;
    duration_read(window->grace, &grace);
    last = duration_after(day_after_start(checking, window->to), grace);
    if (day_after_start(checking, window->from) > last)
        FAULT(checking, "ORDER", "it ends before it begins", "%s/to", at);
}

static void
check_dates(const struct checking *checking, const char *at, const Window *window)
{
    wg_date first, last;

    if (wg_date_parse(window->from_date, &first) && wg_date_parse(window->to_date, &last) &&
        first > last)
        FAULT(checking, "ORDER", "it ends before it begins", "%s/toDate", at);
}

void
check_window(const struct checking *checking, const char *at, const Window *window,
             enum window_use use)
{
    if (!window)
        return;
    check_anchor(checking, at, window, use);
    check_offsets(checking, at, window);
    check_dates(checking, at, window);
}

/* ---- Conditions ---- */

void
check_bounds(const struct checking *checking, const char *at, const char *least, const char *most)
{
    struct bounds bounds = bounds_read(least, most);

    if (*least && *most && bounds.least > bounds.most)
        FAULT(checking, "ORDER", "no value is that great and that small", "%s", at);
}

void
check_condition(const struct checking *checking, const char *at, const Condition *condition)
{
    bool counts = strncmp(condition->series, "use:", strlen("use:")) == 0;

    check_series(checking, POINTER(checking, "%s/series", at), condition->series, SERIES_ANY);
    if (counts && *condition->value_at_least)
        FAULT(checking, "NOT_TAKEN", "use of services is counted: atLeast", "%s/valueAtLeast", at);
    if (counts && *condition->value_at_most)
        FAULT(checking, "NOT_TAKEN", "use of services is counted: atLeast", "%s/valueAtMost", at);
    check_bounds(checking, POINTER(checking, "%s/valueAtMost", at), condition->value_at_least,
                 condition->value_at_most);
    check_window(checking, POINTER(checking, "%s/window", at), condition->window, WINDOW_OF_UNIT);
}
