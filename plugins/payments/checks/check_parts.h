/* check_parts.h - checks of what outcomes and modifiers are made of. `at` is a pointer
 * within the version. */
#ifndef PAYMENTS_CHECK_PARTS_H
#define PAYMENTS_CHECK_PARTS_H

#include "check.h"
#include "terms/duration.h"

/* What a series may be, where it is named. */
enum series_use {
    SERIES_ANY,     /* conditions */
    SERIES_DATED,   /* events, anchors: what has a day */
    SERIES_COUNTED, /* events that are added up: days too, but not beside others */
};

void check_series(const struct checking *checking, const char *at, const char *series,
                  enum series_use use);

/* A list under `at`/`name`: each is one, and stands there once. */
void check_events(const struct checking *checking, const char *at, const char *name,
                  char *const *events, size_t n, enum series_use use);

/* A length of time that is some, and fits into the contract. */
void check_length(const struct checking *checking, const char *at, const char *text);

/* Is a at least as long as b, counted from the contract's first day? An empty text is no
 * time. */
bool is_as_long(const struct checking *checking, const char *a, const char *b);

/* Where a window is taken that counts from the unit. */
enum window_use { WINDOW_OF_UNIT, WINDOW_OF_PERSON };

/* window may be NULL. */
void check_window(const struct checking *checking, const char *at,
                  const Wellgate__Payments__V1__Window *window, enum window_use use);

void check_condition(const struct checking *checking, const char *at,
                     const Wellgate__Payments__V1__Condition *condition);

/* Two decimals, either of which may be empty: the pointer is the second one's. */
void check_bounds(const struct checking *checking, const char *at, const char *least,
                  const char *most);

/* "instruments/phq9/total": what is wrong with it; NULL: the instrument has that score. */
const char *score_fault(const struct checking *checking, const char *score);

/*
 * The instrument has the score, and the direction is that in which it is better.
 *
 * range  set where the score is known: from its least to its greatest, of 10^-4
 * known  whether it is
 */
const struct wg_problem *check_score(const struct checking *checking, const char *at,
                                     const char *instrument, const char *score, bool increase,
                                     int64_t range[2], bool *known);

#endif
