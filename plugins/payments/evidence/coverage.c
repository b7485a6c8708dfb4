/* coverage.c - spells of coverage against days. */
#include "coverage.h"

#include <ctype.h>
#include <string.h>

/* That of a use of services; sources tell of all codes of OTHER, or of none. */
static size_t
compile_covered(struct compiling *compiling, const char *use)
{
    const char *class = strchr(use, ':') + 1;

    return compile_series(compiling, wg_format(compiling->arena, "covered:%s",
                                               isupper((unsigned char)*class) ? class : "OTHER"));
}

struct coverage
coverage_read(struct compiling *compiling, char *const *names, size_t n)
{
    struct coverage coverage = {0};

    for (size_t i = 0; compiling->only_covered && i < n && coverage.n < EVENT_SERIES_MAX; i++)
        if (series_counting(names[i]) == COUNT_USES)
            coverage.series[coverage.n++] = compile_covered(compiling, names[i]);
    return coverage;
}

/* Covered stretches lie in order of their first days. */
static bool
is_class_covered(const struct series *covered, struct days days)
{
    wg_date open = days.first;

    for (size_t i = 0; i < covered->n && open <= days.last && covered->list[i].date <= open; i++)
        if (covered->list[i].until >= open)
            open = covered->list[i].until + 1;
    return open > days.last;
}

bool
is_covered(const struct coverage *coverage, const struct person *person, struct days days)
{
    for (size_t i = 0; i < coverage->n; i++)
        if (!is_class_covered(&person->series[coverage->series[i]], days))
            return false;
    return true;
}
