/* negotiate.c - Accept and media types, without memory of its own. */
#include "negotiate.h"

#include <string.h>
#include <strings.h>

enum { QUALITY_MAX = 1000 };

/* A part of the text that is read. */
struct slice {
    const char *text;
    size_t length;
};

struct parameter {
    struct slice name, value;
};

/* "text/plain;format=flowed;q=0.5" */
struct range {
    struct slice name;       /* "text/plain"; either half may be a star */
    struct slice parameters; /* from the first semicolon */
    int quality;
};

/* ---- Reading ---- */

static bool
is_token_character(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           (c && strchr("!#$%&'*+-.^_`|~", c));
}

static void
skip_space(const char **in)
{
    *in += strspn(*in, " \t");
}

static bool
read_token(const char **in, struct slice *token)
{
    token->text = *in;
    while (is_token_character(**in))
        ++*in;
    token->length = (size_t)(*in - token->text);
    return token->length > 0;
}

/* What stands between the quotes, with its backslashes. */
static bool
read_quoted(const char **in, struct slice *value)
{
    value->text = ++*in;
    while (**in && **in != '"')
        *in += **in == '\\' && (*in)[1] ? 2 : 1;
    value->length = (size_t)(*in - value->text);
    return *(*in)++ == '"';
}

/* The next parameter, from its semicolon; nameless for a semicolon alone. */
static bool
read_parameter(const char **in, struct parameter *parameter)
{
    *parameter = (struct parameter){0};
    ++*in;
    skip_space(in);
    if (!read_token(in, &parameter->name))
        return true;
    if (*(*in)++ != '=')
        return false;
    return **in == '"' ? read_quoted(in, &parameter->value) : read_token(in, &parameter->value);
}

static bool
at_parameter(const char **in)
{
    const char *before = *in;

    skip_space(in);
    if (**in == ';')
        return true;
    *in = before;
    return false;
}

static bool
slice_is(struct slice slice, const char *text)
{
    return slice.length == strlen(text) && strncasecmp(slice.text, text, slice.length) == 0;
}

static bool
slices_equal(struct slice a, struct slice b)
{
    return a.length == b.length && strncasecmp(a.text, b.text, a.length) == 0;
}

/* RFC 9110 §12.4.2: 0 to 1, with up to three decimals. -1 for another text. */
static int
read_quality(struct slice value)
{
    int quality = 0, unit = QUALITY_MAX;

    for (size_t i = 0; i < value.length; i++) {
        char c = value.text[i];
        bool point = i == 1;

        if (point ? c != '.' : c < '0' || c > '9')
            return -1;
        quality += point ? 0 : (c - '0') * unit;
        unit /= point ? 1 : 10;
    }
    return value.length >= 1 && value.length <= 5 && quality <= QUALITY_MAX ? quality : -1;
}

static bool
read_name(const char **in, struct slice *name)
{
    struct slice type, subtype;

    if (!read_token(in, &type) || *(*in)++ != '/' || !read_token(in, &subtype))
        return false;
    *name = (struct slice){type.text, (size_t)(*in - type.text)};
    return true;
}

static bool
read_range(const char **in, struct range *range)
{
    range->quality = QUALITY_MAX;
    if (!read_name(in, &range->name))
        return false;
    range->parameters.text = *in;
    while (at_parameter(in)) {
        struct parameter parameter;

        if (!read_parameter(in, &parameter))
            return false;
        if (slice_is(parameter.name, "q") &&
            (range->quality = read_quality(parameter.value)) < 0)
            return false;
    }
    range->parameters.length = (size_t)(*in - range->parameters.text);
    return true;
}

/* ---- Comparing ---- */

static bool
has_parameter(const char *media_type, const struct parameter *wanted)
{
    const char *in = media_type + strcspn(media_type, ";");
    struct parameter parameter;

    while (at_parameter(&in) && read_parameter(&in, &parameter))
        if (slices_equal(parameter.name, wanted->name) &&
            slices_equal(parameter.value, wanted->value))
            return true;
    return false;
}

/* Weights say nothing of the type, and UTF-8 is what all of our text is in. */
static bool
is_immaterial(const struct parameter *parameter)
{
    return !parameter->name.length || slice_is(parameter->name, "q") ||
           (slice_is(parameter->name, "charset") && slice_is(parameter->value, "utf-8"));
}

/* How closely a range names the type: -1 not at all, 0 as anything. */
static int
specificity(const struct range *range, const char *media_type)
{
    size_t type = strcspn(media_type, "/") + 1, whole = strcspn(media_type, "; \t");
    const char *in = range->parameters.text, *end = in + range->parameters.length;
    int names = slice_is(range->name, "*/*") ? 0
                : slices_equal(range->name, (struct slice){media_type, whole}) ? 2
                : range->name.length == type + 1 && range->name.text[type] == '*' &&
                          strncasecmp(range->name.text, media_type, type) == 0 ? 1 : -1;

    while (names >= 0 && in < end && at_parameter(&in)) {
        struct parameter parameter;

        if (!read_parameter(&in, &parameter))
            return -1;
        if (is_immaterial(&parameter))
            continue;
        names = has_parameter(media_type, &parameter) ? names + 1 : -1;
    }
    return names;
}

/* What the most specific range that names the type says of it. false: malformed. */
static bool
judge(const char *accept, const char *media_type, int *quality, int *closest)
{
    *quality = 0;
    *closest = -1;
    for (const char *in = accept; *in; in += *in == ',') {
        struct range range;
        int close;

        skip_space(&in);
        if (!*in || *in == ',')
            continue; /* an empty element counts for nothing: RFC 9110 §5.6.1.2 */
        if (!read_range(&in, &range))
            return false;
        skip_space(&in);
        if (*in && *in != ',')
            return false;
        if ((close = specificity(&range, media_type)) > *closest) {
            *closest = close;
            *quality = range.quality;
        }
    }
    return true;
}

int
accept_choose(const char *accept, const char *const *media_types, size_t n)
{
    int chosen = -1, best = 0, closest = -1;

    if (!accept || !accept[strspn(accept, " \t,")])
        return 0;
    for (size_t i = 0; i < n; i++) {
        int quality, close;

        if (!judge(accept, media_types[i], &quality, &close))
            return 0;
        if (quality > best || (quality && quality == best && close > closest)) {
            chosen = (int)i;
            best = quality;
            closest = close;
        }
    }
    return chosen;
}

bool
media_type_is_valid(const char *text)
{
    struct parameter parameter;
    struct slice name;

    if (!read_name(&text, &name) || memchr(name.text, '*', name.length))
        return false;
    while (at_parameter(&text))
        if (!read_parameter(&text, &parameter) || !parameter.name.length)
            return false;
    return !*text;
}

bool
media_type_is(const char *text, const char *media_type)
{
    size_t length = text ? strcspn(text, "; \t") : 0;

    return text && length == strcspn(media_type, "; \t") &&
           strncasecmp(text, media_type, length) == 0;
}
