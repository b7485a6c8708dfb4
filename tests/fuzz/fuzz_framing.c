/* fuzz_framing.c - "METHOD path?query version LF" and lines "name: value": what is let
 * through can be read in one way only, by a plain reading of the rules. */
#include "fuzz.h"
#include "http/framing.h"

#include <ctype.h>
#include <strings.h>

enum { HEADERS_MAX = 70 };

struct attempt {
    char *first, *lines[HEADERS_MAX];
    const char *method, *path, *query, *version;
    struct http_header headers[HEADERS_MAX];
    size_t n;
};

/* ---- Taking an input apart, as carelessly as can be ---- */

/* Up to c, which is cut off; what is behind it in *rest, or NULL. */
static const char *
part(char *text, int c, char **rest)
{
    char *at = text ? strchr(text, c) : NULL;

    if (at)
        *at++ = '\0';
    *rest = at;
    return text;
}

static void
read_attempt(struct fuzz_input *input, struct attempt *attempt)
{
    char *rest, *query;

    *attempt = (struct attempt){.first = fuzz_line(input)};
    attempt->method = part(attempt->first, ' ', &rest);
    attempt->path = part(rest, ' ', &rest);
    attempt->version = rest;
    part((char *)(uintptr_t)attempt->path, '?', &query);
    attempt->query = query;
    for (; input->left && attempt->n < HEADERS_MAX; attempt->n++) {
        char *line = attempt->lines[attempt->n] = fuzz_line(input);
        const char *name = part(line, ':', &rest);

        attempt->headers[attempt->n] = (struct http_header){
            name, rest ? rest + strspn(rest, " \t") : ""};
    }
}

static void
forget(struct attempt *attempt)
{
    free(attempt->first);
    for (size_t i = 0; i < attempt->n; i++)
        free(attempt->lines[i]);
}

/* ---- What must hold of one that is let through ---- */

static size_t
count_of(const struct attempt *attempt, const char *name, const char **value)
{
    size_t n = 0;

    for (size_t i = 0; i < attempt->n; i++)
        if (strcasecmp(attempt->headers[i].name, name) == 0) {
            *value = attempt->headers[i].value;
            n++;
        }
    return n;
}

static void
check_body(const struct attempt *attempt, const struct framing *framing)
{
    const char *length = "0", *coding = "chunked";
    size_t lengths = count_of(attempt, "Content-Length", &length);
    size_t codings = count_of(attempt, "Transfer-Encoding", &coding);

    FUZZ_CHECK(lengths + codings <= 1);
    FUZZ_CHECK(framing->chunked == (codings == 1) && strcasecmp(coding, "chunked") == 0);
    FUZZ_CHECK(*length && strspn(length, "0123456789") == strlen(length));
    if (strlen(length) < 18)
        FUZZ_CHECK(framing->content_length == strtoull(length, NULL, 10));
    else
        FUZZ_CHECK(framing->content_length > 1u << 30);
}

static void
check_headers(const struct attempt *attempt)
{
    const char *value;

    for (size_t i = 0; i < attempt->n; i++) {
        const struct http_header *header = &attempt->headers[i];

        FUZZ_CHECK(*header->name && !strpbrk(header->name, " \t()<>@,;:\\\"/[]?={}"));
        for (const char *c = header->name; *c; c++)
            FUZZ_CHECK(isgraph((unsigned char)*c));
        for (const char *c = header->value; *c; c++)
            FUZZ_CHECK(!iscntrl((unsigned char)*c) || *c == '\t');
    }
    FUZZ_CHECK(count_of(attempt, "Host", &value) <= 1);
    FUZZ_CHECK(count_of(attempt, "Authorization", &value) <= 1);
    FUZZ_CHECK(strcmp(attempt->version, "1.0") == 0 || count_of(attempt, "Host", &value) == 1);
}

/* The byte at path, and how many characters say it. */
static int
byte_at(const char *path, size_t *length)
{
    char digits[3] = {0};

    *length = 1;
    if (*path != '%')
        return (unsigned char)*path;
    *length = 3;
    FUZZ_CHECK(isxdigit((unsigned char)path[1]) && isxdigit((unsigned char)path[2]));
    memcpy(digits, path + 1, 2);
    return (int)strtol(digits, NULL, 16);
}

/* Between its slashes as they are sent, each segment says a name, whoever decodes it. */
static void
check_path(const char *path)
{
    char segment[8] = "";
    size_t n = 0, length;

    FUZZ_CHECK(*path == '/');
    for (const char *c = path + 1;; c += length) {
        int byte = *c ? byte_at(c, &length) : '/';

        if (byte == '/') {
            FUZZ_CHECK(!*c || *c == '/');
            FUZZ_TELL(!*c || n > 0, "%s", path);
            FUZZ_TELL(strcmp(segment, ".") != 0 && strcmp(segment, "..") != 0, "%s", path);
            n = 0;
            memset(segment, 0, sizeof(segment));
        } else {
            FUZZ_CHECK(byte && byte != '\\' && (*c == '%' || (isgraph(byte) && byte != '#')));
            segment[n < sizeof(segment) - 1 ? n : sizeof(segment) - 2] = (char)byte;
            n++;
        }
        if (!*c)
            return;
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input input = {data, size};
    const struct wg_problem *problem;
    struct attempt attempt;
    struct framing framing;
    const char *detail;

    read_attempt(&input, &attempt);
    problem = framing_check(attempt.method, attempt.version, attempt.path, attempt.query,
                            attempt.headers, attempt.n, &framing, &detail);
    FUZZ_CHECK((problem != NULL) == (detail != NULL));
    if (!problem) {
        FUZZ_CHECK(attempt.n < 64);
        check_path(attempt.path);
        check_headers(&attempt);
        check_body(&attempt, &framing);
    }
    forget(&attempt);
    return 0;
}
