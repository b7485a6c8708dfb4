/* condition.h - what must be recorded of a person, or must not. Pure. */
#ifndef PAYMENTS_CONDITION_H
#define PAYMENTS_CONDITION_H

#include "coverage.h"

struct condition {
    size_t series;
    enum counting counting;
    int64_t at_least; /* of 10^-4 */
    struct bounds bounds;
    bool windowed; /* else all days up to the moment's */
    struct window window;
    bool latest; /* of the records on those days the last one alone */
    bool absent;
    struct coverage coverage; /* of what must be absent */
};

struct condition condition_read(struct compiling *compiling,
                                const Wellgate__Payments__V1__Condition *terms);

/* As far as is known by the person's until. */
bool condition_stands(const struct condition *condition, const struct moment *moment);

/* Whether it holds, whatever comes: open while days that count are still to come, and what is
 * recorded on them may change it. Of days without an end, as far as is known. */
enum answer { ANSWER_NO, ANSWER_OPEN, ANSWER_YES };
enum answer condition_answer(const struct condition *condition, const struct moment *moment);

/* Of each of several lists, one must hold. */
struct eligibility {
    struct condition *conditions; /* of all lists */
    size_t *ends;                 /* of each list */
    size_t n;                     /* lists */
};

struct eligibility eligibility_read(struct compiling *compiling,
                                    Wellgate__Payments__V1__AnyOf *const *terms, size_t n);

bool is_eligible(const struct eligibility *eligibility, const struct moment *moment);
enum answer eligibility_answer(const struct eligibility *eligibility, const struct moment *moment);

#endif
