/* names.h - what people call what reports are about. */
#ifndef REPORTS_NAMES_H
#define REPORTS_NAMES_H

#include <wellgate/call.h>

#include "wellgate/core/v1/core.pb-c.h"

struct names {
    struct wg_call *call;
    const Wellgate__Core__V1__Programme *programme; /* NULL: it cannot be read */
};

/* Of a programme, by its name. */
struct names names_of(struct wg_call *call, const char *programme);

enum name_list {
    NAMES_STRANDS,
    NAMES_REASONS,
    NAMES_END_REASONS,
    NAMES_MILESTONES,
};

/* An organisation's title; of a code what it says: "LONG_TERM_CONDITION" → "Long term condition",
 * "ED_ATTENDANCE" → "A&E attendances", "long_term" → "Long term". NULL: past the arena. */
const char *name_words(const struct names *names, const char *name);

/* The same within a sentence: "long term condition", "GP visits at home". */
const char *name_within(const struct names *names, const char *name);

/* A code of one of the programme's lists by its title there; any other as name_words. */
const char *name_listed(const struct names *names, enum name_list list, const char *code);

/* A value of a dimension. */
const char *name_of_group(const struct names *names, int dimension, const char *value);

/* "Age band", and "age band" within a sentence. */
const char *name_of_dimension(const struct names *names, int dimension);
const char *name_of_dimension_within(const struct names *names, int dimension);

#endif
