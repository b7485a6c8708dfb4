/* avoidance.c - what fewer uses of services would have cost, and what the programme cost. */
#include <string.h>
#include <wellgate/money.h>

#include "codes.h"
#include "comparison.h"
#include "kinds.h"
#include "prices.h"

#define STRAND WELLGATE__REPORTS__V1__REPORT_DIMENSION__CODE__STRAND

struct avoidance {
    struct writer *writer;
    struct use use;
    struct comparison comparison;
    struct price prices[CLASSES_MAX];
    const char *currency; /* of all prices that are used; NULL: none is */
    uint64_t n;           /* the fewest people behind a class that is costed */
    bool overflows;
};

/* ---- One class ---- */

/* Days in bed are part of admissions: they cost only where those are not counted. */
static bool
is_counted_elsewhere(const struct avoidance *avoidance, size_t class)
{
    bool admissions = false;

    for (size_t i = 0; i < avoidance->use.n; i++)
        admissions |= strncmp(avoidance->use.classes[i].name, "INPATIENT_", strlen("INPATIENT_")) == 0;
    return admissions && strcmp(avoidance->use.classes[class].name, "BED_DAYS") == 0;
}

/* Practices' own counts stand for what people's records say. */
static bool
is_of_practices(const struct avoidance *avoidance, size_t class)
{
    return avoidance->comparison.own_practices && avoidance->comparison.of[class].known;
}

/* events of 10^-scale × the price, rounded to a minor unit. */
static bool
cost_of(const struct price *price, wide events, int scale, int64_t *minor)
{
    mpq_t value, other;
    bool done;

    mpq_inits(value, other, NULL);
    wide_to_mpz(events, mpq_numref(value));
    mpz_ui_pow_ui(mpq_denref(value), 10, (unsigned long)scale);
    mpq_canonicalize(value);
    mpq_set_si(other, (long)price->minor, 1);
    mpq_mul(value, value, other);
    done = wg_money_round(value, minor);
    mpq_clears(value, other, NULL);
    return done;
}

/* false: it has no price. */
static bool
write_avoided(struct avoidance *avoidance, size_t group, size_t class, const char *key, const char *label,
              wide events, int scale, uint64_t n, int64_t *sum)
{
    const struct price *price = &avoidance->prices[class];
    struct writer *writer = avoidance->writer;
    int64_t minor;

    write_total(writer, &(struct figure){group, wg_format(writer->arena, "%s:EVENTS", key),
        wg_format(writer->arena, "%s: fewer uses", label), "uses before less uses after", NULL,
        UNIT(EVENTS)}, events, scale, n);
    if (!price->currency)
        return false;
    if (!cost_of(price, events, scale, &minor) || !wg_money_add(*sum, minor, sum)) {
        avoidance->overflows = true;
        return true;
    }
    write_money(writer, &(struct figure){group, wg_format(writer->arena, "%s:AVOIDED", key),
        wg_format(writer->arena, "%s: cost avoided", label),
        wg_format(writer->arena, "fewer uses × %s", write_amount(writer, price->currency, price->minor)),
        NULL, UNIT(MONEY), wg_format(writer->arena, "Prices of %s: %s", price->year, price->source)},
        price->currency, minor, n);
    if (n && (!avoidance->n || n < avoidance->n))
        avoidance->n = n;
    return true;
}

/* ---- People ---- */

static int64_t
write_people_of(struct avoidance *avoidance, size_t group)
{
    struct writer *writer = avoidance->writer;
    int64_t sum = 0;

    avoidance->n = 0;
    for (size_t c = 0; c < avoidance->use.n; c++) {
        const struct use_tally *tally = use_tally_of(&avoidance->use, group, c);
        const char *name = avoidance->use.classes[c].name;

        if (!tally || is_counted_elsewhere(avoidance, c) || is_of_practices(avoidance, c))
            continue;
        if (!write_avoided(avoidance, group, c, name, code_words(writer->arena, name),
                           (wide)tally->before - tally->after, 0, tally->differences.n, &sum) &&
            group == GROUP_ALL)
            write_note(writer, wg_format(writer->arena, "No unit cost is recorded for %s: it is in no sum.",
                                         name));
    }
    if (avoidance->currency)
        write_money(writer, &(struct figure){group, "TOTAL", "Cost avoided", "the sum of the above", NULL,
            UNIT(MONEY)}, avoidance->currency, sum, avoidance->n);
    return sum;
}

static int64_t
write_people(struct avoidance *avoidance, const size_t *order)
{
    struct writer *writer = avoidance->writer;
    int64_t all = 0;
    uint64_t n = 0;

    write_table(writer, "AVOIDED", "Cost avoided, by people's use of services");
    use_warn(writer);
    for (size_t g = 0; g < writer->selection->n_groups; g++) {
        int64_t sum = write_people_of(avoidance, order[g]);

        if (order[g] == GROUP_ALL) {
            all = sum;
            n = avoidance->n;
        }
    }
    avoidance->n = n;
    return all;
}

/* ---- Practices ---- */

static void
write_practice(struct avoidance *avoidance, size_t class, const struct practice *practice)
{
    const struct compared *compared = &practice->of[class];
    const char *id = wg_name_id(practice->name), *name = avoidance->use.classes[class].name;
    struct writer *writer = avoidance->writer;
    int64_t sum = 0;

    if (compared->known)
        write_avoided(avoidance, GROUP_ALL, class, wg_format(writer->arena, "%s:%s", name, id),
                      wg_format(writer->arena, "%s, %s", code_words(writer->arena, name), id),
                      compared->before - compared->after, FACT_SCALE, 0, &sum);
}

static int64_t
write_practices(struct avoidance *avoidance)
{
    const struct comparison *comparison = &avoidance->comparison;
    struct writer *writer = avoidance->writer;
    int64_t sum = 0;

    if (!comparison->own_practices)
        return 0;
    write_table(writer, "PRACTICES", "Cost avoided, by practices' own counts");
    use_warn(writer);
    for (size_t c = 0; c < avoidance->use.n; c++) {
        const char *name = avoidance->use.classes[c].name;

        if (!is_of_practices(avoidance, c) || is_counted_elsewhere(avoidance, c))
            continue;
        write_avoided(avoidance, GROUP_ALL, c, name, code_words(writer->arena, name),
                      comparison->of[c].before - comparison->of[c].after, FACT_SCALE,
                      comparison->n_practices, &sum);
        for (size_t i = 0; i < comparison->n_practices; i++)
            write_practice(avoidance, c, &comparison->practices[i]);
    }
    if (avoidance->currency)
        write_money(writer, &(struct figure){GROUP_ALL, "TOTAL", "Cost avoided",
            "the sum over the classes above, not again over practices", NULL, UNIT(MONEY)},
            avoidance->currency, sum, 0);
    return sum;
}

/* ---- Net of what the programme cost ---- */

static bool
is_filtered_by_people(const struct selection *selection)
{
    for (size_t i = 0; i < selection->n_filters; i++)
        if (selection->filters[i].dimension != STRAND)
            return true;
    return false;
}

static const struct wg_problem *
write_net(struct avoidance *avoidance, int64_t avoided)
{
    struct writer *writer = avoidance->writer;
    const struct wg_problem *problem;
    const char *currency;
    int64_t cost, net;

    if ((problem = costs_read(writer, false, &currency, &cost)) || !currency || !avoidance->currency ||
        is_filtered_by_people(writer->selection))
        return problem;
    if (strcmp(currency, avoidance->currency) != 0 || !wg_money_subtract(avoided, cost, &net))
        return wg_fail(writer->call, &wg_conflict, "unit costs and costs are of several currencies");
    write_table(writer, "NET", "Net of what the programme cost");
    write_money(writer, &(struct figure){GROUP_ALL, "AVOIDED", "Cost avoided", "all tables above", NULL,
        UNIT(MONEY)}, currency, avoided, avoidance->n);
    write_money(writer, &(struct figure){GROUP_ALL, "COST", "What the programme cost",
        "costs that were recorded, volunteers' time left out", NULL, UNIT(MONEY)}, currency, cost, 0);
    write_money(writer, &(struct figure){GROUP_ALL, "NET", "Net", "cost avoided less what the programme cost",
        NULL, UNIT(MONEY)}, currency, net, avoidance->n);
    return NULL;
}

/* ---- The whole ---- */

static const struct wg_problem *
check_prices(struct avoidance *avoidance)
{
    for (size_t i = 0; i < avoidance->use.n; i++) {
        const char *currency = avoidance->prices[i].currency;

        if (currency && avoidance->currency && strcmp(currency, avoidance->currency) != 0)
            return wg_fail(avoidance->writer->call, &wg_conflict,
                           "unit costs of several currencies cannot be added up");
        avoidance->currency = currency ? currency : avoidance->currency;
    }
    return NULL;
}

static const struct wg_problem *
read_all(struct avoidance *avoidance)
{
    struct writer *writer = avoidance->writer;
    const struct wg_problem *problem;

    if (writer->selection->request->observed == WELLGATE__REPORTS__V1__GET_REPORT_REQUEST__OBSERVED__EACH_WINDOW)
        wg_violation(writer->call, "/observed", "NOT_TAKEN",
                     "costs are of the same people before and after");
    use_begin(&avoidance->use, writer);
    if ((problem = comparison_read(&avoidance->comparison, writer, &avoidance->use)) ||
        (problem = prices_read(writer, &avoidance->use, avoidance->prices)) ||
        (problem = check_prices(avoidance)))
        return problem;
    return use_read(&avoidance->use);
}

const struct wg_problem *
write_avoidance(struct writer *writer)
{
    struct avoidance *avoidance = wg_alloc(writer->arena, sizeof(*avoidance));
    const struct wg_problem *problem;
    const size_t *order;
    int64_t sum, more;

    if (!avoidance)
        return wg_no_memory(writer->call);
    avoidance->writer = writer;
    if ((problem = read_all(avoidance)))
        return problem;
    if (!(order = selection_order(writer->selection)))
        return wg_no_memory(writer->call);
    sum = write_people(avoidance, order);
    more = write_practices(avoidance);
    if (avoidance->overflows || !wg_money_add(sum, more, &sum))
        return wg_fail(writer->call, &wg_conflict, "the amounts are too large");
    return write_net(avoidance, sum);
}
