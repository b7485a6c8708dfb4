/* text_set.c - texts in order, each once, in memory of their own. */
#include "text_set.h"

#include <string.h>

void
text_set_init(struct text_set *set, size_t max_bytes)
{
    *set = (struct text_set){.n = 0};
    wg_arena_init(&set->arena, max_bytes);
}

void
text_set_finish(struct text_set *set)
{
    wg_arena_finish(&set->arena);
}

static int
compare_first_lines(const char *a, const char *b)
{
    size_t length_a = strcspn(a, "\n"), length_b = strcspn(b, "\n");
    int order = memcmp(a, b, length_a < length_b ? length_a : length_b);

    return order ? order : (length_a > length_b) - (length_a < length_b);
}

/* The place of the first that is not before it. */
static size_t
place_of(const struct text_set *set, const char *text)
{
    size_t low = 0, high = set->n;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (compare_first_lines(set->texts[middle], text) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool
make_room(struct text_set *set)
{
    size_t capacity = set->capacity ? 2 * set->capacity : 16;
    const char **more;

    if (set->n < set->capacity)
        return true;
    if (!(more = wg_alloc_array(&set->arena, capacity, sizeof(*more))))
        return false;
    if (set->n)
        memcpy(more, set->texts, set->n * sizeof(*more));
    set->texts = more;
    set->capacity = capacity;
    return true;
}

bool
text_set_add(struct text_set *set, const char *text)
{
    size_t at = place_of(set, text);

    if (at < set->n && compare_first_lines(set->texts[at], text) == 0)
        return true;
    if (!make_room(set) || !(text = wg_copy_text(&set->arena, text)))
        return false;
    memmove(&set->texts[at + 1], &set->texts[at], (set->n - at) * sizeof(*set->texts));
    set->texts[at] = text;
    set->n++;
    return true;
}
