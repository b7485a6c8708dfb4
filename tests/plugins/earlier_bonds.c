/* earlier_bonds.c - linked into the bonds plugin in place of what posts, and of what names investors:
 * it records as it did before it kept a journal, and before investors saw what is their own. */
#include <wellgate/call.h>

struct postings;
struct _Wellgate__Bonds__V1__Commitment;

const struct wg_problem *__wrap_journal_post(const struct postings *postings, int kind,
                                             const char *record, const char *statement,
                                             const char *date);
const struct wg_problem *__wrap_missing_due(struct wg_call *call, const char *root, bool *is_due);
const struct wg_problem *__wrap_investors_due(struct wg_call *call, const char *root, bool *is_due);
void __wrap_set_investor(char **investor, const struct _Wellgate__Bonds__V1__Commitment *commitment);

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

const struct wg_problem *
__wrap_investors_due(struct wg_call *call, const char *root, bool *is_due)
{
    return __wrap_missing_due(call, root, is_due);
}

void
__wrap_set_investor(char **investor, const struct _Wellgate__Bonds__V1__Commitment *commitment)
{
    (void)investor, (void)commitment;
}
