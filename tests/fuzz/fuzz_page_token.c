/* fuzz_page_token.c - a position as a token and back; a token of nobody's making, or of
 * another list, is refused. */
#include "gateway.h"
#include "resource/page_token.h"

#include <ctype.h>

static const char *const here[] = {"referrals/Person", FUZZ_ROOT, "state=OPEN"};
static const char *const there[] = {"referrals/Person", FUZZ_ROOT, "state=CLOSED"};

/* Letters that a query takes as they are. */
static void
check_letters(const char *token)
{
    for (; *token; token++)
        FUZZ_CHECK(isalnum((unsigned char)*token) || *token == '-' || *token == '_');
}

static void
check_position(struct wg_call *call, struct wg_bytes position)
{
    uint64_t list = page_token_list(here, COUNT(here));
    const char *token = page_token_make(call->arena, list, position);
    struct wg_bytes read;

    if (!token || !position.length)
        return;
    check_letters(token);
    FUZZ_CHECK(!page_token_read(call, token, list, &read));
    FUZZ_CHECK(read.length == position.length &&
               memcmp(read.data, position.data, read.length) == 0);
    fuzz_check_problem(page_token_read(call, token, page_token_list(there, COUNT(there)), &read),
                       call->detail);
}

static void
check_token(struct wg_call *call, const char *token)
{
    uint64_t list = page_token_list(here, COUNT(here));
    struct wg_bytes position;
    const struct wg_problem *problem = page_token_read(call, token, list, &position);

    if (problem)
        fuzz_check_problem(problem, call->detail);
    else if (*token)
        check_position(call, position);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input input = {data, size};
    char *text = fuzz_rest(&input);
    struct fuzz_heap heap;
    struct wg_call call;

    fuzz_gateway();
    fuzz_heap_begin(&heap, size);
    fuzz_call(&call, &heap.arena);
    check_position(&call, (struct wg_bytes){data, size});
    check_token(&call, text);
    fuzz_heap_end(&heap);
    free(text);
    return 0;
}
