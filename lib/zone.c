/*
 * zone.c - which civil date it is at a moment in a time zone.
 *
 * Time zones are read here from the system's TZif files (RFC 9636) because the
 * C library keeps one zone per process (TZ, tzset), which threads cannot share.
 * A zone never changes once loaded; there are a few hundred at most, kept as
 * long as the process lives. TZDIR names another directory, as in tzset(3).
 *
 * Where a machine has no such files, Europe/London is still right from 1996 on,
 * when the present rule began: summer time from 01:00 UTC on the last Sunday of
 * March to 01:00 UTC on the last Sunday of October.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wellgate/date.h>

#include "calendar.h"

#define DAY_SECONDS INT64_C(86400)
#define HOUR_SECONDS 3600

#define ZONE_NAME_BYTES_MAX 64 /* the longest so far has 32 */
#define ZONE_FILE_BYTES_MAX ((size_t)64 * 1024)

/* When in a year the clocks change. */
struct change {
    enum { MONTH_WEEK_DAY, DAY_OF_YEAR, DAY_OF_365 } kind;
    int month, week; /* MONTH_WEEK_DAY: 1 to 12; 1 to 5, 5 being the last */
    int day;         /* 0 to 6 from Sunday; 0 to 365; 1 to 365, no 29 Feb */
    int32_t seconds; /* after the day's midnight, by the clock before it */
};

/* What a POSIX TZ string says: offsets are seconds to add to UTC. */
struct rule {
    int32_t standard;
    int32_t summer;
    bool has_summer;
    struct change start; /* of summer time */
    struct change end;
};

struct zone {
    struct zone *next;
    char name[ZONE_NAME_BYTES_MAX];
    /* Into file; numbers are big-endian there and stay so. */
    const unsigned char *times; /* n_times seconds since 1970, rising */
    const unsigned char *kinds; /* n_times: which offset holds from then on */
    const unsigned char *offsets; /* OFFSET_BYTES each */
    size_t n_times;
    bool has_rule; /* for the time after the last of times */
    struct rule rule;
    unsigned char file[];
};

#define HEADER_BYTES 44
#define OFFSET_BYTES 6 /* seconds (4), is it summer, where its short name is */

static const struct zone london = {
    .name = "Europe/London",
    .has_rule = true,
    .rule =
        {
            .summer = HOUR_SECONDS,
            .has_summer = true,
            .start = {MONTH_WEEK_DAY, 3, 5, 0, HOUR_SECONDS},
            .end = {MONTH_WEEK_DAY, 10, 5, 0, 2 * HOUR_SECONDS},
        },
};

static const struct zone utc = {.name = "UTC", .has_rule = true};

static struct zone *zones; /* loaded; under zones_lock */
static pthread_mutex_t zones_lock = PTHREAD_MUTEX_INITIALIZER;

static uint64_t
read_big_endian(const unsigned char *bytes, int n)
{
    uint64_t value = 0;

    while (n-- > 0)
        value = value << 8 | *bytes++;
    return value;
}

/* Step over a character if it is the next one. */
static bool
take(const char **at, char character)
{
    if (**at != character)
        return false;
    ++*at;
    return true;
}

/* The functions below read a part of a POSIX TZ string, "GMT0BST,M3.5.0/1,
 * M10.5.0", from *at and step over it. */

static bool
read_number(const char **at, int least, int most, int *value)
{
    size_t n = strspn(*at, "0123456789");

    if (n == 0 || n > 3)
        return false;
    *value = atoi(*at);
    *at += n;
    return *value >= least && *value <= most;
}

/* "GMT", "<+0330>" */
static bool
skip_name(const char **at)
{
    const char *start = *at;

    if (take(at, '<')) {
        *at += strcspn(*at, ">");
        return take(at, '>');
    }
    *at += strspn(*at, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
    return *at > start;
}

/* "5", "-3:30", "+5:45:10"; hours up to 167, as in RFC 9636, 3.3.1 */
static bool
read_clock(const char **at, int32_t *seconds)
{
    int sign = take(at, '-') ? -1 : 1;
    int hour, minute = 0, second = 0;

    if (sign > 0)
        take(at, '+');
    if (!read_number(at, 0, 167, &hour) ||
        (take(at, ':') && !read_number(at, 0, 59, &minute)) ||
        (take(at, ':') && !read_number(at, 0, 59, &second)))
        return false;
    *seconds = sign * (hour * HOUR_SECONDS + minute * 60 + second);
    return true;
}

/* An offset, which POSIX counts westward. */
static bool
read_offset(const char **at, int32_t *east)
{
    if (!read_clock(at, east))
        return false;
    *east = -*east;
    return true;
}

/* ",M10.5.0/3", ",J59", ",300" */
static bool
read_change(const char **at, struct change *change)
{
    *change = (struct change){.seconds = 2 * HOUR_SECONDS};
    if (!take(at, ','))
        return false;
    if (take(at, 'M')) {
        change->kind = MONTH_WEEK_DAY;
        if (!read_number(at, 1, 12, &change->month) || !take(at, '.') ||
            !read_number(at, 1, 5, &change->week) || !take(at, '.') ||
            !read_number(at, 0, 6, &change->day))
            return false;
    } else {
        bool of_365 = take(at, 'J');

        change->kind = of_365 ? DAY_OF_365 : DAY_OF_YEAR;
        if (!read_number(at, of_365, 365, &change->day))
            return false;
    }
    return !take(at, '/') || read_clock(at, &change->seconds);
}

static bool
read_rule(const char *text, struct rule *rule)
{
    const char **at = &text;

    *rule = (struct rule){0};
    if (!skip_name(at) || !read_offset(at, &rule->standard))
        return false;
    if (**at == '\0')
        return true;
    rule->has_summer = true;
    rule->summer = rule->standard + HOUR_SECONDS;
    return skip_name(at) && (**at == ',' || read_offset(at, &rule->summer)) &&
           read_change(at, &rule->start) && read_change(at, &rule->end) &&
           **at == '\0';
}

static int64_t
day_of_change(const struct change *change, int year)
{
    wg_date first;
    int last, weekday, day;

    if (change->kind == DAY_OF_YEAR)
        return wg_date_from_civil(year, 1, 1) + change->day;
    if (change->kind == DAY_OF_365) /* the 60th is 1 March in any year */
        return change->day < 60
                   ? wg_date_from_civil(year, 1, 1) + change->day - 1
                   : wg_date_from_civil(year, 3, 1) + change->day - 60;
    first = wg_date_from_civil(year, change->month, 1);
    last = wg_date_add_months(first, 1) - first;
    weekday = (first % 7 + 7 + 4) % 7; /* 1970-01-01 was a Thursday */
    day = (change->day - weekday + 7) % 7 + 7 * (change->week - 1);
    return first + (day < last ? day : day - 7);
}

/* The moment of a change; before is the offset that holds until then. */
static int64_t
time_of_change(const struct change *change, int year, int32_t before)
{
    return day_of_change(change, year) * DAY_SECONDS + change->seconds - before;
}

static int32_t
rule_offset(const struct rule *rule, int64_t time)
{
    int year, month, day;
    int64_t start, end;
    bool summer;

    if (!rule->has_summer)
        return rule->standard;
    wg_date_to_civil(
        (wg_date)floor_divide(time + rule->standard, DAY_SECONDS), &year,
        &month, &day);
    start = time_of_change(&rule->start, year, rule->standard);
    end = time_of_change(&rule->end, year, rule->summer);
    /* South of the equator summer time ends before it starts. */
    summer = start < end ? time >= start && time < end
                         : time >= start || time < end;
    return summer ? rule->summer : rule->standard;
}

/* Seconds to add to UTC at a time. */
static int32_t
zone_offset(const struct zone *zone, int64_t time)
{
    size_t low = 0, high = zone->n_times, kind;

    while (low < high) { /* to the first of times that is later */
        size_t middle = low + (high - low) / 2;

        if ((int64_t)read_big_endian(zone->times + 8 * middle, 8) <= time)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == zone->n_times && zone->has_rule)
        return rule_offset(&zone->rule, time);
    /* Before the first of times the first offset holds: RFC 9636, 3.2. */
    kind = low == 0 ? 0 : zone->kinds[low - 1];
    return (int32_t)read_big_endian(zone->offsets + OFFSET_BYTES * kind, 4);
}

/* The six counts of a TZif header, in its order. */
struct counts {
    uint64_t utc_marks, standard_marks, leaps, times, offsets, name_bytes;
};

static bool
read_header(const unsigned char *bytes, size_t length, struct counts *counts)
{
    if (length < HEADER_BYTES || memcmp(bytes, "TZif", 4) != 0 ||
        bytes[4] < '2') /* version 1 knows 32-bit times only */
        return false;
    bytes += 20;
    *counts = (struct counts){
        read_big_endian(bytes, 4),      read_big_endian(bytes + 4, 4),
        read_big_endian(bytes + 8, 4),  read_big_endian(bytes + 12, 4),
        read_big_endian(bytes + 16, 4), read_big_endian(bytes + 20, 4),
    };
    return true;
}

/* The bytes that follow a header; its counts have 32 bits, so this is far from
 * overflowing 64. */
static uint64_t
body_bytes(const struct counts *counts, unsigned time_bytes)
{
    return counts->times * (time_bytes + 1) + counts->offsets * OFFSET_BYTES +
           counts->name_bytes + counts->leaps * (time_bytes + 4) +
           counts->standard_marks + counts->utc_marks;
}

/* "\nGMT0BST,M3.5.0/1,M10.5.0\n" at the end of a file; "\n\n": no rule. */
static bool
read_footer(struct zone *zone, const unsigned char *bytes, size_t length)
{
    char text[128];

    if (length < 2 || length - 2 >= sizeof(text) || bytes[0] != '\n' ||
        bytes[length - 1] != '\n')
        return false;
    memcpy(text, bytes + 1, length - 2);
    text[length - 2] = '\0';
    zone->has_rule = text[0] != '\0';
    return !zone->has_rule || read_rule(text, &zone->rule);
}

static bool
kinds_exist(const struct zone *zone, uint64_t n_offsets)
{
    for (size_t i = 0; i < zone->n_times; i++)
        if (zone->kinds[i] >= n_offsets)
            return false;
    return true;
}

/* Find the parts of zone->file. The body with 32-bit times comes first and is
 * skipped. Files with leap seconds ("right/") count time otherwise: refused. */
static bool
read_file(struct zone *zone, size_t length)
{
    const unsigned char *at = zone->file, *end = zone->file + length;
    struct counts counts;

    if (!read_header(at, length, &counts) ||
        body_bytes(&counts, 4) > length - HEADER_BYTES)
        return false;
    at += HEADER_BYTES + body_bytes(&counts, 4);
    if (!read_header(at, (size_t)(end - at), &counts) ||
        counts.offsets == 0 || counts.leaps != 0)
        return false;
    at += HEADER_BYTES;
    if (body_bytes(&counts, 8) > (uint64_t)(end - at))
        return false;
    zone->n_times = counts.times;
    zone->times = at;
    zone->kinds = zone->times + 8 * counts.times;
    zone->offsets = zone->kinds + counts.times;
    at += body_bytes(&counts, 8);
    return kinds_exist(zone, counts.offsets) &&
           read_footer(zone, at, (size_t)(end - at));
}

static FILE *
open_zone(const char *name)
{
    const char *directory = getenv("TZDIR");
    char path[4096];
    int length = snprintf(path, sizeof(path), "%s/%s",
                          directory ? directory : "/usr/share/zoneinfo", name);

    return length < (int)sizeof(path) ? fopen(path, "re") : NULL;
}

static struct zone *
load_zone(const char *name)
{
    struct zone *zone = NULL;
    unsigned char *bytes = malloc(ZONE_FILE_BYTES_MAX);
    FILE *file = open_zone(name);
    size_t length;

    if (!bytes || !file)
        goto out;
    /* A directory opens, but gives no bytes. */
    length = fread(bytes, 1, ZONE_FILE_BYTES_MAX, file);
    if (!(zone = calloc(1, sizeof(*zone) + length)))
        goto out;
    memcpy(zone->file, bytes, length);
    snprintf(zone->name, sizeof(zone->name), "%s", name);
    if (!read_file(zone, length)) {
        free(zone);
        zone = NULL;
    }
out:
    if (file)
        fclose(file);
    free(bytes);
    return zone;
}

/* IANA's names: words of letters, digits, '_', '+' and '-' with a capital
 * first, between slashes. So no "..", no absolute path, and none of the other
 * things in that directory ("localtime", "right/", "tzdata.zi"). */
static bool
is_zone_name(const char *name)
{
    if (strlen(name) >= ZONE_NAME_BYTES_MAX)
        return false;
    for (;; name++) {
        if (*name < 'A' || *name > 'Z')
            return false;
        name += strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                             "abcdefghijklmnopqrstuvwxyz0123456789_+-");
        if (*name != '/')
            return *name == '\0';
    }
}

/* The zone of that name, loaded if need be; NULL where there is none. */
static const struct zone *
find_zone(const char *name)
{
    struct zone *zone;

    if (!name || !is_zone_name(name))
        return NULL;
    pthread_mutex_lock(&zones_lock);
    for (zone = zones; zone && strcmp(zone->name, name) != 0;)
        zone = zone->next;
    if (!zone && (zone = load_zone(name))) {
        zone->next = zones;
        zones = zone;
    }
    pthread_mutex_unlock(&zones_lock);
    if (zone)
        return zone;
    return strcmp(name, london.name) == 0 ? &london
           : strcmp(name, utc.name) == 0  ? &utc
                                          : NULL;
}

bool
wg_zone_valid(const char *zone)
{
    return find_zone(zone) != NULL;
}

/* Times outside the years 1900 to 2199 count as the nearest moment in them:
 * what comes out can be written as a date. */
wg_date
wg_date_at(int64_t time_ms, const char *zone)
{
    int64_t first = wg_date_from_civil(YEAR_FIRST, 1, 1) * DAY_SECONDS;
    int64_t last = wg_date_from_civil(YEAR_LAST + 1, 1, 1) * DAY_SECONDS - 1;
    int64_t time = floor_divide(time_ms, 1000);
    const struct zone *found = find_zone(zone);

    time = time < first ? first : time > last ? last : time;
    return (wg_date)floor_divide(
        time + zone_offset(found ? found : &utc, time), DAY_SECONDS);
}
