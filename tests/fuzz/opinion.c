/* opinion.c - Jansson, asked. */
#include "opinion.h"

#include <jansson.h>
#include <string.h>

static int
depth_of(const json_t *value)
{
    int deepest = 0, depth;
    const char *key;
    json_t *item;
    size_t i;

    json_object_foreach((json_t *)value, key, item)
        if ((depth = depth_of(item)) > deepest)
            deepest = depth;
    json_array_foreach(value, i, item)
        if ((depth = depth_of(item)) > deepest)
            deepest = depth;
    return deepest + (json_is_object(value) || json_is_array(value));
}

static enum opinion
opinion_of_error(const json_error_t *error)
{
    switch (json_error_code(error)) {
    case json_error_numeric_overflow:
    case json_error_null_byte_in_key:
    case json_error_stack_overflow:
        return OPINION_NONE;
    default:
        return OPINION_NO_JSON;
    }
}

enum opinion
opinion_of(const char *text, size_t length, int *depth)
{
    json_error_t error;
    json_t *value;

    if (length && memchr(text, '\0', length)) /* it passes over them */
        return OPINION_NONE;
    value = json_loadb(text, length, JSON_DECODE_ANY | JSON_ALLOW_NUL, &error);
    if (!value)
        return opinion_of_error(&error);
    *depth = depth_of(value);
    json_decref(value);
    return OPINION_JSON;
}

/* The function of RFC 7396, section 2. */
static json_t *
merge(json_t *target, const json_t *patch)
{
    json_t *merged, *value;
    const char *name;

    if (!json_is_object(patch))
        return json_deep_copy(patch);
    merged = json_is_object(target) ? json_copy(target) : json_object();
    json_object_foreach((json_t *)patch, name, value) {
        if (json_is_null(value))
            json_object_del(merged, name);
        else
            json_object_set_new(merged, name, merge(json_object_get(merged, name), value));
    }
    return merged;
}

char *
opinion_merged(const char *target, const char *patch)
{
    json_t *before = json_loads(target, JSON_ALLOW_NUL, NULL);
    json_t *change = json_loads(patch, JSON_ALLOW_NUL, NULL);
    json_t *after = before && change ? merge(before, change) : NULL;
    char *text = after ? json_dumps(after, JSON_COMPACT) : NULL;

    json_decref(before);
    json_decref(change);
    json_decref(after);
    return text;
}
