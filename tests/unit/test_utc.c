/* test_utc.c - moments as text, as libc has them, and numbers as printf has them. */
#include "chance.h"
#include "utc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "digits.h"

#define LEAST INT64_C(-62135596800)    /* 0001-01-01T00:00:00Z */
#define GREATEST INT64_C(253402300799) /* 9999-12-31T23:59:59Z */

static void
check_moment(int64_t seconds)
{
    char expected[64], text[UTC_TEXT_BYTES], http[UTC_HTTP_BYTES];
    time_t moment = seconds;
    struct tm utc;

    gmtime_r(&moment, &utc);
    *utc_put(text, seconds) = '\0';
    snprintf(expected, sizeof(expected), "%04d-%02d-%02dT%02d:%02d:%02d", utc.tm_year + 1900,
             utc.tm_mon + 1, utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec);
    assert_string_equal(text, expected);
    utc_http(seconds, http);
    strftime(expected, sizeof(expected), "%a, %d %b ", &utc);
    assert_memory_equal(http, expected, strlen(expected));
    snprintf(expected, sizeof(expected), "%04d %02d:%02d:%02d GMT", utc.tm_year + 1900,
             utc.tm_hour, utc.tm_min, utc.tm_sec);
    assert_string_equal(http + strlen("Fri, 30 Sep "), expected);
}

static void
moments_are_as_libc_has_them(void **state)
{
    (void)state;
    sow();
    check_moment(LEAST);
    check_moment(-1);
    check_moment(0);
    check_moment(951782400); /* 2000-02-29 */
    check_moment(GREATEST);
    for (int i = 0; i < 100000; i++) {
        int64_t random = (chance(1u << 31) << 31 | chance(1u << 31));

        check_moment(LEAST + random % (GREATEST - LEAST));
    }
}

static void
numbers_are_as_printf_has_them(void **state)
{
    const uint64_t numbers[] = {0, 9, 10, 99, 100, 4294967296, UINT64_MAX};
    char text[DIGITS_MAX + 1], expected[DIGITS_MAX + 1];

    (void)state;
    for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
        *digits_put(text, numbers[i]) = '\0';
        snprintf(expected, sizeof(expected), "%llu", (unsigned long long)numbers[i]);
        assert_string_equal(text, expected);
    }
    *digits_fixed(text, 7, 3) = '\0';
    assert_string_equal(text, "007");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(moments_are_as_libc_has_them),
        cmocka_unit_test(numbers_are_as_printf_has_them),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
