/* encode.h - protobuf-c messages to proto3 JSON. */
#ifndef RPC_ENCODE_H
#define RPC_ENCODE_H

#include "descriptors.h"
#include "json.h"

/*
 * Write message as JSON: lowerCamelCase names, fields in the order of their
 * numbers, fields at their default left out but those that are always there.
 *
 * sight  who looks: fields whose visible_to none of the roles meets, or whose scope
 *        the token lacks, are left out
 * errors false: the arena is exhausted, or a value has no JSON (a Timestamp out
 *        of range, text that is not UTF-8)
 */
bool encode_message(const struct descriptors *descriptors,
                    struct json_writer *writer, const struct message *type,
                    const ProtobufCMessage *message, struct sight sight);

/*
 * The value of one field of message alone; null where it holds no message, or is hidden.
 * errors as encode_message
 */
bool encode_field(const struct descriptors *descriptors, struct json_writer *writer,
                  const struct field *field, const ProtobufCMessage *message,
                  struct sight sight);

#endif
