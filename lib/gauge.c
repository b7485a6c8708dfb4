/* gauge.c - the small charts: how much of a ceiling is used up; a bar, and a line, in a cell. */
#include <wellgate/chart.h>

#include <assert.h>
#include <stdio.h>

#include "scale.h"

enum {
    BAR_WIDTH = 7200,
    CELL_WIDTH = 1600,
    SPARK_WIDTH = 960,
    SPARK_HEIGHT = 200,
    SPARK_EDGE = 30,
    POINT_BYTES = 32,
};

#define INK "#0b0c0c"
#define FULL "#1d70b8"
#define OVER "#ca3535"

/* ---- Progress ---- */

static const char *
in_words(struct wg_html *html, const char *currency, int64_t value)
{
    const char *text = currency ? wg_text_money(html->arena, currency, value)
                                : wg_text_count(html->arena, value);

    html->failed |= !text;
    return text ? text : "";
}

/* "£450.00 of £1,000.00 (45.0%); £550.00 left" */
static void
put_words(struct wg_html *html, const struct wg_progress *progress)
{
    bool over = progress->value > progress->ceiling;
    int64_t apart = over ? progress->value - progress->ceiling
                         : progress->ceiling - (progress->value < 0 ? 0 : progress->value);
    const char *percent = wg_text_percent(html->arena, progress->value, progress->ceiling, 1);

    wg_html_open(html, "p");
    wg_html_textf(html, "%s of %s (%s); %s %s", in_words(html, progress->currency, progress->value),
                  in_words(html, progress->currency, progress->ceiling), percent ? percent : "",
                  in_words(html, progress->currency, apart), over ? "over" : "left");
    wg_html_close(html, "p");
}

static void
put_part(struct wg_html *html, int width, const char *fill)
{
    wg_html_open(html, "rect");
    wg_html_attribute(html, "x", "1");
    wg_html_attribute(html, "y", "1");
    wg_html_attributef(html, "width", "%d.%d", width / 10, width % 10);
    wg_html_attribute(html, "height", "14");
    wg_html_attribute(html, "fill", fill);
    wg_html_attribute(html, "stroke", INK);
    wg_html_close(html, "rect");
}

void
wg_chart_progress(struct wg_html *html, const struct wg_progress *progress)
{
    const struct scale scale = {.high = progress->ceiling};
    bool over = progress->value > progress->ceiling;
    int64_t shown = over ? progress->ceiling : progress->value < 0 ? 0 : progress->value;

    assert(progress->ceiling > 0);
    wg_html_open(html, "div");
    wg_html_attribute(html, "class", "progress");
    wg_html_element(html, "p", "label", progress->label);
    wg_html_open(html, "svg");
    wg_html_attribute(html, "viewBox", "0 0 722 16");
    wg_html_attribute(html, "preserveAspectRatio", "none");
    wg_html_attribute(html, "width", "100%");
    wg_html_attribute(html, "height", "16");
    wg_html_attribute(html, "role", "img");
    wg_html_element(html, "title", NULL, progress->label);
    wg_html_element(html, "desc", NULL, over ? "The bar is full: the ceiling is passed."
                                             : "A bar that is full at the ceiling.");
    put_part(html, BAR_WIDTH, "#ffffff");
    if (shown > 0)
        put_part(html, scale_at(&scale, shown, 0, BAR_WIDTH), over ? OVER : FULL);
    wg_html_close(html, "svg");
    put_words(html, progress);
    wg_html_close(html, "div");
}

/* ---- A bar in a cell ---- */

static void
put_bar_part(struct wg_html *html, int from, int to, const char *fill)
{
    wg_html_open(html, "rect");
    wg_html_attributef(html, "x", "%d.%d", from / 10, from % 10);
    wg_html_attribute(html, "y", "3");
    wg_html_attributef(html, "width", "%d.%d", (to - from) / 10, (to - from) % 10);
    wg_html_attribute(html, "height", "12");
    wg_html_attribute(html, "fill", fill);
    wg_html_close(html, "rect");
}

/* From end to end, with a stroke across each. */
static void
put_whisker(struct wg_html *html, int low, int high)
{
    wg_html_open(html, "path");
    wg_html_attributef(html, "d", "M%d.%d,9H%d.%dM%d.%d,5v8M%d.%d,5v8", low / 10, low % 10, high / 10,
                       high % 10, low / 10, low % 10, high / 10, high % 10);
    wg_html_attribute(html, "fill", "none");
    wg_html_attribute(html, "stroke", INK);
    wg_html_attribute(html, "stroke-width", "1.5");
    wg_html_close(html, "path");
}

void
wg_bar(struct wg_html *html, const struct wg_bar *bar)
{
    static const char *const fills[WG_BAR_PARTS_MAX] = {FULL, "#cecece", OVER};
    const struct scale scale = {.high = bar->whole};
    int64_t sum = 0;

    assert(bar->whole > 0 && bar->n_parts >= 1 && bar->n_parts <= WG_BAR_PARTS_MAX);
    wg_html_open(html, "svg");
    wg_html_attribute(html, "class", "bar");
    wg_html_attribute(html, "viewBox", "0 0 160 18");
    wg_html_attribute(html, "width", "160");
    wg_html_attribute(html, "height", "18");
    wg_html_attribute(html, "aria-hidden", "true");
    put_bar_part(html, 0, CELL_WIDTH, "#f3f3f3");
    for (size_t i = 0; i < bar->n_parts && sum < bar->whole; i++) {
        int64_t end = sum + bar->parts[i] < bar->whole ? sum + bar->parts[i] : bar->whole;

        put_bar_part(html, scale_at(&scale, sum, 0, CELL_WIDTH), scale_at(&scale, end, 0, CELL_WIDTH),
                     fills[i]);
        sum = end;
    }
    if (bar->high > 0)
        put_whisker(html, scale_at(&scale, bar->low, 0, CELL_WIDTH),
                    scale_at(&scale, bar->high < bar->whole ? bar->high : bar->whole, 0, CELL_WIDTH));
    wg_html_close(html, "svg");
}

/* ---- A line in a cell ---- */

struct spark {
    struct scale scale;
    const int64_t *values;
    size_t n;
};

static int
x_at(const struct spark *spark, size_t i)
{
    int width = SPARK_WIDTH - 2 * SPARK_EDGE;

    return SPARK_EDGE + (spark->n > 1 ? (int)((int64_t)width * (int64_t)i / (int64_t)(spark->n - 1))
                                      : width / 2);
}

static int
y_at(const struct spark *spark, size_t i)
{
    return scale_at(&spark->scale, spark->values[i], SPARK_HEIGHT - SPARK_EDGE, SPARK_EDGE);
}

/* From the least value to the greatest, with or without zero. */
static struct spark
spark_of(const int64_t *values, size_t n)
{
    struct spark spark = {.values = values, .n = n};
    bool any = false;

    for (size_t i = 0; i < n; i++) {
        int64_t value = scale_limit(values[i]);

        if (values[i] == WG_CHART_NONE)
            continue;
        spark.scale.low = !any || value < spark.scale.low ? value : spark.scale.low;
        spark.scale.high = !any || value > spark.scale.high ? value : spark.scale.high;
        any = true;
    }
    if (spark.scale.low == spark.scale.high) { /* in the middle */
        spark.scale.low--;
        spark.scale.high++;
    }
    return spark;
}

static const char *
path_of(struct wg_arena *arena, const struct spark *spark)
{
    size_t bytes = spark->n * POINT_BYTES + 1, length = 0;
    char *d = wg_alloc(arena, bytes);
    bool pen_down = false;

    for (size_t i = 0; d && i < spark->n; i++) {
        bool is_value = spark->values[i] != WG_CHART_NONE;
        int x = x_at(spark, i), y = is_value ? y_at(spark, i) : 0;

        if (is_value)
            length += (size_t)snprintf(d + length, bytes - length, "%c%d.%d,%d.%d",
                                       pen_down ? 'L' : 'M', x / 10, x % 10, y / 10, y % 10);
        pen_down = is_value;
    }
    return d;
}

static void
put_last(struct wg_html *html, const struct spark *spark)
{
    size_t last = spark->n;
    int x, y;

    while (last > 0 && spark->values[last - 1] == WG_CHART_NONE)
        last--;
    if (last == 0)
        return;
    x = x_at(spark, last - 1);
    y = y_at(spark, last - 1);
    wg_html_open(html, "circle");
    wg_html_attributef(html, "cx", "%d.%d", x / 10, x % 10);
    wg_html_attributef(html, "cy", "%d.%d", y / 10, y % 10);
    wg_html_attribute(html, "r", "2.5");
    wg_html_attribute(html, "fill", INK);
    wg_html_close(html, "circle");
}

void
wg_sparkline(struct wg_html *html, const char *title, const int64_t *values, size_t n)
{
    struct spark spark = spark_of(values, n);
    const char *d = path_of(html->arena, &spark);

    html->failed |= !d;
    wg_html_open(html, "svg");
    wg_html_attribute(html, "class", "spark");
    wg_html_attribute(html, "viewBox", "0 0 96 20");
    wg_html_attribute(html, "width", "96");
    wg_html_attribute(html, "height", "20");
    wg_html_attribute(html, "role", "img");
    wg_html_element(html, "title", NULL, title);
    wg_html_open(html, "path");
    wg_html_attribute(html, "d", d);
    wg_html_attribute(html, "fill", "none");
    wg_html_attribute(html, "stroke", FULL);
    wg_html_attribute(html, "stroke-width", "1.5");
    wg_html_close(html, "path");
    put_last(html, &spark);
    wg_html_close(html, "svg");
}
