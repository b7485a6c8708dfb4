/* disclosure.c - one figure at a time: counts, percentages, amounts. */
#include <wellgate/disclosure.h>

#include <assert.h>
#include <inttypes.h>

#include <wellgate/chart.h>

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

const char *
wg_disclosed_text(struct wg_arena *arena, const struct wg_disclosure *policy, int64_t printed)
{
    return printed == WG_HIDDEN ? policy->symbol : wg_format(arena, "%" PRId64, printed);
}
