/* explain.c - words and numbers for a line, and the people behind it. */
#include "explain.h"

#include <stdlib.h>
#include <string.h>
#include <wellgate/decimal.h>

#include "account.h"
#include "explain_credit.h"
#include "statement.h"

typedef Wellgate__Payments__V1__ExplainLineRequest ExplainLineRequest;
typedef Wellgate__Payments__V1__Explanation Explanation;
typedef Wellgate__Payments__V1__Explanation__Step Step;
typedef Wellgate__Payments__V1__Explanation__Unit Unit;
typedef Wellgate__Payments__V1__Explanation__Reading Reading;
typedef Wellgate__Payments__V1__Derivation Derivation;

enum { PAGE_DEFAULT = 50, PAGE_MAX = 1000, STEPS_MAX = 8 };

struct explaining {
    struct wg_call *call;
    struct wg_arena *arena;
    const Line *line;
    const Statement *statement;
    struct account account;
    const Rule *rule;
    struct wg_period period; /* the one that the line pays or corrects */
    struct figure_rule *figure; /* of cohort rules */
    Explanation *out;
    struct pair *pairs; /* of the person that is met */
    size_t pairs_room;
    size_t page;
    const struct wg_problem *problem;
};

static const struct wg_problem *
no_memory(struct wg_call *call)
{
    return wg_fail(call, &wg_payload_too_large, "the explanation is too large");
}

/* ---- Steps ---- */

static bool
add_step(struct explaining *ex, const char *title, const char *value, const char *source, char *text)
{
    Step *step = wg_alloc(ex->arena, sizeof(*step));

    if (!step || !text || !value)
        return false;
    wellgate__payments__v1__explanation__step__init(step);
    step->title = (char *)title;
    step->text = text;
    step->value = (char *)value;
    if (source && (step->sources = wg_alloc(ex->arena, sizeof(*step->sources)))) {
        step->sources[0] = (char *)source;
        step->n_sources = 1;
    }
    ex->out->steps[ex->out->n_steps++] = step;
    return true;
}

/* "31/20", or "31/20, about 1.5500" where it is no short number. */
static const char *
exact_and_about(struct explaining *ex, const char *exact)
{
    const char *about;
    mpq_t value;

    if (!strchr(exact, '/'))
        return exact;
    mpq_init(value);
    wg_ratio_read(exact, value);
    about = wg_ratio_round_format(ex->arena, value, 4);
    mpq_clear(value);
    return about ? wg_format(ex->arena, "%s, about %s", exact, about) : exact;
}

static const char *
cohort_words(const ScoreChangeCohort *outcome)
{
    switch (outcome->cohort) {
    case WELLGATE__PAYMENTS__V1__SCORE_CHANGE_COHORT__COHORT__FOLLOW_UP_IN_PERIOD:
        return "everyone whose last reading falls in the period";
    case WELLGATE__PAYMENTS__V1__SCORE_CHANGE_COHORT__COHORT__STARTED_IN:
        return "everyone whose first reading falls in the period";
    default:
        return "everyone to date";
    }
}

static bool
explain_terms(struct explaining *ex)
{
    const ScoreChangeCohort *outcome = ex->rule->score_change_cohort;
    bool started = outcome->cohort ==
                   WELLGATE__PAYMENTS__V1__SCORE_CHANGE_COHORT__COHORT__STARTED_IN;
    char until[WG_DATE_TEXT_BYTES];

    wg_date_format(started ? ex->account.period.last : ex->period.last, until);
    return add_step(
        ex, "Terms", ex->rule->id, ex->line->version,
        wg_format(ex->arena,
                  "%s, for %s: over %s, the mean %s of %s (%s) from each person's first reading "
                  "to the last one by %s, at least %d days apart, both complete.",
                  ex->rule->title, ex->line->period, cohort_words(outcome),
                  ex->figure->pair.decrease ? "fall" : "gain", outcome->score,
                  outcome->instrument, until, outcome->min_days_apart));
}

static bool
explain_mean(struct explaining *ex, const Derivation *derivation)
{
    if (!derivation->paired)
        return add_step(ex, "Mean gain", "", NULL,
                        wg_format(ex->arena, "Nobody has both readings (%d have a first one): "
                                             "there is no mean.", derivation->with_baseline));
    return add_step(ex, "Mean gain", derivation->mean_gain, NULL,
                    wg_format(ex->arena,
                              "%s points gained by %d people with both readings (of %d with a "
                              "first one): %s.",
                              derivation->gain_sum, derivation->paired, derivation->with_baseline,
                              exact_and_about(ex, derivation->mean_gain)));
}

static bool
explain_share(struct explaining *ex, const Derivation *derivation)
{
    const LinearTable *table = ex->rule->share_of_budget->performance;
    int32_t least = ex->rule->score_change_cohort->min_n;
    const char *points = "";

    if (!derivation->paired || derivation->paired < least)
        return add_step(ex, "Share of the pot", derivation->share, ex->line->version,
                        wg_format(ex->arena, "Nothing, with %d people of at least %d.",
                                  derivation->paired, least ? least : 1));
    for (size_t i = 0; points && i < table->n_points; i++)
        points = wg_format(ex->arena, "%s%s%s at %s", points, i ? ", " : "",
                           table->points[i]->share, table->points[i]->at);
    return points && add_step(ex, "Share of the pot", derivation->share, ex->line->version,
                              wg_format(ex->arena, "Along the line %s: %s.", points,
                                        exact_and_about(ex, derivation->share)));
}

static bool
explain_entitlement(struct explaining *ex, const Derivation *derivation)
{
    const char *pot = wg_format(ex->arena, "%s %s", derivation->pot->currency,
                                derivation->pot->amount);
    const char *due = exact_and_about(ex, derivation->entitlement);

    return pot &&
           add_step(ex, "Entitlement", derivation->entitlement, NULL,
                    ex->rule->share_of_budget->true_up
                        ? wg_format(ex->arena,
                                    "%s of the pots to date, %s, less %s that earlier periods are "
                                    "due: %s for %s.", derivation->share, pot,
                                    exact_and_about(ex, derivation->entitlement_before), due,
                                    ex->line->period)
                        : wg_format(ex->arena, "%s of the pot of %s for %s: %s.",
                                    derivation->share, pot, ex->line->period, due));
}

static bool
explain_amount(struct explaining *ex)
{
    const Wellgate__Common__V1__Money *amount = ex->line->amount;
    bool adjustment = ex->line->kind == WELLGATE__PAYMENTS__V1__LINE__KIND__ADJUSTMENT;

    return add_step(
        ex, "Amount", amount->amount, ex->statement->name,
        adjustment
            ? wg_format(ex->arena,
                        "For %s %s is due now, where %s was stated so far; the difference, "
                        "rounded to the penny, half away from zero, is %s %s.",
                        ex->line->period,
                        exact_and_about(ex, ex->line->derivation->entitlement),
                        exact_and_about(ex, ex->line->derivation->entitlement_stated),
                        amount->currency, amount->amount)
            : wg_format(ex->arena,
                        "The entitlement to date, %s, rounded to the penny, half away from zero, "
                        "less %s issued before and the adjustments beside it: %s %s.",
                        exact_and_about(ex, ex->line->derivation->entitlement_to_date),
                        ex->line->derivation->issued_to_date->amount, amount->currency,
                        amount->amount));
}

static bool
explain_steps(struct explaining *ex)
{
    const Derivation *derivation = ex->line->derivation;

    ex->out->steps = wg_alloc_array(ex->arena, STEPS_MAX, sizeof(*ex->out->steps));
    return ex->out->steps && explain_terms(ex) && explain_mean(ex, derivation) &&
           explain_share(ex, derivation) && explain_entitlement(ex, derivation) &&
           explain_amount(ex);
}

/* ---- People ---- */

/* The stream names the assessment that made a reading known. */
static const struct wg_problem *
reading_message(struct explaining *ex, const struct evidence *reading, Reading **message)
{
    char *date = wg_alloc(ex->arena, WG_DATE_TEXT_BYTES);
    const struct wg_problem *problem;
    struct wg_event event;

    *message = NULL;
    if (!reading)
        return NULL;
    if ((problem = wg_load_event(ex->call, ex->account.programme, reading->recorded, &event)))
        return problem;
    if (!date || !(*message = wg_alloc(ex->arena, sizeof(**message))))
        return no_memory(ex->call);
    wellgate__payments__v1__explanation__reading__init(*message);
    (*message)->assessment = (char *)event.resource;
    (*message)->date = wg_date_format(reading->date, date);
    (*message)->known_at_sequence = reading->recorded;
    if (reading->value != EVIDENCE_NO_VALUE &&
        !((*message)->value = wg_decimal_format(ex->arena, reading->value, EVIDENCE_SCALE)))
        return no_memory(ex->call);
    return NULL;
}

static const struct wg_problem *
add_unit(struct explaining *ex, struct wg_bytes person_id, const struct pair *unit)
{
    Unit *message = wg_alloc(ex->arena, sizeof(*message));
    const struct wg_problem *problem;

    if (!message)
        return no_memory(ex->call);
    wellgate__payments__v1__explanation__unit__init(message);
    message->person = wg_format(ex->arena, "%s/people/%.*s", ex->account.programme,
                                (int)person_id.length, (const char *)person_id.data);
    message->reason = unit->reason;
    if (unit->reason == REASON(COUNTED))
        message->gain = wg_decimal_format(ex->arena, unit->gain, EVIDENCE_SCALE);
    if (!message->person || !message->gain)
        return no_memory(ex->call);
    if ((problem = reading_message(ex, unit->baseline, &message->baseline)) ||
        (problem = reading_message(ex, unit->follow_up, &message->follow_up)))
        return problem;
    ex->out->units[ex->out->n_units++] = message;
    return NULL;
}

static bool
find_pair(struct explaining *ex, const struct person *person, const struct pair **pair)
{
    size_t at = timeline_at(&ex->account.timeline, ex->period.first);
    const struct series *series = &person->series[ex->figure->readings];
    size_t room = pairs_room(series);

    if (room > ex->pairs_room) {
        free(ex->pairs);
        ex->pairs = calloc(room, sizeof(*ex->pairs));
        ex->pairs_room = ex->pairs ? room : 0;
    }
    if (!ex->pairs)
        return false;
    *pair = pairs_find(&ex->figure->pair, &ex->account.timeline, (struct span){at, at + 1}, series,
                       ex->pairs) ? ex->pairs : NULL;
    return true;
}

static bool
take_person(void *context, struct wg_bytes person_id, const struct person *person)
{
    struct explaining *ex = context;
    const struct pair *pair = NULL;

    if (!find_pair(ex, person, &pair))
        ex->problem = no_memory(ex->call);
    if (ex->problem || !pair)
        return !ex->problem;
    if (ex->out->n_units == ex->page || (ex->out->n_units && wg_page_full(ex->call))) {
        ex->out->next_page_token =
            (char *)wg_name_id(ex->out->units[ex->out->n_units - 1]->person);
        return false;
    }
    ex->problem = add_unit(ex, person_id, pair);
    return !ex->problem;
}

static const struct wg_problem *
explain_people(struct explaining *ex, const ExplainLineRequest *request)
{
    const char *after = *request->page_token ? request->page_token : NULL;
    const struct wg_problem *problem;
    struct row_query query;

    ex->page = request->page_size <= 0 ? PAGE_DEFAULT
               : request->page_size > PAGE_MAX ? PAGE_MAX : (size_t)request->page_size;
    if (after && strspn(after, "abcdefghijklmnopqrstuvwxyz0123456789-") != strlen(after))
        return wg_fail(ex->call, &wg_malformed, "pageToken is not one of this list");
    if (!(ex->out->units = wg_alloc_array(ex->arena, ex->page, sizeof(*ex->out->units))))
        return no_memory(ex->call);
    if ((problem = evidence_query(ex->call, ex->account.programme, &ex->account.plan,
                                  ex->account.sequence, ex->account.period.last, &query)) ||
        (problem = evidence_scan(ex->call, ex->account.programme, after, &query, take_person, ex)))
        return problem;
    return ex->problem;
}

/* ---- The whole ---- */

/* The line's rule among the terms that are in force in its period. */
static const struct wg_problem *
find_rule(struct explaining *ex)
{
    size_t at = timeline_at(&ex->account.timeline, ex->period.first);

    for (size_t t = 0; t < ex->account.n_terms; t++) {
        struct terms *terms = &ex->account.terms[t];

        if (at < terms->span.first || at >= terms->span.end)
            continue;
        for (size_t r = 0; r < terms->figures.n; r++)
            if (strcmp(terms->figures.list[r].rule->id, ex->line->rule) == 0)
                ex->figure = &terms->figures.list[r];
    }
    return ex->figure ? NULL : wg_fail(ex->call, &wg_internal, "a stored line is wrong");
}

static const struct wg_problem *
open_line(struct explaining *ex, const char *name)
{
    const struct wg_problem *problem;
    struct wg_record record;

    if ((problem = wg_load(ex->call, name, &record)))
        return problem;
    ex->line = (const Line *)record.message;
    if ((problem = wg_load(ex->call, wg_name_parent(ex->call, name, 3), &record)))
        return problem;
    ex->statement = (const Statement *)record.message;
    if ((problem = account_open(ex->call, wg_name_parent(ex->call, name, 2),
                                wg_name_id(ex->statement->name), ex->statement->known_at_sequence,
                                false, &ex->account)))
        return problem;
    if (!calendar_read(&ex->account.calendar, ex->line->period, &ex->period))
        return wg_fail(ex->call, &wg_internal, "a stored period is wrong");
    if ((problem = wg_load(ex->call, ex->line->version, &record)))
        return problem;
    if (!(ex->rule = rule_of((const Version *)record.message, ex->line->rule)))
        return wg_fail(ex->call, &wg_internal, "a stored line is wrong");
    return find_rule(ex);
}

static const struct wg_problem *
explain(struct explaining *ex, const ExplainLineRequest *request)
{
    const struct wg_problem *problem;

    if ((problem = open_line(ex, request->name)))
        return problem;
    if (!(ex->out = wg_alloc(ex->arena, sizeof(*ex->out))))
        return no_memory(ex->call);
    wellgate__payments__v1__explanation__init(ex->out);
    ex->out->line = ex->line->name;
    ex->out->amount = ex->line->amount;
    return explain_steps(ex) ? explain_people(ex, request) : no_memory(ex->call);
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
    if (((const Line *)record.message)->kind == WELLGATE__PAYMENTS__V1__LINE__KIND__CREDIT)
        return explain_credit(call, (const Line *)record.message);
    problem = explain(&ex, request);
    free(ex.pairs);
    account_close(&ex.account);
    if (!problem)
        wg_answer(call, &ex.out->base);
    return problem;
}
