/* clock.h - time that only goes forward, for measuring how long something takes. */
#ifndef CLOCK_H
#define CLOCK_H

#include <stdint.h>
#include <time.h>

static inline int64_t
monotonic_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static inline int64_t
monotonic_ms(void)
{
    return monotonic_us() / 1000;
}

/* So long from now, for a timed wait. */
static inline struct timespec
monotonic_in_us(int64_t us)
{
    int64_t at_us = monotonic_us() + us;

    return (struct timespec){(time_t)(at_us / 1000000), (long)(at_us % 1000000 * 1000)};
}

#endif
