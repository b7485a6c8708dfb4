/* access_log.c - words of disclosures, gathered in memory and brought to the store. */
#include "access_log.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "clock.h"
#include "log.h"
#include "records.h"
#include "store/bytes.h"
#include "store/record.h"
#include "threads.h"

#define PREFIX "-\0access" /* with its NUL */
#define WAITING_BYTES_MAX (32u << 20)

enum {
    FLUSH_US = 250 * 1000,
    ROOM_WAIT_US = 2 * 1000 * 1000,
    ROWS_AT_ONCE = 1000, /* of one write, which others wait for */
    ARENA_BYTES = 8 << 20,
};

/* What one answer showed: the caller's texts, then the persons', each with its NUL. */
struct word {
    struct word *next;
    int64_t time_ms;
    uint64_t number; /* of its first person; the others follow */
    size_t bytes, n_persons;
    const char *method, *issuer, *subject, *organisation, *persons;
    uint32_t records[]; /* one a person */
};

struct access_log {
    struct store *store;
    struct wg_arena arena; /* the thread's own */
    pthread_t thread;
    pthread_mutex_t mutex; /* guards the rest */
    pthread_cond_t told, room;
    struct word *first, **last;
    size_t waiting_bytes;
    uint64_t next_number;
    bool closing;
};

/* ---- Rows ---- */

static bool
put_prefix(struct record_key *key, const char *person)
{
    key->length = 0;
    return record_key_append(key, PREFIX, sizeof(PREFIX)) && record_key_append_text(key, person);
}

/* The number of records, and the caller's texts, behind which the persons' begin. */
static size_t
caller_bytes(const struct word *word)
{
    return 4 + (size_t)(word->persons - word->method);
}

static size_t
pack_caller(const struct word *word, uint32_t records, char *to)
{
    const char *const texts[] = {word->method, word->issuer, word->subject, word->organisation};
    size_t length = 4;

    for (int i = 0; i < 4; i++)
        to[i] = (char)(records >> (24 - 8 * i));
    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
        strcpy(to + length, texts[i]);
        length += strlen(texts[i]) + 1;
    }
    return length;
}

static const struct wg_problem *
put_row(struct wg_arena *arena, struct driver_txn *txn, const struct word *word, size_t at,
        const char *person)
{
    unsigned char place[ACCESS_PLACE_BYTES];
    struct wg_mark mark = wg_arena_mark(arena);
    char *value = wg_alloc(arena, caller_bytes(word));
    const struct wg_problem *problem;
    struct record_key key;

    bytes_put64(place, (uint64_t)word->time_ms);
    bytes_put64(place + 8, word->number + at);
    if (!value || !put_prefix(&key, person) || !record_key_append(&key, place, sizeof(place)))
        return &wg_internal;
    problem = checked_put(txn, arena, SPACE_PRIVATE, record_key_bytes(&key),
                          (struct wg_bytes){value, pack_caller(word, word->records[at], value)});
    wg_arena_rewind(arena, mark);
    return problem;
}

/* ---- The thread ---- */

/* Some of the words, and where the next write goes on. */
struct flush {
    struct access_log *log;
    const struct word *word;
    size_t at;
    const char *person;
    const struct word *next_word;
    size_t next_at;
    const char *next_person;
};

static const struct wg_problem *
write_some(struct driver_txn *txn, void *context)
{
    struct flush *flush = context;
    const struct word *word = flush->word;
    const char *person = flush->person;
    size_t at = flush->at;

    for (size_t n = 0; word && n < ROWS_AT_ONCE; n++) {
        const struct wg_problem *problem = put_row(&flush->log->arena, txn, word, at, person);

        if (problem)
            return problem;
        person += strlen(person) + 1;
        if (++at == word->n_persons) {
            word = word->next;
            at = 0;
            person = word ? word->persons : NULL;
        }
    }
    flush->next_word = word;
    flush->next_at = at;
    flush->next_person = person;
    return NULL;
}

/* All or none of the words are done with; to write a row again changes nothing. */
static bool
write_all(struct access_log *log, const struct word *first)
{
    struct flush flush = {.log = log, .word = first, .person = first->persons};

    while (flush.word) {
        if (store_write(log->store, write_some, &flush))
            return false;
        flush.word = flush.next_word;
        flush.at = flush.next_at;
        flush.person = flush.next_person;
    }
    return true;
}

static void
drop(struct access_log *log, struct word *first)
{
    size_t bytes = 0;

    for (struct word *next; first; first = next) {
        next = first->next;
        bytes += first->bytes;
        free(first);
    }
    pthread_mutex_lock(&log->mutex);
    log->waiting_bytes -= bytes;
    pthread_cond_broadcast(&log->room);
    pthread_mutex_unlock(&log->mutex);
}

/* What was told so far; those who tell go on behind it. */
static struct word *
take(struct access_log *log)
{
    struct word *first;

    pthread_mutex_lock(&log->mutex);
    first = log->first;
    log->first = NULL;
    log->last = &log->first;
    pthread_mutex_unlock(&log->mutex);
    return first;
}

static void
put_back(struct access_log *log, struct word *first)
{
    struct word **last = &first->next;

    while (*last)
        last = &(*last)->next;
    pthread_mutex_lock(&log->mutex);
    *last = log->first;
    if (!log->first)
        log->last = last;
    log->first = first;
    pthread_mutex_unlock(&log->mutex);
}

/* false: the store took none of it. */
static bool
flush(struct access_log *log)
{
    struct word *first = take(log);

    if (!first)
        return true;
    if (!write_all(log, first)) {
        put_back(log, first);
        return false;
    }
    drop(log, first);
    return true;
}

/* Until there is something to write and a while has passed. false: closing. */
static bool
wait_for_words(struct access_log *log)
{
    struct timespec until;
    bool closing;

    pthread_mutex_lock(&log->mutex);
    while (!log->first && !log->closing)
        pthread_cond_wait(&log->told, &log->mutex);
    until = monotonic_in_us(FLUSH_US);
    while (!log->closing && pthread_cond_timedwait(&log->told, &log->mutex, &until) == 0)
        ;
    closing = log->closing;
    pthread_mutex_unlock(&log->mutex);
    return !closing;
}

static void *
write_words(void *argument)
{
    struct access_log *log = argument;
    bool complained = false;

    while (wait_for_words(log)) {
        bool written = flush(log);

        if (!written && !complained)
            log_error("disclosures of people's data cannot be written to the store");
        complained = !written;
    }
    return NULL;
}

/* ---- Telling ---- */

static char *
put_text(char *to, const char *text, const char **at)
{
    *at = to;
    return stpcpy(to, text) + 1;
}

/* What its word takes. */
static size_t
word_bytes(const struct wg_call *call)
{
    const struct wg_principal *caller = &call->caller;
    size_t bytes = sizeof(struct word) + strlen(call->method->full_name) +
                   strlen(caller->issuer) + strlen(caller->subject) +
                   strlen(caller->organisation) + 4;

    for (const struct disclosure *d = call->disclosed; d; d = d->next)
        bytes += sizeof(uint32_t) + strlen(d->person) + 1;
    return bytes;
}

/* In memory of word_bytes, or NULL. */
static struct word *
make_word(const struct wg_call *call, struct word *word, size_t bytes)
{
    const struct wg_principal *caller = &call->caller;
    size_t n = 0;
    char *to;

    if (!word)
        return NULL;
    for (const struct disclosure *d = call->disclosed; d; d = d->next)
        n++;
    *word = (struct word){.time_ms = call->now_ms, .bytes = bytes, .n_persons = n};
    to = put_text((char *)(word->records + n), call->method->full_name, &word->method);
    to = put_text(to, caller->issuer, &word->issuer);
    to = put_text(to, caller->subject, &word->subject);
    to = put_text(to, caller->organisation, &word->organisation);
    word->persons = to;
    n = 0;
    for (const struct disclosure *d = call->disclosed; d; d = d->next) {
        word->records[n++] = d->records;
        to = stpcpy(to, d->person) + 1;
    }
    return word;
}

/* Numbers for its persons. The caller holds the mutex. */
static void
give_numbers(struct access_log *log, struct word *word)
{
    word->number = log->next_number;
    log->next_number += word->n_persons;
}

/* Room for it is waited for as long as somebody may wait for an answer. */
static bool
add(struct access_log *log, struct word *word)
{
    struct timespec until = monotonic_in_us(ROOM_WAIT_US);
    bool added = true;

    pthread_mutex_lock(&log->mutex);
    while (added && log->waiting_bytes > WAITING_BYTES_MAX)
        added = pthread_cond_timedwait(&log->room, &log->mutex, &until) == 0;
    if (added) {
        if (!log->first)
            pthread_cond_signal(&log->told);
        give_numbers(log, word);
        log->waiting_bytes += word->bytes;
        *log->last = word;
        log->last = &word->next;
    }
    pthread_mutex_unlock(&log->mutex);
    return added;
}

const struct wg_problem *
access_write(struct wg_call *call)
{
    struct access_log *log = call->gateway->access_log;
    const struct wg_problem *problem = NULL;
    struct word *word;
    const char *person;
    size_t bytes;

    if (!call->disclosed)
        return NULL;
    bytes = word_bytes(call);
    if (!(word = make_word(call, wg_alloc(call->arena, bytes), bytes)))
        return wg_no_memory(call);
    pthread_mutex_lock(&log->mutex);
    give_numbers(log, word);
    pthread_mutex_unlock(&log->mutex);
    person = word->persons;
    for (size_t i = 0; i < word->n_persons && !problem; i++, person += strlen(person) + 1)
        problem = put_row(call->arena, call->txn, word, i, person);
    return call->arena->exhausted ? wg_no_memory(call) : problem;
}

const struct wg_problem *
access_tell(struct wg_call *call)
{
    struct word *word;
    size_t bytes;

    if (!call->disclosed)
        return NULL;
    bytes = word_bytes(call);
    if ((word = make_word(call, malloc(bytes), bytes)) && add(call->gateway->access_log, word))
        return NULL;
    free(word);
    return wg_fail(call, &wg_unavailable, "that this was shown cannot be recorded");
}

/* ---- Reading ---- */

/* In the arena. false: damaged, or past the arena. */
static bool
read_row(struct wg_call *call, struct wg_bytes key, struct wg_bytes stored,
         struct access_row *row)
{
    const char **texts[] = {&row->method, &row->issuer, &row->subject, &row->organisation};
    struct wg_bytes value;
    const unsigned char *bytes;
    const char *text;

    if (!checked_parse(key, stored, &value) || value.length < 4 ||
        !(text = wg_copy_bytes(call->arena, value.data, value.length)))
        return false;
    bytes = value.data;
    row->place = (const unsigned char *)key.data + key.length - ACCESS_PLACE_BYTES;
    row->time_ms = (int64_t)bytes_get64(row->place);
    row->records = (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 |
                   (uint32_t)bytes[2] << 8 | bytes[3];
    for (size_t i = 0, at = 4; i < sizeof(texts) / sizeof(*texts); i++) {
        *texts[i] = at < value.length ? text + at : "";
        at += strlen(*texts[i]) + 1;
    }
    return true;
}

static const struct wg_problem *
walk_back(struct wg_call *call, struct driver_cursor *cursor, struct wg_bytes prefix,
          struct wg_bytes from, access_visit *visit, void *context)
{
    struct wg_bytes key, stored;
    struct access_row row;
    enum driver_status status = driver_seek_before(cursor, from, &key, &stored);

    while (status == DRIVER_OK && key.length == prefix.length + ACCESS_PLACE_BYTES &&
           record_key_begins(key, prefix)) {
        if (!read_row(call, key, stored, &row))
            return call->arena->exhausted ? wg_no_memory(call) : damage_found(call, "an access");
        if (!visit(context, &row))
            return NULL;
        status = driver_previous(cursor, &key, &stored);
    }
    return status == DRIVER_NOT_FOUND ? NULL : driver_problem(status);
}

const struct wg_problem *
access_scan(struct wg_call *call, const char *person, const unsigned char *before,
            access_visit *visit, void *context)
{
    unsigned char last[ACCESS_PLACE_BYTES];
    const struct wg_problem *problem;
    struct driver_cursor *cursor;
    struct record_key prefix, from;
    enum driver_status status;

    memset(last, 0xFF, sizeof(last));
    if (!put_prefix(&prefix, person))
        return &wg_not_found;
    from = prefix;
    if (!record_key_append(&from, before ? before : last, ACCESS_PLACE_BYTES))
        return &wg_not_found;
    if ((status = driver_cursor_open(call->txn, SPACE_PRIVATE, &cursor)) != DRIVER_OK)
        return driver_problem(status);
    problem = walk_back(call, cursor, record_key_bytes(&prefix), record_key_bytes(&from), visit,
                        context);
    driver_cursor_close(cursor);
    return problem;
}

/* ---- Open and close ---- */

struct access_log *
access_log_open(struct store *store)
{
    struct access_log *log = calloc(1, sizeof(*log));

    if (!log || getrandom(&log->next_number, sizeof(log->next_number), 0) < 0) {
        log_error("neither memory nor random bytes can be had to note disclosures");
        free(log);
        return NULL;
    }
    log->next_number >>= 1; /* counts on without wrapping: of one moment, in order */
    log->store = store;
    log->last = &log->first;
    wg_arena_init(&log->arena, ARENA_BYTES);
    pthread_mutex_init(&log->mutex, NULL);
    condition_begin(&log->told);
    condition_begin(&log->room);
    if (thread_start(&log->thread, write_words, log) == 0)
        return log;
    log_error("no thread can be had to write disclosures");
    free(log);
    return NULL;
}

void
access_log_close(struct access_log *log)
{
    if (!log)
        return;
    pthread_mutex_lock(&log->mutex);
    log->closing = true;
    pthread_cond_signal(&log->told);
    pthread_mutex_unlock(&log->mutex);
    pthread_join(log->thread, NULL);
    if (!flush(log)) {
        log_error("disclosures of people's data could not be written to the store");
        drop(log, take(log));
    }
    pthread_cond_destroy(&log->told);
    pthread_cond_destroy(&log->room);
    pthread_mutex_destroy(&log->mutex);
    wg_arena_finish(&log->arena);
    free(log);
}
