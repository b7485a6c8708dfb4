/* prices.c - unit costs by class, and costs by period. */
#include "prices.h"

#include <string.h>
#include <wellgate/messages.h>
#include <wellgate/money.h>

#include "wellgate/outcomes/v1/costs.pb-c.h"

typedef Wellgate__Outcomes__V1__UnitCost UnitCost;
typedef Wellgate__Outcomes__V1__Cost Cost;

/* ---- Unit costs ---- */

struct pricing {
    struct writer *writer;
    const struct use *use;
    struct price *prices;
};

static bool
is_of(const UnitCost *cost, const char *class)
{
    const char *word = wg_enum_word(&wellgate__outcomes__v1__utilisation__class__descriptor,
                                    (int)cost->class_);
    size_t length = strlen(word);

    if (!*cost->code)
        return strcmp(class, word) == 0;
    return strncmp(class, word, length) == 0 && class[length] == ':' &&
           strcmp(class + length + 1, cost->code) == 0;
}

/* Of a later year, or of the same and recorded later. */
static bool
is_newer(const struct price *price, const UnitCost *cost, uint64_t sequence)
{
    int order = strcmp(cost->price_year, price->year);

    return order > 0 || (order == 0 && sequence > price->sequence);
}

static bool
visit_unit_cost(void *context, const struct wg_record *record)
{
    const UnitCost *cost = (const UnitCost *)record->message;
    struct pricing *pricing = context;
    const char *year = pricing->writer->selection->request->price_year;

    for (size_t i = 0; i < pricing->use->n; i++) {
        struct price *price = &pricing->prices[i];

        if (!is_of(cost, pricing->use->classes[i].name) || (*year && strcmp(year, cost->price_year)) ||
            (price->currency && !is_newer(price, cost, record->sequence)) ||
            !wg_money_parse(cost->amount->currency, cost->amount->amount, &price->minor))
            continue;
        price->sequence = record->sequence;
        price->currency = cost->amount->currency;
        price->year = cost->price_year;
        price->source = cost->source;
    }
    return true;
}

const struct wg_problem *
prices_read(struct writer *writer, const struct use *use, struct price *prices)
{
    struct pricing pricing = {writer, use, prices};

    memset(prices, 0, CLASSES_MAX * sizeof(*prices));
    return wg_scan(writer->call, "outcomes/UnitCost", writer->selection->programme, NULL,
                   visit_unit_cost, &pricing);
}

/* ---- Costs of the programme ---- */

#define STRAND WELLGATE__REPORTS__V1__REPORT_DIMENSION__CODE__STRAND

struct costing {
    const struct selection *selection;
    const char *currency;
    int64_t minor;
    bool volunteers, mixed;
};

static bool
has_strand(const struct selection *selection, const char *strand)
{
    bool asked = false;

    for (size_t i = 0; i < selection->n_filters; i++) {
        if (selection->filters[i].dimension != STRAND)
            continue;
        asked = true;
        if (strcmp(selection->filters[i].value, strand) == 0)
            return true;
    }
    return !asked;
}

static bool
visit_cost(void *context, const struct wg_record *record)
{
    const Cost *cost = (const Cost *)record->message;
    struct costing *costing = context;
    struct wg_period period;
    int64_t minor;

    if ((cost->kind == WELLGATE__OUTCOMES__V1__COST__KIND__VOLUNTEERS && !costing->volunteers) ||
        !wg_period_parse(cost->period, &period) || period.first < costing->selection->period.first ||
        period.last > costing->selection->period.last || !has_strand(costing->selection, cost->strand) ||
        !wg_money_parse(cost->amount->currency, cost->amount->amount, &minor))
        return true;
    costing->mixed = (costing->currency && strcmp(costing->currency, cost->amount->currency) != 0) ||
                     !wg_money_add(costing->minor, minor, &costing->minor);
    costing->currency = cost->amount->currency;
    return !costing->mixed;
}

const struct wg_problem *
costs_read(struct writer *writer, bool volunteers, const char **currency, int64_t *minor)
{
    struct costing costing = {.selection = writer->selection, .volunteers = volunteers};
    const struct wg_problem *problem = wg_scan(writer->call, "outcomes/Cost",
                                               writer->selection->programme, NULL, visit_cost, &costing);

    *currency = costing.currency;
    *minor = costing.minor;
    if (!problem && costing.mixed)
        problem = wg_fail(writer->call, &wg_conflict, "costs of several currencies cannot be added up");
    return problem;
}
