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

bool
rule_excludes(const Rule *rule, const char *other)
{
    for (size_t i = 0; i < rule->n_excludes; i++)
        if (strcmp(rule->excludes[i], other) == 0)
            return true;
    return false;
}

/* The rules that have a place so far. */
struct placing {
    const Version *version;
    uint16_t *order;
    size_t n;
};

static bool
is_placed(const struct placing *placing, uint16_t rule)
{
    for (size_t i = 0; i < placing->n; i++)
        if (placing->order[i] == rule)
            return true;
    return false;
}

/* Does whatever rests on this one have to wait? Not for what the version lacks. */
static bool
is_awaited(const struct placing *placing, const char *id)
{
    uint16_t rule = place_of_rule(placing->version, id);

    return rule < placing->version->n_rules && !is_placed(placing, rule);
}

static bool
is_any_awaited(const struct placing *placing, char *const *ids, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (is_awaited(placing, ids[i]))
            return true;
    return false;
}

/* For what it requires, adds to, or takes turns with its evidence. */
static bool
waits(const struct placing *placing, const Rule *rule)
{
    for (size_t i = 0; i < rule->n_requires; i++)
        if (is_awaited(placing, rule->requires[i]->rule))
            return true;
    for (size_t i = 0; i < rule->n_evidence; i++)
        if (is_any_awaited(placing, rule->evidence[i]->rules, rule->evidence[i]->n_rules))
            return true;
    return rule->outcome_case == WELLGATE__PAYMENTS__V1__RULE__OUTCOME_ATTRIBUTE_SUPPLEMENT &&
           is_awaited(placing, rule->attribute_supplement->rule);
}

/* The first rule that does not wait, if polite, not even for what it excludes; n_rules for
 * none. */
static uint16_t
next_rule(const struct placing *placing, bool polite)
{
    uint16_t place = 0;

    for (; place < placing->version->n_rules; place++) {
        const Rule *rule = placing->version->rules[place];

        if (!is_placed(placing, place) && !waits(placing, rule) &&
            !(polite && is_any_awaited(placing, rule->excludes, rule->n_excludes)))
            break;
    }
    return place;
}

size_t
order_of_rules(const Version *version, uint16_t *order)
{
    struct placing placing = {version, order, 0};

    for (; placing.n < version->n_rules; placing.n++) {
        uint16_t next = next_rule(&placing, true);

        if (next == version->n_rules)
            next = next_rule(&placing, false);
        if (next == version->n_rules)
            break;
        order[placing.n] = next;
    }
    return placing.n;
}
