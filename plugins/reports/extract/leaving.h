/* leaving.h - who may not be evaluated any more: from one place in the programme's stream to another. */
#ifndef REPORTS_EXTRACT_LEAVING_H
#define REPORTS_EXTRACT_LEAVING_H

#include "rows/cohort.h"

enum leaving {
    STAYS,
    WITHHELD, /* refused it, withdrew consent to it, or is linked with one who did */
    ERASED,   /* or is linked with one who is */
};

struct departure;

/* In order of whom. */
struct departures {
    struct departure *list;
    size_t n, room;
};

/* Who may not be evaluated at until, or at any place between since and that: who comes back does
 * so in extracts that are made then. Links are as of until. */
const struct wg_problem *departures_read(struct wg_call *call, const char *programme, uint64_t since,
                                         uint64_t until, struct departures *departures);

/* Of a person with all its duplicates. */
enum leaving departures_tell(const struct departures *departures, const char *programme,
                             const struct person *person);

#endif
