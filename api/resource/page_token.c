/* page_token.c - base64url of a position, behind a sum over it and its list. */
#include "page_token.h"

#include <string.h>
#include <xxhash.h>

#include "rpc/base64.h"
#include "store/bytes.h"

#define SUM_BYTES 8

uint64_t
page_token_list(const char *const *parts, size_t n)
{
    uint64_t list = 0;

    for (size_t i = 0; i < n; i++)
        list = XXH3_64bits_withSeed(parts[i], strlen(parts[i]), list);
    return list;
}

static uint64_t
sum_of(uint64_t list, struct wg_bytes position)
{
    return XXH3_64bits_withSeed(position.data, position.length, list);
}

/* Such that it needs no escapes in a query. */
static void
make_url_safe(char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        switch (text[i]) {
        case '+':
            text[i] = '-';
            break;
        case '/':
            text[i] = '_';
            break;
        case '=':
            text[i] = '\0';
            break;
        }
}

char *
page_token_make(struct wg_arena *arena, uint64_t list, struct wg_bytes position)
{
    size_t length = SUM_BYTES + position.length;
    unsigned char *bytes = wg_alloc(arena, length);
    char *text = wg_alloc(arena, BASE64_TEXT_BYTES(length) + 1);

    if (!bytes || !text)
        return NULL;
    bytes_put64(bytes, sum_of(list, position));
    memcpy(bytes + SUM_BYTES, position.data, position.length);
    base64_encode(bytes, length, text);
    make_url_safe(text, BASE64_TEXT_BYTES(length));
    return text;
}

const struct wg_problem *
page_token_read(struct wg_call *call, const char *text, uint64_t list, struct wg_bytes *position)
{
    size_t length = strlen(text), n;
    unsigned char *bytes = wg_alloc(call->arena, BASE64_BYTES_MAX(length) + 1);

    *position = (struct wg_bytes){"", 0};
    if (!*text)
        return NULL;
    if (!bytes)
        return wg_no_memory(call);
    if (base64_decode(text, length, bytes, &n) && n > SUM_BYTES) {
        bytes[n] = '\0';
        *position = (struct wg_bytes){bytes + SUM_BYTES, n - SUM_BYTES};
        if (bytes_get64(bytes) == sum_of(list, *position))
            return NULL;
    }
    return wg_fail(call, &wg_malformed, "pageToken is not one of this list");
}
