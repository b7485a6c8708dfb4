/* definition.h - what an instrument says, built in or a programme's own. */
#ifndef OUTCOMES_DEFINITION_H
#define OUTCOMES_DEFINITION_H

#include <wellgate/call.h>

#include "wellgate/outcomes/v1/instruments.pb-c.h"

typedef Wellgate__Outcomes__V1__Instrument Instrument;
typedef Wellgate__Outcomes__V1__ProgrammeInstrument ProgrammeInstrument;
typedef Wellgate__Outcomes__V1__Instrument__Item Item;
typedef Wellgate__Outcomes__V1__Instrument__Score Score;
typedef Wellgate__Outcomes__V1__Instrument__Band Band;

#define METHOD(name) WELLGATE__OUTCOMES__V1__INSTRUMENT__METHOD__##name
#define MISSING(name) WELLGATE__OUTCOMES__V1__INSTRUMENT__MISSING__##name
#define DIRECTION(name) WELLGATE__OUTCOMES__V1__INSTRUMENT__DIRECTION__##name

/* Borrowed from the record. */
struct definition {
    int32_t version;
    Item *const *items;
    size_t n_items;
    Score *const *scores;
    size_t n_scores;
};

/* Of an Instrument or a ProgrammeInstrument. */
struct definition definition_of(const ProtobufCMessage *instrument);

/* NULL where there is none with that key. */
const Item *item_find(const struct definition *definition, const char *key);
const Score *score_find(const struct definition *definition, const char *key);

/* Note every fault of the definition, with its pointer into the instrument. */
void definition_check(struct wg_call *call, const struct definition *definition);

/* Say the range of each score that is made of items. Of a definition without faults. */
const struct wg_problem *definition_complete(struct wg_call *call,
                                             const struct definition *definition);

#endif
