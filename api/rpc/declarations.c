/* declarations.c - options, comments and declarations of a descriptor set. */
#include <string.h>

#include "loading.h"

/* ---- Options and comments of the descriptor set ---- */

/* protobuf-c keeps an extension as an unknown field, with its length before it. */
ProtobufCMessage *
option_find(struct loading *load, const ProtobufCMessage *options, uint32_t tag,
            const ProtobufCMessageDescriptor *type)
{
    for (unsigned i = 0; options && i < options->n_unknown_fields; i++) {
        const ProtobufCMessageUnknownField *unknown = &options->unknown_fields[i];
        size_t prefix = 0;

        if (unknown->tag != tag)
            continue;
        while (prefix < unknown->len && (unknown->data[prefix] & 0x80))
            prefix++;
        prefix++;
        if (prefix > unknown->len)
            return NULL;
        return protobuf_c_message_unpack(type, &load->all->arena.protobuf,
                                         unknown->len - prefix,
                                         unknown->data + prefix);
    }
    return NULL;
}

static bool
place_is(const Google__Protobuf__SourceCodeInfo__Location *location,
         const struct place *place)
{
    return location->n_path == place->length &&
           memcmp(location->path, place->path,
                  place->length * sizeof(*place->path)) == 0;
}

/* The leading comment as one paragraph per line, without the markers' spaces. */
const char *
comment_at(struct loading *load, const struct place *place)
{
    const Google__Protobuf__SourceCodeInfo *source = place->file->source_code_info;
    char *text, *out;

    for (size_t i = 0; source && i < source->n_location; i++) {
        const char *comment = source->location[i]->leading_comments;

        if (!comment || !place_is(source->location[i], place))
            continue;
        if (!(text = out = wg_copy_text(&load->all->arena, comment)))
            return "";
        for (const char *in = text; *in; in++) {
            char c = *in == '\n' ? ' ' : *in;

            if (c != ' ' || (out > text && out[-1] != ' '))
                *out++ = c;
        }
        while (out > text && out[-1] == ' ')
            out--;
        *out = '\0';
        return text;
    }
    return "";
}

struct place
place_below(const struct place *place, int32_t tag, size_t index)
{
    struct place below = *place;

    if (below.length + 2 <= sizeof(below.path) / sizeof(*below.path)) {
        below.path[below.length++] = tag;
        below.path[below.length++] = (int32_t)index;
    }
    return below;
}

const char *
name_in_package(const char *package, const char *name)
{
    size_t length = package ? strlen(package) : 0; /* NULL where none is declared */

    if (!length)
        return name;
    return strncmp(name, package, length) == 0 && name[length] == '.'
               ? name + length + 1
               : NULL;
}

static Google__Protobuf__DescriptorProto *
nested_find(Google__Protobuf__DescriptorProto **types, size_t n,
            const char *name, int32_t tag, struct place *place)
{
    for (size_t i = 0; i < n; i++) {
        size_t length = strlen(types[i]->name);

        if (strncmp(name, types[i]->name, length) != 0 ||
            (name[length] != '.' && name[length] != '\0'))
            continue;
        *place = place_below(place, tag, i);
        if (name[length] == '\0')
            return types[i];
        return nested_find(types[i]->nested_type, types[i]->n_nested_type,
                           name + length + 1, 3, place);
    }
    return NULL;
}

Google__Protobuf__DescriptorProto *
declaration_find(struct loading *load, const char *full_name, struct place *place)
{
    for (size_t i = 0; i < load->set->n_file; i++) {
        Google__Protobuf__FileDescriptorProto *file = load->set->file[i];
        const char *name = name_in_package(file->package, full_name);
        Google__Protobuf__DescriptorProto *found;

        if (!name)
            continue;
        *place = (struct place){.file = file};
        found = nested_find(file->message_type, file->n_message_type, name, 4, place);
        if (found)
            return found;
    }
    return NULL;
}

/* ---- Parts of them ---- */

const Google__Protobuf__FieldDescriptorProto *
field_declaration(const Google__Protobuf__DescriptorProto *declaration,
                  uint32_t number, size_t *index)
{
    for (*index = 0; *index < declaration->n_field; ++*index)
        if ((uint32_t)declaration->field[*index]->number == number)
            return declaration->field[*index];
    return NULL;
}

bool
is_map_entry(struct loading *load, const ProtobufCMessageDescriptor *c)
{
    struct place place;
    const Google__Protobuf__DescriptorProto *declaration =
        declaration_find(load, c->name, &place);

    return declaration && declaration->options && declaration->options->map_entry;
}

static const Google__Protobuf__EnumDescriptorProto *
enum_in(Google__Protobuf__EnumDescriptorProto **enums, size_t n, const char *name,
        int32_t tag, struct place *place)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(enums[i]->name, name) == 0) {
            *place = place_below(place, tag, i);
            return enums[i];
        }
    return NULL;
}

/* Of a file, or of the message whose full name stands before the enum's. */
const Google__Protobuf__EnumDescriptorProto *
enum_declaration(struct loading *load, const ProtobufCEnumDescriptor *c, struct place *place)
{
    size_t before = strlen(c->name) - strlen(c->short_name);
    const char *outer = wg_copy_bytes(&load->all->arena, c->name, before ? before - 1 : 0);
    const Google__Protobuf__DescriptorProto *message =
        outer ? declaration_find(load, outer, place) : NULL;

    if (message)
        return enum_in(message->enum_type, message->n_enum_type, c->short_name, 4, place);
    for (size_t i = 0; outer && i < load->set->n_file; i++) {
        Google__Protobuf__FileDescriptorProto *file = load->set->file[i];
        const Google__Protobuf__EnumDescriptorProto *found;

        *place = (struct place){.file = file};
        if (strcmp(file->package ? file->package : "", outer) == 0 &&
            (found = enum_in(file->enum_type, file->n_enum_type, c->short_name, 5, place)))
            return found;
    }
    return NULL;
}

const Google__Protobuf__ServiceDescriptorProto *
service_declaration(struct loading *load, const char *full_name, struct place *place)
{
    for (size_t i = 0; i < load->set->n_file; i++) {
        const Google__Protobuf__FileDescriptorProto *file = load->set->file[i];
        const char *name = name_in_package(file->package, full_name);

        for (size_t s = 0; name && s < file->n_service; s++) {
            if (strcmp(file->service[s]->name, name) != 0)
                continue;
            *place = (struct place){.file = file};
            *place = place_below(place, 6, s);
            return file->service[s];
        }
    }
    return NULL;
}
