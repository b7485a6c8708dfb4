/* checks.c - classes, prices and days, as several kinds of record have them. */
#include "checks.h"

#include <stdlib.h>
#include <string.h>
#include <wellgate/period.h>

#include "wellgate/core/v1/core.pb-c.h"

typedef Wellgate__Core__V1__Programme Programme;

void
check_code(struct wg_call *call, bool is_other, const char *code)
{
    if (is_other && !*code)
        wg_violation(call, "/code", "REQUIRED", "OTHER needs one");
    else if (!is_other && *code)
        wg_violation(call, "/code", "NOT_TAKEN", "is of OTHER only");
}

bool
has_class(const Class *classes, size_t n, Class class)
{
    for (size_t i = 0; i < n; i++)
        if (classes[i] == class)
            return true;
    return false;
}

void
check_classes(struct wg_call *call, const Class *classes, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const char *pointer = wg_format(wg_call_arena(call), "/classes/%zu", i);

        if (!pointer)
            return;
        if (classes[i] == CLASS(CLASS_UNSPECIFIED))
            wg_violation(call, pointer, "REQUIRED", "must be a class");
        else if (has_class(classes, i, classes[i]))
            wg_violation(call, pointer, "DUPLICATE", "is given twice");
    }
}

void
check_amount(struct wg_call *call, const char *pointer, const Money *amount)
{
    if (amount && *amount->amount == '-')
        wg_violation(call, pointer, "OUT_OF_RANGE", "must be 0 or more");
}

/* "2016", or two years that follow each other: "2016/17". */
static bool
is_price_year(const char *year)
{
    const char *second = strchr(year, '/');

    return !second || (atoi(year) + 1) % 100 == atoi(second + 1);
}

void
check_price_year(struct wg_call *call, const Money *amount, const char *year)
{
    if (amount && !*year)
        wg_violation(call, "/priceYear", "REQUIRED", "a cost needs the year of its prices");
    else if (!amount && *year)
        wg_violation(call, "/priceYear", "NOT_TAKEN", "there is no cost for it");
    else if (!is_price_year(year))
        wg_violation(call, "/priceYear", "INVALID", "a financial year is of two years: 2016/17");
}

static bool
has_strand(const Programme *programme, const char *strand)
{
    for (size_t i = 0; i < programme->n_strands; i++)
        if (strcmp(programme->strands[i]->code, strand) == 0)
            return true;
    return !programme->n_strands;
}

const struct wg_problem *
check_strand(struct wg_call *call, const char *name, const char *before, const char *strand)
{
    const char *root = wg_name_parent(call, name, 1);
    const ProtobufCMessage *programme;
    const struct wg_problem *problem;

    if (!root)
        return wg_no_memory(call);
    if (!*strand || strcmp(before, strand) == 0)
        return NULL;
    if ((problem = wg_look(call, root, &programme)))
        return problem;
    if (!has_strand((const Programme *)programme, strand))
        wg_violation(call, "/strand", "UNKNOWN_VALUE", "is none of the programme's strands");
    return NULL;
}

void
check_period_past(struct wg_call *call, const char *name, const char *period)
{
    struct wg_period days;

    if (wg_period_parse(period, &days) && days.last > wg_today(call, name))
        wg_violation(call, "/period", "OUT_OF_RANGE", "has not ended");
}
