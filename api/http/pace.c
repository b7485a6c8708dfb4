/*
 * pace.c - no transfer takes for ever.
 *
 * CivetWeb limits how long it waits for the next byte, not how long for all of
 * them, so a byte now and then holds a thread as long as the other side likes. Its
 * reads and writes are therefore timed here: the program's own recv and send are
 * found before libc's, and fail once the transfer under way on this thread has used
 * up its time.
 */
#include "transfer.h"

#include <dlfcn.h>
#include <errno.h>
#include <sys/socket.h>

#include "../clock.h"

static ssize_t (*libc_recv)(int, void *, size_t, int);
static ssize_t (*libc_send)(int, const void *, size_t, int);

static __thread struct pace *running;

static void __attribute__((constructor))
find_libc(void)
{
    *(void **)&libc_recv = dlsym(RTLD_NEXT, "recv");
    *(void **)&libc_send = dlsym(RTLD_NEXT, "send");
}

/* ---- Time ---- */

static int64_t
left_us(const struct pace *pace)
{
    return pace->since_us ? pace->left_us - (monotonic_us() - pace->since_us) : pace->left_us;
}

void
pace_begin(struct pace *pace, int most_ms, int bytes_per_s)
{
    *pace = (struct pace){.most_us = (int64_t)most_ms * 1000, .bytes_per_s = bytes_per_s};
    pace->left_us = pace->most_us;
}

bool
pace_is_over(const struct pace *pace)
{
    return left_us(pace) < 0;
}

void
pace_run(struct pace *pace)
{
    pace->since_us = monotonic_us();
    running = pace;
}

void
pace_pause(struct pace *pace)
{
    pace->left_us = left_us(pace);
    pace->since_us = 0;
    running = NULL;
}

static void
give_back(struct pace *pace, ssize_t bytes)
{
    int64_t most = pace->most_us + (monotonic_us() - pace->since_us);

    if (bytes <= 0 || !pace->bytes_per_s)
        return;
    pace->left_us += bytes * 1000000 / pace->bytes_per_s;
    if (pace->left_us > most)
        pace->left_us = most;
}

/* ---- What CivetWeb calls ---- */

__attribute__((visibility("default"))) ssize_t
recv(int socket, void *bytes, size_t room, int flags)
{
    ssize_t got;

    if (!running)
        return libc_recv(socket, bytes, room, flags);
    if (pace_is_over(running)) {
        errno = ETIMEDOUT;
        return -1;
    }
    got = libc_recv(socket, bytes, room, flags);
    give_back(running, got);
    return got;
}

__attribute__((visibility("default"))) ssize_t
send(int socket, const void *bytes, size_t length, int flags)
{
    ssize_t sent;

    if (!running)
        return libc_send(socket, bytes, length, flags);
    if (pace_is_over(running)) {
        errno = ETIMEDOUT;
        return -1;
    }
    sent = libc_send(socket, bytes, length, flags);
    give_back(running, sent);
    return sent;
}
