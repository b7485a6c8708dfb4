/* instruments.c - what every gateway knows of instruments, and what programmes add. */
#include "instruments.h"

#include <string.h>
#include <wellgate/plugin.h>

typedef Wellgate__Outcomes__V1__InstrumentSet InstrumentSet;

WG_EMBED(built_in_instruments, "built_in_instruments.pb");

/* ---- Built in ---- */

static bool
same(struct wg_arena *arena, const ProtobufCMessage *a, const ProtobufCMessage *b)
{
    size_t length = protobuf_c_message_get_packed_size(a);
    uint8_t *x = wg_alloc(arena, length + 1), *y = wg_alloc(arena, length + 1);

    if (!x || !y || protobuf_c_message_get_packed_size(b) != length)
        return false;
    protobuf_c_message_pack(a, x);
    protobuf_c_message_pack(b, y);
    return memcmp(x, y, length) == 0;
}

static const struct wg_problem *
install(struct wg_call *call, Instrument *instrument)
{
    struct definition definition = definition_of(&instrument->base);
    const struct wg_problem *problem;
    struct wg_record record;

    if ((problem = definition_complete(call, &definition)))
        return problem;
    problem = wg_load(call, instrument->name, &record);
    if (problem == &wg_not_found)
        return wg_insert(call, &instrument->base, NULL);
    if (problem || same(wg_call_arena(call), record.message, &instrument->base))
        return problem;
    return wg_update(call, &instrument->base, NULL);
}

const struct wg_problem *
instruments_install(struct wg_call *call)
{
    const InstrumentSet *set = wellgate__outcomes__v1__instrument_set__unpack(
        &wg_call_arena(call)->protobuf, (size_t)(built_in_instruments_end - built_in_instruments),
        (const uint8_t *)built_in_instruments);
    const struct wg_problem *problem = NULL;

    if (!set)
        return wg_fail(call, &wg_internal, "the built-in instruments cannot be read");
    for (size_t i = 0; !problem && i < set->n_instruments; i++)
        problem = install(call, set->instruments[i]);
    return problem;
}

static const struct wg_problem *
settle(struct wg_call *call, const struct definition *definition)
{
    const struct wg_problem *problem;

    definition_check(call, definition);
    if ((problem = wg_violations(call)))
        return problem;
    return definition_complete(call, definition);
}

const struct wg_problem *
check_instrument(struct wg_call *call, const ProtobufCMessage *before, ProtobufCMessage *after)
{
    struct definition definition;

    (void)before;
    if (!after)
        return NULL;
    definition = definition_of(after);
    return settle(call, &definition);
}

/* ---- A programme's own ---- */

/* Of the later version: what it replaces is there, for it is a reference. */
static const struct wg_problem *
set_version(struct wg_call *call, ProgrammeInstrument *instrument)
{
    const struct wg_problem *problem;
    struct wg_record record;

    instrument->version = 1;
    if (!*instrument->replaces)
        return NULL;
    if ((problem = wg_load_at(call, "/replaces", instrument->replaces, &record)))
        return problem;
    instrument->version = 1 + ((const ProgrammeInstrument *)record.message)->version;
    return NULL;
}

static bool
same_definition(struct wg_arena *arena, const ProgrammeInstrument *a,
                const ProgrammeInstrument *b)
{
    ProgrammeInstrument x = WELLGATE__OUTCOMES__V1__PROGRAMME_INSTRUMENT__INIT, y = x;

    x.items = a->items, x.n_items = a->n_items;
    x.scores = a->scores, x.n_scores = a->n_scores;
    y.items = b->items, y.n_items = b->n_items;
    y.scores = b->scores, y.n_scores = b->n_scores;
    return same(arena, &x.base, &y.base);
}

const struct wg_problem *
check_programme_instrument(struct wg_call *call, const ProtobufCMessage *before,
                           ProtobufCMessage *after)
{
    const ProgrammeInstrument *was = (const ProgrammeInstrument *)before;
    ProgrammeInstrument *instrument = (ProgrammeInstrument *)after;
    const struct wg_problem *problem;
    struct definition definition;

    if (!instrument)
        return NULL;
    definition = definition_of(after);
    if ((problem = settle(call, &definition)))
        return problem;
    if (was && was->in_use && !same_definition(wg_call_arena(call), was, instrument))
        return wg_fail(call, &wg_conflict, "readings were taken with it: its items and scores "
                       "stand; create an instrument that replaces it");
    return was ? NULL : set_version(call, instrument);
}

const struct wg_problem *
instrument_use(struct wg_call *call, const ProtobufCMessage *instrument, const char *name)
{
    const ProgrammeInstrument *own = (const ProgrammeInstrument *)instrument;
    const struct wg_problem *problem;
    struct wg_record record;

    if (instrument->descriptor != &wellgate__outcomes__v1__programme_instrument__descriptor ||
        own->in_use)
        return NULL;
    if ((problem = wg_load(call, name, &record)))
        return problem;
    ((ProgrammeInstrument *)record.message)->in_use = true;
    return wg_update(call, record.message, "programme_instrument.used");
}
