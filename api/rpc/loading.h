/* loading.h - how descriptors.c, declarations.c, compiled.c, resources.c, personal.c and
 * lookup.c make and share the tables behind descriptors.h. */
#ifndef RPC_LOADING_H
#define RPC_LOADING_H

#include "descriptors.h"

/* The numbers in proto/wellgate/options/v1/options.proto and annotations.proto. */
enum {
    OPTION_RESOURCE = 50701,
    OPTION_FIELD = 50702,
    OPTION_ACCESS = 50703,
    OPTION_HTTP = 72295728,
};

struct list {
    void **items;
    size_t n, capacity;
};

struct pattern {
    const char *text;
    regex_t regex;
};

struct descriptors {
    struct wg_arena arena;
    struct list messages, resources, services; /* in order of loading */
    struct list enumerations;
    struct list rules;                         /* struct owned_rule * */
    struct list patterns;                      /* struct pattern *, each text once */
    const struct message **by_name, **by_address;
    const struct resource **by_type, **by_shape;
    char *error;
    size_t error_bytes;
};

/* What is being added: one plugin's descriptor set. */
struct loading {
    struct descriptors *all;
    const struct wg_plugin *plugin;
    const Google__Protobuf__FileDescriptorSet *set;
    const ProtobufCServiceDescriptor *const *services; /* NULL-terminated */
};

/* Where a declaration stands in its file, for its comment. */
struct place {
    const Google__Protobuf__FileDescriptorProto *file;
    int32_t path[16];
    size_t length;
};

/* ---- descriptors.c ---- */

/* false, with the fault for whoever loads. */
bool loading_refuse(struct descriptors *all, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Append; false past memory. */
bool loading_list(struct descriptors *all, struct list *list, const void *item);

/* An array that lives as long as the descriptors; NULL, refused, past memory. */
void *loading_take(struct descriptors *all, size_t count, size_t size);

/* The pattern text, which has to last, over a whole value; freed with the descriptors. of
 * names it in faults. */
regex_t *loading_regex(struct descriptors *all, const char *text, const char *of);

/* ---- declarations.c: what protobuf-c's tables lost ---- */

/* A message, service or enum of the set, by its full name, and its place. NULL:
 * it is not there. */
Google__Protobuf__DescriptorProto *declaration_find(struct loading *load,
                                                    const char *full_name,
                                                    struct place *place);
const Google__Protobuf__ServiceDescriptorProto *service_declaration(struct loading *load,
                                                                    const char *full_name,
                                                                    struct place *place);
const Google__Protobuf__EnumDescriptorProto *enum_declaration(struct loading *load,
                                                              const ProtobufCEnumDescriptor *c,
                                                              struct place *place);
const Google__Protobuf__FieldDescriptorProto *field_declaration(
    const Google__Protobuf__DescriptorProto *declaration, uint32_t number, size_t *index);
bool is_map_entry(struct loading *load, const ProtobufCMessageDescriptor *c);

/* The place of the index-th thing of a kind (tag) within another. */
struct place place_below(const struct place *place, int32_t tag, size_t index);

/* The leading comment there, on one line; "" for none. */
const char *comment_at(struct loading *load, const struct place *place);

/* An option of ours, unpacked; NULL where it is not set. */
ProtobufCMessage *option_find(struct loading *load, const ProtobufCMessage *options,
                              uint32_t tag, const ProtobufCMessageDescriptor *type);

/* "a.b" and "a.b.C.D" → "C.D"; NULL where name is not in that package. */
const char *name_in_package(const char *package, const char *name);

/* ---- compiled.c: from names to the code that protoc-c made of them ---- */

/* The C name of a service's or message's descriptor: "a.v1.SomeNotes" →
 * "a__v1__some_notes__descriptor". NULL past the arena. */
char *compiled_symbol(struct wg_arena *arena, const char *full_name);

/* The services of the set's own package, NULL-terminated, from the libraries that the
 * program is linked with. NULL, refused: one is not there, or it declares none. */
const ProtobufCServiceDescriptor *const *compiled_services(struct loading *load);

/* ---- resources.c ---- */

/* Make message a resource, as its annotation says. */
bool loading_resource(struct descriptors *all, struct message *message,
                      const Wellgate__Options__V1__Resource *options);

/* "programmes/{programme}" → "programmes/" and a star in place of each id. NULL
 * where collections and ids do not alternate. */
char *shape_of(struct wg_arena *arena, const char *pattern, int *levels);

/* ---- personal.c ---- */

/* Join each resource with the person whose key seals it; once references are. */
bool loading_personal(struct descriptors *all);

/* ---- indexes.c ---- */

/* Give the resource the indexes of its annotation, once all messages are loaded. */
bool loading_indexes(struct descriptors *all, struct resource *resource);

#endif
