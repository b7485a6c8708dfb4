/* report_charts.c - the charts of a report's page, from what it holds and nothing else. */
#include "report_charts.h"

#include <string.h>
#include <wellgate/chart.h>
#include <wellgate/period.h>

#include "words.h"

typedef Wellgate__Bonds__V1__Movement Movement;
typedef Wellgate__Bonds__V1__OutcomeIncome OutcomeIncome;

#define QUARTERS_MAX 60 /* fifteen years; of more, the last */
#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* Every quarter from the first movement to the report's own. */
struct quarters {
    struct wg_call *call;
    const Report *report;
    const char *currency;
    wg_date lasts[QUARTERS_MAX];
    const char *labels[QUARTERS_MAX];
    size_t n;
};

/* ---- Quarters ---- */

static void
list_quarters(struct quarters *q, struct wg_call *call, const Report *report)
{
    struct wg_arena *arena = wg_call_arena(call);
    struct wg_period first, period;
    char text[WG_PERIOD_TEXT_BYTES];

    *q = (struct quarters){.call = call, .report = report,
                           .currency = report->outcome_income_total->currency};
    if (!q->report->n_movements || !wg_quarter_parse(q->report->movements[0]->quarter, &first) ||
        !wg_quarter_parse(wg_name_id(q->report->name), &period))
        return;
    while (q->n < QUARTERS_MAX && period.last >= first.last) {
        q->n++;
        q->lasts[QUARTERS_MAX - q->n] = period.last;
        q->labels[QUARTERS_MAX - q->n] = wg_copy_text(arena, wg_period_format(period, text));
        period = wg_quarter_previous(period);
    }
    memmove(q->lasts, q->lasts + QUARTERS_MAX - q->n, q->n * sizeof(*q->lasts));
    memmove(q->labels, q->labels + QUARTERS_MAX - q->n, q->n * sizeof(*q->labels));
}

/* Where a day's quarter stands: at the first where it is before that. */
static size_t
place_of(const struct quarters *q, wg_date date)
{
    size_t i = 0;

    while (i + 1 < q->n && q->lasts[i] < date)
        i++;
    return i;
}

/* ---- Series ---- */

typedef int64_t amount_of(const Movement *movement);

static int64_t
paid_in(const Movement *m)
{
    return minor_of(m->drawn);
}

static int64_t
distributed(const Movement *m)
{
    return minor_of(m->principal_repaid) + minor_of(m->interest) + minor_of(m->surplus);
}

static int64_t
net(const Movement *m)
{
    return distributed(m) - paid_in(m);
}

static int64_t
outstanding(const Movement *m)
{
    return minor_of(m->drawn) - minor_of(m->principal_repaid) - minor_of(m->written_off);
}

/* The running sum at each quarter's end. */
static int64_t *
sums_of(const struct quarters *q, amount_of *amount)
{
    int64_t *values = wg_alloc_array(wg_call_arena(q->call), q->n, sizeof(*values));
    struct wg_period period;

    if (!values)
        return NULL;
    memset(values, 0, q->n * sizeof(*values));
    for (size_t i = 0; i < q->report->n_movements; i++)
        if (wg_quarter_parse(q->report->movements[i]->quarter, &period))
            values[place_of(q, period.last)] += amount(q->report->movements[i]);
    for (size_t i = 1; i < q->n; i++)
        values[i] += values[i - 1];
    return values;
}

static int64_t *
income_of(const struct quarters *q, const char *payer)
{
    int64_t *values = wg_alloc_array(wg_call_arena(q->call), q->n, sizeof(*values));
    wg_date date;

    if (!values)
        return NULL;
    memset(values, 0, q->n * sizeof(*values));
    for (size_t i = 0; i < q->report->n_outcome_income; i++) {
        const OutcomeIncome *row = q->report->outcome_income[i];

        if (strcmp(row->payer, payer) == 0 && wg_date_parse(row->end_date, &date))
            values[place_of(q, date)] += minor_of(row->amount);
    }
    return values;
}

/* ---- Charts ---- */

static void
write_cash(const struct quarters *q, struct wg_html *html)
{
    const struct wg_series series[] = {{"Paid in", sums_of(q, paid_in)},
                                       {"Distributed", sums_of(q, distributed)},
                                       {"Net", sums_of(q, net)},
                                       {"Outstanding", sums_of(q, outstanding)}};

    for (size_t i = 0; i < COUNT(series); i++)
        if (!series[i].values)
            return;
    wg_chart(html, &(struct wg_chart){
        .kind = WG_CHART_LINES, .title = "Cumulative cash and what is outstanding",
        .description = "What investors paid in and were paid, the difference, and what was "
                       "still outstanding, at the end of each quarter.",
        .currency = q->currency, .labels = q->labels, .n_labels = q->n, .series = series,
        .n_series = COUNT(series)});
}

/* n + 1 where there are more than a chart can tell apart. */
static size_t
payers_of(const Report *report, const char *payers[WG_CHART_SERIES_MAX])
{
    size_t n = 0;

    for (size_t i = 0, at; i < report->n_outcome_income; i++) {
        const char *payer = report->outcome_income[i]->payer;

        for (at = 0; at < n && strcmp(payers[at], payer); at++)
            ;
        if (at < n)
            continue;
        if (n == WG_CHART_SERIES_MAX)
            return n + 1;
        payers[n++] = payer;
    }
    return n;
}

static void
write_income(const struct quarters *q, struct wg_html *html)
{
    struct wg_series series[WG_CHART_SERIES_MAX];
    const char *payers[WG_CHART_SERIES_MAX];
    size_t n = payers_of(q->report, payers);

    if (!n || n > WG_CHART_SERIES_MAX)
        return;
    for (size_t i = 0; i < n; i++) {
        series[i] = (struct wg_series){organisation_words(q->call, payers[i]),
                                       income_of(q, payers[i])};
        if (!series[i].values)
            return;
    }
    wg_chart(html, &(struct wg_chart){
        .kind = WG_CHART_STACKED, .title = "Outcome income by payer",
        .description = "What the statements of each quarter asked of each payer.",
        .currency = q->currency, .labels = q->labels, .n_labels = q->n, .series = series,
        .n_series = n});
}

void
write_cash_chart(struct wg_call *call, struct wg_html *html, const Report *report)
{
    struct quarters q;

    list_quarters(&q, call, report);
    if (!q.n)
        return;
    wg_html_heading(html, 2, "Over time");
    wg_html_open(html, "div");
    wg_html_attribute(html, "class", "charts");
    write_cash(&q, html);
    wg_html_close(html, "div");
}

void
write_income_chart(struct wg_call *call, struct wg_html *html, const Report *report)
{
    struct quarters q;

    list_quarters(&q, call, report);
    if (!q.n)
        return;
    wg_html_open(html, "div");
    wg_html_attribute(html, "class", "charts");
    write_income(&q, html);
    wg_html_close(html, "div");
}
