/* every_type.h - what the tests of the JSON mapping share: the messages of
 * every_type.proto, loaded as a plugin's are, and an arena. */
#ifndef EVERY_TYPE_H
#define EVERY_TYPE_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "every_type.pb-c.h"
#include "rpc/decode.h"
#include "rpc/encode.h"

#define TEST(name) static void name(void **state __attribute__((unused)))
#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

WG_EMBED(every_type_pb, "every_type.pb");

static struct descriptors *every_type_descriptors;
static const struct message *every_type, *nested_type, *ruled_type,
    *required_type;
static struct wg_arena arena;
static struct violations violations;
static struct decoding decoding;

/* Forget what was; for the next case of a table. */
static inline void
begin_case(void)
{
    wg_arena_finish(&arena);
    wg_arena_init(&arena, 1 << 24);
    violations_begin(&violations);
    decoding = (struct decoding){.descriptors = every_type_descriptors,
                                 .arena = &arena,
                                 .violations = &violations};
}

static inline int
load_every_type(void **state)
{
    static const struct wg_method methods[] = {
        {"EveryTypes/Echo", NULL, NULL}, {"EveryTypes/Rule", NULL, NULL}, {0}};
    static const ProtobufCServiceDescriptor *const services[] = {
        &wellgate__test__v1__every_types__descriptor, NULL};
    static const struct wg_plugin plugin = {
        WG_PLUGIN_ABI,
        .name = "test",
        .descriptor_set = {every_type_pb, every_type_pb_end},
        .services = services,
        .methods = methods,
    };
    char error[256] = "";

    (void)state;
    every_type_descriptors = descriptors_open();
    if (!descriptors_add(every_type_descriptors, &plugin, error,
                         sizeof(error)) ||
        !descriptors_finish_loading(every_type_descriptors, error,
                                    sizeof(error)))
        fail_msg("%s", error);
    every_type = message_find(every_type_descriptors,
                              "wellgate.test.v1.EveryType");
    nested_type = message_find(every_type_descriptors,
                               "wellgate.test.v1.EveryType.Nested");
    ruled_type = message_find(every_type_descriptors,
                              "wellgate.test.v1.Ruled");
    required_type = message_find(every_type_descriptors,
                                 "wellgate.test.v1.Required");
    begin_case();
    return 0;
}

static inline int
unload_every_type(void **state)
{
    (void)state;
    wg_arena_finish(&arena);
    descriptors_close(every_type_descriptors);
    return 0;
}

static inline ProtobufCMessage *
decode_as(const struct message *type, const char *text)
{
    return decode_message(&decoding, type, text, strlen(text));
}

/* NULL where it has no JSON. */
static inline const char *
encode_as(const struct message *type, const ProtobufCMessage *message,
          uint32_t roles)
{
    struct json_writer writer;

    json_writer_begin(&writer, &arena);
    return encode_message(every_type_descriptors, &writer, type, message,
                          (struct sight){.roles = roles})
               ? writer.text
               : NULL;
}

/* "CODE pointer, CODE pointer" of all violations, in their order. */
static inline const char *
violations_text(void)
{
    const char *text = "";

    for (const struct violation *v = violations.first; v; v = v->next)
        text = wg_format(&arena, "%s%s%s %s", text, *text ? ", " : "", v->code,
                         v->pointer);
    return text;
}

#endif
