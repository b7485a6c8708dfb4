/* memo.c - records by the hash of their names, rows by that of their keys, and the head of one
 * stream. */
#include "memo.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "store/record.h"

enum { ARENA_BYTES = 4 << 20 };

void
memo_init(struct memo *memo)
{
    *memo = (struct memo){0};
    wg_arena_init(&memo->arena, ARENA_BYTES);
    wg_arena_init(&memo->rows_arena, ARENA_BYTES);
}

void
memo_finish(struct memo *memo)
{
    wg_arena_finish(&memo->arena);
    wg_arena_finish(&memo->rows_arena);
}

static void
forget_rows(struct memo *memo)
{
    wg_arena_reset(&memo->rows_arena);
    memset(memo->rows, 0, sizeof(memo->rows));
    memo->n_changed = 0;
}

void
memo_begin(struct memo *memo)
{
    wg_arena_reset(&memo->arena);
    memset(memo->records, 0, sizeof(memo->records));
    *memo->root = '\0';
    forget_rows(memo);
}

/* ---- Records ---- */

static struct remembered *
set_of(struct memo *memo, const char *name)
{
    return memo->records[XXH3_64bits(name, strlen(name)) % MEMO_SETS];
}

struct remembered *
memo_find(struct memo *memo, const char *name)
{
    struct remembered *set = memo ? set_of(memo, name) : NULL;

    for (int i = 0; set && i < MEMO_WAYS; i++)
        if (set[i].name && strcmp(set[i].name, name) == 0)
            return &set[i];
    return NULL;
}

/* The first that is free, else the last: what every line names came first and stays. */
static struct remembered *
place_for(struct memo *memo, const char *name)
{
    struct remembered *place = set_of(memo, name), *last = place + MEMO_WAYS - 1;

    while (place < last && place->name)
        place++;
    return place;
}

struct remembered *
memo_keep(struct memo *memo, const char *name, uint64_t sequence)
{
    struct remembered *there = memo_find(memo, name);
    const char *copy = memo && !there ? wg_copy_text(&memo->arena, name) : NULL;

    if (!copy)
        return there;
    there = place_for(memo, name);
    *there = (struct remembered){.name = copy, .sequence = sequence};
    return there;
}

void
memo_drop(struct memo *memo, const char *name)
{
    struct remembered *there = memo_find(memo, name);

    if (there)
        there->name = NULL;
}

/* ---- Rows ---- */

static size_t
place_of_row(struct wg_bytes key)
{
    return XXH3_64bits(key.data, key.length) % MEMO_ROWS;
}

static struct remembered_row *
find_row(const struct memo *memo, struct wg_bytes key)
{
    struct remembered_row *row = memo ? memo->rows[place_of_row(key)] : NULL;

    while (row && (row->key.length != key.length || memcmp(row->key.data, key.data, key.length) != 0))
        row = row->next;
    return row;
}

const struct remembered_row *
memo_row(const struct memo *memo, struct wg_bytes key)
{
    return find_row(memo, key);
}

/* With room to grow, as rows do. */
static bool
set_value(struct memo *memo, struct remembered_row *row, struct wg_bytes value)
{
    size_t room = value.length + value.length / 2 + 1;
    char *bytes = value.length < row->room ? (char *)row->value.data
                                           : wg_alloc(&memo->rows_arena, room);

    if (!bytes)
        return false;
    if (value.length)
        memmove(bytes, value.data, value.length);
    row->room = value.length < row->room ? row->room : room;
    row->value = (struct wg_bytes){bytes, value.length};
    return true;
}

static bool
add_row(struct memo *memo, struct wg_bytes key, struct wg_bytes value, bool changed)
{
    struct remembered_row *row = wg_alloc(&memo->rows_arena, sizeof(*row)), **place;
    char *copy = wg_copy_bytes(&memo->rows_arena, key.data, key.length);

    if (!row || !copy || !set_value(memo, row, value))
        return false;
    place = &memo->rows[place_of_row(key)];
    row->key = (struct wg_bytes){copy, key.length};
    row->changed = changed;
    row->next = *place;
    *place = row;
    memo->n_changed += changed;
    return true;
}

bool
memo_keep_row(struct memo *memo, struct wg_bytes key, struct wg_bytes value, bool changed)
{
    struct remembered_row *row = find_row(memo, key);

    if (!memo || !row)
        return memo && add_row(memo, key, value, changed);
    if (!set_value(memo, row, value))
        return false;
    memo->n_changed += changed && !row->changed;
    row->changed = row->changed || changed;
    return true;
}

static int
by_key(const void *left, const void *right)
{
    const struct remembered_row *a = *(struct remembered_row *const *)left;
    const struct remembered_row *b = *(struct remembered_row *const *)right;
    size_t length = a->key.length < b->key.length ? a->key.length : b->key.length;
    int order = memcmp(a->key.data, b->key.data, length);

    return order ? order : (a->key.length > b->key.length) - (a->key.length < b->key.length);
}

static void
list_changed(struct memo *memo, struct remembered_row **list)
{
    for (size_t i = 0; i < MEMO_ROWS; i++)
        for (struct remembered_row *row = memo->rows[i]; row; row = row->next)
            if (row->changed)
                *list++ = row;
}

static const struct wg_problem *
write_in_order(struct remembered_row **list, size_t n, struct driver_txn *txn,
               struct wg_arena *arena)
{
    const struct wg_mark mark = wg_arena_mark(arena);
    const struct wg_problem *problem = NULL;

    qsort(list, n, sizeof(*list), by_key);
    for (size_t i = 0; !problem && i < n; i++) {
        problem = checked_put(txn, arena, SPACE_PROJECTION, list[i]->key, list[i]->value);
        if (!problem)
            wg_arena_rewind(arena, mark);
    }
    return problem;
}

const struct wg_problem *
memo_write_rows(struct memo *memo, struct driver_txn *txn, struct wg_arena *arena)
{
    const struct wg_problem *problem = NULL;
    struct remembered_row **list = NULL;

    if (memo && memo->n_changed && !(list = calloc(memo->n_changed, sizeof(*list))))
        return &wg_insufficient_storage; /* not damage: the next may do better */
    if (list) {
        list_changed(memo, list);
        problem = write_in_order(list, memo->n_changed, txn, arena);
    }
    free(list);
    if (memo)
        forget_rows(memo);
    return problem;
}

/* ---- The stream ---- */

bool
memo_head(const struct memo *memo, const char *root, struct event_head *head)
{
    if (!memo || strcmp(memo->root, root) != 0)
        return false;
    *head = memo->head;
    return true;
}

void
memo_keep_head(struct memo *memo, const char *root, const struct event_head *head)
{
    if (!memo || strlen(root) >= sizeof(memo->root))
        return;
    strcpy(memo->root, root);
    memo->head = *head;
}
