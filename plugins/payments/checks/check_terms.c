/* check_terms.c - bad terms are refused when they are recorded, each fault with
 * its pointer, and never found when a statement is due. */
#include <string.h>

#include "terms/acceptance.h"
#include "check_money.h"
#include "check_parts.h"
#include "terms/timeline.h"

static const struct wg_problem *
check_rule(const struct checking *checking)
{
    const Rule *rule = checking->rule;

    for (size_t i = 0; i < checking->place; i++)
        if (strcmp(checking->version->rules[i]->id, rule->id) == 0)
            FAULT(checking, "DUPLICATE", "another rule has this id", "/rules/%zu/id",
                  checking->place);
    check_splits(checking, POINTER(checking, "/rules/%zu", checking->place), rule->payer_splits,
                 rule->n_payer_splits);
    check_price(checking);
    check_limits(checking);
    check_modifiers(checking);
    return check_outcome(checking);
}

const struct wg_problem *
check_terms(struct wg_call *call, const Contract *contract, const Version *version, const char *at)
{
    struct checking checking = {.call = call, .contract = contract, .version = version, .at = at};
    const struct wg_problem *problem;

    if (*version->start)
        check_series(&checking, "/start", version->start, SERIES_DATED);
    for (; checking.place < version->n_rules; checking.place++) {
        checking.rule = version->rules[checking.place];
        if ((problem = check_rule(&checking)))
            return problem;
    }
    check_links(&checking);
    check_settlement(&checking);
    return NULL;
}

static void
check_effective_date(const struct checking *checking, const struct versions *versions)
{
    const char *date = checking->version->effective_date;
    struct calendar calendar = calendar_of(checking->contract);
    wg_date first;

    if (!wg_date_parse(date, &first))
        return;
    if (first > calendar.start && !begins_period(checking, date))
        FAULT(checking, "OUT_OF_RANGE",
              "must be the first day of a period of the contract, or before it",
              "/effectiveDate");
    if (first <= issued_until(checking->contract))
        wg_violation(checking->call, "/effectiveDate", "OUT_OF_RANGE",
                     "statements are issued up to the end of %s",
                     wg_name_id(checking->contract->last_issued));
    for (size_t i = 0; i < versions->n; i++)
        if (strcmp(versions->list[i]->effective_date, date) == 0 &&
            strcmp(versions->list[i]->name, checking->version->name) != 0)
            FAULT(checking, "DUPLICATE", "another version is effective from that day",
                  "/effectiveDate");
}

/* A correction's line is called by its rule and period: lines.c. No other rule is called so. */
static bool
is_called_as_correction(const struct calendar *calendar, const char *id, const char *of)
{
    size_t length = strlen(of);
    struct wg_period period;

    return strncmp(id, of, length) == 0 && id[length] == '-' &&
           calendar_read_id(calendar, id + length + 1, &period);
}

static void
check_ids_beside(const struct checking *checking, const Version *other)
{
    struct calendar calendar = calendar_of(checking->contract);

    for (size_t i = 0; i < checking->version->n_rules; i++)
        for (size_t o = 0; o < other->n_rules; o++) {
            const char *id = checking->version->rules[i]->id, *beside = other->rules[o]->id;

            if (is_called_as_correction(&calendar, id, beside) ||
                is_called_as_correction(&calendar, beside, id)) {
                FAULT(checking, "DUPLICATE", "corrections of another rule are called so, or of this "
                                             "one as another rule", "/rules/%zu/id", i);
                break;
            }
        }
}

/* With itself, and with those that it may follow or be followed by. */
static void
check_ids(const struct checking *checking, const struct versions *versions)
{
    check_ids_beside(checking, checking->version);
    for (size_t i = 0; i < versions->n; i++)
        if (strcmp(versions->list[i]->name, checking->version->name) != 0)
            check_ids_beside(checking, versions->list[i]);
}

/* The terms that these follow; NULL: they are the first. */
static const Version *
version_before(const struct checking *checking, const struct versions *versions)
{
    const Version *before = NULL;

    for (size_t i = 0; i < versions->n; i++)
        if (strcmp(versions->list[i]->effective_date, checking->version->effective_date) < 0)
            before = versions->list[i];
    return before;
}

/* A rule that is left out takes nothing back any more: whoever means that says so. */
static void
check_clawbacks_kept(const struct checking *checking, const Version *before)
{
    for (size_t i = 0; before && i < before->n_rules; i++)
        if (before->rules[i]->n_clawbacks && !rule_of(checking->version, before->rules[i]->id))
            wg_violation(checking->call, "/rules", "REQUIRED",
                         "%s has clawbacks in the version before: keep it while they run, with a window "
                         "that ends its units, or without clawbacks to give them up",
                         before->rules[i]->id);
}

/* The contract shows its latest terms, and moves when they do. */
static const struct wg_problem *
note_version(struct wg_call *call, Contract *contract, const Version *version)
{
    contract->last_version = version->name;
    return wg_update(call, &contract->base, "contract.varied");
}

/* Issued statements rest on their terms for good, and what all agreed one does not undo. */
static const struct wg_problem *
withdraw_version(struct wg_call *call, const Version *version)
{
    const struct wg_problem *problem;
    struct wg_record record;
    Contract *contract;
    wg_date first;

    if ((problem = wg_load(call, wg_name_parent(call, version->name, 2), &record)))
        return problem;
    contract = (Contract *)record.message;
    if (wg_date_parse(version->effective_date, &first) && first <= issued_until(contract))
        return wg_fail(call, &wg_conflict, "statements up to %s were issued on it",
                       wg_name_id(contract->last_issued));
    if (version->state == WELLGATE__PAYMENTS__V1__VERSION__STATE__AGREED)
        return wg_fail(call, &wg_conflict,
                       "all parties have accepted it: agree on a later one in its place");
    return note_version(call, contract, version);
}

static const struct wg_problem *
require_same_terms(struct wg_call *call, const Version *before, const Version *after)
{
    char was[HASH_TEXT_BYTES], is[HASH_TEXT_BYTES];

    if (!terms_hash(before, was) || !terms_hash(after, is))
        return wg_no_memory(call);
    return strcmp(was, is) == 0
               ? NULL : wg_fail(call, &wg_conflict, "a version is never changed; record another");
}

const struct wg_problem *
check_version(struct wg_call *call, const ProtobufCMessage *before, ProtobufCMessage *after)
{
    struct checking checking = {.call = call, .version = (const Version *)after, .at = ""};
    const struct wg_problem *problem;
    struct versions versions;
    struct wg_record record;

    if (before)
        return after ? require_same_terms(call, (const Version *)before, (const Version *)after)
                     : withdraw_version(call, (const Version *)before);
    if ((problem = wg_load(call, wg_name_parent(call, checking.version->name, 2), &record)))
        return problem;
    checking.contract = (const Contract *)record.message;
    if ((problem = versions_load(call, checking.contract->name, &versions)))
        return problem;
    check_effective_date(&checking, &versions);
    check_ids(&checking, &versions);
    check_clawbacks_kept(&checking, version_before(&checking, &versions));
    if ((problem = check_terms(call, checking.contract, checking.version, "")) ||
        (problem = wg_violations(call)) ||
        (problem = version_propose(call, (Version *)after)))
        return problem;
    return note_version(call, (Contract *)record.message, checking.version);
}
