/* selection.h - whom a report is about, and what it is broken down by. */
#ifndef REPORTS_SELECTION_H
#define REPORTS_SELECTION_H

#include <wellgate/period.h>

#include "rows/cohort.h"
#include "wellgate/reports/v1/reports.pb-c.h"

typedef Wellgate__Reports__V1__GetReportRequest Request;

#define GROUPS_MAX 2000
#define NOT_RECORDED "NOT_RECORDED" /* a group's label */
#define GROUP_ALL 0
#define GROUP_NONE SIZE_MAX /* there are too many */

struct filter {
    int dimension;
    const char *value;
    uint32_t word; /* 0: nobody has it */
};

struct group {
    int64_t key; /* word, or first day of a period */
    const char *label;
};

struct selection {
    struct wg_call *call;
    const Request *request;
    const char *programme;
    struct words words;
    uint64_t sequence; /* what is known */
    wg_date today;     /* of what is known */
    struct wg_period period;
    struct filter *filters;
    size_t n_filters;
    struct group *groups; /* [0] is of all, with the label "" */
    size_t n_groups, groups_room;
    bool failed;          /* past the arena, or GROUPS_MAX */
};

/* Reads the request; notes violations. */
const struct wg_problem *selection_begin(struct selection *selection, struct wg_call *call,
                                         const Request *request);

/* Does it take this referral of the person? */
bool selection_takes(const struct selection *selection, const struct person *person,
                     const struct referral *referral);

/* The person's first referral that it takes: from it windows count, and of it is the person's
 * group. NULL: none. */
const struct referral *selection_first(const struct selection *selection,
                                       const struct person *person);

/* The group of a referral; GROUP_ALL where nothing is broken down, GROUP_NONE past the limit. */
size_t selection_group(struct selection *selection, const struct person *person,
                       const struct referral *referral);

/* That of a day and a word, of what belongs to no person. */
size_t selection_group_of(struct selection *selection, wg_date date, uint32_t word);

/* The word that a referral has in a dimension; 0: not recorded. */
uint32_t dimension_word(int dimension, const struct person *person,
                        const struct referral *referral);

/* Numbers as numbers, NOT_RECORDED last. */
int labels_compare(const char *a, const char *b);

/* Groups in the order in which reports have them; NULL past the arena. */
const size_t *selection_order(struct selection *selection);

/* ---- Something kept for each group ---- */

struct grouped {
    struct wg_arena *arena;
    size_t size;
    char *list;
    size_t room;
};

/* That of a group: zero at first. NULL: past the arena. */
void *grouped_at(struct grouped *grouped, size_t group);

#endif
