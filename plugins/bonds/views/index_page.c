/* index_page.c - a bond and its reports as a page. */
#include <string.h>
#include <wellgate/text.h>

#include "views.h"
#include "words.h"

typedef Wellgate__Bonds__V1__ListReportsResponse ListReportsResponse;
typedef Wellgate__Common__V1__ListRequest ListRequest;

#define INTERMEDIARY (1u << WELLGATE__OPTIONS__V1__ROLE__KIND__INTERMEDIARY)
#define INVESTOR (1u << WELLGATE__OPTIONS__V1__ROLE__KIND__INVESTOR)
#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

struct writing {
    struct wg_call *call;
    struct wg_arena *arena;
    struct wg_html html;
};

/* ---- Reports ---- */

/* A column's. A report that was published before there was one has no rate with valuation. */
static bool
is_listed(const Report *report, const char *field)
{
    const char *const fields[] = {"capitalAccount.outstanding", "dpi",
                                  report->valued_irr ? "valuedIrr" : "irr", "outcomeIncomeTotal"};

    for (size_t i = 0; i < COUNT(fields); i++)
        if (strcmp(fields[i], field) == 0)
            return true;
    return false;
}

static void
write_report(struct writing *w, const Report *report)
{
    struct item items[ITEMS_MAX];
    size_t n = items_of(report, items);

    wg_row_begin(&w->html);
    wg_cell_link(&w->html, quarter_words(w->arena, wg_name_id(report->name)),
                 wg_format(w->arena, "/v1/%s", report->name));
    wg_cell_begin(&w->html);
    put_state(&w->html, report);
    wg_cell_end(&w->html);
    for (size_t i = 0; i < n; i++)
        if (is_listed(report, items[i].field))
            wg_cell(&w->html, value_words(w->arena, &items[i], item_value(&items[i])));
    wg_row_end(&w->html);
}

static void
begin_reports(struct writing *w)
{
    static const struct wg_column columns[] = {
        {"Quarter", false}, {"State", false}, {"Outstanding", true}, {"DPI", true},
        {"IRR, net", true}, {"Outcome income", true}};

    wg_table_begin(&w->html, "Figures to each quarter's end", columns, COUNT(columns));
}

static bool
take_report(void *context, const struct wg_record *record)
{
    write_report(context, (const Report *)record->message);
    return true;
}

/* ---- The bond ---- */

static void
write_facts(struct writing *w, const Bond *bond)
{
    wg_summary_begin(&w->html);
    wg_summary_row(&w->html, "Term",
                   wg_format(w->arena, "%s to %s", wg_text_date_of(w->arena, bond->start_date),
                             wg_text_date_of(w->arena, bond->end_date)));
    wg_summary_row(&w->html, "Vehicle", organisation_words(w->call, bond->vehicle));
    wg_summary_row(&w->html, "Currency", bond->currency);
    wg_summary_row_begin(&w->html, "Contracts");
    for (size_t i = 0; i < bond->n_contracts; i++) {
        if (i)
            wg_html_text(&w->html, ", ");
        if (wg_may_open(w->call, bond->contracts[i]))
            wg_html_link_name(&w->html, bond->contracts[i]);
        else
            wg_html_text(&w->html, wg_name_id(bond->contracts[i]));
    }
    wg_summary_row_end(&w->html);
    wg_summary_end(&w->html);
}

struct link {
    const char *title, *path; /* behind the bond's name */
};

/* Of the first of them an investor sees its own. */
#define OWN_LINKS 6
static const struct link links[] = {
    {"Position: outstanding, interest accrued and due", ":position"},
    {"Commitments", "/commitments"},
    {"Drawdown notices", "/drawdownNotices"},
    {"Drawdowns", "/drawdowns"},
    {"Distributions", "/distributions"},
    {"Write-offs", "/writeOffs"},
    {"Tranches", "/tranches"},
    {"Waterfalls", "/waterfalls"},
    {"Payouts", "/payouts"},
    {"Guarantors' payments", "/guaranteeCalls"},
    {"Costs", "/costs"},
    {"Valuations", "/valuations"},
    {"Outcome income used in place of money drawn", "/recyclings"},
    {"Forecast cases", "/cases"},
    {"Journal", "/journal"},
    {"Trial balance", ":trialBalance"}};

static void
write_records(struct writing *w, const Bond *bond, const char *heading, size_t n)
{
    wg_html_heading(&w->html, 2, heading);
    wg_html_open(&w->html, "ul");
    for (size_t i = 0; i < n; i++) {
        wg_html_open(&w->html, "li");
        wg_html_link(&w->html, links[i].title, wg_format(w->arena, "/v1/%s%s", bond->name, links[i].path));
        wg_html_close(&w->html, "li");
    }
    wg_html_close(&w->html, "ul");
}

/* Drafts, too: the vehicle calculated them. */
static const struct wg_problem *
write_vehicle_part(struct writing *w, const Bond *bond)
{
    const struct wg_problem *problem;

    wg_html_heading(&w->html, 2, "Reports");
    begin_reports(w);
    problem = wg_scan(w->call, "bonds/Report", bond->name, NULL, take_report, w);
    wg_table_end(&w->html);
    write_records(w, bond, "What they rest on", COUNT(links));
    return problem;
}

static void
write_reader_part(struct writing *w, const Bond *bond, uint32_t roles)
{
    wg_html_link(&w->html, "Its published reports", wg_format(w->arena, "/v1/%s/reports", bond->name));
    if (roles & INVESTOR)
        write_records(w, bond, "What is yours", OWN_LINKS);
}

const struct wg_problem *
bond_page(struct wg_call *call, const ProtobufCMessage *output, struct wg_bytes *text)
{
    struct writing w = {.call = call, .arena = wg_call_arena(call)};
    const Bond *bond = (const Bond *)output;
    const struct wg_problem *problem = NULL;
    struct wg_page page = {.title = bond->title, .context = "Impact bond"};
    uint32_t roles = wg_caller_roles(call, bond->name);

    wg_page_begin(&w.html, w.arena, &page);
    write_facts(&w, bond);
    if (roles & INTERMEDIARY)
        problem = write_vehicle_part(&w, bond);
    else
        write_reader_part(&w, bond, roles);
    if (problem)
        return problem;
    return wg_page_end(&w.html, text) ? NULL : wg_no_memory(call);
}

/* ---- A page of the list ---- */

static void
write_listed(struct writing *w, const ListReportsResponse *list, const Bond *bond)
{
    if (list->n_reports) {
        begin_reports(w);
        for (size_t i = 0; i < list->n_reports; i++)
            write_report(w, list->reports[i]);
        wg_table_end(&w->html);
    } else {
        wg_html_paragraph(&w->html, "There are none to see.");
    }
    if (*list->next_page_token)
        wg_html_link(&w->html, "More",
                     wg_format(w->arena, "/v1/%s/reports?pageToken=%s", bond->name,
                               list->next_page_token));
}

const struct wg_problem *
reports_page(struct wg_call *call, const ProtobufCMessage *output, struct wg_bytes *text)
{
    struct writing w = {.call = call, .arena = wg_call_arena(call)};
    const ListRequest *request = (const ListRequest *)wg_input(call);
    struct wg_page page = {.title = "Reports"};
    const struct wg_problem *problem;
    const Bond *bond;

    if ((problem = load_bond(call, request->parent, &bond)))
        return problem;
    page.context = bond->title;
    wg_page_begin(&w.html, w.arena, &page);
    write_listed(&w, (const ListReportsResponse *)output, bond);
    return wg_page_end(&w.html, text) ? NULL : wg_no_memory(call);
}
