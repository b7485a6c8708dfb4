/* account.c - a capital account from dated flows. */
#include "account.h"

#include <stdlib.h>
#include <wellgate/money.h>

static int
compare_dates(const void *left, const void *right)
{
    const struct flow *a = left, *b = right;

    return (a->date > b->date) - (a->date < b->date);
}

static bool
add_flow(struct account *account, const struct flow *flow)
{
    return wg_money_add(account->drawn, flow->drawn, &account->drawn) &&
           wg_money_add(account->principal_repaid, flow->principal,
                        &account->principal_repaid) &&
           wg_money_add(account->interest, flow->interest,
                        &account->interest) &&
           wg_money_add(account->surplus, flow->surplus, &account->surplus) &&
           wg_money_add(account->written_off, flow->written_off,
                        &account->written_off) &&
           wg_money_subtract(account->drawn, account->principal_repaid,
                             &account->outstanding) &&
           wg_money_subtract(account->outstanding, account->written_off,
                             &account->outstanding);
}

static void
end_day(struct account *account, wg_date date)
{
    if (account->outstanding > account->peak_exposure)
        account->peak_exposure = account->outstanding;
    if (account->outstanding < account->lowest_outstanding) {
        account->lowest_outstanding = account->outstanding;
        account->lowest_date = date;
    }
}

static bool
end_account(struct account *account)
{
    account->undrawn = account->committed - account->drawn;
    return wg_money_add(account->principal_repaid, account->interest,
                        &account->distributed) &&
           wg_money_add(account->distributed, account->surplus,
                        &account->distributed);
}

bool
account_of(int64_t committed, struct flow *flows, size_t n,
           struct account *account)
{
    *account = (struct account){.committed = committed};
    if (n > 0)
        qsort(flows, n, sizeof(*flows), compare_dates);
    for (size_t i = 0; i < n; i++) {
        if (!add_flow(account, &flows[i]))
            return false;
        if (i + 1 == n || flows[i + 1].date != flows[i].date)
            end_day(account, flows[i].date);
    }
    return end_account(account);
}
