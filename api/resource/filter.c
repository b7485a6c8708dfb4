/* filter.c - filter and orderBy, read and applied. */
#include "filter.h"

#include <string.h>

#define SPACES " \t\r\n"
#define SHOWN_BYTES_MAX 64

/* What is being read. */
struct reading {
    struct wg_call *call;
    const struct message *type;
    const char *root;
    const char *next;
};

static void
skip_spaces(struct reading *reading)
{
    reading->next += strspn(reading->next, SPACES);
}

/* Take a text that is next; behind a word must be its end. */
static bool
take(struct reading *reading, const char *text)
{
    size_t length = strlen(text);

    if (strncmp(reading->next, text, length) != 0)
        return false;
    reading->next += length;
    return true;
}

static bool
word_is(const char *word, size_t length, const char *text)
{
    return length == strlen(text) && memcmp(word, text, length) == 0;
}

/* ---- Fields ---- */

/* Names, and the words between comparisons. */
static size_t
word_length(const char *text)
{
    return strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.");
}

static const struct wg_problem *
refuse_name(struct wg_call *call, const char *of, const char *name, size_t length)
{
    if (length > SHOWN_BYTES_MAX)
        return wg_fail(call, &wg_malformed, "%s: there is no field with so long a name", of);
    return wg_fail(call, &wg_malformed, "%s: there is no field \"%.*s\"", of, (int)length, name);
}

static const struct wg_problem *
refuse_word(struct wg_call *call)
{
    return wg_fail(call, &wg_malformed, "filter: it takes comparisons joined by AND; no OR, NOT, "
                   "parentheses or functions");
}

static const struct wg_problem *
read_field(struct reading *reading, struct field_path *path, const char **name)
{
    size_t length = word_length(reading->next);

    *name = reading->next;
    if (!length || word_is(*name, length, "NOT") || word_is(*name, length, "OR") ||
        word_is(*name, length, "AND") || (*name)[length] == '(')
        return refuse_word(reading->call);
    if (!field_path_find(reading->type, *name, length, path))
        return refuse_name(reading->call, "filter", *name, length);
    reading->next += length;
    if (!(*name = wg_copy_bytes(reading->call->arena, *name, length)))
        return wg_no_memory(reading->call);
    return NULL;
}

/* ---- Operators ---- */

static const struct wg_problem *
read_operator(struct reading *reading, const char *name, const struct field *field,
              enum comparison *comparison)
{
    static const struct {
        const char *text; /* longer ones first */
        enum comparison comparison;
    } operators[] = {
        {"<=", COMPARISON_LESS_OR_EQUAL}, {"<", COMPARISON_LESS},
        {">=", COMPARISON_GREATER_OR_EQUAL}, {">", COMPARISON_GREATER},
        {"=", COMPARISON_EQUAL}, {":", COMPARISON_EQUAL},
    };
    bool has = *reading->next == ':';
    size_t i = 0;

    while (i < sizeof(operators) / sizeof(*operators) && !take(reading, operators[i].text))
        i++;
    if (i == sizeof(operators) / sizeof(*operators))
        return wg_fail(reading->call, &wg_malformed,
                       "filter: behind %s comes one of = < <= > >= :", name);
    if (has != field_repeats(field))
        return wg_fail(reading->call, &wg_malformed, "filter: %s %s", name,
                       has ? "does not repeat: compare it with =" : "repeats: ask with : for an item");
    *comparison = operators[i].comparison;
    return NULL;
}

/* ---- Values ---- */

/* Up to the closing quote. */
static const struct wg_problem *
read_quoted(struct reading *reading, const char *name, char *value)
{
    char quote = *reading->next++;

    for (; *reading->next && *reading->next != quote; reading->next++) {
        if (*reading->next == '\\' && (!reading->next[1] || !strchr("\\\"'", *++reading->next)))
            return wg_fail(reading->call, &wg_malformed, "filter: behind %s a backslash stands "
                           "before what is no quote and no backslash", name);
        *value++ = *reading->next;
    }
    if (!*reading->next)
        return wg_fail(reading->call, &wg_malformed, "filter: the quotes behind %s are not closed",
                       name);
    reading->next++;
    return NULL;
}

static const struct wg_problem *
read_bare(struct reading *reading, const char *name, char *value)
{
    size_t length = strcspn(reading->next, SPACES "\"'()<>=!,\\");

    if (!length)
        return wg_fail(reading->call, &wg_malformed, "filter: %s is compared with nothing; put a "
                       "value that is not a plain word in quotes", name);
    if (reading->next[length] && !strchr(SPACES, reading->next[length]))
        return refuse_word(reading->call);
    memcpy(value, reading->next, length);
    reading->next += length;
    return NULL;
}

static const struct wg_problem *
read_value(struct reading *reading, const char *name, struct condition *condition)
{
    char *text = wg_alloc(reading->call->arena, strlen(reading->next) + 1);
    const struct wg_problem *problem;
    const char *wrong;

    if (!text)
        return wg_no_memory(reading->call);
    if ((problem = (*reading->next == '"' || *reading->next == '\'' ? read_quoted : read_bare)(
             reading, name, text)))
        return problem;
    wrong = value_parse(reading->call, reading->type, &condition->path, reading->root, text,
                        &condition->value);
    return wrong ? wg_fail(reading->call, &wg_malformed, "filter: what %s is compared with %s",
                           name, wrong)
                 : NULL;
}

/* ---- The filter ---- */

static const struct wg_problem *
read_condition(struct reading *reading, struct condition *condition)
{
    const struct wg_problem *problem;
    const char *name;

    if ((problem = read_field(reading, &condition->path, &name)))
        return problem;
    if (field_value_kind(field_path_last(&condition->path)) == VALUE_NONE)
        return wg_fail(reading->call, &wg_malformed, "filter: %s cannot be compared", name);
    skip_spaces(reading);
    if ((problem = read_operator(reading, name, field_path_last(&condition->path),
                                 &condition->comparison)))
        return problem;
    skip_spaces(reading);
    if ((problem = read_value(reading, name, condition)))
        return problem;
    skip_spaces(reading);
    return NULL;
}

static bool
take_and(struct reading *reading)
{
    if (!word_is(reading->next, word_length(reading->next), "AND"))
        return false;
    reading->next += strlen("AND");
    skip_spaces(reading);
    return true;
}

const struct wg_problem *
filter_parse(struct wg_call *call, const struct message *type, const char *root,
             const char *text, struct filter *filter)
{
    struct reading reading = {call, type, root, text};
    const struct wg_problem *problem;

    filter->n = 0;
    skip_spaces(&reading);
    if (!*reading.next)
        return NULL;
    do {
        if (filter->n == CONDITIONS_MAX)
            return wg_fail(call, &wg_malformed, "filter: it has more than %d comparisons",
                           CONDITIONS_MAX);
        if ((problem = read_condition(&reading, &filter->conditions[filter->n++])))
            return problem;
    } while (take_and(&reading));
    return *reading.next ? refuse_word(call) : NULL;
}

/* ---- The order ---- */

static const struct wg_problem *
read_direction(struct reading *reading, struct order *order)
{
    size_t length = word_length(reading->next);
    bool descending = word_is(reading->next, length, "desc");

    if (length && !descending && !word_is(reading->next, length, "asc"))
        return wg_fail(reading->call, &wg_malformed,
                       "orderBy: behind a field comes nothing, asc or desc");
    if (order->n > 1 && descending != order->descending)
        return wg_fail(reading->call, &wg_malformed,
                       "orderBy: all fields have the same direction");
    order->descending = descending;
    reading->next += length;
    skip_spaces(reading);
    return NULL;
}

const struct wg_problem *
order_parse(struct wg_call *call, const struct message *type, const char *text,
            struct order *order)
{
    struct reading reading = {.call = call, .type = type, .next = text};
    const struct wg_problem *problem;

    *order = (struct order){0};
    skip_spaces(&reading);
    if (!*reading.next)
        return NULL;
    do {
        size_t length;

        skip_spaces(&reading);
        length = word_length(reading.next);
        if (order->n == INDEX_FIELDS_MAX)
            return wg_fail(call, &wg_malformed, "orderBy: it has too many fields");
        if (!field_path_find(type, reading.next, length, &order->paths[order->n++]))
            return refuse_name(call, "orderBy", reading.next, length);
        reading.next += length;
        skip_spaces(&reading);
        if ((problem = read_direction(&reading, order)))
            return problem;
    } while (take(&reading, ","));
    return *reading.next ? wg_fail(call, &wg_malformed, "orderBy: fields are joined by commas")
                         : NULL;
}

/* ---- Matching ---- */

static bool
holds(enum comparison comparison, int order)
{
    switch (comparison) {
    case COMPARISON_LESS:
        return order < 0;
    case COMPARISON_LESS_OR_EQUAL:
        return order <= 0;
    case COMPARISON_GREATER:
        return order > 0;
    case COMPARISON_GREATER_OR_EQUAL:
        return order >= 0;
    default:
        return order == 0;
    }
}

static bool
condition_holds(const struct condition *condition, const ProtobufCMessage *record)
{
    struct value value;

    for (size_t i = 0; value_of(record, &condition->path, i, &value); i++)
        if (holds(condition->comparison, value_compare(&value, &condition->value)))
            return true;
    return false;
}

bool
filter_matches(const struct filter *filter, const ProtobufCMessage *record)
{
    for (size_t i = 0; i < filter->n; i++)
        if (!condition_holds(&filter->conditions[i], record))
            return false;
    return true;
}
