/* hash.c - SHA-256, by OpenSSL. */
#include "hash.h"

#include <openssl/evp.h>
#include <stdlib.h>

bool
hash_bytes(const void *bytes, size_t length, char text[HASH_TEXT_BYTES])
{
    static const char digits[] = "0123456789abcdef";
    unsigned char hash[HASH_BYTES];

    if (!EVP_Digest(bytes, length, hash, NULL, EVP_sha256(), NULL))
        return false;
    for (size_t i = 0; i < HASH_BYTES; i++) {
        *text++ = digits[hash[i] >> 4];
        *text++ = digits[hash[i] & 15];
    }
    *text = '\0';
    return true;
}

bool
hash_message(const ProtobufCMessage *message, char text[HASH_TEXT_BYTES])
{
    size_t length = protobuf_c_message_get_packed_size(message);
    uint8_t *packed = malloc(length + 1);
    bool hashed = false;

    if (packed) {
        protobuf_c_message_pack(message, packed);
        hashed = hash_bytes(packed, length, text);
    }
    free(packed);
    return hashed;
}
