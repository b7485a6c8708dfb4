/* fuzz_decode.c - "message name LF JSON": refused with pointers, or read as what it is
 * written as again, within the memory that a call has. */
#include "gateway.h"
#include "rpc/rules.h"

#define CHECKING_BYTES ((size_t)64 << 20)

static void
check_rules(struct wg_arena *arena, const struct message *type, const ProtobufCMessage *message)
{
    struct violations violations;

    violations_begin(&violations);
    rules_check(fuzz_gateway()->descriptors, arena, &violations, type, message, RULES_REQUEST, "");
    fuzz_check_violations(&violations);
}

static void
check(const struct message *type, const ProtobufCMessage *message)
{
    struct wg_arena arena;

    wg_arena_init(&arena, CHECKING_BYTES);
    check_rules(&arena, type, message);
    fuzz_check_round_trip(&arena, type, message);
    wg_arena_finish(&arena);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input input = {data, size};
    char *name = fuzz_line(&input);
    const struct message *type = fuzz_message(name);
    ProtobufCMessage *message;
    struct fuzz_heap heap;

    fuzz_heap_begin(&heap, input.left);
    message = fuzz_decode(&heap.arena, type, (const char *)input.next, input.left);
    if (message)
        check(type, message);
    fuzz_heap_end(&heap);
    free(name);
    return 0;
}
