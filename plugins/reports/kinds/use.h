/* use.h - how often people used services in windows before and after they were referred. */
#ifndef REPORTS_USE_H
#define REPORTS_USE_H

#include "report/figures.h"

#define CLASSES_MAX 40

struct use_class {
    const char *name;       /* "ED_ATTENDANCE", "OTHER:ambulance-conveyance" */
    uint32_t word;          /* of uses; 0: there are none */
    uint32_t covered_word;  /* of coverage */
};

/* Of one class in one group. */
struct use_tally {
    uint64_t people;                 /* whose first referral is taken */
    uint64_t people_before, people_after; /* observed for the whole of the window */
    int64_t before, after;           /* uses */
    struct moments differences;      /* after less before, of those observed for both */
    uint64_t straddling;             /* totals of periods that lie only partly in a window */
};

struct use {
    struct writer *writer;
    int months;
    int observed;
    struct use_class classes[CLASSES_MAX];
    size_t n;
    struct grouped tallies;   /* struct use_tally, one for each class */
    struct grouped practices; /* the same, by the practice's word */
};

/* Of each window. */
int use_months(const Request *request);

/* Reads the request: windows and classes, to which more may be added. */
void use_begin(struct use *use, struct writer *writer);

/* Goes through all people. */
const struct wg_problem *use_read(struct use *use);

struct use_tally *use_tally_of(struct use *use, size_t group, size_t class);

/* Practices with people who were observed, and those of them where use fell. */
void use_practices(struct use *use, size_t class, uint64_t *practices, uint64_t *fell);

/* Says of so many classes that nobody was observed for them, and what that takes. */
void use_note_unobserved(const struct use *use, const size_t *classes, size_t n);

/* Warns of regression to the mean. */
void use_warn(struct writer *writer);

#endif
