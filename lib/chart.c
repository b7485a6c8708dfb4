/* chart.c - charts as SVG: bars, the figure around a drawing, and its table. */
#include <assert.h>

#include "plot.h"

enum { BAR_LABELS_MAX = 16 };

/* ---- Bars ---- */

static void
attribute_fill(struct wg_html *html, unsigned chart, size_t series)
{
    if (plot_styles[series].hatch)
        wg_html_attributef(html, "fill", "url(#chart-%u-%zu)", chart, series);
    else
        wg_html_attribute(html, "fill", plot_styles[series].colour);
    wg_html_attribute(html, "stroke", plot_styles[series].colour);
    wg_html_attribute(html, "stroke-width", "1.5");
}

static void
put_hatches(const struct plot *plot)
{
    struct wg_html *html = plot->html;

    wg_html_open(html, "defs");
    for (size_t s = 0; s < plot->chart->n_series; s++) {
        if (!plot_styles[s].hatch)
            continue;
        wg_html_open(html, "pattern");
        wg_html_attributef(html, "id", "chart-%u-%zu", plot->number, s);
        wg_html_attribute(html, "width", "8");
        wg_html_attribute(html, "height", "8");
        wg_html_attribute(html, "patternUnits", "userSpaceOnUse");
        wg_html_open(html, "path");
        wg_html_attribute(html, "d", plot_styles[s].hatch);
        attributes_of_stroke(html, plot_styles[s].colour, NULL);
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
        attributes_of_stroke(html, plot_styles[series].colour, plot_styles[series].dash);
        wg_html_close(html, "path");
        put_marker(html, &plot_styles[series], 180, 80);
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
    put_axes(plot);
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
    struct plot plot;

    assert(chart->n_labels > 0 && chart->n_series > 0 && chart->n_series <= WG_CHART_SERIES_MAX);
    plot_begin(&plot, html, chart);
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
