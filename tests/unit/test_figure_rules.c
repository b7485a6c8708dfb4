/* test_figure_rules.c - each kind of outcome of a cohort, by examples. */
#include "cohort_fixture.h"

static const struct comparator *compared_with; /* by figures of a test; NULL: nothing */

static void
cohort_begin(struct cohort *cohort, const char *rules, const char *until)
{
    struct calendar calendar = {.start = date("2016-01-01"), .months = 3};

    terms_begin(&cohort->terms, rules);
    assert_true(timeline_init(&arena, &calendar, date(until), &cohort->timeline));
    cohort_compile(cohort, (struct span){0, cohort->timeline.n});
}

static bool
compares(const Rule *rule)
{
    const Comparison *comparison = figure_comparison(rule);

    return comparison && *comparison->comparator;
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
    figure_reckon(rule, period, compares(rule->rule) ? compared_with : NULL, &reckoning);
    assert_true(figure.n == (uint32_t)tally->n || !figure.judged);
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
        people_begin(&cohort.person, &cohort.terms, people[i], date(until));
        cohort_take(&cohort);
    }
    cohort_finish(&cohort);
    found = figures_text(&cohort);
    if (strcmp(found, wanted) != 0)
        fail_msg("of %s\nby %s come\n%snot\n%s", rules, until, found, wanted);
}

#define PEOPLE(...) ((const char *const[]){__VA_ARGS__, NULL})
#define NOBODY ((const char *const[]){NULL})

/* ---- scoreChangeCohort ---- */

#define SCORE "instruments/star#sum"
#define MEASURE(id, cohort, more)                                                              \
    "{'id': '" id "', 'scoreChangeCohort': {'instrument': 'instruments/star', 'score': 'sum', " \
    "'direction': 'INCREASE', 'cohort': '" cohort "'}" more "}"
#define MEAN_GAIN(cohort, more) "[" MEASURE("a", cohort, more) "]"

TEST(a_mean_gain_is_of_all_pairs_to_date)
{
    check_figures(MEAN_GAIN("TO_DATE", ""),
                  PEOPLE("2016-01-10 " SCORE " 20\n2016-03-10 " SCORE " 21.5",
                         "2016-02-10 " SCORE " 10\n2016-05-10 " SCORE " 12",
                         "2016-02-10 " SCORE " 10"),
                  "2016-09-30", "2016-Q1 3/2 of 1/3\n2016-Q2 7/4 of 2/3\n2016-Q3 7/4 of 2/3\n");
}

/* Rules b to d are a again, at another price, of other days and of other people. */
TEST(rules_that_pay_for_the_same_measure_have_the_same_tallies_and_no_others)
{
    static struct cohort cohort;
    static const struct tally wanted[] = {{15000, 1, 1}, {15000, 1, 1}, {0, 0, 1}, {0, 0, 0}};

    wg_arena_reset(&arena);
    cohort_begin(&cohort,
                 "[" MEASURE("a", "TO_DATE", "") ", "
                 MEASURE("b", "TO_DATE", ", 'deadweight': '0.5', 'caps': {'units': 5}") ", "
                 MEASURE("c", "TO_DATE", ", 'window': {'toDate': '2016-02-29'}") ", "
                 MEASURE("d", "TO_DATE", ", 'eligibleIf': [{'anyOf': [{'series': 'milestone:x'}]}]") "]",
                 "2016-03-31");
    people_begin(&cohort.person, &cohort.terms,
                 "2016-01-10 " SCORE " 20\n2016-03-10 " SCORE " 21.5", date("2016-03-31"));
    cohort_take(&cohort);
    cohort_finish(&cohort);
    for (size_t i = 0; i < COUNT(wanted); i++) {
        const struct tally *tally = &cohort.figures.list[i].tallies[0];

        assert_int_equal(tally->sum, wanted[i].sum);
        assert_int_equal(tally->n, wanted[i].n);
        assert_int_equal(tally->considered, wanted[i].considered);
    }
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

/* Of the same people at 6 and at 18 months, two rules would be; here at 6. */
TEST(first_and_last_readings_may_have_windows_of_their_own)
{
    static const char at_six_months[] =
        "[{'id': 'a', 'scoreChangeCohort': {'instrument': 'instruments/star', 'score': 'sum',"
        " 'direction': 'INCREASE', 'cohort': 'TO_DATE', 'baselineWindow': {'to': 'P1M'},"
        " 'followUpWindow': {'from': 'P5M', 'to': 'P7M'}}}]";

    check_figures(at_six_months,
                  PEOPLE("2016-01-01 referral:REFERRED\n2016-01-10 " SCORE " 20\n2016-04-10 " SCORE
                         " 90\n2016-06-10 " SCORE " 23\n2016-07-30 " SCORE " 24\n2016-09-10 " SCORE
                         " 99",
                         "2016-01-01 referral:REFERRED\n2016-03-10 " SCORE " 20\n2016-06-10 " SCORE
                         " 29", /* no first one */
                         "2016-01-10 " SCORE " 20\n2016-06-10 " SCORE " 29"), /* no start */
                  "2016-09-30", "2016-Q1 EVIDENCE_MISSING of 0/1\n2016-Q2 3 of 1\n2016-Q3 4 of 1\n");
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

TEST(what_is_of_no_class_of_its_own_is_costed_by_its_code)
{
    check_figures("[{'id': 'c', 'costGapCohort': {'classes': ['OTHER'], 'code': 'benefits', "
                  "'firstEvidence': 'P0D', 'comparison': {'fixed': '100', 'effect': 'ABSOLUTE'}, "
                  "'unitCosts': [{'class': 'OTHER', 'cost': {'currency': 'GBP', 'amount': '7'}}]}}]",
                  PEOPLE("2016-01-01 referral:REFERRED\n2016-02-01 use:benefits 2 @30\n"
                         "2016-03-01 use:benefits 3\n2016-03-01 use:OTHER 1 @5"),
                  "2016-03-31", "2016-Q1 49 of 1\n");
}

/* A record says up to a hundred million million pounds, and so do terms of a use. */
TEST(costs_add_up_however_great_they_are)
{
    static const char dear[] =
        "[{'id': 'c', 'costGapCohort': {'classes': ['BED_DAYS'], 'firstEvidence': 'P3M', "
        "'comparison': {'fixed': '0', 'effect': 'ABSOLUTE'}, 'unitCosts': [{'class': 'BED_DAYS', "
        "'cost': {'currency': 'GBP', 'amount': '90000000000000.00'}}]}}]";
#define BED "2016-04-01 use:BED_DAYS 1 @90000000000000.01\n"
    check_figures(COSTS(""),
                  PEOPLE("2016-01-01 referral:REFERRED\n" BED BED BED BED BED BED BED BED BED BED BED BED),
                  "2016-06-30",
                  "2016-Q1 EVIDENCE_MISSING of 0\n2016-Q2 -26999999999975003/25 of 1\n");
#undef BED
    check_figures(dear, PEOPLE("2016-01-01 referral:REFERRED\n2016-04-01 use:BED_DAYS 100000"),
                  "2016-06-30",
                  "2016-Q1 EVIDENCE_MISSING of 0\n2016-Q2 -9000000000000000000 of 1\n");
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
    /* of a period's people, whenever they are discharged */
    check_figures(DISCHARGED(", 'perPeriod': true"), people, "2016-03-31", "2016-Q1 1/2 of 2\n");
    check_figures(DISCHARGED(", 'perPeriod': true"), people, "2016-09-30",
                  "2016-Q1 1 of 2\n2016-Q2 1/2 of 2\n2016-Q3 0 of 1\n");
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

TEST(a_proportion_is_of_units_whether_or_not_they_are_claimed)
{
    paid_on_claim = true;
    check_figures(DISCHARGED(""),
                  PEOPLE("2016-01-10 milestone:review\n2016-02-10 milestone:discharge\n"
                         "2016-02-11 claim:main/reviewed 2016-01-10\n"
                         "2016-02-11 claim:main/discharged 2016-02-10",
                         "2016-01-10 milestone:review\n2016-02-10 milestone:discharge",
                         "2016-01-10 milestone:review"),
                  "2016-03-31", "2016-Q1 2/3 of 3\n");
}

static int
paid_without_claims(void **state)
{
    (void)state;
    paid_on_claim = false;
    return 0;
}

TEST(nobody_in_the_denominator_is_no_proportion)
{
    check_figures(DISCHARGED(""), PEOPLE("2016-01-10 milestone:discharge"), "2016-03-31",
                  "2016-Q1 EVIDENCE_MISSING of 0\n");
}

/* ---- What figures are measured by ---- */

enum { OBSERVATIONS_MAX = 8 };

/* One comparator, whose observations are added one by one. */
struct observed {
    struct comparator comparator;
    Observation observations[OBSERVATIONS_MAX], *list[OBSERVATIONS_MAX];
    Wellgate__Outcomes__V1__Utilisation__Class classes[OBSERVATIONS_MAX][2];
};

static Observation *
observe(struct observed *observed, const char *period)
{
    size_t at = observed->comparator.n++;
    Observation *observation = observed->list[at] = &observed->observations[at];

    assert_true(at < OBSERVATIONS_MAX);
    observed->comparator.observations = observed->list;
    compared_with = &observed->comparator;
    wellgate__outcomes__v1__observation__init(observation);
    observation->period = (char *)period;
    observation->classes = observed->classes[at];
    return observation;
}

static Observation *
observe_score(struct observed *observed, const char *period, const char *mean)
{
    Observation *observation = observe(observed, period);

    observation->instrument = (char *)"instruments/star";
    observation->score = (char *)"sum";
    observation->n = 100;
    observation->mean = (char *)mean;
    return observation;
}

static Observation *
observe_uses(struct observed *observed, const char *period, size_t n)
{
    Observation *observation = observe(observed, period);

    observation->classes[0] = WELLGATE__OUTCOMES__V1__UTILISATION__CLASS__ED_ATTENDANCE;
    observation->classes[1] = WELLGATE__OUTCOMES__V1__UTILISATION__CLASS__BED_DAYS;
    observation->n_classes = n;
    observation->n = 200;
    return observation;
}

#define GAIN_AGAINST(comparison)                                                               \
    "[{'id': 'a', 'scoreChangeCohort': {'instrument': 'instruments/star', 'score': 'sum', "    \
    "'direction': 'INCREASE', 'cohort': 'TO_DATE', 'comparison': {" comparison "}}}]"
#define COMPARATOR "'comparator': 'programmes/spring/comparators/others'"
#define GAINED PEOPLE("2016-01-10 " SCORE " 20\n2016-03-10 " SCORE " 23",                      \
                      "2016-01-10 " SCORE " 20\n2016-03-10 " SCORE " 22")

TEST(a_gain_is_measured_by_what_others_gained)
{
    struct observed observed = {{0}};

    observe_score(&observed, "2016-Q1", "0.5")->standard_deviation = (char *)"4";
    check_figures(GAIN_AGAINST(COMPARATOR ", 'effect': 'ABSOLUTE'"), GAINED, "2016-03-31",
                  "2016-Q1 2 of 2\n");
    check_figures(GAIN_AGAINST(COMPARATOR ", 'effect': 'RELATIVE'"), GAINED, "2016-03-31",
                  "2016-Q1 4 of 2\n");
    check_figures(GAIN_AGAINST(COMPARATOR ", 'effect': 'SD'"), GAINED, "2016-03-31",
                  "2016-Q1 1/2 of 2\n");
    check_figures(GAIN_AGAINST("'fixed': '1/3', 'effect': 'ABSOLUTE'"), GAINED, "2016-03-31",
                  "2016-Q1 13/6 of 2\n");
    compared_with = NULL;
}

TEST(without_its_observation_a_figure_is_not_judged)
{
    struct observed observed = {{0}};

    observe_score(&observed, "2016-Q2", "0.5");
    observe_score(&observed, "2016-01", "0.5");
    observe_score(&observed, "2016-Q1", "0.5")->practice = (char *)"organisations/north-gp";
    observe_score(&observed, "2016-Q1", "0.5")->score = (char *)"part";
    observe_score(&observed, "2016-Q1", "0.5")->instrument = (char *)"instruments/moon";
    observe_score(&observed, "2016-Q1", "");
    check_figures(GAIN_AGAINST(COMPARATOR ", 'effect': 'ABSOLUTE'"), GAINED, "2016-06-30",
                  "2016-Q1 EVIDENCE_MISSING of 2\n2016-Q2 2 of 2\n");
    observe_score(&observed, "2016-01-01..2016-03-31", "1");
    check_figures(GAIN_AGAINST(COMPARATOR ", 'effect': 'ABSOLUTE'"), GAINED, "2016-03-31",
                  "2016-Q1 3/2 of 2\n");
    compared_with = NULL;
}

TEST(of_several_observations_the_last_one_recorded_counts)
{
    struct observed observed = {{0}};

    observe_score(&observed, "2016-Q1", "0.5");
    observe_score(&observed, "2016-Q1", "1.5");
    observe_score(&observed, "2016-Q2", "9");
    check_figures(GAIN_AGAINST(COMPARATOR ", 'effect': 'ABSOLUTE'"), GAINED, "2016-03-31",
                  "2016-Q1 1 of 2\n");
    compared_with = NULL;
}

TEST(nothing_is_measured_by_nought)
{
    struct observed observed = {{0}};

    observe_score(&observed, "2016-Q1", "0");
    check_figures(GAIN_AGAINST(COMPARATOR ", 'effect': 'ABSOLUTE'"), GAINED, "2016-03-31",
                  "2016-Q1 5/2 of 2\n");
    check_figures(GAIN_AGAINST(COMPARATOR ", 'effect': 'RELATIVE'"), GAINED, "2016-03-31",
                  "2016-Q1 EVIDENCE_MISSING of 2\n");
    check_figures(GAIN_AGAINST(COMPARATOR ", 'effect': 'SD'"), GAINED, "2016-03-31",
                  "2016-Q1 EVIDENCE_MISSING of 2\n"); /* no deviation */
    compared_with = NULL;
}

/* Peterborough's cohort 1: 142 against 155 events for 100 people. */
TEST(events_are_measured_by_an_observation_of_the_cohorts_days)
{
    static const char rules[] =
        "[{'id': 'r', 'eventRateCohort': {'events': ['milestone:reconviction'], 'follow': 'P3M', "
        "'cohorts': [{'fromDate': '2016-01-01', 'toDate': '2016-01-31'}], "
        "'comparison': {" COMPARATOR ", 'effect': 'RELATIVE'}}}]";
    struct observed observed = {{0}};
    Observation *observation = observe(&observed, "2016-01");
    const char *people[101] = {NULL};

    observation->classes[0] = WELLGATE__OUTCOMES__V1__UTILISATION__CLASS__OTHER;
    observation->n_classes = 1;
    observation->code = (char *)"reconviction";
    observation->n = 1000;
    observation->events = (char *)"1550";
    for (size_t i = 0; i < 100; i++)
        people[i] = i < 42 ? "2016-01-10 referral:REFERRED\n2016-02-01 milestone:reconviction\n"
                             "2016-03-01 milestone:reconviction"
                           : "2016-01-10 referral:REFERRED\n2016-02-01 milestone:reconviction";
    check_figures(rules, people, "2016-06-30",
                  "2016-Q1 EVIDENCE_MISSING of 0\n2016-Q2 13/155 of 100\n");
    observation->mean = (char *)"1.42"; /* said as a mean, it is taken as that */
    check_figures(rules, people, "2016-06-30", "2016-Q1 EVIDENCE_MISSING of 0\n2016-Q2 0 of 100\n");
    observation->mean = (char *)"";
    observation->n = 0;
    check_figures(rules, people, "2016-06-30",
                  "2016-Q1 EVIDENCE_MISSING of 0\n2016-Q2 EVIDENCE_MISSING of 100\n");
    compared_with = NULL;
}

TEST(an_observation_is_of_just_the_classes_that_are_named)
{
    static const char rules[] =
        "[{'id': 'c', 'costGapCohort': {'classes': ['BED_DAYS', 'ED_ATTENDANCE'], "
        "'firstEvidence': 'P0D', 'comparison': {" COMPARATOR ", 'effect': 'ABSOLUTE'}}}]";
    const char *const *people = PEOPLE("2015-12-01 referral:REFERRED\n2016-01-10 use:BED_DAYS 1 @10");
    Wellgate__Common__V1__Money money = WELLGATE__COMMON__V1__MONEY__INIT;
    struct observed observed = {{0}};

    money.currency = (char *)"GBP";
    money.amount = (char *)"12.50";
    observe_uses(&observed, "2016-Q1", 1)->cost_per_head = &money;
    check_figures(rules, people, "2016-03-31", "2016-Q1 EVIDENCE_MISSING of 1\n");
    observe_uses(&observed, "2016-Q1", 2);
    check_figures(rules, people, "2016-03-31", "2016-Q1 EVIDENCE_MISSING of 1\n");
    observe_uses(&observed, "2016-Q1", 2)->cost_per_head = &money; /* in another order */
    check_figures(rules, people, "2016-03-31", "2016-Q1 5/2 of 1\n");
    money.currency = (char *)"EUR";
    check_figures(rules, people, "2016-03-31", "2016-Q1 EVIDENCE_MISSING of 1\n");
    compared_with = NULL;
}

/* Means are of events, costs of money, whatever else an observation says. */
TEST(of_an_observation_that_says_all_each_kind_takes_its_own)
{
    Wellgate__Common__V1__Money money = WELLGATE__COMMON__V1__MONEY__INIT;
    struct observed observed = {{0}};
    Observation *observation = observe_uses(&observed, "2016-Q1", 1);

    money.currency = (char *)"GBP";
    money.amount = (char *)"629.45";
    observation->cost_per_head = &money;
    observation->mean = (char *)"0.3";
    observation->events = (char *)"50";
    check_figures("[{'id': 'c', 'costGapCohort': {'classes': ['ED_ATTENDANCE'], 'firstEvidence': "
                  "'P0D', 'comparison': {" COMPARATOR ", 'effect': 'ABSOLUTE'}}}]",
                  PEOPLE("2015-12-01 referral:REFERRED"), "2016-03-31", "2016-Q1 12589/20 of 1\n");
    check_figures("[{'id': 'r', 'eventRateCohort': {'events': ['use:ED_ATTENDANCE'], 'follow': "
                  "'P3M', 'cohorts': [{'fromDate': '2016-01-01', 'toDate': '2016-03-31'}], "
                  "'comparison': {" COMPARATOR ", 'effect': 'ABSOLUTE'}}}]",
                  PEOPLE("2016-01-01 referral:REFERRED"), "2016-06-30",
                  "2016-Q1 EVIDENCE_MISSING of 0\n2016-Q2 3/10 of 1\n");
    compared_with = NULL;
}

TEST(costs_over_more_of_the_past_are_measured_by_an_observation_of_that)
{
    static const char rules[] =
        "[{'id': 'c', 'costGapCohort': {'classes': ['ED_ATTENDANCE'], 'over': 'P6M', "
        "'firstEvidence': 'P0D', 'comparison': {" COMPARATOR ", 'effect': 'ABSOLUTE'}}}]";
    const char *const *people = PEOPLE("2015-12-01 referral:REFERRED");
    Wellgate__Common__V1__Money money = WELLGATE__COMMON__V1__MONEY__INIT;
    struct observed observed = {{0}};

    money.currency = (char *)"GBP";
    money.amount = (char *)"12.50";
    observe_uses(&observed, "2016-Q2", 1)->cost_per_head = &money;
    check_figures(rules, people, "2016-06-30",
                  "2016-Q1 EVIDENCE_MISSING of 0\n2016-Q2 EVIDENCE_MISSING of 1\n");
    observe_uses(&observed, "2016-01-01..2016-06-30", 1)->cost_per_head = &money;
    check_figures(rules, people, "2016-06-30",
                  "2016-Q1 EVIDENCE_MISSING of 0\n2016-Q2 25/2 of 1\n");
    compared_with = NULL;
}

/* Gates over all periods add up numerators and denominators: periods of means by their
 * people, counts as they are. */
TEST(a_figure_has_the_parts_of_which_gates_over_all_periods_are_made)
{
    static const struct {
        const char *rules, *numerator, *denominator;
    } cases[] = {
        {GAIN_AGAINST("'fixed': '1/2', 'effect': 'RELATIVE'"), "4", "1"},
        {GAIN_AGAINST("'fixed': '1/2', 'effect': 'ABSOLUTE'"), "4", "2"},
        {"[{'id': 'c', 'countVsBaseline': {'events': ['milestone:seen'], 'expected': "
         "[{'period': '2016-Q1', 'value': '7'}]}}]", "5", "1"},
        {"[{'id': 'b', 'milestone': {'events': ['milestone:seen']}},"
         " {'id': 'a', 'milestone': {'events': ['milestone:plan']}},"
         " {'id': 'p', 'proportionOfCohort': {'numerator': 'a', 'denominator': 'b'}}]", "1", "2"},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        static struct cohort cohort;
        struct reckoning reckoning;
        struct figure figure;

        wg_arena_reset(&arena);
        cohort_begin(&cohort, cases[i].rules, "2016-03-31");
        for (size_t p = 0; p < 2; p++) {
            people_begin(&cohort.person, &cohort.terms,
                         p ? "2016-01-10 " SCORE " 20\n2016-03-10 " SCORE " 23\n2016-02-01 milestone:seen"
                           : "2016-01-10 " SCORE " 20\n2016-03-10 " SCORE " 22\n2016-02-01 milestone:seen\n"
                             "2016-02-01 milestone:plan",
                         date("2016-03-31"));
            cohort_take(&cohort);
        }
        cohort_finish(&cohort);
        mpq_inits(figure.value, figure.numerator, figure.denominator, NULL);
        reckoning_begin(&reckoning, &figure);
        figure_reckon(figure_rule_of(&cohort), 0, NULL, &reckoning);
        assert_string_equal(wg_ratio_format(&arena, figure.numerator), cases[i].numerator);
        assert_string_equal(wg_ratio_format(&arena, figure.denominator), cases[i].denominator);
        reckoning_end(&reckoning);
        mpq_clears(figure.value, figure.numerator, figure.denominator, NULL);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_mean_gain_is_of_all_pairs_to_date),
        cmocka_unit_test(rules_that_pay_for_the_same_measure_have_the_same_tallies_and_no_others),
        cmocka_unit_test(a_cohort_by_follow_up_or_start_is_of_each_periods_own_people),
        cmocka_unit_test(with_fewer_people_than_the_least_n_there_is_no_figure),
        cmocka_unit_test(people_who_are_recorded_twice_count_nowhere),
        cmocka_unit_test(a_cohort_is_of_those_who_are_eligible),
        cmocka_unit_test(who_is_eligible_is_judged_on_the_last_day_of_each_period),
        cmocka_unit_test(who_started_in_a_period_is_judged_on_the_statements_last_day),
        cmocka_unit_test(of_a_window_only_its_days_count),
        cmocka_unit_test(before_its_anchor_a_window_has_no_days),
        cmocka_unit_test(a_window_of_the_unit_is_of_each_periods_last_day),
        cmocka_unit_test(first_and_last_readings_may_have_windows_of_their_own),
        cmocka_unit_test(a_rate_is_events_a_head_of_those_who_started_together),
        cmocka_unit_test(a_rate_belongs_to_the_period_of_the_last_day_of_following),
        cmocka_unit_test(uses_of_services_are_counted_by_their_counts),
        cmocka_unit_test(only_events_on_the_windows_days_make_a_rate),
        cmocka_unit_test(a_cost_a_head_is_of_all_who_started_long_enough_ago),
        cmocka_unit_test(a_use_costs_what_its_record_says_else_what_the_terms_say),
        cmocka_unit_test(costs_add_up_however_great_they_are),
        cmocka_unit_test(a_cost_may_be_over_more_of_the_past_than_its_period),
        cmocka_unit_test(what_is_of_no_class_of_its_own_is_costed_by_its_code),
        cmocka_unit_test(fewer_than_expected_are_people_or_events),
        cmocka_unit_test(a_proportion_is_of_those_with_a_unit_of_both_rules),
        cmocka_unit_test(a_proportion_counts_units_on_the_windows_days),
        cmocka_unit_test_teardown(a_proportion_is_of_units_whether_or_not_they_are_claimed,
                                  paid_without_claims),
        cmocka_unit_test(nobody_in_the_denominator_is_no_proportion),
        cmocka_unit_test(a_gain_is_measured_by_what_others_gained),
        cmocka_unit_test(without_its_observation_a_figure_is_not_judged),
        cmocka_unit_test(of_several_observations_the_last_one_recorded_counts),
        cmocka_unit_test(nothing_is_measured_by_nought),
        cmocka_unit_test(events_are_measured_by_an_observation_of_the_cohorts_days),
        cmocka_unit_test(an_observation_is_of_just_the_classes_that_are_named),
        cmocka_unit_test(of_an_observation_that_says_all_each_kind_takes_its_own),
        cmocka_unit_test(costs_over_more_of_the_past_are_measured_by_an_observation_of_that),
        cmocka_unit_test(a_figure_has_the_parts_of_which_gates_over_all_periods_are_made),
    };

    return cmocka_run_group_tests(tests, load_terms, unload_terms);
}
