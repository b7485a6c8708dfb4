/* chart_lines.c - series as lines, each with its name where it ends. */
#include <stdio.h>

#include "plot.h"

enum { POINT_BYTES = 48 }; /* of a point in a path */

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
    attributes_of_stroke(plot->html, plot_styles[series].colour, plot_styles[series].dash);
    wg_html_close(plot->html, "path");
}

static void
put_markers(const struct plot *plot, size_t series)
{
    for (size_t i = 0; i < plot->chart->n_labels; i++) {
        int64_t value = value_at(plot->chart, series, i);

        if (value != WG_CHART_NONE)
            put_marker(plot->html, &plot_styles[series], x_of(plot, i), y_of(plot, value));
    }
}

/* ---- Their names ---- */

/* A name where its line ends; y is that of its foot. */
struct name {
    size_t series;
    const char *text;
    int x, y, width;
};

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

/* Where the last value lies; false: there is none. */
static bool
find_end(const struct plot *plot, size_t series, size_t *last)
{
    *last = plot->chart->n_labels;
    while (*last > 0 && value_at(plot->chart, series, *last - 1) == WG_CHART_NONE)
        --*last;
    return (*last)--;
}

static struct name
name_at(const struct plot *plot, size_t series, size_t last)
{
    const char *text = shortened(plot->html->arena, plot->chart->series[series].name);

    plot->html->failed |= !text;
    return (struct name){series, text, x_of(plot, last) + 100,
                         y_of(plot, value_at(plot->chart, series, last)) + 50,
                         text ? letters_in(text) * LETTER_WIDTH : 0};
}

/* ---- Those that end with the chart stand behind it ---- */

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

/* ---- Those that end before stand where no line is ---- */

enum { MARK = 60 }; /* half a marker */

struct box {
    int left, right, top, bottom;
};

static struct box
box_of(const struct name *name)
{
    return (struct box){name->x - MARK, name->x + name->width + MARK, name->y - 120 - MARK,
                        name->y + 20 + MARK};
}

static int
between(int x, int x1, int y1, int x2, int y2)
{
    return x2 == x1 ? y1 : y1 + (int)((int64_t)(y2 - y1) * (x - x1) / (x2 - x1));
}

/* Does the line from one point to the next pass through the box? */
static bool
is_crossed(const struct plot *plot, const struct box *box, int x1, int y1, int x2, int y2)
{
    int left = x1 > box->left ? x1 : box->left, right = x2 < box->right ? x2 : box->right, from, to;

    if (left > right)
        return false;
    from = plot->chart->kind == WG_CHART_STEPS ? y1 : between(left, x1, y1, x2, y2);
    to = plot->chart->kind == WG_CHART_STEPS ? (right == x2 ? y2 : y1)
                                             : between(right, x1, y1, x2, y2);
    return (from < to ? from : to) <= box->bottom && (from > to ? from : to) >= box->top;
}

static bool
is_free_of(const struct plot *plot, const struct box *box, size_t series)
{
    const struct wg_chart *chart = plot->chart;
    int64_t before = WG_CHART_NONE;

    for (size_t i = 0; i < chart->n_labels; i++) {
        int64_t value = value_at(chart, series, i);
        bool is_drawn_to = before != WG_CHART_NONE;

        if (value != WG_CHART_NONE &&
            is_crossed(plot, box, x_of(plot, is_drawn_to ? i - 1 : i),
                       y_of(plot, is_drawn_to ? before : value), x_of(plot, i), y_of(plot, value)))
            return false;
        before = value;
    }
    return true;
}

static bool
is_free(const struct plot *plot, const struct name *name, const struct name *names, size_t n)
{
    struct box box = box_of(name);

    if (box.left < LEFT || box.right > plot->right || box.top < 0 || box.bottom > BOTTOM)
        return false;
    for (size_t s = 0; s < plot->chart->n_series; s++)
        if (!is_free_of(plot, &box, s))
            return false;
    for (size_t i = 0; i < n; i++) {
        struct box other = box_of(&names[i]);

        if (box.left < other.right && other.left < box.right && box.top < other.bottom &&
            other.top < box.bottom)
            return false;
    }
    return true;
}

/* The nearest place above or below the line's end that is free: behind it, over it, before
 * it. Where none is, over it, for text stays readable on lines. */
static void
move_clear(const struct plot *plot, struct name *name, const struct name *names, size_t n)
{
    const int x = name->x - 100, y = name->y - 50;
    const int lefts[] = {x + 100, x - name->width / 2, x - name->width - 100};

    for (int away = 0; away < BOTTOM - TOP; away += LINE_HEIGHT / 2)
        for (int side = 0; side < 2; side++)
            for (size_t i = 0; i < sizeof(lefts) / sizeof(lefts[0]); i++) {
                name->x = lefts[i];
                name->y = y + 50 + (side ? away : -away);
                if (is_free(plot, name, names, n))
                    return;
            }
    name->x = lefts[1];
    name->y = y - 80;
}

static void
put_names(const struct plot *plot)
{
    struct name names[WG_CHART_SERIES_MAX], early[WG_CHART_SERIES_MAX];
    size_t n = 0, n_early = 0, last;

    for (size_t s = 0; s < plot->chart->n_series; s++) {
        if (!find_end(plot, s, &last))
            continue;
        if (last + 1 == plot->chart->n_labels) {
            names[n++] = name_at(plot, s, last);
            continue;
        }
        early[n_early] = name_at(plot, s, last);
        move_clear(plot, &early[n_early], early, n_early);
        n_early++;
    }
    spread_names(names, n);
    for (size_t i = 0; i < n_early; i++)
        names[n++] = early[i];
    for (size_t i = 0; i < n; i++)
        put_text(plot->html, names[i].x, names[i].y, "start", plot_styles[names[i].series].colour,
                 names[i].text);
}

void
put_lines(const struct plot *plot)
{
    for (size_t s = plot->chart->n_series; s-- > 0;) {
        put_path(plot, s);
        put_markers(plot, s);
    }
    if (plot->chart->n_series > 1)
        put_names(plot);
}
