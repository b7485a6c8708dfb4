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

/* Fewer uses of one class by somebody. */
struct fewer {
    size_t group, class;
    const char *key, *subject, *events_label, *avoided_label;
    wide events; /* of 10^-scale */
    int scale;
    uint64_t n;
};

/* Adds to the sum. A class without a price is told without an amount. */
static void
write_fewer(struct avoidance *avoidance, const struct fewer *fewer, int64_t *sum)
{
    const struct price *price = &avoidance->prices[fewer->class];
    struct writer *writer = avoidance->writer;
    int64_t minor;

    write_total(writer, &(struct figure){fewer->group, wg_format(writer->arena, "%s:EVENTS", fewer->key),
        fewer->events_label, "uses before less uses after", NULL, UNIT(EVENTS), NULL, fewer->subject},
        fewer->events, fewer->scale, fewer->n);
    if (!price->currency)
        return;
    if (!cost_of(price, fewer->events, fewer->scale, &minor) || !wg_money_add(*sum, minor, sum)) {
        avoidance->overflows = true;
        return;
    }
    write_money(writer, &(struct figure){fewer->group, wg_format(writer->arena, "%s:AVOIDED", fewer->key),
        fewer->avoided_label,
        wg_format(writer->arena, "fewer uses × %s", write_amount(writer, price->currency, price->minor)),
        NULL, UNIT(MONEY), wg_format(writer->arena, "Prices of %s: %s", price->year, price->source),
        fewer->subject}, price->currency, minor, fewer->n);
    if (fewer->n && (!avoidance->n || fewer->n < avoidance->n))
        avoidance->n = fewer->n;
}

static const char *
class_words(const struct avoidance *avoidance, size_t class)
{
    return name_words(&avoidance->writer->names, avoidance->use.classes[class].name);
}

/* What one use costs is told beside what fewer of them would have. */
static void
write_price(struct avoidance *avoidance, size_t class, const char *subject, const char *label)
{
    const struct price *price = &avoidance->prices[class];
    const char *name = avoidance->use.classes[class].name;
    struct writer *writer = avoidance->writer;

    if (price->currency)
        write_money(writer, &(struct figure){GROUP_ALL, wg_format(writer->arena, "%s:PRICE", name), label,
            "unit cost", NULL, UNIT(MONEY), wg_format(writer->arena, "Prices of %s: %s", price->year,
                                                      price->source), subject},
            price->currency, price->minor, 0);
}

static bool
is_noted(const struct avoidance *avoidance, const bool told[], size_t class)
{
    const struct price *price = &avoidance->prices[class];

    for (size_t i = 0; i < class; i++)
        if (told[i] && avoidance->prices[i].currency && strcmp(avoidance->prices[i].year, price->year) == 0 &&
            strcmp(avoidance->prices[i].source, price->source) == 0)
            return true;
    return false;
}

/* Where unit costs come from, source by source; and classes that have none. */
static void
note_prices(struct avoidance *avoidance, const bool told[])
{
    struct writer *writer = avoidance->writer;

    for (size_t c = 0; c < avoidance->use.n; c++) {
        const struct price *price = &avoidance->prices[c];

        if (told[c] && !price->currency)
            write_note(writer, wg_format(writer->arena, "No unit cost is recorded for %s: it is in no sum.",
                                         class_words(avoidance, c)));
        else if (told[c] && !is_noted(avoidance, told, c))
            write_note(writer, wg_format(writer->arena, "Unit costs of %s, from: %s.", price->year,
                                         price->source));
    }
}

/* ---- People ---- */

static bool
is_of_people(struct avoidance *avoidance, size_t class)
{
    return !is_counted_elsewhere(avoidance, class) && !is_of_practices(avoidance, class);
}

/* Nobody may have been observed for a class. */
static uint64_t
observed(struct avoidance *avoidance, size_t group, size_t class)
{
    const struct use_tally *tally = use_tally_of(&avoidance->use, group, class);

    return tally ? tally->differences.n : 0;
}

static int64_t
write_people_of(struct avoidance *avoidance, size_t group)
{
    struct writer *writer = avoidance->writer;
    int64_t sum = 0;
    bool any = false;

    avoidance->n = 0;
    for (size_t c = 0; c < avoidance->use.n; c++) {
        const struct use_tally *tally = use_tally_of(&avoidance->use, group, c);

        if (!tally || !is_of_people(avoidance, c) || !observed(avoidance, GROUP_ALL, c))
            continue;
        any |= avoidance->prices[c].currency != NULL;
        if (group == GROUP_ALL)
            write_price(avoidance, c, class_words(avoidance, c), "unit cost");
        write_fewer(avoidance, &(struct fewer){group, c, avoidance->use.classes[c].name,
            class_words(avoidance, c), "fewer uses", "cost avoided", (wide)tally->before - tally->after, 0,
            tally->differences.n}, &sum);
    }
    if (any)
        write_money(writer, &(struct figure){group, "TOTAL", "Cost avoided", "the sum of the above", NULL,
            UNIT(MONEY)}, avoidance->currency, sum, avoidance->n);
    return sum;
}

/* What is known of classes that people's uses tell. false: there are none. */
static bool
note_people(struct avoidance *avoidance)
{
    size_t unobserved[CLASSES_MAX], n = 0;
    bool told[CLASSES_MAX] = {false}, any = false, any_told = false;

    for (size_t c = 0; c < avoidance->use.n; c++) {
        if (!is_of_people(avoidance, c))
            continue;
        any = true;
        any_told |= told[c] = observed(avoidance, GROUP_ALL, c) > 0;
        if (!told[c])
            unobserved[n++] = c;
    }
    if (!any)
        return false;
    write_table(avoidance->writer, "AVOIDED", "Cost avoided, by people's use of services");
    note_prices(avoidance, told);
    use_note_unobserved(&avoidance->use, unobserved, n);
    if (any_told)
        use_warn(avoidance->writer);
    return true;
}

static int64_t
write_people(struct avoidance *avoidance, const size_t *order)
{
    struct writer *writer = avoidance->writer;
    int64_t all = 0;
    uint64_t n = 0;

    if (!note_people(avoidance))
        return 0;
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

static bool
is_told_of_practices(const struct avoidance *avoidance, size_t class)
{
    return is_of_practices(avoidance, class) && !is_counted_elsewhere(avoidance, class);
}

/* NULL: of all practices. */
static void
write_practice_class(struct avoidance *avoidance, size_t class, const struct practice *practice, int64_t *sum)
{
    const struct compared *compared = practice ? &practice->of[class] : &avoidance->comparison.of[class];
    const char *name = avoidance->use.classes[class].name, *words = class_words(avoidance, class);
    struct writer *writer = avoidance->writer;

    if (compared->known)
        write_fewer(avoidance, &(struct fewer){GROUP_ALL, class,
            practice ? wg_format(writer->arena, "%s:%s", name, wg_name_id(practice->name)) : name,
            practice ? name_words(&writer->names, practice->name) : NULL,
            wg_format(writer->arena, "%s: fewer", words),
            wg_format(writer->arena, "%s: cost avoided", words), compared->before - compared->after,
            FACT_SCALE, practice ? 0 : avoidance->comparison.n_practices}, sum);
}

static void
write_practice(struct avoidance *avoidance, const struct practice *practice)
{
    struct writer *writer = avoidance->writer;
    int64_t sum = 0;
    bool any = false;

    for (size_t c = 0; c < avoidance->use.n; c++)
        if (is_told_of_practices(avoidance, c)) {
            write_practice_class(avoidance, c, practice, &sum);
            any |= practice->of[c].known && avoidance->prices[c].currency;
        }
    if (any)
        write_money(writer, &(struct figure){GROUP_ALL,
            wg_format(writer->arena, "%s:TOTAL", wg_name_id(practice->name)), "cost avoided",
            "the sum over the classes that have a unit cost", NULL, UNIT(MONEY), NULL,
            name_words(&writer->names, practice->name)}, avoidance->currency, sum, 0);
}

static int64_t
write_practices(struct avoidance *avoidance)
{
    const struct comparison *comparison = &avoidance->comparison;
    struct writer *writer = avoidance->writer;
    bool told[CLASSES_MAX] = {false};
    int64_t sum = 0;

    if (!comparison->own_practices)
        return 0;
    write_table(writer, "PRACTICES", "Cost avoided, by practices' own counts");
    for (size_t c = 0; c < avoidance->use.n; c++)
        if ((told[c] = is_told_of_practices(avoidance, c))) {
            write_price(avoidance, c, NULL, wg_format(writer->arena, "%s: unit cost",
                                                      class_words(avoidance, c)));
            write_practice_class(avoidance, c, NULL, &sum);
        }
    note_prices(avoidance, told);
    use_warn(writer);
    if (avoidance->currency)
        write_money(writer, &(struct figure){GROUP_ALL, "TOTAL", "Cost avoided",
            "the sum over the classes above, not again over practices", NULL, UNIT(MONEY)},
            avoidance->currency, sum, 0);
    for (size_t i = 0; i < comparison->n_practices; i++)
        write_practice(avoidance, &comparison->practices[i]);
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
