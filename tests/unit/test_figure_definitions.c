/* test_figure_definitions.c - random cohorts of each kind: what was added up in one pass is
 * what each period comes to by definition. */
#include "cohort_fixture.h"

#include "../../plugins/payments/evidence/row.h"
#include "chance.h"

#define SCORE "instruments/star#sum"

/* ---- What is recorded ---- */

enum { RECORDS = 14, PEOPLE_N = 8 };

/* What is recorded of a person, as a test keeps it. */
struct record {
    const char *series;
    wg_date first, last; /* EVIDENCE_ALWAYS of attributes */
    int64_t value, cost; /* NO_COST: not said */
};

#define NO_COST INT64_MIN

struct history {
    struct record records[RECORDS];
    size_t n;
};

static bool
is_use(const char *series)
{
    return strncmp(series, "use:", 4) == 0;
}

/* How many events a record is. */
static int64_t
events_of(const struct record *record)
{
    return is_use(record->series) ? record->value / EVIDENCE_ONE : 1;
}

static bool
is_in(const char *series, char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(list[i], series) == 0)
            return true;
    return false;
}

/* The first day of a series by a day; DATE_NONE: there is none. */
static wg_date
first_by(const struct history *history, const char *series, wg_date day)
{
    wg_date first = DATE_MAX;

    for (size_t i = 0; i < history->n; i++)
        if (strcmp(history->records[i].series, series) == 0 && history->records[i].first < first)
            first = history->records[i].first;
    return first <= day ? first : DATE_NONE;
}

static wg_date
plus(wg_date day, const char *text)
{
    struct duration duration;

    assert_true(duration_read(text, &duration));
    return duration_after(day, duration);
}

/* The days of a window as it stands on a day. false: it has no anchor. */
static bool
window_on(const Wellgate__Payments__V1__Window *window, const struct history *history, wg_date day,
          struct days *days)
{
    const char *anchor = window && *window->anchor ? window->anchor : "referral:REFERRED";
    wg_date from = strcmp(anchor, "unit") == 0 ? day : first_by(history, anchor, day);

    *days = DAYS_ALL;
    if (!window)
        return true;
    if (*window->anchor || *window->from || *window->to) {
        if (from == DATE_NONE)
            return false;
        days->first = plus(from, window->from);
        days->last = *window->to ? plus(plus(from, window->to), window->grace) : DATE_MAX;
    }
    if (*window->from_date && date(window->from_date) > days->first)
        days->first = date(window->from_date);
    if (*window->to_date && date(window->to_date) < days->last)
        days->last = date(window->to_date);
    return true;
}

static bool
holds_on(const Wellgate__Payments__V1__Condition *condition, const struct history *history,
         wg_date day)
{
    struct days days = {DATE_NONE, day};
    int64_t found = 0;

    if (condition->window && strncmp(condition->series, "attribute:", 10) != 0 &&
        !window_on(condition->window, history, day, &days))
        return condition->absent;
    if (days.last > day)
        days.last = day;
    for (size_t i = 0; i < history->n; i++) {
        const struct record *record = &history->records[i];

        if (strcmp(record->series, condition->series) == 0 &&
            (record->first == EVIDENCE_ALWAYS ||
             (days.first <= days.last && record->first <= days.last && record->last >= days.first)))
            found += events_of(record);
    }
    return (found >= (condition->at_least ? condition->at_least : 1)) != condition->absent;
}

/* Is the person in the cohort as it is judged on a day? */
static bool
is_counted_on(const Rule *rule, const struct history *history, wg_date day, struct days *days)
{
    for (size_t i = 0; i < history->n; i++)
        if (strcmp(history->records[i].series, "attribute:duplicate=true") == 0)
            return false;
    for (size_t i = 0; i < rule->n_eligible_if; i++) {
        bool any = false;

        for (size_t c = 0; c < rule->eligible_if[i]->n_any_of; c++)
            any = any || holds_on(rule->eligible_if[i]->any_of[c], history, day);
        if (!any)
            return false;
    }
    return window_on(rule->window, history, day, days);
}

/* ---- Each kind by its definition ---- */

struct looking {
    const struct cohort *cohort;
    const Rule *rule;
    const struct history *history;
    struct wg_period period;
    wg_date until; /* the statement's last day */
    struct days days;
};

static bool
counts_in(const struct looking *looking, const struct record *record, wg_date first, wg_date last)
{
    return record->first >= first && record->first <= last && is_among(looking->days, record->first);
}

static bool
is_reading(const struct looking *looking, const struct record *record, wg_date horizon)
{
    return strcmp(record->series, SCORE) == 0 &&
           counts_in(looking, record, date("2016-01-01"), horizon);
}

static struct tally
score_by_definition(const struct looking *looking, wg_date horizon)
{
    const ScoreChangeCohort *terms = looking->rule->score_change_cohort;
    const struct record *first = NULL, *last;
    struct days baseline, follow_up;
    int cohort = (int)terms->cohort;
    int64_t gain;

    if (!window_on(terms->baseline_window, looking->history, horizon, &baseline) ||
        !window_on(terms->follow_up_window, looking->history, horizon, &follow_up))
        return (struct tally){0};
    for (size_t i = 0; i < looking->history->n; i++) {
        const struct record *record = &looking->history->records[i];

        if (is_reading(looking, record, horizon) && is_among(baseline, record->first) &&
            (!first || record->first < first->first))
            first = record;
    }
    last = first;
    for (size_t i = 0; first && i < looking->history->n; i++) {
        const struct record *record = &looking->history->records[i];

        if (is_reading(looking, record, horizon) && is_among(follow_up, record->first) &&
            (record->first > first->first || (record->first == first->first && record > first)) &&
            record->first >= last->first)
            last = record;
    }
    if (!first ||
        (cohort == WELLGATE__PAYMENTS__V1__SCORE_CHANGE_COHORT__COHORT__STARTED_IN &&
         !wg_period_contains(looking->period, first->first)) ||
        (cohort == WELLGATE__PAYMENTS__V1__SCORE_CHANGE_COHORT__COHORT__FOLLOW_UP_IN_PERIOD &&
         (first == last || !wg_period_contains(looking->period, last->first))))
        return (struct tally){0};
    if (first == last || first->value == EVIDENCE_NO_VALUE || last->value == EVIDENCE_NO_VALUE ||
        last->first - first->first < terms->min_days_apart)
        return (struct tally){0, 0, 1};
    gain = last->value - first->value;
    return (struct tally){
        terms->direction == WELLGATE__PAYMENTS__V1__SCORE_CHANGE_COHORT__DIRECTION__DECREASE
            ? -gain : gain, 1, 1};
}

static int64_t
count_by_definition(const struct looking *looking, char *const *events, size_t n, wg_date first,
                    wg_date last)
{
    int64_t found = 0;

    for (size_t i = 0; i < looking->history->n; i++) {
        const struct record *record = &looking->history->records[i];

        if (is_in(record->series, events, n) && counts_in(looking, record, first, last))
            found += events_of(record) * EVIDENCE_ONE;
    }
    return found;
}

static struct tally
rate_by_definition(const struct looking *looking)
{
    const Wellgate__Payments__V1__EventRateCohort *terms = looking->rule->event_rate_cohort;
    wg_date start = first_by(looking->history, "referral:REFERRED", looking->period.last);

    for (size_t c = 0; start != DATE_NONE && c < terms->n_cohorts; c++) {
        wg_date from = date(terms->cohorts[c]->from_date), to = date(terms->cohorts[c]->to_date);

        if (start >= from && start <= to &&
            wg_period_contains(looking->period, plus(to, terms->follow) - 1))
            return (struct tally){
                count_by_definition(looking, terms->events, terms->n_events, start,
                                    plus(start, terms->follow) - 1), 1, 1};
    }
    return (struct tally){0};
}

static struct tally
cost_by_definition(const struct looking *looking)
{
    const Wellgate__Payments__V1__CostGapCohort *terms = looking->rule->cost_gap_cohort;
    wg_date start = first_by(looking->history, "referral:REFERRED", looking->period.last);
    wg_date first = looking->period.first;
    struct tally tally = {0, 1, 1};

    if (*terms->over)
        first = plus(looking->period.last + 1, wg_format(&arena, "-%s", terms->over));
    if (start == DATE_NONE || plus(start, terms->first_evidence) > first)
        return (struct tally){0};
    for (size_t i = 0; i < looking->history->n; i++) {
        const struct record *record = &looking->history->records[i];

        if (!is_use(record->series) ||
            !is_in(record->series + 4, terms->classes, terms->n_classes) ||
            !counts_in(looking, record, first, looking->period.last))
            continue;
        if (record->cost != NO_COST)
            tally.sum += record->cost;
        else if (strcmp(record->series, "use:ED_ATTENDANCE") == 0) /* the one with a unit cost */
            tally.sum += events_of(record) * 1205000;
    }
    return tally;
}

static struct tally
count_vs_by_definition(const struct looking *looking)
{
    const Wellgate__Payments__V1__CountVsBaseline *terms = looking->rule->count_vs_baseline;
    int64_t n = count_by_definition(looking, terms->events, terms->n_events, looking->period.first,
                                    looking->period.last);

    return n ? (struct tally){terms->count_events ? n : EVIDENCE_ONE, 1, 1} : (struct tally){0};
}

/* The units of the milestone rules: the first so many of each day's, from the contract's
 * first day on. How many of them lie on some days. */
static size_t
units_by_definition(const struct looking *looking, const char *series, size_t most, wg_date first,
                    wg_date last)
{
    size_t found = 0;

    for (size_t i = 0; i < looking->history->n; i++) {
        const struct record *record = &looking->history->records[i];
        size_t before = 0;

        if (strcmp(record->series, series) != 0 || record->first < date("2016-01-01"))
            continue;
        for (size_t j = 0; j < looking->history->n; j++) {
            const struct record *other = &looking->history->records[j];

            before += strcmp(other->series, series) == 0 && other->first >= date("2016-01-01") &&
                      (other->first < record->first || (other->first == record->first && j < i));
        }
        found += before < most && counts_in(looking, record, first, last);
    }
    return found;
}

/* Who came in a period may reach it later. */
static struct tally
proportion_by_definition(const struct looking *looking, wg_date horizon)
{
    bool per_period = looking->rule->proportion_of_cohort->per_period;

    if (!units_by_definition(looking, "milestone:review", 3,
                             per_period ? looking->period.first : DATE_NONE, looking->period.last))
        return (struct tally){0};
    return (struct tally){units_by_definition(looking, "milestone:discharge", 1, DATE_NONE,
                                              horizon) ? EVIDENCE_ONE : 0, 1, 1};
}

static bool
is_judged_to_the_end(const Rule *rule)
{
    switch (rule->outcome_case) {
    case WELLGATE__PAYMENTS__V1__RULE__OUTCOME_SCORE_CHANGE_COHORT:
        return rule->score_change_cohort->cohort ==
               WELLGATE__PAYMENTS__V1__SCORE_CHANGE_COHORT__COHORT__STARTED_IN;
    case WELLGATE__PAYMENTS__V1__RULE__OUTCOME_PROPORTION_OF_COHORT:
        return rule->proportion_of_cohort->per_period;
    default:
        return false;
    }
}

static struct tally
by_definition(struct looking *looking)
{
    const Rule *rule = looking->rule;
    wg_date horizon = is_judged_to_the_end(rule) ? looking->until : looking->period.last;

    if (!is_counted_on(rule, looking->history, horizon, &looking->days))
        return (struct tally){0};
    switch (rule->outcome_case) {
    case WELLGATE__PAYMENTS__V1__RULE__OUTCOME_SCORE_CHANGE_COHORT:
        return score_by_definition(looking, horizon);
    case WELLGATE__PAYMENTS__V1__RULE__OUTCOME_EVENT_RATE_COHORT:
        return rate_by_definition(looking);
    case WELLGATE__PAYMENTS__V1__RULE__OUTCOME_COST_GAP_COHORT:
        return cost_by_definition(looking);
    case WELLGATE__PAYMENTS__V1__RULE__OUTCOME_COUNT_VS_BASELINE:
        return count_vs_by_definition(looking);
    default:
        return proportion_by_definition(looking, horizon);
    }
}

/* ---- Random cohorts ---- */

#define PICK(...) pick((const char *const[]){__VA_ARGS__}, COUNT(((const char *const[]){__VA_ARGS__})))

static const char *
pick(const char *const *list, size_t n)
{
    return list[chance(n)];
}

static const char *
random_window(void)
{
    return PICK("{'from': 'P1M', 'to': 'P6M'}", "{'from': '-P3M'}", "{'to': 'P8M', 'grace': 'P1W'}",
                "{'fromDate': '2016-03-15'}", "{'fromDate': '2016-03-15', 'toDate': '2016-10-01'}",
                "{'anchor': 'milestone:review', 'from': '-P6M', 'to': 'P6M'}",
                "{'anchor': 'milestone:review'}", "{'anchor': 'unit', 'from': '-P4M'}",
                "{'anchor': 'unit', 'from': '-P200D', 'to': '-P1M'}");
}

static const char *
random_condition(void)
{
    return wg_format(&arena, "{'series': '%s'%s%s%s}",
                     PICK("attribute:sex=FEMALE", "milestone:discharge", "use:ED_ATTENDANCE",
                          "spell:home", "attribute:sex=FEMALE"),
                     chance(3) ? "" : ", 'absent': true", chance(3) ? "" : ", 'atLeast': 2",
                     chance(3) ? "" : wg_format(&arena, ", 'window': %s", random_window()));
}

static const char *
random_modifiers(void)
{
    const char *text = "";

    if (!chance(2))
        text = wg_format(&arena, ", 'window': %s", random_window());
    if (!chance(2))
        text = wg_format(&arena, "%s, 'eligibleIf': [{'anyOf': [%s]}, {'anyOf': [%s, %s]}]", text,
                         random_condition(), random_condition(), random_condition());
    else if (!chance(2))
        text = wg_format(&arena, "%s, 'eligibleIf': [{'anyOf': [%s]}]", text, random_condition());
    return text;
}

static const char *
random_outcome(void)
{
    const char *events = PICK("'milestone:review'", "'use:ED_ATTENDANCE', 'milestone:discharge'",
                              "'use:ED_ATTENDANCE', 'use:BED_DAYS'", "'spell:home'");

    switch (chance(5)) {
    case 0:
        return wg_format(&arena, "'scoreChangeCohort': {'instrument': 'instruments/star', "
                         "'score': 'sum', 'direction': '%s', 'cohort': '%s', 'minDaysApart': %d%s%s}",
                         PICK("INCREASE", "DECREASE"),
                         PICK("TO_DATE", "FOLLOW_UP_IN_PERIOD", "STARTED_IN"), (int)chance(3) * 40,
                         chance(3) ? "" : wg_format(&arena, ", 'baselineWindow': %s",
                                                    random_window()),
                         chance(3) ? "" : wg_format(&arena, ", 'followUpWindow': %s",
                                                    random_window()));
    case 1:
        return wg_format(&arena, "'eventRateCohort': {'events': [%s], 'follow': '%s', 'cohorts': ["
                         "{'fromDate': '2016-01-01', 'toDate': '2016-02-29'}, "
                         "{'fromDate': '2016-05-31', 'toDate': '2016-08-31'}], "
                         "'comparison': {'fixed': '2', 'effect': 'ABSOLUTE'}}", events,
                         PICK("P1M", "P3M", "P91D", "P6M"));
    case 2:
        return wg_format(&arena, "'costGapCohort': {'classes': ['ED_ATTENDANCE', 'BED_DAYS'], "
                         "'firstEvidence': '%s', %s'comparison': {'fixed': '2', 'effect': 'ABSOLUTE'}"
                         ", 'unitCosts': [{'class': 'ED_ATTENDANCE', 'cost': {'currency': 'GBP', "
                         "'amount': '120.50'}}]}", PICK("P0D", "P1M", "P4M"),
                         PICK("", "'over': 'P6M', ", "'over': 'P2M', "));
    case 3:
        return wg_format(&arena, "'countVsBaseline': {'events': [%s], 'countEvents': %s, "
                         "'expected': [{'period': '2016-Q1', 'value': '1'}]}", events,
                         PICK("true", "false"));
    default:
        return wg_format(&arena, "'proportionOfCohort': {'numerator': 'discharged', "
                         "'denominator': 'reviewed', 'perPeriod': %s}", PICK("true", "false"));
    }
}

static const char *
random_rules(void)
{
    return wg_format(&arena,
                     "[{'id': 'reviewed', 'maxPerPerson': 3, 'milestone': {'events': "
                     "['milestone:review']}}, {'id': 'discharged', 'milestone': {'events': "
                     "['milestone:discharge']}}, {'id': 'c', %s%s}]", random_outcome(),
                     random_modifiers());
}

static struct record
random_record(void)
{
    struct record record = {.series = PICK(SCORE, SCORE, SCORE, "milestone:review",
                                           "milestone:discharge", "use:ED_ATTENDANCE",
                                           "use:ED_ATTENDANCE", "use:BED_DAYS", "spell:home",
                                           "referral:REFERRED", "attribute:sex=FEMALE")};

    record.first = record.last = (wg_date)(date("2015-11-01") + chance(600));
    record.value = chance(6) ? chance(100) * EVIDENCE_ONE / 4 : EVIDENCE_NO_VALUE;
    record.cost = NO_COST;
    if (is_use(record.series)) {
        record.value = chance(4) * EVIDENCE_ONE;
        record.cost = chance(2) ? chance(1000) * 100 : NO_COST;
    }
    if (strncmp(record.series, "spell:", 6) == 0)
        record.last = chance(3) ? (wg_date)(record.first + chance(200)) : EVIDENCE_OPEN;
    if (strncmp(record.series, "attribute:", 10) == 0)
        record.first = record.last = EVIDENCE_ALWAYS;
    return record;
}

static void
random_history(struct history *history)
{
    history->n = (size_t)chance(RECORDS);
    for (size_t i = 0; i < history->n; i++)
        history->records[i] = random_record();
    if (!chance(10))
        history->records[history->n++] = (struct record){
            "attribute:duplicate=true", EVIDENCE_ALWAYS, EVIDENCE_ALWAYS, EVIDENCE_NO_VALUE, NO_COST};
}

static void
person_of(const struct history *history, const struct terms *terms, wg_date until,
          struct people *people)
{
    people->n = 0;
    for (size_t i = 0; i < history->n; i++) {
        const struct record *record = &history->records[i];
        struct evidence evidence = {record->first, record->last, record->value, i + 1, (uint32_t)i};

        record_say(people, terms, evidence, record->series);
        evidence.value = record->cost;
        if (record->cost != NO_COST)
            record_say(people, terms, evidence, wg_format(&arena, "cost:%s@GBP", record->series + 4));
    }
    person_at(people, terms, until);
}

static void
check_period(const struct cohort *cohort, const char *rules, const struct history *people,
             size_t period)
{
    const struct figure_rule *rule = figure_rule_of(cohort);
    struct tally wanted = {0};

    for (size_t i = 0; i < PEOPLE_N; i++) {
        struct looking looking = {cohort, rule->rule, &people[i], cohort->timeline.periods[period],
                                  cohort->timeline.last, DAYS_ALL};
        struct tally one = by_definition(&looking);

        tally_add(&wanted, &one);
    }
    if (rule->tallies[period].sum != wanted.sum || rule->tallies[period].n != wanted.n ||
        rule->tallies[period].considered != wanted.considered)
        fail_msg("in period %zu of %s: %lld of %d/%d, not %lld of %d/%d", period, rules,
                 (long long)rule->tallies[period].sum, rule->tallies[period].n,
                 rule->tallies[period].considered, (long long)wanted.sum, wanted.n,
                 wanted.considered);
}

/* What each person is said to add to a period adds up to it. */
static void
check_parts(struct cohort *cohort, const struct history *people, size_t period)
{
    const struct figure_rule *rule = figure_rule_of(cohort);
    struct figure_part part = {0};
    struct tally sum = {0};

    for (size_t i = 0; i < PEOPLE_N; i++) {
        struct unit_list units = {0};

        person_of(&people[i], &cohort->terms, cohort->timeline.last, &cohort->person);
        assert_true(person_units(cohort->terms.rules, &cohort->person.person, false, &units));
        assert_true(figure_part_find(&cohort->figures, (size_t)(rule - cohort->figures.list), period,
                                     &cohort->person.person, &units, &part));
        sum.sum += part.value;
        sum.n += part.reason == REASON(COUNTED);
        assert_true(part.reason == REASON(COUNTED) || !part.value);
        free(units.list);
    }
    assert_int_equal(sum.sum, rule->tallies[period].sum);
    assert_int_equal(sum.n, rule->tallies[period].n);
    figure_part_finish(&part);
}

/* What was added up in one pass over many periods is what each period comes to alone. */
TEST(every_cohort_adds_up_to_what_it_is_by_definition_in_each_period)
{
    static struct cohort cohort;
    static struct history people[PEOPLE_N];

    sow();
    for (int round = 0; round < rounds(3000); round++) {
        struct calendar calendar = {.start = date("2016-01-01"), .months = chance(2) ? 3 : 1};
        const char *rules;
        struct span span;

        wg_arena_reset(&arena);
        rules = random_rules();
        terms_begin(&cohort.terms, rules);
        assert_true(timeline_init(&arena, &calendar, (wg_date)(calendar.start + chance(500)),
                                  &cohort.timeline));
        span.first = chance(2) ? 0 : (size_t)chance(cohort.timeline.n);
        span.end = span.first + 1 + (size_t)chance(cohort.timeline.n - span.first);
        cohort_compile(&cohort, span);
        for (size_t i = 0; i < PEOPLE_N; i++) {
            random_history(&people[i]);
            person_of(&people[i], &cohort.terms, cohort.timeline.last, &cohort.person);
            cohort_take(&cohort);
        }
        cohort_finish(&cohort);
        for (size_t p = span.first; p < span.end; p++)
            check_period(&cohort, rules, people, p);
        check_parts(&cohort, people, span.first + (size_t)chance(span.end - span.first));
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_cohort_adds_up_to_what_it_is_by_definition_in_each_period),
    };

    return cmocka_run_group_tests(tests, load_terms, unload_terms);
}
