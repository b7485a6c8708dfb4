/* inspect.c - commands that look and change nothing. */
#include <stdio.h>

#include "commands.h"
#include "openapi/openapi.h"
#include "plugin.h"
#include "resource/verify.h"

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

/* A record takes far less; what is corrupt must not take everything. */
#define VERIFY_BYTES_MAX ((size_t)256 << 20)

struct verifying {
    const struct gateway *gateway;
    bool holds;
};

static const struct wg_problem *
verify_all(struct driver_txn *txn, void *context)
{
    struct verifying *verifying = context;
    struct wg_arena arena;

    wg_arena_init(&arena, VERIFY_BYTES_MAX);
    verifying->holds = verify_store(txn, verifying->gateway, &arena, stdout);
    wg_arena_finish(&arena);
    return NULL;
}

static bool
verify(struct station *station)
{
    struct verifying verifying = {.gateway = &station->gateway};
    const struct wg_problem *problem =
        store_read(station->gateway.store, verify_all, &verifying);

    if (problem)
        printf("FAULT: the store cannot be read (%s)\n", problem->title);
    return !problem && verifying.holds;
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
    holds = station_load(&station, words[0]) && station_open_store(&station) &&
            station_open_people(&station, PEOPLE_READ) && verify(&station);
    if (station.gateway.store)
        store_leave_thread(station.gateway.store);
    station_close(&station);
    return !holds;
}
