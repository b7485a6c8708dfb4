/* dates.h - dates as tests write them. */
#ifndef DATES_H
#define DATES_H

#include <wellgate/date.h>

static inline wg_date
date(const char *text)
{
    wg_date value;

    if (!wg_date_parse(text, &value))
        fail_msg("%s is no date", text);
    return value;
}

#endif
