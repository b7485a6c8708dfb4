/* comparators.c - observations, page by page. */
#include "comparators.h"

#include <stdlib.h>
#include <string.h>

#include "wellgate/common/v1/common.pb-c.h"

typedef Wellgate__Outcomes__V1__ListObservationsResponse ListObservationsResponse;
typedef Wellgate__Common__V1__ListRequest ListRequest;

enum { PAGE = 200 };

/* The page is the call's; what is kept of it is a copy. */
static Observation *
observation_copy(struct wg_arena *arena, const Observation *observation)
{
    size_t length = protobuf_c_message_get_packed_size(&observation->base);
    uint8_t *bytes = malloc(length + 1);
    ProtobufCMessage *copy = NULL;

    if (bytes) {
        protobuf_c_message_pack(&observation->base, bytes);
        copy = protobuf_c_message_unpack(observation->base.descriptor, &arena->protobuf, length,
                                         bytes);
    }
    free(bytes);
    return (Observation *)copy;
}

static bool
append(struct wg_arena *arena, struct comparator *comparator, const ListObservationsResponse *page)
{
    Observation **all = wg_alloc_array(arena, comparator->n + page->n_observations + 1,
                                       sizeof(*all));

    if (!all)
        return false;
    if (comparator->n)
        memcpy(all, comparator->observations, comparator->n * sizeof(*all));
    comparator->observations = all;
    for (size_t i = 0; i < page->n_observations; i++)
        if (!(all[comparator->n++] = observation_copy(arena, page->observations[i])))
            return false;
    return true;
}

/* What is known now need not be looked for in the past. */
static const struct wg_problem *
set_as_at(struct wg_call *call, const char *name, uint64_t sequence, ListRequest *request)
{
    const struct wg_problem *problem;
    uint64_t now;

    if ((problem = wg_sequence(call, name, &now)) || now == sequence)
        return problem;
    request->as_at = wg_format(wg_call_arena(call), "%llu", (unsigned long long)sequence);
    return request->as_at ? NULL : wg_no_memory(call);
}

static const struct wg_problem *
load(struct wg_call *call, struct wg_arena *arena, uint64_t sequence,
     struct comparator *comparator)
{
    ListRequest request = WELLGATE__COMMON__V1__LIST_REQUEST__INIT;
    const struct wg_problem *problem;
    const ProtobufCMessage *output;

    request.parent = (char *)comparator->name;
    request.page_size = PAGE;
    if ((problem = set_as_at(call, comparator->name, sequence, &request)))
        return problem;
    do {
        if ((problem = wg_invoke(call, "wellgate.outcomes.v1.Comparators/ListObservations",
                                 &request.base, &output)))
            return problem;
        if (!append(arena, comparator, (const ListObservationsResponse *)output))
            return wg_no_memory(call);
        request.page_token = ((const ListObservationsResponse *)output)->next_page_token;
    } while (*request.page_token);
    return NULL;
}

static struct comparator *
add(struct wg_arena *arena, struct comparators *comparators, const char *name)
{
    if (comparators->n == comparators->room) {
        size_t room = 2 * comparators->room + 8;
        struct comparator *more = wg_alloc_array(arena, room, sizeof(*more));

        if (!more)
            return NULL;
        if (comparators->n)
            memcpy(more, comparators->list, comparators->n * sizeof(*more));
        comparators->list = more;
        comparators->room = room;
    }
    comparators->list[comparators->n] = (struct comparator){.name = name};
    return &comparators->list[comparators->n++];
}

const struct wg_problem *
comparator_find(struct wg_call *call, struct wg_arena *arena, struct comparators *comparators,
                const char *name, uint64_t sequence, const struct comparator **found)
{
    struct comparator *comparator;

    for (size_t i = 0; i < comparators->n; i++)
        if (strcmp(comparators->list[i].name, name) == 0) {
            *found = &comparators->list[i];
            return NULL;
        }
    if (!(comparator = add(arena, comparators, name)))
        return wg_no_memory(call);
    *found = comparator;
    return load(call, arena, sequence, comparator);
}
