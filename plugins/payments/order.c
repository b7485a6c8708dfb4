/* order.c - the order of a walk: by day, persons' units before figures, these before what closes
 * a period; then by rule, then by person. Two stable passes of sorting by counting. */
#include <stdlib.h>
#include <string.h>

#include "settlement_state.h"

#define RANKS 768 /* a version has at most 100 rules */

static uint32_t
rank_of(const struct settlement *s, const struct item *item)
{
    uint32_t place = cell_at(s, item->account, item->period)->terms->place;

    if (item->kind <= ITEM_CLAWBACK)
        return place;
    return (item->kind == ITEM_CLOSING ? 512 : 256) + place;
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

static void
sort_by_rank(const struct settlement *s, const struct bucket *bucket, uint32_t *order)
{
    uint32_t starts[RANKS] = {0};

    for (size_t i = 0; i < bucket->n; i++)
        starts[rank_of(s, &bucket->items[i])]++;
    count_starts(starts, RANKS);
    for (size_t i = 0; i < bucket->n; i++)
        order[starts[rank_of(s, &bucket->items[i])]++] = (uint32_t)i;
}

static void
days_between(const struct bucket *bucket, wg_date *first, size_t *days)
{
    wg_date last = INT32_MIN;

    *first = INT32_MAX;
    for (size_t i = 0; i < bucket->n; i++) {
        wg_date date = bucket->items[i].date;

        *first = date < *first ? date : *first;
        last = date > last ? date : last;
    }
    *days = (size_t)((int64_t)last - *first + 1);
}

/* starts: zero, one for each day. */
static void
sort_by_day(const struct bucket *bucket, wg_date first, size_t days, uint32_t *starts,
            const uint32_t *from, uint32_t *order)
{
    for (size_t i = 0; i < bucket->n; i++)
        starts[bucket->items[i].date - first]++;
    count_starts(starts, days);
    for (size_t i = 0; i < bucket->n; i++)
        order[starts[bucket->items[from[i]].date - first]++] = from[i];
}

/* Units were taken in the order of persons, and stay in it. */
bool
bucket_order(const struct settlement *s, const struct bucket *bucket, uint32_t **order)
{
    uint32_t *by_rank = malloc(bucket->n * sizeof(*by_rank)), *starts;
    wg_date first;
    size_t days;

    days_between(bucket, &first, &days);
    starts = calloc(days, sizeof(*starts));
    *order = malloc(bucket->n * sizeof(**order));
    if (by_rank && starts && *order) {
        sort_by_rank(s, bucket, by_rank);
        sort_by_day(bucket, first, days, starts, by_rank, *order);
    }
    free(starts);
    if (!by_rank || !starts) {
        free(*order);
        *order = NULL;
    }
    free(by_rank);
    return *order;
}
