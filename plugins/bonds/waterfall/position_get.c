/* position_get.c - where a bond stands, told. */
#include <string.h>
#include <wellgate/decimal.h>
#include <wellgate/messages.h>
#include <wellgate/money.h>

#include "flows/termination.h"
#include "guarantees.h"

typedef Wellgate__Bonds__V1__Accrual Accrual;
typedef Wellgate__Bonds__V1__CommitmentPosition CommitmentPosition;
typedef Wellgate__Bonds__V1__GuaranteePosition GuaranteePosition;
typedef Wellgate__Bonds__V1__GetPositionRequest GetPositionRequest;
typedef Wellgate__Bonds__V1__Position Position;

enum { DAYS_A_YEAR = 365, INTEREST_DIGITS = 4 };

/* ---- Accruals ---- */

struct telling {
    struct wg_arena *arena;
    const char *currency;
    Accrual **list;
    size_t n;
    bool failed;
};

static void
count_span(void *context, const struct span *span)
{
    (void)span;
    ++*(size_t *)context;
}

/* In the currency, to read. */
static char *
interest_text(struct wg_arena *arena, const char *currency, const struct span *span)
{
    mpz_t scale;
    mpq_t exact;
    char *text;

    mpq_init(exact);
    mpz_init(scale);
    mpz_set_si(mpq_numref(exact), span->principal);
    mpz_mul_si(mpq_numref(exact), mpq_numref(exact), span->yearly);
    mpz_mul_si(mpq_numref(exact), mpq_numref(exact), span->end - span->start);
    mpz_ui_pow_ui(scale, 10, (unsigned long)wg_currency_digits(currency));
    mpz_mul_si(scale, scale, RATE_ONE);
    mpz_mul_si(mpq_denref(exact), scale, DAYS_A_YEAR);
    mpq_canonicalize(exact);
    text = wg_ratio_round_format(arena, exact, INTEREST_DIGITS);
    mpz_clear(scale);
    mpq_clear(exact);
    return text;
}

static void
tell_span(void *context, const struct span *span)
{
    struct telling *telling = context;
    struct wg_arena *arena = telling->arena;
    Accrual *accrual = wg_new_message(arena, &wellgate__bonds__v1__accrual__descriptor);
    char day[WG_DATE_TEXT_BYTES];

    if (!accrual) {
        telling->failed = true;
        return;
    }
    accrual->start_date = wg_copy_text(arena, wg_date_format(span->start, day));
    accrual->end_date = wg_copy_text(arena, wg_date_format(span->end, day));
    accrual->days = span->end - span->start;
    accrual->principal = wg_money_message(arena, telling->currency, span->principal);
    accrual->rate = wg_decimal_format(arena, span->yearly, RATE_DIGITS);
    accrual->interest = interest_text(arena, telling->currency, span);
    telling->list[telling->n++] = accrual;
}

bool
position_accruals(struct wg_call *call, const struct positions *positions,
                  const struct position *position, size_t *n, Accrual ***accruals)
{
    const struct tranche *tranche =
        position->tranche == NO_TRANCHE ? NULL : &positions->tranches[position->tranche];
    struct telling telling = {.arena = wg_call_arena(call), .currency = positions->bond->currency};
    int64_t accrued;
    size_t spans = 0;

    *n = 0;
    if (!tranche)
        return true;
    interest_accrue(position->flows.items, position->flows.n, tranche->rates, tranche->n_rates,
                    positions->day, count_span, &spans, &accrued);
    if (!(telling.list = wg_alloc_array(telling.arena, spans + 1, sizeof(*telling.list))))
        return false;
    interest_accrue(position->flows.items, position->flows.n, tranche->rates, tranche->n_rates,
                    positions->day, tell_span, &telling, &accrued);
    *accruals = telling.list;
    *n = telling.n;
    return !telling.failed && !telling.arena->exhausted;
}

/* ---- Who is told what ---- */

/* The vehicle all, an investor what is its own. */
static bool
is_told_all(struct wg_call *call, const struct positions *positions)
{
    return wg_caller_roles(call, positions->bond->name) &
           1u << WELLGATE__OPTIONS__V1__ROLE__KIND__INTERMEDIARY;
}

static bool
is_told(struct wg_call *call, const struct positions *positions, const struct position *position)
{
    return is_told_all(call, positions) ||
           strcmp(position->commitment->investor, wg_caller(call)->organisation) == 0;
}

static bool
is_told_guarantee(struct wg_call *call, const struct positions *positions, int tranche)
{
    for (size_t i = 0; i < positions->n; i++)
        if (positions->items[i].tranche == tranche && is_told(call, positions, &positions->items[i]))
            return true;
    return is_told_all(call, positions);
}

/* ---- Guarantees ---- */

static GuaranteePosition *
guarantee_new(struct wg_call *call, const struct positions *positions, const Tranche *tranche,
              const struct guarantee *guarantee)
{
    struct wg_arena *arena = wg_call_arena(call);
    const char *currency = positions->bond->currency;
    GuaranteePosition *told =
        wg_new_message(arena, &wellgate__bonds__v1__guarantee_position__descriptor);

    if (!told)
        return NULL;
    told->tranche = tranche->name;
    told->guarantor = tranche->guarantee->guarantor;
    told->guaranteed = wg_money_message(arena, currency, guarantee->guaranteed);
    told->called = wg_money_message(arena, currency, guarantee->called);
    told->callable = wg_money_message(arena, currency, guarantee->callable);
    return told;
}

static const struct wg_problem *
tell_guarantees(struct wg_call *call, const struct positions *positions, Position *told)
{
    told->guarantees = wg_alloc_array(wg_call_arena(call), positions->n_tranches + 1,
                                      sizeof(*told->guarantees));
    for (size_t i = 0; told->guarantees && i < positions->n_tranches; i++) {
        const Tranche *tranche = positions->tranches[i].terms;
        const struct wg_problem *problem;
        struct guarantee guarantee;

        if (!tranche->guarantee || !is_told_guarantee(call, positions, (int)i))
            continue;
        if ((problem = guarantee_reckon(call, positions, (int)i, false, &guarantee)))
            return problem;
        if (!(told->guarantees[told->n_guarantees++] =
                  guarantee_new(call, positions, tranche, &guarantee)))
            return no_memory(call);
    }
    return NULL;
}

/* ---- :position ---- */

static CommitmentPosition *
commitment_new(struct wg_call *call, const struct positions *positions,
               const struct position *position)
{
    struct wg_arena *arena = wg_call_arena(call);
    const char *currency = positions->bond->currency;
    CommitmentPosition *told =
        wg_new_message(arena, &wellgate__bonds__v1__commitment_position__descriptor);

    if (!told)
        return NULL;
    told->commitment = position->commitment->name;
    told->tranche = position->commitment->tranche;
    told->investor = position->commitment->investor;
    told->drawn = wg_money_message(arena, currency, position->account.drawn);
    told->written_off = wg_money_message(arena, currency, position->account.written_off);
    told->undrawn = wg_money_message(arena, currency, has_ended(positions->bond, positions->date)
                                                          ? 0 : position->account.undrawn);
    told->outstanding = wg_money_message(arena, currency, position->account.outstanding);
    told->interest_accrued = wg_money_message(arena, currency, position->accrued);
    told->interest_paid = wg_money_message(arena, currency, position->account.interest);
    told->interest_due = wg_money_message(arena, currency, position->due);
    if (position->headroom != CAP_NONE)
        told->headroom = wg_money_message(arena, currency, position->headroom);
    return position_accruals(call, positions, position, &told->n_accruals, &told->accruals) ? told
                                                                                          : NULL;
}

static const struct wg_problem *
tell_positions(struct wg_call *call, const struct positions *positions)
{
    struct wg_arena *arena = wg_call_arena(call);
    Position *told = wg_new_message(arena, &wellgate__bonds__v1__position__descriptor);
    const struct wg_problem *problem;

    if (!told)
        return no_memory(call);
    told->bond = positions->bond->name;
    told->date = (char *)positions->date;
    if (has_ended(positions->bond, positions->date))
        told->termination_date = positions->bond->termination_date;
    told->commitments = wg_alloc_array(arena, positions->n + 1, sizeof(*told->commitments));
    for (size_t i = 0; told->commitments && i < positions->n; i++)
        if (is_told(call, positions, &positions->items[i]) &&
            !(told->commitments[told->n_commitments++] =
                  commitment_new(call, positions, &positions->items[i])))
            return no_memory(call);
    if ((problem = tell_guarantees(call, positions, told)))
        return problem;
    if (arena->exhausted)
        return no_memory(call);
    wg_answer(call, &told->base);
    return NULL;
}

const struct wg_problem *
position_get(struct wg_call *call)
{
    const GetPositionRequest *request = (const GetPositionRequest *)wg_input(call);
    const struct wg_problem *problem;
    struct positions positions;
    char day[WG_DATE_TEXT_BYTES];
    const char *date = request->date;
    const Bond *bond;

    if ((problem = load_bond(call, request->name, &bond)))
        return problem;
    if (!*date)
        date = wg_copy_text(wg_call_arena(call),
                            wg_date_format(wg_today(call, bond->name), day));
    if (!date)
        return no_memory(call);
    if ((problem = positions_load(call, bond, date, NULL, &positions)))
        return problem;
    return tell_positions(call, &positions);
}
