/* evidence.c - assessments' events → packed rows; rows → readings. */
#include "evidence.h"

#include <string.h>
#include <wellgate/decimal.h>

#include "wellgate/outcomes/v1/outcomes.pb-c.h"

typedef Wellgate__Outcomes__V1__Assessment Assessment;

/* Tables of the projection: "evidence" by person id, "measures" by name. */
#define EVIDENCE "evidence"
#define MEASURES "measures"
#define MEASURE_COUNT "#"

static struct wg_bytes
text_bytes(const char *text)
{
    return (struct wg_bytes){text, strlen(text)};
}

static const struct wg_problem *
no_memory(struct wg_call *call)
{
    return wg_fail(call, &wg_payload_too_large, "the evidence is too large");
}

/* ---- Measures: names to small numbers, per programme ---- */

static const struct wg_problem *
number_get(struct wg_call *call, const char *programme, const char *key, uint32_t *number)
{
    struct wg_bytes value;
    const struct wg_problem *problem =
        wg_project_get(call, programme, MEASURES, text_bytes(key), &value);

    *number = 0;
    if (!problem && value.length == sizeof(*number))
        memcpy(number, value.data, sizeof(*number));
    return problem == &wg_not_found ? NULL : problem;
}

static const char *
measure_name(struct wg_call *call, const char *instrument, const char *score)
{
    return wg_format(wg_call_arena(call), "%s#%s", instrument, score);
}

const struct wg_problem *
measure_find(struct wg_call *call, const char *programme, const char *instrument,
             const char *score, uint32_t *measure)
{
    const char *name = measure_name(call, instrument, score);

    return name ? number_get(call, programme, name, measure) : no_memory(call);
}

static const struct wg_problem *
measure_number(struct wg_call *call, const char *programme, const char *instrument,
               const char *score, uint32_t *measure)
{
    const char *name = measure_name(call, instrument, score);
    struct wg_bytes number = {measure, sizeof(*measure)};
    const struct wg_problem *problem;

    if (!name)
        return no_memory(call);
    if ((problem = number_get(call, programme, name, measure)) || *measure)
        return problem;
    if ((problem = number_get(call, programme, MEASURE_COUNT, measure)))
        return problem;
    ++*measure;
    if ((problem = wg_project_put(call, programme, MEASURES, text_bytes(MEASURE_COUNT), number)))
        return problem;
    return wg_project_put(call, programme, MEASURES, text_bytes(name), number);
}

/* ---- One row ---- */

struct row {
    struct reading *readings; /* in the arena */
    size_t n;
};

static const struct wg_problem *
row_get(struct wg_call *call, const char *person, size_t room, struct row *row)
{
    struct wg_bytes stored = {0};
    const struct wg_problem *problem =
        wg_project_get(call, person, EVIDENCE, text_bytes(wg_name_id(person)), &stored);

    if (problem && problem != &wg_not_found)
        return problem;
    row->n = problem ? 0 : stored.length / sizeof(struct reading);
    row->readings = wg_alloc_array(wg_call_arena(call), row->n + room + 1, sizeof(struct reading));
    if (!row->readings)
        return no_memory(call);
    if (row->n)
        memcpy(row->readings, stored.data, row->n * sizeof(struct reading));
    return NULL;
}

static const struct wg_problem *
row_put(struct wg_call *call, const char *person, const struct row *row)
{
    return wg_project_put(call, person, EVIDENCE, text_bytes(wg_name_id(person)),
                          (struct wg_bytes){row->readings, row->n * sizeof(struct reading)});
}

/* Before the first reading that is dated later: a row is ordered by date, and
 * within a day as recorded. */
static void
row_insert(struct row *row, struct reading reading)
{
    size_t at = row->n;

    while (at > 0 && row->readings[at - 1].date > reading.date)
        at--;
    memmove(&row->readings[at + 1], &row->readings[at], (row->n - at) * sizeof(reading));
    row->readings[at] = reading;
    row->n++;
}

/* ---- Following assessments ---- */

/* Also for a score that could not be made: an incomplete reading is still
 * somebody's first or last. */
static const struct wg_problem *
add_readings(struct wg_call *call, const char *person, const Assessment *assessment,
             uint64_t sequence, struct row *row)
{
    struct reading reading = {.recorded = sequence};

    if (!wg_date_parse(assessment->assessed_date, &reading.date))
        return wg_fail(call, &wg_internal, "a stored date is wrong");
    for (size_t i = 0; i < assessment->n_scores; i++) {
        const struct wg_problem *problem =
            measure_number(call, person, assessment->instrument, assessment->scores[i]->key,
                           &reading.measure);

        if (problem)
            return problem;
        if (!wg_decimal_parse(assessment->scores[i]->value, EVIDENCE_SCALE, &reading.value))
            reading.value = EVIDENCE_NO_VALUE;
        row_insert(row, reading);
    }
    return NULL;
}

/* What the assessment said before no longer holds. */
static const struct wg_problem *
supersede(struct wg_call *call, const struct wg_event *event, struct row *row)
{
    struct wg_record before;
    const struct wg_problem *problem =
        wg_load_as_at(call, event->resource, event->sequence - 1, &before);

    if (problem)
        return problem == &wg_not_found ? NULL : problem;
    for (size_t i = 0; i < row->n; i++)
        if (row->readings[i].recorded == before.sequence && !row->readings[i].superseded)
            row->readings[i].superseded = event->sequence;
    return NULL;
}

static const struct wg_problem *
follow_written(struct wg_call *call, const struct wg_event *event, const char *person)
{
    const struct wg_problem *problem;
    const ProtobufCMessage *message;
    const Assessment *assessment;
    struct row row;

    if ((problem = wg_event_look(call, event, &message)))
        return problem;
    assessment = (const Assessment *)message;
    if ((problem = row_get(call, person, assessment->n_scores, &row)) ||
        (event->revision > 1 && (problem = supersede(call, event, &row))) ||
        (problem = add_readings(call, person, assessment, event->sequence, &row)))
        return problem;
    return row_put(call, person, &row);
}

static const struct wg_problem *
follow_deleted(struct wg_call *call, const struct wg_event *event, const char *person)
{
    const struct wg_problem *problem;
    struct row row;

    if ((problem = row_get(call, person, 0, &row)) || (problem = supersede(call, event, &row)))
        return problem;
    return row_put(call, person, &row);
}

const struct wg_problem *
evidence_follow(struct wg_call *call, const struct wg_event *event)
{
    const char *person = wg_name_parent(call, event->resource, 2);

    if (!person)
        return no_memory(call);
    return event->revision ? follow_written(call, event, person)
                           : follow_deleted(call, event, person);
}

/* ---- Reading rows ---- */

struct scanning {
    evidence_visit *visit;
    void *context;
    struct readings readings;
    bool failed;
};

static bool
visit_row(void *context, struct wg_bytes key, struct wg_bytes value)
{
    struct scanning *scanning = context;

    if ((scanning->failed = !readings_take(&scanning->readings, value)))
        return false;
    return scanning->visit(scanning->context, key, scanning->readings.evidence);
}

const struct wg_problem *
evidence_scan(struct wg_call *call, const char *programme, const char *after_id,
              const struct evidence_query *query, evidence_visit *visit, void *context)
{
    struct scanning scanning = {.visit = visit, .context = context};
    struct wg_bytes after = text_bytes(after_id ? after_id : "");
    const struct wg_problem *problem = NULL;

    scanning.failed = !readings_begin(&scanning.readings, query);
    if (!scanning.failed && scanning.readings.greatest)
        problem = wg_project_scan(call, programme, EVIDENCE, after_id ? &after : NULL, visit_row,
                                  &scanning);
    readings_finish(&scanning.readings);
    if (!problem && scanning.failed)
        problem = wg_fail(call, &wg_internal, "out of memory");
    return problem;
}
