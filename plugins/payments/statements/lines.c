/* lines.c - entitlements → lines and their derivations. */
#include "lines.h"

#include <string.h>
#include <wellgate/decimal.h>
#include <wellgate/messages.h>

#include "account/advances.h"
#include "account/combined.h"

typedef Wellgate__Payments__V1__Derivation Derivation;
typedef Wellgate__Payments__V1__GateReading GateReading;
typedef Wellgate__Payments__V1__PayerAmount PayerAmount;
typedef Wellgate__Payments__V1__Unpaid Unpaid;

#define LINE_KIND(name) WELLGATE__PAYMENTS__V1__LINE__KIND__##name
#define OUTCOME(name) WELLGATE__PAYMENTS__V1__RULE__OUTCOME_##name
#define PRICE(name) WELLGATE__PAYMENTS__V1__RULE__PRICE_##name

/* A derivation in the making; ok turns false past the arena. */
struct deriving {
    struct wg_arena *arena;
    const struct account *account;
    const struct rule_account *rule;
    const struct entitlement *e;
    Derivation *out;
    size_t gates_room;
    bool ok;
};

char *
in_units(struct wg_arena *arena, const char *currency, mpq_srcptr minor)
{
    mpq_t unit;
    char *text;

    mpq_init(unit);
    mpz_ui_pow_ui(mpq_denref(unit), 10, (unsigned long)wg_currency_digits(currency));
    mpz_set_ui(mpq_numref(unit), 1);
    mpq_mul(unit, unit, minor);
    text = wg_ratio_format(arena, unit);
    mpq_clear(unit);
    return text;
}

static void
set_units(struct deriving *d, char **text, mpq_srcptr minor)
{
    *text = in_units(d->arena, d->account->contract->currency, minor);
    d->ok = d->ok && *text;
}

static void
set_ratio(struct deriving *d, char **text, mpq_srcptr value)
{
    *text = wg_ratio_format(d->arena, value);
    d->ok = d->ok && *text;
}

static void
set_money(struct deriving *d, Wellgate__Common__V1__Money **money, int64_t minor)
{
    *money = wg_money_message(d->arena, d->account->contract->currency, minor);
    d->ok = d->ok && *money;
}

/* ---- What outcomes and prices say ---- */

static void
set_gains(struct deriving *d)
{
    const struct tally *tally = &d->e->tally;

    d->out->gain_sum = wg_decimal_format(d->arena, (int64_t)tally->sum, EVIDENCE_SCALE);
    d->out->paired = tally->n;
    d->out->with_baseline = tally->considered;
    if (tally->n)
        set_ratio(d, &d->out->mean_gain, d->e->own);
    d->ok = d->ok && d->out->gain_sum;
}

static void
set_figure(struct deriving *d)
{
    const struct figure *figure = &d->e->settled->figure;

    d->out->people = figure->n;
    set_ratio(d, &d->out->own, d->e->own);
    set_ratio(d, &d->out->other, d->e->other);
    if (figure->judged)
        set_ratio(d, &d->out->figure, figure->value);
}

static Wellgate__Payments__V1__FigurePart *
figure_part(struct deriving *d, const CombinedFigures *combined, const CombinedPart *part)
{
    Wellgate__Payments__V1__FigurePart *message = wg_alloc(d->arena, sizeof(*message));
    mpq_t value;

    if (!(d->ok = d->ok && message))
        return NULL;
    wellgate__payments__v1__figure_part__init(message);
    message->rule = part->rule;
    message->weight = *part->weight ? part->weight : "1";
    mpq_init(value);
    message->reason = combined_part(d->account, combined, part, (size_t)(d->e - d->rule->periods), value);
    if (message->reason == REASON(PAID))
        set_ratio(d, &message->figure, value);
    mpq_clear(value);
    return message;
}

static void
set_parts(struct deriving *d)
{
    const CombinedFigures *combined = d->e->rule->combined_figures;

    d->out->parts = wg_alloc_array(d->arena, combined->n_parts, sizeof(*d->out->parts));
    d->ok = d->ok && d->out->parts;
    for (size_t i = 0; d->ok && i < combined->n_parts; i++)
        if ((d->out->parts[i] = figure_part(d, combined, combined->parts[i])))
            d->out->n_parts++;
}

static void
set_pot(struct deriving *d)
{
    const struct entitlement *first = d->rule->periods;
    int64_t pot = 0;

    for (const struct entitlement *e = d->e->rule->share_of_budget->true_up ? first : d->e;
         e <= d->e; e++)
        pot += e->settled->pot_minor;
    set_ratio(d, &d->out->share, d->e->settled->share);
    set_money(d, &d->out->pot, pot);
}

static void
set_outcome(struct deriving *d)
{
    const Rule *rule = d->e->rule;

    if (!d->e->settled || !rule)
        return;
    set_units(d, &d->out->earned, d->e->settled->earned);
    switch (rule->outcome_case) {
    case OUTCOME(SCORE_CHANGE_COHORT):
        set_gains(d);
        set_figure(d);
        break;
    case OUTCOME(EVENT_RATE_COHORT):
    case OUTCOME(COST_GAP_COHORT):
    case OUTCOME(COUNT_VS_BASELINE):
    case OUTCOME(PROPORTION_OF_COHORT):
        set_figure(d);
        break;
    case OUTCOME(COMBINED_FIGURES):
        set_figure(d);
        set_parts(d);
        break;
    default:
        d->out->units_earned = d->e->settled->earned_units;
        d->out->units_paid = d->e->settled->paid_units;
    }
    if (rule->price_case == PRICE(SHARE_OF_BUDGET))
        set_pot(d);
}

/* ---- What settlement says ---- */

static void
set_to_date(struct deriving *d)
{
    const struct entitlement *last = &d->rule->periods[d->rule->n - 1];
    int64_t issued = 0;
    mpq_t to_date;

    mpq_init(to_date);
    mpq_add(to_date, last->before, last->due);
    for (size_t i = 0; i < d->rule->n; i++)
        issued += d->rule->periods[i].issued_minor;
    set_units(d, &d->out->entitlement_to_date, to_date);
    set_money(d, &d->out->issued_to_date, issued);
    mpq_clear(to_date);
}

static Unpaid *
unpaid_of(struct deriving *d, const struct unpaid *unpaid, reason_code reason)
{
    Unpaid *message = wg_alloc(d->arena, sizeof(*message));

    if (!(d->ok = d->ok && message))
        return NULL;
    wellgate__payments__v1__unpaid__init(message);
    message->reason = reason;
    message->units = unpaid->units;
    message->partly_paid_units = unpaid->partly;
    set_units(d, &message->amount, unpaid->amount);
    return message;
}

static void
set_unpaid(struct deriving *d, const struct rule_settlement *settlement)
{
    size_t n = sizeof(settlement->unpaid) / sizeof(settlement->unpaid[0]);

    d->out->unpaid = wg_alloc_array(d->arena, n, sizeof(*d->out->unpaid));
    d->ok = d->ok && d->out->unpaid;
    for (size_t i = 0; d->ok && i < n; i++)
        if (mpq_sgn(settlement->unpaid[i].amount) || settlement->unpaid[i].units)
            d->out->unpaid[d->out->n_unpaid++] =
                unpaid_of(d, &settlement->unpaid[i], (reason_code)i);
}

/* ---- Gates ---- */

static char *
gate_text(struct deriving *d, const struct gate_reading *reading, mpq_srcptr value)
{
    char *text;

    if (reading->gate->gate_case != WELLGATE__PAYMENTS__V1__GATE__GATE_NOT_BEFORE)
        return wg_ratio_format(d->arena, value);
    text = wg_alloc(d->arena, WG_DATE_TEXT_BYTES);
    return text ? wg_date_format((wg_date)mpz_get_si(mpq_numref(value)), text) : NULL;
}

static bool
grow_gates(struct deriving *d)
{
    size_t room = d->gates_room ? 2 * d->gates_room : 4;
    GateReading **gates = wg_alloc_array(d->arena, room, sizeof(*gates));

    if (!gates)
        return false;
    if (d->out->n_gates)
        memcpy(gates, d->out->gates, d->out->n_gates * sizeof(*gates));
    d->out->gates = gates;
    d->gates_room = room;
    return true;
}

static bool
add_gate(void *context, const struct gate_reading *reading)
{
    struct deriving *d = context;
    GateReading *message = wg_alloc(d->arena, sizeof(*message));

    if (!(d->ok = message && (d->out->n_gates < d->gates_room || grow_gates(d))))
        return false;
    wellgate__payments__v1__gate_reading__init(message);
    message->gate = reading->place;
    message->alternative = reading->alternative;
    message->met = reading->met;
    if (reading->rule)
        message->rule = (char *)reading->rule;
    if (reading->measured)
        message->measured = gate_text(d, reading, reading->value);
    if (reading->measured || mpq_sgn(reading->asked))
        message->asked = gate_text(d, reading, reading->asked);
    d->out->gates[d->out->n_gates++] = message;
    return d->ok = message->measured && message->asked;
}

static void
set_gates(struct deriving *d)
{
    if (d->e->rule && d->e->settled)
        settlement_gates(d->account->settlement, (size_t)(d->rule - d->account->rules),
                         (size_t)(d->e - d->rule->periods), add_gate, d);
}

static Derivation *
derivation_of(struct wg_arena *arena, const struct account *account,
              const struct rule_account *rule, const struct line_amount *amount)
{
    const struct entitlement *e = amount->entitlement;
    struct deriving d = {arena, account, rule, e, NULL, 0, true};

    if (!(d.out = wg_alloc(arena, sizeof(*d.out))))
        return NULL;
    wellgate__payments__v1__derivation__init(d.out);
    set_outcome(&d);
    set_units(&d, &d.out->entitlement, e->due);
    set_units(&d, &d.out->entitlement_stated, e->stated);
    set_units(&d, &d.out->entitlement_before, e->before);
    set_money(&d, &d.out->issued_before, e->issued_minor);
    set_to_date(&d);
    set_gates(&d);
    if (!amount->adjustment && e->settled)
        set_unpaid(&d, &account->settlements[rule - account->rules]);
    return d.ok ? d.out : NULL;
}

/* ---- Lines ---- */

PayerAmount **
payer_amounts(struct wg_arena *arena, const Contract *contract, const int64_t *parts)
{
    PayerAmount **amounts = wg_alloc_array(arena, contract->n_payers + 1, sizeof(*amounts));

    for (size_t i = 0; amounts && i < contract->n_payers; i++) {
        if (!(amounts[i] = wg_alloc(arena, sizeof(*amounts[i]))))
            return NULL;
        wellgate__payments__v1__payer_amount__init(amounts[i]);
        amounts[i]->payer = contract->payers[i];
        if (!(amounts[i]->amount = wg_money_message(arena, contract->currency, parts[i])))
            return NULL;
    }
    return amounts;
}

static char *
line_name(struct wg_arena *arena, const char *statement, const char *rule,
          const struct line_amount *amount)
{
    char period[CALENDAR_ID_BYTES];

    if (!amount->adjustment)
        return wg_format(arena, "%s/lines/%s", statement, rule);
    return wg_format(arena, "%s/lines/%s-%s", statement, rule,
                     calendar_write_id(amount->entitlement->period, period));
}

/* On account or kept back: a line of no outcome is called by its id. */
static reason_code
reason_of(const struct rule_account *rule, const struct line_amount *amount)
{
    if (!amount->entitlement->settled)
        return strcmp(rule->id, ON_ACCOUNT_ID) == 0 ? REASON(ON_ACCOUNT) : REASON(RETAINED);
    if (amount->over_minor && !amount->minor)
        return REASON(CEILING);
    return amount->adjustment ? REASON(CORRECTED) : amount->entitlement->settled->reason;
}

Line *
line_of(struct wg_arena *arena, const struct account *account, const char *statement,
        const struct rule_account *rule, const struct line_amount *amount)
{
    const struct entitlement *e = amount->entitlement;
    char period[WG_PERIOD_TEXT_BYTES];
    Line *line = wg_alloc(arena, sizeof(*line));

    if (!line)
        return NULL;
    wellgate__payments__v1__line__init(line);
    line->name = line_name(arena, statement, rule->id, amount);
    line->rule = wg_copy_text(arena, rule->id);
    line->period = wg_copy_text(arena, wg_period_format(e->period, period));
    line->kind = amount->adjustment ? LINE_KIND(ADJUSTMENT) : LINE_KIND(PERIOD);
    if (e->version)
        line->version = e->version->name;
    line->amount = wg_money_message(arena, account->contract->currency, amount->minor);
    line->derivation = derivation_of(arena, account, rule, amount);
    line->reason = reason_of(rule, amount);
    line->payers = payer_amounts(arena, account->contract, amount->parts);
    line->n_payers = account->contract->n_payers;
    line->carried = amount->carried;
    if (amount->over_minor && !(line->over_ceilings = wg_money_message(
                                    arena, account->contract->currency, amount->over_minor)))
        return NULL;
    return line->name && line->rule && line->period && line->amount && line->derivation &&
                   line->payers ? line : NULL;
}

bool
line_say_ceilings(struct wg_arena *arena, const Contract *contract, Line *line,
                  const struct line_amount *amount)
{
    for (size_t p = 0; amount->by_share && p < line->n_payers; p++) {
        PayerAmount *payer = line->payers[p];

        payer->by_share = wg_money_message(arena, contract->currency, amount->by_share[p]);
        if (amount->room[p] != ROOM_ENDLESS)
            payer->room = wg_money_message(arena, contract->currency, amount->room[p]);
        if (!payer->by_share || (amount->room[p] != ROOM_ENDLESS && !payer->room))
            return false;
    }
    return true;
}
