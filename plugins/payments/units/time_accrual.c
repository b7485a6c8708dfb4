/* time_accrual.c - time in a state, stretch by stretch. */
#include "person_kind.h"
#include "evidence/spells.h"

typedef Wellgate__Payments__V1__TimeAccrual TimeAccrual;

struct time_accrual {
    struct events spells;
    wg_date unit_days;
    uint32_t most;
};

static const void *
compile(struct compiling *compiling, const void *message)
{
    const TimeAccrual *terms = message;
    struct time_accrual *accrual = compile_room(compiling, 1, sizeof(*accrual));

    if (accrual)
        *accrual = (struct time_accrual){
            .spells = events_read(compiling, terms->states, terms->n_states, "", ""),
            .unit_days = (wg_date)one_or_more(terms->unit_days),
            .most = terms->most_units ? terms->most_units : UINT32_MAX,
        };
    return accrual;
}

/* The units of days that follow each other; how many there are with those before. */
static uint32_t
push_stretch(struct judging *judging, const struct time_accrual *accrual, struct days stretch,
             uint32_t number)
{
    wg_date first = stretch.first;

    for (; number < accrual->most && stretch.last - first + 1 >= accrual->unit_days;
         first += accrual->unit_days) {
        wg_date last = first + accrual->unit_days - 1;

        candidate(judging, last, (int64_t)++number * EVIDENCE_ONE,
                  spell_on(judging->person, &accrual->spells, first),
                  spell_on(judging->person, &accrual->spells, last));
    }
    return number;
}

static reason_code
judge(struct judging *judging, const void *terms)
{
    const struct time_accrual *accrual = terms;
    bool any = false;
    uint32_t number = 0;
    SCRATCH struct event_walk spells;
    struct days stretch;

    walk_begin(&spells, judging->person, &accrual->spells);
    for (; stretch_next(&spells, judging->person->until, &stretch); any = true)
        number = push_stretch(judging, accrual, stretch, number);
    return any ? REASON(NOT_YET) : REASON(EVIDENCE_MISSING);
}

const struct outcome_kind time_accrual_kind = {.compile = compile, .judge = judge, .many = true};
