/* clients.c - people whose personal fields are sealed, and erased. */
#include <wellgate/plugin.h>

#include "clients.pb-c.h"

WG_EMBED(clients_descriptors, "clients.pb");

static const struct wg_problem *
change_client(struct wg_call *call)
{
    const Clients__V1__ChangeClientRequest *request = (const void *)wg_input(call);
    const struct wg_problem *problem;
    struct wg_record record;
    Clients__V1__Client *client;

    if ((problem = wg_load(call, request->name, &record)))
        return problem;
    client = (Clients__V1__Client *)record.message;
    client->town = request->town;
    if (*request->given_name)
        client->given_name = request->given_name;
    if ((problem = wg_update(call, &client->base, NULL)))
        return problem;
    wg_answer(call, &client->base);
    return NULL;
}

static bool
take_first(void *context, const struct wg_record *record)
{
    *(const ProtobufCMessage **)context = record->message;
    return false;
}

static const struct wg_problem *
find_client(struct wg_call *call)
{
    const Clients__V1__FindClientRequest *request = (const void *)wg_input(call);
    const char *const values[] = {request->nhs_number};
    const ProtobufCMessage *found = NULL;
    const struct wg_problem *problem = wg_find(call, "clients/Client", request->parent,
                                               "nhs_number", values, 1, take_first, &found);

    if (problem || !found)
        return problem ? problem : &wg_not_found;
    wg_answer(call, found);
    return NULL;
}

static const struct wg_problem *
review_client(struct wg_call *call)
{
    const Clients__V1__ReviewClientRequest *request = (const void *)wg_input(call);
    const struct wg_problem *problem;
    struct wg_record record;

    if ((problem = wg_load_as_at(call, request->name, request->sequence, &record)))
        return problem;
    wg_answer(call, record.message);
    return NULL;
}

static const struct wg_problem *
erase_client(struct wg_call *call)
{
    const Wellgate__Common__V1__GetRequest *request = (const void *)wg_input(call);
    const struct wg_problem *problem;
    struct wg_record record;
    Clients__V1__Client *nothing_left;

    if ((problem = wg_erase(call, request->name)))
        return problem;
    if ((problem = wg_load(call, request->name, &record)) != &wg_not_found) {
        wg_answer(call, problem ? NULL : record.message);
        return problem;
    }
    nothing_left = wg_new_message(wg_call_arena(call), &clients__v1__client__descriptor);
    if (!nothing_left)
        return &wg_payload_too_large;
    nothing_left->name = request->name;
    wg_answer(call, &nothing_left->base);
    return NULL;
}

static const struct wg_problem *
erase_in_vain(struct wg_call *call)
{
    const struct wg_problem *problem = erase_client(call);

    return problem ? problem : wg_fail(call, &wg_conflict, "changed its mind");
}

static const struct wg_method methods[] = {
    {.name = "Clients/ChangeClient", .run = change_client},
    {.name = "Clients/FindClient", .run = find_client},
    {.name = "Clients/ReviewClient", .run = review_client},
    {.name = "Clients/EraseClient", .run = erase_client},
    {.name = "Clients/EraseInVain", .run = erase_in_vain},
    {0},
};

static const ProtobufCServiceDescriptor *const services[] = {&clients__v1__clients__descriptor,
                                                             NULL};

WG_PLUGIN = {
    WG_PLUGIN_ABI,
    .name = "clients",
    .descriptor_set = {clients_descriptors, clients_descriptors_end},
    .services = services,
    .methods = methods,
};
