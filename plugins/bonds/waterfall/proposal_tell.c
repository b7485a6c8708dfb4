/* proposal_tell.c - a proposal as a message, with words. */
#include <string.h>
#include <wellgate/messages.h>

#include "hash.h"
#include "proposal.h"

static Money *
money_of(const struct proposing *proposing, int64_t minor)
{
    return wg_money_message(wg_call_arena(proposing->call), proposing->bond->currency, minor);
}

static const char *
text_of(const struct proposing *proposing, int64_t minor)
{
    char *text = amount_text(proposing->call, proposing->bond->currency, minor);

    return text ? text : ""; /* the arena remembers */
}

/* ---- Items ---- */

static char *
interest_words(const struct proposing *proposing, const struct position *position)
{
    return wg_format(wg_call_arena(proposing->call), "%s accrued to %s, %s paid before",
                     text_of(proposing, position->accrued), proposing->date,
                     text_of(proposing, position->account.interest));
}

static char *
principal_words(const struct proposing *proposing, const struct position *position)
{
    const struct account *account = &position->account;

    return wg_format(wg_call_arena(proposing->call),
                     "%s drawn, %s repaid and %s written off before",
                     text_of(proposing, account->drawn),
                     text_of(proposing, account->principal_repaid),
                     text_of(proposing, account->written_off));
}

static char *
surplus_words(const struct proposing *proposing, const struct position *position)
{
    return wg_format(wg_call_arena(proposing->call), "its part of the surplus, by %s paid in",
                     text_of(proposing, position->account.drawn));
}

static char *
with_cap(const struct proposing *proposing, const struct position *position, char *words)
{
    if (!words || position->headroom == CAP_NONE)
        return words;
    return wg_format(wg_call_arena(proposing->call), "%s; its cap leaves %s for all that day", words,
                     text_of(proposing, position->headroom));
}

static bool
tell_claim(const struct proposing *proposing, const struct part *part, Kind kind,
           ProposalItem *item)
{
    const struct position *position = &proposing->positions.items[part->index];
    bool told = true;

    item->commitment = position->commitment->name;
    item->tranche = position->commitment->tranche;
    item->organisation = position->commitment->investor;
    if (kind == STEP(INTEREST)) {
        item->explanation = interest_words(proposing, position);
        told = position_accruals(proposing->call, &proposing->positions, position,
                                 &item->n_accruals, &item->accruals);
    } else {
        item->explanation = kind == STEP(PRINCIPAL) ? principal_words(proposing, position)
                                                    : surplus_words(proposing, position);
    }
    item->explanation = with_cap(proposing, position, item->explanation);
    return told && item->explanation;
}

static bool
tell_cost(const struct proposing *proposing, const struct part *part, ProposalItem *item)
{
    const struct cost *cost = &proposing->costs.items[part->index];

    item->cost = cost->record->name;
    item->organisation = cost->record->payee;
    item->explanation = wg_format(wg_call_arena(proposing->call),
                                  "%s due since %s, %s paid before",
                                  text_of(proposing, cost->amount), cost->record->date,
                                  text_of(proposing, cost->paid));
    return item->explanation;
}

static bool
tell_payer(const struct proposing *proposing, const struct part *part, ProposalItem *item)
{
    const struct payer *payer = &proposing->payers[part->index];

    if (part->index == proposing->n_payers) {
        item->explanation = (char *)"nothing was issued to payers yet: it is theirs together";
        return true;
    }
    item->organisation = (char *)payer->name;
    item->explanation = wg_format(wg_call_arena(proposing->call),
                                  "its part, by %s of outcome money issued to %s",
                                  text_of(proposing, payer->issued), proposing->date);
    return item->explanation;
}

static bool
tell_part(const struct proposing *proposing, const struct part *part, Kind kind,
          ProposalItem *item)
{
    switch (part->party) {
    case TO_CLAIM:
        return tell_claim(proposing, part, kind, item);
    case TO_COST:
        return tell_cost(proposing, part, item);
    case TO_RESERVE:
        item->explanation = (char *)(part->due < 0 ? "what the reserve holds over its target is set free"
                                                   : "what the reserve lacks to its target");
        return true;
    case TO_VEHICLE:
        item->organisation = proposing->bond->vehicle;
        item->explanation = (char *)"the vehicle's share of the surplus";
        return true;
    case TO_PAYER:
        return tell_payer(proposing, part, item);
    }
    return false;
}

static ProposalItem *
item_new(const struct proposing *proposing, const struct part *part, Kind kind)
{
    ProposalItem *item = wg_new_message(wg_call_arena(proposing->call),
                                        &wellgate__bonds__v1__proposal_item__descriptor);

    if (!item || !tell_part(proposing, part, kind, item))
        return NULL;
    item->due = money_of(proposing, part->due);
    item->paid = money_of(proposing, part->paid);
    item->carried = money_of(proposing, part->due - part->paid);
    return item;
}

/* ---- Steps ---- */

static bool
tell_items(const struct proposing *proposing, size_t at, ProposalStep *step, int64_t *due,
           int64_t *paid)
{
    const struct cascade *cascade = &proposing->cascade;

    step->items =
        wg_alloc_array(wg_call_arena(proposing->call), cascade->n + 1, sizeof(*step->items));
    for (size_t i = 0; step->items && i < cascade->n; i++) {
        const struct part *part = &cascade->parts[i];

        if (part->step != at)
            continue;
        if (!(step->items[step->n_items++] = item_new(proposing, part, step->kind)))
            return false;
        *due += part->due;
        *paid += part->paid;
    }
    return step->items;
}

static ProposalStep *
step_new(const struct proposing *proposing, size_t at)
{
    ProposalStep *step = wg_new_message(wg_call_arena(proposing->call),
                                        &wellgate__bonds__v1__proposal_step__descriptor);
    const Waterfall *waterfall = proposing->waterfall;
    int64_t due = 0, paid = 0;

    if (!step)
        return NULL;
    step->kind = at < waterfall->n_steps ? waterfall->steps[at]->kind : STEP(REST);
    if (!tell_items(proposing, at, step, &due, &paid))
        return NULL;
    step->available = money_of(proposing, proposing->available[at]);
    step->due = money_of(proposing, due);
    step->paid = money_of(proposing, paid);
    step->carried = money_of(proposing, due - paid);
    step->explanation = wg_format(wg_call_arena(proposing->call),
                                  "%s available, %s due, %s paid, %s carried",
                                  text_of(proposing, proposing->available[at]),
                                  text_of(proposing, due), text_of(proposing, paid),
                                  text_of(proposing, due - paid));
    return step;
}

const struct wg_problem *
proposal_tell(struct proposing *proposing, int64_t minor, Proposal **proposal)
{
    struct wg_arena *arena = wg_call_arena(proposing->call);
    size_t n = proposing->waterfall->n_steps + 1;
    Proposal *told = wg_new_message(arena, &wellgate__bonds__v1__proposal__descriptor);

    if (!told || !(told->steps = wg_alloc_array(arena, n, sizeof(*told->steps))))
        return no_memory(proposing->call);
    told->bond = proposing->bond->name;
    told->date = (char *)proposing->date;
    told->amount = money_of(proposing, minor);
    told->waterfall = proposing->waterfall->name;
    for (size_t i = 0; i < n; i++)
        if (!(told->steps[told->n_steps++] = step_new(proposing, i)))
            return no_memory(proposing->call);
    if (arena->exhausted)
        return no_memory(proposing->call);
    *proposal = told;
    return message_hash(proposing->call, &told->base, &told->hash);
}
