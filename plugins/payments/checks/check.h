/* check.h - checks of terms before they are recorded: each fault is noted with its pointer,
 * so that all are told at once. */
#ifndef PAYMENTS_CHECK_H
#define PAYMENTS_CHECK_H

#include "terms/terms.h"

struct checking {
    struct wg_call *call;
    const Contract *contract;
    const Version *version;
    const char *at; /* where the version stands in the request: in front of every pointer */
    const Rule *rule;
    size_t place;   /* of the rule */
};

/* ...: a format of the pointer within the version, and what it needs */
#define FAULT(checking, code, detail, ...)                                                     \
    wg_violation((checking)->call,                                                             \
                 wg_format(wg_call_arena((checking)->call), "%s%s", (checking)->at,           \
                           wg_format(wg_call_arena((checking)->call), __VA_ARGS__)),          \
                 code, "%s", detail)

/* The pointer of something within a version, for what is checked in it. */
#define POINTER(checking, ...) wg_format(wg_call_arena((checking)->call), __VA_ARGS__)

/*
 * Check all that a version says. What it refers to is loaded.
 *
 * at      "" or such as "/alternatives/0/versions/1"
 * result  a problem only where the check cannot go on; faults are violations of the call
 */
const struct wg_problem *check_terms(struct wg_call *call, const Contract *contract,
                                     const Version *version, const char *at);

/* The outcome of checking->rule. */
const struct wg_problem *check_outcome(const struct checking *checking);

/* Who and what counts for it, beside the outcome. */
void check_modifiers(const struct checking *checking);

/* How the rules of the version rest on each other. */
void check_links(const struct checking *checking);

#endif
