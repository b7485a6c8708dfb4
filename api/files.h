/* files.h - files that are on disk, whole, by the time a call returns. */
#ifndef FILES_H
#define FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* All of them say why in errno where they answer false (or -1). */

/* Writes every byte, at the file's place or (write_at) at an offset. */
bool file_write(int file, const void *bytes, size_t length);
bool file_write_at(int file, const void *bytes, size_t length, off_t offset);

/* Bytes read from an offset: fewer than asked at the end of the file. -1: none. */
ssize_t file_read_at(int file, void *bytes, size_t length, off_t offset);

/* Sync a folder, or the one that path lies in, so that names in it stay. */
bool folder_sync(const char *path);
bool folder_sync_above(const char *path);

/* Make a folder (0700), or find it there. */
bool folder_make(const char *path);
bool folder_make_above(const char *path); /* that the path lies in */

/* A new file (0600) of these bytes, whole or not there at all. false with EEXIST
 * where there is one already. */
bool file_make(const char *path, const void *bytes, size_t length);

/* Copy a file to a new one, synced. */
bool file_copy(const char *from, const char *to);

bool file_exists(const char *path);

enum { DIGEST_TEXT_BYTES = 2 * 32 + 1 };

/* Its size and the SHA-256 of its bytes, in hexadecimal. */
bool file_digest(const char *path, unsigned long long *size, char digest[DIGEST_TEXT_BYTES]);

/* A folder with everything in it; true where there is none. */
bool folder_remove(const char *path);

/* Nothing is in it, or it is not there. */
bool folder_is_empty(const char *path);

#endif
