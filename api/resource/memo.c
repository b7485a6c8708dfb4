/* memo.c - records by the hash of their names, and the head of one stream. */
#include "memo.h"

#include <string.h>
#include <xxhash.h>

enum { ARENA_BYTES = 4 << 20 };

void
memo_init(struct memo *memo)
{
    *memo = (struct memo){0};
    wg_arena_init(&memo->arena, ARENA_BYTES);
}

void
memo_finish(struct memo *memo)
{
    wg_arena_finish(&memo->arena);
}

void
memo_begin(struct memo *memo)
{
    wg_arena_reset(&memo->arena);
    memset(memo->records, 0, sizeof(memo->records));
    *memo->root = '\0';
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
