/* jose.c - strict readings of what came from elsewhere, within an arena. */
#include "jose.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define DEPTH_MAX 16

/* ---- base64url ---- */

static int
sextet(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '-' ? 62 : c == '_' ? 63 : -1;
}

bool
base64url_decode(const char *text, size_t length, unsigned char *bytes,
                 size_t *n_bytes)
{
    unsigned char *begin = bytes;
    uint32_t bits = 0;
    int n_bits = 0, value;

    for (size_t i = 0; i < length; i++) {
        if ((value = sextet(text[i])) < 0)
            return false;
        bits = bits << 6 | (uint32_t)value;
        n_bits += 6;
        if (n_bits >= 8) {
            n_bits -= 8;
            *bytes++ = (unsigned char)(bits >> n_bits);
        }
    }
    if (n_bits >= 6 || (bits & ((1U << n_bits) - 1)) != 0)
        return false;
    *n_bytes = (size_t)(bytes - begin);
    return true;
}

void
base64url_encode(const unsigned char *bytes, size_t length, char *text)
{
    EVP_EncodeBlock((unsigned char *)text, bytes, (int)length);
    for (; *text && *text != '='; text++)
        *text = *text == '+' ? '-' : *text == '/' ? '_' : *text;
    *text = '\0';
}

/* ---- JSON ---- */

/*
 * Jansson 2.14 does not look whether its text buffer could grow (lex_save in
 * its load.c): one failed malloc within a string drops a byte of it and goes
 * on, or, the byte being the closing quote, reads and writes past the ends of
 * blocks (both seen). So what a text may need is taken from the arena before,
 * and Jansson never sees NULL: of the reserve, texts of all shapes used 90 % at
 * most, and should one need more, the arena follows.
 */
#define VALUE_BYTES 192
#define TEXT_FACTOR 4

static __thread struct {
    struct wg_arena *arena; /* NULL: nobody reads, malloc serves */
    char *next;
    size_t left;
} reserve;

static void *
reserve_take(size_t bytes)
{
    size_t padded = (bytes + 15) & ~(size_t)15;

    if (!reserve.arena)
        return malloc(bytes);
    if (padded > reserve.left)
        return wg_alloc(reserve.arena, bytes);
    reserve.next += padded;
    reserve.left -= padded;
    return reserve.next - padded;
}

static void
reserve_free(void *memory)
{
    if (!reserve.arena)
        free(memory);
}

void
document_begin(void)
{
    json_set_alloc_funcs(reserve_take, reserve_free);
    json_object_seed(0);
}

/* How many values at most? 0 where they are nested too deeply. */
static size_t
values_count(const char *text, size_t length)
{
    size_t n = 1;
    int depth = 0;
    bool quoted = false;

    for (size_t i = 0; i < length; i++) {
        if (text[i] == '"')
            quoted = !quoted;
        if (quoted) {
            i += text[i] == '\\';
            continue;
        }
        n += text[i] && strchr("{[:,", text[i]);
        depth += text[i] == '{' || text[i] == '[';
        depth -= text[i] == '}' || text[i] == ']';
        if (depth > DEPTH_MAX)
            return 0;
    }
    return n;
}

json_t *
document_read(struct wg_arena *arena, const char *text, size_t length,
              size_t values_max)
{
    size_t n = values_count(text, length), bytes;
    json_error_t error;
    json_t *document;

    if (n == 0 || n > values_max)
        return NULL;
    bytes = (n + 1) * VALUE_BYTES + length * TEXT_FACTOR;
    if (!(reserve.next = wg_alloc(arena, bytes)))
        return NULL;
    reserve.left = bytes;
    reserve.arena = arena;
    document = json_loadb(text, length, JSON_REJECT_DUPLICATES, &error);
    reserve.arena = NULL;
    return json_is_object(document) ? document : NULL;
}

/* False with errno set. */
static bool
size_find(FILE *file, size_t bytes_max, size_t *size)
{
    struct stat status;

    if (fstat(fileno(file), &status) != 0)
        return false;
    if (!S_ISREG(status.st_mode))
        errno = S_ISDIR(status.st_mode) ? EISDIR : EINVAL;
    else if ((uintmax_t)status.st_size > bytes_max)
        errno = EFBIG;
    else {
        *size = (size_t)status.st_size;
        return true;
    }
    return false;
}

char *
file_read(struct wg_arena *arena, const char *path, size_t bytes_max,
          size_t *length)
{
    FILE *file = fopen(path, "re");
    char *text = NULL;
    size_t size;

    if (!file)
        return NULL;
    setvbuf(file, NULL, _IONBF, 0); /* no copy stays behind: secrets are read too */
    if (size_find(file, bytes_max, &size)) {
        errno = ENOMEM;
        text = wg_alloc(arena, size + 1); /* zeroed: ends in NUL */
    }
    if (text) {
        *length = fread(text, 1, size, file);
        if (ferror(file)) {
            errno = EIO;
            text = NULL;
        }
    }
    fclose(file);
    return text;
}
