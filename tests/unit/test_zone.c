/* test_zone.c - the civil date at a moment in a time zone. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "dates.h"

#define TEST(name) static void name(void **state __attribute__((unused)))
#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define DAY_MS INT64_C(86400000)
#define HOUR_MS INT64_C(3600000)

/* "2016-10-30T00:59:59" in UTC, as the C library reckons it. */
static int64_t
moment_ms(const char *text)
{
    struct tm tm = {0};

    assert_int_equal(sscanf(text, "%d-%d-%dT%d:%d:%d", &tm.tm_year, &tm.tm_mon,
                            &tm.tm_mday, &tm.tm_hour, &tm.tm_min, &tm.tm_sec),
                     6);
    tm.tm_year -= 1900;
    tm.tm_mon -= 1;
    return (int64_t)timegm(&tm) * 1000;
}

static void
check_date_at(int64_t time_ms, const char *zone, const char *expected)
{
    char text[WG_DATE_TEXT_BYTES];

    if (strcmp(wg_date_format(wg_date_at(time_ms, zone), text), expected) != 0)
        fail_msg("%lld in %s: %s, not %s", (long long)time_ms,
                 zone ? zone : "NULL", text, expected);
}

/* ---- Time zones of a machine without tzdata ---- */

/* Britain's clocks as the present rule has them. */
static const struct {
    const char *time, *date;
} london[] = {
    {"2016-01-01T23:59:59", "2016-01-01"},
    {"2016-03-26T23:30:00", "2016-03-26"}, /* the day before the last Sunday */
    {"2016-03-27T22:59:59", "2016-03-27"},
    {"2016-03-27T23:00:00", "2016-03-28"}, /* summer time since 01:00 */
    {"2016-07-31T22:59:59", "2016-07-31"},
    {"2016-07-31T23:00:00", "2016-08-01"},
    {"2016-10-29T22:59:59", "2016-10-29"},
    {"2016-10-29T23:00:00", "2016-10-30"},
    {"2016-10-30T23:30:00", "2016-10-30"}, /* over since 01:00 */
    {"1996-03-31T23:00:00", "1996-04-01"}, /* the rule's first year */
    {"1996-10-27T23:00:00", "1996-10-27"},
    {"2037-10-25T23:00:00", "2037-10-25"},
    {"2038-07-01T23:00:00", "2038-07-02"}, /* past 32 bits */
    {"2199-07-01T23:00:00", "2199-07-02"},
    {"2199-12-01T23:00:00", "2199-12-01"},
};

static void
check_london(void)
{
    for (size_t i = 0; i < COUNT(london); i++)
        check_date_at(moment_ms(london[i].time), "Europe/London",
                      london[i].date);
}

/* Is it already tomorrow in London, half an hour before UTC's midnight? */
static void
read_london_summers(bool *summer, size_t n)
{
    wg_date first = date("1996-01-01");

    for (size_t i = 0; i < n; i++) {
        wg_date day = first + (wg_date)i;

        summer[i] = wg_date_at(day * DAY_MS + 23 * HOUR_MS + HOUR_MS / 2,
                               "Europe/London") == day + 1;
    }
}

/* What is found without files, to compare with them. 204 years of days. */
static bool built_in_summers[74511], file_summers[74511];

/* Runs before the tests that load zones: those are kept. */
TEST(without_zone_files_london_and_utc_are_known_and_no_others)
{
    setenv("TZDIR", "/nonexistent", 1);
    check_london();
    read_london_summers(built_in_summers, COUNT(built_in_summers));
    assert_true(wg_zone_valid("Europe/London"));
    assert_true(wg_zone_valid("UTC"));
    assert_false(wg_zone_valid("Europe/Paris"));
    check_date_at(moment_ms("2016-07-31T23:00:00"), "Europe/Paris",
                  "2016-07-31");
    unsetenv("TZDIR");
}

/* ---- Time zones of this machine ---- */

static void
need_zone_files(void)
{
    if (access("/usr/share/zoneinfo/Europe/London", R_OK) != 0)
        skip();
}

TEST(london_is_the_same_with_zone_files_since_1996)
{
    need_zone_files();
    check_london();
    read_london_summers(file_summers, COUNT(file_summers));
    for (size_t i = 0; i < COUNT(file_summers); i++)
        if (file_summers[i] != built_in_summers[i])
            fail_msg("%zu days from 1996-01-01", i);
}

TEST(a_zone_has_the_date_that_its_people_have)
{
    static const struct {
        const char *zone, *time, *date;
    } cases[] = {
        {"UTC", "2016-07-31T23:59:59", "2016-07-31"},
        {"Etc/GMT+12", "2016-08-01T11:59:59", "2016-07-31"},
        /* Britain had summer time from 1968 to 1971 without a winter. */
        {"Europe/London", "1969-12-31T23:00:00", "1970-01-01"},
        {"Europe/Dublin", "2016-07-31T23:00:00", "2016-08-01"},
        {"Europe/Dublin", "2100-01-31T23:00:00", "2100-01-31"},
        {"America/New_York", "2016-07-01T03:59:59", "2016-06-30"},
        {"America/New_York", "2016-07-01T04:00:00", "2016-07-01"},
        {"Asia/Kathmandu", "2016-01-01T18:14:59", "2016-01-01"},
        {"Asia/Kathmandu", "2016-01-01T18:15:00", "2016-01-02"},
        /* Samoa went over the date line: no 30 December 2011. */
        {"Pacific/Apia", "2011-12-30T09:59:59", "2011-12-29"},
        {"Pacific/Apia", "2011-12-30T10:00:00", "2011-12-31"},
        {"Pacific/Kiritimati", "2016-01-01T10:00:00", "2016-01-02"},
        /* South of the equator, by the rule for the future. */
        {"Australia/Sydney", "2150-01-01T13:00:00", "2150-01-02"},
        {"Australia/Sydney", "2150-07-01T13:30:00", "2150-07-01"},
    };

    need_zone_files();
    for (size_t i = 0; i < COUNT(cases); i++) {
        assert_true(wg_zone_valid(cases[i].zone));
        check_date_at(moment_ms(cases[i].time), cases[i].zone, cases[i].date);
    }
}

TEST(without_a_zone_it_is_utc)
{
    static const char *const zones[] = {NULL, "", "UTC", "Atlantis/Capital"};

    for (size_t i = 0; i < COUNT(zones); i++) {
        check_date_at(0, zones[i], "1970-01-01");
        check_date_at(-1, zones[i], "1969-12-31");
        check_date_at(-DAY_MS, zones[i], "1969-12-31");
        check_date_at(-DAY_MS - 1, zones[i], "1969-12-30");
        check_date_at(DAY_MS - 1, zones[i], "1970-01-01");
        check_date_at(DAY_MS, zones[i], "1970-01-02");
    }
}

TEST(a_time_beyond_the_calendar_is_its_first_or_last_day)
{
    check_date_at(INT64_MIN, NULL, "1900-01-01");
    check_date_at(INT64_MAX, NULL, "2199-12-31");
    check_date_at(INT64_MAX, "Europe/London", "2199-12-31");
    check_date_at(moment_ms("1899-12-31T23:59:59"), "UTC", "1900-01-01");
    check_date_at(moment_ms("2200-01-01T00:00:00"), "UTC", "2199-12-31");
}

TEST(only_iana_names_are_names_of_zones)
{
    static const char *const refused[] = {
        "", "/", ".", "..", "../Europe/London", "/Europe/London",
        "/usr/share/zoneinfo/Europe/London", "Europe/../Europe/London",
        "Europe/./London", "Europe//London", "Europe/London/", "Europe/",
        "Europe", "Europe/London/City", "europe/london", "EUROPE/LONDON",
        "Europe/London ", " Europe/London", "Europe/London\n", "Europe\\London",
        "posix/Europe/London", "right/Europe/London", "posixrules",
        "localtime", "tzdata.zi", "zone.tab", "Europe/Lond\xc3\xb6n",
        "Europe/%s%s%s%n", "BST", "GMT0BST,M3.5.0/1,M10.5.0", ":Europe/London",
        "Aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "Aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    };
    static const char *const known[] = {
        "Europe/London", "Europe/Paris", "America/Argentina/Buenos_Aires",
        "America/Port-au-Prince", "Etc/GMT+5", "Etc/GMT-14", "GB", "UTC",
        "America/North_Dakota/New_Salem",
    };

    assert_false(wg_zone_valid(NULL));
    for (size_t i = 0; i < COUNT(refused); i++)
        if (wg_zone_valid(refused[i]))
            fail_msg("\"%s\" was taken", refused[i]);
    need_zone_files();
    for (size_t i = 0; i < COUNT(known); i++)
        if (!wg_zone_valid(known[i]))
            fail_msg("\"%s\" was refused", known[i]);
}

static void *
ask_zones(void *unused)
{
    static const char *const zones[] = {
        "Europe/London", "Asia/Tokyo", "America/Lima", "Europe/Oslo", "No/Such",
    };
    int64_t noon_ms = moment_ms("2016-07-31T12:00:00");

    (void)unused;
    for (int i = 0; i < 1000; i++)
        if (wg_date_at(noon_ms, zones[i % 5]) != noon_ms / DAY_MS)
            return "wrong";
    return NULL;
}

TEST(threads_may_ask_at_the_same_time)
{
    pthread_t threads[8];

    for (size_t i = 0; i < COUNT(threads); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, ask_zones, NULL), 0);
    for (size_t i = 0; i < COUNT(threads); i++) {
        void *wrong;

        pthread_join(threads[i], &wrong);
        assert_null(wrong);
    }
}

/* ---- Zone files made here ---- */

static char directory[] = "/tmp/wellgate-zones-XXXXXX";

struct bytes {
    unsigned char data[512];
    size_t n;
};

static void
put(struct bytes *file, uint64_t value, int n)
{
    while (n-- > 0)
        file->data[file->n++] = (unsigned char)(value >> 8 * n);
}

static void
put_zeros(struct bytes *file, size_t n)
{
    memset(file->data + file->n, 0, n);
    file->n += n;
}

static void
put_header(struct bytes *file, char version, uint32_t leaps, uint32_t times,
           uint32_t offsets)
{
    memcpy(file->data + file->n, "TZif", 4);
    file->n += 4;
    put(file, (unsigned char)version, 1);
    put_zeros(file, 15 + 4 + 4); /* reserved; marks that nobody reads */
    put(file, leaps, 4);
    put(file, times, 4);
    put(file, offsets, 4);
    put(file, 4, 4); /* bytes of names */
}

/* Offset 0 until 2000, then an hour east, then what the footer says. */
static struct bytes
make_file(const char *footer)
{
    struct bytes file = {0};

    put_header(&file, '2', 0, 1, 1);
    put_zeros(&file, 4 + 1 + 6 + 4); /* the 32-bit body, which is skipped */
    put_header(&file, '2', 0, 2, 2);
    put(&file, (uint64_t)(moment_ms("2000-01-01T00:00:00") / 1000), 8);
    put(&file, (uint64_t)(moment_ms("2010-01-01T00:00:00") / 1000), 8);
    put(&file, 0x0100, 2); /* kinds: 1, then 0 */
    put_zeros(&file, 6);
    put(&file, 3600, 4);
    put(&file, 0x0100, 2);
    put(&file, 0x41424300, 4); /* "ABC" */
    put(&file, '\n', 1);
    memcpy(file.data + file.n, footer, strlen(footer));
    file.n += strlen(footer);
    put(&file, '\n', 1);
    return file;
}

/* Let the file be a zone of a name not used before, and return that; NULL
 * where it is refused. */
static const char *
load(const struct bytes *file)
{
    static char name[16];
    static int n;
    char path[64];
    FILE *out;
    bool valid;

    snprintf(name, sizeof(name), "Made%d", n++);
    snprintf(path, sizeof(path), "%s/%s", directory, name);
    assert_non_null(out = fopen(path, "w"));
    assert_int_equal(fwrite(file->data, 1, file->n, out), file->n);
    fclose(out);
    setenv("TZDIR", directory, 1);
    valid = wg_zone_valid(name);
    unsetenv("TZDIR");
    unlink(path);
    return valid ? name : NULL;
}

TEST(a_zone_stays_as_it_was_loaded)
{
    struct bytes file = make_file("ABC-2");
    const char *zone = load(&file); /* gone again by now */

    assert_non_null(zone);
    assert_true(wg_zone_valid(zone));
    check_date_at(moment_ms("1999-06-01T23:59:59"), zone, "1999-06-01");
    check_date_at(moment_ms("1999-12-31T23:59:59"), zone, "1999-12-31");
    check_date_at(moment_ms("2005-06-01T22:59:59"), zone, "2005-06-01");
    check_date_at(moment_ms("2005-06-01T23:00:00"), zone, "2005-06-02");
    check_date_at(moment_ms("2015-06-01T21:59:59"), zone, "2015-06-01");
    check_date_at(moment_ms("2015-06-01T22:00:00"), zone, "2015-06-02");
}

TEST(the_last_change_of_a_file_without_a_rule_holds_for_ever)
{
    struct bytes file = make_file("");
    const char *zone = load(&file);

    assert_non_null(zone);
    check_date_at(moment_ms("2009-12-31T23:00:00"), zone, "2010-01-01");
    check_date_at(moment_ms("2100-06-01T23:59:59"), zone, "2100-06-01");
}

/* Each says when summer time, an hour ahead of UTC, begins and ends. */
TEST(the_rule_of_a_file_is_followed_to_the_second)
{
    static const struct {
        const char *footer;
        const char *before, *first, *last, *after; /* 23:00 local: the day */
    } cases[] = {
        {"AAA0BBB,M3.5.0/1,M10.5.0", "2016-03-26", "2016-03-27", "2016-10-29",
         "2016-10-30"},
        {"AAA0BBB-1,M3.5.0/1,M10.5.0/2", "2017-03-25", "2017-03-26",
         "2017-10-28", "2017-10-29"},
        {"<AAA>0<+01>,M3.1.0,M10.2.6", "2016-03-05", "2016-03-06",
         "2016-10-07", "2016-10-08"},
        /* The fifth of a weekday is the last, here the fourth. */
        {"AAA0BBB,M2.5.1/0,M11.5.3", "2015-02-22", "2015-02-23",
         "2015-11-24", "2015-11-25"},
        /* Days of the year: J60 is 1 March in any year, 59 is 29 February in a
         * leap year. */
        {"AAA0BBB,J60/0,J300", "2016-02-29", "2016-03-01", "2016-10-26",
         "2016-10-27"},
        {"AAA0BBB,J60/0,J300", "2015-02-28", "2015-03-01", "2015-10-26",
         "2015-10-27"},
        {"AAA0BBB,J59/0,J300", "2016-02-27", "2016-02-28", "2016-10-26",
         "2016-10-27"},
        {"AAA0BBB,59/0,299", "2016-02-28", "2016-02-29", "2016-10-25",
         "2016-10-26"},
        {"AAA0BBB,59/0,299", "2015-02-28", "2015-03-01", "2015-10-26",
         "2015-10-27"},
        /* Hours of other days: 26:00 on Saturday, an hour before Sunday. */
        {"AAA0BBB,M3.4.6/26,M10.4.6/26", "2017-03-25", "2017-03-26",
         "2017-10-28", "2017-10-29"},
        {"AAA0BBB,M3.5.0/-1,M10.5.0/-1:30:30", "2016-03-25", "2016-03-26",
         "2016-10-28", "2016-10-29"},
        /* South of the equator: over in April, again in October. */
        {"AAA0BBB,M10.1.0,M4.1.0/3", "2016-10-01", "2016-10-02", "2016-04-02",
         "2016-04-03"},
        /* Winter time as an exception: Ireland's law. */
        {"AAA-1BBB0,M10.5.0,M3.5.0/1", "2016-03-26", "2016-03-27",
         "2016-10-29", "2016-10-30"},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct bytes file = make_file(cases[i].footer);
        const char *zone = load(&file);
        const char *const days[] = {cases[i].before, cases[i].first,
                                    cases[i].last, cases[i].after};

        if (!zone)
            fail_msg("%s was refused", cases[i].footer);
        for (size_t j = 0; j < COUNT(days); j++) {
            int64_t late_ms = date(days[j]) * DAY_MS + 23 * HOUR_MS;
            bool summer = j == 1 || j == 2;

            if (wg_date_at(late_ms, zone) != date(days[j]) + summer ||
                wg_date_at(late_ms - 1, zone) != date(days[j]))
                fail_msg("%s on %s", cases[i].footer, days[j]);
        }
    }
}

TEST(a_change_happens_at_its_hour)
{
    /* Offsets of half a day make a change visible in the date at once. */
    struct bytes file = make_file("AAA0BBB-12,M3.5.0/12:30:15,M10.5.0/13");
    const char *zone = load(&file);

    assert_non_null(zone);
    check_date_at(moment_ms("2016-03-27T12:30:14"), zone, "2016-03-27");
    check_date_at(moment_ms("2016-03-27T12:30:15"), zone, "2016-03-28");
    check_date_at(moment_ms("2016-10-29T12:00:00"), zone, "2016-10-30");
    check_date_at(moment_ms("2016-10-30T00:59:59"), zone, "2016-10-30");
    check_date_at(moment_ms("2016-10-30T23:59:59"), zone, "2016-10-30");
}

TEST(a_rule_that_cannot_be_read_is_refused)
{
    static const char *const footers[] = {
        "AAA", "0", "<AAA0", "<>", "AAA+", "AAA168", "AAA1:60", "AAA1:2:60",
        "AAA1:", "AAA0BBB", "AAA0BBB,", "AAA0BBB,M3.5.0", "AAA0BBB,M3.5.0,",
        "AAA0BBB,M0.5.0,M10.5.0", "AAA0BBB,M13.5.0,M10.5.0",
        "AAA0BBB,M3.0.0,M10.5.0", "AAA0BBB,M3.6.0,M10.5.0",
        "AAA0BBB,M3.5.7,M10.5.0", "AAA0BBB,M3.5,M10.5.0",
        "AAA0BBB,M3,M10.5.0", "AAA0BBB,J0,J300", "AAA0BBB,J366,J300",
        "AAA0BBB,366,300", "AAA0BBB,M3.5.0/,M10.5.0", "AAA0BBB,M3.5.0,M10.5.0x",
        "AAA0BBB,M3.5.0/168,M10.5.0", "AAA0BBBx-1", "AAA99999999999999999999",
        "AAA0BBB,M3.5.0,M10.5.0/1/2",
    };

    for (size_t i = 0; i < COUNT(footers); i++) {
        struct bytes file = make_file(footers[i]);

        if (load(&file))
            fail_msg("%s was taken", footers[i]);
    }
}

TEST(a_rule_longer_than_any_is_refused)
{
    char footer[200];
    struct bytes file;

    memset(footer, 'A', sizeof(footer));
    memcpy(footer + sizeof(footer) - 2, "0", 2);
    file = make_file(footer);
    assert_null(load(&file));
}

TEST(a_file_cut_anywhere_is_refused)
{
    struct bytes whole = make_file("AAA0BBB,M3.5.0/1,M10.5.0");

    for (struct bytes cut = whole; cut.n > 0;) {
        cut.n--;
        if (load(&cut))
            fail_msg("%zu of %zu bytes were taken", cut.n, whole.n);
    }
    assert_non_null(load(&whole));
}

TEST(a_file_with_any_byte_wrong_does_no_harm)
{
    static const unsigned char values[] = {0x00, 0x01, 0x7f, 0x80, 0xff};
    struct bytes whole = make_file("AAA0BBB,M3.5.0/1,M10.5.0");

    for (size_t i = 0; i < whole.n * COUNT(values); i++) {
        struct bytes wrong = whole;
        const char *zone;

        wrong.data[i / COUNT(values)] = values[i % COUNT(values)];
        if (!(zone = load(&wrong)))
            continue;
        for (int year = 1890; year < 2210; year += 5) /* sanitizers look on */
            wg_date_at((year - 1970) * 365 * DAY_MS, zone);
    }
}

TEST(files_of_another_kind_are_refused)
{
    struct bytes file = {0};

    put_header(&file, '\0', 0, 0, 1); /* version 1: 32 bits only */
    put_zeros(&file, 6 + 4);
    assert_null(load(&file));
    file.n = 0;
    put_header(&file, '2', 0, 0, 0);
    put_zeros(&file, 4);
    put_header(&file, '2', 1, 0, 1); /* counts leap seconds */
    put_zeros(&file, 6 + 4 + 12);
    put(&file, 0x0a0a, 2);
    assert_null(load(&file));
    file.n = 0;
    put_header(&file, '2', 0, 0, 0);
    put_zeros(&file, 4);
    put_header(&file, '2', 0, 0, 0); /* no offset */
    put_zeros(&file, 4);
    put(&file, 0x0a0a, 2);
    assert_null(load(&file));
}

static int
begin(void **state)
{
    (void)state;
    return mkdtemp(directory) ? 0 : -1;
}

static int
end(void **state)
{
    (void)state;
    return rmdir(directory);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            without_zone_files_london_and_utc_are_known_and_no_others),
        cmocka_unit_test(london_is_the_same_with_zone_files_since_1996),
        cmocka_unit_test(a_zone_has_the_date_that_its_people_have),
        cmocka_unit_test(without_a_zone_it_is_utc),
        cmocka_unit_test(a_time_beyond_the_calendar_is_its_first_or_last_day),
        cmocka_unit_test(only_iana_names_are_names_of_zones),
        cmocka_unit_test(threads_may_ask_at_the_same_time),
        cmocka_unit_test(a_zone_stays_as_it_was_loaded),
        cmocka_unit_test(
            the_last_change_of_a_file_without_a_rule_holds_for_ever),
        cmocka_unit_test(the_rule_of_a_file_is_followed_to_the_second),
        cmocka_unit_test(a_change_happens_at_its_hour),
        cmocka_unit_test(a_rule_that_cannot_be_read_is_refused),
        cmocka_unit_test(a_rule_longer_than_any_is_refused),
        cmocka_unit_test(a_file_cut_anywhere_is_refused),
        cmocka_unit_test(a_file_with_any_byte_wrong_does_no_harm),
        cmocka_unit_test(files_of_another_kind_are_refused),
    };

    return cmocka_run_group_tests(tests, begin, end);
}
