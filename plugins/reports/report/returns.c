/* returns.c - what a model of social return must say. */
#include "returns.h"

#include <string.h>
#include <wellgate/money.h>

#include "wellgate/reports/v1/returns.pb-c.h"

typedef Wellgate__Reports__V1__ReturnModel ReturnModel;
typedef Wellgate__Common__V1__Money Money;

#define QUANTITY_NONE WELLGATE__REPORTS__V1__RETURN_MODEL__OUTCOME__QUANTITY_FROM__NOT_SET

static void
check_money(struct wg_call *call, const char *collection, size_t at, const char *member,
            const Money *money, const char *currency)
{
    struct wg_arena *arena = wg_call_arena(call);
    const char *pointer = wg_format(arena, "/%s/%zu/%s", collection, at, member);
    int64_t minor;

    if (!pointer || !money)
        return;
    if (wg_money_parse(money->currency, money->amount, &minor) && minor < 0)
        wg_violation(call, wg_format(arena, "%s/amount", pointer), "OUT_OF_RANGE", "is less than nothing");
    else if (strcmp(money->currency, currency) != 0)
        wg_violation(call, wg_format(arena, "%s/currency", pointer), "UNKNOWN_VALUE",
                     "must be %s, as the first outcome has it", currency);
}

const struct wg_problem *
check_return_model(struct wg_call *call, const ProtobufCMessage *before, ProtobufCMessage *after)
{
    const ReturnModel *model = (const ReturnModel *)after;
    const char *currency;

    (void)before;
    if (!model || !model->n_outcomes || !model->outcomes[0]->proxy)
        return NULL;
    currency = model->outcomes[0]->proxy->currency;
    for (size_t i = 0; i < model->n_outcomes; i++) {
        if (model->outcomes[i]->quantity_from_case == QUANTITY_NONE)
            wg_violation(call, wg_format(wg_call_arena(call), "/outcomes/%zu/quantity", i), "REQUIRED",
                         "this or measure must be given");
        check_money(call, "outcomes", i, "proxy", model->outcomes[i]->proxy, currency);
    }
    for (size_t i = 0; i < model->n_inputs; i++)
        check_money(call, "inputs", i, "amount", model->inputs[i]->amount, currency);
    return wg_violations(call);
}
