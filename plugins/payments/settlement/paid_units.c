/* paid_units.c - what was paid for a person's units, of rules that others rest on. */
#include "walk.h"

#include <stdlib.h>

static void
grow(struct settlement *s, void **list, size_t n, size_t *room, size_t size)
{
    void *grown;

    if (n < *room)
        return;
    grown = realloc(*list, (2 * n + 64) * size);
    if (!grown) {
        s->failed = s->crowded = true;
        return;
    }
    *list = grown;
    *room = 2 * n + 64;
}

void
remember(struct walk *w, const struct item *item, struct exact paid)
{
    void *list = w->paid_units;

    if (!w->s->accounts[item->account].remembered || item->kind != ITEM_UNIT)
        return;
    grow(w->s, &list, w->n_paid_units, &w->paid_units_room, sizeof(*w->paid_units));
    w->paid_units = list;
    if (w->n_paid_units == w->paid_units_room)
        return;
    w->paid_units[w->n_paid_units] = (struct paid_unit){
        w->newest[item->person], item->account, false, item->date,
        exact_copy(&w->s->parts, paid)};
    w->newest[item->person] = (uint32_t)++w->n_paid_units;
}

/* Was something paid before for a person's unit of a rule? */
static bool
was_paid(const struct walk *w, uint32_t person, size_t account)
{
    for (uint32_t at = w->newest[person]; at; at = w->paid_units[at - 1].next)
        if (w->paid_units[at - 1].account == account &&
            exact_sign(w->paid_units[at - 1].paid) > 0)
            return true;
    return false;
}

bool
requirements_paid(const struct walk *w, const struct item *item, const struct rule_terms *terms)
{
    for (size_t i = 0; !item->planned && i < terms->n_requires_paid; i++)
        if (!was_paid(w, item->person, terms->requires_paid[i]))
            return false;
    return true;
}

struct paid_unit *
unit_reversed(const struct walk *w, const struct item *item)
{
    struct paid_unit *found = NULL;

    for (uint32_t at = w->newest[item->person]; at; at = w->paid_units[at - 1].next) {
        struct paid_unit *unit = &w->paid_units[at - 1];

        if (unit->account == item->account && unit->date == item->reverses &&
            !unit->taken_back && exact_sign(unit->paid) > 0)
            found = unit;
    }
    return found;
}
