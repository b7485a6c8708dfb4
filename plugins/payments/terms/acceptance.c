/* acceptance.c - who may accept terms, and when they are in force. */
#include "acceptance.h"

#include <string.h>

typedef Wellgate__Payments__V1__AcceptVersionRequest AcceptRequest;

#define VERSION(name) WELLGATE__PAYMENTS__V1__VERSION__STATE__##name

bool
terms_hash(const Version *version, char text[HASH_TEXT_BYTES])
{
    Version terms = *version; /* without what is not theirs */

    terms.create_time = terms.update_time = NULL;
    terms.state = VERSION(STATE_UNSPECIFIED);
    terms.terms_hash = (char *)protobuf_c_empty_string;
    terms.written_by = NULL;
    terms.n_acceptances = 0;
    return hash_message(&terms.base, text);
}

const struct wg_problem *
version_propose(struct wg_call *call, Version *version)
{
    char *hash = wg_alloc(wg_call_arena(call), HASH_TEXT_BYTES);

    if (!hash || !terms_hash(version, hash))
        return wg_no_memory(call);
    version->state = VERSION(PROPOSED);
    version->terms_hash = hash;
    version->n_acceptances = 0;
    version->written_by = actor_of(call);
    return version->written_by ? NULL : wg_no_memory(call);
}

bool
terms_written_by_caller(const struct wg_call *call, const struct versions *versions,
                        const char *day)
{
    for (size_t i = 0; i < versions->n; i++)
        if (versions->list[i]->state == VERSION(AGREED) &&
            strcmp(versions->list[i]->effective_date, day) <= 0 &&
            actor_calls(call, versions->list[i]->written_by))
            return true;
    return false;
}

/* ---- :accept ---- */

static bool
accepted_for(const Version *version, const char *organisation)
{
    for (size_t i = 0; i < version->n_acceptances; i++)
        if (strcmp(version->acceptances[i]->organisation, organisation) == 0)
            return true;
    return false;
}

static bool
accepted_by_all(const Contract *contract, const Version *version)
{
    for (size_t i = 0; i < contract->n_payers; i++)
        if (!accepted_for(version, contract->payers[i]))
            return false;
    return accepted_for(version, contract->payee);
}

/* Of an organisation on both sides that person would be all four eyes. */
static const struct wg_problem *
require_four_eyes(struct wg_call *call, const Contract *contract, const Version *version,
                  unsigned side)
{
    const Actor *writer = version->written_by;

    if (actor_calls(call, writer) &&
        (side == SIDE_BOTH || side != side_of(contract, writer->organisation)))
        return wg_fail(call, &wg_forbidden,
                       "you wrote these terms: somebody else accepts them for the other side");
    for (size_t i = 0; i < version->n_acceptances; i++)
        if (actor_calls(call, version->acceptances[i]) &&
            side != side_of(contract, version->acceptances[i]->organisation))
            return wg_fail(call, &wg_forbidden,
                           "you accepted them for one side: somebody else accepts for the other");
    return NULL;
}

static const struct wg_problem *
require_open(struct wg_call *call, const Version *version, const AcceptRequest *request)
{
    if (version->state != VERSION(PROPOSED))
        return wg_fail(call, &wg_conflict, "all parties have accepted it");
    if (accepted_for(version, wg_caller(call)->organisation))
        return wg_fail(call, &wg_conflict, "your organisation has accepted it");
    if (strcmp(version->terms_hash, request->terms_hash) != 0)
        wg_violation(call, "/termsHash", "MISMATCH", "is not the hash of these terms");
    return wg_violations(call);
}

/* Terms do not reach back behind what was issued while they were discussed. */
static const struct wg_problem *
require_not_overtaken(struct wg_call *call, const Contract *contract, const Version *version)
{
    const struct wg_problem *problem;
    struct wg_record record;

    if (!*contract->last_issued)
        return NULL;
    if ((problem = wg_load(call, contract->last_issued, &record)))
        return problem;
    if (strcmp(version->effective_date,
               ((Wellgate__Payments__V1__Statement *)record.message)->end_date) > 0)
        return NULL;
    return wg_fail(call, &wg_conflict,
                   "statements are issued up to %s: record terms that are effective later",
                   wg_name_id(contract->last_issued));
}

static const struct wg_problem *
append_acceptance(struct wg_call *call, Version *version)
{
    size_t n = version->n_acceptances;
    Actor **acceptances = wg_alloc_array(wg_call_arena(call), n + 1, sizeof(*acceptances));

    if (!acceptances || !(acceptances[n] = actor_of(call)))
        return wg_no_memory(call);
    if (n)
        memcpy(acceptances, version->acceptances, n * sizeof(*acceptances));
    version->acceptances = acceptances;
    version->n_acceptances = n + 1;
    return NULL;
}

/* A contract moves with its terms, so that no draft rests on others. */
static const struct wg_problem *
store_acceptance(struct wg_call *call, Contract *contract, Version *version)
{
    const struct wg_problem *problem;

    if (!accepted_by_all(contract, version))
        return wg_update(call, &version->base, "version.accepted");
    version->state = VERSION(AGREED);
    if ((problem = wg_update(call, &contract->base, "contract.varied")))
        return problem;
    return wg_update(call, &version->base, "version.agreed");
}

const struct wg_problem *
version_accept(struct wg_call *call)
{
    const AcceptRequest *request = (const void *)wg_input(call);
    const struct wg_problem *problem;
    struct wg_record record;
    Contract *contract;
    Version *version;
    unsigned side;

    if ((problem = wg_load(call, wg_name_parent(call, request->name, 2), &record)))
        return problem;
    contract = (Contract *)record.message;
    if ((problem = wg_load(call, request->name, &record)))
        return problem;
    version = (Version *)record.message;
    if (!(side = side_of(contract, wg_caller(call)->organisation)))
        return wg_fail(call, &wg_forbidden, "your organisation is no party to the contract");
    if ((problem = require_open(call, version, request)) ||
        (problem = require_four_eyes(call, contract, version, side)) ||
        (problem = require_not_overtaken(call, contract, version)) ||
        (problem = append_acceptance(call, version)) ||
        (problem = store_acceptance(call, contract, version)))
        return problem;
    wg_answer(call, &version->base);
    return NULL;
}
