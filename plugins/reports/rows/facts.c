/* facts.c - rows are rewritten as records change; what they said stays, superseded. */
#include "facts.h"

#include <string.h>

bool
facts_read(struct wg_arena *arena, struct wg_bytes row, size_t more, struct facts *facts)
{
    facts->n = row.length / sizeof(struct fact);
    facts->room = facts->n + more;
    facts->list = wg_alloc_array(arena, facts->room + 1, sizeof(*facts->list));
    if (facts->list && facts->n)
        memcpy(facts->list, row.data, facts->n * sizeof(struct fact));
    return facts->list;
}

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

struct wg_bytes
facts_row(const struct facts *facts)
{
    return (struct wg_bytes){facts->list, facts->n * sizeof(*facts->list)};
}
