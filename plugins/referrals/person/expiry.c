/* expiry.c - consents whose last day is over are marked as expired. */
#include "expiry.h"

#include <string.h>

#include "consents.h"

/*
 * Projections:
 *   consent-ends   last day, then the ids of the consent → "1": to be marked; "": no more
 *   consent-end    the ids → the last day that the row above has
 */
#define ENDS "consent-ends"
#define END "consent-end"

enum { DAY_CHARACTERS = 10, MARKED_AT_ONCE = 200 };

typedef char day_text[WG_DATE_TEXT_BYTES];

static struct wg_bytes
text_bytes(const char *text)
{
    return (struct wg_bytes){text, strlen(text)};
}

/* ---- Following events ---- */

/* "programmes/x/people/p/consents/c" → "people/p/consents/c". */
static const char *
ids_of(struct wg_call *call, const char *name)
{
    const char *root = wg_name_parent(call, name, 1);

    return root ? name + strlen(root) + 1 : NULL;
}

static const struct wg_problem *
put_end(struct wg_call *call, const char *root, const char *day, const char *ids, bool waits)
{
    const char *key = wg_format(wg_call_arena(call), "%s%s", day, ids);

    if (!key)
        return wg_no_memory(call);
    return wg_project_put(call, root, ENDS, text_bytes(key), text_bytes(waits ? "1" : ""));
}

/* The day under which it waits so far; "" for none. */
static const struct wg_problem *
known_end(struct wg_call *call, const char *root, const char *ids, day_text day)
{
    struct wg_bytes value = {"", 0};
    const struct wg_problem *problem = wg_project_get(call, root, END, text_bytes(ids), &value);

    memcpy(day, value.data, value.length < DAY_CHARACTERS ? value.length : DAY_CHARACTERS);
    day[value.length < DAY_CHARACTERS ? value.length : DAY_CHARACTERS] = '\0';
    return problem == &wg_not_found ? NULL : problem;
}

const struct wg_problem *
expiry_follow(struct wg_call *call, const struct wg_event *event)
{
    const char *ids = ids_of(call, event->resource);
    const struct wg_problem *problem;
    struct wg_record record;
    const Consent *consent;
    day_text known;

    if (!ids)
        return wg_no_memory(call);
    if ((problem = wg_load(call, event->resource, &record)))
        return problem == &wg_not_found ? NULL : problem;
    consent = (const Consent *)record.message;
    if ((problem = known_end(call, consent->name, ids, known)))
        return problem;
    if (*known && strcmp(known, consent->expiry_date) != 0 &&
        (problem = put_end(call, consent->name, known, ids, false)))
        return problem;
    if (!*consent->expiry_date)
        return NULL;
    if ((problem = wg_project_put(call, consent->name, END, text_bytes(ids),
                                  text_bytes(consent->expiry_date))))
        return problem;
    return put_end(call, consent->name, consent->expiry_date, ids,
                   consent->state == WELLGATE__REFERRALS__V1__CONSENT__STATE__GIVEN);
}

/* ---- The timer ---- */

struct ended {
    struct wg_call *call;
    const char *root;
    day_text today;
    const char *names[MARKED_AT_ONCE];
    size_t n, most;
    bool no_memory;
};

static bool
take_ended(void *context, struct wg_bytes key, struct wg_bytes value)
{
    struct ended *ended = context;
    char *name;

    if (key.length <= DAY_CHARACTERS || memcmp(key.data, ended->today, DAY_CHARACTERS) >= 0)
        return false;
    if (!value.length)
        return true;
    name = wg_format(wg_call_arena(ended->call), "%s/%.*s", ended->root,
                     (int)(key.length - DAY_CHARACTERS), (const char *)key.data + DAY_CHARACTERS);
    ended->no_memory = !name;
    ended->names[ended->n++] = name;
    return name && ended->n < ended->most;
}

static const struct wg_problem *
find_ended(struct wg_call *call, const char *root, size_t most, struct ended *ended)
{
    const struct wg_problem *problem;

    *ended = (struct ended){.call = call, .root = root, .most = most};
    wg_date_format(wg_today(call, root), ended->today);
    problem = wg_project_scan(call, root, ENDS, NULL, take_ended, ended);
    return ended->no_memory ? wg_no_memory(call) : problem;
}

const struct wg_problem *
expiry_due(struct wg_call *call, const char *root, bool *is_due)
{
    struct ended ended;
    const struct wg_problem *problem = find_ended(call, root, 1, &ended);

    *is_due = ended.n;
    return problem;
}

const struct wg_problem *
expiry_run(struct wg_call *call, const char *root)
{
    struct ended ended;
    const struct wg_problem *problem = find_ended(call, root, MARKED_AT_ONCE, &ended);

    for (size_t i = 0; !problem && i < ended.n; i++) {
        struct wg_record record;

        if (!(problem = wg_load(call, ended.names[i], &record)))
            problem = wg_update(call, record.message, "consent.expired");
    }
    return problem;
}
