/* walk.h - a settlement's walk over its items; of walk.c, limits.c and paid_units.c alone. */
#ifndef PAYMENTS_WALK_H
#define PAYMENTS_WALK_H

#include "settlement_state.h"

/* What was paid for a unit, of rules that others ask about. The newest of a person first. */
struct paid_unit {
    uint32_t next; /* 1 + its place; 0: none */
    uint16_t account;
    bool taken_back;
    wg_date date;
    struct exact paid;
};

struct walk {
    struct settlement *s;
    const struct bucket *bucket; /* that is walked */
    struct exact paid, *period_paid; /* of all rules */
    struct exact *person_paid;       /* NULL: no such cap */
    struct exact **rule_person_paid; /* by account; NULL: no such cap */
    uint32_t *newest;                /* of a person: 1 + place in paid_units; NULL: none is asked for */
    struct paid_unit *paid_units;
    size_t n_paid_units, paid_units_room;
    mpq_t room_part;                 /* of the room that is looked at */
};

/* What an item is granted, so far. */
struct grant {
    struct exact wanted, amount;
    reason_code reason; /* of the first that cut it; PAID: none did */
    bool stopped;       /* wholly: it uses up nothing */
};

/* limits.c */

/* A cap of money that is used up so far; NO_CAP: none. */
void limit_money(struct walk *w, struct grant *grant, int64_t cap_minor, const struct exact *used,
                 reason_code reason);

/* All that hold for an item, in the order of the steps, so that the first that cuts gives the
 * reason. */
void limit_item(struct walk *w, struct grant *grant, const struct item *item,
                const struct cell *cell);

/* paid_units.c */

void remember(struct walk *w, const struct item *item, struct exact paid);

/* Was something paid for a unit of each rule that the item's asks for? */
bool requirements_paid(const struct walk *w, const struct item *item,
                       const struct rule_terms *terms);

/* The first unit of the day that is not taken back yet; NULL: nothing was paid for it. */
struct paid_unit *unit_reversed(const struct walk *w, const struct item *item);

#endif
