/* inspect.c - commands that look and change nothing. */
#include <inttypes.h>
#include <stdio.h>

#include "commands.h"
#include "openapi/openapi.h"
#include "plugin.h"
#include "store/event.h"

int
command_check_config(int n, char **words)
{
    struct station station = {0};
    bool fits;

    if (n != 1) {
        fprintf(stderr, "usage: wellgate check-config CONFIG\n");
        return 2;
    }
    fits = station_load(&station, words[0]);
    station_close(&station);
    if (fits)
        puts("the configuration and its plugins fit");
    return !fits;
}

int
command_openapi(int n, char **words)
{
    struct station station = {0};
    bool written;

    if (n != 1) {
        fprintf(stderr, "usage: wellgate openapi CONFIG\n");
        return 2;
    }
    written = station_load(&station, words[0]) && openapi_write(&station.gateway, stdout);
    station_close(&station);
    return !written;
}

/* ---- verify ---- */

struct verifying {
    const struct gateway *gateway;
    struct wg_arena arena;
    uint64_t roots, events;
    const char *fault;
};

static const char *
type_of(void *context, const char *name)
{
    struct verifying *verifying = context;
    const struct resource *resource = resource_of_name(verifying->gateway->descriptors, name);

    return resource ? resource->type : NULL;
}

static const struct wg_problem *
verify_all(struct driver_txn *txn, void *context)
{
    struct verifying *verifying = context;
    const struct wg_problem *problem;
    const char *root = "";

    while (!(problem = event_next_root(txn, &verifying->arena, root, &root)) && root) {
        uint64_t events = 0;

        if ((problem = event_verify(txn, &verifying->arena, root, type_of, verifying, &events,
                                    &verifying->fault)) || verifying->fault)
            break;
        printf("%s: %" PRIu64 " events, the chain holds\n", root, events);
        verifying->roots++;
        verifying->events += events;
    }
    return problem;
}

static bool
verify(struct station *station)
{
    struct verifying verifying = {.gateway = &station->gateway};
    const struct wg_problem *problem;

    wg_arena_init(&verifying.arena, (size_t)16 << 30);
    problem = store_read(station->gateway.store, verify_all, &verifying);
    if (verifying.fault)
        printf("FAULT: %s\n", verifying.fault);
    else if (problem)
        printf("FAULT: the store cannot be read (%s)\n", problem->title);
    else
        printf("%" PRIu64 " roots, %" PRIu64 " events: all chains hold\n", verifying.roots,
               verifying.events);
    wg_arena_finish(&verifying.arena);
    return !problem && !verifying.fault;
}

int
command_verify(int n, char **words)
{
    struct station station = {0};
    bool holds;

    if (n != 1) {
        fprintf(stderr, "usage: wellgate verify CONFIG (while no gateway serves its store)\n");
        return 2;
    }
    holds = station_load(&station, words[0]) && station_open_store(&station) && verify(&station);
    if (station.gateway.store)
        store_leave_thread(station.gateway.store);
    station_close(&station);
    return !holds;
}
