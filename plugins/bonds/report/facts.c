/* facts.c - what a report is told by others, and what its investors were told before. */
#include "facts.h"

#include <stdlib.h>
#include <string.h>
#include <wellgate/decimal.h>

#define LOG_BYTES ((size_t)24 << 20)
#define PUBLISHED WELLGATE__BONDS__V1__REPORT__STATE__PUBLISHED

typedef Wellgate__Payments__V1__DescribeOutcomesRequest DescribeOutcomesRequest;

/* ---- Contracts ---- */

static const struct wg_problem *
ask_outcomes(const struct basis *basis, char *contract, const Told **told)
{
    DescribeOutcomesRequest request = WELLGATE__PAYMENTS__V1__DESCRIBE_OUTCOMES_REQUEST__INIT;
    const ProtobufCMessage *output;
    const struct wg_problem *problem;

    request.contract = contract;
    request.until_date = (char *)basis->end_date;
    if ((problem = wg_invoke(basis->call, "wellgate.payments.v1.Reporting/DescribeOutcomes",
                             &request.base, &output)))
        return problem;
    *told = (const Told *)output;
    return NULL;
}

/* ---- Reports that were published before ---- */

struct published {
    wg_date day;
    int64_t seconds;
    int32_t nanos;
};

struct history {
    struct wg_call *call;
    const Report *report;   /* the one that is made */
    struct published own;   /* when it was published; seconds INT64_MAX: it is not */
    struct published *list;
    size_t n, room;
    bool failed;
};

static bool
is_before(const struct published *a, const struct published *b)
{
    return a->seconds < b->seconds || (a->seconds == b->seconds && a->nanos < b->nanos);
}

static bool
add_published(struct history *history, const struct published *published)
{
    if (history->n == history->room) {
        struct published *more = wg_alloc_array(wg_call_arena(history->call),
                                                history->room = 2 * history->room + 16,
                                                sizeof(*more));

        if (!more)
            return false;
        if (history->n)
            memcpy(more, history->list, history->n * sizeof(*more));
        history->list = more;
    }
    history->list[history->n++] = *published;
    return true;
}

/* Of all these reports but their days nothing is kept. */
static bool
take_report(void *context, const struct wg_record *record)
{
    const Report *report = (const Report *)record->message;
    struct history *history = context;
    struct published published = {0};

    if (report->state != PUBLISHED || !report->publish_time ||
        !wg_date_parse(report->end_date, &published.day))
        return true;
    published.seconds = report->publish_time->seconds;
    published.nanos = report->publish_time->nanos;
    if (strcmp(report->name, history->report->name) == 0)
        history->own = published;
    else
        history->failed = !add_published(history, &published);
    return !history->failed;
}

static int
compare_published(const void *left, const void *right)
{
    const struct published *a = left, *b = right;

    return is_before(b, a) - is_before(a, b);
}

static const struct wg_problem *
load_days(const struct basis *basis, const Report *report, struct facts *facts)
{
    struct history history = {.call = basis->call, .report = report, .own.seconds = INT64_MAX};
    const struct wg_problem *problem;

    if (!wg_date_parse(basis->end_date, &history.own.day))
        return &wg_internal;
    if ((problem = wg_scan(basis->call, "bonds/Report", basis->bond->name, NULL, take_report,
                           &history)))
        return problem;
    facts->days = wg_alloc_array(facts->arena, history.n + 1, sizeof(*facts->days));
    if (history.failed || !facts->days)
        return no_memory(basis->call);
    if (history.n)
        qsort(history.list, history.n, sizeof(*history.list), compare_published);
    for (size_t i = 0; i < history.n && is_before(&history.list[i], &history.own); i++)
        facts->days[facts->n_days++] = history.list[i].day;
    facts->days[facts->n_days++] = history.own.day;
    return NULL;
}

const struct wg_problem *
facts_load(const struct basis *basis, const Report *report, struct facts *facts)
{
    const struct wg_problem *problem;

    *facts = (struct facts){.basis = basis, .arena = basis->arena};
    facts->told = wg_alloc_array(basis->arena, basis->bond->n_contracts + 1, sizeof(*facts->told));
    if (!facts->told)
        return no_memory(basis->call);
    for (size_t i = 0; i < basis->bond->n_contracts; i++)
        if ((problem = ask_outcomes(basis, basis->bond->contracts[i], &facts->told[i])))
            return problem;
    if ((problem = cases_load(basis->call, basis->bond, basis->end_date, &facts->cases)))
        return problem;
    return load_days(basis, report, facts);
}

/* ---- Ratios ---- */

char *
told_ratio(struct wg_arena *arena, const char *ratio)
{
    char *text = NULL;
    mpq_t value;

    mpq_init(value);
    if (wg_ratio_read(ratio, value))
        text = wg_ratio_round_format(arena, value, RATIO_DIGITS);
    mpq_clear(value);
    return text ? text : (char *)"";
}

/* ---- Counts, as investors may be told them ---- */

void
release_init(struct release *release, const struct facts *facts,
             const struct wg_disclosure *policy, const int64_t *counts, size_t n_atoms)
{
    release->arena = facts->arena;
    wg_disclosure_log_init(&release->log, policy, counts, n_atoms, LOG_BYTES);
}

static int64_t *
all_hidden(struct wg_arena *arena, size_t n_cells)
{
    int64_t *printed = wg_alloc_array(arena, n_cells, sizeof(*printed));

    for (size_t i = 0; printed && i < n_cells; i++)
        printed[i] = WG_HIDDEN;
    return printed;
}

int64_t *
release_table(struct release *release, const struct wg_disclosure_cut *cut)
{
    int64_t *printed;

    if (wg_disclosure_release(&release->log, release->arena, cut, &printed) == WG_RELEASED)
        return printed;
    return all_hidden(release->arena, (cut->n_rows + 1) * (cut->n_columns + 1));
}

const char *
told_text(const struct facts *facts, int64_t printed)
{
    return wg_disclosed_text(facts->arena, wg_disclosure_for(WG_AUDIENCE_INVESTOR), printed);
}

const char *
told_count(const struct facts *facts, int64_t count)
{
    return told_text(facts, wg_disclosed_count(wg_disclosure_for(WG_AUDIENCE_INVESTOR), count));
}
