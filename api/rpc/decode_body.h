/* decode_body.h - a body on its way, for decode.c and decode_any.c. */
#ifndef RPC_DECODE_BODY_H
#define RPC_DECODE_BODY_H

#include "decode.h"
#include "spot.h"

/* One body on its way. Functions that answer bool say whether reading goes on:
 * not after malformed JSON nor without memory, but after a violation. */
struct body {
    struct decoding *decoding;
    struct json_reader json;
    struct given **given; /* where the next is noted; NULL where nothing is */
};

/* Fields of one object that were met, under either of their names. */
struct met {
    uint64_t few[4];
    uint64_t *bits; /* few, or of the arena where fields are many */
};

void body_refuse(struct body *body, const struct spot *spot, const char *code,
                 const char *detail);

/* A value of another kind than is wanted. */
bool body_refuse_kind(struct body *body, struct json_token token,
                      const struct spot *spot, const char *detail);
bool body_refuse_unknown(struct body *body, struct json_token key,
                         const struct spot *spot);

/* The next value. */
bool body_skip(struct body *body);

/* false past the arena */
bool met_begin(struct met *met, struct wg_arena *arena, const struct message *type);

/* mark stands before the key, whose memory is given back where it may be. */
bool decode_member(struct body *body, const struct message *type,
                   ProtobufCMessage *message, struct met *met,
                   struct json_token key, struct wg_mark mark,
                   const struct spot *spot);

/* message is new and of type; token begins its value. */
bool decode_message_value(struct body *body, const struct message *type,
                          ProtobufCMessage *message, struct json_token token,
                          const struct spot *spot);

bool decode_any(struct body *body, ProtobufCMessage *message,
                struct json_token token, const struct spot *spot);

#endif
