/* report_page.c - a report for people who commission: its tables, and what can be drawn. */
#include <string.h>
#include <wellgate/chart.h>
#include <wellgate/decimal.h>
#include <wellgate/html.h>
#include <wellgate/messages.h>
#include <wellgate/text.h>

#include "codes.h"
#include "report.h"
#include "wellgate/core/v1/core.pb-c.h"

typedef Wellgate__Core__V1__Programme Programme;

#define DIMENSION(name) WELLGATE__REPORTS__V1__REPORT_DIMENSION__CODE__##name

enum { CHART_LABELS_MAX = 24 };

struct paging {
    struct wg_call *call;
    struct wg_arena *arena;
    struct wg_html html;
    const Report *report;
    const Programme *programme; /* NULL: it cannot be read */
};

/* ---- Words ---- */

/* "72.4%", "£1,200.00", "1,234" */
static const char *
value_words(struct paging *p, const Figure *figure, const char *value)
{
    if (!*value)
        return "–";
    if (figure->unit == UNIT(MONEY))
        return wg_text_amount(p->arena, figure->currency, value);
    return wg_format(p->arena, figure->unit == UNIT(PERCENT) ? "%s%%" : "%s",
                     wg_text_decimal(p->arena, value));
}

static const char *
interval_words(struct paging *p, const Figure *figure)
{
    if (!figure->interval)
        return "";
    return wg_format(p->arena, "%s to %s", value_words(p, figure, figure->interval->low),
                     value_words(p, figure, figure->interval->high));
}

/* "21 of 29" */
static const char *
parts_words(struct paging *p, const Figure *figure)
{
    if (!*figure->denominator)
        return "";
    return wg_format(p->arena, "%s of %s", wg_text_decimal(p->arena, figure->numerator),
                     wg_text_decimal(p->arena, figure->denominator));
}

static const char *
strand_title(struct paging *p, const char *strand)
{
    for (size_t i = 0; p->programme && i < p->programme->n_strands; i++)
        if (strcmp(p->programme->strands[i]->code, strand) == 0)
            return p->programme->strands[i]->title;
    return strand;
}

/* Organisations and strands by their titles, codes in words. */
static const char *
group_words(struct paging *p, const char *group)
{
    const ProtobufCMessage *found;

    if (!*group)
        return "All";
    if (strcmp(group, NOT_RECORDED) == 0)
        return "Not recorded";
    if (strncmp(group, "organisations/", strlen("organisations/")) == 0 &&
        !wg_look(p->call, group, &found))
        return ((const Wellgate__Core__V1__Organisation *)found)->title;
    if (p->report->by == DIMENSION(STRAND))
        return strand_title(p, group);
    return code_words(p->arena, group);
}

/* ---- Tables ---- */

static void
write_figure(struct paging *p, const Figure *figure)
{
    bool grouped = p->report->by != DIMENSION(CODE_UNSPECIFIED);

    wg_row_begin(&p->html);
    wg_cell(&p->html, figure->label);
    if (grouped)
        wg_cell(&p->html, group_words(p, figure->group));
    wg_cell(&p->html, value_words(p, figure, figure->value));
    wg_cell(&p->html, interval_words(p, figure));
    wg_cell(&p->html, parts_words(p, figure));
    wg_cell(&p->html, *figure->note ? figure->note
            : *figure->denominator_rule
                ? wg_format(p->arena, "%s, of %s", figure->numerator_rule, figure->denominator_rule)
                : figure->numerator_rule);
    wg_row_end(&p->html);
}

static void
write_rows(struct paging *p, const Table *table)
{
    static const struct wg_column plain[] = {
        {"Figure", false}, {"Value", true}, {"95% interval", true}, {"How many", true},
        {"What is counted", false}};
    static const struct wg_column grouped[] = {
        {"Figure", false}, {"Of", false}, {"Value", true}, {"95% interval", true},
        {"How many", true}, {"What is counted", false}};

    if (p->report->by)
        wg_table_begin(&p->html, table->title, grouped, sizeof(grouped) / sizeof(grouped[0]));
    else
        wg_table_begin(&p->html, table->title, plain, sizeof(plain) / sizeof(plain[0]));
    for (size_t i = 0; i < table->n_figures; i++)
        write_figure(p, table->figures[i]);
    wg_table_end(&p->html);
}

/* ---- Charts: the shares of all side by side, or one of them group by group ---- */

static bool
is_drawn(const Figure *figure)
{
    int64_t value;

    return figure->unit == UNIT(PERCENT) && figure->interval &&
           wg_decimal_parse(figure->value, 1, &value);
}

static int64_t
drawn(const Figure *figure)
{
    int64_t value = 0;

    wg_decimal_parse(figure->value, 1, &value);
    return value < 0 ? (value - 5) / 10 : (value + 5) / 10;
}

static void
draw(struct paging *p, const Table *table, const char *title, const char *const *labels,
     const int64_t *values, size_t n)
{
    const struct wg_series series = {"Per cent", values};

    if (n < 2)
        return;
    wg_chart(&p->html, &(struct wg_chart){
        .kind = WG_CHART_BARS, .title = title,
        .description = wg_format(p->arena, "%s: in per cent, rounded to whole ones.", table->title),
        .labels = labels, .n_labels = n, .series = &series, .n_series = 1,
        .label_heading = "Of"});
}

static void
write_chart(struct paging *p, const Table *table)
{
    bool grouped = p->report->by != DIMENSION(CODE_UNSPECIFIED);
    const char *labels[CHART_LABELS_MAX], *key = NULL, *title = table->title;
    int64_t values[CHART_LABELS_MAX];
    size_t n = 0;

    for (size_t i = 0; i < table->n_figures && n < CHART_LABELS_MAX; i++) {
        const Figure *figure = table->figures[i];

        if (!is_drawn(figure) || (!grouped && *figure->group) ||
            (grouped && key && strcmp(key, figure->key) != 0))
            continue;
        if (grouped && !key)
            title = figure->label;
        key = figure->key;
        labels[n] = grouped ? group_words(p, figure->group) : figure->label;
        values[n++] = drawn(figure);
    }
    draw(p, table, title, labels, values, n);
}

/* ---- The whole ---- */

static void
write_tables(struct paging *p)
{
    for (size_t t = 0; t < p->report->n_tables; t++) {
        const Table *table = p->report->tables[t];

        wg_html_heading(&p->html, 2, table->title);
        for (size_t i = 0; i < table->n_notes; i++)
            wg_html_inset(&p->html, table->notes[i]);
        if (!table->n_figures) {
            wg_html_paragraph(&p->html, "There is nothing to tell.");
            continue;
        }
        write_chart(p, table);
        write_rows(p, table);
    }
}

static void
write_about(struct paging *p)
{
    wg_html_heading(&p->html, 2, "How it was reckoned");
    wg_html_open(&p->html, "ul");
    for (size_t i = 0; i < p->report->n_declarations; i++)
        wg_html_element(&p->html, "li", NULL, p->report->declarations[i]);
    wg_html_close(&p->html, "ul");
}

static const Programme *
programme_of(struct paging *p)
{
    const ProtobufCMessage *programme;

    return wg_look(p->call, p->report->programme, &programme) ? NULL : (const Programme *)programme;
}

const struct wg_problem *
report_page(struct wg_call *call, const ProtobufCMessage *output, struct wg_bytes *text)
{
    struct paging p = {.call = call, .arena = wg_call_arena(call), .report = (const Report *)output};
    struct wg_page page;

    p.programme = programme_of(&p);
    page = (struct wg_page){
        .title = p.report->title,
        .context = p.programme ? p.programme->title : p.report->programme,
        .data_date = p.report->data_date,
        .provenance = wg_format(p.arena, "Reckoned from the records of the programme up to event "
                                         "%llu. Intervals are at 95%%.",
                                (unsigned long long)p.report->known_at_sequence),
    };

    wg_page_begin(&p.html, p.arena, &page);
    write_tables(&p);
    write_about(&p);
    return wg_page_end(&p.html, text) ? NULL : wg_no_memory(call);
}
