/* person.c - which series terms ask for. */
#include "person.h"

#include <string.h>

const char *
series_prefix(const char *name, const char *prefix)
{
    size_t length = strlen(prefix);

    return strncmp(name, prefix, length) == 0 ? name + length : NULL;
}

static bool
make_room(struct series_plan *plan)
{
    size_t room = plan->room ? 2 * plan->room : 16;
    const char **names;

    if (plan->n < plan->room)
        return true;
    if (!(names = wg_alloc_array(plan->arena, room, sizeof(*names))))
        return false;
    if (plan->n)
        memcpy(names, plan->names, plan->n * sizeof(*names));
    plan->names = names;
    plan->room = room;
    return true;
}

/* As records say it, what terms name in another way: a score as a reading, days as spells. */
static const char *
recorded_as(struct wg_arena *arena, const char *name)
{
    const char *score = series_prefix(name, SERIES_SCORE), *key = score ? strrchr(score, '/') : NULL;

    if (key)
        return wg_format(arena, "%.*s#%s", (int)(key - score), score, key + 1);
    if (series_prefix(name, SERIES_DAYS))
        return wg_format(arena, "spell:%s", series_prefix(name, SERIES_DAYS));
    return wg_format(arena, "%s", name);
}

size_t
series_place(struct series_plan *plan, const char *name)
{
    if (!(name = recorded_as(plan->arena, name)))
        return SIZE_MAX;
    for (size_t i = 0; i < plan->n; i++)
        if (strcmp(plan->names[i], name) == 0)
            return i;
    if (!make_room(plan))
        return SIZE_MAX;
    plan->names[plan->n] = name;
    return plan->n++;
}
