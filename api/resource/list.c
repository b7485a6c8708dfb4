/* list.c - a page of a collection: all rows or those that concern the caller, as they
 * are or were. */
#include <string.h>

#include "access.h"
#include "as_at.h"
#include "index.h"
#include "methods.h"
#include "page_token.h"
#include "past.h"
#include "query.h"
#include "rpc/hidden.h"
#include "store/bytes.h"

enum {
    PAGE_DEFAULT = 50,
    PAGE_MAX = 1000,
    PAST_ROWS_MAX = 10000, /* that one page looks at: most may not have existed then */
    SEQUENCE_BYTES = 8,
};

struct page {
    struct wg_call *call;
    const struct resource *resource;
    const char *parent;
    struct record_name under; /* root and type of the rows, ids of their parent */
    struct query query;
    bool across; /* all parents' */
    bool past;
    uint64_t as_at; /* of a list as it was */
    uint64_t list;  /* see page_token.h */
    struct wg_bytes after;

    ProtobufCMessage **items;
    size_t n, size;
    size_t examined;
    struct wg_bytes last; /* where the next page begins behind */
    bool more;
    struct wg_mark kept; /* the arena behind the last item */
    const struct wg_problem *problem;
};

size_t
page_size(const struct wg_call *call)
{
    const ProtobufCFieldDescriptor *f = field_of(call->input->descriptor, "page_size");
    int32_t asked = f ? *(const int32_t *)((const char *)call->input + f->offset) : 0;

    return asked <= 0 ? PAGE_DEFAULT : asked > PAGE_MAX ? PAGE_MAX : (size_t)asked;
}

/* ---- Rows ---- */

/* Without what is hidden from the roles that let the caller see it. false: there is no
 * room for it. position outlives the page. */
static bool
take_row(struct page *page, const ProtobufCMessage *row, uint32_t roles,
         struct wg_bytes position)
{
    struct wg_call *call = page->call;

    if (!filter_matches(&page->query.filter, row))
        return true;
    if (page->n == page->size || (page->n && wg_page_full(call))) {
        page->more = true;
        return false;
    }
    if (roles != call->roles)
        row = hidden_remove(call->arena, page->resource->message, row,
                            (struct sight){roles, call->caller.scopes});
    if (!row) {
        page->problem = wg_no_memory(call);
        return false;
    }
    page->items[page->n++] = (ProtobufCMessage *)row;
    page->last = position;
    page->kept = wg_arena_mark(page->call->arena);
    return true;
}

static struct wg_bytes
text_bytes(const char *text)
{
    return (struct wg_bytes){text, strlen(text)};
}

/* What is not kept makes room: there may be many. */
static bool
take_record(void *context, const struct wg_record *record)
{
    struct page *page = context;
    size_t n = page->n;
    uint32_t roles;

    page->problem = row_visible(page->call, page->resource, record->message, &roles);
    if (page->problem ||
        (roles && !take_row(page, record->message, roles,
                            text_bytes(field_text(record->message, page->resource->name)))))
        return false;
    if (page->n == n)
        wg_arena_rewind(page->call->arena, page->kept);
    return true;
}

/* roles: none, and it is no row. What is no longer there names nobody, and is seen by
 * those who see all rows. */
static const struct wg_problem *
load_row(struct page *page, const char *name, struct wg_record *row, uint32_t *roles)
{
    struct wg_call *call = page->call;
    const struct wg_problem *problem = wg_load(call, name, row);

    *roles = problem == &wg_not_found && page->past && !call->only_own ? roles_looking(call) : 0;
    if (!problem)
        problem = row_visible(call, page->resource, row->message, roles);
    if (!page->past || !*roles)
        return problem;
    problem = wg_load_as_at(call, name, page->as_at, row);
    *roles = problem ? 0 : *roles;
    return problem == &wg_not_found ? NULL : problem;
}

/* ---- By index, and as it was: names, one after the other ---- */

/* As much as one page looks at: the next goes on from there. */
static bool
looked_at_enough(struct page *page, struct wg_bytes position)
{
    if (!page->past || ++page->examined < PAST_ROWS_MAX)
        return false;
    page->last = position;
    page->more = true;
    return true;
}

static bool
take_name(void *context, struct wg_bytes position, const char *name)
{
    struct page *page = context;
    struct wg_record row;
    size_t n = page->n;
    uint32_t roles;

    page->problem = load_row(page, name, &row, &roles);
    if (page->problem || (roles && !take_row(page, row.message, roles, position)))
        return false;
    if (looked_at_enough(page, position))
        return false;
    if (page->n == n)
        wg_arena_rewind(page->call->arena, page->kept);
    return true;
}

static bool
take_past(void *context, const char *ids)
{
    struct page *page = context;
    const char *name = name_of_ids(page->call, page->resource, page->under.root, ids);

    if (!name)
        page->problem = wg_no_memory(page->call);
    return name && take_name(page, text_bytes(ids), name);
}

static const struct wg_problem *
list_indexed(struct page *page)
{
    struct wg_call *call = page->call;
    const struct index_place place = {
        .root = page->under.root,
        .type = page->under.type,
        .index = page->query.index,
        .organisation = call->only_own ? call->caller.organisation : "",
        .parent = page->under.ids,
    };
    struct index_range range;

    return query_range(&page->query, &place, &range)
               ? index_walk(call, &range, page->after, take_name, page) : NULL;
}

static const struct wg_problem *
list_past(struct page *page)
{
    if (page->as_at == 0)
        return NULL;
    if (page->call->only_own)
        return list_indexed(page);
    return past_scan(page->call, &page->under, page->after.data, take_past, page);
}

/* ---- By grants ---- */

static bool
take_granted(void *context, const struct wg_record *grant)
{
    struct page *page = context;
    const ProtobufCFieldDescriptor *name = field_of(grant->message->descriptor, "name");
    char *on = grant_target(page->call->arena, field_text(grant->message, name));
    struct wg_record row;

    if (!on)
        return false;
    if (!is_granted(page->call, on, page->parent))
        return true;
    page->problem = wg_load(page->call, on, &row);
    return !page->problem && take_record(page, &row);
}

/* Programmes, bonds or contracts on which the caller's organisation holds a role. */
static const struct wg_problem *
list_granted(struct page *page, const char *after)
{
    const char *grant = NULL;

    if (after) {
        grant = wg_format(page->call->arena, "%s/grants/%s", page->call->caller.organisation, after);
        for (char *c = grant ? strstr(grant, "/grants/") + 8 : NULL; c && *c; c++)
            if (*c == '/')
                *c = '~';
    }
    return wg_scan(page->call, "core/Grant", page->call->caller.organisation, grant,
                   take_granted, page);
}

/* ---- The page ---- */

/* The name that those of all rows begin with. */
static const char *
common_parent(const struct page *page)
{
    return page->across ? page->under.root : page->parent;
}

/* A position that is a name is one of a row of this list; NULL for none. */
static const struct wg_problem *
name_after(struct page *page, const char **after)
{
    const char *name = page->after.data, *common = common_parent(page);
    size_t parent = strlen(common);

    *after = page->after.length ? name : NULL;
    if (!*after ||
        (resource_of_name(page->call->gateway->descriptors, name) == page->resource &&
         strncmp(name, common, parent) == 0 && (!parent || name[parent] == '/')))
        return NULL;
    return wg_fail(page->call, &wg_malformed, "pageToken is not one of this list");
}

static const struct wg_problem *
list_by_name(struct page *page)
{
    const struct wg_problem *problem;
    const char *after;

    if ((problem = name_after(page, &after)))
        return problem;
    if (page->call->only_own)
        return list_granted(page, after);
    return wg_scan(page->call, page->resource->type, common_parent(page), after, take_record,
                   page);
}

static const struct wg_problem *
list_rows(struct page *page)
{
    bool own = page->call->only_own && !page->resource->options->holds_grants;
    const struct wg_problem *problem = page->past ? list_past(page)
                                       : own || page->query.index->n_paths ? list_indexed(page)
                                                                           : list_by_name(page);

    return problem ? problem : page->problem;
}

static const struct wg_problem *
require_parent(struct wg_call *call, const char *parent)
{
    const struct wg_problem *problem;
    bool exists = true;

    if (*parent && (problem = wg_exists(call, parent, &exists)))
        return problem;
    return exists ? NULL : &wg_not_found;
}

/* The position of a list as it was begins with the place in the stream, so that all
 * of its pages are of the same moment, whatever asAt would mean by now. */
static const struct wg_problem *
begin_past(struct page *page)
{
    struct wg_call *call = page->call;
    const struct wg_problem *problem;
    uint64_t head;

    if (!page->after.length)
        return as_at_sequence(call, page->parent, input_text(call, "as_at"), &page->as_at);
    if ((problem = wg_sequence(call, page->parent, &head)))
        return problem;
    if (page->after.length > SEQUENCE_BYTES)
        page->as_at = bytes_get64(page->after.data);
    if (page->as_at == 0 || page->as_at > head)
        return wg_fail(call, &wg_malformed, "pageToken is not one of this list");
    page->after.data = (const char *)page->after.data + SEQUENCE_BYTES;
    page->after.length -= SEQUENCE_BYTES;
    return NULL;
}

static const struct wg_problem *
require_plain(struct page *page)
{
    struct wg_call *call = page->call;

    if (!page->past)
        return NULL;
    if (!*page->parent)
        return wg_fail(call, &wg_malformed, "asAt: this list has no stream of events of its own");
    if (call->only_own && page->resource->options->holds_grants)
        return wg_fail(call, &wg_malformed, "asAt: a list by the roles that are held is as it is now");
    if (page->across)
        return wg_fail(call, &wg_malformed, "asAt: a list across parents is as it is now");
    if (*input_text(call, "filter") || *input_text(call, "order_by"))
        return wg_fail(call, &wg_malformed, "asAt: a list as it was takes no filter and no orderBy");
    return NULL;
}

static const struct wg_problem *
read_token(struct page *page)
{
    struct wg_call *call = page->call;
    const char *parts[] = {
        call->method->full_name,
        page->parent,
        input_text(call, "filter"),
        input_text(call, "order_by"),
        input_text(call, "as_at"),
        page->query.index->fields,
        call->only_own ? call->caller.organisation : "",
    };

    page->list = page_token_list(parts, sizeof(parts) / sizeof(*parts));
    return page_token_read(call, input_text(call, "page_token"), page->list, &page->after);
}

static const struct wg_problem *
begin_page(struct page *page)
{
    struct wg_call *call = page->call;
    const struct wg_problem *problem;

    page->past = *input_text(call, "as_at");
    if (!record_name_of(call->arena, page->resource->type, page->parent, &page->under))
        return wg_no_memory(call);
    page->across = page->resource->options->lists_across && ids_are_open(page->under.ids);
    if ((problem = require_parent(call, common_parent(page))) || (problem = require_plain(page)))
        return problem;
    if ((problem = query_plan(call, page->resource, page->under.root, input_text(call, "filter"),
                              input_text(call, "order_by"), &page->query)) ||
        (problem = read_token(page)) || (page->past && (problem = begin_past(page))))
        return problem;
    page->items = wg_alloc_array(call->arena, page->size, sizeof(*page->items));
    page->kept = wg_arena_mark(call->arena);
    return page->items ? NULL : wg_no_memory(call);
}

/* The token for the next page; NULL past the arena. */
static char *
next_token(struct page *page)
{
    size_t before = page->past ? SEQUENCE_BYTES : 0;
    struct wg_bytes position = {NULL, before + page->last.length};
    unsigned char *bytes = wg_alloc(page->call->arena, position.length);

    if (!bytes)
        return NULL;
    if (page->past)
        bytes_put64(bytes, page->as_at);
    memcpy(bytes + before, page->last.data, page->last.length);
    position.data = bytes;
    return page_token_make(page->call->arena, page->list, position);
}

const struct wg_problem *
standard_list(struct wg_call *call)
{
    const struct field *rows = resource_field(call->method->output, true);
    struct page page = {.call = call, .resource = call->method->resource,
                        .size = page_size(call), .parent = input_text(call, "parent")};
    ProtobufCMessage *output = wg_new_message(call->arena, call->method->output->c);
    const struct wg_problem *problem;
    char *token = NULL;

    if (!output)
        return wg_no_memory(call);
    if ((problem = begin_page(&page)) || (problem = list_rows(&page)))
        return problem;
    if (page.more && !(token = next_token(&page)))
        return wg_no_memory(call);
    *(size_t *)((char *)output + rows->c->quantifier_offset) = page.n;
    *(ProtobufCMessage ***)((char *)output + rows->c->offset) = page.items;
    if (token)
        field_set_text(output, field_of(output->descriptor, "next_page_token"), token);
    wg_answer(call, output);
    return NULL;
}
