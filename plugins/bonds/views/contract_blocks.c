/* contract_blocks.c - receivables, costs, comparators, changes and assurance on a report's page. */
#include <string.h>
#include <wellgate/text.h>

#include "blocks.h"
#include "words.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

typedef Wellgate__Bonds__V1__Assurance Assurance;
typedef Wellgate__Bonds__V1__ContractChange ContractChange;
typedef Wellgate__Bonds__V1__Counterfactual Counterfactual;

static const char *
or_dash(const char *text)
{
    return *text ? text : "–";
}

/* ---- Receivables ---- */

void
write_receivables(const struct block *b)
{
    static const struct wg_column columns[] = {
        {"Days since the period's end", false}, {"Parts of statements", true}, {"Owed", true}};
    const Wellgate__Bonds__V1__Receivables *owed = b->report->receivables;

    if (!owed || !b->report->n_outcome_income)
        return;
    wg_html_heading(b->html, 2, "Receivables");
    wg_table_begin(b->html, "What payers owed on the last day, by age", columns, COUNT(columns));
    for (size_t i = 0; i < owed->n_ages; i++) {
        wg_row_begin(b->html);
        wg_cell(b->html, owed->ages[i]->days);
        wg_cell_count(b->html, owed->ages[i]->n);
        wg_cell_money(b->html, b->currency, minor_of(owed->ages[i]->amount));
        wg_row_end(b->html);
    }
    wg_total_begin(b->html);
    wg_cell(b->html, minor_of(owed->disputed)
                         ? wg_format(b->arena, "All, of it %s in dispute",
                                     wg_text_money(b->arena, b->currency, minor_of(owed->disputed)))
                         : "All, none of it in dispute");
    wg_cell(b->html, NULL);
    wg_cell_money(b->html, b->currency, minor_of(owed->total));
    wg_row_end(b->html);
    wg_table_end(b->html);
    if (owed->conceded)
        wg_html_paragraph(b->html, wg_format(b->arena, "Beside it %s was conceded and is not credited yet.",
                                             wg_text_money(b->arena, b->currency,
                                                           minor_of(owed->conceded))));
}

/* ---- Costs ---- */

static const char *
reserve_words(const struct block *b, const Wellgate__Bonds__V1__CostsToDate *costs)
{
    const char *reserve = wg_text_money(b->arena, b->currency, minor_of(costs->reserve));

    return *costs->runway_quarters
               ? wg_format(b->arena, "The reserve for costs is %s: %s quarters at the last year's pace.",
                           reserve, costs->runway_quarters)
               : wg_format(b->arena, "The reserve for costs is %s.", reserve);
}

void
write_costs(const struct block *b)
{
    static const struct wg_column columns[] = {{"For", false}, {"Due", true}, {"Paid", true}};
    const Wellgate__Bonds__V1__CostsToDate *costs = b->report->costs;

    if (!costs)
        return;
    wg_html_heading(b->html, 2, "Costs");
    wg_table_begin(b->html, "Costs beside the capital, to date", columns, COUNT(columns));
    for (size_t i = 0; i < costs->n_lines; i++) {
        wg_row_begin(b->html);
        wg_cell(b->html, costs->lines[i]->kind);
        wg_cell_money(b->html, b->currency, minor_of(costs->lines[i]->due));
        wg_cell_money(b->html, b->currency, minor_of(costs->lines[i]->paid));
        wg_row_end(b->html);
    }
    wg_table_end(b->html);
    wg_html_paragraph(b->html, reserve_words(b, costs));
}

/* ---- Comparators ---- */

/* "1,100", or of what was told otherwise first "1,460 → 1,100". */
static const char *
changed_words(struct wg_arena *arena, const char *was, const char *is)
{
    const char *now = *is ? wg_text_decimal(arena, is) : "–";

    return *was ? wg_format(arena, "%s → %s", wg_text_decimal(arena, was), now) : now;
}

static const char *
with_n(struct wg_arena *arena, const char *words, const char *n)
{
    return *n ? wg_format(arena, "%s (n %s)", words, n) : words;
}

static void
write_counterfactual(const struct block *b, const Counterfactual *measured)
{
    const char *own = changed_words(b->arena, measured->former_own, measured->own);
    const char *other = changed_words(b->arena, measured->former_other, measured->other);

    wg_row_begin(b->html);
    wg_cell(b->html, or_dash(measured->period));
    wg_cell(b->html, *measured->rule_title ? measured->rule_title : measured->rule);
    wg_cell(b->html, *measured->title ? measured->title : "as the terms fix it");
    wg_cell(b->html, with_n(b->arena, own, measured->n_own));
    wg_cell(b->html, with_n(b->arena, other, measured->n_other));
    wg_cell(b->html, changed_words(b->arena, measured->former_figure, measured->figure));
    wg_cell(b->html, *measured->data_date ? wg_text_date_of(b->arena, measured->data_date) : "–");
    wg_row_end(b->html);
}

/* What own and other are in, where all rows are in one unit. */
static const char *
counterfactual_caption(const struct block *b)
{
    const char *unit = b->report->counterfactuals[0]->unit;

    for (size_t i = 1; i < b->report->n_counterfactuals; i++)
        if (strcmp(b->report->counterfactuals[i]->unit, unit))
            unit = "";
    return *unit ? wg_format(b->arena, "By whom outcomes are measured, in %s; was → is", unit)
                 : "By whom outcomes are measured; was → is";
}

void
write_counterfactuals(const struct block *b)
{
    static const struct wg_column columns[] = {
        {"Period", false}, {"What", false}, {"Compared with", false}, {"Programme", true},
        {"Comparator", true}, {"Figure paid on", true}, {"Data of", false}};

    if (!b->report->n_counterfactuals)
        return;
    wg_html_heading(b->html, 2, "Counterfactual");
    wg_table_begin(b->html, counterfactual_caption(b), columns, COUNT(columns));
    for (size_t i = 0; i < b->report->n_counterfactuals; i++)
        write_counterfactual(b, b->report->counterfactuals[i]);
    wg_table_end(b->html);
}

/* ---- Changes ---- */

static void
write_contract_change(const struct block *b, const ContractChange *change)
{
    wg_row_begin(b->html);
    wg_cell(b->html, *change->date ? wg_text_date_of(b->arena, change->date) : "–");
    wg_cell(b->html, wg_name_id(change->contract));
    wg_cell(b->html, change->kind);
    wg_cell(b->html, change->title);
    if (change->amount)
        wg_cell_money(b->html, b->currency, minor_of(change->amount));
    else
        wg_cell(b->html, NULL);
    wg_row_end(b->html);
}

void
write_contract_changes(const struct block *b)
{
    static const struct wg_column columns[] = {
        {"From", false}, {"Contract", false}, {"What", false}, {"Which", false}, {"Amount", true}};

    if (!b->report->n_contract_changes)
        return;
    wg_html_heading(b->html, 2, "Contracts");
    wg_table_begin(b->html, "Versions of the terms, variations and disputes", columns, COUNT(columns));
    for (size_t i = 0; i < b->report->n_contract_changes; i++)
        write_contract_change(b, b->report->contract_changes[i]);
    wg_table_end(b->html);
}

/* ---- Assurance ---- */

static const char *
samples_words(const struct block *b, const Assurance *assurance)
{
    const char *words = "";

    for (size_t i = 0; i < assurance->n_samples; i++) {
        const Wellgate__Bonds__V1__SampledPeriod *sample = assurance->samples[i];

        words = wg_format(b->arena, "%s%s%s: %s of %s drawn, %s", words, i ? "; " : "",
                          sample->period, sample->drawn, sample->population,
                          *sample->error_percent
                              ? wg_format(b->arena, "%s%% in error", sample->error_percent)
                              : "too few to tell");
    }
    return *words ? words : "none";
}

static bool
has_claims(const Assurance *assurance)
{
    return assurance->claimed[0] != '0' || assurance->n_samples;
}

void
write_assurances(const struct block *b)
{
    wg_html_heading(b->html, 2, "Assurance");
    wg_summary_begin(b->html);
    for (size_t i = 0; i < b->report->n_assurances; i++) {
        const Assurance *assurance = b->report->assurances[i];

        wg_summary_row(b->html, wg_name_id(assurance->contract),
                       !has_claims(assurance)
                           ? "Paid on recorded evidence, without claims."
                           : wg_format(b->arena, "Claims validated by %s: %s of %s. Samples: %s.",
                                       *assurance->validator
                                           ? organisation_words(b->call, assurance->validator)
                                           : "the programme's validators",
                                       assurance->validated, assurance->claimed,
                                       samples_words(b, assurance)));
    }
    wg_summary_row(b->html, "Few people", b->report->disclosure_note);
    wg_summary_end(b->html);
}
