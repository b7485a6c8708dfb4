/* items.h - a report's amounts and figures as one list, in the order in which it has them. */
#ifndef BONDS_ITEMS_H
#define BONDS_ITEMS_H

#include "figures.h"
#include "report.h"

struct item {
    const char *field;  /* "capitalAccount.drawn" */
    const char *title;  /* "Paid in" */
    const Money *money; /* NULL: it is a figure */
    const Figure *figure;
    bool is_share; /* of a whole: it reads as per cent */
};

enum { ITEMS_MAX = 24 };

/* Those that the report has; n of them are written, at most ITEMS_MAX. */
size_t items_of(const Report *report, struct item items[ITEMS_MAX]);

/* The decimal of its value, "" where it has none. */
const char *item_value(const struct item *item);

/* Of a bond's currency, "ratio" or "per year". */
const char *item_unit(const struct item *item);

#endif
