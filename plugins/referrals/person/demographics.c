/* demographics.c - what a person's record says of age, life and place. */
#include "demographics.h"

#include <stdio.h>
#include <string.h>

#include "checks.h"
#include "codings.h"

enum { AGE_MAX = 120, OPEN_END = 1000, BAND_YEARS_LEAST = 5, MONTH_CHARACTERS = 7 };

/* ---- Age ---- */

int
age_on(wg_date birth, wg_date day)
{
    int years, month, of_month, born_years, born_month, born_of_month;

    wg_date_to_civil(day, &years, &month, &of_month);
    wg_date_to_civil(birth, &born_years, &born_month, &born_of_month);
    return years - born_years -
           (month < born_month || (month == born_month && of_month < born_of_month));
}

/* "40-44" or "90+". false: neither. */
static bool
read_band(const char *band, int *first, int *last)
{
    int end = 0;

    if (sscanf(band, "%3d-%3d%n", first, last, &end) == 2)
        return !band[end];
    *last = OPEN_END;
    end = 0;
    return sscanf(band, "%3d+%n", first, &end) == 1 && end && !band[end];
}

/* A band of a year or two would tell more than an age should. */
static void
check_band(struct wg_call *call, const char *band)
{
    int first, last;

    if (read_band(band, &first, &last) && last != OPEN_END &&
        (last > AGE_MAX || first + BAND_YEARS_LEAST - 1 > last))
        wg_violation(call, "/ageBand", "OUT_OF_RANGE", "must be at least %d years wide: 55-59",
                     BAND_YEARS_LEAST);
}

static const struct wg_problem *
derive_band(struct wg_call *call, int age, Person *person)
{
    int first = age - age % BAND_YEARS_LEAST;

    person->age_band = wg_format(wg_call_arena(call), "%d-%d", first,
                                 first + BAND_YEARS_LEAST - 1);
    return person->age_band ? NULL : wg_no_memory(call);
}

/* Only what is new is held against the day: an age that was right stays recorded. A band
 * that nobody changed follows a date of birth that somebody did. */
static const struct wg_problem *
settle_band(struct wg_call *call, const Person *before, Person *person, int age)
{
    bool same_band = before && strcmp(before->age_band, person->age_band) == 0;
    bool same_birth = before && strcmp(before->birth_date, person->birth_date) == 0;
    int first, last;

    if (!*person->age_band)
        return derive_band(call, age, person);
    if ((same_band && same_birth) || !read_band(person->age_band, &first, &last) ||
        (age >= first && age <= last))
        return NULL;
    if (same_band)
        return derive_band(call, age, person);
    wg_violation(call, "/ageBand", "CONTRADICTION", "is not the band of birthDate");
    return NULL;
}

static const struct wg_problem *
settle_age(struct wg_call *call, const Person *before, Person *person)
{
    wg_date birth, today;

    check_band(call, person->age_band);
    if (!wg_date_parse(person->birth_date, &birth))
        return NULL;
    today = wg_today(call, person->name);
    if (birth <= today)
        return settle_band(call, before, person, age_on(birth, today));
    wg_violation(call, "/birthDate", "OUT_OF_RANGE", "is in the future");
    return NULL;
}

/* ---- Life ---- */

/* A month that exists and has begun. */
static void
check_month(struct wg_call *call, const Person *person, const char *pointer, const char *month)
{
    char first_day[WG_DATE_TEXT_BYTES];
    wg_date day;

    if (!*month)
        return;
    snprintf(first_day, sizeof(first_day), "%.7s-01", month);
    if (wg_date_parse(first_day, &day) && day > wg_today(call, person->name))
        wg_violation(call, pointer, "OUT_OF_RANGE", "is in the future");
}

static const struct wg_problem *
settle_death(struct wg_call *call, const Person *before, Person *person)
{
    bool same_month = before && strcmp(before->death_month, person->death_month) == 0;

    check_month(call, person, "/deathMonth", person->death_month);
    check_month(call, person, "/movedAwayMonth", person->moved_away_month);
    if (!*person->death_date)
        return NULL;
    wg_check_past(call, person->name, "/deathDate", person->death_date);
    if (*person->birth_date && strcmp(person->death_date, person->birth_date) < 0)
        wg_violation(call, "/deathDate", "OUT_OF_RANGE", "is before birthDate");
    if (*person->death_month && !same_month &&
        strncmp(person->death_month, person->death_date, MONTH_CHARACTERS) != 0)
        wg_violation(call, "/deathMonth", "CONTRADICTION", "is not the month of deathDate");
    person->death_month = wg_copy_bytes(wg_call_arena(call), person->death_date,
                                        MONTH_CHARACTERS);
    return person->death_month ? NULL : wg_no_memory(call);
}

/* ---- All of it ---- */

const struct wg_problem *
demographics_settle(struct wg_call *call, const Person *before, Person *person)
{
    const struct wg_problem *problem;

    if (*person->nhs_number)
        check_nhs_number(call, person->nhs_number);
    check_codings(call, "/conditions", person->conditions, person->n_conditions);
    if ((problem = settle_age(call, before, person)))
        return problem;
    return settle_death(call, before, person);
}
