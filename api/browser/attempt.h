/* attempt.h - one sign-in on its way, kept by the browser that began it. */
#ifndef BROWSER_ATTEMPT_H
#define BROWSER_ATTEMPT_H

#include <stdbool.h>
#include <wellgate/arena.h>

enum { ATTEMPT_TEXT_BYTES = 44 }; /* 32 bytes in base64url */

/* All that has to be unguessable is made of the secret, by a hash for each use. */
struct attempt {
    char secret[ATTEMPT_TEXT_BYTES];
    size_t provider;
    const char *return_to;
};

/* false: no random bytes. return_to: NULL, or what somebody asks for */
bool attempt_begin(struct attempt *attempt, size_t provider, const char *return_to);

/* As a cookie's value and back. NULL past the arena; false: it is none. */
char *attempt_write(struct wg_arena *arena, const struct attempt *attempt);
bool attempt_read(struct wg_arena *arena, const char *text, struct attempt *attempt);

/* "state", "nonce", "verifier": another text of the same length for each. */
bool attempt_derive(const struct attempt *attempt, const char *use,
                    char text[ATTEMPT_TEXT_BYTES]);

/* The code challenge S256 of a verifier (RFC 7636 §4.2). */
bool attempt_challenge(const char *verifier, char text[ATTEMPT_TEXT_BYTES]);

/* A path of this gateway to go to, or "/". path NULL: "/" */
const char *safe_return(const char *path);

#endif
