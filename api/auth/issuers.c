/*
 * issuers.c - configured issuers to their keys, and whatever is wrong with them.
 *
 * Everything is read once, at start. A file that holds what it should not stops
 * the start; only keys that are in order and for something else are passed over.
 */
#include "issuers.h"

#include "cache.h"
#include "jose.h"
#include <errno.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define JWKS_BYTES_MAX ((size_t)256 * 1024)
#define ARENA_BYTES_MAX ((size_t)64 * 1024 * 1024)
#define LEEWAY_S_MAX 60
#define LIFETIME_S_DEFAULT 86400

struct opening {
    struct issuers *issuers;
    char *error;
    size_t error_bytes;
};

static bool start_fault(const struct opening *opening, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static bool
start_fault(const struct opening *opening, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(opening->error, opening->error_bytes, format, arguments);
    va_end(arguments);
    ERR_clear_error();
    return false;
}

/* ---- A JWKS ---- */

/* The array of keys in the file; NULL with the fault told. */
static const json_t *
jwks_read(const struct opening *opening, const char *path)
{
    struct wg_arena *arena = &opening->issuers->arena;
    size_t length;
    const char *text = file_read(arena, path, JWKS_BYTES_MAX, &length);
    const json_t *keys;

    if (!text) {
        start_fault(opening, "%s: %s", path, strerror(errno));
        return NULL;
    }
    keys = json_object_get(document_read(arena, text, length, SIZE_MAX),
                           "keys");
    if (json_array_size(keys) > 0)
        return keys;
    if (arena->exhausted)
        start_fault(opening, "%s: out of memory", path);
    else if (keys)
        start_fault(opening, json_is_array(keys) ? "%s: it holds no key"
                                                 : "%s: \"keys\" is not a list of keys", path);
    else
        start_fault(opening, "%s: not a JWKS: one JSON object with \"keys\", "
                    "no member twice", path);
    return NULL;
}

/* The next of issuer->keys. */
static enum jwk_use
key_add(struct issuer *issuer, const json_t *jwk, const char **why)
{
    struct key *key = &issuer->keys[issuer->n_keys];
    enum jwk_use use = key_from_jwk(key, jwk, issuer->settings.algorithm, why);

    if (use == JWK_TAKEN && key_find(issuer, key->id)) {
        *why = "another key has the same kid";
        use = JWK_FAULTY;
    }
    if (use != JWK_SKIPPED)
        issuer->n_keys++; /* for key_close */
    return use;
}

static bool
jwks_open(const struct opening *opening, struct issuer *issuer)
{
    const char *path = issuer->settings.jwks_file, *why = NULL;
    const json_t *list = jwks_read(opening, path);
    size_t n = json_array_size(list);

    if (!list)
        return false;
    issuer->keys = wg_alloc_array(&opening->issuers->arena, n, sizeof(struct key));
    if (!issuer->keys)
        return start_fault(opening, "%s: out of memory", path);
    for (size_t i = 0; i < n; i++)
        if (key_add(issuer, json_array_get(list, i), &why) == JWK_FAULTY)
            return start_fault(opening, "%s: key %zu: %s", path, i + 1, why);
    if (issuer->n_keys == 0)
        return start_fault(opening, "%s: no key in it is for signatures: %s", path, why);
    return true;
}

/* ---- A secret ---- */

static const char *
secret_read(struct key *key, const char *algorithm, const char *path)
{
    struct wg_arena arena;
    size_t length;
    const char *fault;
    char *bytes;

    wg_arena_init(&arena, SECRET_BYTES_MAX + 64);
    bytes = file_read(&arena, path, SECRET_BYTES_MAX, &length);
    if (bytes) {
        fault = key_from_secret(key, algorithm, (struct wg_bytes){bytes, length});
        OPENSSL_cleanse(bytes, length);
    } else
        fault = strerror(errno);
    wg_arena_finish(&arena);
    return fault;
}

/* Whoever holds a secret can sign for its issuer: two with one secret could sign
 * for each other. */
static bool
secret_is_known(const struct issuers *issuers, const struct issuer *issuer)
{
    for (const struct issuer *other = issuers->list; other != issuer; other++)
        if (keys_share_secret(other->keys, issuer->keys))
            return true;
    return false;
}

static bool
secret_open(const struct opening *opening, struct issuer *issuer)
{
    const struct issuer_settings *settings = &issuer->settings;
    const char *fault;

    issuer->keys = wg_alloc_array(&opening->issuers->arena, 1, sizeof(struct key));
    if (!issuer->keys)
        return start_fault(opening, "%s: out of memory", settings->secret_file);
    issuer->n_keys = 1;
    fault = secret_read(issuer->keys, settings->algorithm, settings->secret_file);
    if (!fault && secret_is_known(opening->issuers, issuer))
        fault = "another issuer has the same secret";
    return !fault || start_fault(opening, "%s: %s", settings->secret_file, fault);
}

/* ---- Issuers ---- */

static bool
type_known(const char *type)
{
    return !type || strcmp(type, "JWT") == 0 || strcmp(type, "at+jwt") == 0;
}

static const char *
check_settings(const struct issuer_settings *settings)
{
    const char *algorithm = settings->algorithm;

    if (!settings->audience || !*settings->audience)
        return "no audience";
    if (!settings->jwks_file == !settings->secret_file)
        return "not one of a JWKS file and a secret file";
    if (settings->secret_file && !algorithm_is_secret(algorithm))
        return "the algorithm of a secret is not HS256, HS384 or HS512";
    if (settings->jwks_file && algorithm && !algorithm_is_public(algorithm))
        return "algorithm is not one of public keys";
    if (!type_known(settings->type))
        return "type is not JWT or at+jwt";
    if (settings->leeway_s < 0 || settings->leeway_s > LEEWAY_S_MAX)
        return "leeway is not 0 to 60 s";
    if (settings->lifetime_max_s < 0)
        return "lifetime is negative";
    return NULL;
}

static bool
issuer_open(const struct opening *opening, struct issuer *issuer,
            const struct issuer_settings *settings)
{
    const char *url = settings->url, *fault;

    if (!url || !*url)
        return start_fault(opening, "an issuer has no URL");
    if (issuer_find(opening->issuers, url))
        return start_fault(opening, "issuer %s: configured twice", url);
    if ((fault = check_settings(settings)))
        return start_fault(opening, "issuer %s: %s", url, fault);
    issuer->settings = *settings;
    if (settings->lifetime_max_s == 0)
        issuer->settings.lifetime_max_s = LIFETIME_S_DEFAULT;
    opening->issuers->n++;
    return settings->secret_file ? secret_open(opening, issuer) : jwks_open(opening, issuer);
}

struct issuers *
issuers_open(const struct issuer_settings *settings, size_t n, char *error,
             size_t error_bytes)
{
    struct issuers *issuers = calloc(1, sizeof(*issuers));
    const struct opening opening = {issuers, error, error_bytes};

    if (!issuers) {
        start_fault(&opening, "out of memory");
        return NULL;
    }
    document_begin();
    wg_arena_init(&issuers->arena, ARENA_BYTES_MAX);
    issuers->list =
        wg_alloc_array(&issuers->arena, n, sizeof(*issuers->list));
    if (n == 0 || !issuers->list) {
        start_fault(&opening, n == 0 ? "no issuer is configured"
                                     : "out of memory");
        goto fail;
    }
    for (size_t i = 0; i < n; i++)
        if (!issuer_open(&opening, &issuers->list[i], &settings[i]))
            goto fail;
    issuers->cache = token_cache_open();
    return issuers;
fail:
    issuers_close(issuers);
    return NULL;
}

void
issuers_close(struct issuers *issuers)
{
    if (!issuers)
        return;
    for (size_t i = 0; i < issuers->n; i++)
        for (size_t k = 0; k < issuers->list[i].n_keys; k++)
            key_close(&issuers->list[i].keys[k]);
    token_cache_close(issuers->cache);
    wg_arena_finish(&issuers->arena);
    free(issuers);
}

const struct issuer *
issuer_find(const struct issuers *issuers, const char *url)
{
    for (size_t i = 0; i < issuers->n; i++)
        if (strcmp(issuers->list[i].settings.url, url) == 0)
            return &issuers->list[i];
    return NULL;
}

const struct key *
key_find(const struct issuer *issuer, const char *id)
{
    for (size_t i = 0; i < issuer->n_keys; i++)
        if (!issuer->keys[i].id || (id && strcmp(issuer->keys[i].id, id) == 0))
            return &issuer->keys[i];
    return NULL;
}
