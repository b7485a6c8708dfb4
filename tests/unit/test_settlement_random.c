/* test_settlement_random.c - random terms and units, reckoned a second time here: every amount a
 * rational, every cap looked up in all that was paid before. Prints its SEED. */

#include "chance.h"
#include "settlement_fixture.h"

#define RULES 5
#define PERSONS 6
#define QUARTERS_SETTLED 4
#define UNITS_MAX 90

enum kind { FLAT, STEPS, TIERS, REDUCTION, FIGURE, POT, FEE, KINDS };

struct random_rule {
    enum kind kind;
    int amount, more; /* pence */
    int tier_end, deadweight; /* in tenths */
    int units, units_per_period, cap, per_period, per_person, floor; /* 0: none */
    int min_units;
    bool gate_per_period, true_up, deferrable, claws_back;
    int requires_paid; /* place of a rule before; -1: none */
};

struct random_unit {
    size_t rule;
    uint32_t person;
    wg_date day, reverses;
    bool back, uplifted;
    int measure; /* quarters of 1 */
    uint32_t quantity, of;
};

static struct {
    struct random_rule rules[RULES];
    int cap, per_person, per_period; /* of the contract */
    int discount; /* in twentieths */
    bool unrounded;
    int quota_rule, quota_share; /* -1: none; in tenths of all units */
    int varied, agreed; /* quarter, -1: none; of rule 0 */
    struct random_unit units[UNITS_MAX];
    size_t n_units;
    int figures[RULES][QUARTERS_SETTLED]; /* sevenths; -1: not judged */
} c;

static int
dice(int below)
{
    return (int)chance((uint64_t)below);
}

/* A cap one time in so many; else none. */
static int
some(int one_in, int least, int most)
{
    return dice(one_in) ? 0 : least + dice(most - least);
}

static bool
has_units(size_t rule)
{
    return c.rules[rule].kind <= REDUCTION;
}

/* ---- Random contracts ---- */

static void
random_rule(size_t i)
{
    struct random_rule *r = &c.rules[i];
    bool units;

    *r = (struct random_rule){.kind = i ? dice(KINDS) : FLAT, .amount = 1 + dice(3000),
                              .more = 1 + dice(3000), .tier_end = 1 + dice(8),
                              .requires_paid = -1};
    units = has_units(i);
    r->deadweight = r->kind == FEE ? 0 : dice(2) * dice(6);
    r->cap = some(4, 1, 20000);
    r->per_period = some(4, 1, 8000);
    r->floor = some(5, 1, 4000);
    if (r->per_period && r->floor > r->per_period)
        r->floor = 0;
    r->true_up = dice(2);
    r->deferrable = dice(2);
    if (!units)
        return;
    r->units = some(4, 1, 12);
    r->units_per_period = some(4, 1, 6);
    r->per_person = some(4, 1, 5000);
    r->min_units = some(4, 1, 10);
    r->gate_per_period = dice(2);
    r->claws_back = !dice(3);
    if (i && has_units(i - 1) && !dice(3))
        r->requires_paid = (int)i - 1;
}

static void
random_units(void)
{
    wg_date first = day("2015-04-01");

    c.n_units = 0;
    for (int n = dice(60); n > 0; n--) {
        struct random_unit *unit = &c.units[c.n_units];
        size_t rule = (size_t)dice(RULES);

        if (!has_units(rule))
            continue;
        *unit = (struct random_unit){.rule = rule, .person = (uint32_t)dice(PERSONS),
                                     .day = first + dice(365), .uplifted = !dice(4),
                                     .measure = dice(24), .quantity = 1, .of = 1};
        if (!dice(6)) {
            unit->of = 7 + (uint32_t)dice(3);
            unit->quantity = 1 + (uint32_t)dice((int)unit->of + 3);
        }
        c.n_units++;
        if (!c.rules[rule].claws_back || dice(3) || unit->day > first + 300)
            continue;
        c.units[c.n_units] = *unit;
        c.units[c.n_units].back = true;
        c.units[c.n_units].reverses = unit->day;
        c.units[c.n_units].day = unit->day + 1 + dice(60);
        c.units[c.n_units].of = 4;
        c.units[c.n_units].quantity = 1 + (uint32_t)dice(4);
        c.n_units++;
    }
}

static int
by_person(const void *left, const void *right)
{
    const struct random_unit *a = left, *b = right;

    if (a->person != b->person)
        return a->person < b->person ? -1 : 1;
    if (a->rule != b->rule)
        return a->rule < b->rule ? -1 : 1;
    if (a->day != b->day)
        return a->day < b->day ? -1 : 1;
    return a->back - b->back;
}

static void
random_contract(void)
{
    for (size_t i = 0; i < RULES; i++)
        random_rule(i);
    c.cap = some(3, 1, 60000);
    c.per_person = some(3, 1, 9000);
    c.per_period = some(4, 1, 20000);
    c.discount = dice(2) * dice(10);
    c.unrounded = dice(2);
    c.quota_rule = dice(3) ? -1 : dice(RULES);
    if (c.quota_rule >= 0 && !has_units((size_t)c.quota_rule))
        c.quota_rule = -1;
    c.quota_share = dice(10);
    c.varied = dice(3) ? -1 : dice(QUARTERS_SETTLED);
    c.agreed = dice(5000);
    random_units();
    qsort(c.units, c.n_units, sizeof(*c.units), by_person);
    for (size_t r = 0; r < RULES; r++)
        for (size_t q = 0; q < QUARTERS_SETTLED; q++)
            c.figures[r][q] = dice(5) ? dice(9) : -1;
}

/* ---- As JSON ---- */

static const char *
money(int pence)
{
    return wg_format(&terms_arena, "{'currency':'GBP','amount':'%d.%02d'}", pence / 100,
                     pence % 100);
}

static const char *
price_json(const struct random_rule *r)
{
    switch (r->kind) {
    case FLAT:
        return wg_format(&terms_arena, "'flat':{'amount':%s}", money(r->amount));
    case STEPS:
        return wg_format(&terms_arena, "'stepTable':{'steps':[{'at':'1','amount':%s},{'at':'3',"
                         "'amount':%s}]}", money(r->amount), money(r->more));
    case TIERS:
        return wg_format(&terms_arena, "'volumeTiers':{'tiers':[{'upTo':%d,'amount':%s},"
                         "{'amount':%s}]}", r->tier_end, money(r->amount), money(r->more));
    case REDUCTION:
        return wg_format(&terms_arena, "'perUnitReduction':{'amount':%s}", money(r->amount));
    case FIGURE:
        return wg_format(&terms_arena, "'bonusMalus':{'target':'4/7','deadBand':'1/7','amount':%s,"
                         "'limit':%s}", money(r->amount * 3), money(r->more));
    case POT:
        return wg_format(&terms_arena, "'shareOfBudget':{'potPerQuarter':%s,'trueUp':%s,"
                         "'performance':{'points':[{'at':'0','share':'0'},{'at':'1','share':'1'}]}}",
                         money(r->amount), r->true_up ? "true" : "false");
    default:
        return wg_format(&terms_arena, "'fee':{'amount':%s,'frequency':'EACH_PERIOD','deferrable':"
                         "%s}", money(r->amount), r->deferrable ? "true" : "false");
    }
}

static const char *
cap_json(const char *name, int pence)
{
    return pence ? wg_format(&terms_arena, ",'%s':%s", name, money(pence)) : "";
}

static const char *
rule_json(size_t i)
{
    const struct random_rule *r = &c.rules[i];
    const char *more = "";

    if (has_units(i))
        more = ",'milestone':{'events':['milestone:x']},'uplifts':[{'condition':{'series':"
               "'attribute:sex=FEMALE'},'factor':'1.25'}]";
    else if (r->kind != FEE)
        more = ",'countVsBaseline':{'events':['milestone:x']}";
    if (r->deadweight)
        more = wg_format(&terms_arena, "%s,'deadweight':'0.%d'", more, r->deadweight);
    if (r->min_units)
        more = wg_format(&terms_arena, "%s,'gates':[{'minUnits':%d,'perPeriod':%s}]", more,
                         r->min_units, r->gate_per_period ? "true" : "false");
    if (r->requires_paid >= 0)
        more = wg_format(&terms_arena, "%s,'requires':[{'rule':'r%d','stage':'PAID'}]", more,
                         r->requires_paid);
    if (r->claws_back)
        more = wg_format(&terms_arena, "%s,'clawbacks':[{'event':'milestone:y','within':'P1Y'}]",
                         more);
    return wg_format(&terms_arena,
                     "{'id':'r%zu','title':'t',%s%s,'caps':{'units':%d,'unitsPerPeriod':%d%s%s%s%s}}",
                     i, price_json(r), more, r->units, r->units_per_period,
                     cap_json("amount", r->cap), cap_json("perPeriod", r->per_period),
                     cap_json("perPerson", r->per_person), cap_json("floorPerPeriod", r->floor));
}

static const char *
version_json(void)
{
    static const char *const quarters[][3] = {{"2015-Q2", "2015-04-01", "2015-06-30"},
                                              {"2015-Q3", "2015-07-01", "2015-09-30"},
                                              {"2015-Q4", "2015-10-01", "2015-12-31"},
                                              {"2016-Q1", "2016-01-01", "2016-03-31"}};
    const char *more = wg_format(&terms_arena, "'settlement':{'unitPriceRounding':'%s','discount':"
                                 "'%d/20'%s%s%s", c.unrounded ? "NONE" : "PENNY", c.discount,
                                 cap_json("cap", c.cap), cap_json("capPerPerson", c.per_person),
                                 cap_json("capPerPeriod", c.per_period));

    if (c.quota_rule >= 0)
        more = wg_format(&terms_arena, "%s,'quotas':[{'rules':['r%d'],'share':'0.%d'}]", more,
                         c.quota_rule, c.quota_share);
    more = wg_format(&terms_arena, "%s}", more);
    if (c.varied >= 0)
        more = wg_format(&terms_arena, "%s,'variations':[{'id':'v','title':'v','fromDate':'%s',"
                         "'toDate':'%s','amounts':[{'rule':'r0','period':'%s','amount':%s}]}]",
                         more, quarters[c.varied][1], quarters[c.varied][2], quarters[c.varied][0],
                         money(c.agreed));
    return more;
}

/* ---- The second reckoning ---- */

enum phase { OF_PERSON, OF_PERIOD, FLOOR_OF, DEFERRED_OF };

struct naive {
    enum phase phase;
    wg_date day;
    size_t rule, quarter, unit; /* place in c.units */
    mpq_t earned, paid;
    bool done, partly_taken_back;
    reason_code reason;
};

static struct naive items[UNITS_MAX + RULES * QUARTERS_SETTLED * 4];
static size_t n_items;
static mpq_t deferred[RULES];

static struct naive *
add_item(enum phase phase, size_t rule, size_t quarter, wg_date on)
{
    struct naive *item = &items[n_items++];

    *item = (struct naive){.phase = phase, .rule = rule, .quarter = quarter, .day = on,
                           .reason = REASON(PAID)};
    mpq_inits(item->earned, item->paid, NULL);
    return item;
}

static void
multiply(mpq_ptr value, long numerator, unsigned long denominator)
{
    mpq_t by;

    mpq_init(by);
    mpq_set_si(by, numerator, denominator);
    mpq_canonicalize(by);
    mpq_mul(value, value, by);
    mpq_clear(by);
}

static void
round_half_away(mpq_ptr value)
{
    mpz_t twice, whole;

    mpz_inits(twice, whole, NULL);
    mpz_mul_2exp(twice, mpq_numref(value), 1);
    mpz_add(twice, twice, mpq_denref(value));
    mpz_mul_2exp(whole, mpq_denref(value), 1);
    mpz_fdiv_q(whole, twice, whole); /* prices are not negative */
    mpq_set_z(value, whole);
    mpz_clears(twice, whole, NULL);
}

/* The number of the unit, from 1, is that of its place among the rule's. */
static void
naive_price(const struct random_unit *unit, int number, mpq_ptr price)
{
    const struct random_rule *r = &c.rules[unit->rule];

    mpq_set_si(price, r->amount, 1);
    if (r->kind == STEPS)
        mpq_set_si(price, unit->measure >= 12 ? r->more : unit->measure >= 4 ? r->amount : 0, 1);
    if (r->kind == TIERS)
        mpq_set_si(price, number <= r->tier_end ? r->amount : r->more, 1);
    if (r->kind == REDUCTION)
        multiply(price, unit->measure, 4);
    multiply(price, 20 - c.discount, 20);
    if (unit->uplifted)
        multiply(price, 5, 4);
    if (!c.unrounded)
        round_half_away(price);
    multiply(price, 10 - r->deadweight, 10);
    multiply(price, unit->quantity, unit->of);
}

static bool
gate_is_open(size_t rule, size_t quarter)
{
    const struct random_rule *r = &c.rules[rule];
    int units = 0;

    for (size_t i = 0; i < n_items; i++)
        if (items[i].phase == OF_PERSON && items[i].rule == rule && !c.units[items[i].unit].back &&
            (!r->gate_per_period || items[i].quarter == quarter))
            units++;
    return units >= r->min_units;
}

/* All that was paid, of a rule, quarter and person where they are given; what a variation
 * agreed fills the contract's cap alone. */
static void
sum_paid(int rule, int quarter, int person, mpq_ptr sum)
{
    mpq_set_ui(sum, 0, 1);
    for (size_t i = 0; i < n_items; i++) {
        const struct naive *item = &items[i];

        bool agreed = item->phase == OF_PERIOD && (int)item->quarter == c.varied;

        if (!item->done || (rule >= 0 && item->rule != (size_t)rule) ||
            (agreed && (rule >= 0 || quarter >= 0)) ||
            (quarter >= 0 && item->quarter != (size_t)quarter) ||
            (person >= 0 && (item->phase != OF_PERSON ||
                             c.units[item->unit].person != (uint32_t)person)))
            continue;
        mpq_add(sum, sum, item->paid);
    }
}

static int
count_paid(int rule, int quarter)
{
    int n = 0;

    for (size_t i = 0; i < n_items; i++)
        n += items[i].done && items[i].phase == OF_PERSON && !c.units[items[i].unit].back &&
             items[i].rule == (size_t)rule && (quarter < 0 || items[i].quarter == (size_t)quarter) &&
             mpq_sgn(items[i].paid) > 0;
    return n;
}

static void
naive_stop(struct naive *item, reason_code reason)
{
    if (item->reason == REASON(PAID))
        item->reason = reason;
    mpq_set_ui(item->paid, 0, 1);
}

static void
naive_limit(struct naive *item, int cap, int rule, int quarter, int person, reason_code reason)
{
    mpq_t room, sum;

    if (!cap || mpq_sgn(item->earned) <= 0)
        return;
    mpq_inits(room, sum, NULL);
    mpq_set_si(room, cap, 1);
    sum_paid(rule, quarter, person, sum);
    mpq_sub(room, room, sum);
    if (mpq_cmp(room, item->earned) < 0) {
        if (item->reason == REASON(PAID))
            item->reason = reason;
        if (mpq_sgn(room) < 0)
            mpq_set_ui(room, 0, 1);
        if (mpq_cmp(room, item->paid) < 0)
            mpq_set(item->paid, room);
    }
    mpq_clears(room, sum, NULL);
}

static void
naive_limits(struct naive *item, bool of_person)
{
    const struct random_rule *r = &c.rules[item->rule];
    int rule = (int)item->rule, quarter = (int)item->quarter;
    int person = of_person ? (int)c.units[item->unit].person : -1;

    mpq_set(item->paid, item->earned);
    if (of_person) {
        naive_limit(item, r->per_person, rule, -1, person, REASON(CAP_PERSON));
        naive_limit(item, c.per_person, -1, -1, person, REASON(CAP_PERSON));
        if (r->units && count_paid(rule, -1) >= r->units)
            naive_stop(item, REASON(CAP_METRIC_VOLUME));
    }
    naive_limit(item, r->cap, rule, -1, -1, REASON(CAP_METRIC_AMOUNT));
    if (of_person && c.quota_rule == rule) {
        int all = 0;

        for (size_t i = 0; i < n_items; i++)
            all += items[i].phase == OF_PERSON && !c.units[items[i].unit].back &&
                   gate_is_open(items[i].rule, items[i].quarter) &&
                   (int)items[i].quarter != c.varied;
        if (count_paid(rule, -1) >= all * c.quota_share / 10)
            naive_stop(item, REASON(QUOTA));
    }
    if (of_person && r->units_per_period && count_paid(rule, quarter) >= r->units_per_period)
        naive_stop(item, REASON(CAP_PERIOD));
    naive_limit(item, r->per_period, rule, quarter, -1, REASON(CAP_PERIOD));
    naive_limit(item, c.per_period, -1, quarter, -1, REASON(CAP_PERIOD));
    naive_limit(item, c.cap, -1, -1, -1, REASON(CAP_CONTRACT));
}

static bool
paid_before(int rule, uint32_t person)
{
    for (size_t i = 0; i < n_items; i++)
        if (items[i].done && items[i].phase == OF_PERSON && items[i].rule == (size_t)rule &&
            c.units[items[i].unit].person == person && mpq_sgn(items[i].paid) > 0)
            return true;
    return false;
}

/* Of the first unit of that day, in the order of the walk, that is not taken back yet. */
static void
naive_take_back(struct naive *back)
{
    const struct random_unit *unit = &c.units[back->unit];
    struct naive *found = NULL;

    for (size_t i = 0; i < n_items && !found; i++) {
        const struct random_unit *own = &c.units[items[i].unit];

        if (items[i].done && items[i].phase == OF_PERSON && !own->back &&
            own->rule == unit->rule && own->person == unit->person && own->day == unit->reverses &&
            !items[i].partly_taken_back && mpq_sgn(items[i].paid) > 0)
            found = &items[i];
    }
    back->reason = REASON(CLAWED_BACK);
    if (!found || (int)back->quarter == c.varied)
        return;
    found->partly_taken_back = true;
    mpq_set(back->earned, found->paid);
    multiply(back->earned, -(long)unit->quantity, unit->of);
    mpq_set(back->paid, back->earned);
}

static int
number_of(const struct naive *item)
{
    int number = 1;

    for (size_t i = 0; i < n_items; i++)
        number += items[i].done && items[i].phase == OF_PERSON && items[i].rule == item->rule &&
                  !c.units[items[i].unit].back && items[i].reason != REASON(GATE_NOT_MET) &&
                  items[i].reason != REASON(PREREQUISITE_MISSING);
    return number;
}

static void
naive_unit(struct naive *item)
{
    const struct random_unit *unit = &c.units[item->unit];
    const struct random_rule *r = &c.rules[item->rule];

    naive_price(unit, number_of(item), item->earned);
    if (!gate_is_open(item->rule, item->quarter))
        naive_stop(item, REASON(GATE_NOT_MET));
    else if (r->requires_paid >= 0 && !paid_before(r->requires_paid, unit->person))
        naive_stop(item, REASON(PREREQUISITE_MISSING));
    else if ((int)item->quarter == c.varied)
        naive_stop(item, REASON(VARIATION));
    else if (mpq_sgn(item->earned) == 0)
        naive_stop(item, REASON(GATE_NOT_MET)); /* below the steps, or no reduction */
    else
        naive_limits(item, true);
}

/* What a figure earns; of pots that are trued up, what they moved it. */
static void
naive_figure(const struct naive *item, mpq_ptr earned)
{
    const struct random_rule *r = &c.rules[item->rule];
    int sevenths = c.figures[item->rule][item->quarter];

    mpq_set_ui(earned, 0, 1);
    if (sevenths < 0)
        return;
    if (r->kind == FIGURE) {
        int off = sevenths - 4, beyond = off > 1 ? off - 1 : off < -1 ? off + 1 : 0;
        mpq_t limit;

        mpq_set_si(earned, (long)beyond * 3 * r->amount, 7);
        mpq_canonicalize(earned);
        mpq_init(limit);
        mpq_set_si(limit, r->more, 1);
        if (mpq_cmp(earned, limit) > 0)
            mpq_set(earned, limit);
        mpq_neg(limit, limit);
        if (mpq_cmp(earned, limit) < 0)
            mpq_set(earned, limit);
        mpq_clear(limit);
    } else {
        long pots = 1;

        if ((int)item->quarter == c.varied)
            return;
        for (size_t q = 0; r->true_up && q < item->quarter; q++)
            pots += (int)q != c.varied;
        mpq_set_si(earned, pots * r->amount * (sevenths < 7 ? sevenths : 7), 7);
        mpq_canonicalize(earned);
    }
    multiply(earned, 20 - c.discount, 20);
    multiply(earned, 10 - r->deadweight, 10);
    if (r->kind == POT && r->true_up)
        for (size_t i = 0; i < n_items; i++)
            if (items[i].phase == OF_PERIOD && items[i].rule == item->rule &&
                items[i].quarter < item->quarter)
                mpq_sub(earned, earned, items[i].earned);
}

static void
naive_of_period(struct naive *item)
{
    const struct random_rule *r = &c.rules[item->rule];

    if (r->kind == FEE) {
        mpq_set_si(item->earned, r->amount, 1);
        multiply(item->earned, 20 - c.discount, 20);
    } else if (!has_units(item->rule)) {
        naive_figure(item, item->earned);
    }
    if ((int)item->quarter == c.varied) {
        struct naive agreed = {.rule = item->rule, .reason = REASON(PAID)};

        naive_stop(item, REASON(VARIATION));
        if (item->rule)
            return;
        mpq_inits(agreed.earned, agreed.paid, NULL);
        mpq_set_si(agreed.earned, c.agreed, 1);
        mpq_set(agreed.paid, agreed.earned);
        naive_limit(&agreed, c.cap, -1, -1, -1, REASON(CAP_CONTRACT));
        mpq_set(item->paid, agreed.paid);
        mpq_clears(agreed.earned, agreed.paid, NULL);
        return;
    }
    if (has_units(item->rule))
        return;
    naive_limits(item, false);
    if (r->kind == FEE && r->deferrable && item->reason == REASON(CAP_CONTRACT)) {
        mpq_add(deferred[item->rule], deferred[item->rule], item->earned);
        mpq_sub(deferred[item->rule], deferred[item->rule], item->paid);
    }
}

static void
naive_more(struct naive *item, bool of_floor)
{
    const struct random_rule *r = &c.rules[item->rule];

    if ((int)item->quarter == c.varied)
        return;
    if (of_floor) {
        mpq_t due;

        mpq_init(due);
        sum_paid((int)item->rule, (int)item->quarter, -1, due);
        mpq_set_si(item->earned, r->floor, 1);
        mpq_sub(item->earned, item->earned, due);
        mpq_clear(due);
    } else {
        mpq_set(item->earned, deferred[item->rule]);
    }
    if (mpq_sgn(item->earned) < 0)
        mpq_set_ui(item->earned, 0, 1);
    mpq_set(item->paid, item->earned);
    if (of_floor)
        naive_limit(item, c.per_period, -1, (int)item->quarter, -1, REASON(CAP_PERIOD));
    naive_limit(item, c.cap, -1, -1, -1, REASON(CAP_CONTRACT));
    if (!of_floor)
        mpq_sub(deferred[item->rule], deferred[item->rule], item->paid);
}

static int
compare_items(const void *left, const void *right)
{
    const struct naive *a = left, *b = right;
    const struct random_unit *x = &c.units[a->unit], *y = &c.units[b->unit];

    if (a->day != b->day)
        return a->day < b->day ? -1 : 1;
    if (a->phase != b->phase)
        return a->phase < b->phase ? -1 : 1;
    if (a->rule != b->rule)
        return a->rule < b->rule ? -1 : 1;
    if (a->phase == OF_PERSON && x->person != y->person)
        return x->person < y->person ? -1 : 1;
    return a->unit < b->unit ? -1 : a->unit > b->unit;
}

static void
reckon(struct world *w)
{
    n_items = 0;
    for (size_t i = 0; i < c.n_units; i++) {
        const struct random_unit *unit = &c.units[i];

        add_item(OF_PERSON, unit->rule, timeline_at(&w->timeline, unit->day), unit->day)->unit = i;
    }
    for (size_t r = 0; r < RULES; r++)
        for (size_t q = 0; q < QUARTERS_SETTLED; q++) {
            add_item(OF_PERIOD, r, q, w->quarters[q].last);
            if (c.rules[r].floor)
                add_item(FLOOR_OF, r, q, w->quarters[q].last);
            if (c.rules[r].kind == FEE && c.rules[r].deferrable)
                add_item(DEFERRED_OF, r, q, w->quarters[q].last);
        }
    qsort(items, n_items, sizeof(*items), compare_items);
    for (size_t r = 0; r < RULES; r++)
        mpq_init(deferred[r]);
    for (size_t i = 0; i < n_items; i++) {
        struct naive *item = &items[i];

        if (item->phase == OF_PERSON && c.units[item->unit].back)
            naive_take_back(item);
        else if (item->phase == OF_PERSON)
            naive_unit(item);
        else if (item->phase == OF_PERIOD)
            naive_of_period(item);
        else
            naive_more(item, item->phase == FLOOR_OF);
        item->done = true;
    }
}

static void
forget(void)
{
    for (size_t i = 0; i < n_items; i++)
        mpq_clears(items[i].earned, items[i].paid, NULL);
    for (size_t r = 0; r < RULES; r++)
        mpq_clear(deferred[r]);
}

/* ---- Both ---- */

static void
take_all(struct world *w, bool backwards)
{
    for (size_t n = 0; n < c.n_units; n++) {
        size_t i = n;
        const struct random_unit *unit;
        struct claimed_unit claimed;

        if (backwards) { /* persons from the last to the first, each one's units as they are */
            uint32_t person = PERSONS;
            size_t skip = n;

            do {
                person--;
                for (i = 0; i < c.n_units; i++)
                    if (c.units[i].person == person && !skip--)
                        break;
            } while (i == c.n_units);
        }
        unit = &c.units[i];
        claimed = unit_of(w, wg_format(&terms_arena, "r%zu", unit->rule), unit->person, unit->day, "0");
        claimed.unit.measure = unit->measure * INT64_C(2500);
        claimed.unit.uplift = unit->uplifted ? 0 : UNIT_NO_UPLIFT;
        claimed.unit.quantity = unit->quantity;
        claimed.unit.of = unit->of;
        claimed.unit.clawed_back = unit->back;
        claimed.unit.reverses = unit->reverses;
        assert_true(settlement_take(w->settlement, &claimed));
    }
}

static void
settle_random(struct world *w, bool keep, bool backwards)
{
    const char *rules = "";

    begin_world(w, QUARTERS_SETTLED);
    for (size_t i = 0; i < RULES; i++)
        rules = wg_format(&terms_arena, "%s%s%s", rules, i ? "," : "", rule_json(i));
    ADD_VERSION(w, "2015-04-01", rules, version_json());
    open_world(w, keep);
    for (size_t r = 0; r < RULES; r++)
        for (size_t q = 0; q < QUARTERS_SETTLED; q++)
            if (!has_units(r) && c.figures[r][q] >= 0)
                set_figure(w, wg_format(&terms_arena, "r%zu", r), q,
                           wg_format(&terms_arena, "%d", c.figures[r][q]), "7", 10);
    take_all(w, backwards);
    settle_world(w);
}

static void
compare(const char *what, size_t r, size_t q, mpq_srcptr found, mpq_srcptr wanted)
{
    if (!mpq_equal(found, wanted))
        fail_msg("%s of r%zu in quarter %zu: is %s, not %s\n%s", what, r, q,
                 wg_ratio_format(&terms_arena, found), wg_ratio_format(&terms_arena, wanted),
                 version_json());
}

static bool
is_on_top(const struct naive *item)
{
    return item->phase == FLOOR_OF || item->phase == DEFERRED_OF;
}

static void
compare_periods(struct world *w)
{
    mpq_t due, earned;

    mpq_inits(due, earned, NULL);
    for (size_t r = 0; r < RULES; r++)
        for (size_t q = 0; q < QUARTERS_SETTLED; q++) {
            mpq_set_ui(due, 0, 1);
            mpq_set_ui(earned, 0, 1);
            for (size_t i = 0; i < n_items; i++) {
                if (items[i].rule != r || items[i].quarter != q)
                    continue;
                mpq_add(due, due, items[i].paid);
                if (!is_on_top(&items[i]))
                    mpq_add(earned, earned, items[i].earned);
            }
            compare("due", r, q, w->periods[r][q].due, due);
            compare("earned", r, q, w->periods[r][q].earned, earned);
        }
    mpq_clears(due, earned, NULL);
}

/* Where a deferred fee was paid after all, that much less of it is unpaid. */
static void
compare_unpaid(struct world *w)
{
    mpq_t unpaid;

    mpq_init(unpaid);
    for (size_t r = 0; r < RULES; r++)
        for (size_t reason = 1; reason <= REASON(RETAINED); reason++) {
            uint32_t units = 0;

            mpq_set_ui(unpaid, 0, 1);
            for (size_t i = 0; i < n_items; i++) {
                const struct naive *item = &items[i];

                if (item->rule != r || item->phase == FLOOR_OF)
                    continue;
                if (item->phase == DEFERRED_OF && reason == REASON(CAP_CONTRACT))
                    mpq_sub(unpaid, unpaid, item->paid);
                if (is_on_top(item) || item->reason != (reason_code)reason ||
                    reason == REASON(PAID) || reason == REASON(CLAWED_BACK))
                    continue;
                mpq_add(unpaid, unpaid, item->earned);
                if (reason != REASON(VARIATION))
                    mpq_sub(unpaid, unpaid, item->paid);
                units += item->phase == OF_PERSON && mpq_sgn(item->paid) == 0;
            }
            compare("unpaid", r, reason, w->rules[r].unpaid[reason].amount, unpaid);
            assert_int_equal(w->rules[r].unpaid[reason].units, units);
        }
    mpq_clear(unpaid);
}

static void
check_cap(int cap, int rule, int quarter, int person)
{
    mpq_t sum;

    mpq_init(sum);
    sum_paid(rule, quarter, person, sum);
    if (cap && mpq_cmp_si(sum, cap, 1) > 0)
        fail_msg("%s is above a cap of %d", wg_ratio_format(&terms_arena, sum), cap);
    mpq_clear(sum);
}

/* Of what settlement says, for the items say the same. */
static void
check_caps(void)
{
    check_cap(c.cap, -1, -1, -1);
    for (int person = 0; person < PERSONS; person++)
        check_cap(c.per_person, -1, -1, person);
    for (int r = 0; r < RULES; r++)
        if (!c.rules[r].floor && c.varied < 0)
            check_cap(c.rules[r].cap, r, -1, -1);
    for (int q = 0; q < QUARTERS_SETTLED; q++)
        if (q != c.varied)
            for (int r = 0; r < RULES; r++)
                if (!(c.rules[r].kind == FEE && c.rules[r].deferrable))
                    check_cap(c.rules[r].per_period, r, q, -1);
}

TEST(the_walk_equals_a_reckoning_that_looks_everything_up)
{
    uint64_t start;

    sow();
    start = seed;
    for (int round = 0; round < rounds(600); round++) {
        struct world w;

        seed = start + (uint64_t)round * 1000003;
        random_contract();
        settle_random(&w, round % 2, round % 3 == 0);
        reckon(&w);
        compare_periods(&w);
        compare_unpaid(&w);
        check_caps();
        forget();
        finish_world(&w);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_walk_equals_a_reckoning_that_looks_everything_up),
    };

    return cmocka_run_group_tests(tests, load_terms, unload_terms);
}
