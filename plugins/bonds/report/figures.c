/* figures.c - the figures of a report: multiples and the rate of return. */
#include "figures.h"

#include <math.h>
#include <wellgate/decimal.h>
#include <wellgate/money.h>

#include "xirr.h"

#define FIGURE_DIGITS 4

/* ---- Multiples ---- */

static char *
ratio_text(struct wg_arena *arena, int64_t numerator, int64_t denominator)
{
    char *text;
    mpq_t ratio;

    mpq_init(ratio);
    mpq_set_si(ratio, numerator, (unsigned long)denominator);
    mpq_canonicalize(ratio);
    text = wg_ratio_round_format(arena, ratio, FIGURE_DIGITS);
    mpq_clear(ratio);
    return text;
}

static char *
term_text(const struct basis *basis, const char *rule, int64_t minor,
          const char *more)
{
    char *amount = amount_text(basis->call, basis->bond->currency, minor);

    return amount ? wg_format(basis->arena, "%s %s%s", rule, amount, more)
                  : NULL;
}

/* The term so far, of the bond's own records. */
static void
set_provenance(const struct basis *basis, Figure *figure)
{
    figure->data_date = (char *)basis->end_date;
    figure->period = wg_format(basis->arena, "%s..%s", basis->bond->start_date, basis->end_date);
    figure->source = basis->bond->name;
}

Figure *
multiple_new(const struct basis *basis, const struct multiple *multiple)
{
    Figure *figure =
        wg_new_message(basis->arena, &wellgate__bonds__v1__figure__descriptor);

    if (!figure)
        return NULL;
    if (multiple->denominator == 0)
        figure->note = (char *)multiple->undefined;
    else if (multiple->unknown)
        figure->note = (char *)multiple->unknown;
    else
        figure->value = ratio_text(basis->arena, multiple->numerator,
                                   multiple->denominator);
    figure->unit = (char *)"ratio";
    figure->numerator =
        term_text(basis, multiple->numerator_rule, multiple->stated,
                  multiple->numerator_more);
    figure->denominator = term_text(basis, multiple->denominator_rule,
                                    multiple->denominator, "");
    figure->n = multiple->n;
    figure->method = (char *)multiple->method;
    set_provenance(basis, figure);
    return figure;
}

Figure *
called_new(const struct basis *basis)
{
    return multiple_new(basis, &(struct multiple){
        .numerator = basis->account.drawn,
        .stated = basis->account.drawn,
        .numerator_rule = "paid in",
        .numerator_more = "",
        .denominator = basis->account.committed,
        .denominator_rule = "committed",
        .n = basis->n_drawdowns,
        .method = "Drawdowns to date divided by commitments to date," ROUNDED,
        .undefined = "not meaningful: nothing committed yet",
    });
}

Figure *
dpi_new(const struct basis *basis)
{
    return multiple_new(basis, &(struct multiple){
        .numerator = basis->account.distributed,
        .stated = basis->account.distributed,
        .numerator_rule = "distributed",
        .numerator_more = "",
        .denominator = basis->account.drawn,
        .denominator_rule = "paid in",
        .n = basis->n_cash,
        .method = "Principal, interest and surplus distributed to date, "
                  "divided by drawdowns to date," ROUNDED,
        .undefined = "not meaningful: nothing paid in yet",
    });
}

/* ---- Internal rate of return ---- */

/* The last bits of a rate differ between machines. Rounded to 10 decimals first
 * they agree, above all where a rate is half way between two of 4 decimals. */
#define RATE_ONE INT64_C(10000000000)

/* Would it be printed as -1? That says that all is lost, which no rate does:
 * flows with a rate have an inflow. */
static bool
rounds_to_total_loss(double rate)
{
    return llround(rate * (double)RATE_ONE) <= RATE_ONE / 20000 - RATE_ONE;
}

static char *
rate_text(struct wg_arena *arena, double rate)
{
    return rounds_to_total_loss(rate)
               ? (char *)"-0.9999"
               : ratio_text(arena, llround(rate * (double)RATE_ONE), RATE_ONE);
}

static char *
rates_text(struct wg_arena *arena, const struct xirr *xirr)
{
    char *text = (char *)"";

    for (size_t i = 0; text && i < xirr->n_rates; i++) {
        char *rate = rate_text(arena, xirr->rates[i]);

        text = rate ? wg_format(arena, "%s%s%s", text, i ? ", " : "", rate)
                    : NULL;
    }
    return text;
}

static char *
several_rates_note(struct wg_arena *arena, const struct xirr *xirr)
{
    char *rates = rates_text(arena, xirr);

    return rates ? wg_format(arena,
                             "several rates fit the flows: %s; the value is "
                             "the one nearest to 0 that has the sign of the "
                             "gain, or else the nearest to 0",
                             rates)
                 : NULL;
}

/* "" where there is nothing to know of the rate. */
static char *
rate_note(struct wg_arena *arena, const struct xirr *xirr)
{
    const char *low =
        rounds_to_total_loss(xirr->rate) ? "below -99.99 % a year" : "";
    char *several;

    if (xirr->n_rates == 1)
        return (char *)low;
    several = several_rates_note(arena, xirr);
    return several ? wg_format(arena, "%s%s%s", low, *low ? "; " : "", several)
                   : NULL;
}

static const char *
no_rate_note(enum xirr_status status)
{
    switch (status) {
    case XIRR_NO_INFLOW:
        return "not meaningful: no inflow yet";
    case XIRR_NO_OUTFLOW:
        return "not meaningful: no outflow yet";
    case XIRR_NO_ROOT:
    case XIRR_OK:
        break;
    }
    return "not meaningful: no rate fits the flows";
}

/* Those that moved cash, n_cash of them. The account has shown that no sum of them
 * overflows. */
struct xirr_flow *
investor_flows(const struct basis *basis)
{
    const struct flow_list *list = &basis->flows;
    struct xirr_flow *flows =
        wg_alloc_array(basis->arena, list->n, sizeof(*flows));
    size_t n = 0;

    for (size_t i = 0; flows && i < list->n; i++) {
        const struct flow *flow = &list->items[i];

        if (flow->written_off)
            continue;
        flows[n].date = flow->date;
        flows[n++].minor =
            flow->principal + flow->interest + flow->surplus - flow->drawn;
    }
    return flows;
}

static void
set_rate(const struct basis *basis, const struct xirr_flow *flows, size_t n, Figure *figure)
{
    struct xirr xirr;
    enum xirr_status status = xirr_solve(basis->arena, flows, n, &xirr);

    if (status != XIRR_OK) {
        figure->note = (char *)no_rate_note(status);
        return;
    }
    figure->value = rate_text(basis->arena, xirr.rate);
    figure->note = rate_note(basis->arena, &xirr);
}

static char *
day_count_text(const struct basis *basis, const struct xirr_flow *flows, size_t n)
{
    char text[WG_DATE_TEXT_BYTES];
    wg_date first = n ? flows[0].date : 0;

    for (size_t i = 1; i < n; i++)
        first = flows[i].date < first ? flows[i].date : first;
    return n ? wg_format(basis->arena, "actual/365 from %s", wg_date_format(first, text))
             : (char *)"actual/365";
}

Figure *
rate_new(const struct basis *basis, const struct xirr_flow *flows, size_t n, const char *method)
{
    Figure *figure =
        wg_new_message(basis->arena, &wellgate__bonds__v1__figure__descriptor);

    if (!figure || !flows)
        return NULL;
    set_rate(basis, flows, n, figure);
    figure->unit = (char *)"per year";
    figure->numerator = wg_format(basis->arena, "%zu dated flow%s", n, n == 1 ? "" : "s");
    figure->denominator = day_count_text(basis, flows, n);
    figure->n = (int32_t)n;
    figure->method = (char *)method;
    set_provenance(basis, figure);
    return figure;
}

Figure *
irr_new(const struct basis *basis)
{
    return rate_new(basis, investor_flows(basis), (size_t)basis->n_cash,
        "XIRR: the annual effective rate, actual/365, at which all "
        "drawdowns and distributions to date are worth 0 on the day "
        "of the first," RATE_ROUNDED);
}
