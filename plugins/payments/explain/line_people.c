/* line_people.c - one person's evidence → a unit of a line, or a part in its figure. */
#include "line_people.h"

#include <string.h>

/* ---- What prices a line ---- */

static size_t
place_of(const Version *version, const Rule *rule)
{
    size_t place = 0;

    while (version->rules[place] != rule)
        place++;
    return place;
}

const struct wg_problem *
line_terms_find(struct wg_call *call, struct account *account, const Line *line,
                struct line_terms *found)
{
    size_t at;

    *found = (struct line_terms){0};
    if (!calendar_read(&account->calendar, line->period, &found->period))
        return wg_fail(call, &wg_internal, "a stored period is wrong");
    at = timeline_at(&account->timeline, found->period.first);
    for (size_t t = 0; t < account->n_terms; t++) {
        struct terms *terms = &account->terms[t];

        if (at < terms->span.first || at >= terms->span.end)
            continue;
        found->version = terms->version;
        if (!(found->rule = rule_of(terms->version, line->rule)))
            continue;
        found->terms = terms;
        found->rule_at = place_of(terms->version, found->rule);
        found->of = (struct told_of){terms->account_of[found->rule_at], at};
    }
    return NULL;
}

/* ---- Who is behind it ---- */

struct asking {
    struct line_people *people;
    const struct line_terms *line;
    const char *person;
    bool has;
};

static bool
has_unit(const struct asking *asking, const struct person *person)
{
    struct telling *telling = &asking->people->telling;

    telling->n = 0;
    tell_units(telling, asking->person, 0, person, asking->line->of);
    for (size_t i = 0; i < telling->n; i++)
        if (telling->list[i].claimed.unit.reason == REASON(PAID))
            return true;
    return false;
}

static bool
is_counted(const struct asking *asking, const struct person *person)
{
    const struct line_terms *line = asking->line;
    const Unit *part = tell_part(&asking->people->telling, line->terms, line->rule_at,
                                 line->of.period, asking->person, person);

    return part && part->reason == REASON(COUNTED);
}

static bool
meet(void *context, struct wg_bytes person_id, const struct person *person)
{
    struct asking *asking = context;

    (void)person_id;
    asking->has = figure_is_of(asking->line->rule) ? is_counted(asking, person)
                                                   : has_unit(asking, person);
    return false;
}

static const struct wg_problem *
ask(struct asking *asking)
{
    struct line_people *people = asking->people;
    struct account *account = &people->account;
    const struct wg_problem *problem;
    struct row_query query;

    if ((problem = evidence_query(people->call, account->programme, &account->plan,
                                  account->sequence, account->until, &query)) ||
        (problem = evidence_read(people->call, account->programme, wg_name_id(asking->person),
                                 &query, meet, asking)))
        return problem;
    return people->telling.problem;
}

/* Nobody of another programme has evidence in this one, whatever their ids. */
static bool
is_of_programme(const char *programme, const char *person)
{
    size_t length = strlen(programme);

    return strncmp(person, programme, length) == 0 &&
           strncmp(person + length, "/people/", strlen("/people/")) == 0;
}

static const struct wg_problem *
open_account(struct line_people *people)
{
    const Statement *statement = people->statement;
    const struct wg_problem *problem;

    if (people->is_open)
        return NULL;
    people->is_open = true;
    if ((problem = account_open(people->call, wg_name_parent(people->call, statement->name, 2),
                                wg_name_id(statement->name), statement->known_at_sequence, false,
                                &people->account)))
        return problem;
    return telling_begin(people->call, &people->account, &people->telling);
}

const struct wg_problem *
line_has_person(struct line_people *people, const Line *line, const char *person, bool *has)
{
    struct line_terms terms;
    struct asking asking = {.people = people, .line = &terms, .person = person};
    const struct wg_problem *problem;

    *has = false;
    if ((problem = open_account(people)) ||
        (problem = line_terms_find(people->call, &people->account, line, &terms)))
        return problem;
    if (!tells_people(people->call, people->account.contract, terms.rule) ||
        !is_of_programme(people->account.programme, person))
        return NULL;
    problem = ask(&asking);
    *has = asking.has;
    return problem;
}

void
line_people_finish(struct line_people *people)
{
    if (!people->is_open)
        return;
    telling_finish(&people->telling);
    account_close(&people->account);
}
