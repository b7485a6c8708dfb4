/* check_series.c - series that terms name: of a known kind, and such as records can have. */
#include <string.h>

#include "check_parts.h"
#include "evidence/events.h"
#include "wellgate/outcomes/v1/utilisation.pb-c.h"
#include "wellgate/referrals/v1/people.pb-c.h"
#include "wellgate/referrals/v1/referrals.pb-c.h"

#define LOWER "abcdefghijklmnopqrstuvwxyz"
#define UPPER "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS "0123456789"

enum { CODE_MAX = 64, CODE_DIGITS_MAX = 6, REFERRAL_CODE_MAX = 40 };

/* ---- Codes, as records have them ---- */

/* Words with dashes between, and perhaps a number behind them: "qualification-level-2". */
static bool
is_code(const char *word)
{
    const char *at = word;

    do {
        size_t letters = strspn(at, LOWER), digits = strspn(at, DIGITS);

        if (!letters)
            return at > word && digits && digits <= CODE_DIGITS_MAX && !at[digits];
        at += letters;
    } while (*at++ == '-');
    return !at[-1] && strlen(word) <= CODE_MAX;
}

static const char *
code_fault(const char *word)
{
    return is_code(word) ? NULL
                         : "no record has such a code: words in small letters with dashes between, "
                           "and perhaps a number behind a dash";
}

static const char *
referral_fault(const char *word)
{
    size_t length = strspn(word, UPPER DIGITS "_");

    return length && !word[length] && length <= REFERRAL_CODE_MAX
               ? NULL : "of a referral by the code of a milestone, or a state, in capitals";
}

/* In capitals a class; else what OTHER is of. */
static const char *
use_fault(const char *word)
{
    const ProtobufCEnumDescriptor *classes = &wellgate__outcomes__v1__utilisation__class__descriptor;
    const ProtobufCEnumValue *class = protobuf_c_enum_descriptor_get_value_by_name(classes, word);

    if (*word < 'A' || *word > 'Z')
        return code_fault(word);
    if (class && class->value == WELLGATE__OUTCOMES__V1__UTILISATION__CLASS__OTHER)
        return "of OTHER by its code: use:ambulance-conveyance";
    return class && class->value ? NULL : "is no class of service use";
}

/* ---- Attributes ---- */

static const struct attribute {
    const char *name;
    const ProtobufCEnumDescriptor *words; /* of which it has one; NULL: others */
    const char *prefix;                   /* with which it begins; NULL: any */
} attributes[] = {
    {"sex", &wellgate__referrals__v1__person__sex__descriptor, NULL},
    {"caring", &wellgate__referrals__v1__person__caring__descriptor, NULL},
    {"source", &wellgate__referrals__v1__referral__source__descriptor, NULL},
    {"practice", NULL, "organisations/"},
    {"referrer", NULL, "organisations/"},
    {"provider", NULL, "organisations/"},
    {"duplicate", NULL, "true"},
    {"ageBand", NULL, NULL},
    {"deprivationDecile", NULL, NULL},
    {"condition", NULL, NULL},
    {"strand", NULL, NULL},
    {"reason", NULL, NULL},
};

static const char *
value_fault(const struct attribute *attribute, const char *value)
{
    const ProtobufCEnumValue *word =
        attribute->words ? protobuf_c_enum_descriptor_get_value_by_name(attribute->words, value)
                         : NULL;

    if (attribute->words && (!word || !word->value))
        return "the attribute has no such value";
    if (attribute->prefix && strncmp(value, attribute->prefix, strlen(attribute->prefix)) != 0)
        return "the attribute has no such value: it is an organisation's name, or true";
    return NULL;
}

static const char *
attribute_fault(const char *word)
{
    size_t length = strcspn(word, "=");

    for (size_t i = 0; i < sizeof(attributes) / sizeof(attributes[0]); i++)
        if (strlen(attributes[i].name) == length &&
            strncmp(attributes[i].name, word, length) == 0)
            return word[length] && word[length + 1]
                       ? value_fault(&attributes[i], word + length + 1)
                       : "an attribute has a value: sex=FEMALE";
    return "is no attribute of a person";
}

/* ---- All kinds ---- */

static const struct series_kind {
    const char *prefix;
    const char *(*fault)(const char *word); /* of scores: score_fault */
    bool uses[SERIES_COUNTED + 1];
} series_kinds[] = {
    {"milestone:", code_fault, {true, true, true}},
    {"referral:", referral_fault, {true, true, true}},
    {"spell:", code_fault, {true, true, true}},
    {SERIES_DAYS, code_fault, {true, false, true}},
    {"use:", use_fault, {true, true, true}},
    {SERIES_SCORE, NULL, {true, true, true}},
    {"attribute:", attribute_fault, {true, false, false}},
};

void
check_series(const struct checking *checking, const char *at, const char *series,
             enum series_use use)
{
    const char *fault = "begins with milestone:, referral:, spell:, days:, use:, score: or attribute:";

    for (size_t i = 0; i < sizeof(series_kinds) / sizeof(series_kinds[0]); i++) {
        const struct series_kind *kind = &series_kinds[i];
        const char *word = series_prefix(series, kind->prefix);

        if (!word)
            continue;
        fault = kind->fault ? kind->fault(word) : score_fault(checking, word);
        if (!fault && !kind->uses[use])
            fault = use == SERIES_DATED && series_counting(series) == COUNT_DAYS
                        ? "days are counted, and none of them is an event: spell:" : "has no day";
    }
    if (fault)
        FAULT(checking, "UNKNOWN_VALUE", fault, "%s", at);
}

void
check_events(const struct checking *checking, const char *at, const char *name,
             char *const *events, size_t n, enum series_use use)
{
    for (size_t i = 0; i < n; i++) {
        const char *pointer = POINTER(checking, "%s/%s/%zu", at, name, i);

        check_series(checking, pointer, events[i], use);
        if ((series_counting(events[i]) == COUNT_DAYS) != (series_counting(events[0]) == COUNT_DAYS))
            FAULT(checking, "NOT_TAKEN", "days are counted alone, not beside events", "%s", pointer);
        for (size_t before = 0; before < i; before++)
            if (strcmp(events[before], events[i]) == 0) {
                FAULT(checking, "DUPLICATE", "is named twice", "%s", pointer);
                break;
            }
    }
}
