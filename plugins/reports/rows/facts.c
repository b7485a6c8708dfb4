/* facts.c - rows are rewritten as records change; what they said stays, superseded. */
#include "facts.h"

#include <string.h>
#include <wellgate/varint.h>

/* ---- Rows ---- */

struct fact_walk
facts_walk(struct wg_bytes row)
{
    struct fact_walk walk = {.at = row.data};

    if (row.length)
        walk.n = wg_varint_next(&walk.at);
    return walk;
}

static uint64_t
next_hash(struct fact_walk *walk)
{
    uint64_t hash;

    memcpy(&hash, walk->at, sizeof(hash));
    walk->at += sizeof(hash);
    return hash;
}

/* Added as it was subtracted, in 32 bits. */
static wg_date
next_day(struct fact_walk *walk, wg_date since)
{
    return (wg_date)((uint32_t)since + (uint32_t)wg_varint_next(&walk->at));
}

static void
next_run(struct fact_walk *walk)
{
    struct fact *fact = &walk->fact;
    uint64_t n = wg_varint_next(&walk->at);

    walk->n_of_run = n >> 1;
    fact->record = next_hash(walk);
    fact->referral = n & 1 ? next_hash(walk) : 0;
    fact->recorded = wg_varint_next(&walk->at);
    fact->superseded = wg_varint_next(&walk->at);
    fact->date = next_day(walk, fact->date);
    fact->until = next_day(walk, fact->date);
}

bool
fact_next(struct fact_walk *walk)
{
    struct fact *fact = &walk->fact;

    if (walk->n == 0)
        return false;
    if (walk->n_of_run == 0)
        next_run(walk);
    fact->kind = (uint32_t)wg_varint_next(&walk->at);
    fact->word = (uint32_t)wg_varint_next(&walk->at);
    fact->other = (uint32_t)wg_varint_next(&walk->at);
    fact->value = wg_zigzag_back(wg_varint_next(&walk->at));
    walk->n--;
    walk->n_of_run--;
    return true;
}

bool
facts_read(struct wg_arena *arena, struct wg_bytes row, size_t more, struct facts *facts)
{
    struct fact_walk walk = facts_walk(row);

    *facts = (struct facts){.room = walk.n + more};
    facts->list = wg_alloc_array(arena, facts->room + 1, sizeof(*facts->list));
    while (facts->list && fact_next(&walk))
        facts->list[facts->n++] = walk.fact;
    return facts->list;
}

static bool
are_of_one_run(const struct fact *a, const struct fact *b)
{
    return a->record == b->record && a->referral == b->referral && a->recorded == b->recorded &&
           a->superseded == b->superseded && a->date == b->date && a->until == b->until;
}

static uint8_t *
put_hash(uint8_t *to, uint64_t hash)
{
    memcpy(to, &hash, sizeof(hash));
    return to + sizeof(hash);
}

static uint8_t *
put_run(uint8_t *to, const struct fact *run, size_t n, wg_date before)
{
    to = wg_varint_put(to, n << 1 | (run->referral != 0));
    to = put_hash(to, run->record);
    if (run->referral)
        to = put_hash(to, run->referral);
    to = wg_varint_put(wg_varint_put(to, run->recorded), run->superseded);
    to = wg_varint_put(to, (uint32_t)run->date - (uint32_t)before);
    to = wg_varint_put(to, (uint32_t)run->until - (uint32_t)run->date);
    for (size_t i = 0; i < n; i++) {
        to = wg_varint_put(wg_varint_put(to, run[i].kind), run[i].word);
        to = wg_varint_put(wg_varint_put(to, run[i].other), wg_zigzag(run[i].value));
    }
    return to;
}

/* Each fact a run of its own, and each number as long as one can be. */
#define FACT_BYTES_MAX (9 * WG_VARINT_BYTES_MAX + 2 * sizeof(uint64_t))

struct wg_bytes
facts_row(struct wg_arena *arena, const struct facts *facts)
{
    const struct fact *list = facts->list;
    uint8_t *row = wg_alloc(arena, WG_VARINT_BYTES_MAX + facts->n * FACT_BYTES_MAX), *to = row;
    wg_date before = 0;

    if (!row)
        return (struct wg_bytes){0};
    to = wg_varint_put(to, facts->n);
    for (size_t i = 0, n; i < facts->n; i += n) {
        for (n = 1; i + n < facts->n && are_of_one_run(&list[i], &list[i + n]);)
            n++;
        to = put_run(to, &list[i], n, before);
        before = list[i].date;
    }
    return (struct wg_bytes){row, (size_t)(to - row)};
}

/* ---- Replacing ---- */

static bool
says_the_same(const struct fact *a, const struct fact *b)
{
    return a->record == b->record && a->referral == b->referral && a->value == b->value &&
           a->date == b->date && a->until == b->until && a->kind == b->kind &&
           a->word == b->word && a->other == b->other;
}

static bool
is_among(const struct fact *fact, const struct fact *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!list[i].superseded && says_the_same(fact, &list[i]))
            return true;
    return false;
}

/* Before the first that is dated later. */
static void
insert(struct facts *facts, const struct fact *fact, uint64_t sequence)
{
    size_t at = facts->n;

    while (at > 0 && facts->list[at - 1].date > fact->date)
        at--;
    memmove(&facts->list[at + 1], &facts->list[at], (facts->n - at) * sizeof(*facts->list));
    facts->list[at] = *fact;
    facts->list[at].recorded = sequence;
    facts->n++;
}

bool
facts_replace(struct facts *facts, uint64_t record, uint64_t sequence, const struct fact *said,
              size_t n)
{
    bool changed = false;

    for (size_t i = 0; i < facts->n; i++) {
        struct fact *fact = &facts->list[i];

        if (fact->record != record || fact->superseded || is_among(fact, said, n))
            continue;
        fact->superseded = sequence;
        changed = true;
    }
    for (size_t i = 0; i < n; i++)
        if (!is_among(&said[i], facts->list, facts->n)) {
            insert(facts, &said[i], sequence);
            changed = true;
        }
    return changed;
}
