/* readings.c - rows by measure, as known. */
#include "readings.h"

#include <stdlib.h>
#include <string.h>

bool
readings_begin(struct readings *readings, const struct evidence_query *query)
{
    *readings = (struct readings){.query = query};
    for (size_t i = 0; i < query->n; i++)
        if (query->measures[i] > readings->greatest)
            readings->greatest = query->measures[i];
    readings->evidence = calloc(query->n + 1, sizeof(*readings->evidence));
    readings->place = calloc((size_t)readings->greatest + 1, sizeof(*readings->place));
    if (!readings->evidence || !readings->place)
        return false;
    for (size_t i = 0; i < query->n; i++)
        if (query->measures[i])
            readings->place[query->measures[i]] = (uint16_t)(i + 1);
    return true;
}

void
readings_finish(struct readings *readings)
{
    free(readings->evidence);
    free(readings->place);
    free(readings->room);
}

/* Every reading of the row may be of the same measure. */
static bool
make_room(struct readings *readings, size_t n)
{
    if (n <= readings->capacity)
        return true;
    free(readings->room);
    readings->capacity = 2 * n;
    readings->room = calloc(readings->query->n * readings->capacity, sizeof(*readings->room));
    for (size_t i = 0; readings->room && i < readings->query->n; i++)
        readings->evidence[i].readings = &readings->room[i * readings->capacity];
    return readings->room;
}

bool
readings_take(struct readings *readings, struct wg_bytes row)
{
    size_t n = row.length / sizeof(struct reading);
    const char *bytes = row.data;
    struct reading reading;

    if (!make_room(readings, n))
        return false;
    for (size_t i = 0; i < readings->query->n; i++)
        readings->evidence[i].n = 0;
    for (size_t i = 0; i < n; i++) {
        struct evidence *evidence;
        size_t place;

        memcpy(&reading, bytes + i * sizeof(reading), sizeof(reading));
        place = reading.measure <= readings->greatest ? readings->place[reading.measure] : 0;
        if (!place || !reading_known_at(&reading, readings->query->sequence))
            continue;
        evidence = &readings->evidence[place - 1];
        readings->room[(place - 1) * readings->capacity + evidence->n++] = reading;
    }
    return true;
}
