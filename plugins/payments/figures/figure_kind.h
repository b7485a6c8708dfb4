/* figure_kind.h - a kind of outcome of a cohort: what people add to it, and what comes of
 * that. Who belongs to the cohort, and which evidence counts, is judged before, in
 * figure_rules.c. Pure.
 */
#ifndef PAYMENTS_FIGURE_KIND_H
#define PAYMENTS_FIGURE_KIND_H

#include "figure_rules.h"

/* One person, who is in the cohort of these periods. */
struct taking {
    struct figure_rules *rules;
    struct figure_rule *rule;
    const struct person *person;
    const struct unit_list *units;
    struct span span;
    struct days days[FIGURE_WINDOWS];
    struct figure_part *part; /* NULL: nobody asks what is added up */
};

struct figure_kind {
    void (*compile)(struct compiling *compiling, struct figure_rule *rule);
    /* Add what a person does; false when out of memory. */
    bool (*take)(const struct taking *taking);
    void (*figure)(const struct figure_rule *rule, size_t period,
                   const struct comparator *comparator, struct reckoning *reckoning);
    /* Is more better, where terms do not say it: own less other? */
    bool more;
};

/* NULL: no cohort's. */
const struct figure_kind *figure_kind_of(const Rule *rule);

#endif
