/* cohort.c - rows → people. Rows are borrowed from the store, nothing of them is kept. */
#include "cohort.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "follow.h"
#include "sources.h"

struct row {
    struct wg_bytes id, facts;
    uint64_t repeats; /* hash of the person's name; 0: repeats nobody */
};

struct cohort {
    struct wg_arena *arena;
    const char *programme;
    uint64_t sequence;
    struct row *rows;
    size_t n, room;
    struct fact *facts; /* of the person at hand */
    size_t n_facts, facts_room;
    struct referral *referrals;
    size_t n_referrals, referrals_room;
    struct wg_bytes *ids;
    size_t n_ids, ids_room;
    const struct row **duplicates; /* the rows that repeat somebody, in order of whom */
    size_t n_duplicates;
    bool failed;
};

/* Room for n of an array that is begun anew for each person. false: past the arena. */
static bool
make_room(struct cohort *cohort, void *array, size_t *room, size_t n, size_t size)
{
    void *more;

    if (n <= *room)
        return true;
    if (!(more = wg_alloc_array(cohort->arena, 2 * n, size))) {
        cohort->failed = true;
        return false;
    }
    if (*room)
        memcpy(more, *(void **)array, *room * size);
    *(void **)array = more;
    *room = 2 * n;
    return true;
}

/* ---- Rows ---- */

static uint64_t
repeats(const struct cohort *cohort, struct wg_bytes row)
{
    struct fact_walk walk = facts_walk(row);

    while (fact_next(&walk) && walk.fact.date == FACT_ALWAYS)
        if (walk.fact.kind == FACT_SAME_AS && fact_known_at(&walk.fact, cohort->sequence))
            return (uint64_t)walk.fact.value;
    return 0;
}

static bool
visit_row(void *context, struct wg_bytes key, struct wg_bytes value)
{
    struct cohort *cohort = context;

    if (!make_room(cohort, &cohort->rows, &cohort->room, cohort->n + 1, sizeof(*cohort->rows)))
        return false;
    cohort->rows[cohort->n++] = (struct row){.id = key, .facts = value,
                                             .repeats = repeats(cohort, value)};
    return true;
}

static int
by_repeats(const void *left, const void *right)
{
    const struct row *a = *(const struct row *const *)left, *b = *(const struct row *const *)right;

    return a->repeats < b->repeats ? -1 : a->repeats > b->repeats;
}

/* The same order whatever other rows there are. */
static int
by_repeats_and_id(const void *left, const void *right)
{
    const struct row *a = *(const struct row *const *)left, *b = *(const struct row *const *)right;
    int order = by_repeats(left, right);

    return order ? order : a < b ? -1 : a > b;
}

/* ---- One person ---- */

static void
take_row(struct cohort *cohort, const struct row *row)
{
    struct fact_walk walk = facts_walk(row->facts);

    if (!make_room(cohort, &cohort->facts, &cohort->facts_room, cohort->n_facts + walk.n,
                   sizeof(*cohort->facts)) ||
        !make_room(cohort, &cohort->ids, &cohort->ids_room, cohort->n_ids + 1, sizeof(*cohort->ids)))
        return;
    cohort->ids[cohort->n_ids++] = row->id;
    while (fact_next(&walk))
        if (fact_known_at(&walk.fact, cohort->sequence))
            cohort->facts[cohort->n_facts++] = walk.fact;
}

/* Facts of a second row go where their days belong. */
static void
sort_facts(struct cohort *cohort)
{
    for (size_t i = 1; i < cohort->n_facts; i++) {
        struct fact fact = cohort->facts[i];
        size_t at = i;

        for (; at > 0 && cohort->facts[at - 1].date > fact.date; at--)
            cohort->facts[at] = cohort->facts[at - 1];
        cohort->facts[at] = fact;
    }
}

static struct referral *
referral_of(struct cohort *cohort, uint64_t record)
{
    for (size_t i = 0; i < cohort->n_referrals; i++)
        if (cohort->referrals[i].record == record)
            return &cohort->referrals[i];
    return NULL;
}

static void
take_referrals(struct cohort *cohort)
{
    cohort->n_referrals = 0;
    for (size_t i = 0; i < cohort->n_facts; i++) {
        const struct fact *fact = &cohort->facts[i];

        if (fact->kind != FACT_REFERRED ||
            !make_room(cohort, &cohort->referrals, &cohort->referrals_room,
                       cohort->n_referrals + 1, sizeof(*cohort->referrals)))
            continue;
        cohort->referrals[cohort->n_referrals++] =
            (struct referral){.record = fact->record, .referred = fact->date,
                              .strand = fact->word, .source = fact->other, .state = fact->value};
    }
}

/* The person's own row comes first: what it says of the person stands. */
static void
take_attribute(struct cohort *cohort, struct person *person, const struct fact *fact)
{
    struct referral *referral;

    if (fact->kind <= FACT_LOCALITY && !person->attributes[fact->kind])
        person->attributes[fact->kind] = fact->word;
    else if (fact->kind == FACT_LEFT && fact->date < person->left)
        person->left = fact->date;
    else if (fact->kind == FACT_COUNTS_FOR && (referral = referral_of(cohort, fact->record)))
        referral->practice = fact->word;
    else if (fact->kind == FACT_ADDRESSED && (referral = referral_of(cohort, fact->record))) {
        referral->provider = fact->word;
        referral->referrer = fact->other;
    }
}

static void
make_person(struct cohort *cohort, struct person *person)
{
    *person = (struct person){.ids = cohort->ids, .n_ids = cohort->n_ids, .left = NEVER};
    take_referrals(cohort);
    for (size_t i = 0; i < cohort->n_facts; i++)
        take_attribute(cohort, person, &cohort->facts[i]);
    for (size_t i = 0; i < cohort->n_referrals; i++)
        if (!cohort->referrals[i].practice)
            cohort->referrals[i].practice = person->attributes[FACT_REGISTERED];
    person->facts = cohort->facts;
    person->n = cohort->n_facts;
    person->referrals = cohort->referrals;
    person->n_referrals = cohort->n_referrals;
}

/* ---- All of them ---- */

static bool
find_duplicates(struct cohort *cohort)
{
    size_t n = 0;

    for (size_t i = 0; i < cohort->n; i++)
        n += cohort->rows[i].repeats != 0;
    if (!(cohort->duplicates = wg_alloc_array(cohort->arena, n + 1, sizeof(*cohort->duplicates))))
        return false;
    for (size_t i = 0; i < cohort->n; i++)
        if (cohort->rows[i].repeats)
            cohort->duplicates[cohort->n_duplicates++] = &cohort->rows[i];
    qsort(cohort->duplicates, n, sizeof(*cohort->duplicates), by_repeats_and_id);
    return true;
}

static void
take_duplicates(struct cohort *cohort, struct wg_bytes id)
{
    const struct row **found, **end = cohort->duplicates + cohort->n_duplicates;
    struct row key = {.repeats = cohort->n_duplicates ? person_hash(cohort->programme, id) : 0};
    const struct row *wanted = &key;

    if (!key.repeats || !(found = bsearch(&wanted, cohort->duplicates, cohort->n_duplicates,
                                          sizeof(*found), by_repeats)))
        return;
    while (found > cohort->duplicates && found[-1]->repeats == key.repeats)
        found--;
    for (; found < end && (*found)->repeats == key.repeats; found++)
        take_row(cohort, *found);
    sort_facts(cohort);
}

uint64_t
person_hash(const char *programme, struct wg_bytes id)
{
    char name[256];
    int length = snprintf(name, sizeof(name), "%s/people/%.*s", programme, (int)id.length,
                          (const char *)id.data);

    return length > 0 && (size_t)length < sizeof(name) ? record_hash(name) : 0;
}

const struct wg_problem *
cohort_open(struct wg_call *call, const char *programme, uint64_t sequence, struct cohort **opened)
{
    struct cohort *cohort = *opened = wg_alloc(wg_call_arena(call), sizeof(*cohort));
    const struct wg_problem *problem;

    if (!cohort)
        return wg_no_memory(call);
    *cohort = (struct cohort){.arena = wg_call_arena(call), .programme = programme,
                              .sequence = sequence};
    if ((problem = wg_project_scan(call, programme, FACTS_TABLE, NULL, visit_row, cohort)))
        return problem;
    return cohort->failed || !find_duplicates(cohort) ? wg_no_memory(call) : NULL;
}

size_t
cohort_size(const struct cohort *cohort)
{
    return cohort->n;
}

bool
cohort_person(struct cohort *cohort, size_t at, struct person *person)
{
    const struct row *row = &cohort->rows[at];

    if (row->repeats)
        return false;
    cohort->n_facts = cohort->n_ids = 0;
    take_row(cohort, row);
    take_duplicates(cohort, row->id);
    make_person(cohort, person);
    return !cohort->failed;
}

bool
cohort_failed(const struct cohort *cohort)
{
    return cohort->failed;
}

const struct wg_problem *
cohort_scan(struct wg_call *call, const char *programme, uint64_t sequence, cohort_visit *visit,
            void *context)
{
    const struct wg_problem *problem;
    struct cohort *cohort;
    struct person person;

    if ((problem = cohort_open(call, programme, sequence, &cohort)))
        return problem;
    for (size_t i = 0; i < cohort->n && !cohort->failed; i++)
        if (cohort_person(cohort, i, &person))
            visit(context, &person);
    return cohort->failed ? wg_no_memory(call) : NULL;
}
