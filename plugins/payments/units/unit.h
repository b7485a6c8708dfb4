/* unit.h - an achievement: what a rule of persons pays for, once. */
#ifndef PAYMENTS_UNIT_H
#define PAYMENTS_UNIT_H

#include "evidence/person.h"
#include "wellgate/payments/v1/payments.pb-c.h"
#include "wellgate/payments/v1/terms.pb-c.h"

typedef Wellgate__Payments__V1__Contract Contract;
typedef Wellgate__Payments__V1__Version Version;
typedef Wellgate__Payments__V1__Rule Rule;

typedef Wellgate__Payments__V1__Reason__Code reason_code;
#define REASON(name) WELLGATE__PAYMENTS__V1__REASON__CODE__##name

#define UNIT_NO_UPLIFT UINT16_MAX

struct unit {
    uint16_t rule;    /* place in version->rules */
    uint16_t uplift;  /* place in rule->uplifts, or UNIT_NO_UPLIFT */
    wg_date date;     /* of the achievement; of one that is none, the day it is judged by */
    wg_date claimed;  /* day of the validated claim; where none is owed, date */
    reason_code reason; /* PAID: it is achieved, and claimed where that is owed; else why not.
                         * Only those that are asked for, see person_units. */
    bool clawed_back;   /* takes back the unit of the day reverses */
    wg_date reverses;
    uint32_t quantity, of; /* how much of a unit: 1/1, but of a part of the time. Of one that
                            * takes back: which part of what was paid */
    int64_t measure;  /* of 10^-4: what tables of prices are read by */
    const struct evidence *from, *to; /* what it rests on: baseline and follow-up, or the
                                       * event or spell in both; NULL: none */
};

/* Claimed or not, it takes a place among the person's. */
static inline bool
unit_is_achieved(const struct unit *unit)
{
    return unit->reason == REASON(PAID) || unit->reason == REASON(CLAIM_MISSING);
}

/* Zero at first; then free list. */
struct unit_list {
    struct unit *list;
    size_t n, room;
};

/* Of one person and version: some 90 MiB. */
#define PERSON_UNITS_MAX (1u << 20)

/* Room for one more, not yet counted in n; NULL when out of memory, or beyond the most. */
struct unit *unit_push(struct unit_list *units);

#endif
