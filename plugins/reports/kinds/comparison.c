/* comparison.c - observations whose period lies within one of two. */
#include "comparison.h"

#include <stdlib.h>
#include <string.h>
#include <wellgate/decimal.h>
#include <wellgate/messages.h>
#include <wellgate/text.h>

#include "wellgate/outcomes/v1/comparators.pb-c.h"

typedef Wellgate__Outcomes__V1__Comparator Comparator;
typedef Wellgate__Outcomes__V1__Observation Observation;

enum { PRACTICES_MAX = 1000, OBSERVATIONS_FIRST = 256 };

/* One that lies within either period, of a class that is asked for. */
struct observed {
    const Observation *observation;
    struct wg_period period;
    size_t place; /* of its class */
    uint64_t sequence;
};

struct comparing {
    struct comparison *comparison;
    struct writer *writer;
    struct use *use;
    struct wg_period before, after;
    struct observed *list;
    size_t n, room;
    size_t together; /* observations of several classes at once */
    bool failed;
};

/* ---- One observation ---- */

/* Its single class as uses have it; NULL where it is of several, or of a score. */
static const char *
class_of(struct comparing *comparing, const Observation *observation)
{
    const char *word;

    if (observation->n_classes != 1)
        return NULL;
    word = wg_enum_word(&wellgate__outcomes__v1__utilisation__class__descriptor,
                        (int)observation->classes[0]);
    return *observation->code ? wg_format(comparing->writer->arena, "%s:%s", word, observation->code)
                              : word;
}

/* CLASSES_MAX: it is not asked for. */
static size_t
place_of(struct comparing *comparing, const char *class)
{
    struct use *use = comparing->use;

    for (size_t i = 0; i < use->n; i++)
        if (strcmp(use->classes[i].name, class) == 0)
            return i;
    if (comparing->writer->selection->request->n_classes || use->n == CLASSES_MAX)
        return CLASSES_MAX;
    use->classes[use->n] = (struct use_class){class, 0, 0};
    return use->n++;
}

/* Events as they are told, or a mean of n people. */
static bool
events_of(const Observation *observation, int64_t *events)
{
    int64_t mean;

    if (wg_decimal_parse(observation->events, FACT_SCALE, events))
        return true;
    return wg_decimal_parse(observation->mean, FACT_SCALE, &mean) &&
           !__builtin_mul_overflow(mean, (int64_t)observation->n, events);
}

/* As they are told, or n people for the whole period. */
static int64_t
days_of(const Observation *observation, struct wg_period period)
{
    int64_t days;

    if (wg_decimal_parse(observation->person_time_days, FACT_SCALE, &days))
        return days;
    return (int64_t)observation->n * (period.last - period.first + 1) * 10000;
}

static bool
lies_within(struct wg_period inner, struct wg_period outer)
{
    return inner.first >= outer.first && inner.last <= outer.last;
}

static void
add(struct compared *compared, bool before, int64_t events, int64_t days)
{
    if (before) {
        compared->before += events;
        compared->days_before += days;
        compared->has_before = true;
    } else {
        compared->after += events;
        compared->days_after += days;
        compared->has_after = true;
    }
    compared->known = compared->has_before && compared->has_after;
}

static struct practice *
practice_of(struct comparing *comparing, const char *name)
{
    struct comparison *comparison = comparing->comparison;

    for (size_t i = 0; i < comparison->n_practices; i++)
        if (strcmp(comparison->practices[i].name, name) == 0)
            return &comparison->practices[i];
    if (!comparison->practices)
        comparison->practices = wg_alloc_array(comparing->writer->arena, PRACTICES_MAX,
                                               sizeof(*comparison->practices));
    if (!comparison->practices || comparison->n_practices == PRACTICES_MAX)
        return NULL;
    comparison->practices[comparison->n_practices].name = name;
    return &comparison->practices[comparison->n_practices++];
}

static void
take(struct comparing *comparing, const struct observed *observed)
{
    if (comparing->n == comparing->room) {
        size_t room = comparing->room ? 2 * comparing->room : OBSERVATIONS_FIRST;
        struct observed *list = wg_alloc_array(comparing->writer->arena, room, sizeof(*list));

        if ((comparing->failed = !list))
            return;
        if (comparing->n)
            memcpy(list, comparing->list, comparing->n * sizeof(*list));
        comparing->list = list;
        comparing->room = room;
    }
    comparing->list[comparing->n++] = *observed;
}

static bool
visit(void *context, const struct wg_record *record)
{
    const Observation *observation = (const Observation *)record->message;
    struct comparing *comparing = context;
    struct observed observed = {.observation = observation, .sequence = record->sequence};
    const char *class = class_of(comparing, observation);

    comparing->together += observation->n_classes > 1;
    if (!class || !wg_period_parse(observation->period, &observed.period) ||
        (!lies_within(observed.period, comparing->before) && !lies_within(observed.period, comparing->after)))
        return true;
    if ((observed.place = place_of(comparing, class)) < CLASSES_MAX)
        take(comparing, &observed);
    return !comparing->failed;
}

/* ---- All of them ---- */

/* 0: they are of the same. */
static int
by_what_is_observed(const struct observed *left, const struct observed *right)
{
    int order = strcmp(left->observation->practice, right->observation->practice);

    if (!order)
        order = (left->place > right->place) - (left->place < right->place);
    if (!order)
        order = (left->period.first > right->period.first) - (left->period.first < right->period.first);
    return order ? order : (left->period.last > right->period.last) - (left->period.last < right->period.last);
}

static int
by_record(const void *left, const void *right)
{
    const struct observed *a = left, *b = right;
    int order = by_what_is_observed(a, b);

    return order ? order : (a->sequence > b->sequence) - (a->sequence < b->sequence);
}

static void
add_observation(struct comparing *comparing, const struct observed *observed)
{
    const Observation *observation = observed->observation;
    struct comparison *comparison = comparing->comparison;
    bool before = lies_within(observed->period, comparing->before);
    int64_t events, days = days_of(observation, observed->period);
    struct practice *practice;

    if (!events_of(observation, &events) ||
        (*observation->practice != '\0') != comparison->own_practices)
        return;
    add(&comparison->of[observed->place], before, events, days);
    if (!comparison->own_practices)
        return;
    if ((practice = practice_of(comparing, observation->practice)))
        add(&practice->of[observed->place], before, events, days);
    else
        comparing->failed = true;
}

/* Of several of the same thing and period the one recorded last. */
static void
add_observations(struct comparing *comparing)
{
    if (comparing->n)
        qsort(comparing->list, comparing->n, sizeof(*comparing->list), by_record);
    for (size_t i = 0; i < comparing->n; i++)
        if (i + 1 == comparing->n || by_what_is_observed(&comparing->list[i], &comparing->list[i + 1]))
            add_observation(comparing, &comparing->list[i]);
}

/* ---- The comparator ---- */

static bool
is_whole(struct writer *writer, const Request *request)
{
    if (!*request->comparator && !*request->comparator_before && !*request->comparator_after)
        return false;
    if (!*request->comparator)
        wg_violation(writer->call, "/comparator", "REQUIRED", "its periods are given");
    if (!*request->comparator_before)
        wg_violation(writer->call, "/comparatorBefore", "REQUIRED", "a comparator needs both periods");
    if (!*request->comparator_after)
        wg_violation(writer->call, "/comparatorAfter", "REQUIRED", "a comparator needs both periods");
    return *request->comparator && *request->comparator_before && *request->comparator_after;
}

static int
by_name(const void *left, const void *right)
{
    return strcmp(((const struct practice *)left)->name, ((const struct practice *)right)->name);
}

const struct wg_problem *
comparison_read(struct comparison *comparison, struct writer *writer, struct use *use)
{
    const Request *request = writer->selection->request;
    struct comparing comparing = {comparison, writer, use};
    const struct wg_problem *problem;
    const ProtobufCMessage *comparator;

    *comparison = (struct comparison){0};
    if (!is_whole(writer, request))
        return wg_violations(writer->call);
    wg_period_parse(request->comparator_before, &comparing.before);
    wg_period_parse(request->comparator_after, &comparing.after);
    if ((problem = wg_look_at(writer->call, "/comparator", request->comparator, &comparator)) ||
        (problem = wg_violations(writer->call)))
        return problem;
    comparison->title = ((const Comparator *)comparator)->title;
    comparison->own_practices = ((const Comparator *)comparator)->kind ==
                                WELLGATE__OUTCOMES__V1__COMPARATOR__KIND__OWN_PRACTICES;
    write_declaration(writer, wg_format(writer->arena, "Compared with %s: %s before, %s after.",
                                        comparison->title, wg_text_period(writer->arena, comparing.before),
                                        wg_text_period(writer->arena, comparing.after)));
    if ((problem = wg_scan(writer->call, "outcomes/Observation", request->comparator, NULL, visit,
                           &comparing)))
        return problem;
    add_observations(&comparing);
    if (comparing.together)
        write_declaration(writer, wg_format(writer->arena, "%zu observations are of several classes together: "
            "what each class had of them is not known, and they are not compared.", comparing.together));
    if (comparison->n_practices)
        qsort(comparison->practices, comparison->n_practices, sizeof(*comparison->practices), by_name);
    return comparing.failed ? wg_no_memory(writer->call) : NULL;
}

void
comparison_practices(const struct comparison *comparison, size_t class, uint64_t *practices,
                     uint64_t *fell)
{
    *practices = *fell = 0;
    for (size_t i = 0; i < comparison->n_practices; i++) {
        const struct compared *compared = &comparison->practices[i].of[class];

        *practices += compared->known;
        *fell += compared->known && compared->after < compared->before;
    }
}
