/* person.h - what is known of one person, series by series. Pure: nothing here reads
 * the store.
 *
 * A series is one kind of evidence, named as terms name it: "milestone:employment-entry",
 * "spell:accommodation", "use:ED_ATTENDANCE", "cost:ED_ATTENDANCE@GBP", "covered:ED_ATTENDANCE" (days
 * on which that is known), "attribute:sex=FEMALE", "evidence:payslip" (a type of evidence that a
 * record carries), "claim:CONTRACT/RULE" (a validated claim), "INSTRUMENT#SCORE" (a reading).
 *
 * Terms also name "score:INSTRUMENT/SCORE", the same as a reading, and "days:accommodation", the
 * spells of that code, each day of which counts.
 */
#ifndef PAYMENTS_PERSON_H
#define PAYMENTS_PERSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <wellgate/arena.h>
#include <wellgate/date.h>

#define EVIDENCE_SCALE 4            /* values are whole numbers of 10^-4 */
#define EVIDENCE_ONE 10000          /* 1, as a value */
#define EVIDENCE_NO_VALUE INT64_MIN /* recorded without one, or a reading that is incomplete */
#define EVIDENCE_OPEN INT32_MAX     /* until, of a spell that goes on */

/* What one record says in one series. */
struct evidence {
    wg_date date;      /* when it happened; of a spell its first day */
    wg_date until;     /* of a spell its last day or EVIDENCE_OPEN; else date */
    int64_t value;     /* of 10^-4, or EVIDENCE_NO_VALUE. Of a claim: the day of its unit,
                        * as a wg_date */
    uint64_t recorded; /* place in the stream where it became known */
    uint32_t entry;    /* the record's number in its row: the same in all its series */
};

/* One series of a person: by date, within a day as recorded. */
struct series {
    const struct evidence *list;
    size_t n;
};

/* The series that terms ask for: each name once, its place is its index in persons. */
struct series_plan {
    struct wg_arena *arena;
    const char **names;
    size_t n, room;
};

#define SERIES_SCORE "score:"
#define SERIES_DAYS "days:"

/* What is behind the prefix of a name; NULL: it has another one. */
const char *series_prefix(const char *name, const char *prefix);

/* The place of a series, which is added where it is new; SIZE_MAX past the arena. */
size_t series_place(struct series_plan *plan, const char *name);

struct person {
    const struct series *series; /* by place */
    wg_date until; /* the last day that is looked at: nothing later is judged */
};

#endif
