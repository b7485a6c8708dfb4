/* receivables.c - what payers owe, by how long ago the period ended. */
#include <wellgate/messages.h>
#include <wellgate/money.h>

#include "facts.h"

typedef Wellgate__Bonds__V1__ReceivableAge ReceivableAge;
typedef Wellgate__Bonds__V1__Receivables Receivables;

/* The last is for all that is older. */
static const struct {
    const char *days;
    int32_t most;
} ages[] = {{"0 to 30", 30}, {"31 to 90", 90}, {"91 to 180", 180}, {"over 180", INT32_MAX}};

#define N_AGES (sizeof(ages) / sizeof(ages[0]))

struct owed {
    int64_t of_age[N_AGES], total, disputed, conceded;
    int32_t n[N_AGES];
};

static size_t
age_of(int32_t days)
{
    size_t age = 0;

    while (days > ages[age].most)
        age++;
    return age;
}

static bool
add_owed(const struct facts *facts, const Wellgate__Payments__V1__Receivable *part,
         struct owed *owed)
{
    const char *currency = facts->basis->bond->currency;
    int64_t billed, settled, disputed, conceded, left;
    wg_date end, last;
    size_t age;

    if (!read_money(currency, part->billed, &billed) ||
        !read_money(currency, part->settled, &settled) ||
        !read_money(currency, part->disputed, &disputed) ||
        !read_money(currency, part->conceded, &conceded) ||
        !wg_money_subtract(billed, settled, &left) ||
        !wg_date_parse(part->end_date, &end) || !wg_date_parse(facts->basis->end_date, &last))
        return false;
    age = age_of(last - end);
    owed->n[age] += left != 0;
    return wg_money_add(owed->of_age[age], left, &owed->of_age[age]) &&
           wg_money_add(owed->total, left, &owed->total) &&
           wg_money_add(owed->disputed, disputed, &owed->disputed) &&
           wg_money_add(owed->conceded, conceded, &owed->conceded);
}

static ReceivableAge *
age_new(const struct facts *facts, const struct owed *owed, size_t age)
{
    ReceivableAge *message =
        wg_new_message(facts->arena, &wellgate__bonds__v1__receivable_age__descriptor);

    if (!message)
        return NULL;
    message->days = (char *)ages[age].days;
    message->amount =
        wg_money_message(facts->arena, facts->basis->bond->currency, owed->of_age[age]);
    message->n = owed->n[age];
    return message;
}

static const struct wg_problem *
put_owed(const struct facts *facts, const struct owed *owed, Report *report)
{
    Receivables *message =
        wg_new_message(facts->arena, &wellgate__bonds__v1__receivables__descriptor);
    const char *currency = facts->basis->bond->currency;

    if (!message || !(message->ages = wg_alloc_array(facts->arena, N_AGES, sizeof(*message->ages))))
        return no_memory(facts->basis->call);
    for (size_t age = 0; age < N_AGES; age++)
        message->ages[message->n_ages++] = age_new(facts, owed, age);
    message->total = wg_money_message(facts->arena, currency, owed->total);
    message->disputed = wg_money_message(facts->arena, currency, owed->disputed);
    if (owed->conceded)
        message->conceded = wg_money_message(facts->arena, currency, owed->conceded);
    report->receivables = message;
    return facts->arena->exhausted ? no_memory(facts->basis->call) : NULL;
}

const struct wg_problem *
set_receivables(const struct facts *facts, Report *report)
{
    struct owed owed = {0};

    for (size_t i = 0; i < facts->basis->bond->n_contracts; i++)
        for (size_t j = 0; j < facts->told[i]->n_receivables; j++)
            if (!add_owed(facts, facts->told[i]->receivables[j], &owed))
                return too_great(facts->basis->call);
    return put_owed(facts, &owed, report);
}
