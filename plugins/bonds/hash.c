/* hash.c - SHA-256 of messages, by OpenSSL. */
#include "hash.h"

#include <openssl/evp.h>

static char *
hexadecimal(struct wg_arena *arena, const unsigned char *bytes, size_t n)
{
    char *text = wg_alloc(arena, 2 * n + 1);

    for (size_t i = 0; text && i < n; i++) {
        text[2 * i] = "0123456789abcdef"[bytes[i] >> 4];
        text[2 * i + 1] = "0123456789abcdef"[bytes[i] & 15];
    }
    return text;
}

const struct wg_problem *
message_hash(struct wg_call *call, const ProtobufCMessage *message, char **text)
{
    struct wg_arena *arena = wg_call_arena(call);
    size_t length = protobuf_c_message_get_packed_size(message);
    uint8_t *packed = wg_alloc(arena, length + 1);
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned n;

    if (!packed)
        return wg_no_memory(call);
    protobuf_c_message_pack(message, packed);
    if (!EVP_Digest(packed, length, digest, &n, EVP_sha256(), NULL))
        return &wg_internal;
    *text = hexadecimal(arena, digest, n);
    return *text ? NULL : wg_no_memory(call);
}
