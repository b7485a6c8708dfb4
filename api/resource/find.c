/* find.c - wg_find: records by what an index holds of them, for plugins. */
#include <assert.h>
#include <string.h>

#include "query.h"

struct finding {
    struct wg_call *call;
    const struct query *query;
    wg_visit *visit;
    void *context;
    const struct wg_problem *problem;
};

static bool
visit_found(void *context, struct wg_bytes position, const char *name)
{
    struct finding *finding = context;
    struct wg_record record;

    (void)position;
    finding->problem = wg_load(finding->call, name, &record);
    if (finding->problem)
        return false;
    return !filter_matches(&finding->query->filter, record.message) ||
           finding->visit(finding->context, &record);
}

static const struct index *
declared_index(const struct resource *resource, const char *fields)
{
    for (size_t i = 0; resource && i < resource->n_indexes; i++)
        if (*fields && strcmp(resource->indexes[i].fields, fields) == 0)
            return &resource->indexes[i];
    return NULL;
}

const struct wg_problem *
wg_find(struct wg_call *call, const char *type, const char *parent, const char *index,
        const char *const *values, size_t n_values, wg_visit *visit, void *context)
{
    const struct resource *resource = resource_by_type(call->gateway->descriptors, type);
    const struct index *declared = declared_index(resource, index);
    const struct wg_problem *problem;
    struct record_name under;
    struct index_range range;
    struct query query;
    struct finding finding = {call, &query, visit, context, NULL};

    assert(declared);
    if (!record_name_of(call->arena, type, parent, &under))
        return wg_no_memory(call);
    if ((problem = query_equal(call, resource, declared, under.root, values, n_values, &query)))
        return problem;
    if (!query_range(&query, &(struct index_place){under.root, type, declared, "", under.ids},
                     &range))
        return NULL;
    problem = index_walk(call, &range, (struct wg_bytes){"", 0}, visit_found, &finding);
    return problem ? problem : finding.problem;
}
