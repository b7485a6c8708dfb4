/* person_kind.c - what kinds of outcomes share. */
#include "person_kind.h"

struct unit *
candidate(struct judging *judging, wg_date date, int64_t measure, const struct evidence *from,
          const struct evidence *to)
{
    struct unit *unit = unit_push(judging->units);

    judging->failed = judging->failed || !unit;
    if (!unit)
        return NULL;
    *unit = (struct unit){.uplift = UNIT_NO_UPLIFT, .date = date, .claimed = date,
                          .reason = REASON(PAID), .quantity = 1, .of = 1, .measure = measure,
                          .from = from, .to = to};
    judging->units->n++;
    return unit;
}
