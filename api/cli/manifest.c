/* manifest.c - writes and checks the manifest of a folder. */
#include "manifest.h"

#include <dirent.h>
#include <errno.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "files.h"
#include "hex.h"

#define NAME "MANIFEST"
#define TITLE "wellgate manifest 1\n"

enum { FILES_MAX = 64, TEXT_BYTES_MAX = 64 * 1024, PATH_BYTES = 4096, NAME_BYTES = 256 };

struct listed {
    unsigned long long size;
    char digest[DIGEST_TEXT_BYTES];
    char name[NAME_BYTES];
};

struct manifest {
    const char *folder;
    struct listed files[FILES_MAX];
    size_t n;
    char *error;
    size_t error_bytes;
};

static bool
refuse(struct manifest *manifest, const char *name, const char *fault)
{
    snprintf(manifest->error, manifest->error_bytes, "%s/%s: %s", manifest->folder, name, fault);
    return false;
}

static void
path_in(const char *folder, const char *name, char path[PATH_BYTES])
{
    snprintf(path, PATH_BYTES, "%s/%s", folder, name);
}

/* ---- Writing ---- */

static int
is_content(const struct dirent *entry)
{
    return strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 &&
           strcmp(entry->d_name, NAME) != 0;
}

static bool
list_file(struct manifest *manifest, const char *name)
{
    struct listed *listed = &manifest->files[manifest->n];
    char path[PATH_BYTES];

    if (manifest->n == FILES_MAX || strlen(name) >= NAME_BYTES)
        return refuse(manifest, name, "too many files, or too long a name");
    path_in(manifest->folder, name, path);
    strcpy(listed->name, name);
    if (!file_digest(path, &listed->size, listed->digest))
        return refuse(manifest, name, strerror(errno));
    manifest->n++;
    return true;
}

static bool
list_folder(struct manifest *manifest)
{
    struct dirent **entries;
    int n = scandir(manifest->folder, &entries, is_content, alphasort);
    bool listed = n >= 0 || refuse(manifest, "", strerror(errno));

    for (int i = 0; i < n; i++) {
        listed = listed && list_file(manifest, entries[i]->d_name);
        free(entries[i]);
    }
    if (n >= 0)
        free(entries);
    return listed;
}

static bool
digest_of(const char *text, size_t length, char digest[DIGEST_TEXT_BYTES])
{
    unsigned char bytes[32];

    if (!EVP_Digest(text, length, bytes, NULL, EVP_sha256(), NULL))
        return false;
    hex_text(bytes, sizeof(bytes), digest);
    return true;
}

bool
manifest_write(const char *folder, char *error, size_t error_bytes)
{
    struct manifest manifest = {.folder = folder, .error = error, .error_bytes = error_bytes};
    char text[TEXT_BYTES_MAX] = TITLE, path[PATH_BYTES], digest[DIGEST_TEXT_BYTES];
    size_t length = strlen(text);

    if (!list_folder(&manifest))
        return false;
    for (size_t i = 0; i < manifest.n; i++)
        length += (size_t)snprintf(text + length, sizeof(text) - length, "%llu %s %s\n",
                                   manifest.files[i].size, manifest.files[i].digest,
                                   manifest.files[i].name);
    if (!digest_of(text, length, digest))
        return refuse(&manifest, NAME, "SHA-256 failed");
    length += (size_t)snprintf(text + length, sizeof(text) - length, "end %s\n", digest);
    path_in(folder, NAME, path);
    return file_make(path, text, length) || refuse(&manifest, NAME, strerror(errno));
}

/* ---- Reading ---- */

/* Its names are of files in the folder, and of nothing elsewhere. */
static bool
read_line(struct manifest *manifest, const char *line)
{
    struct listed *listed = &manifest->files[manifest->n];
    int end = 0;

    if (manifest->n == FILES_MAX ||
        sscanf(line, "%llu %64[0-9a-f] %255[A-Za-z0-9._-]%n", &listed->size, listed->digest,
               listed->name, &end) != 3 || line[end] != '\n' || *listed->name == '.')
        return false;
    manifest->n++;
    return true;
}

static bool
read_lines(struct manifest *manifest, char *text, size_t length)
{
    char digest[DIGEST_TEXT_BYTES], last[DIGEST_TEXT_BYTES + 8];
    const char *line = text + strlen(TITLE), *end = NULL;

    if (strlen(text) != length || strncmp(text, TITLE, strlen(TITLE)) != 0)
        return false;
    while (*line && strncmp(line, "end ", 4) != 0) {
        const char *next = strchr(line, '\n');

        if (!next || !read_line(manifest, line))
            return false;
        line = next + 1;
    }
    end = line;
    return digest_of(text, (size_t)(end - text), digest) &&
           snprintf(last, sizeof(last), "end %s\n", digest) > 0 && strcmp(end, last) == 0;
}

static bool
read_manifest(struct manifest *manifest)
{
    char text[TEXT_BYTES_MAX], path[PATH_BYTES];
    FILE *file;
    size_t length;

    path_in(manifest->folder, NAME, path);
    if (!(file = fopen(path, "re")))
        return refuse(manifest, NAME, strerror(errno));
    length = fread(text, 1, sizeof(text) - 1, file);
    fclose(file);
    text[length] = '\0';
    return read_lines(manifest, text, length) || refuse(manifest, NAME, "it is damaged");
}

static bool
check_file(struct manifest *manifest, const struct listed *listed)
{
    char path[PATH_BYTES], digest[DIGEST_TEXT_BYTES];
    unsigned long long size;

    path_in(manifest->folder, listed->name, path);
    if (!file_digest(path, &size, digest))
        return refuse(manifest, listed->name, strerror(errno));
    if (size != listed->size)
        return refuse(manifest, listed->name, "it is not as long as it was");
    return strcmp(digest, listed->digest) == 0 ||
           refuse(manifest, listed->name, "it is damaged: its SHA-256 is another");
}

bool
manifest_check(const char *folder, char *error, size_t error_bytes)
{
    struct manifest manifest = {.folder = folder, .error = error, .error_bytes = error_bytes};

    if (!read_manifest(&manifest))
        return false;
    for (size_t i = 0; i < manifest.n; i++)
        if (!check_file(&manifest, &manifest.files[i]))
            return false;
    return true;
}

bool
manifest_copy(const char *folder, const char *to, char *error, size_t error_bytes)
{
    struct manifest manifest = {.folder = folder, .error = error, .error_bytes = error_bytes};

    if (!read_manifest(&manifest))
        return false;
    for (size_t i = 0; i < manifest.n; i++) {
        char from[PATH_BYTES], copy[PATH_BYTES];

        path_in(folder, manifest.files[i].name, from);
        path_in(to, manifest.files[i].name, copy);
        if (!file_copy(from, copy))
            return refuse(&manifest, manifest.files[i].name, strerror(errno));
    }
    return folder_sync(to) || refuse(&manifest, "", strerror(errno));
}

static bool
is_listed(const struct manifest *manifest, const char *name)
{
    for (size_t i = 0; i < manifest->n; i++)
        if (strcmp(manifest->files[i].name, name) == 0)
            return true;
    return false;
}

bool
manifest_tidy(const char *folder, char *error, size_t error_bytes)
{
    struct manifest manifest = {.folder = folder, .error = error, .error_bytes = error_bytes};
    struct dirent **entries;
    int n;

    if (!read_manifest(&manifest))
        return false;
    n = scandir(folder, &entries, is_content, alphasort);
    for (int i = 0; i < n; i++) {
        char path[PATH_BYTES];

        path_in(folder, entries[i]->d_name, path);
        if (!is_listed(&manifest, entries[i]->d_name))
            unlink(path);
        free(entries[i]);
    }
    if (n >= 0)
        free(entries);
    return n >= 0 || refuse(&manifest, "", strerror(errno));
}
