/* report_csv.c - a report for a spreadsheet: one row for each thing that it tells. */
#include <string.h>
#include <wellgate/csv.h>
#include <wellgate/messages.h>

#include "report/items.h"
#include "views.h"

typedef Wellgate__Bonds__V1__Assurance Assurance;
typedef Wellgate__Bonds__V1__CaseOutlook CaseOutlook;
typedef Wellgate__Bonds__V1__CasePoint CasePoint;
typedef Wellgate__Bonds__V1__Change Change;
typedef Wellgate__Bonds__V1__ContractChange ContractChange;
typedef Wellgate__Bonds__V1__Counterfactual Counterfactual;
typedef Wellgate__Bonds__V1__Metric Metric;
typedef Wellgate__Bonds__V1__Movement Movement;
typedef Wellgate__Bonds__V1__OutcomeIncome OutcomeIncome;

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* A row; what is left out is empty. */
struct row {
    const char *section, *item, *period, *payer, *value, *unit, *numerator, *denominator, *n,
        *data_date, *method, *note, *source;
};

static void
put_row(struct wg_csv_writer *csv, const struct row *row)
{
    const char *const cells[] = {row->section, row->item, row->period, row->payer, row->value,
                                 row->unit, row->numerator, row->denominator, row->n,
                                 row->data_date, row->method, row->note, row->source};

    wg_csv_row(csv, cells, COUNT(cells));
}

/* ---- What it tells ---- */

static void
put_figure(struct wg_csv_writer *csv, const char *section, const char *item, const char *source,
           const Figure *figure)
{
    put_row(csv, &(struct row){.section = section, .item = item, .value = figure->value,
                                .unit = figure->unit, .numerator = figure->numerator,
                                .denominator = figure->denominator,
                                .n = wg_format(csv->arena, "%d", figure->n),
                                .data_date = figure->data_date, .method = figure->method,
                                .note = figure->note, .period = figure->period,
                                .source = source ? source : figure->source});
}

static void
put_item(struct wg_csv_writer *csv, const struct item *item, const Report *report)
{
    if (item->figure)
        put_figure(csv, "figure", item->field, NULL, item->figure);
    else
        put_row(csv, &(struct row){.section = "amount", .item = item->field,
                                    .value = item_value(item), .unit = item_unit(item),
                                    .data_date = report->end_date});
}

static void
put_income(struct wg_csv_writer *csv, const OutcomeIncome *income)
{
    put_row(csv, &(struct row){.section = "outcomeIncome", .item = "amount",
                                .payer = income->payer, .value = income->amount->amount,
                                .unit = income->amount->currency, .data_date = income->end_date,
                                .source = income->statement});
    if (income->corrections)
        put_row(csv, &(struct row){.section = "outcomeIncome", .item = "corrections",
                                    .payer = income->payer, .value = income->corrections->amount,
                                    .unit = income->corrections->currency,
                                    .data_date = income->end_date, .source = income->statement});
}

static void
put_movement(struct wg_csv_writer *csv, const Movement *movement)
{
    const struct {
        const char *item;
        const Money *money;
    } parts[] = {{"drawn", movement->drawn},
                 {"principalRepaid", movement->principal_repaid},
                 {"interest", movement->interest},
                 {"surplus", movement->surplus},
                 {"writtenOff", movement->written_off},
                 {"outcomeIncome", movement->outcome_income},
                 {"outstanding", movement->outstanding}};

    for (size_t i = 0; i < COUNT(parts); i++)
        if (parts[i].money) /* older reports have not all of them */
            put_row(csv, &(struct row){.section = "movement", .item = parts[i].item,
                                        .period = movement->quarter,
                                        .value = parts[i].money->amount,
                                        .unit = parts[i].money->currency});
}

static void
put_point(struct wg_csv_writer *csv, const char *source, const CasePoint *point)
{
    const struct {
        const char *item;
        const Money *money;
    } parts[] = {{"drawn", point->drawn},
                 {"distributed", point->distributed},
                 {"net", point->net},
                 {"outcomeIncome", point->outcome_income}};

    for (size_t i = 0; i < COUNT(parts); i++)
        put_row(csv, &(struct row){.section = "case", .item = parts[i].item,
                                    .period = point->quarter, .value = parts[i].money->amount,
                                    .unit = parts[i].money->currency, .source = source});
}

/* Its points are sums to date. */
static void
put_case(struct wg_csv_writer *csv, const CaseOutlook *outlook)
{
    put_figure(csv, "case", "plannedIrr", outlook->case_, outlook->planned_irr);
    put_figure(csv, "case", "irrAtCompletion", outlook->case_, outlook->irr_at_completion);
    for (size_t i = 0; i < outlook->n_points; i++)
        put_point(csv, outlook->case_, outlook->points[i]);
}

/* ---- What its contracts came to ---- */

static void
put_text(struct wg_csv_writer *csv, const char *item, const Metric *metric, const char *value,
         const char *unit)
{
    if (*value)
        put_row(csv, &(struct row){.section = "outcome", .item = item, .value = value,
                                    .unit = unit, .data_date = metric->actual->data_date,
                                    .source = metric->metric});
}

static void
put_money(struct wg_csv_writer *csv, const char *section, const char *item, const char *source,
          const Money *money)
{
    if (money)
        put_row(csv, &(struct row){.section = section, .item = item, .value = money->amount,
                                    .unit = money->currency, .source = source});
}

static void
put_metric(struct wg_csv_writer *csv, const Metric *metric)
{
    put_figure(csv, "outcome", "actual", metric->metric, metric->actual);
    put_text(csv, "planLow", metric, metric->plan_low, metric->actual->unit);
    put_text(csv, "planBase", metric, metric->plan_base, metric->actual->unit);
    put_text(csv, "planHigh", metric, metric->plan_high, metric->actual->unit);
    put_text(csv, "shareOfPlan", metric, metric->share_of_plan, "ratio");
    put_text(csv, "achieved", metric, metric->achieved, "units");
    put_text(csv, "claimed", metric, metric->claimed, "units");
    put_text(csv, "validated", metric, metric->validated, "units");
    put_text(csv, "paid", metric, metric->paid, "units");
    put_money(csv, "outcome", "unitPrice", metric->metric, metric->unit_price);
    put_money(csv, "outcome", "issued", metric->metric, metric->issued);
    put_money(csv, "outcome", "earnedUnpaid", metric->metric, metric->earned_unpaid);
    put_money(csv, "outcome", "headroom", metric->metric, metric->headroom);
}

static void
put_cohort_row(struct wg_csv_writer *csv, const Wellgate__Bonds__V1__Cohort *cohort,
               const Wellgate__Bonds__V1__CohortQuarter *row)
{
    const struct {
        const char *item, *value, *plan;
    } parts[] = {{"referrals", row->referrals, row->planned_referrals},
                 {"starts", row->starts, row->planned_starts},
                 {"engaged", row->engaged, row->planned_engaged},
                 {"completed", row->completed, row->planned_completed},
                 {"lost", row->lost, row->planned_lost}};

    for (size_t i = 0; i < COUNT(parts); i++) {
        put_row(csv, &(struct row){.section = "cohort", .item = parts[i].item,
                                    .period = row->quarter, .value = parts[i].value,
                                    .unit = "referrals", .data_date = cohort->data_date});
        if (*parts[i].plan)
            put_row(csv, &(struct row){.section = "cohortPlan", .item = parts[i].item,
                                        .period = row->quarter, .value = parts[i].plan,
                                        .unit = "referrals"});
    }
}

static void
put_cohort(struct wg_csv_writer *csv, const Wellgate__Bonds__V1__Cohort *cohort)
{
    for (size_t i = 0; i < cohort->n_quarters; i++)
        put_cohort_row(csv, cohort, cohort->quarters[i]);
    if (cohort->to_date)
        put_cohort_row(csv, cohort, cohort->to_date);
}

static void
put_receivables(struct wg_csv_writer *csv, const Wellgate__Bonds__V1__Receivables *owed)
{
    for (size_t i = 0; i < owed->n_ages; i++)
        put_row(csv, &(struct row){.section = "receivable", .item = "owed",
                                    .period = owed->ages[i]->days,
                                    .value = owed->ages[i]->amount->amount,
                                    .unit = owed->ages[i]->amount->currency,
                                    .n = wg_format(csv->arena, "%d", owed->ages[i]->n)});
    put_money(csv, "receivable", "total", NULL, owed->total);
    put_money(csv, "receivable", "disputed", NULL, owed->disputed);
    put_money(csv, "receivable", "conceded", NULL, owed->conceded);
}

static void
put_costs(struct wg_csv_writer *csv, const Wellgate__Bonds__V1__CostsToDate *costs)
{
    for (size_t i = 0; i < costs->n_lines; i++) {
        put_money(csv, "cost", "due", costs->lines[i]->kind, costs->lines[i]->due);
        put_money(csv, "cost", "paid", costs->lines[i]->kind, costs->lines[i]->paid);
    }
    put_money(csv, "cost", "reserve", NULL, costs->reserve);
    put_row(csv, &(struct row){.section = "cost", .item = "runway", .unit = "quarters",
                                .value = costs->runway_quarters});
}

/* was: empty where it was the same. */
static void
put_measured(struct wg_csv_writer *csv, struct row row, const char *was)
{
    put_row(csv, &row);
    if (!*was)
        return;
    row.item = wg_format(csv->arena, "%sBefore", row.item);
    row.value = was;
    put_row(csv, &row);
}

static void
put_counterfactual(struct wg_csv_writer *csv, const Counterfactual *measured)
{
    struct row row = {.section = "counterfactual", .item = "own", .period = measured->period,
                      .value = measured->own, .unit = measured->unit, .n = measured->n_own,
                      .note = measured->rule, .source = measured->contract};

    put_measured(csv, row, measured->former_own);
    row.item = "other";
    row.value = measured->other;
    row.n = measured->n_other;
    row.data_date = measured->data_date;
    row.source = measured->comparator;
    put_measured(csv, row, measured->former_other);
    row.item = "figure";
    row.value = measured->figure;
    row.unit = "figure";
    row.n = NULL;
    put_measured(csv, row, measured->former_figure);
    row.item = "restatements";
    row.value = wg_format(csv->arena, "%d", measured->restatements);
    row.unit = NULL;
    put_row(csv, &row);
}

static void
put_contract_change(struct wg_csv_writer *csv, const ContractChange *change)
{
    put_row(csv, &(struct row){.section = "contractChange", .item = change->kind,
                                .value = change->amount ? change->amount->amount : "",
                                .unit = change->amount ? change->amount->currency : "",
                                .data_date = change->date, .note = change->title,
                                .source = change->contract});
}

static void
put_assurance(struct wg_csv_writer *csv, const Assurance *assurance)
{
    put_row(csv, &(struct row){.section = "assurance", .item = "claimed",
                                .value = assurance->claimed, .note = assurance->validator,
                                .source = assurance->contract});
    put_row(csv, &(struct row){.section = "assurance", .item = "validated",
                                .value = assurance->validated, .note = assurance->validator,
                                .source = assurance->contract});
    for (size_t i = 0; i < assurance->n_samples; i++)
        put_row(csv, &(struct row){.section = "assurance", .item = "errorPercent",
                                    .period = assurance->samples[i]->period,
                                    .value = assurance->samples[i]->error_percent,
                                    .unit = "percent", .n = assurance->samples[i]->drawn,
                                    .denominator = assurance->samples[i]->population,
                                    .source = assurance->contract});
}

/* ---- What stands behind it ---- */

static void
put_guarantee(struct wg_csv_writer *csv, const Wellgate__Bonds__V1__GuaranteeToDate *guarantee)
{
    put_row(csv, &(struct row){.section = "guarantee", .item = "share", .value = guarantee->share,
                                .unit = "ratio", .note = guarantee->guarantor,
                                .source = guarantee->tranche});
    put_money(csv, "guarantee", "guaranteed", guarantee->tranche, guarantee->guaranteed);
    put_money(csv, "guarantee", "called", guarantee->tranche, guarantee->called);
    put_money(csv, "guarantee", "callable", guarantee->tranche, guarantee->callable);
}

static void
put_departure(struct wg_csv_writer *csv, const Wellgate__Bonds__V1__Departure *departure)
{
    put_row(csv, &(struct row){.section = "departure", .item = "amount", .period = departure->date,
                                .value = departure->amount->amount,
                                .unit = departure->amount->currency, .note = departure->reason,
                                .source = departure->distribution});
}

static void
put_termination(struct wg_csv_writer *csv, const Wellgate__Bonds__V1__Termination *ended)
{
    put_row(csv, &(struct row){.section = "termination", .item = "date", .value = ended->date});
    put_row(csv, &(struct row){.section = "termination", .item = "reason", .value = ended->reason});
    put_money(csv, "termination", "lapsed", NULL, ended->lapsed);
    put_money(csv, "termination", "outstanding", NULL, ended->outstanding);
    put_money(csv, "termination", "interestDue", NULL, ended->interest_due);
    put_money(csv, "termination", "callable", NULL, ended->callable);
}

static void
put_journal(struct wg_csv_writer *csv, const Wellgate__Bonds__V1__JournalToDate *journal)
{
    for (size_t i = 0; i < journal->n_balances; i++) {
        const Wellgate__Bonds__V1__AccountBalance *balance = journal->balances[i];
        const char *account = wg_enum_word(
            &wellgate__bonds__v1__bond_posting__account__descriptor, (int)balance->account);

        put_money(csv, "journalDebit", account, balance->item, balance->debit);
        put_money(csv, "journalCredit", account, balance->item, balance->credit);
        if (*balance->item)
            put_row(csv, &(struct row){.section = "journalAgrees", .item = account,
                                        .value = balance->agrees ? "true" : "false",
                                        .source = balance->item});
    }
    put_row(csv, &(struct row){.section = "journal", .item = "entries",
                                .value = wg_format(csv->arena, "%llu",
                                                   (unsigned long long)journal->entries)});
    put_row(csv, &(struct row){.section = "journal", .item = "lastHash",
                                .value = journal->last_hash, .source = journal->last_entry});
}

static void
put_backing(struct wg_csv_writer *csv, const Report *report)
{
    for (size_t i = 0; i < report->n_guarantees; i++)
        put_guarantee(csv, report->guarantees[i]);
    for (size_t i = 0; i < report->n_departures; i++)
        put_departure(csv, report->departures[i]);
    if (report->overdrawn)
        put_money(csv, "overdrawn", "bank", NULL, report->overdrawn);
    if (report->termination)
        put_termination(csv, report->termination);
    if (report->journal)
        put_journal(csv, report->journal);
}

static void
put_blocks(struct wg_csv_writer *csv, const Report *report)
{
    for (size_t i = 0; i < report->n_outcomes; i++)
        put_metric(csv, report->outcomes[i]);
    if (report->cohort)
        put_cohort(csv, report->cohort);
    if (report->receivables)
        put_receivables(csv, report->receivables);
    if (report->costs)
        put_costs(csv, report->costs);
    for (size_t i = 0; i < report->n_counterfactuals; i++)
        put_counterfactual(csv, report->counterfactuals[i]);
    for (size_t i = 0; i < report->n_contract_changes; i++)
        put_contract_change(csv, report->contract_changes[i]);
    for (size_t i = 0; i < report->n_assurances; i++)
        put_assurance(csv, report->assurances[i]);
}

/* Told and restated; what it is now stands above. */
static void
put_change(struct wg_csv_writer *csv, const Wellgate__Bonds__V1__Comparison *comparison,
           const Change *change)
{
    struct row row = {.section = "reported", .item = change->item, .value = change->reported,
                      .unit = change->unit, .data_date = comparison->end_date,
                      .source = comparison->report};

    put_row(csv, &row);
    row.section = "restated";
    row.value = change->restated;
    put_row(csv, &row);
}

static void
put_provenance(struct wg_csv_writer *csv, const Report *report)
{
    const char *sequence = wg_format(csv->arena, "%llu",
                                     (unsigned long long)report->known_at_sequence);

    put_row(csv, &(struct row){.section = "provenance", .item = "name", .value = report->name});
    put_row(csv, &(struct row){.section = "provenance", .item = "contentHash",
                                .value = report->content_hash});
    put_row(csv, &(struct row){.section = "provenance", .item = "knownAtSequence",
                                .value = sequence});
    put_row(csv, &(struct row){.section = "provenance", .item = "commentary",
                                .value = report->commentary});
}

const struct wg_problem *
report_csv(struct wg_call *call, const ProtobufCMessage *output, struct wg_bytes *text)
{
    struct wg_csv_writer csv = {.arena = wg_call_arena(call)};
    const Report *report = (const Report *)output;
    struct item items[ITEMS_MAX];
    size_t n = items_of(report, items);

    put_row(&csv, &(struct row){"section", "item", "period", "payer", "value", "unit",
                                 "numerator", "denominator", "n", "dataDate", "method", "note",
                                 "source"});
    for (size_t i = 0; i < n; i++)
        put_item(&csv, &items[i], report);
    for (size_t i = 0; i < report->n_movements; i++)
        put_movement(&csv, report->movements[i]);
    for (size_t i = 0; i < report->n_outcome_income; i++)
        put_income(&csv, report->outcome_income[i]);
    for (size_t i = 0; i < report->n_cases; i++)
        put_case(&csv, report->cases[i]);
    put_blocks(&csv, report);
    put_backing(&csv, report);
    for (size_t i = 0; report->comparison && i < report->comparison->n_changes; i++)
        put_change(&csv, report->comparison, report->comparison->changes[i]);
    put_provenance(&csv, report);
    *text = (struct wg_bytes){csv.text, csv.length};
    return csv.failed ? wg_no_memory(call) : NULL;
}
