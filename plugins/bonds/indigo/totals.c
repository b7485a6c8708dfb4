/* totals.c - totals that a project gives beside the sums of their parts. Both are told; the
 * total outranks them. */
#include <string.h>
#include <wellgate/decimal.h>

#include "findings.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

typedef Wellgate__Bonds__V1__IndigoTotal Total;

/* Where a total and its parts are. Paths go from field to field, the last of money to its
 * number. */
static const struct sum_rule {
    const char *section, *total; /* /overall_project_finance/… */
    const char *number;          /* in it: "amount/exact" */
    const char *list, *part;     /* in each row, and in it number again */
    const char *type;            /* of the rows that count; NULL: all */
} rules[] = {
    {"overall_project_finance", "total_investment_commitment", "amount/exact", "investments",
     "investment_commitment", NULL},
    {"overall_project_finance", "maximum_potential_outcome_payment_v2", "amount",
     "outcome_payment_commitments", "maximum_potential_outcome_payment", NULL},
    {"overall_project_finance", "total_outcome_payments_made", "amount", "outcome_payments",
     "money", "Actual"},
};

/* "amount" or "amount/exact". */
static const char *
number_in(const ProtobufCMessage *money, const char *path)
{
    const char *slash = strchr(path, '/');

    return slash ? leaf_named(part_named(money, "amount"), slash + 1) : leaf_named(money, path);
}

static bool
counts(const struct sum_rule *rule, const ProtobufCMessage *row)
{
    const char *type = rule->type ? leaf_named(row, "type") : NULL;

    return part_named(row, rule->part) && (!rule->type || (type && strcmp(type, rule->type) == 0));
}

static bool
same_currency(const ProtobufCMessage *one, const ProtobufCMessage *other)
{
    const char *a = leaf_named(one, "currency"), *b = leaf_named(other, "currency");

    return !a || !b || strcmp(a, b) == 0;
}

/* Numbers that are decimals are added, exactly. */
static void
add_part(const struct sum_rule *rule, const ProtobufCMessage *whole, const ProtobufCMessage *row,
         Total *total, mpq_t sum)
{
    const ProtobufCMessage *part = part_named(row, rule->part);
    const char *number = number_in(part, rule->number);
    mpq_t value;

    total->listed++;
    mpq_init(value);
    if (number && wg_decimal_valid(number) && same_currency(whole, part) &&
        wg_ratio_parse(number, value)) {
        mpq_add(sum, sum, value);
        total->added++;
    }
    mpq_clear(value);
}

static void
add_parts(const struct findings *findings, const struct sum_rule *rule,
          const ProtobufCMessage *whole, Total *total, mpq_t sum)
{
    for (size_t i = 0; i < rows_of(findings->project, rule->list); i++) {
        const ProtobufCMessage *row = row_at(findings->project, rule->list, i);

        if (counts(rule, row))
            add_part(rule, whole, row, total, sum);
    }
}

/* A sum of decimals has so many digits after the point at most: 18. */
static char *
decimal_text(struct wg_arena *arena, const mpq_t sum)
{
    char *text = wg_ratio_round_format(arena, sum, WG_DECIMAL_DIGITS_MAX);
    char *end = text && strchr(text, '.') ? text + strlen(text) : NULL;

    while (end && end[-1] == '0')
        *--end = '\0';
    if (end && end[-1] == '.')
        *--end = '\0';
    return text;
}

static void
tell_difference(const struct findings *findings, const Total *total, const mpq_t sum)
{
    const struct place whole = {.message = &findings->project->base};
    mpq_t given;

    mpq_init(given);
    if (wg_decimal_valid(total->given) && wg_ratio_parse(total->given, given) &&
        mpq_cmp(given, sum) != 0)
        warn(findings, &whole, total->pointer, WARNING(TOTAL_DIFFERS),
             "is %s, and its parts in %s add up to %s", total->given, total->parts, total->sum);
    mpq_clear(given);
}

static bool
add_total(const struct findings *findings, Total *total)
{
    ImportProjectResponse *response = findings->response;

    if (!response->totals)
        response->totals =
            wg_alloc_array(findings->arena, COUNT(rules), sizeof(*response->totals));
    if (!response->totals)
        return false;
    response->totals[response->n_totals++] = total;
    return true;
}

static void
find_total(const struct findings *findings, const struct sum_rule *rule, mpq_t sum)
{
    const ProtobufCMessage *section = part_named(&findings->project->base, rule->section);
    const ProtobufCMessage *whole = part_named(section, rule->total);
    const char *given = number_in(whole, rule->number);
    Total *total = wg_new_message(findings->arena, &wellgate__bonds__v1__indigo_total__descriptor);

    if (!total)
        return;
    add_parts(findings, rule, whole, total, sum);
    if (!given && !total->listed)
        return;
    total->pointer = wg_format(findings->arena, "/%s/%s/%s/value", rule->section, rule->total,
                               rule->number);
    total->parts = wg_format(findings->arena, "/%s", rule->list);
    total->given = (char *)(given && wg_decimal_valid(given) ? given : "");
    total->sum = decimal_text(findings->arena, sum);
    if (total->sum && add_total(findings, total) && total->listed)
        tell_difference(findings, total, sum);
}

/* ---- The maximum ---- */

static void
check_maximum(const struct findings *findings, const mpq_t paid)
{
    const struct place whole = {.message = &findings->project->base};
    const ProtobufCMessage *finance =
        part_named(&findings->project->base, "overall_project_finance");
    const char *most = number_in(part_named(finance, "maximum_potential_outcome_payment_v2"),
                                 "amount");
    mpq_t value;

    mpq_init(value);
    if (most && wg_decimal_valid(most) && wg_ratio_parse(most, value) && mpq_cmp(paid, value) > 0)
        warn(findings, &whole, "/outcome_payments", WARNING(ABOVE_MAXIMUM),
             "add up to %s, more than the stated maximum, %s",
             decimal_text(findings->arena, paid), most);
    mpq_clear(value);
}

void
find_totals(const struct findings *findings)
{
    mpq_t sum;

    mpq_init(sum);
    for (size_t i = 0; i < COUNT(rules); i++) {
        mpq_set_ui(sum, 0, 1);
        find_total(findings, &rules[i], sum);
    }
    check_maximum(findings, sum); /* the last: what was paid */
    mpq_clear(sum);
}
