/* export.c - Export: all that is held about a person, of every plugin, page by page. */
#include <string.h>

#include "google/protobuf/any.pb-c.h"
#include "methods.h"
#include "records.h"
#include "rpc/well_known.h"
#include "wellgate/common/v1/common.pb-c.h"

typedef Wellgate__Common__V1__ExportResponse ExportResponse;

/*
 * A person's records are, kind by kind in the order in which plugins were loaded:
 * those under the person; those whose field names the person ("about"); and those under
 * these. Within a kind they come base by base, each base being a record above them, and
 * in order of their names. So a name says all about where a page ended.
 */
struct export {
    struct wg_call *call;
    const struct resource *person_type;
    const char *person, *root;
    const char *after; /* name; "" behind the last page's end */
    const struct resource *kind; /* that is looked at */
    ExportResponse *response;
    size_t size;
    bool more;
    const struct wg_problem *problem;
};

/* Names, sorted. */
struct names {
    const char **items;
    size_t n;
};

/* ---- Rows ---- */

static bool
put_record(struct export *export, const ProtobufCMessage *record)
{
    struct wg_arena *arena = export->call->arena;
    Google__Protobuf__Any *any = wg_new_message(arena, &google__protobuf__any__descriptor);

    if (!any || !(any->type_url = wg_format(arena, "type.googleapis.com/%s",
                                            record->descriptor->name)) ||
        !any_pack(arena, record, &any->base)) {
        export->problem = wg_no_memory(export->call);
        return false;
    }
    export->response->records[export->response->n_records++] = any;
    return true;
}

static bool
take_record(void *context, const struct wg_record *record)
{
    struct export *export = context;
    size_t n = export->response->n_records;

    if ((export->more = n == export->size || (n && wg_page_full(export->call))))
        return false;
    export->after = field_text(record->message, export->kind->name);
    return put_record(export, record->message);
}

static const struct wg_problem *
take_named(struct export *export, const char *name)
{
    const struct wg_problem *problem;
    struct wg_record record;

    if ((problem = wg_load(export->call, name, &record)))
        return problem;
    take_record(export, &record);
    return export->problem;
}

/* ---- Who is named ---- */

/* The field by which a resource that lies under no person is about one; NULL: none. */
static const ProtobufCFieldDescriptor *
naming_field(const struct export *export, const struct resource *resource)
{
    for (const struct resource *r = resource; r; r = r->parent)
        if (r->options->is_person)
            return NULL;
    if (resource->person_field)
        return resource->person == export->person_type ? resource->person_field : NULL;
    for (size_t i = 0; i < resource->message->n_fields; i++) {
        const struct field *field = &resource->message->fields[i];

        if (field_refers_to(field, export->person_type) && !field_repeats(field))
            return field->c;
    }
    return NULL;
}

struct naming {
    struct wg_call *call;
    const struct resource *resource;
    const ProtobufCFieldDescriptor *field;
    const char *person;
    struct names names;
    size_t room;
    struct wg_mark mark;
    const struct wg_problem *problem;
};

static bool
add_name(struct naming *naming, const char *name)
{
    struct names *names = &naming->names;
    const char **more;

    if (names->n == naming->room) {
        naming->room = naming->room ? 2 * naming->room : 16;
        if (!(more = wg_alloc_array(naming->call->arena, naming->room, sizeof(*more))))
            return false;
        if (names->n)
            memcpy(more, names->items, names->n * sizeof(*more));
        names->items = more;
    }
    names->items[names->n++] = name;
    return true;
}

static bool
take_name(void *context, const struct wg_record *record)
{
    struct naming *naming = context;

    if (strcmp(field_text(record->message, naming->field), naming->person) != 0) {
        wg_arena_rewind(naming->call->arena, naming->mark);
        return true;
    }
    if (!add_name(naming, field_text(record->message, naming->resource->name)))
        naming->problem = wg_no_memory(naming->call);
    naming->mark = wg_arena_mark(naming->call->arena);
    return !naming->problem;
}

/* An index that begins with the field spares reading all of them. */
static const struct index *
index_by(const struct resource *resource, const ProtobufCFieldDescriptor *field)
{
    for (size_t i = 0; resource->levels == 2 && i < resource->n_indexes; i++)
        if (resource->indexes[i].n_paths && resource->indexes[i].paths[0].n_steps == 1 &&
            resource->indexes[i].paths[0].steps[0]->c == field)
            return &resource->indexes[i];
    return NULL;
}

static void
sort(struct names *names)
{
    for (size_t i = 1; i < names->n; i++) {
        const char *name = names->items[i];
        size_t at = i;

        for (; at && strcmp(names->items[at - 1], name) > 0; at--)
            names->items[at] = names->items[at - 1];
        names->items[at] = name;
    }
}

/* The records of a kind that name the person. */
static const struct wg_problem *
find_naming(struct export *export, const struct resource *resource,
            const ProtobufCFieldDescriptor *field, struct names *names)
{
    struct wg_call *call = export->call;
    const struct index *index = index_by(resource, field);
    struct naming naming = {.call = call, .resource = resource, .field = field,
                            .person = export->person, .mark = wg_arena_mark(call->arena)};
    const struct wg_problem *problem =
        index ? wg_find(call, resource->type, export->root, index->fields,
                        (const char *const[]){export->person}, 1, take_name, &naming)
              : wg_scan(call, resource->type, export->root, NULL, take_name, &naming);

    if (problem || naming.problem)
        return problem ? problem : naming.problem;
    *names = naming.names;
    sort(names);
    return NULL;
}

/* ---- Kind by kind ---- */

static bool
lies_below(const char *name, const char *above)
{
    size_t length = strlen(above);

    return strncmp(name, above, length) == 0 && name[length] == '/';
}

/* Those of the kind under one base, from behind the page's beginning. */
static const struct wg_problem *
take_below(struct export *export, const char *base, bool *begun)
{
    bool here = !*begun && lies_below(export->after, base);
    const char *after = here ? export->after : NULL;
    const struct wg_problem *problem;

    if (!*begun && !here)
        return NULL;
    *begun = true;
    problem = wg_scan(export->call, export->kind->type, base, after, take_record, export);
    return problem ? problem : export->problem;
}

/* Those that name the person, themselves. */
static const struct wg_problem *
take_names(struct export *export, const struct names *names, bool *begun)
{
    const struct wg_problem *problem = NULL;
    const char *after = *begun ? "" : export->after;

    *begun = true;
    for (size_t i = 0; !problem && !export->more && i < names->n; i++)
        if (strcmp(names->items[i], after) > 0)
            problem = take_named(export, names->items[i]);
    return problem;
}

/* The nearest ancestor, or the resource itself, that names a person. */
static const struct resource *
naming_ancestor(const struct export *export, const struct resource *resource,
                const ProtobufCFieldDescriptor **field)
{
    while (resource && !(*field = naming_field(export, resource)))
        resource = resource->parent;
    return resource;
}

static bool
is_below(const struct resource *resource, const struct resource *above)
{
    while (resource && resource != above)
        resource = resource->parent;
    return resource;
}

static const struct wg_problem *
take_kind(struct export *export, bool *begun)
{
    const ProtobufCFieldDescriptor *field;
    const struct resource *naming = naming_ancestor(export, export->kind, &field);
    const struct wg_problem *problem;
    struct names names;

    if (export->kind == export->person_type)
        return NULL; /* it came first */
    if (is_below(export->kind, export->person_type)) {
        problem = take_below(export, export->person, begun);
        *begun = true;
        return problem;
    }
    if (!naming)
        return NULL;
    if ((problem = find_naming(export, naming, field, &names)))
        return problem;
    if (naming == export->kind)
        return take_names(export, &names, begun);
    for (size_t i = 0; !problem && !export->more && i < names.n; i++)
        problem = take_below(export, names.items[i], begun);
    *begun = true;
    return problem;
}

static const struct wg_problem *
refuse_token(struct export *export)
{
    return wg_fail(export->call, &wg_malformed, "pageToken is not one of this list");
}

/* The person's own record, then from the kind on that the last page ended in. */
static const struct wg_problem *
take_all(struct export *export)
{
    const struct descriptors *descriptors = export->call->gateway->descriptors;
    const struct resource *from = resource_of_name(descriptors, export->after);
    const struct wg_problem *problem = NULL;
    bool first = !*export->after, begun = first || from == export->person_type;
    size_t n;
    const struct resource *const *kinds = descriptors_resources(descriptors, &n);

    if (first) {
        export->kind = export->person_type;
        problem = take_named(export, export->person);
    }
    for (size_t i = 0; !problem && !export->more && i < n; i++) {
        export->kind = kinds[i];
        if (begun || export->kind == from)
            problem = take_kind(export, &begun);
    }
    return problem || begun ? problem : refuse_token(export);
}

/* ---- The page ---- */

/* A token is the name of the last record that was shown: of this programme, and (as is found
 * where the page begins) of a kind that is about persons. */
static const struct wg_problem *
read_token(struct export *export)
{
    const struct descriptors *descriptors = export->call->gateway->descriptors;

    export->after = input_text(export->call, "page_token");
    if (!*export->after || (resource_of_name(descriptors, export->after) &&
                            lies_below(export->after, export->root)))
        return NULL;
    return refuse_token(export);
}

static const struct wg_problem *
begin(struct export *export)
{
    struct wg_call *call = export->call;
    const struct wg_problem *problem;
    bool exists;

    export->person_type = resource_of_name(call->gateway->descriptors, export->person);
    if (!export->person_type || !export->person_type->options->is_person)
        return &wg_not_found;
    if ((problem = wg_exists(call, export->person, &exists)) || !exists)
        return problem ? problem : &wg_not_found;
    export->root = wg_name_parent(call, export->person, 1);
    export->response =
        wg_new_message(call->arena, &wellgate__common__v1__export_response__descriptor);
    if (!export->root || !export->response ||
        !(export->response->records =
              wg_alloc_array(call->arena, export->size, sizeof(*export->response->records))))
        return wg_no_memory(call);
    return read_token(export);
}

const struct wg_problem *
standard_export(struct wg_call *call)
{
    struct export export = {.call = call, .person = input_text(call, "name"),
                            .size = page_size(call)};
    const struct wg_problem *problem;

    if ((problem = begin(&export)) || (problem = take_all(&export)))
        return problem;
    if (export.more)
        export.response->next_page_token = (char *)export.after;
    wg_answer(call, &export.response->base);
    return NULL;
}
