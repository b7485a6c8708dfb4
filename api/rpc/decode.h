/* decode.h - proto3 JSON to protobuf-c messages, with field rules. */
#ifndef RPC_DECODE_H
#define RPC_DECODE_H

#include "descriptors.h"
#include "json.h"

/* One wrong field. */
struct violation {
    const char *pointer; /* RFC 6901, into the request body; "?name" for a query
                            parameter */
    const char *code;
    const char *detail;
    struct violation *next;
};

/* All that is wrong with a request, in order of discovery; the first 100. */
struct violations {
    struct violation *first, **last;
    size_t n;
};

void violations_begin(struct violations *violations);
void violation_add(struct violations *violations, struct wg_arena *arena,
                   const char *pointer, const char *code, const char *format,
                   ...) __attribute__((format(printf, 5, 6)));

/*
 * Drop those from *from on (a last that violations had) that stand where another does
 * before them: a field that could not be read looks absent, and so does what lies in
 * it, and what was said of it is enough.
 */
void violations_drop_repeated(struct violations *violations, struct violation **from);

/*
 * A field that a merge patch (RFC 7396) gives, or one key of a map. What a patch
 * replaces as a whole has nothing inside: lists, Struct and Any among it.
 */
struct given {
    const struct field *field;
    const ProtobufCMessage *entry; /* of the map that field is: with its key, and
                                      its value unless null; else NULL */
    bool null; /* remove it: the map has no such entry, nor is the field set, unless
                  null is a value of its type */
    struct given *inside; /* what is given of the message, or keys of the map */
    struct given *next;   /* in order of reading */
};

struct decoding {
    const struct descriptors *descriptors;
    struct wg_arena *arena;
    struct violations *violations;
    bool merge; /* the text is a merge patch: null removes a map's key, too */
    struct given *given; /* set where merge is: what the whole gives */
    const char *syntax_error; /* set on malformed JSON: where and what */
};

/*
 * Read one JSON text as a message of type, into the arena.
 *
 * Unknown, duplicate and ill-typed fields are violations with their pointers,
 * and reading goes on behind them. Field rules are not checked here.
 *
 * errors  NULL: malformed JSON (syntax_error set) or the arena is exhausted.
 *         Else the message, which may be used only if there are no violations.
 */
ProtobufCMessage *decode_message(struct decoding *decoding,
                                 const struct message *type, const char *text,
                                 size_t length);

/*
 * Set one field (dotted path of proto or JSON names) from the text of a path
 * variable or query parameter; a repeated field gets one more item.
 *
 * errors  false: a violation was added, or the arena is exhausted
 */
bool decode_parameter(struct decoding *decoding, const struct message *type,
                      ProtobufCMessage *message, const char *path,
                      const char *text);

#endif
