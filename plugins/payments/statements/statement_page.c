/* statement_page.c - a statement for the person who has to sign it. */
#include <string.h>
#include <wellgate/chart.h>
#include <wellgate/html.h>
#include <wellgate/messages.h>
#include <wellgate/text.h>

#include "bridge_table.h"
#include "reasons.h"
#include "statement_writing.h"
#include "views.h"

typedef Wellgate__Payments__V1__Unpaid Unpaid;

#define STATE(name) WELLGATE__PAYMENTS__V1__STATEMENT__STATE__##name
#define LINE_KIND(name) WELLGATE__PAYMENTS__V1__LINE__KIND__##name

/* ---- Words ---- */

/* "£1,200.00 more than …" */
static const char *
change_words(struct writing *w, int64_t change)
{
    const Statement *before = statement_before(&w->facts);
    const char *period;

    if (!before)
        return "The first statement of the contract";
    period = statement_period_words(w, before);
    if (!change)
        return wg_format(w->arena, "As much as for %s", period);
    return wg_format(w->arena, "%s %s than for %s", money_words(w, change < 0 ? -change : change),
                     change < 0 ? "less" : "more", period);
}

/* ---- At a glance ---- */

static bool
is_draft(const struct writing *w)
{
    return w->facts.statement->state == STATE(DRAFT);
}

static void
write_draft(struct writing *w)
{
    if (is_draft(w))
        wg_html_notice(&w->html, WG_NOTICE_INFORMATION, "Draft",
                       "This is no bill. It says what would be due if it were issued now, and is "
                       "calculated anew before that.");
}

static int64_t
adjustments_of(const struct lines *lines)
{
    int64_t sum = 0;

    for (size_t i = 0; i < lines->n; i++)
        if (lines->list[i]->kind == LINE_KIND(ADJUSTMENT))
            sum += minor_of(lines->list[i]->amount);
    return sum;
}

static void
write_glance(struct writing *w)
{
    const Statement *statement = w->facts.statement, *before = statement_before(&w->facts);
    int64_t total = minor_of(statement->total), adjustments = adjustments_of(&w->facts.lines);

    wg_figures_begin(&w->html);
    wg_figure(&w->html, is_draft(w) ? "Would be due" : "Due", money_words(w, total),
              change_words(w, total - (before ? minor_of(before->total) : 0)));
    wg_figure(&w->html, "Of it, corrections of earlier periods", money_words(w, adjustments), NULL);
    wg_figure(&w->html, "Earned to date, not paid", money_words(w, minor_of(statement->earned_unpaid)),
              minor_of(statement->earned_unpaid) ? "See why, below" : "All that is earned is paid");
    wg_figures_end(&w->html);
}

/* ---- Payers ---- */

/* Over all that was issued, and this statement. */
static int64_t
paid_to_date(const struct writing *w, const char *payer)
{
    int64_t sum = 0;

    for (size_t i = 0; i < w->facts.n_statements; i++)
        sum += part_of(w->facts.statements[i], payer);
    return sum;
}

static const Wellgate__Payments__V1__Ceiling *
ceiling_of(const struct writing *w, const char *payer)
{
    const Wellgate__Payments__V1__Settlement *settlement =
        w->facts.version ? w->facts.version->settlement : NULL;

    for (size_t i = 0; settlement && i < settlement->n_ceilings; i++)
        if (strcmp(settlement->ceilings[i]->payer, payer) == 0)
            return settlement->ceilings[i];
    return NULL;
}

/* Tax on what the payer owes of the statement; nothing of a draft. */
static int64_t
vat_of(const struct writing *w, const char *payer)
{
    const Standing *standing = standing_find(w->facts.statement, payer);

    return standing ? minor_of(standing->vat) : 0;
}

static const struct wg_problem *
write_payers(struct writing *w)
{
    const struct bridge_side then = {statement_before(&w->facts), w->facts.before};
    const struct bridge_side now = {w->facts.statement, w->facts.lines};
    const Contract *contract = w->facts.contract;
    struct payer_row *rows = wg_alloc_array(w->arena, contract->n_payers, sizeof(*rows));

    if (!rows)
        return wg_no_memory(w->call);
    for (size_t i = 0; i < contract->n_payers; i++) {
        const char *payer = contract->payers[i];

        rows[i] = (struct payer_row){.changed = then.statement, .vat = vat_of(w, payer), .has_to_date = true,
                                     .to_date = paid_to_date(w, payer)};
        if (!bridge_of(contract, &w->facts.versions, &then, &now, payer, &rows[i].bridge))
            return wg_fail(w->call, &wg_internal, "what moved an amount is beyond what can be told");
    }
    wg_html_heading(&w->html, 2, "Who pays");
    write_payer_rows(w, rows, contract->n_payers);
    return NULL;
}

/* ---- Headroom ---- */

static void
write_ceiling(struct writing *w, const char *label, int64_t used,
              const Wellgate__Common__V1__Money *ceiling)
{
    int64_t most = minor_of(ceiling);

    if (most > 0)
        wg_chart_progress(&w->html, &(struct wg_progress){label, w->currency, used, most});
}

static void
write_headroom(struct writing *w)
{
    const Wellgate__Payments__V1__Settlement *settlement =
        w->facts.version ? w->facts.version->settlement : NULL;
    const Wellgate__Common__V1__Money *entitled = w->facts.statement->entitlement_to_date;
    int64_t all = 0;

    if (!settlement || (!settlement->n_ceilings && !settlement->cap))
        return;
    wg_html_heading(&w->html, 2, "Headroom");
    for (size_t i = 0; i < w->facts.contract->n_payers; i++) {
        const char *payer = w->facts.contract->payers[i];
        const Wellgate__Payments__V1__Ceiling *ceiling = ceiling_of(w, payer);

        all += paid_to_date(w, payer);
        if (ceiling)
            write_ceiling(w, organisation_title(w->call, payer), paid_to_date(w, payer),
                          ceiling->amount);
    }
    if (settlement->cap)
        write_ceiling(w, "What is due to date", entitled ? minor_of(entitled) : all,
                      settlement->cap);
}

/* ---- Lines ---- */

/* What was achieved, in a few words. */
static const char *
outcome_words(struct writing *w, const Line *line)
{
    const Wellgate__Payments__V1__Derivation *d = line->derivation;

    if (d->units_earned && line->over_ceilings && *line->over_ceilings->amount != '-')
        return wg_format(w->arena, "%s of %s units due, %s of it above ceilings",
                         wg_text_count(w->arena, d->units_paid), wg_text_count(w->arena, d->units_earned),
                         money_words(w, minor_of(line->over_ceilings)));
    if (d->units_earned)
        return wg_format(w->arena, "%s of %s units paid", wg_text_count(w->arena, d->units_paid),
                         wg_text_count(w->arena, d->units_earned));
    if (*d->figure)
        return wg_format(w->arena, "%s, over %s %s", ratio_words(w, d->figure),
                         wg_text_count(w->arena, d->people), d->people == 1 ? "person" : "people");
    return "";
}

static const Line *
line_before(const struct writing *w, const char *rule)
{
    for (size_t i = 0; i < w->facts.before.n; i++)
        if (w->facts.before.list[i]->kind == LINE_KIND(PERIOD) &&
            strcmp(w->facts.before.list[i]->rule, rule) == 0)
            return w->facts.before.list[i];
    return NULL;
}

/* By the latest base case; "": nothing. */
static const char *
planned_words(struct writing *w, const Line *line)
{
    const PlannedRule *planned = planned_rule_of(w->facts.plan, line->rule);

    for (size_t i = 0; planned && i < planned->n_profile; i++)
        if (strcmp(planned->profile[i]->period, line->period) == 0)
            return value_words(w, planned->profile[i]->value);
    return "";
}

static void
write_line(struct writing *w, const Line *line)
{
    const Line *before = line_before(w, line->rule);

    wg_row_begin(&w->html);
    wg_cell_link(&w->html, rule_title(w->arena, &w->facts, line), line_path(w, line));
    wg_cell(&w->html, outcome_words(w, line));
    if (w->facts.plan)
        wg_cell(&w->html, planned_words(w, line));
    wg_cell(&w->html, before ? outcome_words(w, before) : "");
    wg_cell(&w->html, reason_words(line->reason));
    wg_cell_money(&w->html, w->currency, before ? minor_of(before->amount) : 0);
    wg_cell_money(&w->html, w->currency, minor_of(line->amount));
    if (w->facts.statement->n_standings)
        write_standing_of_line(w, line);
    wg_row_end(&w->html);
}

static void
write_lines(struct writing *w)
{
    static const struct wg_column all[] = {
        {"Outcome", false}, {"Achieved", false}, {"Planned", true}, {"Last time", false},
        {"Why", false}, {"Due last time", true}, {"Due", true}, {"Standing", false}};
    enum { PLANNED = 2, STANDING = COUNT(all) - 1 };
    struct wg_column columns[COUNT(all)];
    size_t n = 0;

    for (size_t i = 0; i < COUNT(all); i++)
        if ((i != PLANNED || w->facts.plan) && (i != STANDING || w->facts.statement->n_standings))
            columns[n++] = all[i];
    wg_html_heading(&w->html, 2, "What for");
    wg_table_begin(&w->html, "Outcomes of the period, beside those of the one before", columns, n);
    for (size_t i = 0; i < w->facts.lines.n; i++)
        if (w->facts.lines.list[i]->kind == LINE_KIND(PERIOD))
            write_line(w, w->facts.lines.list[i]);
    wg_table_end(&w->html);
}

/* ---- Corrections ---- */

static bool
has_lines_of(const struct writing *w, Wellgate__Payments__V1__Line__Kind kind)
{
    for (size_t i = 0; i < w->facts.lines.n; i++)
        if (w->facts.lines.list[i]->kind == kind)
            return true;
    return false;
}

static void
write_correction(struct writing *w, const Line *line)
{
    const Wellgate__Payments__V1__Derivation *d = line->derivation;

    wg_row_begin(&w->html);
    wg_cell_link(&w->html, rule_title(w->arena, &w->facts, line), line_path(w, line));
    wg_cell(&w->html, line_period_words(w, line));
    wg_cell_amount(&w->html, w->currency, ratio_words(w, d->entitlement_stated));
    wg_cell_amount(&w->html, w->currency, ratio_words(w, d->entitlement));
    wg_cell_money(&w->html, w->currency, minor_of(line->amount));
    wg_row_end(&w->html);
}

static void
write_corrections(struct writing *w)
{
    static const struct wg_column columns[] = {{"Outcome", false}, {"Period", false},
                                               {"Entitled so far", true}, {"As known now", true},
                                               {"Due", true}};

    wg_html_heading(&w->html, 2, "Corrections of earlier periods");
    if (!has_lines_of(w, LINE_KIND(ADJUSTMENT))) {
        wg_html_paragraph(&w->html, "There are none.");
        return;
    }
    wg_table_begin(&w->html, "What came late or was corrected, by outcome and period", columns,
                   COUNT(columns));
    for (size_t i = 0; i < w->facts.lines.n; i++)
        if (w->facts.lines.list[i]->kind == LINE_KIND(ADJUSTMENT))
            write_correction(w, w->facts.lines.list[i]);
    wg_table_end(&w->html);
}

/* ---- Credits ---- */

static void
write_credit(struct writing *w, const Line *line)
{
    wg_row_begin(&w->html);
    wg_cell_link(&w->html, rule_title(w->arena, &w->facts, line), line_path(w, line));
    wg_cell(&w->html, line_period_words(w, line));
    wg_cell(&w->html, reason_words(line->reason));
    wg_cell_money(&w->html, w->currency, minor_of(line->amount));
    wg_row_end(&w->html);
}

static void
write_credits(struct writing *w)
{
    static const struct wg_column columns[] = {
        {"Outcome", false}, {"Period", false}, {"Why", false}, {"Credited", true}};

    if (!has_lines_of(w, LINE_KIND(CREDIT)))
        return;
    wg_html_heading(&w->html, 2, "Credits");
    wg_table_begin(&w->html, "Credits of what earlier statements charged", columns, COUNT(columns));
    for (size_t i = 0; i < w->facts.lines.n; i++)
        if (w->facts.lines.list[i]->kind == LINE_KIND(CREDIT))
            write_credit(w, w->facts.lines.list[i]);
    wg_table_end(&w->html);
}

/* ---- Earned, not paid ---- */

static void
write_unpaid_of(struct writing *w, const Line *line)
{
    for (size_t i = 0; i < line->derivation->n_unpaid; i++) {
        const Unpaid *unpaid = line->derivation->unpaid[i];

        wg_row_begin(&w->html);
        wg_cell(&w->html, rule_title(w->arena, &w->facts, line));
        wg_cell(&w->html, reason_words(unpaid->reason));
        wg_cell(&w->html, unpaid_units_words(w->arena, unpaid->units, unpaid->partly_paid_units));
        wg_cell_amount(&w->html, w->currency, ratio_words(w, unpaid->amount));
        wg_row_end(&w->html);
    }
}

static void
write_unpaid(struct writing *w)
{
    static const struct wg_column columns[] = {
        {"Outcome", false}, {"Why it is not paid", false}, {"Of", false}, {"Amount", true}};
    size_t n = 0;

    for (size_t i = 0; i < w->facts.lines.n; i++)
        n += w->facts.lines.list[i]->derivation->n_unpaid;
    if (!n)
        return;
    wg_html_heading(&w->html, 2, "Earned to date, not paid");
    wg_table_begin(&w->html, "What was achieved and is not paid, by reason", columns,
                   COUNT(columns));
    for (size_t i = 0; i < w->facts.lines.n; i++)
        write_unpaid_of(w, w->facts.lines.list[i]);
    wg_table_end(&w->html);
}

/* ---- Over time ---- */

static void
write_chart(struct writing *w)
{
    size_t n = w->facts.n_statements, payers = w->facts.contract->n_payers;
    const char **labels = wg_alloc_array(w->arena, n + 1, sizeof(*labels));
    struct wg_series *series = wg_alloc_array(w->arena, WG_CHART_SERIES_MAX, sizeof(*series));

    if (n < 2 || payers > WG_CHART_SERIES_MAX || !labels || !series)
        return;
    for (size_t i = 0; i < n; i++)
        labels[i] = w->facts.statements[i]->period;
    for (size_t p = 0; p < payers; p++) {
        int64_t *values = wg_alloc_array(w->arena, n, sizeof(*values));

        if (!values)
            return;
        for (size_t i = 0; i < n; i++)
            values[i] = part_of(w->facts.statements[i], w->facts.contract->payers[p]);
        series[p] = (struct wg_series){organisation_title(w->call, w->facts.contract->payers[p]),
                                       values};
    }
    wg_html_heading(&w->html, 2, "Over time");
    wg_chart(&w->html, &(struct wg_chart){
        .kind = WG_CHART_STACKED, .title = "Due by period",
        .description = "What each statement so far asked of each payer.",
        .currency = w->currency, .labels = labels, .n_labels = n, .series = series,
        .n_series = payers});
}

/* ---- The whole ---- */

static const struct wg_problem *
write_page(struct writing *w)
{
    const struct wg_problem *problem;

    write_links(w);
    write_draft(w);
    write_disputed(w);
    write_glance(w);
    if ((problem = write_payers(w)))
        return problem;
    write_standings(w);
    write_headroom(w);
    write_lines(w);
    write_corrections(w);
    write_credits(w);
    write_unpaid(w);
    write_chart(w);
    problem = write_about(w);
    write_signatures(w);
    return problem;
}

const struct wg_problem *
statement_page(struct wg_call *call, const ProtobufCMessage *output, struct wg_bytes *text)
{
    const Statement *statement = (const Statement *)output;
    struct writing w = {.call = call, .arena = wg_call_arena(call)};
    const struct wg_problem *problem;
    char known_at[WG_DATE_TEXT_BYTES];
    struct wg_page page;

    if ((problem = statement_facts_load(call, statement, &w.facts)))
        return problem;
    w.currency = w.facts.contract->currency;
    wg_date_format(wg_date_at(statement->known_at_time->seconds * 1000, "Europe/London"), known_at);
    page = (struct wg_page){
        .title = wg_format(w.arena, "%s for %s", is_draft(&w) ? "Draft statement" : "Statement",
                           statement_period_words(&w, statement)),
        .draft = is_draft(&w),
        .context = w.facts.contract->title,
        .data_date = known_at,
        .provenance = wg_format(w.arena,
                                "Reckoned from the evidence recorded up to event %llu of the "
                                "programme. Each outcome's name leads to how its amount was "
                                "made, down to the records.",
                                (unsigned long long)statement->known_at_sequence),
    };
    page.crumbs = wg_call_crumbs(call, statement->name, &page.n_crumbs);
    wg_page_begin(&w.html, w.arena, &page);
    if ((problem = write_page(&w)))
        return problem;
    return wg_page_end(&w.html, text) ? NULL : wg_no_memory(call);
}
