/* page.c - a page from skip link to footer, and the parts that pages are made of. */
#include <wellgate/html.h>

#include <assert.h>
#include <string.h>
#include <wellgate/plugin.h> /* WG_EMBED */

#define PRODUCT "Wellgate"

WG_EMBED(stylesheet, "wellgate.css");

const char *
wg_stylesheet_path(void)
{
    return WG_STYLESHEET_PATH; /* the Makefile's, with the file's hash */
}

struct wg_bytes
wg_stylesheet(void)
{
    return (struct wg_bytes){stylesheet, (size_t)(stylesheet_end - stylesheet)};
}

/* ---- The skeleton ---- */

static void
begin_classed(struct wg_html *html, const char *element, const char *class)
{
    wg_html_open(html, element);
    wg_html_attribute(html, "class", class);
}

static void
put_meta(struct wg_html *html, const char *name, const char *content)
{
    wg_html_open(html, "meta");
    wg_html_attribute(html, "name", name);
    wg_html_attribute(html, "content", content);
}

static void
put_head(struct wg_html *html, const struct wg_page *page)
{
    wg_html_open(html, "head");
    wg_html_open(html, "meta");
    wg_html_attribute(html, "charset", "utf-8");
    put_meta(html, "viewport", "width=device-width, initial-scale=1");
    put_meta(html, "color-scheme", "light");
    wg_html_open(html, "title");
    wg_html_text(html, page->title);
    if (page->context)
        wg_html_textf(html, " \xe2\x80\x93 %s", page->context);
    wg_html_text(html, " \xe2\x80\x93 " PRODUCT);
    wg_html_close(html, "title");
    wg_html_open(html, "link");
    wg_html_attribute(html, "rel", "stylesheet");
    wg_html_href(html, wg_stylesheet_path());
    wg_html_close(html, "head");
}

static void
put_header(struct wg_html *html)
{
    begin_classed(html, "a", "skip");
    wg_html_href(html, "#main");
    wg_html_text(html, "Skip to main content");
    wg_html_close(html, "a");
    begin_classed(html, "header", "top");
    begin_classed(html, "div", "width");
    wg_html_link(html, PRODUCT, "/");
    wg_html_close(html, "div");
    wg_html_close(html, "header");
}

static void
put_crumbs(struct wg_html *html, const struct wg_page *page)
{
    begin_classed(html, "nav", "crumbs");
    wg_html_attribute(html, "aria-label", "Breadcrumb");
    wg_html_open(html, "ol");
    for (size_t i = 0; i < page->n_crumbs; i++) {
        wg_html_open(html, "li");
        if (page->crumbs[i].href)
            wg_html_link(html, page->crumbs[i].text, page->crumbs[i].href);
        else
            wg_html_text(html, page->crumbs[i].text);
        wg_html_close(html, "li");
    }
    wg_html_close(html, "ol");
    wg_html_close(html, "nav");
}

void
wg_page_begin(struct wg_html *html, struct wg_arena *arena, const struct wg_page *page)
{
    static const char doctype[] = "<!DOCTYPE html>\n";

    wg_html_begin(html, arena);
    html->page = page;
    if ((html->text = wg_copy_bytes(arena, doctype, strlen(doctype))))
        html->length = html->capacity = strlen(doctype);
    html->failed = !html->text;
    wg_html_open(html, "html");
    wg_html_attribute(html, "lang", page->lang ? page->lang : "en-GB");
    put_head(html, page);
    wg_html_open(html, "body");
    wg_html_attribute(html, "class", page->draft ? "draft" : NULL);
    put_header(html);
    begin_classed(html, "div", "width");
    if (page->n_crumbs)
        put_crumbs(html, page);
    wg_html_open(html, "main");
    wg_html_attribute(html, "id", "main");
    if (page->context)
        wg_html_element(html, "p", "context", page->context);
    wg_html_element(html, "h1", NULL, page->title);
}

static void
put_footer(struct wg_html *html, const struct wg_page *page)
{
    wg_html_open(html, "footer");
    begin_classed(html, "div", "width");
    if (page->data_date) {
        const char *date = wg_text_date_of(html->arena, page->data_date);

        html->failed |= !date;
        wg_html_open(html, "p");
        wg_html_textf(html, "Figures as known on %s.", date ? date : "");
        wg_html_close(html, "p");
    }
    if (page->provenance)
        wg_html_paragraph(html, page->provenance);
    if (!page->data_date && !page->provenance)
        wg_html_paragraph(html, PRODUCT);
    wg_html_close(html, "div");
    wg_html_close(html, "footer");
}

bool
wg_page_end(struct wg_html *html, struct wg_bytes *text)
{
    wg_html_close(html, "main");
    wg_html_close(html, "div");
    put_footer(html, html->page);
    wg_html_close(html, "body");
    wg_html_close(html, "html");
    return wg_html_end(html, text);
}

/* ---- Names ---- */

static size_t
pairs_of(const char *name)
{
    size_t slashes = 0;

    for (; *name; name++)
        slashes += *name == '/';
    return (slashes + 1) / 2;
}

/* Behind so many collection/id pairs of a name. */
static size_t
length_of_pairs(const char *name, size_t pairs)
{
    const char *next = name;

    for (size_t slashes = 0; *next; next++)
        if (*next == '/' && ++slashes == 2 * pairs)
            break;
    return (size_t)(next - name);
}

const struct wg_crumb *
wg_page_crumbs(struct wg_arena *arena, const char *name, size_t *n)
{
    size_t pairs = pairs_of(name);
    struct wg_crumb *crumbs = wg_alloc_array(arena, pairs, sizeof(*crumbs));

    *n = 0;
    for (size_t i = 0; crumbs && i + 1 < pairs; i++) {
        int length = (int)length_of_pairs(name, i + 1);
        char *href = wg_format(arena, "/v1/%.*s", length, name);

        if (!href)
            return NULL;
        crumbs[i] = (struct wg_crumb){strrchr(href, '/') + 1, href};
        *n = i + 1;
    }
    return crumbs;
}

void
wg_html_link_name(struct wg_html *html, const char *name)
{
    const char *id = strrchr(name, '/');
    const char *path = wg_format(html->arena, "/v1/%s", name);

    html->failed |= !path;
    wg_html_link(html, id ? id + 1 : name, path);
}

/* ---- Text ---- */

void
wg_html_heading(struct wg_html *html, int level, const char *text)
{
    static const char *const elements[] = {"h2", "h3", "h4"};

    assert(level >= 2 && level <= 4);
    wg_html_element(html, elements[level - 2], NULL, text);
}

void
wg_html_paragraph(struct wg_html *html, const char *text)
{
    wg_html_element(html, "p", NULL, text);
}

void
wg_html_link(struct wg_html *html, const char *text, const char *path)
{
    wg_html_open(html, "a");
    wg_html_href(html, path);
    wg_html_text(html, text);
    wg_html_close(html, "a");
}

void
wg_html_next(struct wg_html *html, const char *path)
{
    if (!path)
        return;
    wg_html_open(html, "p");
    wg_html_open(html, "a");
    wg_html_attribute(html, "rel", "next");
    wg_html_href(html, path);
    wg_html_text(html, "Next page");
    wg_html_close(html, "a");
    wg_html_close(html, "p");
}

void
wg_links_begin(struct wg_html *html, const char *label)
{
    begin_classed(html, "nav", "beside");
    wg_html_attribute(html, "aria-label", label);
    wg_html_open(html, "ul");
}

void
wg_links_item(struct wg_html *html, const char *text, const char *path)
{
    wg_html_open(html, "li");
    wg_html_link(html, text, path);
    wg_html_close(html, "li");
}

void
wg_links_end(struct wg_html *html)
{
    wg_html_close(html, "ul");
    wg_html_close(html, "nav");
}

void
wg_paper_begin(struct wg_html *html)
{
    begin_classed(html, "div", "paper");
}

void
wg_paper_end(struct wg_html *html)
{
    wg_html_close(html, "div");
}

void
wg_html_inset(struct wg_html *html, const char *text)
{
    wg_html_element(html, "div", "inset", text);
}

void
wg_html_notice(struct wg_html *html, enum wg_notice kind, const char *title, const char *text)
{
    static const char *const classes[] = {"notice", "notice success", "notice warning"};

    begin_classed(html, "section", classes[kind]);
    wg_html_attribute(html, "aria-label", title);
    wg_html_element(html, "p", "notice-title", title);
    wg_html_paragraph(html, text);
    wg_html_close(html, "section");
}

void
wg_html_tag(struct wg_html *html, enum wg_tag kind, const char *text)
{
    static const char *const classes[] = {"tag", "tag active", "tag good", "tag caution", "tag bad"};

    wg_html_element(html, "strong", classes[kind], text);
}

void
wg_html_details_begin(struct wg_html *html, const char *summary)
{
    wg_html_open(html, "details");
    wg_html_element(html, "summary", NULL, summary);
}

void
wg_html_details_end(struct wg_html *html)
{
    wg_html_close(html, "details");
}

/* ---- Facts by name ---- */

void
wg_summary_begin(struct wg_html *html)
{
    begin_classed(html, "dl", "summary");
}

void
wg_summary_row_begin(struct wg_html *html, const char *key)
{
    wg_html_open(html, "div");
    wg_html_element(html, "dt", NULL, key);
    wg_html_open(html, "dd");
}

void
wg_summary_row_end(struct wg_html *html)
{
    wg_html_close(html, "dd");
    wg_html_close(html, "div");
}

void
wg_summary_row(struct wg_html *html, const char *key, const char *value)
{
    wg_summary_row_begin(html, key);
    wg_html_text(html, value);
    wg_summary_row_end(html);
}

void
wg_summary_end(struct wg_html *html)
{
    wg_html_close(html, "dl");
}

void
wg_figures_begin(struct wg_html *html)
{
    begin_classed(html, "dl", "figures");
}

void
wg_figure(struct wg_html *html, const char *label, const char *value, const char *note)
{
    wg_html_open(html, "div");
    wg_html_element(html, "dt", NULL, label);
    wg_html_element(html, "dd", "value", value);
    if (note)
        wg_html_element(html, "dd", NULL, note);
    wg_html_close(html, "div");
}

void
wg_figures_end(struct wg_html *html)
{
    wg_html_close(html, "dl");
}
