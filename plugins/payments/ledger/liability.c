/* liability.c - issued and accrued, payer by payer and year by year. */
#include "liability.h"

#include <stdio.h>
#include <string.h>

#include "standing/standings.h"
#include "statements/draft.h"
#include "wellgate/payments/v1/liability.pb-c.h"

typedef Wellgate__Payments__V1__GetLiabilityRequest LiabilityRequest;
typedef Wellgate__Payments__V1__Liability Liability;
typedef Wellgate__Payments__V1__Liability__Year Year;
typedef Wellgate__Payments__V1__Liability__Headroom Headroom;

#define FORECAST_NOTE "No forecast: the contract declares no plan. Its :simulate reckons a scenario."

enum { YEARS_MAX = 64, FIRST_MONTH = 4 };

/* One year's sums, a payer each. */
struct year {
    int first; /* the calendar year in which it begins */
    int64_t *issued, *accrued, *settled;
};

struct owing {
    struct wg_call *call;
    const Contract *contract;
    struct year years[YEARS_MAX]; /* in order */
    size_t n;
    bool failed; /* no memory, or a stored period is wrong */
};

/* ---- Years ---- */

static int
year_of(wg_date day)
{
    int year, month, date;

    wg_date_to_civil(day, &year, &month, &date);
    return month < FIRST_MONTH ? year - 1 : year;
}

static bool
year_init(struct owing *owing, struct year *year, int first)
{
    int64_t *sums = wg_alloc_array(wg_call_arena(owing->call), 3 * owing->contract->n_payers, sizeof(*sums));

    if (!sums)
        return false;
    *year = (struct year){first, sums, sums + owing->contract->n_payers,
                          sums + 2 * owing->contract->n_payers};
    return true;
}

/* NULL: no memory, or no contract lasts so long. */
static struct year *
year_with(struct owing *owing, wg_date day)
{
    int first = year_of(day);
    size_t at = owing->n;

    for (size_t i = 0; i < owing->n; i++)
        if (owing->years[i].first == first)
            return &owing->years[i];
    if (owing->n == YEARS_MAX)
        return NULL;
    for (; at > 0 && owing->years[at - 1].first > first; at--)
        owing->years[at] = owing->years[at - 1];
    if (!year_init(owing, &owing->years[at], first))
        return NULL;
    owing->n++;
    return &owing->years[at];
}

static struct year *
year_of_period(struct owing *owing, const char *text)
{
    struct wg_period period;
    struct year *year = wg_period_parse(text, &period) ? year_with(owing, period.last) : NULL;

    owing->failed |= !year;
    return year;
}

static size_t
payer_at(const struct owing *owing, const char *payer)
{
    size_t i = 0;

    while (i < owing->contract->n_payers && strcmp(owing->contract->payers[i], payer) != 0)
        i++;
    return i;
}

static void
add_line(struct owing *owing, const Line *line, bool issued)
{
    struct year *year = year_of_period(owing, line->period);

    for (size_t i = 0; year && i < line->n_payers; i++) {
        size_t at = payer_at(owing, line->payers[i]->payer);

        if (at < owing->contract->n_payers)
            (issued ? year->issued : year->accrued)[at] += minor_of(line->payers[i]->amount);
    }
}

/* ---- Issued ---- */

static bool
take_line(void *context, const struct wg_record *record)
{
    struct owing *owing = context;

    add_line(owing, (const Line *)record->message, true);
    return !owing->failed;
}

struct issued {
    struct owing *owing;
    const struct wg_problem *problem;
};

static bool
take_statement(void *context, const struct wg_record *record)
{
    struct issued *issued = context;
    struct owing *owing = issued->owing;
    const Statement *statement = (const Statement *)record->message;
    struct year *year;

    if (statement->state != WELLGATE__PAYMENTS__V1__STATEMENT__STATE__ISSUED)
        return true;
    if (!(year = year_of_period(owing, statement->period)))
        return false;
    for (size_t i = 0; i < statement->n_standings; i++)
        year->settled[payer_at(owing, statement->standings[i]->payer)] +=
            minor_of(statement->standings[i]->settled);
    issued->problem = wg_scan(owing->call, "payments/Line", statement->name, NULL, take_line, owing);
    return !issued->problem && !owing->failed;
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
last_day(struct owing *owing, const struct calendar *calendar, wg_date *day)
{
    wg_date today = wg_today(owing->call, owing->contract->name), end;

    if (!wg_date_parse(owing->contract->end_date, &end) || today < calendar->start)
        return false;
    *day = today > end ? end : today;
    return true;
}

/* A state that goes on is not taken to last until the period's end, nor does it pay for more
 * than the days that it has. */
static const struct wg_problem *
reckon(struct owing *owing, struct wg_period period, wg_date until, struct draft *draft)
{
    struct wg_call *call = owing->call;
    struct account account = {0};
    char id[CALENDAR_ID_BYTES];
    const char *name = wg_format(wg_call_arena(call), "%s/statements/%s", owing->contract->name,
                                 calendar_write_id(period, id));
    const struct wg_problem *problem;
    uint64_t sequence;

    if (!name)
        return wg_no_memory(call);
    if ((problem = wg_sequence(call, name, &sequence)))
        return problem;
    if (!(problem = account_open(call, owing->contract->name, wg_name_id(name), sequence, false, &account))) {
        account.until = until;
        problem = draft_make(call, &account, name, draft);
    }
    account_close(&account);
    return problem;
}

/* What a statement would say now of everything up to today. Where the current period is issued
 * already, and where no terms are agreed, nothing is accrued. */
static const struct wg_problem *
add_accrued(struct owing *owing, Liability *out)
{
    struct draft draft = {.credits = CREDITS_PENDING};
    struct calendar calendar = calendar_of(owing->contract);
    const struct wg_problem *problem;
    struct wg_period period, issued;
    char text[WG_DATE_TEXT_BYTES];
    wg_date day;

    if (!last_day(owing, &calendar, &day))
        return NULL;
    period = calendar_at(&calendar, day);
    if (calendar_read_id(&calendar, wg_name_id(owing->contract->last_issued), &issued) &&
        issued.last >= period.last)
        return NULL;
    if ((problem = reckon(owing, period, day, &draft)))
        return problem == &wg_conflict ? NULL : problem;
    for (size_t i = 0; i < draft.n_lines; i++)
        add_line(owing, draft.lines[i], false);
    out->accrued_to = draft.statement->period;
    out->accrued_to_date = wg_copy_text(wg_call_arena(owing->call), wg_date_format(day, text));
    return out->accrued_to_date ? NULL : wg_no_memory(owing->call);
}

/* ---- The answer ---- */

static bool
add_year(struct owing *owing, const struct year *year, size_t payer, Liability *out)
{
    struct wg_arena *arena = wg_call_arena(owing->call);
    const char *currency = owing->contract->currency;
    Year *made = wg_new_message(arena, &wellgate__payments__v1__liability__year__descriptor);

    if (!made || !append_message(owing->call, &out->years, &out->n_years, made))
        return false;
    made->financial_year = wg_format(arena, "%d/%02d", year->first, (year->first + 1) % 100);
    made->payer = owing->contract->payers[payer];
    made->issued = wg_money_message(arena, currency, year->issued[payer]);
    made->accrued = wg_money_message(arena, currency, year->accrued[payer]);
    made->settled = wg_money_message(arena, currency, year->settled[payer]);
    return made->financial_year && made->issued && made->accrued && made->settled;
}

static bool
add_years(struct owing *owing, const char *asked, Liability *out)
{
    for (size_t i = 0; i < owing->n; i++) {
        char text[16];

        snprintf(text, sizeof(text), "%d/%02d", owing->years[i].first, (owing->years[i].first + 1) % 100);
        for (size_t p = 0; (!*asked || strcmp(asked, text) == 0) && p < owing->contract->n_payers; p++)
            if (!add_year(owing, &owing->years[i], p, out))
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
    wg_date_format(wg_today(owing->call, owing->contract->name), today);
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
    for (size_t i = 0; i < owing->n; i++) {
        left -= owing->years[i].issued[payer];
        accrued += owing->years[i].accrued[payer];
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
    out->forecast_note = (char *)FORECAST_NOTE;
    for (size_t i = 0; i < owing->contract->n_payers; i++)
        if (!add_headroom(owing, i, ceiling_of(settlement, owing->contract->payers[i]), out))
            return wg_no_memory(owing->call);
    return add_years(owing, request->financial_year, out)
               ? wg_sequence(owing->call, out->contract, &out->known_at_sequence)
               : wg_no_memory(owing->call);
}

const struct wg_problem *
liability_get(struct wg_call *call)
{
    const LiabilityRequest *request = (const void *)wg_input(call);
    struct owing owing = {.call = call};
    const struct wg_problem *problem;
    const ProtobufCMessage *message;
    Liability *out = wg_new_message(wg_call_arena(call), &wellgate__payments__v1__liability__descriptor);

    if (!out)
        return wg_no_memory(call);
    if ((problem = wg_look(call, request->name, &message)))
        return problem;
    owing.contract = (const Contract *)message;
    if ((problem = add_issued(&owing)) || (problem = add_accrued(&owing, out)))
        return problem;
    if (owing.failed)
        return wg_no_memory(call);
    if ((problem = write_answer(&owing, request, out)))
        return problem;
    wg_answer(call, &out->base);
    return NULL;
}
