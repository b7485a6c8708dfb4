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

enum { LINE_BYTES = 1024, TAIL_BYTES = 1 + 16 };

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

/* The line of an erasure, with its LF; its length, 0 where it would be too long. */
static size_t
format_line(const struct erasure *erasure, char line[LINE_BYTES])
{
    int length = snprintf(line, LINE_BYTES, "%016" PRIx64 " %016" PRIx64 " %016" PRIx64 " %s",
                          erasure->slot, erasure->stamp, (uint64_t)erasure->time_ms,
                          erasure->person);

    if (length < 0 || length + TAIL_BYTES + 2 > LINE_BYTES)
        return 0;
    return (size_t)(length + snprintf(line + length, (size_t)(LINE_BYTES - length),
                                      " %016" PRIx64 "\n",
                                      (uint64_t)XXH3_64bits(line, (size_t)length)));
}

bool
erasures_append(int log, const struct erasure *erasure)
{
    char line[LINE_BYTES];
    size_t length = format_line(erasure, line);

    /* Half a line, left by a full disk, would hide this one. */
    return length && cut_last_line(log) && file_write(log, line, length) && fdatasync(log) == 0;
}

/* ---- Reading ---- */

/* A line is what is written for what is read in it, to the last character. */
static bool
parse(const char *line, char person[LINE_BYTES], struct erasure *erasure)
{
    char again[LINE_BYTES];
    uint64_t time_ms;

    if (sscanf(line, "%16" SCNx64 " %16" SCNx64 " %16" SCNx64 " %1000s", &erasure->slot,
               &erasure->stamp, &time_ms, person) != 4)
        return false;
    erasure->time_ms = (int64_t)time_ms;
    erasure->person = person;
    return format_line(erasure, again) && strcmp(line, again) == 0;
}

static bool
visit_lines(FILE *log, erasures_visit *visit, void *context, size_t *n)
{
    char *line = NULL;
    size_t room = 0;
    bool whole = true;
    ssize_t length;

    for (*n = 1; whole && (length = getline(&line, &room, log)) > 0; ++*n) {
        char person[LINE_BYTES];
        struct erasure erasure;

        if (line[length - 1] != '\n')
            break; /* cut off by a crash: never acknowledged */
        whole = parse(line, person, &erasure) && visit(context, &erasure);
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
