/* payer_terms.c - purchase orders and value added tax. */
#include "payer_terms.h"

#include <string.h>
#include <wellgate/decimal.h>
#include <wellgate/money.h>

typedef Wellgate__Payments__V1__SetPayerTermsRequest SetRequest;

#define VAT(name) WELLGATE__PAYMENTS__V1__PAYER_TERMS__VAT__##name

const PayerTerms *
payer_terms_of(const Contract *contract, const char *payer)
{
    for (size_t i = 0; i < contract->n_payer_terms; i++)
        if (strcmp(contract->payer_terms[i]->payer, payer) == 0)
            return contract->payer_terms[i];
    return NULL;
}

const char *
vat_rate_of(const Contract *contract, const char *payer)
{
    const PayerTerms *terms = payer_terms_of(contract, payer);

    return terms && terms->vat == VAT(STANDARD) ? terms->vat_rate : "";
}

int64_t
vat_at(const char *rate, int64_t net_minor)
{
    int64_t vat = 0;
    mpq_t exact, net;

    mpq_inits(exact, net, NULL);
    mpq_set_si(net, net_minor, 1);
    if (*rate && wg_ratio_parse(rate, exact)) {
        mpq_mul(exact, exact, net);
        wg_money_round(exact, &vat);
    }
    mpq_clears(exact, net, NULL);
    return vat;
}

/* ---- Their checks ---- */

static void
check_one(struct wg_call *call, const Contract *contract, const PayerTerms *terms, const char *at)
{
    struct wg_arena *arena = wg_call_arena(call);

    if (!(side_of(contract, terms->payer) & SIDE_PAYER))
        wg_violation(call, wg_format(arena, "%s/payer", at), "UNKNOWN_VALUE",
                     "is no payer of the contract");
    if ((terms->vat == VAT(STANDARD)) != (*terms->vat_rate != '\0'))
        wg_violation(call, wg_format(arena, "%s/vatRate", at), *terms->vat_rate ? "NOT_TAKEN" : "REQUIRED",
                     "goes with STANDARD, and STANDARD with it");
}

void
check_payer_terms(struct wg_call *call, const Contract *contract)
{
    for (size_t i = 0; i < contract->n_payer_terms; i++) {
        const PayerTerms *terms = contract->payer_terms[i];
        const char *at = wg_format(wg_call_arena(call), "/payerTerms/%zu", i);

        if (!at)
            return;
        check_one(call, contract, terms, at);
        if (payer_terms_of(contract, terms->payer) != terms)
            wg_violation(call, wg_format(wg_call_arena(call), "%s/payer", at), "DUPLICATE",
                         "is named twice");
    }
}

/* ---- :setPayerTerms ---- */

static bool
replace(struct wg_call *call, Contract *contract, PayerTerms *terms)
{
    size_t n = contract->n_payer_terms;
    PayerTerms **all = wg_alloc_array(wg_call_arena(call), n + 1, sizeof(*all));

    if (!all)
        return false;
    contract->n_payer_terms = 0;
    for (size_t i = 0; i < n; i++)
        if (strcmp(contract->payer_terms[i]->payer, terms->payer) != 0)
            all[contract->n_payer_terms++] = contract->payer_terms[i];
    all[contract->n_payer_terms++] = terms;
    contract->payer_terms = all;
    return true;
}

const struct wg_problem *
payer_terms_set(struct wg_call *call)
{
    const SetRequest *request = (const void *)wg_input(call);
    const char *organisation = wg_caller(call)->organisation;
    const struct wg_problem *problem;
    struct wg_record record;
    Contract *contract;

    if ((problem = wg_load(call, request->name, &record)))
        return problem;
    contract = (Contract *)record.message;
    if (!(side_of(contract, organisation) & SIDE_PAYEE) &&
        strcmp(request->payer_terms->payer, organisation) != 0)
        return wg_fail(call, &wg_forbidden, "a payer says how it is invoiced itself, or the payee does");
    check_one(call, contract, request->payer_terms, "/payerTerms");
    if ((problem = wg_violations(call)))
        return problem;
    if (!replace(call, contract, request->payer_terms))
        return wg_no_memory(call);
    if ((problem = wg_update(call, &contract->base, "contract.payer-terms-set")))
        return problem;
    wg_answer(call, &contract->base);
    return NULL;
}
