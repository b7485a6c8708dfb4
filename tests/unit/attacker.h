/* attacker.h - reads what is printed of sets of atoms, bits of a word, and subtracts.
 *
 * It knows how figures are rounded, no more: nothing of the library's own reckoning is used. */
#ifndef ATTACKER_H
#define ATTACKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <wellgate/disclosure.h>

#define N_ATOMS 36
#define FIGURES_MAX 8192
#define MANY (INT64_C(1) << 30)

struct known {
    uint64_t set;
    int64_t low, high;
};

static struct known known[FIGURES_MAX];
static size_t n_known;
static bool learned;

static inline struct known *
know(uint64_t set, int64_t low, int64_t high)
{
    size_t i = 0;

    while (i < n_known && known[i].set != set)
        i++;
    if (i == n_known) {
        assert_true(n_known < FIGURES_MAX);
        known[n_known++] = (struct known){set, 0, MANY};
    }
    if (low > known[i].low) {
        known[i].low = low;
        learned = true;
    }
    if (high < known[i].high) {
        known[i].high = high;
        learned = true;
    }
    return &known[i];
}

/* "*" is somebody, a number is what rounds to it and is not hidden. */
static inline void
read_figure(const struct wg_disclosure *policy, uint64_t set, int64_t printed)
{
    int64_t off = policy->round_base / 2;

    if (printed == WG_HIDDEN)
        know(set, 1, MANY);
    else if (printed == 0)
        know(set, 0, 0);
    else
        know(set, printed - off < policy->min_count ? policy->min_count : printed - off, printed + off);
}

/* A total less all parts but one. */
static inline void
subtract_parts(const uint64_t *sets, size_t step, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        int64_t low = 0, high = 0;

        for (size_t k = 0; k < n; k++)
            if (k != i) {
                struct known *other = know(sets[k * step], 0, MANY);
                bool total = k == n - 1;
                int64_t a = other->low, b = other->high < MANY ? other->high : 64 * MANY;

                low += i == n - 1 ? a : total ? a : -b;
                high += i == n - 1 ? b : total ? b : -a;
            }
        know(sets[i * step], low, high);
    }
}

/* One less another within it; two that overlap less what holds both, or what both hold. */
static inline void
subtract_pairs(size_t n)
{
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < n; k++) {
            struct known a = known[i], b = known[k];

            if (a.set != b.set && (a.set & b.set) == b.set) {
                know(a.set & ~b.set, a.low - b.high, a.high - b.low);
            } else if (i < k && a.set & b.set && (b.set & a.set) != a.set) {
                for (size_t m = 0; m < n; m++) {
                    if (known[m].set == (a.set | b.set))
                        know(a.set & b.set, a.low + b.low - known[m].high, a.high + b.high - known[m].low);
                    else if (known[m].set == (a.set & b.set))
                        know(a.set | b.set, a.low + b.low - known[m].high, a.high + b.high - known[m].low);
                }
            }
        }
}

static inline int64_t
count_people(const int64_t people[N_ATOMS], uint64_t set)
{
    int64_t n = 0;

    for (int i = 0; i < N_ATOMS; i++)
        n += set >> i & 1 ? people[i] : 0;
    return n;
}

/* What is known of a small count is at least as vague as what rounding leaves. */
static inline const struct known *
find_told(const struct wg_disclosure *policy, const int64_t people[N_ATOMS])
{
    int64_t least = policy->round_base > 2 ? policy->round_base : 2;

    for (size_t i = 0; i < n_known; i++) {
        int64_t n = count_people(people, known[i].set);

        if (n < known[i].low || n > known[i].high)
            fail_msg("%lld are not %lld to %lld", (long long)n, (long long)known[i].low,
                     (long long)known[i].high);
        if (n > 0 && n < policy->min_count && known[i].high - known[i].low + 1 < least)
            return &known[i];
    }
    return NULL;
}

#endif
