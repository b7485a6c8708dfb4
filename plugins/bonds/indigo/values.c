/* values.c - single values that are not of the kind that they should be. */
#include <string.h>
#include <wellgate/date.h>
#include <wellgate/decimal.h>

#include "codes.h"
#include "findings.h"

/* The project and the ids of the lists that are referred to. */
struct reading {
    const struct findings *findings;
    struct keyed *ids[16]; /* by the place of the list among the project's fields, remembered */
    size_t n_ids[16];
    const char *lists[16];
    size_t n_lists;
};

/* ---- Numbers ---- */

static bool
is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* "£3,600", "3600 (as of Jan 2019)": is there a digit before any letter? */
static bool
begins_with_number(const char *text)
{
    for (; *text && !is_digit(*text); text++)
        if ((*text >= 'a' && *text <= 'z') || (*text >= 'A' && *text <= 'Z'))
            return false;
    return *text;
}

static void
check_number_text(const struct findings *findings, const struct place *leaf, const char *text)
{
    if (is_blank(text))
        warn(findings, leaf, "/value", WARNING(BLANK), "is empty, and no number");
    else if (*text == '=')
        warn(findings, leaf, "/value", WARNING(FORMULA), "is the formula %s, and no number", text);
    else if (wg_decimal_valid(text))
        warn(findings, leaf, "/value", WARNING(NUMBER_AS_TEXT), "is a number between quotes");
    else if (begins_with_number(text))
        warn(findings, leaf, "/value", WARNING(NUMBER_WITH_NOTE),
             "is \"%s\", more than a number", text);
    else
        warn(findings, leaf, "/value", WARNING(NOT_A_NUMBER), "is \"%s\", and no number", text);
}

static void
check_number(const struct findings *findings, const struct place *leaf, const Literal *value)
{
    const char *text = literal_text(value);

    if (text)
        check_number_text(findings, leaf, text);
    else if (value->kind_case == WELLGATE__COMMON__V1__LITERAL__KIND_BOOL_VALUE)
        warn(findings, leaf, "/value", WARNING(NOT_A_NUMBER), "is true or false, and no number");
}

/* ---- Text and dates ---- */

/* Is it said, and is it text? Says so where it is not. */
static const char *
text_of(const struct findings *findings, const struct place *place, const char *more,
        const Literal *literal)
{
    const char *text = literal_text(literal);

    if (!text && literal->kind_case != WELLGATE__COMMON__V1__LITERAL__KIND_NULL_VALUE)
        warn(findings, place, more, WARNING(NOT_TEXT), "is not between quotes, as text is");
    return text;
}

/* YYYY, YYYY-MM or YYYY-MM-DD: the first of its days exists. */
static bool
is_partial_date(const char *text)
{
    size_t length = strlen(text);
    char day[] = "0000-01-01";
    wg_date date;

    if (length != 4 && length != 7 && length != 10)
        return false;
    memcpy(day, text, length);
    return wg_date_parse(day, &date);
}

static void
check_date(const struct findings *findings, const struct place *leaf, const Literal *value)
{
    const char *text = text_of(findings, leaf, "/value", value);

    if (!text || is_partial_date(text))
        return;
    if (is_blank(text))
        warn(findings, leaf, "/value", WARNING(BLANK), "is empty, and no date");
    else
        warn(findings, leaf, "/value", WARNING(NOT_A_DATE), "is \"%s\", and no date", text);
}

static void
check_code(const struct findings *findings, const struct place *place, const char *more,
           const char *const *codes, const char *text)
{
    if (is_blank(text))
        warn(findings, place, more, WARNING(BLANK), "is empty, and no word of its list");
    else if (!is_code(codes, text))
        warn(findings, place, more, WARNING(UNKNOWN_CODE), "is \"%s\", which is not on its list",
             text);
}

/* ---- Ids ---- */

static size_t
list_index(struct reading *reading, const char *list)
{
    for (size_t i = 0; i < reading->n_lists; i++)
        if (strcmp(reading->lists[i], list) == 0)
            return i;
    reading->lists[reading->n_lists] = list;
    reading->ids[reading->n_lists] =
        keyed_rows(reading->findings, list, id_of, &reading->n_ids[reading->n_lists]);
    return reading->n_lists++;
}

/* Is there a row with so long an id? */
static bool
is_there(struct reading *reading, const char *list, const char *id, size_t length)
{
    size_t at = list_index(reading, list), low = 0, high = reading->n_ids[at];

    while (low < high) {
        size_t middle = (low + high) / 2;
        const char *key = reading->ids[at][middle].key;
        int order = strncmp(id, key, length);

        if (!order && !key[length])
            return true;
        if (order > 0)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

static void
check_id(struct reading *reading, const struct place *place, const char *more, const char *list,
         const char *id, size_t length)
{
    if (!is_there(reading, list, id, length))
        warn(reading->findings, place, more, WARNING(UNKNOWN_ID), "%.*s is not among %s",
             (int)length, id, list);
}

/* Those between commas, without the spaces around them. */
static void
check_ids(struct reading *reading, const struct place *place, const char *more, const char *list,
          const char *text)
{
    while (*text) {
        size_t length = strcspn(text, ","), shown;

        for (shown = length; shown && text[shown - 1] == ' '; shown--)
            ;
        if (shown)
            check_id(reading, place, more, list, text, shown);
        text += length;
        text += strspn(text, ", ");
    }
}

static void
check_reference(struct reading *reading, const struct place *place, const char *more,
                const char *text)
{
    bool several;
    const char *list = list_referred_to(place->field, &several);

    if (!list || is_blank(text))
        return;
    if (several)
        check_ids(reading, place, more, list, text + strspn(text, " "));
    else
        check_id(reading, place, more, list, text, strlen(text));
}

/* ---- All of it ---- */

static void
check_text(struct reading *reading, const struct place *leaf, const Literal *value)
{
    const char *text = text_of(reading->findings, leaf, "/value", value);
    const char *const *codes = codes_of(leaf);

    if (!text)
        return;
    if (codes)
        check_code(reading->findings, leaf, "/value", codes, text);
    check_reference(reading, leaf, "/value", text);
}

static void
check_leaf(struct reading *reading, const struct place *leaf)
{
    const Literal *value = ((const Leaf *)leaf->message)->value;

    if (!value)
        return;
    switch (leaf_kind_of(leaf->message)) {
    case NUMBER_LEAF:
        check_number(reading->findings, leaf, value);
        break;
    case DATE_LEAF:
        check_date(reading->findings, leaf, value);
        break;
    default:
        check_text(reading, leaf, value);
    }
}

/* An id, a status, sources, notes. */
static void
check_literal(struct reading *reading, const struct place *place)
{
    const char *text =
        text_of(reading->findings, place, "", (const Literal *)place->message);

    if (!text)
        return;
    if (strcmp(place->field->name, "status") == 0 && !is_blank(text))
        check_code(reading->findings, place, "", status_codes(place->in->message), text);
    check_reference(reading, place, "", text);
}

static void
check_part(void *context, const struct place *part)
{
    struct reading *reading = context;

    if (is_literal(part->message)) {
        if (leaf_kind_of(part->in->message) == NO_LEAF ||
            strcmp(part->field->name, "value") != 0)
            check_literal(reading, part);
        return;
    }
    if (leaf_kind_of(part->message) != NO_LEAF)
        check_leaf(reading, part);
    visit_parts(part, check_part, reading);
}

void
find_odd_values(const struct findings *findings)
{
    struct reading reading = {.findings = findings};
    const struct place whole = {.message = &findings->project->base};

    visit_parts(&whole, check_part, &reading);
}
