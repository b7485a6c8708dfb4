/* query.c - which index serves a query, and which stretch of it. */
#include "query.h"

#include <assert.h>
#include <string.h>

#include "access.h"

/* ---- Which index ---- */

/* The equality or, with ranges, one of the range's ends; NULL for none. */
static const struct condition *
condition_on(const struct filter *filter, const struct field_path *path, bool equality)
{
    for (size_t i = 0; i < filter->n; i++) {
        const struct condition *condition = &filter->conditions[i];

        if ((condition->comparison == COMPARISON_EQUAL) == equality &&
            field_paths_equal(&condition->path, path))
            return condition;
    }
    return NULL;
}

static size_t
equal_fields(const struct index *index, const struct filter *filter)
{
    size_t n = 0;

    while (n < index->n_paths && condition_on(filter, &index->paths[n], true))
        n++;
    return n;
}

static bool
is_lower(const struct condition *condition)
{
    return condition->comparison == COMPARISON_GREATER ||
           condition->comparison == COMPARISON_GREATER_OR_EQUAL;
}

/* Every condition is one of the equalities, or an end of the range on the field
 * behind them; each of which is there once. */
static bool
serves_filter(const struct index *index, const struct filter *filter, size_t n_equal)
{
    size_t equal = 0, lower = 0, upper = 0;

    for (size_t i = 0; i < filter->n; i++) {
        const struct condition *condition = &filter->conditions[i];

        if (condition->comparison == COMPARISON_EQUAL)
            equal++;
        else if (n_equal < index->n_paths &&
                 field_paths_equal(&index->paths[n_equal], &condition->path))
            ++*(is_lower(condition) ? &lower : &upper);
        else
            return false;
    }
    return equal == n_equal && lower <= 1 && upper <= 1;
}

/* Fields that are given do not matter to the order. */
static bool
serves_order(const struct index *index, const struct filter *filter, const struct order *order,
             size_t n_equal)
{
    size_t at = n_equal;

    for (size_t i = 0; i < order->n; i++) {
        if (condition_on(filter, &order->paths[i], true))
            continue;
        if (at == index->n_paths || !field_paths_equal(&index->paths[at++], &order->paths[i]))
            return false;
    }
    return true;
}

/* Only of a given item does a field that repeats have each record once. */
static bool
has_records_once(const struct index *index, size_t n_equal)
{
    for (size_t i = n_equal; i < index->n_paths; i++)
        if (field_repeats(field_path_last(&index->paths[i])))
            return false;
    return true;
}

static bool
role_sees_fields(const struct index *index, struct sight sight)
{
    for (size_t i = 0; i < index->n_paths; i++)
        if (!field_path_visible(&index->paths[i], sight))
            return false;
    return true;
}

/* Each role gives rows of its own, and all are found by what is in the index: every role
 * has to see it, or one that all rows are shown to. */
static bool
roles_see(const struct resource *resource, const struct index *index, struct sight sight)
{
    uint32_t limited = roles_limited(resource);
    bool all = true;

    for (uint32_t role = 1; role; role <<= 1) {
        bool sees = !(sight.roles & role) ||
                    role_sees_fields(index, (struct sight){role, sight.scopes});

        if (sees && sight.roles & role & ~limited)
            return true;
        all = all && sees;
    }
    return all;
}

/* What is personal is for no query: queries stand in URLs. */
static bool
is_visible(const struct resource *resource, const struct index *index, struct sight sight)
{
    for (size_t i = 0; i < index->n_paths; i++)
        if (field_path_last(&index->paths[i])->rules->personal)
            return false;
    return roles_see(resource, index, sight);
}

static bool
serves(const struct index *index, const struct filter *filter, const struct order *order)
{
    size_t n_equal = equal_fields(index, filter);

    return serves_filter(index, filter, n_equal) && serves_order(index, filter, order, n_equal) &&
           has_records_once(index, n_equal);
}

/* ---- What may be asked ---- */

static const char *
index_text(struct wg_arena *arena, const struct index *index)
{
    const char *text = "";

    for (size_t i = 0; text && i < index->n_paths; i++)
        for (size_t step = 0; text && step < index->paths[i].n_steps; step++)
            text = wg_format(arena, "%s%s%s", text, step ? "." : i ? ", " : "",
                             index->paths[i].steps[step]->json_name);
    return text;
}

const char *
query_indexes(struct wg_arena *arena, const struct resource *resource, struct sight sight)
{
    const char *text = "";

    for (size_t i = 0; text && i < resource->n_indexes; i++)
        if (resource->indexes[i].n_paths && is_visible(resource, &resource->indexes[i], sight))
            text = wg_format(arena, "%s%s%s", text, *text ? "; " : "",
                             index_text(arena, &resource->indexes[i]));
    return text;
}

static const struct wg_problem *
refuse(struct wg_call *call, const struct resource *resource)
{
    const char *indexes = query_indexes(call->arena, resource, call_sight(call));

    if (!indexes)
        return wg_no_memory(call);
    if (!*indexes)
        return wg_fail(call, &wg_malformed, "this list takes neither filter nor orderBy");
    return wg_fail(call, &wg_malformed, "filter and orderBy go by an index: = on its first "
                   "fields, then one range or the order of the next. The indexes are: %s",
                   indexes);
}

const struct wg_problem *
query_plan(struct wg_call *call, const struct resource *resource, const char *root,
           const char *filter, const char *order_by, struct query *query)
{
    const struct wg_problem *problem;
    struct order order;

    *query = (struct query){0};
    if ((problem = filter_parse(call, resource->message, root, filter, &query->filter)) ||
        (problem = order_parse(call, resource->message, order_by, &order)))
        return problem;
    for (size_t i = 0; i < resource->n_indexes && !query->index; i++)
        if (is_visible(resource, &resource->indexes[i], call_sight(call)) &&
            serves(&resource->indexes[i], &query->filter, &order))
            query->index = &resource->indexes[i];
    if (!query->index)
        return refuse(call, resource);
    query->n_equal = equal_fields(query->index, &query->filter);
    query->descending = order.descending;
    return NULL;
}

const struct wg_problem *
query_equal(struct wg_call *call, const struct resource *resource, const struct index *index,
            const char *root, const char *const *values, size_t n_values, struct query *query)
{
    *query = (struct query){.index = index, .n_equal = n_values, .filter.n = n_values};
    assert(n_values <= index->n_paths && has_records_once(index, n_values));
    for (size_t i = 0; i < n_values; i++) {
        struct condition *condition = &query->filter.conditions[i];
        const char *wrong;

        condition->path = index->paths[i];
        condition->comparison = COMPARISON_EQUAL;
        wrong = value_parse(call, resource->message, &condition->path, root, values[i],
                            &condition->value);
        if (wrong)
            return call_fault(call, "value %zu for the index \"%s\" %s", i, index->fields, wrong);
        if (!value_hide(call, field_path_last(&condition->path), &condition->value))
            return call_fault(call, "a personal value could not be hidden");
    }
    return NULL;
}

/* ---- Which stretch ---- */

/* Of a long text the key has only the beginning: then all that begin alike are in
 * the range, and those that do not match are left out when they are read. */
static void
narrow(struct index_range *range, const struct condition *condition)
{
    struct record_key bound = range->low;
    bool exact = value_append_bound(&bound, field_path_last(&condition->path), range->place.root,
                                    &condition->value);

    switch (condition->comparison) {
    case COMPARISON_GREATER:
        if (exact)
            index_key_end(&bound);
        range->low = bound;
        return;
    case COMPARISON_GREATER_OR_EQUAL:
        range->low = bound;
        return;
    case COMPARISON_LESS:
        if (!exact)
            index_key_end(&bound);
        range->high = bound;
        return;
    default:
        index_key_end(&bound);
        range->high = bound;
    }
}

bool
query_range(const struct query *query, const struct index_place *place,
            struct index_range *range)
{
    struct index_range whole = {.place = *place, .descending = query->descending};

    if (!index_key(place, &whole.low))
        return false;
    for (size_t i = 0; i < query->n_equal; i++) {
        const struct field_path *path = &query->index->paths[i];
        const struct condition *condition = condition_on(&query->filter, path, true);

        if (!value_append(&whole.low, field_path_last(path), place->root, &condition->value))
            return false;
    }
    whole.high = whole.low;
    index_key_end(&whole.high);
    *range = whole;
    for (size_t i = 0; i < query->filter.n; i++)
        if (query->filter.conditions[i].comparison != COMPARISON_EQUAL) {
            struct index_range one = whole;

            narrow(&one, &query->filter.conditions[i]);
            if (is_lower(&query->filter.conditions[i]))
                range->low = one.low;
            else
                range->high = one.high;
        }
    return true;
}
