/* calendar.h - what date.c and zone.c have in common. */
#ifndef CALENDAR_H
#define CALENDAR_H

#include <stdint.h>

/* The years in which a date can be written. */
#define YEAR_FIRST 1900
#define YEAR_LAST 2199

/* Rounds down, where C rounds toward zero. divisor above 0. */
static inline int64_t
floor_divide(int64_t value, int64_t divisor)
{
    return value / divisor - (value % divisor < 0);
}

#endif
