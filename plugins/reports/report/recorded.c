/* recorded.c - rows are walked until every kind of fact was seen. */
#include "recorded.h"

#include "rows/follow.h"

_Static_assert(FACT_ERASED + 3 < 32, "a bit for each");

static bool
visit_row(void *context, struct wg_bytes key, struct wg_bytes row)
{
    const uint32_t all = RECORDED(FACT_ERASED + 1) - 1;
    struct fact_walk walk = facts_walk(row);
    uint32_t *recorded = context;

    (void)key;
    while (fact_next(&walk))
        if (!walk.fact.superseded)
            *recorded |= RECORDED(walk.fact.kind);
    return *recorded != all;
}

/* The first says that there are any. */
static bool
visit_first(void *context, const struct wg_record *record)
{
    (void)record;
    *(bool *)context = true;
    return false;
}

const struct wg_problem *
recorded_look(struct wg_call *call, const char *programme, uint32_t *recorded)
{
    static const struct {
        const char *type;
        uint32_t bit;
    } others[] = {{"referrals/Survey", RECORDED_SURVEYS}, {"referrals/Award", RECORDED_AWARDS},
                  {"outcomes/Fact", RECORDED_FACTS}};
    const struct wg_problem *problem;

    *recorded = 0;
    if ((problem = wg_project_scan(call, programme, FACTS_TABLE, NULL, visit_row, recorded)))
        return problem;
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        bool any = false;

        if ((problem = wg_scan(call, others[i].type, programme, NULL, visit_first, &any)))
            return problem;
        *recorded |= any ? others[i].bit : 0;
    }
    return NULL;
}
