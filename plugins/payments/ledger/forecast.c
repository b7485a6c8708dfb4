/* forecast.c - evidence to today and what is left of a plan behind it, settled as one: what it comes
 * to beyond what is issued and accrued, and the plan beside what happened. */
#include "forecast.h"

#include <string.h>
#include <wellgate/decimal.h>

#include "account/stated.h"
#include "plans/profile.h"
#include "settlement/price.h"
#include "standing/standings.h"

typedef Wellgate__Payments__V1__Liability__Forecast Forecast;
typedef Wellgate__Payments__V1__Liability__ForecastYear ForecastYear;
typedef Wellgate__Payments__V1__Liability__PlannedOutcome PlannedOutcome;

#define NO_PLAN "No forecast: the contract has no plan. Its :simulate reckons a scenario."
#define NO_TERMS "No forecast: no terms are agreed that would price the plan."
#define BASIS                                                                                    \
    "Evidence to today; behind it what is planned of periods that have not begun, and of the "  \
    "one that has, units that are planned less those earned. What was reached so far does not " \
    "scale what is planned. Priced, gated and capped by the terms agreed so far; fees and pots " \
    "are due as these say. Planned units are each of another person, who meets all that is "    \
    "required: caps per person and clawbacks take nothing from them."

/* ---- Accounts ---- */

static const struct wg_problem *
beyond(struct wg_call *call)
{
    return wg_fail(call, &wg_conflict, "an amount is beyond what can be stated");
}

static struct wg_period
last_period(const struct outlook *o)
{
    struct calendar calendar = calendar_of(o->contract);
    wg_date end = calendar.start;

    wg_date_parse(o->contract->end_date, &end);
    return calendar_at(&calendar, end);
}

static const struct wg_problem *
open_last(const struct outlook *o, struct account *account)
{
    char id[CALENDAR_ID_BYTES];

    return account_open(o->call, o->contract->name, calendar_write_id(last_period(o), id),
                        o->sequence, false, account);
}

/* The contract as it stands today, and goes on by the plan to its end. */
static const struct wg_problem *
expect(const struct outlook *o, const Plan *plan, struct account *account)
{
    const struct wg_problem *problem;

    if (o->today < account->until)
        account->until = o->today;
    if ((problem = account_gather(o->call, account, NULL)))
        return problem;
    if (!profile_take(plan, o->today, account) || !account_finish(account))
        return account_unreckoned(o->call, account);
    return account_issued(o->call, account);
}

/* ---- What is due by year ---- */

/* Years in which nothing is due need no row. */
static void
add_stated(const struct outlook *o, const struct stated *stated)
{
    for (size_t i = 0; i < stated->n; i++)
        for (size_t p = 0; p < o->contract->n_payers; p++)
            if (stated->amounts[i].parts[p])
                years_add_at(o->years, SUM_DUE, stated->amounts[i].entitlement->period.last, p,
                             stated->amounts[i].parts[p]);
}

/* What is to be credited makes room under ceilings, as in a statement. */
static bool
make_room(const struct outlook *o, const struct account *account)
{
    bool fits = true;

    for (size_t i = 0; i < o->years->n; i++)
        for (size_t p = 0; fits && p < o->contract->n_payers; p++)
            fits = wg_money_add(account->issued_to[p], o->years->list[i].sums[SUM_CREDITED][p],
                                &account->issued_to[p]);
    return fits;
}

static const struct wg_problem *
add_expected(const struct outlook *o, const struct account *account)
{
    const struct wg_problem *problem;
    struct stated *stated;

    if (!make_room(o, account))
        return beyond(o->call);
    if ((problem = account_state(o->call, account, CEILINGS_BY_PERIOD, &stated)))
        return problem;
    for (size_t r = 0; r < account->n_accounts; r++)
        add_stated(o, &stated[r]);
    return o->years->failed ? beyond(o->call) : NULL;
}

/* Once the last period is issued, nothing is. */
static const struct wg_problem *
set_due(const struct outlook *o, const Plan *plan)
{
    struct account account = {0};
    const struct wg_problem *problem;

    years_reset(o->years, SUM_DUE);
    if (issued_until(o->contract) >= last_period(o).last)
        return NULL;
    if (!(problem = open_last(o, &account)) && !(problem = expect(o, plan, &account)))
        problem = add_expected(o, &account);
    account_close(&account);
    return problem;
}

static bool
add_year(const struct outlook *o, const struct year *year, size_t payer, Forecast *forecast)
{
    struct wg_arena *arena = wg_call_arena(o->call);
    ForecastYear *made = wg_new_message(arena, &wellgate__payments__v1__liability__forecast_year__descriptor);
    int64_t due = year->sums[SUM_DUE][payer] + year->sums[SUM_CREDITED][payer];
    char text[YEAR_TEXT_BYTES];

    if (!append_message(o->call, &forecast->years, &forecast->n_years, made))
        return false;
    made->financial_year = wg_copy_text(arena, year_text(year, text));
    made->payer = o->contract->payers[payer];
    made->forecast = wg_money_message(arena, o->contract->currency, due - year->sums[SUM_ACCRUED][payer]);
    made->outturn = wg_money_message(arena, o->contract->currency, year->sums[SUM_ISSUED][payer] + due);
    return made->financial_year && made->forecast && made->outturn;
}

static bool
add_years(const struct outlook *o, Forecast *forecast)
{
    for (size_t i = 0; i < o->years->n; i++) {
        const struct year *year = &o->years->list[i];
        char text[YEAR_TEXT_BYTES];

        for (size_t p = 0; p < o->contract->n_payers; p++)
            if ((!*o->asked_year || strcmp(o->asked_year, year_text(year, text)) == 0) &&
                !add_year(o, year, p, forecast))
                return false;
    }
    return true;
}

/* ---- The plan beside what happened ---- */

/* A rule's account in a period; NULL: there is none. */
static const struct entitlement *
entitlement_in(const struct account *account, const char *rule, struct wg_period period)
{
    for (size_t r = 0; account && r < account->n_rules; r++)
        for (size_t p = 0; p < account->rules[r].n && strcmp(account->rules[r].id, rule) == 0; p++)
            if (account->rules[r].periods[p].period.first == period.first)
                return &account->rules[r].periods[p];
    return NULL;
}

static Money *
due_of(const struct outlook *o, const struct entitlement *e)
{
    int64_t minor = 0;

    if (e && !wg_money_round(e->due, &minor))
        return NULL;
    return wg_money_message(wg_call_arena(o->call), o->contract->currency, minor);
}

/* Units, or a figure where there is one. */
static bool
set_actual(const struct outlook *o, const struct entitlement *e, PlannedOutcome *made)
{
    struct wg_arena *arena = wg_call_arena(o->call);
    const struct rule_period *settled = e->settled;

    if (!(made->actual_amount = due_of(o, e)))
        return false;
    if (!e->rule)
        return true;
    if (rule_has_units(e->rule))
        made->actual = wg_format(arena, "%d", settled->earned_units);
    else if (settled->figure.judged)
        made->actual = wg_ratio_format(arena, settled->figure.value);
    return made->actual;
}

static bool
add_outcome(const struct outlook *o, const struct account *planned, const PlannedRule *rule,
            const PlannedPeriod *period, Forecast *forecast)
{
    PlannedOutcome *made = wg_new_message(wg_call_arena(o->call),
                                          &wellgate__payments__v1__liability__planned_outcome__descriptor);
    struct wg_period own;
    const struct entitlement *actual;

    if (!calendar_read(&planned->calendar, period->period, &own) ||
        !append_message(o->call, &forecast->outcomes, &forecast->n_outcomes, made))
        return false;
    made->rule = rule->rule;
    made->period = period->period;
    made->planned = period->value;
    made->planned_amount = due_of(o, entitlement_in(planned, rule->rule, own));
    actual = entitlement_in(o->now, rule->rule, own);
    return made->planned_amount && (!actual || set_actual(o, actual, made));
}

static bool
is_asked(const struct outlook *o, const char *period)
{
    char text[YEAR_TEXT_BYTES];
    struct wg_period own;

    return !*o->asked_year ||
           (wg_period_parse(period, &own) && strcmp(o->asked_year, year_text_of(own.last, text)) == 0);
}

static const struct wg_problem *
add_outcomes(const struct outlook *o, const Plan *plan, const struct account *planned,
             Forecast *forecast)
{
    for (size_t r = 0; r < plan->n_rules; r++)
        for (size_t i = 0; i < plan->rules[r]->n_profile; i++) {
            const PlannedPeriod *period = plan->rules[r]->profile[i];

            if (is_asked(o, period->period) &&
                !add_outcome(o, planned, plan->rules[r], period, forecast))
                return wg_no_memory(o->call);
        }
    return NULL;
}

/* The plan alone, from the contract's first day on. */
static const struct wg_problem *
set_outcomes(const struct outlook *o, const Plan *plan, Forecast *forecast)
{
    struct account planned = {0};
    const struct wg_problem *problem = open_last(o, &planned);

    if (!problem && (!profile_take(plan, BEFORE_ALL, &planned) || !account_finish(&planned)))
        problem = account_unreckoned(o->call, &planned);
    if (!problem)
        problem = add_outcomes(o, plan, &planned, forecast);
    account_close(&planned);
    return problem;
}

/* ---- Each plan ---- */

static const struct wg_problem *
add_forecast(const struct outlook *o, const Plan *plan)
{
    Forecast *forecast = wg_new_message(wg_call_arena(o->call),
                                        &wellgate__payments__v1__liability__forecast__descriptor);
    const struct wg_problem *problem;

    if (!append_message(o->call, &o->out->forecasts, &o->out->n_forecasts, forecast))
        return wg_no_memory(o->call);
    forecast->kind = plan->kind;
    forecast->plan = plan->name;
    forecast->plan_date = plan->date;
    forecast->basis = plan->basis;
    if ((problem = set_due(o, plan)) || (problem = set_outcomes(o, plan, forecast)))
        return problem;
    return add_years(o, forecast) ? NULL : wg_no_memory(o->call);
}

static const struct wg_problem *
add_forecasts(const struct outlook *o, const struct plans *plans)
{
    const struct wg_problem *problem = NULL;

    o->out->forecast_note = (char *)NO_PLAN;
    for (size_t i = 0; !problem && i < N_PLANS; i++)
        if (plans->of[i]) {
            o->out->forecast_note = (char *)BASIS;
            problem = add_forecast(o, plans->of[i]);
        }
    return problem;
}

const struct wg_problem *
forecasts_set(const struct outlook *o)
{
    char today[WG_DATE_TEXT_BYTES];
    const struct wg_problem *problem;
    struct versions versions;
    struct plans plans;

    if ((problem = versions_load(o->call, o->contract->name, &versions)) ||
        (problem = plans_load(o->call, o->contract->name, wg_date_format(o->today, today), &plans)))
        return problem;
    versions_keep_agreed(&versions);
    if (version_of(&versions, last_period(o)))
        return add_forecasts(o, &plans);
    o->out->forecast_note = (char *)NO_TERMS;
    return NULL;
}
