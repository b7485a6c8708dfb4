/* store_fixture.h - a directory for a store, and what its tests share. */
#ifndef STORE_FIXTURE_H
#define STORE_FIXTURE_H

/* clang-format off: cmocka.h needs the four before it */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/driver.h"
#include "wellgate/problem.h"

#define CHECK_OK(problem) assert_null(problem)
#define CHECK_PROBLEM(problem, expected) assert_ptr_equal(problem, &(expected))

/* A new directory under TMPDIR or /tmp; static, one at a time. */
static inline char *
new_directory(void)
{
    static char path[256];
    const char *base = getenv("TMPDIR");

    snprintf(path, sizeof(path), "%s/wellgate-XXXXXX", base ? base : "/tmp");
    assert_non_null(mkdtemp(path));
    return path;
}

static inline void
remove_directory(const char *path)
{
    char file[600];
    struct dirent *entry;
    DIR *directory = opendir(path);

    assert_non_null(directory);
    while ((entry = readdir(directory))) {
        snprintf(file, sizeof(file), "%s/%s", path, entry->d_name);
        unlink(file); /* not . and .. */
    }
    closedir(directory);
    assert_int_equal(rmdir(path), 0);
}

static inline struct wg_bytes
bytes(const char *text)
{
    return (struct wg_bytes){text, strlen(text)};
}

static inline bool
equals(struct wg_bytes found, const char *text)
{
    return found.length == strlen(text) &&
           memcmp(found.data, text, found.length) == 0;
}

#endif
