/* leaving.c - what one record of a person says holds of all that are linked with it. */
#include "leaving.h"

#include <stdlib.h>
#include <string.h>

#include "rows/follow.h"

struct departure {
    uint64_t person; /* hash of its name */
    uint64_t stands; /* hash of the name of the record that stands for it: its own, or another */
    enum leaving how;
};

/* ---- One row ---- */

struct reading {
    struct wg_arena *arena;
    const char *programme;
    uint64_t since, until;
    struct departures *departures;
    bool failed;
};

static bool
was_known(const struct reading *reading, const struct fact *fact)
{
    return fact->recorded <= reading->until &&
           (!fact->superseded || fact->superseded > reading->since);
}

static void
hear(const struct reading *reading, const struct fact *fact, struct departure *departure)
{
    if (fact->kind == FACT_SAME_AS && fact_known_at(fact, reading->until))
        departure->stands = (uint64_t)fact->value;
    else if (fact->kind == FACT_WITHHELD && departure->how == STAYS)
        departure->how = WITHHELD;
    else if (fact->kind == FACT_ERASED)
        departure->how = ERASED;
}

/* What holds whatever the day comes first. */
static struct departure
departure_of(const struct reading *reading, struct wg_bytes key, struct wg_bytes row)
{
    uint64_t person = person_hash(reading->programme, key);
    struct departure departure = {person, person, STAYS};
    struct fact_walk walk = facts_walk(row);

    while (fact_next(&walk) && walk.fact.date == FACT_ALWAYS)
        if (was_known(reading, &walk.fact))
            hear(reading, &walk.fact, &departure);
    return departure;
}

static bool
make_room(struct reading *reading)
{
    struct departures *departures = reading->departures;
    struct departure *more;

    if (departures->n < departures->room)
        return true;
    departures->room = 2 * departures->room + 64;
    if (!(more = wg_alloc_array(reading->arena, departures->room, sizeof(*more))))
        return false;
    if (departures->n)
        memcpy(more, departures->list, departures->n * sizeof(*more));
    departures->list = more;
    return true;
}

static bool
visit(void *context, struct wg_bytes key, struct wg_bytes value)
{
    struct reading *reading = context;
    struct departure departure = departure_of(reading, key, value);

    if ((reading->failed = !make_room(reading)))
        return false;
    reading->departures->list[reading->departures->n++] = departure;
    return true;
}

/* ---- All that are linked ---- */

static int
by_standing(const void *left, const void *right)
{
    const struct departure *a = left, *b = right;

    return a->stands < b->stands ? -1 : a->stands > b->stands;
}

static int
by_person(const void *left, const void *right)
{
    const struct departure *a = left, *b = right;

    return a->person < b->person ? -1 : a->person > b->person;
}

static void
share(struct departures *departures)
{
    struct departure *list = departures->list;

    if (departures->n)
        qsort(list, departures->n, sizeof(*list), by_standing);
    for (size_t from = 0, to; from < departures->n; from = to) {
        enum leaving how = STAYS;

        for (to = from; to < departures->n && list[to].stands == list[from].stands; to++)
            how = list[to].how > how ? list[to].how : how;
        for (size_t i = from; i < to; i++)
            list[i].how = how;
    }
}

/* Who stays need not be looked for. */
static void
keep_those_who_leave(struct departures *departures)
{
    size_t kept = 0;

    for (size_t i = 0; i < departures->n; i++)
        if (departures->list[i].how != STAYS)
            departures->list[kept++] = departures->list[i];
    departures->n = kept;
    if (kept)
        qsort(departures->list, kept, sizeof(*departures->list), by_person);
}

const struct wg_problem *
departures_read(struct wg_call *call, const char *programme, uint64_t since, uint64_t until,
                struct departures *departures)
{
    struct reading reading = {wg_call_arena(call), programme, since, until, departures, false};
    const struct wg_problem *problem;

    *departures = (struct departures){0};
    if ((problem = wg_project_scan(call, programme, FACTS_TABLE, NULL, visit, &reading)))
        return problem;
    if (reading.failed)
        return wg_no_memory(call);
    share(departures);
    keep_those_who_leave(departures);
    return NULL;
}

enum leaving
departures_tell(const struct departures *departures, const char *programme,
                const struct person *person)
{
    enum leaving how = STAYS;

    for (size_t i = 0; departures->n && i < person->n_ids; i++) {
        struct departure key = {.person = person_hash(programme, person->ids[i])};
        const struct departure *found = bsearch(&key, departures->list, departures->n,
                                                sizeof(key), by_person);

        if (found && found->how > how)
            how = found->how;
    }
    return how;
}
