/* follow.c - events → rows. */
#include "follow.h"

#include <string.h>

#include "sources.h"
#include "words.h"

static struct wg_bytes
key_of(const char *person)
{
    const char *id = wg_name_id(person);

    return (struct wg_bytes){id, strlen(id)};
}

/* With numbers for its words. */
static const struct wg_problem *
fact_of(struct wg_call *call, const struct sayings *sayings, const struct said *said,
        uint64_t record, struct fact *fact)
{
    const struct wg_problem *problem;

    *fact = said->fact;
    fact->record = record;
    fact->referral = record_hash(sayings->referral);
    if ((problem = word_number(call, sayings->person, said->word, &fact->word)))
        return problem;
    return word_number(call, sayings->person, said->other, &fact->other);
}

static const struct wg_problem *
row_get(struct wg_call *call, const char *person, size_t more, struct facts *facts)
{
    struct wg_bytes row = {0};
    const struct wg_problem *problem =
        wg_project_get(call, person, FACTS_TABLE, key_of(person), &row);

    if (problem && problem != &wg_not_found)
        return problem;
    return facts_read(wg_call_arena(call), row, more, facts) ? NULL : wg_no_memory(call);
}

static const struct wg_problem *
row_put(struct wg_call *call, const char *person, const struct facts *facts)
{
    struct wg_bytes row = facts_row(wg_call_arena(call), facts);

    return row.data ? wg_project_put(call, person, FACTS_TABLE, key_of(person), row)
                    : wg_no_memory(call);
}

static const struct wg_problem *
write_facts(struct wg_call *call, const struct wg_event *event, const struct sayings *sayings)
{
    struct fact *said = wg_alloc_array(wg_call_arena(call), sayings->n + 1, sizeof(*said));
    uint64_t record = record_hash(event->resource);
    const struct wg_problem *problem;
    struct facts facts;

    if (!said || sayings->failed)
        return wg_no_memory(call);
    for (size_t i = 0; i < sayings->n; i++)
        if ((problem = fact_of(call, sayings, &sayings->list[i], record, &said[i])))
            return problem;
    if ((problem = row_get(call, sayings->person, sayings->n, &facts)) ||
        !facts_replace(&facts, record, event->sequence, said, sayings->n))
        return problem;
    return row_put(call, sayings->person, &facts);
}

const struct wg_problem *
facts_follow(struct wg_call *call, const struct wg_event *event)
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
    return write_facts(call, event, &sayings);
}
