/* messages.c - shared messages for plugins and for the gateway itself. */
#include <openssl/evp.h>
#include <wellgate/messages.h>
#include <wellgate/money.h>

Wellgate__Common__V1__Money *
wg_money_message(struct wg_arena *arena, const char *currency, int64_t minor)
{
    Wellgate__Common__V1__Money *money =
        wg_new_message(arena, &wellgate__common__v1__money__descriptor);
    char text[WG_MONEY_TEXT_BYTES];

    if (!money)
        return NULL;
    money->currency = (char *)currency;
    money->amount = wg_copy_text(arena, wg_money_format(currency, minor, text));
    return money->amount ? money : NULL;
}

Google__Protobuf__Timestamp *
wg_time_message(struct wg_arena *arena, int64_t time_ms)
{
    Google__Protobuf__Timestamp *time =
        wg_new_message(arena, &google__protobuf__timestamp__descriptor);

    if (!time)
        return NULL;
    time->seconds = time_ms / 1000;
    time->nanos = (int32_t)(time_ms % 1000) * 1000000;
    return time;
}

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

char *
wg_message_hash(struct wg_arena *arena, const ProtobufCMessage *message)
{
    size_t length = protobuf_c_message_get_packed_size(message);
    uint8_t *packed = wg_alloc(arena, length + 1);
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned n;

    if (!packed)
        return NULL;
    protobuf_c_message_pack(message, packed);
    if (!EVP_Digest(packed, length, digest, &n, EVP_sha256(), NULL))
        return NULL;
    return hexadecimal(arena, digest, n);
}
