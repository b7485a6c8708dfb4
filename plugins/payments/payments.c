/* payments.c - outcomes contracts: what the gateway is told of them. */
#include <string.h>
#include <wellgate/html.h>
#include <wellgate/period.h>
#include <wellgate/plugin.h>

#include "terms/acceptance.h"
#include "claims/claims.h"
#include "standing/disputes.h"
#include "evidence/evidence.h"
#include "explain/change_bridge.h"
#include "explain/explain.h"
#include "explain/explain_page.h"
#include "ledger/invoices.h"
#include "ledger/journal.h"
#include "ledger/ledger.h"
#include "ledger/liability.h"
#include "plans/plans.h"
#include "reporting/reporting.h"
#include "terms/payer_terms.h"
#include "statements/proof.h"
#include "claims/samples.h"
#include "statements/simulate.h"
#include "shadow/shadow.h"
#include "statements/issued.h"
#include "statements/statement.h"
#include "terms/terms.h"
#include "standing/verdicts.h"
#include "statements/views.h"

WG_EMBED(payments_descriptors, "payments.pb");

enum { YEARS_MAX = 30 };

#define BIT(role) (1u << WELLGATE__OPTIONS__V1__ROLE__KIND__##role)

/* ---- Contracts ---- */

/* Who judges claims is neither paid by them nor pays for them: so no grant overwrites another. */
static void
check_validator(struct wg_call *call, const Contract *contract)
{
    if (*contract->validator && side_of(contract, contract->validator))
        wg_violation(call, "/validator", "PARTY", "is the payee or a payer");
}

static void
check_payers(struct wg_call *call, const Contract *contract)
{
    for (size_t i = 0; i < contract->n_payers; i++) {
        const char *pointer = wg_format(wg_call_arena(call), "/payers/%zu", i);

        for (size_t j = 0; pointer && j < i; j++)
            if (strcmp(contract->payers[i], contract->payers[j]) == 0)
                wg_violation(call, pointer, "DUPLICATE", "is named twice");
    }
}

/* A statement looks at every quarter so far: their number stays small. */
static void
check_term(struct wg_call *call, const Contract *contract)
{
    wg_date start, end;

    if (!wg_date_parse(contract->start_date, &start) || !wg_date_parse(contract->end_date, &end))
        return;
    if (end < start)
        wg_violation(call, "/endDate", "OUT_OF_RANGE", "is before startDate");
    else if (end > wg_date_add_months(start, 12 * YEARS_MAX))
        wg_violation(call, "/endDate", "OUT_OF_RANGE", "is more than %d years after startDate",
                     YEARS_MAX);
}

/* Days of a calendar are laid out one behind the other: its periods may not overlap. */
static void
check_order_of_periods(struct wg_call *call, const Contract *contract)
{
    wg_date before, last;

    if (!wg_date_parse(contract->start_date, &before))
        return;
    before--;
    for (size_t i = 0; i < contract->n_period_ends; before = last, i++) {
        const char *pointer = wg_format(wg_call_arena(call), "/periodEnds/%zu", i);

        if (!wg_date_parse(contract->period_ends[i], &last))
            return;
        if (last <= before)
            wg_violation(call, pointer, "ORDER", "must be behind what is before it");
        else if (i + 1 == contract->n_period_ends &&
                 strcmp(contract->period_ends[i], contract->end_date) < 0)
            wg_violation(call, pointer, "OUT_OF_RANGE", "the contract goes on behind it");
    }
}

static void
check_periods(struct wg_call *call, const Contract *contract)
{
    bool custom = contract->frequency == WELLGATE__PAYMENTS__V1__CONTRACT__FREQUENCY__CUSTOM;

    if (custom && !contract->n_period_ends)
        wg_violation(call, "/periodEnds", "REQUIRED", "say when its own periods end");
    else if (!custom && contract->n_period_ends)
        wg_violation(call, "/periodEnds", "NOT_TAKEN", "are of the frequency CUSTOM");
    else
        check_order_of_periods(call, contract);
}

/* Parties hold roles on their contract, whatever they hold on the programme. An
 * organisation on both sides holds both. */
static const struct wg_problem *
grant_parties(struct wg_call *call, const Contract *contract)
{
    uint32_t payee = BIT(INTERMEDIARY);
    const struct wg_problem *problem;

    if (*contract->validator &&
        (problem = wg_grant(call, contract->name, contract->validator, BIT(VALIDATOR), "")))
        return problem;
    for (size_t i = 0; i < contract->n_payers; i++) {
        bool both = strcmp(contract->payers[i], contract->payee) == 0;

        if (both)
            payee |= BIT(COMMISSIONER);
        else if ((problem = wg_grant(call, contract->name, contract->payers[i],
                                     BIT(COMMISSIONER), "")))
            return problem;
    }
    return wg_grant(call, contract->name, contract->payee, payee, "");
}

/* A vehicle contracts with those whom it pays; with those who pay it they contract. */
static const struct wg_problem *
require_commissioning(struct wg_call *call, const Contract *contract)
{
    if (wg_caller_roles(call, contract->name) & BIT(COMMISSIONER) ||
        side_of(contract, wg_caller(call)->organisation) & SIDE_PAYER)
        return NULL;
    return wg_fail(call, &wg_forbidden, "your organisation records contracts under which it pays");
}

static const struct wg_problem *
check_contract(struct wg_call *call, const ProtobufCMessage *before, ProtobufCMessage *after)
{
    const Contract *contract = (const Contract *)after;
    const struct wg_problem *problem;

    if (before || !contract)
        return NULL;
    check_term(call, contract);
    check_periods(call, contract);
    check_payers(call, contract);
    check_payer_terms(call, contract);
    check_validator(call, contract);
    if ((problem = wg_violations(call)) || (problem = require_commissioning(call, contract)))
        return problem;
    return grant_parties(call, contract);
}

/* ---- What the gateway is told ---- */

static const struct wg_method methods[] = {
    {.name = "Payments/AcceptVersion", .run = version_accept},
    {.name = "Payments/SetPayerTerms", .run = payer_terms_set},
    {.name = "Payments/CalculateStatement", .prepare = statement_prepare,
     .run = statement_calculate},
    {.name = "Payments/IssueStatement", .run = statement_issue},
    {.name = "Explanations/ExplainLine", .run = explain_line},
    {.name = "Explanations/ExplainPerson", .run = explain_person},
    {.name = "Explanations/ExplainChange", .run = explain_change},
    {.name = "Payments/ApproveStatement", .run = statement_approve},
    {.name = "Payments/DisputeStatement", .run = statement_dispute},
    {.name = "Payments/ResolveDispute", .run = dispute_resolve},
    {.name = "Payments/SettleStatement", .run = statement_settle},
    {.name = "Claims/SubmitClaim", .run = claim_submit},
    {.name = "Claims/ValidateClaim", .run = claim_validate},
    {.name = "Claims/RejectClaim", .run = claim_reject},
    {.name = "Claims/WithdrawClaim", .run = claim_withdraw},
    {.name = "Shadow/CompareStatement", .run = statement_compare},
    {.name = "Liabilities/GetLiability", .run = liability_get},
    {.name = "Samples/SampleClaims", .run = claims_sample},
    {.name = "Samples/RecordFinding", .run = finding_record},
    {.name = "Samples/ConcludeSample", .run = sample_conclude},
    {.name = "Journal/GetTrialBalance", .run = trial_balance_get},
    {.name = "Simulations/Simulate", .run = simulate},
    {.name = "Payments/ListIssued", .run = issued_list},
    {.name = "Reporting/DescribeOutcomes", .run = outcomes_describe},
    {0},
};

static const struct wg_rule rules[] = {
    {"payments/Contract", check_contract},
    {"payments/Version", check_version},
    {"payments/Plan", check_plan},
    {"payments/Claim", check_claim},
    {"payments/JournalEntry", check_entry},
    {0},
};

static const struct wg_handler handlers[] = {
    {"assessment.", evidence_follow},
    {"milestone.", evidence_follow},
    {"spell.", evidence_follow},
    {"utilisation.", evidence_follow},
    {"coverage.", evidence_follow},
    {"person.", evidence_follow},
    {"referral.", evidence_follow},
    {"claim.", evidence_follow},
    {"invoice.", invoice_follow},
    {0},
};

static const struct wg_timer timers[] = {
    {.name = "silence", .every_s = 3600, .due = silence_due, .run = silence_run},
    {0},
};

static const struct wg_view views[] = {
    {"Payments/GetStatement", WG_HTML_MEDIA_TYPE, statement_page},
    {"Payments/GetStatement", "text/csv; charset=utf-8", statement_csv},
    {"Explanations/ExplainLine", WG_HTML_MEDIA_TYPE, explanation_page},
    {"Explanations/ExplainChange", WG_HTML_MEDIA_TYPE, change_page},
    {"Invoices/GetInvoice", WG_HTML_MEDIA_TYPE, invoice_render},
    {"Payments/ListStatements", WG_HTML_MEDIA_TYPE, statements_page},
    {"Payments/ListStatements", "text/csv; charset=utf-8", statements_csv},
    {"Invoices/ListInvoices", WG_HTML_MEDIA_TYPE, invoices_page},
    {"Invoices/ListInvoices", "text/csv; charset=utf-8", invoices_csv},
    {"Liabilities/GetLiability", WG_HTML_MEDIA_TYPE, liability_page},
    {"Liabilities/GetLiability", "text/csv; charset=utf-8", liability_csv},
    {"Journal/ListJournalEntries", WG_HTML_MEDIA_TYPE, journal_page},
    {"Journal/ListJournalEntries", "text/csv; charset=utf-8", journal_render_csv},
    {0},
};

static const struct wg_check checks[] = {
    {"journal", journal_check},
    {"statements", statements_check},
    {0},
};

WG_PLUGIN = {
    WG_PLUGIN_ABI,
    .name = "payments",
    .descriptor_set = {payments_descriptors, payments_descriptors_end},
    .methods = methods,
    .rules = rules,
    .handlers = handlers,
    .projection_version = 6,
    .timers = timers,
    .views = views,
    .checks = checks,
};
