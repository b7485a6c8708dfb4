/* cohort_fixture.h - terms of a cohort, and people who are added up under them. */
#ifndef COHORT_FIXTURE_H
#define COHORT_FIXTURE_H

#include "../../plugins/payments/figures/figure_rules.h"
#include "terms_fixture.h"

/* Terms from 1 January 2016, and a person under them. */
struct cohort {
    struct terms terms;
    struct timeline timeline;
    struct figure_rules figures;
    struct people person;
};

static inline void
cohort_compile(struct cohort *cohort, struct span span)
{
    assert_true(figure_rules_compile(&arena, &cohort->terms.contract, cohort->terms.version,
                                     &cohort->timeline, span, &cohort->terms.plan,
                                     &cohort->figures));
}

/* As a fold does with each row. */
static inline void
cohort_take(struct cohort *cohort)
{
    const struct person *person = &cohort->person.person;
    struct unit_list units = {0};

    assert_true(person_units(cohort->terms.rules, person, false, &units));
    assert_true(figure_rules_take(&cohort->figures, person, &units));
    free(units.list);
}

static inline void
cohort_finish(struct cohort *cohort)
{
    figure_rules_finish(&cohort->figures);
}

static inline const struct figure_rule *
figure_rule_of(const struct cohort *cohort)
{
    for (size_t i = 0; i < cohort->figures.n; i++)
        if (cohort->figures.list[i].kind)
            return &cohort->figures.list[i];
    fail_msg("no rule of a cohort");
    return NULL;
}

#endif
