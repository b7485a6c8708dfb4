/* statement.c - entitlements to date → a draft; a draft → what is owed. */
#include "statement.h"

#include <stdio.h>
#include <string.h>
#include <wellgate/decimal.h>
#include <wellgate/messages.h>

#include "draft.h"
#include "issuing.h"

typedef Wellgate__Common__V1__NameRequest NameRequest;

#define STATEMENT(name) WELLGATE__PAYMENTS__V1__STATEMENT__STATE__##name

static const struct wg_problem *
no_memory(struct wg_call *call)
{
    return wg_fail(call, &wg_payload_too_large, "the statement is too large");
}

/* ---- :calculate ---- */

/* Not one that is issued, nor one before a period that is. */
static const struct wg_problem *
require_open_period(struct wg_call *call, const Contract *contract, struct wg_period period)
{
    if (period.first <= issued_until(contract))
        return wg_fail(call, &wg_conflict,
                       "statements are issued up to %s; what comes later is an adjustment "
                       "in the next one", wg_name_id(contract->last_issued));
    return NULL;
}

static const struct wg_problem *
require_ended(struct wg_call *call, const char *name, struct wg_period period)
{
    return period.last < wg_today(call, name)
               ? NULL : wg_fail(call, &wg_conflict, "the period has not ended");
}

static const struct wg_problem *
prepare(struct wg_call *call, struct account *account, const char *name, struct draft *draft)
{
    const char *contract = wg_name_parent(call, name, 2);
    const struct wg_problem *problem;
    uint64_t sequence;

    if (!contract)
        return no_memory(call);
    /* The contract moves with its terms and its statements: it stands for all. */
    if ((problem = wg_depend(call, contract)) || (problem = wg_depend(call, name)) ||
        (problem = wg_sequence(call, contract, &sequence)) ||
        (problem = account_open(call, contract, wg_name_id(name), sequence, false, account)) ||
        (problem = require_ended(call, name, account->period)) ||
        (problem = require_open_period(call, account->contract, account->period)))
        return problem;
    return draft_make(call, account, name, draft);
}

const struct wg_problem *
statement_prepare(struct wg_call *call)
{
    const NameRequest *request = (const void *)wg_input(call);
    struct draft *draft = wg_alloc(wg_call_arena(call), sizeof(*draft));
    struct account account = {0};
    const struct wg_problem *problem;

    if (!draft)
        return no_memory(call);
    draft->credits = CREDITS_PENDING;
    problem = prepare(call, &account, request->name, draft);
    account_close(&account);
    wg_keep(call, draft);
    return problem;
}

struct clearing {
    Line *const *lines; /* n_lines of the new draft, in order of their names */
    size_t n_lines, at; /* at: behind those that the old ones have passed */
    const char *gone[256]; /* lines of the old draft that the new one lacks */
    size_t n;
};

static bool
take_old_line(void *context, const struct wg_record *record)
{
    struct clearing *clearing = context;
    const Line *old = (const Line *)record->message;

    while (clearing->at < clearing->n_lines && strcmp(clearing->lines[clearing->at]->name, old->name) < 0)
        clearing->at++;
    if (clearing->at < clearing->n_lines && strcmp(clearing->lines[clearing->at]->name, old->name) == 0)
        return true;
    clearing->gone[clearing->n++] = old->name;
    return clearing->n < sizeof(clearing->gone) / sizeof(*clearing->gone);
}

static const struct wg_problem *
put(struct wg_call *call, ProtobufCMessage *message, const char *name, const char *event)
{
    const struct wg_problem *problem;
    bool exists;

    if ((problem = wg_exists(call, name, &exists)))
        return problem;
    return exists ? wg_update(call, message, event) : wg_insert(call, message, event);
}

static const struct wg_problem *
put_lines(struct wg_call *call, const struct draft *draft)
{
    struct clearing clearing = {.lines = draft_lines_by_name(call, draft), .n_lines = draft->n_lines};
    const struct wg_problem *problem;

    if (!clearing.lines)
        return wg_no_memory(call);
    do {
        clearing.n = clearing.at = 0;
        if ((problem = wg_scan(call, "payments/Line", draft->statement->name, NULL, take_old_line,
                               &clearing)))
            return problem;
        for (size_t i = 0; i < clearing.n; i++)
            if ((problem = wg_delete(call, clearing.gone[i], NULL)))
                return problem;
    } while (clearing.n);
    for (size_t i = 0; i < draft->n_lines; i++)
        if ((problem = put(call, &draft->lines[i]->base, draft->lines[i]->name, "line.calculated")))
            return problem;
    return NULL;
}

const struct wg_problem *
statement_calculate(struct wg_call *call)
{
    struct draft *draft = wg_kept(call);
    const struct wg_problem *problem;

    if ((problem = put(call, &draft->statement->base, draft->statement->name,
                       "statement.calculated")) ||
        (problem = put_lines(call, draft)))
        return problem;
    wg_answer(call, &draft->statement->base);
    return NULL;
}

/* ---- :issue ---- */

/* One that bears no day, as it was issued before there was one, is behind none. */
static const struct wg_problem *
last_issue_date(struct wg_call *call, const Contract *contract, const char **date)
{
    struct wg_record record;
    const struct wg_problem *problem;

    *date = "";
    if (!*contract->last_issued)
        return NULL;
    if (!(problem = wg_load(call, contract->last_issued, &record)))
        *date = ((const Statement *)record.message)->issue_date;
    return problem;
}

/* The day of its documents: today, or the one that is stated. */
static const struct wg_problem *
date_issue(struct wg_call *call, const Contract *contract, const char *stated, Statement *statement)
{
    char today[WG_DATE_TEXT_BYTES];
    const struct wg_problem *problem;
    const char *last;

    if ((problem = last_issue_date(call, contract, &last)))
        return problem;
    wg_date_format(wg_today(call, contract->name), today);
    statement->issue_date = wg_copy_text(wg_call_arena(call), *stated ? stated : today);
    statement->issue_time = wg_time_message(wg_call_arena(call), wg_now_ms(call));
    if (!statement->issue_date || !statement->issue_time)
        return no_memory(call);
    if (strcmp(statement->issue_date, today) > 0)
        wg_violation(call, "/date", "OUT_OF_RANGE", "is after today");
    else if (strcmp(statement->issue_date, statement->end_date) <= 0)
        wg_violation(call, "/date", "OUT_OF_RANGE", "is not behind the statement's period");
    else if (strcmp(statement->issue_date, last) < 0)
        wg_violation(call, "/date", "OUT_OF_RANGE", "is before the last statement's, of %s", last);
    return wg_violations(call);
}

const struct wg_problem *
statement_issue(struct wg_call *call)
{
    const Wellgate__Payments__V1__IssueStatementRequest *request = (const void *)wg_input(call);
    const struct wg_problem *problem;
    struct wg_record record;
    struct calendar calendar;
    struct wg_period period;
    Statement *statement;
    Contract *contract;

    if ((problem = wg_load(call, request->name, &record)))
        return problem;
    statement = (Statement *)record.message;
    if ((problem = wg_load(call, wg_name_parent(call, request->name, 2), &record)))
        return problem;
    contract = (Contract *)record.message;
    if (statement->n_standings)
        return standing_require(call, statement, statement->standings[0], VERDICT_ISSUE);
    if (record.sequence > statement->known_at_sequence)
        return wg_fail(call, &wg_conflict,
                       "terms or statements changed since it was calculated; calculate it again");
    calendar = calendar_of(contract);
    if (calendar_read(&calendar, statement->period, &period) &&
        (problem = require_open_period(call, contract, period)))
        return problem;
    if ((problem = date_issue(call, contract, request->date, statement)))
        return problem;
    statement->state = STATEMENT(ISSUED);
    contract->last_issued = statement->name;
    if ((problem = issue_follow(call, contract, statement)) ||
        (problem = wg_update(call, &contract->base, "contract.stated")) ||
        (problem = wg_update(call, &statement->base, "statement.issued")))
        return problem;
    wg_answer(call, &statement->base);
    return NULL;
}
