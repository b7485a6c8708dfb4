/* log.c - JSON lines on standard error, whole ones only. */
#include "log.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "digits.h"
#include "threads.h"
#include "utc.h"

/* A line is built on the stack of its thread and copied whole, so that lines
 * never mix. A value that does not fit is cut; the line stays valid JSON. */
#define LINE_BYTES 4096
#define TAIL_BYTES 256 /* kept for the numbers and the closing brace */
#define BUFFER_BYTES (64 * 1024)
#define FULL_WAIT_MS 100 /* for a reader of standard error that has stopped */

struct line {
    char text[LINE_BYTES];
    size_t length;
    size_t limit; /* texts stop here */
};

/* Whole lines, of which the first may have gone out in part. */
struct lines {
    char text[BUFFER_BYTES];
    size_t length;
};

/* Lines are added to one buffer while the other is written: whoever adds waits for a
 * copy, not for whoever reads standard error. */
static struct {
    pthread_once_t flusher;
    pthread_mutex_t writing; /* guards going and stopped; is taken before mutex */
    struct lines *going;
    bool stopped; /* its reader */
    pthread_mutex_t mutex; /* guards coming and lost */
    struct lines *coming;
    size_t lost; /* lines */
    struct lines both[2];
} out = {.flusher = PTHREAD_ONCE_INIT,
         .writing = PTHREAD_MUTEX_INITIALIZER,
         .going = &out.both[0],
         .mutex = PTHREAD_MUTEX_INITIALIZER,
         .coming = &out.both[1]};

/* ---- Building a line ----------------------------------------------------- */

static void
add_bytes(struct line *line, const char *text, size_t length)
{
    if (length < sizeof(line->text) - line->length) {
        memcpy(line->text + line->length, text, length);
        line->length += length;
    }
}

static void
add(struct line *line, const char *text)
{
    add_bytes(line, text, strlen(text));
}

/* Bytes of the well-formed UTF-8 character at text (RFC 3629 §4); 0 where there
 * is none. Text ends with NUL, which is no continuation byte. */
static size_t
character_bytes(const char *text)
{
    const unsigned char *byte = (const unsigned char *)text;
    size_t length = byte[0] < 0x80                       ? 1
                    : byte[0] >= 0xC2 && byte[0] <= 0xDF ? 2
                    : (byte[0] & 0xF0) == 0xE0           ? 3
                    : byte[0] >= 0xF0 && byte[0] <= 0xF4 ? 4
                                                         : 0;

    for (size_t i = 1; i < length; i++)
        if ((byte[i] & 0xC0) != 0x80)
            return 0;
    if ((byte[0] == 0xE0 && byte[1] < 0xA0) ||
        (byte[0] == 0xED && byte[1] > 0x9F) || /* surrogates */
        (byte[0] == 0xF0 && byte[1] < 0x90) ||
        (byte[0] == 0xF4 && byte[1] > 0x8F))
        return 0;
    return length;
}

/* One character as it stands in a JSON string; answers the bytes taken. */
static size_t
escape(const char *text, char escaped[8])
{
    size_t taken = character_bytes(text);
    unsigned char byte = (unsigned char)*text;

    if (taken == 0) {
        memcpy(escaped, "\\ufffd", 7);
        return 1;
    }
    if (byte == '"' || byte == '\\')
        snprintf(escaped, 8, "\\%c", byte);
    else if (byte < 0x20 || byte == 0x7F)
        snprintf(escaped, 8, "\\u%04x", byte);
    else {
        memcpy(escaped, text, taken);
        escaped[taken] = '\0';
    }
    return taken;
}

/* Bytes of text, of so many at most, that are ASCII and stand for themselves. */
static size_t
plain_length(const char *text, size_t most)
{
    size_t n = 0;

    while (n < most && text[n] >= ' ' && text[n] <= '~' && text[n] != '"' && text[n] != '\\')
        n++;
    return n;
}

static void
add_escaped(struct line *line, const char *text)
{
    char escaped[8];

    while (*text && line->length + sizeof(escaped) < line->limit) {
        size_t plain = plain_length(text, line->limit - sizeof(escaped) - line->length);

        add_bytes(line, text, plain);
        text += plain;
        if (plain == 0) {
            text += escape(text, escaped);
            add(line, escaped);
        }
    }
}

/* ,"name":"text"; nothing for NULL. The name needs no escaping. */
static void
add_text(struct line *line, const char *name, const char *text)
{
    if (!text || line->length + strlen(name) + 8 > line->limit)
        return;
    add(line, ",\"");
    add(line, name);
    add(line, "\":\"");
    add_escaped(line, text);
    add(line, "\"");
}

static void
add_number(struct line *line, const char *name, uint64_t number)
{
    char digits[DIGITS_MAX];

    add(line, ",\"");
    add(line, name);
    add(line, "\":");
    add_bytes(line, digits, (size_t)(digits_put(digits, number) - digits));
}

static void
begin_line(struct line *line, const char *level)
{
    struct timespec now;
    char text[UTC_TEXT_BYTES + sizeof(".999")], *end;

    clock_gettime(CLOCK_REALTIME, &now);
    end = utc_put(text, now.tv_sec);
    *end++ = '.';
    end = digits_fixed(end, (uint64_t)now.tv_nsec / 1000000, 3);
    line->length = 0;
    line->limit = sizeof(line->text) - TAIL_BYTES;
    add(line, "{\"time\":\"");
    add_bytes(line, text, (size_t)(end - text));
    add(line, "Z\"");
    add_text(line, "level", level);
}

/* ---- Writing ------------------------------------------------------------- */

/* May standard error be written to without waiting for its reader? A pipe that
 * is ready has room for PIPE_BUF bytes. Only the first wait of a stoppage is a
 * real one: requests must not wait for a reader that has gone to sleep. */
static bool
is_ready(void)
{
    struct pollfd ready = {.fd = STDERR_FILENO, .events = POLLOUT};

    out.stopped = poll(&ready, 1, out.stopped ? 0 : FULL_WAIT_MS) <= 0;
    return !out.stopped;
}

/* What its reader does not take stays for the next time, so no line is cut. */
static void
write_out(struct lines *lines)
{
    size_t done = 0;

    while (done < lines->length && is_ready()) {
        size_t left = lines->length - done;
        ssize_t written = write(STDERR_FILENO, lines->text + done,
                                left < PIPE_BUF ? left : PIPE_BUF);

        if (written >= 0)
            done += (size_t)written;
        else if (errno != EINTR && errno != EAGAIN)
            done = lines->length; /* closed: nobody will ever read it */
    }
    lines->length -= done;
    memmove(lines->text, lines->text + done, lines->length);
}

/* Is there one to write? What was left of the one before goes first. */
static bool
turn(void)
{
    struct lines *going = out.going;

    if (going->length == 0) {
        pthread_mutex_lock(&out.mutex);
        out.going = out.coming;
        out.coming = going;
        pthread_mutex_unlock(&out.mutex);
    }
    return out.going->length > 0;
}

void
log_flush(void)
{
    pthread_mutex_lock(&out.writing);
    for (int i = 0; i < 2 && turn(); i++) /* each once; others go on adding */
        write_out(out.going);
    pthread_mutex_unlock(&out.writing);
}

/* Whole or not at all. */
static bool
keep(const struct line *line)
{
    struct lines *lines = out.coming;

    if (line->length > sizeof(lines->text) - lines->length)
        return false;
    memcpy(lines->text + lines->length, line->text, line->length);
    lines->length += line->length;
    return true;
}

static bool
keep_loss(void)
{
    struct line line;

    begin_line(&line, "warning");
    add_text(&line, "message", "log lines were lost: nobody read them");
    add_number(&line, "lines", out.lost);
    add(&line, "}\n");
    return keep(&line);
}

/* May there be room once lines have been written? Else, at last, it is lost. */
static bool
keep_or_lose(const struct line *line, bool at_last)
{
    bool kept;

    pthread_mutex_lock(&out.mutex);
    if (out.lost > 0 && keep_loss())
        out.lost = 0;
    kept = keep(line);
    out.lost += !kept && at_last;
    pthread_mutex_unlock(&out.mutex);
    return kept;
}

static void
end_line(struct line *line, bool at_once)
{
    add(line, "}\n");
    if (!keep_or_lose(line, false)) {
        log_flush();
        keep_or_lose(line, true);
    }
    if (at_once)
        log_flush();
}

static void *
flush_each_second(void *unused)
{
    (void)unused;
    for (;;) {
        sleep(1);
        log_flush();
    }
    return NULL;
}

/* Should it not start, lines wait until the buffer is full. */
static void
start_flusher(void)
{
    pthread_t thread;

    if (thread_start(&thread, flush_each_second, NULL) == 0)
        pthread_detach(thread);
}

/* ---- The lines ----------------------------------------------------------- */

static void __attribute__((format(printf, 2, 0)))
log_message(const char *level, const char *format, va_list arguments)
{
    char message[LINE_BYTES / 2];
    struct line line;

    vsnprintf(message, sizeof(message), format, arguments);
    begin_line(&line, level);
    add_text(&line, "message", message);
    end_line(&line, true);
}

#define LOG_FUNCTION(function, level)                                          \
    void function(const char *format, ...)                                     \
    {                                                                          \
        va_list arguments;                                                     \
                                                                               \
        va_start(arguments, format);                                           \
        log_message(level, format, arguments);                                 \
        va_end(arguments);                                                     \
    }

LOG_FUNCTION(log_info, "info")
LOG_FUNCTION(log_warning, "warning")
LOG_FUNCTION(log_error, "error")

void
log_request(const struct log_access *access)
{
    struct line line;

    pthread_once(&out.flusher, start_flusher);
    begin_line(&line, "info");
    add_text(&line, "message", "request");
    add_text(&line, "requestId", access->request_id);
    add_text(&line, "method", access->method);
    add_text(&line, "route", access->route);
    add_text(&line, "problem", access->problem);
    add_text(&line, "subject", access->subject);
    add_text(&line, "organisation", access->organisation);
    add_text(&line, "traceparent", access->traceparent);
    add_number(&line, "status", (uint64_t)access->status);
    add_number(&line, "bytes", access->bytes);
    add_number(&line, "durationUs", (uint64_t)access->duration_us);
    end_line(&line, false);
}
