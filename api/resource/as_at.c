/* as_at.c - a sequence or a time, as a place in a root's stream. */
#include "as_at.h"

#include <string.h>

#include "google/protobuf/timestamp.pb-c.h"
#include "rpc/well_known.h"

/* No stream is so long that its numbers have more. */
#define DIGITS_MAX 18

static bool
is_number(const char *text)
{
    return *text && text[strspn(text, "0123456789")] == '\0';
}

static const struct wg_problem *
read_number(struct wg_call *call, const char *text, uint64_t head, uint64_t *sequence)
{
    uint64_t number = 0;

    for (const char *c = text; *c && c < text + DIGITS_MAX; c++)
        number = 10 * number + (uint64_t)(*c - '0');
    if (number == 0 || number > head || strlen(text) > DIGITS_MAX)
        return wg_fail(call, &wg_malformed, "asAt is the number of no event");
    *sequence = number;
    return NULL;
}

static const struct wg_problem *
read_time(struct wg_call *call, const char *text, int64_t *time_ms)
{
    Google__Protobuf__Timestamp time = GOOGLE__PROTOBUF__TIMESTAMP__INIT;
    const char *wanted;

    if (!well_known_parse(call->arena, WELL_KNOWN_TIMESTAMP, text, strlen(text), &time.base,
                          &wanted))
        return wg_fail(call, &wg_malformed, "asAt is neither the number of an event nor a time "
                       "such as 2016-10-01T00:00:00Z");
    *time_ms = time.seconds * 1000 + time.nanos / 1000000;
    return NULL;
}

static const struct wg_problem *
event_time(struct wg_call *call, const char *name, uint64_t sequence, int64_t *time_ms)
{
    struct wg_mark mark = wg_arena_mark(call->arena);
    struct wg_event event;
    const struct wg_problem *problem = wg_load_event(call, name, sequence, &event);

    *time_ms = problem ? 0 : event.time_ms;
    if (!problem)
        wg_arena_rewind(call->arena, mark);
    return problem;
}

/* Times never go back within a stream. */
static const struct wg_problem *
last_event_by(struct wg_call *call, const char *name, int64_t time_ms, uint64_t head,
              uint64_t *sequence)
{
    uint64_t at_or_before = 0, behind = head + 1;

    while (behind - at_or_before > 1) {
        uint64_t middle = at_or_before + (behind - at_or_before) / 2;
        const struct wg_problem *problem;
        int64_t middle_ms;

        if ((problem = event_time(call, name, middle, &middle_ms)))
            return problem;
        *(middle_ms <= time_ms ? &at_or_before : &behind) = middle;
    }
    *sequence = at_or_before;
    return NULL;
}

const struct wg_problem *
as_at_sequence(struct wg_call *call, const char *name, const char *text, uint64_t *sequence)
{
    const struct wg_problem *problem;
    int64_t time_ms;
    uint64_t head;

    if ((problem = wg_sequence(call, name, &head)))
        return problem;
    if (is_number(text))
        return read_number(call, text, head, sequence);
    if ((problem = read_time(call, text, &time_ms)))
        return problem;
    return last_event_by(call, name, time_ms, head, sequence);
}
