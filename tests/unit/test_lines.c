/* test_lines.c - a body is cut into the same lines whatever the pieces it comes in. */
#include "chance.h"
#include "import/lines.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define TEST(name) static void name(void **state __attribute__((unused)))
#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* A body that comes in random pieces. */
struct source {
    const char *next;
    size_t left, piece_max;
    unsigned seed;
};

static struct wg_arena arena;

static const struct wg_problem *
read_piece(void *context, char *bytes, size_t room, size_t *got, const char **detail)
{
    struct source *source = context;
    size_t piece = 1 + (size_t)rand_r(&source->seed) % source->piece_max;

    (void)detail;
    assert_true(room > 0);
    *got = piece < room ? piece : room;
    *got = *got < source->left ? *got : source->left;
    memcpy(bytes, source->next, *got);
    source->next += *got;
    source->left -= *got;
    return NULL;
}

/* "1:text;3:a|b;4!fault" */
static const char *
cut(const char *body, size_t length, enum line_format format, size_t piece_max, unsigned cuts)
{
    struct source source = {body, length, piece_max, cuts};
    const struct upload upload = {.read = read_piece, .context = &source};
    const char *said = "", *detail;
    struct lines lines;
    struct line line;
    bool more = true;

    wg_arena_reset(&arena);
    assert_true(lines_begin(&lines, &upload, format, &arena));
    for (;;) {
        assert_null(lines_next(&lines, &arena, &line, &more, &detail));
        if (!more)
            return said;
        said = wg_format(&arena, "%s%s%llu%s%s", said, *said ? ";" : "",
                         (unsigned long long)line.number, line.fault ? "!" : ":",
                         line.fault ? line.fault : line.text && line.length < 100 ? line.text : "");
        for (size_t i = 0; !line.fault && i < line.n_cells; i++)
            said = wg_format(&arena, "%s%s%s", said, i ? "|" : "", line.cells[i]);
        assert_non_null(said);
    }
}

static void
check(const char *body, enum line_format format, const char *wanted)
{
    static const size_t pieces[] = {1, 2, 3, 7, 1000, 1 << 20};

    for (size_t i = 0; i < COUNT(pieces); i++) {
        const char *said = cut(body, strlen(body), format, pieces[i], (unsigned)seed);

        if (strcmp(said, wanted) != 0)
            fail_msg("in pieces of at most %zu (seed %u) \"%s\" is \"%s\", not \"%s\"", pieces[i],
                     (unsigned)seed, body, said, wanted);
    }
}

TEST(lines_of_json_end_with_a_line_feed_or_with_the_body)
{
    check("", LINES_OF_JSON, "");
    check("a", LINES_OF_JSON, "1:a");
    check("a\n", LINES_OF_JSON, "1:a");
    check("a\r\nb\n", LINES_OF_JSON, "1:a;2:b");
    check("\n\na\n \t\r\nb", LINES_OF_JSON, "3:a;5:b");
    check("\xef\xbb\xbf" "a", LINES_OF_JSON, "1:\xef\xbb\xbf" "a"); /* JSON has none */
}

TEST(records_of_csv_are_numbered_by_the_line_they_begin_on)
{
    check("a,b\r\n\"c\nd\",e\n\nf", LINES_OF_CSV, "1:a|b;2:c\nd|e;5:f");
    check("\xef\xbb\xbf" "a,b\n", LINES_OF_CSV, "1:a|b");
    check("\xef\xbb\xbf", LINES_OF_CSV, "");
    check("a\n\"b\nc,d\ne\n", LINES_OF_CSV, "1:a;2!a quoted cell has no end;3:c|d;4:e");
    check("a\xff\nb\n", LINES_OF_CSV, "1!it is not UTF-8;2:b");
}

/* With a line of that many bytes between two short ones. */
static void
check_length(size_t length, const char *wanted, enum line_format format)
{
    char *body = malloc(length + 5);

    memset(body, 'x', length + 5);
    memcpy(body, "a\n", 2);
    memcpy(body + 2 + length, "\nb\n", 3);
    for (size_t piece = 1000; piece < 200000; piece *= 7) {
        const char *said = cut(body, length + 5, format, piece, 1);

        if (strcmp(said, wanted) != 0)
            fail_msg("%zu bytes in pieces of %zu: \"%s\"", length, piece, said);
    }
    free(body);
}

TEST(a_line_that_is_too_long_is_said_once_and_the_next_is_read)
{
    static const char good[] = "1:a;2:;3:b", bad[] = "1:a;2!it is longer than 64 KiB;3:b";
    static const size_t lengths[] = {65537, 81919, 81920, 81921, 163840, 1000000};

    check_length(65536, good, LINES_OF_JSON);
    for (size_t i = 0; i < COUNT(lengths); i++) {
        check_length(lengths[i], bad, LINES_OF_JSON);
        check_length(lengths[i], bad, LINES_OF_CSV);
    }
}

TEST(random_bodies_are_cut_alike_in_any_pieces)
{
    static const char alphabet[] = "ab,\"\r\n\n\n ";

    for (int run = 0; run < 400; run++) {
        enum line_format format = run % 2 ? LINES_OF_CSV : LINES_OF_JSON;
        char body[120], whole[4000];
        size_t length = (size_t)chance(sizeof(body));

        for (size_t i = 0; i < length; i++)
            body[i] = alphabet[(size_t)chance(sizeof(alphabet) - 1)];
        snprintf(whole, sizeof(whole), "%s", cut(body, length, format, 1 << 20, (unsigned)seed));
        for (size_t piece = 1; piece < 20; piece += 3)
            assert_string_equal(cut(body, length, format, piece, (unsigned)seed), whole);
    }
}

static const struct wg_problem *
break_off(void *context, char *bytes, size_t room, size_t *got, const char **detail)
{
    (void)context;
    (void)bytes;
    (void)room;
    *got = 0;
    *detail = "gone";
    return &wg_malformed;
}

TEST(a_body_that_breaks_off_is_a_problem)
{
    const struct upload upload = {.read = break_off};
    const char *detail = NULL;
    struct lines lines;
    struct line line;
    bool more;

    wg_arena_reset(&arena);
    assert_true(lines_begin(&lines, &upload, LINES_OF_JSON, &arena));
    assert_ptr_equal(lines_next(&lines, &arena, &line, &more, &detail), &wg_malformed);
    assert_string_equal(detail, "gone");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_of_json_end_with_a_line_feed_or_with_the_body),
        cmocka_unit_test(records_of_csv_are_numbered_by_the_line_they_begin_on),
        cmocka_unit_test(a_line_that_is_too_long_is_said_once_and_the_next_is_read),
        cmocka_unit_test(random_bodies_are_cut_alike_in_any_pieces),
        cmocka_unit_test(a_body_that_breaks_off_is_a_problem),
    };
    int failed;

    wg_arena_init(&arena, 1 << 24);
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    wg_arena_finish(&arena);
    return failed;
}
