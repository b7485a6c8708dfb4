/* meta.c - keys and numbers of SPACE_META. */
#include "meta.h"

#include <string.h>

#include "records.h"
#include "store/bytes.h"

struct wg_bytes
meta_key(struct wg_arena *arena, const char *const *parts)
{
    size_t length = 0;
    char *key, *out;

    for (const char *const *part = parts; *part; part++)
        length += strlen(*part) + 1;
    if (!(key = out = wg_alloc(arena, length)))
        return (struct wg_bytes){0};
    for (const char *const *part = parts; *part; part++)
        out = stpcpy(out, *part) + 1;
    return (struct wg_bytes){key, length - 1};
}

/* A key that the store could not hold is for it a thing that cannot happen. */
static const struct wg_problem *
key_fits(struct wg_call *call, struct wg_bytes key)
{
    if (!key.length)
        return wg_no_memory(call);
    return key.length <= DRIVER_KEY_BYTES_MAX ? NULL : call_fault(call, "a key is too long");
}

const struct wg_problem *
meta_get_number(struct wg_call *call, struct wg_bytes key, uint64_t *number)
{
    const struct wg_problem *problem = key_fits(call, key);
    struct wg_bytes value;
    bool damaged = false;

    if (problem)
        return problem;
    problem = checked_get(call->txn, SPACE_META, key, &value, &damaged);
    *number = !problem && value.length == 8 ? bytes_get64(value.data) : 0;
    if (damaged)
        return damage_found(call, "meta");
    return problem == &wg_not_found ? NULL : problem;
}

const struct wg_problem *
meta_put_number(struct wg_call *call, struct wg_bytes key, uint64_t number)
{
    const struct wg_problem *problem = key_fits(call, key);
    unsigned char bytes[8];

    if (problem)
        return problem;
    bytes_put64(bytes, number);
    return checked_put(call->txn, call->arena, SPACE_META, key,
                       (struct wg_bytes){bytes, sizeof(bytes)});
}
