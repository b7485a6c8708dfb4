/*
 * fuzz_dump.c - lines of an export between the first and the last, which are put to
 * them: read into an empty store, or refused; what was read is written as lines that are
 * read to the same again.
 */
#define command_export fuzz_command_export /* the program has its own */
#define command_import fuzz_command_import
#include "../../api/cli/dump.c"
#undef command_export
#undef command_import

#include "gateway.h"

enum { LINES_MAX = 5000 };

struct text {
    char *bytes;
    size_t length;
};

static void
forget(struct text *text)
{
    free(text->bytes);
    *text = (struct text){0};
}

/* The empty store, in which nothing is committed. */
static struct driver_txn *
empty_store(void)
{
    static struct driver_txn *txn;

    if (!txn)
        FUZZ_CHECK(driver_begin_write(fuzz_driver(), NULL, &txn) == DRIVER_OK);
    return txn;
}

static size_t
lines_of(struct fuzz_input input)
{
    size_t n = 0;

    for (size_t i = 0; i < input.left; i++)
        n += input.next[i] == '\n';
    return n;
}

/* A whole export, with the input for its entries. */
static struct text
wrap(struct fuzz_input input)
{
    struct text text;
    char digest[DIGEST_TEXT_BYTES];
    struct dump dump;
    FILE *file = open_memstream(&text.bytes, &text.length);

    FUZZ_CHECK(file && dump_begin(&dump, file) && put_line(&dump, HEADER));
    FUZZ_CHECK(EVP_DigestUpdate(dump.digest, input.next, input.left));
    fwrite(input.next, 1, input.left, file);
    FUZZ_CHECK(dump_digest(&dump, digest));
    fprintf(file, "{\"entries\":%zu,\"sha256\":\"%s\"}\n", lines_of(input), digest);
    dump_finish(&dump);
    fclose(file);
    return text;
}

/* In a transaction of its own, which stays for the caller to end; NULL: refused. */
static struct driver_txn *
take(struct text *text)
{
    struct importing importing = {.driver = fuzz_driver()};
    struct driver_txn *outer;
    FILE *file = fmemopen(text->bytes, text->length, "r");
    bool done;

    FUZZ_CHECK(file && driver_begin_write(fuzz_driver(), empty_store(), &outer) == DRIVER_OK);
    FUZZ_CHECK(driver_begin_write(fuzz_driver(), outer, &importing.txn) == DRIVER_OK);
    done = dump_begin(&importing.dump, file) && import_lines(&importing);
    if (importing.txn)
        driver_abort(importing.txn);
    dump_finish(&importing.dump);
    free(importing.line);
    fclose(file);
    if (done)
        return outer;
    driver_abort(outer);
    return NULL;
}

static struct text
give(struct driver_txn *txn)
{
    struct text text;
    FILE *file = open_memstream(&text.bytes, &text.length);
    struct dump dump;

    FUZZ_CHECK(file && dump_begin(&dump, file) && !export_all(txn, &dump));
    dump_finish(&dump);
    fclose(file);
    return text;
}

static void
check_again(struct text *first)
{
    struct driver_txn *txn = take(first);
    struct text second;

    FUZZ_TELL(txn, "%s", first->bytes);
    second = give(txn);
    FUZZ_TELL(first->length == second.length &&
                  memcmp(first->bytes, second.bytes, first->length) == 0, "%s, then %s",
              first->bytes, second.bytes);
    driver_abort(txn);
    forget(&second);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input input = {data, size};
    struct driver_txn *txn;
    struct text text, given;

    fuzz_gateway();
    if (lines_of(input) > LINES_MAX) /* it would commit between them */
        return 0;
    text = wrap(input);
    if ((txn = take(&text))) {
        given = give(txn);
        driver_abort(txn);
        check_again(&given);
        forget(&given);
    }
    forget(&text);
    return 0;
}
