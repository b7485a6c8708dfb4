/* list.c - a page of a collection: all rows, or those that concern the caller. */
#include <stdio.h>
#include <string.h>

#include "access.h"
#include "methods.h"
#include "records.h"
#include "rpc/hex.h"

enum { PAGE_DEFAULT = 50, PAGE_MAX = 1000 };

struct page {
    struct wg_call *call;
    const struct resource *resource;
    const struct wg_problem *problem;
    ProtobufCMessage **items;
    size_t n, size;
    bool more;
    const char *parent;
};

size_t
page_size(const struct wg_call *call)
{
    const ProtobufCFieldDescriptor *f = field_of(call->input->descriptor, "page_size");
    int32_t asked = f ? *(const int32_t *)((const char *)call->input + f->offset) : 0;

    return asked <= 0 ? PAGE_DEFAULT : asked > PAGE_MAX ? PAGE_MAX : (size_t)asked;
}

/* A token is the last name of the page, in hexadecimal: it says nothing that the
 * caller has not seen, and is good for lists under the same parent only. */
static char *
token_make(struct wg_arena *arena, const char *name)
{
    size_t length = strlen(name);
    char *token = wg_alloc(arena, 2 * length + 1);

    for (size_t i = 0; token && i < length; i++)
        snprintf(token + 2 * i, 3, "%02x", (unsigned char)name[i]);
    return token;
}

static const struct wg_problem *
token_read(struct wg_call *call, const struct page *page, const char **after)
{
    const char *token = input_text(call, "page_token");
    size_t length = strlen(token), parent = strlen(page->parent);
    char *name = wg_alloc(call->arena, length / 2 + 1);
    const struct resource *resource;

    *after = NULL;
    if (!length)
        return NULL;
    for (size_t i = 0; name && i + 1 < length; i += 2)
        if (hex_digit(token[i]) >= 0 && hex_digit(token[i + 1]) >= 0)
            name[i / 2] = (char)(hex_digit(token[i]) << 4 | hex_digit(token[i + 1]));
    resource = name ? resource_of_name(call->gateway->descriptors, name) : NULL;
    if (length % 2 || resource != page->resource ||
        strncmp(name, page->parent, parent) != 0 || (parent && name[parent] != '/'))
        return wg_fail(call, &wg_malformed, "pageToken is not one of this list");
    *after = name;
    return NULL;
}

static bool
take_row(void *context, const struct wg_record *record)
{
    struct page *page = context;
    bool visible;

    if ((page->problem = row_visible(page->call, page->resource, record->message, &visible)))
        return false;
    if (!visible)
        return true;
    if (page->n == page->size || (page->n && wg_page_full(page->call))) {
        page->more = true;
        return false;
    }
    page->items[page->n++] = record->message;
    return true;
}

static bool
take_name(void *context, const char *name)
{
    struct page *page = context;
    struct wg_record record;

    page->problem = wg_load(page->call, name, &record);
    return !page->problem && take_row(page, &record);
}

/* ids below the root → name, by the resource's pattern. */
static const char *
name_from_ids(struct wg_call *call, const struct resource *resource, const char *root,
              const char *ids)
{
    bool own_root = strcmp(root, "-") != 0;
    const char *name = own_root ? root : "", *shape = resource->shape;

    for (int segment = 0; name && *shape; segment++) {
        size_t length = strcspn(shape, "/");

        if (!own_root || segment >= 2) {
            bool id = segment % 2;
            size_t id_length = strcspn(ids, "/");

            name = wg_format(call->arena, "%s%s%.*s", name, *name ? "/" : "",
                             (int)(id ? id_length : length), id ? ids : shape);
            if (id)
                ids += id_length + (ids[id_length] == '/');
        }
        shape += length + (shape[length] == '/');
    }
    return name;
}

struct own_rows {
    struct page *page;
    const char *root;
};

static bool
take_ids(void *context, const char *ids)
{
    struct own_rows *own = context;
    const char *name = name_from_ids(own->page->call, own->page->resource, own->root, ids);

    return name && take_name(own->page, name);
}

/* Rows that concern the caller's organisation, by the audience index. */
static const struct wg_problem *
list_own(struct page *page, const char *after)
{
    struct wg_call *call = page->call;
    const char *probe = wg_format(call->arena, "%s%sx/", page->parent, *page->parent ? "/" : "");
    struct record_name from, under;
    struct own_rows own = {.page = page};

    if (!probe || !record_name_of(call->arena, page->resource->type, probe, &under) ||
        (after && !record_name_of(call->arena, page->resource->type, after, &from)))
        return call_no_memory(call);
    own.root = under.root;
    return index_scan(call, under.root, page->resource->type, call->caller.organisation,
                      under.ids, after ? from.ids : NULL, take_ids, &own);
}

static bool
take_granted(void *context, const struct wg_record *grant)
{
    struct page *page = context;
    char *on = wg_copy_text(page->call->arena,
                            wg_name_id(field_text(grant->message,
                                                  field_of(grant->message->descriptor, "name"))));
    uint32_t roles;

    for (char *c = on; c && *c; c++)
        if (*c == '~')
            *c = '/';
    if (!on)
        return false;
    if (resource_of_name(page->call->gateway->descriptors, on) != page->resource)
        return true;
    roles = wg_caller_roles(page->call, on);
    return !(roles & page->call->method->roles) || take_name(page, on);
}

/* Programmes or bonds on which the caller's organisation holds a role. */
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

static const struct wg_problem *
list_rows(struct page *page, const char *after)
{
    const struct wg_problem *problem;

    if (page->call->only_own && !*page->parent)
        problem = list_granted(page, after);
    else if (page->call->only_own)
        problem = list_own(page, after);
    else
        problem = wg_scan(page->call, page->resource->type, page->parent, after, take_row, page);
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

const struct wg_problem *
standard_list(struct wg_call *call)
{
    const struct field *rows = resource_field(call->method->output, true);
    struct page page = {.call = call, .resource = call->method->resource,
                        .size = page_size(call), .parent = input_text(call, "parent")};
    ProtobufCMessage *output = wg_new_message(call->arena, call->method->output->c);
    const struct wg_problem *problem;
    const char *after;

    if ((problem = require_parent(call, page.parent)) ||
        (problem = token_read(call, &page, &after)))
        return problem;
    page.items = wg_alloc_array(call->arena, page.size, sizeof(*page.items));
    if (!output || !page.items)
        return call_no_memory(call);
    if ((problem = list_rows(&page, after)))
        return problem;
    *(size_t *)((char *)output + rows->c->quantifier_offset) = page.n;
    *(ProtobufCMessage ***)((char *)output + rows->c->offset) = page.items;
    if (page.more)
        field_set_text(output, field_of(output->descriptor, "next_page_token"),
                       token_make(call->arena, field_text(page.items[page.n - 1],
                                                          page.resource->name)));
    wg_answer(call, output);
    return NULL;
}
