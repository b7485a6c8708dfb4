/*
 * manifest.h - what a folder of a backup holds, so that damage is seen before use.
 *
 * The file MANIFEST, lines of text:
 *   wellgate manifest 1
 *   SIZE SHA-256 NAME          one a file, in order of their names
 *   end SHA-256                of the lines before this one
 */
#ifndef CLI_MANIFEST_H
#define CLI_MANIFEST_H

#include <stdbool.h>
#include <stddef.h>

/* Of every file in the folder now. false, with one line in error, as all of these. */
bool manifest_write(const char *folder, char *error, size_t error_bytes);

/* Every file is there and as it was. */
bool manifest_check(const char *folder, char *error, size_t error_bytes);

/* Copy the files that it names, once checked, into another folder. */
bool manifest_copy(const char *folder, const char *to, char *error, size_t error_bytes);

/* Remove what it does not name: locks of whoever looked in. */
bool manifest_tidy(const char *folder, char *error, size_t error_bytes);

#endif
