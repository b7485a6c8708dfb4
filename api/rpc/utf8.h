/* utf8.h - is it UTF-8, and how many characters? */
#ifndef RPC_UTF8_H
#define RPC_UTF8_H

#include <stdbool.h>
#include <stddef.h>

/* Bytes of the character that text begins with, 1 to 4; 0 where it is none:
 * overlong, a surrogate, above U+10FFFF, cut off, or length is 0. */
size_t utf8_length(const char *text, size_t length);

bool utf8_valid(const char *text, size_t length);

/* Unicode characters of a NUL-terminated text that is UTF-8. */
size_t utf8_characters(const char *text);

#endif
