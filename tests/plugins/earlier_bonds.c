/* earlier_bonds.c - linked into the bonds plugin in place of what posts: it records as it did
 * before it kept a journal. */
#include <wellgate/call.h>

struct postings;

const struct wg_problem *__wrap_journal_post(const struct postings *postings, int kind,
                                             const char *record, const char *statement,
                                             const char *date);
const struct wg_problem *__wrap_missing_due(struct wg_call *call, const char *root, bool *is_due);

const struct wg_problem *
__wrap_journal_post(const struct postings *postings, int kind, const char *record,
                    const char *statement, const char *date)
{
    (void)postings, (void)kind, (void)record, (void)statement, (void)date;
    return NULL;
}

const struct wg_problem *
__wrap_missing_due(struct wg_call *call, const char *root, bool *is_due)
{
    (void)call, (void)root;
    *is_due = false;
    return NULL;
}
