/* simulate.c - alternatives × scenarios, each a statement of everything to date. */
#include "simulate.h"

#include <string.h>

#include "checks/check.h"
#include "draft.h"
#include "scenario.h"

typedef Wellgate__Payments__V1__SimulateRequest SimulateRequest;
typedef Wellgate__Payments__V1__SimulateRequest__Alternative Alternative;
typedef Wellgate__Payments__V1__SimulateResponse SimulateResponse;
typedef Wellgate__Payments__V1__SimulateResponse__Result Result;

/* A million units take 70 MiB while they are reckoned, and a third of a second. */
enum {
    PEOPLE_MAX = 1000000, /* of a scenario */
    UNITS_MAX = 10000000, /* of a request */
};

#define BIT(role) (1u << WELLGATE__OPTIONS__V1__ROLE__KIND__##role)

/* Who sees all people of a programme, by pseudonym at least. */
#define SEES_PEOPLE (BIT(COMMISSIONER) | BIT(COORDINATOR) | BIT(EVALUATOR))

struct simulating {
    struct wg_call *call;
    const SimulateRequest *request;
    const Contract *contract;
    struct versions own; /* the contract's own */
    const char *period;  /* id of the last one */
    uint64_t sequence;
    SimulateResponse *response;
};

/* ---- Who may count people ---- */

static bool
sees_people(struct simulating *s)
{
    const char *programme = wg_name_parent(s->call, s->request->name, 1);

    return programme && wg_caller_roles(s->call, programme) & SEES_PEOPLE;
}

/* Terms of one's own making over recorded evidence count people by whatever is recorded of
 * them. Others' proposals and what is agreed do not: a party sees what it would pay. */
static const struct wg_problem *
require_terms_of_others(struct simulating *s)
{
    for (size_t i = 0; i < s->request->n_alternatives; i++)
        if (s->request->alternatives[i]->n_versions)
            return wg_fail(s->call, &wg_forbidden,
                           "terms of your own over recorded evidence take a role on the "
                           "programme: COMMISSIONER, COORDINATOR or EVALUATOR; leave versions "
                           "out, or give a scenario");
    for (size_t i = 0; i < s->own.n; i++)
        if (s->own.list[i]->state == WELLGATE__PAYMENTS__V1__VERSION__STATE__PROPOSED &&
            strcmp(s->own.list[i]->written_by->organisation,
                   wg_caller(s->call)->organisation) == 0)
            return wg_fail(s->call, &wg_forbidden,
                           "your organisation wrote version %s, which is not agreed: over "
                           "recorded evidence it takes a role on the programme; give a scenario",
                           wg_name_id(s->own.list[i]->name));
    return NULL;
}

static const struct wg_problem *
require_evidence_role(struct simulating *s)
{
    return s->request->n_scenarios || sees_people(s) ? NULL : require_terms_of_others(s);
}

/* ---- What is asked for ---- */

/* The last period that has ended, but the contract's last at most. */
static const struct wg_problem *
last_period(struct simulating *s)
{
    struct calendar calendar = calendar_of(s->contract);
    wg_date end = wg_today(s->call, s->request->name) - 1, last;
    char *id = wg_alloc(wg_call_arena(s->call), CALENDAR_ID_BYTES);
    struct wg_period period;

    if (!id)
        return wg_no_memory(s->call);
    if (!wg_date_parse(s->contract->end_date, &last) || end > last)
        end = last;
    period = calendar_at(&calendar, end < calendar.start ? calendar.start : end);
    if (period.last > end && period.first > calendar.start)
        period = calendar_at(&calendar, period.first - 1);
    s->period = calendar_write_id(period, id);
    return NULL;
}

static const struct wg_problem *
asked_period(struct simulating *s)
{
    struct calendar calendar = calendar_of(s->contract);
    char *id = wg_alloc(wg_call_arena(s->call), CALENDAR_ID_BYTES);
    struct wg_period period;

    if (!*s->request->period)
        return last_period(s);
    if (!id)
        return wg_no_memory(s->call);
    if (!calendar_read(&calendar, s->request->period, &period))
        wg_violation(s->call, "/period", "OUT_OF_RANGE", "is no period of the contract");
    else
        s->period = calendar_write_id(period, id);
    return wg_violations(s->call);
}

/* Faults of terms as they would be on recording them; each version by itself. */
static const struct wg_problem *
check_alternatives(struct simulating *s)
{
    for (size_t a = 0; a < s->request->n_alternatives; a++)
        for (size_t v = 0; v < s->request->alternatives[a]->n_versions; v++) {
            const char *at = wg_format(wg_call_arena(s->call), "/alternatives/%zu/versions/%zu",
                                       a, v);
            const struct wg_problem *problem;

            if (!at)
                return wg_no_memory(s->call);
            if ((problem = check_terms(s->call, s->contract,
                                       s->request->alternatives[a]->versions[v], at)))
                return problem;
        }
    return wg_violations(s->call);
}

/* How many people start. */
static uint64_t
check_starts(struct simulating *s, const Scenario *scenario, const char *at)
{
    struct calendar calendar = calendar_of(s->contract);
    uint64_t people = 0;

    for (size_t i = 0; i < scenario->n_starts; i++) {
        struct wg_period period;

        people += scenario->starts[i]->people;
        if (!calendar_read(&calendar, scenario->starts[i]->period, &period) ||
            period.last < calendar.start)
            wg_violation(s->call, wg_format(wg_call_arena(s->call), "%s/%zu/period", at, i),
                         "UNKNOWN_VALUE", "is no period of the contract");
    }
    if (people > PEOPLE_MAX)
        wg_violation(s->call, at, "OUT_OF_RANGE", "are more than %d people", PEOPLE_MAX);
    return people;
}

/* Each has a unit of a rule, at most. */
static uint64_t
units_of(const Scenario *scenario, uint64_t people)
{
    uint64_t units = 0;

    for (size_t i = 0; i < scenario->n_expectations; i++)
        if (*scenario->expectations[i]->success_rate)
            units += people;
    return units;
}

static const struct wg_problem *
check_scenarios(struct simulating *s)
{
    size_t alternatives = s->request->n_alternatives ? s->request->n_alternatives : 1;
    uint64_t units = 0;

    for (size_t i = 0; i < s->request->n_scenarios; i++) {
        const Scenario *scenario = s->request->scenarios[i];
        const char *at = wg_format(wg_call_arena(s->call), "/scenarios/%zu/starts", i);

        if (!at)
            return wg_no_memory(s->call);
        units += alternatives * units_of(scenario, check_starts(s, scenario, at));
    }
    if (units > UNITS_MAX)
        wg_violation(s->call, "/scenarios", "OUT_OF_RANGE",
                     "with their alternatives they come to more than %d units", UNITS_MAX);
    return wg_violations(s->call);
}

static const struct wg_problem *
read_request(struct simulating *s)
{
    const struct wg_problem *problem;
    struct wg_record record;

    if ((problem = wg_load(s->call, s->request->name, &record)))
        return problem;
    s->contract = (const Contract *)record.message;
    if ((problem = versions_load(s->call, s->request->name, &s->own)) ||
        (problem = require_evidence_role(s)) || (problem = asked_period(s)) ||
        (problem = check_alternatives(s)) || (problem = check_scenarios(s)) ||
        (problem = wg_sequence(s->call, s->request->name, &s->sequence)))
        return problem;
    return NULL;
}

/* ---- One result ---- */

static bool
versions_of(struct simulating *s, const Alternative *alternative, struct versions *versions)
{
    *versions = s->own;
    if (!alternative || !alternative->n_versions)
        return true;
    versions->n = 0;
    versions->list = wg_alloc_array(wg_call_arena(s->call), alternative->n_versions,
                                    sizeof(*versions->list));
    for (size_t i = 0; versions->list && i < alternative->n_versions; i++)
        versions_insert(versions, alternative->versions[i]);
    return versions->list;
}

static const struct wg_problem *
reckon(struct simulating *s, const Scenario *scenario, struct account *account,
       struct draft *draft)
{
    const char *name = wg_format(wg_call_arena(s->call), "%s/statements/%s", s->request->name,
                                 s->period);
    const struct wg_problem *problem;

    if (!name)
        return wg_no_memory(s->call);
    if (!scenario)
        problem = account_fold(s->call, account);
    else
        problem = scenario_fold(scenario, account) ? NULL : account_unreckoned(s->call, account);
    return problem ? problem : draft_write(s->call, account, name, draft);
}

static const struct wg_problem *
simulate_one(struct simulating *s, const Alternative *alternative, const Scenario *scenario,
             Result *result)
{
    struct account account = {0};
    struct versions versions;
    const struct wg_problem *problem;
    struct draft draft = {0};

    if (!versions_of(s, alternative, &versions))
        return wg_no_memory(s->call);
    if (!(problem = account_open_with(s->call, s->request->name, s->contract, &versions,
                                      s->period, s->sequence, false, &account)))
        problem = reckon(s, scenario, &account, &draft);
    account_close(&account);
    if (problem)
        return problem;
    result->alternative = alternative ? alternative->title : result->alternative;
    result->scenario = scenario ? scenario->title : result->scenario;
    result->statement = draft.statement;
    result->lines = draft.lines;
    result->n_lines = draft.n_lines;
    return NULL;
}

/* ---- All results ---- */

static const struct wg_problem *
add_result(struct simulating *s, const Alternative *alternative, const Scenario *scenario)
{
    Result *result = wg_alloc(wg_call_arena(s->call), sizeof(*result));

    if (!result)
        return wg_no_memory(s->call);
    wellgate__payments__v1__simulate_response__result__init(result);
    s->response->results[s->response->n_results++] = result;
    return simulate_one(s, alternative, scenario, result);
}

static const struct wg_problem *
add_results(struct simulating *s)
{
    size_t alternatives = s->request->n_alternatives, scenarios = s->request->n_scenarios;

    for (size_t a = 0; a < (alternatives ? alternatives : 1); a++)
        for (size_t c = 0; c < (scenarios ? scenarios : 1); c++) {
            const struct wg_problem *problem =
                add_result(s, alternatives ? s->request->alternatives[a] : NULL,
                           scenarios ? s->request->scenarios[c] : NULL);

            if (problem)
                return problem;
        }
    return NULL;
}

const struct wg_problem *
simulate(struct wg_call *call)
{
    struct simulating s = {.call = call, .request = (const void *)wg_input(call)};
    size_t most = (s.request->n_alternatives + 1) * (s.request->n_scenarios + 1);
    const struct wg_problem *problem;

    if (!(s.response = wg_alloc(wg_call_arena(call), sizeof(*s.response))))
        return wg_no_memory(call);
    wellgate__payments__v1__simulate_response__init(s.response);
    if (!(s.response->results = wg_alloc_array(wg_call_arena(call), most,
                                               sizeof(*s.response->results))))
        return wg_no_memory(call);
    if ((problem = read_request(&s)) || (problem = add_results(&s)))
        return problem;
    wg_answer(call, &s.response->base);
    return NULL;
}
