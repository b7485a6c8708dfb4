/* session.c - the two cookies: who is signed in, and who is about to be. */
#include "parts.h"

#include <string.h>

#define COOKIE_BYTES_MAX 4096 /* what browsers keep, with the name and attributes */
#define ATTEMPT_LIFETIME_S 600

enum kind { SESSION, ATTEMPT };

/* __Host-: set by this host itself, over HTTPS, and for all of its paths. */
static const char *
name_of(const struct browser *browser, enum kind kind)
{
    static const char *const names[][2] = {{"wellgate", "__Host-wellgate"},
                                           {"wellgate-sign-in", "__Host-wellgate-sign-in"}};

    return names[kind][browser->secure];
}

/* ---- Reading ---- */

/* The next "name=value" of a Cookie header, without spaces; *in behind it. */
static bool
next_pair(const char **in, const char **pair, size_t *length)
{
    *in += strspn(*in, "; ");
    *pair = *in;
    *length = strcspn(*in, ";");
    *in += *length;
    while (*length && (*pair)[*length - 1] == ' ')
        --*length;
    return *length > 0;
}

/* One that is there twice may have been slipped in under ours. */
static const char *
read_cookie(const struct exchange *exchange, enum kind kind)
{
    const char *name = name_of(exchange->gateway->browser, kind), *in, *pair, *value = NULL;
    size_t name_length = strlen(name), length;

    for (in = http_header(exchange->request, "Cookie"); in && next_pair(&in, &pair, &length);) {
        if (length <= name_length || pair[name_length] != '=' ||
            strncmp(pair, name, name_length) != 0)
            continue;
        if (value)
            return NULL;
        value = wg_copy_bytes(exchange->request->arena, pair + name_length + 1,
                              length - name_length - 1);
        if (!value)
            return NULL;
    }
    return value && *value ? value : NULL;
}

const char *
session_read(const struct exchange *exchange)
{
    return read_cookie(exchange, SESSION);
}

const char *
attempt_cookie(const struct exchange *exchange)
{
    return read_cookie(exchange, ATTEMPT);
}

/* ---- Setting ---- */

/* Lax: sent along when a link leads here, never with a request of another site's pages. */
static bool
set_cookie(struct exchange *exchange, enum kind kind, const char *value, int64_t lifetime_s)
{
    const struct browser *browser = exchange->gateway->browser;
    char *text = wg_format(exchange->call.arena, "%s=%s; Path=/; Max-Age=%lld; HttpOnly; SameSite=Lax%s",
                           name_of(browser, kind), value, (long long)lifetime_s,
                           browser->secure ? "; Secure" : "");

    if (!text || strlen(text) > COOKIE_BYTES_MAX)
        return false;
    http_add_header(exchange->response, "Set-Cookie", text);
    return true;
}

bool
session_set(struct exchange *exchange, const char *token, int64_t lifetime_s)
{
    return set_cookie(exchange, SESSION, token, lifetime_s);
}

bool
session_clear(struct exchange *exchange)
{
    return set_cookie(exchange, SESSION, "", 0);
}

bool
attempt_set(struct exchange *exchange, const char *value)
{
    return set_cookie(exchange, ATTEMPT, value, ATTEMPT_LIFETIME_S);
}

bool
attempt_clear(struct exchange *exchange)
{
    return set_cookie(exchange, ATTEMPT, "", 0);
}
