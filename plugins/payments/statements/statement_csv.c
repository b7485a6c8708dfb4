/* statement_csv.c - a statement's lines for a spreadsheet. */
#include <string.h>

#include "statement_facts.h"
#include "views.h"

struct rows {
    struct wg_arena *arena;
    char *text;
    size_t length, room;
    bool failed;
};

static void
put(struct rows *rows, const char *text, size_t length)
{
    if (rows->length + length > rows->room) {
        size_t room = 2 * (rows->length + length) + 1024;
        char *more = wg_alloc(rows->arena, room);

        if ((rows->failed = rows->failed || !more))
            return;
        if (rows->length)
            memcpy(more, rows->text, rows->length);
        rows->text = more;
        rows->room = room;
    }
    memcpy(rows->text + rows->length, text, length);
    rows->length += length;
}

/* Quoted always (RFC 4180). What a spreadsheet would take for a formula gets a "'" before it;
 * an amount below zero is none. */
static void
put_cell(struct rows *rows, const char *text, bool first)
{
    put(rows, first ? "\"" : ",\"", first ? 1 : 2);
    if (strchr("=+@\t\r", *text) && *text)
        put(rows, "'", 1);
    for (; *text; text++) {
        if (*text == '"')
            put(rows, "\"", 1);
        put(rows, text, 1);
    }
    put(rows, "\"", 1);
}

static void
put_head(struct rows *rows, const Contract *contract)
{
    static const char *const columns[] = {"rule", "title", "kind", "period", "version",
                                          "unitsEarned", "unitsPaid", "people", "figure",
                                          "reason", "currency", "amount"};

    for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++)
        put_cell(rows, columns[i], i == 0);
    for (size_t i = 0; i < contract->n_payers; i++)
        put_cell(rows, contract->payers[i], false);
    put(rows, "\r\n", 2);
}

static const char *
amount_from(const Line *line, const char *payer)
{
    for (size_t i = 0; i < line->n_payers; i++)
        if (strcmp(line->payers[i]->payer, payer) == 0)
            return line->payers[i]->amount->amount;
    return "0";
}

static const char *
word(const ProtobufCEnumDescriptor *descriptor, int value)
{
    return protobuf_c_enum_descriptor_get_value(descriptor, value)->name;
}

static void
put_line(struct rows *rows, const struct statement_facts *facts, const Line *line)
{
    const Wellgate__Payments__V1__Derivation *d = line->derivation;
    const char *earned = wg_format(rows->arena, "%d", d->units_earned);
    const char *paid = wg_format(rows->arena, "%d", d->units_paid);
    const char *people = wg_format(rows->arena, "%u", d->people);
    const char *const cells[] = {
        line->rule, rule_title(facts, line),
        word(&wellgate__payments__v1__line__kind__descriptor, (int)line->kind),
        line->period, wg_name_id(line->version), earned ? earned : "", paid ? paid : "",
        people ? people : "", d->figure,
        word(&wellgate__payments__v1__reason__code__descriptor, (int)line->reason),
        line->amount->currency, line->amount->amount};

    for (size_t i = 0; i < sizeof(cells) / sizeof(cells[0]); i++)
        put_cell(rows, cells[i], i == 0);
    for (size_t i = 0; i < facts->contract->n_payers; i++)
        put_cell(rows, amount_from(line, facts->contract->payers[i]), false);
    put(rows, "\r\n", 2);
}

const struct wg_problem *
statement_csv(struct wg_call *call, const ProtobufCMessage *output, struct wg_bytes *text)
{
    struct rows rows = {.arena = wg_call_arena(call)};
    const struct wg_problem *problem;
    struct statement_facts facts;

    if ((problem = statement_facts_load(call, (const Statement *)output, &facts)))
        return problem;
    put_head(&rows, facts.contract);
    for (size_t i = 0; i < facts.lines.n; i++)
        put_line(&rows, &facts, facts.lines.list[i]);
    *text = (struct wg_bytes){rows.text, rows.length};
    return rows.failed ? wg_no_memory(call) : NULL;
}
