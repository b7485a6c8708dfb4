/* problem.c - the rows of the problem table. */
#include <wellgate/problem.h>

#define PROBLEM_DEFINE(name, slug, status, code, title) \
    const struct wg_problem name = {slug, status, code, title};
WG_PROBLEMS(PROBLEM_DEFINE)
