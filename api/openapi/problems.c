/* problems.c - what can go wrong: its schema, and the answers that say it. */
#include "document.h"

#include <string.h>

#include "rpc/problem.h"

#define EXAMPLE_INSTANCE "urn:wellgate:request:5f0c2a9e41d7b386"

/* As rpc/problem.c writes it; the shape of what it says is fixed, so it stands
 * here as it is. */
const char problem_schema[] =
    "    Problem:\n"
    "      description: Why a request was refused (RFC 9457).\n"
    "      type: object\n"
    "      required: [type, title, status, instance, code]\n"
    "      properties:\n"
    "        type:\n"
    "          description: Its kind; the same kind has the same type.\n"
    "          type: string\n"
    "          format: uri\n"
    "        title:\n"
    "          description: The kind in words, the same for every occurrence.\n"
    "          type: string\n"
    "        status:\n"
    "          description: The HTTP status.\n"
    "          type: integer\n"
    "          format: int32\n"
    "          minimum: 400\n"
    "          maximum: 599\n"
    "        detail:\n"
    "          description: What is wrong with this request.\n"
    "          type: string\n"
    "        instance:\n"
    "          description: This occurrence; its last part is the answer's X-Request-Id.\n"
    "          type: string\n"
    "          format: uri\n"
    "        code:\n"
    "          description: Name of a google.rpc.Code.\n"
    "          type: string\n"
    "        errors:\n"
    "          description: >-\n"
    "            All wrong fields, where the type ends in validation; where the code is\n"
    "            ALREADY_EXISTS, the one that names what exists.\n"
    "          type: array\n"
    "          items:\n"
    "            $ref: \"#/components/schemas/ProblemError\"\n"
    "    ProblemError:\n"
    "      description: One wrong field.\n"
    "      type: object\n"
    "      required: [pointer, code, detail]\n"
    "      properties:\n"
    "        pointer:\n"
    "          description: >-\n"
    "            Where it stands: a JSON pointer into the body (RFC 6901), or ? and the\n"
    "            name of a parameter.\n"
    "          type: string\n"
    "        code:\n"
    "          description: Why, as a word of upper-case letters.\n"
    "          type: string\n"
    "        detail:\n"
    "          description: Why, in words.\n"
    "          type: string\n";

/* By status. Rows that nothing answers yet, and that of no operation (405), are not
 * here. 413 is also for answers that take too much memory. */
static const struct answerable {
    const struct wg_problem *problem;
    unsigned on;
} answerable[] = {
    {&wg_malformed, ON_CALL},
    {&wg_idempotency_key_missing, ON_CALL},
    {&wg_unauthenticated, ON_CALL},
    {&wg_forbidden, ON_CALL},
    {&wg_not_found, ON_PATH},
    {&wg_not_acceptable, ON_CALL},
    {&wg_conflict, ON_WRITE},
    {&wg_already_exists, ON_WRITE},
    {&wg_aborted, ON_WRITE},
    {&wg_precondition_failed, ON_VERB},
    {&wg_payload_too_large, ON_CALL},
    {&wg_unsupported_media_type, ON_BODY},
    {&wg_validation, ON_CALL},
    {&wg_idempotency_key_reused, ON_WRITE},
    {&wg_precondition_required, ON_OWED},
    {&wg_headers_too_large, ON_CALL},
    {&wg_internal, ON_CALL},
    {&wg_unavailable, ON_CALL},
    {&wg_insufficient_storage, ON_WRITE},
};

/* The first of its status names the response. */
static bool
names_response(size_t row)
{
    return row == 0 || answerable[row].problem->status != answerable[row - 1].problem->status;
}

/* "not-found" → "NotFound". */
static const char *
response_name(struct document *d, const struct wg_problem *problem)
{
    char *name = wg_alloc(&d->arena, strlen(problem->slug) + 1), *out = name;
    bool upper = true;

    for (const char *in = problem->slug; name && *in; upper = *in++ == '-')
        if (*in != '-')
            *out++ = (char)(upper ? *in - 'a' + 'A' : *in);
    return name ? name : "";
}

void
put_problem_refs(struct document *d, unsigned on)
{
    for (size_t i = 0; i < N_OF(answerable); i++)
        if (names_response(i) && answerable[i].on & on)
            yaml_ref_at(d->yaml, say(d, "%d", answerable[i].problem->status), "responses",
                        response_name(d, answerable[i].problem));
}

static void
put_problem_example(struct document *d, const struct wg_problem *problem)
{
    yaml_open(d->yaml, say(d, "%s.%s", problem->slug, problem->code));
    yaml_open(d->yaml, "value");
    yaml_text(d->yaml, "type", say(d, "urn:wellgate:problem:%s", problem->slug));
    yaml_text(d->yaml, "title", problem->title);
    yaml_raw(d->yaml, "status", "%d", problem->status);
    yaml_text(d->yaml, "instance", EXAMPLE_INSTANCE);
    yaml_text(d->yaml, "code", problem->code);
    if (problem == &wg_validation) {
        yaml_open(d->yaml, "errors");
        yaml_open(d->yaml, NULL);
        yaml_text(d->yaml, "pointer", "/title");
        yaml_text(d->yaml, "code", "REQUIRED");
        yaml_text(d->yaml, "detail", "must be given");
        yaml_close(d->yaml, 2);
    }
    yaml_close(d->yaml, 2);
}

void
put_usual_headers(struct document *d)
{
    yaml_ref_at(d->yaml, "X-Request-Id", "headers", "X-Request-Id");
}

static void
put_problem_headers(struct document *d, const struct wg_problem *problem)
{
    yaml_open(d->yaml, "headers");
    put_usual_headers(d);
    if (problem == &wg_unauthenticated)
        yaml_ref_at(d->yaml, "WWW-Authenticate", "headers", "WWW-Authenticate");
    if (problem == &wg_unavailable)
        yaml_ref_at(d->yaml, "Retry-After", "headers", "Retry-After");
    yaml_close(d->yaml, 1);
}

/* All rows of one status, from the one that names the response. */
static void
put_problem_response(struct document *d, size_t row)
{
    const struct wg_problem *problem = answerable[row].problem;
    const char *titles = "";
    size_t end = row;

    do
        titles = add_sentence(d, titles, say(d, "%s.", answerable[end++].problem->title));
    while (end < N_OF(answerable) && !names_response(end));
    yaml_open(d->yaml, response_name(d, problem));
    yaml_text(d->yaml, "description", titles);
    put_problem_headers(d, problem);
    yaml_open(d->yaml, "content");
    yaml_open(d->yaml, PROBLEM_MEDIA_TYPE);
    yaml_ref_at(d->yaml, "schema", "schemas", "Problem");
    yaml_open(d->yaml, "examples");
    while (row < end)
        put_problem_example(d, answerable[row++].problem);
    yaml_close(d->yaml, 4);
}

static const char not_modified[] =
    "    NotModified:\n"
    "      description: It is as If-None-Match says.\n"
    "      headers:\n"
    "        X-Request-Id:\n"
    "          $ref: \"#/components/headers/X-Request-Id\"\n"
    "        ETag:\n"
    "          $ref: \"#/components/headers/ETag\"\n";

void
put_responses(struct document *d)
{
    yaml_open(d->yaml, "responses");
    yaml_lines(d->yaml, not_modified);
    for (size_t i = 0; i < N_OF(answerable); i++)
        if (names_response(i))
            put_problem_response(d, i);
    yaml_close(d->yaml, 1);
}
