/* dump.c - wellgate export and import: all of a store, whatever its driver, as lines
 * of JSON. What is sealed stays sealed.
 *
 *   {"wellgate":"export","format":1}
 *   {"space":"record","key":"BASE64","value":"BASE64"}   spaces and keys in order
 *   {"entries":N,"sha256":"..."}                          of all the lines before */
#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "files.h"
#include "hex.h"
#include "rpc/base64.h"
#include "store/record.h"

#define ENTRY "{\"space\":\""
#define HEADER "{\"wellgate\":\"export\",\"format\":1}\n"

enum { ENTRIES_PER_COMMIT = 10000, ENTRIES_PER_WORD = 100000 };

/* A file of lines on its way out or in. */
struct dump {
    FILE *file;
    EVP_MD_CTX *digest;
    unsigned long long entries;
    struct wg_arena arena; /* of one line */
};

static bool
dump_begin(struct dump *dump, FILE *file)
{
    *dump = (struct dump){.file = file, .digest = EVP_MD_CTX_new()};
    wg_arena_init(&dump->arena, 16u << 20);
    return dump->digest && EVP_DigestInit_ex(dump->digest, EVP_sha256(), NULL);
}

static void
dump_finish(struct dump *dump)
{
    EVP_MD_CTX_free(dump->digest);
    wg_arena_finish(&dump->arena);
}

static bool
dump_digest(struct dump *dump, char text[DIGEST_TEXT_BYTES])
{
    unsigned char bytes[32];

    if (!EVP_DigestFinal_ex(dump->digest, bytes, NULL))
        return false;
    hex_text(bytes, sizeof(bytes), text);
    return true;
}

static void
count_entry(struct dump *dump)
{
    if (++dump->entries % ENTRIES_PER_WORD == 0)
        fprintf(stderr, "%llu entries\n", dump->entries);
}

/* ---- Export ---- */

static bool
put_line(struct dump *dump, const char *line)
{
    size_t length = line ? strlen(line) : 0;

    return line && EVP_DigestUpdate(dump->digest, line, length) &&
           fwrite(line, 1, length, dump->file) == length;
}

static const char *
base64(struct dump *dump, struct wg_bytes bytes)
{
    char *text = wg_alloc(&dump->arena, BASE64_TEXT_BYTES(bytes.length) + 1);

    if (text)
        base64_encode(bytes.data, bytes.length, text);
    return text;
}

static bool
put_entry(struct dump *dump, enum space space, struct wg_bytes key, struct wg_bytes value)
{
    const char *key_text = base64(dump, key), *value_text = base64(dump, value);
    bool put = key_text && value_text &&
               put_line(dump, wg_format(&dump->arena,
                                        "{\"space\":\"%s\",\"key\":\"%s\",\"value\":\"%s\"}\n",
                                        driver_space_name(space), key_text, value_text));

    wg_arena_reset(&dump->arena);
    count_entry(dump);
    return put;
}

static const struct wg_problem *
export_space(struct dump *dump, struct driver_txn *txn, enum space space)
{
    struct driver_cursor *cursor;
    struct wg_bytes key, value;
    enum driver_status status = driver_cursor_open(txn, space, &cursor);
    bool put = true;

    if (status != DRIVER_OK)
        return driver_problem(status);
    status = driver_seek(cursor, (struct wg_bytes){"", 0}, &key, &value);
    while (status == DRIVER_OK && (put = put_entry(dump, space, key, value)))
        status = driver_next(cursor, &key, &value);
    driver_cursor_close(cursor);
    if (!put)
        return &wg_insufficient_storage;
    return status == DRIVER_NOT_FOUND ? NULL : driver_problem(status);
}

static const struct wg_problem *
export_all(struct driver_txn *txn, void *context)
{
    const struct wg_problem *problem = NULL;
    struct dump *dump = context;
    char digest[DIGEST_TEXT_BYTES];

    if (!put_line(dump, HEADER))
        return &wg_insufficient_storage;
    for (int space = 0; !problem && space < SPACES; space++)
        problem = export_space(dump, txn, (enum space)space);
    if (problem || !dump_digest(dump, digest))
        return problem ? problem : &wg_internal;
    return fprintf(dump->file, "{\"entries\":%llu,\"sha256\":\"%s\"}\n", dump->entries, digest) > 0
               ? NULL : &wg_insufficient_storage;
}

static bool
export_to(struct station *station, FILE *file)
{
    struct dump dump;
    bool begun = dump_begin(&dump, file);
    const struct wg_problem *problem =
        begun ? store_read(station->gateway.store, export_all, &dump) : &wg_internal;

    dump_finish(&dump);
    if (problem || fflush(file) != 0 || ferror(file))
        return station_say(problem ? problem->title : strerror(errno));
    fprintf(stderr, "%llu entries, all\n", dump.entries);
    return true;
}

/* A whole export is on disk under the name of part. */
static bool
export_part(struct station *station, const char *part)
{
    int descriptor = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    FILE *file = descriptor < 0 ? NULL : fdopen(descriptor, "w");
    bool done;

    if (!file)
        return station_say_cause(part);
    done = export_to(station, file) && (fsync(descriptor) == 0 || station_say_cause(part));
    return (fclose(file) == 0 || station_say_cause(part)) && done;
}

/* A file of this name is there once it is whole. */
static bool
export_file(struct station *station, const char *path)
{
    const char *part = station_path(station, path, ".part");
    bool done;

    if (file_exists(path)) {
        errno = EEXIST;
        return station_say_cause(path);
    }
    unlink(part);
    done = export_part(station, part) &&
           ((rename(part, path) == 0 && folder_sync_above(path)) || station_say_cause(path));
    if (!done)
        unlink(part);
    return done;
}

int
command_export(int n, char **words)
{
    struct station station = {0};
    bool done;

    if (n != 1 && n != 2) {
        fprintf(stderr, "usage: wellgate export CONFIG [FILE] (while no gateway serves its store)\n");
        return 2;
    }
    done = station_load(&station, words[0]) && station_open_store(&station) &&
           (n == 2 ? export_file(&station, words[1]) : export_to(&station, stdout));
    station_close(&station);
    return !done;
}

/* ---- Import ---- */

struct importing {
    struct dump dump;
    struct driver *driver;
    struct driver_txn *txn; /* NULL between two */
    char *line;             /* getline's */
    size_t room;
    ssize_t length;
};

static bool
space_named(const char *name, enum space *space)
{
    for (int s = 0; s < SPACES; s++)
        if (strcmp(name, driver_space_name((enum space)s)) == 0) {
            *space = (enum space)s;
            return true;
        }
    return false;
}

/* The text between prefix and the next quote, NUL-terminated in place; what is behind
 * it in *line. */
static char *
take_text(char **line, const char *prefix)
{
    size_t length = strlen(prefix);
    char *text = *line + length, *end;

    if (strncmp(*line, prefix, length) != 0 || !(end = strchr(text, '"')))
        return NULL;
    *end = '\0';
    *line = end + 1;
    return text;
}

static bool
take_base64(struct dump *dump, char **line, const char *prefix, struct wg_bytes *bytes)
{
    const char *text = take_text(line, prefix);
    uint8_t *data = text ? wg_alloc(&dump->arena, BASE64_BYTES_MAX(strlen(text))) : NULL;

    bytes->data = data;
    return data && base64_decode(text, strlen(text), data, &bytes->length);
}

static bool
put(struct importing *importing, enum space space, struct wg_bytes key, struct wg_bytes value)
{
    if (key.length == 0 || key.length > DRIVER_KEY_BYTES_MAX)
        return false;
    if (!importing->txn &&
        driver_begin_write(importing->driver, NULL, &importing->txn) != DRIVER_OK)
        return false;
    return driver_put(importing->txn, space, key, value) == DRIVER_OK;
}

static bool
commit(struct importing *importing)
{
    struct driver_txn *txn = importing->txn;

    importing->txn = NULL;
    return !txn || driver_commit(txn) == DRIVER_OK;
}

/* Once its digest counts: the line is taken apart in place. */
static bool
import_entry(struct importing *importing)
{
    struct dump *dump = &importing->dump;
    struct wg_bytes key, value;
    char *line = importing->line, *name;
    enum space space;
    bool done = (name = take_text(&line, ENTRY)) && space_named(name, &space) &&
                take_base64(dump, &line, ",\"key\":\"", &key) &&
                take_base64(dump, &line, ",\"value\":\"", &value) && strcmp(line, "}\n") == 0 &&
                put(importing, space, key, value);

    wg_arena_reset(&dump->arena);
    count_entry(dump);
    return done && (dump->entries % ENTRIES_PER_COMMIT != 0 || commit(importing));
}

/* Nothing may follow it. */
static bool
is_trailer(struct importing *importing)
{
    char digest[DIGEST_TEXT_BYTES], trailer[DIGEST_TEXT_BYTES + 64];

    return dump_digest(&importing->dump, digest) &&
           snprintf(trailer, sizeof(trailer), "{\"entries\":%llu,\"sha256\":\"%s\"}\n",
                    importing->dump.entries, digest) > 0 &&
           strcmp(importing->line, trailer) == 0 && fgetc(importing->dump.file) == EOF;
}

static bool
next_line(struct importing *importing)
{
    importing->length = getline(&importing->line, &importing->room, importing->dump.file);
    return importing->length > 0;
}

static bool
digest_line(struct importing *importing)
{
    return EVP_DigestUpdate(importing->dump.digest, importing->line, (size_t)importing->length);
}

static bool
import_lines(struct importing *importing)
{
    if (!next_line(importing) || strcmp(importing->line, HEADER) != 0 || !digest_line(importing))
        return false;
    while (next_line(importing) && strncmp(importing->line, ENTRY, strlen(ENTRY)) == 0)
        if (!digest_line(importing) || !import_entry(importing))
            return false;
    return importing->length > 0 && is_trailer(importing) && commit(importing);
}

static bool
import_into(struct importing *importing, FILE *file)
{
    bool done = dump_begin(&importing->dump, file) && import_lines(importing);

    if (importing->txn)
        driver_abort(importing->txn);
    if (!done)
        fprintf(stderr, "wellgate: entry %llu: the file is cut off or was altered, or there is "
                "no room\n", importing->dump.entries);
    dump_finish(&importing->dump);
    free(importing->line);
    return done;
}

static bool
fill_from_file(struct station *station, const char *part, void *file)
{
    struct importing importing = {0};
    char error[1024];
    bool done;

    importing.driver = driver_open(part, (size_t)station->config.map_gib << 30, 8, error,
                                   sizeof(error));
    if (!importing.driver)
        return station_say(error);
    done = import_into(&importing, file);
    driver_close(importing.driver);
    return done;
}

int
command_import(int n, char **words)
{
    struct station station = {0};
    FILE *file;
    bool done;

    if (n != 2) {
        fprintf(stderr, "usage: wellgate import CONFIG FILE (into an empty store)\n");
        return 2;
    }
    if (!(file = fopen(words[1], "re")))
        return !station_say_cause(words[1]);
    done = station_load(&station, words[0]) &&
           station_make_store(&station, fill_from_file, file);
    station_close(&station);
    fclose(file);
    if (done)
        printf("%s is imported\n", words[1]);
    return !done;
}
