/* test_settle.c - from what periods are due to lines and payers, to the penny. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wellgate/decimal.h>

#include "../../plugins/payments/account/settle.h"
#include "chance.h"

#define TEST(name) static void name(void **state __attribute__((unused)))
#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

#define QUARTERS_MAX 28
#define PAYERS 3

typedef Wellgate__Payments__V1__PayerSplit__Share Share;

/* ---- Terms ---- */

static char payer_a[] = "organisations/a", payer_b[] = "organisations/b",
            payer_c[] = "organisations/c";
static char *payers[PAYERS] = {payer_a, payer_b, payer_c};
static Contract contract = WELLGATE__PAYMENTS__V1__CONTRACT__INIT;

/* A rule with all that hangs on it. */
struct terms {
    Rule rule;
    PayerSplit splits[2], *split_list[2];
    Share shares[2][PAYERS], *share_list[2][PAYERS];
};

static void
add_split(struct terms *t, const char *from_date, const char *const shares[PAYERS])
{
    size_t s = t->rule.n_payer_splits++;

    wellgate__payments__v1__payer_split__init(&t->splits[s]);
    t->splits[s].from_date = (char *)from_date;
    t->splits[s].shares = t->share_list[s];
    for (size_t i = 0; i < PAYERS; i++) {
        if (!shares[i])
            continue;
        wellgate__payments__v1__payer_split__share__init(&t->shares[s][i]);
        t->shares[s][i].payer = payers[i];
        t->shares[s][i].share = (char *)shares[i];
        t->share_list[s][t->splits[s].n_shares++] = &t->shares[s][i];
    }
    t->split_list[s] = &t->splits[s];
    t->rule.payer_splits = t->split_list;
}

static const char *const all_a[PAYERS] = {"1"};
static const char *const halves[PAYERS] = {"0.5", "1/2"};
static const char *const vector[PAYERS] = {"52/82", "20/82", "10/82"};

static void
terms_init(struct terms *t, const char *const shares[PAYERS])
{
    *t = (struct terms){0};
    wellgate__payments__v1__rule__init(&t->rule);
    add_split(t, "2015-04-01", shares);
}

/* ---- Quarters ---- */

/* A rule's quarters from 2015-Q2, and what statements have said of them. */
struct history {
    struct rule_account account;
    struct entitlement periods[QUARTERS_MAX];
};

static void
history_init(struct history *h, const Rule *rule, size_t quarters)
{
    struct wg_period quarter;

    wg_quarter_parse("2015-Q2", &quarter);
    *h = (struct history){.account = {.id = "outcome-a", .n = quarters}};
    h->account.periods = h->periods;
    for (size_t i = 0; i < quarters; i++, quarter = wg_quarter_next(quarter)) {
        h->periods[i].period = quarter;
        h->periods[i].rule = rule;
    }
    rule_account_init(&h->account);
    contract.payers = payers;
    contract.n_payers = PAYERS;
}

static void
history_finish(struct history *h)
{
    h->account.n = QUARTERS_MAX; /* of periods beyond it as well, if any */
    while (h->account.n > 0 && !h->periods[h->account.n - 1].period.last)
        h->account.n--;
    rule_account_finish(&h->account);
}

/* Minor units, as an exact fraction. */
static void
set_due(struct history *h, size_t quarter, const char *minor)
{
    assert_true(wg_ratio_parse(minor, h->periods[quarter].due));
}

/* As account.c does with the lines of an issued statement. */
static void
issue(struct history *h, const struct line_amount *lines, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct entitlement *e = &h->periods[lines[i].entitlement - h->periods];

        e->issued_minor += lines[i].minor;
        mpq_set(e->stated, e->due);
    }
}

/* The statement of the account's last quarter: its lines "i:minor ...", issued. */
static const char *
state_lines(struct history *h)
{
    static char text[512];
    struct line_amount lines[QUARTERS_MAX];
    char *end = text;
    size_t n;

    *text = '\0';
    assert_true(rule_account_settle(&h->account, lines, &n));
    for (size_t i = 0; i < n; i++)
        end += sprintf(end, "%s%zu%s%lld", i ? " " : "",
                       (size_t)(lines[i].entitlement - h->periods),
                       lines[i].adjustment ? "*" : "=", (long long)lines[i].minor);
    issue(h, lines, n);
    return text;
}

/* ---- What the statement says of it ---- */

TEST(a_statement_has_its_own_line_and_adjustments_only_where_something_moved)
{
    struct terms terms;
    struct history h;

    terms_init(&terms, all_a);
    history_init(&h, &terms.rule, 5);
    for (size_t i = 0; i < 5; i++)
        set_due(&h, i, "50000");
    h.account.n = 1;
    assert_string_equal(state_lines(&h), "0=50000");
    /* nothing moved */
    h.account.n = 2;
    assert_string_equal(state_lines(&h), "1=50000");
    /* late evidence lifts the first quarter */
    set_due(&h, 0, "100000");
    h.account.n = 3;
    assert_string_equal(state_lines(&h), "0*50000 2=50000");
    /* corrections take it down again, and the second below the gate */
    set_due(&h, 0, "50000");
    set_due(&h, 1, "0");
    h.account.n = 4;
    assert_string_equal(state_lines(&h), "0*-50000 1*-50000 3=50000");
    h.account.n = 5;
    assert_string_equal(state_lines(&h), "4=50000");
    history_finish(&h);
}

TEST(a_period_that_was_never_issued_comes_as_an_adjustment)
{
    struct terms terms;
    struct history h;

    terms_init(&terms, all_a);
    history_init(&h, &terms.rule, 3);
    set_due(&h, 0, "100000");
    set_due(&h, 2, "50000");
    h.account.n = 3;
    assert_string_equal(state_lines(&h), "0*100000 2=50000");
    history_finish(&h);
}

TEST(a_line_of_nothing_still_says_so)
{
    struct terms terms;
    struct history h;

    terms_init(&terms, all_a);
    history_init(&h, &terms.rule, 1);
    h.account.n = 1;
    assert_string_equal(state_lines(&h), "0=0");
    history_finish(&h);
}

/* A half of all pots to date of 100.00, of which the first quarter earned nothing at first. */
TEST(a_first_quarter_corrected_under_a_true_up_moves_the_next_one_back)
{
    struct terms terms;
    struct history h;

    terms_init(&terms, all_a);
    history_init(&h, &terms.rule, 3);
    h.account.n = 1;
    assert_string_equal(state_lines(&h), "0=0");
    h.account.n = 2;
    set_due(&h, 1, "10000");
    assert_string_equal(state_lines(&h), "1=10000");
    h.account.n = 3;
    for (size_t i = 0; i < 3; i++)
        set_due(&h, i, "5000");
    assert_string_equal(state_lines(&h), "0*5000 1*-5000 2=5000");
    history_finish(&h);
}

/* Half away from zero, once, on the sum. */
TEST(an_entitlement_to_date_is_rounded_half_away_from_zero)
{
    static const struct {
        int numerators[3], denominator; /* dues of three quarters */
        const char *lines[3];
    } cases[] = {
        {{1, 1, 1}, 2, {"0=1", "1=0", "2=1"}},
        {{-1, -1, -1}, 2, {"0=-1", "1=0", "2=-1"}},
        {{1, 1, 1}, 3, {"0=0", "1=1", "2=0"}},
        {{2, 2, 2}, 3, {"0=1", "1=0", "2=1"}},
        {{-1, -1, -1}, 3, {"0=0", "1=-1", "2=0"}},
        {{1, -1, 0}, 2, {"0=1", "1=-1", "2=0"}},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct terms terms;
        struct history h;

        terms_init(&terms, all_a);
        history_init(&h, &terms.rule, 3);
        for (size_t q = 0; q < 3; q++) {
            mpq_set_si(h.periods[q].due, cases[i].numerators[q],
                       (unsigned long)cases[i].denominator);
            mpq_canonicalize(h.periods[q].due);
            h.account.n = q + 1;
            assert_string_equal(state_lines(&h), cases[i].lines[q]);
        }
        history_finish(&h);
    }
}

/* Moves of less than half a penny make no line of their own, are not forgotten,
 * and do not add up unseen: the own line has them. */
TEST(moves_too_small_for_a_line_are_in_the_own_line)
{
    struct terms terms;
    struct history h;

    terms_init(&terms, all_a);
    history_init(&h, &terms.rule, 4);
    for (size_t q = 0; q < 3; q++)
        mpq_set_si(h.periods[q].due, 10, 1);
    for (size_t q = 0; q < 3; q++) {
        h.account.n = q + 1;
        state_lines(&h);
    }
    mpq_set_si(h.periods[0].due, 104, 10);
    mpq_set_si(h.periods[1].due, 104, 10);
    mpq_canonicalize(h.periods[0].due);
    mpq_canonicalize(h.periods[1].due);
    h.account.n = 4;
    assert_string_equal(state_lines(&h), "3=1");
    history_finish(&h);
}

TEST(over_28_quarters_no_rounding_drifts)
{
    static const char *const dues[] = {
        "100000/3", "1/3", "2/3", "2500001/3", "1/2", "33333/900", "6992223/9000",
    };

    for (size_t i = 0; i < COUNT(dues); i++) {
        struct terms terms;
        struct history h;
        int64_t issued = 0;
        mpq_t to_date;

        mpq_init(to_date);
        terms_init(&terms, all_a);
        history_init(&h, &terms.rule, QUARTERS_MAX);
        for (size_t q = 0; q < QUARTERS_MAX; q++) {
            struct line_amount lines[QUARTERS_MAX];
            int64_t rounded;
            size_t n;

            set_due(&h, q, dues[i]);
            h.account.n = q + 1;
            assert_true(rule_account_settle(&h.account, lines, &n));
            assert_int_equal(n, 1);
            issue(&h, lines, 1);
            issued += lines[0].minor;
            mpq_add(to_date, to_date, h.periods[q].due);
            assert_true(wg_money_round(to_date, &rounded));
            assert_int_equal(issued, rounded);
        }
        mpq_clear(to_date);
        history_finish(&h);
    }
}

TEST(amounts_beyond_int64_make_no_lines)
{
    struct line_amount lines[2];
    struct terms terms;
    struct history h;
    size_t n;

    terms_init(&terms, all_a);
    history_init(&h, &terms.rule, 2);
    mpq_set_si(h.periods[0].due, INT64_MAX, 1);
    mpq_set_si(h.periods[1].due, 1, 1);
    assert_false(rule_account_settle(&h.account, lines, &n));
    /* the sum fits, a move does not */
    mpq_set_si(h.periods[0].due, INT64_MAX, 1);
    mpq_set_si(h.periods[0].stated, INT64_MIN, 1);
    mpq_set_si(h.periods[1].due, 0, 1);
    assert_false(rule_account_settle(&h.account, lines, &n));
    /* the sum and the moves fit, what was issued does not */
    mpq_set_si(h.periods[0].due, 0, 1);
    mpq_set_si(h.periods[0].stated, 0, 1);
    h.periods[0].issued_minor = h.periods[1].issued_minor = INT64_MIN;
    assert_false(rule_account_settle(&h.account, lines, &n));
    /* to the last penny */
    h.periods[0].issued_minor = h.periods[1].issued_minor = 0;
    mpq_set_si(h.periods[0].due, INT64_MAX - 1, 1);
    mpq_set_si(h.periods[1].due, 1, 1);
    assert_true(rule_account_settle(&h.account, lines, &n));
    assert_int_equal(n, 2);
    history_finish(&h);
}

/* ---- Who pays ---- */

static struct wg_arena arena;

static int
begin_arena(void **state)
{
    (void)state;
    wg_arena_init(&arena, 1 << 20);
    return 0;
}

static int
finish_arena(void **state)
{
    (void)state;
    wg_arena_finish(&arena);
    return 0;
}

/* The payers' sums over the lines; each line's parts add up to it. */
static void
split(struct line_amount *lines, size_t n, int64_t sums[PAYERS])
{
    for (size_t i = 0; i < n; i++)
        lines[i].parts = NULL;
    assert_true(split_lines(&arena, &contract, lines, n));
    for (size_t i = 0; i < n; i++) {
        int64_t line = 0;

        for (size_t p = 0; p < PAYERS; p++) {
            line += lines[i].parts[p];
            sums[p] += lines[i].parts[p];
        }
        assert_int_equal(line, lines[i].minor);
    }
}

static void
check_parts(struct line_amount *lines, size_t n, const int64_t wanted[PAYERS])
{
    int64_t sums[PAYERS] = {0};

    split(lines, n, sums);
    for (size_t i = 0; i < PAYERS; i++)
        assert_int_equal(sums[i], wanted[i]);
}

TEST(an_amount_is_split_by_largest_remainder)
{
    static const struct {
        int64_t minor, parts[PAYERS];
    } cases[] = {
        {100000, {63415, 24390, 12195}}, /* £1,000.00 by 5.2 : 2 : 1 */
        {-100000, {-63415, -24390, -12195}},
        {0, {0, 0, 0}},
        {1, {1, 0, 0}},
        {2, {1, 1, 0}}, /* 1.27, 0.49, 0.24 */
        {-1, {-1, 0, 0}},
        {82, {52, 20, 10}},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct terms terms;
        struct history h;
        struct line_amount line = {.entitlement = &h.periods[0], .minor = cases[i].minor};

        terms_init(&terms, vector);
        history_init(&h, &terms.rule, 1);
        check_parts(&line, 1, cases[i].parts);
        history_finish(&h);
    }
}

/* Each line by itself would give every odd penny to the first payer. */
TEST(a_rules_line_and_adjustments_are_split_once_together)
{
    struct terms terms;
    struct history h;
    struct line_amount lines[3];

    terms_init(&terms, halves);
    history_init(&h, &terms.rule, 3);
    for (size_t i = 0; i < 3; i++)
        lines[i] = (struct line_amount){&h.periods[i], i < 2, 1, NULL};
    check_parts(lines, 2, (const int64_t[PAYERS]){1, 1, 0});
    check_parts(lines, 3, (const int64_t[PAYERS]){2, 1, 0});
    lines[0].minor = -1;
    check_parts(lines, 2, (const int64_t[PAYERS]){0, 0, 0});
    history_finish(&h);
}

TEST(lines_of_periods_with_another_split_are_split_by_their_own)
{
    static const char *const later[PAYERS] = {NULL, "0.25", "0.75"};
    struct terms terms;
    struct history h;
    struct line_amount lines[4];

    terms_init(&terms, halves);
    add_split(&terms, "2016-01-01", later); /* prices the fourth quarter */
    history_init(&h, &terms.rule, 5);
    lines[0] = (struct line_amount){&h.periods[0], true, 7, NULL};
    lines[1] = (struct line_amount){&h.periods[3], true, 1, NULL};
    lines[2] = (struct line_amount){&h.periods[1], true, 4, NULL}; /* in any order */
    lines[3] = (struct line_amount){&h.periods[4], false, 100, NULL};
    check_parts(lines, 4, (const int64_t[PAYERS]){6, 5 + 25, 76});
    history_finish(&h);
}

TEST(the_shares_of_a_quarter_are_those_in_force_on_its_first_day)
{
    static const char *const all_c[PAYERS] = {NULL, NULL, "1"};
    static const int64_t wanted[][PAYERS] = {{8, 0, 0}, {0, 0, 8}, {0, 0, 8}};
    struct terms terms;
    struct history h;

    terms_init(&terms, all_a);
    add_split(&terms, "2015-07-01", all_c);
    history_init(&h, &terms.rule, COUNT(wanted));
    for (size_t i = 0; i < COUNT(wanted); i++) {
        struct line_amount line = {.entitlement = &h.periods[i], .minor = 8};

        check_parts(&line, 1, wanted[i]);
    }
    history_finish(&h);
}

/* A later version that repeats a split as it was is the same phase. */
TEST(the_same_split_in_two_versions_is_split_once_together)
{
    struct terms first, second;
    struct history h;
    struct line_amount lines[2];

    terms_init(&first, halves);
    terms_init(&second, halves);
    history_init(&h, &first.rule, 2);
    h.periods[1].rule = &second.rule;
    for (size_t i = 0; i < 2; i++)
        lines[i] = (struct line_amount){&h.periods[i], i < 1, 1, NULL};
    check_parts(lines, 2, (const int64_t[PAYERS]){1, 1, 0});
    history_finish(&h);
}

/* Both splits are from the contract's start, as the first of each version must
 * be; the second version has other shares in it. */
TEST(a_version_with_other_shares_from_the_same_day_is_split_by_its_own)
{
    struct terms first, second;
    struct history h;
    struct line_amount lines[2];

    terms_init(&first, all_a);
    terms_init(&second, halves);
    history_init(&h, &first.rule, 2);
    h.periods[1].rule = &second.rule;
    lines[0] = (struct line_amount){&h.periods[0], true, 10, NULL};
    lines[1] = (struct line_amount){&h.periods[1], false, 100, NULL};
    check_parts(lines, 2, (const int64_t[PAYERS]){60, 50, 0});
    history_finish(&h);
}

/* The rule was dropped; two corrections of 0.4 of a penny each make a penny of
 * rest, which somebody has to pay. */
TEST(what_is_left_of_a_dropped_rule_is_an_adjustment_of_its_last_quarter)
{
    struct terms terms;
    struct history h;
    struct line_amount line = {.entitlement = &h.periods[1], .minor = 1};

    terms_init(&terms, all_a);
    history_init(&h, &terms.rule, 4);
    h.periods[2].rule = h.periods[3].rule = NULL;
    h.account.n = 3;
    mpq_set_ui(h.periods[0].due, 2, 5);
    mpq_set_ui(h.periods[1].due, 2, 5);
    assert_string_equal(state_lines(&h), "1*1");
    check_parts(&line, 1, (const int64_t[PAYERS]){1, 0, 0});
    h.account.n = 4;
    assert_string_equal(state_lines(&h), ""); /* nothing more to say */
    mpq_set_ui(h.periods[0].due, 30, 1);
    assert_string_equal(state_lines(&h), "0*30 1*-1");
    history_finish(&h);
}

TEST(a_rule_that_was_never_in_force_has_no_line)
{
    struct terms terms;
    struct history h;

    terms_init(&terms, all_a);
    history_init(&h, &terms.rule, 2);
    h.periods[0].rule = h.periods[1].rule = NULL;
    assert_string_equal(state_lines(&h), "");
    history_finish(&h);
}

/* Two versions were effective before the contract began, and only the first has
 * the rule: an account of it is laid out, but it was never in force. */
TEST(a_rule_that_was_dropped_before_the_first_quarter_has_no_line_in_it)
{
    struct terms terms;
    struct history h;

    /* "0=0", and then split_lines reads a rule of NULL */
    terms_init(&terms, all_a);
    history_init(&h, &terms.rule, 1);
    h.periods[0].rule = NULL;
    assert_string_equal(state_lines(&h), "");
    history_finish(&h);
}

TEST(without_memory_nothing_is_split)
{
    struct terms terms;
    struct history h;
    struct wg_arena small;
    bool done = false;

    terms_init(&terms, vector);
    history_init(&h, &terms.rule, 2);
    for (size_t bytes = 0; !done; bytes += 8) {
        struct line_amount lines[2] = {{.entitlement = &h.periods[0], .minor = 1},
                                       {.entitlement = &h.periods[1], .minor = 1}};

        wg_arena_init(&small, bytes);
        done = split_lines(&small, &contract, lines, 2);
        assert_true(done || small.exhausted);
        if (done)
            assert_int_equal(lines[0].parts[0] + lines[1].parts[1], 2);
        wg_arena_finish(&small);
    }
    history_finish(&h);
}

/* ---- Random histories ---- */

static void
random_due(mpq_t due)
{
    mpq_set_si(due, (long)(chance(2000000) - (chance(4) ? 0 : 1000000)),
               (unsigned long)(1 + chance(997)));
    mpq_canonicalize(due);
}

/* Evidence came late, or was corrected: large moves, and ones below a penny. */
static void
move_some(struct history *h, size_t quarters)
{
    mpq_t little;

    mpq_init(little);
    for (size_t i = 0; i < quarters; i++)
        switch (chance(6)) {
        case 0:
            random_due(h->periods[i].due);
            break;
        case 1:
            mpq_set_si(little, (long)(chance(201) - 100), 100);
            mpq_canonicalize(little);
            mpq_add(h->periods[i].due, h->periods[i].due, little);
            break;
        default:
            break;
        }
    mpq_clear(little);
}

/* Reckoned another way: floor(|x| + 1/2), with the sign put back. */
static int64_t
half_away(mpq_srcptr x)
{
    mpz_t twice, whole;
    int64_t rounded;

    mpz_inits(twice, whole, NULL);
    mpz_mul_2exp(whole, mpq_denref(x), 1);
    mpz_abs(twice, mpq_numref(x));
    mpz_mul_2exp(twice, twice, 1);
    mpz_add(twice, twice, mpq_denref(x));
    mpz_fdiv_q(twice, twice, whole);
    rounded = mpz_get_si(twice) * mpq_sgn(x);
    mpz_clears(twice, whole, NULL);
    return rounded;
}

/* An adjustment is there exactly where an entitlement moved by a penny. */
static void
check_adjustments(const struct history *h, const struct line_amount *lines, size_t n)
{
    size_t at = 0;
    mpq_t moved;

    mpq_init(moved);
    for (size_t i = 0; i + 1 < h->account.n; i++) {
        mpq_sub(moved, h->periods[i].due, h->periods[i].stated);
        if (half_away(moved) == 0)
            continue;
        assert_true(at < n);
        assert_ptr_equal(lines[at].entitlement, &h->periods[i]);
        assert_true(lines[at].adjustment);
        assert_int_equal(lines[at].minor, half_away(moved));
        at++;
    }
    assert_int_equal(at, n - 1);
    assert_ptr_equal(lines[at].entitlement, &h->periods[h->account.n - 1]);
    assert_false(lines[at].adjustment);
    mpq_clear(moved);
}

static void
check_statement(struct history *h, int64_t *issued)
{
    struct line_amount lines[QUARTERS_MAX];
    int64_t parts[PAYERS] = {0}, sum = 0;
    mpq_t to_date;
    size_t n;

    assert_true(rule_account_settle(&h->account, lines, &n));
    check_adjustments(h, lines, n);
    for (size_t i = 0; i < n; i++)
        sum += lines[i].minor;
    split(lines, n, parts);
    assert_int_equal(parts[0] + parts[1] + parts[2], sum);
    *issued += sum;
    mpq_init(to_date);
    for (size_t i = 0; i < h->account.n; i++)
        mpq_add(to_date, to_date, h->periods[i].due);
    assert_int_equal(*issued, half_away(to_date));
    mpq_clear(to_date);
    issue(h, lines, n);
    wg_arena_reset(&arena);
}

TEST(whatever_happened_all_that_was_issued_is_the_rounded_entitlement_to_date)
{
    static const char *const later[PAYERS] = {"0.1", "0.2", "0.7"};

    sow();
    for (int round = 0; round < rounds(300); round++) {
        size_t quarters = (size_t)(1 + chance(QUARTERS_MAX));
        struct terms terms;
        struct history h;
        int64_t issued = 0;

        terms_init(&terms, vector);
        if (chance(2))
            add_split(&terms, "2016-07-01", later);
        history_init(&h, &terms.rule, quarters);
        for (size_t q = 0; q < quarters; q++) {
            random_due(h.periods[q].due);
            move_some(&h, q);
            h.account.n = q + 1;
            if (chance(5)) /* some periods are never stated on their own */
                check_statement(&h, &issued);
        }
        check_statement(&h, &issued);
        history_finish(&h);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_statement_has_its_own_line_and_adjustments_only_where_something_moved),
        cmocka_unit_test(a_period_that_was_never_issued_comes_as_an_adjustment),
        cmocka_unit_test(a_line_of_nothing_still_says_so),
        cmocka_unit_test(a_first_quarter_corrected_under_a_true_up_moves_the_next_one_back),
        cmocka_unit_test(an_entitlement_to_date_is_rounded_half_away_from_zero),
        cmocka_unit_test(moves_too_small_for_a_line_are_in_the_own_line),
        cmocka_unit_test(over_28_quarters_no_rounding_drifts),
        cmocka_unit_test(amounts_beyond_int64_make_no_lines),
        cmocka_unit_test(an_amount_is_split_by_largest_remainder),
        cmocka_unit_test(a_rules_line_and_adjustments_are_split_once_together),
        cmocka_unit_test(lines_of_periods_with_another_split_are_split_by_their_own),
        cmocka_unit_test(the_shares_of_a_quarter_are_those_in_force_on_its_first_day),
        cmocka_unit_test(the_same_split_in_two_versions_is_split_once_together),
        cmocka_unit_test(a_version_with_other_shares_from_the_same_day_is_split_by_its_own),
        cmocka_unit_test(what_is_left_of_a_dropped_rule_is_an_adjustment_of_its_last_quarter),
        cmocka_unit_test(a_rule_that_was_never_in_force_has_no_line),
        cmocka_unit_test(without_memory_nothing_is_split),
        cmocka_unit_test(whatever_happened_all_that_was_issued_is_the_rounded_entitlement_to_date),
        cmocka_unit_test(a_rule_that_was_dropped_before_the_first_quarter_has_no_line_in_it),
    };

    return cmocka_run_group_tests(tests, begin_arena, finish_arena);
}
