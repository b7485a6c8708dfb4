/* fuzz_merge.c - "message name LF target LF patch LF update mask": merged once or twice
 * it is the same, and what RFC 7396 says it is. */
#include "gateway.h"
#include "opinion.h"
#include "rpc/merge.h"
#include "rpc/utf8.h"

#define BYTES ((size_t)64 << 20)

struct attempt {
    const struct message *type;
    const char *patch_text, *mask;
    ProtobufCMessage *target, *patch;
    const struct given *given;
    struct wg_arena *arena;
};

static struct merging
merging_of(struct attempt *attempt, struct violations *violations)
{
    violations_begin(violations);
    return (struct merging){attempt->arena, violations, fuzz_sight(), NULL};
}

/* false: it is refused */
static bool
merge(struct attempt *attempt, ProtobufCMessage *target)
{
    struct violations violations;
    struct merging merging = merging_of(attempt, &violations);
    bool merged = merge_given(&merging, attempt->type, target, attempt->patch, attempt->given);

    FUZZ_CHECK(merged || attempt->arena->exhausted);
    fuzz_check_violations(&violations);
    return merged && !violations.n;
}

/* ---- As RFC 7396 says ---- */

/* Where the letters of RFC 7396 are not what the types mean: names of the proto, Any,
 * fields for which null is a value. */
static bool
is_said_otherwise(const char *patch)
{
    return strpbrk(patch, "_\\") || strstr(patch, "@type") || strstr(patch, "alue") ||
           strstr(patch, "Null") || strstr(patch, "any") || strstr(patch, "list");
}

static void
check_opinion(struct attempt *attempt, const char *before, const char *after)
{
    char *wanted = is_said_otherwise(attempt->patch_text) || is_said_otherwise(before)
                       ? NULL : opinion_merged(before, attempt->patch_text);
    const ProtobufCMessage *message =
        wanted ? fuzz_decode(attempt->arena, attempt->type, wanted, strlen(wanted)) : NULL;
    const char *text = message ? fuzz_encode(attempt->arena, attempt->type, message) : NULL;

    FUZZ_TELL(!text || strcmp(text, after) == 0, "is %s, not %s", after, text);
    free(wanted);
}

static void
check_merge_patch(struct attempt *attempt)
{
    struct wg_arena *arena = attempt->arena;
    ProtobufCMessage *target = message_copy(arena, attempt->target);
    const char *before = fuzz_encode(arena, attempt->type, attempt->target), *once, *twice;

    if (!target || !merge(attempt, target))
        return;
    fuzz_check_round_trip(arena, attempt->type, target);
    once = fuzz_encode(arena, attempt->type, target);
    FUZZ_CHECK(merge(attempt, target) || arena->exhausted);
    twice = fuzz_encode(arena, attempt->type, target);
    if (!before || !once || !twice || arena->exhausted)
        return;
    FUZZ_TELL(strcmp(once, twice) == 0, "%s, then %s", once, twice);
    check_opinion(attempt, before, once);
}

/* ---- With a mask, or whole ---- */

static size_t
paths_of(struct attempt *attempt, char *paths[8])
{
    char *text = wg_copy_text(attempt->arena, attempt->mask);
    size_t n = 0;

    for (char *path; text && n < 8 && (path = strsep(&text, ",")); n++)
        paths[n] = path;
    return n;
}

static void
check_masked(struct attempt *attempt)
{
    ProtobufCMessage *target = message_copy(attempt->arena, attempt->target);
    struct violations violations;
    struct merging merging = merging_of(attempt, &violations);
    char *paths[8];
    size_t n = utf8_valid(attempt->mask, strlen(attempt->mask)) ? paths_of(attempt, paths) : 0;

    if (target && merge_masked(&merging, attempt->type, target, attempt->patch, paths, n) &&
        !violations.n)
        fuzz_check_round_trip(attempt->arena, attempt->type, target);
    fuzz_check_violations(&violations);
}

static void
check_whole(struct attempt *attempt)
{
    ProtobufCMessage *target = message_copy(attempt->arena, attempt->target);
    struct violations violations;
    struct merging merging = merging_of(attempt, &violations);

    merge_check(&merging, attempt->type, attempt->target, attempt->patch);
    fuzz_check_violations(&violations);
    if (!target || violations.n)
        return;
    merge_whole(&merging, attempt->type, target, attempt->patch);
    fuzz_check_round_trip(attempt->arena, attempt->type, target);
}

/* ---- The whole ---- */

static bool
decode_patch(struct attempt *attempt)
{
    struct violations violations;
    struct decoding decoding = {.descriptors = fuzz_gateway()->descriptors,
                                .arena = attempt->arena, .violations = &violations, .merge = true};

    violations_begin(&violations);
    attempt->patch = decode_message(&decoding, attempt->type, attempt->patch_text,
                                    strlen(attempt->patch_text));
    attempt->given = decoding.given;
    fuzz_check_violations(&violations);
    return attempt->patch && !violations.n && !attempt->arena->exhausted;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input input = {data, size};
    char *name = fuzz_line(&input), *target = fuzz_line(&input), *patch = fuzz_line(&input);
    char *mask = fuzz_line(&input);
    struct wg_arena arena;
    struct attempt attempt = {.type = fuzz_message(name), .patch_text = patch, .mask = mask,
                              .arena = &arena};

    wg_arena_init(&arena, BYTES);
    attempt.target = fuzz_decode(&arena, attempt.type, target, strlen(target));
    if (attempt.target && decode_patch(&attempt)) {
        check_merge_patch(&attempt);
        check_masked(&attempt);
        check_whole(&attempt);
    }
    wg_arena_finish(&arena);
    free(name);
    free(target);
    free(patch);
    free(mask);
    return 0;
}
