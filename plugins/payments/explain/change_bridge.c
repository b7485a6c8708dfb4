/* change_bridge.c - between two statements, what moved each payer's part. */
#include "change_bridge.h"

typedef Wellgate__Payments__V1__ChangeExplanation ChangeExplanation;
typedef Wellgate__Payments__V1__ChangeExplanation__Bridge Bridge;

static bool
set_amounts(struct wg_call *call, const char *currency, const struct bridge *bridge, Bridge *out)
{
    Money **const steps[BRIDGE_STEPS] = {
        [BRIDGE_VOLUME] = &out->volume, [BRIDGE_PRICE] = &out->price, [BRIDGE_LIMITS] = &out->limits,
        [BRIDGE_SPLIT] = &out->split, [BRIDGE_CEILINGS] = &out->ceilings, [BRIDGE_ADVANCES] = &out->advances,
        [BRIDGE_CORRECTIONS] = &out->corrections, [BRIDGE_CREDITS] = &out->credits};
    struct wg_arena *arena = wg_call_arena(call);

    for (size_t i = 0; i < BRIDGE_STEPS; i++)
        if (!(*steps[i] = wg_money_message(arena, currency, bridge->steps[i])))
            return false;
    out->before = wg_money_message(arena, currency, bridge->before);
    out->after = wg_money_message(arena, currency, bridge->after);
    return out->before && out->after;
}

const struct wg_problem *
change_bridges(struct wg_call *call, const Statement *since, const Statement *statement, ChangeExplanation *out)
{
    const char *name = wg_name_parent(call, statement->name, 2);
    struct bridge_side then = {.statement = since}, now = {.statement = statement};
    const struct wg_problem *problem;
    const ProtobufCMessage *message;
    const Contract *contract;
    struct versions versions;

    if (!name)
        return wg_no_memory(call);
    if ((problem = wg_look(call, name, &message)) || (problem = versions_load(call, name, &versions)) ||
        (problem = lines_load(call, since, &then.lines)) || (problem = lines_load(call, statement, &now.lines)))
        return problem;
    contract = (const Contract *)message;
    for (size_t i = 0; i < contract->n_payers; i++) {
        Bridge *made = wg_new_message(wg_call_arena(call),
                                      &wellgate__payments__v1__change_explanation__bridge__descriptor);
        struct bridge bridge;

        if (!bridge_of(contract, &versions, &then, &now, contract->payers[i], &bridge))
            return wg_fail(call, &wg_internal, "what moved an amount is beyond what can be told");
        if (!made || !append_message(call, &out->payers, &out->n_payers, made) ||
            !set_amounts(call, contract->currency, &bridge, made))
            return wg_no_memory(call);
        made->payer = contract->payers[i];
    }
    return NULL;
}
