/* time_accrual.c - time in a state, stretch by stretch. */
#include "person_kind.h"
#include "evidence/spells.h"

typedef Wellgate__Payments__V1__TimeAccrual TimeAccrual;

struct time_accrual {
    struct events spells;
    wg_date unit_days;
    wg_date contract; /* its first day: what ends before is numbered, and none of its units */
    uint32_t most;
};

static const void *
compile(struct compiling *compiling, const void *message)
{
    const TimeAccrual *terms = message;
    struct time_accrual *accrual = compile_room(compiling, 1, sizeof(*accrual));

    if (!accrual)
        return NULL;
    *accrual = (struct time_accrual){
        .spells = events_read(compiling, terms->states, terms->n_states, "", ""),
        .unit_days = (wg_date)one_or_more(terms->unit_days),
        .contract = INT32_MIN,
        .most = terms->most_units ? terms->most_units : UINT32_MAX,
    };
    wg_date_parse(compiling->contract->start_date, &accrual->contract);
    return accrual;
}

/* How many units lie before the contract. */
static uint32_t
units_before(const struct time_accrual *accrual, struct days stretch)
{
    wg_date days = (accrual->contract < stretch.last + 1 ? accrual->contract : stretch.last + 1) -
                   stretch.first;

    return days > 0 ? (uint32_t)(days / accrual->unit_days) : 0;
}

/* The units of days that follow each other; how many there are with those before. */
static uint32_t
push_stretch(struct judging *judging, const struct time_accrual *accrual, struct days stretch,
             uint32_t number)
{
    uint32_t before = units_before(accrual, stretch);
    wg_date first = stretch.first + (wg_date)before * accrual->unit_days;

    number = before < accrual->most - number ? number + before : accrual->most;
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
    if (number)
        return REASON(WINDOW_MISSED);
    return any ? REASON(NOT_YET) : REASON(EVIDENCE_MISSING);
}

const struct outcome_kind time_accrual_kind = {.compile = compile, .judge = judge, .many = true};
