/* log.h - JSON lines on standard error; never a token, a name or an identifier
 * of a person. */
#ifndef LOG_H
#define LOG_H

#include <stddef.h>
#include <stdint.h>

/* One line at once: {"time":…,"level":…,"message":…}. Any thread. */
void log_info(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_warning(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* One served request. The path is the route's pattern, not the raw one. */
struct log_access {
    const char *request_id, *traceparent /* or NULL */, *method, *route /* or NULL */;
    const char *problem /* slug or NULL */, *subject /* or NULL */, *organisation /* or NULL */;
    int status;
    size_t bytes;
    int64_t duration_us;
};

/* Buffered, written when the buffer fills, each second, and by log_flush. */
void log_request(const struct log_access *access);
void log_flush(void);

#endif
