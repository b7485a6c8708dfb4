/* test_budget.c - what a cohort adds up to → the share of a pot that it earns. */
#include "settlement_fixture.h"

#include "../../plugins/payments/figures/comparison.h"

/* Ways to Wellness outcome A: nothing up to a mean gain of 0.5, all from 1.4. */
#define BUDGET(pot, more)                                                                      \
    "{'id':'a','title':'a','scoreChangeCohort':{'instrument':'instruments/star',"              \
    "'score':'sum','direction':'INCREASE','cohort':'TO_DATE'},'shareOfBudget':{"               \
    "'potPerQuarter':{'currency':'GBP','amount':'" pot "'},'performance':{'points':["          \
    "{'at':'0.5','share':'0'},{'at':'1.4','share':'1'}]}" more "}}"

/* The figure of people who add up to this; own is their mean. */
static void
set_tally(struct world *w, size_t quarter, struct tally tally, int32_t min_n, const char *own)
{
    struct reckoning reckoning;

    reckoning_begin(&reckoning, &w->periods[0][quarter].figure);
    reckoning.least_n = min_n;
    reckon_mean(&reckoning, &tally);
    reckon_difference(&reckoning, true);
    if (own)
        check_minor("mean", reckoning.own, own);
    reckoning_end(&reckoning);
}

/* Ten people with this mean gain, as text. */
static void
set_mean_gain(struct world *w, size_t quarter, const char *mean)
{
    struct tally tally = {.n = 10, .considered = 10};
    int64_t each;

    assert_true(wg_decimal_parse(mean, EVIDENCE_SCALE, &each));
    tally.sum = 10 * each;
    set_tally(w, quarter, tally, 0, NULL);
}

static void
check_share(struct world *w, size_t quarter, const char *wanted)
{
    check_minor("share", w->periods[0][quarter].share, wanted);
}

/* What is due up to and with a quarter is its share of these pots. */
static void
check_share_of(struct world *w, size_t quarter, unsigned long pots_minor)
{
    mpq_t due, pots;

    mpq_inits(due, pots, NULL);
    for (size_t q = 0; q <= quarter; q++)
        mpq_add(due, due, w->periods[0][q].due);
    mpq_set_ui(pots, pots_minor, 1);
    mpq_mul(pots, pots, w->periods[0][quarter].share);
    assert_true(mpq_equal(due, pots));
    mpq_clears(due, pots, NULL);
}

TEST(ways_to_wellness_pays_by_the_mean_gain)
{
    static const struct {
        const char *mean, *share, *due; /* of £1,000.00 */
    } cases[] = {
        {"0.4", "0", "0"},
        {"0.5", "0", "0"},
        {"0.5009", "1/1000", "100"},
        {"0.95", "1/2", "50000"},
        {"1.4", "1", "100000"},
        {"3.8", "1", "100000"},
        {"-2", "0", "0"},
        {"0.8", "1/3", "100000/3"}, /* no whole pennies: rounded later, once */
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct world w;

        begin_with(&w, 1, BUDGET("1000.00", ""), "");
        set_mean_gain(&w, 0, cases[i].mean);
        settle_world(&w);
        check_share(&w, 0, cases[i].share);
        check_due(&w, "a", 0, cases[i].due);
        check_share_of(&w, 0, 100000);
        finish_world(&w);
    }
}

TEST(a_mean_is_an_exact_fraction)
{
    struct world w;

    begin_with(&w, 1, BUDGET("1000.00", ""), "");
    set_tally(&w, 0, (struct tally){620000, 40, 44}, 0, "31/20");
    check_minor("figure", w.periods[0][0].figure.value, "31/20");
    settle_world(&w);
    check_share(&w, 0, "1");
    finish_world(&w);
}

TEST(with_fewer_people_than_the_least_n_nothing_is_earned)
{
    static const struct {
        int32_t paired, min_n;
        const char *share;
        reason_code reason;
    } cases[] = {
        {9, 10, "0", REASON(MIN_N)}, {10, 10, "1", REASON(PAID)}, {11, 10, "1", REASON(PAID)},
        {1, 0, "1", REASON(PAID)},   {0, 0, "0", REASON(EVIDENCE_MISSING)},
        {0, 10, "0", REASON(MIN_N)},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct world w;

        begin_with(&w, 1, BUDGET("1000.00", ""), "");
        set_tally(&w, 0, (struct tally){cases[i].paired * INT64_C(20000), cases[i].paired, 20},
                  cases[i].min_n, cases[i].paired ? "2" : "0");
        settle_world(&w);
        check_share(&w, 0, cases[i].share);
        assert_int_equal(w.periods[0][0].reason, cases[i].reason);
        finish_world(&w);
    }
}

/* A line whose first point pays would pay for nobody's gain of 0. */
TEST(where_nobody_is_paired_nothing_is_earned_even_if_a_gain_of_0_pays)
{
    struct world w;

    begin_with(&w, 1,
               "{'id':'a','title':'a','scoreChangeCohort':{'instrument':'instruments/star',"
               "'score':'sum','direction':'INCREASE','cohort':'TO_DATE'},'shareOfBudget':{"
               "'potPerQuarter':{'currency':'GBP','amount':'1000.00'},'performance':{'points':["
               "{'at':'-1','share':'1'},{'at':'1.4','share':'1'}]}}}", "");
    set_tally(&w, 0, (struct tally){0, 0, 3}, 0, "0");
    settle_world(&w);
    check_due(&w, "a", 0, "0");
    finish_world(&w);
}

TEST(pots_have_the_minor_units_of_their_currency)
{
    static const struct {
        const char *currency, *pot, *minor;
    } cases[] = {
        {"GBP", "12.34", "1234"}, {"GBP", "12", "1200"}, {"JPY", "12", "12"},
        {"KWD", "12.345", "12345"},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct world w;

        begin_world(&w, 1);
        w.contract->currency = (char *)cases[i].currency;
        ADD_VERSION(&w, "2015-04-01",
                    wg_format(&terms_arena,
                              "{'id':'a','title':'a','scoreChangeCohort':{'instrument':"
                              "'instruments/star','score':'sum','direction':'INCREASE','cohort':"
                              "'TO_DATE'},'shareOfBudget':{'potPerQuarter':{'currency':'%s',"
                              "'amount':'%s'},'performance':{'points':[{'at':'0','share':'1'},"
                              "{'at':'1','share':'1'}]}}}", cases[i].currency, cases[i].pot), "");
        open_world(&w, false);
        set_mean_gain(&w, 0, "1");
        settle_world(&w);
        check_due(&w, "a", 0, cases[i].minor);
        finish_world(&w);
    }
}

TEST(with_a_true_up_a_period_is_due_what_the_whole_gained_in_it)
{
    static const struct {
        const char *mean, *due;
        unsigned long pots_minor;
    } quarters[] = {
        {"0.4", "0", 10000},
        {"0.95", "10000", 20000},  /* a half of two pots */
        {"1.4", "20000", 30000},   /* all of three: the first's as well */
        {"0.95", "-10000", 40000}, /* a half of four is less than was due */
        {"0.95", "5000", 50000},
        {"0.4", "-25000", 60000},  /* nothing: all of it is owed back */
    };
    struct world w;

    begin_with(&w, COUNT(quarters), BUDGET("100.00", ",'trueUp':true"), "");
    for (size_t i = 0; i < COUNT(quarters); i++)
        set_mean_gain(&w, i, quarters[i].mean);
    settle_world(&w);
    for (size_t i = 0; i < COUNT(quarters); i++) {
        check_due(&w, "a", i, quarters[i].due);
        check_share_of(&w, i, quarters[i].pots_minor);
    }
    finish_world(&w);
}

TEST(without_a_true_up_each_period_stands_for_itself)
{
    static const char *const means[] = {"1.4", "0.4", "0.95"};
    static const char *const dues[] = {"10000", "0", "5000"};
    struct world w;

    begin_with(&w, COUNT(means), BUDGET("100.00", ""), "");
    for (size_t i = 0; i < COUNT(means); i++)
        set_mean_gain(&w, i, means[i]);
    settle_world(&w);
    for (size_t i = 0; i < COUNT(means); i++)
        check_due(&w, "a", i, dues[i]);
    finish_world(&w);
}

/* No terms before the second quarter, none in the fourth. */
TEST(a_quarter_without_terms_has_no_pot_and_nothing_due)
{
    struct world w;

    begin_world(&w, 5);
    ADD_VERSION(&w, "2015-04-01", BUDGET("100.00", ",'trueUp':true"), "");
    w.periods[0][0] = w.periods[0][3] = (struct rule_period){0};
    open_world(&w, false);
    for (size_t i = 0; i < 5; i++)
        set_mean_gain(&w, i, "1.4");
    settle_world(&w);
    check_due(&w, "a", 0, "0");
    check_due(&w, "a", 1, "10000");
    check_due(&w, "a", 3, "0");
    check_due(&w, "a", 4, "10000");
    check_share_of(&w, 2, 20000);
    check_share_of(&w, 4, 30000);
    finish_world(&w);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ways_to_wellness_pays_by_the_mean_gain),
        cmocka_unit_test(a_mean_is_an_exact_fraction),
        cmocka_unit_test(with_fewer_people_than_the_least_n_nothing_is_earned),
        cmocka_unit_test(where_nobody_is_paired_nothing_is_earned_even_if_a_gain_of_0_pays),
        cmocka_unit_test(pots_have_the_minor_units_of_their_currency),
        cmocka_unit_test(with_a_true_up_a_period_is_due_what_the_whole_gained_in_it),
        cmocka_unit_test(without_a_true_up_each_period_stands_for_itself),
        cmocka_unit_test(a_quarter_without_terms_has_no_pot_and_nothing_due),
    };

    return cmocka_run_group_tests(tests, load_terms, unload_terms);
}
