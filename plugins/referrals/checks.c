/* checks.c - what several rules check. */
#include "checks.h"

#include <string.h>
#include <wellgate/nhs_number.h>

char *
today_text(struct wg_call *call, const char *name)
{
    char *text = wg_alloc(wg_call_arena(call), WG_DATE_TEXT_BYTES);

    return text ? wg_date_format(wg_today(call, name), text) : NULL;
}

void
check_day(struct wg_call *call, const char *name, const char *pointer, const char *day,
          const char *earliest, const char *what)
{
    wg_check_past(call, name, pointer, day);
    if (*day && strcmp(day, earliest) < 0) /* as their texts compare */
        wg_violation(call, pointer, "OUT_OF_RANGE", "is before %s, when %s", earliest, what);
}

const struct wg_problem *
day_said(struct wg_call *call, const char *name, const char *said, const char *earliest,
         char **day)
{
    if (!(*day = *said ? wg_copy_text(wg_call_arena(call), said) : today_text(call, name)))
        return wg_no_memory(call);
    check_day(call, name, "/date", *day, earliest, "what comes before it happened");
    return NULL;
}

void
check_nhs_number(struct wg_call *call, const char *number)
{
    if (!wg_nhs_number_valid(number))
        wg_violation(call, "/nhsNumber", "INVALID", "is no NHS number: ten digits, the last of "
                     "which checks the others");
}

const char *
pointer_into(struct wg_call *call, const char *list, size_t at, const char *member)
{
    const char *pointer = wg_format(wg_call_arena(call), "%s/%zu/%s", list, at, member);

    return pointer ? pointer : list;
}
