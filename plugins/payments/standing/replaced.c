/* replaced.c - upheld disputes beside what their units are due now. */
#include "replaced.h"

#include <stdlib.h>
#include <string.h>
#include <wellgate/decimal.h>

#include "account/paid_to.h"
#include "figures/figure_rules.h"

typedef Wellgate__Payments__V1__DisputedLine DisputedLine;

/* One that was upheld. */
struct upheld {
    const Adjustment *adjustment;
    const Statement *source;
    const Line *line;
    const struct entitlement *now; /* of its rule and period */
    char **people;                 /* whose units it is of */
    size_t n_people;               /* 0: of the whole line */
    size_t payer, first;           /* places: of the payer, and among all people */
    int64_t said;                  /* what earlier statements said that it gives up */
};

/* Somebody's units, once for each dispute that names them; or a whole line. */
struct disputed {
    const struct upheld *of;
    struct paid_to then, now;
    mpq_t given; /* what of them the credit gives up */
};

struct replacing {
    struct wg_call *call;
    const struct account *account;
    struct credits *credits;
    struct upheld **list;
    size_t n;
    struct disputed *people; /* n_people, and behind them one for each credit of a whole line */
    size_t n_people, n_all;
    const struct wg_problem *problem;
};

/* ---- Which ---- */

static bool
is_earlier(const struct replacing *r, const char *statement)
{
    struct wg_period period;

    return calendar_read_id(&r->account->calendar, wg_name_id(statement), &period) &&
           period.first < r->account->period.first;
}

/* By this statement, or by one before it; of a draft also what none has taken. */
static bool
is_taken(const struct replacing *r, const char *by)
{
    return *by ? strcmp(by, r->credits->statement) == 0 || is_earlier(r, by) : !r->credits->issued;
}

static const Dispute *
dispute_of(const Statement *source, const Adjustment *adjustment)
{
    const Standing *standing = standing_find(source, adjustment->parts[0]->payer);

    for (size_t i = 0; standing && i < standing->n_disputes; i++)
        if (strcmp(standing->disputes[i]->id, adjustment->dispute) == 0)
            return standing->disputes[i];
    return NULL;
}

static const struct entitlement *
entitlement_of(const struct account *account, const Line *line)
{
    struct wg_period period;

    if (!calendar_read(&account->calendar, line->period, &period))
        return NULL;
    for (size_t r = 0; r < account->n_accounts; r++)
        for (size_t p = 0; strcmp(account->rules[r].id, line->rule) == 0 && p < account->rules[r].n; p++)
            if (account->rules[r].periods[p].period.first == period.first)
                return &account->rules[r].periods[p];
    return NULL;
}

static bool
add_people(struct wg_call *call, const DisputedLine *line, struct upheld *upheld)
{
    for (size_t i = 0; i < line->n_units; i++)
        if (!append_message(call, &upheld->people, &upheld->n_people, line->units[i]))
            return false;
    return true;
}

/* A record of its own says whose units; before there was one, the dispute did. */
static const struct wg_problem *
read_named(struct wg_call *call, const Dispute *dispute, struct upheld *upheld)
{
    const char *name = wg_format(wg_call_arena(call), "%s/disputedUnits/%s-%s", upheld->source->name,
                                 wg_name_id(upheld->adjustment->parts[0]->payer), dispute->id);
    DisputedLine *const *lines = dispute->lines;
    const struct wg_problem *problem;
    const ProtobufCMessage *message;
    size_t n = dispute->n_lines;

    if (!name)
        return wg_no_memory(call);
    if (!(problem = wg_look(call, name, &message))) {
        lines = ((const Wellgate__Payments__V1__DisputedUnits *)message)->lines;
        n = ((const Wellgate__Payments__V1__DisputedUnits *)message)->n_lines;
    }
    for (size_t i = 0; i < n; i++)
        if (strcmp(lines[i]->line, upheld->adjustment->line) == 0 && !add_people(call, lines[i], upheld))
            return wg_no_memory(call);
    return problem == &wg_not_found ? NULL : problem;
}

/* Cohorts have no units, whoever is named. */
static const struct wg_problem *
read_people_of(struct wg_call *call, const Dispute *dispute, struct upheld *upheld)
{
    const Rule *rule = upheld->now->rule;

    if (!rule || figure_is_of(rule))
        return NULL;
    for (size_t i = 0; i < dispute->n_lines; i++)
        if (strcmp(dispute->lines[i]->line, upheld->adjustment->line) == 0 &&
            !dispute->lines[i]->people && !dispute->lines[i]->n_units)
            return NULL;
    return read_named(call, dispute, upheld);
}

static const struct wg_problem *
read_source(struct wg_call *call, struct upheld *upheld)
{
    const Adjustment *adjustment = upheld->adjustment;
    const char *line = wg_format(wg_call_arena(call), "%s/lines/%s", adjustment->source, adjustment->line);
    const struct wg_problem *problem;
    struct wg_record record;

    if (!line)
        return wg_no_memory(call);
    if ((problem = wg_load(call, adjustment->source, &record)))
        return problem;
    upheld->source = (const Statement *)record.message;
    if ((problem = wg_load(call, line, &record)))
        return problem;
    upheld->line = (const Line *)record.message;
    return NULL;
}

static const struct wg_problem *
read_upheld(const struct replacing *r, struct upheld *upheld)
{
    const struct wg_problem *problem = read_source(r->call, upheld);
    const Dispute *dispute;

    if (problem)
        return problem;
    dispute = dispute_of(upheld->source, upheld->adjustment);
    upheld->now = entitlement_of(r->account, upheld->line);
    upheld->payer = payer_place(r->account->contract, upheld->adjustment->parts[0]->payer);
    if (!dispute || !upheld->now)
        return wg_fail(r->call, &wg_internal, "a stored credit is wrong");
    return read_people_of(r->call, dispute, upheld);
}

static bool
take(void *context, const struct wg_record *record)
{
    struct replacing *r = context;
    const Adjustment *adjustment = (const Adjustment *)record->message;
    struct upheld *upheld;

    if (!*adjustment->line || !is_taken(r, adjustment->statement))
        return true;
    upheld = wg_alloc(wg_call_arena(r->call), sizeof(*upheld));
    if (!append_message(r->call, &r->list, &r->n, upheld))
        r->problem = wg_no_memory(r->call);
    else
        upheld->adjustment = adjustment;
    return !r->problem;
}

static const struct wg_problem *
find_upheld(struct replacing *r)
{
    const struct wg_problem *problem =
        wg_scan(r->call, "payments/Adjustment", r->credits->contract_name, NULL, take, r);

    if (!problem)
        problem = r->problem;
    for (size_t i = 0; !problem && i < r->n; i++)
        problem = read_upheld(r, r->list[i]);
    return problem;
}

/* ---- What was said before ---- */

static bool
take_line(void *context, const struct wg_record *record)
{
    struct replacing *r = context;
    const Line *line = (const Line *)record->message;

    for (size_t i = 0; line->reason == REASON(CREDIT_REPLACED) && i < r->n; i++)
        if (strcmp(r->list[i]->adjustment->name, line->adjustment) == 0)
            r->list[i]->said += minor_of(line->amount);
    return true;
}

static bool
take_statement(void *context, const struct wg_record *record)
{
    struct replacing *r = context;
    const Statement *statement = (const Statement *)record->message;

    if (statement->state == WELLGATE__PAYMENTS__V1__STATEMENT__STATE__ISSUED &&
        is_earlier(r, statement->name))
        r->problem = wg_scan(r->call, "payments/Line", statement->name, NULL, take_line, r);
    return !r->problem;
}

static const struct wg_problem *
read_said(struct replacing *r)
{
    const struct wg_problem *problem =
        wg_scan(r->call, "payments/Statement", r->credits->contract_name, NULL, take_statement, r);

    return problem ? problem : r->problem;
}

/* ---- Then and now ---- */

/* person NULL: of everybody, as a whole line is. */
static void
add_disputed(struct replacing *r, const struct upheld *upheld, const char *person)
{
    struct disputed *one = &r->people[r->n_all++];

    *one = (struct disputed){.of = upheld, .then = {.rule = upheld->line->rule,
                                                    .period = upheld->now->period, .person = person}};
    one->now = one->then;
    mpq_inits(one->then.minor, one->now.minor, one->given, NULL);
}

static bool
list_people(struct replacing *r)
{
    size_t most = 1;

    for (size_t i = 0; i < r->n; i++)
        most += r->list[i]->n_people + 1;
    if (!(r->people = wg_alloc_array(wg_call_arena(r->call), most, sizeof(*r->people))))
        return false;
    for (size_t i = 0; i < r->n; i++) {
        r->list[i]->first = r->n_all;
        for (size_t p = 0; p < r->list[i]->n_people; p++)
            add_disputed(r, r->list[i], wg_name_id(r->list[i]->people[p]));
    }
    r->n_people = r->n_all;
    for (size_t i = 0; i < r->n; i++)
        if (!r->list[i]->n_people) {
            r->list[i]->first = r->n_all;
            add_disputed(r, r->list[i], NULL);
        }
    return true;
}

/* What a statement's people were paid when it was calculated. */
static const struct wg_problem *
read_then(struct replacing *r, const Statement *source, struct paid_to **list)
{
    size_t n = 0;

    for (size_t i = 0; i < r->n_people; i++)
        if (strcmp(r->people[i].of->source->name, source->name) == 0)
            list[n++] = &r->people[i].then;
    return paid_to_read(r->call, r->credits->contract_name, wg_name_id(source->name),
                        source->known_at_sequence, r->account->until, list, n);
}

static bool
was_read(const struct replacing *r, size_t person)
{
    for (size_t i = 0; i < person; i++)
        if (strcmp(r->people[i].of->source->name, r->people[person].of->source->name) == 0)
            return true;
    return false;
}

static const struct wg_problem *
read_people(struct replacing *r)
{
    struct paid_to **list = wg_alloc_array(wg_call_arena(r->call), r->n_people + 1, sizeof(*list));
    const struct wg_problem *problem = NULL;

    if (!list)
        return wg_no_memory(r->call);
    for (size_t i = 0; !problem && i < r->n_people; i++)
        if (!was_read(r, i))
            problem = read_then(r, r->people[i].of->source, list);
    for (size_t i = 0; i < r->n_people; i++)
        list[i] = &r->people[i].now;
    if (problem || !r->n_people)
        return problem;
    return paid_to_read(r->call, r->credits->contract_name, wg_name_id(r->credits->statement),
                        r->account->sequence, r->account->until, list, r->n_people);
}

/* As the line stated it. */
static bool
read_whole(struct disputed *whole, const char *currency)
{
    mpq_t unit;

    if (!wg_ratio_read(whole->of->line->derivation->entitlement, whole->then.minor))
        return false;
    mpq_init(unit);
    mpz_ui_pow_ui(mpq_numref(unit), 10, (unsigned long)wg_currency_digits(currency));
    mpq_mul(whole->then.minor, whole->then.minor, unit);
    mpq_clear(unit);
    mpq_set(whole->now.minor, whole->of->now->due);
    return true;
}

/* ---- How much gives way ---- */

/* The payer's part of the line, as it stood. */
static void
part_of_payer(const struct upheld *upheld, mpq_t part)
{
    int64_t all = minor_of(upheld->line->amount), own = 0;

    for (size_t i = 0; i < upheld->line->n_payers; i++)
        if (strcmp(upheld->line->payers[i]->payer, upheld->adjustment->parts[0]->payer) == 0)
            own = minor_of(upheld->line->payers[i]->amount);
    mpq_set_ui(part, 1, 1);
    if (all > 0 && own >= 0 && own < all) {
        mpq_set_si(part, (long)own, (unsigned long)all);
        mpq_canonicalize(part);
    }
}

/* Of the same payer's part of the same units; a whole line is of everybody's. */
static bool
overlap(const struct disputed *a, const struct disputed *b)
{
    return a->of->payer == b->of->payer && a->of->now == b->of->now &&
           (!a->then.person || !b->then.person || strcmp(a->then.person, b->then.person) == 0);
}

/* What is due less than when it was disputed, and nothing else has given up already; up to what is
 * left of the credit. */
static void
give_up(const struct replacing *r, struct disputed *one, mpq_t left)
{
    mpq_t part;

    mpq_init(part);
    part_of_payer(one->of, part);
    mpq_sub(one->given, one->then.minor, one->now.minor);
    mpq_mul(one->given, one->given, part);
    for (const struct disputed *other = r->people; other < one; other++)
        if (overlap(one, other))
            mpq_sub(one->given, one->given, other->given);
    if (mpq_cmp(one->given, left) > 0)
        mpq_set(one->given, left);
    if (mpq_sgn(one->given) < 0)
        mpq_set_ui(one->given, 0, 1);
    mpq_sub(left, left, one->given);
    mpq_clear(part);
}

/* In minor units, rounded. */
static int64_t
given_up(const struct replacing *r, const struct upheld *upheld)
{
    size_t n = upheld->n_people ? upheld->n_people : 1;
    int64_t minor = 0;
    mpq_t left, given;

    mpq_inits(left, given, NULL);
    mpq_set_si(left, -(long)minor_of(upheld->adjustment->amount), 1);
    for (size_t i = upheld->first; i < upheld->first + n; i++) {
        give_up(r, &r->people[i], left);
        mpq_add(given, given, r->people[i].given);
    }
    wg_money_round(given, &minor);
    mpq_clears(left, given, NULL);
    return minor;
}

static const struct wg_problem *
write_line(const struct replacing *r, const struct upheld *upheld, int64_t minor)
{
    struct wg_arena *arena = wg_call_arena(r->call);
    int64_t *parts = wg_alloc_array(arena, r->account->contract->n_payers + 1, sizeof(*parts));
    Line *line;

    if (!minor)
        return NULL;
    if (!parts)
        return wg_no_memory(r->call);
    parts[upheld->payer] = minor;
    if (!(line = credit_line(r->call, r->account->contract, upheld->adjustment, parts)))
        return wg_no_memory(r->call);
    line->name = wg_format(arena, "%s/lines/replaced-%s", r->credits->statement,
                           wg_name_id(upheld->adjustment->name));
    line->reason = REASON(CREDIT_REPLACED);
    return credits_add(r->call, r->credits, line->name ? line : NULL);
}

/* People first: what of a line nobody was named for is what they leave. */
static const struct wg_problem *
write_lines(const struct replacing *r)
{
    const struct wg_problem *problem = NULL;

    for (int whole = 0; whole <= 1; whole++)
        for (size_t i = 0; !problem && i < r->n; i++)
            if ((r->list[i]->n_people == 0) == whole)
                problem = write_line(r, r->list[i], given_up(r, r->list[i]) - r->list[i]->said);
    return problem;
}

/* ---- The whole ---- */

static const struct wg_problem *
replace(struct replacing *r)
{
    const struct wg_problem *problem;

    if (!list_people(r))
        return wg_no_memory(r->call);
    if ((problem = read_said(r)) || (problem = read_people(r)))
        return problem;
    for (size_t i = r->n_people; i < r->n_all; i++)
        if (!read_whole(&r->people[i], r->account->contract->currency))
            return wg_fail(r->call, &wg_internal, "a stored line is wrong");
    return write_lines(r);
}

const struct wg_problem *
credits_replace(struct wg_call *call, const struct account *account, struct credits *credits)
{
    struct replacing r = {.call = call, .account = account, .credits = credits};
    const struct wg_problem *problem = find_upheld(&r);

    if (!problem && r.n)
        problem = replace(&r);
    for (size_t i = 0; i < r.n_all; i++)
        mpq_clears(r.people[i].then.minor, r.people[i].now.minor, r.people[i].given, NULL);
    return problem;
}
