/* plot.c - a chart while it is drawn: styles of series, marks, places and axes. */
#include "plot.h"

#define TEXT_SIZE "14"
#define FAINT "#cecece"

/* ---- How series differ ---- */

/* Colours are of the GOV.UK Design System, dark enough for text on white. */
const struct style plot_styles[WG_CHART_SERIES_MAX] = {
    {"#1d70b8", NULL, "m-4,0a4,4 0 1,0 8,0a4,4 0 1,0 -8,0", NULL},
    {"#ca3535", "8,4", "m-4,-4h8v8h-8z", "M0,8L8,0M-2,2L2,-2M6,10L10,6"},
    {"#0f7a52", "2,3", "m0,-5l5,9h-10z", "M2,2h1v1h-1zM6,6h1v1h-1z"},
    {"#54319f", "12,4,2,4", "m0,-6l6,6l-6,6l-6,-6z", "M0,4H8"},
    {"#b7592a", "4,4", "m-4,-4l8,8m-8,0l8,-8", "M0,0L8,8M0,8L8,0"},
    {"#484949", "14,5", "m-5,0h10m-5,-5v10", "M4,0V8"},
};

void
attribute_place(struct wg_html *html, const char *name, int tenths)
{
    wg_html_attributef(html, name, "%s%d.%d", tenths < 0 ? "-" : "", (tenths < 0 ? -tenths : tenths) / 10,
                       (tenths < 0 ? -tenths : tenths) % 10);
}

void
put_text(struct wg_html *html, int x, int y, const char *anchor, const char *colour,
         const char *text)
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

void
attributes_of_stroke(struct wg_html *html, const char *colour, const char *dash)
{
    wg_html_attribute(html, "fill", "none");
    wg_html_attribute(html, "stroke", colour);
    wg_html_attribute(html, "stroke-width", "2.5");
    wg_html_attribute(html, "stroke-dasharray", dash);
}

void
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

bool
has_bars(const struct wg_chart *chart)
{
    return chart->kind == WG_CHART_BARS || chart->kind == WG_CHART_STACKED;
}

int64_t
value_at(const struct wg_chart *chart, size_t series, size_t i)
{
    int64_t value = chart->series[series].values[i];

    return value == WG_CHART_NONE ? value : scale_limit(value);
}

int
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

int
y_of(const struct plot *plot, int64_t value)
{
    return scale_at(&plot->scale, value, BOTTOM, TOP);
}

int
band_of(const struct plot *plot, size_t i)
{
    return LEFT + (int)((int64_t)(plot->right - LEFT) * (int64_t)i / (int64_t)plot->chart->n_labels);
}

int
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

void
put_axes(const struct plot *plot)
{
    put_values_axis(plot);
    put_labels_axis(plot);
}

void
plot_begin(struct plot *plot, struct wg_html *html, const struct wg_chart *chart)
{
    bool names_lines = !has_bars(chart) && chart->n_series > 1;

    *plot = (struct plot){
        .html = html, .chart = chart, .number = ++html->charts, .scale = scale_for(chart),
        .right = WIDTH - MARGIN - (names_lines ? longest_name(chart) * LETTER_WIDTH : 0),
    };
}
