/* explain.c - a line: its steps, and a page of the people behind it. */
#include "explain.h"

#include <string.h>

#include "explain_credit.h"
#include "explain_steps.h"
#include "line_people.h"

typedef Wellgate__Payments__V1__ExplainLineRequest ExplainLineRequest;

struct explaining {
    struct wg_call *call;
    struct wg_arena *arena;
    struct explained of;
    struct account account;
    struct line_terms terms;
    struct page page;
    bool alone; /* what one person is paid depends on nobody else */
    struct telling telling;
    const char *last; /* name of the last person on the page */
    size_t room;      /* of units in the answer */
    Explanation *out;
};

/* ---- The line ---- */

static const struct wg_problem *
open_line(struct explaining *ex)
{
    const char *name = ex->of.line->name;
    const struct wg_problem *problem;
    struct wg_record record;

    if ((problem = wg_load(ex->call, wg_name_parent(ex->call, name, 3), &record)))
        return problem;
    ex->of.statement = (const Statement *)record.message;
    if ((problem = account_open(ex->call, wg_name_parent(ex->call, name, 2),
                                wg_name_id(ex->of.statement->name),
                                ex->of.statement->known_at_sequence, true, &ex->account)))
        return problem;
    ex->of.contract = ex->account.contract;
    if ((problem = line_terms_find(ex->call, &ex->account, ex->of.line, &ex->terms)))
        return problem;
    ex->of.period = ex->terms.period;
    ex->of.version = ex->terms.version;
    ex->of.rule = ex->terms.rule;
    return NULL;
}

/* ---- People ---- */

/* Is there room for one more person? If not, the next page begins behind the last one. */
static bool
has_room(struct explaining *ex)
{
    if (!ex->last || (ex->page.n < ex->page.room && !wg_page_full(ex->call)))
        return true;
    ex->out->next_page_token = (char *)wg_name_id(ex->last);
    return false;
}

static const struct wg_problem *
grow_units(struct explaining *ex)
{
    size_t room = ex->room ? 2 * ex->room : 64;
    Unit **units = wg_alloc_array(ex->arena, room, sizeof(*units));

    if (!units)
        return wg_no_memory(ex->call);
    if (ex->out->n_units)
        memcpy(units, ex->out->units, ex->out->n_units * sizeof(*units));
    ex->out->units = units;
    ex->room = room;
    return NULL;
}

static const struct wg_problem *
push_unit(struct explaining *ex, Unit *unit)
{
    const struct wg_problem *problem = NULL;

    if (ex->out->n_units < ex->room || !(problem = grow_units(ex)))
        ex->out->units[ex->out->n_units++] = unit;
    return problem;
}

/* Of a cohort: everybody of whom there is something to count. */
static bool
meet_member(void *context, struct wg_bytes person_id, const struct person *person)
{
    struct explaining *ex = context;
    struct telling *telling = &ex->telling;
    char *name = person_name(telling, person_id);
    Unit *unit;

    if (!name)
        telling->problem = wg_no_memory(ex->call);
    else if ((unit = tell_part(telling, ex->terms.terms, ex->terms.rule_at, ex->terms.of.period, name,
                              person))) {
        if (!has_room(ex))
            return false;
        ex->last = name;
        ex->page.n++;
        telling->problem = push_unit(ex, unit);
    }
    return !telling->problem;
}

static const struct wg_problem *
explain_members(struct explaining *ex)
{
    const struct wg_problem *problem;
    struct row_query query;

    if ((problem = evidence_query(ex->call, ex->account.programme, &ex->account.plan,
                                  ex->account.sequence, ex->account.until, &query)) ||
        (problem = evidence_scan(ex->call, ex->account.programme, ex->page.after, &query,
                                 meet_member, ex)))
        return problem;
    return ex->telling.problem;
}

/* Of persons: those with a unit, or with what was none, in the period. */
static bool
meet_person(void *context, struct wg_bytes person_id, uint32_t number, const struct person *person)
{
    struct explaining *ex = context;
    struct telling *telling = &ex->telling;
    size_t before = telling->n;
    char *name;

    if (*ex->out->next_page_token || !page_reaches(&ex->page, person_id))
        return true;
    if (!(name = person_name(telling, person_id)))
        telling->problem = wg_no_memory(ex->call);
    else if (!tell_units(telling, name, number, person, ex->terms.of))
        return !telling->problem;
    if (telling->problem)
        return false;
    if (!has_room(ex)) {
        telling->n = before;
        return !ex->alone;
    }
    ex->last = name;
    ex->page.n++;
    return true;
}

/* What one person is paid may depend on everybody's units. */
static const struct wg_problem *
explain_units(struct explaining *ex)
{
    struct account_visit visit = {.met = meet_person, .context = ex};
    const struct wg_problem *problem;

    ex->alone = people_stand_alone(&ex->account);
    if (ex->alone)
        visit.after_id = ex->page.after;
    if ((problem = account_fold_visiting(ex->call, &ex->account, &visit)) ||
        (problem = ex->telling.problem) || (problem = tell_amounts(&ex->telling)))
        return problem;
    for (size_t i = 0; !problem && i < ex->telling.n; i++)
        problem = push_unit(ex, ex->telling.list[i].message);
    return problem;
}

static const struct wg_problem *
explain_people(struct explaining *ex)
{
    if (!ex->of.rule || ex->of.rule->outcome_case == WELLGATE__PAYMENTS__V1__RULE__OUTCOME__NOT_SET ||
        !tells_people(ex->call, ex->of.contract, ex->of.rule))
        return NULL;
    ex->out->depth = WELLGATE__PAYMENTS__V1__RULE__EXPLANATION_DEPTH__PSEUDONYMOUS;
    return figure_is_of(ex->of.rule) ? explain_members(ex) : explain_units(ex);
}

/* ---- The whole ---- */

static const struct wg_problem *
explain(struct explaining *ex, const ExplainLineRequest *request)
{
    const struct wg_problem *problem;

    if ((problem = page_read(ex->call, request->page_size, request->page_token, &ex->page)) ||
        (problem = open_line(ex)) ||
        (problem = telling_begin(ex->call, &ex->account, &ex->telling)))
        return problem;
    if (!(ex->out = wg_alloc(ex->arena, sizeof(*ex->out))))
        return wg_no_memory(ex->call);
    wellgate__payments__v1__explanation__init(ex->out);
    ex->out->line = ex->of.line->name;
    ex->out->amount = ex->of.line->amount;
    ex->out->depth = WELLGATE__PAYMENTS__V1__RULE__EXPLANATION_DEPTH__AGGREGATE;
    return explain_steps(ex->arena, &ex->of, ex->out) ? explain_people(ex) : wg_no_memory(ex->call);
}

const struct wg_problem *
explain_line(struct wg_call *call)
{
    const ExplainLineRequest *request = (const void *)wg_input(call);
    struct explaining ex = {.call = call, .arena = wg_call_arena(call)};
    const struct wg_problem *problem;
    struct wg_record record;

    if ((problem = wg_load(call, request->name, &record)))
        return problem;
    ex.of.line = (const Line *)record.message;
    if (ex.of.line->kind == WELLGATE__PAYMENTS__V1__LINE__KIND__CREDIT)
        return explain_credit(call, ex.of.line);
    problem = explain(&ex, request);
    telling_finish(&ex.telling);
    account_close(&ex.account);
    if (!problem)
        wg_answer(call, &ex.out->base);
    return problem;
}
