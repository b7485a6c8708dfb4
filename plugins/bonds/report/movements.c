/* movements.c - what moved in each quarter of a report. */
#include "movements.h"

#include <stdlib.h>
#include <wellgate/messages.h>
#include <wellgate/money.h>
#include <wellgate/period.h>

typedef Wellgate__Bonds__V1__Movement Movement;

/* A flow or an outcome payment; movements are sums of them. */
struct entry {
    wg_date date;
    int64_t drawn, principal, interest, surplus, written_off, income;
};

static int
compare_entries(const void *left, const void *right)
{
    const struct entry *a = left, *b = right;

    return (a->date > b->date) - (a->date < b->date);
}

static struct entry
entry_of_flow(const struct flow *flow)
{
    return (struct entry){.date = flow->date,
                          .drawn = flow->drawn,
                          .principal = flow->principal,
                          .interest = flow->interest,
                          .surplus = flow->surplus,
                          .written_off = flow->written_off};
}

/* Its texts were read before they were written. */
static struct entry
entry_of_income(const struct basis *basis, const Wellgate__Bonds__V1__OutcomeIncome *income)
{
    struct entry entry = {0};

    wg_date_parse(income->end_date, &entry.date);
    read_money(basis->bond->currency, income->amount, &entry.income);
    return entry;
}

static struct entry *
entries_of(const struct basis *basis, const Report *report, size_t *n)
{
    struct entry *entries = wg_alloc_array(
        basis->arena, basis->flows.n + report->n_outcome_income + 1, sizeof(*entries));

    *n = 0;
    for (size_t i = 0; entries && i < basis->flows.n; i++)
        entries[(*n)++] = entry_of_flow(&basis->flows.items[i]);
    for (size_t i = 0; entries && i < report->n_outcome_income; i++)
        entries[(*n)++] = entry_of_income(basis, report->outcome_income[i]);
    if (entries)
        qsort(entries, *n, sizeof(*entries), compare_entries);
    return entries;
}

static bool
add_entry(struct entry *sum, const struct entry *more)
{
    return wg_money_add(sum->drawn, more->drawn, &sum->drawn) &&
           wg_money_add(sum->principal, more->principal, &sum->principal) &&
           wg_money_add(sum->interest, more->interest, &sum->interest) &&
           wg_money_add(sum->surplus, more->surplus, &sum->surplus) &&
           wg_money_add(sum->written_off, more->written_off, &sum->written_off) &&
           wg_money_add(sum->income, more->income, &sum->income);
}

static Movement *
movement_new(const struct basis *basis, const struct entry *sum, int64_t outstanding)
{
    Movement *movement = wg_new_message(basis->arena, &wellgate__bonds__v1__movement__descriptor);
    char quarter[WG_PERIOD_TEXT_BYTES];
    const char *currency = basis->bond->currency;

    if (!movement)
        return NULL;
    movement->quarter =
        wg_copy_text(basis->arena, wg_period_format(wg_quarter_of(sum->date), quarter));
    movement->drawn = wg_money_message(basis->arena, currency, sum->drawn);
    movement->principal_repaid = wg_money_message(basis->arena, currency, sum->principal);
    movement->interest = wg_money_message(basis->arena, currency, sum->interest);
    movement->surplus = wg_money_message(basis->arena, currency, sum->surplus);
    movement->written_off = wg_money_message(basis->arena, currency, sum->written_off);
    movement->outcome_income = wg_money_message(basis->arena, currency, sum->income);
    movement->outstanding = wg_money_message(basis->arena, currency, outstanding);
    return movement;
}

/* The account has shown that what is outstanding does not overflow. */
const struct wg_problem *
set_movements(const struct basis *basis, Report *report)
{
    size_t n;
    struct entry *entries = entries_of(basis, report, &n);
    int64_t outstanding = 0;

    report->movements = wg_alloc_array(basis->arena, n + 1, sizeof(*report->movements));
    if (!entries || !report->movements)
        return no_memory(basis->call);
    for (size_t i = 0, next; i < n; i = next) {
        wg_date last = wg_quarter_of(entries[i].date).last;
        struct entry sum = entries[i];

        for (next = i + 1; next < n && entries[next].date <= last; next++)
            if (!add_entry(&sum, &entries[next]))
                return too_great(basis->call);
        outstanding += sum.drawn - sum.principal - sum.written_off;
        report->movements[report->n_movements++] = movement_new(basis, &sum, outstanding);
    }
    return NULL;
}
