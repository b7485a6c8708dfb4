/* fuzz_request.c - "VERB path?query LF media type LF body" as a method's input: taken
 * whole, or refused with everything that is wrong. */
#include "gateway.h"
#include "http/framing.h"

struct request {
    char *first, *type, *path, *query;
    struct request_text text;
};

static bool
read_request(struct fuzz_input *input, struct request *request)
{
    static const struct http_header host = {"Host", "wellgate.example"};
    struct framing framing;
    const char *detail;

    *request = (struct request){.first = fuzz_line(input), .type = fuzz_line(input)};
    if (!(request->path = strchr(request->first, ' ')))
        return false;
    *request->path++ = '\0';
    if ((request->query = strchr(request->path, '?')))
        *request->query++ = '\0';
    request->text = (struct request_text){
        .query = request->query,
        .content_type = *request->type ? request->type : NULL,
        .body = (const char *)input->next,
        .body_length = input->left,
    };
    return !framing_check(request->first, "1.1", request->path, request->query, &host, 1, &framing,
                          &detail);
}

static void
check_taken(const struct method *method, const ProtobufCMessage *input)
{
    struct wg_arena arena;

    FUZZ_CHECK(input && input->descriptor == method->input->c);
    wg_arena_init(&arena, 64 << 20);
    fuzz_check_round_trip(&arena, method->input, input);
    wg_arena_finish(&arena);
}

static void
check_refused(const struct wg_problem *problem, const char *detail, struct wg_arena *arena,
              const struct violations *violations)
{
    fuzz_check_problem(problem, detail);
    FUZZ_CHECK((problem == &wg_payload_too_large) == arena->exhausted);
    FUZZ_CHECK(problem != &wg_validation || violations->n > 0);
}

static void
check(struct request *request, struct wg_arena *arena)
{
    const struct gateway *gateway = fuzz_gateway();
    const struct wg_problem *problem;
    const ProtobufCMessage *input = NULL;
    struct violations violations;
    struct route_match match;
    struct patch patch = {0};
    const char *detail = NULL;

    if (route_find(gateway->routes, request->first, request->path, arena, &match))
        return;
    violations_begin(&violations);
    problem = request_decode(gateway->descriptors, &match, &request->text, arena, &violations,
                             &input, &patch, &detail);
    fuzz_check_violations(&violations);
    if (problem)
        check_refused(problem, detail, arena, &violations);
    else {
        FUZZ_CHECK(!violations.n);
        check_taken(match.route->method, input);
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input input = {data, size};
    struct request request;
    bool framed = read_request(&input, &request);
    struct fuzz_heap heap;

    fuzz_gateway();
    fuzz_heap_begin(&heap, size);
    if (framed)
        check(&request, &heap.arena);
    fuzz_heap_end(&heap);
    free(request.first);
    free(request.type);
    return 0;
}
