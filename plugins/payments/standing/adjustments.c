/* adjustments.c - credits as lines. */
#include "adjustments.h"

#include <string.h>

#define LINE(name) WELLGATE__PAYMENTS__V1__LINE__KIND__##name
#define REASON(name) WELLGATE__PAYMENTS__V1__REASON__CODE__##name

Adjustment *
adjustment_new(struct wg_call *call, const char *contract,
               Wellgate__Payments__V1__Adjustment__Kind kind, const char *rule, const char *period)
{
    Adjustment *adjustment = wg_new_message(wg_call_arena(call),
                                            &wellgate__payments__v1__adjustment__descriptor);
    const char *id = wg_new_id(call, false);

    if (!adjustment || !id)
        return NULL;
    adjustment->name = wg_format(wg_call_arena(call), "%s/adjustments/adj-%s", contract, id);
    adjustment->kind = kind;
    adjustment->rule = (char *)rule;
    adjustment->period = (char *)period;
    return adjustment->name ? adjustment : NULL;
}

bool
adjustment_add_part(struct wg_call *call, Adjustment *adjustment, const char *payer,
                    const char *currency, int64_t net_minor, int64_t vat_minor)
{
    struct wg_arena *arena = wg_call_arena(call);
    AdjustmentPart *part = wg_new_message(arena,
                                          &wellgate__payments__v1__adjustment_part__descriptor);

    if (!part)
        return false;
    part->payer = (char *)payer;
    part->amount = wg_money_message(arena, currency, -net_minor);
    part->vat = wg_money_message(arena, currency, -vat_minor);
    adjustment->amount = wg_money_message(arena, currency, minor_of(adjustment->amount) - net_minor);
    return part->amount && part->vat && adjustment->amount &&
           append_message(call, &adjustment->parts, &adjustment->n_parts, part);
}

/* ---- As lines ---- */

static int64_t
part_of(const Adjustment *adjustment, const char *payer)
{
    int64_t minor = 0;

    for (size_t i = 0; i < adjustment->n_parts; i++)
        if (strcmp(adjustment->parts[i]->payer, payer) == 0)
            minor += minor_of(adjustment->parts[i]->amount);
    return minor;
}

bool
line_credits(const Line *line)
{
    return line->kind == LINE(CREDIT) && line->reason != REASON(CREDIT_REPLACED);
}

static bool
add_payers(struct wg_call *call, const Contract *contract, const int64_t *parts, Line *line)
{
    for (size_t i = 0; i < contract->n_payers; i++) {
        Wellgate__Payments__V1__PayerAmount *amount =
            wg_new_message(wg_call_arena(call), &wellgate__payments__v1__payer_amount__descriptor);

        if (!amount || !append_message(call, &line->payers, &line->n_payers, amount))
            return false;
        amount->payer = contract->payers[i];
        amount->amount = wg_money_message(wg_call_arena(call), contract->currency, parts[i]);
        if (!amount->amount)
            return false;
    }
    return true;
}

Line *
credit_line(struct wg_call *call, const Contract *contract, const Adjustment *adjustment,
            const int64_t *parts)
{
    struct wg_arena *arena = wg_call_arena(call);
    Line *line = wg_new_message(arena, &wellgate__payments__v1__line__descriptor);
    int64_t sum = 0;

    if (!line)
        return NULL;
    for (size_t i = 0; i < contract->n_payers; i++)
        sum += parts[i];
    line->rule = adjustment->rule;
    line->period = adjustment->period;
    line->kind = LINE(CREDIT);
    line->amount = wg_money_message(arena, contract->currency, sum);
    line->adjustment = adjustment->name;
    line->derivation = wg_new_message(arena, &wellgate__payments__v1__derivation__descriptor);
    return line->amount && line->derivation && add_payers(call, contract, parts, line) ? line : NULL;
}

static Line *
line_of(struct wg_call *call, const struct credits *credits, const Adjustment *adjustment)
{
    struct wg_arena *arena = wg_call_arena(call);
    int64_t *parts = wg_alloc_array(arena, credits->contract->n_payers + 1, sizeof(*parts));
    Line *line;

    for (size_t i = 0; parts && i < credits->contract->n_payers; i++)
        parts[i] = part_of(adjustment, credits->contract->payers[i]);
    if (!parts || !(line = credit_line(call, credits->contract, adjustment, parts)))
        return NULL;
    line->name = wg_format(arena, "%s/lines/credit-%s", credits->statement,
                           wg_name_id(adjustment->name));
    line->reason = adjustment->kind == ADJUSTMENT(UPHELD_DISPUTE) ? REASON(DISPUTE_UPHELD)
                                                                 : REASON(SAMPLE_CORRECTION);
    return line->name ? line : NULL;
}

struct taking {
    struct wg_call *call;
    struct credits *credits;
    const struct wg_problem *problem;
};

static bool
add_up(struct credits *credits, const Line *line)
{
    bool fits = wg_money_add(*credits->total, minor_of(line->amount), credits->total);

    for (size_t i = 0; fits && i < line->n_payers; i++)
        fits = wg_money_add(credits->parts[i], minor_of(line->payers[i]->amount),
                            &credits->parts[i]);
    return fits;
}

const struct wg_problem *
credits_add(struct wg_call *call, struct credits *credits, Line *line)
{
    if (!line || !append_message(call, &credits->lines, &credits->n_lines, line))
        return wg_no_memory(call);
    return add_up(credits, line) ? NULL
                                 : wg_fail(call, &wg_conflict, "the total is beyond what can be stated");
}

static bool
take(void *context, const struct wg_record *record)
{
    struct taking *taking = context;
    struct credits *credits = taking->credits;
    const Adjustment *adjustment = (const Adjustment *)record->message;

    if (strcmp(adjustment->statement, credits->issued ? credits->statement : "") == 0)
        taking->problem = credits_add(taking->call, credits, line_of(taking->call, credits, adjustment));
    return !taking->problem;
}

const struct wg_problem *
credits_take(struct wg_call *call, struct credits *credits)
{
    struct taking taking = {.call = call, .credits = credits};
    const struct wg_problem *problem = wg_scan(call, "payments/Adjustment", credits->contract_name,
                                               NULL, take, &taking);

    return problem ? problem : taking.problem;
}

const struct wg_problem *
credits_mark(struct wg_call *call, const char *statement, Line *const *lines, size_t n)
{
    const struct wg_problem *problem = NULL;
    struct wg_record record;

    for (size_t i = 0; !problem && i < n; i++) {
        if (!line_credits(lines[i]))
            continue;
        if ((problem = wg_load(call, lines[i]->adjustment, &record)))
            return problem;
        ((Adjustment *)record.message)->statement = (char *)statement;
        problem = wg_update(call, record.message, "adjustment.taken");
    }
    return problem;
}
