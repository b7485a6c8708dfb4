/* actor.c - who calls, and on whose side. */
#include "actor.h"

#include <string.h>
#include <wellgate/messages.h>

unsigned
side_of(const Contract *contract, const char *organisation)
{
    unsigned side = strcmp(contract->payee, organisation) == 0 ? SIDE_PAYEE : 0;

    for (size_t i = 0; i < contract->n_payers; i++)
        if (strcmp(contract->payers[i], organisation) == 0)
            side |= SIDE_PAYER;
    return side;
}

Actor *
actor_of(struct wg_call *call)
{
    const struct wg_principal *caller = wg_caller(call);
    Actor *actor = wg_new_message(wg_call_arena(call),
                                  &wellgate__payments__v1__actor__descriptor);

    if (!actor)
        return NULL;
    actor->issuer = (char *)caller->issuer;
    actor->subject = (char *)caller->subject;
    actor->organisation = (char *)caller->organisation;
    actor->time = wg_time_message(wg_call_arena(call), wg_now_ms(call));
    return actor->time ? actor : NULL;
}

bool
actor_calls(const struct wg_call *call, const Actor *actor)
{
    const struct wg_principal *caller = wg_caller(call);

    return actor && strcmp(actor->subject, caller->subject) == 0 &&
           strcmp(actor->issuer, caller->issuer) == 0;
}
