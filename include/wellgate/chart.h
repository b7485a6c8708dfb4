/*
 * chart.h - charts as SVG within a page: no scripts, and never without their numbers.
 *
 *     wg_chart(&html, &(struct wg_chart){
 *         .kind = WG_CHART_LINES, .title = "Cumulative cash",
 *         .description = "Cash in less cash out, to date, against the three cases.",
 *         .currency = "GBP", .labels = quarters, .n_labels = n,
 *         .series = series, .n_series = 4});
 *
 * Each is an image with a name and a description to those who do not see it, and is
 * followed by the table of its values. Series differ by dashes, markers or hatching and
 * are named beside them, not by colour alone. Values are whole: minor units of a
 * currency, or counts. Geometry is in whole tenths of a unit, so that the same values make
 * the same bytes everywhere.
 */
#ifndef WELLGATE_CHART_H
#define WELLGATE_CHART_H

#include <wellgate/html.h>

#define WG_CHART_SERIES_MAX 6

/* No value: not known yet, or not shown. */
#define WG_CHART_NONE INT64_MIN

enum wg_chart_kind {
    WG_CHART_LINES,   /* a line for each series, straight from value to value */
    WG_CHART_STEPS,   /* a line that holds its value up to the next */
    WG_CHART_BARS,    /* bars side by side in each period, or for each metric */
    WG_CHART_STACKED, /* on top of one another; what is below zero hangs down */
};

struct wg_series {
    const char *name;      /* short: it stands beside the line */
    const int64_t *values; /* one for each label; WG_CHART_NONE breaks a line */
};

struct wg_chart {
    enum wg_chart_kind kind;
    const char *title;
    const char *description; /* what it shows, in a sentence */
    const char *currency;    /* of the values' minor units; NULL: they are counts */
    const char *const *labels; /* along the bottom, evenly spaced: "Q2 2016/17"; from 1 */
    size_t n_labels;
    const struct wg_series *series; /* 1 to WG_CHART_SERIES_MAX */
    size_t n_series;
    const char *label_heading; /* of the table's first column; NULL: "Period" */
    const char *none;          /* what the table has for WG_CHART_NONE; NULL: "–" */
    bool table_open;           /* the table stands beneath; else folded away */
};

/* The chart, its key and its table: a <figure>. Asserts what is said above of counts. */
void wg_chart(struct wg_html *html, const struct wg_chart *chart);

/* Only the table, for a page that has it elsewhere. */
void wg_chart_table(struct wg_html *html, const struct wg_chart *chart);

struct wg_progress {
    const char *label;    /* "Outcome A, ceiling for 2016/17" */
    const char *currency; /* NULL: counts */
    int64_t value;        /* what is used up; may be more than the ceiling */
    int64_t ceiling;      /* above 0 */
};

/* A bar that fills up to a ceiling, with the figures in words: used, of how much, left. */
void wg_chart_progress(struct wg_html *html, const struct wg_progress *progress);

#define WG_BAR_PARTS_MAX 3

struct wg_bar {
    const int64_t *parts; /* one after another; none below zero */
    size_t n_parts;       /* 1 to WG_BAR_PARTS_MAX */
    int64_t whole;        /* above 0; what is more is cut off */
    int64_t low, high;    /* within which the first part is taken to lie; both 0: not said */
};

/* A bar of the size of a cell, for figures that stand beside it in words: nobody is told of
 * it who does not see it. */
void wg_bar(struct wg_html *html, const struct wg_bar *bar);

/*
 * A line of the size of a word, for a cell beside the figures that it draws.
 *
 * title   what it says, in words: "Paid by quarter, from £10,000 to £14,500"
 * values  n of them, from 1; WG_CHART_NONE breaks it
 */
void wg_sparkline(struct wg_html *html, const char *title, const int64_t *values, size_t n);

#endif
