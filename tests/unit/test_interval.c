/* Intervals against values worked out elsewhere. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include <wellgate/interval.h>

#define TEST(name) static void name(void **state __attribute__((unused)))

/* In millionths, rounded. */
static long
millionths(mpq_srcptr value)
{
    return (long)(mpq_get_d(value) * 1e6 + 0.5);
}

/* By Python, in decimals of 60 digits:
 *   z = D("1.959964"); m = (x + z*z/2) / (n + z*z)
 *   h = z * (x * (n - x) / n + z*z/4).sqrt() / (n + z*z) */
TEST(intervals_are_as_worked_out_elsewhere)
{
    static const struct {
        uint32_t errors, n;
        long low, high;
    } cases[] = {
        {0, 1, 0, 793451},
        {1, 1, 206549, 1000000},
        {0, 10, 0, 277533},
        {1, 10, 17876, 404150},
        {1, 20, 8881, 236131},
        {2, 19, 29359, 313941},
        {5, 100, 21544, 111750},
        {37, 200, 137302, 244571},
        {1, 200, 883, 27774},
        {199, 200, 972226, 999117},
        {3, 7, 158220, 749542},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        mpq_t low, high;

        mpq_inits(low, high, NULL);
        wg_wilson_interval(cases[i].errors, cases[i].n, low, high);
        if (millionths(low) != cases[i].low || millionths(high) != cases[i].high)
            fail_msg("%u of %u: %ld to %ld", cases[i].errors, cases[i].n, millionths(low), millionths(high));
        mpq_clears(low, high, NULL);
    }
}

TEST(none_or_all_in_error_end_at_0_and_1)
{
    mpq_t low, high;

    mpq_inits(low, high, NULL);
    wg_wilson_interval(0, 25, low, high);
    assert_true(mpq_get_d(low) < 1e-9);
    wg_wilson_interval(25, 25, low, high);
    assert_true(mpq_get_d(high) > 1 - 1e-9);
    mpq_clears(low, high, NULL);
}

/* By Python: 1 to n, s = √(n (n + 1) / 12), t from the integral of Student's density. */
TEST(means_are_as_worked_out_elsewhere)
{
    static const struct {
        unsigned n;
        long low, high;
    } cases[] = {{2, -4853102, 7853102}, {10, 3334149, 7665851}, {31, 12664983, 19335017},
                 {41, 17218914, 24781086}, {401, 189621460, 212378540}};
    mpq_t sum, squares, low, high;

    mpq_inits(sum, squares, low, high, NULL);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        unsigned long n = cases[i].n;

        mpq_set_ui(sum, n * (n + 1) / 2, 1);
        mpq_set_ui(squares, n * (n + 1) * (2 * n + 1) / 6, 1);
        wg_mean_interval(sum, squares, n, low, high);
        assert_true(labs(lround(mpq_get_d(low) * 1e6) - cases[i].low) <= 40);
        assert_true(labs(lround(mpq_get_d(high) * 1e6) - cases[i].high) <= 40);
    }
    mpq_clears(sum, squares, low, high, NULL);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(intervals_are_as_worked_out_elsewhere),
        cmocka_unit_test(means_are_as_worked_out_elsewhere),
        cmocka_unit_test(none_or_all_in_error_end_at_0_and_1),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
