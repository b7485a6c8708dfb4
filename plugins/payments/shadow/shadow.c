/* shadow.c - every difference between a statement and a table, explained. */
#include "shadow.h"

#include <stdlib.h>
#include <string.h>
#include <wellgate/messages.h>

#include "account/advances.h"
#include "hand.h"
#include "wellgate/core/v1/core.pb-c.h"
#include "wellgate/payments/v1/shadow.pb-c.h"

typedef Wellgate__Payments__V1__CompareStatementRequest CompareRequest;
typedef Wellgate__Payments__V1__StatementComparison ShadowResult;
typedef Wellgate__Payments__V1__StatementComparison__Difference Difference;
typedef Wellgate__Payments__V1__StatementComparison__Difference__Kind DifferenceKind;

#define DIFFERENCE(name) WELLGATE__PAYMENTS__V1__STATEMENT_COMPARISON__DIFFERENCE__KIND__##name

struct shadow {
    struct wg_call *call;
    const Contract *contract;
    const Statement *statement;
    Line **lines;
    size_t n_lines;
    struct table table;
    ShadowResult *out;
    bool failed; /* no memory */
};

/* What is compared at once: a rule's lines, of a period and a payer where the table tells
 * them apart. */
struct subject {
    const char *rule, *title, *period, *payer; /* period, payer NULL: all */
    const char *payer_title;
    int64_t here, there;
    int64_t units_here, units_there;
    bool has_units; /* the table has some */
    bool corrected; /* by one of the lines, whose units are then not comparable */
    Difference *difference; /* where rows and lines are noted */
};

/* ---- Its lines ---- */

static bool
take_line(void *context, const struct wg_record *record)
{
    struct shadow *shadow = context;

    shadow->failed = !append_message(shadow->call, &shadow->lines, &shadow->n_lines, record->message);
    return !shadow->failed;
}

static bool
is_line_of(const struct subject *subject, const Line *line)
{
    return strcmp(line->rule, subject->rule) == 0 &&
           (!subject->period || strcmp(line->period, subject->period) == 0);
}

static int64_t
amount_of(const Line *line, const char *payer)
{
    int64_t minor = 0;

    if (!payer)
        return minor_of(line->amount);
    for (size_t i = 0; i < line->n_payers; i++)
        if (strcmp(line->payers[i]->payer, payer) == 0)
            minor += minor_of(line->payers[i]->amount);
    return minor;
}

static const char *
title_of_rule(struct shadow *shadow, const Line *line)
{
    const ProtobufCMessage *version;
    const Rule *rule = NULL;

    if (*line->version && !wg_look(shadow->call, line->version, &version))
        rule = rule_of((const Version *)version, line->rule);
    return rule ? rule->title : advance_title(wg_call_arena(shadow->call), line->rule);
}

/* Of persons the units that are paid, of a cohort the people in the figure. */
static int64_t
units_of(const Line *line)
{
    const Wellgate__Payments__V1__Derivation *d = line->derivation;

    return d->units_earned ? d->units_paid : d->people ? (int64_t)d->people : d->paired;
}

/* ---- Words ---- */

/* "2016-Q3: 62 gained by 40 people, share 1 of 25000.00." */
static const char *
derivation_words(struct shadow *shadow, const Line *line)
{
    const Wellgate__Payments__V1__Derivation *d = line->derivation;
    struct wg_arena *arena = wg_call_arena(shadow->call);

    if (line->kind == WELLGATE__PAYMENTS__V1__LINE__KIND__CREDIT)
        return wg_format(arena, " %s: a credit of %s.", line->period, line->amount->amount);
    if (line->kind == WELLGATE__PAYMENTS__V1__LINE__KIND__ADJUSTMENT)
        return wg_format(arena, " %s: corrected by %s; %s was stated, %s is due as known now.", line->period,
                         line->amount->amount, d->entitlement_stated, d->entitlement);
    return wg_format(arena, " %s: %s; %lld counted%s%s, entitlement %s, amount %s.", line->period,
                     wg_enum_word(&wellgate__payments__v1__reason__code__descriptor, (int)line->reason),
                     (long long)units_of(line), *d->mean_gain ? ", mean " : "", d->mean_gain,
                     d->entitlement, line->amount->amount);
}

static bool
note_lines(struct shadow *shadow, const struct subject *subject, Difference *difference)
{
    for (size_t i = 0; i < shadow->n_lines; i++) {
        const Line *line = shadow->lines[i];
        const char *words;

        if (!is_line_of(subject, line) || !amount_of(line, subject->payer))
            continue;
        if (!(words = derivation_words(shadow, line)))
            return false;
        difference->text = wg_format(wg_call_arena(shadow->call), "%s%s", difference->text, words);
        if (!difference->text ||
            !append_message(shadow->call, &difference->lines, &difference->n_lines, line->name))
            return false;
    }
    return true;
}

/* "The table has 12.50 more." */
static char *
by_how_much(struct shadow *shadow, int64_t here, int64_t there)
{
    char text[WG_MONEY_TEXT_BYTES];

    wg_money_format(shadow->contract->currency, llabs(there - here), text);
    return wg_format(wg_call_arena(shadow->call), "The table has %s %s.", text,
                     there > here ? "more" : "less");
}

static char *
words_of(struct shadow *shadow, const struct subject *subject, DifferenceKind kind)
{
    struct wg_arena *arena = wg_call_arena(shadow->call);

    switch (kind) {
    case DIFFERENCE(MISSING_THERE):
        return wg_copy_text(arena, "The table does not have it.");
    case DIFFERENCE(UNITS):
        return wg_format(arena, "The table has %lld units %s.",
                         (long long)llabs(subject->units_there - subject->units_here),
                         subject->units_there > subject->units_here ? "more" : "less");
    default:
        return by_how_much(shadow, subject->here, subject->there);
    }
}

/* ---- Differences ---- */

static Difference *
add_difference(struct shadow *shadow, DifferenceKind kind,
               char *text)
{
    Difference *difference = wg_new_message(
        wg_call_arena(shadow->call),
        &wellgate__payments__v1__statement_comparison__difference__descriptor);

    if (!difference || !text ||
        !append_message(shadow->call, &shadow->out->differences, &shadow->out->n_differences, difference)) {
        shadow->failed = true;
        return NULL;
    }
    difference->kind = kind;
    difference->text = text;
    return difference;
}

static bool
set_amounts(struct shadow *shadow, Difference *difference, int64_t here, int64_t there)
{
    struct wg_arena *arena = wg_call_arena(shadow->call);

    difference->here = wg_money_message(arena, shadow->contract->currency, here);
    difference->there = wg_money_message(arena, shadow->contract->currency, there);
    return difference->here && difference->there;
}

static bool
note_row(struct shadow *shadow, Difference *difference, uint32_t line)
{
    uint32_t *rows = wg_alloc_array(wg_call_arena(shadow->call), difference->n_table_rows + 1, sizeof(*rows));

    if (!rows)
        return false;
    if (difference->n_table_rows)
        memcpy(rows, difference->table_rows, difference->n_table_rows * sizeof(*rows));
    rows[difference->n_table_rows++] = line;
    difference->table_rows = rows;
    return true;
}

static bool
is_row_of(const struct subject *subject, const struct table_row *row)
{
    if (!hand_same(row->rule, subject->rule) && !hand_same(row->rule, subject->title))
        return false;
    if (subject->period && strcmp(row->period, subject->period) != 0)
        return false;
    return !subject->payer || hand_same(row->payer, subject->payer) ||
           hand_same(row->payer, wg_name_id(subject->payer)) || hand_same(row->payer, subject->payer_title);
}

static void
tell(struct shadow *shadow, const struct subject *subject,
     DifferenceKind kind)
{
    Difference *difference = add_difference(shadow, kind, words_of(shadow, subject, kind));
    struct wg_arena *arena = wg_call_arena(shadow->call);

    if (!difference)
        return;
    difference->rule = (char *)subject->rule;
    difference->period = (char *)(subject->period ? subject->period : "");
    difference->payer = (char *)(subject->payer ? subject->payer : "");
    for (size_t i = 0; i < shadow->table.n; i++)
        if (is_row_of(subject, &shadow->table.rows[i]) &&
            !note_row(shadow, difference, shadow->table.rows[i].line))
            shadow->failed = true;
    if (kind == DIFFERENCE(UNITS)) {
        difference->units_here = wg_format(arena, "%lld", (long long)subject->units_here);
        difference->units_there = wg_format(arena, "%lld", (long long)subject->units_there);
    }
    shadow->failed |= !set_amounts(shadow, difference, subject->here, subject->there) ||
                      !note_lines(shadow, subject, difference) || !difference->units_here ||
                      !difference->units_there;
}

/* Its period was in no statement before: all its units are this one's. */
static bool
is_stated_first(const Line *line)
{
    const Wellgate__Payments__V1__Derivation *d = line->derivation;

    return line->kind == WELLGATE__PAYMENTS__V1__LINE__KIND__PERIOD ||
           (line->kind == WELLGATE__PAYMENTS__V1__LINE__KIND__ADJUSTMENT && d->units_earned &&
            strcmp(d->entitlement_stated, "0") == 0);
}

/* What each side has of it. false: the table has no row of it. */
static bool
measure(struct shadow *shadow, struct subject *subject)
{
    bool met = false;

    for (size_t i = 0; i < shadow->n_lines; i++)
        if (is_line_of(subject, shadow->lines[i])) {
            subject->here += amount_of(shadow->lines[i], subject->payer);
            subject->corrected |= !is_stated_first(shadow->lines[i]);
            subject->units_here += units_of(shadow->lines[i]);
        }
    for (size_t i = 0; i < shadow->table.n; i++) {
        struct table_row *row = &shadow->table.rows[i];
        char *end;

        if (!is_row_of(subject, row))
            continue;
        row->met = met = true;
        subject->there += row->minor;
        subject->units_there += strtoll(row->units, &end, 10);
        subject->has_units |= end != row->units && hand_same(end, "");
    }
    return met;
}

static void
compare(struct shadow *shadow, struct subject *subject)
{
    bool met = measure(shadow, subject);

    if (!met && subject->here)
        tell(shadow, subject, DIFFERENCE(MISSING_THERE));
    if (!met)
        return;
    if (subject->has_units && !subject->corrected && subject->units_here != subject->units_there)
        tell(shadow, subject, DIFFERENCE(UNITS));
    if (subject->here != subject->there)
        tell(shadow, subject, DIFFERENCE(AMOUNT));
}

static const struct wg_problem *
compare_payers(struct shadow *shadow, const struct subject *rule)
{
    for (size_t i = 0; i < shadow->contract->n_payers; i++) {
        struct subject subject = *rule;
        const ProtobufCMessage *organisation;
        const struct wg_problem *problem = wg_look(shadow->call, shadow->contract->payers[i], &organisation);

        if (problem)
            return problem;
        subject.payer = shadow->contract->payers[i];
        subject.payer_title = ((const Wellgate__Core__V1__Organisation *)organisation)->title;
        compare(shadow, &subject);
    }
    return NULL;
}

/* Has one of the lines before this one been compared together with it? */
static bool
seen_before(const struct shadow *shadow, const struct subject *subject, size_t line)
{
    for (size_t i = 0; i < line; i++)
        if (is_line_of(subject, shadow->lines[i]))
            return true;
    return false;
}

static const struct wg_problem *
compare_rules(struct shadow *shadow)
{
    const struct wg_problem *problem = NULL;

    for (size_t i = 0; !problem && i < shadow->n_lines; i++) {
        struct subject subject = {.rule = shadow->lines[i]->rule,
                                  .period = shadow->table.has_periods ? shadow->lines[i]->period : NULL};

        if (seen_before(shadow, &subject, i))
            continue;
        subject.title = title_of_rule(shadow, shadow->lines[i]);
        if (shadow->table.has_payers)
            problem = compare_payers(shadow, &subject);
        else
            compare(shadow, &subject);
    }
    return problem;
}

/* ---- The table's own ---- */

static void
tell_unmet(struct shadow *shadow, const struct table_row *row)
{
    char *text = wg_format(wg_call_arena(shadow->call),
                           "The table's \"%s\"%s%s%s%s is none of the statement's lines, by id or title.",
                           row->rule, *row->period ? " for " : "", row->period,
                           *row->payer ? " of " : "", row->payer);
    Difference *difference = add_difference(shadow, DIFFERENCE(MISSING_HERE), text);

    shadow->failed |= !difference || !note_row(shadow, difference, row->line) ||
                      !set_amounts(shadow, difference, 0, row->minor);
    if (difference)
        difference->period = (char *)row->period;
}

/* A total may have VAT in it, a subtotal begin behind the one before or at the top. */
static bool
is_sum(const struct table_sum *sum, int64_t all, int64_t vat)
{
    if (sum->sub)
        return sum->minor == sum->since || sum->minor == sum->so_far;
    return sum->minor == all || sum->minor == all + vat;
}

static void
check_sum(struct shadow *shadow, const struct table_sum *sum, int64_t all)
{
    Difference *difference;

    if (is_sum(sum, all, shadow->table.vat_minor))
        return;
    difference = add_difference(shadow, DIFFERENCE(SUM),
                                wg_copy_text(wg_call_arena(shadow->call),
                                             "The table's total is not the sum of its own rows."));
    shadow->failed |= !difference || !note_row(shadow, difference, sum->line) ||
                      !set_amounts(shadow, difference, sum->sub ? sum->since : all, sum->minor);
}

static void
sum_up(struct shadow *shadow)
{
    struct wg_arena *arena = wg_call_arena(shadow->call);
    int64_t there = 0;

    for (size_t i = 0; i < shadow->table.n; i++) {
        there += shadow->table.rows[i].minor;
        if (!shadow->table.rows[i].met)
            tell_unmet(shadow, &shadow->table.rows[i]);
    }
    for (size_t i = 0; i < shadow->table.n_sums; i++)
        check_sum(shadow, &shadow->table.sums[i], there);
    shadow->out->statement = shadow->statement->name;
    shadow->out->rows = (uint32_t)shadow->table.n;
    shadow->out->agrees = !shadow->out->n_differences;
    shadow->out->total_here = shadow->statement->total;
    shadow->out->total_there = wg_money_message(arena, shadow->contract->currency, there);
    if (shadow->table.vat_minor)
        shadow->out->vat_there = wg_money_message(arena, shadow->contract->currency, shadow->table.vat_minor);
    shadow->failed |= !shadow->out->total_there || (shadow->table.vat_minor && !shadow->out->vat_there);
}

/* ---- :compare ---- */

static const struct wg_problem *
shadow_open(struct shadow *shadow, const CompareRequest *request)
{
    struct wg_call *call = shadow->call;
    const struct wg_problem *problem;
    const ProtobufCMessage *message;
    struct shadow_periods periods;

    if ((problem = wg_look(call, request->name, &message)))
        return problem;
    shadow->statement = (const Statement *)message;
    if ((problem = wg_look(call, wg_name_parent(call, request->name, 2), &message)))
        return problem;
    shadow->contract = (const Contract *)message;
    if ((problem = wg_scan(call, "payments/Line", request->name, NULL, take_line, shadow)))
        return problem;
    if (!shadow_periods_init(wg_call_arena(call), shadow->contract, shadow->statement, &periods))
        return wg_no_memory(call);
    return table_read(call, shadow->contract->currency, &periods,
                      (struct wg_bytes){(const char *)request->table->data.data, request->table->data.len},
                      &shadow->table);
}

const struct wg_problem *
statement_compare(struct wg_call *call)
{
    struct shadow shadow = {.call = call};
    const struct wg_problem *problem;

    shadow.out = wg_new_message(wg_call_arena(call),
                                &wellgate__payments__v1__statement_comparison__descriptor);
    if (!shadow.out)
        return wg_no_memory(call);
    if ((problem = shadow_open(&shadow, (const void *)wg_input(call))) ||
        (problem = compare_rules(&shadow)))
        return problem;
    sum_up(&shadow);
    if (shadow.failed)
        return wg_no_memory(call);
    wg_answer(call, &shadow.out->base);
    return NULL;
}
