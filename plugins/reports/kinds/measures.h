/* measures.h - scores that reports look at, with what their instruments say of them. */
#ifndef REPORTS_MEASURES_H
#define REPORTS_MEASURES_H

#include "report/figures.h"
#include "wellgate/outcomes/v1/instruments.pb-c.h"

typedef Wellgate__Outcomes__V1__Instrument__Score Score;

#define MEASURES_MAX 64

struct measure {
    const char *name;       /* "instruments/phq9/total" */
    const char *instrument; /* "instruments/phq9" */
    const char *title;      /* "PHQ-9: total" */
    uint32_t word;          /* of its readings; 0: there are none */
    const Score *score;
    int direction;     /* 1: higher is better; -1: lower is */
    int64_t threshold; /* least improvement that counts, of 10^-4; 0: any */
    bool leaves_out;
    int64_t leave_out_from; /* baselines that are left out */
};

struct measures {
    struct measure *list;
    size_t n;
    bool named; /* in the request */
};

/* Those that the request names, or all of which there are readings. Notes violations. */
const struct wg_problem *measures_read(struct writer *writer, struct measures *measures);

/* One, as "instruments/phq9/total:6" says it. Its name is NULL where there is no such score. */
const struct wg_problem *measure_read(struct writer *writer, const char *text,
                                      struct measure *measure);

/* 1: more is better, -1: less is, 0: neither is. */
int score_direction(const Score *score);

/* Items of an instrument as it is: built in, or the programme's own. */
const struct wg_problem *instrument_look(struct wg_call *call, const char *name,
                                         const char **title, Score ***scores, size_t *n_scores,
                                         Wellgate__Outcomes__V1__Instrument__Item ***items,
                                         size_t *n_items);

#endif
