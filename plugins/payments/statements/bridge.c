/* bridge.c - what moved a payer's part, rule by rule.
 *
 * Of the lines of the statements' own periods a rule's part moves in this order: what it earned, at last
 * time's price and split, then the price, then gates, caps and floors; then its split, then ceilings. Each
 * step is told in whole pennies; what rounding leaves is in the first that is there. */
#include "bridge.h"

#include <string.h>
#include <wellgate/decimal.h>
#include <wellgate/money.h>

typedef Wellgate__Payments__V1__Derivation Derivation;
typedef Wellgate__Payments__V1__PayerAmount PayerAmount;

#define LINE_KIND(name) WELLGATE__PAYMENTS__V1__LINE__KIND__##name

struct bridging {
    const Contract *contract;
    const struct versions *versions;
    const char *payer;
    struct bridge *bridge;
    bool failed;
};

/* ---- A line's parts ---- */

static const PayerAmount *
part_in(const Line *line, const char *payer)
{
    for (size_t i = 0; line && i < line->n_payers; i++)
        if (strcmp(line->payers[i]->payer, payer) == 0)
            return line->payers[i];
    return NULL;
}

static int64_t
paid_of(const PayerAmount *part)
{
    return part ? minor_of(part->amount) : 0;
}

/* Before ceilings. */
static int64_t
split_of(const PayerAmount *part)
{
    return part && part->by_share ? minor_of(part->by_share) : paid_of(part);
}

static int64_t
split_of_all(const Line *line)
{
    int64_t sum = 0;

    for (size_t i = 0; line && i < line->n_payers; i++)
        sum += split_of(line->payers[i]);
    return sum;
}

/* ---- A rule's terms ---- */

static const Rule *
rule_of_line(const struct bridging *b, const Line *line, const Version **version)
{
    *version = NULL;
    for (size_t i = 0; line && i < b->versions->n; i++)
        if (strcmp(b->versions->list[i]->name, line->version) == 0)
            *version = b->versions->list[i];
    return *version ? rule_of(*version, line->rule) : NULL;
}

/* The payer's share of a rule in the line's period. false: the line is of no rule, or there is none. */
static bool
share_of(const struct bridging *b, const Line *line, mpq_ptr share)
{
    struct calendar calendar = calendar_of(b->contract);
    struct wg_period period;
    const Version *version;
    const Rule *rule = rule_of_line(b, line, &version);
    const PayerSplit *split = rule && calendar_read(&calendar, line->period, &period)
                                  ? split_on(version, rule, period.first) : NULL;

    mpq_set_ui(share, 0, 1);
    for (size_t i = 0; split && i < split->n_shares; i++)
        if (strcmp(split->shares[i]->payer, b->payer) == 0)
            return wg_ratio_parse(split->shares[i]->share, share);
    return split != NULL;
}

/* ---- What moved what is earned ---- */

enum { VOLUME, PRICE, LIMITS, MOVES };

/* A fraction of the currency's unit, in minor units; "": 0. */
static void
read_minor(const struct bridging *b, const char *text, mpq_ptr minor)
{
    mpz_t scale;

    mpq_set_ui(minor, 0, 1);
    if (!*text || !wg_ratio_read(text, minor))
        return;
    mpz_init(scale);
    mpz_ui_pow_ui(scale, 10, (unsigned long)wg_currency_digits(b->contract->currency));
    mpz_mul(mpq_numref(minor), mpq_numref(minor), scale);
    mpq_canonicalize(minor);
    mpz_clear(scale);
}

/* What a line's period earned before gates and caps, and what these made of it. */
static void
read_line(const struct bridging *b, const Line *line, mpq_ptr earned, mpq_ptr limits)
{
    const Derivation *d = line ? line->derivation : NULL;

    read_minor(b, !d ? "" : *d->earned ? d->earned : d->entitlement, earned);
    read_minor(b, d ? d->entitlement : "", limits);
    mpq_sub(limits, limits, earned);
}

/* What more or fewer units come to at what one came to last time. */
static void
price_units(const Line *then, const Line *now, mpq_srcptr earned_then, mpq_ptr volume)
{
    int32_t units = then->derivation->units_earned;
    mpq_t more;

    mpq_init(more);
    mpq_set_si(more, (now ? now->derivation->units_earned : 0) - (long)units, 1);
    mpq_mul(volume, earned_then, more);
    mpq_set_si(more, units, 1);
    mpq_div(volume, volume, more);
    mpq_clear(more);
}

/* The share that is earned, of what the pot is more; pots that add up over time are no price. */
static void
price_pot(const struct bridging *b, const Line *then, const Line *now, mpq_ptr price)
{
    const Version *version;
    const Rule *rule = rule_of_line(b, now, &version);
    mpq_t share;

    mpq_set_ui(price, 0, 1);
    if (!then || !rule || rule->price_case != WELLGATE__PAYMENTS__V1__RULE__PRICE_SHARE_OF_BUDGET ||
        rule->share_of_budget->true_up ||
        !then->derivation->pot || !now->derivation->pot)
        return;
    mpq_init(share);
    mpq_set_si(price, minor_of(now->derivation->pot) - minor_of(then->derivation->pot), 1);
    if (*now->derivation->share && wg_ratio_read(now->derivation->share, share))
        mpq_mul(price, price, share);
    mpq_clear(share);
}

/* Of all payers, exact. */
static void
find_moves(const struct bridging *b, const Line *then, const Line *now, mpq_t moves[MOVES])
{
    mpq_t earned_then, limits_then, earned;

    mpq_inits(earned_then, limits_then, earned, NULL);
    read_line(b, then, earned_then, limits_then);
    read_line(b, now, earned, moves[LIMITS]);
    mpq_sub(moves[LIMITS], moves[LIMITS], limits_then);
    mpq_sub(earned, earned, earned_then);
    if (then && then->derivation->units_earned) {
        price_units(then, now, earned_then, moves[VOLUME]);
        mpq_sub(moves[PRICE], earned, moves[VOLUME]);
    } else {
        price_pot(b, then, now, moves[PRICE]);
        mpq_sub(moves[VOLUME], earned, moves[PRICE]);
    }
    mpq_clears(earned_then, limits_then, earned, NULL);
}

static int64_t
part_of_move(struct bridging *b, mpq_srcptr move, mpq_srcptr share)
{
    int64_t minor = 0;
    mpq_t part;

    mpq_init(part);
    mpq_mul(part, move, share);
    b->failed |= !wg_money_round(part, &minor);
    mpq_clear(part);
    return minor;
}

/* moved: the payer's, at last time's share, in whole minor units. */
static void
add_moves(struct bridging *b, mpq_t moves[MOVES], mpq_srcptr share, int64_t moved)
{
    int64_t *steps = b->bridge->steps;
    int64_t price = part_of_move(b, moves[PRICE], share), volume = part_of_move(b, moves[VOLUME], share);

    if (mpq_sgn(moves[LIMITS]))
        steps[BRIDGE_LIMITS] += moved - volume - price;
    else if (mpq_sgn(moves[PRICE]))
        price = moved - volume;
    else
        volume = moved;
    steps[BRIDGE_VOLUME] += volume;
    steps[BRIDGE_PRICE] += price;
}

/* ---- Rules ---- */

/* The split before the change applies to what there is now; where none was or is, there is no change of
 * it. */
static void
add_rule(struct bridging *b, const Line *then, const Line *now, mpq_ptr share_then, mpq_ptr share_now)
{
    bool had = share_of(b, then, share_then), has = share_of(b, now, share_now);
    int64_t whole_then = split_of(part_in(then, b->payer)), whole = split_of(part_in(now, b->payer)), old = whole;
    mpq_t moves[MOVES], all;

    mpq_inits(moves[VOLUME], moves[PRICE], moves[LIMITS], all, NULL);
    if (had && has && !mpq_equal(share_then, share_now)) {
        mpq_set_si(all, split_of_all(now), 1);
        old = part_of_move(b, all, share_then);
    }
    b->bridge->steps[BRIDGE_SPLIT] += whole - old;
    find_moves(b, then, now, moves);
    add_moves(b, moves, had ? share_then : share_now, old - whole_then);
    mpq_clears(moves[VOLUME], moves[PRICE], moves[LIMITS], all, NULL);
}

static void
add_period(struct bridging *b, const Line *then, const Line *now)
{
    const PayerAmount *part_then = part_in(then, b->payer), *part = part_in(now, b->payer);
    const Version *version;
    mpq_t share_then, share_now;

    b->bridge->steps[BRIDGE_CEILINGS] += paid_of(part) - split_of(part) - (paid_of(part_then) - split_of(part_then));
    if (!rule_of_line(b, now ? now : then, &version)) {
        b->bridge->steps[BRIDGE_ADVANCES] += split_of(part) - split_of(part_then);
        return;
    }
    mpq_inits(share_then, share_now, NULL);
    add_rule(b, then, now, share_then, share_now);
    mpq_clears(share_then, share_now, NULL);
}

static const Line *
same_rule(const struct lines *lines, const Line *line)
{
    for (size_t i = 0; i < lines->n; i++)
        if (lines->list[i]->kind == LINE_KIND(PERIOD) && strcmp(lines->list[i]->rule, line->rule) == 0)
            return lines->list[i];
    return NULL;
}

static void
add_periods(struct bridging *b, const struct lines *then, const struct lines *now)
{
    for (size_t i = 0; i < now->n; i++)
        if (now->list[i]->kind == LINE_KIND(PERIOD))
            add_period(b, same_rule(then, now->list[i]), now->list[i]);
    for (size_t i = 0; i < then->n; i++)
        if (then->list[i]->kind == LINE_KIND(PERIOD) && !same_rule(now, then->list[i]))
            add_period(b, then->list[i], NULL);
}

/* ---- The whole ---- */

static int64_t
sum_of(const struct lines *lines, Wellgate__Payments__V1__Line__Kind kind, const char *payer)
{
    int64_t sum = 0;

    for (size_t i = 0; i < lines->n; i++)
        if (lines->list[i]->kind == kind)
            sum += paid_of(part_in(lines->list[i], payer));
    return sum;
}

bool
bridge_of(const Contract *contract, const struct versions *versions, const struct bridge_side *then,
          const struct bridge_side *now, const char *payer, struct bridge *bridge)
{
    struct bridging b = {.contract = contract, .versions = versions, .payer = payer, .bridge = bridge};

    *bridge = (struct bridge){.before = part_of(then->statement, payer), .after = part_of(now->statement, payer)};
    add_periods(&b, &then->lines, &now->lines);
    bridge->steps[BRIDGE_CORRECTIONS] = sum_of(&now->lines, LINE_KIND(ADJUSTMENT), payer) -
                                        sum_of(&then->lines, LINE_KIND(ADJUSTMENT), payer);
    bridge->steps[BRIDGE_CREDITS] = sum_of(&now->lines, LINE_KIND(CREDIT), payer) -
                                    sum_of(&then->lines, LINE_KIND(CREDIT), payer);
    return !b.failed;
}
