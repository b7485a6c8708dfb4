/* duration.h - ISO 8601 durations of one part, as terms have them: "P6M", "-P12M", "P13W". */
#ifndef PAYMENTS_DURATION_H
#define PAYMENTS_DURATION_H

#include <stdbool.h>
#include <wellgate/date.h>

struct duration {
    int days, months; /* one of them is 0; both: no time at all */
};

/* An empty text is no time. false: it is no duration. */
bool duration_read(const char *text, struct duration *duration);

/* The day so long behind another; of months the same day, or the month's last. */
static inline wg_date
duration_after(wg_date date, struct duration duration)
{
    return (duration.months ? wg_date_add_months(date, duration.months) : date) + duration.days;
}

#endif
