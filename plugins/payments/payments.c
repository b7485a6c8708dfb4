/* payments.c - outcomes contracts: what the gateway is told of them. */
#include <string.h>
#include <wellgate/html.h>
#include <wellgate/period.h>
#include <wellgate/plugin.h>

#include "evidence.h"
#include "explain.h"
#include "simulate.h"
#include "statement.h"
#include "terms.h"
#include "views.h"

WG_EMBED(payments_descriptors, "payments.pb");

enum { YEARS_MAX = 30 };

#define BIT(role) (1u << WELLGATE__OPTIONS__V1__ROLE__KIND__##role)

/* ---- Contracts ---- */

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

/* Parties hold roles on their contract, whatever they hold on the programme. An
 * organisation on both sides holds both. */
static const struct wg_problem *
grant_parties(struct wg_call *call, const Contract *contract)
{
    uint32_t payee = BIT(INTERMEDIARY);
    const struct wg_problem *problem;

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

static const struct wg_problem *
check_contract(struct wg_call *call, const ProtobufCMessage *before, ProtobufCMessage *after)
{
    const Contract *contract = (const Contract *)after;
    const struct wg_problem *problem;

    if (before || !contract)
        return NULL;
    check_term(call, contract);
    check_payers(call, contract);
    if ((problem = wg_violations(call)))
        return problem;
    return grant_parties(call, contract);
}

/* ---- What the gateway is told ---- */

static const struct wg_method methods[] = {
    {.name = "Payments/CalculateStatement", .prepare = statement_prepare,
     .run = statement_calculate},
    {.name = "Payments/IssueStatement", .run = statement_issue},
    {.name = "Explanations/ExplainLine", .run = explain_line},
    {.name = "Explanations/ExplainPerson", .run = explain_person},
    {.name = "Explanations/ExplainChange", .run = explain_change},
    {.name = "Simulations/Simulate", .run = simulate},
    {.name = "Payments/ListIssued", .run = statement_list_issued},
    {0},
};

static const struct wg_rule rules[] = {
    {"payments/Contract", check_contract},
    {"payments/Version", check_version},
    {0},
};

static const struct wg_view views[] = {
    {"Payments/GetStatement", WG_HTML_MEDIA_TYPE, statement_page},
    {"Payments/GetStatement", "text/csv; charset=utf-8", statement_csv},
    {0},
};

static const struct wg_handler handlers[] = {
    {"assessment.", evidence_follow},
    {"milestone.", evidence_follow},
    {"spell.", evidence_follow},
    {"utilisation.", evidence_follow},
    {"person.", evidence_follow},
    {"referral.", evidence_follow},
    {"claim.", evidence_follow},
    {0},
};

WG_PLUGIN = {
    WG_PLUGIN_ABI,
    .name = "payments",
    .descriptor_set = {payments_descriptors, payments_descriptors_end},
    .methods = methods,
    .rules = rules,
    .handlers = handlers,
    .views = views,
    .projection_version = 2,
};
