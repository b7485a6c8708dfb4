/* test_person_modifiers.c - what rules of every kind may ask for beside their outcome. */
#include "terms_fixture.h"

#define JOB(more) "[{'id': 'job', 'milestone': {'events': ['milestone:job']} " more "}]"

static int
paid_without_claims(void **state)
{
    (void)state;
    paid_on_claim = false;
    return 0;
}

/* ---- Windows ---- */

TEST(a_unit_lies_within_the_contract)
{
    /* 2016 to 2020 */
    check_units(JOB(", 'maxPerPerson': 9"),
                "2015-12-31 milestone:job\n2016-01-01 milestone:job\n2020-12-31 milestone:job\n"
                "2021-01-01 milestone:job",
                "2021-12-31",
                "job 2015-12-31 WINDOW_MISSED\njob 2016-01-01\njob 2020-12-31\n"
                "job 2021-01-01 WINDOW_MISSED\n");
    /* days before it count towards what lasts */
    check_units("[{'id': 'held', 'sustained': {'states': ['spell:home'], 'duration': 'P3M',"
                " 'mode': 'CONTINUOUS'}}]",
                "2015-11-01.. spell:home", "2016-12-31", "held 2016-01-31\n");
    check_units("[{'id': 'held', 'sustained': {'states': ['spell:home'], 'duration': 'P3M',"
                " 'mode': 'CONTINUOUS'}}]",
                "2015-10-01.. spell:home", "2016-12-31", "held 2015-12-31 WINDOW_MISSED\n");
}

TEST(a_window_counts_from_the_persons_start)
{
    const char *terms = JOB(", 'maxPerPerson': 9, 'window': {'from': 'P1M', 'to': 'P2M',"
                            " 'grace': 'P1W'}");

    check_units(terms,
                "2016-01-31 referral:REFERRED\n2016-02-28 milestone:job\n"
                "2016-02-29 milestone:job\n2016-04-07 milestone:job\n2016-04-08 milestone:job",
                "2016-12-31",
                "job 2016-02-28 WINDOW_MISSED\njob 2016-02-29\njob 2016-04-07\n"
                "job 2016-04-08 WINDOW_MISSED\n");
    check_units(terms, "2016-02-28 milestone:job", "2016-12-31",
                "job 2016-02-28 EVIDENCE_MISSING\n");
}

TEST(a_window_may_count_from_other_evidence_and_before_it)
{
    check_units(JOB(", 'maxPerPerson': 9,"
                    " 'window': {'anchor': 'milestone:plan', 'from': '-P1M', 'to': '-P1D'}"),
                "2016-03-31 milestone:plan\n2016-02-28 milestone:job\n2016-02-29 milestone:job\n"
                "2016-03-30 milestone:job\n2016-03-31 milestone:job",
                "2016-12-31",
                "job 2016-02-28 WINDOW_MISSED\njob 2016-02-29\njob 2016-03-30\n"
                "job 2016-03-31 WINDOW_MISSED\n");
}

TEST(a_window_of_dates_needs_no_start)
{
    check_units(JOB(", 'maxPerPerson': 9,"
                    " 'window': {'fromDate': '2016-04-01', 'toDate': '2016-04-30'}"),
                "2016-03-31 milestone:job\n2016-04-01 milestone:job\n2016-04-30 milestone:job\n"
                "2016-05-01 milestone:job",
                "2016-12-31",
                "job 2016-03-31 WINDOW_MISSED\njob 2016-04-01\njob 2016-04-30\n"
                "job 2016-05-01 WINDOW_MISSED\n");
}

TEST(a_window_may_count_from_the_start_and_end_with_a_date)
{
    check_units(JOB(", 'maxPerPerson': 9, 'window': {'to': 'P6M', 'fromDate': '2016-02-01',"
                    " 'toDate': '2016-03-31'}"),
                "2016-01-15 referral:REFERRED\n2016-01-31 milestone:job\n"
                "2016-02-01 milestone:job\n2016-03-31 milestone:job\n2016-04-01 milestone:job",
                "2016-12-31",
                "job 2016-01-31 WINDOW_MISSED\njob 2016-02-01\njob 2016-03-31\n"
                "job 2016-04-01 WINDOW_MISSED\n");
}

TEST(what_misses_its_window_takes_nobodys_place)
{
    check_units(JOB(", 'window': {'fromDate': '2016-04-01'}"),
                "2016-03-31 milestone:job\n2016-04-01 milestone:job", "2016-12-31",
                "job 2016-03-31 WINDOW_MISSED\njob 2016-04-01\n");
}

/* ---- resetOn ---- */

#define RESETS                                                                                 \
    JOB(", 'maxPerPerson': 9, 'resetOn': ['milestone:abandoned'],"                             \
        " 'window': {'to': 'P1M'}")

TEST(a_reset_moves_the_start_to_the_next_one)
{
    const char *person = "2016-01-10 referral:REFERRED\n2016-02-01 milestone:job\n"
                         "2016-03-01 milestone:abandoned\n2016-03-05 milestone:job\n"
                         "2016-04-01 referral:REFERRED\n2016-04-20 milestone:job\n";

    check_units(RESETS, person, "2016-12-31",
                "job 2016-02-01\njob 2016-03-05 WINDOW_MISSED\njob 2016-04-20\n");
    /* without, the first start would be that of all */
    check_units(JOB(", 'maxPerPerson': 9, 'window': {'to': 'P1M'}"), person, "2016-12-31",
                "job 2016-02-01\njob 2016-03-05 WINDOW_MISSED\njob 2016-04-20 WINDOW_MISSED\n");
}

TEST(a_unit_on_the_day_of_the_reset_keeps_its_start)
{
    check_units(RESETS,
                "2016-01-10 referral:REFERRED\n2016-02-01 milestone:abandoned\n"
                "2016-02-01 milestone:job\n2016-02-02 milestone:job",
                "2016-12-31", "job 2016-02-01\njob 2016-02-02 EVIDENCE_MISSING\n");
}

TEST(a_kind_that_counts_from_the_start_does_so_from_each)
{
    check_units("[{'id': 'fewer', 'maxPerPerson': 9, 'resetOn': ['milestone:abandoned'],"
                " 'eventReductionPerson': {'events': ['use:ED_ATTENDANCE'], 'baseline': 'P1Y',"
                "  'testAt': ['P3M', 'P6M'], 'reduction': '0.5'}}]",
                "2016-01-10 referral:REFERRED\n2016-05-01 milestone:abandoned\n"
                "2016-06-01 referral:REFERRED",
                "2017-12-31", "fewer 2016-04-10\nfewer 2016-09-01\nfewer 2016-12-01\n");
}

/* ---- eligibleIf ---- */

/* Cornwall: 8 attendances or 2 admissions in a year, and substance misuse */
#define FREQUENT                                                                               \
    JOB(", 'eligibleIf': [{'anyOf': ["                                                         \
        "{'series': 'use:ED_ATTENDANCE', 'atLeast': 8, 'window': {'from': '-P1Y', 'to': '-P1D'}}," \
        "{'series': 'use:INPATIENT_NON_ELECTIVE', 'atLeast': 2,"                               \
        " 'window': {'from': '-P1Y', 'to': '-P1D'}}]},"                                        \
        "{'anyOf': [{'series': 'attribute:condition=66214007'}]}]")
#define MISUSE "attribute:condition=66214007\n"

TEST(every_condition_must_hold_of_a_person)
{
    const char *eligible = "2017-02-01 referral:REFERRED\n2017-03-01 milestone:job\n" MISUSE
                           "2016-02-01 use:ED_ATTENDANCE 5\n2017-01-31 use:ED_ATTENDANCE 3";

    check_units(FREQUENT, eligible, "2017-12-31", "job 2017-03-01\n");
    check_units(FREQUENT,
                "2017-02-01 referral:REFERRED\n2017-03-01 milestone:job\n" MISUSE
                "2016-01-31 use:ED_ATTENDANCE 5\n2017-02-01 use:ED_ATTENDANCE 3",
                "2017-12-31", "job 2017-03-01 NOT_ELIGIBLE\n");
    check_units(FREQUENT,
                "2017-02-01 referral:REFERRED\n2017-03-01 milestone:job\n" MISUSE
                "2016-06-01 use:INPATIENT_NON_ELECTIVE\n2016-07-01 use:INPATIENT_NON_ELECTIVE",
                "2017-12-31", "job 2017-03-01\n");
    check_units(FREQUENT,
                "2017-02-01 referral:REFERRED\n2017-03-01 milestone:job\n"
                "2016-06-01 use:INPATIENT_NON_ELECTIVE 2",
                "2017-12-31", "job 2017-03-01 NOT_ELIGIBLE\n");
}

TEST(a_condition_looks_at_days_up_to_the_units)
{
    const char *terms = JOB(", 'maxPerPerson': 9,"
                            " 'eligibleIf': [{'anyOf': [{'series': 'milestone:plan'}]}]");

    check_units(terms, "2016-03-01 milestone:job\n2016-03-02 milestone:job\n2016-03-02 milestone:plan",
                "2016-12-31", "job 2016-03-01 NOT_ELIGIBLE\njob 2016-03-02\n");
}

TEST(a_spell_counts_on_each_of_its_days)
{
    const char *on_the_day =
        JOB(", 'maxPerPerson': 9, 'eligibleIf': [{'anyOf': [{'series': 'spell:home',"
            " 'window': {'anchor': 'unit', 'from': 'P0D', 'to': 'P0D'}}]}]");

    check_units(on_the_day,
                "2016-02-01..2016-03-01 spell:home\n2016-01-31 milestone:job\n"
                "2016-02-01 milestone:job\n2016-03-01 milestone:job\n2016-03-02 milestone:job",
                "2016-12-31",
                "job 2016-01-31 NOT_ELIGIBLE\njob 2016-02-01\njob 2016-03-01\n"
                "job 2016-03-02 NOT_ELIGIBLE\n");
}

TEST(a_spell_that_goes_on_is_not_known_to_go_on_behind_the_last_day)
{
    const char *still_there =
        JOB(", 'eligibleIf': [{'anyOf': [{'series': 'spell:home',"
            " 'window': {'anchor': 'unit', 'from': 'P1M', 'to': 'P2M'}}]}]");

    check_units(still_there, "2016-02-01.. spell:home\n2016-03-01 milestone:job", "2016-03-31",
                "job 2016-03-01 NOT_YET\n");
    check_units(still_there, "2016-02-01.. spell:home\n2016-03-01 milestone:job", "2016-04-01",
                "job 2016-03-01\n");
}

TEST(a_condition_may_be_that_nothing_is_recorded)
{
    const char *clean =
        JOB(", 'maxPerPerson': 9, 'eligibleIf': [{'anyOf': [{'series': 'milestone:contact',"
            " 'absent': true, 'window': {'anchor': 'unit', 'from': '-P6M'}}]}]");

    check_units(clean,
                "2016-02-01 milestone:contact\n2016-08-01 milestone:job\n2016-08-02 milestone:job",
                "2016-12-31", "job 2016-08-01 NOT_ELIGIBLE\njob 2016-08-02\n");
    /* no anchor, no days: nothing is recorded in them */
    check_units(JOB(", 'eligibleIf': [{'anyOf': [{'series': 'milestone:contact',"
                    " 'absent': true, 'window': {'to': 'P6M'}}]}]"),
                "2016-02-01 milestone:contact\n2016-08-01 milestone:job", "2016-12-31",
                "job 2016-08-01\n");
}

TEST(a_condition_on_days_to_come_is_open_until_they_are_over)
{
    const char *clean = JOB(", 'eligibleIf': [{'anyOf': [{'series': 'milestone:relapse',"
                            " 'absent': true, 'window': {'anchor': 'unit', 'to': 'P6M'}}]}]");
    const char *seen = JOB(", 'eligibleIf': [{'anyOf': [{'series': 'milestone:seen',"
                           " 'window': {'anchor': 'unit', 'to': 'P6M'}}]}]");

    check_units(clean, "2016-02-01 milestone:job", "2016-07-31", "job 2016-02-01 NOT_YET\n");
    check_units(clean, "2016-02-01 milestone:job", "2016-08-01", "job 2016-02-01\n");
    /* what cannot change is known at once */
    check_units(clean, "2016-02-01 milestone:job\n2016-03-01 milestone:relapse", "2016-03-31",
                "job 2016-02-01 NOT_ELIGIBLE\n");
    check_units(seen, "2016-02-01 milestone:job\n2016-03-01 milestone:seen", "2016-03-31",
                "job 2016-02-01\n");
    check_units(seen, "2016-02-01 milestone:job", "2016-07-31", "job 2016-02-01 NOT_YET\n");
    check_units(seen, "2016-02-01 milestone:job", "2016-08-01", "job 2016-02-01 NOT_ELIGIBLE\n");
}

TEST(one_condition_that_is_open_leaves_the_others_their_say)
{
#define CLEAN "{'series': 'milestone:relapse', 'absent': true, 'window': {'anchor': 'unit', 'to': 'P6M'}}"
    const char *either = JOB(", 'eligibleIf': [{'anyOf': [" CLEAN
                             ", {'series': 'attribute:sex=FEMALE'}]}]");
    const char *both = JOB(", 'eligibleIf': [{'anyOf': [" CLEAN "]},"
                           " {'anyOf': [{'series': 'attribute:sex=FEMALE'}]}]");

    check_units(either, "2016-02-01 milestone:job\nattribute:sex=FEMALE", "2016-03-31",
                "job 2016-02-01\n");
    check_units(either, "2016-02-01 milestone:job", "2016-03-31", "job 2016-02-01 NOT_YET\n");
    check_units(both, "2016-02-01 milestone:job", "2016-03-31", "job 2016-02-01 NOT_ELIGIBLE\n");
    check_units(both, "2016-02-01 milestone:job\nattribute:sex=FEMALE", "2016-03-31",
                "job 2016-02-01 NOT_YET\n");
}

TEST(an_uplift_on_days_to_come_waits_for_them)
{
    const char *clean = JOB(", 'uplifts': [{'factor': '2', 'condition': " CLEAN "}]");

    check_units(clean, "2016-02-01 milestone:job", "2016-07-31", "job 2016-02-01\n");
    check_units(clean, "2016-02-01 milestone:job", "2016-08-01", "job 2016-02-01 uplift 0\n");
}

TEST(records_of_a_condition_may_have_to_be_worth_something)
{
    check_units(JOB(", 'eligibleIf': [{'anyOf': [{'series': 'milestone:score', 'atLeast': 2,"
                    " 'valueAtLeast': '16', 'valueAtMost': '20'}]}]"),
                "2016-03-01 milestone:job\n2016-02-01 milestone:score 16\n"
                "2016-02-02 milestone:score 20\n2016-02-02 milestone:score",
                "2016-12-31", "job 2016-03-01\n");
    check_units(JOB(", 'eligibleIf': [{'anyOf': [{'series': 'milestone:score', 'atLeast': 2,"
                    " 'valueAtLeast': '16', 'valueAtMost': '20'}]}]"),
                "2016-03-01 milestone:job\n2016-02-01 milestone:score 15.9\n"
                "2016-02-02 milestone:score 20\n2016-02-02 milestone:score",
                "2016-12-31", "job 2016-03-01 NOT_ELIGIBLE\n");
}

/* ---- requires, excludes ---- */

/* Fair Chance Fund: supported housing counts only as a second stage */
#define STAGES(more)                                                                           \
    "[{'id': 'second', 'milestone': {'events': ['milestone:second']},"                        \
    "  'requires': [{'rule': 'first', 'stage': 'ACHIEVED'}]},"                                \
    " {'id': 'first', 'milestone': {'events': ['milestone:first']} " more "}]"

TEST(a_rule_may_require_another)
{
    check_units(STAGES(""), "2016-02-01 milestone:first\n2016-03-01 milestone:second",
                "2016-12-31", "second 2016-03-01\nfirst 2016-02-01\n");
    /* the same day is early enough, whatever the order of rules */
    check_units(STAGES(""), "2016-02-01 milestone:first\n2016-02-01 milestone:second",
                "2016-12-31", "second 2016-02-01\nfirst 2016-02-01\n");
    check_units(STAGES(""), "2016-02-02 milestone:first\n2016-02-01 milestone:second",
                "2016-12-31", "second 2016-02-01 PREREQUISITE_MISSING\nfirst 2016-02-02\n");
    check_units(STAGES(", 'eligibleIf': [{'anyOf': [{'series': 'attribute:sex=MALE'}]}]"),
                "2016-02-01 milestone:first\n2016-03-01 milestone:second", "2016-12-31",
                "second 2016-03-01 PREREQUISITE_MISSING\nfirst 2016-02-01 NOT_ELIGIBLE\n");
}

TEST(what_is_to_be_paid_before_is_left_to_settlement)
{
    check_units("[{'id': 'later', 'milestone': {'events': ['milestone:later']},"
                "  'requires': [{'rule': 'first', 'stage': 'PAID'}]},"
                " {'id': 'first', 'milestone': {'events': ['milestone:first']}}]",
                "2016-03-01 milestone:later", "2016-12-31",
                "later 2016-03-01\nfirst 2016-12-31 EVIDENCE_MISSING\n");
}

#define APART                                                                                  \
    "[{'id': 'part', 'maxPerPerson': 2, 'milestone': {'events': ['milestone:part']},"         \
    "  'excludes': ['full']},"                                                                \
    " {'id': 'full', 'maxPerPerson': 2, 'milestone': {'events': ['milestone:full']},"         \
    "  'excludes': ['part']}]"

TEST(rules_may_exclude_each_other)
{
    check_units(APART, "2016-02-01 milestone:full\n2016-03-01 milestone:part\n"
                       "2016-04-01 milestone:full",
                "2016-12-31",
                "part 2016-03-01 EXCLUDED\nfull 2016-02-01\nfull 2016-04-01\n");
    check_units(APART, "2016-02-01 milestone:part\n2016-03-01 milestone:full", "2016-12-31",
                "part 2016-02-01\nfull 2016-03-01 EXCLUDED\n");
    /* on one day the first one in the order of rules */
    check_units(APART, "2016-02-01 milestone:full\n2016-02-01 milestone:part", "2016-12-31",
                "part 2016-02-01\nfull 2016-02-01 EXCLUDED\n");
}

TEST(what_is_excluded_is_judged_first_on_its_day)
{
    check_units("[{'id': 'part', 'milestone': {'events': ['milestone:part']}, 'excludes': ['full']},"
                " {'id': 'full', 'milestone': {'events': ['milestone:full']}}]",
                "2016-02-01 milestone:full\n2016-02-01 milestone:part", "2016-12-31",
                "part 2016-02-01 EXCLUDED\nfull 2016-02-01\n");
}

TEST(rules_in_a_row_are_judged_from_the_first_needed)
{
    check_units("[{'id': 'c', 'milestone': {'events': ['milestone:c']},"
                "  'requires': [{'rule': 'b', 'stage': 'ACHIEVED'}]},"
                " {'id': 'b', 'milestone': {'events': ['milestone:b']},"
                "  'requires': [{'rule': 'a', 'stage': 'ACHIEVED'}]},"
                " {'id': 'x', 'attributeSupplement': {'rule': 'c',"
                "  'attribute': {'series': 'attribute:sex=MALE'}}},"
                " {'id': 'a', 'milestone': {'events': ['milestone:a']}}]",
                "2016-02-01 milestone:a\n2016-02-01 milestone:b\n2016-02-01 milestone:c\n"
                "attribute:sex=MALE",
                "2016-12-31", "c 2016-02-01\nb 2016-02-01\nx 2016-02-01\na 2016-02-01\n");
}

/* ---- evidence ---- */

TEST(the_record_behind_a_unit_carries_evidence)
{
    const char *terms = JOB(", 'maxPerPerson': 9, 'evidence': [{'anyOf': ['payslip', 'contract']},"
                            " {'anyOf': ['letter']}]");

    check_units(terms,
                "2016-02-01 milestone:job +letter\n2016-02-02 milestone:job +payslip\n"
                "2016-02-03 milestone:job +contract +letter\n2016-02-04 milestone:other +payslip",
                "2016-12-31",
                "job 2016-02-01 EVIDENCE_MISSING\njob 2016-02-02 EVIDENCE_MISSING\n"
                "job 2016-02-03\n");
}

TEST(evidence_may_have_to_alternate)
{
    const char *terms =
        JOB(", 'maxPerPerson': 9, 'evidence': [{'anyOf': ['payslip', 'letter'],"
            " 'alternating': true}]");

    check_units(terms,
                "2016-02-01 milestone:job +letter\n2016-02-02 milestone:job +letter\n"
                "2016-02-03 milestone:job +payslip\n2016-02-04 milestone:job +payslip\n"
                "2016-02-05 milestone:job +payslip +letter\n2016-02-06 milestone:job +payslip",
                "2016-12-31",
                "job 2016-02-01\njob 2016-02-02 EVIDENCE_MISSING\njob 2016-02-03\n"
                "job 2016-02-04 EVIDENCE_MISSING\njob 2016-02-05\njob 2016-02-06\n");
}

TEST(evidence_may_alternate_over_several_rules)
{
    check_units(
        "[{'id': 'three', 'milestone': {'events': ['milestone:three']},"
        "  'evidence': [{'anyOf': ['tenancy', 'letter'], 'alternating': true}]},"
        " {'id': 'six', 'milestone': {'events': ['milestone:six']}, 'maxPerPerson': 2,"
        "  'evidence': [{'anyOf': ['letter', 'tenancy'], 'alternating': true, 'rules': ['three']}]}]",
        "2016-03-01 milestone:three +letter\n2016-06-01 milestone:six +letter\n"
        "2016-06-02 milestone:six +letter +tenancy\n2016-06-03 milestone:six +tenancy\n"
        "2016-06-04 milestone:six +letter",
        "2016-12-31",
        "three 2016-03-01\nsix 2016-06-01 EVIDENCE_MISSING\nsix 2016-06-02\n"
        "six 2016-06-03 EVIDENCE_MISSING\nsix 2016-06-04\n");
    /* the last one is the other rule's: not its own before that */
    check_units(
        "[{'id': 'three', 'milestone': {'events': ['milestone:three']}},"
        " {'id': 'other', 'milestone': {'events': ['milestone:other']},"
        "  'evidence': [{'anyOf': ['letter', 'tenancy']}]},"
        " {'id': 'six', 'milestone': {'events': ['milestone:six']}, 'maxPerPerson': 2,"
        "  'evidence': [{'anyOf': ['letter', 'tenancy'], 'alternating': true, 'rules': ['other']}]}]",
        "2016-03-01 milestone:six +letter\n2016-06-01 milestone:other +tenancy\n"
        "2016-06-02 milestone:six +tenancy\n2016-06-03 milestone:six +letter",
        "2016-12-31",
        "three 2016-12-31 EVIDENCE_MISSING\nother 2016-06-01\nsix 2016-03-01\n"
        "six 2016-06-02 EVIDENCE_MISSING\nsix 2016-06-03\n");
}

TEST(evidence_of_a_state_is_that_of_the_spell_on_the_last_day)
{
    const char *terms = "[{'id': 'held', 'sustained': {'states': ['spell:home'], 'duration': 'P3M',"
                        " 'mode': 'CONTINUOUS'}, 'evidence': [{'anyOf': ['tenancy']}]}]";

    check_units(terms,
                "2016-02-01..2016-04-15 spell:home\n2016-04-01..2016-04-30 spell:home +tenancy",
                "2016-12-31", "held 2016-04-30\n");
    check_units(terms,
                "2016-02-01..2016-04-15 spell:home +tenancy\n2016-04-01..2016-05-30 spell:home",
                "2016-12-31", "held 2016-04-30 EVIDENCE_MISSING\n");
    check_units(terms,
                "2016-02-01..2016-04-30 spell:home +tenancy\n2016-05-01.. spell:home",
                "2016-12-31", "held 2016-04-30\n");
    /* one that began later, and is over by then, is not behind it */
    check_units(terms,
                "2016-02-01..2016-04-30 spell:home +tenancy\n2016-03-01..2016-04-29 spell:home",
                "2016-12-31", "held 2016-04-30\n");
    /* in a lapse it is the one that began last before */
    check_units("[{'id': 'held', 'sustained': {'states': ['spell:home'], 'duration': 'P3M',"
                " 'mode': 'CONTINUOUS', 'lapses': [{'most': 1, 'daysEach': 31}]},"
                " 'evidence': [{'anyOf': ['tenancy']}]}]",
                "2016-02-01..2016-04-20 spell:home\n2016-03-01..2016-04-10 spell:home +tenancy\n"
                "2016-05-10.. spell:home",
                "2016-12-31", "held 2016-04-30\n");
}

/* ---- repeatAfter, maxPerPerson ---- */

TEST(a_unit_may_be_repeated_after_a_while)
{
    check_units(JOB(", 'maxPerPerson': 3, 'repeatAfter': 'P6M'"),
                "2016-02-29 milestone:job\n2016-08-28 milestone:job\n2016-08-29 milestone:job\n"
                "2017-02-27 milestone:job\n2017-02-28 milestone:job\n2018-02-28 milestone:job",
                "2018-12-31",
                "job 2016-02-29\njob 2016-08-28 REPEATED_TOO_SOON\njob 2016-08-29\n"
                "job 2017-02-27 REPEATED_TOO_SOON\njob 2017-02-28\njob 2018-02-28 DUPLICATE\n");
}

TEST(weeks_of_a_state_may_be_repeated_no_more_than_the_rule_says)
{
    check_units("[{'id': 'week', 'maxPerPerson': 2, 'timeAccrual': {'states': ['spell:away'],"
                " 'unitDays': 7}}]",
                "2016-02-01.. spell:away", "2016-02-29",
                "week 2016-02-07\nweek 2016-02-14\nweek 2016-02-21 DUPLICATE\n"
                "week 2016-02-28 DUPLICATE\n");
}

/* ---- Duplicates ---- */

TEST(who_is_recorded_twice_has_no_units)
{
    check_units(JOB(""), "2016-02-01 milestone:job\nattribute:duplicate=true", "2016-12-31",
                "job 2016-02-01 DUPLICATE\n");
}

/* ---- Claims ---- */

TEST(a_unit_is_paid_when_it_is_claimed)
{
    paid_on_claim = true;
    check_units(JOB(""), "2016-02-01 milestone:job", "2016-12-31",
                "job 2016-02-01 CLAIM_MISSING\n");
    check_units(JOB(""), "2016-02-01 milestone:job\n2016-04-03 claim:main/job 2016-02-01",
                "2016-12-31", "job 2016-02-01 claimed 2016-04-03\n");
    check_units(JOB(""), "2016-02-01 milestone:job\n2016-04-03 claim:main/job 2016-02-01",
                "2016-04-02", "job 2016-02-01 CLAIM_MISSING\n");
    check_units(JOB(""),
                "2016-02-01 milestone:job\n2016-04-03 claim:main/job 2016-02-02\n"
                "2016-04-03 claim:main/other 2016-02-01",
                "2016-12-31", "job 2016-02-01 CLAIM_MISSING\n");
}

TEST(a_unit_that_nobody_claims_keeps_its_place)
{
    paid_on_claim = true;
    check_units(JOB(""),
                "2016-02-01 milestone:job\n2016-03-01 milestone:job\n"
                "2016-04-03 claim:main/job 2016-03-01",
                "2016-12-31", "job 2016-02-01 CLAIM_MISSING\njob 2016-03-01 DUPLICATE\n");
    check_units(STAGES(""),
                "2016-02-01 milestone:first\n2016-03-01 milestone:second\n"
                "2016-04-03 claim:main/second 2016-03-01",
                "2016-12-31", "second 2016-03-01 claimed 2016-04-03\nfirst 2016-02-01 CLAIM_MISSING\n");
    check_units("[{'id': 'job', 'milestone': {'events': ['milestone:job']}},"
                " {'id': 'more', 'attributeSupplement': {'rule': 'job',"
                "  'attribute': {'series': 'attribute:sex=MALE'}}}]",
                "2016-02-01 milestone:job\nattribute:sex=MALE\n2016-03-01 claim:main/more 2016-02-01",
                "2016-12-31", "job 2016-02-01 CLAIM_MISSING\nmore 2016-02-01 claimed 2016-03-01\n");
}

TEST(a_rule_may_require_a_claim)
{
    const char *terms = "[{'id': 'later', 'milestone': {'events': ['milestone:later']},"
                        "  'requires': [{'rule': 'first', 'stage': 'CLAIMED'}]},"
                        " {'id': 'first', 'milestone': {'events': ['milestone:first']}}]";
    const char *person = "2016-02-01 milestone:first\n2016-03-01 milestone:later\n"
                         "2016-04-03 claim:main/later 2016-03-01\n"
                         "2016-05-03 claim:main/first 2016-02-01\n";

    check_units(terms, "2016-02-01 milestone:first\n2016-03-01 milestone:later", "2016-12-31",
                "later 2016-03-01\nfirst 2016-02-01\n");
    paid_on_claim = true;
    check_units(terms, person, "2016-05-02",
                "later 2016-03-01 PREREQUISITE_MISSING\nfirst 2016-02-01 CLAIM_MISSING\n");
    check_units(terms, person, "2016-12-31",
                "later 2016-03-01 claimed 2016-04-03\nfirst 2016-02-01 claimed 2016-05-03\n");
}

/* ---- Clawbacks ---- */

#define BACK(more)                                                                             \
    "[{'id': 'home', 'maxPerPerson': 2, 'milestone': {'events': ['milestone:home']},"         \
    "  'clawbacks': [{'event': 'milestone:returned', 'within': 'P6M'" more "}]}]"

TEST(an_event_takes_a_unit_back_on_its_own_day)
{
    check_units(BACK(""), "2016-02-01 milestone:home\n2016-08-01 milestone:returned",
                "2016-12-31", "home 2016-02-01\nhome 2016-08-01 takes back 2016-02-01\n");
    check_units(BACK(""), "2016-02-01 milestone:home\n2016-08-01 milestone:returned",
                "2016-07-31", "home 2016-02-01\n");
    check_units(BACK(""), "2016-02-01 milestone:home\n2016-08-02 milestone:returned",
                "2016-12-31", "home 2016-02-01\n");
    /* what lies on the unit's day or before does not follow it */
    check_units(BACK(""), "2016-02-01 milestone:home\n2016-02-01 milestone:returned",
                "2016-12-31", "home 2016-02-01\n");
}

TEST(a_unit_is_taken_back_once)
{
    check_units(BACK(", 'share': '0.25'"),
                "2016-02-01 milestone:home\n2016-03-01 milestone:returned\n"
                "2016-04-01 milestone:returned",
                "2016-12-31", "home 2016-02-01\nhome 2016-03-01 1/4 takes back 2016-02-01\n");
    /* of several clawbacks the first event, then the first in the terms */
    check_units("[{'id': 'home', 'milestone': {'events': ['milestone:home']}, 'clawbacks': ["
                " {'event': 'milestone:lost', 'within': 'P3M', 'share': '1'},"
                " {'event': 'milestone:lost', 'within': 'P6M', 'share': '0.5'},"
                " {'event': 'milestone:fraud', 'within': 'P6M', 'share': '0.75'}]}]",
                "2016-02-01 milestone:home\n2016-04-01 milestone:lost", "2016-12-31",
                "home 2016-02-01\nhome 2016-04-01 takes back 2016-02-01\n");
    check_units("[{'id': 'home', 'milestone': {'events': ['milestone:home']}, 'clawbacks': ["
                " {'event': 'milestone:lost', 'within': 'P3M', 'share': '1'},"
                " {'event': 'milestone:lost', 'within': 'P6M', 'share': '0.5'},"
                " {'event': 'milestone:fraud', 'within': 'P6M', 'share': '0.75'}]}]",
                "2016-02-01 milestone:home\n2016-06-01 milestone:lost\n2016-05-31 milestone:fraud",
                "2016-12-31", "home 2016-02-01\nhome 2016-05-31 3/4 takes back 2016-02-01\n");
}

TEST(one_event_takes_back_every_unit_before_it)
{
    check_units(BACK(""),
                "2016-02-01 milestone:home\n2016-03-01 milestone:home\n2016-03-05 milestone:returned",
                "2016-12-31",
                "home 2016-02-01\nhome 2016-03-01\nhome 2016-03-05 takes back 2016-02-01\n"
                "home 2016-03-05 takes back 2016-03-01\n");
    /* in the order of days */
    check_units(BACK(""),
                "2016-02-01 milestone:home\n2016-02-05 milestone:returned\n2016-03-01 milestone:home",
                "2016-12-31",
                "home 2016-02-01\nhome 2016-02-05 takes back 2016-02-01\nhome 2016-03-01\n");
}

TEST(what_is_not_paid_is_not_taken_back)
{
    paid_on_claim = true;
    check_units(BACK(""), "2016-02-01 milestone:home\n2016-03-05 milestone:returned",
                "2016-12-31", "home 2016-02-01 CLAIM_MISSING\n");
    check_units(BACK(""),
                "2016-02-01 milestone:home\n2016-03-05 milestone:returned\n"
                "2016-05-05 claim:main/home 2016-02-01",
                "2016-12-31",
                "home 2016-02-01 claimed 2016-05-05\nhome 2016-03-05 takes back 2016-02-01\n");
}

/* ---- Uplifts ---- */

TEST(the_first_uplift_that_holds_on_the_units_day_is_its)
{
    check_units(JOB(", 'maxPerPerson': 2, 'uplifts': ["
                    "{'condition': {'series': 'spell:unwell', 'window': {'anchor': 'unit',"
                    "  'from': 'P0D', 'to': 'P0D'}}, 'factor': '1.5'},"
                    "{'condition': {'series': 'attribute:sex=FEMALE'}, 'factor': '1.25'}]"),
                "2016-02-01 milestone:job\n2016-06-01 milestone:job\nattribute:sex=FEMALE\n"
                "2016-05-01..2016-06-30 spell:unwell",
                "2016-12-31", "job 2016-02-01 uplift 1\njob 2016-06-01 uplift 0\n");
    check_units(JOB(", 'uplifts': ["
                    "{'condition': {'series': 'attribute:sex=FEMALE'}, 'factor': '1.25'}]"),
                "2016-02-01 milestone:job", "2016-12-31", "job 2016-02-01\n");
}

/* ---- Which reason ---- */

TEST(of_several_reasons_the_first_in_order_is_told)
{
#define ALL_WRONG                                                                              \
    "'eligibleIf': [{'anyOf': [{'series': 'attribute:sex=MALE'}]}],"                          \
    "'requires': [{'rule': 'b', 'stage': 'ACHIEVED'}], 'excludes': ['c'],"                    \
    "'evidence': [{'anyOf': ['letter']}], 'milestone': {'events': ['milestone:a']}},"         \
    "{'id': 'b', 'milestone': {'events': ['milestone:b']}},"                                  \
    "{'id': 'c', 'milestone': {'events': ['milestone:c']}}]"
#define REST "b 2016-12-31 EVIDENCE_MISSING\nc 2016-01-05\n"
    const char *late = "[{'id': 'a', 'window': {'toDate': '2016-01-31'}, " ALL_WRONG;
    const char *rules = "[{'id': 'a', " ALL_WRONG;

    check_units(late, "2016-02-01 milestone:a\n2016-01-05 milestone:c", "2016-12-31",
                "a 2016-02-01 WINDOW_MISSED\n" REST);
    check_units(rules, "2016-02-01 milestone:a\n2016-01-05 milestone:c", "2016-12-31",
                "a 2016-02-01 NOT_ELIGIBLE\n" REST);
    check_units(rules, "2016-02-01 milestone:a\n2016-01-05 milestone:c\nattribute:sex=MALE",
                "2016-12-31", "a 2016-02-01 PREREQUISITE_MISSING\n" REST);
    check_units(rules,
                "2016-02-01 milestone:a\n2016-01-05 milestone:c\nattribute:sex=MALE\n"
                "2016-01-05 milestone:b",
                "2016-12-31", "a 2016-02-01 EXCLUDED\nb 2016-01-05\nc 2016-01-05\n");
    check_units(rules,
                "2016-02-01 milestone:a\n2016-03-05 milestone:c\nattribute:sex=MALE\n"
                "2016-01-05 milestone:b",
                "2016-12-31", "a 2016-02-01 EVIDENCE_MISSING\nb 2016-01-05\nc 2016-03-05\n");
}

/* ---- Memory ---- */

TEST(terms_that_do_not_fit_into_memory_are_not_compiled)
{
    static const char rules[] =
        "[{'id': 'a', 'kOfN': {'k': 2, 'tests': [{'milestone': {'events': ['milestone:a']}},"
        "  {'sustained': {'states': ['spell:a'], 'duration': 'P3M', 'mode': 'CONTINUOUS'}},"
        "  {'scoreChangePerson': {'instrument': 'instruments/x', 'score': 's', 'absolute': '1',"
        "   'direction': 'INCREASE', 'followUp': 'ANY'}}]},"
        "  'eligibleIf': [{'anyOf': [{'series': 'spell:b'}]}], 'excludes': ['b'],"
        "  'evidence': [{'anyOf': ['letter'], 'alternating': true, 'rules': ['b']}],"
        "  'clawbacks': [{'event': 'milestone:c', 'within': 'P1M'}],"
        "  'uplifts': [{'condition': {'series': 'milestone:d'}, 'factor': '2'}],"
        "  'window': {'anchor': 'milestone:e', 'to': 'P1M'}, 'resetOn': ['milestone:f']},"
        " {'id': 'b', 'eventReductionPerson': {'events': ['use:ED_ATTENDANCE'], 'testAt': ['P6M'],"
        "  'baseline': 'P1Y', 'reduction': '0.5'}, 'requires': [{'rule': 'c', 'stage': 'ACHIEVED'}]},"
        " {'id': 'c', 'cumulativeValue': {'events': ['milestone:g'], 'levels': ['1', '2']}},"
        " {'id': 'd', 'timeAccrual': {'states': ['spell:c'], 'unitDays': 7}},"
        " {'id': 'e', 'attributeSupplement': {'rule': 'd', 'attribute': {'series': 'milestone:h'}}}]";
    struct wg_arena small;
    struct terms terms;
    size_t max = 0;
    bool done = false;

    paid_on_claim = true;
    wg_arena_reset(&arena);
    terms_begin(&terms, rules);
    for (; !done; max += 8) {
        struct series_plan plan = {.arena = &small};

        wg_arena_init(&small, max);
        done = person_rules_compile(&small, &terms.contract, terms.version, &plan);
        assert_true(done || small.exhausted);
        wg_arena_finish(&small);
    }
    assert_true(max > 4096);
}

int
main(void)
{
#define CASE(name) cmocka_unit_test_setup(name, paid_without_claims)
    const struct CMUnitTest tests[] = {
        CASE(a_unit_lies_within_the_contract),
        CASE(a_window_counts_from_the_persons_start),
        CASE(a_window_may_count_from_other_evidence_and_before_it),
        CASE(a_window_of_dates_needs_no_start),
        CASE(a_window_may_count_from_the_start_and_end_with_a_date),
        CASE(what_misses_its_window_takes_nobodys_place),
        CASE(a_reset_moves_the_start_to_the_next_one),
        CASE(a_unit_on_the_day_of_the_reset_keeps_its_start),
        CASE(a_kind_that_counts_from_the_start_does_so_from_each),
        CASE(every_condition_must_hold_of_a_person),
        CASE(a_condition_looks_at_days_up_to_the_units),
        CASE(a_spell_counts_on_each_of_its_days),
        CASE(a_spell_that_goes_on_is_not_known_to_go_on_behind_the_last_day),
        CASE(a_condition_may_be_that_nothing_is_recorded),
        CASE(a_condition_on_days_to_come_is_open_until_they_are_over),
        CASE(one_condition_that_is_open_leaves_the_others_their_say),
        CASE(an_uplift_on_days_to_come_waits_for_them),
        CASE(records_of_a_condition_may_have_to_be_worth_something),
        CASE(a_rule_may_require_another),
        CASE(what_is_to_be_paid_before_is_left_to_settlement),
        CASE(rules_may_exclude_each_other),
        CASE(what_is_excluded_is_judged_first_on_its_day),
        CASE(rules_in_a_row_are_judged_from_the_first_needed),
        CASE(the_record_behind_a_unit_carries_evidence),
        CASE(evidence_may_have_to_alternate),
        CASE(evidence_may_alternate_over_several_rules),
        CASE(evidence_of_a_state_is_that_of_the_spell_on_the_last_day),
        CASE(a_unit_may_be_repeated_after_a_while),
        CASE(weeks_of_a_state_may_be_repeated_no_more_than_the_rule_says),
        CASE(who_is_recorded_twice_has_no_units),
        CASE(a_unit_is_paid_when_it_is_claimed),
        CASE(a_unit_that_nobody_claims_keeps_its_place),
        CASE(a_rule_may_require_a_claim),
        CASE(an_event_takes_a_unit_back_on_its_own_day),
        CASE(a_unit_is_taken_back_once),
        CASE(one_event_takes_back_every_unit_before_it),
        CASE(what_is_not_paid_is_not_taken_back),
        CASE(the_first_uplift_that_holds_on_the_units_day_is_its),
        CASE(of_several_reasons_the_first_in_order_is_told),
        CASE(terms_that_do_not_fit_into_memory_are_not_compiled),
    };

    return cmocka_run_group_tests(tests, load_terms, unload_terms);
}
