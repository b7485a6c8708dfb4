/* nhs_number.c - modulus 11, each digit weighted by its place. */
#include <wellgate/nhs_number.h>

#include <string.h>

enum { DIGITS = 10 };

#define DIGIT "0123456789"

static bool
all_equal(const char *digits)
{
    return strspn(digits, (const char[]){digits[0], '\0'}) == DIGITS;
}

bool
wg_nhs_number_valid(const char *text)
{
    int sum = 0;

    if (strlen(text) != DIGITS || strspn(text, DIGIT) != DIGITS || all_equal(text))
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

/* The ten digits that a text begins with, in a row or as 3, 3 and 4; "" for none. */
static void
read_digits(const char *text, char digits[DIGITS + 1])
{
    static const size_t in_a_row[] = {DIGITS}, in_groups[] = {3, 3, 4};
    const size_t *group = strspn(text, DIGIT) == 3 ? in_groups : in_a_row;
    size_t n = 0;

    *digits = '\0';
    while (n < DIGITS && strspn(text, DIGIT) == *group) {
        memcpy(digits + n, text, *group);
        text += *group;
        n += *group++;
        text += n < DIGITS && (*text == ' ' || *text == '-');
    }
    digits[n] = '\0';
}

bool
wg_nhs_number_among(const char *words)
{
    char digits[DIGITS + 1];
    size_t run;

    for (words += strcspn(words, DIGIT); *words; words += run + strcspn(words + run, DIGIT)) {
        read_digits(words, digits);
        if (wg_nhs_number_valid(digits))
            return true;
        run = strspn(words, DIGIT);
    }
    return false;
}
