/* comparators.c - comparators in order of their names, and of each its observations. */
#include "comparators.h"

struct telling {
    struct teller *teller;
    const struct table *table;
    take_row *take;
    void *context;
    uint64_t sequence;
    const struct wg_problem *problem;
};

static bool
visit_observation(void *context, const struct wg_record *record)
{
    struct telling *telling = context;

    telling->teller->observation = (const void *)record->message;
    return table_tell_observation(telling->teller, telling->table, telling->take, telling->context);
}

static bool
visit_comparator(void *context, const struct wg_record *record)
{
    const Wellgate__Outcomes__V1__Comparator *comparator = (const void *)record->message;
    struct telling *telling = context;

    telling->problem = wg_scan_as_at(telling->teller->members->call, "outcomes/Observation",
                                     comparator->name, telling->sequence, visit_observation, telling);
    return !telling->problem;
}

const struct wg_problem *
comparators_tell(struct teller *teller, const struct table *table, take_row *take, void *context)
{
    const struct selection *selection = &teller->members->selection;
    struct telling telling = {teller, table, take, context, selection->sequence, NULL};
    const struct wg_problem *problem =
        wg_scan_as_at(selection->call, "outcomes/Comparator", selection->programme,
                      selection->sequence, visit_comparator, &telling);

    if (problem || telling.problem)
        return problem ? problem : telling.problem;
    return teller->arena->exhausted ? wg_no_memory(selection->call) : NULL;
}
