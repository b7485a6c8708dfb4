/* explain_person.c - everything that a contract paid for one person, and did not. */
#include <string.h>
#include <wellgate/decimal.h>

#include "explain.h"
#include "standing/standings.h"
#include "statements/lines.h"
#include "telling.h"
#include "words.h"

typedef Wellgate__Payments__V1__ExplainPersonRequest ExplainPersonRequest;
typedef Wellgate__Payments__V1__PersonExplanation PersonExplanation;
typedef Wellgate__Payments__V1__PersonExplanation__RuleExplanation RuleExplanation;

#define WITHHELD_NOTE "The terms tell your organisation numbers only under withheldRules " \
                      "(explanationDepth): what they paid for one person is not told."

struct explaining {
    struct wg_call *call;
    struct wg_arena *arena;
    const ExplainPersonRequest *request;
    const Contract *contract;
    const Statement *statement;
    struct account account;
    struct telling telling;
    PersonExplanation *out;
    RuleExplanation **rules; /* by account; NULL: it tells nothing about people */
};

/* ---- What is asked for ---- */

static const struct wg_problem *
read_person(struct explaining *ex)
{
    const char *person = ex->request->person, *programme = wg_name_parent(ex->call, person, 1);
    struct wg_record record;

    if (!programme)
        return wg_no_memory(ex->call);
    if (strcmp(programme, ex->account.programme) != 0)
        wg_violation(ex->call, "?person", "OUT_OF_RANGE", "is of another programme");
    else
        wg_load_at(ex->call, "?person", person, &record);
    return wg_violations(ex->call);
}

static const struct wg_problem *
read_statement(struct explaining *ex)
{
    const char *id = *ex->request->statement ? ex->request->statement
                                             : wg_name_id(ex->contract->last_issued);
    const struct wg_problem *problem;
    struct wg_record record;

    if (!*id)
        return wg_fail(ex->call, &wg_conflict, "no statement is issued yet; a draft may be named");
    if ((problem = wg_load(ex->call, wg_format(ex->arena, "%s/statements/%s", ex->request->name, id),
                           &record)))
        return problem;
    ex->statement = (const Statement *)record.message;
    return account_open(ex->call, ex->request->name, wg_name_id(ex->statement->name),
                        ex->statement->known_at_sequence, true, &ex->account);
}

/* ---- Rules ---- */

static RuleExplanation *
new_rule(struct explaining *ex, const Rule *rule)
{
    RuleExplanation *message = wg_alloc(ex->arena, sizeof(*message));

    if (!message)
        return NULL;
    wellgate__payments__v1__person_explanation__rule_explanation__init(message);
    message->rule = rule->id;
    message->text = outcome_words(ex->arena, rule);
    return message->text ? message : NULL;
}

/* A rule that pays for people, and tells the caller numbers only. */
static bool
withhold(struct explaining *ex, const Rule *rule)
{
    return append_message(ex->call, &ex->out->withheld_rules, &ex->out->n_withheld_rules, rule->id);
}

static const struct wg_problem *
add_rule(struct explaining *ex, size_t account, const Rule *rule)
{
    if (rule->outcome_case == WELLGATE__PAYMENTS__V1__RULE__OUTCOME__NOT_SET)
        return NULL;
    if (!tells_people(ex->call, ex->contract, rule))
        return withhold(ex, rule) ? NULL : wg_no_memory(ex->call);
    if (!(ex->rules[account] = new_rule(ex, rule)))
        return wg_no_memory(ex->call);
    ex->out->rules[ex->out->n_rules++] = ex->rules[account];
    return NULL;
}

static const struct wg_problem *
add_rules(struct explaining *ex)
{
    const struct wg_problem *problem = NULL;

    ex->rules = wg_alloc_array(ex->arena, ex->account.n_rules + 1, sizeof(*ex->rules));
    ex->out->rules = wg_alloc_array(ex->arena, ex->account.n_rules + 1, sizeof(*ex->out->rules));
    if (!ex->rules || !ex->out->rules)
        return wg_no_memory(ex->call);
    for (size_t i = 0; !problem && i < ex->account.n_rules; i++)
        problem = add_rule(ex, i, latest_rule(&ex->account, ex->account.rules[i].id));
    if (ex->out->n_withheld_rules)
        ex->out->note = (char *)WITHHELD_NOTE;
    return problem;
}

/* False past the arena, which is noted. */
static bool
push_unit(struct explaining *ex, RuleExplanation *rule, Unit *unit)
{
    if (!(rule->n_units & (rule->n_units - 1))) { /* full, of a power of two */
        Unit **units = wg_alloc_array(ex->arena, 2 * rule->n_units + 1, sizeof(*units));

        if (!units) {
            ex->telling.problem = wg_no_memory(ex->call);
            return false;
        }
        if (rule->n_units)
            memcpy(units, rule->units, rule->n_units * sizeof(*units));
        rule->units = units;
    }
    rule->units[rule->n_units++] = unit;
    return true;
}

/* ---- The person's parts in figures ---- */

static bool
same_reading(const Wellgate__Payments__V1__Explanation__Reading *a,
             const Wellgate__Payments__V1__Explanation__Reading *b)
{
    return (!a && !b) || (a && b && a->known_at_sequence == b->known_at_sequence &&
                          strcmp(a->assessment, b->assessment) == 0);
}

/* To date it would be told of every period again. */
static bool
is_same_part(const Unit *a, const Unit *b)
{
    return a->reason == b->reason && strcmp(a->value, b->value) == 0 &&
           a->n_records == b->n_records && same_reading(a->baseline, b->baseline) &&
           same_reading(a->follow_up, b->follow_up);
}

static bool
tell_parts(struct explaining *ex, struct terms *terms, size_t rule, RuleExplanation *message,
           const struct person *person)
{
    const Unit *before = NULL;

    for (size_t p = terms->span.first; p < terms->span.end; p++) {
        Unit *part = tell_part(&ex->telling, terms, rule, p, ex->request->person, person);

        if (ex->telling.problem)
            return false;
        if (part && (!before || !is_same_part(before, part)) && !push_unit(ex, message, part))
            return false;
        before = part;
    }
    return true;
}

static bool
tell_cohorts(struct explaining *ex, const struct person *person)
{
    for (size_t t = 0; t < ex->account.n_terms; t++) {
        struct terms *terms = &ex->account.terms[t];

        for (size_t r = 0; r < terms->figures.n; r++) {
            RuleExplanation *message = ex->rules[terms->account_of[r]];

            if (terms->figures.list[r].kind && message &&
                !tell_parts(ex, terms, r, message, person))
                return false;
        }
    }
    return true;
}

/* ---- Everything ---- */

static bool
meet(void *context, struct wg_bytes person_id, uint32_t number, const struct person *person)
{
    struct explaining *ex = context;
    const char *id = wg_name_id(ex->request->person);

    if (person_id.length != strlen(id) || memcmp(person_id.data, id, person_id.length) != 0)
        return true;
    tell_units(&ex->telling, ex->request->person, number, person,
               (struct told_of){SIZE_MAX, SIZE_MAX});
    return !ex->telling.problem && tell_cohorts(ex, person);
}

static const struct wg_problem *
fold(struct explaining *ex)
{
    struct account_visit visit = {.met = meet, .context = ex};
    const struct wg_problem *problem;

    if (people_stand_alone(&ex->account))
        visit.only_id = wg_name_id(ex->request->person);
    if ((problem = account_fold_visiting(ex->call, &ex->account, &visit)) ||
        (problem = ex->telling.problem))
        return problem;
    return tell_amounts(&ex->telling);
}

static void
add_amount(mpq_t sum, const char *amount)
{
    mpq_t one;

    mpq_init(one);
    if (wg_ratio_read(amount, one))
        mpq_add(sum, sum, one);
    mpq_clear(one);
}

/* Units in their rules, with what they add up to. */
static bool
add_units(struct explaining *ex, size_t account, mpq_t total)
{
    RuleExplanation *rule = ex->rules[account];
    mpq_t earned, paid;
    bool added = true;

    mpq_inits(earned, paid, NULL);
    for (size_t i = 0; added && i < ex->telling.n; i++) {
        struct told *told = &ex->telling.list[i];

        if (told->claimed.account != account)
            continue;
        added = push_unit(ex, rule, told->message);
        add_amount(earned, told->message->earned);
        add_amount(paid, told->message->paid);
    }
    mpq_add(total, total, paid);
    rule->earned = wg_ratio_format(ex->arena, earned);
    rule->paid = wg_ratio_format(ex->arena, paid);
    mpq_clears(earned, paid, NULL);
    return added && rule->earned && rule->paid;
}

static const struct wg_problem *
add_up(struct explaining *ex)
{
    bool added = true;
    mpq_t total;

    mpq_init(total);
    for (size_t i = 0; added && i < ex->account.n_rules; i++)
        if (ex->rules[i] && !figure_is_of(latest_rule(&ex->account, ex->account.rules[i].id)))
            added = add_units(ex, i, total);
    ex->out->paid = wg_ratio_format(ex->arena, total);
    mpq_clear(total);
    return added && ex->out->paid ? NULL : wg_no_memory(ex->call);
}

static const struct wg_problem *
explain(struct explaining *ex)
{
    const struct wg_problem *problem;
    struct wg_record record;

    if ((problem = wg_load(ex->call, ex->request->name, &record)))
        return problem;
    ex->contract = (const Contract *)record.message;
    if (!(ex->out = wg_alloc(ex->arena, sizeof(*ex->out))))
        return wg_no_memory(ex->call);
    wellgate__payments__v1__person_explanation__init(ex->out);
    if ((problem = read_statement(ex)) || (problem = add_rules(ex)))
        return problem;
    ex->out->contract = ex->contract->name;
    ex->out->person = ex->request->person;
    ex->out->statement = ex->statement->name;
    ex->out->known_at_sequence = ex->account.sequence;
    if (!ex->out->n_rules) /* not even whether there is such a person */
        return NULL;
    if ((problem = read_person(ex)) ||
        (problem = telling_begin(ex->call, &ex->account, &ex->telling)) || (problem = fold(ex)))
        return problem;
    return add_up(ex);
}

const struct wg_problem *
explain_person(struct wg_call *call)
{
    struct explaining ex = {.call = call, .arena = wg_call_arena(call),
                            .request = (const void *)wg_input(call)};
    const struct wg_problem *problem = explain(&ex);

    telling_finish(&ex.telling);
    account_close(&ex.account);
    if (!problem)
        wg_answer(call, &ex.out->base);
    return problem;
}
