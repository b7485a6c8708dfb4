/* k_of_n.c - of several tests a person passed enough. */
#include "person_kind.h"

typedef Wellgate__Payments__V1__KOfN KOfN;
typedef Wellgate__Payments__V1__KOfN__Test Test;

#define TEST(name) WELLGATE__PAYMENTS__V1__KOF_N__TEST__TEST_##name

enum { TESTS_MAX = 20 };

struct k_of_n {
    struct outcome tests[TESTS_MAX];
    size_t n, k;
    bool complete_cases;
};

static const struct outcome_kind *const kinds[] = {
    [TEST(SCORE_CHANGE_PERSON)] = &score_change_kind,
    [TEST(MILESTONE)] = &milestone_kind,
    [TEST(SUSTAINED)] = &sustained_kind,
};

static const void *
compile(struct compiling *compiling, const void *message)
{
    const KOfN *terms = message;
    struct k_of_n *k_of_n = compile_room(compiling, 1, sizeof(*k_of_n));

    if (!k_of_n)
        return NULL;
    k_of_n->k = one_or_more(terms->k);
    k_of_n->complete_cases = terms->complete_cases;
    for (; k_of_n->n < terms->n_tests && k_of_n->n < TESTS_MAX; k_of_n->n++) {
        const Test *test = terms->tests[k_of_n->n];
        struct outcome *outcome = &k_of_n->tests[k_of_n->n];

        /* All tests share their place. */
        outcome->kind = kinds[test->test_case];
        outcome->terms = outcome->kind->compile(compiling, test->milestone);
    }
    return k_of_n;
}

static bool
is_judged(const struct outcome *test, reason_code reason)
{
    return !test->kind->paired ||
           (reason != REASON(EVIDENCE_MISSING) && reason != REASON(NO_FOLLOW_UP) &&
            reason != REASON(INCOMPLETE) && reason != REASON(NOT_YET));
}

/* The first whole unit of a test becomes a pass. Only one candidate of it is kept: that, or
 * none. */
static reason_code
judge_test(struct judging *judging, const struct outcome *test)
{
    size_t first = judging->units->n;
    reason_code none = test->kind->judge(judging, test->terms);

    for (size_t i = first; i < judging->units->n; i++) {
        const struct unit *found = &judging->units->list[i];

        none = found->reason;
        if (found->reason == REASON(PAID) && found->quantity == found->of) {
            judging->units->list[first] = *found;
            judging->units->n = first + 1;
            return REASON(PAID);
        }
    }
    judging->units->n = first;
    return none;
}

/* By their days; those of one day as the terms have them. */
static void
sort_passes(struct unit *passes, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        struct unit pass = passes[i];
        size_t at = i;

        for (; at > 0 && passes[at - 1].date > pass.date; at--)
            passes[at] = passes[at - 1];
        passes[at] = pass;
    }
}

static void
push_kth(struct judging *judging, const struct unit *passes, size_t n, size_t k)
{
    struct unit unit = passes[k - 1];
    size_t passed = k;

    while (passed < n && passes[passed].date == unit.date)
        passed++;
    judging->units->n -= n;
    candidate(judging, unit.date, (int64_t)passed * EVIDENCE_ONE, unit.from, unit.to);
}

static reason_code
judge(struct judging *judging, const void *terms)
{
    const struct k_of_n *k_of_n = terms;
    size_t first = judging->units->n, passed;
    reason_code missing = REASON(PAID);

    for (size_t i = 0; i < k_of_n->n; i++) {
        reason_code reason = judge_test(judging, &k_of_n->tests[i]);

        if (k_of_n->complete_cases && !is_judged(&k_of_n->tests[i], reason))
            missing = reason;
    }
    passed = judging->units->n - first;
    if (passed && passed >= k_of_n->k && missing == REASON(PAID)) {
        sort_passes(&judging->units->list[first], passed);
        push_kth(judging, &judging->units->list[first], passed, k_of_n->k);
        return REASON(PAID);
    }
    judging->units->n = first;
    return missing == REASON(PAID) ? REASON(THRESHOLD_NOT_REACHED) : missing;
}

const struct outcome_kind k_of_n_kind = {.compile = compile, .judge = judge};
