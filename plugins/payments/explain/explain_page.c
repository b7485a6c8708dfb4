/* explain_page.c - why a line is what it is, for a person: from the total down to readings. */
#include "explain_page.h"

#include <string.h>
#include <wellgate/decimal.h>
#include <wellgate/text.h>

#include "explain_steps.h"
#include "statements/reasons.h"
#include "statements/statement_writing.h"

typedef Wellgate__Payments__V1__Explanation__Reading Reading;
typedef Wellgate__Payments__V1__Explanation__Record Record;
typedef Wellgate__Payments__V1__ExplainLineRequest ExplainLineRequest;
typedef Wellgate__Payments__V1__Derivation Derivation;
typedef Wellgate__Payments__V1__GateReading GateReading;

#define DEPTH(name) WELLGATE__PAYMENTS__V1__RULE__EXPLANATION_DEPTH__##name

struct page_of {
    struct writing w;
    const Explanation *explanation;
    const Line *line;
    const Version *version; /* that priced it; NULL: none */
    const Rule *rule;       /* NULL: it is of no rule */
};

static const Version *
version_by_name(const struct versions *versions, const char *name)
{
    for (size_t i = 0; i < versions->n; i++)
        if (strcmp(versions->list[i]->name, name) == 0)
            return versions->list[i];
    return NULL;
}

static const struct wg_problem *
read_line(struct wg_call *call, const Explanation *explanation, struct page_of *page)
{
    const struct wg_problem *problem;
    const ProtobufCMessage *line, *statement;

    *page = (struct page_of){.w = {.call = call, .arena = wg_call_arena(call)},
                             .explanation = explanation};
    if ((problem = wg_look(call, explanation->line, &line)) ||
        (problem = wg_look(call, wg_name_parent(call, explanation->line, 3), &statement)) ||
        (problem = statement_facts_load(call, (const Statement *)statement, &page->w.facts)))
        return problem;
    page->line = (const Line *)line;
    page->w.currency = page->w.facts.contract->currency;
    page->version = version_by_name(&page->w.facts.versions, page->line->version);
    page->rule = page->version ? rule_of(page->version, page->line->rule) : NULL;
    return NULL;
}

/* ---- At a glance ---- */

static const char *
made_of_words(struct page_of *page)
{
    const Derivation *d = page->line->derivation;

    if (d->units_earned)
        return wg_format(page->w.arena, "%s of %s units paid", wg_text_count(page->w.arena, d->units_paid),
                         wg_text_count(page->w.arena, d->units_earned));
    if (*d->figure)
        return wg_format(page->w.arena, "Figure %s of %s people", ratio_words(&page->w, d->figure),
                         wg_text_count(page->w.arena, d->people));
    return NULL;
}

static void
write_glance(struct page_of *page)
{
    struct wg_html *html = &page->w.html;
    const Derivation *d = page->line->derivation;

    wg_figures_begin(html);
    wg_figure(html, "Amount of the line", money_words(&page->w, minor_of(page->line->amount)),
              reason_words(page->line->reason));
    if (*d->earned)
        wg_figure(html, "Earned in the period", wg_text_amount(page->w.arena, page->w.currency,
                                                               ratio_words(&page->w, d->earned)),
                  made_of_words(page));
    wg_figure(html, "Due for the period", wg_text_amount(page->w.arena, page->w.currency,
                                                         ratio_words(&page->w, d->entitlement)),
              "Behind gates and caps");
    wg_figures_end(html);
}

/* ---- From the total to the terms ---- */

static bool
is_step(const Step *step, const char *title)
{
    return strcmp(step->title, title) == 0;
}

/* Of what comes to a number: it, with two digits after the point where it has no end. */
static const char *
result_of(struct page_of *page, const Step *step)
{
    if (!*step->value || !strchr("-0123456789", *step->value))
        return "";
    return wg_text_decimal(page->w.arena, strchr(step->value, '/') ? ratio_words(&page->w, step->value)
                                                                   : step->value);
}

static void
write_step(struct page_of *page, const Step *step)
{
    struct wg_html *html = &page->w.html;

    wg_row_begin(html);
    wg_cell(html, step->title);
    wg_cell(html, step->text);
    wg_cell(html, result_of(page, step));
    wg_cell_begin(html);
    for (size_t i = 0; i < step->n_sources; i++)
        wg_html_link_name(html, step->sources[i]);
    wg_cell_end(html);
    wg_row_end(html);
}

/* The steps lead from the terms to the amount: they are read from its end. Payers and gates have
 * tables of their own. */
static void
write_steps(struct page_of *page)
{
    static const struct wg_column columns[] = {
        {"Step", false}, {"In words", false}, {"Comes to", true}, {"Rests on", false}};
    const Explanation *explanation = page->explanation;

    wg_html_heading(&page->w.html, 2, "How it comes to that");
    wg_table_begin(&page->w.html, "From the amount back to the terms", columns, COUNT(columns));
    for (size_t i = explanation->n_steps; i-- > 0;)
        if (!is_step(explanation->steps[i], "Payers") && !is_step(explanation->steps[i], "Gates measured"))
            write_step(page, explanation->steps[i]);
    wg_table_end(&page->w.html);
}

/* ---- Payers ---- */

static const char *
share_of(const PayerSplit *split, const char *payer)
{
    for (size_t i = 0; split && i < split->n_shares; i++)
        if (strcmp(split->shares[i]->payer, payer) == 0)
            return split->shares[i]->share;
    return "";
}

static void
write_payers(struct page_of *page)
{
    static const struct wg_column columns[] = {{"Payer", false}, {"Share", true}, {"Pays", true}};
    struct wg_html *html = &page->w.html;
    struct calendar calendar = calendar_of(page->w.facts.contract);
    struct wg_period period;
    const PayerSplit *split =
        page->rule && calendar_read(&calendar, page->line->period, &period)
            ? split_on(page->version, page->rule, period.first) : NULL;

    if (!page->line->n_payers)
        return;
    wg_html_heading(html, 2, "Who pays");
    wg_table_begin(html, "The rule's lines of one statement are divided together, by largest remainder",
                   columns, COUNT(columns));
    for (size_t i = 0; i < page->line->n_payers; i++) {
        wg_row_begin(html);
        wg_cell(html, organisation_title(page->w.call, page->line->payers[i]->payer));
        wg_cell(html, share_of(split, page->line->payers[i]->payer));
        wg_cell_money(html, page->w.currency, minor_of(page->line->payers[i]->amount));
        wg_row_end(html);
    }
    wg_table_end(html);
}

/* ---- Gates ---- */

static void
write_gate(struct page_of *page, const GateReading *reading)
{
    struct wg_html *html = &page->w.html;
    char *words = reading_words(page->w.arena, page->rule, reading);

    wg_row_begin(html);
    wg_cell(html, words ? words : "");
    wg_cell(html, *reading->measured ? exact_words(page->w.arena, reading->measured) : "Nothing");
    wg_cell(html, *reading->asked ? exact_words(page->w.arena, reading->asked) : "Nothing");
    wg_cell_begin(html);
    wg_html_tag(html, reading->met ? WG_TAG_GOOD : WG_TAG_BAD, reading->met ? "Met" : "Not met");
    wg_cell_end(html);
    wg_row_end(html);
}

static void
write_gates(struct page_of *page)
{
    static const struct wg_column columns[] = {
        {"Gate", false}, {"Measured", true}, {"Asked", true}, {"So it is", false}};
    const Derivation *d = page->line->derivation;

    if (!page->rule || !d->n_gates)
        return;
    wg_html_heading(&page->w.html, 2, "Gates");
    wg_table_begin(&page->w.html, "What each gate measured", columns, COUNT(columns));
    for (size_t i = 0; i < d->n_gates; i++)
        write_gate(page, d->gates[i]);
    wg_table_end(&page->w.html);
}

/* ---- People ---- */

/* A link, if the reader may follow it: who pays is told of records, and may open none. */
static void
write_link(struct page_of *page, const char *text, const char *name)
{
    struct wg_html *html = &page->w.html;
    const char *path = wg_may_open(page->w.call, name) ? wg_format(html->arena, "/v1/%s", name) : NULL;

    wg_html_open(html, "div");
    if (path)
        wg_html_link(html, text, path);
    else
        wg_html_text(html, text);
    wg_html_close(html, "div");
}

/* "12 May 2015: 27" */
static void
write_reading(struct page_of *page, const Reading *reading)
{
    const char *day = reading ? wg_text_date_of(page->w.arena, reading->date) : NULL;

    if (reading)
        write_link(page, *reading->value ? wg_format(page->w.arena, "%s: %s", day, reading->value) : day,
                   reading->assessment);
}

/* "3 July 2016 to 2 October 2016", "14 August 2016: 16" */
static void
write_record(struct page_of *page, const Record *record)
{
    const char *days = wg_text_date_of(page->w.arena, record->date);

    if (*record->end_date)
        days = wg_format(page->w.arena, "%s to %s", days, wg_text_date_of(page->w.arena, record->end_date));
    if (*record->value)
        days = wg_format(page->w.arena, "%s: %s", days, record->value);
    write_link(page, days, record->name);
}

static void
write_evidence(struct page_of *page, const Unit *unit)
{
    wg_cell_begin(&page->w.html);
    write_reading(page, unit->baseline);
    write_reading(page, unit->follow_up);
    for (size_t i = 0; i < unit->n_records; i++)
        write_record(page, unit->records[i]);
    wg_cell_end(&page->w.html);
}

/* Leads to all that the contract makes of the person. */
static void
write_person(struct page_of *page, const Unit *unit)
{
    wg_row_begin(&page->w.html);
    wg_cell_link(&page->w.html, wg_name_id(unit->person),
                 wg_format(page->w.arena, "/v1/%s:explainPerson?person=%s&statement=%s",
                           page->w.facts.contract->name, unit->person,
                           wg_name_id(page->w.facts.statement->name)));
}

static void
write_member(struct page_of *page, const Unit *unit)
{
    write_person(page, unit);
    write_evidence(page, unit);
    wg_cell(&page->w.html, exact_words(page->w.arena, unit->value));
    wg_cell(&page->w.html, reason_words(unit->reason));
    wg_row_end(&page->w.html);
}

/* Of what is no unit there is none. */
static void
write_amount(struct page_of *page, const char *amount)
{
    if (*amount)
        wg_cell_amount(&page->w.html, page->w.currency, ratio_words(&page->w, amount));
    else
        wg_cell(&page->w.html, "");
}

static void
write_unit(struct page_of *page, const Unit *unit)
{
    struct wg_html *html = &page->w.html;

    write_person(page, unit);
    wg_cell(html, *unit->date ? wg_text_date_of(page->w.arena, unit->date) : "");
    write_evidence(page, unit);
    wg_cell(html, *unit->quantity ? exact_words(page->w.arena, unit->quantity) : "");
    write_amount(page, unit->earned);
    write_amount(page, unit->paid);
    wg_cell(html, reason_words(unit->reason));
    wg_row_end(html);
}

static void
write_units(struct page_of *page)
{
    static const struct wg_column members[] = {
        {"Person", false}, {"Readings and records", false}, {"Adds", true}, {"Why", false}};
    static const struct wg_column units[] = {
        {"Person", false}, {"Day", false}, {"Readings and records", false}, {"Units", true},
        {"Earned", true}, {"Paid", true}, {"Why", false}};
    bool of_cohort = page->rule && figure_is_of(page->rule);

    wg_table_begin(&page->w.html, of_cohort ? "What each person adds to the figure"
                                            : "What each person's units earn and are paid",
                   of_cohort ? members : units, of_cohort ? COUNT(members) : COUNT(units));
    for (size_t i = 0; i < page->explanation->n_units; i++)
        (of_cohort ? write_member : write_unit)(page, page->explanation->units[i]);
    wg_table_end(&page->w.html);
}

static void
write_next_page(struct page_of *page)
{
    const ExplainLineRequest *request = (const void *)wg_input(page->w.call);

    if (*page->explanation->next_page_token)
        wg_html_link(&page->w.html, "The next people",
                     wg_format(page->w.arena, "%s?pageSize=%d&pageToken=%s", line_path(&page->w, page->line),
                               request->page_size, page->explanation->next_page_token));
}

static void
write_people(struct page_of *page)
{
    struct wg_html *html = &page->w.html;

    if (!page->rule || page->rule->outcome_case == WELLGATE__PAYMENTS__V1__RULE__OUTCOME__NOT_SET)
        return;
    wg_html_heading(html, 2, "People behind it");
    if (page->explanation->depth != DEPTH(PSEUDONYMOUS)) {
        wg_html_paragraph(html, "Your organisation is told numbers only, as the terms have it.");
    } else if (!page->explanation->n_units) {
        wg_html_paragraph(html, "Nobody has anything recorded that would count in the period.");
    } else {
        write_units(page);
        write_next_page(page);
    }
}

/* ---- The whole ---- */

const struct wg_problem *
explanation_page(struct wg_call *call, const ProtobufCMessage *output, struct wg_bytes *text)
{
    struct page_of page;
    const struct wg_problem *problem = read_line(call, (const Explanation *)output, &page);
    struct writing *w = &page.w;
    struct wg_page head;

    if (problem)
        return problem;
    head = (struct wg_page){
        .title = wg_format(w->arena, "%s for %s", money_words(w, minor_of(page.line->amount)),
                           line_period_words(w, page.line)),
        .context = wg_format(w->arena, "%s: %s", w->facts.contract->title, rule_title(w->arena, &w->facts, page.line)),
        .provenance = "Amounts are exact until the entitlement to date is rounded to the penny, once."};
    head.crumbs = wg_call_crumbs(call, page.line->name, &head.n_crumbs);
    wg_page_begin(&w->html, w->arena, &head);
    write_glance(&page);
    write_steps(&page);
    write_payers(&page);
    write_gates(&page);
    write_people(&page);
    return wg_page_end(&w->html, text) ? NULL : wg_no_memory(call);
}
