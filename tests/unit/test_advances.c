/* test_advances.c - payers' ceilings, on account and retention, to the penny. */
#include <wellgate/decimal.h>

#include "chance.h"
#include "../../plugins/payments/account/advances.h"
#include "../../plugins/payments/account/ceilings.h"
#include "version_fixture.h"

#define PAYERS 3
#define QUARTERS 8

static Contract *
three_payers(void)
{
    return (Contract *)read_terms("Contract", "{'currency':'GBP','payers':['organisations/a',"
                                  "'organisations/b','organisations/c']}");
}

/* ---- Ceilings ---- */

static const Settlement *
settlement(const char *members)
{
    return (const Settlement *)read_terms("Settlement", "{%s}", members);
}

#define CEILING(payer, amount) \
    "{'payer':'organisations/" payer "','amount':{'currency':'GBP','amount':'" amount "'}}"

TEST(what_is_above_a_payers_ceiling_is_unpaid_or_anothers_or_carried)
{
    static const struct {
        const char *terms;
        int64_t issued[PAYERS], parts[PAYERS], wanted[PAYERS], over;
        bool carried;
    } cases[] = {
        {"", {1, 2, 3}, {500, 300, 200}, {500, 300, 200}, 0, false},
        {"'ceilings':[" CEILING("a", "5.00") "]", {0}, {500, 300, 200}, {500, 300, 200}, 0, false},
        {"'ceilings':[" CEILING("a", "5.00") "]", {1}, {500, 300, 200}, {499, 300, 200}, 1, false},
        {"'overflow':'UNPAID','ceilings':[" CEILING("a", "5.00") "]",
         {400}, {500, 300, 200}, {100, 300, 200}, 400, false},
        {"'overflow':'CARRIED','ceilings':[" CEILING("a", "5.00") "]",
         {400}, {500, 300, 200}, {100, 300, 200}, 400, true},
        {"'overflow':'NEXT_PAYER','ceilings':[" CEILING("a", "5.00") "]",
         {400}, {500, 300, 200}, {100, 700, 200}, 0, false},
        /* own parts go before others' */
        {"'overflow':'NEXT_PAYER','ceilings':[" CEILING("a", "5") "," CEILING("b", "3.50") "]",
         {400}, {500, 300, 200}, {100, 350, 550}, 0, false},
        {"'overflow':'NEXT_PAYER','ceilings':[" CEILING("a", "5") "," CEILING("b", "3.50") ","
         CEILING("c", "2.10") "]", {400}, {500, 300, 200}, {100, 350, 210}, 340, false},
        /* from the last on to the first */
        {"'overflow':'NEXT_PAYER','ceilings':[" CEILING("c", "0") "]",
         {0}, {500, 300, 200}, {700, 300, 0}, 0, false},
        /* what lowers an amount is never cut, whatever was issued */
        {"'ceilings':[" CEILING("a", "5.00") "]", {900}, {-300, -2, 0}, {-300, -2, 0}, 0, false},
        {"'ceilings':[" CEILING("a", "5.00") "]", {900}, {300, 2, 0}, {0, 2, 0}, 300, false},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        int64_t parts[PAYERS], sum = 0;
        struct line_amount line = {.parts = parts};
        int64_t displaced[PAYERS] = {0};
        struct ceilings ceilings;

        memcpy(parts, cases[i].parts, sizeof(parts));
        line.minor = parts[0] + parts[1] + parts[2];
        assert_true(ceilings_open(&terms_arena, three_payers(), settlement(cases[i].terms),
                                  cases[i].issued, &ceilings));
        assert_true(ceilings_apply(&ceilings, displaced, &line, 1));
        for (size_t p = 0; p < PAYERS; p++) {
            assert_int_equal(parts[p], cases[i].wanted[p]);
            sum += parts[p];
        }
        assert_int_equal(line.minor, sum);
        assert_int_equal(line.over_minor, cases[i].over);
        assert_int_equal(line.carried, cases[i].carried);
    }
}

TEST(a_correction_downwards_makes_room_for_the_lines_behind_it)
{
    static const int64_t issued[PAYERS] = {500, 0, 0};
    int64_t displaced[PAYERS] = {0};
    int64_t parts[3][PAYERS] = {{-200, 0, 0}, {150, 0, 0}, {150, 0, 0}};
    struct line_amount lines[3] = {{.minor = -200, .parts = parts[0]},
                                   {.minor = 150, .parts = parts[1]},
                                   {.minor = 150, .parts = parts[2]}};
    struct ceilings ceilings;

    assert_true(ceilings_open(&terms_arena, three_payers(),
                              settlement("'ceilings':[" CEILING("a", "5.00") "]"), issued,
                              &ceilings));
    assert_true(ceilings_apply(&ceilings, displaced, lines, 3));
    assert_int_equal(lines[0].minor, -200);
    assert_int_equal(lines[1].minor, 150);
    assert_int_equal(lines[2].minor, 50);
    assert_int_equal(lines[2].over_minor, 100);
}

TEST(lines_of_a_rule_count_together_so_no_more_is_refunded_than_was_paid)
{
    int64_t parts[2][PAYERS] = {{700, 0, 0}, {-700, 0, 0}}, issued[PAYERS] = {0};
    int64_t displaced[PAYERS] = {0};
    struct line_amount lines[2] = {{.minor = 700, .parts = parts[0]},
                                   {.minor = -700, .parts = parts[1]}};
    struct ceilings ceilings;

    assert_true(ceilings_open(&terms_arena, three_payers(),
                              settlement("'ceilings':[" CEILING("a", "5.00") "]"), issued,
                              &ceilings));
    assert_true(ceilings_apply(&ceilings, displaced, lines, 2));
    assert_int_equal(lines[0].minor, 700);
    assert_int_equal(lines[1].minor, -700);
    assert_int_equal(ceilings.left[0], 500);
}

TEST(a_penny_of_rounding_in_one_line_is_not_lost_under_a_ceiling)
{
    /* 4.77 by 5/6 and 1/6 is 3.98 and 0.79; line by line the first has a penny too much. */
    int64_t displaced[PAYERS] = {0};
    int64_t parts[2][PAYERS] = {{399, 79, 0}, {-1, 0, 0}}, issued[PAYERS] = {0};
    struct line_amount lines[2] = {{.minor = 478, .parts = parts[0]},
                                   {.minor = -1, .parts = parts[1]}};
    struct ceilings ceilings;

    assert_true(ceilings_open(&terms_arena, three_payers(),
                              settlement("'ceilings':[" CEILING("a", "1.00") "]"), issued,
                              &ceilings));
    assert_true(ceilings_apply(&ceilings, displaced, lines, 2));
    assert_int_equal(lines[0].parts[0] + lines[1].parts[0], 100);
    assert_int_equal(lines[0].minor + lines[1].minor, 179);
    assert_int_equal(lines[0].over_minor + lines[1].over_minor, 298);
}

/* Of an amount that fell: what each payer and nobody had paid before, and what moves now. */
TEST(what_falls_first_takes_off_what_ceilings_cut)
{
    static const struct {
        int64_t displaced[PAYERS], parts[PAYERS], wanted[PAYERS], over;
    } cases[] = {
        {{0, 0, 0}, {-300, -200, 0}, {-300, -200, 0}, 0},
        /* nobody paid it */
        {{400, 0, 0}, {-300, -200, 0}, {0, -200, 0}, -300},
        {{100, 0, 0}, {-300, -200, 0}, {-200, -200, 0}, -100},
        /* b paid it, or b and c: the last to take it over is the first to have it back */
        {{400, -400, 0}, {-300, 0, 0}, {0, -300, 0}, 0},
        {{400, -300, -100}, {-300, 0, 0}, {0, -200, -100}, 0},
        {{-100, 400, -300}, {0, -350, 0}, {-100, 0, -250}, 0},
        /* first what nobody paid */
        {{400, -100, 0}, {-350, 0, 0}, {0, -50, 0}, -300},
        {{400, -100, 0}, {-500, 0, 0}, {-100, -100, 0}, -300},
        {{400, -250, 0}, {-300, -10, 0}, {0, -160, 0}, -150},
        {{200, 200, -100}, {-200, -200, 0}, {0, 0, -100}, -300},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        int64_t parts[PAYERS], displaced[PAYERS], issued[PAYERS] = {5000, 5000, 5000};
        struct line_amount line = {.parts = parts};
        struct ceilings ceilings;

        memcpy(parts, cases[i].parts, sizeof(parts));
        memcpy(displaced, cases[i].displaced, sizeof(displaced));
        line.minor = parts[0] + parts[1] + parts[2];
        assert_true(ceilings_open(&terms_arena, three_payers(), settlement(
            "'overflow':'NEXT_PAYER','ceilings':[" CEILING("a", "50") "," CEILING("b", "50") "]"),
            issued, &ceilings));
        assert_true(ceilings_apply(&ceilings, displaced, &line, 1));
        for (size_t p = 0; p < PAYERS; p++) {
            assert_int_equal(parts[p], cases[i].wanted[p]);
            assert_int_equal(displaced[p] - cases[i].displaced[p], cases[i].parts[p] - parts[p]);
        }
        assert_int_equal(line.over_minor, cases[i].over);
        assert_int_equal(line.minor, parts[0] + parts[1] + parts[2]);
    }
}

TEST(whatever_is_asked_no_payer_pays_more_than_its_ceiling_and_nothing_is_lost)
{

    sow();
    for (int round = 0; round < 500; round++) {
        static const char *const rules[] = {"NEXT_PAYER", "UNPAID", "CARRIED"};
        int64_t issued[PAYERS] = {0}, displaced[PAYERS] = {0}, asked = 0, over = 0, paid = 0;
        int most[PAYERS];
        const Settlement *terms;

        for (size_t p = 0; p < PAYERS; p++)
            most[p] = (int)chance(2000);
        terms = settlement(wg_format(
            &terms_arena, "'overflow':'%s','ceilings':[" CEILING("a", "%d.%02d") ","
            CEILING("b", "%d.%02d") "," CEILING("c", "%d.%02d") "]", rules[round % 3],
            most[0] / 100, most[0] % 100, most[1] / 100, most[1] % 100, most[2] / 100,
            most[2] % 100));
        for (int statement = 0; statement < 5; statement++) {
            struct ceilings ceilings;

            assert_true(ceilings_open(&terms_arena, three_payers(), terms, issued, &ceilings));
            for (int l = 0; l < 4; l++) {
                int64_t parts[PAYERS];
                struct line_amount line = {.parts = parts};

                for (size_t p = 0; p < PAYERS; p++)
                    line.minor += parts[p] = chance(500) - (l == 0 ? 200 : 0);
                asked += line.minor;
                assert_true(ceilings_apply(&ceilings, displaced, &line, 1));
                over += line.over_minor;
                for (size_t p = 0; p < PAYERS; p++) {
                    issued[p] += parts[p];
                    paid += parts[p];
                    assert_true(issued[p] <= most[p] || parts[p] <= 0);
                }
            }
        }
        assert_int_equal(paid + over, asked);
        wg_arena_reset(&terms_arena);
    }
}

/* ---- On account and retention ---- */

/* One rule over quarters from 2015-Q2, with what it is due in each. */
struct account_case {
    struct rule_account rule, account;
    struct entitlement periods[QUARTERS];
};

static void
begin_account(struct account_case *a, const char *settlement_members, const int *dues, size_t n,
              size_t in_force)
{
    const Version *version = (const Version *)read_terms(
        "Version", "{'effectiveDate':'2015-04-01','settlement':{'payerSplits':[{'fromDate':"
        "'2015-04-01','shares':[{'payer':'organisations/b','share':'1'}]}]%s}}",
        settlement_members);
    static Rule rule = WELLGATE__PAYMENTS__V1__RULE__INIT;
    struct wg_period quarter;

    *a = (struct account_case){.rule = {.id = "a", .n = n}};
    a->rule.periods = a->periods;
    wg_quarter_parse("2015-Q2", &quarter);
    for (size_t i = 0; i < n; i++, quarter = wg_quarter_next(quarter)) {
        a->periods[i].period = quarter;
        a->periods[i].version = i < in_force ? version : NULL;
        a->periods[i].rule = i < in_force ? &rule : NULL;
    }
    rule_account_init(&a->rule);
    for (size_t i = 0; i < n; i++)
        mpq_set_si(a->periods[i].due, dues[i], 3), mpq_canonicalize(a->periods[i].due);
}

static void
check_dues(struct account_case *a, const char *const *wanted)
{
    assert_int_equal(a->account.n, a->rule.n);
    for (size_t i = 0; i < a->rule.n; i++) {
        const char *text = wg_ratio_format(&terms_arena, a->account.periods[i].due);

        if (strcmp(text, wanted[i]) != 0)
            fail_msg("%zu: is %s, not %s", i, text, wanted[i]);
    }
    rule_account_finish(&a->account);
    rule_account_finish(&a->rule);
}

TEST(what_is_paid_on_account_is_what_is_not_earned_yet_and_is_trued_up)
{
    static const int dues[] = {30, 30, 2400, 0, 30}; /* thirds of a penny */
    /* To date earned 10, 20, 820, 820, 830; on account 300, 600, 900, 1200, true-up. */
    static const char *const wanted[] = {"290", "290", "-500", "300", "-380"};
    struct account_case a;

    begin_account(&a, ",'onAccount':{'perPeriod':{'currency':'GBP','amount':'3.00'},"
                  "'trueUpDate':'2016-06-30'}", dues, 5, 5);
    assert_true(on_account(&terms_arena, &a.rule, 1, &a.account));
    assert_string_equal(a.account.id, "on-account");
    check_dues(&a, wanted);
}

TEST(nothing_is_on_account_where_more_is_earned)
{
    static const int dues[] = {3000, 30, 30};
    static const char *const wanted[] = {"0", "0", "0"};
    struct account_case a;

    begin_account(&a, ",'onAccount':{'perPeriod':{'currency':'GBP','amount':'3.00'},"
                  "'trueUpDate':'2019-06-30'}", dues, 3, 3);
    assert_true(on_account(&terms_arena, &a.rule, 1, &a.account));
    check_dues(&a, wanted);
}

TEST(a_share_of_all_that_is_earned_is_kept_back_until_it_is_released)
{
    static const int dues[] = {3000, 1, -300, 0, 600};
    static const char *const wanted[] = {"-50", "-1/60", "5", "2701/60", "0"};
    struct account_case a;

    begin_account(&a, ",'retention':{'share':'0.05','releaseDate':'2016-03-31'}", dues, 5, 5);
    assert_true(retention(&terms_arena, &a.rule, 1, &a.account));
    assert_string_equal(a.account.id, "retention");
    check_dues(&a, wanted);
}

TEST(what_is_kept_back_is_released_to_who_it_was_kept_from)
{
    static const int dues[] = {3000, 600, 300, 300};
    /* The shares change in the third period: it and the release share theirs. */
    static const char *const wanted[] = {"0", "0", "-5", "5"};
    struct account_case a;

    begin_account(&a, ",'retention':{'share':'0.05','releaseDate':'2016-03-31'}", dues, 4, 4);
    a.periods[2].version = a.periods[3].version = (const Version *)read_terms(
        "Version", "{'effectiveDate':'2015-10-01','settlement':{'payerSplits':[{'fromDate':"
        "'2015-10-01','shares':[{'payer':'organisations/a','share':'1'}]}],"
        "'retention':{'share':'0.05','releaseDate':'2016-03-31'}}}");
    assert_true(retention(&terms_arena, &a.rule, 1, &a.account));
    check_dues(&a, wanted);
}

TEST(what_is_on_account_makes_up_for_what_is_kept_back)
{
    static const int dues[] = {300, 300, 3000}; /* 100, 200, 1200 to date; 10 % kept back */
    static const char *const wanted[] = {"210", "210", "-420"};
    struct account_case a;

    begin_account(&a, ",'retention':{'share':'0.1','releaseDate':'2017-03-31'},'onAccount':{"
                  "'perPeriod':{'currency':'GBP','amount':'3.00'},'trueUpDate':'2016-06-30'}",
                  dues, 3, 3);
    assert_true(on_account(&terms_arena, &a.rule, 1, &a.account));
    check_dues(&a, wanted);
}

TEST(what_is_kept_back_is_released_in_a_closing_statement)
{
    static const int dues[] = {3000, 0, 0};
    static const char *const wanted[] = {"-50", "0", "50"};
    struct account_case a;

    begin_account(&a, ",'retention':{'share':'0.05','releaseDate':'2015-12-31'}", dues, 3, 1);
    assert_true(retention(&terms_arena, &a.rule, 1, &a.account));
    check_dues(&a, wanted);
}

TEST(terms_without_them_have_no_such_accounts)
{
    static const int dues[] = {3000, 0, 0};
    struct account_case a;

    begin_account(&a, "", dues, 3, 3);
    assert_true(retention(&terms_arena, &a.rule, 1, &a.account));
    assert_int_equal(a.account.n, 0);
    assert_true(on_account(&terms_arena, &a.rule, 1, &a.account));
    assert_int_equal(a.account.n, 0);
    assert_true(on_account(&terms_arena, NULL, 0, &a.account));
    assert_int_equal(a.account.n, 0);
    rule_account_finish(&a.rule);
}

/* The rule has no split of its own, nor has what is on account. */
TEST(their_lines_are_stated_and_split_as_the_settlement_says)
{
    static const int dues[] = {30, 30};
    struct line_amount lines[2];
    struct account_case a;
    size_t n;

    begin_account(&a, ",'onAccount':{'perPeriod':{'currency':'GBP','amount':'3.00'},"
                  "'trueUpDate':'2019-06-30'}", dues, 2, 2);
    assert_true(on_account(&terms_arena, &a.rule, 1, &a.account));
    a.account.periods[0].issued_minor = 290;
    mpq_set_ui(a.account.periods[0].stated, 290, 1);
    assert_true(rule_account_settle(&a.account, lines, &n));
    assert_int_equal(n, 1);
    assert_int_equal(lines[0].minor, 290);
    assert_true(split_lines(&terms_arena, three_payers(), lines, n));
    assert_int_equal(lines[0].parts[1], 290);
    assert_true(rule_account_settle(&a.rule, lines, &n));
    assert_true(split_lines(&terms_arena, three_payers(), lines, n));
    assert_int_equal(lines[0].parts[1], 10);
    rule_account_finish(&a.account);
    rule_account_finish(&a.rule);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_falls_first_takes_off_what_ceilings_cut),
        cmocka_unit_test(what_is_above_a_payers_ceiling_is_unpaid_or_anothers_or_carried),
        cmocka_unit_test(a_correction_downwards_makes_room_for_the_lines_behind_it),
        cmocka_unit_test(lines_of_a_rule_count_together_so_no_more_is_refunded_than_was_paid),
        cmocka_unit_test(a_penny_of_rounding_in_one_line_is_not_lost_under_a_ceiling),
        cmocka_unit_test(whatever_is_asked_no_payer_pays_more_than_its_ceiling_and_nothing_is_lost),
        cmocka_unit_test(what_is_paid_on_account_is_what_is_not_earned_yet_and_is_trued_up),
        cmocka_unit_test(nothing_is_on_account_where_more_is_earned),
        cmocka_unit_test(a_share_of_all_that_is_earned_is_kept_back_until_it_is_released),
        cmocka_unit_test(what_is_kept_back_is_released_to_who_it_was_kept_from),
        cmocka_unit_test(what_is_on_account_makes_up_for_what_is_kept_back),
        cmocka_unit_test(what_is_kept_back_is_released_in_a_closing_statement),
        cmocka_unit_test(terms_without_them_have_no_such_accounts),
        cmocka_unit_test(their_lines_are_stated_and_split_as_the_settlement_says),
    };

    return cmocka_run_group_tests(tests, load_terms, unload_terms);
}
