/* measures.c - "instruments/phq9/total:6" → a score and the least improvement that counts. */
#include "measures.h"

#include <string.h>
#include <wellgate/decimal.h>

typedef Wellgate__Outcomes__V1__Instrument Instrument;
typedef Wellgate__Outcomes__V1__ProgrammeInstrument ProgrammeInstrument;

#define DIRECTION(name) WELLGATE__OUTCOMES__V1__INSTRUMENT__DIRECTION__##name

const struct wg_problem *
instrument_look(struct wg_call *call, const char *name, const char **title, Score ***scores,
                size_t *n_scores, Wellgate__Outcomes__V1__Instrument__Item ***items,
                size_t *n_items)
{
    const ProtobufCMessage *message;
    const struct wg_problem *problem;

    if ((problem = wg_look(call, name, &message)))
        return problem;
    if (message->descriptor == &wellgate__outcomes__v1__instrument__descriptor) {
        const Instrument *built_in = (const Instrument *)message;

        *title = built_in->title;
        *scores = built_in->scores, *n_scores = built_in->n_scores;
        *items = built_in->items, *n_items = built_in->n_items;
    } else if (message->descriptor == &wellgate__outcomes__v1__programme_instrument__descriptor) {
        const ProgrammeInstrument *own = (const ProgrammeInstrument *)message;

        *title = own->title;
        *scores = own->scores, *n_scores = own->n_scores;
        *items = own->items, *n_items = own->n_items;
    } else {
        return &wg_not_found;
    }
    return NULL;
}

/* ---- One measure ---- */

/* "instruments/phq9/total:6": the name up to the colon, and what is behind it, or "". */
static bool
split(struct wg_arena *arena, const char *text, char **name, char **instrument, const char **key,
      const char **value)
{
    const char *colon = strchr(text, ':');
    size_t length = colon ? (size_t)(colon - text) : strlen(text);
    char *slash;

    *value = colon ? colon + 1 : "";
    *name = wg_copy_bytes(arena, text, length);
    *instrument = wg_copy_bytes(arena, text, length);
    if (!*name || !*instrument)
        return false;
    slash = strrchr(*instrument, '/');
    *slash = '\0';
    *key = *name + (slash - *instrument) + 1;
    return true;
}

int
score_direction(const Score *score)
{
    switch ((int)score->direction) {
    case DIRECTION(HIGHER_BETTER):
        return 1;
    case DIRECTION(LOWER_BETTER):
        return -1;
    default:
        return 0;
    }
}

static const Score *
score_with(Score **scores, size_t n, const char *key)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(scores[i]->key, key) == 0)
            return scores[i];
    return NULL;
}

/* *score stays NULL where there is none that could be better or worse. */
static const struct wg_problem *
find_score(struct writer *writer, const char *instrument, const char *key,
           struct measure *measure)
{
    Wellgate__Outcomes__V1__Instrument__Item **items;
    const struct wg_problem *problem;
    size_t n_scores, n_items;
    const char *title;
    Score **scores;

    problem = instrument_look(writer->call, instrument, &title, &scores, &n_scores, &items, &n_items);
    if (problem)
        return problem == &wg_not_found ? NULL : problem;
    measure->score = score_with(scores, n_scores, key);
    measure->direction = measure->score ? score_direction(measure->score) : 0;
    if (!measure->direction) {
        measure->score = NULL;
        return NULL;
    }
    measure->title = wg_format(writer->arena, "%s: %s", title, name_within(&writer->names, key));
    return measure->title ? NULL : wg_no_memory(writer->call);
}

/* A programme's report tells of its own instruments and those of all. */
static bool
is_foreign(const struct writer *writer, const char *instrument)
{
    size_t length = strlen(writer->selection->programme);

    return strncmp(instrument, "programmes/", strlen("programmes/")) == 0 &&
           (strncmp(instrument, writer->selection->programme, length) != 0 ||
            instrument[length] != '/');
}

static const struct wg_problem *
read_measure(struct writer *writer, const char *text, struct measure *measure, const char **value)
{
    char *name, *instrument;
    const char *key;

    *measure = (struct measure){0};
    if (!split(writer->arena, text, &name, &instrument, &key, value))
        return wg_no_memory(writer->call);
    measure->name = name;
    measure->instrument = instrument;
    measure->word = words_find(&writer->selection->words, name);
    return is_foreign(writer, instrument) ? NULL : find_score(writer, instrument, key, measure);
}

const struct wg_problem *
measure_read(struct writer *writer, const char *text, struct measure *measure)
{
    const struct wg_problem *problem;
    const char *value;

    if ((problem = read_measure(writer, text, measure, &value)))
        return problem;
    if (!measure->score || (*value && !wg_decimal_parse(value, FACT_SCALE, &measure->threshold)))
        measure->name = NULL;
    return NULL;
}

static void
unknown(struct writer *writer, const char *field, size_t at)
{
    const char *pointer = wg_format(writer->arena, "/%s/%zu", field, at);

    wg_violation(writer->call, pointer ? pointer : "/", "UNKNOWN_VALUE",
                 "is no score of an instrument of the programme that could be better or worse");
}

/* ---- Those that are named ---- */

static const struct wg_problem *
read_named(struct writer *writer, size_t at, struct measures *measures)
{
    struct measure *measure = &measures->list[measures->n];
    const struct wg_problem *problem;

    if ((problem = measure_read(writer, writer->selection->request->measures[at], measure)))
        return problem;
    if (!measure->name)
        unknown(writer, "measures", at);
    else
        measures->n++;
    return NULL;
}

/* ---- All of which there are readings ---- */

static bool
is_measure(const char *word)
{
    return strncmp(word, "instruments/", strlen("instruments/")) == 0 ||
           (strncmp(word, "programmes/", strlen("programmes/")) == 0 &&
            strstr(word, "/instruments/"));
}

static const struct wg_problem *
read_all(struct writer *writer, struct measures *measures)
{
    const struct words *words = &writer->selection->words;
    const struct wg_problem *problem;
    const char *value;

    for (size_t i = 1; i < words->n && measures->n < MEASURES_MAX; i++) {
        if (!is_measure(words->list[i]))
            continue;
        if ((problem = read_measure(writer, words->list[i], &measures->list[measures->n], &value)))
            return problem;
        measures->n += measures->list[measures->n].score != NULL;
    }
    return NULL;
}

/* ---- What is left out ---- */

static const struct wg_problem *
read_leave_out(struct writer *writer, size_t at, struct measures *measures)
{
    const struct wg_problem *problem;
    struct measure wanted;
    const char *value;
    bool known = false;
    int64_t from;

    if ((problem = read_measure(writer, writer->selection->request->leave_out[at], &wanted, &value)))
        return problem;
    if (!wanted.score || !wg_decimal_parse(value, FACT_SCALE, &from)) {
        unknown(writer, "leaveOut", at);
        return NULL;
    }
    for (size_t i = 0; i < measures->n; i++) {
        struct measure *measure = &measures->list[i];

        if (strcmp(measure->name, wanted.name) != 0)
            continue;
        measure->leaves_out = known = true;
        measure->leave_out_from = from;
        write_declaration(writer, wg_format(writer->arena,
            "%s: people whose baseline was %s or more are left out.", measure->title, value));
    }
    if (!known)
        unknown(writer, "leaveOut", at);
    return NULL;
}

const struct wg_problem *
measures_read(struct writer *writer, struct measures *measures)
{
    const Request *request = writer->selection->request;
    const struct wg_problem *problem = NULL;

    *measures = (struct measures){.named = request->n_measures > 0};
    measures->list = wg_alloc_array(writer->arena, MEASURES_MAX + 1, sizeof(*measures->list));
    if (!measures->list)
        return wg_no_memory(writer->call);
    for (size_t i = 0; !problem && i < request->n_measures; i++)
        problem = read_named(writer, i, measures);
    if (!problem && !measures->named)
        problem = read_all(writer, measures);
    for (size_t i = 0; !problem && i < request->n_leave_out; i++)
        problem = read_leave_out(writer, i, measures);
    return problem;
}
