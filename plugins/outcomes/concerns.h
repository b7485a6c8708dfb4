/* concerns.h - what is scored in the person's own words stays what it was. */
#ifndef OUTCOMES_CONCERNS_H
#define OUTCOMES_CONCERNS_H

#include "scoring.h"

/*
 * Note concerns that the instrument does not ask for, and words that are not those of
 * the person's other readings with it.
 *
 * before  what the reading said before; NULL: it is new
 */
const struct wg_problem *concerns_check(struct wg_call *call,
                                        const struct definition *definition,
                                        const Assessment *before, const Assessment *assessment);

#endif
