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

/* Count a part from one period on up to another, as far as the person is in the cohort. */
void count_from(const struct taking *taking, size_t first, size_t end, struct tally part);

/* A record that is added up, or all events of the rule that reach into some days, where somebody
 * asks for them; false when out of memory. */
bool note(const struct taking *taking, const struct evidence *record);
bool note_events(const struct taking *taking, struct days days);

/* The person's first day, DATE_NONE where there is none; and the days of some on which evidence
 * counts. */
wg_date start_of(const struct taking *taking);
struct days days_in(const struct taking *taking, wg_date first, wg_date last);

struct figure_kind {
    void (*compile)(struct compiling *compiling, struct figure_rule *rule);
    /* Add what a person does; false when out of memory. */
    bool (*take)(const struct taking *taking);
    void (*figure)(const struct figure_rule *rule, size_t period,
                   const struct comparator *comparator, struct reckoning *reckoning);
    /* Is more better, where terms do not say it: own less other? */
    bool more;
};

/* costGapCohort (cost_gap.c). */
void cost_compile(struct compiling *compiling, struct figure_rule *rule);
bool cost_take(const struct taking *taking);
void cost_figure(const struct figure_rule *rule, size_t period, const struct comparator *comparator,
                 struct reckoning *reckoning);

/* NULL: no cohort's. */
const struct figure_kind *figure_kind_of(const Rule *rule);

#endif
