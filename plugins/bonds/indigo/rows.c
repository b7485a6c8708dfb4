/* rows.c - rows of a document that do not go together: ids, periods and totals. */
#include <string.h>

#include "findings.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* Rows that have one key, in their order, one beside the next. */
typedef void visit_pair(const struct findings *findings, const char *list, size_t before,
                        size_t after);

static void
visit_pairs(const struct findings *findings, const char *list, key_of_row *key_of,
            visit_pair *visit)
{
    size_t n;
    const struct keyed *rows = keyed_rows(findings, list, key_of, &n);

    for (size_t i = 1; i < n; i++)
        if (strcmp(rows[i - 1].key, rows[i].key) == 0)
            visit(findings, list, rows[i - 1].row, rows[i].row);
}

/* ---- Ids ---- */

static void
tell_duplicate_id(const struct findings *findings, const char *list, size_t before, size_t after)
{
    const struct place whole = {.message = &findings->project->base};
    struct place row = place_of_row(&whole, list, after);

    warn(findings, &row, "/id", WARNING(DUPLICATE_ID), "is the id of /%s/%zu, too", list, before);
}

static void
find_duplicate_ids(const struct findings *findings)
{
    static const char *const lists[] = {
        "outcome_funds", "sources", "service_provisions", "investments", "outcome_metrics",
        "technical_assistances", "outcome_payment_plans",
    };

    for (size_t i = 0; i < COUNT(lists); i++)
        visit_pairs(findings, lists[i], id_of, tell_duplicate_id);
}

/* ---- Totals ---- */

/* Currency and amount of a field that is money; nothing is no total. */
static const char *
amount_key(struct wg_arena *arena, const ProtobufCMessage *row, const char *field)
{
    const ProtobufCMessage *money = part_named(row, field);
    const char *currency = leaf_named(money, "currency"), *amount = leaf_named(money, "amount");

    if (!amount || !strpbrk(amount, "123456789"))
        return NULL;
    return wg_format(arena, "%s %s", currency ? currency : "", amount);
}

static const char *
paid_key(struct wg_arena *arena, const ProtobufCMessage *row)
{
    return amount_key(arena, row, "total_outcome_payments");
}

static void
tell_duplicate_total(const struct findings *findings, const char *list, size_t before,
                     size_t after)
{
    const struct place whole = {.message = &findings->project->base};
    struct place row = place_of_row(&whole, list, after);

    warn(findings, &row, "/total_outcome_payments/amount/value", WARNING(DUPLICATE_TOTAL),
         "is the total of /%s/%zu, too: one of them may tell of both", list, before);
}

/* ---- Periods ---- */

/* What a row is of: those of one kind follow each other in time. */
static const char *
period_kind(struct wg_arena *arena, const ProtobufCMessage *row)
{
    static const char *const fields[] = {
        "outcome_payment_plan_id", "outcome_metric_id", "payer_organisation_id",
        "recipient_organisation_id", "organisation_id", "type", "result_type", "result_level",
    };
    const char *kind = "";

    if (!leaf_named(part_named(row, "period"), "start_date"))
        return NULL;
    for (size_t i = 0; kind && i < COUNT(fields); i++) {
        const char *text = leaf_named(row, fields[i]);

        kind = wg_format(arena, "%s\n%s", kind, text ? text : "");
    }
    return kind;
}

/* Of dates that are known more and less well: does one lie behind the other whatever days
 * they stand for? */
static bool
is_later(const char *one, const char *other)
{
    size_t length = strlen(one) < strlen(other) ? strlen(one) : strlen(other);

    return strncmp(one, other, length) > 0;
}

static const char *
start_of(const ProtobufCMessage *row)
{
    return leaf_named(part_named(row, "period"), "start_date");
}

static const char *
end_of(const ProtobufCMessage *row)
{
    return leaf_named(part_named(row, "period"), "end_date");
}

/* A year behind the quarters that it holds is in order: rows may go by their ends. */
static bool
ends_earlier(const ProtobufCMessage *row, const ProtobufCMessage *before)
{
    return !end_of(row) || !end_of(before) || is_later(end_of(before), end_of(row));
}

static void
tell_out_of_order(const struct findings *findings, const char *list, size_t before, size_t after)
{
    const struct place whole = {.message = &findings->project->base};
    struct place row = place_of_row(&whole, list, after);
    const char *earlier = start_of(row.message);
    const ProtobufCMessage *other = row_at(findings->project, list, before);
    const char *later = start_of(other);

    if (is_later(later, earlier) && ends_earlier(row.message, other))
        warn(findings, &row, "/period", WARNING(PERIOD_OUT_OF_ORDER),
             "begins on %s, before that of /%s/%zu, %s", earlier, list, before, later);
}

static void
check_period(const struct findings *findings, const char *list, size_t at)
{
    const struct place whole = {.message = &findings->project->base};
    struct place row = place_of_row(&whole, list, at);
    const char *start = start_of(row.message);
    const char *end = end_of(row.message);
    const char *signed_on =
        leaf_named(part_named(&findings->project->base, "dates"), "outcomes_contract_signed");

    if (start && end && is_later(start, end))
        warn(findings, &row, "/period", WARNING(PERIOD_REVERSED), "ends on %s, before it begins, %s",
             end, start);
    if (start && signed_on && is_later(signed_on, start))
        warn(findings, &row, "/period", WARNING(PERIOD_BEFORE_CONTRACT),
             "begins on %s, before the outcomes contract was signed, %s", start, signed_on);
}

static void
find_odd_periods(const struct findings *findings)
{
    static const char *const lists[] = {
        "outcome_payment_commitments", "results", "outcome_payment_plans", "outcome_payments",
    };

    for (size_t i = 0; i < COUNT(lists); i++) {
        for (size_t row = 0; row < rows_of(findings->project, lists[i]); row++)
            check_period(findings, lists[i], row);
        visit_pairs(findings, lists[i], period_kind, tell_out_of_order);
    }
}

void
find_odd_rows(const struct findings *findings)
{
    find_duplicate_ids(findings);
    find_odd_periods(findings);
    visit_pairs(findings, "outcome_payment_commitments", paid_key, tell_duplicate_total);
}
