/*
 * attempt.c - one sign-in on its way.
 *
 * The browser keeps the secret in a cookie; the issuer sees only hashes of it. A callback
 * counts where its state is the hash of the cookie's secret: so only in the browser that
 * began, which is what closes login CSRF. The gateway keeps nothing.
 */
#include "attempt.h"

#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "auth/jose.h"
#include "sha256.h"

#define RETURN_BYTES_MAX 1024

/* "/\" and "//" would name a host, and control characters end a header. */
const char *
safe_return(const char *path)
{
    if (!path || *path != '/' || path[1] == '/' || strlen(path) > RETURN_BYTES_MAX)
        return "/";
    for (const char *c = path; *c; c++)
        if (*c <= ' ' || *c > '~' || *c == '\\')
            return "/";
    return path;
}

bool
attempt_begin(struct attempt *attempt, size_t provider, const char *return_to)
{
    unsigned char bytes[32];

    if (RAND_bytes(bytes, sizeof(bytes)) != 1)
        return false;
    base64url_encode(bytes, sizeof(bytes), attempt->secret);
    attempt->provider = provider;
    attempt->return_to = safe_return(return_to);
    return true;
}

char *
attempt_write(struct wg_arena *arena, const struct attempt *attempt)
{
    size_t length = strlen(attempt->return_to);
    char *path = wg_alloc(arena, BASE64URL_TEXT_BYTES(length));

    if (!path)
        return NULL;
    base64url_encode((const unsigned char *)attempt->return_to, length, path);
    return wg_format(arena, "%s.%zu.%s", attempt->secret, attempt->provider, path);
}

bool
attempt_read(struct wg_arena *arena, const char *text, struct attempt *attempt)
{
    const char *provider = strchr(text, '.'), *path = provider ? strchr(provider + 1, '.') : NULL;
    size_t length = path ? strlen(path + 1) : 0, n;
    char *return_to = wg_alloc(arena, BASE64URL_BYTES(length) + 1);

    if (!path || !return_to || provider - text != ATTEMPT_TEXT_BYTES - 1 ||
        !base64url_decode(path + 1, length, (unsigned char *)return_to, &n))
        return false;
    return_to[n] = '\0';
    memcpy(attempt->secret, text, ATTEMPT_TEXT_BYTES - 1);
    attempt->secret[ATTEMPT_TEXT_BYTES - 1] = '\0';
    attempt->provider = (size_t)strtoul(provider + 1, NULL, 10);
    attempt->return_to = safe_return(return_to);
    return true;
}

static bool
hash(const char *bytes, char text[ATTEMPT_TEXT_BYTES])
{
    unsigned char digest[SHA256_BYTES];

    if (!sha256(bytes, strlen(bytes), digest))
        return false;
    base64url_encode(digest, sizeof(digest), text);
    return true;
}

bool
attempt_derive(const struct attempt *attempt, const char *use, char text[ATTEMPT_TEXT_BYTES])
{
    char bytes[ATTEMPT_TEXT_BYTES + 32];

    snprintf(bytes, sizeof(bytes), "%s:%s", use, attempt->secret);
    return hash(bytes, text);
}

bool
attempt_challenge(const char *verifier, char text[ATTEMPT_TEXT_BYTES])
{
    return hash(verifier, text);
}
