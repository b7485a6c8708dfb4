/* master.c - reads or makes the master key, and makes the others from it. */
#include "master.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "files.h"

#define CONTEXT "wgpeople" /* of the derivation: exactly eight characters */

static bool
make_key(const char *path)
{
    unsigned char key[crypto_kdf_KEYBYTES];
    bool made;

    crypto_kdf_keygen(key);
    made = file_make(path, key, sizeof(key));
    sodium_memzero(key, sizeof(key));
    return made;
}

/* One byte more than a key is asked for, so that a longer file shows. */
static ssize_t
read_key(const char *path, unsigned char key[crypto_kdf_KEYBYTES + 1])
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = file < 0 ? -1 : file_read_at(file, key, crypto_kdf_KEYBYTES + 1, 0);
    int cause = errno;

    if (file >= 0)
        close(file);
    errno = cause;
    return n;
}

bool
master_open(struct master *master, const char *path, bool make, char *error, size_t error_bytes)
{
    unsigned char key[crypto_kdf_KEYBYTES + 1];
    ssize_t n;

    if (sodium_init() < 0 || (make && !file_exists(path) && !make_key(path))) {
        snprintf(error, error_bytes, "master key %s: cannot be made: %s", path, strerror(errno));
        return false;
    }
    n = read_key(path, key);
    if (n == crypto_kdf_KEYBYTES) {
        crypto_kdf_derive_from_key(master->wrap, MASTER_KEY_BYTES, 1, CONTEXT, key);
        crypto_kdf_derive_from_key(master->hash, MASTER_KEY_BYTES, 2, CONTEXT, key);
        crypto_kdf_derive_from_key(master->check, MASTER_KEY_BYTES, 3, CONTEXT, key);
    } else
        snprintf(error, error_bytes, "master key %s: %s", path,
                 n < 0 ? strerror(errno) : "it is not 32 bytes long");
    sodium_memzero(key, sizeof(key));
    return n == crypto_kdf_KEYBYTES;
}

void
master_forget(struct master *master)
{
    sodium_memzero(master, sizeof(*master));
}
