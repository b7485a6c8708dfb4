/* limits.c - the least that a cap or quota leaves an item. */
#include "walk.h"

/* What a cap leaves. Its part is the walk's own. */
static struct exact
room_under(struct walk *w, ticks cap, const struct exact *used)
{
    struct exact room = {cap - used->whole, NULL};

    if (used->part && mpq_sgn(used->part)) {
        room.whole--;
        room.part = w->room_part;
        mpq_set_ui(room.part, 1, 1);
        mpq_sub(room.part, room.part, used->part);
    }
    return room;
}

static void
cut(struct walk *w, struct grant *grant, struct exact room, reason_code reason)
{
    if (exact_compare(grant->wanted, room) <= 0)
        return;
    if (grant->reason == REASON(PAID))
        grant->reason = reason;
    if (exact_sign(room) <= 0) {
        grant->amount = (struct exact){0};
        grant->stopped = true;
    } else if (exact_compare(room, grant->amount) < 0) {
        grant->amount = exact_copy(&w->s->parts, room);
    }
}

void
limit_money(struct walk *w, struct grant *grant, int64_t cap_minor, const struct exact *used,
            reason_code reason)
{
    ticks cap = (ticks)cap_minor * w->s->per_minor;

    /* Mostly all fits, by more than a tick. */
    if (cap_minor == NO_CAP || grant->wanted.whole < cap - used->whole - 1 ||
        exact_sign(grant->wanted) <= 0)
        return;
    cut(w, grant, room_under(w, cap, used), reason);
}

static void
limit_units(struct grant *grant, int64_t most, int64_t used, reason_code reason)
{
    if (used < most)
        return;
    if (grant->reason == REASON(PAID))
        grant->reason = reason;
    grant->amount = (struct exact){0};
    grant->stopped = true;
}

static void
limit_quotas(struct walk *w, struct grant *grant, const struct item *item,
             const struct rule_terms *terms)
{
    for (size_t i = 0; i < w->s->n_quotas; i++) {
        const struct quota *quota = &w->s->quotas[i];

        if (quota->version == terms->version && quota->limited[item->account])
            limit_units(grant, quota->most, quota->used, REASON(QUOTA));
    }
}

void
limit_item(struct walk *w, struct grant *grant, const struct item *item, const struct cell *cell)
{
    const struct rule_terms *terms = cell->terms;
    const struct version_terms *all = terms->version;
    const struct account_state *account = &w->s->accounts[item->account];
    bool unit = item->kind == ITEM_UNIT;

    if (unit && terms->cap_per_person != NO_CAP)
        limit_money(w, grant, terms->cap_per_person,
                    &w->rule_person_paid[item->account][item->person], REASON(CAP_PERSON));
    if (unit && all->cap_per_person != NO_CAP)
        limit_money(w, grant, all->cap_per_person, &w->person_paid[item->person],
                    REASON(CAP_PERSON));
    if (unit && terms->units)
        limit_units(grant, terms->units, account->volume, REASON(CAP_METRIC_VOLUME));
    limit_money(w, grant, terms->cap, &account->paid, REASON(CAP_METRIC_AMOUNT));
    if (unit)
        limit_quotas(w, grant, item, terms);
    if (unit && terms->units_per_period)
        limit_units(grant, terms->units_per_period, cell->volume, REASON(CAP_PERIOD));
    limit_money(w, grant, terms->cap_per_period, &cell->paid, REASON(CAP_PERIOD));
    limit_money(w, grant, all->cap_per_period, &w->period_paid[item->period], REASON(CAP_PERIOD));
    limit_money(w, grant, all->cap, &w->paid, REASON(CAP_CONTRACT));
}
