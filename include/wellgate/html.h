/*
 * html.h - pages for people to read: HTML that cannot but be well-formed.
 *
 *     struct wg_html html;
 *
 *     wg_page_begin(&html, wg_call_arena(call), &(struct wg_page){
 *         .title = "July to September 2016", .context = "Ways to Wellness"});
 *     wg_html_heading(&html, 2, "Due");
 *     wg_html_paragraph(&html, due);
 *     return wg_page_end(&html, text) ? NULL : wg_no_memory(call);
 *
 * Escaped by construction: text and the values of attributes go in through functions
 * that escape them, elements and attributes are literals of a known kind. There is no
 * way to put markup in, nor a script, a style or a link to anything but a path of this
 * gateway. Elements are closed in the order that nests them; what is not asserts, for it
 * is a fault of the code, and never depends on what is shown.
 *
 * Texts are UTF-8; a byte that is not, or a control character, becomes U+FFFD. A NULL
 * text is an empty one. Memory is the arena's. Past it the writer goes on in silence and
 * wg_page_end says so, so that nothing else need be checked.
 *
 * Pages work without scripts and meet WCAG 2.2 AA if headings go down a level at a time.
 * The gateway sends them with a Content-Security-Policy under which nothing but the
 * stylesheet is loaded: no style attributes, no images.
 */
#ifndef WELLGATE_HTML_H
#define WELLGATE_HTML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <wellgate/call.h> /* struct wg_bytes */
#include <wellgate/text.h>

#define WG_HTML_MEDIA_TYPE "text/html; charset=utf-8" /* of a struct wg_view */
#define WG_HTML_DEPTH_MAX 64

struct wg_column;

/* Begun by wg_html_begin or wg_page_begin; its members are the writer's own. */
struct wg_html {
    struct wg_arena *arena;
    char *text;
    size_t length, capacity;
    bool failed;                           /* past the arena */
    bool in_tag;                           /* attributes may follow */
    const char *open[WG_HTML_DEPTH_MAX];   /* elements, the innermost last */
    size_t depth;
    const struct wg_page *page;            /* NULL: none */
    const struct wg_column *columns;       /* of the table that is open */
    size_t n_columns, column;              /* column: of the next cell */
    unsigned charts;                       /* so far: their ids */
};

/* ---- The writer ---- */

/* A fragment; a page is begun by wg_page_begin. */
void wg_html_begin(struct wg_html *html, struct wg_arena *arena);

/* The fragment's bytes; asserts that every element is closed. false: past the arena. */
bool wg_html_end(struct wg_html *html, struct wg_bytes *text);

/*
 * Begin an element.
 *
 * element  a literal, in lower case: letters, digits and dashes. script, style, iframe,
 *          object and embed assert. One that HTML has no end tag for (br, input, meta,
 *          ...) is not closed
 */
void wg_html_open(struct wg_html *html, const char *element);

/*
 * An attribute of the element that was begun last, before anything is put in it.
 *
 * name   a literal; those that run or load something (on..., style, src, srcdoc, ...)
 *        assert, and so do href and action: use wg_html_href and wg_html_action
 * value  NULL: the attribute is left out
 */
void wg_html_attribute(struct wg_html *html, const char *name, const char *value);
void wg_html_attributef(struct wg_html *html, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* href or action: a path of this gateway ("/v1/...", not "//") or a part of the page
 * ("#main"). Any other value is left out: the link leads nowhere. */
void wg_html_href(struct wg_html *html, const char *path);
void wg_html_action(struct wg_html *html, const char *path);

void wg_html_text(struct wg_html *html, const char *text);
void wg_html_textf(struct wg_html *html, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* End the innermost element, which is this one. */
void wg_html_close(struct wg_html *html, const char *element);

/* An element with nothing but text in it; class NULL: none. */
void wg_html_element(struct wg_html *html, const char *element, const char *class,
                     const char *text);

/* ---- A page ---- */

struct wg_crumb {
    const char *text, *href; /* href NULL: it is not open to the reader */
};

struct wg_page {
    const char *title;   /* of the page, and its only heading of level 1 */
    const char *context; /* what it is of, above that: "Ways to Wellness, main contract"; or NULL */
    const struct wg_crumb *crumbs; /* where it lies, the topmost first; without itself */
    size_t n_crumbs;
    const char *data_date;  /* "2016-10-31": its figures are as known then; or NULL */
    const char *provenance; /* where they come from, in a sentence or two; or NULL */
    const char *lang;       /* NULL: "en-GB" */
    bool draft;             /* each sheet of paper says so at its head */
};

/* Up to within <main>, behind the title. page must stay until wg_page_end. */
void wg_page_begin(struct wg_html *html, struct wg_arena *arena, const struct wg_page *page);

/* The footer, and the page's bytes. false: past the arena, wg_no_memory. */
bool wg_page_end(struct wg_html *html, struct wg_bytes *text);

/* The crumbs of a resource: one for each record above it, in the arena, n of them.
 * "programmes/x/contracts/y/statements/z" has two. NULL past the arena. */
const struct wg_crumb *wg_page_crumbs(struct wg_arena *arena, const char *name, size_t *n);

/* The one stylesheet, which the gateway serves at this path; a changed one has another. */
const char *wg_stylesheet_path(void);
struct wg_bytes wg_stylesheet(void);

/* ---- What pages are made of ---- */

void wg_html_heading(struct wg_html *html, int level, const char *text); /* 2 to 4 */
void wg_html_paragraph(struct wg_html *html, const char *text);
void wg_html_link(struct wg_html *html, const char *text, const char *path);

/* A link to a resource by its name: to /v1/name, with its last id as the text. */
void wg_html_link_name(struct wg_html *html, const char *name);

/* Where the next page of a list is; path NULL: this is the last. */
void wg_html_next(struct wg_html *html, const char *path);

/* Links beside one another, for where to go on from here; not on paper. label: what they are,
 * for who hears the page. */
void wg_links_begin(struct wg_html *html, const char *label);
void wg_links_item(struct wg_html *html, const char *text, const char *path);
void wg_links_end(struct wg_html *html);

/* What is there on paper only: a place to sign, whose empty cells leave room to write. */
void wg_paper_begin(struct wg_html *html);
void wg_paper_end(struct wg_html *html);

/* Text set off from the rest: something to know. */
void wg_html_inset(struct wg_html *html, const char *text);

enum wg_notice {
    WG_NOTICE_INFORMATION,
    WG_NOTICE_SUCCESS,
    WG_NOTICE_WARNING,
};

/* A banner with a heading of its own, for what has to be seen first: "Disputed". */
void wg_html_notice(struct wg_html *html, enum wg_notice kind, const char *title,
                    const char *text);

enum wg_tag {
    WG_TAG_NEUTRAL, /* grey: a draft */
    WG_TAG_ACTIVE,  /* blue */
    WG_TAG_GOOD,    /* green: approved */
    WG_TAG_CAUTION, /* yellow */
    WG_TAG_BAD,     /* red: disputed */
};

/* A state in a word or two, which the colour only repeats. */
void wg_html_tag(struct wg_html *html, enum wg_tag kind, const char *text);

/* What is folded away until asked for; on paper only where it was. */
void wg_html_details_begin(struct wg_html *html, const char *summary);
void wg_html_details_end(struct wg_html *html);

/* Facts by name: <dl>. Between row_begin and row_end stands whatever the value is made of. */
void wg_summary_begin(struct wg_html *html);
void wg_summary_row(struct wg_html *html, const char *key, const char *value);
void wg_summary_row_begin(struct wg_html *html, const char *key);
void wg_summary_row_end(struct wg_html *html);
void wg_summary_end(struct wg_html *html);

/* A few figures to see at a glance, large: between begin and end, one each. note: a line
 * beneath, or NULL. */
void wg_figures_begin(struct wg_html *html);
void wg_figure(struct wg_html *html, const char *label, const char *value, const char *note);
void wg_figures_end(struct wg_html *html);

/* ---- Tables ---- */

struct wg_column {
    const char *heading;
    bool numeric; /* set to the right, in figures of one width */
};

/*
 * A table. Then rows: row_begin, a cell for each column in turn, row_end; then table_end.
 * The first cell of a row is its header. On paper the headings are repeated on each page
 * and no row is broken.
 *
 * caption  says what the table is of
 * columns  stay until wg_table_end; n from 1
 */
void wg_table_begin(struct wg_html *html, const char *caption, const struct wg_column *columns,
                    size_t n);
void wg_table_end(struct wg_html *html);

void wg_row_begin(struct wg_html *html);

/* A row of sums: after the others, set off from them. */
void wg_total_begin(struct wg_html *html);
void wg_row_end(struct wg_html *html);

/* One cell. NULL or "" as text: an empty one. */
void wg_cell(struct wg_html *html, const char *text);
void wg_cell_link(struct wg_html *html, const char *text, const char *path);
void wg_cell_money(struct wg_html *html, const char *currency, int64_t minor);
void wg_cell_amount(struct wg_html *html, const char *currency, const char *amount);
void wg_cell_count(struct wg_html *html, int64_t count);
void wg_cell_percent(struct wg_html *html, int64_t part, int64_t whole, int digits);

/* One whose contents stand in between: a tag, a sparkline. */
void wg_cell_begin(struct wg_html *html);
void wg_cell_end(struct wg_html *html);

/* A whole row of texts, one for each column. */
void wg_row(struct wg_html *html, const char *const *cells);

#endif
