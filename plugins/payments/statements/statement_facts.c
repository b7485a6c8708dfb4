/* statement_facts.c - a statement among its neighbours. */
#include "statement_facts.h"

#include <string.h>

#include "account/advances.h"
#include "wellgate/core/v1/core.pb-c.h"

typedef Wellgate__Core__V1__Organisation Organisation;

/* ---- Lists of records ---- */

struct collecting {
    struct wg_call *call;
    const void **list;
    size_t n, room;
    bool failed;
};

static bool
collect(struct collecting *collecting, const void *message)
{
    if (collecting->n == collecting->room) {
        const void **more = wg_alloc_array(wg_call_arena(collecting->call),
                                           collecting->room = 2 * collecting->room + 32,
                                           sizeof(*more));

        if ((collecting->failed = !more))
            return false;
        if (collecting->n)
            memcpy(more, collecting->list, collecting->n * sizeof(*more));
        collecting->list = more;
    }
    collecting->list[collecting->n++] = message;
    return true;
}

static bool
take_line(void *context, const struct wg_record *record)
{
    return collect(context, record->message);
}

const struct wg_problem *
lines_load(struct wg_call *call, const Statement *statement, struct lines *lines)
{
    struct collecting collecting = {.call = call};
    const struct wg_problem *problem;

    if (!statement)
        return NULL;
    if ((problem = wg_scan(call, "payments/Line", statement->name, NULL, take_line, &collecting)))
        return problem;
    *lines = (struct lines){(const Line **)collecting.list, collecting.n};
    return collecting.failed ? wg_no_memory(call) : NULL;
}

/* ---- Statements up to this one ---- */

struct preceding {
    struct collecting collecting;
    const Statement *statement, *after;
};

static bool
take_statement(void *context, const struct wg_record *record)
{
    struct preceding *preceding = context;
    const Statement *statement = (const Statement *)record->message;
    int order = strcmp(statement->start_date, preceding->statement->start_date);

    if (order > 0) {
        preceding->after = statement;
        return false;
    }
    if (order == 0)
        return collect(&preceding->collecting, preceding->statement);
    return statement->state == WELLGATE__PAYMENTS__V1__STATEMENT__STATE__DRAFT ||
           collect(&preceding->collecting, statement);
}

static const struct wg_problem *
statements_load(struct wg_call *call, const char *contract, struct statement_facts *facts)
{
    struct preceding preceding = {{.call = call}, facts->statement, NULL};
    const struct wg_problem *problem =
        wg_scan(call, "payments/Statement", contract, NULL, take_statement, &preceding);

    facts->statements = (const Statement **)preceding.collecting.list;
    facts->n_statements = preceding.collecting.n;
    facts->after = preceding.after;
    return !problem && preceding.collecting.failed ? wg_no_memory(call) : problem;
}

/* ---- The whole ---- */

const struct wg_problem *
statement_facts_load(struct wg_call *call, const Statement *statement,
                     struct statement_facts *facts)
{
    const char *contract = wg_name_parent(call, statement->name, 2);
    const struct wg_problem *problem;
    struct wg_period period = {0};
    struct wg_record record;
    struct plans plans;

    *facts = (struct statement_facts){.statement = statement};
    if (!contract)
        return wg_no_memory(call);
    if ((problem = wg_load(call, contract, &record)))
        return problem;
    facts->contract = (const Contract *)record.message;
    if ((problem = versions_load(call, contract, &facts->versions)))
        return problem;
    versions_keep_agreed(&facts->versions);
    if ((problem = plans_load(call, contract, statement->end_date, &plans)) ||
        (problem = statements_load(call, contract, facts)) ||
        (problem = lines_load(call, statement, &facts->lines)) ||
        (problem = lines_load(call, statement_before(facts), &facts->before)))
        return problem;
    facts->plan = plans.of[PLAN_BASE];
    wg_date_parse(statement->start_date, &period.first);
    facts->version = version_of(&facts->versions, period);
    return NULL;
}

const Statement *
statement_before(const struct statement_facts *facts)
{
    return facts->n_statements > 1 ? facts->statements[facts->n_statements - 2] : NULL;
}

int64_t
part_of(const Statement *statement, const char *payer)
{
    for (size_t i = 0; statement && i < statement->n_payers; i++)
        if (strcmp(statement->payers[i]->payer, payer) == 0)
            return minor_of(statement->payers[i]->amount);
    return 0;
}

const char *
title_of_rule(struct wg_arena *arena, const struct versions *versions, const char *id)
{
    for (size_t v = versions->n; v-- > 0;) {
        const Rule *rule = rule_of(versions->list[v], id);

        if (rule)
            return rule->title;
    }
    return advance_title(arena, id);
}

const char *
rule_title(struct wg_arena *arena, const struct statement_facts *facts, const Line *line)
{
    return title_of_rule(arena, &facts->versions, line->rule);
}

const char *
organisation_title(struct wg_call *call, const char *name)
{
    const ProtobufCMessage *message;

    if (wg_look(call, name, &message) ||
        message->descriptor != &wellgate__core__v1__organisation__descriptor)
        return name;
    return ((const Organisation *)message)->title;
}
