/* explain_credit.c - a credit in words. */
#include "explain_credit.h"

#include "standing/adjustments.h"
#include "wellgate/payments/v1/explanations.pb-c.h"

typedef Wellgate__Payments__V1__Explanation Explanation;
typedef Wellgate__Payments__V1__Explanation__Step Step;

static bool
add_step(struct wg_call *call, Explanation *out, const char *title, char *text, const char *value,
         char *source)
{
    Step *step = wg_new_message(wg_call_arena(call),
                                &wellgate__payments__v1__explanation__step__descriptor);

    if (!step || !text || !append_message(call, &out->steps, &out->n_steps, step))
        return false;
    step->title = (char *)title;
    step->text = text;
    step->value = (char *)value;
    step->sources = wg_alloc(wg_call_arena(call), sizeof(*step->sources));
    if (!step->sources)
        return false;
    step->sources[step->n_sources++] = source;
    return true;
}

static char *
amount_words(struct wg_arena *arena, const Line *line)
{
    const char *currency = line->amount->currency, *amount = line->amount->amount;

    if (line_credits(line))
        return wg_format(arena, "%s %s of %s for %s is credited. It is no entitlement: what the rule "
                                "is due to date stays as it is.", currency, amount, line->rule,
                         line->period);
    if (*amount == '-')
        return wg_format(arena, "A correction of %s for %s that took back what was credited is undone: "
                                "%s %s of the credit stands again.", line->rule, line->period, currency,
                         amount);
    return wg_format(arena, "A correction of %s for %s takes back what was credited: %s %s of the credit "
                            "gives way, so that it is given back once.", line->rule, line->period,
                     currency, amount);
}

const struct wg_problem *
explain_credit(struct wg_call *call, const Line *line)
{
    struct wg_arena *arena = wg_call_arena(call);
    Explanation *out = wg_new_message(arena, &wellgate__payments__v1__explanation__descriptor);
    const struct wg_problem *problem;
    const ProtobufCMessage *message;
    const Adjustment *from;

    if ((problem = wg_look(call, line->adjustment, &message)))
        return problem;
    from = (const Adjustment *)message;
    if (!out)
        return wg_no_memory(call);
    out->line = line->name;
    out->amount = line->amount;
    out->depth = WELLGATE__PAYMENTS__V1__RULE__EXPLANATION_DEPTH__AGGREGATE;
    if (!add_step(call, out, "Credit", wg_copy_text(arena, from->note), "", from->source) ||
        !add_step(call, out, "Amount",
                  amount_words(arena, line), line->amount->amount, from->name))
        return wg_no_memory(call);
    wg_answer(call, &out->base);
    return NULL;
}
