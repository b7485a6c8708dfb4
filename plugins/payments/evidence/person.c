/* person.c - which series terms ask for. */
#include "person.h"

#include <string.h>

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

size_t
series_place(struct series_plan *plan, const char *name)
{
    for (size_t i = 0; i < plan->n; i++)
        if (strcmp(plan->names[i], name) == 0)
            return i;
    if (!make_room(plan) || !(name = wg_format(plan->arena, "%s", name)))
        return SIZE_MAX;
    plan->names[plan->n] = name;
    return plan->n++;
}
