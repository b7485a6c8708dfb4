/*
 * provider.c - an issuer that signs people in: OpenID Connect, authorization code flow
 * with PKCE.
 *
 * Its discovery document is of the configuration: a file, which is believed, or a URL,
 * which may only name endpoints of its own origin or the issuer's. It is read when
 * somebody first signs in, so that the gateway starts without the issuer.
 */
#include "provider.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "auth/jose.h"
#include "fetch.h"
#include "parameters.h"

#define DOCUMENT_BYTES_MAX ((size_t)64 * 1024)
#define DOCUMENT_VALUES_MAX 2000
#define SECRET_BYTES_MAX 512
#define FRESH_MS ((int64_t)3600 * 1000)
#define ASKED_AT_ONCE 8 /* each holds a worker while the issuer thinks */
#define ENDPOINT_BYTES_MAX 1024

struct endpoints {
    char authorization[ENDPOINT_BYTES_MAX];
    char token[ENDPOINT_BYTES_MAX];
};

struct provider {
    const struct issuer_settings *issuer;
    char *secret; /* NULL: a public client */
    pthread_mutex_t lock;
    struct endpoints endpoints;
    int64_t read_ms; /* 0: never */
    atomic_int asking;
};

const struct issuer_settings *
provider_issuer(const struct provider *provider)
{
    return provider->issuer;
}

const char *
provider_label(const struct provider *provider)
{
    return provider->issuer->sign_in_label ? provider->issuer->sign_in_label : provider->issuer->url;
}

/* ---- Opening ---- */

/* The file's text without the line end behind it. */
static bool
read_secret(struct provider *provider, const char *path)
{
    struct wg_arena arena;
    size_t length;
    char *text;

    wg_arena_init(&arena, SECRET_BYTES_MAX + 64);
    text = file_read(&arena, path, SECRET_BYTES_MAX, &length);
    if (text) {
        text[strcspn(text, "\r\n")] = '\0';
        provider->secret = *text ? strdup(text) : NULL;
        errno = 0;
    }
    wg_arena_finish(&arena);
    return provider->secret;
}

/* Why it cannot be one; NULL where it can. */
static const char *
find_fault(struct provider *provider)
{
    const struct issuer_settings *issuer = provider->issuer;
    const char *secret = issuer->client_secret_file;

    if (!issuer->discovery_url == !issuer->discovery_file)
        return "a client_id needs one of discovery_url and discovery_file";
    if (issuer->discovery_url && !url_is_safe(issuer->discovery_url))
        return "its discovery_url is not https";
    if (secret && !read_secret(provider, secret))
        return errno ? strerror(errno) : "client_secret_file holds no secret";
    return NULL;
}

struct provider *
provider_open(const struct issuer_settings *issuer, char *error, size_t error_bytes)
{
    struct provider *provider = calloc(1, sizeof(*provider));
    const char *fault;

    if (!provider)
        return NULL;
    provider->issuer = issuer;
    pthread_mutex_init(&provider->lock, NULL);
    if (!(fault = find_fault(provider)))
        return provider;
    snprintf(error, error_bytes, "issuer %s: %s", issuer->url, fault);
    provider_close(provider);
    return NULL;
}

void
provider_close(struct provider *provider)
{
    free(provider->secret);
    pthread_mutex_destroy(&provider->lock);
    free(provider);
}

/* ---- Asking ---- */

static char *
ask(struct provider *provider, struct wg_arena *arena, const struct fetch *request,
    size_t *length, const char **why)
{
    char *text = NULL;

    *why = "too many sign in at once: try again";
    if (atomic_fetch_add(&provider->asking, 1) < ASKED_AT_ONCE)
        text = fetch(arena, request, length, why);
    atomic_fetch_sub(&provider->asking, 1);
    return text;
}

/* ---- Endpoints ---- */

static json_t *
read_document(struct provider *provider, struct wg_arena *arena, const char **why)
{
    const struct issuer_settings *issuer = provider->issuer;
    const struct fetch request = {.url = issuer->discovery_url};
    size_t length;
    char *text;
    json_t *document;

    if (issuer->discovery_url) {
        text = ask(provider, arena, &request, &length, why);
    } else {
        text = file_read(arena, issuer->discovery_file, DOCUMENT_BYTES_MAX, &length);
        *why = "its discovery document cannot be read";
    }
    if (!text)
        return NULL;
    *why = "its discovery document is not one JSON object";
    document = document_read(arena, text, length, DOCUMENT_VALUES_MAX);
    return document;
}

/* One that a document from elsewhere names must be where we may go. */
static bool
take_endpoint(const struct provider *provider, const json_t *document, const char *name,
              char endpoint[ENDPOINT_BYTES_MAX])
{
    const struct issuer_settings *issuer = provider->issuer;
    const char *url = json_string_value(json_object_get(document, name));

    if (!url || strlen(url) >= ENDPOINT_BYTES_MAX || !url_is_safe(url))
        return false;
    if (issuer->discovery_url && !url_same_origin(url, issuer->discovery_url) &&
        !url_same_origin(url, issuer->url))
        return false;
    strcpy(endpoint, url);
    return true;
}

/* OpenID Connect Discovery 1.0 §4.3: its issuer is ours to the letter. */
static bool
take_endpoints(const struct provider *provider, const json_t *document,
               struct endpoints *endpoints, const char **why)
{
    const char *issuer = json_string_value(json_object_get(document, "issuer"));

    if (!issuer || strcmp(issuer, provider->issuer->url) != 0) {
        *why = "its discovery document is of another issuer";
        return false;
    }
    *why = "its discovery document lacks endpoints over https, of its own or the issuer's origin";
    return take_endpoint(provider, document, "authorization_endpoint", endpoints->authorization) &&
           take_endpoint(provider, document, "token_endpoint", endpoints->token);
}

/* What was read before does while it is fresh, and while nothing newer can be had. */
static bool
find_endpoints(struct provider *provider, struct wg_arena *arena, int64_t now_ms,
               struct endpoints *endpoints, const char **why)
{
    struct endpoints read = {.token = ""};
    const json_t *document;
    bool known;

    pthread_mutex_lock(&provider->lock);
    *endpoints = provider->endpoints;
    known = provider->read_ms != 0;
    if (known && now_ms - provider->read_ms < FRESH_MS) {
        pthread_mutex_unlock(&provider->lock);
        return true;
    }
    provider->read_ms = known ? now_ms : 0; /* others go on with what there is */
    pthread_mutex_unlock(&provider->lock);

    if (!(document = read_document(provider, arena, why)) ||
        !take_endpoints(provider, document, &read, why))
        return known;
    pthread_mutex_lock(&provider->lock);
    provider->endpoints = *endpoints = read;
    provider->read_ms = now_ms;
    pthread_mutex_unlock(&provider->lock);
    return true;
}

/* ---- The flow ---- */

/* With resource, where the issuer wants one (RFC 8707). */
static char *
add_client(const struct provider *provider, struct wg_arena *arena, const char *before,
           const char *redirect_uri)
{
    const struct issuer_settings *issuer = provider->issuer;
    char *text = parameter_add(arena, before, "client_id", issuer->client_id);

    text = parameter_add(arena, text, "redirect_uri", redirect_uri);
    return issuer->sign_in_resource ? parameter_add(arena, text, "resource",
                                                    issuer->sign_in_resource) : text;
}

const char *
provider_authorization(struct provider *provider, struct wg_arena *arena, int64_t now_ms,
                       const struct attempt *attempt, const char *redirect_uri, const char **why)
{
    char state[ATTEMPT_TEXT_BYTES], nonce[ATTEMPT_TEXT_BYTES], verifier[ATTEMPT_TEXT_BYTES],
        challenge[ATTEMPT_TEXT_BYTES], *query;
    const char *scope = provider->issuer->sign_in_scope;
    struct endpoints endpoints;

    if (!find_endpoints(provider, arena, now_ms, &endpoints, why))
        return NULL;
    *why = "memory is short";
    if (!attempt_derive(attempt, "state", state) || !attempt_derive(attempt, "nonce", nonce) ||
        !attempt_derive(attempt, "verifier", verifier) || !attempt_challenge(verifier, challenge))
        return NULL;
    query = add_client(provider, arena, "response_type=code", redirect_uri);
    query = parameter_add(arena, query, "scope", scope ? scope : "openid");
    query = parameter_add(arena, query, "state", state);
    query = parameter_add(arena, query, "nonce", nonce);
    query = parameter_add(arena, query, "code_challenge", challenge);
    query = parameter_add(arena, query, "code_challenge_method", "S256");
    return query ? wg_format(arena, "%s%c%s", endpoints.authorization,
                             strchr(endpoints.authorization, '?') ? '&' : '?', query) : NULL;
}

/* RFC 6749 §5.1. */
static bool
take_tokens(struct wg_arena *arena, const char *text, size_t length, struct tokens *tokens,
            const char **why)
{
    const json_t *answer = document_read(arena, text, length, DOCUMENT_VALUES_MAX);

    tokens->access = json_string_value(json_object_get(answer, "access_token"));
    tokens->id = json_string_value(json_object_get(answer, "id_token"));
    *why = "it answered without an access token and an ID token";
    return tokens->access && tokens->id;
}

/* A confidential client says who it is in Authorization, escaped (RFC 6749 §2.3.1). */
static bool
redeem(struct provider *provider, struct wg_arena *arena, const char *url,
       const struct attempt *attempt, const char *redirect_uri, const char *code,
       struct tokens *tokens, const char **why)
{
    char verifier[ATTEMPT_TEXT_BYTES];
    struct fetch request = {.url = url};
    size_t length;
    char *form = add_client(provider, arena, "grant_type=authorization_code", redirect_uri), *text;

    *why = "memory is short";
    if (!attempt_derive(attempt, "verifier", verifier) ||
        (provider->secret && !(request.user = parameter_escape(arena, provider->issuer->client_id))) ||
        (provider->secret && !(request.secret = parameter_escape(arena, provider->secret))))
        return false;
    form = parameter_add(arena, form, "code", code);
    if (!(request.form = parameter_add(arena, form, "code_verifier", verifier)))
        return false;
    text = ask(provider, arena, &request, &length, why);
    return text && take_tokens(arena, text, length, tokens, why);
}

bool
provider_redeem(struct provider *provider, struct wg_arena *arena, int64_t now_ms,
                const struct attempt *attempt, const char *redirect_uri, const char *code,
                struct tokens *tokens, const char **why)
{
    struct endpoints endpoints;

    return find_endpoints(provider, arena, now_ms, &endpoints, why) &&
           redeem(provider, arena, endpoints.token, attempt, redirect_uri, code, tokens, why);
}
