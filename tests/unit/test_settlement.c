/* test_settlement.c - what units and figures come to under each price, gate, cap and quota:
 * published contracts' figures, and small ones worked by hand. */
#include "settlement_fixture.h"

#define MILESTONE "'milestone':{'events':['milestone:x']}"
#define FLAT(pounds) "'flat':{'amount':{'currency':'GBP','amount':'" pounds "'}}"
#define GBP(pounds) "{'currency':'GBP','amount':'" pounds "'}"
/* A rule of persons with a title, a price and more. */
#define RULE(id, price, more) "{'id':'" id "','title':'" id "'," MILESTONE "," price more "}"
/* A rule of a cohort. */
#define FIGURE(id, price, more) \
    "{'id':'" id "','title':'" id "','countVsBaseline':{'events':['milestone:x']}," price more "}"

/* ---- Prices of units ---- */

/* Fair Chance Fund, Ambition East Midlands: real counts at list prices. */
TEST(ambition_east_midlands_comes_to_its_list_total)
{
    static const uint32_t counts[] = {406, 351, 302, 370, 328, 288, 235, 201, 152, 46, 35,
                                      5,   141, 21,  6,   68,  46,  92,  59,  38,  23};
    static const int prices[] = {500, 500, 200, 500, 1500, 1500, 1500, 1500, 500, 1500, 2500,
                                 3500, 500, 3000, 2000, 4500, 3500, 500, 500, 250, 250};
    const char *rules = "";
    struct world w;
    mpq_t sum;

    for (size_t i = 0; i < COUNT(prices); i++)
        rules = wg_format(&terms_arena, "%s%s{'id':'o%zu','title':'o'," MILESTONE
                          ",'flat':{'amount':{'currency':'GBP','amount':'%d'}}}",
                          rules, i ? "," : "", i, prices[i]);
    for (int keep = 0; keep < 2; keep++) {
        begin_world(&w, 12);
        ADD_VERSION(&w, "2015-04-01", rules, "");
        open_world(&w, keep);
        for (uint32_t i = 0; i < COUNT(counts); i++)
            take_people(&w, wg_format(&terms_arena, "o%u", i), 0, counts[i], "2016-02-29");
        settle_world(&w);
        mpq_init(sum);
        for (size_t i = 0; i < COUNT(counts); i++)
            mpq_add(sum, sum, w.periods[i][3].due);
        check_minor("all", sum, "315515000");
        mpq_clear(sum);
        settlement_close(w.settlement);
    }
    wg_arena_reset(&terms_arena);
}

TEST(a_discounted_unit_price_is_rounded_to_the_penny_unless_the_terms_say_not)
{
    static const struct {
        const char *price, *more, *due; /* of 1,000 units */
    } cases[] = {
        {"500.00", "", "50000000"},
        {"500.00", "'settlement':{'discount':'0.12'}", "44000000"},
        /* 99.99 × 0.88 = 87.9912; 0.5 × … = 0.4400 and 0.05 × 0.9 = 0.045, half a penny up */
        {"99.99", "'settlement':{'discount':'0.12'}", "8799000"},
        {"99.99", "'settlement':{'discount':'0.12','unitPriceRounding':'NONE'}", "8799120"},
        {"0.05", "'settlement':{'discount':'0.1'}", "5000"},
        {"0.05", "'settlement':{'discount':'0.1','unitPriceRounding':'NONE'}", "4500"},
        {"10.00", "'settlement':{'discount':'1/3'}", "667000"},
        {"10.00", "'settlement':{'discount':'1/3','unitPriceRounding':'NONE'}", "2000000/3"},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct world w;

        begin_with(&w, 1,
                   wg_format(&terms_arena, "{'id':'a','title':'a'," MILESTONE
                             ",'flat':{'amount':{'currency':'GBP','amount':'%s'}}}",
                             cases[i].price),
                   cases[i].more);
        take_people(&w, "a", 0, 1000, "2015-05-01");
        settle_world(&w);
        check_due(&w, "a", 0, cases[i].due);
        finish_world(&w);
    }
}

TEST(an_index_raises_prices_from_its_days_on_up_to_its_cap)
{
    struct world w;

    begin_with(&w, 12, RULE("a", FLAT("100.00"), ""),
               "'settlement':{'index':{'series':'CPI','baseValue':'100','cap':'1.05','values':["
               "{'fromDate':'2016-04-01','value':'102.126'},"
               "{'fromDate':'2017-04-01','value':'110'}]}}");
    take(&w, "a", 1, "2015-05-01");
    take(&w, "a", 1, "2016-03-31");
    take(&w, "a", 1, "2016-04-01");
    take(&w, "a", 1, "2017-04-01");
    settle_world(&w);
    check_due(&w, "a", 0, "10000");
    check_due(&w, "a", 3, "10000");
    check_due(&w, "a", 4, "10213"); /* 102.126 */
    check_due(&w, "a", 8, "10500");
    finish_world(&w);
}

TEST(an_uplift_multiplies_what_discount_and_index_leave)
{
    struct claimed_unit unit;
    struct world w;

    begin_with(&w, 1,
               RULE("a", FLAT("99.99"),
                    ",'uplifts':[{'condition':{'series':'attribute:sex=FEMALE'},'factor':'2'},"
                    "{'condition':{'series':'attribute:strand=LTC'},'factor':'1.25'}]"),
               "'settlement':{'discount':'0.12'}");
    unit = unit_of(&w, "a", 1, day("2015-05-01"), "0");
    unit.unit.uplift = 1;
    assert_true(settlement_take(w.settlement, &unit));
    settle_world(&w);
    check_due(&w, "a", 0, "10999"); /* 99.99 × 0.88 × 1.25 = 109.989 */
    finish_world(&w);
}

/* Of a unit the measure, of a cohort the figure. */
TEST(steps_pay_by_the_highest_that_is_reached)
{
    static const struct {
        const char *at, *due;
        reason_code reason;
    } cases[] = {
        {"-1", "0", REASON(GATE_NOT_MET)}, {"0.5499", "0", REASON(GATE_NOT_MET)},
        {"0.55", "10000", REASON(PAID)},   {"0.83", "10000", REASON(PAID)},
        {"1.02", "25000", REASON(PAID)},   {"9", "25000", REASON(PAID)},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct world w;

        begin_with(&w, 1,
                   RULE("a", "'stepTable':{'steps':[{'at':'0.55','amount':" GBP("100")
                        "},{'at':'1.02','amount':" GBP("250") "}]}", "") ","
                   FIGURE("b", "'stepTable':{'steps':[{'at':'0.55','amount':" GBP("100")
                          "},{'at':'1.02','amount':" GBP("250") "}]}", ""), "");
        take_measured(&w, "a", 1, "2015-05-01", cases[i].at);
        set_figure(&w, "b", 0, cases[i].at, "1", 50);
        settle_world(&w);
        for (size_t r = 0; r < 2; r++) {
            check_minor("due", w.periods[r][0].due, cases[i].due);
            assert_int_equal(w.periods[r][0].reason, cases[i].reason);
        }
        finish_world(&w);
    }
}

TEST(a_line_of_amounts_is_read_between_its_points_and_rounded_as_a_unit_price)
{
    static const struct {
        const char *at, *penny, *exact;
    } cases[] = {
        {"0.4", "0", "0"},     {"0.95", "5000", "5000"}, {"1.4", "10000", "10000"},
        {"3.8", "10000", "10000"}, {"0.6", "1111", "10000/9"},
    };

    for (size_t i = 0; i < 2 * COUNT(cases); i++) {
        bool none = i % 2;
        struct world w;

        begin_with(&w, 1,
                   RULE("a", "'linearTable':{'points':[{'at':'0.5','amount':" GBP("0")
                        "},{'at':'1.4','amount':" GBP("100") "}]}", ""),
                   none ? "'settlement':{'unitPriceRounding':'NONE'}" : "");
        take_measured(&w, "a", 1, "2015-05-01", cases[i / 2].at);
        settle_world(&w);
        check_due(&w, "a", 0, none ? cases[i / 2].exact : cases[i / 2].penny);
        finish_world(&w);
    }
}

TEST(tranches_are_priced_across_their_border_by_day)
{
    struct world w;

    begin_with(&w, 2,
               RULE("a", "'volumeTiers':{'tiers':[{'upTo':3,'amount':" GBP("100")
                    "},{'upTo':5,'amount':" GBP("70") "},{'amount':" GBP("10") "}]}", ""), "");
    take(&w, "a", 0, "2015-07-02"); /* the fourth */
    take(&w, "a", 1, "2015-05-01");
    take(&w, "a", 2, "2015-07-01");
    take(&w, "a", 3, "2015-07-03");
    take(&w, "a", 4, "2015-05-01");
    take(&w, "a", 5, "2015-07-04");
    settle_world(&w);
    check_due(&w, "a", 0, "20000");
    check_due(&w, "a", 1, "25000"); /* 100 + 70 + 70 + 10 */
    finish_world(&w);
}

TEST(a_reduction_is_paid_for_each_one_fewer)
{
    static const struct {
        const char *value, *of_unit, *of_figure;
    } cases[] = {{"12", "918756", "918756"}, {"0", "0", "0"}, {"-3", "0", "0"},
                 {"0.5", "38282", "76563/2"}}; /* what a cohort is due is not rounded here */

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct world w;

        begin_with(&w, 1,
                   RULE("a", "'perUnitReduction':{'amount':" GBP("765.63") "}", "") ","
                   FIGURE("b", "'perUnitReduction':{'amount':" GBP("765.63") "}", "") ","
                   FIGURE("c", "'perUnitReduction':{'amount':" GBP("765.63") ",'perHead':true}", ""), "");
        take_measured(&w, "a", 1, "2015-05-01", cases[i].value);
        set_figure(&w, "b", 0, cases[i].value, "1", 40);
        set_figure(&w, "c", 0, cases[i].value, "40", 40);
        settle_world(&w);
        check_due(&w, "a", 0, cases[i].of_unit);
        check_due(&w, "b", 0, cases[i].of_figure);
        check_due(&w, "c", 0, cases[i].of_figure);
        finish_world(&w);
    }
}

TEST(a_saving_is_shared_band_by_band_up_to_the_cap)
{
    static const struct {
        const char *saving_a_head, *due; /* of 100 people; 50 % up to 10,000, 80 % above */
    } cases[] = {
        {"-5", "0"}, {"0", "0"}, {"60", "300000"}, {"100", "500000"}, {"150", "900000"},
        {"200", "1200000"}, {"1/3", "5000/3"}, /* capped at 12,000 */
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct world w;

        begin_with(&w, 1,
                   FIGURE("a", "'shareOfSaving':{'bands':[{'upTo':" GBP("10000")
                          ",'share':'0.5'},{'share':'0.8'}],'cap':" GBP("12000") "}", ""), "");
        set_figure(&w, "a", 0, cases[i].saving_a_head, "1", 100);
        settle_world(&w);
        check_due(&w, "a", 0, cases[i].due);
        finish_world(&w);
    }
}

TEST(a_bonus_or_malus_is_due_beyond_the_dead_band_up_to_its_limit)
{
    static const struct {
        const char *figure, *due; /* 85 % ± 5 %, 1,000 for each 1, at most 60 */
    } cases[] = {
        {"0.85", "0"}, {"0.90", "0"}, {"0.80", "0"}, {"0.92", "2000"}, {"0.78", "-2000"},
        {"0.96", "6000"}, {"1", "6000"}, {"0.1", "-6000"},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct world w;

        begin_with(&w, 1,
                   FIGURE("a", "'bonusMalus':{'target':'0.85','deadBand':'0.05','amount':"
                          GBP("1000") ",'limit':" GBP("60") "}", ""), "");
        set_figure(&w, "a", 0, cases[i].figure, "1", 40);
        settle_world(&w);
        check_due(&w, "a", 0, cases[i].due);
        finish_world(&w);
    }
}

TEST(a_flat_price_of_a_cohort_is_due_where_its_figure_is_high_enough)
{
    struct world w;

    begin_with(&w, 3,
               FIGURE("a", "'flat':{'amount':" GBP("50") ",'atLeast':'0.1'}", "") ","
               FIGURE("b", FLAT("50"), ""), "");
    for (size_t q = 0; q < 2; q++) {
        set_figure(&w, "a", q, q ? "1" : "99/100", "10", 5);
        set_figure(&w, "b", q, "-1", "10", 5);
    }
    settle_world(&w);
    check_due(&w, "a", 0, "0");
    check_due(&w, "a", 1, "5000");
    check_due(&w, "a", 2, "0"); /* not judged */
    check_due(&w, "b", 0, "5000");
    check_due(&w, "b", 1, "5000");
    assert_int_equal(w.periods[0][0].reason, REASON(GATE_NOT_MET));
    assert_int_equal(w.periods[0][1].reason, REASON(PAID));
    assert_int_equal(w.periods[0][2].reason, REASON(NOT_YET));
    finish_world(&w);
}

/* Ways to Wellness, outcome A, with pots that differ and a true-up. */
TEST(a_share_of_a_budget_is_of_each_periods_pot_or_of_all_to_date)
{
    static const char *const means[] = {"0.4", "0.95", "1.4", "0.95"};
    static const char *const own[] = {"0", "5000", "20000", "5000"};
    static const char *const to_date[] = {"0", "10000", "30000", "-15000"};
    struct world w;

#define BUDGET(more) "'shareOfBudget':{'potPerQuarter':" GBP("100") ",'pots':[{'period':'2015-Q4'," \
    "'amount':" GBP("200") "}],'performance':{'points':[{'at':'0.5','share':'0'}," \
    "{'at':'1.4','share':'1'}]}" more "}"
    begin_with(&w, 4, FIGURE("a", BUDGET(""), "") "," FIGURE("b", BUDGET(",'trueUp':true"), ""), "");
    for (size_t q = 0; q < COUNT(means); q++) {
        set_figure(&w, "a", q, means[q], "1", 40);
        set_figure(&w, "b", q, means[q], "1", 40);
    }
    settle_world(&w);
    for (size_t q = 0; q < COUNT(means); q++) {
        check_due(&w, "a", q, own[q]);
        check_due(&w, "b", q, to_date[q]);
    }
    check_minor("share", w.periods[0][1].share, "1/2");
    finish_world(&w);
}

/* Pots of 100, half of them earned, by the reasons of gates: what they held back before. */
TEST(once_a_pot_that_trues_up_is_paid_nothing_is_held_back_of_it)
{
    static const struct {
        int people[3]; /* by quarter; 10 are asked for */
        const char *figures[3], *min_n, *gate_not_met, *due;
    } cases[] = {
        {{9, 40, 40}, {"0.95", "0.95", "0.95"}, "0", "0", "15000"},
        {{9, 9, 9}, {"0.95", "0.95", "0.95"}, "15000", "0", "0"},
        {{9, 40, 40}, {"0.95", "0.6", "0.6"}, "0", "10000/3", "0"},
        {{9, 40, 40}, {"0.95", "0.6", "0.95"}, "0", "0", "15000"},
        {{40, 40, 9}, {"0.95", "0.95", "0.5"}, "0", "0", "0"},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct world w;

        begin_with(&w, 3, FIGURE("b", "'shareOfBudget':{'potPerQuarter':" GBP("100") ","
                                 "'performance':{'points':[{'at':'0.5','share':'0'},"
                                 "{'at':'1.4','share':'1'}]},'trueUp':true}",
                                 ",'gates':[{'minN':10},{'minFigure':'0.7'}]"), "");
        for (size_t q = 0; q < 3; q++)
            set_figure(&w, "b", q, cases[i].figures[q], "1", (uint32_t)cases[i].people[q]);
        settle_world(&w);
        check_due_to_date(&w, "b", cases[i].due);
        check_unpaid(&w, "b", REASON(MIN_N), 0, cases[i].min_n);
        check_unpaid(&w, "b", REASON(GATE_NOT_MET), 0, cases[i].gate_not_met);
        check_unpaid(&w, "b", REASON(PAID), 0, "0");
        finish_world(&w);
    }
}

TEST(a_budget_may_be_shared_by_steps)
{
    struct world w;

    begin_with(&w, 2,
               FIGURE("a", "'shareOfBudget':{'potPerQuarter':" GBP("100") ",'steps':{'steps':["
                      "{'at':'0.5','share':'0.25'},{'at':'1','share':'1'}]}}", ""), "");
    set_figure(&w, "a", 0, "0.99", "1", 40);
    set_figure(&w, "a", 1, "1", "1", 40);
    settle_world(&w);
    check_due(&w, "a", 0, "2500");
    check_due(&w, "a", 1, "10000");
    finish_world(&w);
}

TEST(nothing_is_due_under_a_coupon)
{
    struct world w;

    begin_with(&w, 2, FIGURE("a", "'coupon':{'steps':[{'at':'0.5','rate':'0.05'}]}", ""), "");
    set_figure(&w, "a", 0, "0.4", "1", 40);
    set_figure(&w, "a", 1, "0.6", "1", 40);
    settle_world(&w);
    check_due_to_date(&w, "a", "0");
    assert_int_equal(w.periods[0][0].reason, REASON(GATE_NOT_MET));
    assert_int_equal(w.periods[0][1].reason, REASON(PAID));
    finish_world(&w);
}

/* ---- Fees ---- */

#define FEE(id, frequency, more) \
    "{'id':'" id "','title':'f','fee':{'amount':" GBP("10") ",'frequency':'" frequency "'" more "}}"

TEST(fees_are_due_as_time_goes_by)
{
    static const struct {
        const char *rule;
        const char *due[4]; /* by quarter from 2015-Q2 */
    } cases[] = {
        {FEE("f", "ONCE", ""), {"1000", "0", "0", "0"}},
        {FEE("f", "ONCE", ",'fromDate':'2015-12-31'"), {"0", "0", "1000", "0"}},
        {FEE("f", "EACH_PERIOD", ""), {"1000", "1000", "1000", "1000"}},
        {FEE("f", "EACH_PERIOD", ",'fromDate':'2015-07-01','toDate':'2015-12-31'"),
         {"0", "1000", "1000", "0"}},
        {FEE("f", "EACH_PERIOD", ",'toDate':'2015-12-30'"), {"1000", "1000", "0", "0"}},
        {FEE("f", "MONTHLY", ""), {"3000", "3000", "3000", "3000"}},
        {FEE("f", "MONTHLY", ",'fromDate':'2015-05-31','toDate':'2015-11-30'"),
         {"2000", "3000", "2000", "0"}},
        {FEE("f", "YEARLY", ",'fromDate':'2014-03-01'"), {"0", "0", "0", "1000"}},
        {FEE("f", "YEARLY", ",'fromDate':'2015-12-01'"), {"0", "0", "1000", "0"}},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct world w;

        begin_with(&w, 4, cases[i].rule, "");
        settle_world(&w);
        for (size_t q = 0; q < 4; q++)
            check_due(&w, "f", q, cases[i].due[q]);
        finish_world(&w);
    }
}

TEST(a_fee_follows_its_versions)
{
    struct world w;

    begin_world(&w, 4);
    ADD_VERSION(&w, "2015-04-01", FEE("f", "MONTHLY", ""), "");
    ADD_VERSION(&w, "2015-10-01", "{'id':'f','title':'f','fee':{'amount':" GBP("1")
                ",'frequency':'EACH_PERIOD'}}", "'settlement':{'discount':'0.1'}");
    open_world(&w, false);
    settle_world(&w);
    check_due(&w, "f", 1, "3000");
    check_due(&w, "f", 2, "90");
    check_due_to_date(&w, "f", "6180");
    finish_world(&w);
}

TEST(a_deferrable_fee_waits_for_room_under_the_contracts_cap)
{
    struct world w;

    begin_world(&w, 4);
    ADD_VERSION(&w, "2015-04-01",
                FEE("f", "EACH_PERIOD", ",'toDate':'2015-12-31','deferrable':true") ","
                FEE("g", "EACH_PERIOD", ",'toDate':'2015-12-31'"),
                "'settlement':{'cap':" GBP("25") "}");
    ADD_VERSION(&w, "2016-01-01",
                FEE("f", "EACH_PERIOD", ",'toDate':'2015-12-31','deferrable':true"),
                "'settlement':{'cap':" GBP("37") "}");
    open_world(&w, false);
    settle_world(&w);
    check_due(&w, "f", 0, "1000");
    check_due(&w, "f", 1, "500");  /* 5 are deferred */
    check_due(&w, "f", 2, "0");    /* 15 are */
    check_due(&w, "f", 3, "1200"); /* there is room for 12 */
    check_due(&w, "g", 0, "1000");
    check_due(&w, "g", 1, "0");
    check_unpaid(&w, "f", REASON(CAP_CONTRACT), 0, "300");
    check_unpaid(&w, "g", REASON(CAP_CONTRACT), 0, "2000");
    finish_world(&w);
}

/* ---- Gates ---- */

/* HMP Peterborough: 10 % for each cohort, or 7.5 % over all from the end on. */
TEST(peterborough_is_unpaid_for_its_first_cohort_and_paid_over_all_at_the_end)
{
    static const struct {
        size_t quarters;
        const char *second; /* reconvictions of cohort 2 against 155 */
        const char *due[2];
    } cases[] = {
        {2, "140", {"0", "0"}},         /* 8.387 %, 9.677 %: 9.03 % over all, not yet the end */
        {2, "139", {"0", "1600"}},      /* 10.32 % */
        {5, "140.1", {"1300", "1490"}}, /* 9.0 % over all: both */
        {5, "146", {"0", "0"}},         /* 7.097 % over all */
        {5, "144.75", {"1300", "1025"}} /* exactly 7.5 % */,
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct world w;

        begin_with(&w, cases[i].quarters,
                   FIGURE("a", "'perUnitReduction':{'amount':" GBP("155") "}",
                          ",'gates':[{'either':{'gates':[{'minFigure':'0.10'},"
                          "{'overAll':{'minFigure':'0.075','fromDate':'2016-06-30'}}]}}]"), "");
        set_figure(&w, "a", 0, "13", "155", 1000);
        set_figure(&w, "a", 1, wg_format(&terms_arena, "%s", cases[i].second), "155", 1000);
        mpq_sub(w.periods[0][1].figure.numerator, w.periods[0][1].figure.denominator,
                w.periods[0][1].figure.numerator);
        mpq_div(w.periods[0][1].figure.value, w.periods[0][1].figure.numerator,
                w.periods[0][1].figure.denominator);
        settle_world(&w);
        check_due(&w, "a", 0, cases[i].due[0]);
        check_due(&w, "a", 1, cases[i].due[1]);
        assert_int_equal(w.periods[0][0].reason,
                         *cases[i].due[0] == '0' ? REASON(GATE_NOT_MET) : REASON(PAID));
        check_unpaid(&w, "a", REASON(GATE_NOT_MET), 0,
                     i == 0 ? "2800" : i == 1 ? "1300" : i == 3 ? "2200" : "0");
        finish_world(&w);
    }
}

/* Regional contracts, Russia: each at 90 % of its target or nothing. */
TEST(all_indicators_must_reach_their_part_of_the_target)
{
    static const struct {
        uint32_t a, b;
        const char *figure, *due_a;
    } cases[] = {
        {90, 45, "0.9", "90000"}, {89, 45, "0.9", "0"}, {90, 44, "0.9", "0"},
        {90, 45, "0.89", "0"},    {120, 60, "1.2", "120000"},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct world w;

#define ALL ",'gates':[{'allIndicators':{'shareOfTarget':'0.9'}}]"
        begin_with(&w, 2,
                   RULE("a", FLAT("10"), ",'targets':[{'period':'2015-Q2','value':'60'},"
                        "{'period':'2015-Q3','value':'40'}]" ALL) ","
                   RULE("b", FLAT("10"), ",'targets':[{'period':'2015-Q2','value':'50'}]" ALL) ","
                   FIGURE("c", FLAT("10"), ",'targets':[{'period':'2015-Q3','value':'1'}]" ALL) ","
                   RULE("d", FLAT("10"), ""), "");
        take_people(&w, "a", 0, cases[i].a, "2015-05-01");
        take_people(&w, "b", 0, cases[i].b, "2015-05-01");
        set_figure(&w, "c", 0, "0", "1", 10);
        set_figure(&w, "c", 1, cases[i].figure, "1", 10);
        settle_world(&w);
        check_due(&w, "a", 0, cases[i].due_a);
        check_due(&w, "c", 1, *cases[i].due_a == '0' ? "0" : "1000");
        finish_world(&w);
    }
}

TEST(an_indicator_may_be_counted_period_by_period)
{
    struct world w;

    begin_with(&w, 2,
               RULE("a", FLAT("1"), ",'targets':[{'period':'2015-Q2','value':'10'},"
                    "{'period':'2015-Q3','value':'10'}],'gates':[{'allIndicators':{'rules':['a'],"
                    "'shareOfTarget':'0.9'},'perPeriod':true}]"), "");
    take_people(&w, "a", 0, 20, "2015-05-01");
    take_people(&w, "a", 0, 8, "2015-07-01");
    settle_world(&w);
    check_due(&w, "a", 0, "2000");
    check_due(&w, "a", 1, "0");
    check_unpaid(&w, "a", REASON(GATE_NOT_MET), 8, "800");
    finish_world(&w);
}

TEST(a_least_number_of_units_opens_all_of_them_once_it_is_reached)
{
    struct world w;

    for (uint32_t more = 4; more < 6; more++) {
        begin_with(&w, 2,
                   RULE("a", FLAT("1"), ",'gates':[{'minUnits':10}]") ","
                   RULE("b", FLAT("1"), ",'gates':[{'minUnits':5,'perPeriod':true}]"), "");
        take_people(&w, "a", 0, 5, "2015-05-01");
        take_people(&w, "a", 10, more, "2015-07-01");
        take_people(&w, "b", 0, 5, "2015-05-01");
        take_people(&w, "b", 10, more, "2015-07-01");
        settle_world(&w);
        check_due(&w, "a", 0, more == 5 ? "500" : "0");
        check_due(&w, "b", 0, "500");
        check_due(&w, "b", 1, more == 5 ? "500" : "0");
        finish_world(&w);
    }
}

TEST(nothing_is_paid_before_the_statement_of_a_day)
{
    for (size_t quarters = 1; quarters < 4; quarters++) {
        struct world w;

        begin_with(&w, quarters, RULE("a", FLAT("1"), ",'gates':[{'notBefore':'2015-12-31'}]"), "");
        take(&w, "a", 0, "2015-05-01");
        settle_world(&w);
        check_due(&w, "a", 0, quarters == 3 ? "100" : "0");
        finish_world(&w);
    }
}

TEST(with_fewer_people_than_the_least_n_a_figure_is_not_paid)
{
    struct world w;

    begin_with(&w, 2, FIGURE("a", FLAT("1"), ",'gates':[{'minN':10}]"), "");
    set_figure(&w, "a", 0, "1", "1", 9);
    set_figure(&w, "a", 1, "1", "1", 10);
    settle_world(&w);
    check_due(&w, "a", 0, "0");
    check_due(&w, "a", 1, "100");
    assert_int_equal(w.periods[0][0].reason, REASON(MIN_N));
    check_unpaid(&w, "a", REASON(MIN_N), 0, "100");
    finish_world(&w);
}

TEST(what_a_gate_stops_uses_up_no_cap)
{
    struct world w;

    begin_with(&w, 1,
               RULE("a", FLAT("10"), ",'gates':[{'minUnits':3}]") "," RULE("b", FLAT("10"), ""),
               "'settlement':{'cap':" GBP("20") "}");
    take_people(&w, "a", 0, 2, "2015-04-01");
    take_people(&w, "b", 0, 3, "2015-05-01");
    settle_world(&w);
    check_due(&w, "a", 0, "0");
    check_due(&w, "b", 0, "2000");
    check_unpaid(&w, "a", REASON(GATE_NOT_MET), 2, "2000");
    check_unpaid(&w, "b", REASON(CAP_CONTRACT), 1, "1000");
    finish_world(&w);
}

/* ---- Deadweight ---- */

TEST(deadweight_and_attribution_take_a_part_of_each_unit_and_figure)
{
    struct world w;

    begin_with(&w, 1,
               RULE("a", FLAT("100.01"), ",'deadweight':'0.2','attribution':'1/3'") ","
               FIGURE("b", FLAT("100.01"), ",'deadweight':'0.2','attribution':'1/3'"), "");
    take(&w, "a", 0, "2015-04-01");
    set_figure(&w, "b", 0, "1", "1", 1);
    settle_world(&w);
    check_due(&w, "a", 0, "40004/15");
    check_due(&w, "b", 0, "40004/15");
    finish_world(&w);
}

TEST(a_part_of_the_time_is_a_part_of_the_price_and_whole_in_volume)
{
    struct claimed_unit unit;
    struct world w;

    begin_with(&w, 1, RULE("a", FLAT("100"), ",'caps':{'units':2}"), "");
    for (uint32_t i = 0; i < 3; i++) {
        unit = unit_of(&w, "a", i, day("2015-05-01") + (wg_date)i, "0");
        unit.unit.quantity = 7 + i;
        unit.unit.of = 546 + i;
        assert_true(settlement_take(w.settlement, &unit));
    }
    settle_world(&w);
    check_due(&w, "a", 0, "5855000/21333"); /* 10000 × (7/546 + 8/547) */
    check_unpaid(&w, "a", REASON(CAP_METRIC_VOLUME), 1, "22500/137");
    finish_world(&w);
}

/* Quarters, halves, three quarters and years of days, from whatever day on. */
TEST(parts_of_times_of_any_length_are_added_up_exactly)
{
    static const uint32_t days[] = {89, 90, 91, 92, 181, 182, 183, 184, 273, 274, 275, 276, 365, 366};
    struct world w;

    begin_with(&w, 1, RULE("a", FLAT("100"), ",'deadweight':'0.1234'"),
               "'settlement':{'cap':" GBP("500000000000") "}");
    for (uint32_t i = 0; i < sizeof(days) / sizeof(days[0]); i++) {
        struct claimed_unit unit = unit_of(&w, "a", i, day("2015-05-01"), "0");

        unit.unit.quantity = 80;
        unit.unit.of = days[i];
        assert_true(settlement_take(w.settlement, &unit));
    }
    settle_world(&w);
    check_due(&w, "a", 0, "68361785497830066332/1131289513989635");
    finish_world(&w);
}

/* The price of a tier is asked for while ticks are finer than prices are. */
TEST(tranches_are_priced_beside_parts_of_units)
{
    struct claimed_unit unit;
    struct world w;

    begin_with(&w, 1,
               RULE("a", "'volumeTiers':{'tiers':[{'upTo':1,'amount':" GBP("100") "},{'amount':"
                    GBP("70") "}]}", "") "," RULE("b", FLAT("10"), ""), "");
    take(&w, "a", 0, "2015-05-01");
    take(&w, "a", 1, "2015-05-02");
    unit = unit_of(&w, "b", 0, day("2015-05-01"), "0");
    unit.unit.of = 7;
    assert_true(settlement_take(w.settlement, &unit));
    settle_world(&w);
    check_due(&w, "a", 0, "17000");
    check_due(&w, "b", 0, "1000/7");
    finish_world(&w);
}

/* ---- Caps ---- */

/* Bradford: 765.63 for each of 2,570 people of about 3,220; paid 1,967,669.10, and 650 are
 * earned but unpaid. */
TEST(bradford_pays_up_to_its_volume_and_keeps_the_rest_as_unpaid)
{
    struct world w;

    begin_with(&w, 8, RULE("bed-days", FLAT("765.63"), ",'caps':{'units':2570}"), "");
    take_people(&w, "bed-days", 0, 2000, "2016-01-01");
    take_people(&w, "bed-days", 2000, 1220, "2016-04-01");
    settle_world(&w);
    check_due(&w, "bed-days", 3, "153126000");
    check_due_to_date(&w, "bed-days", "196766910");
    check_unpaid(&w, "bed-days", REASON(CAP_METRIC_VOLUME), 650, "49765950");
    assert_int_equal(w.periods[0][3].paid_units, 2000);
    assert_int_equal(w.periods[0][4].paid_units, 570);
    assert_int_equal(w.periods[0][4].earned_units, 1220);
    finish_world(&w);
}

/* Entrenched rough sleepers: 19,000 a person, in the order of days whatever the rule. */
TEST(a_persons_cap_is_filled_in_the_order_of_days_and_cuts_the_last_unit)
{
    const struct claimed_unit *units;
    struct world w;
    size_t n;

    begin_with(&w, 12,
               RULE("enter", FLAT("600"), "") "," RULE("m3", FLAT("8000"), "") ","
               RULE("m12", FLAT("9000"), "") "," RULE("work", FLAT("2400"), ""),
               "'settlement':{'capPerPerson':" GBP("19000") "}");
    take(&w, "enter", 0, "2015-05-01");
    take(&w, "m3", 0, "2015-08-01");
    take(&w, "m12", 0, "2016-05-01");
    take(&w, "work", 0, "2016-04-01");
    take(&w, "work", 0, "2016-06-01");
    take(&w, "enter", 1, "2016-06-02");
    settle_world(&w);
    check_due(&w, "enter", 0, "60000");
    check_due(&w, "m3", 1, "800000");
    check_due(&w, "work", 4, "240000"); /* the second is stopped wholly */
    check_due(&w, "m12", 4, "800000");  /* of 900000: partly paid */
    check_due(&w, "enter", 4, "60000"); /* another person's */
    check_unpaid(&w, "m12", REASON(CAP_PERSON), 0, "100000");
    check_unpaid(&w, "work", REASON(CAP_PERSON), 1, "240000");
    units = settlement_units(w.settlement, &n);
    assert_int_equal(n, 6);
    assert_int_equal(units[3].unit.date, day("2016-05-01"));
    assert_int_equal(units[3].reason, REASON(CAP_PERSON));
    {
        mpq_t earned, paid;

        mpq_inits(earned, paid, NULL);
        settlement_unit_amounts(w.settlement, &units[3], earned, paid);
        check_minor("earned", earned, "900000");
        check_minor("paid", paid, "800000");
        mpq_clears(earned, paid, NULL);
    }
    finish_world(&w);
}

TEST(each_cap_cuts_with_its_own_reason)
{
    static const struct {
        const char *caps, *settlement;
        reason_code reason;
        uint32_t units;
        const char *due, *unpaid; /* of four units of 10, two persons, two days of two quarters */
    } cases[] = {
        {"'perPerson':" GBP("15"), "", REASON(CAP_PERSON), 0, "3000", "1000"},
        {"", "'capPerPerson':" GBP("10"), REASON(CAP_PERSON), 2, "2000", "2000"},
        {"'units':3", "", REASON(CAP_METRIC_VOLUME), 1, "3000", "1000"},
        {"'amount':" GBP("0.01"), "", REASON(CAP_METRIC_AMOUNT), 3, "1", "3999"},
        {"'amount':" GBP("0"), "", REASON(CAP_METRIC_AMOUNT), 4, "0", "4000"},
        {"'perPeriod':" GBP("17"), "", REASON(CAP_PERIOD), 0, "3400", "600"},
        {"'unitsPerPeriod':1", "", REASON(CAP_PERIOD), 2, "2000", "2000"},
        {"", "'capPerPeriod':" GBP("5"), REASON(CAP_PERIOD), 2, "1000", "3000"},
        {"", "'cap':" GBP("39.99"), REASON(CAP_CONTRACT), 0, "3999", "1"},
        {"", "'quotas':[{'rules':['a'],'share':'0.74'}]", REASON(QUOTA), 2, "2000", "2000"},
        {"", "'quotas':[{'rules':['a'],'share':'0.75'}]", REASON(QUOTA), 1, "3000", "1000"},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct world w;

        begin_with(&w, 2,
                   wg_format(&terms_arena, "{'id':'a','title':'a'," MILESTONE "," FLAT("10")
                             ",'caps':{%s}}", cases[i].caps),
                   wg_format(&terms_arena, "'settlement':{%s}", cases[i].settlement));
        for (uint32_t person = 0; person < 2; person++) {
            take(&w, "a", person, "2015-05-01");
            take(&w, "a", person, "2015-07-01");
        }
        settle_world(&w);
        check_due_to_date(&w, "a", cases[i].due);
        check_unpaid(&w, "a", cases[i].reason, cases[i].units, cases[i].unpaid);
        finish_world(&w);
    }
}

/* The least of them all is paid, and the first in the order of steps gives the reason. */
TEST(of_several_caps_the_tightest_pays_and_the_first_gives_the_reason)
{
    struct world w;

    begin_with(&w, 1, RULE("a", FLAT("10"), ",'caps':{'amount':" GBP("8") "}"),
               "'settlement':{'cap':" GBP("3") ",'capPerPerson':" GBP("100") "}");
    take(&w, "a", 0, "2015-05-01");
    settle_world(&w);
    check_due(&w, "a", 0, "300");
    check_unpaid(&w, "a", REASON(CAP_METRIC_AMOUNT), 0, "700");
    check_unpaid(&w, "a", REASON(CAP_CONTRACT), 0, "0");
    finish_world(&w);
}

TEST(a_unit_that_is_stopped_wholly_uses_up_none_of_the_others)
{
    struct world w;

    begin_with(&w, 1,
               RULE("a", FLAT("10"), ",'caps':{'units':2}") "," RULE("b", FLAT("10"), ""),
               "'settlement':{'capPerPerson':" GBP("10") "}");
    take(&w, "b", 0, "2015-05-01");
    take(&w, "a", 0, "2015-05-02"); /* stopped by the person's cap: no volume */
    take(&w, "a", 1, "2015-05-03");
    take(&w, "a", 2, "2015-05-04");
    settle_world(&w);
    check_due(&w, "a", 0, "2000");
    finish_world(&w);
}

TEST(a_unit_that_is_partly_paid_counts_whole_in_volume)
{
    struct world w;

    begin_with(&w, 1,
               RULE("a", FLAT("10"), ",'caps':{'units':2}") "," RULE("b", FLAT("9"), ""),
               "'settlement':{'capPerPerson':" GBP("10") "}");
    take(&w, "b", 0, "2015-05-01");
    take(&w, "a", 0, "2015-05-02"); /* 1 is paid */
    take(&w, "a", 1, "2015-05-03");
    take(&w, "a", 2, "2015-05-04");
    settle_world(&w);
    check_due(&w, "a", 0, "1100");
    check_unpaid(&w, "a", REASON(CAP_METRIC_VOLUME), 1, "1000");
    finish_world(&w);
}

TEST(a_unit_that_comes_late_displaces_one_under_a_full_cap)
{
    struct world w;

    for (int late = 0; late < 2; late++) {
        begin_with(&w, 2, RULE("a", FLAT("10"), ",'caps':{'units':2}"), "");
        take(&w, "a", 0, "2015-05-02");
        if (late)
            take(&w, "a", 1, "2015-05-01");
        take(&w, "a", 2, "2015-07-01");
        settle_world(&w);
        check_due(&w, "a", 0, late ? "2000" : "1000");
        check_due(&w, "a", 1, late ? "0" : "1000");
        finish_world(&w);
    }
}

/* What a cohort earned is a fraction of a penny; the last unit gets what is left exactly. */
TEST(a_figures_fraction_leaves_exactly_the_rest_of_a_cap)
{
    struct world w;

    begin_with(&w, 2,
               RULE("a", FLAT("10"), "") ","
               FIGURE("b", "'shareOfBudget':{'potPerQuarter':" GBP("100") ",'performance':{'points':["
                      "{'at':'0','share':'0'},{'at':'1','share':'1'}]}}", ""),
               "'settlement':{'cap':" GBP("150") "}");
    take_people(&w, "a", 0, 2, "2015-05-01");
    set_figure(&w, "b", 0, "6", "7", 7);
    take_people(&w, "a", 0, 5, "2015-07-01");
    take_people(&w, "a", 0, 2, "2015-07-02");
    settle_world(&w);
    check_due(&w, "a", 0, "2000");
    check_due(&w, "b", 0, "60000/7");
    check_due(&w, "a", 1, "31000/7"); /* 15000 − 2000 − 60000/7 */
    check_unpaid(&w, "a", REASON(CAP_CONTRACT), 2, "18000/7");
    finish_world(&w);
}

TEST(a_part_of_the_contract_cap_may_be_paid_again_after_money_came_back)
{
    struct world w;

    begin_with(&w, 2,
               RULE("a", FLAT("10"), "") ","
               FIGURE("b", "'bonusMalus':{'target':'0','deadBand':'0','amount':" GBP("1")
                      ",'limit':" GBP("100") "}", ""),
               "'settlement':{'cap':" GBP("15") "}");
    take_people(&w, "a", 0, 2, "2015-05-01");
    set_figure(&w, "b", 0, "-22", "3", 7);
    take_people(&w, "a", 0, 2, "2015-07-01");
    settle_world(&w);
    check_due(&w, "a", 0, "1500");
    check_due(&w, "b", 0, "-2200/3");
    check_due(&w, "a", 1, "2200/3");
    check_unpaid(&w, "a", REASON(CAP_CONTRACT), 1, "5300/3");
    finish_world(&w);
}

TEST(a_quota_is_the_whole_number_below_its_share)
{
    struct world w;

    begin_with(&w, 1,
               RULE("a", FLAT("10"), "") "," RULE("b", FLAT("10"), "") ","
               RULE("c", FLAT("10"), ",'gates':[{'minUnits':100}]"),
               "'settlement':{'quotas':[{'rules':['b'],'ofRules':['a','b','c'],'share':'0.25'}]}");
    take_people(&w, "a", 0, 5, "2015-05-01");
    take_people(&w, "b", 0, 4, "2015-05-01");
    take_people(&w, "c", 0, 9, "2015-05-01"); /* behind a shut gate: not counted */
    settle_world(&w);
    check_due(&w, "b", 0, "2000"); /* a quarter of 9 */
    check_unpaid(&w, "b", REASON(QUOTA), 2, "2000");
    finish_world(&w);
}

TEST(caps_go_on_from_version_to_version)
{
    struct world w;

    begin_world(&w, 4);
    ADD_VERSION(&w, "2015-04-01", RULE("a", FLAT("10"), ",'caps':{'units':2}"), "");
    ADD_VERSION(&w, "2015-10-01", RULE("z", FLAT("1"), "") "," RULE("a", FLAT("20"), ",'caps':{'units':3}"), "");
    open_world(&w, false);
    take_people(&w, "a", 0, 3, "2015-05-01");
    take_people(&w, "a", 0, 3, "2015-10-01");
    settle_world(&w);
    check_due(&w, "a", 0, "2000");
    check_due(&w, "a", 2, "2000");
    finish_world(&w);
}

/* ---- Floors and variations ---- */

TEST(a_floor_lifts_what_a_period_is_due)
{
    struct world w;

    begin_with(&w, 3, RULE("a", FLAT("10"), ",'caps':{'floorPerPeriod':" GBP("25") "}"),
               "'settlement':{'cap':" GBP("90") "}");
    take_people(&w, "a", 0, 2, "2015-05-01");
    take_people(&w, "a", 0, 4, "2015-07-01");
    settle_world(&w);
    check_due(&w, "a", 0, "2500");
    check_due(&w, "a", 1, "4000");
    check_due(&w, "a", 2, "2500");
    assert_int_equal(w.periods[0][0].reason, REASON(PAID));
    assert_int_equal(w.periods[0][2].reason, REASON(FLOOR));
    check_minor("earned", w.periods[0][0].earned, "2000");
    finish_world(&w);
}

TEST(a_variation_says_what_is_due_in_place_of_units_and_figures)
{
    struct world w;

    begin_with(&w, 3,
               RULE("a", FLAT("10"), ",'caps':{'units':3}") "," FIGURE("b", FLAT("7"), "") ","
               FEE("f", "EACH_PERIOD", ""),
               "'settlement':{'cap':" GBP("112") "},'variations':[{'id':'grant','title':'g',"
               "'fromDate':'2015-07-01','toDate':'2015-09-30','amounts':["
               "{'rule':'a','period':'2015-Q3','amount':" GBP("50") "}]}]");
    take_people(&w, "a", 0, 2, "2015-05-01");
    take_people(&w, "a", 0, 2, "2015-08-01");
    take_people(&w, "a", 0, 2, "2015-10-01");
    for (size_t q = 0; q < 3; q++)
        set_figure(&w, "b", q, "1", "1", 1);
    settle_world(&w);
    check_due(&w, "a", 0, "2000");
    check_due(&w, "b", 0, "700");
    check_due(&w, "f", 0, "1000");
    check_due(&w, "a", 1, "5000");
    check_due(&w, "b", 1, "0");
    check_due(&w, "f", 1, "0");
    check_due(&w, "a", 2, "1000"); /* the third of its volume */
    check_due(&w, "b", 2, "700");
    check_due(&w, "f", 2, "800");  /* the contract's cap counts the 50 */
    assert_int_equal(w.periods[0][1].reason, REASON(VARIATION));
    check_minor("earned", w.periods[0][1].earned, "2000");
    check_unpaid(&w, "a", REASON(VARIATION), 2, "2000");
    check_unpaid(&w, "a", REASON(CAP_METRIC_VOLUME), 1, "1000");
    finish_world(&w);
}

/* ---- Units that rest on others ---- */

/* Innovation Fund: 26 weeks are paid to those whose 13 weeks were. */
TEST(a_payment_that_requires_another_to_be_paid_looks_at_what_was_paid)
{
    struct world w;

    begin_with(&w, 4,
               RULE("w13", FLAT("2600"), ",'caps':{'units':1}") ","
               RULE("w26", FLAT("1000"), ",'requires':[{'rule':'w13','stage':'PAID'}]"), "");
    take(&w, "w13", 0, "2015-05-01");
    take(&w, "w26", 0, "2015-08-01");
    take(&w, "w13", 1, "2015-05-02"); /* achieved, and behind the cap */
    take(&w, "w26", 1, "2015-08-01");
    take(&w, "w26", 2, "2015-08-01"); /* without */
    settle_world(&w);
    check_due(&w, "w26", 1, "100000");
    check_unpaid(&w, "w26", REASON(PREREQUISITE_MISSING), 2, "200000");
    finish_world(&w);
}

static void
take_back(struct world *w, uint32_t person, const char *of_day, const char *date, uint32_t part)
{
    struct claimed_unit back = unit_of(w, "a", person, day(date), "0");

    back.unit.clawed_back = true;
    back.unit.reverses = day(of_day);
    back.unit.quantity = part;
    back.unit.of = 4;
    assert_true(settlement_take(w->settlement, &back));
}

TEST(a_clawback_takes_back_what_was_paid_and_makes_room_for_money)
{
    struct world w;

    begin_with(&w, 3,
               RULE("a", FLAT("10"), ",'caps':{'amount':" GBP("15") "},'clawbacks':[{"
                    "'event':'milestone:x','within':'P6M'}]"), "");
    take(&w, "a", 0, "2015-05-01");
    take_back(&w, 0, "2015-05-01", "2015-07-01", 3); /* 7.50 */
    take(&w, "a", 1, "2015-05-02"); /* 5 are paid */
    take(&w, "a", 2, "2015-05-03"); /* nothing is */
    take_back(&w, 2, "2015-05-03", "2015-07-02", 4);
    take(&w, "a", 3, "2015-10-01"); /* 7.50 */
    settle_world(&w);
    check_due(&w, "a", 0, "1500");
    check_due(&w, "a", 1, "-750");
    check_due(&w, "a", 2, "750");
    assert_int_equal(w.periods[0][1].paid_units, -1);
    assert_int_equal(w.periods[0][1].reason, REASON(CLAWED_BACK));
    check_unpaid(&w, "a", REASON(CAP_METRIC_AMOUNT), 1, "1750");
    finish_world(&w);
}

TEST(a_unit_of_which_nothing_is_due_is_not_taken_back)
{
    struct world w;

    begin_with(&w, 2,
               RULE("a", FLAT("0"), ",'clawbacks':[{'event':'milestone:x','within':'P6M'}]"), "");
    take(&w, "a", 0, "2015-05-01");
    take_back(&w, 0, "2015-05-01", "2015-07-01", 4);
    settle_world(&w);
    assert_int_equal(w.periods[0][0].earned_units, 1);
    assert_int_equal(w.periods[0][0].paid_units, 0);
    assert_int_equal(w.periods[0][1].earned_units, 0);
    assert_int_equal(w.periods[0][1].paid_units, 0);
    assert_int_equal(w.periods[0][1].reason, REASON(EVIDENCE_MISSING));
    finish_world(&w);
}

TEST(a_clawback_makes_no_room_for_units)
{
    struct world w;

    begin_with(&w, 3,
               RULE("a", FLAT("10"), ",'caps':{'units':1},'clawbacks':[{'event':'milestone:x',"
                    "'within':'P6M'}]"), "");
    take(&w, "a", 0, "2015-05-01");
    take_back(&w, 0, "2015-05-01", "2015-07-01", 4);
    take(&w, "a", 1, "2015-10-01");
    settle_world(&w);
    check_due(&w, "a", 1, "-1000");
    check_due(&w, "a", 2, "0");
    finish_world(&w);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ambition_east_midlands_comes_to_its_list_total),
        cmocka_unit_test(a_discounted_unit_price_is_rounded_to_the_penny_unless_the_terms_say_not),
        cmocka_unit_test(an_index_raises_prices_from_its_days_on_up_to_its_cap),
        cmocka_unit_test(an_uplift_multiplies_what_discount_and_index_leave),
        cmocka_unit_test(steps_pay_by_the_highest_that_is_reached),
        cmocka_unit_test(a_line_of_amounts_is_read_between_its_points_and_rounded_as_a_unit_price),
        cmocka_unit_test(tranches_are_priced_across_their_border_by_day),
        cmocka_unit_test(a_reduction_is_paid_for_each_one_fewer),
        cmocka_unit_test(a_saving_is_shared_band_by_band_up_to_the_cap),
        cmocka_unit_test(a_bonus_or_malus_is_due_beyond_the_dead_band_up_to_its_limit),
        cmocka_unit_test(a_flat_price_of_a_cohort_is_due_where_its_figure_is_high_enough),
        cmocka_unit_test(a_share_of_a_budget_is_of_each_periods_pot_or_of_all_to_date),
        cmocka_unit_test(once_a_pot_that_trues_up_is_paid_nothing_is_held_back_of_it),
        cmocka_unit_test(a_budget_may_be_shared_by_steps),
        cmocka_unit_test(nothing_is_due_under_a_coupon),
        cmocka_unit_test(fees_are_due_as_time_goes_by),
        cmocka_unit_test(a_fee_follows_its_versions),
        cmocka_unit_test(a_deferrable_fee_waits_for_room_under_the_contracts_cap),
        cmocka_unit_test(peterborough_is_unpaid_for_its_first_cohort_and_paid_over_all_at_the_end),
        cmocka_unit_test(all_indicators_must_reach_their_part_of_the_target),
        cmocka_unit_test(an_indicator_may_be_counted_period_by_period),
        cmocka_unit_test(a_least_number_of_units_opens_all_of_them_once_it_is_reached),
        cmocka_unit_test(nothing_is_paid_before_the_statement_of_a_day),
        cmocka_unit_test(with_fewer_people_than_the_least_n_a_figure_is_not_paid),
        cmocka_unit_test(what_a_gate_stops_uses_up_no_cap),
        cmocka_unit_test(deadweight_and_attribution_take_a_part_of_each_unit_and_figure),
        cmocka_unit_test(a_part_of_the_time_is_a_part_of_the_price_and_whole_in_volume),
        cmocka_unit_test(parts_of_times_of_any_length_are_added_up_exactly),
        cmocka_unit_test(tranches_are_priced_beside_parts_of_units),
        cmocka_unit_test(bradford_pays_up_to_its_volume_and_keeps_the_rest_as_unpaid),
        cmocka_unit_test(a_persons_cap_is_filled_in_the_order_of_days_and_cuts_the_last_unit),
        cmocka_unit_test(each_cap_cuts_with_its_own_reason),
        cmocka_unit_test(of_several_caps_the_tightest_pays_and_the_first_gives_the_reason),
        cmocka_unit_test(a_unit_that_is_stopped_wholly_uses_up_none_of_the_others),
        cmocka_unit_test(a_unit_that_is_partly_paid_counts_whole_in_volume),
        cmocka_unit_test(a_unit_that_comes_late_displaces_one_under_a_full_cap),
        cmocka_unit_test(a_figures_fraction_leaves_exactly_the_rest_of_a_cap),
        cmocka_unit_test(a_part_of_the_contract_cap_may_be_paid_again_after_money_came_back),
        cmocka_unit_test(a_quota_is_the_whole_number_below_its_share),
        cmocka_unit_test(caps_go_on_from_version_to_version),
        cmocka_unit_test(a_floor_lifts_what_a_period_is_due),
        cmocka_unit_test(a_variation_says_what_is_due_in_place_of_units_and_figures),
        cmocka_unit_test(a_payment_that_requires_another_to_be_paid_looks_at_what_was_paid),
        cmocka_unit_test(a_clawback_takes_back_what_was_paid_and_makes_room_for_money),
        cmocka_unit_test(a_unit_of_which_nothing_is_due_is_not_taken_back),
        cmocka_unit_test(a_clawback_makes_no_room_for_units),
    };

    return cmocka_run_group_tests(tests, load_terms, unload_terms);
}
