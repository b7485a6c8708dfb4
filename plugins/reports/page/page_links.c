/* page_links.c - from a report to the others of its programme, and to the same by a dimension. */
#include <ctype.h>
#include <inttypes.h>
#include <wellgate/messages.h>
#include <wellgate/text.h>

#include "paging.h"
#include "report/report.h"
/* ---- The request as a query ---- */

struct query {
    struct wg_arena *arena;
    const char *text; /* NULL: past the arena */
};

/* "known_at_sequence" → "knownAtSequence" */
static const char *
json_name(struct wg_arena *arena, const char *name)
{
    char *copy = wg_copy_text(arena, name), *to = copy;

    for (const char *from = name; copy && *from; from++)
        *to++ = *from == '_' ? (char)toupper((unsigned char)*++from) : *from;
    if (copy)
        *to = '\0';
    return copy;
}

static const char *
percent_encoded(struct wg_arena *arena, const char *text)
{
    static const char digits[] = "0123456789ABCDEF";
    char *copy = wg_alloc_array(arena, strlen(text) + 1, 3), *to = copy;

    for (; copy && *text; text++)
        if (isalnum((unsigned char)*text) || strchr("-._~", *text)) {
            *to++ = *text;
        } else {
            *to++ = '%';
            *to++ = digits[(unsigned char)*text >> 4];
            *to++ = digits[(unsigned char)*text & 15];
        }
    return copy;
}

static void
add(struct query *query, const char *name, const char *value)
{
    const char *encoded = value ? percent_encoded(query->arena, value) : NULL;

    query->text = name && encoded && query->text
                      ? wg_format(query->arena, "%s%s%s=%s", query->text, *query->text ? "&" : "?", name, encoded)
                      : NULL;
}

static void
add_value(struct query *query, const ProtobufCFieldDescriptor *field, const void *value)
{
    const char *name = json_name(query->arena, field->name);

    switch (field->type) {
    case PROTOBUF_C_TYPE_STRING:
        if (**(char *const *)value)
            add(query, name, *(char *const *)value);
        break;
    case PROTOBUF_C_TYPE_ENUM:
        if (*(const int *)value)
            add(query, name, wg_enum_word(field->descriptor, *(const int *)value));
        break;
    case PROTOBUF_C_TYPE_UINT32:
        if (*(const uint32_t *)value)
            add(query, name, wg_format(query->arena, "%" PRIu32, *(const uint32_t *)value));
        break;
    case PROTOBUF_C_TYPE_UINT64:
        if (*(const uint64_t *)value)
            add(query, name, wg_format(query->arena, "%" PRIu64, *(const uint64_t *)value));
        break;
    default:
        break;
    }
}

static size_t
size_of(const ProtobufCFieldDescriptor *field)
{
    return field->type == PROTOBUF_C_TYPE_STRING ? sizeof(char *) : sizeof(int);
}

static void
add_field(struct query *query, const ProtobufCFieldDescriptor *field, const Request *request)
{
    const char *at = (const char *)request + field->offset;

    if (field->label != PROTOBUF_C_LABEL_REPEATED) {
        add_value(query, field, at);
        return;
    }
    for (size_t i = 0; i < *(const size_t *)((const char *)request + field->quantifier_offset); i++)
        add_value(query, field, *(const char *const *)at + i * size_of(field));
}

/* Of what was asked for all but the path and by what it is broken down; then by. */
static const char *
query_with(struct wg_arena *arena, const Request *request, int by)
{
    const ProtobufCMessageDescriptor *descriptor = request->base.descriptor;
    struct query query = {arena, ""};

    for (unsigned i = 0; i < descriptor->n_fields; i++) {
        const char *name = descriptor->fields[i].name;

        if (strcmp(name, "parent") != 0 && strcmp(name, "kind") != 0 && strcmp(name, "by") != 0 &&
            strcmp(name, "interval") != 0)
            add_field(&query, &descriptor->fields[i], request);
    }
    if (by)
        add(&query, "by", wg_enum_word(&wellgate__reports__v1__report_dimension__code__descriptor, by));
    return query.text;
}

/* ---- Links ---- */

static void
put_link(struct paging *p, const char *text, const char *name, const char *query)
{
    const char *path = name && query ? wg_format(p->arena, "/v1/%s%s", name, query) : NULL;

    p->html.failed |= !path;
    wg_html_open(&p->html, "li");
    wg_html_link(&p->html, text, path);
    wg_html_close(&p->html, "li");
}

static void
begin_links(struct paging *p, const char *heading)
{
    wg_html_heading(&p->html, 2, heading);
    wg_html_open(&p->html, "ul");
    wg_html_attribute(&p->html, "class", "links");
}

static void
put_dimensions(struct paging *p, const Request *request)
{
    const char *name = wg_format(p->arena, "%s/reports/%s", p->report->programme, p->report->kind);
    const ProtobufCEnumDescriptor *codes = &wellgate__reports__v1__report_dimension__code__descriptor;

    if (!report_has_groups(p->report->kind))
        return;
    begin_links(p, "The same, broken down");
    for (unsigned i = 0; i < codes->n_values; i++) {
        int by = codes->values[i].value;

        if (by != (int)p->report->by)
            put_link(p, by ? wg_format(p->arena, "By %s", name_of_dimension_within(&p->names, by)) : "All together",
                     name, query_with(p->arena, request, by));
    }
    wg_html_close(&p->html, "ul");
}

const struct wg_problem *
page_links(struct paging *p)
{
    const struct wg_problem *problem;
    Wellgate__Reports__V1__ReportIndex *index;

    if ((problem = report_index(p->call, p->report->programme, &index)))
        return problem;
    wg_html_open(&p->html, "nav");
    wg_html_attribute(&p->html, "aria-label", "Other reports");
    put_dimensions(p, p->context);
    begin_links(p, "All reports of this programme");
    for (size_t i = 0; i < index->n_reports; i++)
        if (!index->reports[i]->empty)
            put_link(p, index->reports[i]->title, index->reports[i]->name, "");
    wg_html_close(&p->html, "ul");
    wg_html_close(&p->html, "nav");
    return NULL;
}

/* ---- The index as a page ---- */

/* Nobody is led to a report that has nothing to tell. */
static void
put_entry(struct wg_html *html, struct wg_arena *arena, const Wellgate__Reports__V1__ReportIndex__Entry *entry)
{
    wg_html_open(html, "dt");
    if (entry->empty)
        wg_html_text(html, entry->title);
    else
        wg_html_link(html, entry->title, wg_format(arena, "/v1/%s", entry->name));
    wg_html_close(html, "dt");
    wg_html_element(html, "dd", NULL, entry->tells);
    if (entry->empty)
        wg_html_element(html, "dd", NULL, "Nothing that it tells of is on record.");
}

const struct wg_problem *
report_index_page(struct wg_call *call, const ProtobufCMessage *output, struct wg_bytes *text)
{
    const Wellgate__Reports__V1__ReportIndex *index = (const Wellgate__Reports__V1__ReportIndex *)output;
    const char *parent = ((const Wellgate__Reports__V1__GetReportIndexRequest *)wg_input(call))->parent;
    struct wg_arena *arena = wg_call_arena(call);
    struct names names = names_of(call, parent);
    const char *programme = names.programme ? names.programme->title : parent;
    const struct wg_crumb crumbs[] = {{"Your programmes and bonds", "/"},
                                      {programme, wg_format(arena, "/v1/%s", parent)}};
    const struct wg_page page = {.title = "Reports", .context = programme, .crumbs = crumbs, .n_crumbs = 2};
    struct wg_html html;

    wg_page_begin(&html, arena, &page);
    wg_html_open(&html, "dl");
    wg_html_attribute(&html, "class", "index");
    for (size_t i = 0; i < index->n_reports; i++) {
        put_entry(&html, arena, index->reports[i]);
    }
    wg_html_close(&html, "dl");
    return wg_page_end(&html, text) ? NULL : wg_no_memory(call);
}
