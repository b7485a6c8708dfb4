/* change_page.c - what became different between two statements, for a person: amounts first, then who. */
#include <string.h>
#include <wellgate/text.h>

#include "change_bridge.h"
#include "statements/bridge_table.h"
#include "statements/reasons.h"
#include "statements/statement_writing.h"

typedef Wellgate__Payments__V1__ChangeExplanation ChangeExplanation;
typedef Wellgate__Payments__V1__ChangeExplanation__Bridge Bridge;
typedef Wellgate__Payments__V1__ChangeExplanation__Amount Amount;
typedef Wellgate__Payments__V1__ChangeExplanation__Change Change;
typedef Wellgate__Payments__V1__ChangeExplanation__Event Event;
typedef Wellgate__Payments__V1__Explanation__Unit Unit;
typedef Wellgate__Payments__V1__ExplainChangeRequest ExplainChangeRequest;

#define KIND(name) WELLGATE__PAYMENTS__V1__CHANGE_EXPLANATION__KIND__##name

/* ---- Payers ---- */

static struct bridge
read_bridge(const Bridge *b)
{
    return (struct bridge){minor_of(b->before), minor_of(b->after), {
        [BRIDGE_VOLUME] = minor_of(b->volume), [BRIDGE_PRICE] = minor_of(b->price),
        [BRIDGE_LIMITS] = minor_of(b->limits), [BRIDGE_SPLIT] = minor_of(b->split),
        [BRIDGE_CEILINGS] = minor_of(b->ceilings), [BRIDGE_ADVANCES] = minor_of(b->advances),
        [BRIDGE_CORRECTIONS] = minor_of(b->corrections), [BRIDGE_CREDITS] = minor_of(b->credits)}};
}

static void
write_payers(struct writing *w, const ChangeExplanation *change)
{
    struct payer_row *rows = wg_alloc_array(w->arena, change->n_payers + 1, sizeof(*rows));

    w->html.failed |= !rows;
    for (size_t i = 0; rows && i < change->n_payers; i++)
        rows[i] = (struct payer_row){.bridge = read_bridge(change->payers[i]), .changed = true};
    wg_html_heading(&w->html, 2, "Who pays");
    if (rows)
        write_payer_rows(w, rows, change->n_payers);
}

/* ---- Amounts ---- */

static const char *
period_words(struct writing *w, const char *text)
{
    struct wg_period period;

    return wg_period_parse(text, &period) ? wg_text_period(w->arena, period) : text;
}

static void
write_amount(struct writing *w, const Amount *amount)
{
    wg_row_begin(&w->html);
    wg_cell(&w->html, title_of_rule(w->arena, &w->facts.versions, amount->rule));
    wg_cell(&w->html, period_words(w, amount->period));
    wg_cell_amount(&w->html, w->currency, ratio_words(w, amount->before));
    wg_cell_amount(&w->html, w->currency, ratio_words(w, amount->after));
    wg_cell(&w->html, amount->text);
    wg_row_end(&w->html);
}

static void
write_corrected(struct writing *w, const ChangeExplanation *change)
{
    static const struct wg_column columns[] = {
        {"Outcome", false}, {"Period", false}, {"Was due", true}, {"Is due", true}, {"Why", false}};

    wg_html_heading(&w->html, 2, "Corrections of earlier periods");
    if (!change->n_amounts) {
        wg_html_paragraph(&w->html, "There are none.");
        return;
    }
    wg_table_begin(&w->html, "Periods that are due another amount, without tax", columns, COUNT(columns));
    for (size_t i = 0; i < change->n_amounts; i++)
        write_amount(w, change->amounts[i]);
    wg_table_end(&w->html);
}

/* ---- People ---- */

static const char *
kind_words(Wellgate__Payments__V1__ChangeExplanation__Kind kind)
{
    switch (kind) {
    case KIND(CAME):
        return "Came";
    case KIND(WENT):
        return "Went";
    case KIND(MOVED):
        return "Is another";
    default:
        return "Is paid otherwise";
    }
}

static const char *
amount_words(struct writing *w, const char *amount)
{
    return wg_text_amount(w->arena, w->currency, *amount ? ratio_words(w, amount) : "0");
}

/* "8 May 2020, £500.00 of £500.00 paid: Due"; of a cohort's member "Adds 4: Counted". */
static void
write_unit(struct writing *w, const Unit *unit)
{
    wg_cell_begin(&w->html);
    if (unit && *unit->date)
        wg_html_textf(&w->html, "%s, ", wg_text_date_of(w->arena, unit->date));
    if (unit && *unit->earned)
        wg_html_textf(&w->html, "%s of %s paid: ", amount_words(w, unit->paid), amount_words(w, unit->earned));
    else if (unit && *unit->value)
        wg_html_textf(&w->html, "Adds %s: ", value_words(w, unit->value));
    if (unit)
        wg_html_text(&w->html, reason_words(unit->reason));
    wg_cell_end(&w->html);
}

/* "Milestone created on 4 July 2020", of "milestone.created". */
static void
write_event(struct writing *w, const Event *event)
{
    size_t noun = strcspn(event->type, ".");
    const char *verb = event->type[noun] ? event->type + noun + 1 : "";

    wg_html_open(&w->html, "div");
    wg_html_textf(&w->html, "%.*s %s on %s", (int)noun, event->type, verb,
                  wg_text_date(w->arena, wg_date_at(event->time->seconds * 1000, "Europe/London")));
    if (wg_may_open(w->call, event->resource)) {
        wg_html_text(&w->html, ": ");
        wg_html_link_name(&w->html, event->resource);
    }
    wg_html_close(&w->html, "div");
}

static void
write_person(struct writing *w, const ChangeExplanation *change, const Unit *unit)
{
    wg_cell_link(&w->html, wg_name_id(unit->person),
                 wg_format(w->arena, "/v1/%s:explainPerson?person=%s&statement=%s", w->facts.contract->name,
                           unit->person, wg_name_id(change->statement)));
    wg_cell(&w->html, title_of_rule(w->arena, &w->facts.versions, unit->rule));
    wg_cell(&w->html, period_words(w, unit->period));
}

static void
write_change(struct writing *w, const ChangeExplanation *explanation, const Change *change)
{
    wg_row_begin(&w->html);
    write_person(w, explanation, change->after ? change->after : change->before);
    wg_cell(&w->html, kind_words(change->kind));
    write_unit(w, change->before);
    write_unit(w, change->after);
    wg_cell_begin(&w->html);
    for (size_t i = 0; i < change->n_events; i++)
        write_event(w, change->events[i]);
    if (!change->n_events)
        wg_html_text(&w->html, "Nothing of the person, but of others, of comparators or of terms");
    wg_cell_end(&w->html);
    wg_row_end(&w->html);
}

static void
write_next_people(struct writing *w, const ChangeExplanation *change)
{
    const ExplainChangeRequest *request = (const void *)wg_input(w->call);

    if (*change->next_page_token)
        wg_html_next(&w->html, wg_format(w->arena, "/v1/%s:explainChange?since=%s&pageSize=%d&pageToken=%s",
                                         change->statement, request->since, request->page_size,
                                         change->next_page_token));
}

static void
write_people(struct writing *w, const ChangeExplanation *change)
{
    static const struct wg_column columns[] = {
        {"Person", false}, {"Outcome", false}, {"Period", false}, {"What", false}, {"Was", false}, {"Is", false},
        {"What became known", false}};

    wg_html_heading(&w->html, 2, "People behind the corrections");
    if (*change->note)
        wg_html_inset(&w->html, "Your organisation is told numbers only of some or all outcomes, as the terms have it.");
    if (!change->n_changes) {
        wg_html_paragraph(&w->html, "There is nobody of whom you are told.");
        return;
    }
    wg_table_begin(&w->html, "Whose units, or parts in figures, are others", columns, COUNT(columns));
    for (size_t i = 0; i < change->n_changes; i++)
        write_change(w, change, change->changes[i]);
    wg_table_end(&w->html);
    write_next_people(w, change);
}

/* ---- The whole ---- */

static const char *
words_of_statement(struct writing *w, const char *name)
{
    return period_words(w, wg_name_id(name));
}

const struct wg_problem *
change_page(struct wg_call *call, const ProtobufCMessage *output, struct wg_bytes *text)
{
    const ChangeExplanation *change = (const ChangeExplanation *)output;
    const char *parent = wg_name_parent(call, change->statement, 2);
    struct writing w = {.call = call, .arena = wg_call_arena(call)};
    const char *title = wg_format(w.arena, "What changed from %s to %s", words_of_statement(&w, change->since),
                                  words_of_statement(&w, change->statement));
    const struct wg_problem *problem;

    if (!parent || !title)
        return wg_no_memory(call);
    if ((problem = contract_page_begin(&w, call, parent, title, NULL)) ||
        (problem = versions_load(call, parent, &w.facts.versions)))
        return problem;
    write_payers(&w, change);
    write_corrected(&w, change);
    write_people(&w, change);
    return contract_page_end(&w, text);
}
