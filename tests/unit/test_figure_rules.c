/* test_figure_rules.c - each kind of outcome of a cohort: by examples, and by its definition
 * one period at a time. */
#include "terms_fixture.h"

#include "../../plugins/payments/figure_rules.h"
#include "chance.h"

/* ---- A cohort ---- */

enum { PEOPLE_MAX = 40 };

/* Terms from 1 January 2016, and people under them. */
struct cohort {
    struct terms terms;
    struct timeline timeline;
    struct figure_rules figures;
    struct people people[PEOPLE_MAX];
    size_t n;
};

static const struct comparator *compared_with; /* by figures of a test; NULL: nothing */
static int months_of_periods = 3;

static void
cohort_begin(struct cohort *cohort, const char *rules, const char *until)
{
    struct calendar calendar = {.start = date("2016-01-01"), .months = months_of_periods};

    terms_begin(&cohort->terms, rules);
    assert_true(timeline_init(&arena, &calendar, date(until), &cohort->timeline));
    assert_true(figure_rules_compile(&arena, &cohort->terms.contract, cohort->terms.version,
                                     &cohort->timeline, (struct span){0, cohort->timeline.n},
                                     &cohort->terms.plan, &cohort->figures));
    cohort->n = 0;
}

/* As a fold does with each row. */
static void
cohort_take(struct cohort *cohort, const struct people *people)
{
    struct unit_list units = {0};

    assert_true(person_units(cohort->terms.rules, &people->person, false, &units));
    assert_true(figure_rules_take(&cohort->figures, &people->person, &units));
    free(units.list);
}

static const struct figure_rule *
figure_rule_of(const struct cohort *cohort)
{
    for (size_t i = 0; i < cohort->figures.n; i++)
        if (cohort->figures.list[i].kind)
            return &cohort->figures.list[i];
    fail_msg("no rule of a cohort");
    return NULL;
}

/* "2016-Q1 3/2 of 2", and of 2 where more are in the cohort "2/5"; or the reason. */
static const char *
figure_text(const struct figure_rule *rule, size_t period)
{
    const struct tally *tally = &rule->tallies[period];
    char name[WG_PERIOD_TEXT_BYTES];
    struct reckoning reckoning;
    struct figure figure;
    const char *text;

    mpq_inits(figure.value, figure.numerator, figure.denominator, NULL);
    reckoning_begin(&reckoning, &figure);
    figure_reckon(rule, period, compared_with, &reckoning);
    assert_int_equal(figure.n, tally->n);
    assert_int_equal(figure.judged, figure.reason == REASON(PAID));
    text = wg_format(&arena, "%s %s of %d%s\n",
                     wg_period_format(rule->timeline->periods[period], name),
                     figure.judged ? wg_ratio_format(&arena, figure.value)
                                   : reason_text(figure.reason),
                     tally->n, tally->considered == tally->n
                         ? "" : wg_format(&arena, "/%d", tally->considered));
    reckoning_end(&reckoning);
    mpq_clears(figure.value, figure.numerator, figure.denominator, NULL);
    return text;
}

static const char *
figures_text(const struct cohort *cohort)
{
    const struct figure_rule *rule = figure_rule_of(cohort);
    const char *text = "";

    for (size_t p = 0; p < cohort->timeline.n; p++)
        text = wg_format(&arena, "%s%s", text, figure_text(rule, p));
    return text;
}

/* What people's evidence comes to under a cohort's rule, period by period up to a day.
 * people: each a line for each record, NULL at the end. */
static void
check_figures(const char *rules, const char *const *people, const char *until, const char *wanted)
{
    static struct cohort cohort;
    const char *found;

    wg_arena_reset(&arena);
    cohort_begin(&cohort, rules, until);
    for (size_t i = 0; people[i]; i++) {
        people_begin(&cohort.people[0], &cohort.terms, people[i], date(until));
        cohort_take(&cohort, &cohort.people[0]);
    }
    figure_rules_finish(&cohort.figures);
    found = figures_text(&cohort);
    if (strcmp(found, wanted) != 0)
        fail_msg("of %s\nby %s come\n%snot\n%s", rules, until, found, wanted);
}

#define PEOPLE(...) ((const char *const[]){__VA_ARGS__, NULL})
#define NOBODY ((const char *const[]){NULL})

/* ---- scoreChangeCohort ---- */

#define SCORE "instruments/star#sum"
#define MEAN_GAIN(cohort, more)                                                                \
    "[{'id': 'a', 'scoreChangeCohort': {'instrument': 'instruments/star', 'score': 'sum', "    \
    "'direction': 'INCREASE', 'cohort': '" cohort "'}" more "}]"

TEST(a_mean_gain_is_of_all_pairs_to_date)
{
    check_figures(MEAN_GAIN("TO_DATE", ""),
                  PEOPLE("2016-01-10 " SCORE " 20\n2016-03-10 " SCORE " 21.5",
                         "2016-02-10 " SCORE " 10\n2016-05-10 " SCORE " 12",
                         "2016-02-10 " SCORE " 10"),
                  "2016-09-30", "2016-Q1 3/2 of 1/3\n2016-Q2 7/4 of 2/3\n2016-Q3 7/4 of 2/3\n");
}

TEST(a_cohort_by_follow_up_or_start_is_of_each_periods_own_people)
{
    const char *const *people = PEOPLE("2016-01-10 " SCORE " 20\n2016-03-10 " SCORE " 21.5",
                                       "2016-02-10 " SCORE " 10\n2016-05-10 " SCORE " 12",
                                       "2016-04-10 " SCORE " 10\n2016-07-10 " SCORE " 4");

    check_figures(MEAN_GAIN("FOLLOW_UP_IN_PERIOD", ""), people, "2016-09-30",
                  "2016-Q1 3/2 of 1\n2016-Q2 2 of 1\n2016-Q3 -6 of 1\n");
    check_figures(MEAN_GAIN("STARTED_IN", ""), people, "2016-09-30",
                  "2016-Q1 7/4 of 2\n2016-Q2 -6 of 1\n2016-Q3 EVIDENCE_MISSING of 0\n");
    /* as it stood three months before */
    check_figures(MEAN_GAIN("STARTED_IN", ""), people, "2016-06-30",
                  "2016-Q1 7/4 of 2\n2016-Q2 EVIDENCE_MISSING of 0/1\n");
}

TEST(with_fewer_people_than_the_least_n_there_is_no_figure)
{
    static const char two[] =
        "[{'id': 'a', 'scoreChangeCohort': {'instrument': 'instruments/star', 'score': 'sum',"
        " 'direction': 'INCREASE', 'cohort': 'TO_DATE', 'minN': 2}}]";

    check_figures(two, PEOPLE("2016-01-10 " SCORE " 20\n2016-03-10 " SCORE " 22",
                              "2016-02-10 " SCORE " 10\n2016-05-10 " SCORE " 12"),
                  "2016-06-30", "2016-Q1 MIN_N of 1/2\n2016-Q2 2 of 2\n");
    check_figures(two, NOBODY, "2016-03-31", "2016-Q1 MIN_N of 0\n");
    check_figures(MEAN_GAIN("TO_DATE", ""), NOBODY, "2016-03-31",
                  "2016-Q1 EVIDENCE_MISSING of 0\n");
}

/* ---- Who belongs to a cohort, and what counts ---- */

TEST(people_who_are_recorded_twice_count_nowhere)
{
    check_figures(MEAN_GAIN("TO_DATE", ""),
                  PEOPLE("2016-01-10 " SCORE " 20\n2016-03-10 " SCORE " 21",
                         "2016-01-10 " SCORE " 20\n2016-03-10 " SCORE " 29\n"
                         "attribute:duplicate=true"),
                  "2016-03-31", "2016-Q1 1 of 1\n");
}

TEST(a_cohort_is_of_those_who_are_eligible)
{
    const char *const *people =
        PEOPLE("attribute:sex=FEMALE\n2016-01-10 " SCORE " 20\n2016-03-10 " SCORE " 21",
               "2016-01-10 " SCORE " 20\n2016-03-10 " SCORE " 25");

    check_figures(MEAN_GAIN("TO_DATE",
                            ", 'eligibleIf': [{'anyOf': [{'series': 'attribute:sex=FEMALE'}]}]"),
                  people, "2016-06-30", "2016-Q1 1 of 1\n2016-Q2 1 of 1\n");
    check_figures(MEAN_GAIN("TO_DATE",
                            ", 'eligibleIf': [{'anyOf': [{'series': 'attribute:sex=FEMALE',"
                            " 'absent': true}]}]"),
                  people, "2016-06-30", "2016-Q1 5 of 1\n2016-Q2 5 of 1\n");
}

/* Who finished a plan is looked at on each period's last day. */
TEST(who_is_eligible_is_judged_on_the_last_day_of_each_period)
{
    static const char planned[] =
        MEAN_GAIN("TO_DATE", ", 'eligibleIf': [{'anyOf': [{'series': 'milestone:plan'}]}]");

    check_figures(planned,
                  PEOPLE("2016-01-10 " SCORE " 20\n2016-03-10 " SCORE " 21\n2016-03-31 milestone:plan",
                         "2016-01-10 " SCORE " 20\n2016-03-10 " SCORE " 25\n2016-04-01 milestone:plan"),
                  "2016-09-30", "2016-Q1 1 of 1\n2016-Q2 3 of 2\n2016-Q3 3 of 2\n");
}

TEST(who_started_in_a_period_is_judged_on_the_statements_last_day)
{
    static const char planned[] =
        MEAN_GAIN("STARTED_IN", ", 'eligibleIf': [{'anyOf': [{'series': 'milestone:plan'}]}]");
    const char *const *people = PEOPLE(
        "2016-01-10 " SCORE " 20\n2016-03-10 " SCORE " 21\n2016-08-31 milestone:plan",
        "2016-04-10 " SCORE " 20\n2016-05-10 " SCORE " 25\n2016-04-01 milestone:plan");

    check_figures(planned, people, "2016-06-30", "2016-Q1 EVIDENCE_MISSING of 0\n2016-Q2 5 of 1\n");
    check_figures(planned, people, "2016-09-30",
                  "2016-Q1 1 of 1\n2016-Q2 5 of 1\n2016-Q3 EVIDENCE_MISSING of 0\n");
}

TEST(of_a_window_only_its_days_count)
{
    const char *const *people = PEOPLE(
        "2016-01-05 referral:REFERRED\n2016-01-10 " SCORE " 20\n2016-04-10 " SCORE " 24\n"
        "2016-08-10 " SCORE " 50");

    check_figures(MEAN_GAIN("TO_DATE", ", 'window': {'from': 'P0D', 'to': 'P6M'}"), people,
                  "2016-09-30", "2016-Q1 EVIDENCE_MISSING of 0/1\n2016-Q2 4 of 1\n2016-Q3 4 of 1\n");
    check_figures(MEAN_GAIN("TO_DATE", ", 'window': {'fromDate': '2016-02-01'}"), people,
                  "2016-09-30",
                  "2016-Q1 EVIDENCE_MISSING of 0\n2016-Q2 EVIDENCE_MISSING of 0/1\n2016-Q3 26 of 1\n");
    /* without a referral there is no window, and nobody in the cohort */
    check_figures(MEAN_GAIN("TO_DATE", ", 'window': {'to': 'P6M'}"),
                  PEOPLE("2016-01-10 " SCORE " 20\n2016-04-10 " SCORE " 24"), "2016-06-30",
                  "2016-Q1 EVIDENCE_MISSING of 0\n2016-Q2 EVIDENCE_MISSING of 0\n");
}

/* What the window counts from came after the reading: only then it was there. */
TEST(before_its_anchor_a_window_has_no_days)
{
    const char *const *people =
        PEOPLE("2016-01-10 " SCORE " 20\n2016-03-10 " SCORE " 24\n2016-05-01 milestone:plan");

    check_figures(MEAN_GAIN("TO_DATE", ", 'window': {'anchor': 'milestone:plan', 'from': '-P12M'}"),
                  people, "2016-09-30",
                  "2016-Q1 EVIDENCE_MISSING of 0\n2016-Q2 4 of 1\n2016-Q3 4 of 1\n");
    /* who is followed to the end is judged there */
    check_figures(MEAN_GAIN("STARTED_IN",
                            ", 'window': {'anchor': 'milestone:plan', 'from': '-P12M'}"),
                  people, "2016-06-30", "2016-Q1 4 of 1\n2016-Q2 EVIDENCE_MISSING of 0\n");
}

/* The last three months, seen from each period's end. */
TEST(a_window_of_the_unit_is_of_each_periods_last_day)
{
    check_figures(MEAN_GAIN("TO_DATE", ", 'window': {'anchor': 'unit', 'from': '-P3M', 'to': 'P0D'}"),
                  PEOPLE("2016-01-10 " SCORE " 20\n2016-03-31 " SCORE " 24\n2016-04-10 " SCORE " 25\n"
                         "2016-09-01 " SCORE " 28"),
                  "2016-09-30",
                  "2016-Q1 4 of 1\n2016-Q2 1 of 1\n2016-Q3 EVIDENCE_MISSING of 0/1\n");
}

/* ---- eventRateCohort ---- */

#define RECONVICTIONS(more)                                                                    \
    "[{'id': 'r', 'eventRateCohort': {'events': ['milestone:reconviction'], 'follow': 'P6M', "  \
    "'cohorts': [{'fromDate': '2016-01-01', 'toDate': '2016-01-31'},"                           \
    "            {'fromDate': '2016-04-01', 'toDate': '2016-05-15'}],"                          \
    " 'comparison': {'fixed': '1.5', 'effect': 'RELATIVE'}}" more "}]"

TEST(a_rate_is_events_a_head_of_those_who_started_together)
{
    check_figures(RECONVICTIONS(""),
                  PEOPLE("2016-01-01 referral:REFERRED\n2016-02-01 milestone:reconviction\n"
                         "2016-02-02 milestone:reconviction\n2016-06-30 milestone:reconviction\n"
                         "2016-07-01 milestone:reconviction", /* behind the six months */
                         "2016-01-31 referral:REFERRED\n2016-01-30 milestone:reconviction",
                         "2016-01-15 referral:REFERRED",
                         "2016-02-01 referral:REFERRED\n2016-02-01 milestone:reconviction",
                         "2016-05-15 referral:REFERRED\n2016-05-15 milestone:reconviction\n"
                         "2016-11-14 milestone:reconviction\n2016-11-15 milestone:reconviction",
                         "2016-06-01 milestone:reconviction"),
                  /* (1.5 − 3/3) / 1.5, and (1.5 − 2) / 1.5 */
                  "2016-12-31",
                  "2016-Q1 EVIDENCE_MISSING of 0\n2016-Q2 EVIDENCE_MISSING of 0\n"
                  "2016-Q3 1/3 of 3\n2016-Q4 -1/3 of 1\n");
}

/* Six months from 31 March end on 29 September: the last day lies in the third quarter. */
TEST(a_rate_belongs_to_the_period_of_the_last_day_of_following)
{
    static const struct {
        const char *to_date;
        const char *wanted;
    } cases[] = {
        {"2016-03-30", "2016-Q1 EVIDENCE_MISSING of 0\n2016-Q2 EVIDENCE_MISSING of 0\n2016-Q3 2 of 1\n"},
        {"2016-04-01", "2016-Q1 EVIDENCE_MISSING of 0\n2016-Q2 EVIDENCE_MISSING of 0\n2016-Q3 2 of 1\n"},
        {"2016-04-02", "2016-Q1 EVIDENCE_MISSING of 0\n2016-Q2 EVIDENCE_MISSING of 0\n"
                       "2016-Q3 EVIDENCE_MISSING of 0\n"},
        {"2016-01-01", "2016-Q1 EVIDENCE_MISSING of 0\n2016-Q2 2 of 1\n2016-Q3 EVIDENCE_MISSING of 0\n"},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        char rules[512];

        snprintf(rules, sizeof(rules),
                 "[{'id': 'r', 'eventRateCohort': {'events': ['milestone:x'], 'follow': 'P6M', "
                 "'cohorts': [{'fromDate': '2016-01-01', 'toDate': '%s'}], "
                 "'comparison': {'fixed': '2', 'effect': 'ABSOLUTE'}}}]", cases[i].to_date);
        check_figures(rules, PEOPLE("2016-01-01 referral:REFERRED"), "2016-09-30", cases[i].wanted);
    }
}

TEST(uses_of_services_are_counted_by_their_counts)
{
    static const char rules[] =
        "[{'id': 'r', 'eventRateCohort': {'events': ['use:ED_ATTENDANCE', 'milestone:fall'], "
        "'follow': 'P3M', 'cohorts': [{'fromDate': '2016-01-01', 'toDate': '2016-01-01'}], "
        "'comparison': {'fixed': '0', 'effect': 'ABSOLUTE'}}}]";

    check_figures(rules,
                  PEOPLE("2016-01-01 referral:REFERRED\n2016-02-01 use:ED_ATTENDANCE 3\n"
                         "2016-02-01 use:ED_ATTENDANCE 0\n2016-02-01 milestone:fall 7"),
                  "2016-03-31", "2016-Q1 -4 of 1\n");
}

TEST(only_events_on_the_windows_days_make_a_rate)
{
    check_figures(RECONVICTIONS(", 'window': {'from': 'P1M'}"),
                  PEOPLE("2016-01-01 referral:REFERRED\n2016-01-31 milestone:reconviction\n"
                         "2016-02-01 milestone:reconviction\n2016-02-02 milestone:reconviction"),
                  "2016-06-30", "2016-Q1 EVIDENCE_MISSING of 0\n2016-Q2 EVIDENCE_MISSING of 0\n");
    check_figures(RECONVICTIONS(", 'window': {'from': 'P1M'}"),
                  PEOPLE("2016-01-01 referral:REFERRED\n2016-01-31 milestone:reconviction\n"
                         "2016-02-01 milestone:reconviction\n2016-02-02 milestone:reconviction"),
                  "2016-09-30", "2016-Q1 EVIDENCE_MISSING of 0\n2016-Q2 EVIDENCE_MISSING of 0\n"
                                "2016-Q3 -1/3 of 1\n");
}

/* ---- costGapCohort ---- */

#define COSTS(more)                                                                            \
    "[{'id': 'c', 'costGapCohort': {'classes': ['ED_ATTENDANCE', 'BED_DAYS'], "                \
    "'firstEvidence': 'P3M', 'comparison': {'fixed': '1000', 'effect': 'ABSOLUTE'}, "          \
    "'unitCosts': [{'class': 'ED_ATTENDANCE', 'cost': {'currency': 'GBP', 'amount': '120.50'}}]" \
    more "}}]"

TEST(a_cost_a_head_is_of_all_who_started_long_enough_ago)
{
    check_figures(COSTS(""),
                  PEOPLE("2016-01-01 referral:REFERRED\n2016-04-01 use:ED_ATTENDANCE 2\n"
                         "2016-06-30 use:BED_DAYS 4 @1600.20\n2016-03-31 use:BED_DAYS 9 @9999\n"
                         "2016-07-01 use:ED_ATTENDANCE 1 @10",
                         "2016-04-01 referral:REFERRED",
                         "2016-04-02 referral:REFERRED\n2016-08-01 use:BED_DAYS 4 @7000",
                         "2016-08-01 use:BED_DAYS 4 @7000"), /* never started */
                  "2016-12-31",
                  "2016-Q1 EVIDENCE_MISSING of 0\n"
                  "2016-Q2 -4206/5 of 1\n" /* 1000 − (241 + 1600.20) */
                  "2016-Q3 995 of 2\n"     /* 1000 − 10 / 2 */
                  "2016-Q4 1000 of 3\n");
}

/* A use without a said cost and without a cost in the terms costs nothing. */
TEST(a_use_costs_what_its_record_says_else_what_the_terms_say)
{
    check_figures(COSTS(""),
                  PEOPLE("2016-01-01 referral:REFERRED\n2016-04-01 use:ED_ATTENDANCE 2 @1\n"
                         "2016-04-01 use:ED_ATTENDANCE 3\n2016-04-01 use:BED_DAYS 7\n"
                         "2016-04-01 use:BED_DAYS 2 @0"),
                  "2016-06-30", "2016-Q1 EVIDENCE_MISSING of 0\n2016-Q2 1275/2 of 1\n");
}

TEST(a_cost_may_be_over_more_of_the_past_than_its_period)
{
    check_figures(COSTS(", 'over': 'P6M'"),
                  PEOPLE("2015-12-31 referral:REFERRED\n2016-04-01 use:BED_DAYS 1 @100\n"
                         "2016-07-01 use:BED_DAYS 1 @30\n2016-03-31 use:BED_DAYS 1 @7",
                         "2016-01-01 referral:REFERRED\n2016-09-30 use:BED_DAYS 1 @400"),
                  "2016-12-31",
                  "2016-Q1 EVIDENCE_MISSING of 0\n2016-Q2 EVIDENCE_MISSING of 0\n"
                  "2016-Q3 735 of 2\n"     /* 1000 − (130 + 400) / 2 */
                  "2016-Q4 785 of 2\n");   /* 1000 − (30 + 400) / 2 */
}

/* ---- countVsBaseline ---- */

#define ROUGH_SLEEPING(events)                                                                 \
    "[{'id': 'c', 'countVsBaseline': {'events': ['milestone:seen', 'use:night-shelter'], "     \
    "'countEvents': " events ", 'expected': [{'period': '2016-Q1', 'value': '10'}, "            \
    "{'period': '2016-Q3', 'value': '5/2'}]}}]"

TEST(fewer_than_expected_are_people_or_events)
{
    const char *const *people =
        PEOPLE("2016-01-01 milestone:seen\n2016-01-02 milestone:seen\n2016-07-01 use:night-shelter 4",
               "2016-03-31 milestone:seen\n2016-02-01 use:night-shelter 2",
               "2016-04-01 milestone:seen\n2015-12-31 milestone:seen",
               "2016-02-01 use:night-shelter 0");

    check_figures(ROUGH_SLEEPING("false"), people, "2016-09-30",
                  "2016-Q1 8 of 2\n2016-Q2 EVIDENCE_MISSING of 1\n2016-Q3 3/2 of 1\n");
    check_figures(ROUGH_SLEEPING("true"), people, "2016-09-30",
                  "2016-Q1 5 of 2\n2016-Q2 EVIDENCE_MISSING of 1\n2016-Q3 -3/2 of 1\n");
    check_figures(ROUGH_SLEEPING("true"), NOBODY, "2016-03-31", "2016-Q1 10 of 0\n");
}

/* ---- proportionOfCohort ---- */

#define DISCHARGED(more)                                                                       \
    "[{'id': 'reviewed', 'maxPerPerson': 3, 'milestone': {'events': ['milestone:review']}},"   \
    " {'id': 'discharged', 'milestone': {'events': ['milestone:discharge']}},"                 \
    " {'id': 'p', 'proportionOfCohort': {'numerator': 'discharged', "                           \
    "'denominator': 'reviewed'" more "}}]"

TEST(a_proportion_is_of_those_with_a_unit_of_both_rules)
{
    const char *const *people = PEOPLE("2016-01-10 milestone:review\n2016-02-10 milestone:discharge",
                                       "2016-02-10 milestone:review\n2016-04-10 milestone:discharge",
                                       "2016-05-10 milestone:review\n2016-01-10 milestone:discharge",
                                       "2016-08-10 milestone:review\n2016-05-20 milestone:review",
                                       "2016-01-10 milestone:discharge", "");

    check_figures(DISCHARGED(""), people, "2016-09-30",
                  "2016-Q1 1/2 of 2\n2016-Q2 3/4 of 4\n2016-Q3 3/4 of 4\n");
    check_figures(DISCHARGED(", 'perPeriod': true"), people, "2016-09-30",
                  "2016-Q1 1/2 of 2\n2016-Q2 1/2 of 2\n2016-Q3 0 of 1\n");
}

TEST(a_proportion_counts_units_on_the_windows_days)
{
    check_figures(
        "[{'id': 'reviewed', 'maxPerPerson': 3, 'milestone': {'events': ['milestone:review']}},"
        " {'id': 'discharged', 'milestone': {'events': ['milestone:discharge']}},"
        " {'id': 'p', 'proportionOfCohort': {'numerator': 'discharged', 'denominator': 'reviewed'},"
        "  'window': {'fromDate': '2016-02-01'}}]",
        PEOPLE("2016-01-10 milestone:review\n2016-02-10 milestone:discharge",
               "2016-02-10 milestone:review\n2016-01-10 milestone:discharge",
               "2016-01-10 milestone:review\n2016-02-10 milestone:review\n"
               "2016-02-10 milestone:discharge"),
        "2016-03-31", "2016-Q1 1/2 of 2\n");
}

TEST(nobody_in_the_denominator_is_no_proportion)
{
    check_figures(DISCHARGED(""), PEOPLE("2016-01-10 milestone:discharge"), "2016-03-31",
                  "2016-Q1 EVIDENCE_MISSING of 0\n");
}

/* ---- What figures are measured by ---- */

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_mean_gain_is_of_all_pairs_to_date),
        cmocka_unit_test(a_cohort_by_follow_up_or_start_is_of_each_periods_own_people),
        cmocka_unit_test(with_fewer_people_than_the_least_n_there_is_no_figure),
        cmocka_unit_test(people_who_are_recorded_twice_count_nowhere),
        cmocka_unit_test(a_cohort_is_of_those_who_are_eligible),
        cmocka_unit_test(who_is_eligible_is_judged_on_the_last_day_of_each_period),
        cmocka_unit_test(who_started_in_a_period_is_judged_on_the_statements_last_day),
        cmocka_unit_test(of_a_window_only_its_days_count),
        cmocka_unit_test(before_its_anchor_a_window_has_no_days),
        cmocka_unit_test(a_window_of_the_unit_is_of_each_periods_last_day),
        cmocka_unit_test(a_rate_is_events_a_head_of_those_who_started_together),
        cmocka_unit_test(a_rate_belongs_to_the_period_of_the_last_day_of_following),
        cmocka_unit_test(uses_of_services_are_counted_by_their_counts),
        cmocka_unit_test(only_events_on_the_windows_days_make_a_rate),
        cmocka_unit_test(a_cost_a_head_is_of_all_who_started_long_enough_ago),
        cmocka_unit_test(a_use_costs_what_its_record_says_else_what_the_terms_say),
        cmocka_unit_test(a_cost_may_be_over_more_of_the_past_than_its_period),
        cmocka_unit_test(fewer_than_expected_are_people_or_events),
        cmocka_unit_test(a_proportion_is_of_those_with_a_unit_of_both_rules),
        cmocka_unit_test(a_proportion_counts_units_on_the_windows_days),
        cmocka_unit_test(nobody_in_the_denominator_is_no_proportion),
    };

    return cmocka_run_group_tests(tests, load_terms, unload_terms);
}
