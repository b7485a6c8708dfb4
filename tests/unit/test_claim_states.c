/* The moves of a claim: each state and verb. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "payments/claims/claim_states.h"

/* By hand: where each verb leads from each state; -1: nowhere. */
static const int leads[][CLAIM_VERBS] = {
    /*                   submit validate reject withdraw */
    [CLAIM(DRAFT)]     = {2, -1, -1, 5},
    [CLAIM(SUBMITTED)] = {-1, 3, 4, 5},
    [CLAIM(VALIDATED)] = {-1, -1, 4, 5},
    [CLAIM(REJECTED)]  = {-1, -1, -1, -1},
    [CLAIM(WITHDRAWN)] = {-1, -1, -1, -1},
};

static void
each_verb_leads_where_it_should_from_each_state(void **state)
{
    (void)state;
    for (int from = CLAIM(DRAFT); from <= CLAIM(WITHDRAWN); from++)
        for (int verb = 0; verb < CLAIM_VERBS; verb++) {
            const struct claim_move *move = claim_move_find((ClaimState)from, (enum claim_verb)verb);

            assert_int_equal(move ? (int)move->to : -1, leads[from][verb]);
        }
}

static void
validating_and_rejecting_are_the_validators_moves_the_rest_the_claimants(void **state)
{
    const struct claim_move *move;

    (void)state;
    for (size_t i = 0; (move = claim_move_at(i)); i++)
        assert_int_equal(move->by == CLAIM_BY_VALIDATOR,
                         move->verb == CLAIM_VALIDATE || move->verb == CLAIM_REJECT);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_verb_leads_where_it_should_from_each_state),
        cmocka_unit_test(validating_and_rejecting_are_the_validators_moves_the_rest_the_claimants),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
