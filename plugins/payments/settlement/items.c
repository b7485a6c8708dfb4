/* items.c - what is no unit of a person and is walked with them: fees, floors, what was
 * deferred, what variations agree, and units that need no order. */
#include <stdlib.h>

#include "settlement_state.h"

#define FREQUENCY(name) WELLGATE__PAYMENTS__V1__FEE__FREQUENCY__##name

static struct bucket *
bucket_of(const struct settlement *s, wg_date date)
{
    return &s->buckets[timeline_at(s->timeline, date)];
}

struct item *
item_push(struct settlement *s, wg_date date)
{
    struct bucket *bucket = bucket_of(s, date);

    if (bucket->n == bucket->room) {
        size_t room = bucket->room ? 2 * bucket->room : 64;
        struct item *items = s->item_room + room - bucket->room > ITEMS_MAX
                                 ? NULL : realloc(bucket->items, room * sizeof(*items));

        if (!items) {
            s->failed = s->crowded = true;
            return NULL;
        }
        bucket->items = items;
        s->item_room += room - bucket->room;
        bucket->room = room;
    }
    return &bucket->items[bucket->n++];
}

bool
unit_keep(struct settlement *s, const struct claimed_unit *unit)
{
    struct bucket *bucket = bucket_of(s, unit->unit.date);

    if (bucket->n_units == bucket->units_room) {
        size_t room = bucket->units_room ? 2 * bucket->units_room : 64;
        struct claimed_unit *units = realloc(bucket->units, room * sizeof(*units));

        if (!units) {
            s->crowded = true;
            return false;
        }
        bucket->units = units;
        bucket->units_room = room;
    }
    bucket->units[bucket->n_units++] = *unit;
    return true;
}

/* No sum can come to more than all amounts together. */
static void
widen_bound(struct settlement *s, ticks amount)
{
    mpz_t size;

    mpz_init(size);
    ticks_get(amount, size);
    mpz_abs(size, size);
    mpz_add(s->bound, s->bound, size);
    mpz_add_ui(s->bound, s->bound, 1);
    mpz_clear(size);
}

static struct item *
push_at(struct settlement *s, enum item_kind kind, size_t account, size_t period, wg_date date)
{
    struct item *item = item_push(s, date);

    if (item)
        *item = (struct item){.kind = (uint8_t)kind, .account = (uint16_t)account,
                              .period = (uint16_t)period, .date = date};
    return item;
}

bool
minor_to_exact(struct settlement *s, mpq_ptr minor, struct exact *amount)
{
    mpq_t scale;

    mpq_init(scale);
    mpq_set_z(scale, s->scale);
    mpq_mul(minor, minor, scale);
    mpq_clear(scale);
    if (!exact_set(&s->parts, amount, minor))
        return false;
    widen_bound(s, amount->whole);
    return true;
}

void
item_push_amount(struct settlement *s, enum item_kind kind, size_t account, size_t period,
            wg_date date, mpq_ptr minor)
{
    struct item *item = push_at(s, kind, account, period, date);
    struct exact amount;

    if (!minor_to_exact(s, minor, &amount))
        s->failed = true;
    if (!item)
        return;
    item->amount = amount.whole;
    item->part = amount.part;
}

/* ---- Fees ---- */

/* The days on which a fee of one version is due. */
struct schedule {
    const struct rule_terms *terms;
    size_t account;
    wg_date from, to;
    wg_date start; /* of the contract: nothing is due before */
};

static struct schedule
schedule_of(const struct settlement *s, const struct rule_terms *terms, size_t account)
{
    const Wellgate__Payments__V1__Fee *fee = terms->rule->fee;
    struct schedule schedule = {.terms = terms, .account = account, .start = INT32_MIN};
    wg_date end;

    if (!wg_date_parse(fee->from_date, &schedule.from))
        wg_date_parse(terms->version->version->effective_date, &schedule.from);
    if (!wg_date_parse(fee->to_date, &schedule.to))
        schedule.to = INT32_MAX;
    if (wg_date_parse(s->contract->end_date, &end) && schedule.to > end)
        schedule.to = end;
    if (schedule.to > s->timeline->last)
        schedule.to = s->timeline->last;
    wg_date_parse(s->contract->start_date, &schedule.start);
    return schedule;
}

static void
push_fee(struct settlement *s, const struct schedule *schedule, size_t period, wg_date day)
{
    mpq_t price;

    if (day < schedule->from || day < schedule->start || day > schedule->to ||
        period >= s->timeline->n ||
        cell_at(s, schedule->account, period)->terms != schedule->terms)
        return;
    mpq_init(price);
    fee_price(schedule->terms, factor_on(schedule->terms->version, day), price);
    item_push_amount(s, ITEM_FEE, schedule->account, period, day, price);
    mpq_clear(price);
}

/* On the first day and so many months after it, again and again; 0: once. */
static void
push_every(struct settlement *s, const struct schedule *schedule, int months)
{
    wg_date day = schedule->from;

    for (int i = 1; day <= schedule->to; i++) {
        push_fee(s, schedule, timeline_at(s->timeline, day), day);
        if (!months)
            return;
        day = wg_date_add_months(schedule->from, i * months);
    }
}

static void
push_each_period(struct settlement *s, const struct schedule *schedule)
{
    wg_date end = s->timeline->last;

    wg_date_parse(s->contract->end_date, &end);
    for (size_t p = 0; p < s->timeline->n; p++) {
        wg_date last = s->timeline->periods[p].last;

        push_fee(s, schedule, p, last < end ? last : end);
    }
}

static void
push_fees(struct settlement *s, const struct rule_terms *terms, size_t account)
{
    struct schedule schedule = schedule_of(s, terms, account);

    switch (terms->rule->fee->frequency) {
    case FREQUENCY(ONCE):
        push_every(s, &schedule, 0);
        break;
    case FREQUENCY(MONTHLY):
        push_every(s, &schedule, 1);
        break;
    case FREQUENCY(YEARLY):
        push_every(s, &schedule, 12);
        break;
    default:
        push_each_period(s, &schedule);
    }
}

void
items_of_fees(struct settlement *s)
{
    for (size_t r = 0; r < s->n; r++)
        for (size_t p = 0; p < s->timeline->n; p++) {
            const struct cell *cell = cell_at(s, r, p);

            if (cell->terms && cell->terms->rule->price_case == PRICE(FEE) &&
                (p == 0 || cell[-1].terms != cell->terms))
                push_fees(s, cell->terms, r);
        }
}

/* ---- What belongs to whole periods ---- */

static void
push_minor(struct settlement *s, enum item_kind kind, size_t account, size_t period,
           int64_t minor)
{
    mpq_t amount;

    mpq_init(amount);
    mpq_set_si(amount, minor, 1);
    item_push_amount(s, kind, account, period, s->timeline->periods[period].last, amount);
    mpq_clear(amount);
}

static void
push_period(struct settlement *s, size_t account, size_t period)
{
    const struct cell *cell = cell_at(s, account, period);

    if (!cell->terms)
        return;
    if (cell->varied)
        push_minor(s, ITEM_AGREED, account, period, cell->agreed_minor);
    else if (cell->terms->floor != NO_CAP)
        push_minor(s, ITEM_FLOOR, account, period, cell->terms->floor);
    if (!cell->varied && cell->terms->rule->price_case == PRICE(FEE) &&
        cell->terms->rule->fee->deferrable)
        push_minor(s, ITEM_DEFERRED, account, period, 0);
}

void
items_of_periods(struct settlement *s)
{
    for (size_t r = 0; r < s->n; r++)
        for (size_t p = 0; p < s->timeline->n; p++)
            push_period(s, r, p);
}

/* Units for which a table pays nothing at their measure. */
static void
leave_worthless(struct settlement *s, size_t account, struct cell *cell)
{
    reason_code reason = cell->gate != REASON(PAID) ? cell->gate
                         : cell->varied ? REASON(VARIATION) : REASON(GATE_NOT_MET);

    cell->earned_units += (int32_t)cell->worthless;
    s->accounts[account].unpaid_units[reason] += cell->worthless;
    if (cell->worthless && !cell->folded_units)
        cell->reason = reason;
}

/* All units of a cell that are alike to the walk: no cap asks whose they are. */
void
items_of_folded(struct settlement *s)
{
    for (size_t r = 0; r < s->n; r++)
        for (size_t p = 0; p < s->timeline->n; p++) {
            struct cell *cell = cell_at(s, r, p);
            struct item *item;

            leave_worthless(s, r, cell);
            if (!cell->folded_units ||
                !(item = push_at(s, ITEM_FOLDED, r, p, s->timeline->periods[p].last)))
                continue;
            item->amount = cell->folded;
            item->quantity = cell->folded_units;
        }
}
