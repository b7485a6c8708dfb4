/* nhs_number.c - modulus 11, each digit weighted by its place. */
#include <wellgate/nhs_number.h>

#include <string.h>

enum { DIGITS = 10 };

static bool
all_equal(const char *digits)
{
    return strspn(digits, (const char[]){digits[0], '\0'}) == DIGITS;
}

bool
wg_nhs_number_valid(const char *text)
{
    int sum = 0;

    if (strlen(text) != DIGITS || strspn(text, "0123456789") != DIGITS || all_equal(text))
        return false;
    /* The check digit has weight 1, so that the whole sum is divisible: a check of 10
     * has no digit and never is. */
    for (int i = 0; i < DIGITS; i++)
        sum += (DIGITS - i) * (text[i] - '0');
    return sum % 11 == 0;
}

bool
wg_nhs_number_within(const char *text)
{
    char digits[DIGITS + 1] = "";
    int n = 0;

    for (; *text; text++) {
        if (*text == ' ' || *text == '-')
            continue;
        if (n == DIGITS)
            return false;
        digits[n++] = *text;
    }
    return wg_nhs_number_valid(digits);
}
