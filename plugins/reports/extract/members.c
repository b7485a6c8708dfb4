/* members.c - the people of an extract's scope, counted, left out, and put in an order. */
#include "members.h"

#include <stdlib.h>
#include <string.h>

/* ---- The scope, as reports have it ---- */

static char **
strands_where(struct wg_arena *arena, const Extract *extract)
{
    char **where = wg_alloc_array(arena, extract->n_strands + 1, sizeof(*where));

    for (size_t i = 0; where && i < extract->n_strands; i++)
        if (!(where[i] = wg_format(arena, "STRAND=%s", extract->strands[i])))
            return NULL;
    return where;
}

static const struct wg_problem *
begin_selection(struct members *members)
{
    struct wg_arena *arena = wg_call_arena(members->call);
    const Extract *extract = members->extract;
    Request *request = wg_new_message(arena, &wellgate__reports__v1__get_report_request__descriptor);

    if (!request || !(request->parent = wg_name_parent(members->call, extract->name, 1)) ||
        !(request->where = strands_where(arena, extract)))
        return wg_no_memory(members->call);
    request->n_where = extract->n_strands;
    request->period = extract->period;
    request->known_at_sequence = extract->known_at_sequence;
    return selection_begin(&members->selection, members->call, request);
}

/* ---- One person ---- */

static bool
make_room(struct members *members)
{
    struct member *more;

    if (members->n < members->room)
        return true;
    members->room = 2 * members->room + 64;
    if (!(more = wg_alloc_array(wg_call_arena(members->call), members->room, sizeof(*more))))
        return false;
    if (members->n)
        memcpy(more, members->list, members->n * sizeof(*more));
    members->list = more;
    return true;
}

static bool
is_first_with(const struct selection *selection, const struct person *person, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (person->referrals[i].practice == person->referrals[at].practice &&
            selection_takes(selection, person, &person->referrals[i]))
            return false;
    return true;
}

static void
count_places(struct members *members, const struct person *person)
{
    members->of_locality[person->attributes[FACT_LOCALITY]]++;
    for (size_t i = 0; i < person->n_referrals; i++)
        if (selection_takes(&members->selection, person, &person->referrals[i]) &&
            is_first_with(&members->selection, person, i))
            members->of_practice[person->referrals[i].practice]++;
}

/* false: past the arena. */
static bool
add(struct members *members, const struct person *person, size_t row)
{
    struct wg_arena *arena = wg_call_arena(members->call);
    const char *name = wg_format(arena, "%s/people/%.*s", members->selection.programme,
                                 (int)person->ids[0].length, (const char *)person->ids[0].data);
    char *pseudonym = name ? wg_pseudonym(members->call, name, members->extract->recipient) : NULL;

    if (!pseudonym || !(pseudonym = wg_format(arena, "e-%s", pseudonym)) || !make_room(members))
        return false;
    members->list[members->n++] = (struct member){pseudonym, row};
    count_places(members, person);
    return true;
}

static bool
consider(struct members *members, const struct departures *departures, size_t row)
{
    struct person person;

    if (!cohort_person(members->cohort, row, &person))
        return !cohort_failed(members->cohort);
    if (!selection_first(&members->selection, &person))
        return true;
    switch (departures_tell(departures, members->selection.programme, &person)) {
    case WITHHELD:
        members->withheld++;
        return true;
    case ERASED:
        members->erased++;
        return true;
    default:
        return add(members, &person, row);
    }
}

/* ---- All of them ---- */

static int
by_pseudonym(const void *left, const void *right)
{
    return strcmp(((const struct member *)left)->pseudonym, ((const struct member *)right)->pseudonym);
}

static bool
begin_counts(struct members *members)
{
    struct wg_arena *arena = wg_call_arena(members->call);
    size_t n = members->selection.words.n;

    members->of_practice = wg_alloc_array(arena, n, sizeof(*members->of_practice));
    members->of_locality = wg_alloc_array(arena, n, sizeof(*members->of_locality));
    return members->of_practice && members->of_locality;
}

const struct wg_problem *
members_read(struct wg_call *call, const Extract *extract, uint64_t sequence,
             struct members *members)
{
    const struct wg_problem *problem;
    struct departures departures;
    const char *programme;

    *members = (struct members){.call = call, .extract = extract};
    members->relative = extract->dates != WELLGATE__REPORTS__V1__EXTRACT__DATES__CALENDAR;
    if ((problem = begin_selection(members)))
        return problem;
    programme = members->selection.programme;
    if ((problem = departures_read(call, programme, extract->known_at_sequence, sequence, &departures)) ||
        (problem = cohort_open(call, programme, extract->known_at_sequence, &members->cohort)))
        return problem;
    if (!begin_counts(members))
        return wg_no_memory(call);
    for (size_t row = 0; row < cohort_size(members->cohort); row++)
        if (!consider(members, &departures, row))
            return wg_no_memory(call);
    if (members->n)
        qsort(members->list, members->n, sizeof(*members->list), by_pseudonym);
    return NULL;
}

bool
members_person(const struct members *members, size_t at, struct person *person)
{
    return cohort_person(members->cohort, members->list[at].row, person);
}
