/* report.c - a bond's quarterly report, calculated as a draft. */
#include "report.h"

#include <string.h>
#include <wellgate/messages.h>
#include <wellgate/money.h>
#include <wellgate/period.h>

#include "comparison.h"
#include "facts.h"
#include "figures.h"
#include "flows/termination.h"
#include "journal/journal.h"
#include "movements.h"
#include "waterfall/income.h"

typedef Wellgate__Bonds__V1__CapitalAccount CapitalAccount;
typedef Wellgate__Bonds__V1__ContractSequence ContractSequence;
typedef Wellgate__Bonds__V1__OutcomeIncome OutcomeIncome;
typedef Wellgate__Bonds__V1__CalculateReportRequest CalculateReportRequest;

#define DRAFT WELLGATE__BONDS__V1__REPORT__STATE__DRAFT
#define PUBLISHED WELLGATE__BONDS__V1__REPORT__STATE__PUBLISHED

/* ---- What it is made of ---- */

struct commitment_scan {
    const struct basis *basis;
    int64_t committed;
    const struct wg_problem *problem;
};

static bool
take_commitment(void *context, const struct wg_record *record)
{
    const Commitment *commitment = (const Commitment *)record->message;
    struct commitment_scan *scan = context;
    int64_t minor;

    if (strcmp(commitment->date, scan->basis->end_date) > 0)
        return true;
    if (!read_money(scan->basis->bond->currency, commitment->amount, &minor))
        scan->problem = &wg_internal;
    else if (!wg_money_add(scan->committed, minor, &scan->committed))
        scan->problem = too_great(scan->basis->call);
    return !scan->problem;
}

static const struct wg_problem *
load_committed(const struct basis *basis, int64_t *committed)
{
    struct commitment_scan scan = {.basis = basis};
    const struct wg_problem *problem =
        wg_scan(basis->call, "bonds/Commitment", basis->bond->name, NULL,
                take_commitment, &scan);

    *committed = scan.committed;
    return problem ? problem : scan.problem;
}

/* ---- What moved no cash of the investors' ---- */

struct basis_scan {
    struct basis *basis;
    const struct wg_problem *problem;
};

static bool
take_recycling(void *context, const struct wg_record *record)
{
    const Wellgate__Bonds__V1__Recycling *recycling =
        (const Wellgate__Bonds__V1__Recycling *)record->message;
    struct basis_scan *scan = context;
    struct basis *basis = scan->basis;
    int64_t minor;

    if (strcmp(recycling->date, basis->end_date) > 0)
        return true;
    if (!read_money(basis->bond->currency, recycling->amount, &minor))
        scan->problem = &wg_internal;
    else if (!wg_money_add(basis->recycled, minor, &basis->recycled))
        scan->problem = too_great(basis->call);
    return !scan->problem;
}

static const struct wg_problem *
load_recycled(struct basis *basis)
{
    struct basis_scan scan = {.basis = basis};
    const struct wg_problem *problem = wg_scan(basis->call, "bonds/Recycling", basis->bond->name,
                                               NULL, take_recycling, &scan);

    return problem ? problem : scan.problem;
}

static const struct wg_problem *
load_basis(struct basis *basis)
{
    const struct flow_choice to_date = {.until_date = basis->end_date};
    const struct wg_problem *problem;
    int64_t committed;

    if ((problem = load_committed(basis, &committed)) ||
        (problem = flow_list_load(basis->call, basis->bond, &to_date,
                                  &basis->flows)))
        return problem;
    for (size_t i = 0; i < basis->flows.n; i++)
        basis->n_drawdowns += basis->flows.items[i].drawn > 0;
    for (size_t i = 0; i < basis->flows.n; i++)
        basis->n_cash += basis->flows.items[i].written_off == 0;
    if ((problem = load_recycled(basis)) ||
        (problem = fund_fees_load(basis, &basis->fees)) ||
        (problem = account_make(basis->call, committed, &basis->flows, &basis->account)))
        return problem;
    return residual_load(basis, &basis->residual);
}

/* ---- The capital account ---- */

static Money *
money_new(const struct basis *basis, int64_t minor)
{
    return wg_money_message(basis->arena, basis->bond->currency, minor);
}

static CapitalAccount *
capital_account_new(const struct basis *basis)
{
    CapitalAccount *message = wg_new_message(
        basis->arena, &wellgate__bonds__v1__capital_account__descriptor);
    const struct account *account = &basis->account;

    if (!message)
        return NULL;
    message->committed = money_new(basis, account->committed);
    message->drawn = money_new(basis, account->drawn);
    message->undrawn =
        money_new(basis, has_ended(basis->bond, basis->end_date) ? 0 : account->undrawn);
    message->principal_repaid = money_new(basis, account->principal_repaid);
    message->interest = money_new(basis, account->interest);
    message->surplus = money_new(basis, account->surplus);
    message->outstanding = money_new(basis, account->outstanding);
    message->peak_exposure = money_new(basis, account->peak_exposure);
    message->written_off = money_new(basis, account->written_off);
    message->recycled = money_new(basis, basis->recycled);
    return message;
}

/* ---- Outcome income ---- */

/* Room for so many more rows behind those that are there. */
static bool
make_room(const struct basis *basis, Report *report, size_t n_more)
{
    OutcomeIncome **rows = wg_alloc_array(
        basis->arena, report->n_outcome_income + n_more, sizeof(*rows));

    if (rows && report->n_outcome_income > 0)
        memcpy(rows, report->outcome_income,
               report->n_outcome_income * sizeof(*rows));
    report->outcome_income = rows;
    return rows;
}

static const struct wg_problem *
add_income(const struct basis *basis, Report *report, const struct income *issued,
           int64_t *total)
{
    OutcomeIncome *income;

    if (issued->minor == 0)
        return NULL;
    if (!wg_money_add(*total, issued->minor, total))
        return too_great(basis->call);
    income = wg_new_message(basis->arena,
                         &wellgate__bonds__v1__outcome_income__descriptor);
    if (!income)
        return no_memory(basis->call);
    income->statement = issued->statement;
    income->end_date = issued->end_date;
    income->payer = issued->payer;
    income->amount = money_new(basis, issued->minor);
    report->outcome_income[report->n_outcome_income++] = income;
    return NULL;
}

/* There is room for one per contract. */
static bool
add_sequence(const struct basis *basis, Report *report, char *contract,
             uint64_t sequence)
{
    ContractSequence *known = wg_new_message(
        basis->arena, &wellgate__bonds__v1__contract_sequence__descriptor);

    if (!known)
        return false;
    known->contract = contract;
    known->known_at_sequence = sequence;
    report->contract_sequences[report->n_contract_sequences++] = known;
    return true;
}

static const struct wg_problem *
add_contract(const struct basis *basis, Report *report, char *contract,
             int64_t *total)
{
    struct income_list issued;
    const struct wg_problem *problem =
        income_load(basis->call, basis->bond, contract, basis->end_date, &issued);

    if (problem)
        return problem;
    if (!make_room(basis, report, issued.n) ||
        !add_sequence(basis, report, contract, issued.sequence))
        return no_memory(basis->call);
    for (size_t i = 0; !problem && i < issued.n; i++)
        problem = add_income(basis, report, &issued.items[i], total);
    return problem;
}

static const struct wg_problem *
set_outcome_income(const struct basis *basis, Report *report)
{
    const struct wg_problem *problem;
    int64_t total = 0;

    report->contract_sequences =
        wg_alloc_array(basis->arena, basis->bond->n_contracts,
                       sizeof(*report->contract_sequences));
    if (!report->contract_sequences)
        return no_memory(basis->call);
    for (size_t i = 0; i < basis->bond->n_contracts; i++)
        if ((problem = add_contract(basis, report, basis->bond->contracts[i],
                                    &total)))
            return problem;
    report->outcome_income_total = money_new(basis, total);
    return NULL;
}

/* ---- CalculateReport ---- */

static const struct wg_problem *
fill_report(struct basis *basis, Report *report)
{
    const struct wg_problem *problem;
    struct facts facts;

    if ((problem = load_basis(basis)) || (problem = facts_load(basis, report, &facts)))
        return problem;
    report->state = DRAFT;
    report->end_date = (char *)basis->end_date;
    report->shared_contracts = (char **)facts.history.shared;
    report->n_shared_contracts = facts.history.n_shared;
    report->capital_account = capital_account_new(basis);
    report->called = called_new(basis);
    report->dpi = dpi_new(basis);
    report->moic = moic_new(basis);
    report->rvpi = rvpi_new(basis);
    report->tvpi = tvpi_new(basis);
    report->irr = irr_new(basis);
    report->valued_irr = valued_irr_new(basis);
    report->gross_irr = gross_irr_new(basis);
    if (!report->moic || !report->tvpi)
        return basis->arena->exhausted ? no_memory(basis->call) : too_great(basis->call);
    if ((problem = set_outcome_income(basis, report)))
        return problem;
    set_corrections(&facts, report);
    if ((problem = set_movements(basis, report)) ||
        (problem = set_cases(basis, &facts.cases, report)) ||
        (problem = set_outcomes(&facts, report)) ||
        (problem = set_cohort(&facts, report)) ||
        (problem = set_receivables(&facts, report)) ||
        (problem = set_costs(&facts, report)) ||
        (problem = set_counterfactuals(&facts, report)) ||
        (problem = set_contract_changes(&facts, report)) ||
        (problem = set_assurances(&facts, report)) ||
        (problem = set_guaranteed(&facts, report)) ||
        (problem = set_departures(&facts, report)) ||
        (problem = set_journal(&facts, report)) ||
        (problem = wg_sequence(basis->call, basis->bond->name,
                               &report->known_at_sequence)))
        return problem;
    return basis->arena->exhausted ? no_memory(basis->call) : NULL;
}

static const struct wg_problem *
require_reportable(struct wg_call *call, const Bond *bond,
                   struct wg_period quarter)
{
    char last[WG_DATE_TEXT_BYTES];

    wg_date_format(quarter.last, last);
    if (quarter.last >= wg_today(call, bond->name))
        return wg_fail(call, &wg_conflict,
                       "the quarter has not ended: its last day is %s", last);
    if (strcmp(last, bond->start_date) < 0)
        return wg_fail(call, &wg_conflict,
                       "the quarter ended before the bond's term began, on %s",
                       bond->start_date);
    return NULL;
}

const struct wg_problem *
report_figures(struct wg_call *call, const char *name, Report **report)
{
    struct wg_arena *arena = wg_call_arena(call);
    struct basis basis = {.call = call, .arena = arena};
    const struct wg_problem *problem;
    char last[WG_DATE_TEXT_BYTES];
    struct wg_period quarter;

    if (!wg_quarter_parse(wg_name_id(name), &quarter))
        return &wg_not_found;
    if ((problem = load_bond(call, name, &basis.bond)) ||
        (problem = require_reportable(call, basis.bond, quarter)))
        return problem;
    basis.end_date = wg_copy_text(arena, wg_date_format(quarter.last, last));
    *report = wg_new_message(arena, &wellgate__bonds__v1__report__descriptor);
    if (!basis.end_date || !*report)
        return no_memory(call);
    (*report)->name = (char *)name;
    return fill_report(&basis, *report);
}

const struct wg_problem *
report_make(struct wg_call *call, const char *name, Report **report)
{
    const struct wg_problem *problem;
    const Bond *bond;

    if ((problem = load_bond(call, name, &bond)) ||
        (problem = outcomes_post(call, bond)) ||
        (problem = report_figures(call, name, report)))
        return problem;
    return set_comparison(call, *report);
}

/* Is there a report? It may be replaced, unless it is published. */
static const struct wg_problem *
require_replaceable(struct wg_call *call, const char *name, bool *exists)
{
    struct wg_record record;
    const struct wg_problem *problem = wg_load(call, name, &record);

    *exists = !problem;
    if (problem)
        return problem == &wg_not_found ? NULL : problem;
    if (((const Report *)record.message)->state == PUBLISHED)
        return wg_fail(call, &wg_conflict,
                       "the report is published and can no longer change");
    return NULL;
}

const struct wg_problem *
calculate_report(struct wg_call *call)
{
    const CalculateReportRequest *request = (const CalculateReportRequest *)wg_input(call);
    const struct wg_problem *problem;
    Report *report;
    bool exists;

    if ((problem = require_replaceable(call, request->name, &exists)) ||
        (problem = report_make(call, request->name, &report)))
        return problem;
    report->commentary = request->commentary;
    if ((problem = exists
                       ? wg_update(call, &report->base, "report.calculated")
                       : wg_insert(call, &report->base, "report.calculated")))
        return problem;
    wg_answer(call, &report->base);
    return NULL;
}
