/* fuzz_conditions.c - "If-Match LF asAt": a list of entity tags names only what stands in
 * it; asAt is a place in the stream, or a time, or refused. */
#include "gateway.h"
#include "resource/as_at.h"
#include "resource/etag.h"

/* Does the tag stand in the list without a W/ before it? */
static bool
stands_strong(const char *list, const char *tag)
{
    for (const char *at = list; (at = strstr(at, tag)); at++)
        if (at < list + 2 || memcmp(at - 2, "W/", 2) != 0)
            return true;
    return false;
}

static void
check_tags(const char *list)
{
    static const char *const tags[] = {"\"1\"", "\"12\"", "\"12-erased\"", "\"\""};

    for (size_t i = 0; i < COUNT(tags); i++) {
        bool strong = match_names(list, tags[i], false), weak = match_names(list, tags[i], true);

        FUZZ_TELL(!strong || weak, "%s", list);
        FUZZ_TELL(strong || strcmp(list, tags[i]) != 0, "%s", list);
        FUZZ_TELL(!weak || strcmp(list, "*") == 0 || strstr(list, tags[i]), "%s", list);
        FUZZ_TELL(!strong || strcmp(list, "*") == 0 || stands_strong(list, tags[i]), "%s", list);
    }
}

static void
check_as_at(const char *text)
{
    const struct wg_problem *problem;
    uint64_t sequence = 0, head = 0;
    struct wg_arena arena;
    struct wg_call call;

    wg_arena_init(&arena, 1 << 20);
    fuzz_call_begin(&call, &arena);
    FUZZ_CHECK(!wg_sequence(&call, FUZZ_ROOT, &head) && head > 0);
    problem = as_at_sequence(&call, FUZZ_ROOT, text, &sequence);
    if (problem)
        fuzz_check_problem(problem, call.detail);
    else
        FUZZ_TELL(sequence <= head, "%s: %llu", text, (unsigned long long)sequence);
    fuzz_call_end(&call);
    wg_arena_finish(&arena);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input input = {data, size};
    char *tags = fuzz_line(&input), *as_at = fuzz_line(&input);

    check_tags(tags);
    if (*as_at)
        check_as_at(as_at);
    free(tags);
    free(as_at);
    return 0;
}
