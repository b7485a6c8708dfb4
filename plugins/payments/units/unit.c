/* unit.c - lists of units. */
#include "unit.h"

#include <stdlib.h>

struct unit *
unit_push(struct unit_list *units)
{
    if (units->n == units->room) {
        size_t room = units->room ? 2 * units->room : 16;
        struct unit *list = room > PERSON_UNITS_MAX ? NULL : realloc(units->list, room * sizeof(*list));

        if (!list)
            return NULL;
        units->list = list;
        units->room = room;
    }
    return &units->list[units->n];
}
