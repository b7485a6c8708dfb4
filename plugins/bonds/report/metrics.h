/* metrics.h - a bond's metrics, and the units that count for each in each period. */
#ifndef BONDS_METRICS_H
#define BONDS_METRICS_H

#include "facts.h"

struct metric {
    const char *id, *title, *contract;
    char **rules;
    size_t n_rules;
    const Told *told;
    bool adds_up;  /* units; else a cohort's figure */
    uint32_t row;  /* among those that add up */
};

/* The units of one rule in one period. */
struct atom {
    const char *contract, *rule, *period;
    wg_date last;
    int64_t earned, paid;
};

struct metrics {
    struct metric *list;
    size_t n;
    uint32_t n_adding;
    struct atom *atoms; /* of all contracts of the history */
    size_t n_atoms;
};

/* Those of the cases, the base case's first, then each other rule by itself. */
const struct wg_problem *metrics_load(const struct facts *facts, struct metrics *metrics);

bool is_rule_of(const struct metric *metric, const char *rule);

/* Do its units add up, as its first rule's do? */
bool adds_up(const Told *told, const char *rule);

#endif
