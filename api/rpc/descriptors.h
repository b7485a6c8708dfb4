/* descriptors.h - messages, methods and resources as their protos declare them:
 * protobuf-c's tables joined with the options and comments that those lose. */
#ifndef RPC_DESCRIPTORS_H
#define RPC_DESCRIPTORS_H

#include <protobuf-c/protobuf-c.h>
#include <regex.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <wellgate/plugin.h>

#include "google/api/http.pb-c.h"
#include "google/protobuf/descriptor.pb-c.h"
#include "wellgate/options/v1/options.pb-c.h"

struct upload; /* of call.h */

#define METHOD_VIEWS_MAX 8

/* Messages whose JSON is not an object of their fields. */
enum well_known {
    WELL_KNOWN_NONE,
    WELL_KNOWN_TIMESTAMP,
    WELL_KNOWN_DURATION,
    WELL_KNOWN_FIELD_MASK,
    WELL_KNOWN_WRAPPER, /* BoolValue and its like: the JSON of .value */
    WELL_KNOWN_STRUCT,
    WELL_KNOWN_VALUE,
    WELL_KNOWN_LITERAL, /* wellgate.common.v1.Literal: a Value that is no object and no array */
    WELL_KNOWN_LIST_VALUE,
    WELL_KNOWN_ANY,
    WELL_KNOWN_EMPTY, /* {}: encoded as any other message */
};

struct enumeration {
    const ProtobufCEnumDescriptor *c;
    const char *comment;
    const char *const *comments; /* of its values, as c->values */
};

struct field {
    const ProtobufCFieldDescriptor *c;
    const char *json_name;
    const char *comment; /* first paragraph of the proto's; "" for none */
    const struct message *message; /* of a message field, else NULL */
    const struct enumeration *enumeration; /* of an enum field, else NULL */
    const Wellgate__Options__V1__Field *rules; /* never NULL: defaults */
    regex_t *pattern;                          /* of rules; NULL for none */
    const struct resource *const *references;  /* that it may name, as in rules */
    const char *reference_names; /* what those look like: "a/{a} or b/{b}" */
    bool is_map;      /* repeated message that is a map entry */
    const char *oneof; /* its oneof's name, else NULL */
};

struct message {
    const ProtobufCMessageDescriptor *c;
    const char *comment;
    const struct field *fields; /* as c->fields: by number */
    size_t n_fields;
    enum well_known well_known;
    const struct resource *resource; /* NULL where it is none */
    bool refers; /* a field, or one of a message inside it, names records */
    bool hides;  /* or is not for all to see */
};

enum { PATH_STEPS_MAX = 4, INDEX_FIELDS_MAX = 4 };

/* A field of a message or of one inside it: "result.score". */
struct field_path {
    const struct field *steps[PATH_STEPS_MAX]; /* messages, one of each, but the last */
    size_t n_steps;
};

/* What kind of order a field's values have. */
enum value_kind {
    VALUE_NONE,
    VALUE_TEXT,     /* by bytes, which is by characters */
    VALUE_DECIMAL,  /* text, by what it stands for */
    VALUE_SIGNED,   /* whole numbers and enums */
    VALUE_UNSIGNED, /* and bools */
    VALUE_TIME,     /* google.protobuf.Timestamp */
};

/* The records of a resource in order of some of their fields. */
struct index {
    const char *fields; /* as declared, "state,referred_date": its name in keys */
    const struct field_path *paths;
    size_t n_paths;
};

/* A role that sees only the rows whose field holds its organisation. */
struct relation {
    uint32_t role; /* 1 << Role.Kind */
    const ProtobufCFieldDescriptor *field;
};

/* A role that does not see the persons whose bool field is true, nor those who are the
 * same as such a person. */
struct withholding {
    uint32_t role; /* 1 << Role.Kind */
    const ProtobufCFieldDescriptor *field;
    const ProtobufCFieldDescriptor *same_as; /* or NULL */
};

/* A rule and the plugin whose code it is. */
struct owned_rule {
    const struct wg_rule *rule;
    const struct wg_plugin *plugin;
};

/* A stored message. Its names alternate collections and ids. */
struct resource {
    const char *type;     /* "referrals/Person": its table */
    const char *pattern;  /* "programmes/{programme}/people/{person}" */
    const char *shape;    /* the same with '*' for each id */
    const char *singular; /* "person", as in event types and "person_id" */
    int levels;           /* pairs of collection and id in a name: 2 */
    const struct message *message;
    const struct resource *parent; /* NULL for top-level resources */
    const Wellgate__Options__V1__Resource *options;
    regex_t *id_pattern;
    const struct relation *relations;
    size_t n_relations;
    const struct withholding *withheld;
    size_t n_withheld;
    uint32_t readers; /* roles that may get it, as bits 1 << Role.Kind */
    const struct method *getter; /* NULL: none */
    const ProtobufCFieldDescriptor *name, *create_time, *update_time; /* or NULL */
    const struct owned_rule *rules; /* of all plugins; the last has no rule */
    /* The kind of person that it is about, whose key seals the personal fields: itself or
     * an ancestor, or what person_field names. NULL: none. */
    const struct resource *person;
    const ProtobufCFieldDescriptor *person_field; /* or NULL */
    bool has_personal;
    const struct index *indexes;    /* the first is of no field: rows by their names */
    size_t n_indexes;
};

/* An rpc. */
struct method {
    const char *full_name; /* "wellgate.referrals.v1.Referrals/GetPerson" */
    const char *name;      /* "GetPerson" */
    const char *comment;
    const struct service *service;
    const struct message *input, *output;
    const Google__Api__HttpRule *http; /* NULL for one called in process only */
    const char *scope;
    uint32_t roles; /* bits 1 << Role.Kind */
    bool is_public; /* runs without a token; scope is empty */
    bool writes;    /* needs a write transaction */
    bool moves_money; /* as its access says */
    size_t memory_bytes; /* that it may take beyond what every request may */
    /* The plugin's, or the generic one of a standard method. */
    const struct wg_problem *(*prepare)(struct wg_call *call);
    const struct wg_problem *(*run)(struct wg_call *call);
    /* Of one that reads its body itself, whatever its length: runs first, outside of
     * any transaction, and leaves to run what it answers. Else NULL. */
    const struct wg_problem *(*stream)(struct wg_call *call, const struct upload *upload);
    const struct method *creates; /* of an import: what each line runs; else NULL */
    /* The forms of its answer beside JSON: views, and a list's rows, one a line. */
    const struct wg_view *views[METHOD_VIEWS_MAX];
    size_t n_views;
    const struct field *rows; /* NULL: it is no list */
    /* Of a standard method: the resource that it is about. Else NULL. */
    const struct resource *resource;
    /* What access is decided on: the input's name or parent, or the name in the
     * resource that the input holds. NULL for neither. */
    const ProtobufCFieldDescriptor *target;
    const ProtobufCFieldDescriptor *target_holder; /* that resource; or NULL */
};

struct service {
    const char *full_name;
    const char *comment;
    const ProtobufCServiceDescriptor *c;
    const struct wg_plugin *plugin;
    struct method *methods;
    size_t n_methods;
};

/* Everything loaded; immutable once descriptors_finish_loading was called. */
struct descriptors;

struct descriptors *descriptors_open(void);
void descriptors_close(struct descriptors *descriptors);

/*
 * Add a plugin's descriptor set, services, messages, resources and methods.
 *
 * errors  false, with one line about the fault in error: bytes that are no
 *         descriptor set, message missing, own copy of a message, method
 *         without access or without anything that runs it, pattern wrong, ...
 */
bool descriptors_add(struct descriptors *descriptors,
                     const struct wg_plugin *plugin, char *error,
                     size_t error_bytes);

/*
 * Call once after the last plugin: joins resources with their parents, rules,
 * methods, persons and indexes. errors as descriptors_add.
 */
bool descriptors_finish_loading(struct descriptors *descriptors, char *error,
                                size_t error_bytes);

const struct message *message_find(const struct descriptors *descriptors,
                                   const char *full_name);
const struct message *message_of(const struct descriptors *descriptors,
                                 const ProtobufCMessageDescriptor *c);
/* NULL: no loaded message has a field of it. */
const struct enumeration *enumeration_of(const struct descriptors *descriptors,
                                         const ProtobufCEnumDescriptor *c);
/* google.api.HttpBody: bytes as they are, where it is a whole body. */
bool message_is_http_body(const struct message *message);
const struct resource *resource_by_type(const struct descriptors *descriptors,
                                        const char *type);
/* The resource that a name is of: "programmes/x/people/y" → Person. NULL for a
 * name of none, or one whose ids are empty or not [A-Za-z0-9._~-]. */
const struct resource *resource_of_name(const struct descriptors *descriptors,
                                        const char *name);
/* The same by shape: "programmes/{programme}", or with "*" for the id. */
const struct resource *resource_by_pattern(
    const struct descriptors *descriptors, const char *pattern);
const struct method *method_find(const struct descriptors *descriptors,
                                 const char *full_name);
/* The name that a call is about; "" for none. */
const char *method_target(const struct method *method, const ProtobufCMessage *input);
/* Is that a record, not the parent of one or of many? */
bool method_names_record(const struct method *method);

/* Visit in order of loading. */
struct service *const *descriptors_services(
    const struct descriptors *descriptors, size_t *n);
const struct resource *const *descriptors_resources(
    const struct descriptors *descriptors, size_t *n);
const struct message *const *descriptors_messages(
    const struct descriptors *descriptors, size_t *n);

/* Who looks: what is hidden from them is neither shown nor taken. */
struct sight {
    uint32_t roles;            /* bits 1 << Role.Kind */
    const char *const *scopes; /* of the token, NULL-terminated; NULL for none */
};

/* Of bits 1 << Role.Kind: "REFERRER, COORDINATOR"; as many as fit into the arena. */
const char *role_names(struct wg_arena *arena, uint32_t roles);

/* ---- Paths of fields ---- */

/* Set path to the field that a dotted text of JSON or proto names leads to. false:
 * there is none, or it lies too deep, or in a message that repeats. */
bool field_path_find(const struct message *type, const char *text, size_t length,
                     struct field_path *path);

static inline const struct field *
field_path_last(const struct field_path *path)
{
    return path->steps[path->n_steps - 1];
}

bool field_paths_equal(const struct field_path *a, const struct field_path *b);

bool field_path_visible(const struct field_path *path, struct sight sight);

static inline bool
field_repeats(const struct field *field)
{
    return field->c->label == PROTOBUF_C_LABEL_REPEATED;
}

enum value_kind field_value_kind(const struct field *field);

static inline size_t
field_n_references(const struct field *field)
{
    return field->rules->n_reference;
}

/* May it name such a resource? */
bool field_refers_to(const struct field *field, const struct resource *resource);

/* ---- Fields of a message by descriptor ---- */

const ProtobufCFieldDescriptor *field_of(const ProtobufCMessageDescriptor *c,
                                         const char *name);

/* A string field's text; "" for an absent one. */
const char *field_text(const ProtobufCMessage *message,
                       const ProtobufCFieldDescriptor *field);
void field_set_text(ProtobufCMessage *message,
                    const ProtobufCFieldDescriptor *field, char *text);

#endif
