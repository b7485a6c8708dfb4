/* attribute_supplement.c - more for units of another rule, of people with an attribute. */
#include "terms/links.h"
#include "person_kind.h"

typedef Wellgate__Payments__V1__AttributeSupplement AttributeSupplement;

struct supplement {
    uint16_t rule; /* place of the other */
    struct condition attribute;
};

static const void *
compile(struct compiling *compiling, const void *message)
{
    const AttributeSupplement *terms = message;
    struct supplement *supplement = compile_room(compiling, 1, sizeof(*supplement));

    if (supplement)
        *supplement = (struct supplement){place_of_rule(compiling->version, terms->rule),
                                          condition_read(compiling, terms->attribute)};
    return supplement;
}

/* Whether the other's are achieved is known when the day is judged: see modifiers.c. */
static reason_code
judge(struct judging *judging, const void *terms)
{
    const struct supplement *supplement = terms;
    const struct run *other = &judging->runs[supplement->rule];

    for (size_t i = other->first; i < other->end && !judging->failed; i++) {
        struct unit followed = judging->units->list[i];
        struct moment moment = moment_on(judging, followed.date);
        struct unit *unit = candidate(judging, followed.date, followed.measure, followed.from,
                                      followed.to);

        if (!unit)
            break;
        unit->quantity = followed.quantity;
        unit->of = followed.of;
        unit->reason = reason_of_answer(condition_answer(&supplement->attribute, &moment));
    }
    return REASON(PREREQUISITE_MISSING);
}

const struct outcome_kind attribute_supplement_kind = {
    .compile = compile, .judge = judge, .many = true};
