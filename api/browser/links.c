/*
 * links.c - one-time links: a token that waits, for minutes, behind an id that opens once.
 *
 * Only a hash of the id is kept. Few may wait at a time, so the table is looked through.
 */
#include "links.h"

#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "auth/jose.h"
#include "sha256.h"

#define WAITING_MAX 64

struct waiting {
    unsigned char hash[SHA256_BYTES];
    char *token; /* NULL: free */
    int64_t until_ms;
};

struct links {
    pthread_mutex_t lock;
    int64_t lifetime_ms;
    struct waiting waiting[WAITING_MAX];
};

struct links *
links_open(int lifetime_s)
{
    struct links *links = calloc(1, sizeof(*links));

    if (!links)
        return NULL;
    pthread_mutex_init(&links->lock, NULL);
    links->lifetime_ms = (int64_t)lifetime_s * 1000;
    return links;
}

static char *
take_token(struct waiting *waiting)
{
    char *token = waiting->token;

    *waiting = (struct waiting){.token = NULL};
    return token;
}

static void
forget(struct waiting *waiting)
{
    char *token = take_token(waiting);

    if (token)
        OPENSSL_cleanse(token, strlen(token));
    free(token);
}

void
links_close(struct links *links)
{
    if (!links)
        return;
    for (size_t i = 0; i < WAITING_MAX; i++)
        forget(&links->waiting[i]);
    pthread_mutex_destroy(&links->lock);
    free(links);
}

/* The first free place, when those that are too late are gone. */
static struct waiting *
find_free(struct links *links, int64_t now_ms)
{
    struct waiting *found = NULL;

    for (size_t i = WAITING_MAX; i-- > 0;) {
        if (links->waiting[i].token && links->waiting[i].until_ms <= now_ms)
            forget(&links->waiting[i]);
        if (!links->waiting[i].token)
            found = &links->waiting[i];
    }
    return found;
}

bool
links_add(struct links *links, const char *token, int64_t now_ms, char id[LINK_TEXT_BYTES])
{
    unsigned char bytes[32], digest[SHA256_BYTES];
    struct waiting *place;

    if (RAND_bytes(bytes, sizeof(bytes)) != 1)
        return false;
    base64url_encode(bytes, sizeof(bytes), id);
    if (!sha256(id, strlen(id), digest))
        return false;
    pthread_mutex_lock(&links->lock);
    if ((place = find_free(links, now_ms)) && (place->token = strdup(token))) {
        memcpy(place->hash, digest, sizeof(digest));
        place->until_ms = now_ms + links->lifetime_ms;
    } else {
        place = NULL;
    }
    pthread_mutex_unlock(&links->lock);
    return place;
}

char *
links_take(struct links *links, const char *id, int64_t now_ms)
{
    unsigned char digest[SHA256_BYTES];
    char *token = NULL;

    if (!sha256(id, strlen(id), digest))
        return NULL;
    pthread_mutex_lock(&links->lock);
    find_free(links, now_ms); /* those that are too late go */
    for (size_t i = 0; i < WAITING_MAX; i++)
        if (links->waiting[i].token &&
            CRYPTO_memcmp(links->waiting[i].hash, digest, sizeof(digest)) == 0)
            token = take_token(&links->waiting[i]);
    pthread_mutex_unlock(&links->lock);
    return token;
}
