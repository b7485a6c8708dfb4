/* erasures.c - appends lines to the log of erasures and reads them again. */
#include "erasures.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include "files.h"

enum { NUMBER_DIGITS = 16, NUMBERS_BYTES = 3 * (NUMBER_DIGITS + 1),
       TAIL_BYTES = 1 + NUMBER_DIGITS, LINE_BYTES = 1024 };

/* ---- Appending ---- */

/* The length up to and with the last LF. */
static off_t
whole_lines(int log, off_t size)
{
    char c;

    while (size > 0 && file_read_at(log, &c, 1, size - 1) == 1 && c != '\n')
        size--;
    return size;
}

static bool
cut_last_line(int log)
{
    struct stat status;
    off_t whole;

    if (fstat(log, &status) != 0)
        return false;
    whole = whole_lines(log, status.st_size);
    return whole == status.st_size || (ftruncate(log, whole) == 0 && fsync(log) == 0);
}

bool
erasures_append(int log, const struct erasure *erasure)
{
    char line[LINE_BYTES];
    int length = snprintf(line, sizeof(line), "%016" PRIx64 " %016" PRIx64 " %016" PRIx64 " %s",
                          erasure->slot, erasure->stamp, (uint64_t)erasure->time_ms,
                          erasure->person);

    if (length < 0 || (size_t)length + TAIL_BYTES + 2 > sizeof(line))
        return false;
    length += snprintf(line + length, sizeof(line) - (size_t)length, " %016" PRIx64 "\n",
                       (uint64_t)XXH3_64bits(line, (size_t)length));
    /* Half a line, left by a full disk, would hide this one. */
    return cut_last_line(log) && file_write(log, line, (size_t)length) && fdatasync(log) == 0;
}

/* ---- Reading ---- */

static bool
read_number(const char *text, uint64_t *number)
{
    char *end;

    *number = strtoull(text, &end, 16);
    return end == text + NUMBER_DIGITS;
}

/* Takes a line without its LF apart, in place. */
static bool
parse(char *line, size_t length, struct erasure *erasure)
{
    uint64_t checksum, time_ms;
    char *tail = line + length - TAIL_BYTES;

    if (length < NUMBERS_BYTES + 1 + TAIL_BYTES || !read_number(tail + 1, &checksum) ||
        checksum != XXH3_64bits(line, (size_t)(tail - line)))
        return false;
    *tail = '\0';
    erasure->person = line + NUMBERS_BYTES;
    if (!read_number(line, &erasure->slot) ||
        !read_number(line + NUMBER_DIGITS + 1, &erasure->stamp) ||
        !read_number(line + 2 * (NUMBER_DIGITS + 1), &time_ms))
        return false;
    erasure->time_ms = (int64_t)time_ms;
    return true;
}

static bool
visit_lines(FILE *log, erasures_visit *visit, void *context, size_t *n)
{
    char *line = NULL;
    size_t room = 0;
    bool whole = true;
    ssize_t length;

    for (*n = 1; whole && (length = getline(&line, &room, log)) > 0; ++*n) {
        struct erasure erasure;

        if (line[length - 1] != '\n')
            break; /* cut off by a crash: never acknowledged */
        line[length - 1] = '\0';
        whole = parse(line, (size_t)length - 1, &erasure) && visit(context, &erasure);
    }
    free(line);
    return whole && !ferror(log);
}

bool
erasures_read(const char *path, erasures_visit *visit, void *context, char *error,
              size_t error_bytes)
{
    FILE *log = fopen(path, "re");
    size_t n;
    bool whole;

    if (!log && errno == ENOENT)
        return true;
    if (!log) {
        snprintf(error, error_bytes, "erasures %s: %s", path, strerror(errno));
        return false;
    }
    whole = visit_lines(log, visit, context, &n);
    fclose(log);
    if (!whole)
        snprintf(error, error_bytes, "erasures %s: line %zu is damaged or was not followed", path,
                 n - 1);
    return whole;
}

/* ---- Opening ---- */

int
erasures_open(const char *path, char *error, size_t error_bytes)
{
    int log = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);

    if (log >= 0 && cut_last_line(log) && folder_sync_above(path))
        return log;
    snprintf(error, error_bytes, "erasures %s: %s", path, strerror(errno));
    if (log >= 0)
        close(log);
    return -1;
}
