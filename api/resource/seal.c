/* seal.c - takes what is personal out of a message, and puts it back. */
#include "seal.h"

#include <sodium.h>
#include <string.h>

#include "persons.h"
#include "rpc/message.h"
#include "store/bytes.h"

/* The highest field number: sorts behind every field, and is nobody's. */
#define SEAL_FIELD 536870911u
#define SEAL_TAG ((uint64_t)SEAL_FIELD << 3 | 2)
#define FORMAT 1

enum { VARINT_BYTES_MAX = 10, NONCE_BYTES = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
       MAC_BYTES = crypto_aead_xchacha20poly1305_ietf_ABYTES, HEAD_BYTES = 1 + 8 + NONCE_BYTES };

/* ---- Parts of a message ---- */

static void
take_member(ProtobufCMessage *to, const ProtobufCMessage *from,
            const ProtobufCFieldDescriptor *c)
{
    bool repeated = c->label == PROTOBUF_C_LABEL_REPEATED;

    memcpy((char *)to + c->offset, (const char *)from + c->offset,
           repeated ? sizeof(void *) : value_bytes(c->type));
    if (repeated)
        *member_count(to, c) = *member_count(from, c);
    else
        member_mark(to, c);
}

ProtobufCMessage *
message_part(struct wg_arena *arena, const struct message *type,
             const ProtobufCMessage *message, bool personal)
{
    ProtobufCMessage *part = wg_new_message(arena, type->c);

    for (size_t i = 0; part && i < type->n_fields; i++)
        if (type->fields[i].rules->personal == personal &&
            member_is_set(message, type->fields[i].c))
            take_member(part, message, type->fields[i].c);
    if (part && !personal) { /* of a newer version of the proto */
        part->n_unknown_fields = message->n_unknown_fields;
        part->unknown_fields = message->unknown_fields;
    }
    return part;
}

/* ---- The wire ---- */

static size_t
put_varint(unsigned char *to, uint64_t number)
{
    size_t n = 0;

    for (; number >= 0x80; number >>= 7)
        to[n++] = (unsigned char)(number | 0x80);
    to[n++] = (unsigned char)number;
    return n;
}

/* Where it ends; NULL past the end. */
static const unsigned char *
read_varint(const unsigned char *at, const unsigned char *end, uint64_t *number)
{
    *number = 0;
    for (unsigned shift = 0; at && at < end && shift < 64; shift += 7) {
        *number |= (uint64_t)(*at & 0x7f) << shift;
        if (!(*at++ & 0x80))
            return at;
    }
    return NULL;
}

/* The value behind a tag, and where it ends. */
static const unsigned char *
read_value(const unsigned char *at, const unsigned char *end, unsigned wire_type,
           struct wg_bytes *value)
{
    uint64_t length = wire_type == 1 ? 8 : 4;

    if (wire_type == 0)
        return read_varint(at, end, &length);
    if (wire_type == 2)
        at = read_varint(at, end, &length);
    if (!at || (wire_type != 1 && wire_type != 2 && wire_type != 5) ||
        length > (uint64_t)(end - at))
        return NULL;
    *value = (struct wg_bytes){at, length};
    return at + length;
}

/* A packed message, taken apart. */
struct parts {
    struct wg_bytes public, name, sealed; /* sealed.data NULL: nothing is */
};

static bool
take_apart(struct wg_bytes packed, uint64_t name_tag, struct parts *parts)
{
    const unsigned char *at = packed.data, *end = at + packed.length;

    *parts = (struct parts){.public = packed, .name.data = ""};
    while (at < end) {
        const unsigned char *field = at;
        struct wg_bytes value = {0};
        uint64_t tag;

        if (!(at = read_varint(at, end, &tag)) ||
            !(at = read_value(at, end, (unsigned)tag & 7, &value)))
            return false;
        if (tag == name_tag)
            parts->name = value;
        if (tag == SEAL_TAG) {
            parts->sealed = value;
            parts->public.length = (size_t)(field - (const unsigned char *)packed.data);
            return at == end;
        }
    }
    return true;
}

/* ---- Sealing ---- */

const char *
seal_person(struct wg_call *call, const struct resource *resource,
            const ProtobufCMessage *message)
{
    if (resource->person_field)
        return field_text(message, resource->person_field);
    return wg_name_parent(call, field_text(message, resource->name), resource->person->levels);
}

/* type NUL name: what is sealed for one record opens in no other. */
static struct wg_bytes
bound_to(struct wg_call *call, const struct resource *resource, struct wg_bytes name)
{
    size_t type = strlen(resource->type) + 1;
    char *bound = wg_alloc(call->arena, type + name.length + 1);

    if (!bound)
        return (struct wg_bytes){0};
    memcpy(bound, resource->type, type);
    memcpy(bound + type, name.data, name.length);
    return (struct wg_bytes){bound, type + name.length};
}

static const struct wg_problem *
key_for(struct wg_call *call, const struct resource *resource, const ProtobufCMessage *message,
        uint64_t *slot, unsigned char key[SLOT_KEY_BYTES])
{
    const char *person = seal_person(call, resource, message);

    if (!person)
        return wg_no_memory(call);
    if (*person)
        return person_key(call, person, slot, key);
    wg_violation(call, wg_format(call->arena, "/%s", field_named(resource->message,
                 resource->person_field->name, strlen(resource->person_field->name))->json_name),
                 "REQUIRED", "say whom it is about");
    return &wg_validation;
}

/* Room for all but the packed fields. */
#define SEAL_BYTES_MAX (2 * VARINT_BYTES_MAX + HEAD_BYTES + MAC_BYTES)

/* Write the field; its length. 0: past the arena. */
static size_t
put_seal(struct wg_call *call, const struct resource *resource, const ProtobufCMessage *message,
         const ProtobufCMessage *personal, uint64_t slot, const unsigned char *key,
         unsigned char *to)
{
    size_t length = protobuf_c_message_get_packed_size(personal), n;
    const char *name = field_text(message, resource->name);
    struct wg_bytes bound = bound_to(call, resource, (struct wg_bytes){name, strlen(name)});
    unsigned char *plain = wg_alloc(call->arena, length);

    if (!plain || !bound.data)
        return 0;
    protobuf_c_message_pack(personal, plain);
    n = put_varint(to, SEAL_TAG);
    n += put_varint(to + n, HEAD_BYTES + length + MAC_BYTES);
    to[n] = FORMAT;
    bytes_put64(to + n + 1, slot);
    randombytes_buf(to + n + 9, NONCE_BYTES);
    crypto_aead_xchacha20poly1305_ietf_encrypt(to + n + HEAD_BYTES, NULL, plain, length,
                                               bound.data, bound.length, NULL, to + n + 9, key);
    sodium_memzero(plain, length);
    return n + HEAD_BYTES + length + MAC_BYTES;
}

static const struct wg_problem *
seal(struct wg_call *call, const struct resource *resource, const ProtobufCMessage *message,
     const ProtobufCMessage *personal, struct wg_bytes *packed)
{
    const ProtobufCMessage *public = message_part(call->arena, resource->message, message, false);
    size_t length = public ? protobuf_c_message_get_packed_size(public) : 0, sealed;
    unsigned char key[SLOT_KEY_BYTES], *bytes;
    const struct wg_problem *problem;
    uint64_t slot;

    bytes = wg_alloc(call->arena, length + SEAL_BYTES_MAX +
                                      protobuf_c_message_get_packed_size(personal));
    if (!public || !bytes)
        return wg_no_memory(call);
    if ((problem = key_for(call, resource, message, &slot, key)))
        return problem;
    protobuf_c_message_pack(public, bytes);
    sealed = put_seal(call, resource, message, personal, slot, key, bytes + length);
    sodium_memzero(key, sizeof(key));
    *packed = (struct wg_bytes){bytes, length + sealed};
    call->personal = true;
    return sealed ? NULL : wg_no_memory(call);
}

static const struct wg_problem *
pack(struct wg_call *call, const ProtobufCMessage *message, struct wg_bytes *packed)
{
    size_t length = protobuf_c_message_get_packed_size(message);
    uint8_t *bytes = wg_alloc(call->arena, length + 1);

    if (!bytes)
        return wg_no_memory(call);
    protobuf_c_message_pack(message, bytes);
    *packed = (struct wg_bytes){bytes, length};
    return NULL;
}

static bool
says_personal(const struct message *type, const ProtobufCMessage *message)
{
    for (size_t i = 0; i < type->n_fields; i++)
        if (type->fields[i].rules->personal && member_is_set(message, type->fields[i].c))
            return true;
    return false;
}

const struct wg_problem *
seal_pack(struct wg_call *call, const struct resource *resource, const ProtobufCMessage *message,
          struct wg_bytes *packed)
{
    const ProtobufCMessage *personal;

    if (!resource->has_personal || !says_personal(resource->message, message))
        return pack(call, message, packed);
    if (!(personal = message_part(call->arena, resource->message, message, true)))
        return wg_no_memory(call);
    return seal(call, resource, message, personal, packed);
}

/* ---- Opening ---- */

/* The public fields and behind them the personal ones: protobuf merges by itself. */
static const struct wg_problem *
open_with(struct wg_call *call, const struct resource *resource, const struct parts *parts,
          const unsigned char *key, struct wg_bytes *whole, bool *damaged)
{
    const unsigned char *head = parts->sealed.data;
    size_t public = parts->public.length, length = parts->sealed.length - HEAD_BYTES;
    unsigned char *bytes = wg_alloc(call->arena, public + length);
    struct wg_bytes bound = bound_to(call, resource, parts->name);

    if (!bytes || !bound.data)
        return wg_no_memory(call);
    memcpy(bytes, parts->public.data, public);
    *damaged = crypto_aead_xchacha20poly1305_ietf_decrypt(
                   bytes + public, NULL, NULL, head + HEAD_BYTES, length, bound.data,
                   bound.length, head + 9, key) != 0;
    *whole = (struct wg_bytes){bytes, public + length - MAC_BYTES};
    call->personal = true;
    return *damaged ? &wg_internal : NULL;
}

const struct wg_problem *
seal_open(struct wg_call *call, const struct resource *resource, struct wg_bytes packed,
          struct wg_bytes *whole, bool *erased, bool *damaged)
{
    unsigned char key[SLOT_KEY_BYTES];
    const struct wg_problem *problem;
    struct parts parts;

    *whole = packed;
    *erased = false;
    if (!resource->has_personal)
        return NULL;
    *damaged = !take_apart(packed, (uint64_t)resource->name->id << 3 | 2, &parts) ||
               (parts.sealed.data && (parts.sealed.length < HEAD_BYTES + MAC_BYTES ||
                                      *(const unsigned char *)parts.sealed.data != FORMAT));
    if (*damaged || !parts.sealed.data)
        return *damaged ? &wg_internal : NULL;
    if ((problem = person_key_at(call, bytes_get64((const unsigned char *)parts.sealed.data + 1),
                                 key, erased)))
        return problem;
    *whole = parts.public;
    problem = *erased ? NULL : open_with(call, resource, &parts, key, whole, damaged);
    sodium_memzero(key, sizeof(key));
    return problem;
}
