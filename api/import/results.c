/* results.c - lines' outcomes as bounded records. */
#include "results.h"

#include <string.h>

#define TEXT_BYTES_MAX 200 /* of a detail or pointer */
#define VIOLATIONS_MAX 8   /* of a line */
/* Of a record: one more line, with all that it may say, still fits within what a
 * record may hold. */
#define RESULT_BYTES_MAX ((size_t)96 * 1024)

typedef Wellgate__Core__V1__OperationResult__Line Line;
typedef Wellgate__Core__V1__OperationResult__Violation Violation;

#define OUTCOME(what) WELLGATE__CORE__V1__OPERATION_RESULT__OUTCOME__##what

/* ---- Keeping ---- */

/* Cut between characters. */
static char *
copy_some(struct wg_arena *arena, const char *text)
{
    size_t length = strnlen(text, TEXT_BYTES_MAX + 1);

    if (length <= TEXT_BYTES_MAX)
        return wg_copy_text(arena, text);
    for (length = TEXT_BYTES_MAX; length && ((unsigned char)text[length] & 0xc0) == 0x80;)
        length--;
    return wg_copy_bytes(arena, text, length);
}

/* The name of a field that is none was the caller's own word. */
static char *
pointer_to_show(struct wg_arena *arena, const struct violation *violation)
{
    const char *last = strrchr(violation->pointer, '/');

    if (strcmp(violation->code, "UNKNOWN_FIELD") == 0 && last)
        return wg_copy_bytes(arena, violation->pointer, (size_t)(last - violation->pointer));
    return copy_some(arena, violation->pointer);
}

static bool
copy_violations(struct wg_arena *arena, struct violations *to, const struct violations *from)
{
    violations_begin(to);
    for (const struct violation *v = from->first; v && to->n < VIOLATIONS_MAX; v = v->next) {
        char *pointer = pointer_to_show(arena, v), *detail = copy_some(arena, v->detail);

        if (!pointer || !detail)
            return false;
        violation_add(to, arena, pointer, v->code, "%s", detail);
    }
    return !arena->exhausted;
}

void
outcome_begin(struct outcome *outcome, uint64_t line)
{
    *outcome = (struct outcome){.line = line};
    violations_begin(&outcome->violations);
}

bool
outcome_fail(struct wg_arena *arena, struct outcome *outcome, const struct wg_problem *problem,
             const char *detail, const struct violations *violations)
{
    outcome->what = OUTCOME(FAILED);
    outcome->problem = problem;
    outcome->detail = detail ? copy_some(arena, detail) : NULL;
    return (!detail || outcome->detail) &&
           copy_violations(arena, &outcome->violations, violations);
}

void
outcomes_count(Operation *operation, const struct outcome *outcomes, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        operation->lines++;
        operation->created += outcomes[i].what == OUTCOME(CREATED);
        operation->updated += outcomes[i].what == OUTCOME(UPDATED);
        operation->unchanged += outcomes[i].what == OUTCOME(UNCHANGED);
        operation->failed += outcomes[i].what == OUTCOME(FAILED);
    }
}

/* ---- Storing ---- */

static bool
take_violations(struct wg_arena *arena, Line *line, const struct violations *violations)
{
    line->violations = wg_alloc_array(arena, violations->n + 1, sizeof(*line->violations));
    if (!line->violations)
        return false;
    for (const struct violation *v = violations->first; v; v = v->next) {
        Violation *violation = wg_new_message(
            arena, &wellgate__core__v1__operation_result__violation__descriptor);

        if (!violation)
            return false;
        violation->pointer = (char *)v->pointer;
        violation->code = (char *)v->code;
        violation->detail = (char *)v->detail;
        line->violations[line->n_violations++] = violation;
    }
    return true;
}

static Line *
line_of(struct wg_arena *arena, const struct outcome *outcome)
{
    Line *line = wg_new_message(arena, &wellgate__core__v1__operation_result__line__descriptor);

    if (!line)
        return NULL;
    line->line = (uint32_t)outcome->line;
    line->outcome = outcome->what;
    if (outcome->name)
        line->name = (char *)outcome->name;
    if (!outcome->problem)
        return line;
    line->problem = (char *)outcome->problem->slug;
    line->detail = (char *)(outcome->detail ? outcome->detail : outcome->problem->title);
    return take_violations(arena, line, &outcome->violations) ? line : NULL;
}

/* As many as one record holds; *taken of them. */
static const struct wg_problem *
store_some(struct wg_call *call, const char *operation, const struct outcome *outcomes, size_t n,
           size_t *taken)
{
    OperationResult *result =
        wg_new_message(call->arena, &wellgate__core__v1__operation_result__descriptor);
    Line **lines = wg_alloc_array(call->arena, n, sizeof(*lines));
    size_t bytes = 0;

    if (!result || !lines)
        return wg_no_memory(call);
    result->name = wg_format(call->arena, "%s/results/%010llu", operation,
                             (unsigned long long)outcomes[0].line);
    for (*taken = 0; *taken < n && bytes < RESULT_BYTES_MAX; ++*taken) {
        if (!(lines[*taken] = line_of(call->arena, &outcomes[*taken])))
            return wg_no_memory(call);
        bytes += protobuf_c_message_get_packed_size(&lines[*taken]->base) + 4;
        result->has_failures |= outcomes[*taken].what == OUTCOME(FAILED);
    }
    result->lines = lines;
    result->n_lines = *taken;
    return result->name ? wg_insert(call, &result->base, NULL) : wg_no_memory(call);
}

const struct wg_problem *
outcomes_store(struct wg_call *call, const char *operation, const struct outcome *outcomes,
               size_t n)
{
    const struct wg_problem *problem;

    for (size_t at = 0, taken = 0; at < n; at += taken)
        if ((problem = store_some(call, operation, outcomes + at, n - at, &taken)))
            return problem;
    return NULL;
}
