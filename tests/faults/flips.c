/*
 * flips.c - flips CONFIG REQUESTS FLIPS SEED
 *
 * Flips one bit of a stopped store's file, and has a child read everything: each entry of
 * each space, and each of REQUESTS (a line each: path, tab, token) as it is served. What it
 * reads must be what was there before the flip; or the child says that it is damaged, or
 * does not open it, or dies of it; or it is missing or has been replaced since, and then
 * verify must say so.
 *
 * CONFIG's data.mdb is a copy: it is written to, and as it was in the end.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include <xxhash.h>

#include "cli/commands.h"
#include "files.h"
#include "serve.h"
#include "store/record.h"

enum { REQUESTS_MAX = 256, ANSWER_BYTES_MAX = 64 * 1024, ENTRIES_MAX = 1 << 16, CHILD_S = 30 };
/* At most one in so many flips may show what was true once, or elsewhere. */
enum { OLD_IN_FLIPS = 500 };

/* computed: of many records, so that what is missing of them does not show as a line. */
struct request {
    const char *path, *query, *token;
    bool computed;
};

/* What was read before any flip. */
struct known {
    size_t n_entries, in_space[SPACES];
    uint64_t entries[ENTRIES_MAX]; /* a hash each, of space, key and value */
    size_t lengths[REQUESTS_MAX];
    char answers[REQUESTS_MAX][ANSWER_BYTES_MAX];
};

/* What a child has seen. */
struct seen {
    bool opened, told, missing, wrong, ended;
    bool holds; /* says verify */
    size_t n_entries, in_space[SPACES];
    char what[512]; /* was wrong, or missing */
};

struct reader {
    struct station *station;
    const struct request *requests;
    size_t n_requests;
    struct known *known;
    bool learns;
    struct seen *seen;
};

/* The first thing only. */
static void __attribute__((format(printf, 2, 3)))
note(struct seen *seen, const char *format, ...)
{
    va_list arguments;

    if (*seen->what)
        return;
    va_start(arguments, format);
    vsnprintf(seen->what, sizeof(seen->what), format, arguments);
    va_end(arguments);
}

/* ---- Entries ---- */

static uint64_t
hash_of(enum space space, struct wg_bytes key, struct wg_bytes value)
{
    uint64_t seed = XXH3_64bits_withSeed(key.data, key.length, (uint64_t)space);

    return XXH3_64bits_withSeed(value.data, value.length, seed);
}

static int
compare(const void *a, const void *b)
{
    uint64_t one = *(const uint64_t *)a, other = *(const uint64_t *)b;

    return (one > other) - (one < other);
}

static bool
is_known(const struct known *known, uint64_t hash)
{
    return bsearch(&hash, known->entries, known->n_entries, sizeof(hash), compare);
}

/* Indexes are keys without a value or a checksum: whoever follows one compares. */
static void
read_entry(struct reader *reader, enum space space, struct wg_bytes key, struct wg_bytes stored)
{
    struct wg_bytes value;

    /* Nothing says which answers were kept: that one is gone cannot be found. */
    if (space == SPACE_UNIQUE && memmem(key.data, key.length, "\0idempotency", 12))
        return;
    if (space == SPACE_INDEX || (space == SPACE_META && key.length == strlen("format") &&
                                 memcmp(key.data, "format", key.length) == 0))
        return;
    if (!checked_parse(key, stored, &value)) {
        reader->seen->told = true;
        return;
    }
    reader->seen->n_entries++;
    reader->seen->in_space[space]++;
    if (reader->learns && reader->known->n_entries < ENTRIES_MAX)
        reader->known->entries[reader->known->n_entries++] = hash_of(space, key, stored);
    else if (!is_known(reader->known, hash_of(space, key, stored))) {
        reader->seen->wrong = true;
        note(reader->seen, "an entry of %s, %zu bytes", driver_space_name(space), stored.length);
    }
}

static const struct wg_problem *
read_entries(struct driver_txn *txn, void *context)
{
    struct reader *reader = context;

    for (int space = 0; space < SPACES; space++) {
        struct driver_cursor *cursor;
        struct wg_bytes key, value;
        enum driver_status status = driver_cursor_open(txn, (enum space)space, &cursor);

        if (status != DRIVER_OK)
            return &wg_internal;
        status = driver_seek(cursor, (struct wg_bytes){"", 0}, &key, &value);
        while (status == DRIVER_OK && reader->seen->n_entries < ENTRIES_MAX) {
            read_entry(reader, (enum space)space, key, value);
            status = driver_next(cursor, &key, &value);
        }
        driver_cursor_close(cursor);
        if (status != DRIVER_NOT_FOUND)
            reader->seen->told = true;
    }
    return NULL;
}

/* ---- Answers ---- */

/* The whole of it. false: it was refused, or breaks off. */
static bool
take_answer(struct http_response *response, char *text, size_t *length)
{
    const char *bytes = response->body;
    size_t more = response->body_length;
    bool whole = response->status == 200;

    *length = 0;
    do {
        if (more > ANSWER_BYTES_MAX - *length)
            abort();
        if (more)
            memcpy(text + *length, bytes, more);
        *length += more;
        more = 0;
        whole = whole && (!response->stream.next ||
                          response->stream.next(response->stream.context, &bytes, &more));
    } while (whole && more);
    if (response->stream.end)
        response->stream.end(response->stream.context, *length, whole);
    return whole;
}

/* Each line of it stands in what was answered before. */
static bool
is_part(const char *text, size_t length, const char *whole, size_t whole_length)
{
    while (length) {
        const char *end = memchr(text, '\n', length);
        size_t line = end ? (size_t)(end - text) + 1 : length;
        const char *found = memmem(whole, whole_length, text, line);

        if (!end || !found || (found > whole && found[-1] != '\n'))
            return false;
        text += line;
        length -= line;
    }
    return true;
}

static void
judge(struct reader *reader, size_t i, const struct http_response *response, bool whole,
      const char *text, size_t length)
{
    const struct known *known = reader->known;
    struct seen *seen = reader->seen;
    const char *before = known->answers[i];

    if (whole && length == known->lengths[i] && memcmp(text, before, length) == 0)
        return;
    if (response->status >= 500 || (response->status == 200 && !whole))
        seen->told = true;
    else if (response->status != 200 || reader->requests[i].computed ||
             is_part(text, length, before, known->lengths[i])) {
        seen->missing = true;
        note(seen, "%s: %d", reader->requests[i].path, response->status);
    } else {
        size_t same = 0;

        while (same < length && text[same] == before[same])
            same++;
        same -= same < 40 ? same : 40;
        seen->wrong = true;
        note(seen, "%s: ...%.200s, not ...%.200s", reader->requests[i].path, text + same,
             before + same);
    }
}

static void
ask(struct reader *reader, size_t i, struct wg_arena *arena)
{
    static char text[ANSWER_BYTES_MAX + 1];
    const struct request *request = &reader->requests[i];
    char authorization[4096];
    const struct http_header headers[] = {
        {"Host", "x"}, {"Accept", "application/x-ndjson, application/json;q=0.5"},
        {"Authorization", authorization}};
    const struct http_request asked = {
        .method = "GET", .path = request->path, .query = request->query, .headers = headers,
        .n_headers = sizeof(headers) / sizeof(*headers), .request_id = "flip", .arena = arena};
    struct http_response response = {0};
    size_t length;
    bool whole;

    snprintf(authorization, sizeof(authorization), "Bearer %s", request->token);
    wg_arena_reset(arena);
    serve(&reader->station->gateway, &asked, NULL, NULL, &response);
    whole = take_answer(&response, text, &length);
    text[length] = '\0';
    if (!reader->learns) {
        judge(reader, i, &response, whole, text, length);
        return;
    }
    if (!whole) {
        fprintf(stderr, "%s: %d %s\n", request->path, response.status, text);
        abort();
    }
    memcpy(reader->known->answers[i], text, length);
    reader->known->lengths[i] = length;
}

/* ---- A child ---- */

static void
read_all(struct reader *reader)
{
    struct station *station = reader->station;
    struct wg_arena arena;
    FILE *nowhere = fopen("/dev/null", "w");

    wg_arena_init(&arena, 4u << 20);
    if (!nowhere || !station_open_store(station) || !station_open_people(station, PEOPLE_READ))
        return;
    reader->seen->opened = true;
    if (store_read(station->gateway.store, read_entries, reader))
        reader->seen->told = true;
    if (reader->learns)
        qsort(reader->known->entries, reader->known->n_entries, sizeof(uint64_t), compare);
    for (size_t i = 0; i < reader->n_requests; i++)
        ask(reader, i, &arena);
    for (int space = 0; space < SPACES; space++)
        if (reader->learns)
            reader->known->in_space[space] = reader->seen->in_space[space];
        else if (reader->seen->in_space[space] != reader->known->in_space[space]) {
            reader->seen->missing = true;
            note(reader->seen, "%zu of %zu entries of %s", reader->seen->in_space[space],
                 reader->known->in_space[space], driver_space_name((enum space)space));
        }
    reader->seen->holds = station_verify(station, nowhere);
    reader->seen->ended = true;
}

/* It may die of what it reads: nothing but what it noted comes back. */
static void
in_child(struct reader *reader)
{
    pid_t child;

    *reader->seen = (struct seen){0};
    if ((child = fork()) == 0) {
        if (!reader->learns && !freopen("/dev/null", "w", stderr))
            _exit(1);
        alarm(CHILD_S);
        read_all(reader);
        _exit(0);
    }
    if (child < 0 || waitpid(child, NULL, 0) != child)
        abort();
}

/* ---- Flips ---- */

struct count {
    unsigned long harmless, told, missing, old, crashed, refused, unseen;
};

/* A flip in LMDB's own pages may lead to one that is no longer used, or another's: what
 * stands there was true once or elsewhere, and its checksum holds. That too verify tells. */
static void
tally(const struct seen *seen, struct count *count, size_t at, int bit)
{
    bool unseen = seen->ended && (seen->wrong || (seen->missing && !seen->told)) && seen->holds;

    if (unseen || seen->wrong)
        printf("# bit %d of byte %zu: %s%s\n", bit, at, seen->what,
               unseen ? ", and verify finds no fault" : "");
    count->unseen += unseen;
    count->refused += !seen->opened;
    count->crashed += seen->opened && !seen->ended;
    count->old += seen->ended && seen->wrong;
    count->told += seen->ended && !seen->wrong && (seen->told || (!seen->missing && !seen->holds));
    count->missing += seen->ended && !seen->wrong && !seen->told && seen->missing;
    count->harmless += seen->ended && !seen->wrong && !seen->told && !seen->missing && seen->holds;
}

static bool
flip_and_read(struct reader *reader, int file, const char *whole, size_t length, size_t at, int bit,
              struct count *count)
{
    char flipped = (char)(whole[at] ^ 1 << bit);

    if (!file_write_at(file, &flipped, 1, (off_t)at))
        return false;
    in_child(reader);
    tally(reader->seen, count, at, bit);
    return file_write_at(file, whole, length, 0);
}

static bool
flip_all(struct reader *reader, const char *path, unsigned long flips, unsigned seed)
{
    int file = open(path, O_RDWR | O_CLOEXEC);
    off_t length = file < 0 ? 0 : lseek(file, 0, SEEK_END);
    char *whole = malloc((size_t)length + 1);
    struct count count = {0};

    if (length <= 0 || !whole || file_read_at(file, whole, (size_t)length, 0) != length)
        return false;
    srandom(seed);
    for (unsigned long i = 0; i < flips; i++) {
        size_t at = ((size_t)random() << 16 ^ (size_t)random()) % (size_t)length;

        if (!flip_and_read(reader, file, whole, (size_t)length, at, (int)(random() & 7), &count))
            return false;
    }
    printf("# %lu flips of %lld bytes: %lu harmless, %lu found on read, %lu missing, %lu old or "
           "of elsewhere, %lu died, %lu not opened; verify did not see %lu\n", flips,
           (long long)length, count.harmless, count.told, count.missing, count.old, count.crashed,
           count.refused, count.unseen);
    free(whole);
    close(file);
    return count.unseen == 0 && count.old <= 1 + flips / OLD_IN_FLIPS;
}

/* ---- What is asked ---- */

static size_t
read_requests(const char *path, struct request *requests)
{
    FILE *file = fopen(path, "r");
    char *line = NULL;
    size_t room = 0, n = 0;

    while (file && n < REQUESTS_MAX && getline(&line, &room, file) > 0) {
        char *tab = strchr(line, '\t'), *mark;

        line[strcspn(line, "\n")] = '\0';
        *tab = '\0';
        if ((mark = strchr(line, '?')))
            *mark++ = '\0';
        requests[n++] = (struct request){line, mark, tab + 1, strstr(line, ":explain")};
        line = NULL; /* it is kept */
    }
    if (file)
        fclose(file);
    return n;
}

/* Signatures are checked once, here, and not by each child. */
static void
remember_tokens(const struct station *station, const struct request *requests, size_t n)
{
    struct wg_principal caller;
    struct wg_arena arena;
    const char *why;

    wg_arena_init(&arena, 64u << 20);
    for (size_t i = 0; i < n; i++)
        authenticate(station->gateway.issuers, wg_format(&arena, "Bearer %s", requests[i].token),
                     station->gateway.now_ms(), &arena, &caller, &why);
    wg_arena_finish(&arena);
}

static void *
shared(size_t bytes)
{
    void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    return memory == MAP_FAILED ? NULL : memory;
}

int
main(int n, char **words)
{
    static struct request requests[REQUESTS_MAX];
    struct station station = {0};
    struct reader reader = {
        .station = &station,
        .requests = requests,
        .known = shared(sizeof(struct known)),
        .learns = true,
        .seen = shared(sizeof(struct seen)),
    };
    const char *data;

    if (n != 5 || !reader.known || !reader.seen || !station_load(&station, words[1]) ||
        !station_open_issuers(&station) || !(reader.n_requests = read_requests(words[2], requests)))
        return 2;
    remember_tokens(&station, requests, reader.n_requests);
    in_child(&reader);
    if (!reader.seen->ended || !reader.seen->holds || reader.seen->told)
        return 2;
    printf("# %zu entries and %zu requests\n", reader.known->n_entries, reader.n_requests);
    fflush(stdout);
    reader.learns = false;
    data = station_path(&station, station.config.store_path, "/data.mdb");
    return !flip_all(&reader, data, strtoul(words[3], NULL, 10), (unsigned)atoi(words[4]));
}
