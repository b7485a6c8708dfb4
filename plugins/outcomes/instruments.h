/* instruments.h - the instruments that every gateway knows, and a programme's own. */
#ifndef OUTCOMES_INSTRUMENTS_H
#define OUTCOMES_INSTRUMENTS_H

#include "definition.h"

/* Store those that are not there yet, and new revisions of those that differ. */
const struct wg_problem *instruments_install(struct wg_call *call);

/* The rule of outcomes/Instrument. */
const struct wg_problem *check_instrument(struct wg_call *call, const ProtobufCMessage *before,
                                          ProtobufCMessage *after);

/* The rule of outcomes/ProgrammeInstrument. */
const struct wg_problem *check_programme_instrument(struct wg_call *call,
                                                    const ProtobufCMessage *before,
                                                    ProtobufCMessage *after);

/* A reading is taken with it: from now on its definition stands. */
const struct wg_problem *instrument_use(struct wg_call *call, const ProtobufCMessage *instrument,
                                        const char *name);

#endif
