/* parameters.c - application/x-www-form-urlencoded. */
#include "parameters.h"

#include <stdio.h>
#include <string.h>

char *
parameter_escape(struct wg_arena *arena, const char *text)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    char *escaped = wg_alloc(arena, 3 * strlen(text) + 1), *out = escaped;

    for (; escaped && *text; text++)
        if (strchr(plain, *text))
            *out++ = *text;
        else
            out += sprintf(out, "%%%02X", (unsigned char)*text);
    return escaped;
}

char *
parameter_add(struct wg_arena *arena, const char *before, const char *name, const char *value)
{
    const char *escaped = parameter_escape(arena, value);

    return before && escaped ? wg_format(arena, "%s&%s=%s", before, name, escaped) : NULL;
}
