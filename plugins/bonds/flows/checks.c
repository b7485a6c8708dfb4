/* checks.c - what the rules of several records share. */
#include "checks.h"

#include <string.h>
#include <wellgate/money.h>

static bool
lies_in(const Bond *bond, const char *name)
{
    size_t length = strlen(bond->name);

    return strncmp(name, bond->name, length) == 0 && name[length] == '/';
}

/* As a rule the host's check of references has noted a missing one before. */
const struct wg_problem *
load_commitment(struct wg_call *call, const Bond *bond, const char *name,
                const Commitment **commitment)
{
    const struct wg_problem *problem = &wg_not_found;
    struct wg_record record = {0};

    if (lies_in(bond, name))
        problem = wg_load(call, name, &record);
    if (problem == &wg_not_found && !wg_violations(call))
        wg_violation(call, "/commitment", "NOT_FOUND",
                     "there is no such record");
    *commitment = problem ? NULL : (const Commitment *)record.message;
    return problem == &wg_not_found ? NULL : problem;
}

void
set_investor(char **investor, const Commitment *commitment)
{
    if (commitment && !**investor)
        *investor = commitment->investor;
}

/* pointer + member, for a violation; the field alone past the arena's limit. */
static const char *
member(struct wg_call *call, const char *pointer, const char *name)
{
    const char *text = wg_format(wg_call_arena(call), "%s/%s", pointer, name);

    return text ? text : pointer;
}

void
check_money(struct wg_call *call, const Bond *bond, const char *pointer,
            const Money *money)
{
    int64_t minor;

    if (!money)
        return;
    if (strcmp(money->currency, bond->currency) != 0)
        wg_violation(call, member(call, pointer, "currency"), "UNKNOWN_VALUE",
                     "must be the bond's currency, %s", bond->currency);
    else if (!wg_money_parse(money->currency, money->amount, &minor))
        wg_violation(call, member(call, pointer, "amount"), "MONEY",
                     "is no amount of %s", money->currency);
}

/* The sign is told of the text, so that it can be told in any currency. */
bool
is_below_zero(const Money *money)
{
    return money->amount[0] == '-' && strpbrk(money->amount, "123456789");
}

bool
is_zero(const Money *money)
{
    return !strpbrk(money->amount, "123456789");
}

void
check_amount(struct wg_call *call, const Bond *bond, const Money *money)
{
    check_money(call, bond, "/amount", money);
    if (!money)
        wg_violation(call, "/amount", "REQUIRED", "say how much");
    else if (is_below_zero(money) || is_zero(money))
        wg_violation(call, "/amount/amount", "OUT_OF_RANGE",
                     "must be more than nothing");
}

/* Dates compare as their texts do. */
void
check_in_term(struct wg_call *call, const Bond *bond, const char *date)
{
    if (strcmp(date, bond->start_date) < 0 || strcmp(date, bond->end_date) > 0)
        wg_violation(call, "/date", "OUT_OF_RANGE",
                     "must lie within the bond's term, %s to %s",
                     bond->start_date, bond->end_date);
}

void
check_after_commitment(struct wg_call *call, const Commitment *commitment,
                       const char *date)
{
    if (commitment && strcmp(date, commitment->date) < 0)
        wg_violation(call, "/date", "OUT_OF_RANGE",
                     "is before the commitment's date, %s", commitment->date);
}

void
check_part(struct wg_call *call, const Bond *bond, const char *pointer,
           const Money *money)
{
    check_money(call, bond, pointer, money);
    if (money && is_below_zero(money))
        wg_violation(call, member(call, pointer, "amount"), "OUT_OF_RANGE",
                     "must not be less than nothing");
}
