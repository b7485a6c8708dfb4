/* test_scoring.c - answers → scores of the built-in instruments, against figures worked
 * out by hand from what their authors publish. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <wellgate/decimal.h>
#include <wellgate/plugin.h>

#include "../../plugins/outcomes/scoring.h"

#define TEST(name) static void name(void **state __attribute__((unused)))
#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

typedef Wellgate__Outcomes__V1__InstrumentSet InstrumentSet;

WG_EMBED(instrument_set, "built_in_instruments.pb");

enum { ITEMS_MAX = 14, LEFT_OUT = -1 };

static struct wg_arena arena;
static InstrumentSet *set;

static int
open_set(void **state)
{
    (void)state;
    wg_arena_init(&arena, 1 << 20);
    set = wellgate__outcomes__v1__instrument_set__unpack(
        &arena.protobuf, (size_t)(instrument_set_end - instrument_set),
        (const uint8_t *)instrument_set);
    return !set;
}

static int
close_set(void **state)
{
    (void)state;
    wg_arena_finish(&arena);
    return 0;
}

static struct definition
instrument(const char *id)
{
    for (size_t i = 0; i < set->n_instruments; i++)
        if (strcmp(wg_name_id(set->instruments[i]->name), id) == 0)
            return definition_of(&set->instruments[i]->base);
    fail_msg("there is no instrument %s", id);
    return (struct definition){0};
}

/* Answers to the items in their order; LEFT_OUT for none. */
static Assessment *
answers(const struct definition *definition, const int *values)
{
    Assessment *assessment =
        wg_new_message(&arena, &wellgate__outcomes__v1__assessment__descriptor);

    assessment->answers = wg_alloc_array(&arena, definition->n_items, sizeof(Answer *));
    for (size_t i = 0; i < definition->n_items; i++) {
        Answer *answer =
            wg_new_message(&arena, &wellgate__outcomes__v1__assessment__answer__descriptor);

        answer->item = definition->items[i]->key;
        answer->answer_case = ANSWER(VALUE);
        answer->value = values[i];
        if (values[i] != LEFT_OUT)
            assessment->answers[assessment->n_answers++] = answer;
    }
    return assessment;
}

/* The score as it is shown; "" for none. */
static const char *
shown(const struct definition *definition, const char *key, const Assessment *assessment,
      struct scored *scored)
{
    const Score *score = score_find(definition, key);

    assert_non_null(score);
    *scored = score_make(definition, score, assessment);
    return scored->made ? wg_decimal_format(&arena, scored->value, score->decimals) : "";
}

static struct scored
expect(const char *id, const char *key, const int *values, const char *wanted)
{
    struct definition definition = instrument(id);
    struct scored scored;
    const char *got = shown(&definition, key, answers(&definition, values), &scored);

    if (strcmp(got, wanted) != 0)
        fail_msg("%s %s is \"%s\", not \"%s\"", id, key, got, wanted);
    return scored;
}

static void
expect_band(const char *id, const char *key, const int *values, const char *value,
            const char *band)
{
    struct scored scored = expect(id, key, values, value);

    assert_non_null(scored.band);
    assert_string_equal(scored.band->code, band);
}

static bool
is_case(const char *id, const char *key, const int *values, const char *value)
{
    struct definition definition = instrument(id);
    struct scored scored = expect(id, key, values, value);

    return score_is_case(score_find(&definition, key), scored.value);
}

/* n answers that add up to sum, each at least least. */
static void
spread(int *values, int n, int least, int greatest, int sum)
{
    for (int i = 0, left = sum - n * least; i < n; i++) {
        int more = left < greatest - least ? left : greatest - least;

        values[i] = least + more;
        left -= more;
    }
}

/* ---- SWEMWBS, WEMWBS ---- */

TEST(swemwbs_is_the_metric_of_the_sum)
{
    static const char *const metric[] = {
        "7",     "9.51",  "11.25", "12.4",  "13.33", "14.08", "14.75", "15.32", "15.84", "16.36",
        "16.88", "17.43", "17.98", "18.59", "19.25", "19.98", "20.73", "21.54", "22.35", "23.21",
        "24.11", "25.03", "26.02", "27.03", "28.13", "29.31", "30.7",  "32.55", "35",
    };
    int values[7];

    for (int sum = 7; sum <= 35; sum++) {
        spread(values, 7, 1, 5, sum);
        assert_int_equal(expect("swemwbs", "metric", values, metric[sum - 7]).raw, sum);
    }
    assert_int_equal(COUNT(metric), 29);
}

TEST(swemwbs_needs_all_seven)
{
    struct scored scored =
        expect("swemwbs", "metric", (int[]){3, 3, 3, LEFT_OUT, 3, 3, 3}, "");

    assert_int_equal(scored.missing, 1);
    assert_null(scored.band);
}

TEST(swemwbs_has_the_bands_of_surveys)
{
    int values[7];

    spread(values, 7, 1, 5, 21);
    expect_band("swemwbs", "metric", values, "19.25", "low");
    spread(values, 7, 1, 5, 22);
    expect_band("swemwbs", "metric", values, "19.98", "medium");
    spread(values, 7, 1, 5, 30);
    expect_band("swemwbs", "metric", values, "27.03", "medium");
    spread(values, 7, 1, 5, 31);
    expect_band("swemwbs", "metric", values, "28.13", "high");
}

TEST(wemwbs_is_a_plain_sum_of_fourteen)
{
    int values[14];

    for (int sum = 14; sum <= 70; sum++) {
        spread(values, 14, 1, 5, sum);
        expect_band("wemwbs", "total", values, wg_format(&arena, "%d", sum),
                    sum <= 42 ? "low" : sum <= 59 ? "medium" : "high");
    }
    values[13] = LEFT_OUT;
    expect("wemwbs", "total", values, "");
}

/* ---- PHQ-9, GAD-7: up to two missing items are the mean of the others ---- */

TEST(phq9_has_bands_and_is_a_case_from_ten)
{
    static const struct { int sum; const char *band; } cases[] = {
        {0, "minimal"}, {4, "minimal"}, {5, "mild"}, {9, "mild"}, {10, "moderate"},
        {14, "moderate"}, {15, "moderately_severe"}, {19, "moderately_severe"},
        {20, "severe"}, {27, "severe"},
    };
    int values[9];

    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *sum = wg_format(&arena, "%d", cases[i].sum);

        spread(values, 9, 0, 3, cases[i].sum);
        expect_band("phq9", "total", values, sum, cases[i].band);
        assert_int_equal(is_case("phq9", "total", values, sum), cases[i].sum >= 10);
    }
}

TEST(phq9_makes_up_for_two_missing_items_and_rounds_once)
{
    /* 4 x 9/8 = 4.5 → 5; 10 x 9/7 = 12.86 → 13; 5 x 9/7 = 6.43 → 6 */
    expect("phq9", "total", (int[]){1, 1, 1, 1, 0, 0, 0, 0, LEFT_OUT}, "5");
    expect("phq9", "total", (int[]){2, 2, 2, 2, 2, 0, 0, LEFT_OUT, LEFT_OUT}, "13");
    expect("phq9", "total", (int[]){2, 2, 1, 0, 0, 0, 0, LEFT_OUT, LEFT_OUT}, "6");
    expect("phq9", "total", (int[]){3, 3, 3, 3, 3, 3, 3, LEFT_OUT, LEFT_OUT}, "27");
    assert_int_equal(
        expect("phq9", "total", (int[]){2, 2, 2, 0, 0, 0, LEFT_OUT, LEFT_OUT, LEFT_OUT}, "")
            .missing, 3);
}

TEST(gad7_makes_up_for_two_missing_items_and_is_a_case_from_eight)
{
    /* 7 x 7/6 = 8.17 → 8; 5 x 7/5 = 7 */
    assert_true(is_case("gad7", "total", (int[]){2, 2, 2, 1, 0, 0, LEFT_OUT}, "8"));
    assert_false(
        is_case("gad7", "total", (int[]){1, 1, 1, 1, 1, LEFT_OUT, LEFT_OUT}, "7"));
    expect("gad7", "total", (int[]){1, 1, 1, 1, LEFT_OUT, LEFT_OUT, LEFT_OUT}, "");
    expect_band("gad7", "total", (int[]){3, 3, 3, 3, 2, 0, 0}, "14", "moderate");
    expect_band("gad7", "total", (int[]){3, 3, 3, 3, 3, 0, 0}, "15", "severe");
}

/* ---- ONS4, UCLA ---- */

TEST(ons4_is_four_scores_and_never_a_sum)
{
    struct definition definition = instrument("ons4");

    assert_int_equal(definition.n_scores, 4);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(definition.scores[i]->n_items, 1);
    expect_band("ons4", "satisfied", (int[]){8, LEFT_OUT, LEFT_OUT, LEFT_OUT}, "8", "high");
    expect("ons4", "anxious", (int[]){8, LEFT_OUT, LEFT_OUT, LEFT_OUT}, "");
}

TEST(ons4_anxious_runs_the_other_way_with_bands_of_its_own)
{
    static const char *const well[] = {"low", "low", "low", "low", "low", "medium", "medium",
                                       "high", "high", "very_high", "very_high"};
    static const char *const anxious[] = {"very_low", "very_low", "low", "low", "medium", "medium",
                                          "high", "high", "high", "high", "high"};
    struct definition definition = instrument("ons4");

    for (int i = 0; i <= 10; i++) {
        const char *value = wg_format(&arena, "%d", i);

        expect_band("ons4", "worthwhile", (int[]){i, i, i, i}, value, well[i]);
        expect_band("ons4", "anxious", (int[]){i, i, i, i}, value, anxious[i]);
    }
    assert_int_equal(score_find(&definition, "happy")->direction, DIRECTION(HIGHER_BETTER));
    assert_int_equal(score_find(&definition, "anxious")->direction, DIRECTION(LOWER_BETTER));
}

TEST(ucla3_is_lonely_from_six)
{
    expect_band("ucla3", "total", (int[]){2, 2, 1}, "5", "not_lonely");
    expect_band("ucla3", "total", (int[]){2, 2, 2}, "6", "lonely");
    assert_true(is_case("ucla3", "total", (int[]){2, 2, 2}, "6"));
    expect("ucla3", "total", (int[]){2, 2, LEFT_OUT}, "");
}

/* ---- De Jong Gierveld: items 2, 3 and 5 are put the other way ---- */

TEST(djg6_counts_the_middle_answer_in_both_directions)
{
    /* To turn round what was counted would make 0 of it in three of the items. */
    expect("djg6", "total", (int[]){1, 1, 1, 1, 1, 1}, "6");
    expect("djg6", "emotional", (int[]){1, 1, 1, 1, 1, 1}, "3");
    expect("djg6", "social", (int[]){1, 1, 1, 1, 1, 1}, "3");
    expect_band("djg6", "total", (int[]){0, 2, 2, 0, 2, 0}, "0", "not_lonely");
    expect_band("djg6", "total", (int[]){2, 0, 0, 2, 0, 2}, "6", "severely_lonely");
    expect("djg6", "total", (int[]){0, 0, 0, 0, 0, 0}, "3");
    expect("djg6", "total", (int[]){2, 2, 2, 2, 2, 2}, "3");
    expect_band("djg6", "total", (int[]){1, 1, 2, 0, 2, 0}, "2", "moderately_lonely");
    assert_true(is_case("djg6", "total", (int[]){1, 1, 2, 0, 2, 0}, "2"));
    assert_false(is_case("djg6", "total", (int[]){1, 2, 2, 0, 2, 0}, "1"));
}

TEST(djg6_is_a_total_with_one_missing_and_its_parts_are_not)
{
    expect("djg6", "total", (int[]){LEFT_OUT, 0, 0, 2, 0, 2}, "5");
    expect("djg6", "emotional", (int[]){LEFT_OUT, 0, 0, 2, 0, 2}, "");
    expect("djg6", "social", (int[]){LEFT_OUT, 0, 0, 2, 0, 2}, "3");
    expect("djg6", "total", (int[]){LEFT_OUT, LEFT_OUT, 0, 2, 0, 2}, "");
}

TEST(an_answer_by_its_name_is_the_same_answer)
{
    struct definition definition = instrument("djg6");
    Assessment *assessment = answers(&definition, (int[]){2, 0, 0, 2, 0, 2});
    struct scored scored;

    assessment->answers[0]->answer_case = ANSWER(STATE);
    assessment->answers[0]->state = "MORE_OR_LESS";
    assert_string_equal(shown(&definition, "total", assessment, &scored), "6");
    assessment->answers[0]->state = "NO";
    assert_string_equal(shown(&definition, "total", assessment, &scored), "5");
}

/* ---- PAM-13, MYCaW, EQ-5D-5L, Well-being Star ---- */

static const char *
pam_band(const char *value)
{
    struct definition definition = instrument("pam13");
    GivenScore given = WELLGATE__OUTCOMES__V1__ASSESSMENT__GIVEN_SCORE__INIT, *list = &given;
    Assessment assessment = WELLGATE__OUTCOMES__V1__ASSESSMENT__INIT;
    struct scored scored;

    given.key = "score";
    given.value = (char *)value;
    assessment.given_scores = &list;
    assessment.n_given_scores = 1;
    assert_string_equal(shown(&definition, "score", &assessment, &scored), value);
    assert_string_equal(shown(&definition, "level", &assessment, &scored), "");
    return score_make(&definition, score_find(&definition, "score"), &assessment).band->code;
}

TEST(pam_is_taken_as_given_and_has_four_levels)
{
    assert_string_equal(pam_band("0"), "level_1");
    assert_string_equal(pam_band("47"), "level_1");
    assert_string_equal(pam_band("47.1"), "level_2");
    assert_string_equal(pam_band("55.1"), "level_2");
    assert_string_equal(pam_band("55.2"), "level_3");
    assert_string_equal(pam_band("67"), "level_3");
    assert_string_equal(pam_band("67.1"), "level_4");
    assert_string_equal(pam_band("100"), "level_4");
}

TEST(mycaw_is_each_alone_and_their_mean_with_or_without_a_second_concern)
{
    expect("mycaw", "concern1", (int[]){4, 5, 4}, "4");
    expect("mycaw", "profile", (int[]){4, 5, 4}, "4.33");
    expect("mycaw", "profile", (int[]){5, 5, 4}, "4.67");
    expect("mycaw", "profile", (int[]){4, LEFT_OUT, 3}, "3.5");
    expect("mycaw", "profile", (int[]){4, 5, LEFT_OUT}, "");
    expect("mycaw", "concern2", (int[]){4, LEFT_OUT, 3}, "");
}

TEST(eq5d_is_a_profile_of_digits_and_a_scale)
{
    expect("eq5d5l", "profile", (int[]){2, 1, 3, 5, 1, 0}, "21351");
    expect("eq5d5l", "vas", (int[]){2, 1, 3, 5, 1, 0}, "0");
    expect("eq5d5l", "profile", (int[]){2, 1, 3, 5, LEFT_OUT, 80}, "");
    expect("eq5d5l", "vas", (int[]){2, 1, 3, 5, LEFT_OUT, 80}, "80");
}

TEST(the_star_is_eight_areas_and_their_sum)
{
    expect("well-being-star", "sum", (int[]){1, 2, 3, 4, 5, 1, 2, 3}, "21");
    expect("well-being-star", "money", (int[]){1, 2, 3, 4, 5, 1, 2, 3}, "5");
    expect("well-being-star", "sum", (int[]){1, 2, 3, 4, 5, 1, 2, LEFT_OUT}, "");
    expect("well-being-star", "money", (int[]){1, 2, 3, 4, 5, 1, 2, LEFT_OUT}, "5");
}

/* ---- What no built-in instrument needs ---- */

TEST(reversed_items_and_negative_halves)
{
    Item a = WELLGATE__OUTCOMES__V1__INSTRUMENT__ITEM__INIT, b = a, *items[] = {&a, &b};
    Score score = WELLGATE__OUTCOMES__V1__INSTRUMENT__SCORE__INIT, *scores[] = {&score};
    struct definition definition = {1, items, 2, scores, 1};
    struct scored scored;
    char *keys[] = {"a", "b"};

    a.key = keys[0], b.key = keys[1];
    a.least = -3, a.greatest = 3, b.least = 1, b.greatest = 5;
    b.reverse = true;
    score.key = "s";
    score.items = keys;
    score.n_items = 2;
    score.method = METHOD(SUM);
    assert_string_equal(
        shown(&definition, "s", answers(&definition, (int[]){2, 2}), &scored), "6");
    score.method = METHOD(MEAN);
    assert_string_equal(
        shown(&definition, "s", answers(&definition, (int[]){-2, 5}), &scored), "-1");
    score.decimals = 1;
    assert_string_equal(
        shown(&definition, "s", answers(&definition, (int[]){-2, 5}), &scored), "-0.5");
    assert_int_equal(score_raw_range(&definition, &score).least, -3);
    assert_int_equal(score_raw_range(&definition, &score).greatest, 5);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(swemwbs_is_the_metric_of_the_sum),
        cmocka_unit_test(swemwbs_needs_all_seven),
        cmocka_unit_test(swemwbs_has_the_bands_of_surveys),
        cmocka_unit_test(wemwbs_is_a_plain_sum_of_fourteen),
        cmocka_unit_test(phq9_has_bands_and_is_a_case_from_ten),
        cmocka_unit_test(phq9_makes_up_for_two_missing_items_and_rounds_once),
        cmocka_unit_test(gad7_makes_up_for_two_missing_items_and_is_a_case_from_eight),
        cmocka_unit_test(ons4_is_four_scores_and_never_a_sum),
        cmocka_unit_test(ons4_anxious_runs_the_other_way_with_bands_of_its_own),
        cmocka_unit_test(ucla3_is_lonely_from_six),
        cmocka_unit_test(djg6_counts_the_middle_answer_in_both_directions),
        cmocka_unit_test(djg6_is_a_total_with_one_missing_and_its_parts_are_not),
        cmocka_unit_test(an_answer_by_its_name_is_the_same_answer),
        cmocka_unit_test(pam_is_taken_as_given_and_has_four_levels),
        cmocka_unit_test(mycaw_is_each_alone_and_their_mean_with_or_without_a_second_concern),
        cmocka_unit_test(eq5d_is_a_profile_of_digits_and_a_scale),
        cmocka_unit_test(the_star_is_eight_areas_and_their_sum),
        cmocka_unit_test(reversed_items_and_negative_halves),
    };

    return cmocka_run_group_tests(tests, open_set, close_set);
}
