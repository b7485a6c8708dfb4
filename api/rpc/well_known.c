/* well_known.c - the messages of google.protobuf that JSON writes as text, and
 * Any. */
#include "well_known.h"

#include <inttypes.h>
#include <string.h>
#include <wellgate/date.h>

#include "google/protobuf/any.pb-c.h"
#include "google/protobuf/duration.pb-c.h"
#include "google/protobuf/field_mask.pb-c.h"
#include "google/protobuf/timestamp.pb-c.h"
#include "digits.h"
#include "message.h"
#include "utc.h"

#define DAY_S INT64_C(86400)
#define TIMESTAMP_LEAST_S INT64_C(-62135596800)   /* 0001-01-01T00:00:00Z */
#define TIMESTAMP_GREATEST_S INT64_C(253402300799) /* 9999-12-31T23:59:59Z */
#define DURATION_GREATEST_S INT64_C(315576000000)  /* as duration.proto says */
#define NANOS_GREATEST 999999999
#define FRACTION_BYTES_MAX sizeof(".999999999Z")

bool
well_known_is_text(enum well_known kind)
{
    return kind == WELL_KNOWN_TIMESTAMP || kind == WELL_KNOWN_DURATION ||
           kind == WELL_KNOWN_FIELD_MASK;
}

/* ---- Reading what times are made of ---- */

/* What is left of a text. */
struct rest {
    const char *next, *end;
};

static bool
take(struct rest *rest, char c)
{
    if (rest->next == rest->end || *rest->next != c)
        return false;
    rest->next++;
    return true;
}

static bool
digit_follows(const struct rest *rest)
{
    return rest->next < rest->end && *rest->next >= '0' && *rest->next <= '9';
}

/* Exactly so many digits as a number of at most so much. */
static bool
take_number(struct rest *rest, int digits, int greatest, int *value)
{
    *value = 0;
    for (int i = 0; i < digits; i++) {
        if (!digit_follows(rest))
            return false;
        *value = *value * 10 + (*rest->next++ - '0');
    }
    return *value <= greatest;
}

/* Nothing, or a point and 1 to 9 digits. */
static bool
take_fraction(struct rest *rest, int32_t *nanos)
{
    int digits = 0;

    *nanos = 0;
    if (!take(rest, '.'))
        return true;
    for (; digit_follows(rest) && digits < 9; digits++)
        *nanos = *nanos * 10 + (*rest->next++ - '0');
    if (digits == 0 || digit_follows(rest))
        return false;
    for (; digits < 9; digits++)
        *nanos *= 10;
    return true;
}

/* ---- Timestamp: RFC 3339 ---- */

static bool
day_exists(int year, int month, int day)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

    return year >= 1 && month >= 1 && day >= 1 &&
           day <= days[month - 1] + (leap && month == 2);
}

static bool
take_day(struct rest *rest, int64_t *seconds)
{
    int year, month, day;

    if (!take_number(rest, 4, 9999, &year) || !take(rest, '-') ||
        !take_number(rest, 2, 12, &month) || !take(rest, '-') ||
        !take_number(rest, 2, 31, &day) || !day_exists(year, month, day))
        return false;
    *seconds = wg_date_from_civil(year, month, day) * DAY_S;
    return true;
}

static bool
take_time(struct rest *rest, int64_t *seconds)
{
    int hour, minute, second;

    if (!take_number(rest, 2, 23, &hour) || !take(rest, ':') ||
        !take_number(rest, 2, 59, &minute) || !take(rest, ':') ||
        !take_number(rest, 2, 59, &second))
        return false;
    *seconds = hour * 3600 + minute * 60 + second;
    return true;
}

/* Z, or hours and minutes ahead of it. */
static bool
take_offset(struct rest *rest, int64_t *seconds)
{
    int hours, minutes;
    bool behind;

    *seconds = 0;
    if (take(rest, 'Z'))
        return true;
    behind = take(rest, '-');
    if ((!behind && !take(rest, '+')) || !take_number(rest, 2, 23, &hours) ||
        !take(rest, ':') || !take_number(rest, 2, 59, &minutes))
        return false;
    *seconds = (hours * 3600 + minutes * 60) * (behind ? -1 : 1);
    return true;
}

static bool
timestamp_parse(struct rest rest, Google__Protobuf__Timestamp *timestamp)
{
    int64_t day, time, offset;
    int32_t nanos;

    if (!take_day(&rest, &day) || !take(&rest, 'T') ||
        !take_time(&rest, &time) || !take_fraction(&rest, &nanos) ||
        !take_offset(&rest, &offset) || rest.next != rest.end)
        return false;
    timestamp->seconds = day + time - offset;
    timestamp->nanos = nanos;
    return timestamp->seconds >= TIMESTAMP_LEAST_S &&
           timestamp->seconds <= TIMESTAMP_GREATEST_S;
}

/* A point and 3, 6 or 9 digits, as few as do, and a NUL; nothing else for 0. */
static char *
put_fraction(char *out, int32_t nanos)
{
    int digits = 9;

    for (; digits > 0 && nanos % 1000 == 0; digits -= 3)
        nanos /= 1000;
    if (digits) {
        *out++ = '.';
        out = digits_fixed(out, (uint64_t)nanos, digits);
    }
    *out = '\0';
    return out;
}

static const char *
timestamp_format(struct wg_arena *arena,
                 const Google__Protobuf__Timestamp *timestamp)
{
    char text[UTC_TEXT_BYTES + FRACTION_BYTES_MAX], *end;

    if (timestamp->seconds < TIMESTAMP_LEAST_S ||
        timestamp->seconds > TIMESTAMP_GREATEST_S || timestamp->nanos < 0 ||
        timestamp->nanos > NANOS_GREATEST)
        return NULL;
    end = put_fraction(utc_put(text, timestamp->seconds), timestamp->nanos);
    *end++ = 'Z';
    return wg_copy_bytes(arena, text, (size_t)(end - text));
}

/* ---- Duration: seconds with an s ---- */

static bool
take_seconds(struct rest *rest, int64_t *seconds)
{
    if (!digit_follows(rest))
        return false;
    for (*seconds = 0; digit_follows(rest); rest->next++) {
        *seconds = *seconds * 10 + (*rest->next - '0');
        if (*seconds > DURATION_GREATEST_S)
            return false;
    }
    return true;
}

static bool
duration_parse(struct rest rest, Google__Protobuf__Duration *duration)
{
    int sign = take(&rest, '-') ? -1 : 1;
    int64_t seconds;
    int32_t nanos;

    if (!take_seconds(&rest, &seconds) || !take_fraction(&rest, &nanos) ||
        !take(&rest, 's') || rest.next != rest.end)
        return false;
    duration->seconds = seconds * sign;
    duration->nanos = nanos * sign;
    return true;
}

/* Both parts bear the sign. */
static bool
duration_valid(const Google__Protobuf__Duration *duration)
{
    int64_t s = duration->seconds;
    int32_t n = duration->nanos;

    return s >= -DURATION_GREATEST_S && s <= DURATION_GREATEST_S &&
           n >= -NANOS_GREATEST && n <= NANOS_GREATEST &&
           !(s > 0 && n < 0) && !(s < 0 && n > 0);
}

static const char *
duration_format(struct wg_arena *arena,
                const Google__Protobuf__Duration *duration)
{
    bool negative = duration->seconds < 0 || duration->nanos < 0;
    int sign = negative ? -1 : 1;
    char fraction[FRACTION_BYTES_MAX];

    if (!duration_valid(duration))
        return NULL;
    put_fraction(fraction, duration->nanos * sign);
    return wg_format(arena, "%s%" PRId64 "%ss", negative ? "-" : "",
                     duration->seconds * sign, fraction);
}

/* ---- FieldMask: paths in lowerCamelCase ---- */

static bool
is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

static bool
is_lower(char c)
{
    return c >= 'a' && c <= 'z';
}

static bool
is_path_character(char c)
{
    return is_upper(c) || is_lower(c) || (c >= '0' && c <= '9') || c == '.' ||
           c == '*';
}

/* "displayName" as "display_name". NULL where it is no path. */
static char *
path_parse(struct wg_arena *arena, const char *text, size_t length)
{
    char *path = wg_alloc(arena, 2 * length + 1), *out = path;

    for (size_t i = 0; path && i < length; i++) {
        if (!is_path_character(text[i]))
            return NULL;
        if (is_upper(text[i]))
            *out++ = '_';
        *out++ = (char)(is_upper(text[i]) ? text[i] - 'A' + 'a' : text[i]);
    }
    return length > 0 ? path : NULL;
}

static bool
mask_parse(struct wg_arena *arena, struct rest rest, ProtobufCMessage *mask)
{
    const ProtobufCFieldDescriptor *paths = &mask->descriptor->fields[0];

    while (rest.next < rest.end) {
        const char *comma =
            memchr(rest.next, ',', (size_t)(rest.end - rest.next));
        const char *end = comma ? comma : rest.end;
        char *path = path_parse(arena, rest.next, (size_t)(end - rest.next));
        char **slot = path ? member_append(arena, mask, paths) : NULL;

        if (!slot || end == rest.end - 1) /* no path behind the last comma */
            return false;
        *slot = path;
        rest.next = comma ? comma + 1 : rest.end;
    }
    return true;
}

/* Write "display_name" as "displayName", which is no longer, and return the
 * end. NULL where it would not read back. */
static char *
path_format(const char *path, char *out)
{
    for (; *path; path++) {
        bool word = *path == '_';

        path += word;
        if (word ? !is_lower(*path)
                 : !is_path_character(*path) || is_upper(*path))
            return NULL;
        *out++ = (char)(word ? *path - 'a' + 'A' : *path);
    }
    return out;
}

static size_t
paths_bytes(const Google__Protobuf__FieldMask *mask)
{
    size_t bytes = 1;

    for (size_t i = 0; i < mask->n_paths; i++)
        bytes += strlen(mask->paths[i]) + 1;
    return bytes;
}

static const char *
mask_format(struct wg_arena *arena, const Google__Protobuf__FieldMask *mask)
{
    char *text = wg_alloc(arena, paths_bytes(mask)), *out = text;

    for (size_t i = 0; out && i < mask->n_paths; i++) {
        if (i > 0)
            *out++ = ',';
        out = path_format(mask->paths[i], out);
    }
    return out ? text : NULL;
}

/* ---- All of them ---- */

bool
well_known_parse(struct wg_arena *arena, enum well_known kind, const char *text,
                 size_t length, ProtobufCMessage *message, const char **wanted)
{
    struct rest rest = {text, text + length};

    switch (kind) {
    case WELL_KNOWN_TIMESTAMP:
        *wanted = "must be a time as in 2016-07-01T12:00:00Z, years 0001 to "
                  "9999";
        return timestamp_parse(rest, (Google__Protobuf__Timestamp *)message);
    case WELL_KNOWN_DURATION:
        *wanted = "must be seconds as in 1.5s, up to 315576000000.999999999s";
        return duration_parse(rest, (Google__Protobuf__Duration *)message);
    default:
        *wanted = "must be paths in lowerCamelCase with commas between";
        return mask_parse(arena, rest, message);
    }
}

const char *
well_known_format(struct wg_arena *arena, enum well_known kind,
                  const ProtobufCMessage *message)
{
    switch (kind) {
    case WELL_KNOWN_TIMESTAMP:
        return timestamp_format(arena,
                                (const Google__Protobuf__Timestamp *)message);
    case WELL_KNOWN_DURATION:
        return duration_format(arena,
                               (const Google__Protobuf__Duration *)message);
    default:
        return mask_format(arena, (const Google__Protobuf__FieldMask *)message);
    }
}

/* ---- Any ---- */

const struct message *
any_type(const struct descriptors *descriptors, const char *type_url)
{
    const char *slash = strrchr(type_url, '/');

    return slash ? message_find(descriptors, slash + 1) : NULL;
}

ProtobufCMessage *
any_unpack(const struct descriptors *descriptors, struct wg_arena *arena,
           const ProtobufCMessage *message, const struct message **type)
{
    const Google__Protobuf__Any *any = (const Google__Protobuf__Any *)message;

    *type = any_type(descriptors, any->type_url);
    return *type ? protobuf_c_message_unpack((*type)->c, &arena->protobuf,
                                             any->value.len, any->value.data)
                 : NULL;
}

bool
any_pack(struct wg_arena *arena, const ProtobufCMessage *message,
         ProtobufCMessage *any)
{
    ProtobufCBinaryData *value = &((Google__Protobuf__Any *)any)->value;
    size_t bytes = protobuf_c_message_get_packed_size(message);

    if (!(value->data = wg_alloc(arena, bytes)))
        return false;
    value->len = protobuf_c_message_pack(message, value->data);
    return true;
}
