/* residual.c - what is left in a bond for its investors, and the figures that count it.
 *
 * A valuation is of a day. What moved later is no longer in it, or not yet: what was drawn is
 * added, what was paid out and written off is taken away. Where something is outstanding and
 * nothing was ever valued, nobody knows what is left, and no figure pretends to. */
#include <string.h>
#include <wellgate/money.h>

#include "figures.h"

/* ---- The latest valuation ---- */

struct search {
    const struct basis *basis;
    const Valuation *latest;
    int64_t recorded_ms;
};

/* Of several of a day the one recorded last. */
static bool
take_valuation(void *context, const struct wg_record *record)
{
    const Valuation *valuation = (const Valuation *)record->message;
    struct search *search = context;
    int order = search->latest ? strcmp(valuation->date, search->latest->date) : 1;

    if (strcmp(valuation->date, search->basis->end_date) <= 0 &&
        (order > 0 || (order == 0 && record->created_ms > search->recorded_ms))) {
        search->latest = valuation;
        search->recorded_ms = record->created_ms;
    }
    return true;
}

/* ---- What moved after it ---- */

/* No more than the account's sums, which fit. */
static void
add_later_flows(const struct flow_list *flows, wg_date day, struct residual *residual)
{
    for (size_t i = 0; i < flows->n; i++) {
        const struct flow *flow = &flows->items[i];

        if (flow->date <= day)
            continue;
        residual->drawn += flow->drawn;
        residual->distributed += flow->principal + flow->interest + flow->surplus;
        residual->written_off += flow->written_off;
    }
}

static const struct wg_problem *
roll_forward(const struct basis *basis, struct residual *residual)
{
    int64_t value;
    wg_date day;

    if (!read_money(basis->bond->currency, residual->valuation->amount, &residual->valued) ||
        !wg_date_parse(residual->valuation->date, &day))
        return &wg_internal;
    add_later_flows(&basis->flows, day, residual);
    if (!wg_money_add(residual->valued, residual->drawn, &value) ||
        !wg_money_subtract(value, residual->distributed, &value) ||
        !wg_money_subtract(value, residual->written_off, &value))
        return too_great(basis->call);
    residual->value = value > 0 ? value : 0;
    return NULL;
}

const struct wg_problem *
residual_load(const struct basis *basis, struct residual *residual)
{
    struct search search = {.basis = basis};
    const struct wg_problem *problem = wg_scan(basis->call, "bonds/Valuation", basis->bond->name,
                                               NULL, take_valuation, &search);

    *residual = (struct residual){.valuation = search.latest};
    residual->known = search.latest || !basis->account.outstanding;
    if (problem)
        return problem;
    return search.latest ? roll_forward(basis, residual) : NULL;
}

/* ---- What is said of it ---- */

static char *
text_of(const struct basis *basis, int64_t minor)
{
    return amount_text(basis->call, basis->bond->currency, minor);
}

/* Why nobody knows; NULL: it is known, or the arena is exhausted. */
static const char *
unknown_note(const struct basis *basis)
{
    const char *outstanding = text_of(basis, basis->account.outstanding);

    return basis->residual.known || !outstanding
               ? NULL
               : wg_format(basis->arena, "not meaningful: not valued, with %s outstanding",
                           outstanding);
}

/* Is it what was valued, as it was valued? */
static bool
is_as_valued(const struct residual *residual)
{
    return !residual->drawn && !residual->distributed && !residual->written_off;
}

/* ", rolled forward from 380000.00 GBP by 0.00 GBP paid in and 100.00 GBP paid out since" */
static const char *
rolled_text(const struct basis *basis)
{
    const struct residual *residual = &basis->residual;
    const char *valued = text_of(basis, residual->valued), *drawn = text_of(basis, residual->drawn);
    const char *paid = text_of(basis, residual->distributed);
    const char *lost = residual->written_off ? text_of(basis, residual->written_off) : "";

    if (is_as_valued(residual) || !valued || !drawn || !paid || !lost)
        return "";
    return wg_format(basis->arena, "; rolled forward from %s by %s paid in and %s paid out%s%s%s since",
                     valued, drawn, paid, *lost ? " and " : "", lost, *lost ? " written off" : "");
}

static char *
valuation_note(const struct basis *basis)
{
    const Valuation *valuation = basis->residual.valuation;

    return valuation ? wg_format(basis->arena, "valued for %s: %s%s", valuation->date,
                                 valuation->basis, rolled_text(basis))
                     : (char *)"nothing is outstanding: taken as 0";
}

/* " of 2018-12-31" */
static const char *
day_text(const struct basis *basis)
{
    const struct residual *residual = &basis->residual;
    const char *rolled = is_as_valued(residual) ? " of" : ", rolled forward from";
    const char *text = residual->valuation
                           ? wg_format(basis->arena, "%s %s", rolled, residual->valuation->date)
                           : "";

    return text ? text : "";
}

/* ---- Multiples ---- */

/* " + valuation 0.00 GBP", with fund fees before it where there are any. */
static char *
more_text(const struct basis *basis, int64_t fees)
{
    char *value = text_of(basis, basis->residual.value);
    char *fee = fees ? text_of(basis, fees) : (char *)"";

    if (!value || !fee)
        return NULL;
    return wg_format(basis->arena, "%s%s%s%s", fees ? " + fund fees " : "", fee,
                     basis->residual.known ? " + valuation " : "",
                     basis->residual.known ? value : "");
}

/* What was distributed, fund fees and what is left, by what was paid in. */
static Figure *
total_new(const struct basis *basis, int64_t fees, const char *method)
{
    char *more = more_text(basis, fees);
    int64_t total;

    if (!more || !wg_money_add(basis->account.distributed, basis->residual.value, &total) ||
        !wg_money_add(total, fees, &total))
        return NULL;
    return multiple_new(basis, &(struct multiple){
        .numerator = total,
        .stated = basis->account.distributed,
        .numerator_rule = "distributed",
        .numerator_more = more,
        .denominator = basis->account.drawn,
        .denominator_rule = "paid in",
        .n = basis->n_cash,
        .method = method,
        .undefined = "not meaningful: nothing paid in yet",
        .unknown = unknown_note(basis),
    });
}

Figure *
moic_new(const struct basis *basis)
{
    if (basis->fees.total)
        return total_new(basis, basis->fees.total,
                         "Distributions and fund fees paid to date plus the latest valuation, "
                         "rolled forward, divided by drawdowns to date," ROUNDED);
    return total_new(basis, 0, "Distributions to date plus the latest valuation, rolled forward, "
                               "divided by drawdowns to date," ROUNDED);
}

Figure *
tvpi_new(const struct basis *basis)
{
    return total_new(basis, 0, "DPI plus RVPI, reckoned before either is rounded," ROUNDED);
}

Figure *
rvpi_new(const struct basis *basis)
{
    Figure *figure = multiple_new(basis, &(struct multiple){
        .numerator = basis->residual.value,
        .stated = basis->residual.value,
        .numerator_rule = "valuation",
        .numerator_more = day_text(basis),
        .denominator = basis->account.drawn,
        .denominator_rule = "paid in",
        .n = basis->residual.valuation ? 1 : 0,
        .method = "The latest valuation, with what was paid in, paid out and written off after its "
                  "day and not below 0, divided by drawdowns to date," ROUNDED,
        .undefined = "not meaningful: nothing paid in yet",
        .unknown = unknown_note(basis),
    });

    if (figure && !basis->residual.known)
        figure->numerator = (char *)"not valued";
    else if (figure && basis->account.drawn)
        figure->note = valuation_note(basis);
    return figure;
}

/* ---- Rate of return ---- */

/* The investors' flows, and what is left as if they had got it on the last day. */
static Figure *
rate_with_value(const struct basis *basis, const char *method)
{
    size_t n = (size_t)basis->n_cash;
    struct xirr_flow *flows = wg_alloc_array(basis->arena, n + 1, sizeof(*flows));
    const struct xirr_flow *own = investor_flows(basis);

    if (!flows || !own || !wg_date_parse(basis->end_date, &flows[n].date))
        return NULL;
    if (n)
        memcpy(flows, own, n * sizeof(*flows));
    flows[n].minor = basis->residual.value;
    return rate_new(basis, flows, n + (basis->residual.value != 0), method);
}

Figure *
valued_irr_new(const struct basis *basis)
{
    Figure *figure = rate_with_value(basis,
        "XIRR: the annual effective rate, actual/365, at which all drawdowns and distributions to "
        "date, and what is left (RVPI's numerator) as if it were paid out on the last day, are "
        "worth 0 on the day of the first," RATE_ROUNDED);
    const char *unknown = unknown_note(basis);

    if (figure && unknown) {
        figure->value = (char *)"";
        figure->note = (char *)unknown;
    }
    return figure;
}
