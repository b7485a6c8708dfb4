/* items.c - a report's amounts and figures as one list. */
#include "items.h"

#include <stddef.h>
#include <string.h>

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define ACCOUNT(member) offsetof(Wellgate__Bonds__V1__CapitalAccount, member)
#define REPORT(member) offsetof(Report, member)

enum place { IN_ACCOUNT, IN_REPORT, FIGURE, SHARE };

static const struct {
    const char *field, *title;
    enum place place;
    size_t offset;
} fields[] = {
    {"capitalAccount.committed", "Committed", IN_ACCOUNT, ACCOUNT(committed)},
    {"capitalAccount.drawn", "Paid in", IN_ACCOUNT, ACCOUNT(drawn)},
    {"capitalAccount.undrawn", "Not yet called", IN_ACCOUNT, ACCOUNT(undrawn)},
    {"capitalAccount.principalRepaid", "Principal repaid", IN_ACCOUNT, ACCOUNT(principal_repaid)},
    {"capitalAccount.interest", "Interest paid", IN_ACCOUNT, ACCOUNT(interest)},
    {"capitalAccount.surplus", "Surplus shares paid", IN_ACCOUNT, ACCOUNT(surplus)},
    {"capitalAccount.writtenOff", "Written off", IN_ACCOUNT, ACCOUNT(written_off)},
    {"capitalAccount.outstanding", "Outstanding", IN_ACCOUNT, ACCOUNT(outstanding)},
    {"capitalAccount.peakExposure", "Peak exposure", IN_ACCOUNT, ACCOUNT(peak_exposure)},
    {"capitalAccount.recycled", "Recycled, not drawn", IN_ACCOUNT, ACCOUNT(recycled)},
    {"called", "Called", SHARE, REPORT(called)},
    {"dpi", "DPI", FIGURE, REPORT(dpi)},
    {"rvpi", "RVPI", FIGURE, REPORT(rvpi)},
    {"tvpi", "TVPI", FIGURE, REPORT(tvpi)},
    {"moic", "MOIC", FIGURE, REPORT(moic)},
    {"valuedIrr", "IRR with valuation, net", FIGURE, REPORT(valued_irr)},
    {"irr", "IRR on cash alone, net", FIGURE, REPORT(irr)},
    {"grossIrr", "IRR on cash alone, gross", FIGURE, REPORT(gross_irr)},
    {"outcomeIncomeTotal", "Outcome income", IN_REPORT, REPORT(outcome_income_total)},
};
_Static_assert(COUNT(fields) <= ITEMS_MAX, "room for every item");

static const void *
member_of(const void *message, size_t offset)
{
    return message ? *(void *const *)((const char *)message + offset) : NULL;
}

size_t
items_of(const Report *report, struct item items[ITEMS_MAX])
{
    size_t n = 0;

    for (size_t i = 0; i < COUNT(fields); i++) {
        const void *owner =
            fields[i].place == IN_ACCOUNT ? (const void *)report->capital_account : report;
        const void *value = member_of(owner, fields[i].offset);
        bool is_share = fields[i].place == SHARE;
        bool figure = is_share || fields[i].place == FIGURE;

        if (value)
            items[n++] = (struct item){fields[i].field, fields[i].title, figure ? NULL : value,
                                       figure ? value : NULL, is_share};
    }
    return n;
}

const char *
item_value(const struct item *item)
{
    return item->money ? item->money->amount : item->figure->value;
}

const char *
item_unit(const struct item *item)
{
    return item->money ? item->money->currency : item->figure->unit;
}
