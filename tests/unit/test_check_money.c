/* test_check_money.c - prices, limits and settlements that make no sense are refused, each fault
 * with its pointer, and all at once. */
#include "../../plugins/payments/checks/check_money.h"

#include "call.h"
#include "version_fixture.h"

#define GBP(pounds) "{'currency':'GBP','amount':'" pounds "'}"
#define UNITS "'milestone':{'events':['milestone:x']}"
#define FIGURE "'countVsBaseline':{'events':['milestone:x']}"
#define COSTS(effect) "'costGapCohort':{'classes':['ED_ATTENDANCE'],'comparison':{'effect':'" effect "'}}"
#define FLAT "'flat':{'amount':" GBP("10") "}"
#define FEE(more) "'fee':{'amount':" GBP("10") ",'frequency':'ONCE'" more "}"
#define RULE(id, outcome, price, more) "{'id':'" id "','title':'t'," outcome "," price more "}"
#define PAYS "'payerSplits':[{'fromDate':'2015-04-01','shares':[{'payer':'organisations/a','share':'1'}]}]"

/* "CODE pointer, CODE pointer" of all that is wrong. */
static const char *
faults_of(const char *rules, const char *settlement, const char *more)
{
    struct wg_call call = {.arena = &terms_arena};
    struct checking checking = {
        .call = &call,
        .at = "",
        .contract = (const Contract *)read_terms(
            "Contract", "{'currency':'GBP','startDate':'2015-04-01','endDate':'2022-03-31',"
            "'payers':['organisations/a','organisations/b']}"),
        .version = (const Version *)read_terms(
            "Version", "{'effectiveDate':'2015-04-01','rules':[%s],'settlement':{%s}%s}", rules,
            settlement, more)};
    const char *text = "";

    violations_begin(&call.violations);
    for (; checking.place < checking.version->n_rules; checking.place++) {
        checking.rule = checking.version->rules[checking.place];
        check_splits(&checking, POINTER(&checking, "/rules/%zu", checking.place),
                     checking.rule->payer_splits, checking.rule->n_payer_splits);
        check_price(&checking);
        check_limits(&checking);
    }
    check_settlement(&checking);
    for (const struct violation *v = call.violations.first; v; v = v->next)
        text = wg_format(&terms_arena, "%s%s%s %s", text, *text ? ", " : "", v->code, v->pointer);
    return text;
}

static void
check_faults(const char *rules, const char *settlement, const char *more, const char *wanted)
{
    const char *faults = faults_of(rules, settlement, more);

    if (strcmp(faults, wanted) != 0)
        fail_msg("%s %s %s:\nis   \"%s\"\nnot  \"%s\"", rules, settlement, more, faults, wanted);
}

/* One rule, whose pointers begin with /rules/0. */
struct rule_case {
    const char *rule, *wanted;
};

#define CHECK_RULES(cases)                                                                     \
    for (size_t i = 0; i < COUNT(cases); i++)                                                  \
        check_faults(cases[i].rule, PAYS, "", cases[i].wanted);

TEST(every_price_that_makes_sense_is_taken)
{
    static const struct rule_case cases[] = {
        {RULE("a", UNITS, FLAT, ""), ""},
        {RULE("a", UNITS, "'flat':{'amount':" GBP("0") "}", ""), ""},
        {RULE("a", FIGURE, "'flat':{'amount':" GBP("10") ",'atLeast':'0.1'}", ""), ""},
        {RULE("a", UNITS, "'stepTable':{'steps':[{'at':'1','amount':" GBP("2") "},{'at':'2','amount':"
              GBP("1") "}]}", ""), ""},
        {RULE("a", FIGURE, "'linearTable':{'points':[{'at':'1','amount':" GBP("2")
              "},{'at':'2','amount':" GBP("1") "}]}", ""), ""},
        {RULE("a", UNITS, "'volumeTiers':{'tiers':[{'upTo':3,'amount':" GBP("2") "},{'amount':"
              GBP("1") "}]}", ""), ""},
        {RULE("a", UNITS, "'perUnitReduction':{'amount':" GBP("2") "}", ""), ""},
        {RULE("a", COSTS("ABSOLUTE"), "'shareOfSaving':{'bands':[{'upTo':" GBP("5")
              ",'share':'0.5'},{'share':'1'}],'cap':" GBP("9") "}", ""), ""},
        {RULE("a", FIGURE, "'shareOfBudget':{'potPerQuarter':" GBP("5") ",'performance':{'points':["
              "{'at':'0','share':'0'},{'at':'1','share':'1'}]}}", ""), ""},
        {RULE("a", FIGURE, "'shareOfBudget':{'pots':[{'period':'2016-Q3','amount':" GBP("5")
              "}],'steps':{'steps':[{'at':'0','share':'1'}]}}", ""), ""},
        {RULE("a", FIGURE, "'bonusMalus':{'target':'1','deadBand':'0','amount':" GBP("5") ",'limit':"
              GBP("5") "}", ""), ""},
        {RULE("a", FIGURE, "'coupon':{'steps':[{'at':'0','rate':'0'},{'at':'1','rate':'0.1'}]}", ""), ""},
        {"{'id':'a','title':'t'," FEE("") "}", ""},
    };

    CHECK_RULES(cases);
}

TEST(a_price_goes_with_its_outcomes_only)
{
    static const struct rule_case cases[] = {
        {"{'id':'a','title':'t'," UNITS "}", "REQUIRED /rules/0"},
        {RULE("a", UNITS, FEE(""), ""), "NOT_TAKEN /rules/0/fee"},
        {RULE("a", FIGURE, FEE(""), ""), "NOT_TAKEN /rules/0/fee"},
        {RULE("a", FIGURE, "'volumeTiers':{'tiers':[{'amount':" GBP("1") "}]}", ""),
         "NOT_TAKEN /rules/0/volumeTiers"},
        {RULE("a", UNITS, "'bonusMalus':{'target':'1','deadBand':'0','amount':" GBP("5") ",'limit':"
              GBP("5") "}", ""), "NOT_TAKEN /rules/0/bonusMalus"},
        {RULE("a", UNITS, "'coupon':{'steps':[{'at':'0','rate':'0'}]}", ""), "NOT_TAKEN /rules/0/coupon"},
        {RULE("a", UNITS, "'shareOfBudget':{'potPerQuarter':" GBP("5") ",'steps':{'steps':[{'at':'0',"
              "'share':'1'}]}}", ""), "NOT_TAKEN /rules/0/shareOfBudget"},
        {RULE("a", FIGURE, "'shareOfSaving':{'bands':[{'share':'1'}]}", ""),
         "NOT_TAKEN /rules/0/shareOfSaving"},
        {RULE("a", COSTS("RELATIVE"), "'shareOfSaving':{'bands':[{'share':'1'}]}", ""),
         "NOT_TAKEN /rules/0/costGapCohort/comparison/effect"},
        {RULE("a", UNITS, "'flat':{'amount':" GBP("1") ",'atLeast':'1'}", ""),
         "NOT_TAKEN /rules/0/flat/atLeast"},
        {RULE("a", UNITS, "'perUnitReduction':{'amount':" GBP("1") ",'perHead':true}", ""),
         "NOT_TAKEN /rules/0/perUnitReduction/perHead"},
    };

    CHECK_RULES(cases);
}

TEST(amounts_are_of_the_contracts_currency_and_can_be_added_up)
{
    static const struct rule_case cases[] = {
        {RULE("a", UNITS, "'flat':{'amount':{'currency':'EUR','amount':'1'}}", ""),
         "CURRENCY /rules/0/flat/amount/currency"},
        {RULE("a", UNITS, "'flat':{'amount':" GBP("-0.01") "}", ""),
         "OUT_OF_RANGE /rules/0/flat/amount/amount"},
        {RULE("a", UNITS, "'flat':{'amount':" GBP("768614336404.57") "}", ""),
         "OUT_OF_RANGE /rules/0/flat/amount/amount"},
        {RULE("a", UNITS, "'flat':{'amount':" GBP("768614336404.56") "}", ""), ""},
    };

    CHECK_RULES(cases);
}

TEST(tables_rise_and_name_what_is_due)
{
    static const struct rule_case cases[] = {
        {RULE("a", UNITS, "'linearTable':{'points':[{'at':'1','amount':" GBP("2") "}]}", ""),
         "TOO_FEW /rules/0/linearTable/points"},
        {RULE("a", UNITS, "'linearTable':{'points':[{'at':'1','share':'1'},{'at':'1'}]}", ""),
         "NOT_TAKEN /rules/0/linearTable/points/0/share, "
         "REQUIRED /rules/0/linearTable/points/0/amount, "
         "ORDER /rules/0/linearTable/points/1/at, "
         "REQUIRED /rules/0/linearTable/points/1/amount"},
        {RULE("a", UNITS, "'stepTable':{'steps':[{'at':'2','amount':" GBP("1") "},{'at':'1/2','amount':"
              GBP("1") "}]}", ""), "ORDER /rules/0/stepTable/steps/1/at"},
        {RULE("a", UNITS, "'volumeTiers':{'tiers':[{'amount':" GBP("1") "},{'upTo':3,'amount':"
              GBP("1") "}]}", ""),
         "REQUIRED /rules/0/volumeTiers/tiers/0/upTo, NOT_TAKEN /rules/0/volumeTiers/tiers/1/upTo"},
        {RULE("a", UNITS, "'volumeTiers':{'tiers':[{'upTo':3,'amount':" GBP("1") "},{'upTo':3,'amount':"
              GBP("1") "},{'amount':" GBP("1") "}]}", ""), "ORDER /rules/0/volumeTiers/tiers/1/upTo"},
        {RULE("a", COSTS("ABSOLUTE"), "'shareOfSaving':{'bands':[{'share':'1'},{'upTo':" GBP("0")
              ",'share':'1'}]}", ""),
         "REQUIRED /rules/0/shareOfSaving/bands/0/upTo, "
         "ORDER /rules/0/shareOfSaving/bands/1/upTo/amount"},
        {RULE("a", FIGURE, "'coupon':{'steps':[{'at':'1','rate':'0'},{'at':'1','rate':'0'}]}", ""),
         "ORDER /rules/0/coupon/steps/1/at"},
        {RULE("a", FIGURE, "'shareOfBudget':{'performance':{'points':[{'at':'0','share':'1'},"
              "{'at':'1','share':'0'}]},'steps':{'steps':[{'at':'1','share':'1'}]}}", ""),
         "REQUIRED /rules/0/shareOfBudget/potPerQuarter, NOT_TAKEN /rules/0/shareOfBudget/steps, "
         "ORDER /rules/0/shareOfBudget/performance/points/1/share"},
        {RULE("a", FIGURE, "'shareOfBudget':{'potPerQuarter':" GBP("1") ",'pots':[{'period':'2016-Q3',"
              "'amount':" GBP("1") "},{'period':'2016-Q3','amount':" GBP("1") "},{'period':'2022-Q2',"
              "'amount':" GBP("1") "},{'period':'2016-07','amount':" GBP("1") "}]}", ""),
         "UNKNOWN_VALUE /rules/0/shareOfBudget/pots/2/period, "
         "UNKNOWN_VALUE /rules/0/shareOfBudget/pots/3/period, "
         "DUPLICATE /rules/0/shareOfBudget/pots/1/period, "
         "REQUIRED /rules/0/shareOfBudget/performance"},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *faults = faults_of(cases[i].rule, PAYS, "");
        size_t found = 0, wanted = 0;

        /* in whatever order */
        for (const char *c = cases[i].wanted; (c = strstr(c, " /")); c++)
            wanted++;
        for (const char *c = faults; (c = strstr(c, " /")); c++)
            found++;
        assert_int_equal(found, wanted);
        for (char *part = strtok(wg_copy_text(&terms_arena, cases[i].wanted), ","); part;
             part = strtok(NULL, ","))
            if (!strstr(faults, part + (*part == ' ')))
                fail_msg("%s: \"%s\" is not in \"%s\"", cases[i].rule, part, faults);
    }
}

TEST(fees_begin_before_they_end_and_within_the_contract)
{
    static const struct rule_case cases[] = {
        {"{'id':'a','title':'t'," FEE(",'fromDate':'2016-01-02','toDate':'2016-01-01'") "}",
         "ORDER /rules/0/fee/toDate"},
        {"{'id':'a','title':'t'," FEE(",'fromDate':'2022-04-01'") "}", "UNREACHABLE /rules/0/fee/fromDate"},
        {"{'id':'a','title':'t'," FEE(",'fromDate':'2010-04-01','toDate':'2011-04-01'") "}",
         "UNREACHABLE /rules/0/fee/toDate"},
        {"{'id':'a','title':'t'," FEE("") ",'deadweight':'0.1','targets':[{'period':'2016-Q1','value':'1'}]}",
         "NOT_TAKEN /rules/0/deadweight, NOT_TAKEN /rules/0/targets"},
    };

    CHECK_RULES(cases);
}

TEST(gates_that_never_open_are_refused)
{
    static const struct rule_case cases[] = {
        {RULE("a", UNITS, FLAT, ",'gates':[{}]"), "REQUIRED /rules/0/gates/0"},
        {RULE("a", UNITS, FLAT, ",'gates':[{'minFigure':'1'}]"), "UNREACHABLE /rules/0/gates/0"},
        {RULE("a", UNITS, FLAT, ",'gates':[{'minN':1}]"), "UNREACHABLE /rules/0/gates/0"},
        {RULE("a", FIGURE, FLAT, ",'gates':[{'minUnits':1}]"), "UNREACHABLE /rules/0/gates/0/minUnits"},
        {RULE("a", FIGURE, FLAT, ",'gates':[{'minN':1,'perPeriod':true}]"),
         "NOT_TAKEN /rules/0/gates/0/perPeriod"},
        {RULE("a", UNITS, FLAT, ",'caps':{'units':5},'gates':[{'minUnits':5},{'minUnits':6}]"),
         "UNREACHABLE /rules/0/gates/1/minUnits"},
        {RULE("a", FIGURE, FLAT, ",'gates':[{'either':{'gates':[{'minFigure':'1'},{'either':{'gates':["
              "{'minN':1}]}}]}}]"), "NOT_TAKEN /rules/0/gates/0/either/gates/1/either"},
        {RULE("a", UNITS, FLAT, ",'gates':[{'allIndicators':{'shareOfTarget':'0.9'}}]"),
         "REQUIRED /rules/0/gates/0/allIndicators"},
        {RULE("a", UNITS, FLAT, ",'gates':[{'allIndicators':{'rules':['a','b','a'],'shareOfTarget':"
              "'0.9'}}]"),
         "REQUIRED /rules/0/gates/0/allIndicators/rules/0, "
         "UNKNOWN_VALUE /rules/0/gates/0/allIndicators/rules/1, "
         "REQUIRED /rules/0/gates/0/allIndicators/rules/2, "
         "DUPLICATE /rules/0/gates/0/allIndicators/rules/2"},
        {RULE("a", UNITS, FLAT, ",'gates':[{'notBefore':'2062-03-31'}]"),
         "UNREACHABLE /rules/0/gates/0/notBefore"},
        {RULE("a", UNITS, FLAT, ",'gates':[{'notBefore':'2022-03-31'}]"), ""},
    };

    CHECK_RULES(cases);
}

TEST(caps_targets_and_deadweight_fit_the_rule)
{
    static const struct rule_case cases[] = {
        {RULE("a", FIGURE, FLAT, ",'caps':{'perPerson':" GBP("1") ",'units':1,'unitsPerPeriod':1}"),
         "NOT_TAKEN /rules/0/caps/perPerson, NOT_TAKEN /rules/0/caps/units, "
         "NOT_TAKEN /rules/0/caps/unitsPerPeriod"},
        {RULE("a", UNITS, FLAT, ",'caps':{'perPeriod':" GBP("1") ",'floorPerPeriod':" GBP("2") "}"),
         "OUT_OF_RANGE /rules/0/caps/floorPerPeriod"},
        {RULE("a", UNITS, FLAT, ",'caps':{'amount':{'currency':'EUR','amount':'-1'}}"),
         "CURRENCY /rules/0/caps/amount/currency, OUT_OF_RANGE /rules/0/caps/amount/amount"},
        {RULE("a", UNITS, FLAT, ",'targets':[{'period':'2016-Q1','value':'1'},{'period':'2016-Q1',"
              "'value':'1'},{'period':'2014-Q1','value':'1'}]"),
         "DUPLICATE /rules/0/targets/1/period, UNKNOWN_VALUE /rules/0/targets/2/period"},
        {RULE("a", UNITS, FLAT, ",'deadweight':'1','attribution':'0'"),
         "OUT_OF_RANGE /rules/0/deadweight, OUT_OF_RANGE /rules/0/attribution"},
    };

    CHECK_RULES(cases);
}

TEST(shares_of_payers_sum_to_1_here_and_in_the_settlement)
{
    check_faults(RULE("a", UNITS, FLAT, ",'payerSplits':[{'fromDate':'2015-04-01','shares':["
                      "{'payer':'organisations/a','share':'0.5'},{'payer':'organisations/a',"
                      "'share':'0.5'}]},{'fromDate':'2015-04-02','shares':[{'payer':'organisations/c',"
                      "'share':'0.9'}]}]"), "", "",
                 "DUPLICATE /rules/0/payerSplits/0/shares/1/payer, "
                 "OUT_OF_RANGE /rules/0/payerSplits/1/fromDate, "
                 "UNKNOWN_VALUE /rules/0/payerSplits/1/shares/0/payer, "
                 "SUM /rules/0/payerSplits/1/shares");
    check_faults(RULE("a", UNITS, FLAT, ""),
                 "'payerSplits':[{'fromDate':'2016-04-01','shares':[{'payer':'organisations/a','share':"
                 "'0.99'}]}]", "",
                 "OUT_OF_RANGE /settlement/payerSplits/0/fromDate, "
                 "SUM /settlement/payerSplits/0/shares");
    check_faults(RULE("a", UNITS, FLAT, "") "," RULE("b", UNITS, FLAT, "," PAYS),
                 "'retention':{'share':'0.1','releaseDate':'2020-01-01'}", "",
                 "REQUIRED /rules/0/payerSplits, REQUIRED /settlement/payerSplits");
}

TEST(settlements_name_payers_rules_and_days_that_there_are)
{
    static const struct {
        const char *settlement, *wanted;
    } cases[] = {
        {"'cap':" GBP("-1") ",'capPerPerson':" GBP("-1") ",'capPerPeriod':" GBP("-1"),
         "OUT_OF_RANGE /settlement/cap/amount, OUT_OF_RANGE /settlement/capPerPerson/amount, "
         "OUT_OF_RANGE /settlement/capPerPeriod/amount"},
        {"'quotas':[{'rules':['a','a','b','x'],'ofRules':['x'],'share':'0.5'}]",
         "DUPLICATE /settlement/quotas/0/rules/1, UNKNOWN_VALUE /settlement/quotas/0/rules/2, "
         "UNKNOWN_VALUE /settlement/quotas/0/rules/3, UNKNOWN_VALUE /settlement/quotas/0/ofRules/0"},
        {"'ceilings':[{'payer':'organisations/a','amount':" GBP("1") "},{'payer':'organisations/a',"
         "'amount':" GBP("1") "},{'payer':'organisations/c','amount':" GBP("1") "}]",
         "DUPLICATE /settlement/ceilings/1/payer, UNKNOWN_VALUE /settlement/ceilings/2/payer"},
        {"'overflow':'CARRIED'", "NOT_TAKEN /settlement/overflow"},
        {"'discount':'1'", "OUT_OF_RANGE /settlement/discount"},
        {"'index':{'series':'s','baseValue':'0','cap':'0','values':[{'fromDate':'2016-01-01','value':"
         "'0'},{'fromDate':'2016-01-01','value':'1'}]}",
         "OUT_OF_RANGE /settlement/index/baseValue, OUT_OF_RANGE /settlement/index/cap, "
         "OUT_OF_RANGE /settlement/index/values/0/value, ORDER /settlement/index/values/1/fromDate"},
        {"'onAccount':{'perPeriod':" GBP("-1") ",'trueUpDate':'2015-03-31'},'retention':{'share':'0.1',"
         "'releaseDate':'2015-03-31'}",
         "OUT_OF_RANGE /settlement/onAccount/perPeriod/amount, "
         "OUT_OF_RANGE /settlement/onAccount/trueUpDate, "
         "OUT_OF_RANGE /settlement/retention/releaseDate"},
    };

    for (size_t i = 0; i < COUNT(cases); i++)
        check_faults(RULE("a", UNITS, FLAT, "") "," RULE("b", FIGURE, FLAT, ""),
                     wg_format(&terms_arena, PAYS ",%s", cases[i].settlement), "",
                     cases[i].wanted);
}

TEST(rules_do_not_have_the_ids_of_lines_that_are_no_rules)
{
    check_faults(RULE("on-account", UNITS, FLAT, "") "," RULE("retention", UNITS, FLAT, ""), PAYS, "",
                 "DUPLICATE /rules/0/id, DUPLICATE /rules/1/id");
}

TEST(variations_are_whole_periods_that_do_not_overlap)
{
    static const struct {
        const char *variations, *wanted;
    } cases[] = {
        {"{'id':'g','title':'t','fromDate':'2020-04-01','toDate':'2020-09-30','amounts':[{'rule':'a',"
         "'period':'2020-Q2','amount':" GBP("5") "}]}", ""},
        {"{'id':'g','title':'t','fromDate':'2020-04-02','toDate':'2020-09-29','amounts':[]}",
         "OUT_OF_RANGE /variations/0/fromDate, OUT_OF_RANGE /variations/0/toDate"},
        {"{'id':'g','title':'t','fromDate':'2020-04-01','toDate':'2019-09-30','amounts':[]}",
         "ORDER /variations/0/toDate"},
        {"{'id':'g','title':'t','fromDate':'2020-04-01','toDate':'2020-09-30','amounts':[{'rule':'x',"
         "'period':'2020-Q4','amount':" GBP("-5") "},{'rule':'x','period':'2020-Q4','amount':" GBP("5")
         "}]}",
         "OUT_OF_RANGE /variations/0/amounts/0/amount/amount, "
         "UNKNOWN_VALUE /variations/0/amounts/0/rule, "
         "OUT_OF_RANGE /variations/0/amounts/0/period, UNKNOWN_VALUE /variations/0/amounts/1/rule, "
         "DUPLICATE /variations/0/amounts/1, OUT_OF_RANGE /variations/0/amounts/1/period"},
        {"{'id':'g','title':'t','fromDate':'2020-04-01','toDate':'2020-09-30','amounts':[]},"
         "{'id':'g','title':'t','fromDate':'2020-07-01','toDate':'2020-12-31','amounts':[]}",
         "DUPLICATE /variations/1/id, OVERLAP /variations/1/fromDate"},
    };

    for (size_t i = 0; i < COUNT(cases); i++)
        check_faults(RULE("a", UNITS, FLAT, ""), PAYS,
                     wg_format(&terms_arena, ",'variations':[%s]", cases[i].variations),
                     cases[i].wanted);
}

TEST(fractions_of_a_penny_that_are_too_fine_to_be_added_up_are_refused)
{
    check_faults(RULE("a", UNITS, FLAT, ",'deadweight':'0.12345678901'") ","
                 RULE("b", UNITS, FLAT, ",'deadweight':'1/12345678901'"), PAYS, "",
                 "OUT_OF_RANGE /rules/1");
    check_faults(RULE("a", FIGURE, FLAT, ",'deadweight':'0.12345678901234567'"), PAYS, "", "");
    check_faults(RULE("a", UNITS, FLAT, ""), PAYS ",'discount':'0.12345678901234567'", "", "");
    check_faults(RULE("a", UNITS, FLAT, ""),
                 PAYS ",'discount':'0.12345678901234567','unitPriceRounding':'NONE'", "",
                 "OUT_OF_RANGE /rules/0");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_price_that_makes_sense_is_taken),
        cmocka_unit_test(a_price_goes_with_its_outcomes_only),
        cmocka_unit_test(amounts_are_of_the_contracts_currency_and_can_be_added_up),
        cmocka_unit_test(tables_rise_and_name_what_is_due),
        cmocka_unit_test(fees_begin_before_they_end_and_within_the_contract),
        cmocka_unit_test(gates_that_never_open_are_refused),
        cmocka_unit_test(caps_targets_and_deadweight_fit_the_rule),
        cmocka_unit_test(shares_of_payers_sum_to_1_here_and_in_the_settlement),
        cmocka_unit_test(settlements_name_payers_rules_and_days_that_there_are),
        cmocka_unit_test(rules_do_not_have_the_ids_of_lines_that_are_no_rules),
        cmocka_unit_test(variations_are_whole_periods_that_do_not_overlap),
        cmocka_unit_test(fractions_of_a_penny_that_are_too_fine_to_be_added_up_are_refused),
    };

    return cmocka_run_group_tests(tests, load_terms, unload_terms);
}
