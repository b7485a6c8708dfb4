/* snomed.c - the form of SNOMED CT's identifiers. */
#include <wellgate/snomed.h>

#include <string.h>

enum { DIGITS_LEAST = 6, DIGITS_MOST = 18 };

/* ---- Verhoeff: digits as elements of the dihedral group of order ten ---- */

/* 0 to 4 are rotations, 5 to 9 reflections. */
static unsigned
multiply(unsigned a, unsigned b)
{
    if (a < 5)
        return b < 5 ? (a + b) % 5 : 5 + (a + b - 5) % 5;
    return b < 5 ? 5 + (a - b) % 5 : (a + 5 - b) % 5;
}

/* Each place further to the left permutes its digit once more. */
static unsigned
permute(unsigned digit, size_t times)
{
    static const unsigned char once[10] = {1, 5, 7, 6, 2, 8, 3, 0, 9, 4};

    for (times %= 8; times > 0; times--)
        digit = once[digit];
    return digit;
}

static bool
checks(const char *digits, size_t length)
{
    unsigned product = 0;

    for (size_t i = 0; i < length; i++)
        product = multiply(product, permute((unsigned)(digits[length - 1 - i] - '0'), i));
    return product == 0;
}

/* The two digits before the check digit say what it is the id of: a concept of the
 * international edition, or of somebody's extension. */
static bool
is_of_concept(const char *digits, size_t length)
{
    const char *partition = digits + length - 3;

    return partition[0] <= '1' && partition[1] == '0';
}

bool
wg_snomed_concept_valid(const char *text)
{
    size_t length = strspn(text, "0123456789");

    return !text[length] && length >= DIGITS_LEAST && length <= DIGITS_MOST && *text != '0' &&
           is_of_concept(text, length) && checks(text, length);
}
