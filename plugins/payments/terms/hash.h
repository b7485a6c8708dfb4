/* hash.h - SHA-256 of messages, in hexadecimal. */
#ifndef PAYMENTS_HASH_H
#define PAYMENTS_HASH_H

#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>

enum { HASH_BYTES = 32, HASH_TEXT_BYTES = 2 * HASH_BYTES + 1 };

/* Of bytes. false: OpenSSL failed. */
bool hash_bytes(const void *bytes, size_t length, char text[HASH_TEXT_BYTES]);

/* Of a message as protobuf-c packs it: fields in the order of their numbers, none that has
 * its default. false: no memory, or OpenSSL failed. */
bool hash_message(const ProtobufCMessage *message, char text[HASH_TEXT_BYTES]);

#endif
