/* plan_charts.c - charts of what happened beside what was expected. */
#include <string.h>
#include <wellgate/chart.h>
#include <wellgate/decimal.h>
#include <wellgate/period.h>

#include "blocks.h"
#include "words.h"

#define QUARTERS_MAX 60 /* fifteen years; of more, the last */
#define KIND(name) WELLGATE__BONDS__V1__CASE__KIND__##name
#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

typedef Wellgate__Bonds__V1__CaseOutlook CaseOutlook;
typedef Wellgate__Bonds__V1__Cohort Cohort;
typedef Wellgate__Bonds__V1__CohortQuarter CohortQuarter;
typedef Wellgate__Bonds__V1__Metric Metric;
typedef Wellgate__Bonds__V1__Movement Movement;

struct axis {
    wg_date lasts[QUARTERS_MAX];
    const char *labels[QUARTERS_MAX];
    size_t n;
};

/* ---- Quarters ---- */

static void
widen(const char *quarter, struct wg_period *first, struct wg_period *last)
{
    struct wg_period period;

    if (!wg_quarter_parse(quarter, &period))
        return;
    if (period.first < first->first)
        *first = period;
    if (period.last > last->last)
        *last = period;
}

/* From the first quarter that anything is told of to the last that anything is expected of. */
static void
make_axis(const struct block *b, struct axis *axis)
{
    struct wg_period first, last;
    char text[WG_PERIOD_TEXT_BYTES];

    axis->n = 0;
    if (!wg_quarter_parse(wg_name_id(b->report->name), &last))
        return;
    first = last;
    for (size_t i = 0; i < b->report->n_movements; i++)
        widen(b->report->movements[i]->quarter, &first, &last);
    for (size_t i = 0; i < b->report->n_cases; i++)
        for (size_t k = 0; k < b->report->cases[i]->n_points; k++)
            widen(b->report->cases[i]->points[k]->quarter, &first, &last);
    for (; axis->n < QUARTERS_MAX && last.last >= first.last; last = wg_quarter_previous(last)) {
        axis->n++;
        axis->lasts[QUARTERS_MAX - axis->n] = last.last;
        axis->labels[QUARTERS_MAX - axis->n] = wg_copy_text(b->arena, wg_period_format(last, text));
    }
    memmove(axis->lasts, axis->lasts + QUARTERS_MAX - axis->n, axis->n * sizeof(*axis->lasts));
    memmove(axis->labels, axis->labels + QUARTERS_MAX - axis->n, axis->n * sizeof(*axis->labels));
}

/* ---- Cash ---- */

static int64_t *
values_new(const struct block *b, const struct axis *axis)
{
    int64_t *values = wg_alloc_array(b->arena, axis->n, sizeof(*values));

    for (size_t i = 0; values && i < axis->n; i++)
        values[i] = WG_CHART_NONE;
    return values;
}

/* Of the cash, or of what is outstanding, to the end of each quarter up to the report's. */
static int64_t *
actual_of(const struct block *b, const struct axis *axis, int64_t amount(const Movement *))
{
    int64_t *values = values_new(b, axis), sum = 0;
    struct wg_period own, period;
    size_t next = 0;

    if (!values || !wg_quarter_parse(wg_name_id(b->report->name), &own))
        return NULL;
    for (size_t i = 0; i < axis->n && axis->lasts[i] <= own.last; i++) {
        for (; next < b->report->n_movements &&
               wg_quarter_parse(b->report->movements[next]->quarter, &period) &&
               period.last <= axis->lasts[i]; next++)
            sum += amount(b->report->movements[next]);
        values[i] = sum;
    }
    return values;
}

static int64_t
net_of(const Movement *m)
{
    return minor_of(m->principal_repaid) + minor_of(m->interest) + minor_of(m->surplus) -
           minor_of(m->drawn);
}

static int64_t
outstanding_of(const Movement *m)
{
    return minor_of(m->drawn) - minor_of(m->principal_repaid) - minor_of(m->written_off);
}

static int64_t *
expected_of(const struct block *b, const struct axis *axis, const CaseOutlook *outlook)
{
    int64_t *values = values_new(b, axis), sum = 0;
    struct wg_period period;
    size_t next = 0;

    for (size_t i = 0; values && i < axis->n; i++) {
        for (; next < outlook->n_points &&
               wg_quarter_parse(outlook->points[next]->quarter, &period) &&
               period.last <= axis->lasts[i]; next++)
            sum = minor_of(outlook->points[next]->net);
        values[i] = sum;
    }
    return values;
}

const CaseOutlook *
outlook_of(const Report *report, Wellgate__Bonds__V1__Case__Kind kind)
{
    for (size_t i = 0; i < report->n_cases; i++)
        if (report->cases[i]->kind == kind)
            return report->cases[i];
    return NULL;
}

static void
write_cash(const struct block *b, const struct axis *axis)
{
    static const struct {
        Wellgate__Bonds__V1__Case__Kind kind;
        const char *name;
    } kinds[] = {{KIND(LOW), "Low case"}, {KIND(BASE), "Base case"}, {KIND(HIGH), "High case"}};
    struct wg_series series[1 + COUNT(kinds)] = {{"Actual", actual_of(b, axis, net_of)}};
    size_t n = 1;

    for (size_t i = 0; i < COUNT(kinds); i++) {
        const CaseOutlook *outlook = outlook_of(b->report, kinds[i].kind);

        if (outlook)
            series[n++] = (struct wg_series){kinds[i].name, expected_of(b, axis, outlook)};
    }
    for (size_t i = 0; i < n; i++)
        if (!series[i].values)
            return;
    wg_chart(b->html, &(struct wg_chart){
        .kind = WG_CHART_LINES, .title = "Cumulative cash against the cases",
        .description = "What investors were paid less what they paid in, to the end of each "
                       "quarter: as it was, and as the low, base and high cases expect it.",
        .currency = b->currency, .labels = axis->labels, .n_labels = axis->n, .series = series,
        .n_series = n});
}

static void
write_outstanding(const struct block *b, const struct axis *axis)
{
    struct wg_series series = {"Outstanding", actual_of(b, axis, outstanding_of)};

    if (series.values)
        wg_chart(b->html, &(struct wg_chart){
            .kind = WG_CHART_STEPS, .title = "Capital outstanding",
            .description = "What was paid in and not yet repaid or written off, at the end of "
                           "each quarter.",
            .currency = b->currency, .labels = axis->labels, .n_labels = axis->n,
            .series = &series, .n_series = 1});
}

/* ---- Outcomes ---- */

static int64_t
count_of(const char *text)
{
    int64_t count;

    return text && wg_decimal_parse(text, 0, &count) ? count : WG_CHART_NONE;
}

/* Whole per cent of the base case's. */
static int64_t
percent_of(struct wg_arena *arena, const char *value, const char *base)
{
    int64_t percent = WG_CHART_NONE;
    mpq_t part, whole;

    mpq_inits(part, whole, NULL);
    if (wg_ratio_parse(value, part) && wg_ratio_parse(base, whole) && mpq_sgn(whole)) {
        mpq_div(part, part, whole);
        mpq_set_ui(whole, 100, 1);
        mpq_mul(part, part, whole);
        percent = count_of(wg_ratio_round_format(arena, part, 0));
    }
    mpq_clears(part, whole, NULL);
    return percent;
}

static size_t
planned_metrics(const Report *report, const Metric **metrics, size_t most)
{
    size_t n = 0;

    for (size_t i = 0; i < report->n_outcomes && n < most; i++)
        if (*report->outcomes[i]->plan_base)
            metrics[n++] = report->outcomes[i];
    return n;
}

static void
write_outcome_chart(const struct block *b)
{
    enum { MOST = 8 };
    const Metric *metrics[MOST];
    size_t n = planned_metrics(b->report, metrics, MOST);
    int64_t low[MOST], base[MOST], high[MOST], actual[MOST];
    const char *labels[MOST];
    const struct wg_series series[] = {{"Low case", low}, {"Base case", base},
                                       {"High case", high}, {"Actual", actual}};

    for (size_t i = 0; i < n; i++) {
        labels[i] = metrics[i]->title;
        low[i] = percent_of(b->arena, metrics[i]->plan_low, metrics[i]->plan_base);
        base[i] = 100;
        high[i] = percent_of(b->arena, metrics[i]->plan_high, metrics[i]->plan_base);
        actual[i] = percent_of(b->arena, metrics[i]->actual->value, metrics[i]->plan_base);
    }
    if (n)
        wg_chart(b->html, &(struct wg_chart){
            .kind = WG_CHART_BARS, .title = "Outcomes, base case = 100",
            .description = "What was reached of each metric, and what the cases expect by then, "
                           "in per cent of the base case.",
            .labels = labels, .n_labels = n, .series = series, .n_series = COUNT(series),
            .label_heading = "Metric", .none = "not shown"});
}

/* ---- People ---- */

static void
write_cohort_chart(const struct block *b)
{
    const Cohort *cohort = b->report->cohort;
    size_t n = cohort ? cohort->n_quarters : 0, from = n > QUARTERS_MAX ? n - QUARTERS_MAX : 0;
    int64_t referrals[QUARTERS_MAX], planned[QUARTERS_MAX], starts[QUARTERS_MAX],
        engaged[QUARTERS_MAX], completed[QUARTERS_MAX];
    const char *labels[QUARTERS_MAX];
    const struct wg_series series[] = {{"Referred", referrals}, {"Referred, base case", planned},
                                       {"Started", starts}, {"Engaged", engaged},
                                       {"Completed", completed}};

    for (size_t i = from; i < n; i++) {
        const CohortQuarter *row = cohort->quarters[i];

        labels[i - from] = row->quarter;
        referrals[i - from] = count_of(row->referrals);
        planned[i - from] = count_of(row->planned_referrals);
        starts[i - from] = count_of(row->starts);
        engaged[i - from] = count_of(row->engaged);
        completed[i - from] = count_of(row->completed);
    }
    if (n)
        wg_chart(b->html, &(struct wg_chart){
            .kind = WG_CHART_LINES, .title = "The cohort by quarter",
            .description = "Referrals made, started, engaged and completed in each quarter; "
                           "counts of 1 to 7 are not shown, others go to the nearest 5.",
            .labels = labels, .n_labels = n - from, .series = series, .n_series = COUNT(series),
            .none = "not shown"});
}

void
write_plan_charts(const struct block *b)
{
    struct axis axis;

    make_axis(b, &axis);
    if (!axis.n)
        return;
    wg_html_open(b->html, "div");
    wg_html_attribute(b->html, "class", "charts glance");
    write_cash(b, &axis);
    write_outcome_chart(b);
    write_outstanding(b, &axis);
    write_cohort_chart(b);
    wg_html_close(b->html, "div");
}
