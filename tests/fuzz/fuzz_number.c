/* fuzz_number.c - "text LF currency LF scale": decimals, fractions and amounts of money
 * are what they are written as again. */
#include "fuzz.h"

#include <wellgate/decimal.h>
#include <wellgate/money.h>
#include <wellgate/nhs_number.h>

static void
check_decimal(struct wg_arena *arena, const char *text, int scale)
{
    int64_t value, again = 0;
    const char *written;

    if (!wg_decimal_parse(text, scale, &value))
        return;
    FUZZ_TELL(wg_decimal_valid(text), "%s", text);
    written = wg_decimal_format(arena, value, scale);
    FUZZ_TELL(wg_decimal_parse(written, scale, &again) && again == value, "%s, written %s", text,
              written);
}

static void
check_ratio(struct wg_arena *arena, const char *text)
{
    mpq_t value, again;
    const char *written;

    mpq_inits(value, again, NULL);
    if (wg_ratio_parse(text, value)) {
        written = wg_ratio_format(arena, value);
        FUZZ_TELL(wg_ratio_read(written, again) && mpq_equal(value, again), "%s, written %s", text,
                  written);
        wg_ratio_round_format(arena, value, 2);
    }
    if (strlen(text) < 200 && wg_ratio_read(text, value))
        FUZZ_CHECK(wg_ratio_format(arena, value));
    FUZZ_TELL(!wg_decimal_valid(text) || wg_ratio_parse(text, value), "%s", text);
    mpq_clears(value, again, NULL);
}

static void
check_money(const char *currency, const char *text)
{
    int digits = wg_currency_digits(currency);
    char written[WG_MONEY_TEXT_BYTES];
    int64_t minor, again = 0;

    FUZZ_CHECK(digits >= -1 && digits <= 4);
    if (!wg_money_parse(currency, text, &minor))
        return;
    FUZZ_CHECK(digits >= 0);
    wg_money_format(currency, minor, written);
    FUZZ_TELL(wg_money_parse(currency, written, &again) && again == minor, "%s, written %s", text,
              written);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input input = {data, size};
    char *text = fuzz_line(&input), *currency = fuzz_line(&input);
    int scale = fuzz_byte(&input) % 19;
    struct wg_arena arena;

    wg_arena_init(&arena, 1 << 20);
    check_decimal(&arena, text, scale);
    check_ratio(&arena, text);
    check_money(currency, text);
    FUZZ_TELL(!wg_nhs_number_valid(text) || wg_nhs_number_within(text), "%s", text);
    wg_arena_finish(&arena);
    free(text);
    free(currency);
    return 0;
}
