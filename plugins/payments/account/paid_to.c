/* paid_to.c - one fold in which units are kept, of which some people's are looked at. */
#include "paid_to.h"

#include <stdlib.h>
#include <string.h>

struct looking {
    struct account account;
    struct paid_to **list; /* by person */
    size_t n, at;          /* at: behind those whom the fold has passed */
    size_t n_met;          /* the first, in rising order of their numbers; once it is over */
};

static int
by_person(const void *a, const void *b)
{
    return strcmp((*(struct paid_to *const *)a)->person, (*(struct paid_to *const *)b)->person);
}

static int
compare_id(const char *id, struct wg_bytes met)
{
    int order = strncmp(id, (const char *)met.data, met.length);

    return order ? order : id[met.length] != '\0';
}

/* People are met in the order of their ids. */
static bool
meet(void *context, struct wg_bytes person_id, uint32_t number, const struct person *person)
{
    struct looking *looking = context;

    (void)person;
    for (; looking->at < looking->n; looking->at++) {
        struct paid_to *paid = looking->list[looking->at];
        int order = compare_id(paid->person, person_id);

        if (order > 0)
            break;
        if (!order) {
            paid->number = number;
            looking->list[looking->at] = looking->list[looking->n_met];
            looking->list[looking->n_met++] = paid;
        }
    }
    return true;
}

static void
add_unit(const struct looking *looking, const struct claimed_unit *unit, struct paid_to *paid)
{
    const struct account *account = &looking->account;
    mpq_t earned, minor;

    if (strcmp(account->rules[unit->account].id, paid->rule) != 0 ||
        account->timeline.periods[unit->period].first != paid->period.first)
        return;
    mpq_inits(earned, minor, NULL);
    settlement_unit_amounts(account->settlement, unit, earned, minor);
    mpq_add(paid->minor, paid->minor, minor);
    mpq_clears(earned, minor, NULL);
}

/* The first of a person's, or behind all whose numbers are lower. */
static size_t
first_of(const struct looking *looking, uint32_t person)
{
    size_t low = 0, high = looking->n_met;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (looking->list[middle]->number < person)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void
add_units(const struct looking *looking)
{
    size_t n_units;
    const struct claimed_unit *units = settlement_units(looking->account.settlement, &n_units);

    for (size_t u = 0; u < n_units; u++)
        for (size_t i = first_of(looking, units[u].person);
             i < looking->n_met && looking->list[i]->number == units[u].person; i++)
            add_unit(looking, &units[u], looking->list[i]);
}

static const struct wg_problem *
look(struct wg_call *call, struct looking *looking, wg_date until)
{
    const struct account_visit visit = {.met = meet, .context = looking};
    const struct wg_problem *problem;

    if (until < looking->account.until)
        looking->account.until = until;
    if ((problem = account_fold_visiting(call, &looking->account, &visit)))
        return problem;
    add_units(looking);
    return NULL;
}

const struct wg_problem *
paid_to_read(struct wg_call *call, const char *contract, const char *statement, uint64_t sequence,
             wg_date until, struct paid_to **list, size_t n)
{
    struct looking looking = {.list = list, .n = n};
    const struct wg_problem *problem;

    for (size_t i = 0; i < n; i++)
        mpq_set_ui(list[i]->minor, 0, 1);
    qsort(list, n, sizeof(*list), by_person);
    if (!(problem = account_open(call, contract, statement, sequence, true, &looking.account)))
        problem = look(call, &looking, until);
    account_close(&looking.account);
    return problem;
}
