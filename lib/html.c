/* html.c - the writer: markup from literals, everything else escaped. */
#include <wellgate/html.h>

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define CAPACITY_FIRST 4096
#define FORMAT_BYTES 256 /* of most formatted texts */

/* ---- Bytes ---- */

/* Room for so many more bytes? Else the writer has failed, and stays so. */
static bool
reserve(struct wg_html *html, size_t more)
{
    size_t wanted = html->length + more, capacity = html->capacity;
    char *text;

    if (html->failed || wanted <= capacity)
        return !html->failed;
    for (capacity = capacity ? capacity : CAPACITY_FIRST; capacity < wanted;)
        capacity *= 2;
    if (!(text = wg_alloc(html->arena, capacity)))
        return !(html->failed = true);
    if (html->length)
        memcpy(text, html->text, html->length);
    html->text = text;
    html->capacity = capacity;
    return true;
}

static void
put_bytes(struct wg_html *html, const char *bytes, size_t length)
{
    if (!reserve(html, length))
        return;
    memcpy(html->text + html->length, bytes, length);
    html->length += length;
}

static void
put(struct wg_html *html, const char *markup)
{
    put_bytes(html, markup, strlen(markup));
}

/* ---- Escaping ---- */

/* The character that text begins with, and its bytes; one byte that is none is 0. */
static uint32_t
take_character(const char *text, size_t *bytes)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    unsigned char first = (unsigned char)*text;
    size_t n = first < 0x80 ? 1 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    uint32_t c = n == 1 ? first : first & (0x7fu >> n);

    *bytes = 1;
    if (n > 1 && (first < 0xc2 || first > 0xf4))
        return 0;
    for (size_t i = 1; i < n; i++) {
        if (((unsigned char)text[i] & 0xc0) != 0x80)
            return 0;
        c = c << 6 | ((unsigned char)text[i] & 0x3f);
    }
    if (c < least[n] || (c >= 0xd800 && c <= 0xdfff) || c > 0x10ffff)
        return 0;
    *bytes = n;
    return c;
}

/* Control characters, and those that turn the direction of what follows them: a name
 * must not rearrange the sentence that it stands in. */
static bool
is_unfit(uint32_t c)
{
    return (c < 0x20 && c != '\t' && c != '\n' && c != '\r') || (c >= 0x7f && c <= 0x9f) ||
           (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

static const char *
reference_of(char c)
{
    switch (c) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '"': return "&quot;";
    case '\'': return "&#39;";
    default: return NULL;
    }
}

/* Fit for an element's content and for a value in double quotes alike. */
static void
put_escaped(struct wg_html *html, const char *text)
{
    const char *reference;
    size_t bytes;

    for (; text && *text; text += bytes) {
        if (is_unfit(take_character(text, &bytes)))
            put(html, "\xef\xbf\xbd");
        else if ((reference = reference_of(*text)))
            put(html, reference);
        else
            put_bytes(html, text, bytes);
    }
}

/* ---- What may be written ---- */

static bool
is_among(const char *word, const char *const *words)
{
    while (*words && strcasecmp(*words, word) != 0)
        words++;
    return *words != NULL;
}

static bool
is_name(const char *name)
{
    return *name && !name[strspn(name, "abcdefghijklmnopqrstuvwxyz"
                                       "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-")];
}

static bool
is_void(const char *element)
{
    static const char *const elements[] = {"area", "br", "col", "hr", "input", "link", "meta",
                                           "wbr", NULL};

    return is_among(element, elements);
}

/* What would run or load, and what is read by other rules of escaping. */
static bool
may_be_written(const char *element)
{
    static const char *const not[] = {
        "script", "style", "iframe", "frame", "object", "embed", "base", "noscript", "template",
        "plaintext", "xmp", "noembed", "noframes", "foreignObject", "animate", "set", "use", "img",
        "image", "audio", "video", "source", NULL};

    return is_name(element) && !is_among(element, not);
}

/* Of these, a parser would end the one to begin the other. */
static bool
may_stand_in(const char *element, const char *parent)
{
    static const char *const phrasing[] = {"p", "h1", "h2", "h3", "h4", "a", "span", "strong",
                                           "dt", "title", "summary", "caption", "label", "button",
                                           NULL};
    static const char *const flow[] = {"p", "h1", "h2", "h3", "h4", "div", "section", "main",
                                       "header", "footer", "nav", "ul", "ol", "dl", "table",
                                       "details", "figure", "form", NULL};

    return !is_among(parent, phrasing) || !is_among(element, flow);
}

static bool
is_plain_attribute(const char *name)
{
    static const char *const not[] = {"style", "src", "srcdoc", "srcset", "href", "action",
                                      "formaction", "data", "ping", "background", "poster",
                                      "http-equiv", NULL};

    return is_name(name) && strncasecmp(name, "on", 2) != 0 && !is_among(name, not);
}

/* A path of this origin: "//" and "/\" would begin with a host. */
static bool
is_path(const char *path)
{
    return *path == '#' || *path == '?' || (*path == '/' && path[1] != '/' && path[1] != '\\');
}

/* ---- Elements ---- */

static void
end_tag(struct wg_html *html)
{
    if (html->in_tag)
        put(html, ">");
    html->in_tag = false;
}

void
wg_html_begin(struct wg_html *html, struct wg_arena *arena)
{
    *html = (struct wg_html){.arena = arena};
}

bool
wg_html_end(struct wg_html *html, struct wg_bytes *text)
{
    assert(html->depth == 0);
    end_tag(html);
    *text = (struct wg_bytes){html->text, html->length};
    return !html->failed;
}

void
wg_html_open(struct wg_html *html, const char *element)
{
    assert(may_be_written(element));
    assert(html->depth == 0 || may_stand_in(element, html->open[html->depth - 1]));
    end_tag(html);
    put(html, "<");
    put(html, element);
    html->in_tag = true;
    if (is_void(element))
        return;
    assert(html->depth < WG_HTML_DEPTH_MAX);
    html->open[html->depth++] = element;
}

void
wg_html_close(struct wg_html *html, const char *element)
{
    assert(html->depth > 0 && strcmp(html->open[html->depth - 1], element) == 0);
    end_tag(html);
    html->depth--;
    put(html, "</");
    put(html, element);
    put(html, ">");
}

static void
put_attribute(struct wg_html *html, const char *name, const char *value)
{
    assert(html->in_tag);
    put(html, " ");
    put(html, name);
    put(html, "=\"");
    put_escaped(html, value);
    put(html, "\"");
}

void
wg_html_attribute(struct wg_html *html, const char *name, const char *value)
{
    assert(is_plain_attribute(name));
    if (value)
        put_attribute(html, name, value);
}

void
wg_html_href(struct wg_html *html, const char *path)
{
    if (path && is_path(path))
        put_attribute(html, "href", path);
}

void
wg_html_action(struct wg_html *html, const char *path)
{
    if (path && is_path(path))
        put_attribute(html, "action", path);
}

void
wg_html_text(struct wg_html *html, const char *text)
{
    end_tag(html);
    put_escaped(html, text);
}

/* A short text in buffer; a longer one in the arena, NULL past it. */
static const char *
format_text(struct wg_html *html, char buffer[FORMAT_BYTES], const char *format,
            va_list arguments)
{
    va_list again;
    int length;

    va_copy(again, arguments);
    length = vsnprintf(buffer, FORMAT_BYTES, format, arguments);
    if (length >= 0 && length < FORMAT_BYTES) {
        va_end(again);
        return buffer;
    }
    format = wg_vformat(html->arena, format, again);
    va_end(again);
    html->failed |= !format;
    return format;
}

void
wg_html_attributef(struct wg_html *html, const char *name, const char *format, ...)
{
    char buffer[FORMAT_BYTES];
    va_list arguments;

    va_start(arguments, format);
    wg_html_attribute(html, name, format_text(html, buffer, format, arguments));
    va_end(arguments);
}

void
wg_html_textf(struct wg_html *html, const char *format, ...)
{
    char buffer[FORMAT_BYTES];
    va_list arguments;

    va_start(arguments, format);
    wg_html_text(html, format_text(html, buffer, format, arguments));
    va_end(arguments);
}

void
wg_html_element(struct wg_html *html, const char *element, const char *class, const char *text)
{
    wg_html_open(html, element);
    wg_html_attribute(html, "class", class);
    wg_html_text(html, text);
    wg_html_close(html, element);
}
