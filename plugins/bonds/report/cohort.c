/* cohort.c - the people behind a bond, quarter by quarter, and what was expected of them. */
#include <string.h>
#include <wellgate/period.h>

#include "facts.h"
#include "stages.h"
#include "wellgate/referrals/v1/stages.pb-c.h"

typedef Wellgate__Bonds__V1__Cohort Cohort;
typedef Wellgate__Bonds__V1__CohortQuarter CohortQuarter;
typedef Wellgate__Referrals__V1__CountStagesRequest CountStagesRequest;
typedef Wellgate__Referrals__V1__CountStagesResponse CountStagesResponse;
typedef Wellgate__Referrals__V1__StageCount StageCount;

/* ---- What happened ---- */

struct people {
    struct stage_atom *atoms;
    size_t n;
    const char **sources; /* a contract of each programme */
    size_t n_sources;
};

/* Quarters are numbered from 1900-Q1. */
static int32_t
number_of(wg_date date)
{
    char text[WG_DATE_TEXT_BYTES];

    wg_date_format(date, text);
    return ((text[0] - '0') * 1000 + (text[1] - '0') * 100 + (text[2] - '0') * 10 + text[3] - '0' -
            1900) * 4 + ((text[5] - '0') * 10 + text[6] - '1') / 3;
}

static char *
quarter_text(struct wg_arena *arena, int32_t number)
{
    return wg_format(arena, "%04d-Q%d", 1900 + number / 4, number % 4 + 1);
}

static int32_t
number_of_quarter(const char *quarter)
{
    struct wg_period period;

    return wg_quarter_parse(quarter, &period) ? number_of(period.last) : NEVER;
}

static struct stage_atom
atom_of(const StageCount *count, size_t source)
{
    return (struct stage_atom){{number_of_quarter(count->referred),
                                number_of_quarter(count->started),
                                number_of_quarter(count->engaged),
                                number_of_quarter(count->completed),
                                number_of_quarter(count->lost)}, count->count, (uint32_t)source};
}

static const struct wg_problem *
add_programme(const struct facts *facts, const char *contract, struct people *people)
{
    CountStagesRequest request = WELLGATE__REFERRALS__V1__COUNT_STAGES_REQUEST__INIT;
    const CountStagesResponse *response;
    const struct wg_problem *problem;
    const ProtobufCMessage *output;
    struct stage_atom *atoms;

    if (!(request.programme = wg_name_parent(facts->basis->call, contract, 1)))
        return no_memory(facts->basis->call);
    request.until_date = (char *)facts->history.last_day;
    if ((problem = wg_invoke(facts->basis->call, "wellgate.referrals.v1.Stages/CountStages",
                             &request.base, &output)))
        return problem;
    response = (const CountStagesResponse *)output;
    atoms = wg_alloc_array(facts->arena, people->n + response->n_counts + 1, sizeof(*atoms));
    if (!atoms)
        return no_memory(facts->basis->call);
    if (people->n)
        memcpy(atoms, people->atoms, people->n * sizeof(*atoms));
    for (size_t i = 0; i < response->n_counts; i++)
        atoms[people->n++] = atom_of(response->counts[i], people->n_sources);
    people->sources[people->n_sources++] = contract;
    people->atoms = atoms;
    return NULL;
}

static bool
has_source(const struct people *people, const char *contract)
{
    for (size_t i = 0; i < people->n_sources; i++)
        if (of_one_programme(people->sources[i], contract))
            return true;
    return false;
}

/* Of each programme that any report told of, once. */
static const struct wg_problem *
load_people(const struct facts *facts, struct people *people)
{
    const struct wg_problem *problem = NULL;

    people->sources = wg_alloc_array(facts->arena, facts->n_retold + 1, sizeof(*people->sources));
    if (!people->sources)
        return no_memory(facts->basis->call);
    for (size_t i = 0; !problem && i < facts->n_retold; i++)
        if (!has_source(people, facts->retold[i].contract))
            problem = add_programme(facts, facts->retold[i].contract, people);
    return problem;
}

static bool *
sources_of(const struct facts *facts, const struct people *people, const Bond *bond)
{
    bool *sources = wg_alloc_array(facts->arena, people->n_sources + 1, sizeof(*sources));

    for (size_t i = 0; sources && i < people->n_sources; i++) {
        sources[i] = false;
        for (size_t j = 0; j < bond->n_contracts; j++)
            sources[i] |= of_one_programme(people->sources[i], bond->contracts[j]);
    }
    return sources;
}

/* ---- What was expected ---- */

struct plan {
    bool any;
    uint64_t of[N_STAGES];
};

static void
add_plan(struct plan *plan, const PlannedQuarter *quarter)
{
    const uint32_t planned[N_STAGES] = {quarter->referrals, quarter->starts, quarter->engaged,
                                        quarter->completed, quarter->lost};

    for (size_t i = 0; i < N_STAGES; i++) {
        plan->of[i] += planned[i];
        plan->any |= planned[i] != 0;
    }
}

/* Of the quarters from one to another. */
static struct plan
plan_of(const Case *base, int32_t first, int32_t last)
{
    struct plan plan = {0};

    for (size_t i = 0; base && i < base->n_quarters; i++) {
        int32_t number = number_of_quarter(base->quarters[i]->quarter);

        if (number >= first && number <= last)
            add_plan(&plan, base->quarters[i]);
    }
    return plan;
}

static void
set_plan(struct wg_arena *arena, const struct plan *plan, CohortQuarter *row)
{
    char **const texts[N_STAGES] = {&row->planned_referrals, &row->planned_starts,
                                    &row->planned_engaged, &row->planned_completed,
                                    &row->planned_lost};

    for (size_t i = 0; plan->any && i < N_STAGES; i++)
        *texts[i] = wg_format(arena, "%llu", (unsigned long long)plan->of[i]);
}

/* ---- The block ---- */

static CohortQuarter *
row_new(const struct facts *facts, const int64_t printed[N_STAGES], const struct plan *plan)
{
    CohortQuarter *row =
        wg_new_message(facts->arena, &wellgate__bonds__v1__cohort_quarter__descriptor);

    if (!row)
        return NULL;
    row->referrals = (char *)told_text(facts, printed[STAGE_REFERRED]);
    row->starts = (char *)told_text(facts, printed[STAGE_STARTED]);
    row->engaged = (char *)told_text(facts, printed[STAGE_ENGAGED]);
    row->completed = (char *)told_text(facts, printed[STAGE_COMPLETED]);
    row->lost = (char *)told_text(facts, printed[STAGE_LOST]);
    set_plan(facts->arena, plan, row);
    return row;
}

static bool
add_quarter(const struct facts *facts, const struct stages_told *told, size_t at, Cohort *cohort)
{
    int32_t number = told->first + (int32_t)at;
    struct plan plan = plan_of(facts->cases.of[CASE_BASE], number, number);
    int64_t printed[N_STAGES];
    CohortQuarter *row;

    for (size_t stage = 0; stage < N_STAGES; stage++)
        printed[stage] = told->quarters[stage][at];
    if (!(row = row_new(facts, printed, &plan)))
        return false;
    row->quarter = quarter_text(facts->arena, number);
    cohort->quarters[cohort->n_quarters++] = row;
    return row->quarter;
}

static const struct wg_problem *
tell_people(const struct facts *facts, const struct people *people, struct stages_told *told)
{
    const struct history *history = &facts->history;
    struct stage_report *reports = wg_alloc_array(facts->arena, history->n, sizeof(*reports));

    for (size_t i = 0; reports && i < history->n; i++)
        reports[i] = (struct stage_report){number_of(history->list[i].day),
                                           sources_of(facts, people, history->list[i].bond)};
    return !facts->arena->exhausted &&
                   stages_tell(facts->arena, wg_disclosure_for(WG_AUDIENCE_INVESTOR), people->atoms,
                               people->n, people->n_sources, reports, history->n, told)
               ? NULL : no_memory(facts->basis->call);
}

static const struct wg_problem *
set_sources(const struct facts *facts, Cohort *cohort)
{
    const Bond *bond = facts->basis->bond;

    cohort->sources = wg_alloc_array(facts->arena, bond->n_contracts + 1, sizeof(*cohort->sources));
    for (size_t i = 0; cohort->sources && i < bond->n_contracts; i++) {
        bool again = false;

        for (size_t j = 0; j < i; j++)
            again |= of_one_programme(bond->contracts[j], bond->contracts[i]);
        if (!again)
            cohort->sources[cohort->n_sources++] =
                wg_name_parent(facts->basis->call, bond->contracts[i], 1);
    }
    return facts->arena->exhausted ? no_memory(facts->basis->call) : NULL;
}

static const struct wg_problem *
put_people(const struct facts *facts, const struct stages_told *told, Cohort *cohort)
{
    int32_t end = number_of(facts->history.list[facts->history.n - 1].day);
    struct plan plan = plan_of(facts->cases.of[CASE_BASE], INT32_MIN, end);

    cohort->quarters = wg_alloc_array(facts->arena, told->n + 1, sizeof(*cohort->quarters));
    for (size_t i = 0; cohort->quarters && i < told->n; i++)
        if (!add_quarter(facts, told, i, cohort))
            return no_memory(facts->basis->call);
    cohort->to_date = row_new(facts, told->to_date, &plan);
    return facts->arena->exhausted ? no_memory(facts->basis->call) : NULL;
}

const struct wg_problem *
set_cohort(const struct facts *facts, Report *report)
{
    struct stages_told *told = wg_alloc(facts->arena, sizeof(*told));
    const struct wg_problem *problem;
    struct people people = {0};
    Cohort *cohort;

    if (!facts->basis->bond->n_contracts)
        return NULL;
    cohort = wg_new_message(facts->arena, &wellgate__bonds__v1__cohort__descriptor);
    if (!told || !cohort)
        return no_memory(facts->basis->call);
    cohort->method = (char *)
        "Referrals, but drafts and those made in error, by the quarter in which they were made, "
        "first came to be in progress, passed a first milestone, were completed, and were "
        "rejected, cancelled or failed.";
    cohort->data_date = (char *)facts->basis->end_date;
    report->cohort = cohort;
    if ((problem = set_sources(facts, cohort)) || (problem = load_people(facts, &people)) ||
        (problem = tell_people(facts, &people, told)))
        return problem;
    return put_people(facts, told, cohort);
}
