/* publish.c - a draft becomes a report for the investors, for good. */
#include "report.h"

#include <string.h>
#include <wellgate/messages.h>

#include "comparison.h"
#include "figures.h"
#include "flows/grants.h"
#include "hash.h"

typedef Wellgate__Common__V1__NameRequest NameRequest;

#define PUBLISHED WELLGATE__BONDS__V1__REPORT__STATE__PUBLISHED

/* ---- Readers ---- */

struct reader_scan {
    struct wg_call *call;
    Report *report;
};

static bool
reads_already(const Report *report, const char *organisation)
{
    for (size_t i = 0; i < report->n_readers; i++)
        if (strcmp(report->readers[i], organisation) == 0)
            return true;
    return false;
}

static bool
add_reader(struct wg_call *call, Report *report, char *organisation)
{
    char **readers = wg_alloc_array(wg_call_arena(call), report->n_readers + 1,
                                    sizeof(*readers));

    if (!readers)
        return false;
    if (report->n_readers > 0)
        memcpy(readers, report->readers, report->n_readers * sizeof(*readers));
    readers[report->n_readers++] = organisation;
    report->readers = readers;
    return true;
}

static bool
take_reader(void *context, const struct wg_record *record)
{
    const Commitment *commitment = (const Commitment *)record->message;
    struct reader_scan *scan = context;

    return strcmp(commitment->date, scan->report->end_date) > 0 ||
           reads_already(scan->report, commitment->investor) ||
           add_reader(scan->call, scan->report, commitment->investor);
}

/* Who pays under the bond's contracts. A bond that was made before they could read has not
 * given them their role. */
static const struct wg_problem *
add_payers(struct wg_call *call, const Bond *bond, Report *report)
{
    const struct wg_problem *problem;
    const Contract *contract;

    for (size_t i = 0; i < bond->n_contracts; i++) {
        if ((problem = ask_contract(call, bond->contracts[i], &contract)) ||
            (problem = give_payers_role(call, bond, contract)))
            return problem;
        for (size_t j = 0; j < contract->n_payers; j++)
            if (!reads_already(report, contract->payers[j]) &&
                !add_reader(call, report, contract->payers[j]))
                return no_memory(call);
    }
    return NULL;
}

/* The investors to date, and the payers. No other investor's amounts are in the report: what is paid
 * under a commitment is never dated before it. */
static const struct wg_problem *
set_readers(struct wg_call *call, Report *report)
{
    struct reader_scan scan = {call, report};
    const struct wg_problem *problem;
    const Bond *bond;

    report->n_readers = 0;
    if ((problem = load_bond(call, report->name, &bond)) ||
        (problem = wg_scan(call, "bonds/Commitment", bond->name, NULL, take_reader, &scan)))
        return problem;
    return wg_call_arena(call)->exhausted ? no_memory(call) : add_payers(call, bond, report);
}

struct unread_scan {
    struct wg_call *call;
    const Commitment *commitment;
    const char **names;
    size_t n, room;
};

static bool
make_room(struct unread_scan *scan)
{
    size_t room = 2 * scan->room + 16;
    const char **names = wg_alloc_array(wg_call_arena(scan->call), room, sizeof(*names));

    if (!names)
        return false;
    if (scan->n)
        memcpy(names, scan->names, scan->n * sizeof(*names));
    scan->names = names;
    scan->room = room;
    return true;
}

static bool
take_unread(void *context, const struct wg_record *record)
{
    const Report *report = (const Report *)record->message;
    struct unread_scan *scan = context;

    if (report->state != PUBLISHED || strcmp(scan->commitment->date, report->end_date) > 0 ||
        reads_already(report, scan->commitment->investor))
        return true;
    if (scan->n == scan->room && !make_room(scan))
        return false;
    return (scan->names[scan->n++] = wg_copy_text(wg_call_arena(scan->call), report->name));
}

static const struct wg_problem *
show_report(struct wg_call *call, const char *name, char *investor)
{
    const struct wg_problem *problem;
    struct wg_record record;

    if ((problem = wg_load(call, name, &record)))
        return problem;
    if (!add_reader(call, (Report *)record.message, investor))
        return no_memory(call);
    return wg_update(call, record.message, "report.shown");
}

const struct wg_problem *
reports_show(struct wg_call *call, const Bond *bond, const Commitment *commitment)
{
    struct unread_scan scan = {.call = call, .commitment = commitment};
    const struct wg_problem *problem =
        wg_scan(call, "bonds/Report", bond->name, NULL, take_unread, &scan);

    if (!problem && wg_call_arena(call)->exhausted)
        return no_memory(call);
    for (size_t i = 0; !problem && i < scan.n; i++)
        problem = show_report(call, scan.names[i], commitment->investor);
    return problem;
}

/* ---- Figures ---- */

/* The report without what says when and to whom, but not what; as promised at
 * Report.content_hash in reports.proto. */
static Report
only_figures(const Report *report)
{
    Report figures = *report;

    figures.state = WELLGATE__BONDS__V1__REPORT__STATE__STATE_UNSPECIFIED;
    figures.n_readers = 0;
    figures.readers = NULL;
    figures.content_hash = (char *)protobuf_c_empty_string;
    figures.known_at_sequence = 0;
    figures.n_contract_sequences = 0;
    figures.contract_sequences = NULL;
    figures.publish_time = NULL;
    figures.create_time = NULL;
    figures.update_time = NULL;
    return figures;
}

static const struct wg_problem *
set_content_hash(struct wg_call *call, Report *report)
{
    const Report figures = only_figures(report);

    return message_hash(call, &figures.base, &report->content_hash);
}

/* report has its content_hash. */
static const struct wg_problem *
require_current(struct wg_call *call, const Report *report)
{
    const struct wg_problem *problem;
    Report *anew;

    if ((problem = report_make(call, report->name, &anew)))
        return problem;
    anew->commentary = report->commentary;
    if ((problem = set_content_hash(call, anew)))
        return problem;
    return strcmp(anew->content_hash, report->content_hash) == 0
               ? NULL
               : wg_fail(call, &wg_conflict,
                         "the figures have changed since it was calculated; "
                         "calculate it again");
}

/* ---- PublishReport ---- */

static const struct wg_problem *
set_publish_time(struct wg_call *call, Report *report)
{
    report->publish_time = wg_time_message(wg_call_arena(call), wg_now_ms(call));
    return report->publish_time ? NULL : no_memory(call);
}

static const struct wg_problem *
require_draft(struct wg_call *call, const Report *report)
{
    return report->state == PUBLISHED
               ? wg_fail(call, &wg_conflict, "the report is published already")
               : NULL;
}

struct later_scan {
    const Report *report;
    const char *later; /* the last quarter that is published behind it; NULL: none */
};

/* In order of their quarters, as names are. */
static bool
take_later(void *context, const struct wg_record *record)
{
    const Report *report = (const Report *)record->message;
    struct later_scan *scan = context;

    if (report->state == PUBLISHED && strcmp(report->name, scan->report->name) > 0)
        scan->later = wg_name_id(report->name);
    return true;
}

/* A report is told beside the one before it. One of a quarter that later ones have told of
 * would take back what they say, and nobody would be told. */
static const struct wg_problem *
require_last(struct wg_call *call, const Report *report)
{
    struct later_scan scan = {.report = report};
    char *bond = wg_name_parent(call, report->name, 1);
    const struct wg_problem *problem;

    if (!bond)
        return no_memory(call);
    if ((problem = wg_scan(call, "bonds/Report", bond, NULL, take_later, &scan)))
        return problem;
    return scan.later ? wg_fail(call, &wg_conflict,
                                "%s is published already, and tells of every quarter before it",
                                scan.later)
                      : NULL;
}

/* What was told before is not told otherwise without a word. */
static const struct wg_problem *
require_reason(struct wg_call *call, const Report *report)
{
    size_t n = count_restated(report);

    if (n && !*report->commentary)
        wg_violation(call, "/commentary", "REQUIRED",
                     "%zu figures of %s are restated: calculate it again with a commentary that "
                     "says why", n, wg_name_id(report->comparison->report));
    return wg_violations(call);
}

const struct wg_problem *
publish_report(struct wg_call *call)
{
    const char *name = ((const NameRequest *)wg_input(call))->name;
    const struct wg_problem *problem;
    struct wg_record record;
    Report *report;

    if ((problem = wg_load(call, name, &record)))
        return problem;
    report = (Report *)record.message;
    if ((problem = require_draft(call, report)) ||
        (problem = require_last(call, report)) ||
        (problem = set_content_hash(call, report)) ||
        (problem = require_current(call, report)) ||
        (problem = require_reason(call, report)) ||
        (problem = set_readers(call, report)) ||
        (problem = set_publish_time(call, report)))
        return problem;
    report->state = PUBLISHED;
    if ((problem = wg_update(call, &report->base, "report.published")))
        return problem;
    wg_answer(call, &report->base);
    return NULL;
}
