/* stated.c - accounts → lines to be, their payers and ceilings. */
#include "stated.h"

#include <string.h>

#include "ceilings.h"

static const struct wg_problem *
no_memory(struct wg_call *call)
{
    return wg_fail(call, &wg_payload_too_large, "the statement is too large");
}

static const struct wg_problem *
beyond(struct wg_call *call)
{
    return wg_fail(call, &wg_conflict, "an amount is beyond what can be stated");
}

/* Before edition 2 what fell was refunded, whoever had paid it. */
static int64_t *
displaced_of(struct wg_arena *arena, const struct account *account, const struct rule_account *rule)
{
    int64_t *displaced = wg_alloc_array(arena, account->contract->n_payers, sizeof(*displaced));

    if (displaced && account->edition >= 2)
        memcpy(displaced, rule->displaced, account->contract->n_payers * sizeof(*displaced));
    return displaced;
}

static const struct wg_problem *
state_rule(struct wg_call *call, const struct account *account, const struct rule_account *rule,
           struct stated *stated)
{
    struct wg_arena *arena = wg_call_arena(call);

    *stated = (struct stated){.rule = rule, .amounts = wg_alloc_array(arena, rule->n + 1,
                                                                      sizeof(*stated->amounts)),
                              .displaced = displaced_of(arena, account, rule)};
    if (!stated->amounts || !stated->displaced)
        return no_memory(call);
    if (!rule_account_settle(rule, stated->amounts, &stated->n))
        return beyond(call);
    for (size_t i = 0; i < stated->n; i++)
        if (!wg_money_add(stated->minor, stated->amounts[i].minor, &stated->minor))
            return beyond(call);
    return split_lines(arena, account->contract, stated->amounts, stated->n) ? NULL
                                                                            : no_memory(call);
}

/* ---- Ceilings ---- */

/* Those of the version that is in force in the statement's own period, or was last. */
static bool
open_ceilings(struct wg_call *call, const struct account *account, struct ceilings *ceilings)
{
    const Version *version = version_of(&account->versions, account->period);

    return ceilings_open(wg_call_arena(call), account->contract, version->settlement,
                         account->issued_to, ceilings);
}

/* What is given back makes room for what is asked for: it goes first. */
static bool
apply_by_rule(const struct account *account, const struct stated *stated, struct ceilings *ceilings)
{
    for (int asked = 0; asked <= 1; asked++)
        for (size_t r = 0; r < account->n_accounts; r++)
            if ((stated[r].minor >= 0) == asked &&
                !ceilings_apply(ceilings, stated[r].displaced, stated[r].amounts, stated[r].n))
                return false;
    return true;
}

/* A rule has one line of a period, at most. */
static bool
apply_in(struct wg_period period, bool asked, const struct stated *stated, struct ceilings *ceilings)
{
    for (size_t i = 0; i < stated->n; i++) {
        struct line_amount *line = &stated->amounts[i];

        if (line->entitlement->period.first == period.first)
            return (line->minor >= 0) != asked || ceilings_apply(ceilings, stated->displaced, line, 1);
    }
    return true;
}

static bool
apply_by_period(const struct account *account, const struct stated *stated, struct ceilings *ceilings)
{
    for (size_t p = 0; p < account->timeline.n; p++)
        for (int asked = 0; asked <= 1; asked++)
            for (size_t r = 0; r < account->n_accounts; r++)
                if (!apply_in(account->timeline.periods[p], asked, &stated[r], ceilings))
                    return false;
    return true;
}

const struct wg_problem *
account_state(struct wg_call *call, const struct account *account, enum ceilings_order order,
              struct stated **stated)
{
    size_t n = account->n_accounts;
    const struct wg_problem *problem = NULL;
    struct ceilings ceilings;

    *stated = wg_alloc_array(wg_call_arena(call), n + 1, sizeof(**stated));
    if (!*stated || !open_ceilings(call, account, &ceilings))
        return no_memory(call);
    for (size_t r = 0; !problem && r < n; r++)
        problem = state_rule(call, account, &account->rules[r], &(*stated)[r]);
    if (problem)
        return problem;
    return (order == CEILINGS_BY_RULE ? apply_by_rule : apply_by_period)(account, *stated, &ceilings)
               ? NULL : beyond(call);
}
