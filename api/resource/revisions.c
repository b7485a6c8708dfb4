/* revisions.c - ListRevisions: what a record was, newest first (AIP-162). */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <wellgate/messages.h>

#include "methods.h"
#include "records.h"
#include "rpc/well_known.h"
#include "store/event.h"

typedef Wellgate__Common__V1__Revision Revision;
typedef Wellgate__Common__V1__ListRevisionsResponse ListRevisionsResponse;

/* A page on its way. */
struct history {
    struct place_of_record place;
    uint64_t until; /* the newest sequence that is still to be told */
    Revision **items;
    size_t n, size;
    bool more;
};

/* A token is the sequence of the last revision told. */
static const struct wg_problem *
read_token(struct wg_call *call, uint64_t *until)
{
    const char *token = input_text(call, "page_token");
    char *end;

    *until = UINT64_MAX;
    if (!*token)
        return NULL;
    errno = 0;
    *until = strtoull(token, &end, 10) - 1;
    if (strspn(token, "0123456789") != strlen(token) || errno || *until == UINT64_MAX)
        return wg_fail(call, &wg_malformed, "pageToken is not one of this list");
    return NULL;
}

static const struct wg_problem *
put_event(struct wg_call *call, const char *root, uint64_t sequence, Revision *revision)
{
    Wellgate__Core__V1__Event *event;
    const struct wg_problem *problem = event_get(call->txn, call->arena, root, sequence, &event);

    if (problem)
        return problem == &wg_not_found ? damage_found(call, root) : problem;
    revision->type = event->type;
    revision->subject = event->subject;
    revision->organisation = event->organisation;
    return NULL;
}

static const struct wg_problem *
put_resource(struct wg_call *call, const struct resource *resource,
             const struct record_value *value, Revision *revision)
{
    const struct wg_problem *problem;
    struct wg_record record;

    if ((problem = record_unpack(call, resource, value, &record)))
        return problem;
    revision->resource = wg_new_message(call->arena, &google__protobuf__any__descriptor);
    if (!revision->resource)
        return wg_no_memory(call);
    revision->resource->type_url =
        wg_format(call->arena, "type.googleapis.com/%s", resource->message->c->name);
    return revision->resource->type_url &&
                   any_pack(call->arena, record.message, &revision->resource->base)
               ? NULL : wg_no_memory(call);
}

/* A deletion is told as a revision of its own, without a resource. */
static const struct wg_problem *
put_revision(struct wg_call *call, struct history *history, const struct record_value *value)
{
    Revision *revision = wg_new_message(call->arena, &wellgate__common__v1__revision__descriptor);
    const struct wg_problem *problem;

    if (!revision || !(revision->time = wg_time_message(call->arena, value->updated_ms)))
        return wg_no_memory(call);
    revision->revision = value->revision;
    revision->sequence = value->sequence;
    revision->deleted = value->revision == 0;
    if ((problem = put_event(call, history->place.name.root, value->sequence, revision)))
        return problem;
    if (!revision->deleted &&
        (problem = put_resource(call, history->place.resource, value, revision)))
        return problem;
    history->items[history->n++] = revision;
    return NULL;
}

static const struct wg_problem *
fill(struct wg_call *call, struct history *history)
{
    for (;;) {
        struct record_value value;
        bool damaged = false;
        const struct wg_problem *problem =
            record_get_revision(call->txn, &history->place.key, history->until, &value, &damaged);

        if (damaged)
            return damage_found(call, history->place.name.type);
        if (problem)
            return problem == &wg_not_found ? NULL : problem;
        if ((history->more = history->n == history->size || (history->n && wg_page_full(call))))
            return NULL;
        if ((problem = put_revision(call, history, &value)))
            return problem;
        history->until = value.sequence - 1;
    }
}

static const struct wg_problem *
answer(struct wg_call *call, const struct history *history)
{
    ListRevisionsResponse *response =
        wg_new_message(call->arena, &wellgate__common__v1__list_revisions_response__descriptor);

    if (!response)
        return wg_no_memory(call);
    response->revisions = history->items;
    response->n_revisions = history->n;
    if (history->more &&
        !(response->next_page_token = wg_format(call->arena, "%llu",
                                                (unsigned long long)history->until + 1)))
        return wg_no_memory(call);
    wg_answer(call, &response->base);
    return NULL;
}

const struct wg_problem *
standard_list_revisions(struct wg_call *call)
{
    struct history history = {.size = page_size(call)};
    const struct wg_problem *problem;
    bool first;

    if ((problem = place_of(call, input_text(call, "name"), &history.place)) ||
        (problem = read_token(call, &history.until)))
        return problem;
    first = history.until == UINT64_MAX;
    history.items = wg_alloc_array(call->arena, history.size, sizeof(*history.items));
    if (!history.items)
        return wg_no_memory(call);
    if ((problem = fill(call, &history)))
        return problem;
    return first && !history.n ? &wg_not_found : answer(call, &history);
}
