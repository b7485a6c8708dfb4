/* reporting.c - what a contract came to, as others report it: its rules, lines, receivables,
 * disputes and samples up to a day. */
#include "reporting.h"

#include <string.h>
#include <wellgate/messages.h>
#include <wellgate/money.h>

#include "figures/figure_kind.h"
#include "terms/terms.h"
#include "wellgate/payments/v1/claims.pb-c.h"
#include "wellgate/payments/v1/reporting.pb-c.h"

typedef Wellgate__Common__V1__Money Money;
typedef Wellgate__Payments__V1__Claim Claim;
typedef Wellgate__Payments__V1__DescribeOutcomesRequest Request;
typedef Wellgate__Payments__V1__DescribeOutcomesResponse Response;
typedef Wellgate__Payments__V1__DescribedDispute DescribedDispute;
typedef Wellgate__Payments__V1__DescribedLine DescribedLine;
typedef Wellgate__Payments__V1__DescribedRule DescribedRule;
typedef Wellgate__Payments__V1__Line Line;
typedef Wellgate__Payments__V1__Receivable Receivable;
typedef Wellgate__Payments__V1__Sample Sample;
typedef Wellgate__Payments__V1__Standing Standing;
typedef Wellgate__Payments__V1__Statement Statement;

#define CLAIM(name) WELLGATE__PAYMENTS__V1__CLAIM__STATE__##name

struct describing {
    struct wg_call *call;
    struct wg_arena *arena;
    const Contract *contract;
    const char *until;
    struct calendar calendar;
    wg_date until_day;
    Response *response;
    const Statement *statement; /* whose lines are taken */
    struct wg_mark claims;      /* behind the first of them; of the others nothing is kept */
    bool past_first_claim;
};

/* ---- Lists that grow ---- */

/* Its memory doubles whenever it is full: at 0 and at powers of 2. */
static void
append(struct wg_arena *arena, void *list, size_t *n, void *item)
{
    void ***items = list, **more = *items;

    if ((*n & (*n - 1)) == 0) {
        more = wg_alloc_array(arena, *n ? 2 * *n : 1, sizeof(*more));
        if (!more)
            return;
        if (*n)
            memcpy(more, *items, *n * sizeof(*more));
        *items = more;
    }
    more[(*n)++] = item;
}

/* ---- Rules ---- */

static DescribedRule *
described_of(const Response *response, const char *rule)
{
    for (size_t i = 0; i < response->n_rules; i++)
        if (strcmp(response->rules[i]->rule->id, rule) == 0)
            return response->rules[i];
    return NULL;
}

/* Of persons: units add up. A fee is neither. */
static bool
adds_up(const Rule *rule)
{
    return rule->outcome_case && !figure_kind_of(rule);
}

static void
describe_rule(struct describing *d, const Rule *rule)
{
    DescribedRule *described = described_of(d->response, rule->id);

    if (!described) {
        described = wg_new_message(d->arena, &wellgate__payments__v1__described_rule__descriptor);
        append(d->arena, &d->response->rules, &d->response->n_rules, described);
    }
    if (!described)
        return;
    described->rule = (Rule *)rule;
    described->adds_up = adds_up(rule);
}

static const struct wg_problem *
describe_versions(struct describing *d)
{
    const struct wg_problem *problem;
    struct versions versions;

    if ((problem = versions_load(d->call, d->contract->name, &versions)))
        return problem;
    versions_keep_agreed(&versions);
    for (size_t i = 0; i < versions.n; i++) {
        if (strcmp(versions.list[i]->effective_date, d->until) > 0)
            continue;
        append(d->arena, &d->response->versions, &d->response->n_versions,
               (void *)versions.list[i]);
        for (size_t j = 0; j < versions.list[i]->n_rules && !d->arena->exhausted; j++)
            describe_rule(d, versions.list[i]->rules[j]);
    }
    return NULL;
}

/* ---- Claims and samples ---- */

static void
count_claim(struct describing *d, const Claim *claim)
{
    DescribedRule *rule = described_of(d->response, claim->rule);
    bool counts = claim->state == CLAIM(SUBMITTED) || claim->state == CLAIM(VALIDATED) ||
                  claim->state == CLAIM(REJECTED);

    if (!rule || !counts || strcmp(claim->claim_date, d->until) > 0)
        return;
    rule->claimed++;
    rule->validated += claim->state == CLAIM(VALIDATED);
    rule->rejected += claim->state == CLAIM(REJECTED);
}

static bool
take_claim(void *context, const struct wg_record *record)
{
    struct describing *d = context;

    count_claim(d, (const Claim *)record->message);
    if (d->past_first_claim)
        wg_arena_rewind(d->arena, d->claims);
    else
        d->claims = wg_arena_mark(d->arena);
    d->past_first_claim = true;
    return true;
}

static bool
has_ended(const struct describing *d, const char *text)
{
    struct wg_period period;

    return calendar_read(&d->calendar, text, &period) && period.last <= d->until_day;
}

static bool
take_sample(void *context, const struct wg_record *record)
{
    struct describing *d = context;
    Sample *sample = (Sample *)record->message;

    if (sample->state == WELLGATE__PAYMENTS__V1__SAMPLE__STATE__CONCLUDED &&
        has_ended(d, sample->period))
        append(d->arena, &d->response->samples, &d->response->n_samples, sample);
    return !d->arena->exhausted;
}

/* ---- Lines ---- */

static bool
take_line(void *context, const struct wg_record *record)
{
    Line *line = (Line *)record->message;
    struct describing *d = context;
    char last[WG_DATE_TEXT_BYTES];
    struct wg_period period;
    DescribedLine *described;

    if (!calendar_read(&d->calendar, line->period, &period) || period.last > d->until_day)
        return true;
    described = wg_new_message(d->arena, &wellgate__payments__v1__described_line__descriptor);
    if (!described)
        return false;
    described->line = line;
    described->period_end_date = wg_copy_text(d->arena, wg_date_format(period.last, last));
    described->statement = d->statement->name;
    described->statement_end_date = d->statement->end_date;
    described->known_at_sequence = d->statement->known_at_sequence;
    append(d->arena, &d->response->lines, &d->response->n_lines, described);
    return !d->arena->exhausted;
}

/* ---- Receivables and disputes ---- */

/* Of one currency, and sums of them were posted before: none overflows. */
static int64_t
minor_of(const struct describing *d, const Money *money)
{
    int64_t minor = 0;

    if (money)
        wg_money_parse(d->contract->currency, money->amount, &minor);
    return minor;
}

static int64_t
settled_of(const struct describing *d, const Standing *standing)
{
    int64_t sum = 0;

    for (size_t i = 0; i < standing->n_receipts; i++)
        if (strcmp(standing->receipts[i]->date, d->until) <= 0)
            sum += minor_of(d, standing->receipts[i]->amount);
    return sum;
}

static void
describe_receivable(struct describing *d, const Statement *statement, const Standing *standing)
{
    Receivable *owed = wg_new_message(d->arena, &wellgate__payments__v1__receivable__descriptor);
    int64_t conceded = minor_of(d, standing->upheld) - minor_of(d, standing->set_off);
    int64_t billed = minor_of(d, standing->amount) + minor_of(d, standing->vat) - conceded;

    if (!owed)
        return;
    owed->statement = statement->name;
    owed->end_date = statement->end_date;
    owed->payer = standing->payer;
    owed->billed = wg_money_message(d->arena, d->contract->currency, billed);
    owed->settled =
        wg_money_message(d->arena, d->contract->currency, settled_of(d, standing));
    owed->disputed = standing->disputed;
    owed->conceded = wg_money_message(d->arena, d->contract->currency, conceded);
    append(d->arena, &d->response->receivables, &d->response->n_receivables, owed);
}

static void
describe_disputes(struct describing *d, const Statement *statement, const Standing *standing)
{
    for (size_t i = 0; i < standing->n_disputes && !d->arena->exhausted; i++) {
        DescribedDispute *described =
            wg_new_message(d->arena, &wellgate__payments__v1__described_dispute__descriptor);

        if (!described)
            return;
        described->statement = statement->name;
        described->payer = standing->payer;
        described->dispute = standing->disputes[i];
        append(d->arena, &d->response->disputes, &d->response->n_disputes, described);
    }
}

/* ---- Statements ---- */

struct statements {
    struct describing *d;
    Statement **list;
    size_t n;
};

static bool
take_statement(void *context, const struct wg_record *record)
{
    struct statements *statements = context;
    Statement *statement = (Statement *)record->message;

    if (statement->state == WELLGATE__PAYMENTS__V1__STATEMENT__STATE__ISSUED)
        append(statements->d->arena, &statements->list, &statements->n, statement);
    return !statements->d->arena->exhausted;
}

static const struct wg_problem *
describe_statement(struct describing *d, const Statement *statement)
{
    d->statement = statement;
    for (size_t i = 0; i < statement->n_standings && !d->arena->exhausted; i++) {
        if (strcmp(statement->end_date, d->until) > 0)
            break;
        describe_receivable(d, statement, statement->standings[i]);
        describe_disputes(d, statement, statement->standings[i]);
    }
    return wg_scan(d->call, "payments/Line", statement->name, NULL, take_line, d);
}

static const struct wg_problem *
describe_statements(struct describing *d)
{
    struct statements statements = {.d = d};
    const struct wg_problem *problem =
        wg_scan(d->call, "payments/Statement", d->contract->name, NULL, take_statement, &statements);

    for (size_t i = 0; !problem && i < statements.n; i++)
        problem = describe_statement(d, statements.list[i]);
    return problem;
}

const struct wg_problem *
outcomes_describe(struct wg_call *call)
{
    const Request *request = (const void *)wg_input(call);
    struct describing d = {.call = call, .arena = wg_call_arena(call), .until = request->until_date};
    const struct wg_problem *problem;
    struct wg_record record;

    if ((problem = wg_load(call, request->contract, &record)))
        return problem;
    d.contract = (const Contract *)record.message;
    d.calendar = calendar_of(d.contract);
    d.response = wg_new_message(d.arena, &wellgate__payments__v1__describe_outcomes_response__descriptor);
    if (!d.response || !wg_date_parse(d.until, &d.until_day))
        return wg_no_memory(call);
    d.response->title = d.contract->title;
    d.response->validator = d.contract->validator;
    if ((problem = describe_versions(&d)) || (problem = describe_statements(&d)) ||
        (problem = wg_scan(call, "payments/Claim", request->contract, NULL, take_claim, &d)) ||
        (problem = wg_scan(call, "payments/Sample", request->contract, NULL, take_sample, &d)))
        return problem;
    if (d.arena->exhausted)
        return wg_no_memory(call);
    wg_answer(call, &d.response->base);
    return NULL;
}
