/* row.c - entries ⇄ bytes, and bytes → series as known. */
#include "row.h"

#include <stdlib.h>
#include <string.h>

static size_t
entry_bytes(const struct entry_head *head)
{
    return sizeof(*head) + head->n * sizeof(struct entry_value);
}

/* The entry at an offset, which moves behind it; false at the end. */
static bool
next_entry(struct wg_bytes row, size_t *at, struct entry *entry)
{
    const char *bytes = (const char *)row.data + *at;

    if (*at >= row.length)
        return false;
    memcpy(&entry->head, bytes, sizeof(entry->head));
    entry->values = (const struct entry_value *)(bytes + sizeof(entry->head));
    *at += entry_bytes(&entry->head);
    return true;
}

/* ---- Writing ---- */

bool
row_unpack(struct wg_arena *arena, struct wg_bytes row, size_t room, struct entries *entries)
{
    struct entry entry;
    size_t n = 0;

    for (size_t at = 0; next_entry(row, &at, &entry);)
        n++;
    entries->n = 0;
    if (!(entries->list = wg_alloc_array(arena, n + room + 1, sizeof(*entries->list))))
        return false;
    for (size_t at = 0; next_entry(row, &at, &entry);)
        entries->list[entries->n++] = entry;
    return true;
}

struct wg_bytes
row_pack(struct wg_arena *arena, const struct entries *entries)
{
    struct wg_bytes row = {0};
    char *to;

    for (size_t i = 0; i < entries->n; i++)
        row.length += entry_bytes(&entries->list[i].head);
    row.data = to = wg_alloc(arena, row.length + 1);
    for (size_t i = 0; to && i < entries->n; i++) {
        const struct entry *entry = &entries->list[i];

        memcpy(to, &entry->head, sizeof(entry->head));
        if (entry->head.n)
            memcpy(to + sizeof(entry->head), entry->values, entry->head.n * sizeof(*entry->values));
        to += entry_bytes(&entry->head);
    }
    return row;
}

static bool
says_the_same(const struct entry *a, const struct entry *b)
{
    return a->head.source == b->head.source && a->head.date == b->head.date &&
           a->head.until == b->head.until && a->head.n == b->head.n &&
           memcmp(a->values, b->values, a->head.n * sizeof(*a->values)) == 0;
}

static const struct entry *
standing(const struct entries *entries, const struct entry *said)
{
    for (size_t i = 0; i < entries->n; i++)
        if (!entries->list[i].head.superseded && says_the_same(&entries->list[i], said))
            return &entries->list[i];
    return NULL;
}

static bool
is_said(const struct entry *entry, const struct entry *said, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (says_the_same(entry, &said[i]))
            return true;
    return false;
}

/* Before the first that is dated later. */
static void
insert(struct entries *entries, const struct entry *entry, uint64_t sequence)
{
    size_t at = entries->n;

    while (at > 0 && entries->list[at - 1].head.date > entry->head.date)
        at--;
    memmove(&entries->list[at + 1], &entries->list[at],
            (entries->n - at) * sizeof(*entries->list));
    entries->list[at] = *entry;
    entries->list[at].head.recorded = sequence;
    entries->n++;
}

bool
row_replace(struct entries *entries, uint64_t source, uint64_t sequence, const struct entry *said,
            size_t n)
{
    bool changed = false;

    for (size_t i = 0; i < entries->n; i++) {
        struct entry *entry = &entries->list[i];

        if (entry->head.source != source || entry->head.superseded || is_said(entry, said, n))
            continue;
        entry->head.superseded = sequence;
        changed = true;
    }
    for (size_t i = 0; i < n; i++)
        if (!standing(entries, &said[i])) {
            insert(entries, &said[i], sequence);
            changed = true;
        }
    return changed;
}

/* ---- Reading ---- */

static inline bool
known_at(const struct entry_head *head, uint64_t sequence)
{
    return head->recorded <= sequence && (!head->superseded || head->superseded > sequence);
}

bool
row_reader_begin(struct row_reader *reader, const struct row_query *query)
{
    *reader = (struct row_reader){.query = query};
    for (size_t i = 0; i < query->n; i++)
        if (query->series[i] > reader->greatest)
            reader->greatest = query->series[i];
    reader->series = calloc(query->n + 1, sizeof(*reader->series));
    reader->place = calloc((size_t)reader->greatest + 1, sizeof(*reader->place));
    reader->person = (struct person){reader->series, query->until};
    if (!reader->series || !reader->place)
        return false;
    for (size_t i = 0; i < query->n; i++)
        if (query->series[i])
            reader->place[query->series[i]] = (uint32_t)(i + 1);
    return true;
}

void
row_reader_finish(struct row_reader *reader)
{
    free(reader->series);
    free(reader->place);
    free(reader->room);
}

/* Every entry of the row may be of the same series. */
static bool
make_room(struct row_reader *reader, size_t n)
{
    if (n <= reader->capacity)
        return true;
    free(reader->room);
    reader->capacity = 2 * n;
    reader->room = calloc(reader->query->n * reader->capacity + 1, sizeof(*reader->room));
    for (size_t i = 0; reader->room && i < reader->query->n; i++)
        reader->series[i].list = &reader->room[i * reader->capacity];
    return reader->room;
}

static void
take_values(struct row_reader *reader, const struct entry *entry, uint32_t number)
{
    for (uint32_t i = 0; i < entry->head.n; i++) {
        const struct entry_value *value = &entry->values[i];
        size_t place = value->series <= reader->greatest ? reader->place[value->series] : 0;
        struct series *series;

        if (!place--)
            continue;
        series = &reader->series[place];
        reader->room[place * reader->capacity + series->n++] = (struct evidence){
            entry->head.date, entry->head.until, value->value, entry->head.recorded, number};
    }
}

/* A value takes at least its own bytes: so many fit at most. */
bool
row_reader_take(struct row_reader *reader, struct wg_bytes row)
{
    uint32_t number = 0;
    struct entry entry;

    if (!make_room(reader, row.length / sizeof(struct entry_value)))
        return false;
    for (size_t i = 0; i < reader->query->n; i++)
        reader->series[i].n = 0;
    for (size_t at = 0; next_entry(row, &at, &entry); number++) {
        if (entry.head.date > reader->query->until)
            break;
        if (known_at(&entry.head, reader->query->sequence))
            take_values(reader, &entry, number);
    }
    return true;
}

/* ---- What changed ---- */

static bool
is_asked(const struct entry *entry, const struct row_query *query)
{
    for (uint32_t v = 0; v < entry->head.n; v++)
        for (size_t s = 0; s < query->n; s++)
            if (query->series[s] && entry->values[v].series == query->series[s])
                return true;
    return false;
}

/* In its order, once. */
static size_t
put(uint64_t *sequences, size_t n, size_t most, uint64_t sequence)
{
    size_t at = n;

    while (at > 0 && sequences[at - 1] > sequence)
        at--;
    if (n == most || (at > 0 && sequences[at - 1] == sequence))
        return n;
    memmove(&sequences[at + 1], &sequences[at], (n - at) * sizeof(*sequences));
    sequences[at] = sequence;
    return n + 1;
}

size_t
row_changes(struct wg_bytes row, const struct row_query *query, uint64_t since,
            uint64_t *sequences, size_t most)
{
    struct entry entry;
    size_t n = 0;

    for (size_t at = 0; next_entry(row, &at, &entry);) {
        const struct entry_head *head = &entry.head;

        if (!is_asked(&entry, query))
            continue;
        if (head->recorded > since && head->recorded <= query->sequence)
            n = put(sequences, n, most, head->recorded);
        if (head->superseded > since && head->superseded <= query->sequence)
            n = put(sequences, n, most, head->superseded);
    }
    return n;
}
