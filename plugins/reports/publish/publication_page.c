/* publication_page.c - a publication as a page, and as CSV. */
#include <inttypes.h>
#include <wellgate/text.h>

#include "page/paging.h"
#include "publish.h"
#include "report/report.h"
#include "wellgate/reports/v1/publications.pb-c.h"

typedef Wellgate__Reports__V1__Publication Publication;
typedef Wellgate__Reports__V1__Publication__Restatement Restatement;

static void
write_facts(struct paging *p, const Publication *publication)
{
    struct wg_html *html = &p->html;
    const char *day = wg_text_date(p->arena, wg_date_at(publication->create_time->seconds * 1000, "UTC"));

    html->failed |= !day;
    wg_summary_begin(html);
    wg_summary_row(html, "Published by", name_words(&p->names, publication->published_by));
    wg_summary_row(html, "On", day);
    if (*publication->restates) {
        wg_summary_row_begin(html, "Restates");
        wg_html_link_name(html, publication->restates);
        wg_summary_row_end(html);
    }
    if (*publication->commentary)
        wg_summary_row(html, "Commentary", publication->commentary);
    wg_summary_end(html);
}

static const char *
told(const char *value)
{
    return *value ? value : "*";
}

static void
write_restatements(struct paging *p, const Publication *publication)
{
    static const struct wg_column columns[] = {
        {"Table", false}, {"Figure", false}, {"Of", false}, {"Before", true}, {"Now", true}};

    if (!publication->n_restatements)
        return;
    wg_html_open(&p->html, "details");
    wg_html_open(&p->html, "summary");
    wg_html_textf(&p->html, "%zu figures are told otherwise than before", publication->n_restatements);
    wg_html_close(&p->html, "summary");
    wg_table_begin(&p->html, "What is restated", columns, sizeof(columns) / sizeof(columns[0]));
    for (size_t i = 0; i < publication->n_restatements; i++) {
        const Restatement *restatement = publication->restatements[i];

        wg_row(&p->html, (const char *const[]){
            name_words(&p->names, restatement->table), name_words(&p->names, restatement->key),
            name_of_group(&p->names, (int)p->report->by, restatement->group), told(restatement->before),
            told(restatement->after)});
    }
    wg_table_end(&p->html);
    wg_html_details_end(&p->html);
}

static const struct wg_problem *
write_above(struct paging *p)
{
    const Publication *publication = p->context;

    write_facts(p, publication);
    write_restatements(p, publication);
    wg_html_inset(&p->html, "* is a figure that is not shown, since it is about fewer than 8 or tells of "
                            "fewer than 8. Counts are rounded to the nearest 5, and percentages are of "
                            "rounded counts.");
    return NULL;
}

const struct wg_problem *
publication_page(struct wg_call *call, const ProtobufCMessage *output, struct wg_bytes *text)
{
    const Publication *publication = (const Publication *)output;
    const char *among = wg_format(wg_call_arena(call), "/v1/%s/publications", publication->report->programme);

    return page_write(call, publication->report, (struct wg_crumb){"Publications", among}, write_above, NULL,
                      publication, text);
}

const struct wg_problem *
publication_csv(struct wg_call *call, const ProtobufCMessage *output, struct wg_bytes *text)
{
    const Publication *publication = (const Publication *)output;

    return report_write_csv(call, publication->report, publication->query, text);
}
