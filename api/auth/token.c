/*
 * token.c - from an Authorization header to the principal.
 *
 * Down the page is the order of the checks: form, header, issuer, key,
 * signature, claims. The first three read what anybody may have written, only
 * to find the key; nothing is believed before its signature is verified.
 * Running out of memory shows in the arena, so it is looked for in two places
 * only: where a token is refused, and at the end.
 */
#include "cache.h"
#include "issuers.h"
#include "jose.h"

#include <string.h>
#include <strings.h>

#define TOKEN_BYTES_MAX 8192
#define VALUES_MAX 400 /* of header or claims; ~200 groups are common */
#define SUBJECT_BYTES_MAX 255
#define SECONDS_MAX 253402300799.0 /* the last of the year 9999 */
#define ORGANISATION_PREFIX "organisations/"
#define ORGANISATION_BYTES_MAX 255

struct check {
    const struct issuers *issuers;
    struct wg_arena *arena;
    int64_t now_ms;
    const char *why;
    const char *token;
    struct wg_bytes signed_text, signature;
    json_t *header, *claims;
    const struct issuer *issuer;
    const struct key *key;
    struct wg_principal principal;
};

static const struct wg_problem *
refuse(struct check *check, const char *why)
{
    if (check->arena->exhausted)
        return &wg_internal;
    check->why = why;
    return &wg_unauthenticated;
}

/* NULL where the member is missing or of another type. */
static const char *
text_of(const json_t *object, const char *name)
{
    return json_string_value(json_object_get(object, name));
}

/* ---- Form ---- */

/* RFC 6750, section 2.1. Another scheme, as no header, brings no token: then
 * there is no error to describe (section 3.1). */
static const struct wg_problem *
take_bearer(struct check *check, const char *authorization)
{
    static const char scheme[] = "Bearer";
    size_t length = authorization ? strcspn(authorization, " ") : 0;

    if (length != strlen(scheme) ||
        strncasecmp(authorization, scheme, length) != 0)
        return refuse(check, NULL);
    if (authorization[length] == '\0')
        return refuse(check, "no token after Bearer");
    check->token = authorization + length + 1;
    return NULL;
}

/* NULL where it is not base64url, or out of memory. */
static unsigned char *
decode_part(struct check *check, const char *part, size_t length,
            size_t *n_bytes)
{
    unsigned char *bytes = wg_alloc(check->arena, BASE64URL_BYTES(length));

    if (!bytes || !base64url_decode(part, length, bytes, n_bytes))
        return NULL;
    return bytes;
}

static json_t *
decode_object(struct check *check, const char *part, size_t length)
{
    size_t n_bytes;
    unsigned char *bytes = decode_part(check, part, length, &n_bytes);

    return bytes ? document_read(check->arena, (const char *)bytes, n_bytes,
                                 VALUES_MAX)
                 : NULL;
}

/* RFC 7515, section 5.2, steps 1 to 7. */
static const struct wg_problem *
take_apart(struct check *check)
{
    const char *token = check->token;
    size_t length = strnlen(token, TOKEN_BYTES_MAX + 1);
    const char *end = token + length, *claims, *signature;

    if (length > TOKEN_BYTES_MAX)
        return refuse(check, "token is too long");
    if (!(claims = strchr(token, '.')) ||
        !(signature = strchr(claims + 1, '.')) || strchr(signature + 1, '.'))
        return refuse(check, "token is not three parts");
    check->signed_text = (struct wg_bytes){token, (size_t)(signature - token)};
    claims++;
    signature++;
    if (!(check->header =
              decode_object(check, token, (size_t)(claims - 1 - token))))
        return refuse(check, "malformed token header");
    if (!(check->claims = decode_object(check, claims,
                                        (size_t)(signature - 1 - claims))))
        return refuse(check, "malformed token claims");
    if (!(check->signature.data =
              decode_part(check, signature, (size_t)(end - signature),
                          &check->signature.length)))
        return refuse(check, "malformed signature");
    return NULL;
}

/* ---- Header ---- */

/* All that is understood, so whatever changes a token's meaning (crit, b64,
 * zip) or brings a key of its own (jku, jwk, x5u, x5c) is refused. Entra sends
 * x5t; the certificate thumbprints are tolerated and not looked at. */
static bool
header_member_taken(const char *name, const json_t *value)
{
    static const char *const taken[] = {"alg", "typ", "kid", "x5t", "x5t#S256"};

    for (size_t i = 0; i < sizeof(taken) / sizeof(taken[0]); i++)
        if (strcmp(name, taken[i]) == 0)
            return json_is_string(value);
    return false;
}

static const struct wg_problem *
check_header(struct check *check)
{
    const char *name;
    json_t *value;

    json_object_foreach(check->header, name, value)
        if (!header_member_taken(name, value))
            return refuse(check, "token header has a member that is not taken");
    if (!text_of(check->header, "alg"))
        return refuse(check, "token names no algorithm");
    return NULL;
}

/* wanted NULL: either type or none. RFC 7515, section 4.1.9 lets the
 * "application/" be left out. */
static bool
type_taken(const char *type, const char *wanted)
{
    static const char prefix[] = "application/";

    if (!type)
        return !wanted;
    if (strncasecmp(type, prefix, strlen(prefix)) == 0)
        type += strlen(prefix);
    if (wanted)
        return strcasecmp(type, wanted) == 0;
    return strcasecmp(type, "JWT") == 0 || strcasecmp(type, "at+jwt") == 0;
}

/* ---- Issuer, key, signature ---- */

static const struct wg_problem *
find_key(struct check *check)
{
    const char *url = text_of(check->claims, "iss");
    const char *id = text_of(check->header, "kid");
    const char *algorithm = text_of(check->header, "alg");

    if (!url || !(check->issuer = issuer_find(check->issuers, url)))
        return refuse(check, "unknown issuer");
    if (!(check->key = key_find(check->issuer, id)))
        return refuse(check, id ? "unknown key" : "token names no key");
    if (strcmp(algorithm, key_algorithm(check->key)) != 0)
        return refuse(check, "algorithm is not the key's");
    return NULL;
}

static const struct wg_problem *
check_type(struct check *check, const char *wanted)
{
    return type_taken(text_of(check->header, "typ"), wanted)
               ? NULL : refuse(check, "token is of another type");
}

static const struct wg_problem *
check_signature(struct check *check)
{
    const struct wg_problem *problem =
        signature_check(check->key, check->signed_text, check->signature);

    return problem == &wg_unauthenticated
               ? refuse(check, "signature does not verify")
               : problem;
}

/* ---- Claims: from here on the issuer's word ---- */

/* A NumericDate (RFC 7519, section 2), which may have a fraction. */
static bool
read_date(const json_t *value, int64_t *ms)
{
    double seconds = json_number_value(value);

    if (!json_is_number(value) || !(seconds >= 0 && seconds <= SECONDS_MAX))
        return false;
    *ms = (int64_t)(seconds * 1000);
    return true;
}

static const struct wg_problem *
check_times(struct check *check)
{
    const struct issuer_settings *settings = &check->issuer->settings;
    const json_t *not_before = json_object_get(check->claims, "nbf");
    int64_t leeway_ms = (int64_t)settings->leeway_s * 1000;
    int64_t lifetime_max_ms = (int64_t)settings->lifetime_max_s * 1000;
    int64_t expires_ms, issued_ms, begins_ms = 0;

    if (!read_date(json_object_get(check->claims, "exp"), &expires_ms))
        return refuse(check, "exp is missing or not a date");
    if (!read_date(json_object_get(check->claims, "iat"), &issued_ms))
        return refuse(check, "iat is missing or not a date");
    if (not_before && !read_date(not_before, &begins_ms))
        return refuse(check, "nbf is not a date");
    if (expires_ms <= check->now_ms - leeway_ms)
        return refuse(check, "token has expired");
    if (begins_ms > check->now_ms + leeway_ms)
        return refuse(check, "token is not valid yet");
    if (issued_ms > check->now_ms + leeway_ms)
        return refuse(check, "token was issued in the future");
    if (expires_ms <= issued_ms || expires_ms - issued_ms > lifetime_max_ms)
        return refuse(check, "token lives too long");
    check->principal.expires_ms = expires_ms;
    return NULL;
}

/* A text, or a list of texts of which one is ours (RFC 7519, section 4.1.3). */
static const struct wg_problem *
check_audience(struct check *check, const char *ours)
{
    const json_t *claim = json_object_get(check->claims, "aud"), *member;
    bool found = json_is_string(claim) &&
                 strcmp(json_string_value(claim), ours) == 0;
    size_t i;

    json_array_foreach(claim, i, member) {
        if (!json_is_string(member))
            return refuse(check, "aud is not a list of texts");
        found |= strcmp(json_string_value(member), ours) == 0;
    }
    return found ? NULL : refuse(check, "token is for another audience");
}

static bool
is_printable(const char *text)
{
    for (; *text; text++)
        if (*text < ' ' || *text > '~')
            return false;
    return true;
}

static const struct wg_problem *
take_subject(struct check *check)
{
    const char *subject = text_of(check->claims, "sub");

    if (!subject || !*subject || strlen(subject) > SUBJECT_BYTES_MAX ||
        !is_printable(subject))
        return refuse(check, "sub is not 1 to 255 printable characters");
    check->principal.issuer = check->issuer->settings.url;
    check->principal.subject = subject;
    return NULL;
}

/* A list of one is that one. Of several, none is more the caller's than another,
 * so they stay a list, which nothing but scopes may be. */
static json_t *
only_member(json_t *claim)
{
    return json_array_size(claim) == 1 ? json_array_get(claim, 0) : claim;
}

/* Dots in path lead into objects. NULL where there is none; a JSON null, which no
 * claim may be, where a list of several is in the way. */
static json_t *
find_claim(json_t *claims, const char *path)
{
    size_t length;

    for (;; path += length + 1) {
        length = strcspn(path, ".");
        claims = json_object_getn(claims, path, length);
        if (path[length] == '\0')
            return claims;
        claims = only_member(claims);
        if (json_is_array(claims))
            return json_null();
    }
}

static bool
is_organisation(const char *name)
{
    static const char taken[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                "abcdefghijklmnopqrstuvwxyz0123456789._~-";
    size_t prefix = strlen(ORGANISATION_PREFIX), id;

    if (strncmp(name, ORGANISATION_PREFIX, prefix) != 0)
        return false;
    id = strspn(name + prefix, taken);
    return id > 0 && name[prefix + id] == '\0' &&
           prefix + id <= ORGANISATION_BYTES_MAX;
}

static const struct wg_problem *
take_organisation(struct check *check)
{
    const struct issuer_settings *settings = &check->issuer->settings;
    const char *prefix = settings->organisation_prefix;
    const char *path = settings->organisation_claim, *name;
    json_t *claim = path ? only_member(find_claim(check->claims, path)) : NULL;

    check->principal.organisation = "";
    if (!claim)
        return NULL;
    name = json_string_value(claim);
    if (name && prefix && strncmp(name, prefix, strlen(prefix)) != 0)
        name = wg_format(check->arena, "%s%s", prefix, name);
    if (!name || !is_organisation(name))
        return refuse(check, "organisation is not a name of one");
    check->principal.organisation = name;
    return NULL;
}

/* RFC 6749, section 3.3. */
static bool
is_scope(const char *word)
{
    if (!*word)
        return false;
    for (; *word; word++)
        if (*word <= ' ' || *word > '~' || *word == '"' || *word == '\\')
            return false;
    return true;
}

struct words {
    const char **list; /* NULL-terminated */
    size_t n;
};

/* False where the word is malformed or out of memory. */
static bool
add_scope(struct check *check, struct words *words, const char *word)
{
    if (!words->list || !word || !is_scope(word))
        return false;
    if (check->issuer->settings.may_grant_admin || strcmp(word, "admin") != 0)
        words->list[words->n++] = word;
    return true;
}

/* "a b c"; none in an empty text, which Keycloak sends. */
static bool
split_scopes(struct check *check, const char *text, struct words *words)
{
    char *next = wg_copy_text(check->arena, text), *word;
    size_t most = strlen(text) / 2 + 1; /* letters and a space between them */

    words->list = wg_alloc_array(check->arena, most + 1, sizeof(char *));
    if (!next)
        return false;
    if (!*next)
        return words->list != NULL;
    while ((word = strsep(&next, " ")))
        if (!add_scope(check, words, word))
            return false;
    return true;
}

static bool
list_scopes(struct check *check, const json_t *list, struct words *words)
{
    const json_t *member;
    size_t i;

    words->list = wg_alloc_array(check->arena, json_array_size(list) + 1,
                                 sizeof(char *));
    json_array_foreach(list, i, member)
        if (!add_scope(check, words, json_string_value(member)))
            return false;
    return words->list != NULL;
}

/* Entra's scp is a text, Okta's a list: the claim's own type decides. */
static const struct wg_problem *
take_scopes(struct check *check)
{
    const char *path = check->issuer->settings.scope_claim;
    json_t *claim = path ? find_claim(check->claims, path) : NULL;
    struct words words = {0};
    bool taken;

    if (json_is_array(claim))
        taken = list_scopes(check, claim, &words);
    else
        taken = (!claim || json_is_string(claim)) &&
                split_scopes(check, claim ? json_string_value(claim) : "",
                             &words);
    if (!taken)
        return refuse(check, "scope is not a list of scopes");
    check->principal.scopes = words.list;
    return NULL;
}

/* ---- All of it ---- */

static const struct wg_problem *
check_token(struct check *check, const char *authorization)
{
    const struct wg_problem *problem;

    if ((problem = take_bearer(check, authorization)) ||
        (problem = take_apart(check)) ||
        (problem = check_header(check)) ||
        (problem = find_key(check)) ||
        (problem = check_type(check, check->issuer->settings.type)) ||
        (problem = check_signature(check)) ||
        (problem = check_times(check)) ||
        (problem = check_audience(check, check->issuer->settings.audience)) ||
        (problem = take_subject(check)) ||
        (problem = take_organisation(check)) ||
        (problem = take_scopes(check)))
        return problem;
    return check->arena->exhausted ? &wg_internal : NULL;
}

const struct wg_problem *
authenticate(const struct issuers *issuers, const char *authorization,
             int64_t now_ms, struct wg_arena *arena,
             struct wg_principal *principal, const char **why)
{
    struct check check = {
        .issuers = issuers,
        .arena = arena,
        .now_ms = now_ms,
    };
    const struct wg_problem *problem;

    *why = NULL;
    if (authorization &&
        token_cache_find(issuers->cache, authorization, now_ms, arena, principal))
        return NULL;
    problem = check_token(&check, authorization);
    *why = check.why;
    if (problem)
        return problem;
    *principal = check.principal;
    token_cache_keep(issuers->cache, authorization, now_ms, principal);
    return NULL;
}

/* ---- An ID token ---- */

/* It is said to be for the client alone: one for others as well names the client as the
 * party that it was issued to. */
static const struct wg_problem *
check_client(struct check *check, const char *client_id)
{
    const json_t *audience = json_object_get(check->claims, "aud");
    const char *party = text_of(check->claims, "azp");

    if (json_array_size(audience) > 1 && !party)
        return refuse(check, "token is for several, and names no party");
    if (party && strcmp(party, client_id) != 0)
        return refuse(check, "token was issued to another party");
    return NULL;
}

static const struct wg_problem *
check_nonce(struct check *check, const char *nonce)
{
    const char *said = text_of(check->claims, "nonce");

    return said && strcmp(said, nonce) == 0 ? NULL : refuse(check, "token is of another sign-in");
}

static const struct wg_problem *
check_issuer(struct check *check, const char *issuer)
{
    return strcmp(check->issuer->settings.url, issuer) == 0
               ? NULL : refuse(check, "token is of another issuer");
}

const struct wg_problem *
id_token_check(const struct issuers *issuers, const char *issuer, const char *token,
               const char *client_id, const char *nonce, int64_t now_ms, struct wg_arena *arena,
               const char **why)
{
    struct check check = {.issuers = issuers, .arena = arena, .now_ms = now_ms, .token = token};
    const struct wg_problem *problem;

    if ((problem = take_apart(&check)) || (problem = check_header(&check)) ||
        (problem = find_key(&check)) || (problem = check_issuer(&check, issuer)) ||
        (problem = check_type(&check, text_of(check.header, "typ") ? "JWT" : NULL)) ||
        (problem = check_signature(&check)) || (problem = check_times(&check)) ||
        (problem = check_audience(&check, client_id)) ||
        (problem = check_client(&check, client_id)) || (problem = check_nonce(&check, nonce)) ||
        (problem = take_subject(&check)))
        *why = check.why;
    return problem ? problem : arena->exhausted ? &wg_internal : NULL;
}
