/* fetch.h - outgoing requests: to URLs of the configuration, and nowhere else. */
#ifndef BROWSER_FETCH_H
#define BROWSER_FETCH_H

#include <stdbool.h>
#include <stddef.h>
#include <wellgate/arena.h>

struct fetch {
    const char *url;
    const char *form;           /* a body to POST; NULL: GET */
    const char *user, *secret;  /* HTTP Basic; NULL for none */
};

/* Once, while there is one thread. */
bool fetch_begin(void);

/*
 * The body of a 200 answer, NUL-terminated, in the arena. No redirect is followed.
 *
 * errors  NULL, and *why in words without anything of the answer
 */
char *fetch(struct wg_arena *arena, const struct fetch *request, size_t *length,
            const char **why);

/* https, or http to this machine itself? */
bool url_is_safe(const char *url);

/* Have both the same scheme, host and port? */
bool url_same_origin(const char *a, const char *b);

#endif
