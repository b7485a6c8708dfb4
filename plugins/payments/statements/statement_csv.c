/* statement_csv.c - a statement's lines for a spreadsheet. */
#include <string.h>
#include <wellgate/csv.h>
#include <wellgate/messages.h>

#include "statement_facts.h"
#include "views.h"

enum { FIGURE_DIGITS = 6 };

static void
put_head(struct wg_csv_writer *csv, const Contract *contract)
{
    static const char *const columns[] = {"rule", "title", "kind", "period", "version",
                                          "unitsEarned", "unitsPaid", "people", "figure",
                                          "figureNumerator", "figureDenominator", "reason",
                                          "currency", "overCeilings", "amount"};

    for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++)
        wg_csv_cell(csv, columns[i]);
    for (size_t i = 0; i < contract->n_payers; i++) {
        wg_csv_cell(csv, contract->payers[i]);
        wg_csv_cell(csv, wg_format(csv->arena, "%s standing", contract->payers[i]));
        wg_csv_cell(csv, wg_format(csv->arena, "%s disputed", contract->payers[i]));
    }
    wg_csv_end_row(csv);
}

static const char *
amount_from(const Line *line, const char *payer)
{
    for (size_t i = 0; i < line->n_payers; i++)
        if (strcmp(line->payers[i]->payer, payer) == 0)
            return line->payers[i]->amount->amount;
    return "0";
}

/* How far the payer is with the line, and what of it is in dispute; of a draft neither. */
static void
put_standing(struct wg_csv_writer *csv, const struct statement_facts *facts, const Line *line,
             const char *payer)
{
    const Standing *standing = standing_find(facts->statement, payer);
    const char *id = wg_name_id(line->name);
    const Money *disputed =
        standing ? wg_money_message(csv->arena, line->amount->currency,
                                    standing_amount_in(standing, DISPUTE(OPEN), id)) : NULL;

    wg_csv_cell(csv, standing ? wg_enum_word(&wellgate__payments__v1__standing__state__descriptor,
                                             (int)standing_of_line(standing, id)) : "");
    wg_csv_cell(csv, disputed ? disputed->amount : "");
}

/* To six digits, for a spreadsheet takes "11/14" for a day; the exact fraction stands beside it. */
struct csv_figure {
    const char *decimal, *numerator, *denominator;
};

static struct csv_figure
figure_of(struct wg_arena *arena, const char *ratio)
{
    struct csv_figure figure = {"", "", ""};
    const char *slash = strchr(ratio, '/');
    mpq_t exact;

    if (!*ratio)
        return figure;
    mpq_init(exact);
    if (wg_ratio_read(ratio, exact)) {
        figure.decimal = wg_ratio_round_format(arena, exact, FIGURE_DIGITS);
        figure.numerator = wg_format(arena, "%.*s", (int)strcspn(ratio, "/"), ratio);
        figure.denominator = slash ? slash + 1 : "1";
    }
    mpq_clear(exact);
    return figure;
}

static void
put_line(struct wg_csv_writer *csv, const struct statement_facts *facts, const Line *line)
{
    const Wellgate__Payments__V1__Derivation *d = line->derivation;
    const char *earned = wg_format(csv->arena, "%d", d->units_earned);
    const char *paid = wg_format(csv->arena, "%d", d->units_paid);
    const char *people = wg_format(csv->arena, "%u", d->people);
    const struct csv_figure figure = figure_of(csv->arena, d->figure);
    const Money *over = line->over_ceilings ? line->over_ceilings
                                            : wg_money_message(csv->arena, line->amount->currency, 0);
    const char *const cells[] = {
        line->rule, rule_title(csv->arena, facts, line),
        wg_enum_word(&wellgate__payments__v1__line__kind__descriptor, (int)line->kind),
        line->period, wg_name_id(line->version), earned ? earned : "", paid ? paid : "",
        people ? people : "", figure.decimal, figure.numerator, figure.denominator,
        wg_enum_word(&wellgate__payments__v1__reason__code__descriptor, (int)line->reason),
        line->amount->currency, over ? over->amount : "",
        line->amount->amount};

    for (size_t i = 0; i < sizeof(cells) / sizeof(cells[0]); i++)
        wg_csv_cell(csv, cells[i]);
    for (size_t i = 0; i < facts->contract->n_payers; i++) {
        wg_csv_cell(csv, amount_from(line, facts->contract->payers[i]));
        put_standing(csv, facts, line, facts->contract->payers[i]);
    }
    wg_csv_end_row(csv);
}

const struct wg_problem *
statement_csv(struct wg_call *call, const ProtobufCMessage *output, struct wg_bytes *text)
{
    struct wg_csv_writer csv = {.arena = wg_call_arena(call)};
    const struct wg_problem *problem;
    struct statement_facts facts;

    if ((problem = statement_facts_load(call, (const Statement *)output, &facts)))
        return problem;
    put_head(&csv, facts.contract);
    for (size_t i = 0; i < facts.lines.n; i++)
        put_line(&csv, &facts, facts.lines.list[i]);
    *text = (struct wg_bytes){csv.text, csv.length};
    return csv.failed ? wg_no_memory(call) : NULL;
}
