/* standard.c - Create, Get, Delete and List of annotated resources. */
#include "standard.h"

#include <stdio.h>
#include <string.h>

#include "access.h"
#include "records.h"
#include "rpc/hex.h"

enum { PAGE_DEFAULT = 50, PAGE_MAX = 1000 };

/* ---- Fields of requests and answers, by name ---- */

static const char *
input_text(const struct wg_call *call, const char *field)
{
    const ProtobufCFieldDescriptor *f = field_of(call->input->descriptor, field);

    return f ? field_text(call->input, f) : "";
}

static const struct field *
resource_field(const struct message *message, uint32_t label_repeated)
{
    for (size_t i = 0; i < message->n_fields; i++) {
        const struct field *f = &message->fields[i];

        if (f->message && f->message->resource &&
            (f->c->label == PROTOBUF_C_LABEL_REPEATED) == (bool)label_repeated)
            return f;
    }
    return NULL;
}

/* ---- Get ---- */

static const struct wg_problem *
standard_get(struct wg_call *call)
{
    const struct wg_problem *problem;
    struct wg_record record;

    if ((problem = wg_load(call, input_text(call, "name"), &record)))
        return problem;
    if (record.message->descriptor != call->method->resource->message->c)
        return &wg_not_found;
    wg_answer(call, record.message);
    return NULL;
}

static const struct wg_problem *
standard_delete(struct wg_call *call)
{
    const struct wg_problem *problem = standard_get(call);

    return problem ? problem : wg_delete(call, input_text(call, "name"), NULL);
}

/* ---- Create ---- */

/* "programmes/{programme}/people/{person}" → "people". */
static const char *
collection_of(struct wg_call *call, const struct resource *resource)
{
    const char *shape = resource->shape;
    const char *end = shape + strlen(shape) - strlen("/*"), *begin = end;

    while (begin > shape && begin[-1] != '/')
        begin--;
    return wg_copy_bytes(call->arena, begin, (size_t)(end - begin));
}

static const struct wg_problem *
given_id(struct wg_call *call, const struct resource *resource, const char *id)
{
    if (regexec(resource->id_pattern, id, 0, NULL, 0) == 0)
        return NULL;
    wg_violation(call, wg_format(call->arena, "?%sId", resource->singular), "PATTERN",
                 "an id of this kind matches %s",
                 resource->options->id && *resource->options->id->pattern
                     ? resource->options->id->pattern
                     : "lower-case letters, digits and dashes, at most 63");
    return wg_violations(call);
}

static const struct wg_problem *
choose_id(struct wg_call *call, const struct resource *resource, const char **id)
{
    const Wellgate__Options__V1__Resource__Id *options = resource->options->id;
    const char *field = wg_format(call->arena, "%s_id", resource->singular);

    *id = field ? input_text(call, field) : "";
    if (**id)
        return given_id(call, resource, *id);
    if (options && options->required) {
        wg_violation(call, wg_format(call->arena, "?%sId", resource->singular), "REQUIRED",
                     "choose its id");
        return wg_violations(call);
    }
    *id = wg_new_id(call, options && options->random);
    if (*id)
        *id = wg_format(call->arena, "%s%s", options ? options->prefix : "", *id);
    return *id ? NULL : call_no_memory(call);
}

static const struct wg_problem *
standard_create(struct wg_call *call)
{
    const struct resource *resource = call->method->resource;
    const struct field *field = resource_field(call->method->input, false);
    const char *parent = input_text(call, "parent");
    const struct wg_problem *problem;
    ProtobufCMessage *message;
    const char *id;
    char *name;

    if ((problem = choose_id(call, resource, &id)))
        return problem;
    /* A copy: rules may change it, and the call may be run again. */
    message = message_copy(call->arena,
                           *(ProtobufCMessage *const *)((const char *)call->input + field->c->offset));
    name = wg_format(call->arena, "%s%s%s/%s", parent, *parent ? "/" : "",
                     collection_of(call, resource), id);
    if (!message || !name)
        return call_no_memory(call);
    field_set_text(message, resource->name, name);
    if ((problem = wg_insert(call, message, NULL)))
        return problem;
    wg_answer(call, message);
    return NULL;
}

/* ---- List ---- */

struct page {
    struct wg_call *call;
    const struct resource *resource;
    const struct wg_problem *problem;
    ProtobufCMessage **items;
    size_t n, size;
    bool more;
    const char *parent;
};

static size_t
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

static const struct wg_problem *
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

/* ---- Binding ---- */

static bool
begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

/* Sets the resource that the method is about, and answers its generic method. */
static const struct wg_problem *
(*standard_method(struct method *method))(struct wg_call *)
{
    const struct field *rows;

    method->resource = method->output->resource;
    if (begins(method->name, "Get") && method->resource)
        return standard_get;
    if (begins(method->name, "Delete") && method->resource)
        return standard_delete;
    if (begins(method->name, "Create") && method->resource &&
        resource_field(method->input, false))
        return standard_create;
    if (begins(method->name, "List") && (rows = resource_field(method->output, true)) &&
        field_of(method->output->c, "next_page_token")) {
        method->resource = rows->message->resource;
        return standard_list;
    }
    return NULL;
}

bool
standard_bind(struct method *method)
{
    const struct wg_problem *(*run)(struct wg_call *) = standard_method(method);

    if (!method->run)
        method->run = run;
    return method->run;
}
