/* negotiate.h - which media type a client would rather have (RFC 9110 §12.5.1). */
#ifndef HTTP_NEGOTIATE_H
#define HTTP_NEGOTIATE_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The index of the media type to answer with. Of equal quality are preferred the one
 * that a more specific range named, then the earlier one.
 *
 * accept  the header's value; NULL, empty or malformed: anything goes
 * errors  -1: none is acceptable
 */
int accept_choose(const char *accept, const char *const *media_types, size_t n);

/* "text/csv" or "text/csv; charset=utf-8", as RFC 9110 §8.3.1 has it. */
bool media_type_is_valid(const char *text);

/* The same type and subtype, in any case and whatever their parameters. NULL is the
 * same as nothing. */
bool media_type_is(const char *text, const char *media_type);

#endif
