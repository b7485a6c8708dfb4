/* concerns.c - what is scored in the person's own words stays what it was. */
#include "concerns.h"

#include <string.h>

typedef Wellgate__Outcomes__V1__Assessment__Concern Concern;

static const Concern *
concern_among(const Assessment *assessment, size_t n, const char *item)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(assessment->concerns[i]->item, item) == 0)
            return assessment->concerns[i];
    return NULL;
}

static const Concern *
concern_find(const Assessment *assessment, const char *item)
{
    return assessment ? concern_among(assessment, assessment->n_concerns, item) : NULL;
}

static bool
same_words(const Concern *a, const Concern *b)
{
    return a && b ? strcmp(a->text, b->text) == 0 : a == b;
}

static void
check_item(struct wg_call *call, const struct definition *definition,
           const Assessment *assessment, size_t at)
{
    const char *key = assessment->concerns[at]->item;
    const Item *item = item_find(definition, key);
    const char *pointer = wg_format(wg_call_arena(call), "/concerns/%zu/item", at);

    if (!pointer)
        return;
    if (!item || !item->names_concern)
        wg_violation(call, pointer, "UNKNOWN_VALUE", "is no item that scores a concern");
    else if (concern_among(assessment, at, key))
        wg_violation(call, pointer, "DUPLICATE", "is said twice");
}

/* ---- Beside the person's other readings with the instrument ---- */

struct comparing {
    struct wg_call *call;
    const Assessment *before, *after;
    const char *item;
    bool differs; /* another reading has other words for it */
    bool scored;  /* another reading scores it */
};

static bool
compare(void *context, const struct wg_record *record)
{
    const Assessment *other = (const Assessment *)record->message;
    struct comparing *comparing = context;
    const Concern *said = concern_find(other, comparing->item);
    const Concern *says = concern_find(comparing->after, comparing->item);

    if (strcmp(other->name, comparing->after->name) == 0)
        return true;
    if (answer_find(other, other->n_answers, comparing->item))
        comparing->scored = true;
    if (said && says && !same_words(said, says))
        comparing->differs = true;
    return true;
}

static bool
is_locked(const struct comparing *comparing)
{
    const Concern *was = concern_find(comparing->before, comparing->item);

    return comparing->differs ||
           (was && comparing->scored &&
            !same_words(was, concern_find(comparing->after, comparing->item)));
}

static void
refuse(struct wg_call *call, const Assessment *assessment, const char *item)
{
    size_t at = 0;

    while (at < assessment->n_concerns && strcmp(assessment->concerns[at]->item, item) != 0)
        at++;
    wg_violation(call, at < assessment->n_concerns
                           ? wg_format(wg_call_arena(call), "/concerns/%zu/text", at)
                           : "/concerns",
                 "LOCKED", "other readings score this concern as it was first put");
}

static const struct wg_problem *
check_words(struct wg_call *call, const Assessment *before, const Assessment *assessment,
            const char *item)
{
    struct comparing comparing = {call, before, assessment, item, false, false};
    const char *instrument = assessment->instrument;
    const struct wg_problem *problem;

    if (!concern_find(before, item) && !concern_find(assessment, item))
        return NULL;
    if ((problem = wg_find(call, "outcomes/Assessment", wg_name_parent(call, assessment->name, 2),
                           "instrument,assessed_date", &instrument, 1, compare, &comparing)))
        return problem;
    if (is_locked(&comparing))
        refuse(call, assessment, item);
    return NULL;
}

const struct wg_problem *
concerns_check(struct wg_call *call, const struct definition *definition,
               const Assessment *before, const Assessment *assessment)
{
    const struct wg_problem *problem = NULL;

    for (size_t i = 0; i < assessment->n_concerns; i++)
        check_item(call, definition, assessment, i);
    for (size_t i = 0; !problem && i < definition->n_items; i++)
        if (definition->items[i]->names_concern)
            problem = check_words(call, before, assessment, definition->items[i]->key);
    return problem;
}
