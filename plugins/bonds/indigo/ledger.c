/* ledger.c - a bond's commitments and flows as investments and transactions. */
#include <stdlib.h>
#include <string.h>
#include <wellgate/money.h>

#include "records.h"

typedef Wellgate__Bonds__V1__IndigoInvestment Investment;
typedef Wellgate__Bonds__V1__IndigoTransaction Transaction;

struct ledger {
    struct records *records;
    int64_t committed, drawn;
    const char *last_drawn;
    const struct wg_problem *problem;
};

/* ---- Investments ---- */

static Wellgate__Bonds__V1__IndigoCommitted *
committed_new(struct records *records, int64_t minor)
{
    struct wg_arena *arena = records->arena;
    Wellgate__Bonds__V1__IndigoCommitted *committed =
        wg_new_message(arena, &wellgate__bonds__v1__indigo_committed__descriptor);

    if (!committed)
        return NULL;
    committed->currency = text_new(arena, records->bond->currency);
    committed->amount = wg_new_message(arena, &wellgate__bonds__v1__indigo_range__descriptor);
    if (committed->amount)
        committed->amount->exact = money_number_new(arena, records->bond->currency, minor);
    return committed;
}

static bool
add_money(struct ledger *ledger, const Money *money, int64_t *minor, int64_t *sum)
{
    if (!read_money(ledger->records->bond->currency, money, minor))
        ledger->problem = &wg_internal;
    else if (!wg_money_add(*sum, *minor, sum))
        ledger->problem = too_great(ledger->records->call);
    return !ledger->problem;
}

static bool
take_commitment(void *context, const struct wg_record *record)
{
    const Commitment *commitment = (const Commitment *)record->message;
    struct ledger *ledger = context;
    struct records *records = ledger->records;
    Investment *investment;
    int64_t minor;

    if (!add_money(ledger, commitment->amount, &minor, &ledger->committed) ||
        !(investment = row_add(records->arena, records->project, "investments")))
        return false;
    investment->id = literal_new(records->arena, wg_name_id(commitment->name));
    investment->organisation_id = text_new(records->arena, commitment->investor);
    investment->investment_commitment = committed_new(records, minor);
    investment->source_ids = source_id(records, records->bond->name);
    investment->notes = literal_new(records->arena, commitment->name);
    return true;
}

/* ---- Transactions ---- */

/* What moved under a commitment, and which way. */
struct move {
    const char *record, *commitment, *date, *type;
    int64_t minor;
    bool to_investor;
};

static const char *
investor_of(const struct records *records, const char *commitment)
{
    const IndigoProject *project = records->project;

    for (size_t i = 0; i < project->n_investments; i++)
        if (strcmp(literal_text(project->investments[i]->id), wg_name_id(commitment)) == 0)
            return leaf_written(project->investments[i]->organisation_id);
    return "";
}

static Wellgate__Bonds__V1__IndigoText *
id_leaf(struct records *records, const char *commitment)
{
    return text_new(records->arena, wg_name_id(commitment));
}

static bool
add_move(struct records *records, const struct move *move)
{
    const char *investor = investor_of(records, move->commitment);
    char *vehicle = records->bond->vehicle;
    Transaction *row = row_add(records->arena, records->project, "transactions");

    if (!row)
        return false;
    row->investment_id = id_leaf(records, move->commitment);
    row->date = date_new(records->arena, move->date);
    row->sending_organisation_id = text_new(records->arena, move->to_investor ? vehicle : investor);
    row->receiving_organisation_id =
        text_new(records->arena, move->to_investor ? investor : vehicle);
    row->transaction_type = text_new(records->arena, move->type);
    row->money = money_new(records->arena, records->bond->currency, move->minor);
    row->source_ids = source_id(records, records->bond->name);
    row->notes = literal_new(records->arena, move->record);
    return true;
}

static bool
take_drawdown(void *context, const struct wg_record *record)
{
    const Drawdown *drawdown = (const Drawdown *)record->message;
    struct ledger *ledger = context;
    struct move move = {drawdown->name, drawdown->commitment, drawdown->date, "Debt", 0, false};

    if (!add_money(ledger, drawdown->amount, &move.minor, &ledger->drawn))
        return false;
    if (!ledger->last_drawn || strcmp(drawdown->date, ledger->last_drawn) > 0)
        ledger->last_drawn = drawdown->date;
    return add_move(ledger->records, &move);
}

static bool
take_part(struct ledger *ledger, const Distribution *from, const Money *money, const char *type)
{
    struct move move = {from->name, from->commitment, from->date, type, 0, true};

    if (!read_money(ledger->records->bond->currency, money, &move.minor))
        ledger->problem = &wg_internal;
    return !ledger->problem && (move.minor == 0 || add_move(ledger->records, &move));
}

/* A row for each thing that it is: the standard's "Capital Repayment and Interest" would not
 * tell how much of each. */
static bool
take_distribution(void *context, const struct wg_record *record)
{
    const Distribution *distribution = (const Distribution *)record->message;

    return take_part(context, distribution, distribution->principal, "Capital Repayment") &&
           take_part(context, distribution, distribution->interest, "Interest Payment") &&
           take_part(context, distribution, distribution->surplus, "Other");
}

/* By day; of one day in order of their records' names and of what they are. */
static int
compare_transactions(const void *a, const void *b)
{
    const Transaction *one = *(Transaction *const *)a, *other = *(Transaction *const *)b;
    int order = strcmp(leaf_written(one->date), leaf_written(other->date));

    if (!order)
        order = strcmp(literal_text(one->notes), literal_text(other->notes));
    return order ? order : strcmp(leaf_written(one->transaction_type),
                                  leaf_written(other->transaction_type));
}

/* ---- Totals ---- */

static bool
set_commitment_total(struct ledger *ledger)
{
    Wellgate__Bonds__V1__IndigoFinance *finance;

    if (!ledger->records->project->n_investments)
        return true;
    if (!(finance = finance_of(ledger->records)))
        return false;
    finance->total_investment_commitment = committed_new(ledger->records, ledger->committed);
    return true;
}

static bool
set_invested(struct ledger *ledger)
{
    struct records *records = ledger->records;
    struct wg_arena *arena = records->arena;
    Wellgate__Bonds__V1__IndigoFundsInvested *invested;
    Wellgate__Bonds__V1__IndigoDatedAmount *latest;

    if (!ledger->last_drawn)
        return true;
    invested = wg_new_message(arena, &wellgate__bonds__v1__indigo_funds_invested__descriptor);
    latest = wg_new_message(arena, &wellgate__bonds__v1__indigo_dated_amount__descriptor);
    if (!invested || !latest || !details_of(records))
        return false;
    latest->currency = text_new(arena, records->bond->currency);
    latest->amount = money_number_new(arena, records->bond->currency, ledger->drawn);
    latest->date = date_new(arena, ledger->last_drawn);
    invested->latest = latest;
    records->project->investment_details->total_funds_invested = invested;
    return true;
}

static const struct wg_problem *
scan(struct ledger *ledger, const char *type, wg_visit *visit)
{
    struct records *records = ledger->records;
    const struct wg_problem *problem =
        wg_scan(records->call, type, records->bond->name, NULL, visit, ledger);

    return problem ? problem : ledger->problem;
}

const struct wg_problem *
add_ledger(struct records *records)
{
    struct ledger ledger = {.records = records};
    IndigoProject *project = records->project;
    const struct wg_problem *problem;

    if ((problem = scan(&ledger, "bonds/Commitment", take_commitment)) ||
        (problem = scan(&ledger, "bonds/Drawdown", take_drawdown)) ||
        (problem = scan(&ledger, "bonds/Distribution", take_distribution)))
        return problem;
    if (records->arena->exhausted)
        return no_memory(records->call);
    if (project->n_transactions)
        qsort(project->transactions, project->n_transactions, sizeof(*project->transactions),
              compare_transactions);
    if (!set_commitment_total(&ledger) || !set_invested(&ledger) ||
        (project->n_investments && !add_bond_source(records)))
        return no_memory(records->call);
    return NULL;
}
