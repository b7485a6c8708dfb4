/* selection.c - periods, filters and groups. */
#include "selection.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wellgate/messages.h>
#include <wellgate/text.h>

#include "wellgate/core/v1/core.pb-c.h"

#define DIMENSION(name) WELLGATE__REPORTS__V1__REPORT_DIMENSION__CODE__##name
#define INTERVAL(name) WELLGATE__REPORTS__V1__GET_REPORT_REQUEST__INTERVAL__##name

/* ---- Dimensions ---- */

uint32_t
dimension_word(int dimension, const struct person *person, const struct referral *referral)
{
    switch (dimension) {
    case DIMENSION(PRACTICE):
        return referral->practice;
    case DIMENSION(STRAND):
        return referral->strand;
    case DIMENSION(SOURCE):
        return referral->source;
    case DIMENSION(PROVIDER):
        return referral->provider;
    case DIMENSION(AGE_BAND):
        return person->attributes[FACT_AGE_BAND];
    case DIMENSION(SEX):
        return person->attributes[FACT_SEX];
    case DIMENSION(ETHNICITY):
        return person->attributes[FACT_ETHNICITY];
    case DIMENSION(DEPRIVATION_DECILE):
        return person->attributes[FACT_DECILE];
    case DIMENSION(CARER):
        return person->attributes[FACT_CARING];
    case DIMENSION(LOCALITY):
        return person->attributes[FACT_LOCALITY];
    default:
        return 0;
    }
}

/* ---- What is asked ---- */

/* Where the programme lists its strands: one of them, or one that records still have. */
static const struct wg_problem *
check_strands(struct selection *selection)
{
    const struct wg_problem *problem;
    const ProtobufCMessage *message;
    const Wellgate__Core__V1__Programme *programme;

    if ((problem = wg_look(selection->call, selection->programme, &message)))
        return problem;
    programme = (const Wellgate__Core__V1__Programme *)message;
    for (size_t i = 0; programme->n_strands && i < selection->n_filters; i++) {
        const struct filter *filter = &selection->filters[i];
        bool known = filter->dimension != DIMENSION(STRAND) || filter->word;

        for (size_t s = 0; !known && s < programme->n_strands; s++)
            known = strcmp(programme->strands[s]->code, filter->value) == 0;
        if (!known)
            wg_violation(selection->call, "/where", "UNKNOWN_VALUE", "\"%s\" is none of the programme's strands",
                         filter->value);
    }
    return NULL;
}

/* "SEX=FEMALE". A period is asked for by period. */
static void
read_filter(struct selection *selection, size_t at, const char *text)
{
    struct wg_arena *arena = wg_call_arena(selection->call);
    const char *equals = strchr(text, '=');
    const char *pointer = wg_format(arena, "/where/%zu", at);
    const char *name = equals ? wg_copy_bytes(arena, text, (size_t)(equals - text)) : NULL;
    const ProtobufCEnumValue *found =
        name ? protobuf_c_enum_descriptor_get_value_by_name(
                   &wellgate__reports__v1__report_dimension__code__descriptor, name) : NULL;

    if (!found || found->value <= 0 || found->value == DIMENSION(PERIOD)) {
        wg_violation(selection->call, pointer ? pointer : "/where", "UNKNOWN_VALUE",
                     "is no dimension that can be filtered by");
        return;
    }
    selection->filters[selection->n_filters++] = (struct filter){
        found->value, equals + 1, words_find(&selection->words, equals + 1)};
}

static const struct wg_problem *
read_filters(struct selection *selection)
{
    const Request *request = selection->request;

    selection->filters = wg_alloc_array(wg_call_arena(selection->call), request->n_where + 1,
                                        sizeof(*selection->filters));
    if (!selection->filters)
        return wg_no_memory(selection->call);
    for (size_t i = 0; i < request->n_where; i++)
        read_filter(selection, i, request->where[i]);
    return request->n_where ? check_strands(selection) : NULL;
}

/* The day of an event, where the programme is. */
static const struct wg_problem *
day_of(struct selection *selection, const struct wg_event *event, wg_date *day)
{
    const struct wg_problem *problem;
    const ProtobufCMessage *message;
    const char *zone;

    if ((problem = wg_look(selection->call, selection->programme, &message)))
        return problem;
    zone = ((const Wellgate__Core__V1__Programme *)message)->time_zone;
    *day = wg_date_at(event->time_ms, *zone ? zone : "Europe/London");
    return NULL;
}

/* What is known, and the day on which it was. */
static const struct wg_problem *
read_known(struct selection *selection)
{
    uint64_t asked = selection->request->known_at_sequence;
    const struct wg_problem *problem;
    struct wg_event event;

    selection->today = wg_today(selection->call, selection->programme);
    if ((problem = wg_sequence(selection->call, selection->programme, &selection->sequence)) ||
        !asked || asked == selection->sequence)
        return problem;
    if (asked > selection->sequence) {
        wg_violation(selection->call, "/knownAtSequence", "OUT_OF_RANGE",
                     "the programme's stream has not come so far");
        return NULL;
    }
    if ((problem = wg_load_event(selection->call, selection->programme, asked, &event)))
        return problem;
    selection->sequence = asked;
    return day_of(selection, &event, &selection->today);
}

const struct wg_problem *
selection_begin(struct selection *selection, struct wg_call *call, const Request *request)
{
    const struct wg_problem *problem;

    *selection = (struct selection){.call = call, .request = request, .programme = request->parent,
                                    .period = {INT32_MIN + 1, INT32_MAX}};
    if (*request->period)
        wg_period_parse(request->period, &selection->period);
    if (request->interval && request->by != DIMENSION(PERIOD))
        wg_violation(call, "/interval", "NOT_TAKEN", "is of PERIOD only");
    if ((problem = words_load(call, request->parent, &selection->words)) ||
        (problem = read_filters(selection)) || (problem = read_known(selection)))
        return problem;
    selection->groups = wg_alloc_array(wg_call_arena(call), 16, sizeof(*selection->groups));
    selection->groups_room = 16;
    if (!selection->groups)
        return wg_no_memory(call);
    selection->groups[selection->n_groups++].label = "";
    return NULL;
}

/* ---- Whom it takes ---- */

/* Of one dimension any of the values, of several one of each. */
static bool
passes(const struct selection *selection, const struct person *person,
       const struct referral *referral)
{
    for (size_t i = 0; i < selection->n_filters; i++) {
        int dimension = selection->filters[i].dimension;
        uint32_t word = dimension_word(dimension, person, referral);
        bool any = false;

        for (size_t j = 0; j < selection->n_filters; j++)
            any |= selection->filters[j].dimension == dimension && word &&
                   selection->filters[j].word == word;
        if (!any)
            return false;
    }
    return true;
}

bool
selection_takes(const struct selection *selection, const struct person *person,
                const struct referral *referral)
{
    return wg_period_contains(selection->period, referral->referred) &&
           passes(selection, person, referral);
}

const struct referral *
selection_first(const struct selection *selection, const struct person *person)
{
    for (size_t i = 0; i < person->n_referrals; i++)
        if (selection_takes(selection, person, &person->referrals[i]))
            return &person->referrals[i];
    return NULL;
}

/* ---- Groups ---- */

static struct wg_period
interval_of(int interval, wg_date date)
{
    struct wg_period quarter = wg_quarter_of(date);
    int year, month, day;

    wg_date_to_civil(date, &year, &month, &day);
    switch (interval) {
    case INTERVAL(MONTH):
        return (struct wg_period){date - day + 1,
                                  wg_date_add_months(date - day + 1, 1) - 1};
    case INTERVAL(YEAR):
        return (struct wg_period){wg_date_from_civil(year, 1, 1), wg_date_from_civil(year, 12, 31)};
    default:
        return quarter;
    }
}

static const char *
label_of(struct selection *selection, wg_date date, uint32_t word)
{
    struct wg_arena *arena = wg_call_arena(selection->call);
    char text[WG_PERIOD_TEXT_BYTES];
    struct wg_period period;
    int year, month, day;

    if (selection->request->by != DIMENSION(PERIOD))
        return word ? words_text(&selection->words, word) : NOT_RECORDED;
    period = interval_of((int)selection->request->interval, date);
    if (selection->request->interval != INTERVAL(YEAR))
        return wg_copy_text(arena, wg_period_format(period, text));
    wg_date_to_civil(date, &year, &month, &day);
    return wg_format(arena, "%d", year);
}

static bool
make_room(struct selection *selection)
{
    struct group *more;

    if (selection->n_groups < selection->groups_room)
        return true;
    if (selection->n_groups >= GROUPS_MAX ||
        !(more = wg_alloc_array(wg_call_arena(selection->call), 2 * selection->n_groups,
                                sizeof(*more))))
        return false;
    memcpy(more, selection->groups, selection->n_groups * sizeof(*more));
    selection->groups = more;
    selection->groups_room = 2 * selection->n_groups;
    return true;
}

size_t
selection_group_of(struct selection *selection, wg_date date, uint32_t word)
{
    int64_t key = word;

    if (!selection->request->by)
        return GROUP_ALL;
    if (selection->request->by == DIMENSION(PERIOD))
        key = interval_of((int)selection->request->interval, date).first;
    for (size_t i = 1; i < selection->n_groups; i++)
        if (selection->groups[i].key == key)
            return i;
    if (!make_room(selection)) {
        selection->failed = true;
        return GROUP_NONE;
    }
    selection->groups[selection->n_groups] = (struct group){key, label_of(selection, date, word)};
    return selection->n_groups++;
}

size_t
selection_group(struct selection *selection, const struct person *person,
                const struct referral *referral)
{
    return selection_group_of(selection, referral->referred,
                              dimension_word((int)selection->request->by, person, referral));
}

int
labels_compare(const char *a, const char *b)
{
    bool none_a = strcmp(a, NOT_RECORDED) == 0, none_b = strcmp(b, NOT_RECORDED) == 0;
    char *end_a, *end_b;
    long number_a = strtol(a, &end_a, 10), number_b = strtol(b, &end_b, 10);

    if (none_a != none_b)
        return none_a - none_b;
    if (end_a != a && end_b != b && number_a != number_b)
        return number_a < number_b ? -1 : 1;
    return strcmp(a, b);
}

static int
by_label(const void *left, const void *right, void *context)
{
    const struct group *groups = context;

    return labels_compare(groups[*(const size_t *)left].label, groups[*(const size_t *)right].label);
}

const size_t *
selection_order(struct selection *selection)
{
    size_t *order = wg_alloc_array(wg_call_arena(selection->call), selection->n_groups,
                                   sizeof(*order));

    for (size_t i = 0; order && i < selection->n_groups; i++)
        order[i] = i;
    if (order)
        qsort_r(order + 1, selection->n_groups - 1, sizeof(*order), by_label, selection->groups);
    return order;
}

void *
grouped_at(struct grouped *grouped, size_t group)
{
    size_t room = grouped->room ? grouped->room : 4;
    char *more;

    if (group == GROUP_NONE)
        return NULL;
    while (room <= group)
        room *= 2;
    if (room > grouped->room) {
        if (!(more = wg_alloc_array(grouped->arena, room, grouped->size)))
            return NULL;
        if (grouped->room)
            memcpy(more, grouped->list, grouped->room * grouped->size);
        grouped->list = more;
        grouped->room = room;
    }
    return grouped->list + group * grouped->size;
}
