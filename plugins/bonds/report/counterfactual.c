/* counterfactual.c - by whom a bond's outcomes are measured, period by period. */
#include <string.h>
#include <wellgate/messages.h>

#include "facts.h"
#include "wellgate/outcomes/v1/comparators.pb-c.h"

typedef Wellgate__Bonds__V1__Counterfactual Counterfactual;
typedef Wellgate__Common__V1__GetRequest GetRequest;
typedef Wellgate__Common__V1__ListRequest ListRequest;
typedef Wellgate__Outcomes__V1__Comparator Comparator;
typedef Wellgate__Outcomes__V1__ListObservationsResponse ListObservationsResponse;
typedef Wellgate__Outcomes__V1__Observation Observation;
typedef Wellgate__Payments__V1__Comparison Comparison;
typedef Wellgate__Payments__V1__DescribedLine DescribedLine;
typedef Wellgate__Payments__V1__Rule Rule;

#define OUTCOME(name) WELLGATE__PAYMENTS__V1__RULE__OUTCOME_##name
#define CREDIT WELLGATE__PAYMENTS__V1__LINE__KIND__CREDIT
#define PAGE 200

/* ---- The rule's comparison ---- */

static const Comparison *
comparison_of(const Rule *rule)
{
    switch ((int)rule->outcome_case) {
    case OUTCOME(SCORE_CHANGE_COHORT):
        return rule->score_change_cohort->comparison;
    case OUTCOME(EVENT_RATE_COHORT):
        return rule->event_rate_cohort->comparison;
    case OUTCOME(COST_GAP_COHORT):
        return rule->cost_gap_cohort->comparison;
    case OUTCOME(PROPORTION_OF_COHORT):
        return rule->proportion_of_cohort->comparison;
    default:
        return NULL;
    }
}

static char *
unit_of(const struct facts *facts, const Rule *rule)
{
    switch ((int)rule->outcome_case) {
    case OUTCOME(SCORE_CHANGE_COHORT):
        return (char *)"points";
    case OUTCOME(EVENT_RATE_COHORT):
        return (char *)"events a person";
    case OUTCOME(COST_GAP_COHORT):
        return wg_format(facts->arena, "%s a head", facts->basis->bond->currency);
    default:
        return (char *)"share";
    }
}

/* ---- Periods ---- */

/* A period that has a figure: the line that told it first, and the one that told it last. */
struct measured {
    const DescribedLine *first, *last;
};

struct measured_list {
    struct measured *items;
    size_t n;
};

static struct measured *
measured_of(const struct measured_list *list, const char *period)
{
    for (size_t i = 0; i < list->n; i++)
        if (strcmp(list->items[i].first->line->period, period) == 0)
            return &list->items[i];
    return NULL;
}

static bool
tells_figure(const DescribedLine *line, const char *rule)
{
    return strcmp(line->line->rule, rule) == 0 && line->line->kind != CREDIT &&
           line->line->derivation && *line->line->derivation->figure;
}

/* Lines are in order of their statements. errors  false past the arena's limit */
static bool
list_measured(const struct facts *facts, size_t at, const char *rule, struct measured_list *list)
{
    const Told *told = facts->told[at];

    list->n = 0;
    if (!(list->items = wg_alloc_array(facts->arena, told->n_lines + 1, sizeof(*list->items))))
        return false;
    for (size_t i = 0; i < told->n_lines; i++) {
        const DescribedLine *line = told->lines[i];
        struct measured *measured;

        if (!tells_figure(line, rule))
            continue;
        if ((measured = measured_of(list, line->line->period)))
            measured->last = line;
        else
            list->items[list->n++] = (struct measured){line, line};
    }
    return true;
}

struct figures {
    char *figure, *own, *other, *n_own;
};

/* What one line tells, as far as its people may be spoken of. */
static struct figures
figures_of(const struct facts *facts, size_t at, const Line *line)
{
    struct figures told = {(char *)"", (char *)"", told_ratio(facts->arena, line->derivation->other)};
    int64_t printed =
        wg_disclosed_count(wg_disclosure_for(WG_AUDIENCE_INVESTOR), line->derivation->people);

    told.n_own = (char *)told_text(facts, printed);
    if (printed != WG_HIDDEN) {
        told.figure = told_figure(facts, facts->told[at], line, printed).value;
        told.own = told_own(facts, facts->told[at], line, printed).value;
    }
    return told;
}

static void
set_former(char **former, char *was, const char *is)
{
    if (strcmp(was, is))
        *former = was;
}

static void
set_measured(const struct facts *facts, size_t at, const struct measured *measured,
             Counterfactual *message)
{
    const struct figures now = figures_of(facts, at, measured->last->line);
    const struct figures was = figures_of(facts, at, measured->first->line);

    message->period = measured->last->line->period;
    message->figure = now.figure;
    message->own = now.own;
    message->other = now.other;
    message->n_own = now.n_own;
    set_former(&message->former_figure, was.figure, now.figure);
    set_former(&message->former_own, was.own, now.own);
    set_former(&message->former_other, was.other, now.other);
}

/* ---- The comparator ---- */

/* Nothing is told of one that is gone. */
static const struct wg_problem *
set_comparator(const struct facts *facts, Counterfactual *message)
{
    GetRequest request = WELLGATE__COMMON__V1__GET_REQUEST__INIT;
    const struct wg_problem *problem;
    const ProtobufCMessage *output;

    request.name = message->comparator;
    if ((problem = wg_invoke(facts->basis->call, "wellgate.outcomes.v1.Comparators/GetComparator",
                             &request.base, &output)))
        return problem == &wg_not_found ? NULL : problem;
    message->title = ((const Comparator *)output)->title;
    message->population = ((const Comparator *)output)->population;
    message->source = ((const Comparator *)output)->source;
    return NULL;
}

static const Google__Protobuf__Timestamp *
recorded(const Observation *observation)
{
    return observation->update_time ? observation->update_time : observation->create_time;
}

static bool
is_changed(const Observation *observation)
{
    return observation->update_time && observation->create_time &&
           (observation->update_time->seconds != observation->create_time->seconds ||
            observation->update_time->nanos != observation->create_time->nanos);
}

static void
set_observed(const struct facts *facts, const Observation *observation, Counterfactual *message)
{
    char day[WG_DATE_TEXT_BYTES];

    message->n_other = (char *)told_count(facts, observation->n);
    message->data_date = wg_copy_text(facts->arena, wg_date_format(
        wg_date_at(recorded(observation)->seconds * 1000, "Europe/London"), day));
}

/* Of the periods from the row on: each observation is one more of its own, and the last tells. */
static void
take_observation(const struct facts *facts, const Observation *observation, Report *report,
                 size_t from, int64_t *last_seconds)
{
    for (size_t i = from; i < report->n_counterfactuals && !*observation->practice; i++) {
        Counterfactual *message = report->counterfactuals[i];

        if (strcmp(observation->period, message->period))
            continue;
        message->restatements += (last_seconds[i - from] != 0) + is_changed(observation);
        if (recorded(observation)->seconds < last_seconds[i - from])
            continue;
        last_seconds[i - from] = recorded(observation)->seconds;
        set_observed(facts, observation, message);
    }
}

static const struct wg_problem *
set_all_observed(const struct facts *facts, Report *report, size_t from)
{
    int64_t *last = wg_alloc_array(facts->arena, report->n_counterfactuals - from, sizeof(*last));
    ListRequest request = WELLGATE__COMMON__V1__LIST_REQUEST__INIT;
    const ListObservationsResponse *page;
    const struct wg_problem *problem;
    const ProtobufCMessage *output;

    if (!last)
        return no_memory(facts->basis->call);
    memset(last, 0, (report->n_counterfactuals - from) * sizeof(*last));
    request.parent = report->counterfactuals[from]->comparator;
    request.page_size = PAGE;
    do {
        if ((problem = wg_invoke(facts->basis->call,
                                 "wellgate.outcomes.v1.Comparators/ListObservations",
                                 &request.base, &output)))
            return problem == &wg_not_found ? NULL : problem;
        page = (const ListObservationsResponse *)output;
        for (size_t i = 0; i < page->n_observations; i++)
            take_observation(facts, page->observations[i], report, from, last);
        request.page_token = page->next_page_token;
    } while (*request.page_token);
    return NULL;
}

/* ---- All of them ---- */

static Counterfactual *
add_row(const struct facts *facts, size_t at, const Rule *rule, Report *report)
{
    Counterfactual *message =
        wg_new_message(facts->arena, &wellgate__bonds__v1__counterfactual__descriptor);

    if (!message)
        return NULL;
    message->contract = facts->basis->bond->contracts[at];
    message->rule = rule->id;
    message->rule_title = rule->title;
    message->unit = unit_of(facts, rule);
    message->comparator = comparison_of(rule)->comparator;
    return report->counterfactuals[report->n_counterfactuals++] = message;
}

static bool
make_room(const struct facts *facts, Report *report, size_t n_more)
{
    Counterfactual **rows =
        wg_alloc_array(facts->arena, report->n_counterfactuals + n_more, sizeof(*rows));

    if (rows && report->n_counterfactuals)
        memcpy(rows, report->counterfactuals, report->n_counterfactuals * sizeof(*rows));
    report->counterfactuals = rows;
    return rows;
}

/* A row for each period that has a figure; one without where none has. */
static const struct wg_problem *
add_counterfactuals(const struct facts *facts, size_t at, const Rule *rule, Report *report)
{
    size_t from = report->n_counterfactuals;
    const struct wg_problem *problem;
    struct measured_list list;
    Counterfactual *message;

    if (!list_measured(facts, at, rule->id, &list) || !make_room(facts, report, list.n + 1) ||
        (!list.n && !add_row(facts, at, rule, report)))
        return no_memory(facts->basis->call);
    for (size_t i = 0; i < list.n; i++) {
        if (!(message = add_row(facts, at, rule, report)))
            return no_memory(facts->basis->call);
        set_measured(facts, at, &list.items[i], message);
    }
    if (!*report->counterfactuals[from]->comparator)
        return NULL;
    for (size_t i = from; i < report->n_counterfactuals; i++)
        if ((problem = set_comparator(facts, report->counterfactuals[i])))
            return problem;
    return set_all_observed(facts, report, from);
}

const struct wg_problem *
set_counterfactuals(const struct facts *facts, Report *report)
{
    const struct wg_problem *problem = NULL;

    for (size_t i = 0; i < facts->basis->bond->n_contracts; i++)
        for (size_t j = 0; !problem && j < facts->told[i]->n_rules; j++)
            if (comparison_of(facts->told[i]->rules[j]->rule))
                problem = add_counterfactuals(facts, i, facts->told[i]->rules[j]->rule, report);
    return problem;
}
