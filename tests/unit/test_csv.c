/* test_csv.c - records are read as RFC 4180 has them, in any pieces. */
#include <wellgate/csv.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "chance.h"

#define TEST(name) static void name(void **state __attribute__((unused)))
#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static struct wg_arena arena;

static int
begin(void **state)
{
    (void)state;
    wg_arena_init(&arena, 1 << 22);
    return 0;
}

static int
end(void **state)
{
    (void)state;
    wg_arena_finish(&arena);
    return 0;
}

/* All records of a text: "a|b;c|d", a faulty line as "!fault". */
static const char *
records(const char *text, size_t length)
{
    const char *said = "";

    for (size_t at = wg_csv_mark(text, length); at < length;) {
        struct wg_csv_record record;
        enum wg_csv state = wg_csv_read(&arena, text + at, length - at, true, &record);

        assert_true(state == WG_CSV_RECORD || state == WG_CSV_WRONG);
        assert_in_range(record.bytes, 1, length - at);
        if (*said)
            said = wg_format(&arena, "%s;", said);
        if (state == WG_CSV_WRONG)
            said = wg_format(&arena, "%s!%s", said, record.fault);
        for (size_t i = 0; state == WG_CSV_RECORD && i < record.n_cells; i++)
            said = wg_format(&arena, "%s%s%s", said, i ? "|" : "", record.cells[i]);
        at += record.bytes;
    }
    return said;
}

struct row {
    const char *text, *wanted;
};

static void
check_all(const struct row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const char *said = records(rows[i].text, strlen(rows[i].text));

        if (strcmp(said, rows[i].wanted) != 0)
            fail_msg("\"%s\" is \"%s\", not \"%s\"", rows[i].text, said, rows[i].wanted);
    }
}

TEST(cells_are_parted_by_commas_and_records_by_either_line_end)
{
    static const struct row rows[] = {
        {"a,b\r\nc,d\r\n", "a|b;c|d"},
        {"a,b\nc,d", "a|b;c|d"},
        {"a\n\nb\n", "a;;b"},
        {",\n", "|"},
        {"a,\n,b", "a|;|b"},
        {" a , b \n", " a | b "},
        {"\xef\xbb\xbf" "a,b\n", "a|b"},
        {"\xef\xbb\xbf", ""},
    };

    check_all(rows, COUNT(rows));
}

TEST(a_quoted_cell_holds_anything)
{
    static const struct row rows[] = {
        {"\"a\",\"b\"\n", "a|b"},
        {"\"a,b\",c\n", "a,b|c"},
        {"\"a\r\nb\",c\n", "a\r\nb|c"},
        {"\"say \"\"hi\"\"\"\n", "say \"hi\""},
        {"\"\",\"\"\"\"\n", "|\""},
        {"\"\"\"\"\"\"", "\"\""},
        {"a,\"b\"", "a|b"},
    };

    check_all(rows, COUNT(rows));
}

TEST(a_faulty_line_is_passed_and_the_next_is_read)
{
    static const struct row rows[] = {
        {"a\"b\nc\n", "!a quote stands in a cell without quotes;c"},
        {"\"a\"b\nc\n", "!something stands behind a closing quote;c"},
        {"\"a\" ,b\nc\n", "!something stands behind a closing quote;c"},
        {"a\rb\nc\n", "!a carriage return stands alone;c"},
        {"a\r", "!a carriage return stands alone"},
        {"\"a\nb,c\nd", "!a quoted cell has no end;b|c;d"},
        {"\"", "!a quoted cell has no end"},
        {"\"a\"\"", "!a quoted cell has no end"},
    };

    check_all(rows, COUNT(rows));
    assert_string_equal(records("a\0b\nc\n", 6), "!it holds a NUL;c");
    assert_string_equal(records("\"a\0b\"\nc\n", 8), "!it holds a NUL;c");
}

TEST(lines_are_counted_within_cells)
{
    struct wg_csv_record record;
    const char *text = "\"a\n\nb\",c\r\nd";

    assert_int_equal(wg_csv_read(&arena, text, strlen(text), true, &record), WG_CSV_RECORD);
    assert_int_equal(record.lines, 3);
    assert_int_equal(record.bytes, strlen(text) - 1);
}

TEST(a_record_cut_anywhere_asks_for_more)
{
    static const char *const texts[] = {"a,\"b\"\"c\r\nd\",e\r\n", "x\n", "\"\"\r\n", "a\"b\n"};

    for (size_t i = 0; i < COUNT(texts); i++)
        for (size_t cut = 1; cut < strlen(texts[i]); cut++) {
            /* Just as long as it is, so that a sanitizer sees a byte too far. */
            char *part = malloc(cut);
            struct wg_csv_record record;

            memcpy(part, texts[i], cut);
            if (wg_csv_read(&arena, part, cut, false, &record) != WG_CSV_MORE)
                fail_msg("text %zu is whole after %zu bytes", i, cut);
            free(part);
        }
}

/* What a writer makes of cells is read as these cells again. */
TEST(random_cells_come_back)
{
    static const char alphabet[] = "ab,\"\r\n \xc3\xa9;";

    sow();
    for (int run = 0; run < 3000; run++) {
        char cells[4][8], text[200];
        size_t length = 0;
        struct wg_csv_record record;

        wg_arena_reset(&arena);
        for (int i = 0; i < 4; i++) {
            size_t n = (size_t)chance(8);

            for (size_t c = 0; c < n; c++)
                cells[i][c] = alphabet[(size_t)chance(sizeof(alphabet) - 1)];
            cells[i][n] = '\0';
            text[length++] = '"';
            for (const char *c = cells[i]; *c; c++) {
                text[length++] = *c;
                if (*c == '"')
                    text[length++] = '"';
            }
            text[length++] = '"';
            text[length++] = i < 3 ? ',' : '\n';
        }
        assert_int_equal(wg_csv_read(&arena, text, length, false, &record), WG_CSV_RECORD);
        assert_int_equal(record.bytes, length);
        assert_int_equal(record.n_cells, 4);
        for (int i = 0; i < 4; i++)
            assert_string_equal(record.cells[i], cells[i]);
    }
}

TEST(cells_are_parted_by_other_marks_where_they_are_told)
{
    static const char text[] = "a;\"b;c\";1,5\r\nd;e;f";
    struct wg_csv_record record;

    assert_int_equal(wg_csv_read_by(&arena, text, strlen(text), true, ';', &record), WG_CSV_RECORD);
    assert_int_equal(record.n_cells, 3);
    assert_string_equal(record.cells[1], "b;c");
    assert_string_equal(record.cells[2], "1,5");
    assert_int_equal(wg_csv_read_by(&arena, "a\tb\n", 4, true, '\t', &record), WG_CSV_RECORD);
    assert_int_equal(record.n_cells, 2);
}

TEST(without_memory_nothing_is_read)
{
    struct wg_csv_record record;
    struct wg_arena small;

    wg_arena_init(&small, 16);
    assert_int_equal(wg_csv_read(&small, "a,b,c,d,e\n", 10, true, &record), WG_CSV_MEMORY);
    wg_arena_finish(&small);
}

/* ---- Writing ---- */

static void
check_written(const char *const *cells, size_t n, const char *wanted)
{
    struct wg_csv_writer csv = {.arena = &arena};

    wg_csv_row(&csv, cells, n);
    assert_false(csv.failed);
    assert_int_equal(csv.length, strlen(wanted));
    assert_memory_equal(csv.text, wanted, csv.length);
}

TEST(cells_are_quoted_where_they_must_be)
{
    check_written((const char *[]){"a", NULL, "1.50", "-2"}, 4, "a,,1.50,-2\r\n");
    check_written((const char *[]){"a,b", "c\"d", "e\nf"}, 3, "\"a,b\",\"c\"\"d\",\"e\nf\"\r\n");
}

TEST(what_a_spreadsheet_would_reckon_is_shown_to_be_text)
{
    check_written((const char *[]){"=1+1", "+a", "@x", "-a", "-"}, 5,
                  "\"'=1+1\",\"'+a\",\"'@x\",\"'-a\",\"'-\"\r\n");
}

TEST(without_memory_nothing_is_written)
{
    struct wg_arena small;
    struct wg_csv_writer csv = {.arena = &small};

    wg_arena_init(&small, 16);
    wg_csv_cell(&csv, "a");
    wg_csv_end_row(&csv);
    assert_true(csv.failed);
    assert_int_equal(csv.length, 0);
    wg_arena_finish(&small);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cells_are_parted_by_commas_and_records_by_either_line_end),
        cmocka_unit_test(a_quoted_cell_holds_anything),
        cmocka_unit_test(a_faulty_line_is_passed_and_the_next_is_read),
        cmocka_unit_test(lines_are_counted_within_cells),
        cmocka_unit_test(a_record_cut_anywhere_asks_for_more),
        cmocka_unit_test(random_cells_come_back),
        cmocka_unit_test(cells_are_parted_by_other_marks_where_they_are_told),
        cmocka_unit_test(without_memory_nothing_is_read),
        cmocka_unit_test(cells_are_quoted_where_they_must_be),
        cmocka_unit_test(what_a_spreadsheet_would_reckon_is_shown_to_be_text),
        cmocka_unit_test(without_memory_nothing_is_written),
    };

    return cmocka_run_group_tests(tests, begin, end);
}
