/* directory_scan.c - walks over what stands in the open directory. */
#include "directory_scan.h"

#include <string.h>

#include "wellgate/core/v1/core.pb-c.h"

struct programme {
    const char *name;
    struct programme *next;
};

struct programmes {
    struct wg_call *call;
    struct programme *first, **end;
};

struct scan {
    struct wg_call *call;
    directory_visit *visit;
    void *context;
    struct wg_mark kept; /* the arena behind what is kept; once begun */
    bool begun;
};

static bool
add_programme(void *context, const struct wg_record *record)
{
    struct programmes *programmes = context;
    struct programme *programme =
        wg_alloc(wg_call_arena(programmes->call), sizeof(*programme));

    if (!programme)
        return false;
    programme->name = ((const Wellgate__Core__V1__Programme *)record->message)->name;
    *programmes->end = programme;
    programmes->end = &programme->next;
    return true;
}

static bool
is_listed(const Service *service)
{
    return service->visibility == SERVICE(VISIBILITY__PUBLIC) &&
           (service->status == SERVICE(STATUS__ACTIVE) ||
            service->status == SERVICE(STATUS__PAUSED));
}

/* There may be thousands: what is not kept makes room. */
static bool
visit_service(void *context, const struct wg_record *record)
{
    struct scan *scan = context;
    struct wg_arena *arena = wg_call_arena(scan->call);
    const Service *service = (const Service *)record->message;

    if (!scan->begun)
        scan->kept = wg_arena_mark(arena);
    scan->begun = true;
    if (is_listed(service) && scan->visit(scan->context, service))
        scan->kept = wg_arena_mark(arena);
    else if (!arena->exhausted)
        wg_arena_rewind(arena, scan->kept);
    return !arena->exhausted;
}

const struct wg_problem *
directory_scan(struct wg_call *call, const char *index, const char *value,
               directory_visit *visit, void *context)
{
    struct programmes programmes = {.call = call, .end = &programmes.first};
    const struct wg_problem *problem =
        wg_scan(call, "core/Programme", "", NULL, add_programme, &programmes);

    for (const struct programme *p = programmes.first; !problem && p; p = p->next) {
        struct scan scan = {.call = call, .visit = visit, .context = context};

        problem = wg_find(call, "referrals/Service", p->name, index, &value, 1,
                          visit_service, &scan);
    }
    if (!problem && wg_call_arena(call)->exhausted)
        return wg_no_memory(call);
    return problem;
}
