/* random.h - the kernel's random bytes, fetched for several uses at once: a system
 * call for each would cost more than what they are used for. */
#ifndef RANDOM_H
#define RANDOM_H

#include <stdbool.h>
#include <stddef.h>

#define RANDOM_BYTES_MAX 32

/* At most RANDOM_BYTES_MAX, for ids: not for keys, as they lie in memory before. false:
 * the kernel gives none. */
bool random_bytes(void *bytes, size_t n);

#endif
