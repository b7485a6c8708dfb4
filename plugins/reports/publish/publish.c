/*
 * publish.c - a report is made, controlled, compared with what was told, and frozen.
 *
 * What one publication hides another must not tell: of one kind they are the same report about
 * periods that lie apart or within one another (series.c), or the very same, which is a restatement.
 */
#include "publish.h"

#include <string.h>
#include <wellgate/messages.h>
#include <wellgate/period.h>

#include "control.h"
#include "report/report.h"
#include "series.h"
#include "wellgate/reports/v1/publications.pb-c.h"

typedef Wellgate__Reports__V1__Publication Publication;
typedef Wellgate__Reports__V1__Publication__Restatement Restatement;
typedef Wellgate__Reports__V1__PublishReportRequest PublishRequest;

/* ---- What is asked for ---- */

static const struct wg_problem *
read_query(struct wg_call *call, const PublishRequest *request, Request **query)
{
    struct wg_arena *arena = wg_call_arena(call);

    *query = wg_new_message(arena, &wellgate__reports__v1__get_report_request__descriptor);
    if (!*query)
        return wg_no_memory(call);
    if (request->query)
        **query = *request->query;
    if (*(*query)->parent || *(*query)->kind)
        wg_violation(call, "/query", "NOT_TAKEN", "the path says programme and kind");
    if ((*query)->n_where)
        wg_violation(call, "/query/where", "NOT_TAKEN", "a publication is about all people of its period");
    if ((*query)->known_at_sequence)
        wg_violation(call, "/query/knownAtSequence", "NOT_TAKEN", "a publication tells what is known now");
    (*query)->parent = request->parent;
    (*query)->kind = request->kind;
    return wg_violations(call);
}

/* ---- What was published before ---- */

/* Others of the kind: of the same query, but for the period, they are a series. */
struct looking {
    struct wg_arena *arena;
    const Request *query;
    const char *hash; /* of the query without its period */
    struct member at_hand;
    const Publication *same, *crossing;
    uint64_t last; /* place of the same in the stream */
    struct member *series; /* all of them, also those that were restated since */
    size_t n, room;
    bool failed;
};

static struct wg_period
period_of(const Request *query)
{
    struct wg_period period = {INT32_MIN, INT32_MAX};

    if (*query->period)
        wg_period_parse(query->period, &period);
    return period;
}

static const char *
hash_without_period(struct wg_arena *arena, const Request *query)
{
    Request rest = *query;

    rest.period = (char *)(uintptr_t)"";
    return wg_message_hash(arena, &rest.base);
}

static bool
overlaps(const struct member *a, const struct member *b)
{
    return a->period.first <= b->period.last && a->period.last >= b->period.first;
}

static void
take_same(struct looking *looking, const Publication *publication, uint64_t sequence)
{
    if (sequence <= looking->last)
        return;
    looking->last = sequence;
    looking->same = publication;
}

static void
take_member(struct looking *looking, const struct member *member)
{
    if (looking->n == looking->room) {
        size_t room = 2 * looking->room + 16;
        struct member *series = wg_alloc_array(looking->arena, room, sizeof(*series));

        if ((looking->failed = !series))
            return;
        if (looking->n)
            memcpy(series, looking->series, looking->n * sizeof(*series));
        looking->series = series;
        looking->room = room;
    }
    looking->series[looking->n++] = *member;
}

static bool
visit(void *context, const struct wg_record *record)
{
    const Publication *publication = (const Publication *)record->message;
    struct looking *looking = context;
    const struct member member = {period_of(publication->query), record->sequence, publication->report};
    bool outer = member_holds(&member, &looking->at_hand), inner = member_holds(&looking->at_hand, &member);
    const char *hash;

    if (strcmp(publication->query->kind, looking->query->kind) != 0)
        return true;
    if (!(hash = hash_without_period(looking->arena, publication->query))) {
        looking->failed = true;
        return false;
    }
    if (strcmp(hash, looking->hash) != 0 || (overlaps(&member, &looking->at_hand) && !outer && !inner))
        looking->crossing = overlaps(&member, &looking->at_hand) ? publication : looking->crossing;
    else {
        if (outer && inner)
            take_same(looking, publication, record->sequence);
        take_member(looking, &member);
    }
    return !looking->failed;
}

/* Hides, besides, what the others would tell with it. */
static const struct wg_problem *
look_back(struct wg_call *call, struct looking *looking, Report *report)
{
    const struct wg_disclosure *policy = wg_disclosure_for(WG_AUDIENCE_PUBLIC);
    const struct wg_problem *problem;

    looking->arena = wg_call_arena(call);
    looking->at_hand = (struct member){period_of(looking->query), UINT64_MAX, report};
    if (!(looking->hash = hash_without_period(looking->arena, looking->query)))
        return wg_no_memory(call);
    if ((problem = wg_scan(call, "reports/Publication", looking->query->parent, NULL, visit, looking)))
        return problem;
    if (looking->failed)
        return wg_no_memory(call);
    if (looking->crossing)
        return wg_fail(call, &wg_conflict, "%s tells of some of the same people in another way: one could be "
                       "subtracted from the other", wg_name_id(looking->crossing->name));
    if (series_control(looking->arena, policy, &looking->at_hand, looking->series, looking->n))
        return NULL;
    return looking->arena->exhausted ? wg_no_memory(call)
               : wg_fail(call, &wg_conflict, "beside what was published before it would tell of fewer than "
                         "%lld people", (long long)policy->min_count);
}

/* ---- What it restates ---- */

static const Figure *
figure_of(const Report *report, const char *table, const Figure *like)
{
    for (size_t t = 0; t < report->n_tables; t++) {
        const Table *found = report->tables[t];

        for (size_t i = 0; strcmp(found->key, table) == 0 && i < found->n_figures; i++)
            if (strcmp(found->figures[i]->key, like->key) == 0 &&
                strcmp(found->figures[i]->group, like->group) == 0)
                return found->figures[i];
    }
    return NULL;
}

static const struct wg_problem *
restate(struct wg_call *call, Publication *publication, const char *table, const Figure *figure,
        const char *before, const char *after)
{
    Restatement *restatement = wg_new_message(
        wg_call_arena(call), &wellgate__reports__v1__publication__restatement__descriptor);

    if (!restatement)
        return wg_no_memory(call);
    restatement->table = (char *)(uintptr_t)table;
    restatement->key = figure->key;
    restatement->group = figure->group;
    restatement->before = (char *)(uintptr_t)before;
    restatement->after = (char *)(uintptr_t)after;
    publication->restatements[publication->n_restatements++] = restatement;
    return NULL;
}

static size_t
count_figures(const Report *report)
{
    size_t n = 0;

    for (size_t t = 0; t < report->n_tables; t++)
        n += report->tables[t]->n_figures;
    return n;
}

/* Figures of one report that the other tells otherwise, or, where only_missing, not at all. */
static const struct wg_problem *
compare(struct wg_call *call, Publication *publication, const Report *one, const Report *other,
        bool only_missing)
{
    const struct wg_problem *problem;

    for (size_t t = 0; t < one->n_tables; t++)
        for (size_t i = 0; i < one->tables[t]->n_figures; i++) {
            const Figure *figure = one->tables[t]->figures[i];
            const Figure *found = figure_of(other, one->tables[t]->key, figure);

            if (only_missing ? found != NULL : found && strcmp(found->value, figure->value) == 0)
                continue;
            if ((problem = restate(call, publication, one->tables[t]->key, figure,
                                   only_missing ? figure->value : found ? found->value : "",
                                   only_missing ? "" : figure->value)))
                return problem;
        }
    return NULL;
}

static const struct wg_problem *
set_restatements(struct wg_call *call, Publication *publication, const Publication *before)
{
    const struct wg_problem *problem;
    size_t most;

    if (!before)
        return NULL;
    publication->restates = before->name;
    most = count_figures(publication->report) + count_figures(before->report);
    publication->restatements = wg_alloc_array(wg_call_arena(call), most + 1,
                                               sizeof(*publication->restatements));
    if (!publication->restatements)
        return wg_no_memory(call);
    if ((problem = compare(call, publication, publication->report, before->report, false)) ||
        (problem = compare(call, publication, before->report, publication->report, true)))
        return problem;
    if (publication->n_restatements && !*publication->commentary)
        wg_violation(call, "/commentary", "REQUIRED", "%zu figures of %s are restated: say why",
                     publication->n_restatements, wg_name_id(before->name));
    return wg_violations(call);
}

/* ---- Publishing ---- */

/* As promised at Publication.content_hash. */
static const struct wg_problem *
set_content_hash(struct wg_call *call, Publication *publication)
{
    Report figures = *publication->report;

    figures.data_date = (char *)(uintptr_t)"";
    figures.known_at_sequence = 0;
    publication->content_hash = wg_message_hash(wg_call_arena(call), &figures.base);
    return publication->content_hash ? NULL : wg_no_memory(call);
}

static const struct wg_problem *
set_name(struct wg_call *call, const PublishRequest *request, Publication *publication)
{
    const char *id = request->publication_id;

    if (!*id)
        id = wg_format(wg_call_arena(call), "pub-%s", wg_new_id(call, false));
    publication->name = wg_format(wg_call_arena(call), "%s/publications/%s", request->parent, id);
    return id && publication->name ? NULL : wg_no_memory(call);
}

static const struct wg_problem *
make(struct wg_call *call, const Request *query, Report **report)
{
    const struct wg_problem *problem = report_make(call, query, report);

    if (problem)
        return problem;
    return report_control(wg_call_arena(call), wg_disclosure_for(WG_AUDIENCE_PUBLIC), report_months(query),
                          *report)
               ? NULL : wg_no_memory(call);
}

const struct wg_problem *
report_publish(struct wg_call *call)
{
    const PublishRequest *request = (const PublishRequest *)wg_input(call);
    Publication *publication = wg_new_message(wg_call_arena(call),
                                              &wellgate__reports__v1__publication__descriptor);
    const struct wg_problem *problem;
    struct looking *looking = wg_alloc(wg_call_arena(call), sizeof(*looking));

    if (!publication || !looking)
        return wg_no_memory(call);
    if ((problem = read_query(call, request, &publication->query)))
        return problem;
    looking->query = publication->query;
    publication->commentary = request->commentary;
    publication->published_by = (char *)(uintptr_t)wg_caller(call)->organisation;
    if ((problem = make(call, publication->query, &publication->report)) ||
        (problem = look_back(call, looking, publication->report)) ||
        (problem = set_restatements(call, publication, looking->same)) ||
        (problem = set_content_hash(call, publication)) ||
        (problem = set_name(call, request, publication)) ||
        (problem = wg_insert(call, &publication->base, "publication.published")))
        return problem;
    wg_answer(call, &publication->base);
    return NULL;
}
