/* files.c - reading, writing and syncing whole files. */
#include "files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hex.h"

enum { PATH_BYTES = 4096, PIECE_BYTES = 64 * 1024 };

bool
file_write(int file, const void *bytes, size_t length)
{
    const char *at = bytes;

    while (length) {
        ssize_t written = write(file, at, length);

        if (written < 0 && errno != EINTR)
            return false;
        if (written > 0) {
            at += written;
            length -= (size_t)written;
        }
    }
    return true;
}

bool
file_write_at(int file, const void *bytes, size_t length, off_t offset)
{
    const char *at = bytes;

    while (length) {
        ssize_t written = pwrite(file, at, length, offset);

        if (written < 0 && errno != EINTR)
            return false;
        if (written > 0) {
            at += written;
            offset += written;
            length -= (size_t)written;
        }
    }
    return true;
}

ssize_t
file_read_at(int file, void *bytes, size_t length, off_t offset)
{
    size_t total = 0;

    while (total < length) {
        ssize_t n = pread(file, (char *)bytes + total, length - total, offset + (off_t)total);

        if (n < 0 && errno != EINTR)
            return -1;
        if (n == 0)
            break;
        if (n > 0)
            total += (size_t)n;
    }
    return (ssize_t)total;
}

/* ---- Folders ---- */

/* Close, and keep the errno of what went before. */
static bool
close_after(int file, bool done)
{
    int cause = errno;
    bool closed = close(file) == 0;

    if (!done)
        errno = cause;
    return done && closed;
}

bool
folder_sync(const char *path)
{
    int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    return folder >= 0 && close_after(folder, fsync(folder) == 0);
}

/* The folder that path lies in. */
static bool
above(const char *path, char folder[PATH_BYTES])
{
    char *slash;

    if (snprintf(folder, PATH_BYTES, "%s", path) >= PATH_BYTES) {
        errno = ENAMETOOLONG;
        return false;
    }
    slash = strrchr(folder, '/');
    if (slash)
        slash[slash == folder] = '\0'; /* "/" itself stays */
    else
        strcpy(folder, ".");
    return true;
}

bool
folder_sync_above(const char *path)
{
    char folder[PATH_BYTES];

    return above(path, folder) && folder_sync(folder);
}

bool
folder_make_above(const char *path)
{
    char folder[PATH_BYTES];

    return above(path, folder) && folder_make(folder);
}

bool
folder_make(const char *path)
{
    return mkdir(path, 0700) == 0 || errno == EEXIST;
}

/* ---- Whole files ---- */

static bool
write_new(const char *path, const void *bytes, size_t length)
{
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);

    return file >= 0 &&
           close_after(file, file_write(file, bytes, length) && fsync(file) == 0);
}

/* Under another name first; link, unlike rename, never replaces a file. */
bool
file_make(const char *path, const void *bytes, size_t length)
{
    char beside[PATH_BYTES];
    bool made;
    int cause;

    if (snprintf(beside, sizeof(beside), "%s.new", path) >= (int)sizeof(beside)) {
        errno = ENAMETOOLONG;
        return false;
    }
    made = write_new(beside, bytes, length) && link(beside, path) == 0;
    cause = errno;
    unlink(beside);
    errno = cause;
    return made && folder_sync_above(path);
}

static bool
copy_bytes(int from, int to)
{
    char piece[PIECE_BYTES];
    off_t offset = 0;
    ssize_t n;

    while ((n = file_read_at(from, piece, sizeof(piece), offset)) > 0) {
        if (!file_write(to, piece, (size_t)n))
            return false;
        offset += n;
    }
    return n == 0 && fsync(to) == 0;
}

bool
file_copy(const char *from, const char *to)
{
    int source = open(from, O_RDONLY | O_CLOEXEC), copy;
    bool copied;

    if (source < 0)
        return false;
    copy = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    copied = copy >= 0 && close_after(copy, copy_bytes(source, copy));
    return close_after(source, copied);
}

bool
file_exists(const char *path)
{
    struct stat status;

    return stat(path, &status) == 0;
}

/* ---- Digests ---- */

static bool
digest_file(int file, EVP_MD_CTX *context, unsigned long long *size, unsigned char digest[32])
{
    char piece[PIECE_BYTES];
    ssize_t n;

    *size = 0;
    if (!EVP_DigestInit_ex(context, EVP_sha256(), NULL))
        return false;
    while ((n = file_read_at(file, piece, sizeof(piece), (off_t)*size)) > 0) {
        if (!EVP_DigestUpdate(context, piece, (size_t)n))
            return false;
        *size += (unsigned long long)n;
    }
    return n == 0 && EVP_DigestFinal_ex(context, digest, NULL);
}

bool
file_digest(const char *path, unsigned long long *size, char digest[DIGEST_TEXT_BYTES])
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    unsigned char bytes[32];
    bool done = file >= 0 && context && digest_file(file, context, size, bytes);

    EVP_MD_CTX_free(context);
    if (file >= 0)
        done = close_after(file, done);
    if (done)
        hex_text(bytes, sizeof(bytes), digest);
    return done;
}

/* ---- Folders, whole ---- */

static int
remove_entry(const char *path, const struct stat *status, int kind, struct FTW *at)
{
    (void)status;
    (void)kind;
    (void)at;
    return remove(path);
}

bool
folder_remove(const char *path)
{
    return !file_exists(path) || nftw(path, remove_entry, 16, FTW_DEPTH | FTW_PHYS) == 0;
}

bool
folder_is_empty(const char *path)
{
    DIR *folder = opendir(path);
    struct dirent *entry;
    bool empty = true;

    if (!folder)
        return errno == ENOENT;
    while (empty && (entry = readdir(folder)))
        empty = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
    closedir(folder);
    return empty;
}
