/* parameters.h - application/x-www-form-urlencoded, for queries and forms. */
#ifndef BROWSER_PARAMETERS_H
#define BROWSER_PARAMETERS_H

#include <wellgate/arena.h>

/* NULL past the arena. */
char *parameter_escape(struct wg_arena *arena, const char *text);

/* "&name=value", escaped, behind what is there. NULL past the arena, or where before is. */
char *parameter_add(struct wg_arena *arena, const char *before, const char *name,
                    const char *value);

#endif
