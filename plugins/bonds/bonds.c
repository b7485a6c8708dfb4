/* bonds.c - bonds and their contracts, and what the gateway is told of them. */
#include <string.h>
#include <wellgate/html.h>
#include <wellgate/plugin.h>

#include "flows/flows.h"
#include "flows/grants.h"
#include "flows/investors.h"
#include "flows/rules.h"
#include "flows/termination.h"
#include "indigo/indigo.h"
#include "journal/journal.h"
#include "report/cases.h"
#include "report/report.h"
#include "views/views.h"
#include "waterfall/costs.h"
#include "waterfall/payouts.h"
#include "waterfall/position.h"
#include "wellgate/payments/v1/payments.pb-c.h"


WG_EMBED(bonds_descriptors, "bonds.pb");

/* ---- Bonds ---- */

static bool
has_before(char *const *texts, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (strcmp(texts[i], texts[at]) == 0)
            return true;
    return false;
}

/* Of several contracts in other currencies the first is told. */
static const struct wg_problem *
check_contract(struct wg_call *call, const Bond *bond, size_t at,
               bool *currency_told)
{
    const char *pointer = wg_format(wg_call_arena(call), "/contracts/%zu", at);
    const struct wg_problem *problem;
    const Contract *contract;

    if (!pointer)
        return no_memory(call);
    if (has_before(bond->contracts, at)) {
        wg_violation(call, pointer, "DUPLICATE", "is named twice");
        return NULL;
    }
    if ((problem = ask_contract(call, bond->contracts[at], &contract)))
        return problem;
    if (strcmp(contract->payee, bond->vehicle) != 0)
        wg_violation(call, pointer, "PAYEE",
                     "its payee is not the bond's vehicle");
    if (strcmp(contract->currency, bond->currency) != 0 && !*currency_told) {
        *currency_told = true;
        wg_violation(call, "/currency", "CURRENCY",
                     "must be the contracts' currency; contracts/%zu is in %s",
                     at, contract->currency);
    }
    return NULL;
}

static const struct wg_problem *
check_contracts(struct wg_call *call, const Bond *bond)
{
    const struct wg_problem *problem = NULL;
    bool currency_told = false;

    for (size_t i = 0; !problem && i < bond->n_contracts; i++)
        problem = check_contract(call, bond, i, &currency_told);
    return problem;
}

static const struct wg_problem *
give_payers(struct wg_call *call, const Bond *bond)
{
    const struct wg_problem *problem;
    const Contract *contract;

    for (size_t i = 0; i < bond->n_contracts; i++)
        if ((problem = ask_contract(call, bond->contracts[i], &contract)) ||
            (problem = give_payers_role(call, bond, contract)))
            return problem;
    return NULL;
}

static const struct wg_problem *
check_bond(struct wg_call *call, const ProtobufCMessage *before,
           ProtobufCMessage *after)
{
    const Bond *bond = (const Bond *)after;
    const struct wg_problem *problem;

    /* What is checked is immutable, in the contracts, too. */
    if (!bond || before)
        return NULL;
    if (strcmp(bond->end_date, bond->start_date) <= 0)
        wg_violation(call, "/endDate", "OUT_OF_RANGE",
                     "must be after startDate");
    if ((problem = check_contracts(call, bond)) ||
        (problem = wg_violations(call)))
        return problem;
    if ((problem = wg_grant(call, bond->name, bond->vehicle, ROLE_BIT(INTERMEDIARY), "")))
        return problem;
    return give_payers(call, bond);
}

/* ---- What the gateway is told ---- */

static const struct wg_method methods[] = {
    {.name = "Bonds/CalculateReport", .run = calculate_report},
    {.name = "Bonds/PublishReport", .run = publish_report},
    {.name = "Bonds/TerminateBond", .run = bond_terminate},
    {.name = "Indigo/ExportProject", .run = export_project},
    {.name = "Indigo/ImportProject", .run = import_project},
    {.name = "BondCosts/PayBondCost", .run = cost_pay},
    {.name = "BondJournal/GetBondTrialBalance", .run = trial_balance_get},
    {.name = "Waterfalls/ProposeDistributions", .run = distributions_propose},
    {.name = "Waterfalls/PayDistributions", .run = distributions_pay},
    {.name = "Waterfalls/GetPosition", .run = position_get},
    {0},
};

static const struct wg_rule rules[] = {
    {"bonds/Bond", check_bond},
    {"bonds/Commitment", check_commitment},
    {"bonds/DrawdownNotice", check_notice},
    {"bonds/Drawdown", check_drawdown},
    {"bonds/Distribution", check_distribution},
    {"bonds/WriteOff", check_write_off},
    {"bonds/Valuation", check_valuation},
    {"bonds/Recycling", check_recycling},
    {"bonds/Tranche", check_tranche},
    {"bonds/Waterfall", check_waterfall},
    {"bonds/BondCost", check_cost},
    {"bonds/Payout", check_payout},
    {"bonds/GuaranteeCall", check_guarantee_call},
    {"bonds/BondJournalEntry", check_entry},
    {"bonds/Case", check_case},
    {0},
};

static const struct wg_handler handlers[] = {
    {"bond-journal.", journal_follow},
    {0},
};

static const struct wg_timer timers[] = {
    {.name = "outcomes", .every_s = 2, .due = outcomes_due, .run = outcomes_run},
    {.name = "missing", .every_s = 2, .due = missing_due, .run = missing_run},
    {.name = "investors", .every_s = 2, .due = investors_due, .run = investors_run},
    {0},
};

static const struct wg_check checks[] = {
    {"journal", journal_check},
    {0},
};

static const struct wg_view views[] = {
    {"Bonds/GetReport", WG_HTML_MEDIA_TYPE, report_page},
    {"Bonds/GetReport", "text/csv; charset=utf-8", report_csv},
    {"Bonds/GetBond", WG_HTML_MEDIA_TYPE, bond_page},
    {"Bonds/ListReports", WG_HTML_MEDIA_TYPE, reports_page},
    {"BondJournal/ListBondJournalEntries", "text/csv; charset=utf-8", journal_csv},
    {0},
};

WG_PLUGIN = {
    WG_PLUGIN_ABI,
    .name = "bonds",
    .descriptor_set = {bonds_descriptors, bonds_descriptors_end},
    .methods = methods,
    .rules = rules,
    .handlers = handlers,
    .projection_version = 1,
    .timers = timers,
    .views = views,
    .checks = checks,
};
