/* sustained.c - a person stayed in a state for long enough. */
#include "person_kind.h"
#include "evidence/spells.h"

typedef Wellgate__Payments__V1__Sustained Sustained;
typedef Wellgate__Payments__V1__Sustained__Lapse Lapse;

enum { LAPSES_MAX = 10 };

struct lapse {
    struct duration from, to;
    bool ends;
    uint32_t most;
    wg_date days_each; /* 0: any */
};

struct sustained {
    struct events spells, lapse_events;
    struct duration duration, within, pro_rata_from;
    bool cumulative, limited /* within */, pro_rata;
    wg_date pro_rata_unit;
    struct lapse lapses[LAPSES_MAX];
    size_t n_lapses;
};

/* ---- Terms ---- */

static struct lapse
lapse_read(const Lapse *terms)
{
    struct lapse lapse = {.ends = *terms->to, .most = terms->most,
                          .days_each = (wg_date)terms->days_each};

    duration_read(terms->from, &lapse.from);
    duration_read(terms->to, &lapse.to);
    return lapse;
}

static void
pro_rata_read(const Wellgate__Payments__V1__Sustained__ProRata *terms, struct sustained *sustained)
{
    sustained->pro_rata = terms;
    if (!terms)
        return;
    duration_read(terms->from, &sustained->pro_rata_from);
    sustained->pro_rata_unit = (wg_date)one_or_more(terms->unit_days);
}

static const void *
compile(struct compiling *compiling, const void *message)
{
    const Sustained *terms = message;
    struct sustained *sustained = compile_room(compiling, 1, sizeof(*sustained));

    if (!sustained)
        return NULL;
    sustained->spells = events_read(compiling, terms->states, terms->n_states,
                                    terms->value_at_least, terms->value_at_most);
    sustained->lapse_events = events_read(compiling, terms->lapse_events, terms->n_lapse_events,
                                          "", "");
    sustained->cumulative = terms->mode == WELLGATE__PAYMENTS__V1__SUSTAINED__MODE__CUMULATIVE;
    sustained->limited = *terms->within;
    duration_read(terms->duration, &sustained->duration);
    duration_read(terms->within, &sustained->within);
    pro_rata_read(terms->pro_rata, sustained);
    for (size_t i = 0; i < terms->n_lapses && i < LAPSES_MAX; i++)
        sustained->lapses[sustained->n_lapses++] = lapse_read(terms->lapses[i]);
    return sustained;
}

/* ---- Days in the state ---- */

/* How far a person's spells and lapse events are looked at. */
struct course {
    const struct sustained *terms;
    struct judging *judging;
    struct event_walk spells, lapse_events;
    wg_date until;
    bool in_state;
    struct days stretch; /* where it is in the state; else undefined */
    wg_date first;       /* day in the state, from which time is counted */
};

static void
course_next_stretch(struct course *course)
{
    course->in_state = stretch_next(&course->spells, course->until, &course->stretch);
}

static void
course_begin(struct course *course, struct judging *judging, const struct sustained *terms)
{
    course->terms = terms;
    course->judging = judging;
    course->until = judging->person->until;
    walk_begin(&course->spells, judging->person, &terms->spells);
    walk_begin(&course->lapse_events, judging->person, &terms->lapse_events);
    course_next_stretch(course);
}

/* The first day in the state on or behind a day becomes the course's first. */
static bool
begin_time(struct course *course, wg_date from)
{
    const struct evidence *event;

    while (course->in_state) {
        wg_date first = from > course->stretch.first ? from : course->stretch.first;

        if (first > course->stretch.last) {
            course_next_stretch(course);
            continue;
        }
        while ((event = walk_peek(&course->lapse_events)) && event->date < first)
            walk_next(&course->lapse_events);
        course->first = first;
        if (!event || event->date > first)
            return true;
        from = first + 1;
    }
    return false;
}

/* The last day in the state before the next interruption, of a course that just began. */
static wg_date
unbroken_until(struct course *course)
{
    const struct evidence *event = walk_peek(&course->lapse_events);

    return event && event->date <= course->stretch.last ? event->date - 1 : course->stretch.last;
}

static void
push(struct course *course, wg_date date, wg_date lasted, wg_date quantity, wg_date of)
{
    const struct events *spells = &course->terms->spells;
    struct unit *unit = candidate(course->judging, date, (int64_t)lasted * EVIDENCE_ONE,
                                  spell_on(course->judging->person, spells, course->first),
                                  spell_on(course->judging->person, spells, date));

    if (!unit)
        return;
    unit->quantity = (uint32_t)quantity;
    unit->of = (uint32_t)of;
}

/* ---- Days that follow each other ---- */

struct interruption {
    struct days days;
    bool open; /* it goes on, as far as is known */
};

/* A stretch without the state, or a lapse event. */
static bool
next_interruption(struct course *course, struct interruption *interruption)
{
    const struct evidence *event = walk_peek(&course->lapse_events);
    bool gap = course->in_state && course->stretch.last < course->until;

    if (event && !(gap && course->stretch.last < event->date)) {
        *interruption = (struct interruption){{event->date, event->date}, false};
        walk_next(&course->lapse_events);
        return true;
    }
    if (!gap)
        return false;
    interruption->days.first = course->stretch.last + 1;
    course_next_stretch(course);
    interruption->open = !course->in_state;
    interruption->days.last = interruption->open ? course->until : course->stretch.first - 1;
    return true;
}

/* The part of the time that has room for an interruption that begins on a day; NULL for none.
 * seen: how many began in each so far. */
static const struct lapse *
lapse_for(const struct course *course, wg_date day, uint32_t *seen)
{
    for (size_t i = 0; i < course->terms->n_lapses; i++) {
        const struct lapse *lapse = &course->terms->lapses[i];

        if (day >= duration_after(course->first, lapse->from) &&
            (!lapse->ends || day < duration_after(course->first, lapse->to)))
            return ++seen[i] <= lapse->most ? lapse : NULL;
    }
    return NULL;
}

static bool
is_tolerated(const struct lapse *lapse, struct days lost)
{
    return lapse && (!lapse->days_each || lost.last - lost.first < lapse->days_each);
}

/* What became of a time that began. */
struct end {
    enum { GOES_ON, FULL, BROKEN } how;
    wg_date last;   /* day of it in the state, where it is broken */
    wg_date behind; /* the interruption with which the stretch ends; DATE_NONE: none so far */
};

/* In a stretch without the state that ends it, lapse events are still to be looked at up to
 * the last day of the time. */
static bool
is_decided(struct course *course, const struct end *end, wg_date last)
{
    const struct evidence *event = walk_peek(&course->lapse_events);

    return end->how == BROKEN ||
           (end->behind != DATE_NONE && !(event && event->date <= last));
}

/* How it stands with a time whose last day is given. An interruption that lies over that day
 * counts as long as it becomes: while it goes on, and might be tolerated, nothing is known. The
 * stretch ends with one that is not tolerated, in the time or later. */
static struct end
end_of_time(struct course *course, wg_date last)
{
    struct end end = {.how = last <= course->until ? FULL : GOES_ON, .last = course->first - 1,
                      .behind = DATE_NONE};
    uint32_t seen[LAPSES_MAX] = {0};
    wg_date before = end.last;
    struct interruption lost;

    while (!is_decided(course, &end, last) && next_interruption(course, &lost)) {
        bool tolerated = is_tolerated(lapse_for(course, lost.days.first, seen), lost.days);

        if (lost.days.first - 1 > before)
            end.last = lost.days.first - 1;
        if (lost.days.last > before)
            before = lost.days.last;
        if (!tolerated)
            end.behind = lost.days.last;
        if (lost.days.first <= last && (!tolerated || lost.open))
            end.how = tolerated ? GOES_ON : BROKEN;
    }
    return end;
}

/* Days behind the first part that earns nothing, in whole units, of all that there are. */
static void
push_pro_rata(struct course *course, wg_date last_in_state, wg_date last)
{
    const struct sustained *terms = course->terms;
    wg_date from = duration_after(course->first, terms->pro_rata_from);
    wg_date days = last_in_state - from + 1;

    if (!terms->pro_rata)
        return;
    days -= days % terms->pro_rata_unit;
    if (days > 0)
        push(course, last_in_state, last_in_state - course->first + 1, days, last - from + 1);
}

static void
judge_continuous(struct course *course)
{
    struct end end = {.behind = DATE_NONE};

    for (wg_date from = INT32_MIN; begin_time(course, from); from = end.behind + 1) {
        wg_date last = duration_after(course->first, course->terms->duration) - 1;

        end = end_of_time(course, last);
        if (end.how == FULL)
            push(course, last, last - course->first + 1, 1, 1);
        else if (end.how == BROKEN)
            push_pro_rata(course, end.last, last);
        if (end.behind == DATE_NONE)
            break;
    }
}

/* ---- Days that are added up ---- */

/* The day on which there are enough from the first on; DATE_MAX: not so far. */
static wg_date
full_on(struct course course)
{
    wg_date left = course.terms->duration.days, last;

    for (wg_date from = course.first; begin_time(&course, from); from = last + 1) {
        last = unbroken_until(&course);
        if (last - course.first + 1 >= left)
            return course.first + left - 1;
        left -= last - course.first + 1;
    }
    return DATE_MAX;
}

/* Where it takes too long from one day on, it may not from the first behind the next
 * interruption: nor, as months differ, from the next day. Days that made a unit do not count
 * again. */
static void
judge_cumulative(struct course *course)
{
    const struct sustained *terms = course->terms;
    wg_date from = INT32_MIN, full;

    while (begin_time(course, from) && (full = full_on(*course)) != DATE_MAX) {
        from = terms->within.months ? course->first + 1 : unbroken_until(course) + 1;
        if (terms->limited && full >= duration_after(course->first, terms->within))
            continue;
        push(course, full, terms->duration.days, 1, 1);
        from = full + 1;
    }
}

static reason_code
judge(struct judging *judging, const void *terms)
{
    SCRATCH struct course course;
    bool any;

    course_begin(&course, judging, terms);
    any = course.in_state;
    if (course.terms->cumulative)
        judge_cumulative(&course);
    else
        judge_continuous(&course);
    return any ? REASON(NOT_YET) : REASON(EVIDENCE_MISSING);
}

const struct outcome_kind sustained_kind = {.compile = compile, .judge = judge};
