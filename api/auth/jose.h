/* jose.h - the forms that JWS and JWK share: base64url, one JSON object, a file. */
#ifndef AUTH_JOSE_H
#define AUTH_JOSE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <wellgate/arena.h>

#define BASE64URL_BYTES(characters) ((characters) / 4 * 3 + (characters) % 4)
#define BASE64URL_TEXT_BYTES(bytes) (((bytes) + 2) / 3 * 4 + 1)

/*
 * RFC 4648, section 5, without padding.
 *
 * bytes   room for BASE64URL_BYTES(length)
 * out     *n_bytes; on success only
 * errors  false for another character, a length that no bytes have, or left
 *         over bits that are not zero: each text has one form
 */
bool base64url_decode(const char *text, size_t length, unsigned char *bytes,
                      size_t *n_bytes);

/* Writes BASE64URL_TEXT_BYTES(length) at most, NUL-terminated. */
void base64url_encode(const unsigned char *bytes, size_t length, char *text);

/* Once, while there is one thread: whose memory Jansson uses. */
void document_begin(void);

/*
 * Read one JSON object, all of it in the arena: it must not be decref'd.
 *
 * values_max  values, keys and brackets at most, to bound its memory
 * errors      NULL  not one object, a key twice, U+0000, nested over 16 deep,
 *                   too many values; or the arena is exhausted, which it shows
 */
json_t *document_read(struct wg_arena *arena, const char *text, size_t length,
                      size_t values_max);

/* A whole file, NUL-terminated, in the arena. NULL with errno set. */
char *file_read(struct wg_arena *arena, const char *path, size_t bytes_max,
                size_t *length);

#endif
