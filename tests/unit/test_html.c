/* test_html.c - whatever text is put into a page, it stays text. */
#include <wellgate/html.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "chance.h"
#include "../../api/rpc/utf8.h"

#define TEST(name) static void name(void **state __attribute__((unused)))
#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

#define REPLACED "\xef\xbf\xbd"

static struct wg_arena arena;
static struct wg_html html;

static int
begin(void **state)
{
    (void)state;
    wg_arena_init(&arena, 1 << 24);
    return 0;
}

static int
end(void **state)
{
    (void)state;
    wg_arena_finish(&arena);
    return 0;
}

/* What was written since wg_html_begin. */
static const char *
written(void)
{
    struct wg_bytes text;

    assert_true(wg_html_end(&html, &text));
    return wg_copy_bytes(&arena, text.data, text.length);
}

static const char *
as_text(const char *text)
{
    wg_html_begin(&html, &arena);
    wg_html_text(&html, text);
    return written();
}

static const char *
as_value(const char *text)
{
    wg_html_begin(&html, &arena);
    wg_html_open(&html, "br");
    wg_html_attribute(&html, "title", text);
    return written();
}

/* ---- Escaping ---- */

TEST(text_and_values_are_escaped)
{
    static const struct {
        const char *text, *wanted;
    } cases[] = {
        {"plain", "plain"},
        {"", ""},
        {"<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"},
        {"\" onload=\"x", "&quot; onload=&quot;x"},
        {"' onload='x", "&#39; onload=&#39;x"},
        {"&amp;", "&amp;amp;"},
        {"]]>", "]]&gt;"},
        {"<!--", "&lt;!--"},
        {"\xc2\xa3" "5 \xe2\x82\xac" "6", "\xc2\xa3" "5 \xe2\x82\xac" "6"},
        {"\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80"},
        {"a\tb\nc", "a\tb\nc"},
        /* Not UTF-8: cut, overlong, a surrogate, beyond the last, a stray byte. */
        {"\xc2", REPLACED},
        {"\xc0\xbc" "script", REPLACED REPLACED "script"},
        {"\xe0\x80\xbc", REPLACED REPLACED REPLACED},
        {"\xed\xa0\x80", REPLACED REPLACED REPLACED},
        {"\xf4\x90\x80\x80", REPLACED REPLACED REPLACED REPLACED},
        {"\xbc", REPLACED},
        /* Control characters, and what turns the direction of reading. */
        {"a\x01" "b\x1b[2J", "a" REPLACED "b" REPLACED "[2J"},
        {"\xc2\x85", REPLACED},
        {"\xe2\x80\xae" "gpj", REPLACED "gpj"},
        {"\xe2\x81\xa6" "x", REPLACED "x"},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *value = wg_format(&arena, "<br title=\"%s\">", cases[i].wanted);

        if (strcmp(as_text(cases[i].text), cases[i].wanted) != 0)
            fail_msg("\"%s\" is \"%s\"", cases[i].text, as_text(cases[i].text));
        if (strcmp(as_value(cases[i].text), value) != 0)
            fail_msg("\"%s\" is \"%s\"", cases[i].text, as_value(cases[i].text));
    }
}

TEST(a_text_that_is_missing_is_empty_and_such_an_attribute_left_out)
{
    assert_string_equal(as_text(NULL), "");
    assert_string_equal(as_value(NULL), "<br>");
}

/* Only the five references and no character that markup is made of. */
static bool
is_inert(const char *text)
{
    static const char *const references[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&#39;"};

    for (; *text; text++) {
        bool known = *text != '&';

        if (strchr("<>\"'", *text))
            return false;
        for (size_t i = 0; i < COUNT(references); i++)
            known |= strncmp(text, references[i], strlen(references[i])) == 0;
        if (!known)
            return false;
    }
    return true;
}

TEST(random_bytes_are_inert_and_utf8)
{
    sow();
    srand((unsigned)seed);
    for (int round = 0; round < 20000; round++) {
        char text[40];
        int length = rand() % 39;
        const char *out;

        for (int i = 0; i < length; i++)
            text[i] = rand() % 3 ? (char)(1 + rand() % 255) : "<>&\"'/="[rand() % 7];
        text[length] = '\0';
        out = as_text(text);
        if (!is_inert(out) || !utf8_valid(out, strlen(out)))
            fail_msg("round %d: \"%s\"", round, out);
        wg_arena_reset(&arena);
    }
}

TEST(a_link_leads_to_a_path_of_this_gateway_or_nowhere)
{
    static const char *const paths[] = {"/", "/v1/programmes/x", "#main", "?pageToken=x"};
    static const char *const others[] = {
        "//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)",
        " javascript:alert(1)", "\x01javascript:alert(1)", "data:text/html,x", "x", "", "\\/x",
    };

    for (size_t i = 0; i < COUNT(paths); i++) {
        wg_html_begin(&html, &arena);
        wg_html_link(&html, "x", paths[i]);
        assert_string_equal(written(), wg_format(&arena, "<a href=\"%s\">x</a>", paths[i]));
    }
    for (size_t i = 0; i < COUNT(others); i++) {
        wg_html_begin(&html, &arena);
        wg_html_link(&html, "x", others[i]);
        assert_string_equal(written(), "<a>x</a>");
    }
}

TEST(a_long_formatted_text_is_escaped_whole)
{
    char text[1000] = "";
    const char *out;

    memset(text, '<', sizeof(text) - 1);
    wg_html_begin(&html, &arena);
    wg_html_textf(&html, "%s|", text);
    out = written();
    assert_int_equal(strlen(out), 4 * (sizeof(text) - 1) + 1);
    assert_true(is_inert(out));
}

/* ---- Faults of code ---- */

static void open_script(void) { wg_html_open(&html, "script"); }
static void open_style(void) { wg_html_open(&html, "STYLE"); }
static void open_odd(void) { wg_html_open(&html, "p onload=x"); }
static void set_handler(void) { wg_html_open(&html, "p"); wg_html_attribute(&html, "onclick", "x"); }
static void set_style(void) { wg_html_open(&html, "p"); wg_html_attribute(&html, "style", "x"); }
static void set_src(void) { wg_html_open(&html, "p"); wg_html_attribute(&html, "src", "x"); }
static void set_href(void) { wg_html_open(&html, "a"); wg_html_attribute(&html, "href", "x"); }
static void set_late(void) { wg_html_open(&html, "p"); wg_html_text(&html, "x"); wg_html_attribute(&html, "id", "x"); }
static void close_other(void) { wg_html_open(&html, "p"); wg_html_open(&html, "a"); wg_html_close(&html, "p"); }
static void close_none(void) { wg_html_close(&html, "p"); }
static void leave_open(void) { struct wg_bytes text; wg_html_open(&html, "p"); wg_html_end(&html, &text); }
static void nest_paragraphs(void) { wg_html_open(&html, "p"); wg_html_open(&html, "div"); }
static void short_row(void)
{
    static const struct wg_column columns[] = {{"a"}, {"b"}};

    wg_table_begin(&html, "t", columns, 2);
    wg_row_begin(&html);
    wg_cell(&html, "x");
    wg_row_end(&html);
}

static bool
aborts(void (*function)(void))
{
    pid_t child = fork();
    int status;

    if (child == 0) {
        fclose(stderr);
        wg_html_begin(&html, &arena);
        function();
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

TEST(what_could_be_no_page_or_could_run_asserts)
{
    static void (*const faults[])(void) = {
        open_script, open_style, open_odd, set_handler, set_style, set_src, set_href, set_late,
        close_other, close_none, leave_open, nest_paragraphs, short_row,
    };

    for (size_t i = 0; i < COUNT(faults); i++)
        if (!aborts(faults[i]))
            fail_msg("fault %zu was let pass", i);
}

/* ---- Pages ---- */

TEST(a_page_has_its_frame)
{
    static const struct wg_crumb crumbs[] = {{"Programmes & more", "/v1/programmes"}};
    const struct wg_page page = {.title = "A < B", .context = "C", .crumbs = crumbs, .n_crumbs = 1,
                                 .data_date = "2016-10-31", .provenance = "Terms 3."};
    static const char *const parts[] = {
        "<!DOCTYPE html>\n<html lang=\"en-GB\"><head><meta charset=\"utf-8\">",
        "<title>A &lt; B \xe2\x80\x93 C \xe2\x80\x93 Wellgate</title>",
        "<a class=\"skip\" href=\"#main\">Skip to main content</a>",
        "<nav class=\"crumbs\" aria-label=\"Breadcrumb\"><ol><li>"
        "<a href=\"/v1/programmes\">Programmes &amp; more</a>",
        "<main id=\"main\"><p class=\"context\">C</p><h1>A &lt; B</h1><p>x</p></main>",
        "<footer><div class=\"width\"><p>Figures as known on 31 October 2016.</p><p>Terms 3.</p>",
        "</body></html>",
    };
    struct wg_bytes text;
    const char *out, *at;

    wg_page_begin(&html, &arena, &page);
    wg_html_paragraph(&html, "x");
    assert_true(wg_page_end(&html, &text));
    at = out = wg_copy_bytes(&arena, text.data, text.length);
    for (size_t i = 0; i < COUNT(parts); i++)
        if (!(at = strstr(at, parts[i])))
            fail_msg("%s is not there, or not in its place:\n%s", parts[i], out);
}

TEST(the_crumbs_of_a_name_are_the_records_above_it)
{
    size_t n;
    const struct wg_crumb *crumbs =
        wg_page_crumbs(&arena, "programmes/x/contracts/y/statements/z", &n);

    assert_int_equal(n, 2);
    assert_string_equal(crumbs[0].text, "x");
    assert_string_equal(crumbs[0].href, "/v1/programmes/x");
    assert_string_equal(crumbs[1].text, "y");
    assert_string_equal(crumbs[1].href, "/v1/programmes/x/contracts/y");
    wg_page_crumbs(&arena, "programmes/x", &n);
    assert_int_equal(n, 0);
}

TEST(a_table_has_headers_for_rows_and_columns_and_a_row_of_sums)
{
    static const struct wg_column columns[] = {{"Payer"}, {"Due", .numeric = true}};

    wg_html_begin(&html, &arena);
    wg_table_begin(&html, "Due by payer", columns, 2);
    wg_row_begin(&html);
    wg_cell(&html, "A");
    wg_cell_money(&html, "GBP", 123450);
    wg_row_end(&html);
    wg_total_begin(&html);
    wg_cell(&html, "Total");
    wg_cell_amount(&html, "GBP", "-0.05");
    wg_row_end(&html);
    wg_table_end(&html);
    assert_string_equal(written(),
        "<div class=\"scroll\" role=\"group\" aria-label=\"Due by payer\" tabindex=\"0\"><table>"
        "<caption>Due by payer</caption><thead><tr><th scope=\"col\">Payer</th>"
        "<th scope=\"col\" class=\"numeric\">Due</th></tr></thead><tbody>"
        "<tr><th scope=\"row\">A</th><td class=\"numeric\">\xc2\xa3" "1,234.50</td></tr>"
        "<tr class=\"total\"><th scope=\"row\">Total</th><td class=\"numeric\">\xe2\x88\x92\xc2\xa3"
        "0.05</td></tr></tbody></table></div>");
}

/* At every limit: the page whole, or said not to be. */
TEST(without_memory_a_page_says_so)
{
    static const struct wg_column columns[] = {{"a"}, {"b", .numeric = true}};
    bool whole = false;

    for (size_t limit = 0; !whole; limit += 512) {
        struct wg_arena small;
        struct wg_bytes text;
        const struct wg_page page = {.title = "x", .data_date = "2016-10-31"};

        assert_in_range(limit, 0, 1 << 20);
        wg_arena_init(&small, limit);
        wg_page_begin(&html, &small, &page);
        wg_table_begin(&html, "t", columns, 2);
        for (int i = 0; i < 100; i++) {
            wg_row_begin(&html);
            wg_cell(&html, "<>");
            wg_cell_count(&html, i);
            wg_row_end(&html);
        }
        wg_table_end(&html);
        wg_html_link_name(&html, "programmes/x");
        if ((whole = wg_page_end(&html, &text)))
            assert_memory_equal((const char *)text.data + text.length - 7, "</html>", 7);
        wg_arena_finish(&small);
    }
}

TEST(the_stylesheet_is_served_under_a_name_of_its_own)
{
    assert_int_equal(strncmp(wg_stylesheet_path(), "/assets/wellgate-", 17), 0);
    assert_int_equal(strlen(wg_stylesheet_path()), strlen("/assets/wellgate-0123456789abcdef.css"));
    assert_true(wg_stylesheet().length > 1000);
    assert_null(memmem(wg_stylesheet().data, wg_stylesheet().length, "url(", 4));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_and_values_are_escaped),
        cmocka_unit_test(a_text_that_is_missing_is_empty_and_such_an_attribute_left_out),
        cmocka_unit_test(random_bytes_are_inert_and_utf8),
        cmocka_unit_test(a_link_leads_to_a_path_of_this_gateway_or_nowhere),
        cmocka_unit_test(a_long_formatted_text_is_escaped_whole),
        cmocka_unit_test(what_could_be_no_page_or_could_run_asserts),
        cmocka_unit_test(a_page_has_its_frame),
        cmocka_unit_test(the_crumbs_of_a_name_are_the_records_above_it),
        cmocka_unit_test(a_table_has_headers_for_rows_and_columns_and_a_row_of_sums),
        cmocka_unit_test(without_memory_a_page_says_so),
        cmocka_unit_test(the_stylesheet_is_served_under_a_name_of_its_own),
    };

    return cmocka_run_group_tests(tests, begin, end);
}
