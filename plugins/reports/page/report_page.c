/* report_page.c - a report for people who commission: what it shows, the main figures, then all. */
#include <string.h>

#include "paging.h"
#include "report/report.h"

static void
write_about(struct paging *p)
{
    wg_html_heading(&p->html, 2, "How it was reckoned");
    if (p->report->n_declarations)
        wg_html_open(&p->html, "ul");
    for (size_t i = 0; i < p->report->n_declarations; i++)
        wg_html_element(&p->html, "li", NULL, p->report->declarations[i]);
    if (p->report->n_declarations)
        wg_html_close(&p->html, "ul");
    page_rules(p);
}

static const char *
provenance(struct paging *p)
{
    return wg_format(p->arena, "From the records of the programme up to event %llu. Intervals are at 95%%: "
                     "Wilson's of shares, Student's of means.",
                     (unsigned long long)p->report->known_at_sequence);
}

const struct wg_problem *
page_write(struct wg_call *call, const Report *report, struct wg_crumb among, page_part *above,
           page_part *below, const void *context, struct wg_bytes *text)
{
    struct paging p = {.call = call, .arena = wg_call_arena(call), .report = report, .context = context,
                       .names = names_of(call, report->programme)};
    const char *programme = p.names.programme ? p.names.programme->title : report->programme;
    const struct wg_crumb crumbs[] = {{"Your programmes and bonds", "/"},
                                      {programme, wg_format(p.arena, "/v1/%s", report->programme)},
                                      among};
    const struct wg_page page = {
        .title = report->title, .context = programme, .crumbs = crumbs, .n_crumbs = 3,
        .data_date = report->data_date, .provenance = provenance(&p)};
    const struct wg_problem *problem;

    wg_page_begin(&p.html, p.arena, &page);
    wg_html_paragraph(&p.html, report->summary);
    if (above && (problem = above(&p)))
        return problem;
    page_figures(&p);
    page_tables(&p);
    write_about(&p);
    if (below && (problem = below(&p)))
        return problem;
    return wg_page_end(&p.html, text) ? NULL : wg_no_memory(call);
}

const struct wg_problem *
report_page(struct wg_call *call, const ProtobufCMessage *output, struct wg_bytes *text)
{
    const Report *report = (const Report *)output;
    const char *among = wg_format(wg_call_arena(call), "/v1/%s/reports", report->programme);

    return page_write(call, report, (struct wg_crumb){"Reports", among}, NULL, page_links, wg_input(call), text);
}
