/*
 * page_tables.c - every table as its figures lie best: one beneath another with their bars; items
 * and practices, or groups, as rows of a grid; and tables that tell the same of several things
 * beside one another.
 */
#include <stdlib.h>
#include <string.h>
#include <wellgate/chart.h>
#include <wellgate/decimal.h>

#include "paging.h"

enum { LIST_SEEN = 12, OVERVIEW_MIN = 2, OVERVIEW_KEYS_MAX = 6, TABLES_SEEN = 6,
       SERVICES_DRAWN = 6 };

/* ---- What is known of kinds ---- */

/* What tables of a kind are read for. Where several have it, it stands in one grid with a title, and
 * they themselves are folded away. */
static const struct overview {
    const char *kind, *title, *heading;
    const char *keys[OVERVIEW_KEYS_MAX];
} overviews[] = {
    {"funnel", NULL, NULL, {"REFERRALS", "REACHED", "CONNECTED", "COMPLETED"}},
    {"outcomes", "Every measure at a glance", "Measure",
     {"IMPROVED", "PAIRED", "FOLLOWED", "LOST", "MEAN_CHANGE"}},
    {"utilisation", "Every service at a glance", "Service",
     {"PEOPLE_BEFORE", "BEFORE", "AFTER", "RATE_BEFORE", "RATE_AFTER", "CHANGE"}},
};

/* What the subjects of a kind's tables are. */
static const struct {
    const char *kind, *table, *subject;
} subjects[] = {
    {"transitions", NULL, "Item"},
    {"costAvoidance", "AVOIDED", "Service"},
    {"costAvoidance", "PRACTICES", "Practice"},
    {"utilisation", NULL, "Practice"},
    {"sroi", NULL, "Outcome"},
    {"awards", NULL, "Awards"},
};

/* Tables whose rows have no order of their own: the greatest share first. */
static const char *const by_size[] = {"REASONS", "TOGETHER", "SOURCE", "STRAND", "LOCALITY",
                                      "ENDINGS", "SECTORS", "ORGANISATIONS"};

static const struct overview *
overview_of(const Report *report)
{
    for (size_t i = 0; i < sizeof(overviews) / sizeof(overviews[0]); i++)
        if (strcmp(overviews[i].kind, report->kind) == 0)
            return &overviews[i];
    return NULL;
}

static const char *
subject_heading(const struct paging *p, const Table *table)
{
    for (size_t i = 0; i < sizeof(subjects) / sizeof(subjects[0]); i++)
        if (strcmp(subjects[i].kind, p->report->kind) == 0 &&
            (!subjects[i].table || strcmp(subjects[i].table, table->key) == 0))
            return subjects[i].subject;
    return "Of";
}

static bool
is_by_size(const Table *table)
{
    for (size_t i = 0; i < sizeof(by_size) / sizeof(by_size[0]); i++)
        if (strcmp(by_size[i], table->key) == 0)
            return true;
    return false;
}

/* ---- One beneath another ---- */

struct list {
    const Figure **figures;
    size_t n;
    bool bars, parts, intervals; /* has any */
};

static int
by_share(const void *left, const void *right)
{
    const Figure *a = *(const Figure *const *)left, *b = *(const Figure *const *)right;
    bool none_a = strcmp(a->key, NOT_RECORDED) == 0, none_b = strcmp(b->key, NOT_RECORDED) == 0;
    int64_t share_a = -1, share_b = -1;

    figure_share(a, &share_a);
    figure_share(b, &share_b);
    if (none_a != none_b)
        return none_a - none_b;
    return share_a != share_b ? (share_a < share_b) - (share_a > share_b) : strcmp(a->label, b->label);
}

static void
list_add(struct list *list, struct paging *p, const Figure *figure)
{
    int64_t share;

    list->figures[list->n++] = figure;
    list->bars |= figure_share(figure, &share);
    list->parts |= *figure_parts(p, figure) != '\0';
    list->intervals |= figure->interval != NULL;
}

static void
write_list_row(struct paging *p, const struct list *list, const Figure *figure)
{
    wg_row_begin(&p->html);
    wg_cell(&p->html, figure->label);
    if (list->bars) {
        wg_cell_begin(&p->html);
        figure_bar(p, figure);
        wg_cell_end(&p->html);
    }
    wg_cell(&p->html, figure_value(p, figure));
    if (list->intervals)
        wg_cell(&p->html, figure_interval(p, figure));
    if (list->parts)
        wg_cell(&p->html, figure_parts(p, figure));
    wg_row_end(&p->html);
}

static void
write_list_part(struct paging *p, const struct list *list, const char *caption, size_t from, size_t to)
{
    struct wg_column columns[5];
    size_t n = 0;

    columns[n++] = (struct wg_column){"Figure", false};
    if (list->bars)
        columns[n++] = (struct wg_column){"0 to 100%", false};
    columns[n++] = (struct wg_column){"Value", true};
    if (list->intervals)
        columns[n++] = (struct wg_column){"95% interval", true};
    if (list->parts)
        columns[n++] = (struct wg_column){"How many", true};
    wg_table_begin(&p->html, caption, columns, n);
    for (size_t i = from; i < to; i++)
        write_list_row(p, list, list->figures[i]);
    wg_table_end(&p->html);
}

static void
write_list(struct paging *p, const struct list *list, const char *caption)
{
    size_t seen = list->n > LIST_SEEN + LIST_SEEN / 2 ? LIST_SEEN : list->n;

    if (!list->n)
        return;
    write_list_part(p, list, caption, 0, seen);
    if (seen == list->n)
        return;
    wg_html_open(&p->html, "details");
    wg_html_attribute(&p->html, "class", "more");
    wg_html_open(&p->html, "summary");
    wg_html_textf(&p->html, "%zu more", list->n - seen);
    wg_html_close(&p->html, "summary");
    write_list_part(p, list, caption, seen, list->n);
    wg_html_close(&p->html, "details");
}

/* ---- As a grid ---- */

/* "Finance", "Women", or "Finance, women". */
static const char *
row_words(struct paging *p, const Figure *figure)
{
    const char *group = name_of_group(&p->names, (int)p->report->by, figure->group);
    const char *row;

    if (!is_grouped(p->report))
        return *figure->subject ? figure->subject : "All";
    row = *figure->subject ? wg_format(p->arena, "%s: %s", figure->subject, group) : group;
    p->html.failed |= !row;
    return row ? row : "";
}

/* Moves between states are told item by item, in a matrix each. */
static bool
is_matrix(const Table *table)
{
    return strcmp(table->key, "MOVES") == 0;
}

static const char *
grid_heading(struct paging *p, const Table *table, bool subjects_told)
{
    return subjects_told || !is_grouped(p->report) ? subject_heading(p, table)
                                                   : name_of_dimension(&p->names, (int)p->report->by);
}

static bool
has_subjects(const Table *table)
{
    for (size_t i = 0; i < table->n_figures; i++)
        if (*table->figures[i]->subject)
            return true;
    return false;
}

/* Columns come in the order of what the kind's tables are read for, then as they stand. */
static void
add_figures(struct paging *p, struct grid *grid, const Table *table, bool with_subjects)
{
    const struct overview *overview = overview_of(p->report);

    for (size_t k = 0; overview && k < OVERVIEW_KEYS_MAX && overview->keys[k]; k++)
        if (figure_find(table, overview->keys[k]))
            grid_column(grid, figure_aspect(p, figure_find(table, overview->keys[k])));
    for (size_t i = 0; i < table->n_figures; i++) {
        const Figure *figure = table->figures[i];

        if (!with_subjects || *figure->subject)
            grid_add(grid, row_words(p, figure), figure_aspect(p, figure), figure);
    }
}

/* What is told of no subject stands in the grid's last row, where the grid has such a column, and
 * before the grid otherwise. */
static void
write_grid(struct paging *p, const Table *table)
{
    static const char *const steps[] = {"IMPROVED", "REACHED", "CONNECTED", "COMPLETED"}; /* the last there is is drawn */
    static const char *const moved[] = {"In a better state", "In the same state", "In a worse state"};
    bool told = has_subjects(table);
    struct grid *grid = grid_new(p, table->title, grid_heading(p, table, told), table->n_figures);
    struct list list = {.figures = wg_alloc_array(p->arena, table->n_figures + 1, sizeof(*list.figures))};

    p->html.failed |= !list.figures;
    if (!grid || !list.figures)
        return;
    add_figures(p, grid, table, told);
    for (size_t i = 0; told && i < table->n_figures; i++) {
        const Figure *figure = table->figures[i];

        if (*figure->subject)
            continue;
        if (grid_has_column(grid, figure->label))
            grid_add(grid, row_words(p, figure), figure->label, figure);
        else if (!*figure->group)
            list_add(&list, p, figure);
    }
    grid_total(grid, "All");
    grid_stack(grid, moved, sizeof(moved) / sizeof(moved[0]));
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
        grid_draw(grid, steps[i]);
    write_list(p, &list, table->title);
    grid_write(grid);
}

/* ---- From each state to each ---- */

static size_t
end_of_subject(const Table *table, size_t from)
{
    size_t to = from;

    while (to < table->n_figures && strcmp(table->figures[to]->subject, table->figures[from]->subject) == 0)
        to++;
    return to;
}

/* A row for each state before: "From not managing" → "to managing". */
static void
write_matrix(struct paging *p, const Table *table, size_t from, size_t to)
{
    struct grid *grid = grid_new(p, table->figures[from]->subject, "State before", to - from);

    for (size_t i = from; grid && i < to; i++) {
        const char *aspect = figure_aspect(p, table->figures[i]), *split = strstr(aspect, " to ");
        char *row = split ? wg_copy_bytes(p->arena, aspect, (size_t)(split - aspect)) : NULL;

        p->html.failed |= !row;
        if (row)
            grid_add(grid, row, split + 1, table->figures[i]);
    }
    if (grid)
        grid_write(grid);
}

static void
write_matrices(struct paging *p, const Table *table)
{
    wg_html_details_begin(&p->html, "Item by item, in per cent of the people with both readings");
    for (size_t from = 0, to; from < table->n_figures; from = to) {
        to = end_of_subject(table, from);
        write_matrix(p, table, from, to);
    }
    wg_html_details_end(&p->html);
}

/* ---- How figures are counted ---- */

static bool
is_claims(const Report *report)
{
    return strcmp(report->kind, "facts") == 0;
}


static bool
is_said_before(const Table *table, size_t at, struct paging *p)
{
    for (size_t i = 0; i < at; i++)
        if (strcmp(figure_aspect(p, table->figures[i]), figure_aspect(p, table->figures[at])) == 0)
            return true;
    return false;
}

/* Tables of several measures count alike: it is said of the first. */
static bool
is_ruled_before(const Report *report, size_t at)
{
    const Table *table = report->tables[at];

    for (size_t t = 0; t < at; t++)
        if (report->tables[t]->n_figures == table->n_figures && table->n_figures &&
            strcmp(report->tables[t]->figures[0]->key, table->figures[0]->key) == 0)
            return true;
    return false;
}

static void
write_rules_of(struct paging *p, const Table *table)
{
    static const struct wg_column columns[] = {
        {"Figure", false}, {"What is counted", false}, {"Out of", false}, {"To know", false}};

    const char *caption = wg_format(p->arena, "What is counted: %s", table->title);

    p->html.failed |= !caption;
    wg_table_begin(&p->html, caption, columns, sizeof(columns) / sizeof(columns[0]));
    for (size_t i = 0; i < table->n_figures && !*table->figures[i]->group; i++) {
        const Figure *figure = table->figures[i];

        if (!*figure->subject || !is_said_before(table, i, p))
            wg_row(&p->html, (const char *const[]){figure_aspect(p, figure), figure->numerator_rule,
                                                   figure->denominator_rule, figure->note});
    }
    wg_table_end(&p->html);
}

void
page_rules(struct paging *p)
{
    if (!p->report->n_tables || is_claims(p->report))
        return;
    wg_html_details_begin(&p->html, "What each figure counts");
    for (size_t t = 0; t < p->report->n_tables; t++)
        if (p->report->tables[t]->n_figures && !is_ruled_before(p->report, t))
            write_rules_of(p, p->report->tables[t]);
    wg_html_details_end(&p->html);
}

/* ---- One table ---- */

/* Of all: the groups have their own rows. */
static void
write_as_list(struct paging *p, const Table *table)
{
    struct list list = {.figures = wg_alloc_array(p->arena, table->n_figures + 1, sizeof(*list.figures))};

    p->html.failed |= !list.figures;
    for (size_t i = 0; list.figures && i < table->n_figures; i++)
        list_add(&list, p, table->figures[i]);
    if (list.n == 1 && strcmp(list.figures[0]->key, NOT_RECORDED) == 0) {
        wg_html_paragraph(&p->html, "It is recorded of nobody.");
        return;
    }
    if (list.figures && is_by_size(table))
        qsort(list.figures, list.n, sizeof(*list.figures), by_share);
    if (list.figures)
        write_list(p, &list, table->title);
}

static bool
has_groups(const Table *table)
{
    for (size_t i = 0; i < table->n_figures; i++)
        if (*table->figures[i]->group)
            return true;
    return false;
}

static void
write_figures(struct paging *p, const Table *table)
{
    if (is_matrix(table))
        write_matrices(p, table);
    else if (has_subjects(table) || has_groups(table))
        write_grid(p, table);
    else
        write_as_list(p, table);
}

/* Said once on a page. */
static bool
is_noted_before(const Report *report, size_t table, const char *note)
{
    for (size_t t = 0; t < table; t++)
        for (size_t i = 0; i < report->tables[t]->n_notes; i++)
            if (strcmp(report->tables[t]->notes[i], note) == 0)
                return true;
    return false;
}

static void
write_notes(struct paging *p, size_t at)
{
    const Table *table = p->report->tables[at];

    for (size_t i = 0; i < table->n_notes; i++)
        if (!is_noted_before(p->report, at, table->notes[i]))
            wg_html_inset(&p->html, table->notes[i]);
}

/* ---- What others stated ---- */

/* "8.90", "£250,000.00", "25 jobs" */
static const char *
stated(struct paging *p, const Figure *figure)
{
    const char *value = figure_value(p, figure);
    const char *words = figure->unit == UNIT(MONEY) || !*figure->numerator_rule
                            ? value : wg_format(p->arena, "%s %s", value, figure->numerator_rule);

    p->html.failed |= !words;
    return words ? words : "";
}

static void
write_claims(struct paging *p)
{
    static const struct wg_column columns[] = {
        {"Perspective", false}, {"Statement", false}, {"As stated", true}, {"Source, and time", false}};

    wg_html_notice(&p->html, WG_NOTICE_INFORMATION, "Stated by others",
                   "These figures were not reckoned from the programme's records, and stand in no other "
                   "report. Those of different perspectives cannot be compared.");
    wg_table_begin(&p->html, "What others published, perspective by perspective", columns,
                   sizeof(columns) / sizeof(columns[0]));
    for (size_t t = 0; t < p->report->n_tables; t++)
        for (size_t i = 0; i < p->report->tables[t]->n_figures; i++) {
            const Figure *figure = p->report->tables[t]->figures[i];

            wg_row(&p->html, (const char *const[]){p->report->tables[t]->title, figure->label,
                                                   stated(p, figure), figure->note});
        }
    wg_table_end(&p->html);
}

/* ---- Side by side ---- */

/* Has it the first two, so that there is something to see? */
static bool
is_in(const struct overview *overview, const Table *table)
{
    bool all = overview;

    for (size_t k = 0; all && k < 2; k++) {
        const Figure *figure = figure_find(table, overview->keys[k]);

        all = figure && *figure->value;
    }
    return all;
}

static size_t
tables_in(const struct overview *overview, const Report *report)
{
    size_t n = 0;

    for (size_t t = 0; t < report->n_tables; t++)
        n += is_in(overview, report->tables[t]);
    return n;
}

/* Its tables need no caption to be seen that says the same. */
static void
begin_told(struct paging *p, const char *title)
{
    wg_html_open(&p->html, "section");
    wg_html_attribute(&p->html, "class", "told");
    wg_html_heading(&p->html, 2, title);
}

/* Uses by 100 people, before and after, service by service. */
static void
write_before_and_after(struct paging *p, const struct overview *overview)
{
    const char *labels[SERVICES_DRAWN];
    int64_t before[SERVICES_DRAWN], after[SERVICES_DRAWN];
    const struct wg_series series[] = {{"Before", before}, {"After", after}};
    size_t n = 0;

    for (size_t t = 0; t < p->report->n_tables && n < SERVICES_DRAWN; t++) {
        const Figure *from = figure_find(p->report->tables[t], "RATE_BEFORE");
        const Figure *to = figure_find(p->report->tables[t], "RATE_AFTER");

        if (!is_in(overview, p->report->tables[t]) || !from || !to ||
            !wg_decimal_parse(from->value, 2, &before[n]) || !wg_decimal_parse(to->value, 2, &after[n]))
            continue;
        labels[n++] = p->report->tables[t]->title;
    }
    if (n)
        wg_chart(&p->html, &(struct wg_chart){
            .kind = WG_CHART_BARS, .title = "Uses by 100 people, before and after",
            .description = "How often 100 people used each service before they were referred, and as long "
                           "afterwards.",
            .labels = labels, .n_labels = n, .series = series, .n_series = 2, .label_heading = "Service"});
}

static void
write_overview(struct paging *p, const struct overview *overview, size_t n)
{
    struct grid *grid = grid_new(p, overview->title, overview->heading, n * OVERVIEW_KEYS_MAX);

    for (size_t t = 0; grid && t < p->report->n_tables; t++)
        for (size_t k = 0; is_in(overview, p->report->tables[t]) && k < OVERVIEW_KEYS_MAX && overview->keys[k]; k++) {
            const Figure *figure = figure_find(p->report->tables[t], overview->keys[k]);

            if (figure)
                grid_add(grid, p->report->tables[t]->title, figure->label, figure);
        }
    if (!grid)
        return;
    begin_told(p, overview->title);
    for (size_t t = 0; t < p->report->n_tables; t++)
        if (is_in(overview, p->report->tables[t]))
            write_notes(p, t);
    write_before_and_after(p, overview);
    grid_write(grid);
    wg_html_close(&p->html, "section");
}

static void
write_one(struct paging *p, size_t at, bool folded)
{
    const Table *table = p->report->tables[at];

    if (folded) {
        wg_html_details_begin(&p->html, table->title);
    } else {
        begin_told(p, table->title);
        write_notes(p, at);
    }
    if (table->n_figures)
        write_figures(p, table);
    else if (!table->n_notes)
        wg_html_paragraph(&p->html, "Nothing is on record.");
    wg_html_close(&p->html, folded ? "details" : "section");
}

void
page_tables(struct paging *p)
{
    const struct overview *overview = is_grouped(p->report) ? NULL : overview_of(p->report);
    size_t n = overview && overview->title ? tables_in(overview, p->report) : 0;
    bool told = false;

    if (!p->report->n_tables)
        wg_html_paragraph(&p->html, "Nothing is on record.");
    else if (is_claims(p->report))
        write_claims(p);
    for (size_t t = 0; !is_claims(p->report) && t < p->report->n_tables; t++) {
        bool in = n >= OVERVIEW_MIN && is_in(overview, p->report->tables[t]);

        if (in && !told)
            write_overview(p, overview, n);
        told |= in;
        if (is_grouped(p->report) || !page_figures_tell(p, p->report->tables[t]))
            write_one(p, t, in || (is_grouped(p->report) && t >= TABLES_SEEN));
    }
}
