/* meanings.c - a code is looked for where its column says it comes from; where nobody explains
 * it, its own words stand. */
#include "meanings.h"

#include <string.h>
#include <wellgate/messages.h>

#include "report/names.h"
#include "wellgate/outcomes/v1/instruments.pb-c.h"

typedef Wellgate__Outcomes__V1__Instrument Instrument;
typedef Wellgate__Outcomes__V1__ProgrammeInstrument ProgrammeInstrument;
typedef Wellgate__Outcomes__V1__Instrument__Score Score;
typedef Wellgate__Outcomes__V1__Instrument__Item Item;

struct explaining {
    struct wg_call *call;
    struct wg_arena *arena;
    const char *programme;
    const struct column *column;
    CodebookCode *code;
    const char *meaning; /* NULL: nobody said it yet */
};

/* ---- Of enumerations, and of the programme ---- */

/* "OTHER:rough-sleeping-count": what is before the colon is the enumeration's. */
static void
ask_enumerations(struct explaining *e)
{
    const char *colon = strchr(e->code->code, ':');
    const char *word = colon ? wg_copy_bytes(e->arena, e->code->code, (size_t)(colon - e->code->code))
                             : e->code->code;

    for (size_t i = 0; word && !e->meaning && i < ENUMERATIONS_MAX && e->column->enumerations[i]; i++) {
        const ProtobufCEnumDescriptor *enumeration = e->column->enumerations[i];
        const char *comment = wg_value_comment(e->call, enumeration, word);

        if (protobuf_c_enum_descriptor_get_value_by_name(enumeration, word) && *comment)
            e->meaning = colon ? wg_format(e->arena, "%s Here: %s", comment, colon + 1) : comment;
    }
}

/* Organisations by their titles, what the programme lists by its title there; of any other code
 * what it says. */
static const char *
ask_names(struct explaining *e)
{
    struct names names = names_of(e->call, e->programme);

    switch (e->column->list) {
    case STRANDS:
        return name_listed(&names, NAMES_STRANDS, e->code->code);
    case REASONS:
        return name_listed(&names, NAMES_REASONS, e->code->code);
    case END_REASONS:
        return name_listed(&names, NAMES_END_REASONS, e->code->code);
    case MILESTONES:
        return name_listed(&names, NAMES_MILESTONES, e->code->code);
    case OWN_WORDS:
        return e->code->code;
    default:
        return name_words(&names, e->code->code);
    }
}

/* ---- Of instruments ---- */

struct definition {
    const char *title, *source;
    int32_t version;
    Score *const *scores;
    size_t n_scores;
    Item *const *items;
    size_t n_items;
};

static bool
definition_of(const ProtobufCMessage *message, struct definition *definition)
{
    const ProgrammeInstrument *own = (const ProgrammeInstrument *)message;
    const Instrument *built_in = (const Instrument *)message;

    if (message->descriptor == &wellgate__outcomes__v1__instrument__descriptor)
        *definition = (struct definition){built_in->title, built_in->source, built_in->version,
            built_in->scores, built_in->n_scores, built_in->items, built_in->n_items};
    else if (message->descriptor == &wellgate__outcomes__v1__programme_instrument__descriptor)
        *definition = (struct definition){own->title, own->source, own->version,
            own->scores, own->n_scores, own->items, own->n_items};
    else
        return false;
    return true;
}

static const char *
direction_words(const Score *score)
{
    switch (score->direction) {
    case WELLGATE__OUTCOMES__V1__INSTRUMENT__DIRECTION__HIGHER_BETTER:
        return ", higher is better";
    case WELLGATE__OUTCOMES__V1__INSTRUMENT__DIRECTION__LOWER_BETTER:
        return ", lower is better";
    default:
        return ", neither way is better";
    }
}

/* "PHQ-9, total: from 0 to 27, lower is better; minimal from 0 to 4; mild from 5 to 9" */
static const char *
score_words(struct explaining *e, const struct definition *definition, const Score *score)
{
    const char *text = wg_format(e->arena, "%s, %s", definition->title, score->key);

    if (text && *score->least && *score->greatest)
        text = wg_format(e->arena, "%s: from %s to %s", text, score->least, score->greatest);
    if (text)
        text = wg_format(e->arena, "%s%s", text, direction_words(score));
    for (size_t i = 0; text && i < score->n_bands; i++)
        text = wg_format(e->arena, "%s; %s from %s to %s", text, score->bands[i]->code,
                         score->bands[i]->low, score->bands[i]->high);
    return text;
}

/* A score of one item whose answers are states has their names. */
static const char *
add_states(struct explaining *e, const struct definition *definition, const Score *score,
           const char *text)
{
    for (size_t i = 0; score->n_items == 1 && i < definition->n_items; i++) {
        const Item *item = definition->items[i];

        for (size_t s = 0; text && strcmp(item->key, score->items[0]) == 0 && s < item->n_states; s++)
            text = wg_format(e->arena, "%s; %d is %s", text, item->states[s]->value,
                             item->states[s]->code);
    }
    return text;
}

static void
explain_score(struct explaining *e, const struct definition *definition, const char *key)
{
    e->code->version = definition->version;
    e->code->source = (char *)(uintptr_t)definition->source;
    for (size_t i = 0; i < definition->n_scores; i++)
        if (strcmp(definition->scores[i]->key, key) == 0)
            e->meaning = add_states(e, definition, definition->scores[i],
                                    score_words(e, definition, definition->scores[i]));
}

static const struct wg_problem *
ask_instrument(struct explaining *e)
{
    const char *slash = strrchr(e->code->code, '/');
    const ProtobufCMessage *message;
    const struct wg_problem *problem;
    struct definition definition;

    if (!slash)
        return NULL;
    e->code->instrument = wg_copy_bytes(e->arena, e->code->code, (size_t)(slash - e->code->code));
    if (!e->code->instrument)
        return wg_no_memory(e->call);
    if ((problem = wg_look(e->call, e->code->instrument, &message)))
        return problem == &wg_not_found ? NULL : problem;
    if (definition_of(message, &definition))
        explain_score(e, &definition, slash + 1);
    return NULL;
}

/* ---- All of them ---- */

const struct wg_problem *
code_explain(struct wg_call *call, const char *programme, const struct column *column,
             CodebookCode *code)
{
    struct explaining e = {call, wg_call_arena(call), programme, column, code, NULL};
    const struct wg_problem *problem;

    if (strcmp(code->code, SMALL) == 0)
        e.meaning = "One that fewer than 8 people of the extract have.";
    if (!e.meaning)
        ask_enumerations(&e);
    if (!e.meaning && column->list == MEASURES && (problem = ask_instrument(&e)))
        return problem;
    code->meaning = (char *)(uintptr_t)(e.meaning ? e.meaning : ask_names(&e));
    return code->meaning ? NULL : wg_no_memory(call);
}
