/* fuzz_split.c - "amount LF weight LF weight ...": parts add up to the amount, each less
 * than a unit from its exact share, none of another sign. */
#include "fuzz.h"

#include <wellgate/decimal.h>
#include <wellgate/money.h>

enum { PARTS_MAX = 40 };

struct split {
    int64_t minor, parts[PARTS_MAX];
    mpq_t weights[PARTS_MAX], sum;
    size_t n;
};

static void
read_split(struct fuzz_input *input, struct split *split)
{
    char *amount = fuzz_line(input);

    *split = (struct split){.minor = strtoll(amount, NULL, 10)};
    free(amount);
    mpq_init(split->sum);
    while (input->left && split->n < PARTS_MAX) {
        char *text = fuzz_line(input);

        mpq_init(split->weights[split->n]);
        if (wg_ratio_parse(text, split->weights[split->n]) &&
            mpq_sgn(split->weights[split->n]) >= 0)
            mpq_add(split->sum, split->sum, split->weights[split->n++]);
        else
            mpq_clear(split->weights[split->n]);
        free(text);
    }
}

static void
forget(struct split *split)
{
    for (size_t i = 0; i < split->n; i++)
        mpq_clear(split->weights[i]);
    mpq_clear(split->sum);
}

/* The exact share less the part, without its sign, is below 1. */
static void
check_part(const struct split *split, size_t i)
{
    mpq_t share, part;

    mpq_inits(share, part, NULL);
    mpq_set_si(share, split->minor, 1);
    mpq_mul(share, share, split->weights[i]);
    mpq_div(share, share, split->sum);
    FUZZ_CHECK(mpq_sgn(share) * (split->parts[i] < 0 ? -1 : 1) >= 0 || !split->parts[i]);
    mpq_set_si(part, split->parts[i], 1);
    mpq_sub(share, share, part);
    mpq_abs(share, share);
    FUZZ_CHECK(mpq_cmp_si(share, 1, 1) < 0);
    mpq_clears(share, part, NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input input = {data, size};
    struct split split;
    int64_t sum = 0;

    read_split(&input, &split);
    if (mpq_sgn(split.sum) > 0) {
        wg_money_split(split.minor, (const mpq_t *)split.weights, split.n, split.parts);
        for (size_t i = 0; i < split.n; i++) {
            FUZZ_CHECK(wg_money_add(sum, split.parts[i], &sum));
            check_part(&split, i);
        }
        FUZZ_CHECK(sum == split.minor);
    }
    forget(&split);
    return 0;
}
