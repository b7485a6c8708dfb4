/* fetch.c - libcurl, with everything off that is not needed. */
#include "fetch.h"

#include <curl/curl.h>
#include <string.h>
#include <strings.h>

#define BYTES_MAX ((size_t)64 * 1024)
#define CONNECT_MS 3000L
#define WHOLE_MS 6000L

bool
fetch_begin(void)
{
    return curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
}

/* ---- URLs ---- */

/* A part of a URL, to be freed with curl_free; NULL for none. */
static char *
part_of(const char *url, CURLUPart part)
{
    CURLU *parsed = curl_url();
    char *text = NULL;

    if (parsed && curl_url_set(parsed, CURLUPART_URL, url, 0) == CURLUE_OK)
        curl_url_get(parsed, part, &text, CURLU_DEFAULT_PORT);
    curl_url_cleanup(parsed);
    return text;
}

static bool
is_this_machine(const char *host)
{
    return host && ((strncmp(host, "127.", 4) == 0 && !host[strspn(host, "0123456789.")]) ||
                    strcmp(host, "[::1]") == 0 || strcasecmp(host, "localhost") == 0);
}

bool
url_is_safe(const char *url)
{
    char *scheme = part_of(url, CURLUPART_SCHEME), *host = part_of(url, CURLUPART_HOST);
    bool safe = scheme && host && (strcmp(scheme, "https") == 0 ||
                                   (strcmp(scheme, "http") == 0 && is_this_machine(host)));

    curl_free(scheme);
    curl_free(host);
    return safe;
}

static bool
same_part(const char *a, const char *b, CURLUPart part)
{
    char *of_a = part_of(a, part), *of_b = part_of(b, part);
    bool same = of_a && of_b && strcasecmp(of_a, of_b) == 0;

    curl_free(of_a);
    curl_free(of_b);
    return same;
}

bool
url_same_origin(const char *a, const char *b)
{
    return same_part(a, b, CURLUPART_SCHEME) && same_part(a, b, CURLUPART_HOST) &&
           same_part(a, b, CURLUPART_PORT);
}

/* ---- Fetching ---- */

struct body {
    char *bytes; /* BYTES_MAX and a NUL */
    size_t length;
};

static size_t
take(char *bytes, size_t size, size_t n, void *context)
{
    struct body *body = context;

    if (n > BYTES_MAX - body->length || size != 1)
        return 0; /* ends the transfer */
    memcpy(body->bytes + body->length, bytes, n);
    body->length += n;
    return n;
}

static void
set_options(CURL *curl, const struct fetch *request, struct body *body)
{
    curl_easy_setopt(curl, CURLOPT_URL, request->url);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, CONNECT_MS);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, WHOLE_MS);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, body);
    if (request->form)
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request->form);
    if (request->secret) {
        curl_easy_setopt(curl, CURLOPT_HTTPAUTH, CURLAUTH_BASIC);
        curl_easy_setopt(curl, CURLOPT_USERNAME, request->user);
        curl_easy_setopt(curl, CURLOPT_PASSWORD, request->secret);
    }
}

char *
fetch(struct wg_arena *arena, const struct fetch *request, size_t *length, const char **why)
{
    struct body body = {wg_alloc(arena, BYTES_MAX + 1), 0};
    CURL *curl = body.bytes ? curl_easy_init() : NULL;
    CURLcode done;
    long status = 0;

    *why = "memory is short";
    if (!curl)
        return NULL;
    set_options(curl, request, &body);
    if ((done = curl_easy_perform(curl)) == CURLE_OK)
        curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_cleanup(curl);
    *why = done != CURLE_OK ? curl_easy_strerror(done)
           : wg_format(arena, "it answered with status %ld", status);
    if (done != CURLE_OK || status != 200)
        return NULL;
    body.bytes[body.length] = '\0';
    *length = body.length;
    return body.bytes;
}
