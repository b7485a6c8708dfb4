/*
 * chart.c - charts as SVG. Down the page: styles of series, the plot and its axes, lines,
 * bars, the figure.
 *
 * Places are in tenths of the drawing's unit. What a mark needs is in its attributes, so
 * that a page kept without its stylesheet still shows it.
 */
#include <wellgate/chart.h>

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "scale.h"

enum {
    WIDTH = 7200,
    HEIGHT = 3440,
    TOP = 200,
    BOTTOM = 3050,
    LEFT = 780,
    MARGIN = 100,
    LINE_HEIGHT = 170, /* between labels */
    LETTER_WIDTH = 76, /* on average */
    LABEL_LETTERS_MAX = 22,
    BAR_LABELS_MAX = 16,
    POINT_BYTES = 48, /* of a point in a path */
};

#define TEXT_SIZE "14"
#define INK "#0b0c0c"
#define FAINT "#cecece"

/* ---- How series differ ---- */

/* Each in colour, dash, marker and hatching. Colours are of the GOV.UK Design System, dark
 * enough for text on white. */
static const struct style {
    const char *colour;
    const char *dash;   /* NULL: unbroken */
    const char *marker; /* a path from its middle */
    const char *hatch;  /* a path in a square of 8; NULL: filled */
} styles[WG_CHART_SERIES_MAX] = {
    {"#1d70b8", NULL, "m-4,0a4,4 0 1,0 8,0a4,4 0 1,0 -8,0", NULL},
    {"#ca3535", "8,4", "m-4,-4h8v8h-8z", "M0,8L8,0M-2,2L2,-2M6,10L10,6"},
    {"#0f7a52", "2,3", "m0,-5l5,9h-10z", "M2,2h1v1h-1zM6,6h1v1h-1z"},
    {"#54319f", "12,4,2,4", "m0,-6l6,6l-6,6l-6,-6z", "M0,4H8"},
    {"#b7592a", "4,4", "m-4,-4l8,8m-8,0l8,-8", "M0,0L8,8M0,8L8,0"},
    {"#484949", "14,5", "m-5,0h10m-5,-5v10", "M4,0V8"},
};

static void
attribute_place(struct wg_html *html, const char *name, int tenths)
{
    wg_html_attributef(html, name, "%s%d.%d", tenths < 0 ? "-" : "", (tenths < 0 ? -tenths : tenths) / 10,
                       (tenths < 0 ? -tenths : tenths) % 10);
}

static void
put_text(struct wg_html *html, int x, int y, const char *anchor, const char *colour, const char *text)
{
    wg_html_open(html, "text");
    attribute_place(html, "x", x);
    attribute_place(html, "y", y);
    wg_html_attribute(html, "text-anchor", anchor);
    wg_html_attribute(html, "font-size", TEXT_SIZE);
    wg_html_attribute(html, "fill", colour);
    wg_html_attribute(html, "stroke", "#ffffff"); /* over lines it stays readable */
    wg_html_attribute(html, "stroke-width", "3");
    wg_html_attribute(html, "paint-order", "stroke");
    wg_html_text(html, text);
    wg_html_close(html, "text");
}

static void
put_line(struct wg_html *html, int x, int y, int x2, int y2, const char *colour)
{
    wg_html_open(html, "line");
    attribute_place(html, "x1", x);
    attribute_place(html, "y1", y);
    attribute_place(html, "x2", x2);
    attribute_place(html, "y2", y2);
    wg_html_attribute(html, "stroke", colour);
    wg_html_close(html, "line");
}

static void
attributes_of_stroke(struct wg_html *html, const char *colour, const char *dash)
{
    wg_html_attribute(html, "fill", "none");
    wg_html_attribute(html, "stroke", colour);
    wg_html_attribute(html, "stroke-width", "2.5");
    wg_html_attribute(html, "stroke-dasharray", dash);
}

static void
put_marker(struct wg_html *html, const struct style *style, int x, int y)
{
    wg_html_open(html, "path");
    wg_html_attributef(html, "d", "M%d.%d,%d.%d%s", x / 10, x % 10, y / 10, y % 10, style->marker);
    wg_html_attribute(html, "fill", style->colour);
    wg_html_attribute(html, "stroke", style->colour);
    wg_html_attribute(html, "stroke-width", "1.5");
    wg_html_close(html, "path");
}

/* ---- The plot ---- */

struct plot {
    struct wg_html *html;
    const struct wg_chart *chart;
    unsigned number; /* of the chart in its page */
    struct scale scale;
    int right;
};

static bool
has_bars(const struct wg_chart *chart)
{
    return chart->kind == WG_CHART_BARS || chart->kind == WG_CHART_STACKED;
}

static int64_t
value_at(const struct wg_chart *chart, size_t series, size_t i)
{
    int64_t value = chart->series[series].values[i];

    return value == WG_CHART_NONE ? value : scale_limit(value);
}

/* Characters, not bytes. */
static int
letters_in(const char *text)
{
    int n = 0;

    for (; *text; text++)
        n += ((unsigned char)*text & 0xc0) != 0x80;
    return n;
}

static int
longest_name(const struct wg_chart *chart)
{
    int longest = 0;

    for (size_t s = 0; s < chart->n_series; s++) {
        int n = letters_in(chart->series[s].name);

        longest = n > longest ? n : longest;
    }
    return longest < LABEL_LETTERS_MAX ? longest : LABEL_LETTERS_MAX;
}

/* What is stacked at i, above zero and below. */
static void
stack_at(const struct wg_chart *chart, size_t i, int64_t *above, int64_t *below)
{
    *above = *below = 0;
    for (size_t s = 0; s < chart->n_series; s++) {
        int64_t value = value_at(chart, s, i);

        if (value != WG_CHART_NONE)
            *(value > 0 ? above : below) += value;
    }
}

static struct scale
scale_for(const struct wg_chart *chart)
{
    int64_t low = 0, high = 0, above, below;

    for (size_t i = 0; i < chart->n_labels; i++) {
        if (chart->kind == WG_CHART_STACKED) {
            stack_at(chart, i, &above, &below);
            high = above > high ? above : high;
            low = below < low ? below : low;
            continue;
        }
        for (size_t s = 0; s < chart->n_series; s++) {
            int64_t value = value_at(chart, s, i);

            high = value > high ? value : high;
            low = value != WG_CHART_NONE && value < low ? value : low;
        }
    }
    return scale_of(low, high, 1);
}

static int
y_of(const struct plot *plot, int64_t value)
{
    return scale_at(&plot->scale, value, BOTTOM, TOP);
}

/* Where i's band begins; bars share it, lines pass its middle. */
static int
band_of(const struct plot *plot, size_t i)
{
    return LEFT + (int)((int64_t)(plot->right - LEFT) * (int64_t)i / (int64_t)plot->chart->n_labels);
}

static int
x_of(const struct plot *plot, size_t i)
{
    return (band_of(plot, i) + band_of(plot, i + 1)) / 2;
}

static void
put_values_axis(const struct plot *plot)
{
    const struct scale *scale = &plot->scale;

    for (int64_t value = scale->low; value <= scale->high; value += scale->step) {
        const char *text = wg_text_short(plot->html->arena, plot->chart->currency, value);
        int y = y_of(plot, value);

        plot->html->failed |= !text;
        put_line(plot->html, LEFT, y, plot->right, y, value == 0 ? INK : FAINT);
        put_text(plot->html, LEFT - 80, y + 50, "end", INK, text);
    }
}

/* Every label, or every second, third, ... where they would run into one another. */
static void
put_labels_axis(const struct plot *plot)
{
    const struct wg_chart *chart = plot->chart;
    int longest = 1, room = (plot->right - LEFT) / LETTER_WIDTH;
    size_t every;

    for (size_t i = 0; i < chart->n_labels; i++) {
        int n = letters_in(chart->labels[i]) + 2;

        longest = n > longest ? n : longest;
    }
    every = ((size_t)longest * chart->n_labels + (size_t)room - 1) / (size_t)room;
    for (size_t i = 0; i < chart->n_labels; i += every ? every : 1)
        put_text(plot->html, x_of(plot, i), BOTTOM + 270, "middle", INK, chart->labels[i]);
}

/* ---- Lines ---- */

/* "M", "L" or, by way of the corner, "H" and "V"; behind it the next is written. */
static int
write_point(char *d, size_t bytes, char how, int x, int y)
{
    const char *between = how == 'H' ? "V" : ",";

    return snprintf(d, bytes, "%c%d.%d%s%d.%d", how, x / 10, x % 10, between, y / 10, y % 10);
}

static const char *
path_of(const struct plot *plot, size_t series)
{
    const struct wg_chart *chart = plot->chart;
    size_t bytes = chart->n_labels * POINT_BYTES + 1, length = 0;
    char *d = wg_alloc(plot->html->arena, bytes), on = chart->kind == WG_CHART_STEPS ? 'H' : 'L';
    bool pen_down = false;

    for (size_t i = 0; d && i < chart->n_labels; i++) {
        int64_t value = value_at(chart, series, i);

        if (value != WG_CHART_NONE)
            length += (size_t)write_point(d + length, bytes - length, pen_down ? on : 'M',
                                          x_of(plot, i), y_of(plot, value));
        pen_down = value != WG_CHART_NONE;
    }
    plot->html->failed |= !d;
    return d;
}

static void
put_path(const struct plot *plot, size_t series)
{
    wg_html_open(plot->html, "path");
    wg_html_attribute(plot->html, "d", path_of(plot, series));
    attributes_of_stroke(plot->html, styles[series].colour, styles[series].dash);
    wg_html_close(plot->html, "path");
}

static void
put_markers(const struct plot *plot, size_t series)
{
    for (size_t i = 0; i < plot->chart->n_labels; i++) {
        int64_t value = value_at(plot->chart, series, i);

        if (value != WG_CHART_NONE)
            put_marker(plot->html, &styles[series], x_of(plot, i), y_of(plot, value));
    }
}

/* A name beside the end of its line. */
struct name {
    size_t series;
    int x, y;
    bool ends_early; /* before the last label: it stands above its line */
};

/* false: it has no value. */
static bool
place_name(const struct plot *plot, size_t series, struct name *name)
{
    size_t last = plot->chart->n_labels;

    while (last > 0 && value_at(plot->chart, series, last - 1) == WG_CHART_NONE)
        last--;
    if (last == 0)
        return false;
    *name = (struct name){series, x_of(plot, last - 1) + 100,
                          y_of(plot, value_at(plot->chart, series, last - 1)) + 50,
                          last < plot->chart->n_labels};
    if (name->ends_early) {
        name->x -= 100;
        name->y -= 130;
    }
    return true;
}

/* From top to bottom, far enough apart, and none beneath the plot. */
static void
spread_names(struct name *names, size_t n)
{
    for (size_t i = 1; i < n; i++)
        for (size_t j = i; j > 0 && names[j].y < names[j - 1].y; j--) {
            struct name moved = names[j];

            names[j] = names[j - 1];
            names[j - 1] = moved;
        }
    for (size_t i = 1; i < n; i++)
        if (names[i].y < names[i - 1].y + LINE_HEIGHT)
            names[i].y = names[i - 1].y + LINE_HEIGHT;
    for (size_t i = n; i-- > 0;) {
        int lowest = BOTTOM + 50 - (int)(n - 1 - i) * LINE_HEIGHT;

        if (names[i].y > lowest)
            names[i].y = lowest;
    }
}

/* At most LABEL_LETTERS_MAX characters; the key has it whole. */
static const char *
shortened(struct wg_arena *arena, const char *name)
{
    const char *end = name;

    if (letters_in(name) <= LABEL_LETTERS_MAX)
        return name;
    for (int n = 0; n < LABEL_LETTERS_MAX - 1; n++)
        for (end++; ((unsigned char)*end & 0xc0) == 0x80;)
            end++;
    return wg_format(arena, "%.*s\xe2\x80\xa6", (int)(end - name), name);
}

static void
put_names(const struct plot *plot)
{
    struct name names[WG_CHART_SERIES_MAX];
    size_t n = 0;

    for (size_t s = 0; s < plot->chart->n_series; s++)
        n += place_name(plot, s, &names[n]);
    spread_names(names, n);
    for (size_t i = 0; i < n; i++) {
        const char *name = shortened(plot->html->arena, plot->chart->series[names[i].series].name);

        plot->html->failed |= !name;
        put_text(plot->html, names[i].x, names[i].y, names[i].ends_early ? "middle" : "start",
                 styles[names[i].series].colour, name);
    }
}

static void
put_lines(const struct plot *plot)
{
    for (size_t s = plot->chart->n_series; s-- > 0;) {
        put_path(plot, s);
        put_markers(plot, s);
    }
    if (plot->chart->n_series > 1)
        put_names(plot);
}

/* ---- Bars ---- */

static void
attribute_fill(struct wg_html *html, unsigned chart, size_t series)
{
    if (styles[series].hatch)
        wg_html_attributef(html, "fill", "url(#chart-%u-%zu)", chart, series);
    else
        wg_html_attribute(html, "fill", styles[series].colour);
    wg_html_attribute(html, "stroke", styles[series].colour);
    wg_html_attribute(html, "stroke-width", "1.5");
}

static void
put_hatches(const struct plot *plot)
{
    struct wg_html *html = plot->html;

    wg_html_open(html, "defs");
    for (size_t s = 0; s < plot->chart->n_series; s++) {
        if (!styles[s].hatch)
            continue;
        wg_html_open(html, "pattern");
        wg_html_attributef(html, "id", "chart-%u-%zu", plot->number, s);
        wg_html_attribute(html, "width", "8");
        wg_html_attribute(html, "height", "8");
        wg_html_attribute(html, "patternUnits", "userSpaceOnUse");
        wg_html_open(html, "path");
        wg_html_attribute(html, "d", styles[s].hatch);
        attributes_of_stroke(html, styles[s].colour, NULL);
        wg_html_close(html, "path");
        wg_html_close(html, "pattern");
    }
    wg_html_close(html, "defs");
}

/* From one value to another, whichever is higher. */
static void
put_bar(const struct plot *plot, size_t series, int x, int width, int64_t from, int64_t to)
{
    int y = y_of(plot, from > to ? from : to), bottom = y_of(plot, from > to ? to : from);

    wg_html_open(plot->html, "rect");
    attribute_place(plot->html, "x", x);
    attribute_place(plot->html, "y", y);
    attribute_place(plot->html, "width", width);
    attribute_place(plot->html, "height", bottom - y);
    attribute_fill(plot->html, plot->number, series);
    wg_html_close(plot->html, "rect");
}

static void
put_bar_value(const struct plot *plot, int x, int64_t value)
{
    const char *text = wg_text_short(plot->html->arena, plot->chart->currency, value);

    plot->html->failed |= !text;
    put_text(plot->html, x, y_of(plot, value) + (value < 0 ? 150 : -50), "middle", INK, text);
}

/* Beside one another, in four fifths of the band. */
static void
put_group(const struct plot *plot, size_t i)
{
    const struct wg_chart *chart = plot->chart;
    int begin = band_of(plot, i), band = band_of(plot, i + 1) - begin;
    int width = band * 8 / 10 / (int)chart->n_series;

    for (size_t s = 0; s < chart->n_series; s++) {
        int x = begin + band / 10 + (int)s * width;
        int64_t value = value_at(chart, s, i);

        if (value == WG_CHART_NONE)
            continue;
        put_bar(plot, s, x, width, 0, value);
        if (chart->n_labels * chart->n_series <= BAR_LABELS_MAX)
            put_bar_value(plot, x + width / 2, value);
    }
}

static void
put_stack(const struct plot *plot, size_t i)
{
    int begin = band_of(plot, i), band = band_of(plot, i + 1) - begin;
    int64_t above = 0, below = 0;

    for (size_t s = 0; s < plot->chart->n_series; s++) {
        int64_t value = value_at(plot->chart, s, i), *top = value > 0 ? &above : &below;

        if (value == WG_CHART_NONE)
            continue;
        put_bar(plot, s, begin + band / 5, band * 6 / 10, *top, *top + value);
        *top += value;
    }
}

static void
put_bars(const struct plot *plot)
{
    for (size_t i = 0; i < plot->chart->n_labels; i++)
        if (plot->chart->kind == WG_CHART_STACKED)
            put_stack(plot, i);
        else
            put_group(plot, i);
}

/* ---- The figure ---- */

/* <svg> up to behind its name and description; each has an id of its own. */
static void
svg_begin(struct wg_html *html, const char *class, int width, int height, const char *title,
          const char *description)
{
    unsigned number = html->charts;

    wg_html_open(html, "svg");
    wg_html_attribute(html, "class", class);
    wg_html_attributef(html, "viewBox", "0 0 %d %d", width / 10, height / 10);
    wg_html_attribute(html, "role", "img");
    wg_html_attributef(html, "aria-labelledby", "chart-%u-title", number);
    if (description)
        wg_html_attributef(html, "aria-describedby", "chart-%u-desc", number);
    wg_html_open(html, "title");
    wg_html_attributef(html, "id", "chart-%u-title", number);
    wg_html_text(html, title);
    wg_html_close(html, "title");
    if (!description)
        return;
    wg_html_open(html, "desc");
    wg_html_attributef(html, "id", "chart-%u-desc", number);
    wg_html_text(html, description);
    wg_html_close(html, "desc");
}

static void
put_swatch(const struct plot *plot, size_t series)
{
    struct wg_html *html = plot->html;

    wg_html_open(html, "svg");
    wg_html_attribute(html, "width", "36");
    wg_html_attribute(html, "height", "16");
    wg_html_attribute(html, "aria-hidden", "true");
    wg_html_open(html, has_bars(plot->chart) ? "rect" : "path");
    if (has_bars(plot->chart)) {
        wg_html_attribute(html, "x", "6");
        wg_html_attribute(html, "y", "1");
        wg_html_attribute(html, "width", "24");
        wg_html_attribute(html, "height", "14");
        attribute_fill(html, plot->number, series);
        wg_html_close(html, "rect");
    } else {
        wg_html_attribute(html, "d", "M0,8H36");
        attributes_of_stroke(html, styles[series].colour, styles[series].dash);
        wg_html_close(html, "path");
        put_marker(html, &styles[series], 180, 80);
    }
    wg_html_close(html, "svg");
}

static void
put_key(const struct plot *plot)
{
    wg_html_open(plot->html, "ul");
    wg_html_attribute(plot->html, "class", "key");
    for (size_t s = 0; s < plot->chart->n_series; s++) {
        wg_html_open(plot->html, "li");
        put_swatch(plot, s);
        wg_html_text(plot->html, plot->chart->series[s].name);
        wg_html_close(plot->html, "li");
    }
    wg_html_close(plot->html, "ul");
}

static void
put_drawing(const struct plot *plot)
{
    struct wg_html *html = plot->html;

    wg_html_open(html, "div");
    wg_html_attribute(html, "class", "scroll");
    wg_html_attribute(html, "role", "group");
    wg_html_attribute(html, "aria-label", plot->chart->title);
    wg_html_attribute(html, "tabindex", "0");
    svg_begin(html, "chart", WIDTH, HEIGHT, plot->chart->title, plot->chart->description);
    if (has_bars(plot->chart))
        put_hatches(plot);
    put_values_axis(plot);
    put_labels_axis(plot);
    if (has_bars(plot->chart))
        put_bars(plot);
    else
        put_lines(plot);
    wg_html_close(html, "svg");
    wg_html_close(html, "div");
}

static void
put_table(struct wg_html *html, const struct wg_chart *chart)
{
    if (!chart->table_open)
        wg_html_details_begin(html, "The figures of this chart");
    wg_chart_table(html, chart);
    if (!chart->table_open)
        wg_html_details_end(html);
}

void
wg_chart(struct wg_html *html, const struct wg_chart *chart)
{
    bool names_lines = !has_bars(chart) && chart->n_series > 1;
    struct plot plot = {
        .html = html, .chart = chart, .number = ++html->charts, .scale = scale_for(chart),
        .right = WIDTH - MARGIN - (names_lines ? longest_name(chart) * LETTER_WIDTH : 0),
    };

    assert(chart->n_labels > 0 && chart->n_series > 0 && chart->n_series <= WG_CHART_SERIES_MAX);
    wg_html_open(html, "figure");
    wg_html_element(html, "figcaption", NULL, chart->title);
    if (chart->n_series > 1)
        put_key(&plot);
    put_drawing(&plot);
    put_table(html, chart);
    wg_html_close(html, "figure");
}

/* ---- Its table ---- */

static void
put_value(struct wg_html *html, const struct wg_chart *chart, int64_t value)
{
    if (value == WG_CHART_NONE)
        wg_cell(html, chart->none ? chart->none : "\xe2\x80\x93");
    else if (chart->currency)
        wg_cell_money(html, chart->currency, value);
    else
        wg_cell_count(html, value);
}

void
wg_chart_table(struct wg_html *html, const struct wg_chart *chart)
{
    struct wg_column columns[WG_CHART_SERIES_MAX + 1] = {
        {chart->label_heading ? chart->label_heading : "Period"}};

    assert(chart->n_series <= WG_CHART_SERIES_MAX);
    for (size_t s = 0; s < chart->n_series; s++)
        columns[s + 1] = (struct wg_column){chart->series[s].name, .numeric = true};
    wg_table_begin(html, chart->title, columns, chart->n_series + 1);
    for (size_t i = 0; i < chart->n_labels; i++) {
        wg_row_begin(html);
        wg_cell(html, chart->labels[i]);
        for (size_t s = 0; s < chart->n_series; s++)
            put_value(html, chart, chart->series[s].values[i]);
        wg_row_end(html);
    }
    wg_table_end(html);
}
