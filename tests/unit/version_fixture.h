/* version_fixture.h - terms as tests write them: the JSON of a version, read as the gateway
 * reads it. With single quotes in place of double ones. */
#ifndef VERSION_FIXTURE_H
#define VERSION_FIXTURE_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wellgate/plugin.h>

#include "rpc/decode.h"
#include "wellgate/payments/v1/payments.pb-c.h"

#define TEST(name) static void name(void **state __attribute__((unused)))
#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

WG_EMBED(payments_pb, "payments.pb");

static struct descriptors *payments_descriptors;
static struct wg_arena terms_arena;

static inline int
load_terms(void **state)
{
    static const ProtobufCServiceDescriptor *const services[] = {
        &wellgate__payments__v1__payments__descriptor, NULL};
    static const struct wg_plugin plugin = {WG_PLUGIN_ABI, .name = "payments",
                                            .descriptor_set = {payments_pb, payments_pb_end},
                                            .services = services};
    char error[256] = "";

    (void)state;
    payments_descriptors = descriptors_open();
    if (!descriptors_add(payments_descriptors, &plugin, error, sizeof(error)))
        fail_msg("%s", error);
    /* Messages are found by name; that programmes are another plugin's does not matter. */
    descriptors_finish_loading(payments_descriptors, error, sizeof(error));
    wg_arena_init(&terms_arena, 1 << 28);
    return 0;
}

static inline int
unload_terms(void **state)
{
    (void)state;
    wg_arena_finish(&terms_arena);
    descriptors_close(payments_descriptors);
    return 0;
}

/* A message of wellgate.payments.v1 from its JSON; printf's arguments. */
static inline ProtobufCMessage *
read_terms(const char *type, const char *format, ...)
{
    struct violations violations;
    struct decoding decoding = {.descriptors = payments_descriptors, .arena = &terms_arena,
                                .violations = &violations};
    ProtobufCMessage *message;
    va_list arguments;
    char *text;

    va_start(arguments, format);
    text = wg_vformat(&terms_arena, format, arguments);
    va_end(arguments);
    for (char *c = text; *c; c++)
        *c = *c == '\'' ? '"' : *c;
    violations_begin(&violations);
    message = decode_message(
        &decoding,
        message_find(payments_descriptors, wg_format(&terms_arena, "wellgate.payments.v1.%s", type)),
        text, strlen(text));
    if (!message)
        fail_msg("%s: %s", text, decoding.syntax_error);
    if (violations.n)
        fail_msg("%s: %s %s", text, violations.first->code, violations.first->pointer);
    return message;
}

#endif
