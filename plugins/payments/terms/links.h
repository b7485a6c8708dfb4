/* links.h - how rules of one version rest on each other. Pure. */
#ifndef PAYMENTS_LINKS_H
#define PAYMENTS_LINKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wellgate/payments/v1/terms.pb-c.h"

/* By id; version->n_rules for none. */
uint16_t place_of_rule(const Wellgate__Payments__V1__Version *version, const char *id);

bool rule_excludes(const Wellgate__Payments__V1__Rule *rule, const char *other);

/*
 * The order in which units of one day are judged: what a rule rests on before it (what it
 * requires, adds to, or takes turns with its evidence), then what it excludes, else as the
 * rules stand. Of rules that exclude each other the first one goes first.
 *
 * order   n_rules places
 * result  how many are ordered; less than n_rules where rules rest on each other in a circle
 */
size_t order_of_rules(const Wellgate__Payments__V1__Version *version, uint16_t *order);

#endif
