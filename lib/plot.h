/*
 * plot.h - a chart while it is drawn: how series differ, where things lie, and its axes.
 *
 * Places are in tenths of the drawing's unit. What a mark needs is in its attributes, so
 * that a page kept without its stylesheet still shows it.
 */
#ifndef PLOT_H
#define PLOT_H

#include <wellgate/chart.h>

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
};

#define INK "#0b0c0c"

/* Each in colour, dash, marker and hatching. */
struct style {
    const char *colour;
    const char *dash;   /* NULL: unbroken */
    const char *marker; /* a path from its middle */
    const char *hatch;  /* a path in a square of 8; NULL: filled */
};

extern const struct style plot_styles[WG_CHART_SERIES_MAX];

struct plot {
    struct wg_html *html;
    const struct wg_chart *chart;
    unsigned number; /* of the chart in its page */
    struct scale scale;
    int right;
};

void plot_begin(struct plot *plot, struct wg_html *html, const struct wg_chart *chart);

bool has_bars(const struct wg_chart *chart);

/* WG_CHART_NONE, or as far as values are drawn. */
int64_t value_at(const struct wg_chart *chart, size_t series, size_t i);

/* Where i's band begins; bars share it, lines pass its middle. */
int band_of(const struct plot *plot, size_t i);
int x_of(const struct plot *plot, size_t i);
int y_of(const struct plot *plot, int64_t value);

/* Characters, not bytes. */
int letters_in(const char *text);

/* ---- Marks ---- */

void attribute_place(struct wg_html *html, const char *name, int tenths);
void attributes_of_stroke(struct wg_html *html, const char *colour, const char *dash);
void put_text(struct wg_html *html, int x, int y, const char *anchor, const char *colour,
              const char *text);
void put_marker(struct wg_html *html, const struct style *style, int x, int y);

/* ---- Parts of a chart ---- */

void put_axes(const struct plot *plot);

/* All series as lines, with their names where they end. */
void put_lines(const struct plot *plot);

#endif
