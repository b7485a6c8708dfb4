/* framing.c - the strict look at a request: RFC 9112 where it leaves no choice,
 * and refusal where it leaves one. Pure: no socket, no CivetWeb, no memory. */
#include "framing.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "../hex.h"

/* CivetWeb drops the 65th in silence, so 64 may have been more. */
#define HEADERS_SEEN_MAX 63

struct request_line {
    const char *method, *version, *path, *query;
};

static const struct wg_problem *
malformed(const char **detail, const char *text)
{
    *detail = text;
    return &wg_malformed;
}

/* ---- Characters ---------------------------------------------------------- */

static bool
is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool
is_letter_or_digit(char c)
{
    return is_digit(c) || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool
is_printable(char c) /* ASCII, the space too */
{
    return c >= ' ' && c <= '~';
}

static bool
is_one_of(char c, const char *set)
{
    return c != '\0' && strchr(set, c) != NULL;
}

/* The byte that an escape stands for; -1 where it is none. */
static int
escaped_byte(const char *percent)
{
    int high = hex_digit(percent[1]);
    int low = high < 0 ? -1 : hex_digit(percent[2]);

    return low < 0 ? -1 : high * 16 + low;
}

/* RFC 9110 §5.6.2 */
static bool
is_token(const char *text)
{
    const char *c = text;

    while (is_letter_or_digit(*c) || is_one_of(*c, "!#$%&'*+-.^_`|~"))
        c++;
    return c > text && *c == '\0';
}

/* ---- Target -------------------------------------------------------------- */

/* RFC 3986 §3.3, pchar without the escapes, and the slash */
static bool
is_path_character(char c)
{
    return is_letter_or_digit(c) || is_one_of(c, "/-._~!$&'()*+,;=:@");
}

/* "." or "..", in any spelling, between this slash and the next? */
static bool
is_dot_segment(const char *slash)
{
    const char *c = slash + 1;
    int dots = 0;

    for (; *c == '.' || (*c == '%' && escaped_byte(c) == '.'); dots++)
        c += *c == '.' ? 1 : 3;
    return (*c == '/' || *c == '\0') && (dots == 1 || dots == 2);
}

/* What an escape would smuggle past routing: an end, a slash, a backslash. */
static bool
is_escape_of_note(int byte)
{
    return byte == '\0' || byte == '/' || byte == '\\';
}

static const struct wg_problem *
check_path(const char *path, const char **detail)
{
    if (!path || *path != '/')
        return malformed(detail, "The target does not begin with a slash.");
    for (const char *c = path; *c; c += *c == '%' ? 3 : 1) {
        if (*c == '%' && escaped_byte(c) < 0)
            return malformed(detail, "The path has a bad percent escape.");
        if (*c == '%' && is_escape_of_note(escaped_byte(c)))
            return malformed(detail, "The path has %00, %2F or %5C.");
        if (*c != '%' && !is_path_character(*c))
            return malformed(detail, "The path has a character that is not "
                                     "allowed there.");
        if (*c == '/' && c[1] == '/')
            return malformed(detail, "The path has an empty segment.");
        if (*c == '/' && is_dot_segment(c))
            return malformed(detail, "The path has a dot segment.");
    }
    return NULL;
}

/* Any printable ASCII but '#': quotes and brackets in filters come unescaped
 * from too many clients. */
static const struct wg_problem *
check_query(const char *query, const char **detail)
{
    if (!query)
        return NULL;
    for (const char *c = query; *c; c += *c == '%' ? 3 : 1) {
        if (*c == '%' && escaped_byte(c) <= 0)
            return malformed(detail, "The query has a bad percent escape.");
        if (!is_printable(*c) || *c == ' ' || *c == '#')
            return malformed(detail, "The query has a character that is not "
                                     "allowed there.");
    }
    return NULL;
}

static bool
is_method(const char *method)
{
    size_t length = method ? strspn(method, "ABCDEFGHIJKLMNOPQRSTUVWXYZ-") : 0;

    return length > 0 && method[length] == '\0';
}

static const struct wg_problem *
check_request_line(const struct request_line *line, const char **detail)
{
    const struct wg_problem *problem;

    if (!is_method(line->method))
        return malformed(detail, "The method is not one.");
    if (!line->version || (strcmp(line->version, "1.1") != 0 &&
                           strcmp(line->version, "1.0") != 0))
        return malformed(detail, "The HTTP version is neither 1.0 nor 1.1.");
    if ((problem = check_path(line->path, detail)))
        return problem;
    return check_query(line->query, detail);
}

/* ---- Headers ------------------------------------------------------------- */

/* Those that may come once and are read here or above: two would leave open
 * which one counts. If-Match and If-None-Match may come twice by RFC 9110; no
 * client does that, and http_header knows one. */
static const char *const once[] = {
    "Authorization",  "Content-Encoding", "Content-Length",
    "Content-Type",   "Expect",           "Host",
    "If-Match",       "If-None-Match",    "Idempotency-Key",
    "traceparent",    "Transfer-Encoding", "X-Request-Id",
};

/* The last value; NULL for none. */
static const char *
find(const struct http_header *headers, size_t n_headers, const char *name)
{
    for (size_t i = n_headers; i-- > 0;)
        if (http_same_name(headers[i].name, name))
            return headers[i].value;
    return NULL;
}

static bool
may_come_once(const char *name)
{
    for (size_t i = 0; i < sizeof(once) / sizeof(once[0]); i++)
        if (http_same_name(once[i], name))
            return true;
    return false;
}

/* Bytes above ASCII may stand in a value: RFC 9110 §5.5, obs-text */
static bool
has_control(const char *value)
{
    const unsigned char *c = (const unsigned char *)value;

    while ((*c >= ' ' && *c != 0x7F) || *c == '\t')
        c++;
    return *c != '\0';
}

static const struct wg_problem *
check_headers(const struct http_header *headers, size_t n_headers,
              const char **detail)
{
    for (size_t i = 0; i < n_headers; i++) {
        if (!is_token(headers[i].name))
            return malformed(detail, "A header's name is not a token.");
        if (has_control(headers[i].value))
            return malformed(detail, "A header has a control character.");
        if (find(headers, i, headers[i].name) && may_come_once(headers[i].name))
            return malformed(detail, "A header that may come once came twice.");
    }
    return NULL;
}

/* RFC 9112 §3.2: one in HTTP/1.1. HTTP/1.0 may do without: health checks do. */
static const struct wg_problem *
check_host(const struct http_header *headers, size_t n_headers,
           const char *version, const char **detail)
{
    const char *host = find(headers, n_headers, "Host");

    if (!host)
        return strcmp(version, "1.0") == 0
                   ? NULL
                   : malformed(detail, "There is no Host header.");
    for (const char *c = host; *c; c++)
        if (!is_letter_or_digit(*c) && !is_one_of(*c, "-._~:[]"))
            return malformed(detail, "The Host header is not a host.");
    return *host ? NULL : malformed(detail, "The Host header is empty.");
}

/* ---- Body ---------------------------------------------------------------- */

/* Decimal digits only and no leading zero, though RFC 9110 §8.6 lets it pass:
 * there are parsers that would read octal. */
static bool
parse_length(const char *text, size_t *length)
{
    if (!is_digit(*text) || (*text == '0' && text[1]))
        return false;
    for (*length = 0; is_digit(*text); text++)
        if (__builtin_mul_overflow(*length, (size_t)10, length) ||
            __builtin_add_overflow(*length, (size_t)(*text - '0'), length))
            *length = SIZE_MAX / 10; /* far too large, and stays so */
    return *text == '\0';
}

/* RFC 9112 §6.1 and §6.3, all of "ought to be handled as an error" */
static const struct wg_problem *
check_body(const struct http_header *headers, size_t n_headers,
           const char *version, struct framing *framing, const char **detail)
{
    const char *coding = find(headers, n_headers, "Transfer-Encoding");
    const char *length = find(headers, n_headers, "Content-Length");

    if (coding && length)
        return malformed(detail, "Content-Length and Transfer-Encoding exclude "
                                 "each other.");
    if (coding && strcasecmp(coding, "chunked") != 0)
        return malformed(detail, "The only transfer coding taken is chunked.");
    if (coding && strcmp(version, "1.1") != 0)
        return malformed(detail, "HTTP/1.0 has no Transfer-Encoding.");
    if (length && !parse_length(length, &framing->content_length))
        return malformed(detail, "Content-Length is not a number.");
    framing->chunked = coding != NULL;
    return NULL;
}

static const struct wg_problem *
check_expect(const struct http_header *headers, size_t n_headers,
             const char **detail)
{
    const char *expect = find(headers, n_headers, "Expect");

    if (expect && strcasecmp(expect, "100-continue") != 0)
        return malformed(detail, "The only expectation met is 100-continue.");
    return NULL;
}

const struct wg_problem *
framing_check(const char *method, const char *http_version,
              const char *raw_path, const char *query,
              const struct http_header *headers, size_t n_headers,
              struct framing *framing, const char **detail)
{
    const struct request_line line = {method, http_version, raw_path, query};
    const struct wg_problem *problem;

    *framing = (struct framing){0};
    *detail = NULL;
    if (n_headers > HEADERS_SEEN_MAX) {
        *detail = "At most 63 headers are taken.";
        return &wg_headers_too_large;
    }
    if ((problem = check_request_line(&line, detail)) ||
        (problem = check_headers(headers, n_headers, detail)) ||
        (problem = check_host(headers, n_headers, http_version, detail)) ||
        (problem = check_body(headers, n_headers, http_version, framing,
                              detail)))
        return problem;
    return check_expect(headers, n_headers, detail);
}
