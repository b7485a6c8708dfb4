/* order.c - the order of a walk: by day, persons' units before figures, these before what closes
 * a period; then by rule, then by person. Stable passes of sorting by counting, the least
 * first. */
#include <stdlib.h>

#include "settlement_state.h"

#define RANKS 1024 /* a version has at most 100 rules */

struct sorting {
    const struct settlement *s;
    const struct bucket *bucket;
    wg_date first;
    uint32_t *order, *spare;
};

typedef uint32_t key_of(const struct sorting *sorting, const struct item *item);

static inline uint32_t
person_key(const struct sorting *sorting, const struct item *item)
{
    (void)sorting;
    return item->person;
}

static inline uint32_t
rank_key(const struct sorting *sorting, const struct item *item)
{
    static const uint32_t phases[] = {
        [ITEM_UNIT] = 0, [ITEM_CLAWBACK] = 0, [ITEM_FOLDED] = 1, [ITEM_FIGURE] = 1,
        [ITEM_FEE] = 1, [ITEM_AGREED] = 1, [ITEM_FLOOR] = 2, [ITEM_DEFERRED] = 3};

    return phases[item->kind] * 256 +
           cell_at(sorting->s, item->account, item->period)->terms->place;
}

static inline uint32_t
day_key(const struct sorting *sorting, const struct item *item)
{
    return (uint32_t)(item->date - sorting->first);
}

/* How many of each key → where the first of each goes. */
static void
count_starts(uint32_t *starts, size_t n)
{
    uint32_t sum = 0;

    for (size_t i = 0; i < n; i++) {
        uint32_t count = starts[i];

        starts[i] = sum;
        sum += count;
    }
}

/* keys: beyond the greatest. Inlined, so that each key is read in its own loop. */
static inline bool
sort_by(struct sorting *sorting, key_of *key, size_t keys)
{
    const struct bucket *bucket = sorting->bucket;
    uint32_t *starts = calloc(keys, sizeof(*starts)), *from = sorting->order;

    if (!starts)
        return false;
    for (size_t i = 0; i < bucket->n; i++)
        starts[key(sorting, &bucket->items[i])]++;
    count_starts(starts, keys);
    for (size_t i = 0; i < bucket->n; i++)
        sorting->spare[starts[key(sorting, &bucket->items[from[i]])]++] = from[i];
    sorting->order = sorting->spare;
    sorting->spare = from;
    free(starts);
    return true;
}

static size_t
days_of(struct sorting *sorting)
{
    wg_date last = INT32_MIN;

    sorting->first = INT32_MAX;
    for (size_t i = 0; i < sorting->bucket->n; i++) {
        wg_date date = sorting->bucket->items[i].date;

        sorting->first = date < sorting->first ? date : sorting->first;
        last = date > last ? date : last;
    }
    return last < sorting->first ? 0 : (size_t)((int64_t)last - sorting->first) + 1;
}

static bool
sort_items(struct sorting *sorting)
{
    return (!sorting->s->persons_mixed ||
            sort_by(sorting, person_key, (size_t)sorting->s->persons + 1)) &&
           sort_by(sorting, rank_key, RANKS) && sort_by(sorting, day_key, days_of(sorting));
}

bool
bucket_order(const struct settlement *s, const struct bucket *bucket, uint32_t **order)
{
    struct sorting sorting = {.s = s, .bucket = bucket,
                              .order = malloc(bucket->n * sizeof(uint32_t)),
                              .spare = malloc(bucket->n * sizeof(uint32_t))};
    bool sorted = sorting.order && sorting.spare;

    for (size_t i = 0; sorted && i < bucket->n; i++)
        sorting.order[i] = (uint32_t)i;
    if (!sorted || !sort_items(&sorting)) {
        free(sorting.order);
        sorting.order = NULL;
    }
    free(sorting.spare);
    return (*order = sorting.order);
}
