/* parents.c - parents that lines name as the caller's organisation knows them. */
#include "parents.h"

#include <string.h>

#include "resource/methods.h"
#include "rpc/message.h"

/* The length of "programmes/x/people/" in "programmes/x/people/-", where that is the only
 * id left open; else 0. */
static size_t
closed_length(const char *parent)
{
    const char *open = strstr(parent, "/-");

    while (open && open[2] && open[2] != '/')
        open = strstr(open + 2, "/-");
    return open && !open[2] ? (size_t)(open + 1 - parent) : 0;
}

static const struct resource *
parents_of(const struct row_maker *maker)
{
    return maker->create->resource ? maker->create->resource->parent : NULL;
}

const struct wg_problem *
parents_check(struct wg_call *call, const struct row_maker *maker)
{
    if (!*maker->parent_system)
        return NULL;
    if (!closed_length(maker->parent))
        wg_violation(call, "?parentSystem", "NOT_TAKEN",
                     "the last id of the path's parent, and no other, must be \"-\"");
    else if (!parents_of(maker) || !external_field(parents_of(maker)))
        wg_violation(call, "?parentSystem", "NOT_TAKEN", "the parents have no external ids");
    return wg_violations(call);
}

const struct wg_problem *
parent_resolve(struct wg_call *call, const struct row_maker *maker, const struct row *row)
{
    const struct wg_problem *problem;
    const char *name;

    if (!row->parent_value)
        return NULL;
    if ((problem = external_find(call, parents_of(maker), maker->parent, maker->parent_system,
                                 row->parent_value, &name)))
        return problem;
    if (!name || strncmp(name, maker->parent, closed_length(maker->parent)) != 0) {
        wg_violation(call, "/parent", "NOT_FOUND",
                     "is no external id of your organisation in that system");
        return wg_violations(call);
    }
    field_set_text(row->request, field_of(row->request->descriptor, "parent"),
                   (char *)(uintptr_t)name);
    return NULL;
}
