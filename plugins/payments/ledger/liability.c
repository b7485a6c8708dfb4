/* liability.c - issued and accrued, payer by payer and year by year. */
#include "liability.h"

#include <string.h>

#include "forecast.h"
#include "standing/standings.h"
#include "statements/draft.h"

typedef Wellgate__Payments__V1__GetLiabilityRequest LiabilityRequest;
typedef Wellgate__Payments__V1__Liability__Year Year;
typedef Wellgate__Payments__V1__Liability__Headroom Headroom;

struct owing {
    struct wg_call *call;
    const Contract *contract;
    wg_date today;
    uint64_t sequence;
    struct years years;
    struct account now; /* as if the current period ended today */
    bool begun;         /* there is such an account */
};

static void
add_line(struct owing *owing, const Line *line, enum year_sum sum)
{
    for (size_t i = 0; i < line->n_payers; i++)
        years_add(&owing->years, sum, line->period, line->payers[i]->payer,
                  minor_of(line->payers[i]->amount));
}

/* ---- Issued ---- */

static bool
take_line(void *context, const struct wg_record *record)
{
    struct owing *owing = context;

    add_line(owing, (const Line *)record->message, SUM_ISSUED);
    return !owing->years.failed;
}

struct issued {
    struct owing *owing;
    const struct wg_problem *problem;
};

static void
add_standing(struct owing *owing, const char *period, const Standing *standing)
{
    const struct {
        enum year_sum sum;
        int64_t minor;
    } amounts[] = {
        {SUM_BILLED, minor_of(standing->amount) + minor_of(standing->vat)},
        {SUM_DISPUTED, minor_of(standing->disputed)},
        {SUM_TO_BE_CREDITED, minor_of(standing->upheld) - minor_of(standing->set_off)},
        {SUM_SETTLED, minor_of(standing->settled)},
        {SUM_OUTSTANDING, minor_of(standing->outstanding)},
    };

    for (size_t i = 0; i < sizeof(amounts) / sizeof(*amounts); i++)
        years_add(&owing->years, amounts[i].sum, period, standing->payer, amounts[i].minor);
}

static bool
take_statement(void *context, const struct wg_record *record)
{
    struct issued *issued = context;
    struct owing *owing = issued->owing;
    const Statement *statement = (const Statement *)record->message;

    if (statement->state != WELLGATE__PAYMENTS__V1__STATEMENT__STATE__ISSUED)
        return true;
    for (size_t i = 0; i < statement->n_standings; i++)
        add_standing(owing, statement->period, statement->standings[i]);
    issued->problem = wg_scan(owing->call, "payments/Line", statement->name, NULL, take_line, owing);
    return !issued->problem && !owing->years.failed;
}

static const struct wg_problem *
add_issued(struct owing *owing)
{
    struct issued issued = {.owing = owing};
    const struct wg_problem *problem = wg_scan(owing->call, "payments/Statement", owing->contract->name,
                                               NULL, take_statement, &issued);

    return problem ? problem : issued.problem;
}

/* ---- Accrued ---- */

/* Today, or the contract's last day; false: it has not begun. */
static bool
last_day(const struct owing *owing, const struct calendar *calendar, wg_date *day)
{
    wg_date end;

    if (!wg_date_parse(owing->contract->end_date, &end) || owing->today < calendar->start)
        return false;
    *day = owing->today > end ? end : owing->today;
    return true;
}

/* A state that goes on is not taken to last until the period's end, nor does it pay for more
 * than the days that it has. is_priced: terms are agreed by then. */
static const struct wg_problem *
reckon(struct owing *owing, struct wg_period period, wg_date until, struct draft *draft, bool *is_priced)
{
    char id[CALENDAR_ID_BYTES];
    const char *name = wg_format(wg_call_arena(owing->call), "%s/statements/%s",
                                 owing->contract->name, calendar_write_id(period, id));
    const struct wg_problem *problem;

    if (!name)
        return wg_no_memory(owing->call);
    problem = account_open(owing->call, owing->contract->name, id, owing->sequence, false, &owing->now);
    if (problem)
        return problem == &wg_conflict ? NULL : problem;
    owing->now.until = until;
    if ((problem = draft_make(owing->call, &owing->now, name, draft)))
        return problem;
    *is_priced = owing->begun = true;
    return NULL;
}

static const struct wg_problem *
add_draft(struct owing *owing, const struct draft *draft, wg_date until, Liability *out)
{
    char text[WG_DATE_TEXT_BYTES];

    for (size_t i = 0; i < draft->n_lines; i++) {
        add_line(owing, draft->lines[i], SUM_ACCRUED);
        if (draft->lines[i]->kind == WELLGATE__PAYMENTS__V1__LINE__KIND__CREDIT)
            add_line(owing, draft->lines[i], SUM_CREDITED);
    }
    out->accrued_to = draft->statement->period;
    out->accrued_to_date = wg_copy_text(wg_call_arena(owing->call), wg_date_format(until, text));
    return out->accrued_to_date ? NULL : wg_no_memory(owing->call);
}

/* What a statement would say now of everything up to today. Where the current period is issued
 * already, and where no terms are agreed, nothing is accrued. */
static const struct wg_problem *
add_accrued(struct owing *owing, Liability *out)
{
    struct draft draft = {.credits = CREDITS_PENDING};
    struct calendar calendar = calendar_of(owing->contract);
    const struct wg_problem *problem;
    struct wg_period period;
    bool is_priced = false;
    wg_date until;

    if (!last_day(owing, &calendar, &until))
        return NULL;
    period = calendar_at(&calendar, until);
    if ((problem = reckon(owing, period, until, &draft, &is_priced)) || !is_priced ||
        issued_until(owing->contract) >= period.last)
        return problem;
    return add_draft(owing, &draft, until, out);
}

/* ---- The answer ---- */

static bool
set_sums(const struct owing *owing, const struct year *year, size_t payer, Year *made)
{
    const struct {
        enum year_sum sum;
        Money **money;
    } sums[] = {
        {SUM_ISSUED, &made->issued}, {SUM_ACCRUED, &made->accrued}, {SUM_BILLED, &made->billed},
        {SUM_DISPUTED, &made->disputed}, {SUM_TO_BE_CREDITED, &made->to_be_credited},
        {SUM_SETTLED, &made->settled}, {SUM_OUTSTANDING, &made->outstanding},
    };

    for (size_t i = 0; i < sizeof(sums) / sizeof(*sums); i++)
        if (!(*sums[i].money = wg_money_message(wg_call_arena(owing->call), owing->contract->currency,
                                                year->sums[sums[i].sum][payer])))
            return false;
    return true;
}

static bool
add_year(const struct owing *owing, const struct year *year, size_t payer, Liability *out)
{
    struct wg_arena *arena = wg_call_arena(owing->call);
    Year *made = wg_new_message(arena, &wellgate__payments__v1__liability__year__descriptor);
    char text[YEAR_TEXT_BYTES];

    if (!append_message(owing->call, &out->years, &out->n_years, made))
        return false;
    made->financial_year = wg_copy_text(arena, year_text(year, text));
    made->payer = owing->contract->payers[payer];
    return made->financial_year && set_sums(owing, year, payer, made);
}

static bool
add_years(const struct owing *owing, const char *asked, Liability *out)
{
    for (size_t i = 0; i < owing->years.n; i++) {
        const struct year *year = &owing->years.list[i];
        char text[YEAR_TEXT_BYTES];

        for (size_t p = 0; p < owing->contract->n_payers; p++)
            if ((!*asked || strcmp(asked, year_text(year, text)) == 0) &&
                !add_year(owing, year, p, out))
                return false;
    }
    return true;
}

/* Of the agreed version that is in force today, or the first. */
static const struct wg_problem *
ceilings_in_force(struct owing *owing, const Wellgate__Payments__V1__Settlement **settlement)
{
    struct versions versions;
    const struct wg_problem *problem = versions_load(owing->call, owing->contract->name, &versions);
    char today[WG_DATE_TEXT_BYTES];

    *settlement = NULL;
    if (problem)
        return problem;
    versions_keep_agreed(&versions);
    wg_date_format(owing->today, today);
    for (size_t i = 0; i < versions.n; i++)
        if (i == 0 || strcmp(versions.list[i]->effective_date, today) <= 0)
            *settlement = versions.list[i]->settlement;
    return NULL;
}

static const Money *
ceiling_of(const Wellgate__Payments__V1__Settlement *settlement, const char *payer)
{
    for (size_t i = 0; settlement && i < settlement->n_ceilings; i++)
        if (strcmp(settlement->ceilings[i]->payer, payer) == 0)
            return settlement->ceilings[i]->amount;
    return NULL;
}

static bool
add_headroom(struct owing *owing, size_t payer, const Money *ceiling, Liability *out)
{
    struct wg_arena *arena = wg_call_arena(owing->call);
    Headroom *made = wg_new_message(arena, &wellgate__payments__v1__liability__headroom__descriptor);
    int64_t left = minor_of(ceiling), accrued = 0;

    if (!made || !append_message(owing->call, &out->headroom, &out->n_headroom, made))
        return false;
    made->payer = owing->contract->payers[payer];
    if (!ceiling)
        return true;
    for (size_t i = 0; i < owing->years.n; i++) {
        left -= owing->years.list[i].sums[SUM_ISSUED][payer];
        accrued += owing->years.list[i].sums[SUM_ACCRUED][payer];
    }
    made->ceiling = (Money *)ceiling;
    made->left = wg_money_message(arena, ceiling->currency, left);
    made->left_after_accrual = wg_money_message(arena, ceiling->currency, left - accrued);
    return made->left && made->left_after_accrual;
}

static const struct wg_problem *
write_answer(struct owing *owing, const LiabilityRequest *request, Liability *out)
{
    const Wellgate__Payments__V1__Settlement *settlement;
    const struct wg_problem *problem = ceilings_in_force(owing, &settlement);

    if (problem)
        return problem;
    out->contract = owing->contract->name;
    out->known_at_sequence = owing->sequence;
    for (size_t i = 0; i < owing->contract->n_payers; i++)
        if (!add_headroom(owing, i, ceiling_of(settlement, owing->contract->payers[i]), out))
            return wg_no_memory(owing->call);
    return add_years(owing, request->financial_year, out) ? NULL : wg_no_memory(owing->call);
}

static const struct wg_problem *
set_forecasts(struct owing *owing, const LiabilityRequest *request, Liability *out)
{
    struct outlook outlook = {.call = owing->call, .contract = owing->contract,
                              .today = owing->today, .sequence = owing->sequence,
                              .now = owing->begun ? &owing->now : NULL, .years = &owing->years,
                              .asked_year = request->financial_year, .out = out};

    return forecasts_set(&outlook);
}

static const struct wg_problem *
answer(struct owing *owing, const LiabilityRequest *request, Liability *out)
{
    const struct wg_problem *problem;

    if ((problem = add_issued(owing)) || (problem = add_accrued(owing, out)))
        return problem;
    if (owing->years.failed)
        return wg_no_memory(owing->call);
    if ((problem = set_forecasts(owing, request, out)))
        return problem;
    return write_answer(owing, request, out);
}

const struct wg_problem *
liability_get(struct wg_call *call)
{
    const LiabilityRequest *request = (const void *)wg_input(call);
    struct owing owing = {.call = call, .years.arena = wg_call_arena(call)};
    const struct wg_problem *problem;
    const ProtobufCMessage *message;
    Liability *out = wg_new_message(wg_call_arena(call), &wellgate__payments__v1__liability__descriptor);

    if (!out)
        return wg_no_memory(call);
    if ((problem = wg_look(call, request->name, &message)) ||
        (problem = wg_sequence(call, request->name, &owing.sequence)))
        return problem;
    owing.contract = owing.years.contract = (const Contract *)message;
    owing.today = wg_today(call, request->name);
    problem = answer(&owing, request, out);
    account_close(&owing.now);
    if (!problem)
        wg_answer(call, &out->base);
    return problem;
}
