/* inspect.c - commands that look and change nothing. */
#include <stdio.h>

#include "commands.h"
#include "openapi/openapi.h"
#include "plugin.h"

int
command_check_config(int n, char **words)
{
    struct station station = {0};
    bool fits;

    if (n != 1) {
        fprintf(stderr, "usage: wellgate check-config CONFIG\n");
        return 2;
    }
    fits = station_load(&station, words[0]) && station_open_issuers(&station);
    station_close(&station);
    if (fits)
        puts("the configuration, its keys and its plugins fit");
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
            station_open_people(&station, PEOPLE_READ) && station_verify(&station, stdout);
    station_close(&station);
    return !holds;
}
