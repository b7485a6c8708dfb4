/* The moves of a payer's standing: each state and verb. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "payments/standing/standing_states.h"

/* By hand: where each verb leads from each state; -1: nowhere. */
static const int leads[][VERDICTS] = {
    /*                           calculate  issue  approve  deem  dispute  resolve  settle  reverse */
    [STANDING_DRAFT]            = {0, 1, -1, -1, -1, -1, -1, -1},
    [STANDING(AWAITING)]        = {-1, -1, 2, 3, 4, -1, -1, -1},
    [STANDING(APPROVED)]        = {-1, -1, -1, -1, -1, -1, 2, 2},
    [STANDING(DEEMED_ACCEPTED)] = {-1, -1, -1, -1, -1, -1, 3, 3},
    [STANDING(DISPUTED)]        = {-1, -1, 4, 4, 4, 5, 4, 4},
    [STANDING(RESOLVED)]        = {-1, -1, -1, -1, -1, -1, 5, 5},
    [STANDING(SETTLED)]         = {-1, -1, -1, -1, -1, -1, -1, 6},
};

static void
each_verb_leads_where_it_should_from_each_state(void **state)
{
    (void)state;
    for (size_t from = 0; from < sizeof(leads) / sizeof(*leads); from++)
        for (int verdict = 0; verdict < VERDICTS; verdict++) {
            const struct standing_move *move =
                standing_move_find((StandingState)from, (enum verdict)verdict);

            assert_int_equal(move ? (int)move->to : -1, leads[from][verdict]);
        }
}

static void
what_pays_or_decides_all_may_end_it_and_what_is_in_dispute_does_not(void **state)
{
    const struct standing_move *move;

    (void)state;
    for (size_t i = 0; (move = standing_move_at(i)); i++)
        if (move->verdict != VERDICT_REVERSE)
            assert_int_equal(move->ends, move->to == STANDING(APPROVED) ||
                                             move->to == STANDING(RESOLVED) ||
                                             move->to == STANDING(DEEMED_ACCEPTED));
        else
            assert_false(move->ends);
}

static void
states_and_verbs_have_names(void **state)
{
    (void)state;
    assert_string_equal(verdict_name(VERDICT_DISPUTE), ":dispute");
    assert_string_equal(standing_state_name(STANDING(DISPUTED)), "in dispute");
    assert_string_equal(standing_state_name((StandingState)99), "in no state");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_verb_leads_where_it_should_from_each_state),
        cmocka_unit_test(what_pays_or_decides_all_may_end_it_and_what_is_in_dispute_does_not),
        cmocka_unit_test(states_and_verbs_have_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
