/* random.c - see random.h. Each thread has a store of its own. */
#include "random.h"

#include <assert.h>
#include <string.h>
#include <sys/random.h>

static __thread unsigned char store[256]; /* as many as getrandom never cuts short */
static __thread size_t left;

bool
random_bytes(void *bytes, size_t n)
{
    assert(n <= RANDOM_BYTES_MAX);
    if (left < n) {
        left = 0;
        if (getrandom(store, sizeof(store), 0) != (ssize_t)sizeof(store))
            return false;
        left = sizeof(store);
    }
    left -= n;
    memcpy(bytes, store + left, n);
    return true;
}
