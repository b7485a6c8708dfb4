/* event_reduction.c - a person had fewer events than before the start. */
#include "evidence/coverage.h"
#include "person_kind.h"

typedef Wellgate__Payments__V1__EventReductionPerson EventReductionPerson;

#define ROUNDING(name) WELLGATE__PAYMENTS__V1__EVENT_REDUCTION_PERSON__ROUNDING__##name

struct event_reduction {
    struct events events;
    struct coverage coverage;
    struct duration before_start;  /* of the baseline, negative */
    struct duration *test_at;
    size_t n_tests;
    struct duration before_test; /* negative; 0: from the start on */
    struct ratio kept;           /* 1 − reduction */
    Wellgate__Payments__V1__EventReductionPerson__Rounding rounding;
    int64_t min_baseline; /* of 10^-4 */
};

/* ---- Terms ---- */

static struct duration
before_read(const char *text)
{
    struct duration duration;

    duration_read(text, &duration);
    return (struct duration){-duration.days, -duration.months};
}

static const void *
compile(struct compiling *compiling, const void *message)
{
    const EventReductionPerson *terms = message;
    struct event_reduction *reduction = compile_room(compiling, 1, sizeof(*reduction));

    if (!reduction)
        return NULL;
    reduction->events = events_read(compiling, terms->events, terms->n_events, "", "");
    reduction->coverage = coverage_read(compiling, terms->events, terms->n_events);
    reduction->before_start = before_read(terms->baseline);
    reduction->before_test = before_read(terms->over);
    reduction->kept = ratio_read(terms->reduction);
    reduction->kept.num = reduction->kept.den - reduction->kept.num;
    reduction->rounding = terms->rounding;
    reduction->min_baseline = (int64_t)terms->min_baseline * EVIDENCE_ONE;
    reduction->test_at = compile_room(compiling, terms->n_test_at, sizeof(*reduction->test_at));
    for (; reduction->test_at && reduction->n_tests < terms->n_test_at; reduction->n_tests++)
        duration_read(terms->test_at[reduction->n_tests], &reduction->test_at[reduction->n_tests]);
    return reduction;
}

/* ---- Counting ---- */

/* How much of something there is, and in how many days. */
struct rate {
    int64_t events; /* of 10^-4 */
    wg_date days;
};

static struct rate
rate_in(const struct event_reduction *reduction, const struct person *person, wg_date first,
        wg_date behind)
{
    return (struct rate){
        events_count(&reduction->events, person, (struct days){first, behind - 1}), behind - first};
}

static bool
is_known(const struct event_reduction *reduction, const struct person *person, wg_date first,
         wg_date behind)
{
    return is_covered(&reduction->coverage, person, (struct days){first, behind - 1});
}

/* Allowed are num / den, of 10^-4. */
static bool
is_allowed(const struct event_reduction *reduction, int64_t observed, wide num, wide den)
{
    switch (reduction->rounding) {
    case ROUNDING(DOWN): return observed <= divide_down(num, den * EVIDENCE_ONE) * EVIDENCE_ONE;
    case ROUNDING(UP): return observed <= divide_up(num, den * EVIDENCE_ONE) * EVIDENCE_ONE;
    case ROUNDING(NEAREST): return observed <= divide_nearest(num, den * EVIDENCE_ONE) * EVIDENCE_ONE;
    default: return observed * den <= num;
    }
}

/* ---- Judging ---- */

static void
judge_test(struct judging *judging, const struct event_reduction *reduction, struct rate baseline,
           wg_date day)
{
    bool since_start = !reduction->before_test.days && !reduction->before_test.months;
    wg_date first = since_start ? judging->start : duration_after(day, reduction->before_test);
    struct rate observed = rate_in(reduction, judging->person, first, day);
    wide expected = (wide)baseline.events * observed.days; /* / baseline.days */
    int64_t fewer = divide_nearest(expected - (wide)observed.events * baseline.days, baseline.days);
    struct unit *unit = candidate(judging, day, fewer, NULL, NULL);

    if (unit && !is_known(reduction, judging->person, first, day))
        unit->reason = REASON(NOT_COVERED);
    else if (unit && !is_allowed(reduction, observed.events, expected * reduction->kept.num,
                            (wide)baseline.days * reduction->kept.den))
        unit->reason = REASON(THRESHOLD_NOT_REACHED);
}

static reason_code
judge(struct judging *judging, const void *terms)
{
    const struct event_reduction *reduction = terms;
    struct rate baseline;
    wg_date first;

    if (judging->start == DATE_NONE)
        return REASON(EVIDENCE_MISSING);
    first = duration_after(judging->start, reduction->before_start);
    if (!is_known(reduction, judging->person, first, judging->start))
        return REASON(NOT_COVERED);
    baseline = rate_in(reduction, judging->person, first, judging->start);
    if (baseline.events < reduction->min_baseline)
        return REASON(NOT_ELIGIBLE);
    for (size_t i = 0; i < reduction->n_tests; i++) {
        wg_date day = duration_after(judging->start, reduction->test_at[i]);

        if (day <= judging->person->until)
            judge_test(judging, reduction, baseline, day);
    }
    return REASON(NOT_YET);
}

const struct outcome_kind event_reduction_kind = {.compile = compile, .judge = judge};
