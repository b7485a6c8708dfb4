/* document.h - the document on its way, and what its parts ask of each other. */
#ifndef OPENAPI_DOCUMENT_H
#define OPENAPI_DOCUMENT_H

#include "call.h"
#include "yaml.h"

#define N_OF(table) (sizeof(table) / sizeof(*(table)))

#define ID_PATTERN "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$" /* as options.proto says */

/* What is seen of a message: all of it in answers; without output-only fields where
 * callers send it; with every field optional where they patch with it. */
enum face { ANSWERED, SENT, PATCHED };

/* A message, from one side, or an enum under components/schemas. */
struct schema {
    const void *c; /* its protobuf-c descriptor */
    const char *name, *short_name, *full_name;
    const struct message *message;         /* or NULL */
    const struct enumeration *enumeration; /* or NULL */
    enum face face; /* SENT also for answers, where they are what is sent */
};

struct document {
    struct yaml *yaml;
    struct wg_arena arena; /* everything below, and all text on its way */
    const struct gateway *gateway;
    const struct route *const *routes;
    const char **paths; /* of routes, as OpenAPI writes them */
    size_t n_routes;
    struct schema **schemas; /* in order of their names */
    size_t n_schemas;
};

/* ---- gather.c ---- */

/* false past the arena, which the rest of the document is checked for once, at
 * its end. */
bool gather(struct document *d);

/* NULL where c was not gathered for it. */
struct schema *schema_of(const struct document *d, const void *c, enum face face);

/* The face of what stands repeatedly in one of this: it is replaced as a whole. */
enum face item_face(enum face face);

/* Does the path of this route say the field? */
bool bound_by_path(const struct route *route, const struct field *field);

bool body_is_whole(const struct route *route);

/* What a body is; NULL where there is none. One with nothing left to say is {}. */
const struct message *body_of(const struct route *route);
enum face face_of_body(const struct route *route);

/* Fields that the path says are not in a body that is the whole input. */
bool stands_in_body(const struct document *d, const struct message *message,
                    const struct field *field);

/* ---- words.c: text in the arena; "" past its limit ---- */

const char *say(struct document *d, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* text and one more sentence. */
const char *add_sentence(struct document *d, const char *text, const char *sentence);

/* The first sentence of a comment, without its full stop. */
const char *first_sentence(struct document *d, const char *comment);

/* The comment, and what the schema's own keywords cannot say. */
const char *field_description(struct document *d, const struct field *field);

/* description: text, unless it is empty. */
void put_description(struct document *d, const char *text);

/* ---- schemas.c ---- */

/* How a scalar is said in JSON. */
struct kind {
    const char *type, *format, *pattern; /* JSON Schema's; or NULL */
    const char *least;
    const char *example; /* of one with a form of its own, which limits its length */
};

/* The kind of the field's values. */
const struct kind *kind_of(const struct field *field);

/* Is the value a number or a truth value, not in quotes? */
bool is_raw(const ProtobufCFieldDescriptor *c);

/* A message that is in JSON what its fields are? */
bool is_object(const struct field *field);

/* Must be given, by what the server checks: 0 and false are always there. */
bool is_required(const struct field *field);

/* Must it be there, on this face of the message? */
bool is_owed(const struct document *d, const struct message *message, const struct field *field,
             enum face face);

/* The zero of an enum stands for "not given" and is never written. */
bool is_unspecified(const ProtobufCEnumValue *value);

/* Limits stand where they are checked: on what callers send. */
void put_field_schema(struct document *d, const struct field *field, enum face face);
void put_examples(struct document *d, const char *example, bool raw);
void put_schemas(struct document *d);

/* ---- examples.c ---- */

/* application/json, and its like: of a body or an answer; and content: with that alone. */
void put_json_forms(struct document *d, const struct message *message, enum face face);
void put_json_content(struct document *d, const struct message *message, enum face face);

/* A message on one line, and its header and row: what is plain in it. */
const char *row_as_json(struct document *d, const struct message *message, enum face face);
const char *rows_as_csv(struct document *d, const struct message *message);

/* ---- problems.c ---- */

/* Calls that can answer a problem. */
enum {
    ON_CALL = 1,  /* any */
    ON_PATH = 2,  /* one that names a resource in its path */
    ON_BODY = 4,  /* one that takes a body */
    ON_WRITE = 8,
    ON_VERB = 16, /* one that acts on a record that is there */
    ON_OWED = 32, /* one that owes If-Match */
};

extern const char problem_schema[]; /* lines under components/schemas */
void put_problem_refs(struct document *d, unsigned on);
void put_usual_headers(struct document *d); /* of every answer */
void put_responses(struct document *d);

/* ---- parameters.c ---- */

/* Does the answer bear an ETag that If-None-Match can name? */
bool is_cacheable(const struct method *method);
/* Does it act on a record that is or may be there, and so honour If-Match? */
bool is_verb(const struct route *route);
/* Is it refused without If-Match? */
bool owes_if_match(const struct route *route);
void put_parameters(struct document *d, const struct route *route, const char *path);

/* ---- lists.c ---- */

/* false: what lists in general can say, but this one cannot. */
bool list_takes(struct document *d, const struct method *method, const struct field *field);

/* The field as this list has it: filter and orderBy with its indexes. */
const struct field *list_field(struct document *d, const struct method *method,
                               const struct field *field);

/* ---- operations.c ---- */

/* A route's path with all of its verbs, where the first of them is. */
void put_path(struct document *d, size_t route);

#endif
