/* spells.h - a person's spells in some states, taken together. Pure. */
#ifndef PAYMENTS_SPELLS_H
#define PAYMENTS_SPELLS_H

#include "events.h"

/* The next days that follow each other, up to a day: spells that overlap, or begin on the
 * day behind another's last, are one. false: there are none left. */
bool stretch_next(struct event_walk *spells, wg_date until, struct days *stretch);

/* The record behind a day: of the spells that cover it the one that began last, else of
 * those before; NULL for none. */
const struct evidence *spell_on(const struct person *person, const struct events *spells,
                                wg_date day);

#endif
