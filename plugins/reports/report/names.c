/* names.c - titles where somebody gave one, else codes in words. */
#include "names.h"

#include <ctype.h>
#include <string.h>
#include <wellgate/messages.h>

#include "selection.h"

typedef Wellgate__Core__V1__Programme Programme;
typedef Wellgate__Core__V1__Programme__Code Code;

#define DIMENSION(name) WELLGATE__REPORTS__V1__REPORT_DIMENSION__CODE__##name

struct names
names_of(struct wg_call *call, const char *programme)
{
    struct names names = {call, NULL};
    const ProtobufCMessage *found;

    if (!wg_look(call, programme, &found))
        names.programme = (const Programme *)found;
    return names;
}

/* ---- Codes ---- */

/* What is known by another word than its code. */
static const char *const known[][2] = {
    {NOT_RECORDED, "Not recorded"},
    {"ED_ATTENDANCE", "A&E attendances"},
    {"INPATIENT_ELECTIVE", "Planned admissions"},
    {"INPATIENT_NON_ELECTIVE", "Unplanned admissions"},
    {"BED_DAYS", "Days in a hospital bed"},
    {"OUTPATIENT", "Outpatient attendances"},
    {"GP_FACE_TO_FACE", "GP consultations, face to face"},
    {"GP_TELEPHONE", "GP consultations by telephone"},
    {"GP_HOME_VISIT", "GP visits at home"},
    {"MENTAL_HEALTH_CONTACT", "Mental-health contacts"},
};

static const char *const letters[] = {"gp", "mdt", "nhs", "snomed", "vcse"};

/* "Gp practice" → "GP practice" */
static void
raise_letters(char *words)
{
    for (char *word = words, *end; word && *word; word = *end ? end + 1 : end) {
        end = strchrnul(word, ' ');
        for (size_t i = 0; i < sizeof(letters) / sizeof(letters[0]); i++)
            if (strlen(letters[i]) == (size_t)(end - word) &&
                strncasecmp(letters[i], word, (size_t)(end - word)) == 0)
                for (char *c = word; c < end; c++)
                    *c = (char)toupper((unsigned char)*c);
    }
}

/* All of it in capitals, or all of it in small letters. */
static bool
is_code(const char *text)
{
    bool upper = false, lower = false;

    for (; *text; text++) {
        upper |= isupper((unsigned char)*text) != 0;
        lower |= islower((unsigned char)*text) != 0;
        if (!isalnum((unsigned char)*text) && *text != '_')
            return false;
    }
    return upper != lower;
}

static const char *
code_in_words(struct wg_arena *arena, const char *code)
{
    char *words;

    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
        if (strcmp(known[i][0], code) == 0)
            return known[i][1];
    words = wg_copy_text(arena, code);
    if (!words || !is_code(code))
        return words;
    for (char *c = words; *c; c++)
        *c = *c == '_' ? ' ' : (char)(c > words ? tolower((unsigned char)*c) : toupper((unsigned char)*c));
    raise_letters(words);
    return words;
}

const char *
name_words(const struct names *names, const char *name)
{
    const ProtobufCMessage *found;

    if (strncmp(name, "organisations/", strlen("organisations/")) == 0)
        return wg_look(names->call, name, &found) ? wg_name_id(name)
                                                  : ((const Wellgate__Core__V1__Organisation *)found)->title;
    return code_in_words(wg_call_arena(names->call), name);
}

const char *
name_within(const struct names *names, const char *name)
{
    const char *words = name_words(names, name);
    char *copy;

    if (!words || !islower((unsigned char)words[*words ? 1 : 0]))
        return words;
    if ((copy = wg_copy_text(wg_call_arena(names->call), words)))
        *copy = (char)tolower((unsigned char)*copy);
    return copy;
}

/* ---- The programme's lists ---- */

const char *
name_listed(const struct names *names, enum name_list list, const char *code)
{
    const Programme *programme = names->programme;
    const struct {
        Code **codes;
        size_t n;
    } lists[] = {
        [NAMES_STRANDS] = {programme ? programme->strands : NULL, programme ? programme->n_strands : 0},
        [NAMES_REASONS] = {programme ? programme->reasons : NULL, programme ? programme->n_reasons : 0},
        [NAMES_END_REASONS] = {programme ? programme->end_reasons : NULL,
                               programme ? programme->n_end_reasons : 0},
        [NAMES_MILESTONES] = {programme ? programme->milestones : NULL,
                              programme ? programme->n_milestones : 0},
    };

    for (size_t i = 0; i < lists[list].n; i++)
        if (strcmp(lists[list].codes[i]->code, code) == 0)
            return lists[list].codes[i]->title;
    return name_words(names, code);
}

/* ---- Dimensions ---- */

const char *
name_of_group(const struct names *names, int dimension, const char *value)
{
    if (!*value)
        return "All";
    return dimension == DIMENSION(STRAND) ? name_listed(names, NAMES_STRANDS, value)
                                          : name_words(names, value);
}

static const char *
code_of_dimension(int dimension)
{
    return wg_enum_word(&wellgate__reports__v1__report_dimension__code__descriptor, dimension);
}

const char *
name_of_dimension(const struct names *names, int dimension)
{
    return name_words(names, code_of_dimension(dimension));
}

const char *
name_of_dimension_within(const struct names *names, int dimension)
{
    return name_within(names, code_of_dimension(dimension));
}
