/* master.h - the key that all others hang on: one file of 32 random bytes. */
#ifndef PEOPLE_MASTER_H
#define PEOPLE_MASTER_H

#include <stdbool.h>
#include <stddef.h>

enum { MASTER_KEY_BYTES = 32 };

/* Keys made from the master, one a purpose. */
struct master {
    unsigned char wrap[MASTER_KEY_BYTES];   /* wraps the keys of people */
    unsigned char hash[MASTER_KEY_BYTES];   /* of lookups: see people_hash */
    unsigned char check[MASTER_KEY_BYTES];  /* recognises the slots that it wrapped */
};

/*
 * make    where there is no such file, make one
 * errors  false, with one line in error
 */
bool master_open(struct master *master, const char *path, bool make, char *error,
                 size_t error_bytes);
void master_forget(struct master *master);

#endif
