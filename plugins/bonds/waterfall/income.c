/* income.c - outcome money that a bond's contracts have issued. */
#include "income.h"

#include <string.h>

typedef Wellgate__Payments__V1__ListIssuedRequest ListIssuedRequest;
typedef Wellgate__Payments__V1__ListIssuedResponse ListIssuedResponse;
typedef Wellgate__Payments__V1__ListIssuedResponse__Issued Issued;

static const struct wg_problem *
ask_issued(struct wg_call *call, const char *contract, const char *rule, const char *until_date,
           const ListIssuedResponse **response)
{
    ListIssuedRequest request = WELLGATE__PAYMENTS__V1__LIST_ISSUED_REQUEST__INIT;
    const ProtobufCMessage *output;
    const struct wg_problem *problem;

    request.contract = (char *)contract;
    request.until_date = (char *)until_date;
    request.coupon_rule = (char *)rule;
    problem = wg_invoke(call, "wellgate.payments.v1.Payments/ListIssued", &request.base, &output);
    if (!problem)
        *response = (const ListIssuedResponse *)output;
    return problem;
}

static bool
make_room(struct wg_call *call, struct income_list *list, size_t n_more)
{
    struct income *items =
        wg_alloc_array(wg_call_arena(call), list->n + n_more + 1, sizeof(*items));

    if (items && list->n)
        memcpy(items, list->items, list->n * sizeof(*items));
    list->items = items;
    return items;
}

static const struct wg_problem *
add_issued(struct wg_call *call, const Bond *bond, const Issued *issued, struct income_list *list)
{
    struct income *income = &list->items[list->n];

    if (!read_money(bond->currency, issued->amount, &income->minor))
        return wg_fail(call, &wg_conflict, "%s is not in the bond's currency, %s",
                       issued->statement, bond->currency);
    if (!wg_date_parse(issued->end_date, &income->date))
        return &wg_internal;
    income->statement = issued->statement;
    income->payer = issued->payer;
    income->end_date = issued->end_date;
    list->n++;
    return NULL;
}

static const struct wg_problem *
add_contract(struct wg_call *call, const Bond *bond, const char *contract, const char *rule,
             const char *until_date, struct income_list *list)
{
    const ListIssuedResponse *response;
    const struct wg_problem *problem = ask_issued(call, contract, rule, until_date, &response);

    if (problem)
        return problem;
    if (!make_room(call, list, response->n_issued))
        return no_memory(call);
    list->sequence = response->sequence;
    list->has_coupon = response->has_coupon;
    list->coupons = response->coupons;
    list->n_coupons = response->n_coupons;
    for (size_t i = 0; !problem && i < response->n_issued; i++)
        problem = add_issued(call, bond, response->issued[i], list);
    return problem;
}

const struct wg_problem *
income_load(struct wg_call *call, const Bond *bond, const char *contract, const char *until_date,
            struct income_list *list)
{
    const struct wg_problem *problem = NULL;

    *list = (struct income_list){0};
    if (*contract)
        return add_contract(call, bond, contract, "", until_date, list);
    for (size_t i = 0; !problem && i < bond->n_contracts; i++)
        problem = add_contract(call, bond, bond->contracts[i], "", until_date, list);
    return problem;
}

const struct wg_problem *
coupon_told(struct wg_call *call, const Bond *bond, const char *contract, const char *rule,
            const char *until_date, struct income_list *list)
{
    *list = (struct income_list){0};
    return add_contract(call, bond, contract, rule, until_date, list);
}
