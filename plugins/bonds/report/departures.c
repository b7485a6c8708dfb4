/* departures.c - distributions that were paid otherwise than the waterfall says. */
#include <stdlib.h>
#include <string.h>
#include <wellgate/messages.h>
#include <wellgate/money.h>

#include "facts.h"

typedef Wellgate__Bonds__V1__Departure Departure;

struct listing {
    const struct basis *basis;
    Departure **list;
    size_t n, room;
    const struct wg_problem *problem;
};

static bool
make_room(struct listing *listing)
{
    Departure **more;

    if (listing->n < listing->room)
        return true;
    listing->room = 2 * listing->room + 8;
    if (!(more = wg_alloc_array(listing->basis->arena, listing->room, sizeof(Departure *))))
        return false;
    if (listing->n)
        memcpy(more, listing->list, listing->n * sizeof(Departure *));
    listing->list = more;
    return true;
}

static const struct wg_problem *
add_departure(struct listing *listing, const Distribution *distribution)
{
    const struct basis *basis = listing->basis;
    Departure *departure =
        wg_new_message(basis->arena, &wellgate__bonds__v1__departure__descriptor);
    struct flow flow;

    if (!departure || !make_room(listing))
        return no_memory(basis->call);
    if (!flow_of_distribution(basis->bond->currency, distribution, &flow))
        return &wg_internal;
    departure->distribution = distribution->name;
    departure->date = distribution->date;
    /* The account has shown that such sums fit. */
    departure->amount = wg_money_message(basis->arena, basis->bond->currency,
                                         flow.principal + flow.interest + flow.surplus);
    departure->reason = distribution->departure_reason;
    listing->list[listing->n++] = departure;
    return NULL;
}

static bool
take_distribution(void *context, const struct wg_record *record)
{
    const Distribution *distribution = (const Distribution *)record->message;
    struct listing *listing = context;

    if (*distribution->departure_reason &&
        strcmp(distribution->date, listing->basis->end_date) <= 0)
        listing->problem = add_departure(listing, distribution);
    return !listing->problem;
}

static int
compare_days(const void *left, const void *right)
{
    const Departure *a = *(Departure *const *)left, *b = *(Departure *const *)right;
    int order = strcmp(a->date, b->date);

    return order ? order : strcmp(a->distribution, b->distribution);
}

const struct wg_problem *
set_departures(const struct facts *facts, Report *report)
{
    struct listing listing = {.basis = facts->basis};
    const struct wg_problem *problem =
        wg_scan(facts->basis->call, "bonds/Distribution", facts->basis->bond->name, NULL,
                take_distribution, &listing);

    if (problem || listing.problem)
        return problem ? problem : listing.problem;
    if (listing.n)
        qsort(listing.list, listing.n, sizeof(Departure *), compare_days);
    report->departures = listing.list;
    report->n_departures = listing.n;
    return NULL;
}
