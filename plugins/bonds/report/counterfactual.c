/* counterfactual.c - by whom a bond's outcomes are measured. */
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

/* Of the last period with a figure, the last. */
static const DescribedLine *
line_of(const Told *told, const char *rule)
{
    const DescribedLine *found = NULL;

    for (size_t i = 0; i < told->n_lines; i++) {
        const DescribedLine *line = told->lines[i];

        if (strcmp(line->line->rule, rule) || !line->line->derivation ||
            !*line->line->derivation->figure)
            continue;
        if (!found || strcmp(line->period_end_date, found->period_end_date) >= 0)
            found = line;
    }
    return found;
}

static void
set_line(const struct facts *facts, size_t at, const DescribedLine *told, Counterfactual *message)
{
    const Wellgate__Payments__V1__Derivation *derivation = told->line->derivation;
    int64_t printed =
        wg_disclosed_count(wg_disclosure_for(WG_AUDIENCE_INVESTOR), derivation->people);

    message->period = told->line->period;
    message->other = told_ratio(facts->arena, derivation->other);
    message->n_own = (char *)told_text(facts, printed);
    if (printed != WG_HIDDEN)
        message->own = told_own(facts, facts->told[at], told->line, printed).value;
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

struct observed {
    const Observation *last;
    int32_t n, changed;
};

static void
take_observations(const ListObservationsResponse *page, const char *period,
                  struct observed *observed)
{
    for (size_t i = 0; i < page->n_observations; i++) {
        const Observation *observation = page->observations[i];

        if (strcmp(observation->period, period) || *observation->practice)
            continue;
        observed->n++;
        observed->changed += is_changed(observation);
        if (!observed->last || recorded(observation)->seconds >= recorded(observed->last)->seconds)
            observed->last = observation;
    }
}

static const struct wg_problem *
load_observed(const struct facts *facts, const Counterfactual *message, struct observed *observed)
{
    ListRequest request = WELLGATE__COMMON__V1__LIST_REQUEST__INIT;
    const struct wg_problem *problem;
    const ProtobufCMessage *output;

    request.parent = message->comparator;
    request.page_size = PAGE;
    do {
        if ((problem = wg_invoke(facts->basis->call,
                                 "wellgate.outcomes.v1.Comparators/ListObservations",
                                 &request.base, &output)))
            return problem == &wg_not_found ? NULL : problem;
        take_observations((const ListObservationsResponse *)output, message->period, observed);
        request.page_token = ((const ListObservationsResponse *)output)->next_page_token;
    } while (*request.page_token);
    return NULL;
}

static const struct wg_problem *
set_observed(const struct facts *facts, Counterfactual *message)
{
    struct observed observed = {0};
    const struct wg_problem *problem;
    char day[WG_DATE_TEXT_BYTES];

    if ((problem = load_observed(facts, message, &observed)) || !observed.last)
        return problem;
    message->n_other = (char *)told_count(facts, observed.last->n);
    message->restatements = observed.n - 1 + observed.changed;
    message->data_date = wg_copy_text(facts->arena, wg_date_format(
        wg_date_at(recorded(observed.last)->seconds * 1000, "Europe/London"), day));
    return NULL;
}

/* ---- All of them ---- */

static const struct wg_problem *
add_counterfactual(const struct facts *facts, size_t at, const Rule *rule, Report *report)
{
    Counterfactual *message =
        wg_new_message(facts->arena, &wellgate__bonds__v1__counterfactual__descriptor);
    const Comparison *comparison = comparison_of(rule);
    const DescribedLine *line = line_of(facts->told[at], rule->id);
    const struct wg_problem *problem;

    if (!message)
        return no_memory(facts->basis->call);
    message->contract = facts->basis->bond->contracts[at];
    message->rule = rule->id;
    message->comparator = comparison->comparator;
    report->counterfactuals[report->n_counterfactuals++] = message;
    if (line)
        set_line(facts, at, line, message);
    if (!*message->comparator)
        return NULL;
    if ((problem = set_comparator(facts, message)))
        return problem;
    return line ? set_observed(facts, message) : NULL;
}

const struct wg_problem *
set_counterfactuals(const struct facts *facts, Report *report)
{
    const struct wg_problem *problem = NULL;
    size_t most = 1;

    for (size_t i = 0; i < facts->basis->bond->n_contracts; i++)
        most += facts->told[i]->n_rules;
    report->counterfactuals =
        wg_alloc_array(facts->arena, most, sizeof(*report->counterfactuals));
    if (!report->counterfactuals)
        return no_memory(facts->basis->call);
    for (size_t i = 0; i < facts->basis->bond->n_contracts; i++)
        for (size_t j = 0; !problem && j < facts->told[i]->n_rules; j++)
            if (comparison_of(facts->told[i]->rules[j]->rule))
                problem = add_counterfactual(facts, i, facts->told[i]->rules[j]->rule, report);
    return problem;
}
