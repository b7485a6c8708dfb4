/* leaves.c - views, bytes as they are in and out. */
#include <wellgate/chart.h>
#include <wellgate/plugin.h>

#include <string.h>

#include "google/api/httpbody.pb-c.h"
#include "leaves.pb-c.h"

typedef Leaves__V1__Leaf Leaf;

WG_EMBED(leaves_descriptors, "leaves.pb");

static const struct wg_problem *
echo(struct wg_call *call)
{
    wg_answer(call, wg_input(call));
    return NULL;
}

static const struct wg_problem *
press(struct wg_call *call)
{
    const Leaves__V1__PressRequest *request = (const void *)wg_input(call);
    Leaves__V1__PressResponse *response =
        wg_new_message(wg_call_arena(call), &leaves__v1__press_response__descriptor);

    if (!response)
        return &wg_payload_too_large;
    response->leaf = request->leaf;
    response->force = request->force;
    if (request->body) {
        response->content_type = request->body->content_type;
        response->bytes = (int64_t)request->body->data.len;
    }
    wg_answer(call, &response->base);
    return NULL;
}

static const struct wg_problem *
render_csv(struct wg_call *call, const ProtobufCMessage *output, struct wg_bytes *text)
{
    const Leaf *leaf = (const void *)output;
    char *csv = wg_format(wg_call_arena(call), "text\r\n%s\r\n", leaf->text);

    if (!csv)
        return &wg_payload_too_large;
    *text = (struct wg_bytes){csv, strlen(csv)};
    return NULL;
}

/* One that has no picture of some leaves. */
static const struct wg_problem *
render_svg(struct wg_call *call, const ProtobufCMessage *output, struct wg_bytes *text)
{
    const Leaf *leaf = (const void *)output;

    if (strcmp(leaf->text, "invisible") == 0)
        return wg_fail(call, &wg_conflict, "it cannot be seen");
    *text = (struct wg_bytes){"<svg/>", 6};
    return NULL;
}

/* ---- A page with all that pages are made of ---- */

static const char *const quarters[] = {"Q1 2016", "Q2 2016", "Q3 2016", "Q4 2016"};
static const int64_t plan[] = {-5000000, -2500000, 1000000, 4000000},
                     paid[] = {-4800000, -3100000, 1210050, WG_CHART_NONE};
static const struct wg_series series[] = {{"Plan", plan}, {"Paid", paid}};

static void
put_charts(struct wg_html *html)
{
    static const char *const titles[] = {"Lines", "Steps", "Bars", "Stacked"};

    wg_html_heading(html, 2, "Charts");
    for (int kind = WG_CHART_LINES; kind <= WG_CHART_STACKED; kind++)
        wg_chart(html, &(struct wg_chart){
            .kind = (enum wg_chart_kind)kind, .title = titles[kind], .currency = "GBP",
            .description = "What was paid against the plan.", .labels = quarters, .n_labels = 4,
            .series = series, .n_series = 2, .table_open = kind == WG_CHART_LINES});
    wg_chart_progress(html, &(struct wg_progress){"Ceiling", "GBP", 4500000, 10000000});
}

static void
put_table(struct wg_html *html, const Leaf *leaf)
{
    static const struct wg_column columns[] = {{"Vein"}, {"Length", .numeric = true},
                                               {"Worth", .numeric = true}, {"Trend"}};

    wg_table_begin(html, "Veins", columns, 4);
    for (size_t i = 0; i < leaf->n_veins; i++) {
        wg_row_begin(html);
        wg_cell_link(html, "A vein", "#main");
        wg_cell_count(html, leaf->veins[i]->length);
        wg_cell_money(html, "GBP", 123450);
        wg_cell_begin(html);
        wg_sparkline(html, "Growth over four quarters", plan, 4);
        wg_cell_end(html);
        wg_row_end(html);
    }
    wg_total_begin(html);
    wg_cell(html, "Total");
    wg_cell(html, NULL);
    wg_cell_money(html, "GBP", (int64_t)leaf->n_veins * 123450);
    wg_cell(html, NULL);
    wg_row_end(html);
    wg_table_end(html);
}

static void
put_parts(struct wg_html *html, const Leaf *leaf)
{
    wg_html_notice(html, WG_NOTICE_WARNING, "Disputed", leaf->text);
    wg_html_notice(html, WG_NOTICE_INFORMATION, "Draft", leaf->text);
    wg_html_notice(html, WG_NOTICE_SUCCESS, "Settled", leaf->text);
    wg_figures_begin(html);
    wg_figure(html, "Due", "\xc2\xa3" "1,234.50", "more than before");
    wg_figure(html, "Veins", wg_text_count(html->arena, (int64_t)leaf->n_veins), NULL);
    wg_figures_end(html);
    wg_html_heading(html, 2, "Facts");
    wg_summary_begin(html);
    wg_summary_row(html, "Text", leaf->text);
    wg_summary_row_begin(html, "State");
    for (int kind = WG_TAG_NEUTRAL; kind <= WG_TAG_BAD; kind++) {
        wg_html_tag(html, (enum wg_tag)kind, "Dry");
        wg_html_text(html, " ");
    }
    wg_summary_row_end(html);
    wg_summary_end(html);
    wg_html_inset(html, leaf->text);
    wg_html_details_begin(html, "More");
    wg_html_paragraph(html, leaf->text);
    wg_html_details_end(html);
}

static const struct wg_problem *
render_html(struct wg_call *call, const ProtobufCMessage *output, struct wg_bytes *text)
{
    const Leaf *leaf = (const void *)output;
    struct wg_page page = {.title = leaf->text, .context = wg_name_id(leaf->name),
                           .data_date = "2016-10-31", .provenance = leaf->text};
    struct wg_html html;

    page.crumbs = wg_page_crumbs(wg_call_arena(call), leaf->name, &page.n_crumbs);
    wg_page_begin(&html, wg_call_arena(call), &page);
    put_parts(&html, leaf);
    put_table(&html, leaf);
    put_charts(&html);
    return wg_page_end(&html, text) ? NULL : wg_no_memory(call);
}

static const struct wg_problem *
upsert(struct wg_call *call)
{
    const Leaves__V1__UpsertLeafRequest *request = (const void *)wg_input(call);
    char *name = wg_format(wg_call_arena(call), "%s/leaves/%s", request->parent, request->value);
    const struct wg_problem *problem;
    struct wg_record record;
    Leaf leaf;

    if (!name)
        return &wg_payload_too_large;
    leaf = *request->leaf;
    leaf.name = name;
    problem = wg_load(call, name, &record);
    if (problem == &wg_not_found)
        problem = wg_insert(call, &leaf.base, NULL);
    else if (!problem && strcmp(((const Leaf *)record.message)->text, leaf.text) != 0)
        problem = wg_update(call, &leaf.base, NULL);
    if (!problem && !(problem = wg_load(call, name, &record)))
        wg_answer(call, record.message);
    return problem;
}

/* Of two leaves that belong together the first is written, then the second refused. */
static const struct wg_problem *
check_leaf(struct wg_call *call, const ProtobufCMessage *before, ProtobufCMessage *after)
{
    const Leaf *leaf = (const void *)after;
    const struct wg_problem *problem;
    Leaf twin = LEAVES__V1__LEAF__INIT;

    if (before || !leaf || strcmp(leaf->text, "late") != 0)
        return NULL;
    twin.name = wg_format(wg_call_arena(call), "%s-twin", leaf->name);
    twin.text = "twin";
    if (!twin.name)
        return &wg_payload_too_large;
    problem = wg_insert(call, &twin.base, NULL);
    return problem ? problem : wg_fail(call, &wg_conflict, "it comes too late");
}

static const struct wg_rule rules[] = {
    {"leaves/Leaf", check_leaf},
    {0},
};

static const struct wg_method methods[] = {
    {.name = "Leaves/UpsertLeaf", .run = upsert},
    {.name = "Leaves/Echo", .run = echo},
    {.name = "Leaves/Press", .run = press},
    {0},
};

static const struct wg_view views[] = {
    {"Leaves/GetLeaf", "text/csv; charset=utf-8", render_csv},
    {"Leaves/CreateLeaf", "image/svg+xml", render_svg},
    {"Leaves/GetLeaf", "image/svg+xml", render_svg},
    {"Leaves/GetLeaf", WG_HTML_MEDIA_TYPE, render_html},
    {0},
};

static const ProtobufCServiceDescriptor *const services[] = {&leaves__v1__leaves__descriptor,
                                                             NULL};

WG_PLUGIN = {
    WG_PLUGIN_ABI,
    .name = "leaves",
    .descriptor_set = {leaves_descriptors, leaves_descriptors_end},
    .services = services,
    .methods = methods,
    .rules = rules,
    .views = views,
};
