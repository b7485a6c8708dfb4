/* activity.c - the day of the last event about each person. */
#include "activity.h"

#include <string.h>

#include "person/people.h"

/*
 * Projections:
 *   activity         id of a person → day 4 (as it lies in memory) | erased 1
 *   referral-person  id of a referral → id of its person
 */
#define ACTIVITY "activity"
#define REFERRAL_PERSON "referral-person"

enum { DAY_MS = 24 * 60 * 60 * 1000, ROW_BYTES = sizeof(wg_date) + 1 };

static struct wg_bytes
text_bytes(const char *text)
{
    return (struct wg_bytes){text, strlen(text)};
}

/* ---- Rows ---- */

static bool
read_row(struct wg_bytes value, struct activity *activity)
{
    const unsigned char *bytes = value.data;

    if (value.length != ROW_BYTES)
        return false;
    memcpy(&activity->last, bytes, sizeof(activity->last));
    activity->erased = bytes[sizeof(activity->last)];
    return true;
}

static const struct wg_problem *
get_row(struct wg_call *call, const char *root, struct wg_bytes id, struct activity *activity)
{
    struct wg_bytes value;
    const struct wg_problem *problem = wg_project_get(call, root, ACTIVITY, id, &value);

    if (problem)
        return problem;
    return read_row(value, activity) ? NULL : &wg_internal;
}

static const struct wg_problem *
put_row(struct wg_call *call, const char *root, struct wg_bytes id,
        const struct activity *activity)
{
    unsigned char bytes[ROW_BYTES];

    memcpy(bytes, &activity->last, sizeof(activity->last));
    bytes[sizeof(activity->last)] = activity->erased;
    return wg_project_put(call, root, ACTIVITY, id, (struct wg_bytes){bytes, sizeof(bytes)});
}

const struct wg_problem *
activity_get(struct wg_call *call, const char *person, struct activity *activity)
{
    return get_row(call, person, text_bytes(wg_name_id(person)), activity);
}

struct scan {
    activity_visit *visit;
    void *context;
};

static bool
visit_row(void *context, struct wg_bytes key, struct wg_bytes value)
{
    const struct scan *scan = context;
    struct activity activity;

    return !read_row(value, &activity) || scan->visit(scan->context, key, &activity);
}

const struct wg_problem *
activity_scan(struct wg_call *call, const char *programme, const char *after,
              activity_visit *visit, void *context)
{
    struct scan scan = {visit, context};
    struct wg_bytes behind = text_bytes(after);

    return wg_project_scan(call, programme, ACTIVITY, *after ? &behind : NULL, visit_row, &scan);
}

/* ---- Whom an event is about ---- */

/* The referral is looked at once; its person never changes. */
static const struct wg_problem *
person_of_referral(struct wg_call *call, const struct wg_event *event, const char *referral,
                   struct wg_bytes *person)
{
    struct wg_bytes id = text_bytes(wg_name_id(referral));
    const struct wg_problem *problem;
    const ProtobufCMessage *message;

    if ((problem = wg_project_get(call, referral, REFERRAL_PERSON, id, person)) != &wg_not_found)
        return problem;
    if ((problem = strcmp(event->resource, referral) == 0 ? wg_event_look(call, event, &message)
                                                          : wg_look(call, referral, &message)))
        return problem;
    *person = text_bytes(wg_name_id(((const Referral *)message)->person));
    return wg_project_put(call, referral, REFERRAL_PERSON, id, *person);
}

/* The id of the person whom an event is about; length 0: nobody. */
static const struct wg_problem *
person_of(struct wg_call *call, const struct wg_event *event, struct wg_bytes *person)
{
    const char *top = wg_name_parent(call, event->resource, 2);
    const char *root = wg_name_parent(call, event->resource, 1);
    const struct wg_problem *problem;
    const char *collection;

    *person = text_bytes("");
    if (!top || !root)
        return wg_no_memory(call);
    collection = top + strlen(root);
    if (strncmp(collection, "/people/", 8) == 0)
        *person = text_bytes(wg_name_id(top));
    if (strncmp(collection, "/referrals/", 11) != 0)
        return NULL;
    problem = person_of_referral(call, event, top, person);
    return problem == &wg_not_found ? NULL : problem; /* a referral that was deleted since */
}

const struct wg_problem *
activity_follow(struct wg_call *call, const struct wg_event *event)
{
    struct activity now = {.last = (wg_date)(event->time_ms / DAY_MS)}, known;
    const struct wg_problem *problem;
    struct wg_bytes person;
    char *id;

    if ((problem = person_of(call, event, &person)) || !person.length)
        return problem;
    if (!(id = wg_copy_bytes(wg_call_arena(call), person.data, person.length)))
        return wg_no_memory(call);
    now.erased = strcmp(event->type, "person.erased") == 0;
    problem = get_row(call, event->resource, text_bytes(id), &known);
    if (problem && problem != &wg_not_found)
        return problem;
    if (!problem && (known.erased || (known.last == now.last && !now.erased)))
        return NULL;
    return put_row(call, event->resource, text_bytes(id), &now);
}
