/* utilisation.c - use of services before and after, and against others. */
#include "codes.h"
#include "comparison.h"
#include "kinds.h"
#include "use.h"

struct reporting {
    struct writer *writer;
    struct use use;
    struct comparison comparison;
};

/* ---- The programme's people ---- */

static void
write_rates(struct writer *writer, size_t group, const struct use_tally *tally)
{
    wide people_before = tally->people_before, people_after = tally->people_after;
    uint64_t n = tally->people_before < tally->people_after ? tally->people_before : tally->people_after;

    write_ratio(writer, &(struct figure){group, "RATE_BEFORE", "Uses a person before",
        "uses in the window before", "people observed for the whole of it", UNIT(EVENTS_PER_PERSON)},
        tally->before, people_before, 0, tally->people_before);
    write_ratio(writer, &(struct figure){group, "RATE_AFTER", "Uses a person after",
        "uses in the window after", "people observed for the whole of it", UNIT(EVENTS_PER_PERSON)},
        tally->after, people_after, 0, tally->people_after);
    write_ratio(writer, &(struct figure){group, "CHANGE", "Change of uses a person",
        "uses a person after less those before, in whole numbers over both", "uses a person before, likewise",
        UNIT(PERCENT)}, tally->after * people_before - tally->before * people_after,
        tally->before * people_after, 0, n);
    write_mean(writer, &(struct figure){group, "MEAN_CHANGE", "Mean change of a person",
        "uses after less uses before", "people observed for both windows", UNIT(EVENTS)},
        &tally->differences, 0);
}

/* What was not observed is told as that, not as nought. */
static void
write_class(struct reporting *reporting, size_t group, size_t class)
{
    const struct use_tally *tally = use_tally_of(&reporting->use, group, class);
    struct writer *writer = reporting->writer;

    if (!tally)
        return;
    write_count(writer, &(struct figure){group, "PEOPLE_BEFORE", "People observed before",
        "people observed for the whole window before", NULL, UNIT(PEOPLE)}, tally->people_before);
    write_count(writer, &(struct figure){group, "PEOPLE_AFTER", "People observed after",
        "people observed for the whole window after", NULL, UNIT(PEOPLE)}, tally->people_after);
    write_share(writer, &(struct figure){group, "NOT_OBSERVED", "Not observed for both windows",
        "people who were not", "people with a referral", UNIT(PERCENT)},
        tally->people - tally->differences.n, tally->people);
    if (!tally->people_before && !tally->people_after)
        return;
    write_total(writer, &(struct figure){group, "BEFORE", "Uses before", "uses in the window before", NULL,
        UNIT(EVENTS)}, tally->before, 0, tally->people_before);
    write_total(writer, &(struct figure){group, "AFTER", "Uses after", "uses in the window after", NULL,
        UNIT(EVENTS)}, tally->after, 0, tally->people_after);
    write_rates(writer, group, tally);
    if (tally->straddling)
        write_count(writer, &(struct figure){group, "STRADDLING", "Totals not counted",
            "totals of periods that lie only partly in a window", NULL, UNIT(EVENTS)}, tally->straddling);
}

static void
write_practices_fallen(struct reporting *reporting, size_t class)
{
    uint64_t practices, fell;

    use_practices(&reporting->use, class, &practices, &fell);
    if (practices)
        write_share(reporting->writer, &(struct figure){GROUP_ALL, "PRACTICES_FELL",
            "Practices whose people used less", "practices whose uses a person fell",
            "practices with people who were observed", UNIT(PERCENT)}, fell, practices);
}

/* ---- Against a comparator ---- */

/* events × 365.25 / days, all of 10^-4 or of whole numbers alike */
static void
year_rate(mpq_ptr rate, wide events, wide days)
{
    mpq_t time;

    mpq_init(time);
    wide_to_mpz(events, mpq_numref(rate));
    mpz_set_ui(mpq_denref(rate), 1);
    wide_to_mpz(days, mpq_numref(time));
    mpz_set_ui(mpq_denref(time), 1);
    mpq_div(rate, rate, time);
    mpq_set_ui(time, 1461, 4);
    mpq_mul(rate, rate, time);
    mpq_clear(time);
}

/* events / (people × months / 12) */
static void
people_rate(mpq_ptr rate, int64_t events, uint64_t people, int months)
{
    mpq_t time;

    mpq_init(time);
    wide_to_mpz(events, mpq_numref(rate));
    mpz_set_ui(mpq_denref(rate), 1);
    mpq_set_ui(time, 12, people * (unsigned long)months);
    mpq_canonicalize(time);
    mpq_mul(rate, rate, time);
    mpq_clear(time);
}

struct rates {
    mpq_t before, after, their_before, their_after;
};

static void
write_difference(struct writer *writer, const struct rates *rates, uint64_t n)
{
    mpq_t value, other;

    mpq_inits(value, other, NULL);
    mpq_sub(value, rates->after, rates->before);
    mpq_sub(other, rates->their_after, rates->their_before);
    mpq_sub(value, value, other);
    write_value(writer, &(struct figure){GROUP_ALL, "DIFFERENCE_IN_DIFFERENCES", "Difference in differences",
        "change of the programme's people less change of the comparator", NULL,
        UNIT(EVENTS_PER_PERSON_YEAR)}, value, 2, n);
    if (mpq_sgn(rates->before) && mpq_sgn(rates->their_before) && mpq_sgn(rates->their_after)) {
        mpq_div(value, rates->after, rates->before);
        mpq_div(other, rates->their_after, rates->their_before);
        mpq_div(value, value, other);
        mpq_set_ui(other, 1, 1);
        mpq_sub(value, value, other);
        mpq_set_ui(other, 100, 1);
        mpq_mul(value, value, other);
        write_value(writer, &(struct figure){GROUP_ALL, "CHANGE_BEYOND_COMPARATOR",
            "Change beyond that of the comparator",
            "the rate after for each before, over the same of the comparator, less 1", NULL, UNIT(PERCENT)},
            value, 1, n);
    }
    mpq_clears(value, other, NULL);
}

static void
write_rates_of_both(struct writer *writer, const struct rates *rates, const struct use_tally *tally)
{
    write_value(writer, &(struct figure){GROUP_ALL, "YEAR_RATE_BEFORE", "Programme, before",
        "uses", "years that people were observed", UNIT(EVENTS_PER_PERSON_YEAR)}, rates->before, 2,
        tally->people_before);
    write_value(writer, &(struct figure){GROUP_ALL, "YEAR_RATE_AFTER", "Programme, after",
        "uses", "years that people were observed", UNIT(EVENTS_PER_PERSON_YEAR)}, rates->after, 2,
        tally->people_after);
    write_value(writer, &(struct figure){GROUP_ALL, "COMPARATOR_BEFORE", "Comparator, before",
        "events", "years that people were observed", UNIT(EVENTS_PER_PERSON_YEAR)}, rates->their_before, 2, 0);
    write_value(writer, &(struct figure){GROUP_ALL, "COMPARATOR_AFTER", "Comparator, after",
        "events", "years that people were observed", UNIT(EVENTS_PER_PERSON_YEAR)}, rates->their_after, 2, 0);
}

static void
write_against(struct reporting *reporting, size_t class)
{
    const struct compared *compared = &reporting->comparison.of[class];
    const struct use_tally *tally = use_tally_of(&reporting->use, GROUP_ALL, class);
    uint64_t n;
    struct rates rates;

    if (!tally || !compared->known || !compared->days_before || !compared->days_after ||
        !tally->people_before || !tally->people_after)
        return;
    n = tally->people_before < tally->people_after ? tally->people_before : tally->people_after;
    mpq_inits(rates.before, rates.after, rates.their_before, rates.their_after, NULL);
    people_rate(rates.before, tally->before, tally->people_before, reporting->use.months);
    people_rate(rates.after, tally->after, tally->people_after, reporting->use.months);
    year_rate(rates.their_before, compared->before, compared->days_before);
    year_rate(rates.their_after, compared->after, compared->days_after);
    write_rates_of_both(reporting->writer, &rates, tally);
    write_difference(reporting->writer, &rates, n);
    mpq_clears(rates.before, rates.after, rates.their_before, rates.their_after, NULL);
}

/* ---- The programme's own practices ---- */

/* Of one practice, or, practice NULL, of all n. */
static void
write_compared(struct writer *writer, const struct practice *practice, const struct compared *compared,
               uint64_t n)
{
    const char *id = practice ? wg_format(writer->arena, "%s:", wg_name_id(practice->name)) : "";
    const char *title = practice ? name_words(&writer->names, practice->name) : NULL;

    write_total(writer, &(struct figure){GROUP_ALL, wg_format(writer->arena, "%sBEFORE", id),
        practice ? "before" : "Before", "events in the period before", NULL, UNIT(EVENTS), NULL, title},
        compared->before, FACT_SCALE, n);
    write_total(writer, &(struct figure){GROUP_ALL, wg_format(writer->arena, "%sAFTER", id),
        practice ? "after" : "After", "events in the period after", NULL, UNIT(EVENTS), NULL, title},
        compared->after, FACT_SCALE, n);
    write_ratio(writer, &(struct figure){GROUP_ALL, wg_format(writer->arena, "%sCHANGE", id),
        practice ? "change" : "Change", "events after less events before", "events before", UNIT(PERCENT),
        NULL, title}, compared->after - compared->before, compared->before, FACT_SCALE, n);
}

static void
write_practices(struct reporting *reporting, size_t class)
{
    const struct comparison *comparison = &reporting->comparison;
    const struct compared *all = &comparison->of[class];
    struct writer *writer = reporting->writer;
    const char *name = reporting->use.classes[class].name;
    uint64_t practices, fell;

    if (!all->known)
        return;
    comparison_practices(comparison, class, &practices, &fell);
    write_table(writer, wg_format(writer->arena, "PRACTICES:%s", name),
                wg_format(writer->arena, "%s, practice by practice", name_words(&writer->names, name)));
    use_warn(writer);
    write_compared(writer, NULL, all, practices);
    write_share(writer, &(struct figure){GROUP_ALL, "PRACTICES_FELL", "Practices with fewer",
        "practices with fewer events after than before", "practices with counts of both periods",
        UNIT(PERCENT)}, fell, practices);
    for (size_t i = 0; i < comparison->n_practices; i++)
        if (comparison->practices[i].of[class].known)
            write_compared(writer, &comparison->practices[i], &comparison->practices[i].of[class], 0);
}

/* ---- The whole ---- */

static void
write_all(struct reporting *reporting, const size_t *order)
{
    struct writer *writer = reporting->writer;

    for (size_t c = 0; c < reporting->use.n; c++) {
        const char *name = reporting->use.classes[c].name;
        const struct use_tally *tally = use_tally_of(&reporting->use, GROUP_ALL, c);

        if (reporting->comparison.own_practices && reporting->comparison.of[c].known && tally &&
            !tally->people_before && !tally->people_after)
            continue; /* only practices count it */
        write_table(writer, name, name_words(&writer->names, name));
        if (tally && !tally->people_before && !tally->people_after)
            use_note_unobserved(&reporting->use, &c, 1);
        else
            use_warn(writer);
        for (size_t g = 0; g < writer->selection->n_groups; g++)
            write_class(reporting, order[g], c);
        write_practices_fallen(reporting, c);
        if (!reporting->comparison.own_practices)
            write_against(reporting, c);
    }
    for (size_t c = 0; reporting->comparison.own_practices && c < reporting->use.n; c++)
        write_practices(reporting, c);
}

const struct wg_problem *
write_utilisation(struct writer *writer)
{
    struct reporting *reporting = wg_alloc(writer->arena, sizeof(*reporting));
    const struct wg_problem *problem;
    const size_t *order;

    if (!reporting)
        return wg_no_memory(writer->call);
    reporting->writer = writer;
    use_begin(&reporting->use, writer);
    if ((problem = comparison_read(&reporting->comparison, writer, &reporting->use)) ||
        (problem = use_read(&reporting->use)))
        return problem;
    if (!(order = selection_order(writer->selection)))
        return wg_no_memory(writer->call);
    write_all(reporting, order);
    return NULL;
}
