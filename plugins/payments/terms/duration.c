/* duration.c - durations as text. */
#include "duration.h"

#include <stdlib.h>

bool
duration_read(const char *text, struct duration *duration)
{
    int sign = *text == '-' ? -1 : 1;
    char *unit;
    long n;

    *duration = (struct duration){0};
    if (!*text)
        return true;
    if (*(text += sign < 0) != 'P' || text[1] < '0' || text[1] > '9')
        return false;
    n = sign * strtol(text + 1, &unit, 10);
    switch (*unit) {
    case 'D': duration->days = (int)n; break;
    case 'W': duration->days = (int)n * 7; break;
    case 'M': duration->months = (int)n; break;
    case 'Y': duration->months = (int)n * 12; break;
    default: return false;
    }
    return !unit[1];
}
