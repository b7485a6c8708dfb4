/* table.c - tables: a header for each row and each column, figures under one another. */
#include <wellgate/html.h>

#include <assert.h>

static void
put_headings(struct wg_html *html)
{
    wg_html_open(html, "thead");
    wg_html_open(html, "tr");
    for (size_t i = 0; i < html->n_columns; i++) {
        wg_html_open(html, "th");
        wg_html_attribute(html, "scope", "col");
        wg_html_attribute(html, "class", html->columns[i].numeric ? "numeric" : NULL);
        wg_html_text(html, html->columns[i].heading);
        wg_html_close(html, "th");
    }
    wg_html_close(html, "tr");
    wg_html_close(html, "thead");
}

/* A wide one is scrolled within its frame, which the keyboard can reach. */
void
wg_table_begin(struct wg_html *html, const char *caption, const struct wg_column *columns,
               size_t n)
{
    assert(!html->columns && n > 0);
    html->columns = columns;
    html->n_columns = n;
    wg_html_open(html, "div");
    wg_html_attribute(html, "class", "scroll");
    wg_html_attribute(html, "role", "group");
    wg_html_attribute(html, "aria-label", caption);
    wg_html_attribute(html, "tabindex", "0");
    wg_html_open(html, "table");
    wg_html_element(html, "caption", NULL, caption);
    put_headings(html);
    wg_html_open(html, "tbody");
}

void
wg_table_end(struct wg_html *html)
{
    wg_html_close(html, "tbody");
    wg_html_close(html, "table");
    wg_html_close(html, "div");
    html->columns = NULL;
}

static void
row_begin(struct wg_html *html, const char *class)
{
    assert(html->columns);
    html->column = 0;
    wg_html_open(html, "tr");
    wg_html_attribute(html, "class", class);
}

void
wg_row_begin(struct wg_html *html)
{
    row_begin(html, NULL);
}

void
wg_total_begin(struct wg_html *html)
{
    row_begin(html, "total");
}

void
wg_row_end(struct wg_html *html)
{
    assert(html->column == html->n_columns);
    wg_html_close(html, "tr");
}

void
wg_cell_begin(struct wg_html *html)
{
    bool first = html->column == 0;

    assert(html->columns && html->column < html->n_columns);
    wg_html_open(html, first ? "th" : "td");
    wg_html_attribute(html, "scope", first ? "row" : NULL);
    wg_html_attribute(html, "class", html->columns[html->column].numeric ? "numeric" : NULL);
}

void
wg_cell_end(struct wg_html *html)
{
    wg_html_close(html, html->column == 0 ? "th" : "td");
    html->column++;
}

void
wg_cell(struct wg_html *html, const char *text)
{
    wg_cell_begin(html);
    wg_html_text(html, text);
    wg_cell_end(html);
}

/* One whose text was made for it. */
static void
made_cell(struct wg_html *html, const char *text)
{
    html->failed |= !text;
    wg_cell(html, text);
}

void
wg_cell_link(struct wg_html *html, const char *text, const char *path)
{
    wg_cell_begin(html);
    wg_html_link(html, text, path);
    wg_cell_end(html);
}

void
wg_cell_money(struct wg_html *html, const char *currency, int64_t minor)
{
    made_cell(html, wg_text_money(html->arena, currency, minor));
}

void
wg_cell_amount(struct wg_html *html, const char *currency, const char *amount)
{
    made_cell(html, wg_text_amount(html->arena, currency, amount));
}

void
wg_cell_count(struct wg_html *html, int64_t count)
{
    made_cell(html, wg_text_count(html->arena, count));
}

void
wg_cell_percent(struct wg_html *html, int64_t part, int64_t whole, int digits)
{
    made_cell(html, wg_text_percent(html->arena, part, whole, digits));
}

void
wg_row(struct wg_html *html, const char *const *cells)
{
    wg_row_begin(html);
    for (size_t i = 0; i < html->n_columns; i++)
        wg_cell(html, cells[i]);
    wg_row_end(html);
}
