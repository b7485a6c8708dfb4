/* entry.c - a flow that is about to be written, judged with all others. */
#include "entry.h"

#include <wellgate/money.h>

/* The commitment's account as it will be with the entry. */
static const struct wg_problem *
account_with(struct wg_call *call, const struct entry *entry,
             struct account *account)
{
    const struct flow_choice others = {.commitment = entry->commitment->name,
                                       .except = entry->name};
    const struct wg_problem *problem;
    struct flow_list flows;
    int64_t committed;

    if ((problem = flow_list_load(call, entry->bond, &others, &flows)))
        return problem;
    if (!wg_money_parse(entry->bond->currency,
                        entry->commitment->amount->amount, &committed))
        return &wg_internal;
    if (!flow_list_add(call, &flows, &entry->flow))
        return no_memory(call);
    return account_make(call, committed, &flows, account);
}

static const struct wg_problem *
excess(struct wg_call *call, const struct entry *entry, int64_t minor,
       const char *what)
{
    char *amount = amount_text(call, entry->bond->currency, minor);

    return amount ? wg_fail(call, &wg_conflict, "%s by %s", what, amount)
                  : no_memory(call);
}

const struct wg_problem *
require_undrawn(struct wg_call *call, const struct entry *entry)
{
    const struct wg_problem *problem;
    struct account account;

    if ((problem = account_with(call, entry, &account)))
        return problem;
    return account.undrawn < 0
               ? excess(call, entry, -account.undrawn,
                        "the drawdowns would exceed the commitment")
               : NULL;
}

/* On every day: the flows may have been recorded in any order. */
const struct wg_problem *
require_outstanding(struct wg_call *call, const struct entry *entry)
{
    char *what, day[WG_DATE_TEXT_BYTES];
    const struct wg_problem *problem;
    struct account account;

    if ((problem = account_with(call, entry, &account)) ||
        account.lowest_outstanding == 0)
        return problem;
    what = wg_format(wg_call_arena(call),
                     "the principal repaid and written off by %s would exceed "
                     "what was drawn by then under the commitment",
                     wg_date_format(account.lowest_date, day));
    return what ? excess(call, entry, -account.lowest_outstanding, what)
                : no_memory(call);
}
