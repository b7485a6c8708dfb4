/* history.c - what investors were told before. */
#include "history.h"

#include <stdlib.h>
#include <string.h>

#define PUBLISHED WELLGATE__BONDS__V1__REPORT__STATE__PUBLISHED

/* ---- Bonds that tell of the same people ---- */

struct bonds {
    struct wg_call *call;
    const Bond **list;
    bool *related;
    size_t n, room;
};

static size_t
programme_length(const char *contract)
{
    const char *end = strstr(contract, "/contracts/");

    return end ? (size_t)(end - contract) : strlen(contract);
}

bool
of_one_programme(const char *contract, const char *other)
{
    size_t length = programme_length(contract);

    return length == programme_length(other) && memcmp(contract, other, length) == 0;
}

static bool
share_programme(const Bond *a, const Bond *b)
{
    for (size_t i = 0; i < a->n_contracts; i++)
        for (size_t j = 0; j < b->n_contracts; j++)
            if (of_one_programme(a->contracts[i], b->contracts[j]))
                return true;
    return false;
}

static bool
take_bond(void *context, const struct wg_record *record)
{
    struct bonds *bonds = context;

    if (bonds->n == bonds->room) {
        const Bond **more = wg_alloc_array(wg_call_arena(bonds->call),
                                           bonds->room = 2 * bonds->room + 16, sizeof(*more));

        if (!more)
            return false;
        if (bonds->n)
            memcpy(more, bonds->list, bonds->n * sizeof(*more));
        bonds->list = more;
    }
    bonds->list[bonds->n++] = (const Bond *)record->message;
    return true;
}

/* What is related to what is related is related. */
static void
relate_bonds(struct bonds *bonds, const Bond *own)
{
    bool more = true;

    for (size_t i = 0; i < bonds->n; i++)
        bonds->related[i] = strcmp(bonds->list[i]->name, own->name) == 0;
    while (more) {
        more = false;
        for (size_t i = 0; i < bonds->n; i++)
            for (size_t j = 0; j < bonds->n && !bonds->related[i]; j++)
                if (bonds->related[j] && share_programme(bonds->list[i], bonds->list[j]))
                    more = bonds->related[i] = true;
    }
}

static const struct wg_problem *
load_bonds(const struct basis *basis, struct bonds *bonds)
{
    const struct wg_problem *problem;

    *bonds = (struct bonds){.call = basis->call};
    if ((problem = wg_scan(basis->call, "bonds/Bond", "", NULL, take_bond, bonds)))
        return problem;
    bonds->related = wg_alloc_array(basis->arena, bonds->n + 1, sizeof(*bonds->related));
    if (basis->arena->exhausted)
        return no_memory(basis->call);
    relate_bonds(bonds, basis->bond);
    return NULL;
}

/* ---- Contracts that two bonds have ---- */

static bool
has_contract(const Bond *bond, const char *contract)
{
    for (size_t i = 0; i < bond->n_contracts; i++)
        if (strcmp(bond->contracts[i], contract) == 0)
            return true;
    return false;
}

static bool
is_shared(const struct bonds *bonds, const Bond *own, const char *contract)
{
    for (size_t i = 0; i < bonds->n; i++)
        if (strcmp(bonds->list[i]->name, own->name) != 0 && has_contract(bonds->list[i], contract))
            return true;
    return false;
}

static const struct wg_problem *
list_shared(const struct basis *basis, const struct bonds *bonds, struct history *history)
{
    const Bond *own = basis->bond;
    char **shared = wg_alloc_array(basis->arena, own->n_contracts + 1, sizeof(*shared));

    if (!shared)
        return no_memory(basis->call);
    for (size_t i = 0; i < own->n_contracts; i++)
        if (is_shared(bonds, own, own->contracts[i]))
            shared[history->n_shared++] = own->contracts[i];
    history->shared = shared;
    return NULL;
}

/* ---- Their reports ---- */

struct reading {
    const struct basis *basis;
    const Bond *bond;
    const char *name;   /* of the report that is made */
    struct telling own; /* seconds INT64_MAX: it is not published */
    struct history *history;
    size_t room;
};

static bool
add_telling(struct reading *reading, const struct telling *telling)
{
    struct history *history = reading->history;

    if (history->n == reading->room) {
        struct telling *more = wg_alloc_array(reading->basis->arena,
                                              reading->room = 2 * reading->room + 16, sizeof(*more));

        if (!more)
            return false;
        if (history->n)
            memcpy(more, history->list, history->n * sizeof(*more));
        history->list = more;
    }
    history->list[history->n++] = *telling;
    return true;
}

static bool
take_report(void *context, const struct wg_record *record)
{
    const Report *report = (const Report *)record->message;
    struct reading *reading = context;
    struct telling telling = {.bond = reading->bond, .report = report};

    if (report->state != PUBLISHED || !report->publish_time ||
        !wg_date_parse(report->end_date, &telling.day))
        return true;
    telling.seconds = report->publish_time->seconds;
    telling.nanos = report->publish_time->nanos;
    if (strcmp(report->name, reading->name) != 0)
        return add_telling(reading, &telling);
    reading->own = telling;
    return true;
}

/* Of two bonds' at the same time the one whose name is first: some order, and always the same. */
static int
compare_tellings(const void *left, const void *right)
{
    const struct telling *a = left, *b = right;
    int order = (a->seconds > b->seconds) - (a->seconds < b->seconds);

    if (order == 0)
        order = (a->nanos > b->nanos) - (a->nanos < b->nanos);
    return order ? order : strcmp(a->report->name, b->report->name);
}

/* Those behind the own are no matter of it, which stands last. */
static const struct wg_problem *
close_history(struct reading *reading)
{
    struct history *history = reading->history;
    struct telling own = reading->own;
    wg_date last = own.day;
    char text[WG_DATE_TEXT_BYTES];
    size_t n = 0;

    if (history->n)
        qsort(history->list, history->n, sizeof(*history->list), compare_tellings);
    while (n < history->n && (!own.report || compare_tellings(&history->list[n], &own) < 0))
        n++;
    history->n = n;
    own.report = NULL;
    if (!add_telling(reading, &own))
        return no_memory(reading->basis->call);
    for (size_t i = 0; i < history->n; i++)
        if (history->list[i].day > last)
            last = history->list[i].day;
    history->last_day = wg_copy_text(reading->basis->arena, wg_date_format(last, text));
    return history->last_day ? NULL : no_memory(reading->basis->call);
}

const struct wg_problem *
history_load(const struct basis *basis, const Report *report, struct history *history)
{
    struct reading reading = {.basis = basis, .name = report->name, .history = history,
                              .own.bond = basis->bond};
    const struct wg_problem *problem;
    struct bonds bonds;

    *history = (struct history){0};
    if (!wg_date_parse(basis->end_date, &reading.own.day))
        return &wg_internal;
    if ((problem = load_bonds(basis, &bonds)) || (problem = list_shared(basis, &bonds, history)))
        return problem;
    for (size_t i = 0; i < bonds.n; i++) {
        reading.bond = bonds.list[i];
        if (bonds.related[i] && (problem = wg_scan(basis->call, "bonds/Report", reading.bond->name,
                                                   NULL, take_report, &reading)))
            return problem;
    }
    return basis->arena->exhausted ? no_memory(basis->call) : close_history(&reading);
}
