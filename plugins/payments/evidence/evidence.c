/* evidence.c - events → rows; rows → people. */
#include "evidence.h"

#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "sources.h"

/* Tables of the projection: "evidence" by person id, "series" by name. */
#define EVIDENCE "evidence"
#define SERIES "series"
#define SERIES_COUNT "#"

static struct wg_bytes
text_bytes(const char *text)
{
    return (struct wg_bytes){text, strlen(text)};
}

/* ---- Series: names to small numbers, for each programme ---- */

static const struct wg_problem *
number_get(struct wg_call *call, const char *programme, const char *key, uint32_t *number)
{
    struct wg_bytes value;
    const struct wg_problem *problem =
        wg_project_get(call, programme, SERIES, text_bytes(key), &value);

    *number = 0;
    if (!problem && value.length == sizeof(*number))
        memcpy(number, value.data, sizeof(*number));
    return problem == &wg_not_found ? NULL : problem;
}

static const struct wg_problem *
number_put(struct wg_call *call, const char *programme, const char *key, uint32_t number)
{
    return wg_project_put(call, programme, SERIES, text_bytes(key),
                          (struct wg_bytes){&number, sizeof(number)});
}

/* A key holds so many bytes: what is longer is known by its hash. */
static const char *
series_key(struct wg_call *call, const char *name)
{
    size_t length = strlen(name);

    if (length <= WG_PROJECTION_KEY_MAX)
        return name;
    return wg_format(wg_call_arena(call), "%.*s~%016llx", WG_PROJECTION_KEY_MAX - 20, name,
                     (unsigned long long)XXH3_64bits(name, length));
}

static const struct wg_problem *
number_of(struct wg_call *call, const char *programme, const char *name, uint32_t *number)
{
    const char *key = series_key(call, name);
    const struct wg_problem *problem;

    if (!key)
        return wg_no_memory(call);
    if ((problem = number_get(call, programme, key, number)) || *number ||
        (problem = number_get(call, programme, SERIES_COUNT, number)))
        return problem;
    ++*number;
    if ((problem = number_put(call, programme, SERIES_COUNT, *number)))
        return problem;
    return number_put(call, programme, key, *number);
}

/* ---- Following records ---- */

/* In order of their series; of one, as said. */
static void
put_value(struct entry_value *values, size_t n, struct entry_value value)
{
    for (; n > 0 && values[n - 1].series > value.series; n--)
        values[n] = values[n - 1];
    values[n] = value;
}

static const struct wg_problem *
entry_of(struct wg_call *call, const struct sayings *sayings, const struct saying *saying,
         uint64_t source, struct entry *entry)
{
    struct entry_value *values = wg_alloc_array(wg_call_arena(call), saying->n + 1, sizeof(*values));

    if (!values)
        return wg_no_memory(call);
    for (size_t i = 0; i < saying->n; i++) {
        const struct said_value *said = &sayings->values[saying->first + i];
        const struct wg_problem *problem;
        uint32_t number;

        if ((problem = number_of(call, sayings->person, said->series, &number)))
            return problem;
        put_value(values, i, (struct entry_value){number, said->value});
    }
    *entry = (struct entry){{.source = source, .date = saying->date, .until = saying->until,
                             .n = (uint32_t)saying->n}, values};
    return NULL;
}

static const struct wg_problem *
row_get(struct wg_call *call, const char *person, size_t room, struct entries *entries)
{
    struct wg_bytes stored = {0};
    const struct wg_problem *problem =
        wg_project_get(call, person, EVIDENCE, text_bytes(wg_name_id(person)), &stored);

    if (problem && problem != &wg_not_found)
        return problem;
    return row_unpack(wg_call_arena(call), stored, room, entries) ? NULL : wg_no_memory(call);
}

static const struct wg_problem *
row_put(struct wg_call *call, const char *person, const struct entries *entries)
{
    struct wg_bytes row = row_pack(wg_call_arena(call), entries);

    return row.data ? wg_project_put(call, person, EVIDENCE, text_bytes(wg_name_id(person)), row)
                    : wg_no_memory(call);
}

static const struct wg_problem *
say(struct wg_call *call, const struct wg_event *event, const struct sayings *sayings)
{
    uint64_t source = XXH3_64bits(event->resource, strlen(event->resource));
    struct entry *said = wg_alloc_array(wg_call_arena(call), sayings->n + 1, sizeof(*said));
    const struct wg_problem *problem;
    struct entries entries;

    if (!said || sayings->failed)
        return wg_no_memory(call);
    for (size_t i = 0; i < sayings->n; i++)
        if ((problem = entry_of(call, sayings, &sayings->list[i], source, &said[i])))
            return problem;
    if ((problem = row_get(call, sayings->person, sayings->n, &entries)) ||
        !row_replace(&entries, source, event->sequence, said, sayings->n))
        return problem;
    return row_put(call, sayings->person, &entries);
}

const struct wg_problem *
evidence_follow(struct wg_call *call, const struct wg_event *event)
{
    struct sayings sayings = {.arena = wg_call_arena(call)};
    const struct wg_problem *problem;
    const ProtobufCMessage *record;

    problem = event->revision ? wg_event_look(call, event, &record)
                              : wg_event_look_before(call, event, &record);
    if (problem || !record || !sayings_of(call, record, event->resource, &sayings))
        return problem;
    if (!event->revision)
        sayings.n = 0; /* gone, it says nothing any more */
    return say(call, event, &sayings);
}

/* ---- Reading rows ---- */

const struct wg_problem *
evidence_query(struct wg_call *call, const char *programme, const struct series_plan *plan,
               uint64_t sequence, wg_date until, struct row_query *query)
{
    uint32_t *numbers = wg_alloc_array(wg_call_arena(call), plan->n + 1, sizeof(*numbers));

    if (!numbers)
        return wg_no_memory(call);
    *query = (struct row_query){sequence, until, numbers, plan->n};
    for (size_t i = 0; i < plan->n; i++) {
        const char *key = series_key(call, plan->names[i]);
        const struct wg_problem *problem;

        if (!key)
            return wg_no_memory(call);
        if ((problem = number_get(call, programme, key, &numbers[i])))
            return problem;
    }
    return NULL;
}

struct scanning {
    evidence_visit *visit;
    void *context;
    struct row_reader reader;
    bool failed;
};

static bool
visit_row(void *context, struct wg_bytes key, struct wg_bytes value)
{
    struct scanning *scanning = context;

    if ((scanning->failed = !row_reader_take(&scanning->reader, value)))
        return false;
    return scanning->visit(scanning->context, key, &scanning->reader.person);
}

const struct wg_problem *
evidence_scan(struct wg_call *call, const char *programme, const char *after_id,
              const struct row_query *query, evidence_visit *visit, void *context)
{
    struct scanning scanning = {.visit = visit, .context = context};
    struct wg_bytes after = text_bytes(after_id ? after_id : "");
    const struct wg_problem *problem = NULL;

    scanning.failed = !row_reader_begin(&scanning.reader, query);
    if (!scanning.failed)
        problem = wg_project_scan(call, programme, EVIDENCE, after_id ? &after : NULL, visit_row,
                                  &scanning);
    row_reader_finish(&scanning.reader);
    if (!problem && scanning.failed)
        problem = wg_fail(call, &wg_internal, "out of memory");
    return problem;
}

const struct wg_problem *
evidence_read(struct wg_call *call, const char *programme, const char *person_id,
              const struct row_query *query, evidence_visit *visit, void *context)
{
    struct scanning scanning = {.visit = visit, .context = context};
    struct wg_bytes key = text_bytes(person_id), row;
    const struct wg_problem *problem = wg_project_get(call, programme, EVIDENCE, key, &row);

    if (problem)
        return problem == &wg_not_found ? NULL : problem;
    scanning.failed = !row_reader_begin(&scanning.reader, query);
    if (!scanning.failed)
        visit_row(&scanning, key, row);
    row_reader_finish(&scanning.reader);
    return scanning.failed ? wg_fail(call, &wg_internal, "out of memory") : NULL;
}

/* ---- Rows at two places ---- */

struct comparing {
    evidence_visit_pair *visit;
    void *context;
    struct row_reader then, now;
    bool failed;
};

static bool
visit_both(void *context, struct wg_bytes key, struct wg_bytes value)
{
    struct comparing *comparing = context;
    struct evidence_pair pair = {key, value, &comparing->then.person, &comparing->now.person};

    comparing->failed = !row_reader_take(&comparing->then, value) ||
                        !row_reader_take(&comparing->now, value);
    return !comparing->failed && comparing->visit(comparing->context, &pair);
}

const struct wg_problem *
evidence_scan_pair(struct wg_call *call, const char *programme, const struct row_query *then,
                   const struct row_query *now, evidence_visit_pair *visit, void *context)
{
    struct comparing comparing = {.visit = visit, .context = context};
    const struct wg_problem *problem = NULL;

    comparing.failed = !row_reader_begin(&comparing.then, then);
    comparing.failed = !row_reader_begin(&comparing.now, now) || comparing.failed;
    if (!comparing.failed)
        problem = wg_project_scan(call, programme, EVIDENCE, NULL, visit_both, &comparing);
    row_reader_finish(&comparing.then);
    row_reader_finish(&comparing.now);
    if (!problem && comparing.failed)
        problem = wg_fail(call, &wg_internal, "out of memory");
    return problem;
}
