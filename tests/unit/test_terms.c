/* test_terms.c - reading terms exactly. The one thing that reads the store has a
 * stand-in for wg_scan. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>
#include <wellgate/decimal.h>

#include "../../plugins/payments/terms/terms.h"

#define TEST(name) static void name(void **state __attribute__((unused)))
#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

typedef Wellgate__Payments__V1__LinearTable__Point Point;

/* ---- The line through points ---- */

#define POINTS_MAX 4

static void
check_share(const char *const points[][2], const char *at, const char *wanted)
{
    LinearTable table = WELLGATE__PAYMENTS__V1__LINEAR_TABLE__INIT;
    Point own[POINTS_MAX], *list[POINTS_MAX];
    struct wg_arena arena;
    const char *text;
    mpq_t x, share;

    for (; table.n_points < POINTS_MAX && points[table.n_points][0]; table.n_points++) {
        Point *point = list[table.n_points] = &own[table.n_points];

        wellgate__payments__v1__linear_table__point__init(point);
        point->at = (char *)points[table.n_points][0];
        point->share = (char *)points[table.n_points][1];
    }
    table.points = list;
    mpq_inits(x, share, NULL);
    wg_arena_init(&arena, 4096);
    assert_true(wg_ratio_parse(at, x));
    linear_table_share(&table, x, share);
    text = wg_ratio_format(&arena, share);
    if (strcmp(text, wanted) != 0)
        fail_msg("at %s: is %s, not %s", at, text, wanted);
    wg_arena_finish(&arena);
    mpq_clears(x, share, NULL);
}

TEST(a_share_is_read_between_the_points_and_level_beyond_them)
{
    /* Ways to Wellness, outcome A */
    static const char *const rising[POINTS_MAX][2] = {{"0.5", "0"}, {"1.4", "1"}};
    static const char *const cases[][2] = {
        {"-3", "0"},  {"0", "0"},       {"0.4", "0"},  {"0.5", "0"},
        {"0.8", "1/3"}, {"0.95", "1/2"}, {"1.4", "1"}, {"1.5", "1"}, {"3.8", "1"},
        {"1/2", "0"}, {"2/3", "5/27"},  {"7/5", "1"},
    };

    for (size_t i = 0; i < COUNT(cases); i++)
        check_share(rising, cases[i][0], cases[i][1]);
}

TEST(a_line_may_have_many_points_fall_and_begin_anywhere)
{
    static const char *const tent[POINTS_MAX][2] = {
        {"-1", "1/4"}, {"0", "1"}, {"2", "1"}, {"4", "0.5"}};
    static const char *const in_tent[][2] = {
        {"-2", "1/4"}, {"-1", "1/4"}, {"-0.5", "5/8"}, {"0", "1"},  {"1", "1"},
        {"2", "1"},    {"3", "3/4"},  {"4", "1/2"},    {"99", "1/2"},
    };
    static const char *const one[POINTS_MAX][2] = {{"1", "1/7"}};

    for (size_t i = 0; i < COUNT(in_tent); i++)
        check_share(tent, in_tent[i][0], in_tent[i][1]);
    /* check_version wants two points; one is a level line all the same */
    check_share(one, "0", "1/7");
    check_share(one, "1", "1/7");
    check_share(one, "2", "1/7");
}

/* ---- Versions ---- */

static Version
version_from(const char *effective_date)
{
    Version version = WELLGATE__PAYMENTS__V1__VERSION__INIT;

    version.effective_date = (char *)effective_date;
    return version;
}

TEST(a_period_is_priced_by_the_last_version_effective_on_its_first_day)
{
    Version own[] = {version_from("2015-04-01"), version_from("2016-01-01"),
                     version_from("2017-04-01")};
    const Version *list[] = {&own[0], &own[1], &own[2]};
    const struct versions versions = {list, COUNT(list)};
    static const struct {
        const char *period;
        int version; /* -1: none */
    } cases[] = {
        {"2015-Q1", -1},     {"2015-Q2", 0}, {"2015-Q4", 0}, {"2016-Q1", 1},
        {"2017-Q1", 1},      {"2017-Q2", 2}, {"2040-Q4", 2},
        {"2015-12-31..2016-01-31", 0}, /* within it is too late */
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct wg_period period;

        assert_true(wg_period_parse(cases[i].period, &period));
        assert_ptr_equal(version_of(&versions, period),
                         cases[i].version < 0 ? NULL : list[cases[i].version]);
    }
    assert_null(version_of(&(struct versions){0}, (struct wg_period){0, 1}));
}

TEST(a_rule_is_found_by_its_whole_id)
{
    Version version = version_from("2015-04-01");
    Rule a = WELLGATE__PAYMENTS__V1__RULE__INIT, b = WELLGATE__PAYMENTS__V1__RULE__INIT;
    Rule *rules[] = {&a, &b};

    a.id = (char *)"outcome-a";
    b.id = (char *)"outcome-b";
    version.rules = rules;
    version.n_rules = COUNT(rules);
    assert_ptr_equal(rule_of(&version, "outcome-a"), &a);
    assert_ptr_equal(rule_of(&version, "outcome-b"), &b);
    assert_null(rule_of(&version, "outcome"));
    assert_null(rule_of(&version, "outcome-a2"));
    assert_null(rule_of(&version, ""));
    assert_null(rule_of(NULL, "outcome-a"));
}

TEST(a_split_is_in_force_from_its_day_until_the_next)
{
    PayerSplit own[2], *splits[] = {&own[0], &own[1]};
    Rule rule = WELLGATE__PAYMENTS__V1__RULE__INIT;
    static const struct {
        const char *date;
        int split;
    } cases[] = {
        {"1999-12-31", 0}, /* the first is from the contract's start or before */
        {"2015-04-01", 0}, {"2016-09-30", 0}, {"2016-10-01", 1}, {"2099-01-01", 1},
    };

    wellgate__payments__v1__payer_split__init(&own[0]);
    wellgate__payments__v1__payer_split__init(&own[1]);
    own[0].from_date = (char *)"2015-04-01";
    own[1].from_date = (char *)"2016-10-01";
    rule.payer_splits = splits;
    rule.n_payer_splits = COUNT(splits);
    for (size_t i = 0; i < COUNT(cases); i++) {
        wg_date date;

        assert_true(wg_date_parse(cases[i].date, &date));
        assert_ptr_equal(split_on(NULL, &rule, date), splits[cases[i].split]);
    }
}

/* ---- All versions of a contract, from a stand-in of the store ---- */

struct wg_call {
    struct wg_arena arena;
    const Version *stored;
    size_t n;
    const struct wg_problem *problem;
};

struct wg_arena *
wg_call_arena(struct wg_call *call)
{
    return &call->arena;
}

const struct wg_problem *
wg_fail(struct wg_call *call, const struct wg_problem *problem, const char *format, ...)
{
    (void)call;
    (void)format;
    return problem;
}

const struct wg_problem *
wg_scan(struct wg_call *call, const char *type, const char *parent, const char *after,
        wg_visit *visit, void *context)
{
    assert_string_equal(type, "payments/Version");
    assert_string_equal(parent, "programmes/p/contracts/c");
    assert_null(after);
    for (size_t i = 0; i < call->n; i++) {
        const struct wg_record record = {.message = (ProtobufCMessage *)&call->stored[i].base};

        if (!visit(context, &record))
            break;
    }
    return call->problem;
}

/* Of no name that these tests read. */
const char *
wg_name_id(const char *name)
{
    return name;
}

static const struct wg_problem *
load(struct wg_call *call, struct versions *versions)
{
    return versions_load(call, "programmes/p/contracts/c", versions);
}

/* Records come in order of their names: "v-10" before "v-9". */
TEST(versions_are_in_order_of_their_dates_whatever_their_names)
{
    const Version stored[] = {version_from("2017-04-01"), version_from("2015-04-01"),
                              version_from("2018-01-01"), version_from("2016-01-01")};
    static const char *const wanted[] = {"2015-04-01", "2016-01-01", "2017-04-01", "2018-01-01"};
    struct wg_call call = {.stored = stored, .n = COUNT(stored)};
    struct versions versions;

    wg_arena_init(&call.arena, 1 << 16);
    assert_null(load(&call, &versions));
    assert_int_equal(versions.n, COUNT(wanted));
    for (size_t i = 0; i < versions.n; i++)
        assert_string_equal(versions.list[i]->effective_date, wanted[i]);
    wg_arena_finish(&call.arena);
}

TEST(a_contract_may_have_no_version_or_very_many)
{
    enum { MANY = 100 };
    static char dates[MANY][WG_DATE_TEXT_BYTES];
    Version stored[MANY];
    struct wg_call call = {.stored = stored};
    struct versions versions;

    wg_arena_init(&call.arena, 1 << 16);
    assert_null(load(&call, &versions));
    assert_int_equal(versions.n, 0);
    for (int i = 0; i < MANY; i++) /* the latest first */
        stored[i] = version_from(wg_date_format(20000 - i, dates[i]));
    call.n = MANY;
    assert_null(load(&call, &versions));
    assert_int_equal(versions.n, MANY);
    for (int i = 0; i < MANY; i++)
        assert_ptr_equal(versions.list[i], &stored[MANY - 1 - i]);
    wg_arena_finish(&call.arena);
}

TEST(what_fails_below_is_passed_on_and_so_is_a_want_of_memory)
{
    const Version stored[] = {version_from("2017-04-01")};
    struct wg_call call = {.stored = stored, .n = 1, .problem = &wg_internal};
    struct versions versions;

    wg_arena_init(&call.arena, 1 << 16);
    assert_ptr_equal(load(&call, &versions), &wg_internal);
    wg_arena_finish(&call.arena);
    call.problem = NULL;
    wg_arena_init(&call.arena, 8);
    assert_ptr_equal(load(&call, &versions), &wg_payload_too_large);
    wg_arena_finish(&call.arena);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_share_is_read_between_the_points_and_level_beyond_them),
        cmocka_unit_test(a_line_may_have_many_points_fall_and_begin_anywhere),
        cmocka_unit_test(a_period_is_priced_by_the_last_version_effective_on_its_first_day),
        cmocka_unit_test(a_rule_is_found_by_its_whole_id),
        cmocka_unit_test(a_split_is_in_force_from_its_day_until_the_next),
        cmocka_unit_test(versions_are_in_order_of_their_dates_whatever_their_names),
        cmocka_unit_test(a_contract_may_have_no_version_or_very_many),
        cmocka_unit_test(what_fails_below_is_passed_on_and_so_is_a_want_of_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
