/* report.c - which kind is asked for, and what it takes. */
#include "report.h"

#include <string.h>
#include <wellgate/text.h>

#include "kinds/kinds.h"
#include "kinds/use.h"
#include "recorded.h"
#include "wellgate/reports/v1/returns.pb-c.h"

typedef Wellgate__Reports__V1__ReportIndex Index;
typedef Wellgate__Reports__V1__ReportIndex__Entry Entry;
typedef Wellgate__Reports__V1__GetReportIndexRequest IndexRequest;

enum { INDEX_MAX = 200 };

enum takes {
    MEASURES = 1 << 0,
    CHANGE = 1 << 1, /* who counts, of those who are paired */
    STATES = 1 << 2,
    WINDOWS = 1 << 3, /* of service use */
    PRICES = 1 << 4,
    SHARES = 1 << 5,
    KNOWN_AT = 1 << 6, /* made of what people's rows say */
    PEOPLE = 1 << 7,   /* is about people, whom dimensions part */
    DATED = 1 << 8,    /* of records with days, about no people */
    MODEL = 1 << 9,    /* of social return */
    PAIRS = 1 << 10,   /* windows of readings */
    GROUPS = 1 << 11,  /* told for each group, too */
};

static const struct kind {
    const char *name, *title, *tells;
    write_kind *write;
    unsigned takes;
    uint32_t rests_on; /* any of these records (recorded.h) */
} kinds[] = {
    {"funnel", "Referrals, from the first to the last step", "How many referrals reached each step, and why some ended early.",
     write_funnel, PEOPLE | GROUPS | SHARES | KNOWN_AT, RECORDED(FACT_REFERRED)},
    {"reasons", "Reasons for referral, and who was referred",
     "Why people were referred, which reasons go together, and who the people are.",
     write_reasons, PEOPLE | GROUPS | KNOWN_AT, RECORDED(FACT_REFERRED)},
    {"outcomes", "Outcomes", "How the scores of the same people changed from their first reading to their last.",
     write_outcomes, PEOPLE | GROUPS | MEASURES | PAIRS | CHANGE | KNOWN_AT, RECORDED(FACT_READING)},
    {"transitions", "From one state to another",
     "How many people left one state and reached another, between their first rating and their last.",
     write_transitions, PEOPLE | GROUPS | MEASURES | PAIRS | STATES | KNOWN_AT, RECORDED(FACT_READING)},
    {"utilisation", "Use of services",
     "How often people used services before they were referred, and as long afterwards.",
     write_utilisation, PEOPLE | GROUPS | WINDOWS, RECORDED(FACT_USE)},
    {"costAvoidance", "Cost avoided", "What fewer uses of services after the referral would have cost.",
     write_avoidance, PEOPLE | GROUPS | WINDOWS | PRICES, RECORDED(FACT_USE)},
    {"sroi", "Social return on investment",
     "What outcomes are reckoned to be worth by a model's assumptions, over what was put in.",
     write_sroi, PEOPLE | MODEL | PAIRS, UINT32_MAX},
    {"onward", "Onward referrals", "Where people were sent on to, and what came of it.",
     write_onward, PEOPLE | GROUPS | KNOWN_AT, RECORDED(FACT_ONWARD) | RECORDED(FACT_SIGNPOST)},
    {"satisfaction", "Satisfaction", "What people, and the practices that refer them, think of the work.",
     write_satisfaction, PEOPLE | GROUPS,
     RECORDED(FACT_STARS) | RECORDED(FACT_IMPACT) | RECORDED(FACT_CONNECTED) | RECORDED(FACT_TIME_VALUED) |
         RECORDED_SURVEYS},
    {"awards", "Awards to community organisations",
     "Money that community organisations were offered, promised and paid.", write_awards, DATED, RECORDED_AWARDS},
    {"facts", "What others published",
     "Figures as others stated them: none is reckoned from the programme's records.", write_published, 0, RECORDED_FACTS},
};

static const struct kind *
kind_named(const char *name)
{
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (strcmp(kinds[i].name, name) == 0)
            return &kinds[i];
    return NULL;
}

bool
report_has_groups(const char *kind)
{
    const struct kind *found = kind_named(kind);

    return found && found->takes & GROUPS;
}

int
report_months(const Request *request)
{
    const struct kind *found = kind_named(request->kind);

    return found && found->takes & WINDOWS ? use_months(request) : 0;
}

/* ---- What a kind takes ---- */

static void
refuse_unless(struct wg_call *call, const struct kind *kind, unsigned takes, bool given,
              const char *pointer)
{
    if (given && !(kind->takes & takes))
        wg_violation(call, pointer, "NOT_TAKEN", "is not of this report");
}

static void
check_taken(struct wg_call *call, const struct kind *kind, const Request *request)
{
    const struct {
        unsigned takes;
        bool given;
        const char *pointer;
    } fields[] = {
        {PEOPLE | DATED, *request->period, "/period"},
        {GROUPS, request->by, "/by"},
        {PEOPLE, request->n_where, "/where"},
        {MEASURES, request->n_measures, "/measures"},
        {CHANGE, request->cases, "/cases"},
        {PAIRS, request->baseline_within_days, "/baselineWithinDays"},
        {PAIRS, request->follow_up_from_days, "/followUpFromDays"},
        {PAIRS, request->follow_up_to_days, "/followUpToDays"},
        {CHANGE, request->sustained_days, "/sustainedDays"},
        {CHANGE, request->n_leave_out, "/leaveOut"},
        {STATES, *request->state_before, "/stateBefore"},
        {STATES, *request->state_after, "/stateAfter"},
        {WINDOWS, request->months, "/months"},
        {WINDOWS, request->n_classes, "/classes"},
        {WINDOWS, request->observed, "/observed"},
        {WINDOWS, *request->comparator, "/comparator"},
        {WINDOWS, *request->comparator_before, "/comparatorBefore"},
        {WINDOWS, *request->comparator_after, "/comparatorAfter"},
        {MODEL, *request->model, "/model"},
        {PRICES, *request->price_year, "/priceYear"},
        {SHARES, request->n_shares, "/shares"},
        {KNOWN_AT, request->known_at_sequence, "/knownAtSequence"},
    };

    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
        refuse_unless(call, kind, fields[i].takes, fields[i].given, fields[i].pointer);
}

/* ---- What it shows, and of whom ---- */

static const char *
whom(struct writer *writer, const struct kind *kind)
{
    const struct wg_period period = writer->selection->period;
    const char *who = kind->takes & PEOPLE  ? "everybody who was referred"
                      : kind->takes & DATED ? "all that were offered" : NULL;

    if (!who)
        return "";
    if (!*writer->selection->request->period)
        return wg_format(writer->arena, " About %s.", who);
    return wg_format(writer->arena, " About %s in the period %s.", who,
                     wg_text_period(writer->arena, period));
}

/* " Only: strand Integrated Plus; sex female." */
static const char *
filters_words(struct writer *writer)
{
    const struct selection *selection = writer->selection;
    const char *words = selection->n_filters ? " Only: " : "";

    for (size_t i = 0; words && i < selection->n_filters; i++) {
        const struct filter *filter = &selection->filters[i];

        words = wg_format(writer->arena, "%s%s%s %s%s", words, i ? "; " : "",
                          name_of_dimension_within(&writer->names, filter->dimension),
                          name_of_group(&writer->names, filter->dimension, filter->value),
                          i + 1 == selection->n_filters ? "." : "");
    }
    return words;
}

static void
summarise(struct writer *writer, const struct kind *kind)
{
    const char *who = whom(writer, kind), *only = filters_words(writer);
    char *summary = wg_format(writer->arena, "%s%s%s", kind->tells, who, only);

    writer->failed = writer->failed || !who || !only || !summary;
    if (!writer->failed)
        writer->report->summary = summary;
}

/* ---- Making it ---- */

const struct wg_problem *
report_make(struct wg_call *call, const Request *request, Report **report)
{
    const struct kind *kind = kind_named(request->kind);
    const struct wg_problem *problem;
    struct selection selection;
    struct writer writer;

    if (!kind)
        return wg_fail(call, &wg_not_found, "there is no such report");
    check_taken(call, kind, request);
    if ((problem = selection_begin(&selection, call, request)) || (problem = wg_violations(call)))
        return problem;
    if (!writer_begin(&writer, &selection, kind->title))
        return wg_no_memory(call);
    summarise(&writer, kind);
    if ((problem = kind->write(&writer)) || (problem = wg_violations(call)))
        return problem;
    if (selection.failed && selection.n_groups >= GROUPS_MAX)
        return wg_fail(call, &wg_validation, "it has more than %d groups", GROUPS_MAX);
    *report = writer.report;
    return writer.failed || selection.failed ? wg_no_memory(call) : NULL;
}

const struct wg_problem *
report_get(struct wg_call *call)
{
    const struct wg_problem *problem;
    Report *report;

    if ((problem = report_make(call, (const Request *)wg_input(call), &report)))
        return problem;
    wg_answer(call, &report->base);
    return NULL;
}

/* ---- Which there are ---- */

struct indexing {
    struct wg_arena *arena;
    const char *programme;
    Index *index;
    uint32_t recorded;
    bool failed;
};

static void
add_entry(struct indexing *indexing, const struct kind *kind, const char *name, const char *title)
{
    Entry *entry = wg_new_message(indexing->arena, &wellgate__reports__v1__report_index__entry__descriptor);

    if (!entry || !name || !title) {
        indexing->failed = true;
        return;
    }
    entry->name = (char *)(uintptr_t)name;
    entry->title = (char *)(uintptr_t)title;
    entry->tells = (char *)(uintptr_t)kind->tells;
    entry->empty = !(kind->rests_on & indexing->recorded);
    indexing->index->reports[indexing->index->n_reports++] = entry;
}

static bool
add_model(void *context, const struct wg_record *record)
{
    const Wellgate__Reports__V1__ReturnModel *model =
        (const Wellgate__Reports__V1__ReturnModel *)record->message;
    const struct kind *sroi = kind_named("sroi");
    struct indexing *indexing = context;

    add_entry(indexing, sroi,
              wg_format(indexing->arena, "%s/reports/sroi?model=%s", indexing->programme, model->name),
              wg_format(indexing->arena, "%s: %s", sroi->title, model->title));
    return !indexing->failed && indexing->index->n_reports < INDEX_MAX;
}

const struct wg_problem *
report_index(struct wg_call *call, const char *programme, Index **index)
{
    struct indexing indexing = {.arena = wg_call_arena(call), .programme = programme};
    const struct wg_problem *problem;

    *index = indexing.index = wg_new_message(indexing.arena, &wellgate__reports__v1__report_index__descriptor);
    if (!indexing.index ||
        !(indexing.index->reports = wg_alloc_array(indexing.arena, INDEX_MAX, sizeof(Entry *))))
        return wg_no_memory(call);
    if ((problem = recorded_look(call, programme, &indexing.recorded)))
        return problem;
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (!(kinds[i].takes & MODEL))
            add_entry(&indexing, &kinds[i], wg_format(indexing.arena, "%s/reports/%s", programme, kinds[i].name),
                      kinds[i].title);
    if ((problem = wg_scan(call, "reports/ReturnModel", programme, NULL, add_model, &indexing)))
        return problem;
    return indexing.failed ? wg_no_memory(call) : NULL;
}

const struct wg_problem *
report_index_get(struct wg_call *call)
{
    const IndexRequest *request = (const IndexRequest *)wg_input(call);
    const struct wg_problem *problem;
    Index *index;

    if ((problem = report_index(call, request->parent, &index)))
        return problem;
    wg_answer(call, &index->base);
    return NULL;
}
