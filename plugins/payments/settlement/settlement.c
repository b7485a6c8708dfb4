/* settlement.c - the flow of a settlement: taken units and figures → gates → prices → caps and
 * quotas → what each rule is due in each period. */
#include "settlement.h"

#include <stdlib.h>

#include "settlement_state.h"

/* ---- Opening ---- */

static void
init_results(struct settlement *s)
{
    for (size_t r = 0; r < s->n; r++) {
        for (size_t p = 0; p < s->timeline->n; p++) {
            struct rule_period *result = &s->rules[r].periods[p];

            mpq_inits(result->figure.value, result->figure.numerator, result->figure.denominator,
                      result->earned, result->due, result->share, NULL);
        }
        for (size_t i = 0; i < REASONS; i++)
            mpq_init(s->rules[r].unpaid[i].amount);
    }
}

static void
finish_results(struct settlement *s)
{
    for (size_t r = 0; r < s->n; r++) {
        for (size_t p = 0; p < s->timeline->n; p++) {
            struct rule_period *result = &s->rules[r].periods[p];

            mpq_clears(result->figure.value, result->figure.numerator, result->figure.denominator,
                       result->earned, result->due, result->share, NULL);
        }
        for (size_t i = 0; i < REASONS; i++)
            mpq_clear(s->rules[r].unpaid[i].amount);
    }
}

struct settlement *
settlement_open(struct wg_arena *arena, const Contract *contract, const struct timeline *timeline,
                struct rule_settlement *rules, size_t n, bool keep)
{
    struct settlement *s = wg_alloc(arena, sizeof(*s));

    if (!s)
        return NULL;
    *s = (struct settlement){.arena = arena, .parts = {.arena = arena}, .contract = contract,
                             .timeline = timeline, .rules = rules, .n = n, .keep = keep,
                             .ordered = keep, .most_wholes = 1,
                             .by_claim = contract->priced_by ==
                                         WELLGATE__PAYMENTS__V1__CONTRACT__PRICED_BY__CLAIM,
                             .quotes = wg_alloc_array(arena, QUOTES, sizeof(*s->quotes)),
                             .buckets = wg_alloc_array(arena, timeline->n + 1,
                                                       sizeof(*s->buckets))};
    mpz_init_set_ui(s->price_scale, 1);
    mpz_init_set_ui(s->scale, 1);
    mpz_init_set_ui(s->parts_of, 1);
    mpz_init(s->bound);
    init_results(s);
    if (!s->quotes || !s->buckets || !cells_lay_out(s)) {
        settlement_close(s);
        return NULL;
    }
    for (size_t i = 0; i < s->n_terms; i++)
        price_scale(&s->terms[i], s->price_scale);
    return s;
}

void
settlement_close(struct settlement *s)
{
    if (!s)
        return;
    for (size_t i = 0; i < s->n_terms; i++)
        rule_terms_finish(&s->terms[i]);
    for (size_t i = 0; i < s->n_versions; i++)
        version_terms_finish(&s->versions[i]);
    finish_results(s);
    parts_finish(&s->parts);
    mpz_clears(s->price_scale, s->scale, s->parts_of, s->bound, NULL);
    for (size_t i = 0; s->buckets && i <= s->timeline->n; i++) {
        free(s->buckets[i].items);
        free(s->buckets[i].units);
    }
    free(s->units);
}

/* ---- Taking ---- */

/* Parts of units make the ticks finer, once all are known. */
static void
note_quantity(struct settlement *s, const struct unit *unit)
{
    uint32_t wholes = (unit->quantity + unit->of - 1) / unit->of;

    mpz_lcm_ui(s->parts_of, s->parts_of, unit->of);
    if (wholes > s->most_wholes)
        s->most_wholes = wholes;
}

static bool
take_item(struct settlement *s, const struct claimed_unit *unit, const struct cell *cell,
          size_t factor, ticks price)
{
    struct item *item = item_push(s, unit->unit.date);

    if (!item)
        return false;
    *item = (struct item){.kind = ITEM_UNIT, .amount = price, .quantity = unit->unit.quantity,
                          .of = unit->unit.of, .person = unit->person, .date = unit->unit.date,
                          .account = unit->account, .period = unit->period,
                          .planned = unit->planned};
    if (cell->terms->rule->price_case == PRICE(VOLUME_TIERS)) {
        item->quote.uplift = unit->unit.uplift;
        item->quote.factor = (uint32_t)factor;
    }
    if (unit->unit.clawed_back) {
        item->kind = ITEM_CLAWBACK;
        item->reverses = unit->unit.reverses;
    }
    return true;
}

static void
fold(struct cell *cell, ticks price)
{
    if (cell->terms->by_measure && price == 0) {
        cell->worthless++;
        return;
    }
    cell->folded += price;
    cell->folded_units++;
}

static void
note_person(struct settlement *s, uint32_t person)
{
    if (person >= s->persons)
        s->persons = person + 1;
    s->persons_mixed |= person < s->last_person;
    s->last_person = person;
}

static bool
is_whole(const struct unit *unit)
{
    return unit->of == 1 && unit->quantity == 1;
}

bool
settlement_take(struct settlement *s, const struct claimed_unit *unit)
{
    struct cell *cell = cell_at(s, unit->account, unit->period);
    const struct unit *own = &unit->unit;
    size_t factor = factor_on(cell->terms->version, s->by_claim ? own->claimed : own->date);
    ticks price = 0;

    s->taken++;
    cell->units += !own->clawed_back;
    note_person(s, unit->person);
    if (!own->clawed_back) {
        price = quote(s, cell->terms, own->uplift, factor,
                      cell->terms->by_measure ? own->measure : 0);
        if (!is_whole(own))
            note_quantity(s, own);
        else if (!s->ordered) {
            fold(cell, price);
            return !s->failed;
        }
    }
    return (!s->keep || unit_keep(s, unit)) && take_item(s, unit, cell, factor, price) &&
           !s->failed;
}

int64_t
settlement_units_taken(const struct settlement *s, size_t account, size_t period)
{
    return cell_at(s, account, period)->units;
}

void
figure_assume(struct figure *figure, bool judged, uint32_t people)
{
    figure->judged = judged;
    figure->n = people;
    figure->reason = judged ? REASON(PAID) : REASON(EVIDENCE_MISSING);
    mpq_set_ui(figure->denominator, people ? people : 1, 1);
    mpq_mul(figure->numerator, figure->value, figure->denominator);
}

/* ---- Finishing ---- */

/* Of a minor unit; caps have at most 47 bits of those. */
#define SCALE_BITS_MAX 78

/* Ticks of which every unit's amount is a whole number, parts of units as well. */
static void
fix_scale(struct settlement *s)
{
    mpz_mul(s->scale, s->price_scale, s->parts_of);
    if (mpz_sizeinbase(s->scale, 2) > SCALE_BITS_MAX || !ticks_set(&s->per_minor, s->scale) ||
        !ticks_set(&s->per_price, s->parts_of))
        s->failed = true;
}

/* No sum of what is walked is beyond 127 bits. */
static bool
fits_in_ticks(const struct settlement *s)
{
    mpz_t most;
    bool fits;

    mpz_init(most);
    ticks_get(s->greatest, most);
    mpz_mul(most, most, s->parts_of);
    mpz_mul_ui(most, most, s->most_wholes);
    mpz_mul_ui(most, most, s->taken);
    mpz_add(most, most, s->bound);
    fits = mpz_sizeinbase(most, 2) < 124;
    mpz_clear(most);
    return fits;
}

/* Ticks → minor units. */
static void
in_minor(const struct settlement *s, struct exact amount, mpq_ptr minor)
{
    mpq_t scale;

    mpq_init(scale);
    mpq_set_z(scale, s->scale);
    exact_get(amount, minor);
    mpq_div(minor, minor, scale);
    mpq_clear(scale);
}

/* Where nothing came before the walk, nothing was there to pay for. */
static reason_code
reason_of(const struct cell *cell)
{
    if (cell->reason || !cell->terms)
        return cell->reason;
    return cell->terms->rule->price_case == PRICE(FEE) ? REASON(NOT_YET)
                                                       : REASON(EVIDENCE_MISSING);
}

static void
set_results(struct settlement *s)
{
    for (size_t r = 0; r < s->n; r++) {
        for (size_t p = 0; p < s->timeline->n; p++) {
            struct rule_period *result = &s->rules[r].periods[p];
            const struct cell *cell = cell_at(s, r, p);

            in_minor(s, cell->earned, result->earned);
            in_minor(s, cell->paid, result->due);
            result->earned_units = cell->earned_units;
            result->paid_units = cell->paid_units;
            result->pot_minor = cell->pot_minor;
            result->reason = reason_of(cell);
        }
        for (size_t i = 0; i < REASONS; i++) {
            in_minor(s, s->accounts[r].unpaid[i], s->rules[r].unpaid[i].amount);
            s->rules[r].unpaid[i].reason = (reason_code)i;
            s->rules[r].unpaid[i].units = s->accounts[r].unpaid_units[i];
            s->rules[r].unpaid[i].partly = s->accounts[r].unpaid_partly[i];
        }
    }
}

bool
settlement_finish(struct settlement *s)
{
    gates_judge(s);
    fix_scale(s);
    items_of_figures(s);
    items_of_fees(s);
    items_of_periods(s);
    items_of_folded(s);
    if (s->failed || s->parts.failed || !fits_in_ticks(s))
        return false;
    walk(s);
    if (s->failed || s->parts.failed)
        return false;
    set_results(s);
    return true;
}

bool
settlement_crowded(const struct settlement *s)
{
    return s->crowded || s->parts.failed;
}

const struct claimed_unit *
settlement_units(const struct settlement *s, size_t *n)
{
    *n = s->n_units;
    return s->units;
}

void
settlement_unit_amounts(const struct settlement *s, const struct claimed_unit *unit,
                        mpq_t earned, mpq_t paid)
{
    in_minor(s, unit->earned, earned);
    in_minor(s, unit->paid, paid);
}
