/* investors.c - flows that were recorded before they named their investor: it would not see them.
 * They are written again, and the rules of their kinds name it. */
#include "investors.h"

#include <string.h>

enum { AT_ONCE = 100 };

static const char *const kinds[] = {"bonds/DrawdownNotice", "bonds/Drawdown", "bonds/Distribution",
                                    "bonds/WriteOff"};

struct looking {
    struct wg_call *call;
    ProtobufCMessage *nameless[AT_ONCE];
    size_t n;
    struct wg_mark mark; /* behind the last of them; of the others nothing is kept */
};

static bool
is_nameless(const ProtobufCMessage *flow)
{
    const ProtobufCFieldDescriptor *field =
        protobuf_c_message_descriptor_get_field_by_name(flow->descriptor, "investor");

    return !**(char *const *)((const char *)flow + field->offset);
}

static bool
take_flow(void *context, const struct wg_record *record)
{
    struct looking *looking = context;
    struct wg_arena *arena = wg_call_arena(looking->call);

    if (is_nameless(record->message))
        looking->nameless[looking->n++] = record->message;
    else if (looking->mark.block) {
        wg_arena_rewind(arena, looking->mark);
        return true;
    }
    looking->mark = wg_arena_mark(arena);
    return looking->n < AT_ONCE;
}

/* *n: how many were named. */
static const struct wg_problem *
name_investors(struct wg_call *call, const char *bond, const char *kind, size_t *n)
{
    struct looking looking = {.call = call};
    const struct wg_problem *problem = wg_scan(call, kind, bond, NULL, take_flow, &looking);

    for (size_t i = 0; !problem && i < looking.n; i++)
        problem = wg_update(call, looking.nameless[i], NULL);
    *n = looking.n;
    return problem;
}

const struct wg_problem *
investors_due(struct wg_call *call, const char *root, bool *is_due)
{
    uint64_t looked_at = 1;
    const struct wg_problem *problem = NULL;

    if (strncmp(root, "bonds/", strlen("bonds/")) == 0)
        problem = wg_cursor_get(call, root, &looked_at);
    *is_due = looked_at == 0;
    return problem;
}

/* Kind after kind; the cursor is put once none is nameless. */
const struct wg_problem *
investors_run(struct wg_call *call, const char *root)
{
    const struct wg_problem *problem;
    uint64_t sequence;
    size_t n;

    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if ((problem = name_investors(call, root, kinds[i], &n)) || n)
            return problem;
    if ((problem = wg_sequence(call, root, &sequence)))
        return problem;
    return wg_cursor_put(call, root, sequence);
}
