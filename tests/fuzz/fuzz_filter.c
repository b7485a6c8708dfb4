/* fuzz_filter.c - "message name LF filter LF order": what is understood is a stretch of
 * one index, and what is compared is compared soundly. */
#include "gateway.h"
#include "resource/query.h"

static const struct resource *
resource_of(const char *name)
{
    const struct resource *resource = fuzz_message(name)->resource;

    return resource ? resource : fuzz_message("wellgate.referrals.v1.Referral")->resource;
}

/* As many bytes as are put into a key are found there again. */
static void
check_value(const struct condition *condition)
{
    const struct field *field = field_path_last(&condition->path);
    struct record_key key = {.length = 0};

    FUZZ_CHECK(value_compare(&condition->value, &condition->value) == 0);
    if (value_append(&key, field, FUZZ_ROOT, &condition->value))
        FUZZ_CHECK(value_length_at(field, record_key_bytes(&key)) == key.length);
}

static void
check_filter(struct wg_call *call, const struct resource *resource, const char *text)
{
    ProtobufCMessage *record = wg_new_message(call->arena, resource->message->c);
    struct filter filter;
    const struct wg_problem *problem =
        filter_parse(call, resource->message, FUZZ_ROOT, text, &filter);

    if (problem) {
        fuzz_check_problem(problem, call->detail);
        return;
    }
    FUZZ_CHECK(filter.n <= CONDITIONS_MAX);
    for (size_t i = 0; i < filter.n; i++)
        check_value(&filter.conditions[i]);
    if (record)
        filter_matches(&filter, record);
}

static void
check_order(struct wg_call *call, const struct resource *resource, const char *text)
{
    struct order order;
    const struct wg_problem *problem = order_parse(call, resource->message, text, &order);

    if (problem)
        fuzz_check_problem(problem, call->detail);
    else
        FUZZ_CHECK(order.n <= INDEX_FIELDS_MAX);
}

static void
check_range(const struct query *query, const struct resource *resource)
{
    const struct index_place place = {FUZZ_ROOT, resource->type, query->index, "", ""};
    struct index_range range;

    if (!query_range(query, &place, &range))
        return;
    FUZZ_CHECK(record_key_begins(record_key_bytes(&range.low), (struct wg_bytes){FUZZ_ROOT, 12}));
    FUZZ_CHECK(range.low.length <= sizeof(range.low.bytes) &&
               range.high.length <= sizeof(range.high.bytes));
}

static void
check_query(struct wg_call *call, const struct resource *resource, const char *filter,
            const char *order)
{
    struct query query;
    const struct wg_problem *problem =
        query_plan(call, resource, FUZZ_ROOT, filter, order, &query);

    if (problem) {
        fuzz_check_problem(problem, call->detail);
        return;
    }
    FUZZ_CHECK(query.index && query.n_equal <= query.filter.n);
    check_range(&query, resource);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input input = {data, size};
    char *name = fuzz_line(&input), *filter = fuzz_line(&input), *order = fuzz_line(&input);
    const struct resource *resource = resource_of(name);
    struct fuzz_heap heap;
    struct wg_call call;

    fuzz_driver();
    fuzz_heap_begin(&heap, size);
    fuzz_call(&call, &heap.arena);
    check_filter(&call, resource, filter);
    check_order(&call, resource, order);
    check_query(&call, resource, filter, order);
    fuzz_heap_end(&heap);
    free(name);
    free(filter);
    free(order);
    return 0;
}
