/* disclosure.c - one figure at a time: counts, percentages, amounts. */
#include <wellgate/disclosure.h>

#include <assert.h>
#include <inttypes.h>

#include <wellgate/chart.h>
#include <wellgate/decimal.h>

_Static_assert(WG_HIDDEN == WG_CHART_NONE, "charts break where a count is hidden");

static const struct wg_disclosure exact = {
    .min_count = 1,
    .show_zero = true,
    .symbol = "*",
    .round_base = 1,
    .secondary = WG_SECONDARY_NONE,
    .percent_from = WG_PERCENT_FROM_RAW,
    .min_denominator = 1,
};

static const struct wg_disclosure local = {
    .min_count = 8,
    .show_zero = true,
    .symbol = "*",
    .round_base = 5,
    .secondary = WG_SECONDARY_COMPLEMENTARY,
    .percent_from = WG_PERCENT_FROM_ROUNDED,
    .min_denominator = 8,
    .money_min_n = 8,
};

const struct wg_disclosure *
wg_disclosure_for(enum wg_audience audience)
{
    return audience == WG_AUDIENCE_PARTY ? &exact : &local;
}

static int64_t
rounded(const struct wg_disclosure *policy, int64_t count)
{
    return (count + policy->round_base / 2) / policy->round_base * policy->round_base;
}

bool
wg_disclosure_valid(const struct wg_disclosure *policy)
{
    return policy->min_count >= 1 && policy->min_count <= WG_DISCLOSURE_COUNT_MAX &&
           policy->round_base >= 1 && policy->round_base <= WG_DISCLOSURE_COUNT_MAX &&
           policy->symbol && policy->symbol[0] && policy->min_denominator >= 0 &&
           policy->money_min_n >= 0 && rounded(policy, policy->min_count) > 0;
}

int64_t
wg_disclosed_count(const struct wg_disclosure *policy, int64_t count)
{
    assert(count >= 0 && count <= WG_DISCLOSURE_COUNT_MAX);
    if (count == 0)
        return policy->show_zero ? 0 : WG_HIDDEN;
    return count < policy->min_count ? WG_HIDDEN : rounded(policy, count);
}

int64_t
wg_disclosed_percent(const struct wg_disclosure *policy, int64_t count, int64_t of)
{
    int64_t part = wg_disclosed_count(policy, count), whole = wg_disclosed_count(policy, of);

    assert(count <= of);
    if (part == WG_HIDDEN || whole == WG_HIDDEN || of == 0 || of < policy->min_denominator)
        return WG_HIDDEN;
    if (policy->percent_from == WG_PERCENT_FROM_RAW) {
        part = count;
        whole = of;
    }
    return (200 * part + whole) / (2 * whole);
}

bool
wg_discloses_money(const struct wg_disclosure *policy, int64_t n, int64_t printed)
{
    return printed != WG_HIDDEN && (n == 0 || n >= policy->money_min_n);
}

/* ---- Means ---- */

/* The fewest people that print so. */
static int64_t
fewest(const struct wg_disclosure *policy, int64_t printed)
{
    int64_t least = printed - policy->round_base / 2;

    return least > policy->min_count ? least : policy->min_count;
}

/* 1, 2, 5, 10, 20, 50 ... */
static void
next_step(mpq_t step, int *digit)
{
    static const unsigned times[] = {2, 5, 2}, by[] = {1, 2, 1};
    mpq_t factor;

    mpq_init(factor);
    mpq_set_ui(factor, times[*digit], by[*digit]);
    mpq_mul(step, step, factor);
    mpq_clear(factor);
    *digit = (*digit + 1) % 3;
}

void
wg_disclosed_step(const struct wg_disclosure *policy, int64_t printed, const mpq_t grain,
                  int digits, mpq_t step)
{
    mpq_t least;
    int digit = 0;

    assert(printed != WG_HIDDEN && mpq_sgn(grain) > 0);
    mpq_init(least);
    mpq_set_si(least, policy->round_base, (unsigned long)fewest(policy, printed));
    mpq_canonicalize(least);
    mpq_mul(least, least, grain);
    mpq_set_ui(step, 1, 1);
    mpz_ui_pow_ui(mpq_denref(step), 10, (unsigned long)digits);
    while (policy->round_base > 1 && mpq_cmp(step, least) < 0)
        next_step(step, &digit);
    mpq_clear(least);
}

/* How many digits behind the point a step has: its denominator is made of twos and fives. */
static int
digits_of(const mpq_t step)
{
    mpz_t power;
    int digits = 0;

    mpz_init_set_ui(power, 1);
    for (; !mpz_divisible_p(power, mpq_denref(step)); digits++)
        mpz_mul_ui(power, power, 10);
    mpz_clear(power);
    return digits;
}

char *
wg_disclosed_mean(struct wg_arena *arena, const mpq_t value, const mpq_t step)
{
    mpq_t told, half;
    char *text;

    mpq_inits(told, half, NULL);
    mpq_set_ui(half, 1, 2);
    mpq_div(told, value, step);
    if (mpq_sgn(told) < 0)
        mpq_sub(told, told, half);
    else
        mpq_add(told, told, half);
    mpz_tdiv_q(mpq_numref(told), mpq_numref(told), mpq_denref(told));
    mpz_set_ui(mpq_denref(told), 1);
    mpq_mul(told, told, step);
    text = wg_ratio_round_format(arena, told, digits_of(step));
    mpq_clears(told, half, NULL);
    return text;
}

const char *
wg_disclosed_text(struct wg_arena *arena, const struct wg_disclosure *policy, int64_t printed)
{
    return printed == WG_HIDDEN ? policy->symbol : wg_format(arena, "%" PRId64, printed);
}
