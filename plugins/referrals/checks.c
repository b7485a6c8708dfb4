/* checks.c - what several rules check. */
#include "checks.h"

#include <string.h>

char *
today_text(struct wg_call *call, const char *name)
{
    char *text = wg_alloc(wg_call_arena(call), WG_DATE_TEXT_BYTES);

    return text ? wg_date_format(wg_today(call, name), text) : NULL;
}

/* Dates compare as their texts do. */
void
check_day(struct wg_call *call, const char *name, const char *pointer, const char *day,
          const char *earliest, const char *what)
{
    char today[WG_DATE_TEXT_BYTES];

    wg_date_format(wg_today(call, name), today);
    if (strcmp(day, today) > 0)
        wg_violation(call, pointer, "OUT_OF_RANGE", "is in the future: today is %s", today);
    else if (*day && strcmp(day, earliest) < 0)
        wg_violation(call, pointer, "OUT_OF_RANGE", "is before %s, when %s", earliest, what);
}

const char *
pointer_into(struct wg_call *call, const char *list, size_t at, const char *member)
{
    const char *pointer = wg_format(wg_call_arena(call), "%s/%zu/%s", list, at, member);

    return pointer ? pointer : list;
}
