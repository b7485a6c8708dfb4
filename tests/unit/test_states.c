/* test_states.c - the table of moves against the facts in tests/data, which were copied
 * from FHIR's and the Gravity Project's states by hand, not from it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "referrals/referral/states.h"

#define FACTS "tests/data/referral_transitions.csv"
#define TEST(name) static void name(void **state)

struct fact {
    char from[24], to[24], set_by[24], reason[4], output[4];
};

static size_t
read_facts(struct fact *facts, size_t room)
{
    FILE *file = fopen(FACTS, "r");
    char line[200];
    size_t n = 0;

    assert_non_null(file);
    assert_non_null(fgets(line, sizeof(line), file)); /* the names of the columns */
    while (n < room && fgets(line, sizeof(line), file)) {
        struct fact *f = &facts[n++];

        line[strcspn(line, "\r\n")] = '\0';
        assert_int_equal(5, sscanf(line, "%23[^,],%23[^,],%23[^,],%3[^,],%3s", f->from, f->to,
                                   f->set_by, f->reason, f->output));
    }
    fclose(file);
    return n;
}

/* Is it one of "requester|target"? */
static bool
names_side(const char *set_by, const char *side)
{
    size_t length = strlen(side);

    for (const char *at = set_by; at; at = (at = strchr(at, '|')) ? at + 1 : NULL)
        if (strncmp(at, side, length) == 0 && strchr("|", at[length]))
            return true;
    return false;
}

static unsigned
sides_of(const char *set_by)
{
    return (names_side(set_by, "requester") ? REQUESTER : 0) |
           (names_side(set_by, "target") ? TARGET : 0) |
           (names_side(set_by, "system") ? SYSTEM : 0);
}

/* FHIR has no task that changes hands: these are this service's own. */
static bool
is_own_verb(enum verb verb)
{
    return verb == VERB_ASSIGN || verb == VERB_TRANSFER;
}

static const struct transition *
find(const char *from, const char *to)
{
    const struct transition *t;

    for (size_t i = 0; (t = transition_at(i)); i++)
        if (!is_own_verb(t->verb) && strcmp(state_name(t->from), from) == 0 &&
            strcmp(state_name(t->to), to) == 0)
            return t;
    return NULL;
}

TEST(every_move_of_the_facts_is_made_by_the_sides_and_owes_what_they_say)
{
    struct fact facts[100];
    size_t n = read_facts(facts, 100);

    (void)state;
    assert_int_equal(n, 30);
    for (size_t i = 0; i < n; i++) {
        const struct transition *t = find(facts[i].from, facts[i].to);
        unsigned sides = sides_of(facts[i].set_by);

        if (!t)
            fail_msg("%s to %s is missing", facts[i].from, facts[i].to);
        assert_int_not_equal(sides, 0);
        if ((t->by & sides) != sides || !(t->owes & (REASON | NOTE)) != !strcmp(facts[i].reason, "no") ||
            !(t->owes & OUTPUT) != !strcmp(facts[i].output, "no"))
            fail_msg("%s to %s is not as the facts say", facts[i].from, facts[i].to);
    }
}

TEST(no_side_makes_a_move_that_the_facts_do_not_have)
{
    struct fact facts[100];
    size_t n = read_facts(facts, 100);
    const struct transition *t;

    (void)state;
    for (size_t i = 0; (t = transition_at(i)); i++) {
        unsigned sides = 0;

        for (size_t f = 0; f < n; f++)
            if (strcmp(state_name(t->from), facts[f].from) == 0 &&
                strcmp(state_name(t->to), facts[f].to) == 0)
                sides |= sides_of(facts[f].set_by);
        if (!is_own_verb(t->verb) && t->by != sides)
            fail_msg("%s from %s is made by others too", verb_name(t->verb), state_name(t->from));
    }
}

TEST(only_the_coordinator_assigns_and_transfers_need_a_reason)
{
    const struct transition *assign = transition_find(REFERRAL_STATE(REQUESTED), VERB_ASSIGN);
    const struct transition *t;

    (void)state;
    assert_int_equal(assign->by, TRIAGE);
    for (size_t i = 0; (t = transition_at(i)); i++) {
        if (is_own_verb(t->verb))
            assert_int_equal(t->to, REFERRAL_STATE(REQUESTED));
        if (t->verb == VERB_TRANSFER)
            assert_true(t->by == (TARGET | COORDINATOR) && t->owes == REASON);
    }
    assert_null(transition_find(REFERRAL_STATE(ACCEPTED), VERB_ASSIGN));
    assert_null(transition_find(REFERRAL_STATE(DRAFT), VERB_TRANSFER));
    assert_null(transition_find(REFERRAL_STATE(COMPLETED), VERB_TRANSFER));
}

TEST(a_verb_makes_one_move_from_a_state_and_has_its_words)
{
    const struct transition *t;

    (void)state;
    for (size_t i = 0; (t = transition_at(i)); i++)
        assert_ptr_equal(transition_find(t->from, t->verb), t);
    for (int verb = 0; verb < VERBS; verb++)
        assert_true(*verb_name(verb) && *verb_past(verb));
}

TEST(only_reopening_and_errors_lead_on_from_where_it_has_ended)
{
    const struct transition *t;

    (void)state;
    for (size_t i = 0; (t = transition_at(i)); i++)
        assert_int_equal(state_is_final(t->from), t->verb == VERB_REOPEN ||
                         (t->verb == VERB_MARK_ERROR && state_is_final(t->from)));
    assert_false(state_is_final(REFERRAL_STATE(ON_HOLD)));
    assert_true(state_is_final(REFERRAL_STATE(ENTERED_IN_ERROR)));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_move_of_the_facts_is_made_by_the_sides_and_owes_what_they_say),
        cmocka_unit_test(no_side_makes_a_move_that_the_facts_do_not_have),
        cmocka_unit_test(only_the_coordinator_assigns_and_transfers_need_a_reason),
        cmocka_unit_test(a_verb_makes_one_move_from_a_state_and_has_its_words),
        cmocka_unit_test(only_reopening_and_errors_lead_on_from_where_it_has_ended),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
