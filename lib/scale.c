/* scale.c - from values to places along an axis. */
#include "scale.h"

#include "calendar.h"

__extension__ typedef __int128 wide;

int64_t
scale_limit(int64_t value)
{
    return value > SCALE_VALUE_MAX ? SCALE_VALUE_MAX
           : value < -SCALE_VALUE_MAX ? -SCALE_VALUE_MAX : value;
}

/* The least multiple of step that is not below value. */
static int64_t
round_up(int64_t value, int64_t step)
{
    return -floor_divide(-value, step) * step;
}

struct scale
scale_of(int64_t low, int64_t high, int64_t step_min)
{
    static const int64_t factors[] = {1, 2, 5};
    struct scale scale = {.step = step_min};

    low = low < 0 ? scale_limit(low) : 0;
    high = high > 0 ? scale_limit(high) : 0;
    if (low == high)
        high = 1;
    for (int64_t power = step_min;; power *= 10)
        for (int i = 0; i < 3; i++) {
            scale.step = power * factors[i];
            scale.low = floor_divide(low, scale.step) * scale.step;
            scale.high = round_up(high, scale.step);
            if ((scale.high - scale.low) / scale.step <= SCALE_TICKS_MAX)
                return scale;
        }
}

int
scale_at(const struct scale *scale, int64_t value, int first, int last)
{
    wide span = (wide)scale->high - scale->low;
    wide moved = ((wide)scale_limit(value) - scale->low) * (last - first);

    return first + (int)((2 * moved + (moved < 0 ? -span : span)) / (2 * span));
}
