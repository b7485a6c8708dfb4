/* test_chart.c - charts: where marks lie, and that each has its numbers beside it. */
#include <wellgate/chart.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "chance.h"
#include "../../lib/scale.h"

#define TEST(name) static void name(void **state __attribute__((unused)))
#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static struct wg_arena arena;
static struct wg_html html;
static const char *const quarters[] = {"Q1", "Q2", "Q3", "Q4"};

static int
begin(void **state)
{
    (void)state;
    wg_arena_init(&arena, 1 << 24);
    return 0;
}

static int
end(void **state)
{
    (void)state;
    wg_arena_finish(&arena);
    return 0;
}

static const char *
drawn(const struct wg_chart *chart)
{
    struct wg_bytes text;

    wg_html_begin(&html, &arena);
    wg_chart(&html, chart);
    assert_true(wg_html_end(&html, &text));
    return wg_copy_bytes(&arena, text.data, text.length);
}

static int
count(const char *text, const char *part)
{
    int n = 0;

    for (; (text = strstr(text, part)); text++)
        n++;
    return n;
}

/* ---- Scales ---- */

TEST(a_scale_has_round_steps_and_holds_zero)
{
    static const struct {
        int64_t low, high, wanted_low, wanted_high, wanted_step;
    } cases[] = {
        {0, 0, 0, 1, 1},           {0, 6, 0, 6, 1},        {0, 7, 0, 8, 2},
        {0, 100, 0, 100, 20},      {3, 101, 0, 120, 20},   {-5, 12, -5, 15, 5},
        {-100, -20, -100, 0, 20},  {0, 1999, 0, 2000, 500},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct scale scale = scale_of(cases[i].low, cases[i].high, 1);

        assert_int_equal(scale.low, cases[i].wanted_low);
        assert_int_equal(scale.high, cases[i].wanted_high);
        assert_int_equal(scale.step, cases[i].wanted_step);
    }
}

TEST(places_are_in_proportion_and_rounded)
{
    struct scale scale = {.low = -10, .high = 30, .step = 10};

    assert_int_equal(scale_at(&scale, -10, 3000, 200), 3000);
    assert_int_equal(scale_at(&scale, 30, 3000, 200), 200);
    assert_int_equal(scale_at(&scale, 0, 3000, 200), 2300);
    assert_int_equal(scale_at(&(struct scale){0, 3, 1}, 1, 0, 100), 33);
    assert_int_equal(scale_at(&(struct scale){0, 3, 1}, 2, 0, 100), 67);
}

TEST(any_values_lie_within_the_scale_and_in_their_order)
{
    sow();
    srand((unsigned)seed);
    for (int round = 0; round < 100000; round++) {
        int64_t values[2];
        struct scale scale;
        int places[2];

        for (int i = 0; i < 2; i++)
            values[i] = (int64_t)(((uint64_t)rand() << 33) ^ ((uint64_t)rand() << 11)) >> rand() % 63;
        if (values[0] > values[1])
            continue;
        scale = scale_of(values[0], values[1], 1);
        for (int i = 0; i < 2; i++)
            places[i] = scale_at(&scale, values[i], 3000, 200);
        assert_true(scale.low <= 0 && scale.high >= 0 && scale.low < scale.high);
        assert_true(scale.low % scale.step == 0 && scale.high % scale.step == 0);
        assert_true((scale.high - scale.low) / scale.step <= SCALE_TICKS_MAX);
        assert_true(places[0] >= places[1] && places[0] <= 3000 && places[1] >= 200);
    }
}

/* ---- Charts ---- */

TEST(a_chart_is_an_image_with_a_name_and_its_table)
{
    static const int64_t values[] = {100, 200, WG_CHART_NONE, 400};
    static const struct wg_series series[] = {{"Paid & <due>", values}};
    const char *out = drawn(&(struct wg_chart){
        .kind = WG_CHART_LINES, .title = "Paid", .description = "By quarter.", .currency = "GBP",
        .labels = quarters, .n_labels = 4, .series = series, .n_series = 1});

    assert_non_null(strstr(out, "<figure><figcaption>Paid</figcaption>"));
    assert_non_null(strstr(out, "role=\"img\" aria-labelledby=\"chart-1-title\" "
                                "aria-describedby=\"chart-1-desc\"><title id=\"chart-1-title\">Paid"
                                "</title><desc id=\"chart-1-desc\">By quarter.</desc>"));
    assert_non_null(strstr(out, "<details><summary>The figures of this chart</summary>"));
    assert_non_null(strstr(out, "Paid &amp; &lt;due&gt;</th>"));
    assert_non_null(strstr(out, "<tr><th scope=\"row\">Q2</th><td class=\"numeric\">\xc2\xa3" "2.00</td>"));
    assert_non_null(strstr(out, "<tr><th scope=\"row\">Q3</th><td class=\"numeric\">\xe2\x80\x93</td>"));
    assert_int_equal(count(out, "<tr>"), 5);
    assert_null(strstr(out, "style="));
}

/* 0 to 400 in steps of 100 over 3050 to 200: a quarter of 2850 each; four bands of 6320
 * between 780 and 7100. */
TEST(a_line_passes_its_values_and_breaks_where_there_is_none)
{
    static const int64_t values[] = {100, 200, WG_CHART_NONE, 400};
    static const struct wg_series series[] = {{"a", values}};
    struct wg_chart chart = {.kind = WG_CHART_LINES, .title = "t", .description = "d",
                             .labels = quarters, .n_labels = 4, .series = series, .n_series = 1};

    assert_non_null(strstr(drawn(&chart), "d=\"M157.0,233.7L315.0,162.5M631.0,20.0\""));
    chart.kind = WG_CHART_STEPS;
    assert_non_null(strstr(drawn(&chart), "d=\"M157.0,233.7H315.0V162.5M631.0,20.0\""));
}

/* The foot of the text that names a series, in tenths; false: it is not there. */
static bool
find_name(const char *out, const char *name, double *x, double *y)
{
    const char *at = strstr(out, wg_format(&arena, ">%s</text>", name));

    while (at && at > out && strncmp(at, "<text ", strlen("<text ")) != 0)
        at--;
    return at && sscanf(at, "<text x=\"%lf\" y=\"%lf\"", x, y) == 2;
}

TEST(the_name_of_a_line_that_ends_early_stands_on_no_other_line)
{
    static const int64_t early[] = {40, 40, WG_CHART_NONE, WG_CHART_NONE};

    for (int64_t other = 1; other <= 99; other++) { /* flat, wherever it is */
        const int64_t flat[] = {other, other, other, other}, top[] = {100, 100, 100, 100};
        const struct wg_series series[] = {{"Actual", early}, {"Flat", flat}, {"Top", top}};
        double x, y, line = 305.0 - 2.85 * (double)other; /* from 0 at the foot to 100 at the top */
        const char *out = drawn(&(struct wg_chart){
            .kind = WG_CHART_LINES, .title = "t", .description = "d", .labels = quarters,
            .n_labels = 4, .series = series, .n_series = 3});

        assert_true(find_name(out, "Actual", &x, &y));
        assert_true(line < y - 12 || line > y + 3);
        assert_true(y - 12 > 20.0); /* nor on that at the top */
        assert_true(find_name(out, "Flat", &x, &y) && x > 600); /* beside the chart, as ever */
    }
}

TEST(bars_stand_on_zero)
{
    static const int64_t values[] = {100, -100, 0, WG_CHART_NONE};
    static const struct wg_series series[] = {{"a", values}};
    const char *out = drawn(&(struct wg_chart){
        .kind = WG_CHART_BARS, .title = "t", .description = "d", .labels = quarters,
        .n_labels = 4, .series = series, .n_series = 1});

    /* -100 to 100: zero in the middle. */
    assert_non_null(strstr(out, "y=\"20.0\" width=\"126.4\" height=\"142.5\""));
    assert_non_null(strstr(out, "y=\"162.5\" width=\"126.4\" height=\"142.5\""));
    assert_int_equal(count(out, "<rect"), 3);
}

TEST(stacked_bars_begin_where_the_one_below_ends)
{
    static const int64_t a[] = {100, -50, 0, 0}, b[] = {100, -50, 0, 0};
    static const struct wg_series series[] = {{"a", a}, {"b", b}};
    const char *out = drawn(&(struct wg_chart){
        .kind = WG_CHART_STACKED, .title = "t", .description = "d", .labels = quarters,
        .n_labels = 4, .series = series, .n_series = 2});

    /* -100 to 200 in steps of 50 over 2850: 950 for 100, 475 for 50. */
    assert_non_null(strstr(out, "y=\"115.0\" width=\"94.8\" height=\"95.0\" fill=\"#1d70b8\""));
    assert_non_null(strstr(out, "y=\"20.0\" width=\"94.8\" height=\"95.0\" fill=\"url(#chart-1-1)\""));
    assert_non_null(strstr(out, "y=\"210.0\" width=\"94.8\" height=\"47.5\""));
    assert_non_null(strstr(out, "y=\"257.5\" width=\"94.8\" height=\"47.5\""));
}

TEST(series_differ_without_their_colours)
{
    static const int64_t values[] = {1, 2, 3, 4};
    struct wg_series series[WG_CHART_SERIES_MAX];
    struct wg_chart chart = {.title = "t", .description = "d", .labels = quarters, .n_labels = 4,
                             .series = series, .n_series = WG_CHART_SERIES_MAX};
    static const char *const names[] = {"a", "b", "c", "d", "e", "f"};

    for (size_t i = 0; i < WG_CHART_SERIES_MAX; i++)
        series[i] = (struct wg_series){names[i], values};
    /* All lines but the first are dashed, each in another way: in the plot and the key. */
    assert_int_equal(count(drawn(&chart), "stroke-dasharray"), 2 * (WG_CHART_SERIES_MAX - 1));
    chart.kind = WG_CHART_STACKED;
    assert_int_equal(count(drawn(&chart), "<pattern"), WG_CHART_SERIES_MAX - 1);
}

TEST(two_charts_of_a_page_share_no_id)
{
    static const int64_t values[] = {1};
    static const struct wg_series series[] = {{"a", values}, {"b", values}};
    const struct wg_chart chart = {.kind = WG_CHART_BARS, .title = "t", .description = "d",
                                   .labels = quarters, .n_labels = 1, .series = series,
                                   .n_series = 2};
    struct wg_bytes text;
    const char *out;

    wg_html_begin(&html, &arena);
    wg_chart(&html, &chart);
    wg_chart(&html, &chart);
    assert_true(wg_html_end(&html, &text));
    out = wg_copy_bytes(&arena, text.data, text.length);
    assert_int_equal(count(out, "id=\"chart-1-title\""), 1);
    assert_int_equal(count(out, "id=\"chart-2-title\""), 1);
    assert_int_equal(count(out, "id=\"chart-2-1\""), 1);
}

TEST(a_bar_fills_up_to_its_ceiling_and_says_what_is_left)
{
    static const struct {
        int64_t value;
        const char *words;
    } cases[] = {
        {4500, "\xc2\xa3" "45.00 of \xc2\xa3" "100.00 (45.0%); \xc2\xa3" "55.00 left"},
        {14500, "\xc2\xa3" "145.00 of \xc2\xa3" "100.00 (145.0%); \xc2\xa3" "45.00 over"},
        {10000, "(100.0%); \xc2\xa3" "0.00 left"},
        {0, "(0.0%); \xc2\xa3" "100.00 left"},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct wg_bytes text;
        const char *out;

        wg_html_begin(&html, &arena);
        wg_chart_progress(&html, &(struct wg_progress){"Ceiling", "GBP", cases[i].value, 10000});
        assert_true(wg_html_end(&html, &text));
        out = wg_copy_bytes(&arena, text.data, text.length);
        assert_non_null(strstr(out, cases[i].words));
        assert_int_equal(count(out, "<rect"), cases[i].value > 0 ? 2 : 1);
        if (cases[i].value == 4500)
            assert_non_null(strstr(out, "width=\"324.0\""));
    }
}

/* Every kind, with any values: nothing outside the drawing, nothing that is no number. */
TEST(any_values_can_be_drawn)
{
    sow();
    srand((unsigned)seed);
    for (int round = 0; round < 2000; round++) {
        int64_t values[3][4];
        struct wg_series series[3];
        static const char *const names[] = {"a", "a name that is longer than there is room for", ""};
        struct wg_bytes text;
        const char *out;

        for (int s = 0; s < 3; s++) {
            for (int i = 0; i < 4; i++)
                values[s][i] = rand() % 5 == 0 ? WG_CHART_NONE
                               : (int64_t)((uint64_t)rand() << 33 ^ (uint64_t)rand()) >> rand() % 63;
            series[s] = (struct wg_series){names[s], values[s]};
        }
        out = drawn(&(struct wg_chart){.kind = (enum wg_chart_kind)(rand() % 4), .title = "t",
                                       .description = "d", .currency = rand() % 2 ? "GBP" : NULL,
                                       .labels = quarters, .n_labels = 1 + (size_t)rand() % 4,
                                       .series = series, .n_series = 1 + (size_t)rand() % 3});
        assert_null(strstr(out, "=\"-"));
        wg_html_begin(&html, &arena);
        wg_sparkline(&html, "t", values[0], 4);
        assert_true(wg_html_end(&html, &text));
        wg_arena_reset(&arena);
    }
}

static void
a_bar_holds_its_parts_in_proportion_and_is_cut_at_the_whole(void **state)
{
    const int64_t parts[] = {250, 500, 500};
    struct wg_html html;
    struct wg_bytes text;
    struct wg_arena arena;
    char *out;

    (void)state;
    wg_arena_init(&arena, 1 << 20);
    wg_html_begin(&html, &arena);
    wg_bar(&html, &(struct wg_bar){.parts = parts, .n_parts = 3, .whole = 1000, .low = 200, .high = 300});
    assert_true(wg_html_end(&html, &text));
    out = wg_copy_bytes(&arena, text.data, text.length);
    assert_non_null(strstr(out, "aria-hidden=\"true\""));
    assert_non_null(strstr(out, "x=\"0.0\" y=\"3\" width=\"40.0\""));
    assert_non_null(strstr(out, "x=\"40.0\" y=\"3\" width=\"80.0\""));
    assert_non_null(strstr(out, "x=\"120.0\" y=\"3\" width=\"40.0\"")); /* of 80 */
    assert_non_null(strstr(out, "M32.0,9H48.0"));
    wg_arena_finish(&arena);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_scale_has_round_steps_and_holds_zero),
        cmocka_unit_test(places_are_in_proportion_and_rounded),
        cmocka_unit_test(any_values_lie_within_the_scale_and_in_their_order),
        cmocka_unit_test(a_bar_holds_its_parts_in_proportion_and_is_cut_at_the_whole),
        cmocka_unit_test(a_chart_is_an_image_with_a_name_and_its_table),
        cmocka_unit_test(a_line_passes_its_values_and_breaks_where_there_is_none),
        cmocka_unit_test(the_name_of_a_line_that_ends_early_stands_on_no_other_line),
        cmocka_unit_test(bars_stand_on_zero),
        cmocka_unit_test(stacked_bars_begin_where_the_one_below_ends),
        cmocka_unit_test(series_differ_without_their_colours),
        cmocka_unit_test(two_charts_of_a_page_share_no_id),
        cmocka_unit_test(a_bar_fills_up_to_its_ceiling_and_says_what_is_left),
        cmocka_unit_test(any_values_can_be_drawn),
    };

    return cmocka_run_group_tests(tests, begin, end);
}
