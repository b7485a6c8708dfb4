/* spells.c - spells become stretches of days. */
#include "spells.h"

static wg_date
earlier(wg_date a, wg_date b)
{
    return a < b ? a : b;
}

bool
stretch_next(struct event_walk *spells, wg_date until, struct days *stretch)
{
    const struct evidence *spell = walk_next(spells);

    while (spell && spell->until < spell->date)
        spell = walk_next(spells);
    if (!spell || spell->date > until)
        return false;
    *stretch = (struct days){spell->date, earlier(spell->until, until)};
    while ((spell = walk_peek(spells)) && spell->date <= stretch->last + 1) {
        if (spell->until > stretch->last)
            stretch->last = earlier(spell->until, until);
        walk_next(spells);
    }
    return true;
}

const struct evidence *
spell_on(const struct person *person, const struct events *spells, wg_date day)
{
    const struct evidence *spell, *begun = NULL, *covers = NULL;
    SCRATCH struct event_walk walk;

    walk_begin(&walk, person, spells);
    while ((spell = walk_next(&walk)) && spell->date <= day) {
        begun = spell;
        if (spell->until >= day)
            covers = spell;
    }
    return covers ? covers : begun;
}
