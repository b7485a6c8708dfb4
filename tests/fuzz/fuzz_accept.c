/* fuzz_accept.c - Accept and Content-Type: an answer is one of those offered, and more
 * blanks and another order of offers change nothing. */
#include "fuzz.h"
#include "http/negotiate.h"

static const char *const offers[] = {"application/json", "text/csv; charset=utf-8",
                                     "application/x-ndjson", "text/html"};

static void
check_alone(const char *accept, int chosen)
{
    int alone;

    for (size_t i = 0; i < COUNT(offers); i++) {
        alone = accept_choose(accept, &offers[i], 1);
        FUZZ_CHECK(alone == 0 || alone == -1);
        FUZZ_CHECK(alone == 0 || (int)i != chosen);
        FUZZ_CHECK(alone == -1 || chosen >= 0);
    }
}

static void
check_accept(const char *accept)
{
    int chosen = accept_choose(accept, offers, COUNT(offers));

    FUZZ_CHECK(chosen >= -1 && chosen < (int)COUNT(offers));
    FUZZ_CHECK(accept_choose(NULL, offers, COUNT(offers)) == 0);
    check_alone(accept, chosen);
}

static void
check_type(const char *text)
{
    if (media_type_is_valid(text))
        FUZZ_TELL(media_type_is(text, text), "%s", text);
    for (size_t i = 0; i < COUNT(offers); i++)
        if (media_type_is(text, offers[i]))
            FUZZ_TELL(strchr(text, '/'), "%s", text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input input = {data, size};
    char *text = fuzz_rest(&input);

    check_accept(text);
    check_type(text);
    free(text);
    return 0;
}
