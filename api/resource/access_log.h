/*
 * access_log.h - who was shown what is personal, kept per person.
 *
 * Requests that read only leave word of it in memory; a thread of its own brings that to the
 * store, many at once, within FLUSH_US of the answer. So reads cost no write, and a crash
 * loses what was shown in its last moment. While the store takes no writes answers wait, and
 * then fail, before memory overflows: nothing personal is shown that could not be told. What
 * writes tells of it in its own transaction: once that is durable, no answer fails.
 *
 * SPACE_PRIVATE, checked:
 *   "-" NUL "access" NUL name of the person NUL time_ms 8 number 8
 *       → records 4 | method NUL issuer NUL subject NUL organisation NUL
 */
#ifndef RESOURCE_ACCESS_LOG_H
#define RESOURCE_ACCESS_LOG_H

#include "call.h"

struct access_log;

/* NULL, logged, where no thread or memory can be had. */
struct access_log *access_log_open(struct store *store);

/* What is left is written first. Accepts NULL. */
void access_log_close(struct access_log *log);

/*
 * Note whose personal fields an answer shows to the call's caller, in its arena: inside
 * the transaction, once the answer is whole.
 */
const struct wg_problem *access_note(struct wg_call *call);

/* Tell what was noted, in the transaction of what writes. */
const struct wg_problem *access_write(struct wg_call *call);

/* Tell what was noted by what reads, after its transaction. errors wg_unavailable: the log
 * cannot be written; show nothing. */
const struct wg_problem *access_tell(struct wg_call *call);

/* ---- Reading it ---- */

enum { ACCESS_PLACE_BYTES = 16 };

struct access_row {
    const unsigned char *place; /* ACCESS_PLACE_BYTES: of a person's rows, in order */
    int64_t time_ms;
    uint32_t records;
    const char *method, *issuer, *subject, *organisation; /* in the arena */
};

/* Return false to end. */
typedef bool access_visit(void *context, const struct access_row *row);

/* Visit what was told of a person, the newest first, before a place (NULL: all). */
const struct wg_problem *access_scan(struct wg_call *call, const char *person,
                                     const unsigned char *before, access_visit *visit,
                                     void *context);

#endif
