/* row.c - entries ⇄ bytes, and bytes → series as known. */
#include "row.h"

#include <stdlib.h>
#include <string.h>
#include <wellgate/varint.h>

/* ---- Bytes ---- */

/* 10^-4 is so many times the unit of a value with so many decimals. */
static const int64_t scales[EVIDENCE_SCALE + 1] = {10000, 1000, 100, 10, 1};

/* In its unit; 0 of EVIDENCE_NO_VALUE. */
static inline uint64_t
pack_value(int64_t value, int64_t scale)
{
    if (value == EVIDENCE_NO_VALUE)
        return 0;
    return wg_zigzag(value / scale) + 1;
}

static inline int64_t
unpack_value(uint64_t packed, int64_t scale)
{
    return packed ? wg_zigzag_back(packed - 1) * scale : EVIDENCE_NO_VALUE;
}

/* What was put is under a checksum: a row ends where its last number does. */
struct row_walk {
    const uint8_t *at, *end;
    size_t n; /* entries */
    struct entry_head head; /* the last one; how many values it has is not known */
};

static struct row_walk
walk_row(struct wg_bytes row)
{
    struct row_walk walk = {.at = row.data, .end = (const uint8_t *)row.data + row.length};

    if (row.length)
        walk.n = wg_varint_next(&walk.at);
    return walk;
}

static inline const struct entry_head *
next_head(struct row_walk *walk)
{
    struct entry_head *head = &walk->head;

    memcpy(&head->source, walk->at, sizeof(head->source));
    walk->at += sizeof(head->source);
    head->recorded = wg_varint_next(&walk->at);
    head->superseded = wg_varint_next(&walk->at);
    head->date = (int32_t)((uint32_t)head->date + (uint32_t)wg_varint_next(&walk->at));
    head->until = (int32_t)((uint32_t)head->date + (uint32_t)wg_varint_next(&walk->at));
    return head;
}

/* The values of a series. */
struct column {
    const uint8_t *at, *end;
    uint32_t series;
    int64_t scale;
    size_t entry; /* of the last value */
    int64_t value;
};

/* Once all heads are behind; false at the end. */
static inline bool
next_column(struct row_walk *walk, struct column *column)
{
    size_t bytes;

    if (walk->at == walk->end)
        return false;
    column->series = (uint32_t)wg_varint_next(&walk->at);
    bytes = wg_varint_next(&walk->at);
    column->at = walk->at;
    column->end = walk->at += bytes;
    column->scale = scales[*column->at++];
    column->entry = 0;
    return true;
}

static inline bool
next_value(struct column *column)
{
    if (column->at == column->end)
        return false;
    column->entry += wg_varint_next(&column->at);
    column->value = unpack_value(wg_varint_next(&column->at), column->scale);
    return true;
}

/* ---- Unpacking ---- */

/* How many of each entry; of all together. */
static size_t
count_values(struct row_walk walk, struct entry *entries)
{
    struct column column;
    size_t n = 0;

    while (next_column(&walk, &column))
        for (; next_value(&column); n++)
            entries[column.entry].head.n++;
    return n;
}

static void
place_values(struct row_walk walk, struct entry *entries, struct entry_value *all)
{
    const struct entry_value *next = all;
    struct column column;

    for (size_t i = 0; i < walk.n; i++) {
        entries[i].values = next;
        next += entries[i].head.n;
        entries[i].head.n = 0;
    }
    while (next_column(&walk, &column))
        while (next_value(&column)) {
            struct entry *entry = &entries[column.entry];
            size_t at = (size_t)(entry->values - all) + entry->head.n++;

            all[at] = (struct entry_value){column.series, column.value};
        }
}

bool
row_unpack(struct wg_arena *arena, struct wg_bytes row, size_t room, struct entries *entries)
{
    struct row_walk walk = walk_row(row);
    struct entry_value *values;

    entries->n = walk.n;
    if (!(entries->list = wg_alloc_array(arena, walk.n + room + 1, sizeof(*entries->list))))
        return false;
    for (size_t i = 0; i < walk.n; i++)
        entries->list[i].head = *next_head(&walk);
    values = wg_alloc_array(arena, count_values(walk, entries->list) + 1, sizeof(*values));
    if (values)
        place_values(walk, entries->list, values);
    return values;
}

/* ---- Packing ---- */

struct packing {
    const struct entries *entries;
    uint32_t *put;   /* values of each entry that are */
    uint8_t *to;
    uint8_t *column; /* room for one */
};

static uint8_t *
put_head(uint8_t *to, const struct entry_head *head, int32_t date_before)
{
    memcpy(to, &head->source, sizeof(head->source));
    to = wg_varint_put(to + sizeof(head->source), head->recorded);
    to = wg_varint_put(to, head->superseded);
    to = wg_varint_put(to, (uint32_t)head->date - (uint32_t)date_before);
    return wg_varint_put(to, (uint32_t)head->until - (uint32_t)head->date);
}

/* The least number of a series that has not been put; UINT32_MAX: there is none. */
static uint32_t
next_series(const struct packing *packing)
{
    uint32_t least = UINT32_MAX;

    for (size_t i = 0; i < packing->entries->n; i++) {
        const struct entry *entry = &packing->entries->list[i];
        uint32_t at = packing->put[i];

        if (at < entry->head.n && entry->values[at].series < least)
            least = entry->values[at].series;
    }
    return least;
}

static inline bool
is_of(const struct entry *entry, uint32_t at, uint32_t series)
{
    return at < entry->head.n && entry->values[at].series == series;
}

/* As many as any value in a series has. */
static uint8_t
decimals_of(const struct packing *packing, uint32_t series)
{
    uint8_t decimals = 0;

    for (size_t i = 0; i < packing->entries->n; i++) {
        const struct entry *entry = &packing->entries->list[i];

        for (uint32_t at = packing->put[i]; is_of(entry, at, series); at++)
            while (entry->values[at].value != EVIDENCE_NO_VALUE &&
                   entry->values[at].value % scales[decimals] != 0)
                decimals++;
    }
    return decimals;
}

/* Where they end. */
static uint8_t *
put_values(struct packing *packing, uint32_t series, int64_t scale, uint8_t *to)
{
    size_t before = 0;

    for (size_t i = 0; i < packing->entries->n; i++) {
        const struct entry *entry = &packing->entries->list[i];
        uint32_t *at = &packing->put[i];

        for (; is_of(entry, *at, series); ++*at, before = i)
            to = wg_varint_put(wg_varint_put(to, i - before), pack_value(entry->values[*at].value, scale));
    }
    return to;
}

static void
put_column(struct packing *packing, uint32_t series)
{
    uint8_t *column = packing->column;
    size_t bytes;

    column[0] = decimals_of(packing, series);
    bytes = (size_t)(put_values(packing, series, scales[column[0]], column + 1) - column);
    packing->to = wg_varint_put(wg_varint_put(packing->to, series), bytes);
    memcpy(packing->to, column, bytes);
    packing->to += bytes;
}

static void
put_entries(struct packing *packing)
{
    const struct entries *entries = packing->entries;
    uint32_t series;

    packing->to = wg_varint_put(packing->to, entries->n);
    for (size_t i = 0; i < entries->n; i++)
        packing->to = put_head(packing->to, &entries->list[i].head,
                               i ? entries->list[i - 1].head.date : 0);
    while ((series = next_series(packing)) != UINT32_MAX)
        put_column(packing, series);
}

/* Each number as long as one can be, and each value a series of its own. */
struct wg_bytes
row_pack(struct wg_arena *arena, const struct entries *entries)
{
    struct packing packing = {.entries = entries};
    size_t n = 0;
    uint8_t *row;

    for (size_t i = 0; i < entries->n; i++)
        n += entries->list[i].head.n;
    row = wg_alloc(arena, (1 + 5 * entries->n + 5 * n) * WG_VARINT_BYTES_MAX);
    packing.column = wg_alloc(arena, 1 + 2 * n * WG_VARINT_BYTES_MAX);
    packing.put = wg_alloc_array(arena, entries->n + 1, sizeof(*packing.put));
    if (!row || !packing.column || !packing.put)
        return (struct wg_bytes){0};
    packing.to = row;
    put_entries(&packing);
    return (struct wg_bytes){row, (size_t)(packing.to - row)};
}

/* ---- Replacing ---- */

static bool
says_the_same_values(const struct entry *a, const struct entry *b)
{
    bool same = a->head.n == b->head.n;

    for (uint32_t i = 0; same && i < a->head.n; i++)
        same = a->values[i].series == b->values[i].series && a->values[i].value == b->values[i].value;
    return same;
}

static bool
says_the_same(const struct entry *a, const struct entry *b)
{
    return a->head.source == b->head.source && a->head.date == b->head.date &&
           a->head.until == b->head.until && says_the_same_values(a, b);
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
    free(reader->entries);
    free(reader->evidence);
}

/* An entry takes so many bytes at least, and a value. */
#define ENTRY_BYTES_MIN (sizeof(uint64_t) + 4)
#define VALUE_BYTES_MIN 2

static bool
make_room(struct row_reader *reader, size_t bytes)
{
    if (bytes < reader->capacity)
        return true;
    free(reader->entries);
    free(reader->evidence);
    reader->capacity = 2 * bytes + 1;
    reader->entries = calloc(reader->capacity / ENTRY_BYTES_MIN + 1, sizeof(*reader->entries));
    reader->evidence = calloc(reader->capacity / VALUE_BYTES_MIN + 1, sizeof(*reader->evidence));
    return reader->entries && reader->evidence;
}

static void
take_heads(struct row_reader *reader, struct row_walk *walk)
{
    for (uint32_t i = 0; i < walk->n; i++) {
        const struct entry_head *head = next_head(walk);

        reader->entries[i] = (struct known_entry){
            {head->date, head->until, 0, head->recorded, i},
            known_at(head, reader->query->sequence) && head->date <= reader->query->until};
    }
}

static struct series
take_column(const struct row_reader *reader, struct column *column, struct evidence *to)
{
    struct series series = {to, 0};

    while (next_value(column)) {
        const struct known_entry *entry = &reader->entries[column->entry];

        if (!entry->known)
            continue;
        to[series.n] = entry->evidence;
        to[series.n++].value = column->value;
    }
    return series;
}

bool
row_reader_take(struct row_reader *reader, struct wg_bytes row)
{
    struct row_walk walk = walk_row(row);
    struct evidence *to;
    struct column column;

    if (!make_room(reader, row.length))
        return false;
    to = reader->evidence;
    for (size_t i = 0; i < reader->query->n; i++)
        reader->series[i].n = 0;
    take_heads(reader, &walk);
    while (next_column(&walk, &column) && column.series <= reader->greatest) {
        size_t place = reader->place[column.series];

        if (!place)
            continue;
        reader->series[place - 1] = take_column(reader, &column, to);
        to += reader->series[place - 1].n;
    }
    return true;
}

/* ---- What changed ---- */

static bool
is_asked(const struct row_query *query, uint32_t series)
{
    for (size_t i = 0; i < query->n; i++)
        if (query->series[i] == series)
            return true;
    return false;
}

struct changes {
    uint64_t *sequences;
    size_t n, most;
    uint64_t since, until;
};

/* In its order, once. */
static void
put_change(struct changes *changes, uint64_t sequence)
{
    uint64_t *sequences = changes->sequences;
    size_t at = changes->n;

    if (sequence <= changes->since || sequence > changes->until)
        return;
    while (at > 0 && sequences[at - 1] > sequence)
        at--;
    if (changes->n == changes->most || (at > 0 && sequences[at - 1] == sequence))
        return;
    memmove(&sequences[at + 1], &sequences[at], (changes->n++ - at) * sizeof(*sequences));
    sequences[at] = sequence;
}

/* Those of the entries that have a value in a series. */
static void
put_column_changes(struct row_walk heads, struct column *column, struct changes *changes)
{
    size_t n = 0;

    while (next_value(column)) {
        for (; n <= column->entry; n++)
            next_head(&heads);
        put_change(changes, heads.head.recorded);
        put_change(changes, heads.head.superseded);
    }
}

size_t
row_changes(struct wg_bytes row, const struct row_query *query, uint64_t since,
            uint64_t *sequences, size_t most)
{
    struct changes changes = {sequences, 0, most, since, query->sequence};
    struct row_walk heads = walk_row(row), columns = heads;
    struct column column;

    for (size_t i = 0; i < columns.n; i++)
        next_head(&columns);
    while (next_column(&columns, &column))
        if (is_asked(query, column.series))
            put_column_changes(heads, &column, &changes);
    return changes.n;
}
