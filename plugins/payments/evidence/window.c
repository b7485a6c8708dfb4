/* window.c - windows, from terms to days. */
#include "window.h"

#include <string.h>

typedef Wellgate__Payments__V1__Window Window;

static enum window_anchor
anchor_of(const Window *terms)
{
    bool offsets = *terms->from || *terms->to || *terms->grace;

    if (strcmp(terms->anchor, "unit") == 0)
        return FROM_UNIT;
    if (*terms->anchor)
        return FROM_SERIES;
    return offsets ? FROM_START : FROM_DATES;
}

struct window
window_read(struct compiling *compiling, const Window *terms)
{
    struct window window = {.dates = DAYS_ALL};

    if (!terms)
        return window;
    window.anchor = anchor_of(terms);
    window.ends = *terms->to;
    duration_read(terms->from, &window.from);
    duration_read(terms->to, &window.to);
    duration_read(terms->grace, &window.grace);
    wg_date_parse(terms->from_date, &window.dates.first);
    wg_date_parse(terms->to_date, &window.dates.last);
    if (window.anchor == FROM_SERIES)
        window.series = compile_series(compiling, terms->anchor);
    return window;
}

bool
window_is_all(const struct window *window)
{
    return window->anchor == FROM_DATES && window->dates.first == DAYS_ALL.first &&
           window->dates.last == DAYS_ALL.last;
}

wg_date
window_anchor_day(const struct window *window, const struct moment *moment)
{
    switch (window->anchor) {
    case FROM_START: return moment->start;
    case FROM_UNIT: return moment->day;
    case FROM_SERIES: return first_day(moment->person, window->series);
    default: return DATE_NONE;
    }
}

bool
window_days(const struct window *window, const struct moment *moment, struct days *days)
{
    wg_date anchor = window_anchor_day(window, moment);

    *days = window->dates;
    if (window->anchor == FROM_DATES)
        return true;
    *days = DAYS_NONE;
    if (anchor == DATE_NONE)
        return false;
    days->first = duration_after(anchor, window->from);
    days->last = window->ends ? duration_after(duration_after(anchor, window->to), window->grace)
                              : DATE_MAX;
    *days = days_of_both(*days, window->dates);
    return true;
}
