/* position.c - where a bond's commitments stand on a day. */
#include "position.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <wellgate/decimal.h>

struct loading {
    struct wg_call *call;
    struct positions *positions;
    size_t room;
    const struct wg_problem *problem;
};

/* Twice the room, or room for the first. NULL: no memory */
static void *
grow(struct wg_call *call, const void *items, size_t n, size_t size)
{
    size_t room = n ? 2 * n : 8;
    void *more = wg_alloc_array(wg_call_arena(call), room, size);

    if (more && n)
        memcpy(more, items, n * size);
    return more;
}

/* ---- Tranches ---- */

static bool
take_tranche(void *context, const struct wg_record *record)
{
    struct loading *loading = context;
    struct positions *positions = loading->positions;
    struct tranche *tranche;

    if (positions->n_tranches == loading->room) {
        positions->tranches = grow(loading->call, positions->tranches, loading->room,
                                   sizeof(*positions->tranches));
        loading->room = loading->room ? 2 * loading->room : 8;
    }
    if (!positions->tranches) {
        loading->problem = no_memory(loading->call);
        return false;
    }
    tranche = &positions->tranches[positions->n_tranches++];
    *tranche = (struct tranche){.terms = (const Tranche *)record->message};
    return true;
}

static const struct wg_problem *
load_tranches(struct wg_call *call, struct positions *positions)
{
    struct loading loading = {.call = call, .positions = positions};
    const struct wg_problem *problem = wg_scan(call, "bonds/Tranche", positions->bond->name, NULL,
                                               take_tranche, &loading);

    if (!problem)
        problem = loading.problem;
    for (size_t i = 0; !problem && i < positions->n_tranches; i++) {
        struct tranche *tranche = &positions->tranches[i];

        problem = tranche_rates(call, positions->bond, tranche->terms, positions->date,
                                &tranche->rates, &tranche->n_rates);
    }
    return problem;
}

int
tranche_index(const struct positions *positions, const char *name)
{
    for (size_t i = 0; i < positions->n_tranches; i++)
        if (strcmp(positions->tranches[i].terms->name, name) == 0)
            return (int)i;
    return NO_TRANCHE;
}

/* ---- Commitments ---- */

static struct cap
cap_of(const struct tranche *tranche)
{
    const Wellgate__Bonds__V1__ReturnCap *said = tranche ? tranche->terms->cap : NULL;
    struct cap cap = {CAP_OF_NOTHING, 0};

    if (!said)
        return cap;
    cap.kind = *said->irr ? CAP_OF_IRR : CAP_OF_MULTIPLE;
    wg_decimal_parse(*said->irr ? said->irr : said->multiple, CAP_DIGITS, &cap.value);
    return cap;
}

static const struct tranche *
tranche_of(const struct positions *positions, const struct position *position)
{
    return position->tranche == NO_TRANCHE ? NULL : &positions->tranches[position->tranche];
}

static const struct wg_problem *
reckon(struct wg_call *call, const struct positions *positions, struct position *position)
{
    const struct tranche *tranche = tranche_of(positions, position);
    const struct flow_list *flows = &position->flows;
    const struct cap cap = cap_of(tranche);

    if (!interest_accrue(flows->items, flows->n, tranche ? tranche->rates : NULL,
                         tranche ? tranche->n_rates : 0, positions->day, NULL, NULL,
                         &position->accrued))
        return too_great(call);
    position->due = position->accrued - position->account.interest;
    if (position->due < 0)
        position->due = 0;
    position->headroom = cap_headroom(&cap, flows->items, flows->n, positions->day);
    return NULL;
}

static const struct wg_problem *
fill_position(struct wg_call *call, const struct positions *positions, struct position *position)
{
    const struct wg_problem *problem;
    int64_t committed;

    position->tranche = tranche_index(positions, position->commitment->tranche);
    position->rank = position->tranche == NO_TRANCHE
                         ? INT_MAX : positions->tranches[position->tranche].terms->rank;
    if (!read_money(positions->bond->currency, position->commitment->amount, &committed))
        return &wg_internal;
    if ((problem = account_make(call, committed, &position->flows, &position->account)))
        return problem;
    return reckon(call, positions, position);
}

static const struct wg_problem *
load_flows(struct wg_call *call, struct positions *positions, const char *except)
{
    struct wg_arena *arena = wg_call_arena(call);
    const struct flow_choice choice = {.except = except, .until_date = positions->date};
    const char **names = wg_alloc_array(arena, positions->n + 1, sizeof(*names));
    struct flow_list *lists = wg_alloc_array(arena, positions->n + 1, sizeof(*lists));
    const struct wg_problem *problem;

    if (!names || !lists)
        return no_memory(call);
    for (size_t i = 0; i < positions->n; i++)
        names[i] = positions->items[i].commitment->name;
    if ((problem = flow_lists_load(call, positions->bond, &choice, names, positions->n, lists)))
        return problem;
    for (size_t i = 0; i < positions->n; i++)
        positions->items[i].flows = lists[i];
    return NULL;
}

static bool
take_commitment(void *context, const struct wg_record *record)
{
    struct loading *loading = context;
    struct positions *positions = loading->positions;

    if (positions->n == loading->room) {
        positions->items = grow(loading->call, positions->items, loading->room,
                                sizeof(*positions->items));
        loading->room = loading->room ? 2 * loading->room : 8;
    }
    if (!positions->items) {
        loading->problem = no_memory(loading->call);
        return false;
    }
    positions->items[positions->n++] =
        (struct position){.commitment = (const Commitment *)record->message};
    return true;
}

static int
compare_ranks(const void *left, const void *right)
{
    const struct position *a = left, *b = right;

    return a->rank != b->rank ? (a->rank > b->rank) - (a->rank < b->rank)
                              : strcmp(a->commitment->name, b->commitment->name);
}

const struct wg_problem *
positions_load(struct wg_call *call, const Bond *bond, const char *date, const char *except,
               struct positions *positions)
{
    struct loading loading = {.call = call, .positions = positions};
    const struct wg_problem *problem;

    *positions = (struct positions){.bond = bond, .date = date};
    if (!wg_date_parse(date, &positions->day))
        return &wg_internal;
    if ((problem = load_tranches(call, positions)) ||
        (problem = wg_scan(call, "bonds/Commitment", bond->name, NULL, take_commitment,
                           &loading)) ||
        (problem = loading.problem) || (problem = load_flows(call, positions, except)))
        return problem;
    for (size_t i = 0; i < positions->n; i++)
        if ((problem = fill_position(call, positions, &positions->items[i])))
            return problem;
    if (positions->n)
        qsort(positions->items, positions->n, sizeof(*positions->items), compare_ranks);
    return NULL;
}
