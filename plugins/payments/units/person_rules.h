/* person_rules.h - the rules of persons of one version: terms → what is ready to be judged →
 * each person's units. Pure and exact.
 *
 * Compiled once for each statement; then run for every person, hundreds of thousands of them:
 * no allocation but of the list, no parsing and no GMP for each person.
 */
#ifndef PAYMENTS_PERSON_RULES_H
#define PAYMENTS_PERSON_RULES_H

#include "unit.h"

struct person_rules;

/*
 * Read the terms: durations, numbers, the places of series, and the order in which rules
 * that rest on others are judged.
 *
 * version  one that check_terms accepted
 * plan     series are added to it
 * result   in the arena; NULL past it
 */
struct person_rules *person_rules_compile(struct wg_arena *arena, const Contract *contract,
                                          const Version *version, struct series_plan *plan);

enum { RULES_MAX = 100 }; /* of a version, see Version.rules */

/* Has a rule units, of persons? The others are of cohorts, or fees. */
bool rule_is_of_persons(const Rule *rule);

/* The most units that a rule lets a person have; 0: any number. */
uint32_t rule_most_per_person(const Rule *rule);

/* Does the version have any? */
bool person_rules_any(const struct person_rules *rules);

/*
 * Add a person's units, up to person->until, in the order of the rules and of each rule's
 * days; those whose claim is missing too. Prerequisites with the stage PAID are left to settlement, which knows what is paid.
 *
 * all     true: also what is no unit, with its reason: one for each rule and person that
 *         have none, and each that is a duplicate, not eligible, … (explanations)
 * units   keeps what it had
 * errors  false when out of memory
 */
bool person_units(const struct person_rules *rules, const struct person *person, bool all,
                  struct unit_list *units);

#endif
