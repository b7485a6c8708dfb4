/* test_person_rules.c - each kind of outcome of a person, by examples of published contracts
 * and by what is easily got wrong. */
#include "terms_fixture.h"

/* ---- milestone ---- */

TEST(a_milestone_is_a_unit_on_its_day)
{
    const char *entry = "[{'id': 'job', 'milestone': {'events': ['milestone:employment-entry']}}]";

    check_units(entry, "2016-05-12 milestone:employment-entry", "2016-12-31", "job 2016-05-12\n");
    check_units(entry, "", "2016-12-31", "job 2016-12-31 EVIDENCE_MISSING\n");
    check_units(entry, "2016-05-12 milestone:something-else", "2016-12-31",
                "job 2016-12-31 EVIDENCE_MISSING\n");
    check_units(entry, "2017-01-01 milestone:employment-entry", "2016-12-31",
                "job 2016-12-31 EVIDENCE_MISSING\n");
}

TEST(of_several_milestones_the_first_ones_count)
{
    const char *person = "2016-05-12 milestone:job\n2016-06-01 milestone:job\n"
                         "2016-03-01 milestone:volunteering\n";

    check_units("[{'id': 'work', 'milestone': {'events': ['milestone:job', 'milestone:volunteering']}}]",
                person, "2016-12-31",
                "work 2016-03-01\nwork 2016-05-12 DUPLICATE\nwork 2016-06-01 DUPLICATE\n");
    check_units("[{'id': 'work', 'maxPerPerson': 2,"
                "  'milestone': {'events': ['milestone:job', 'milestone:volunteering']}}]",
                person, "2016-12-31",
                "work 2016-03-01\nwork 2016-05-12\nwork 2016-06-01 DUPLICATE\n");
}

TEST(of_milestones_of_one_day_the_first_recorded_counts)
{
    check_measures("[{'id': 'work', 'milestone': {'events': ['milestone:job', 'milestone:other']}}]",
                   "2016-05-12 milestone:other 3\n2016-05-12 milestone:job 4", "2016-12-31",
                   "work 2016-05-12 = 3\nwork 2016-05-12 DUPLICATE = 4\n");
}

TEST(a_milestone_may_have_to_be_worth_something)
{
    const char *part_time = "[{'id': 'part-time', 'milestone': {'events': ['milestone:job'],"
                            " 'valueAtLeast': '8', 'valueAtMost': '15.99'}}]";

    check_measures(part_time, "2016-05-12 milestone:job 8", "2016-12-31",
                   "part-time 2016-05-12 = 8\n");
    check_measures(part_time, "2016-05-12 milestone:job 15.99", "2016-12-31",
                   "part-time 2016-05-12 = 15.99\n");
    check_units(part_time,
                "2016-05-12 milestone:job 7.9999\n2016-05-13 milestone:job 16\n"
                "2016-05-14 milestone:job",
                "2016-12-31", "part-time 2016-12-31 EVIDENCE_MISSING\n");
}

TEST(a_use_of_no_services_is_none)
{
    const char *seen = "[{'id': 'seen', 'milestone': {'events': ['use:ED_ATTENDANCE']}}]";

    check_measures(seen, "2016-05-12 use:ED_ATTENDANCE 0\n2016-06-12 use:ED_ATTENDANCE 3",
                   "2016-12-31", "seen 2016-06-12 = 3\n");
}

/* ---- sustained ---- */

#define HELD(duration, more)                                                                   \
    "[{'id': 'held', 'sustained': {'states': ['spell:home'], 'mode': 'CONTINUOUS', "          \
    "'duration': '" duration "'" more "}}]"

TEST(a_state_is_held_on_the_last_day_of_its_time)
{
    check_units(HELD("P3M", ""), "2016-02-01.. spell:home", "2016-04-29",
                "held 2016-04-29 NOT_YET\n");
    check_units(HELD("P3M", ""), "2016-02-01.. spell:home", "2016-04-30", "held 2016-04-30\n");
    check_units(HELD("P3M", ""), "2016-02-01..2016-04-30 spell:home", "2016-12-31",
                "held 2016-04-30\n");
    check_units(HELD("P3M", ""), "2016-02-01..2016-04-29 spell:home", "2016-12-31",
                "held 2016-12-31 NOT_YET\n");
    check_units(HELD("P13W", ""), "2016-02-01.. spell:home", "2016-12-31", "held 2016-05-01\n");
    check_units(HELD("P1D", ""), "2016-02-01 spell:home", "2016-12-31", "held 2016-02-01\n");
}

TEST(months_end_on_the_last_day_there_is)
{
    /* one month from 31 January would be 31 February: the day before the 29th */
    check_units(HELD("P1M", ""), "2016-01-31.. spell:home", "2016-12-31", "held 2016-02-28\n");
    check_units(HELD("P1M", ""), "2017-01-31.. spell:home", "2017-12-31", "held 2017-02-27\n");
    check_units(HELD("P12M", ""), "2016-02-29.. spell:home", "2018-12-31", "held 2017-02-27\n");
    check_units(HELD("P1Y", ""), "2016-03-01.. spell:home", "2018-12-31", "held 2017-02-28\n");
    check_units(HELD("P48M", ""), "2016-02-29.. spell:home", "2020-12-31", "held 2020-02-28\n");
}

TEST(spells_that_touch_or_overlap_are_one)
{
    check_units(HELD("P3M", ""),
                "2016-02-01..2016-03-10 spell:home\n2016-03-11..2016-06-30 spell:home",
                "2016-12-31", "held 2016-04-30\n");
    check_units(HELD("P3M", ""),
                "2016-02-01..2016-03-10 spell:home\n2016-02-15..2016-02-20 spell:home\n"
                "2016-03-01..2016-06-30 spell:home",
                "2016-12-31", "held 2016-04-30\n");
    check_units(HELD("P3M", ""),
                "2016-02-01..2016-03-10 spell:home\n2016-03-12..2016-06-10 spell:home",
                "2016-12-31", "held 2016-12-31 NOT_YET\n");
}

TEST(time_begins_anew_behind_an_interruption)
{
    check_units(HELD("P3M", ""),
                "2016-02-01..2016-03-10 spell:home\n2016-03-12..2016-06-11 spell:home",
                "2016-12-31", "held 2016-06-11\n");
    /* at most one unit for each stretch, and as many as the rule lets a person have */
    check_units(HELD("P1M", ""),
                "2016-02-01..2016-05-31 spell:home\n2016-07-01..2016-09-30 spell:home",
                "2016-12-31", "held 2016-02-29\nheld 2016-07-31 DUPLICATE\n");
}

TEST(a_lapse_event_in_a_gap_over_the_last_day_counts_beside_it)
{
    const char *terms = HELD("P5D", ", 'lapseEvents': ['milestone:seen-rough'],"
                                    " 'lapses': [{'most': 1, 'daysEach': 4}]");

    check_units(terms, "2016-02-01..2016-02-03 spell:home\n2016-02-08..2016-02-09 spell:home",
                "2016-12-31", "held 2016-02-05\n");
    check_units(terms,
                "2016-02-01..2016-02-03 spell:home\n2016-02-08..2016-02-12 spell:home\n"
                "2016-02-05 milestone:seen-rough",
                "2016-12-31", "held 2016-02-12\n");
}

TEST(a_stretch_with_interruptions_that_are_tolerated_goes_on)
{
    const char *twice =
        "[{'id': 'held', 'maxPerPerson': 2, 'sustained': {'states': ['spell:home'],"
        " 'duration': 'P1M', 'mode': 'CONTINUOUS', 'lapses': [{'most': 1, 'daysEach': 7}]}}]";

    check_units(twice, "2016-02-01..2016-05-31 spell:home\n2016-06-08..2016-09-30 spell:home",
                "2016-12-31", "held 2016-02-29\n");
    check_units(twice, "2016-02-01..2016-05-31 spell:home\n2016-06-09..2016-09-30 spell:home",
                "2016-12-31", "held 2016-02-29\nheld 2016-07-08\n");
    /* one that lies over the last day may become too long behind it */
    check_units(twice, "2016-02-01..2016-02-26 spell:home\n2016-03-06..2016-09-30 spell:home",
                "2016-12-31", "held 2016-04-05\n");
}

TEST(several_states_are_taken_together)
{
    check_units("[{'id': 'work', 'sustained': {'states': ['spell:employed', 'spell:self-employed'],"
                " 'mode': 'CONTINUOUS', 'duration': 'P13W', 'valueAtLeast': '16'}}]",
                "2016-02-01..2016-03-10 spell:employed 37.5\n"
                "2016-03-08..2016-06-30 spell:self-employed 16",
                "2016-12-31", "work 2016-05-01\n");
    check_units("[{'id': 'work', 'sustained': {'states': ['spell:employed', 'spell:self-employed'],"
                " 'mode': 'CONTINUOUS', 'duration': 'P13W', 'valueAtLeast': '16'}}]",
                "2016-02-01..2016-03-10 spell:employed 37.5\n"
                "2016-03-08..2016-06-30 spell:self-employed 15.99",
                "2016-12-31", "work 2016-12-31 NOT_YET\n");
}

/* London rough sleepers: 18 months with at most 2 records in the first 12 and 1 in the rest */
#define STAYED                                                                                 \
    HELD("P18M", ", 'lapseEvents': ['milestone:seen-rough'], 'lapses': ["                      \
                 "{'to': 'P12M', 'most': 2, 'daysEach': 1},"                                    \
                 "{'from': 'P12M', 'most': 1, 'daysEach': 1}]")

TEST(so_many_lapses_are_tolerated_in_each_part_of_the_time)
{
    check_units(STAYED, "2016-02-01.. spell:home", "2018-12-31", "held 2017-07-31\n");
    check_units(STAYED,
                "2016-02-01.. spell:home\n2016-03-01 milestone:seen-rough\n"
                "2017-01-31 milestone:seen-rough\n2017-02-01 milestone:seen-rough",
                "2018-12-31", "held 2017-07-31\n");
    /* the third one, on the last day of the first part, begins the time anew */
    check_units(STAYED,
                "2016-02-01.. spell:home\n2016-03-01 milestone:seen-rough\n"
                "2016-04-01 milestone:seen-rough\n2017-01-31 milestone:seen-rough",
                "2018-12-31", "held 2018-07-31\n");
    /* two in the second part */
    check_units(STAYED,
                "2016-02-01.. spell:home\n2017-02-01 milestone:seen-rough\n"
                "2017-07-31 milestone:seen-rough",
                "2018-12-31", "held 2018-12-31 NOT_YET\n");
    /* what follows the last day is no matter */
    check_units(STAYED,
                "2016-02-01.. spell:home\n2017-02-01 milestone:seen-rough\n"
                "2017-08-01 milestone:seen-rough",
                "2018-12-31", "held 2017-07-31\n");
    /* two records of one day are two */
    check_units(STAYED,
                "2016-02-01.. spell:home\n2016-03-01 milestone:seen-rough\n"
                "2016-03-01 milestone:seen-rough\n2016-03-01 milestone:seen-rough",
                "2018-12-31", "held 2017-09-01\n");
}

TEST(a_lapse_event_on_the_first_day_moves_it)
{
    check_units(HELD("P1M", ", 'lapseEvents': ['milestone:seen-rough']"),
                "2016-02-01.. spell:home\n2016-02-01 milestone:seen-rough", "2016-12-31",
                "held 2016-03-01\n");
}

TEST(a_gap_may_be_as_long_as_the_terms_say)
{
    const char *terms = HELD("P3M", ", 'lapses': [{'most': 1, 'daysEach': 14}]");

    /* 14 days away: the clock runs on */
    check_units(terms, "2016-02-01..2016-02-29 spell:home\n2016-03-15.. spell:home",
                "2016-12-31", "held 2016-04-30\n");
    /* 15 days: it begins anew */
    check_units(terms, "2016-02-01..2016-02-29 spell:home\n2016-03-16.. spell:home",
                "2016-12-31", "held 2016-06-15\n");
    /* a second gap */
    check_units(terms,
                "2016-02-01..2016-02-29 spell:home\n2016-03-02..2016-03-05 spell:home\n"
                "2016-03-07.. spell:home",
                "2016-12-31", "held 2016-06-06\n");
}

TEST(a_gap_over_the_last_day_is_judged_once_it_is_over)
{
    const char *terms = HELD("P3M", ", 'lapses': [{'most': 1, 'daysEach': 14}]");
    const char *person = "2016-02-01..2016-04-20 spell:home\n2016-05-05.. spell:home";

    check_units(terms, person, "2016-05-04", "held 2016-05-04 NOT_YET\n");
    check_units(terms, person, "2016-05-05", "held 2016-04-30\n");
    check_units(terms, "2016-02-01..2016-04-20 spell:home\n2016-05-06.. spell:home", "2016-12-31",
                "held 2016-08-05\n");
    /* one that never closes is not tolerated, however short it is by the last day */
    check_units(terms, "2016-02-01..2016-04-29 spell:home", "2016-12-31",
                "held 2016-12-31 NOT_YET\n");
    check_units(terms, "2016-02-01..2016-04-30 spell:home", "2016-12-31", "held 2016-04-30\n");
}

TEST(a_night_is_no_year_and_a_half)
{
    check_units(STAYED, "2016-02-01 spell:home", "2018-12-31", "held 2018-12-31 NOT_YET\n");
    check_units(STAYED, "2016-02-01 spell:home\n2017-07-31.. spell:home", "2018-12-31",
                "held 2018-12-31 NOT_YET\n");
}

/* DWP: 13 weeks in 26, in one stretch or added up */
#define ADDED(within)                                                                          \
    "[{'id': 'work', 'maxPerPerson': 2, 'sustained': {'states': ['spell:job'], "              \
    "'mode': 'CUMULATIVE', 'duration': 'P13W'" within "}}]"

TEST(days_may_be_added_up)
{
    /* 45 and 46 days of 91 */
    check_units(ADDED(""), "2016-01-01..2016-02-14 spell:job\n2016-09-01.. spell:job",
                "2016-10-31", "work 2016-10-16\n");
    check_units(ADDED(", 'within': 'P26W'"),
                "2016-01-01..2016-02-14 spell:job\n2016-09-01.. spell:job", "2016-11-29",
                "work 2016-11-29 NOT_YET\n");
    check_units(ADDED(", 'within': 'P26W'"),
                "2016-01-01..2016-02-14 spell:job\n2016-09-01.. spell:job", "2016-11-30",
                "work 2016-11-30\n");
    /* days that made a unit do not count again */
    check_units(ADDED(""), "2016-01-01.. spell:job", "2016-12-31",
                "work 2016-03-31\nwork 2016-06-30\nwork 2016-09-29 DUPLICATE\n"
                "work 2016-12-29 DUPLICATE\n");
}

TEST(days_are_added_up_within_a_sliding_time)
{
    /* 90 days, then too far behind them 1: the last of the 182 days, and the day behind it */
    check_units(ADDED(", 'within': 'P26W'"),
                "2016-01-01..2016-03-30 spell:job\n2016-06-30 spell:job", "2016-12-31",
                "work 2016-06-30\n");
    check_units(ADDED(", 'within': 'P26W'"),
                "2016-01-01..2016-03-30 spell:job\n2016-07-01 spell:job", "2016-12-31",
                "work 2016-12-31 NOT_YET\n");
    check_units(ADDED(", 'lapseEvents': ['milestone:absent']"),
                "2016-01-01.. spell:job\n2016-01-05 milestone:absent\n2016-01-06 milestone:absent",
                "2016-05-31", "work 2016-04-02\n");
}

/* Pause: 36 months, from month 18 on pro rata per day */
#define PAUSE(unit_days)                                                                       \
    HELD("P36M", ", 'proRata': {'from': 'P18M', 'unitDays': " unit_days "}")

TEST(a_part_of_the_time_may_be_paid_for_in_part)
{
    /* from 1 July 2017 to 31 December 2018 there are 549 days */
    check_units(PAUSE("1"), "2016-01-01..2018-12-31 spell:home", "2019-12-31",
                "held 2018-12-31\n");
    check_units(PAUSE("1"), "2016-01-01..2018-12-30 spell:home", "2019-12-31",
                "held 2018-12-30 548/549\n");
    check_units(PAUSE("1"), "2016-01-01..2017-07-01 spell:home", "2019-12-31",
                "held 2017-07-01 1/549\n");
    check_units(PAUSE("1"), "2016-01-01..2017-06-30 spell:home", "2019-12-31",
                "held 2019-12-31 NOT_YET\n");
    check_units(PAUSE("7"), "2016-01-01..2017-07-20 spell:home", "2019-12-31",
                "held 2017-07-20 14/549\n");
    check_units(PAUSE("30"), "2016-01-01..2017-07-20 spell:home", "2019-12-31",
                "held 2019-12-31 NOT_YET\n");
    /* while it goes on, or ends with what is known, nothing is broken */
    check_units(PAUSE("1"), "2016-01-01.. spell:home", "2018-06-30", "held 2018-06-30 NOT_YET\n");
    check_units(PAUSE("1"), "2016-01-01..2018-06-30 spell:home", "2018-06-30",
                "held 2018-06-30 NOT_YET\n");
    check_units(PAUSE("1"), "2016-01-01..2018-06-30 spell:home", "2018-07-01",
                "held 2018-06-30 365/549\n");
}

TEST(days_in_a_state_are_the_measure)
{
    check_measures(HELD("P3M", ""), "2016-02-01.. spell:home", "2016-12-31",
                   "held 2016-04-30 = 90\n");
    check_measures(ADDED(""), "2016-01-01.. spell:job", "2016-04-30", "work 2016-03-31 = 91\n");
}

/* ---- scoreChangePerson ---- */

#define CHANGE(follow_up, more)                                                                \
    "[{'id': 'better', 'scoreChangePerson': {'instrument': 'instruments/wemwbs',"             \
    " 'score': 'sum', 'followUp': '" follow_up "', " more "}}]"
#define WEMWBS "instruments/wemwbs#sum"

TEST(a_score_changes_between_the_first_reading_and_the_follow_up)
{
    const char *three = CHANGE("FIRST", "'direction': 'INCREASE', 'absolute': '3'");

    check_measures(three, "2016-02-01 " WEMWBS " 40\n2016-08-01 " WEMWBS " 43", "2016-12-31",
                   "better 2016-08-01 = 3\n");
    check_measures(three, "2016-02-01 " WEMWBS " 40\n2016-08-01 " WEMWBS " 42.9999", "2016-12-31",
                   "better 2016-08-01 THRESHOLD_NOT_REACHED = 2.9999\n");
    /* the first one is it, whatever it says */
    check_units(three,
                "2016-02-01 " WEMWBS " 40\n2016-08-01 " WEMWBS " 42\n2016-09-01 " WEMWBS " 50",
                "2016-12-31", "better 2016-08-01 THRESHOLD_NOT_REACHED\n");
    check_units(three, "2016-02-01 " WEMWBS " 40\n2016-08-01 " WEMWBS "\n2016-09-01 " WEMWBS " 50",
                "2016-12-31", "better 2016-08-01 INCOMPLETE\n");
    check_units(three, "2016-02-01 " WEMWBS "\n2016-08-01 " WEMWBS " 44", "2016-12-31",
                "better 2016-08-01 INCOMPLETE\n");
    check_units(three, "2016-02-01 " WEMWBS " 40", "2016-12-31",
                "better 2016-12-31 NO_FOLLOW_UP\n");
    check_units(three, "", "2016-12-31", "better 2016-12-31 EVIDENCE_MISSING\n");
}

TEST(a_second_reading_of_the_same_day_is_no_follow_up)
{
    check_units(CHANGE("FIRST", "'direction': 'INCREASE', 'absolute': '3'"),
                "2016-02-01 " WEMWBS " 40\n2016-02-01 " WEMWBS " 50\n2016-08-01 " WEMWBS " 41",
                "2016-12-31", "better 2016-08-01 THRESHOLD_NOT_REACHED\n");
}

TEST(a_gain_may_be_a_fall)
{
    const char *fall = CHANGE("FIRST", "'direction': 'DECREASE', 'absolute': '3'");

    check_measures(fall, "2016-02-01 " WEMWBS " 40\n2016-08-01 " WEMWBS " 36.5", "2016-12-31",
                   "better 2016-08-01 = 3.5\n");
    check_measures(fall, "2016-02-01 " WEMWBS " 40\n2016-08-01 " WEMWBS " 45", "2016-12-31",
                   "better 2016-08-01 THRESHOLD_NOT_REACHED = -5\n");
}

TEST(any_follow_up_that_is_enough_counts_on_its_day)
{
    const char *any = CHANGE("ANY", "'direction': 'INCREASE', 'absolute': '3'");

    check_units(any,
                "2016-02-01 " WEMWBS " 40\n2016-08-01 " WEMWBS " 42\n2016-08-02 " WEMWBS "\n"
                "2016-09-01 " WEMWBS " 50\n2016-10-01 " WEMWBS " 41",
                "2016-12-31", "better 2016-09-01\n");
    check_measures(any,
                   "2016-02-01 " WEMWBS " 40\n2016-08-01 " WEMWBS " 42\n2016-09-01 " WEMWBS,
                   "2016-12-31", "better 2016-08-01 THRESHOLD_NOT_REACHED = 2\n");
}

#define AT_SIX_MONTHS "'followUpWindow': {'from': 'P5M', 'to': 'P7M', 'grace': 'P2W'}"

TEST(the_last_follow_up_is_judged_when_its_window_has_passed)
{
    const char *last = CHANGE("LAST", "'direction': 'INCREASE', 'absolute': '3', " AT_SIX_MONTHS);
    const char *person = "2016-01-15 referral:REFERRED\n2016-02-01 " WEMWBS " 40\n"
                         "2016-07-01 " WEMWBS " 50\n2016-08-20 " WEMWBS " 43\n"
                         "2016-08-30 " WEMWBS " 10";

    /* the window: 15 June to 15 August, and two weeks */
    check_units(last, person, "2016-08-28", "better 2016-08-28 NOT_YET\n");
    check_units(last, person, "2016-08-29", "better 2016-08-29\n");
    check_units(last, person, "2016-12-31", "better 2016-08-29\n");
    check_units(last, "2016-01-15 referral:REFERRED\n2016-02-01 " WEMWBS " 40\n", "2016-12-31",
                "better 2016-12-31 NO_FOLLOW_UP\n");
}

TEST(a_follow_up_outside_its_window_is_none)
{
    const char *first = CHANGE("FIRST", "'direction': 'INCREASE', 'absolute': '3', " AT_SIX_MONTHS);

    check_units(first,
                "2016-01-15 referral:REFERRED\n2016-02-01 " WEMWBS " 40\n"
                "2016-06-14 " WEMWBS " 50\n2016-08-29 " WEMWBS " 43",
                "2016-12-31", "better 2016-08-29\n");
    check_units(first,
                "2016-01-15 referral:REFERRED\n2016-02-01 " WEMWBS " 40\n"
                "2016-06-14 " WEMWBS " 50\n2016-08-30 " WEMWBS " 43",
                "2016-12-31", "better 2016-12-31 NO_FOLLOW_UP\n");
    /* nobody knows where the window of a person without a start lies */
    check_units(first, "2016-02-01 " WEMWBS " 40\n2016-07-01 " WEMWBS " 50", "2016-12-31",
                "better 2016-12-31 EVIDENCE_MISSING\n");
}

TEST(a_baseline_has_a_window_too)
{
    const char *terms = CHANGE("FIRST", "'direction': 'INCREASE', 'absolute': '3',"
                                        " 'baselineWindow': {'from': '-P1M', 'to': 'P1M'}");

    check_units(terms,
                "2016-01-15 referral:REFERRED\n2015-12-14 " WEMWBS " 50\n"
                "2015-12-15 " WEMWBS " 40\n2016-08-30 " WEMWBS " 43",
                "2016-12-31", "better 2016-08-30\n");
    check_units(terms,
                "2016-01-15 referral:REFERRED\n2016-02-16 " WEMWBS " 40\n2016-08-30 " WEMWBS " 43",
                "2016-12-31", "better 2016-12-31 EVIDENCE_MISSING\n");
}

TEST(a_gain_may_be_a_part_of_the_baseline)
{
    const char *third = CHANGE("FIRST", "'direction': 'DECREASE', 'relative': '1/3'");

    check_units(third, "2016-02-01 " WEMWBS " 30\n2016-08-01 " WEMWBS " 20", "2016-12-31",
                "better 2016-08-01\n");
    check_units(third, "2016-02-01 " WEMWBS " 30\n2016-08-01 " WEMWBS " 20.0001", "2016-12-31",
                "better 2016-08-01 THRESHOLD_NOT_REACHED\n");
    /* of 10 a third is no decimal: 6.6666 is enough, 6.6667 is not */
    check_units(third, "2016-02-01 " WEMWBS " 10\n2016-08-01 " WEMWBS " 6.6666", "2016-12-31",
                "better 2016-08-01\n");
    check_units(third, "2016-02-01 " WEMWBS " 10\n2016-08-01 " WEMWBS " 6.6667", "2016-12-31",
                "better 2016-08-01 THRESHOLD_NOT_REACHED\n");
    /* of nothing there are no parts */
    check_units(third, "2016-02-01 " WEMWBS " 0\n2016-08-01 " WEMWBS " -5", "2016-12-31",
                "better 2016-08-01 THRESHOLD_NOT_REACHED\n");
}

TEST(a_gain_is_reliable_when_it_is_more_than_chance)
{
    /* 1.96² · 2 · 1² · (1 − 0.5) = 3.8416: the root is 1.96, and must be exceeded */
    const char *exact = CHANGE("FIRST", "'direction': 'INCREASE', 'reliable':"
                                        " {'standardDeviation': '1', 'reliability': '0.5'}");
    /* 1.96² · 2 · 7.5² · 0.2: the root is 9.29709… */
    const char *usual = CHANGE("FIRST", "'direction': 'INCREASE', 'reliable':"
                                        " {'standardDeviation': '7.5', 'reliability': '0.80'}");

    check_units(exact, "2016-02-01 " WEMWBS " 40\n2016-08-01 " WEMWBS " 41.96", "2016-12-31",
                "better 2016-08-01 THRESHOLD_NOT_REACHED\n");
    check_units(exact, "2016-02-01 " WEMWBS " 40\n2016-08-01 " WEMWBS " 41.9601", "2016-12-31",
                "better 2016-08-01\n");
    check_units(usual, "2016-02-01 " WEMWBS " 40\n2016-08-01 " WEMWBS " 49.2970", "2016-12-31",
                "better 2016-08-01 THRESHOLD_NOT_REACHED\n");
    check_units(usual, "2016-02-01 " WEMWBS " 40\n2016-08-01 " WEMWBS " 49.2971", "2016-12-31",
                "better 2016-08-01\n");
    /* a great fall is no gain */
    check_units(usual, "2016-02-01 " WEMWBS " 40\n2016-08-01 " WEMWBS " 10", "2016-12-31",
                "better 2016-08-01 THRESHOLD_NOT_REACHED\n");
}

TEST(a_level_may_have_to_be_crossed)
{
    const char *recovery = CHANGE("FIRST", "'direction': 'DECREASE', 'reaches': '9',"
                                           " 'startsAt': '10'");

    check_units(recovery, "2016-02-01 " WEMWBS " 10\n2016-08-01 " WEMWBS " 9", "2016-12-31",
                "better 2016-08-01\n");
    check_units(recovery, "2016-02-01 " WEMWBS " 10\n2016-08-01 " WEMWBS " 9.5", "2016-12-31",
                "better 2016-08-01 THRESHOLD_NOT_REACHED\n");
    check_units(recovery, "2016-02-01 " WEMWBS " 9.5\n2016-08-01 " WEMWBS " 3", "2016-12-31",
                "better 2016-08-01 NOT_ELIGIBLE\n");
}

/* ---- kOfN ---- */

/* Healthier Devon: HbA1c, waist and weight all fall */
#define FALLS(score, by)                                                                       \
    "{'scoreChangePerson': {'instrument': 'instruments/" score "', 'score': 'value',"         \
    " 'direction': 'DECREASE', 'followUp': 'FIRST', 'absolute': '" by "'}}"
#define DEVON(k, more)                                                                         \
    "[{'id': 'devon', 'kOfN': {'k': " k ", 'tests': ["                                         \
    FALLS("hba1c", "1.2") ", " FALLS("waist", "2") ", " FALLS("weight", "2") "]" more "}}]"
#define HBA1C "instruments/hba1c#value"
#define WAIST "instruments/waist#value"
#define WEIGHT "instruments/weight#value"
#define BEFORE "2016-02-01 " HBA1C " 44\n2016-02-01 " WAIST " 100\n2016-02-01 " WEIGHT " 90\n"

TEST(enough_tests_are_passed_on_the_day_of_the_last_one_needed)
{
    const char *person = BEFORE "2016-08-01 " HBA1C " 42.8\n2016-08-02 " WAIST " 98\n"
                                "2016-08-03 " WEIGHT " 88";

    check_measures(DEVON("1", ""), person, "2016-12-31", "devon 2016-08-01 = 1\n");
    check_measures(DEVON("2", ""), person, "2016-12-31", "devon 2016-08-02 = 2\n");
    check_measures(DEVON("3", ""), person, "2016-12-31", "devon 2016-08-03 = 3\n");
    check_units(DEVON("3", ""), person, "2016-08-02", "devon 2016-08-02 THRESHOLD_NOT_REACHED\n");
    check_measures(DEVON("2", ""),
                   BEFORE "2016-08-01 " HBA1C " 42\n2016-08-01 " WAIST " 98\n"
                          "2016-08-01 " WEIGHT " 88",
                   "2016-12-31", "devon 2016-08-01 = 3\n");
}

TEST(one_test_that_fails_leaves_the_others)
{
    check_units(DEVON("2", ""),
                BEFORE "2016-08-01 " HBA1C " 44\n2016-08-02 " WAIST " 98\n2016-08-03 " WEIGHT " 88",
                "2016-12-31", "devon 2016-08-03\n");
    check_units(DEVON("3", ""),
                BEFORE "2016-08-01 " HBA1C " 44\n2016-08-02 " WAIST " 98\n2016-08-03 " WEIGHT " 88",
                "2016-12-31", "devon 2016-12-31 THRESHOLD_NOT_REACHED\n");
}

TEST(only_people_with_all_readings_may_count)
{
    const char *two_of_three = BEFORE "2016-08-01 " HBA1C " 42\n2016-08-02 " WAIST " 98\n";

    check_units(DEVON("2", ""), two_of_three, "2016-12-31", "devon 2016-08-02\n");
    check_units(DEVON("2", ", 'completeCases': true"), two_of_three, "2016-12-31",
                "devon 2016-12-31 NO_FOLLOW_UP\n");
    check_units(DEVON("2", ", 'completeCases': true"),
                BEFORE "2016-08-01 " HBA1C " 42\n2016-08-02 " WAIST " 98\n2016-08-03 " WEIGHT,
                "2016-12-31", "devon 2016-12-31 INCOMPLETE\n");
    check_units(DEVON("2", ", 'completeCases': true"),
                BEFORE "2016-08-01 " HBA1C " 42\n2016-08-02 " WAIST " 98\n2016-08-03 " WEIGHT " 95",
                "2016-12-31", "devon 2016-08-02\n");
}

TEST(tests_may_be_of_different_kinds)
{
    const char *terms =
        "[{'id': 'two', 'kOfN': {'k': 2, 'tests': ["
        "{'milestone': {'events': ['milestone:plan']}},"
        "{'sustained': {'states': ['spell:engaged'], 'duration': 'P12W', 'mode': 'CONTINUOUS',"
        " 'proRata': {'from': 'P1W'}}}," FALLS("weight", "2") "]}}]";

    check_units(terms, "2016-02-01 milestone:plan\n2016-02-01.. spell:engaged", "2016-12-31",
                "two 2016-04-24\n");
    /* a part of a unit passes no test */
    check_units(terms, "2016-02-01 milestone:plan\n2016-02-01..2016-03-31 spell:engaged",
                "2016-12-31", "two 2016-12-31 THRESHOLD_NOT_REACHED\n");
}

/* ---- eventReductionPerson ---- */

/* Cornwall: attendances down by 60 % on the person's own year, at 6, 9 and 12 months */
#define FEWER(more)                                                                            \
    "[{'id': 'fewer', 'maxPerPerson': 3, 'eventReductionPerson': {"                           \
    "'events': ['use:ED_ATTENDANCE'], 'baseline': 'P12M', 'testAt': ['P6M', 'P9M', 'P12M'], " \
    "'over': 'P3M', 'reduction': '0.6'" more "}}]"

/* Of 10 in the year before 40 % are 1.008 in 92 days, and 0.986 in 90. */
#define TEN_BEFORE                                                                             \
    "2017-04-03 referral:REFERRED\n2016-04-02 use:ED_ATTENDANCE 50\n"                         \
    "2016-04-03 use:ED_ATTENDANCE 6\n2017-04-02 use:ED_ATTENDANCE 4\n"

TEST(a_person_has_fewer_events_than_in_the_year_before)
{
    check_units(FEWER(""), TEN_BEFORE, "2018-12-31",
                "fewer 2017-10-03\nfewer 2018-01-03\nfewer 2018-04-03\n");
    check_units(FEWER(""), TEN_BEFORE, "2018-01-02", "fewer 2017-10-03\n");
    check_units(FEWER(""), TEN_BEFORE, "2017-10-02", "fewer 2017-10-02 NOT_YET\n");
    check_units(FEWER(""), "2016-04-03 use:ED_ATTENDANCE 6", "2018-12-31",
                "fewer 2018-12-31 EVIDENCE_MISSING\n");
    check_units(FEWER(""),
                TEN_BEFORE "2017-10-02 use:ED_ATTENDANCE\n2018-01-03 use:ED_ATTENDANCE",
                "2018-12-31",
                "fewer 2017-10-03\nfewer 2018-01-03\nfewer 2018-04-03 THRESHOLD_NOT_REACHED\n");
}

TEST(what_is_allowed_may_be_made_whole)
{
    /* of 3 in 365 days 40 % are 1.2 in the 365 behind the start */
    static const struct {
        const char *rounding, *most;
    } cases[] = {{"ROUNDING_UNSPECIFIED", "1"}, {"DOWN", "1"}, {"NEAREST", "1"}, {"UP", "2"}};

    for (size_t i = 0; i < COUNT(cases); i++)
        for (int n = 0; n < 4; n++) {
            char rules[400], lines[200], count[2] = {(char)('0' + n), '\0'};

            snprintf(rules, sizeof(rules),
                     "[{'id': 'fewer', 'eventReductionPerson': {'events': ['use:ED_ATTENDANCE'],"
                     " 'baseline': 'P12M', 'testAt': ['P12M'], 'reduction': '0.6',"
                     " 'rounding': '%s'}}]", cases[i].rounding);
            snprintf(lines, sizeof(lines),
                     "2017-04-03 referral:REFERRED\n2017-01-03 use:ED_ATTENDANCE 3\n"
                     "2017-06-01 use:ED_ATTENDANCE %s\n", count);
            check_units(rules, lines, "2018-12-31",
                        *count <= *cases[i].most ? "fewer 2018-04-03\n"
                                                 : "fewer 2018-04-03 THRESHOLD_NOT_REACHED\n");
        }
}

TEST(a_tiny_baseline_makes_no_unit)
{
    const char *eight = FEWER(", 'minBaseline': 8");

    check_units(eight, "2017-04-03 referral:REFERRED\n2017-01-03 use:ED_ATTENDANCE 7",
                "2018-12-31", "fewer 2018-12-31 NOT_ELIGIBLE\n");
    check_units(eight, "2017-04-03 referral:REFERRED\n2017-01-03 use:ED_ATTENDANCE 8",
                "2018-12-31", "fewer 2017-10-03\nfewer 2018-01-03\nfewer 2018-04-03\n");
}

TEST(what_was_avoided_is_the_measure)
{
    /* expected 3 · 365/365, observed 1; and 2 · 183/365 = 1.0027… */
    check_measures("[{'id': 'fewer', 'eventReductionPerson': {'events': ['milestone:fall'],"
                   " 'baseline': 'P12M', 'testAt': ['P12M'], 'reduction': '0.5'}}]",
                   "2017-04-03 referral:REFERRED\n2017-01-03 milestone:fall\n"
                   "2017-01-04 milestone:fall\n2017-01-05 milestone:fall\n2017-05-05 milestone:fall",
                   "2018-12-31", "fewer 2018-04-03 = 2\n");
    check_measures("[{'id': 'fewer', 'eventReductionPerson': {'events': ['milestone:fall'],"
                   " 'baseline': 'P12M', 'testAt': ['P6M'], 'reduction': '0.5'}}]",
                   "2017-04-03 referral:REFERRED\n2017-01-03 milestone:fall\n"
                   "2017-01-04 milestone:fall",
                   "2018-12-31", "fewer 2017-10-03 = 1.0027\n");
}

/* ---- timeAccrual ---- */

/* Positive Families: each 7 days in a row out of care, 104 weeks at most */
#define WEEKS(most)                                                                            \
    "[{'id': 'week', 'timeAccrual': {'states': ['spell:out-of-care'], 'unitDays': 7, "        \
    "'mostUnits': " most "}}]"

TEST(each_whole_week_in_a_state_is_a_unit_on_its_last_day)
{
    check_measures(WEEKS("104"), "2016-02-01..2016-02-20 spell:out-of-care", "2016-12-31",
                   "week 2016-02-07 = 1\nweek 2016-02-14 = 2\n");
    check_units(WEEKS("104"), "2016-02-01.. spell:out-of-care", "2016-02-14",
                "week 2016-02-07\nweek 2016-02-14\n");
    check_units(WEEKS("104"), "2016-02-01.. spell:out-of-care", "2016-02-06",
                "week 2016-02-06 NOT_YET\n");
}

TEST(days_left_over_at_a_spells_end_are_lost)
{
    check_units(WEEKS("104"),
                "2016-02-01..2016-02-13 spell:out-of-care\n2016-02-15.. spell:out-of-care",
                "2016-02-29", "week 2016-02-07\nweek 2016-02-21\nweek 2016-02-28\n");
    check_units(WEEKS("104"),
                "2016-02-01..2016-02-13 spell:out-of-care\n2016-02-14.. spell:out-of-care",
                "2016-02-29",
                "week 2016-02-07\nweek 2016-02-14\nweek 2016-02-21\nweek 2016-02-28\n");
}

TEST(there_are_no_more_units_than_the_most)
{
    check_units(WEEKS("2"), "2016-02-01.. spell:out-of-care", "2016-02-29",
                "week 2016-02-07\nweek 2016-02-14\n");
    check_units(WEEKS("3"),
                "2016-02-01..2016-02-14 spell:out-of-care\n2016-03-01.. spell:out-of-care",
                "2016-12-31", "week 2016-02-07\nweek 2016-02-14\nweek 2016-03-07\n");
}

TEST(weeks_before_the_contract_are_numbered_and_none_of_its_units)
{
    /* two whole weeks before 1 January, and one of which six days lie before it */
    const char *person = "2015-12-12.. spell:out-of-care";

    check_measures(WEEKS("104"), person, "2016-01-10", "week 2016-01-01 = 3\nweek 2016-01-08 = 4\n");
    check_measures(WEEKS("3"), person, "2016-01-10", "week 2016-01-01 = 3\n");
    check_units(WEEKS("2"), person, "2016-01-10", "week 2016-01-10 WINDOW_MISSED\n");
    check_units(WEEKS("104"), "2015-01-01..2015-12-31 spell:out-of-care", "2016-01-10",
                "week 2016-01-10 WINDOW_MISSED\n");
}

TEST(nobody_has_more_units_than_can_be_held)
{
    struct unit_list units = {0};

    while (unit_push(&units))
        units.n++;
    assert_int_equal(units.n, PERSON_UNITS_MAX);
    free(units.list);
}

TEST(two_years_out_of_care_are_104_weeks)
{
    struct unit_list units = {0};
    struct people people;
    struct terms terms;

    wg_arena_reset(&arena);
    terms_begin(&terms, WEEKS("104"));
    people_begin(&people, &terms, "2016-02-01.. spell:out-of-care", date("2020-12-31"));
    assert_true(person_units(terms.rules, &people.person, false, &units));
    assert_int_equal(units.n, 104);
    assert_int_equal(units.list[103].date, date("2016-02-01") + 104 * 7 - 1);
    free(units.list);
}

/* ---- cumulativeValue ---- */

#define EARNED                                                                                 \
    "[{'id': 'earned', 'cumulativeValue': {'events': ['milestone:earnings'],"                 \
    " 'levels': ['1000', '2000', '4000.50']}}]"

TEST(a_unit_for_each_level_that_the_total_crosses)
{
    check_measures(EARNED,
                   "2016-02-01 milestone:earnings 999.99\n2016-03-01 milestone:earnings 0.01\n"
                   "2016-04-01 milestone:earnings 2000\n2016-05-01 milestone:earnings 1000.50",
                   "2016-12-31",
                   "earned 2016-03-01 = 1000\nearned 2016-04-01 = 2000\nearned 2016-05-01 = 4000.5\n");
    check_measures(EARNED, "2016-02-01 milestone:earnings 3000", "2016-12-31",
                   "earned 2016-02-01 = 1000\nearned 2016-02-01 = 2000\n");
    check_units(EARNED, "2016-02-01 milestone:earnings 3\n2016-02-02 milestone:earnings",
                "2016-12-31", "earned 2016-12-31 THRESHOLD_NOT_REACHED\n");
}

/* ---- attributeSupplement ---- */

#define SUPPLEMENT                                                                             \
    "[{'id': 'complex', 'attributeSupplement': {'rule': 'assessment',"                        \
    "  'attribute': {'series': 'attribute:strand=LTC'}}},"                                    \
    " {'id': 'assessment', 'maxPerPerson': 2, 'milestone': {'events': ['milestone:assessed']}}]"

TEST(people_with_an_attribute_get_more)
{
    check_units(SUPPLEMENT,
                "2016-02-01 milestone:assessed\n2016-03-01 milestone:assessed\n"
                "2016-04-01 milestone:assessed\nattribute:strand=LTC",
                "2016-12-31",
                "complex 2016-02-01\ncomplex 2016-03-01\ncomplex 2016-04-01 PREREQUISITE_MISSING\n"
                "assessment 2016-02-01\nassessment 2016-03-01\nassessment 2016-04-01 DUPLICATE\n");
    check_units(SUPPLEMENT, "2016-02-01 milestone:assessed", "2016-12-31",
                "complex 2016-02-01 NOT_ELIGIBLE\nassessment 2016-02-01\n");
    check_units(SUPPLEMENT, "attribute:strand=LTC", "2016-12-31",
                "complex 2016-12-31 PREREQUISITE_MISSING\n"
                "assessment 2016-12-31 EVIDENCE_MISSING\n");
}

TEST(a_supplement_has_the_part_of_the_unit_that_it_adds_to)
{
    check_units("[{'id': 'held', 'sustained': {'states': ['spell:home'], 'duration': 'P12M',"
                "  'mode': 'CONTINUOUS', 'proRata': {'from': 'P6M'}}},"
                " {'id': 'more', 'attributeSupplement': {'rule': 'held',"
                "  'attribute': {'series': 'attribute:sex=FEMALE'}}}]",
                "2016-01-01..2016-07-31 spell:home\nattribute:sex=FEMALE", "2017-12-31",
                "held 2016-07-31 31/184\nmore 2016-07-31 31/184\n");
}

/* ---- Terms that would be refused today ---- */

/* What a version says that was recorded before less than one was refused. */
static void
check_recorded_before(struct terms *terms, const char *lines, const char *wanted)
{
    struct unit_list units = {0};
    struct people people;

    terms->rules = person_rules_compile(&arena, &terms->contract, terms->version, &terms->plan);
    people_begin(&people, terms, lines, date("2016-12-31"));
    assert_true(person_units(terms->rules, &people.person, true, &units));
    assert_string_equal(units_text(terms, &units, false), wanted);
    free(units.list);
}

TEST(stretches_of_no_days_are_of_one)
{
    struct terms terms;

    wg_arena_reset(&arena);
    terms_begin(&terms, WEEKS("104"));
    terms.version->rules[0]->time_accrual->unit_days = 0;
    check_recorded_before(&terms, "2016-02-01..2016-02-02 spell:out-of-care",
                          "week 2016-02-01\nweek 2016-02-02\n");
}

TEST(of_no_tests_one_is_to_be_passed)
{
    struct terms terms;

    wg_arena_reset(&arena);
    terms_begin(&terms, DEVON("2", ""));
    terms.version->rules[0]->k_of_n->k = 0;
    check_recorded_before(&terms, BEFORE "2016-08-01 " HBA1C " 42\n", "devon 2016-08-01\n");
    check_recorded_before(&terms, BEFORE, "devon 2016-12-31 THRESHOLD_NOT_REACHED\n");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_milestone_is_a_unit_on_its_day),
        cmocka_unit_test(of_several_milestones_the_first_ones_count),
        cmocka_unit_test(of_milestones_of_one_day_the_first_recorded_counts),
        cmocka_unit_test(a_milestone_may_have_to_be_worth_something),
        cmocka_unit_test(a_use_of_no_services_is_none),
        cmocka_unit_test(a_state_is_held_on_the_last_day_of_its_time),
        cmocka_unit_test(months_end_on_the_last_day_there_is),
        cmocka_unit_test(spells_that_touch_or_overlap_are_one),
        cmocka_unit_test(time_begins_anew_behind_an_interruption),
        cmocka_unit_test(a_lapse_event_in_a_gap_over_the_last_day_counts_beside_it),
        cmocka_unit_test(a_stretch_with_interruptions_that_are_tolerated_goes_on),
        cmocka_unit_test(several_states_are_taken_together),
        cmocka_unit_test(so_many_lapses_are_tolerated_in_each_part_of_the_time),
        cmocka_unit_test(a_lapse_event_on_the_first_day_moves_it),
        cmocka_unit_test(a_gap_may_be_as_long_as_the_terms_say),
        cmocka_unit_test(a_gap_over_the_last_day_is_judged_once_it_is_over),
        cmocka_unit_test(a_night_is_no_year_and_a_half),
        cmocka_unit_test(days_may_be_added_up),
        cmocka_unit_test(days_are_added_up_within_a_sliding_time),
        cmocka_unit_test(a_part_of_the_time_may_be_paid_for_in_part),
        cmocka_unit_test(days_in_a_state_are_the_measure),
        cmocka_unit_test(a_score_changes_between_the_first_reading_and_the_follow_up),
        cmocka_unit_test(a_second_reading_of_the_same_day_is_no_follow_up),
        cmocka_unit_test(a_gain_may_be_a_fall),
        cmocka_unit_test(any_follow_up_that_is_enough_counts_on_its_day),
        cmocka_unit_test(the_last_follow_up_is_judged_when_its_window_has_passed),
        cmocka_unit_test(a_follow_up_outside_its_window_is_none),
        cmocka_unit_test(a_baseline_has_a_window_too),
        cmocka_unit_test(a_gain_may_be_a_part_of_the_baseline),
        cmocka_unit_test(a_gain_is_reliable_when_it_is_more_than_chance),
        cmocka_unit_test(a_level_may_have_to_be_crossed),
        cmocka_unit_test(enough_tests_are_passed_on_the_day_of_the_last_one_needed),
        cmocka_unit_test(one_test_that_fails_leaves_the_others),
        cmocka_unit_test(only_people_with_all_readings_may_count),
        cmocka_unit_test(tests_may_be_of_different_kinds),
        cmocka_unit_test(a_person_has_fewer_events_than_in_the_year_before),
        cmocka_unit_test(what_is_allowed_may_be_made_whole),
        cmocka_unit_test(a_tiny_baseline_makes_no_unit),
        cmocka_unit_test(what_was_avoided_is_the_measure),
        cmocka_unit_test(each_whole_week_in_a_state_is_a_unit_on_its_last_day),
        cmocka_unit_test(days_left_over_at_a_spells_end_are_lost),
        cmocka_unit_test(there_are_no_more_units_than_the_most),
        cmocka_unit_test(weeks_before_the_contract_are_numbered_and_none_of_its_units),
        cmocka_unit_test(nobody_has_more_units_than_can_be_held),
        cmocka_unit_test(two_years_out_of_care_are_104_weeks),
        cmocka_unit_test(a_unit_for_each_level_that_the_total_crosses),
        cmocka_unit_test(people_with_an_attribute_get_more),
        cmocka_unit_test(a_supplement_has_the_part_of_the_unit_that_it_adds_to),
        cmocka_unit_test(stretches_of_no_days_are_of_one),
        cmocka_unit_test(of_no_tests_one_is_to_be_passed),
    };

    return cmocka_run_group_tests(tests, load_terms, unload_terms);
}
