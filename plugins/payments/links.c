/* links.c - an order in which every rule comes behind those that it rests on. */
#include "links.h"

#include <string.h>

typedef Wellgate__Payments__V1__Version Version;
typedef Wellgate__Payments__V1__Rule Rule;

uint16_t
place_of_rule(const Version *version, const char *id)
{
    uint16_t i = 0;

    while (i < version->n_rules && strcmp(version->rules[i]->id, id) != 0)
        i++;
    return i;
}

static bool
is_named(const char *id, char *const *ids, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(ids[i], id) == 0)
            return true;
    return false;
}

bool
rule_rests_on(const Rule *rule, const char *other)
{
    for (size_t i = 0; i < rule->n_requires; i++)
        if (strcmp(rule->requires[i]->rule, other) == 0)
            return true;
    for (size_t i = 0; i < rule->n_evidence; i++)
        if (is_named(other, rule->evidence[i]->rules, rule->evidence[i]->n_rules))
            return strcmp(rule->id, other) != 0;
    return rule->outcome_case == WELLGATE__PAYMENTS__V1__RULE__OUTCOME_ATTRIBUTE_SUPPLEMENT &&
           strcmp(rule->attribute_supplement->rule, other) == 0;
}

bool
rule_excludes(const Rule *rule, const char *other)
{
    return is_named(other, rule->excludes, rule->n_excludes);
}

static bool
is_placed(uint16_t rule, const uint16_t *order, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (order[i] == rule)
            return true;
    return false;
}

typedef bool linked(const Rule *rule, const char *other);

/* Does a rule still wait for one that has no place? */
static bool
waits(const Version *version, uint16_t rule, linked *by, const uint16_t *order, size_t n)
{
    for (uint16_t other = 0; other < version->n_rules; other++)
        if (by(version->rules[rule], version->rules[other]->id) && !is_placed(other, order, n))
            return true;
    return false;
}

/* The first rule that waits for none that it rests on, or, if strict, excludes; n_rules for
 * none. */
static uint16_t
next_rule(const Version *version, bool strict, const uint16_t *order, size_t n)
{
    uint16_t rule = 0;

    while (rule < version->n_rules &&
           (is_placed(rule, order, n) || waits(version, rule, rule_rests_on, order, n) ||
            (strict && waits(version, rule, rule_excludes, order, n))))
        rule++;
    return rule;
}

size_t
order_of_rules(const Version *version, uint16_t *order)
{
    size_t n = 0;

    for (; n < version->n_rules; n++) {
        uint16_t next = next_rule(version, true, order, n);

        if (next == version->n_rules)
            next = next_rule(version, false, order, n);
        if (next == version->n_rules)
            break;
        order[n] = next;
    }
    return n;
}
