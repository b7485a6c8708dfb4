/* chance.h - random numbers that a printed seed gives again. */
#ifndef CHANCE_H
#define CHANCE_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static uint64_t seed;

/* SEED of the environment, or a new one; printed. */
static inline void
sow(void)
{
    const char *given = getenv("SEED");

    seed = given ? strtoull(given, NULL, 10) : (uint64_t)time(NULL);
    printf("# SEED=%llu\n", (unsigned long long)seed);
}

/* How often a random test is tried: ROUNDS of the environment, or as usual. */
static inline int
rounds(int usual)
{
    const char *given = getenv("ROUNDS");

    return given ? atoi(given) : usual;
}

/* From 0 to below. */
static inline int64_t
chance(uint64_t below)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (int64_t)((seed >> 33) % below);
}

#endif
