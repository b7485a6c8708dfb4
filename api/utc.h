/* utc.h - moments as text. libc's calendar takes a lock that all threads share. */
#ifndef UTC_H
#define UTC_H

#include <stdint.h>

#define UTC_TEXT_BYTES sizeof("2016-09-30T12:00:00")
#define UTC_HTTP_BYTES sizeof("Fri, 30 Sep 2016 12:00:00 GMT")

/* 2016-09-30T12:00:00, of a second in the years 1 to 9999; the end. No NUL is put. */
char *utc_put(char *out, int64_t seconds);

/* As in the header Date (RFC 9110 §5.6.7). */
void utc_http(int64_t seconds, char text[UTC_HTTP_BYTES]);

#endif
