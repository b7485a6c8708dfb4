/* walk.c - one walk over all that was earned, by day, rule and person: each item gets the least
 * that a cap or quota leaves it, and uses up what it gets. */
#include "walk.h"

#include <stdlib.h>

/* ---- What is paid and what is not ---- */

/* Units that something is paid for. */
static void
count_units(struct walk *w, const struct item *item, struct cell *cell, uint32_t units)
{
    struct settlement *s = w->s;

    cell->paid_units += (int32_t)units;
    cell->volume += units;
    s->accounts[item->account].volume += units;
    for (size_t i = 0; i < s->n_quotas; i++)
        if (s->quotas[i].limited[item->account])
            s->quotas[i].used += units;
}

static void
pay_person(struct walk *w, const struct item *item, struct exact amount)
{
    struct parts *parts = &w->s->parts;

    if (w->person_paid)
        exact_add(parts, &w->person_paid[item->person], amount);
    if (w->rule_person_paid[item->account])
        exact_add(parts, &w->rule_person_paid[item->account][item->person], amount);
}

static void
pay(struct walk *w, const struct item *item, struct cell *cell, struct exact amount)
{
    struct parts *parts = &w->s->parts;

    exact_add(parts, &cell->paid, amount);
    exact_add(parts, &w->s->accounts[item->account].paid, amount);
    exact_add(parts, &w->period_paid[item->period], amount);
    exact_add(parts, &w->paid, amount);
    if (item->kind == ITEM_UNIT || item->kind == ITEM_CLAWBACK)
        pay_person(w, item, amount);
}

static void
leave(struct walk *w, const struct item *item, reason_code reason, uint32_t units,
      struct exact amount)
{
    struct account_state *account = &w->s->accounts[item->account];

    account->unpaid_units[reason] += units;
    exact_add(&w->s->parts, &account->unpaid[reason], amount);
}

/* A cell's line is paid where any of its units is; a figure that pays nothing said why. */
static void
note_reason(const struct item *item, struct cell *cell, reason_code reason)
{
    if (!cell->reason || (reason == REASON(PAID) && item->kind != ITEM_FIGURE))
        cell->reason = reason;
}

static void
note_unit(struct walk *w, const struct item *item, struct exact earned, struct exact paid,
          reason_code reason)
{
    struct claimed_unit *unit;

    if (!w->s->keep || (item->kind != ITEM_UNIT && item->kind != ITEM_CLAWBACK))
        return;
    unit = &w->bucket->units[item - w->bucket->items];
    unit->earned = earned;
    unit->paid = paid;
    unit->reason = reason;
}

/* ---- What is taken back ---- */

/* The part of what was paid, with its sign turned. */
static struct exact
reverse_of(struct walk *w, const struct item *item, struct exact paid)
{
    struct exact reverse = {0};
    mpq_t amount, part;

    mpq_inits(amount, part, NULL);
    exact_get(paid, amount);
    mpz_set_si(mpq_numref(part), -(long)item->quantity);
    mpz_set_ui(mpq_denref(part), item->of);
    mpq_canonicalize(part);
    mpq_mul(amount, amount, part);
    exact_set(&w->s->parts, &reverse, amount);
    mpq_clears(amount, part, NULL);
    return reverse;
}

/* Of a unit that was not paid nothing is taken back. What is makes room in caps of money, none
 * in those of units. */
static void
claw_back(struct walk *w, const struct item *item, struct cell *cell)
{
    struct paid_unit *unit = unit_reversed(w, item);
    struct exact reverse = {0};

    if (unit && !cell->varied) {
        reverse = reverse_of(w, item, unit->paid);
        exact_add(&w->s->parts, &cell->earned, reverse);
        cell->earned_units--;
        cell->paid_units--;
        pay(w, item, cell, reverse);
        unit->taken_back = true;
        note_reason(item, cell, REASON(CLAWED_BACK));
    }
    note_unit(w, item, reverse, reverse, REASON(CLAWED_BACK));
}

/* ---- One item ---- */

/* By the units before it, or by what was paid for them; to date, or in the period. */
static size_t
tier_at(struct walk *w, const struct item *item, const struct cell *cell)
{
    const Wellgate__Payments__V1__VolumeTiers *tiers = cell->terms->rule->volume_tiers;
    const struct account_state *account = &w->s->accounts[item->account];
    struct exact paid = tiers->per_period ? cell->paid : account->paid;
    size_t i = 0;

    if (!tiers->tiers[0]->up_to_paid)
        return tier_of_units(cell->terms, (uint64_t)(tiers->per_period ? cell->numbered
                                                                       : account->numbered));
    while (i + 1 < tiers->n_tiers &&
           exact_compare(paid, (struct exact){tier_end_paid(cell->terms, i) * w->s->per_minor, NULL}) >= 0)
        i++;
    return i;
}

static struct exact
amount_of(struct walk *w, const struct item *item, const struct cell *cell)
{
    struct settlement *s = w->s;
    ticks price = item->amount;

    if (item->kind == ITEM_FOLDED)
        return (struct exact){price * s->per_price, NULL};
    if (item->kind != ITEM_UNIT)
        return (struct exact){price, item->part};
    if (cell->terms->rule->price_case == PRICE(VOLUME_TIERS))
        price = quote(s, cell->terms, item->quote.uplift, item->quote.factor,
                      (int64_t)tier_at(w, item, cell));
    if (item->of == 1 && item->quantity == 1)
        return (struct exact){price * s->per_price, NULL};
    return (struct exact){price * (s->per_price / item->of) * item->quantity, NULL};
}

/* How many units stand behind an item. */
static uint32_t
units_of(const struct item *item)
{
    return item->kind == ITEM_UNIT ? 1 : item->kind == ITEM_FOLDED ? item->quantity : 0;
}

/* Why it is not even looked at by caps; PAID: it is. A figure's gates are judged already. */
static reason_code
reason_before(struct walk *w, const struct item *item, struct cell *cell, struct exact amount)
{
    if (item->kind != ITEM_FIGURE && cell->gate != REASON(PAID))
        return cell->gate;
    if (item->kind == ITEM_UNIT) {
        if (!requirements_paid(w, item, cell->terms))
            return REASON(PREREQUISITE_MISSING);
        w->s->accounts[item->account].numbered++;
        cell->numbered++;
    }
    if (cell->varied)
        return REASON(VARIATION);
    if (item->kind == ITEM_UNIT && cell->terms->by_measure && exact_sign(amount) == 0)
        return REASON(GATE_NOT_MET);
    return REASON(PAID);
}

/* What the contract's cap leaves over of a fee may be due later. */
static void
leave_rest(struct walk *w, const struct item *item, const struct cell *cell,
           const struct grant *grant)
{
    struct exact rest = exact_copy(&w->s->parts, grant->wanted);
    bool fee = item->kind == ITEM_FEE && cell->terms->rule->fee->deferrable;

    exact_subtract(&w->s->parts, &rest, grant->amount);
    if (fee && grant->reason == REASON(CAP_CONTRACT))
        exact_add(&w->s->parts, &w->s->accounts[item->account].deferred, rest);
    else
        leave(w, item, grant->reason, grant->stopped ? units_of(item) : 0, rest);
    if (!grant->stopped)
        w->s->accounts[item->account].unpaid_partly[grant->reason] += units_of(item);
}

/* Earned, judged, cut and paid. */
static void
settle_item(struct walk *w, const struct item *item, struct cell *cell)
{
    struct exact amount = amount_of(w, item, cell);
    struct grant grant = {amount, amount, REASON(PAID), false};
    reason_code before = reason_before(w, item, cell, amount);

    exact_add(&w->s->parts, &cell->earned, amount);
    cell->earned_units += (int32_t)units_of(item);
    if (before != REASON(PAID)) {
        grant = (struct grant){amount, {0}, before, true};
    } else if (exact_sign(amount) >= 0) {
        limit_item(w, &grant, item, cell);
        if (grant.stopped)
            grant.amount = (struct exact){0};
    }
    if (grant.reason != REASON(PAID))
        leave_rest(w, item, cell, &grant);
    note_reason(item, cell, grant.stopped ? grant.reason : REASON(PAID));
    note_unit(w, item, amount, grant.amount, grant.reason);
    if (grant.stopped)
        return;
    pay(w, item, cell, grant.amount);
    if (exact_sign(grant.amount) > 0)
        count_units(w, item, cell, units_of(item));
    remember(w, item, grant.amount);
}

/* A variation's amount fills the contract's cap alone. */
static void
agree(struct walk *w, const struct item *item, struct cell *cell)
{
    struct exact amount = amount_of(w, item, cell);
    struct grant grant = {amount, amount, REASON(PAID), false};

    limit_money(w, &grant, cell->terms->version->cap, &w->paid, REASON(CAP_CONTRACT));
    exact_add(&w->s->parts, &cell->paid, grant.amount);
    exact_add(&w->s->parts, &w->paid, grant.amount);
    cell->reason = REASON(VARIATION);
}

/* What comes on top of what is earned is cut by what holds for all rules alone. */
static struct exact
grant_more(struct walk *w, const struct item *item, struct cell *cell, struct exact wanted,
           int64_t cap_per_period)
{
    struct grant grant = {wanted, wanted, REASON(PAID), false};

    limit_money(w, &grant, cap_per_period, &w->period_paid[item->period], REASON(CAP_PERIOD));
    limit_money(w, &grant, cell->terms->version->cap, &w->paid, REASON(CAP_CONTRACT));
    if (grant.stopped)
        return (struct exact){0};
    pay(w, item, cell, grant.amount);
    return grant.amount;
}

static void
pay_deferred(struct walk *w, const struct item *item, struct cell *cell)
{
    struct account_state *account = &w->s->accounts[item->account];
    struct exact granted;

    if (exact_sign(account->deferred) <= 0)
        return;
    granted = grant_more(w, item, cell, exact_copy(&w->s->parts, account->deferred), NO_CAP);
    exact_subtract(&w->s->parts, &account->deferred, granted);
    if (exact_sign(granted) > 0)
        note_reason(item, cell, REASON(PAID));
}

static void
lift_to_floor(struct walk *w, const struct item *item, struct cell *cell)
{
    struct exact missing = {item->amount, NULL};

    exact_subtract(&w->s->parts, &missing, cell->paid);
    if (exact_sign(missing) <= 0)
        return;
    missing = grant_more(w, item, cell, missing, cell->terms->version->cap_per_period);
    if (exact_sign(missing) > 0 && cell->reason != REASON(PAID))
        cell->reason = REASON(FLOOR);
}

static void
visit(struct walk *w, const struct item *item)
{
    struct cell *cell = cell_at(w->s, item->account, item->period);

    switch ((enum item_kind)item->kind) {
    case ITEM_CLAWBACK:
        claw_back(w, item, cell);
        break;
    case ITEM_AGREED:
        agree(w, item, cell);
        break;
    case ITEM_FLOOR:
        lift_to_floor(w, item, cell);
        break;
    case ITEM_DEFERRED:
        pay_deferred(w, item, cell);
        break;
    default:
        settle_item(w, item, cell);
    }
}

/* ---- The walk ---- */

static void *
zeros(struct walk *w, size_t n, size_t size)
{
    void *list = calloc(n + 1, size);

    w->s->crowded |= !list;
    w->s->failed |= !list;
    return list;
}

/* Only what the terms ask for: people are many. */
static void
begin_persons(struct walk *w)
{
    struct settlement *s = w->s;

    for (size_t v = 0; v < s->n_versions; v++)
        if (s->versions[v].cap_per_person != NO_CAP && !w->person_paid)
            w->person_paid = zeros(w, s->persons, sizeof(*w->person_paid));
    for (size_t r = 0; r <= s->n; r++)
        if (s->accounts[r].remembered && !w->newest)
            w->newest = zeros(w, s->persons, sizeof(*w->newest));
    for (size_t t = 0; !s->failed && t < s->n_terms; t++) {
        struct exact **paid = &w->rule_person_paid[account_find(s, s->terms[t].rule->id)];

        if (s->terms[t].cap_per_person != NO_CAP && !*paid)
            *paid = zeros(w, s->persons, sizeof(**paid));
    }
}

static void
begin(struct walk *w, struct settlement *s)
{
    *w = (struct walk){.s = s};
    mpq_init(w->room_part);
    w->period_paid = zeros(w, s->timeline->n, sizeof(*w->period_paid));
    w->rule_person_paid = zeros(w, s->n, sizeof(*w->rule_person_paid));
    if (s->keep)
        s->units = zeros(w, s->taken, sizeof(*s->units));
    begin_persons(w);
}

static void
finish(struct walk *w)
{
    for (size_t r = 0; w->rule_person_paid && r < w->s->n; r++)
        free(w->rule_person_paid[r]);
    free(w->rule_person_paid);
    free(w->period_paid);
    free(w->person_paid);
    free(w->newest);
    free(w->paid_units);
    mpq_clear(w->room_part);
}

/* What was never paid of deferred fees. */
static void
leave_deferred(struct settlement *s)
{
    for (size_t r = 0; r < s->n; r++)
        exact_add(&s->parts, &s->accounts[r].unpaid[REASON(CAP_CONTRACT)],
                  s->accounts[r].deferred);
}

/* On one day any person's unit may be next, and people lie far apart. */
#define FETCH_AHEAD 12

/* Inlined at once: else GCC drops a function that only fetches ahead as one that does nothing. */
__attribute__((always_inline)) static inline void
fetch_person(const struct walk *w, const struct item *item)
{
    const struct exact *paid = w->rule_person_paid[item->account];

    if (w->person_paid)
        __builtin_prefetch(&w->person_paid[item->person], 1);
    if (paid)
        __builtin_prefetch(&paid[item->person], 1);
    if (w->newest)
        __builtin_prefetch(&w->newest[item->person], 1);
}

static bool
walk_bucket(struct walk *w, const struct bucket *bucket)
{
    uint32_t *order;

    if (!bucket->n)
        return true;
    if (!bucket_order(w->s, bucket, &order))
        return false;
    w->bucket = bucket;
    for (size_t i = 0; !w->s->failed && i < bucket->n; i++) {
        if (i + 2 * FETCH_AHEAD < bucket->n) {
            __builtin_prefetch(&bucket->items[order[i + 2 * FETCH_AHEAD]]);
            fetch_person(w, &bucket->items[order[i + FETCH_AHEAD]]);
        }
        visit(w, &bucket->items[order[i]]);
    }
    if (w->s->keep)
        for (size_t i = 0; i < bucket->n; i++)
            if (order[i] < bucket->n_units)
                w->s->units[w->s->n_units++] = bucket->units[order[i]];
    free(order);
    return true;
}

void
walk(struct settlement *s)
{
    struct walk w;

    quotas_open(s);
    begin(&w, s);
    for (size_t i = 0; i <= s->timeline->n; i++)
        if (!s->failed && !walk_bucket(&w, &s->buckets[i]))
            s->failed = s->crowded = true;
    leave_deferred(s);
    finish(&w);
}
