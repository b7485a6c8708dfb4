/* explain_change.c - what became different between two statements of a contract. */
#include <stdlib.h>
#include <string.h>
#include <wellgate/decimal.h>
#include <wellgate/messages.h>

#include "change_bridge.h"
#include "change_people.h"
#include "explain.h"
#include "statements/lines.h"

typedef Wellgate__Payments__V1__ExplainChangeRequest ExplainChangeRequest;
typedef Wellgate__Payments__V1__ChangeExplanation ChangeExplanation;
typedef Wellgate__Payments__V1__ChangeExplanation__Amount Amount;
typedef Wellgate__Payments__V1__ChangeExplanation__Event Event;

#define KIND(name) WELLGATE__PAYMENTS__V1__CHANGE_EXPLANATION__KIND__##name

#define WITHHELD_NOTE "The terms tell your organisation numbers only under withheldRules " \
                      "(explanationDepth): who is behind what they pay is not told."

enum { EVENTS_MAX = 100 };

/* A cohort's rule in a period in which it adds up to something else. */
struct moved_figure {
    struct terms *then, *now;
    size_t rule_then, rule_now; /* places among theirs */
    size_t period;
};

/* Somebody on the page. */
struct member {
    char *name;
    size_t then_first, then_end, now_first, now_end; /* units, as they are told */
    Change **parts;                                  /* in figures */
    size_t n_parts;
    Event **events;
    size_t n_events;
};

struct explaining {
    struct wg_call *call;
    struct wg_arena *arena;
    const ExplainChangeRequest *request;
    const Statement *since, *statement;
    struct both both;
    struct telling then, now;
    struct row_query query_now;
    size_t people; /* met so far */
    bool *moved;   /* by number of the person */
    struct moved_figure *figures;
    size_t n_figures;
    struct page page;
    struct member *members;
    ChangeExplanation *out;
};

/* ---- What is asked for ---- */

static const struct wg_problem *
load_statement(struct explaining *ex, const char *name, const Statement **statement)
{
    const struct wg_problem *problem;
    struct wg_record record;

    if (!name)
        return wg_no_memory(ex->call);
    if (!(problem = wg_load(ex->call, name, &record)))
        *statement = (const Statement *)record.message;
    return problem;
}

static const struct wg_problem *
open_both(struct explaining *ex)
{
    const char *contract = wg_name_parent(ex->call, ex->request->name, 2);
    const struct wg_problem *problem;

    if (!contract)
        return wg_no_memory(ex->call);
    if ((problem = load_statement(ex, ex->request->name, &ex->statement)) ||
        (problem = load_statement(ex, wg_format(ex->arena, "%s/statements/%s", contract,
                                                ex->request->since), &ex->since)))
        return problem;
    if (strcmp(ex->since->end_date, ex->statement->end_date) >= 0) {
        wg_violation(ex->call, "?since", "OUT_OF_RANGE", "is no earlier statement");
        return wg_violations(ex->call);
    }
    if ((problem = account_open(ex->call, contract, ex->request->since,
                                ex->since->known_at_sequence, true, &ex->both.then)))
        return problem;
    return account_open(ex->call, contract, wg_name_id(ex->statement->name),
                        ex->statement->known_at_sequence, true, &ex->both.now);
}

static bool
count_person(void *context, struct wg_bytes person_id, uint32_t number, const struct person *person)
{
    (void)person_id, (void)number, (void)person;
    ((struct explaining *)context)->people++;
    return true;
}

static const struct wg_problem *
fold_both(struct explaining *ex)
{
    struct account_visit visit = {.met = count_person, .context = ex};
    const struct wg_problem *problem;

    if ((problem = account_fold_visiting(ex->call, &ex->both.then, &visit)) ||
        (problem = account_fold(ex->call, &ex->both.now)))
        return problem;
    ex->moved = people_moved(&ex->both, ex->people);
    return ex->moved ? NULL : wg_fail(ex->call, &wg_internal, "out of memory");
}

/* ---- Amounts ---- */

static const char *
figure_words(struct explaining *ex, const struct entitlement *e)
{
    const struct figure *figure = &e->settled->figure;

    if (!figure->judged)
        return wg_format(ex->arena, "none of %u people", figure->n);
    return wg_format(ex->arena, "%s of %u people", wg_ratio_format(ex->arena, figure->value),
                     figure->n);
}

static char *
amount_words(struct explaining *ex, const struct entitlement *then, const struct entitlement *now)
{
    if (!now->rule || !now->settled || !then || !then->rule)
        return wg_format(ex->arena, "It is no longer, or not yet, among the terms.");
    if (figure_is_of(now->rule))
        return wg_format(ex->arena, "The figure was %s and is %s.", figure_words(ex, then),
                         figure_words(ex, now));
    return wg_format(ex->arena, "There were %d units, something was paid of %d; there are %d, and "
                                "something is paid of %d.", then->settled->earned_units,
                     then->settled->paid_units, now->settled->earned_units,
                     now->settled->paid_units);
}

static Amount *
amount_message(struct explaining *ex, const char *rule, const struct entitlement *then,
               const struct entitlement *now)
{
    const char *currency = ex->both.now.contract->currency;
    char period[WG_PERIOD_TEXT_BYTES];
    Amount *amount = wg_alloc(ex->arena, sizeof(*amount));

    if (!amount)
        return NULL;
    wellgate__payments__v1__change_explanation__amount__init(amount);
    amount->rule = (char *)rule;
    amount->period = wg_copy_text(ex->arena, wg_period_format(now->period, period));
    amount->before = then ? in_units(ex->arena, currency, then->due) : (char *)"0";
    amount->after = in_units(ex->arena, currency, now->due);
    amount->text = amount_words(ex, then, now);
    return amount->period && amount->before && amount->after && amount->text ? amount : NULL;
}

static const struct wg_problem *
add_amounts_of(struct explaining *ex, size_t rule)
{
    const struct rule_account *now = &ex->both.now.rules[rule];
    size_t at = rule_then(&ex->both, rule);

    for (size_t p = 0; p < ex->both.then.timeline.n; p++) {
        const struct entitlement *then =
            at < ex->both.then.n_rules ? &ex->both.then.rules[at].periods[p] : NULL;
        Amount *amount;

        if (then ? mpq_equal(then->due, now->periods[p].due) : !mpq_sgn(now->periods[p].due))
            continue;
        if (!(amount = amount_message(ex, now->id, then, &now->periods[p])))
            return wg_no_memory(ex->call);
        ex->out->amounts[ex->out->n_amounts++] = amount;
    }
    return NULL;
}

static const struct wg_problem *
add_amounts(struct explaining *ex)
{
    size_t most = ex->both.now.n_rules * ex->both.then.timeline.n + 1;
    const struct wg_problem *problem = NULL;

    if (!(ex->out->amounts = wg_alloc_array(ex->arena, most, sizeof(*ex->out->amounts))))
        return wg_no_memory(ex->call);
    for (size_t r = 0; !problem && r < ex->both.now.n_rules; r++)
        problem = add_amounts_of(ex, r);
    return problem;
}

/* ---- Who is not told ---- */

static const struct wg_problem *
add_withheld(struct explaining *ex)
{
    const struct account *account = &ex->both.now;

    for (size_t i = 0; i < account->n_rules; i++) {
        const Rule *rule = latest_rule(account, account->rules[i].id);

        if (rule->outcome_case == WELLGATE__PAYMENTS__V1__RULE__OUTCOME__NOT_SET ||
            tells_people(ex->call, account->contract, rule))
            continue;
        if (!append_message(ex->call, &ex->out->withheld_rules, &ex->out->n_withheld_rules, rule->id))
            return wg_no_memory(ex->call);
        ex->out->note = (char *)WITHHELD_NOTE;
    }
    return NULL;
}

/* ---- Figures that moved ---- */

/* The terms that are in force in a period, and the place of a rule of cohorts in them, of
 * which the caller is told. */
static struct terms *
find_figure(struct explaining *ex, struct account *account, const char *id, size_t period,
            size_t *rule)
{
    for (size_t t = 0; t < account->n_terms; t++) {
        struct terms *terms = &account->terms[t];

        for (*rule = 0; period >= terms->span.first && period < terms->span.end &&
                        *rule < terms->figures.n; ++*rule)
            if (terms->figures.list[*rule].kind &&
                strcmp(terms->figures.list[*rule].rule->id, id) == 0)
                return tells_people(ex->call, account->contract, terms->figures.list[*rule].rule)
                           ? terms : NULL;
    }
    return NULL;
}

static bool
same_tally(const struct tally *a, const struct tally *b)
{
    return a->sum == b->sum && a->n == b->n && a->considered == b->considered;
}

static const struct wg_problem *
find_figures(struct explaining *ex)
{
    size_t periods = ex->both.then.timeline.n, most = ex->both.now.n_rules * periods + 1;

    if (!(ex->figures = wg_alloc_array(ex->arena, most, sizeof(*ex->figures))))
        return wg_no_memory(ex->call);
    for (size_t r = 0; r < ex->both.now.n_rules; r++) {
        const struct rule_account *now = &ex->both.now.rules[r];
        size_t at = rule_then(&ex->both, r);

        for (size_t p = 0; at < ex->both.then.n_rules && p < periods; p++) {
            struct moved_figure *figure = &ex->figures[ex->n_figures];

            figure->period = p;
            figure->then = find_figure(ex, &ex->both.then, now->id, p, &figure->rule_then);
            figure->now = find_figure(ex, &ex->both.now, now->id, p, &figure->rule_now);
            if (figure->then && figure->now &&
                !same_tally(&ex->both.then.rules[at].periods[p].tally, &now->periods[p].tally))
                ex->n_figures++;
        }
    }
    return NULL;
}

/* ---- People ---- */

static bool
same_records(const Unit *a, const Unit *b)
{
    bool same = a->n_records == b->n_records;

    for (size_t i = 0; same && i < a->n_records; i++)
        same = a->records[i]->known_at_sequence == b->records[i]->known_at_sequence;
    return same;
}

static bool
same_part(const Unit *a, const Unit *b)
{
    return a->reason == b->reason && strcmp(a->value, b->value) == 0 && same_records(a, b);
}

static const struct wg_problem *
add_part(struct explaining *ex, struct member *member, const struct moved_figure *figure,
         const struct evidence_pair *pair)
{
    Unit *before = tell_part(&ex->then, figure->then, figure->rule_then, figure->period,
                             member->name, pair->then);
    Unit *after = tell_part(&ex->now, figure->now, figure->rule_now, figure->period, member->name,
                            pair->now);
    Change *change;

    if (ex->then.problem || ex->now.problem)
        return ex->then.problem ? ex->then.problem : ex->now.problem;
    if ((!before && !after) || (before && after && same_part(before, after)))
        return NULL;
    change = change_message(ex->arena, before, after,
                            !before ? KIND(CAME) : !after ? KIND(WENT) : KIND(MOVED));
    if (!change)
        return wg_no_memory(ex->call);
    member->parts[member->n_parts++] = change;
    return NULL;
}

static const struct wg_problem *
add_parts(struct explaining *ex, struct member *member, const struct evidence_pair *pair)
{
    const struct wg_problem *problem = NULL;

    if (!(member->parts = wg_alloc_array(ex->arena, ex->n_figures + 1, sizeof(*member->parts))))
        return wg_no_memory(ex->call);
    for (size_t i = 0; !problem && i < ex->n_figures; i++)
        problem = add_part(ex, member, &ex->figures[i], pair);
    return problem;
}

static const struct wg_problem *
add_units(struct explaining *ex, struct member *member, uint32_t number,
          const struct evidence_pair *pair)
{
    struct told_of all = {SIZE_MAX, SIZE_MAX};

    tell_units(&ex->then, member->name, number, pair->then, all);
    tell_units(&ex->now, member->name, number, pair->now, all);
    member->then_end = ex->then.n;
    member->now_end = ex->now.n;
    return ex->then.problem ? ex->then.problem : ex->now.problem;
}

static Event *
event_message(struct explaining *ex, uint64_t sequence, const struct wg_problem **problem)
{
    Event *message = wg_alloc(ex->arena, sizeof(*message));
    struct wg_event event;

    if (!message) {
        *problem = wg_no_memory(ex->call);
        return NULL;
    }
    wellgate__payments__v1__change_explanation__event__init(message);
    if ((*problem = wg_load_event(ex->call, ex->both.now.programme, sequence, &event)))
        return NULL;
    message->type = (char *)event.type;
    message->resource = (char *)event.resource;
    message->sequence = sequence;
    if (!(message->time = wg_time_message(ex->arena, event.time_ms)))
        *problem = wg_no_memory(ex->call);
    return message;
}

static const struct wg_problem *
add_events(struct explaining *ex, struct member *member, const struct evidence_pair *pair)
{
    uint64_t sequences[EVENTS_MAX];
    size_t n = row_changes(pair->row, &ex->query_now, ex->both.then.sequence, sequences, EVENTS_MAX);
    const struct wg_problem *problem = NULL;

    if (!(member->events = wg_alloc_array(ex->arena, n + 1, sizeof(*member->events))))
        return wg_no_memory(ex->call);
    for (size_t i = 0; !problem && i < n; i++)
        member->events[member->n_events++] = event_message(ex, sequences[i], &problem);
    return problem;
}

/* The person's place on the page is taken back where nothing is to be told. */
static const struct wg_problem *
add_member(struct explaining *ex, uint32_t number, const struct evidence_pair *pair)
{
    struct member *member = &ex->members[ex->page.n];
    const struct wg_problem *problem;

    *member = (struct member){.name = person_name(&ex->now, pair->person_id),
                              .then_first = ex->then.n, .then_end = ex->then.n,
                              .now_first = ex->now.n, .now_end = ex->now.n};
    if (!member->name)
        return wg_no_memory(ex->call);
    if ((problem = add_parts(ex, member, pair)) ||
        (ex->moved[number] && (problem = add_units(ex, member, number, pair))))
        return problem;
    if (!member->n_parts && member->now_first == member->now_end &&
        member->then_first == member->then_end)
        return NULL;
    ex->page.n++;
    return add_events(ex, member, pair);
}

/* Whoever is one too many is the first of the next page. */
static bool
has_room(struct explaining *ex)
{
    if (ex->page.n <= ex->page.room && (ex->page.n < 2 || !wg_page_full(ex->call)))
        return true;
    ex->page.n--;
    ex->out->next_page_token = (char *)wg_name_id(ex->members[ex->page.n - 1].name);
    return false;
}

static bool
meet(void *context, const struct evidence_pair *pair)
{
    struct explaining *ex = context;
    uint32_t number = (uint32_t)ex->people++;
    const struct wg_problem *problem;

    if (!page_reaches(&ex->page, pair->person_id) || (!ex->moved[number] && !ex->n_figures))
        return true;
    if ((problem = add_member(ex, number, pair)))
        ex->now.problem = problem;
    return !problem && has_room(ex);
}

static const struct wg_problem *
meet_people(struct explaining *ex)
{
    const struct account *then = &ex->both.then, *now = &ex->both.now;
    const struct wg_problem *problem;
    struct row_query query_then;

    ex->people = 0;
    if (!(ex->members = wg_alloc_array(ex->arena, ex->page.room + 2, sizeof(*ex->members))))
        return wg_no_memory(ex->call);
    if ((problem = evidence_query(ex->call, then->programme, &then->plan, then->sequence,
                                  then->period.last, &query_then)) ||
        (problem = evidence_query(ex->call, now->programme, &now->plan, now->sequence,
                                  now->period.last, &ex->query_now)) ||
        (problem = evidence_scan_pair(ex->call, now->programme, &query_then, &ex->query_now, meet,
                                      ex)) ||
        (problem = ex->now.problem) || (problem = tell_amounts(&ex->then)))
        return problem;
    return tell_amounts(&ex->now);
}

/* ---- The answer ---- */

static const struct wg_problem *
add_changes(struct explaining *ex)
{
    size_t most = ex->then.n + ex->now.n + ex->page.n * ex->n_figures + 1;
    ChangeExplanation *out = ex->out;

    if (!(out->changes = wg_alloc_array(ex->arena, most, sizeof(*out->changes))))
        return wg_no_memory(ex->call);
    for (size_t i = 0; i < ex->page.n; i++) {
        struct member *member = &ex->members[i];
        size_t first = out->n_changes;

        if (!changes_of(ex->arena, &ex->both, &ex->then.list[member->then_first],
                        member->then_end - member->then_first, &ex->now.list[member->now_first],
                        member->now_end - member->now_first, out->changes, &out->n_changes))
            return wg_no_memory(ex->call);
        for (size_t p = 0; p < member->n_parts; p++)
            out->changes[out->n_changes++] = member->parts[p];
        for (; first < out->n_changes; first++) {
            out->changes[first]->events = member->events;
            out->changes[first]->n_events = member->n_events;
        }
    }
    return NULL;
}

static const struct wg_problem *
explain(struct explaining *ex)
{
    const struct wg_problem *problem;

    if (!(ex->out = wg_alloc(ex->arena, sizeof(*ex->out))))
        return wg_no_memory(ex->call);
    wellgate__payments__v1__change_explanation__init(ex->out);
    if ((problem = page_read(ex->call, ex->request->page_size, ex->request->page_token,
                             &ex->page)) ||
        (problem = open_both(ex)) ||
        (problem = telling_begin(ex->call, &ex->both.then, &ex->then)) ||
        (problem = telling_begin(ex->call, &ex->both.now, &ex->now)) || (problem = fold_both(ex)) ||
        (problem = add_amounts(ex)) || (problem = find_figures(ex)) || (problem = meet_people(ex)))
        return problem;
    ex->out->statement = ex->statement->name;
    ex->out->since = ex->since->name;
    if ((problem = add_withheld(ex)) || (problem = change_bridges(ex->call, ex->since, ex->statement, ex->out)))
        return problem;
    return add_changes(ex);
}

const struct wg_problem *
explain_change(struct wg_call *call)
{
    struct explaining ex = {.call = call, .arena = wg_call_arena(call),
                            .request = (const void *)wg_input(call)};
    const struct wg_problem *problem = explain(&ex);

    free(ex.moved);
    telling_finish(&ex.then);
    telling_finish(&ex.now);
    account_close(&ex.both.then);
    account_close(&ex.both.now);
    if (!problem)
        wg_answer(call, &ex.out->base);
    return problem;
}
