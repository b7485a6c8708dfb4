/* utc.c - the civil calendar and the clock, as RFC 3339 and RFC 9110 write them. */
#include "utc.h"

#include <string.h>
#include <wellgate/date.h>

#include "digits.h"

#define DAY_S 86400

/* Taken apart. */
struct moment {
    wg_date date;
    int year, month, day, second; /* of the day */
};

static struct moment
moment_of(int64_t seconds)
{
    int64_t second = (seconds % DAY_S + DAY_S) % DAY_S;
    struct moment moment = {.date = (wg_date)((seconds - second) / DAY_S),
                            .second = (int)second};

    wg_date_to_civil(moment.date, &moment.year, &moment.month, &moment.day);
    return moment;
}

static char *
put(char *out, const char *text, size_t length)
{
    return (char *)memcpy(out, text, length) + length;
}

static char *
put_clock(char *out, int second)
{
    out = digits_fixed(out, (uint64_t)(second / 3600), 2);
    *out++ = ':';
    out = digits_fixed(out, (uint64_t)(second / 60 % 60), 2);
    *out++ = ':';
    return digits_fixed(out, (uint64_t)(second % 60), 2);
}

char *
utc_put(char *out, int64_t seconds)
{
    struct moment moment = moment_of(seconds);

    out = digits_fixed(out, (uint64_t)moment.year, 4);
    *out++ = '-';
    out = digits_fixed(out, (uint64_t)moment.month, 2);
    *out++ = '-';
    out = digits_fixed(out, (uint64_t)moment.day, 2);
    *out++ = 'T';
    return put_clock(out, moment.second);
}

void
utc_http(int64_t seconds, char text[UTC_HTTP_BYTES])
{
    static const char days[] = "ThuFriSatSunMonTueWed"; /* 1970-01-01 was a Thursday */
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    struct moment moment = moment_of(seconds);
    char *out = text;

    out = put(out, days + 3 * ((moment.date % 7 + 7) % 7), 3);
    out = put(out, ", ", 2);
    out = digits_fixed(out, (uint64_t)moment.day, 2);
    *out++ = ' ';
    out = put(out, months + 3 * (moment.month - 1), 3);
    *out++ = ' ';
    out = digits_fixed(out, (uint64_t)moment.year, 4);
    *out++ = ' ';
    put(put_clock(out, moment.second), " GMT", sizeof(" GMT"));
}
