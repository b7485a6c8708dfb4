/* samples.c - drawing claims, and what is found of them. */
#include "samples.h"

#include <stdlib.h>
#include <string.h>
#include <wellgate/decimal.h>
#include <wellgate/interval.h>

#include "claim_states.h"
#include "terms/hash.h"

typedef Wellgate__Payments__V1__Claim Claim;
typedef Wellgate__Payments__V1__SampleClaimsRequest SampleRequest;
typedef Wellgate__Payments__V1__RecordFindingRequest FindingRequest;

enum { SAMPLE_MAX = 200, CLAIM_ID_BYTES = 64, RULE_ID_BYTES = 64 };

/* ---- The draw ---- */

struct ticket {
    char hash[HASH_TEXT_BYTES], claim[CLAIM_ID_BYTES], rule[RULE_ID_BYTES];
};

struct drawing {
    struct wg_call *call;
    const SampleRequest *request;
    char first[WG_DATE_TEXT_BYTES], last[WG_DATE_TEXT_BYTES];
    struct ticket *tickets; /* malloc'd: there may be many */
    size_t n, room;
    struct wg_mark mark;
    bool failed;
};

static bool
hash_ticket(const char *seed, struct ticket *ticket)
{
    char text[4 * 200 + 1 + CLAIM_ID_BYTES]; /* a seed of so many characters */
    size_t length = strlen(seed) + 1;

    memcpy(text, seed, length);
    memcpy(text + length, ticket->claim, strlen(ticket->claim));
    return hash_bytes(text, length + strlen(ticket->claim), ticket->hash);
}

static bool
add_ticket(struct drawing *drawing, const Claim *claim)
{
    if (drawing->n == drawing->room) {
        size_t room = 2 * drawing->room + 64;
        struct ticket *tickets = realloc(drawing->tickets, room * sizeof(*tickets));

        if (!tickets)
            return false;
        drawing->tickets = tickets;
        drawing->room = room;
    }
    drawing->tickets[drawing->n] = (struct ticket){0};
    strncpy(drawing->tickets[drawing->n].claim, wg_name_id(claim->name), CLAIM_ID_BYTES - 1);
    strncpy(drawing->tickets[drawing->n].rule, claim->rule, RULE_ID_BYTES - 1);
    return hash_ticket(drawing->request->seed, &drawing->tickets[drawing->n++]);
}

/* What claims take to read is given back: there may be more than a request has memory for. */
static bool
take_claim(void *context, const struct wg_record *record)
{
    struct drawing *drawing = context;
    const Claim *claim = (const Claim *)record->message;

    if (strcmp(claim->claim_date, drawing->first) >= 0 && strcmp(claim->claim_date, drawing->last) <= 0)
        drawing->failed = !add_ticket(drawing, claim);
    if (drawing->mark.block)
        wg_arena_rewind(wg_call_arena(drawing->call), drawing->mark);
    else
        drawing->mark = wg_arena_mark(wg_call_arena(drawing->call));
    return !drawing->failed;
}

static int
by_hash(const void *a, const void *b)
{
    return strcmp(((const struct ticket *)a)->hash, ((const struct ticket *)b)->hash);
}

static const struct wg_problem *
gather(struct drawing *drawing, const Contract *contract)
{
    const struct calendar calendar = calendar_of(contract);
    struct wg_call *call = drawing->call;
    const struct wg_problem *problem;
    struct wg_period period;

    if (!calendar_read(&calendar, drawing->request->period, &period)) {
        wg_violation(call, "/period", "UNKNOWN_VALUE", "is no period of the contract");
        return wg_violations(call);
    }
    wg_date_format(period.first, drawing->first);
    wg_date_format(period.last, drawing->last);
    problem = wg_find(call, "payments/Claim", drawing->request->name, "state,claim_date",
                      (const char *[]){"VALIDATED"}, 1, take_claim, drawing);
    if (problem)
        return problem;
    if (drawing->failed)
        return wg_no_memory(call);
    if (!drawing->n)
        return wg_fail(call, &wg_conflict, "no claim of %s is validated", drawing->request->period);
    qsort(drawing->tickets, drawing->n, sizeof(*drawing->tickets), by_hash);
    return NULL;
}

/* Rounded up, and one at least. */
static size_t
size_of(const struct drawing *drawing)
{
    size_t size;
    mpz_t up;
    mpq_t part;

    mpz_init(up);
    mpq_init(part);
    wg_ratio_parse(drawing->request->rate, part);
    mpz_mul_ui(mpq_numref(part), mpq_numref(part), drawing->n);
    mpz_cdiv_q(up, mpq_numref(part), mpq_denref(part));
    size = mpz_get_ui(up);
    mpz_clear(up);
    mpq_clear(part);
    return size ? size : 1;
}

static const struct wg_problem *
draw(struct drawing *drawing, Sample *sample)
{
    struct wg_arena *arena = wg_call_arena(drawing->call);
    size_t size = size_of(drawing);

    if (size > SAMPLE_MAX) {
        wg_violation(drawing->call, "/rate", "OUT_OF_RANGE", "would draw %zu claims of at most %d", size,
                     SAMPLE_MAX);
        return wg_violations(drawing->call);
    }
    for (size_t i = 0; i < size; i++) {
        SampledClaim *claim = wg_new_message(arena, &wellgate__payments__v1__sampled_claim__descriptor);

        if (!claim || !append_message(drawing->call, &sample->claims, &sample->n_claims, claim))
            return wg_no_memory(drawing->call);
        claim->claim = wg_format(arena, "%s/claims/%s", drawing->request->name, drawing->tickets[i].claim);
        claim->rule = wg_copy_text(arena, drawing->tickets[i].rule);
        if (!claim->claim || !claim->rule)
            return wg_no_memory(drawing->call);
    }
    sample->population = (uint32_t)drawing->n;
    return NULL;
}

/* ---- Other samples of a period ---- */

struct others {
    const char *period;
    bool (*is_meant)(const Sample *sample);
    const char *found;
};

static bool
is_open(const Sample *sample)
{
    return sample->state == SAMPLE(OPEN);
}

static bool
has_corrected(const Sample *sample)
{
    return sample->state == SAMPLE(CONCLUDED) && sample->errors;
}

static bool
take_other(void *context, const struct wg_record *record)
{
    struct others *others = context;
    const Sample *sample = (const Sample *)record->message;

    if (others->is_meant(sample) && strcmp(sample->period, others->period) == 0)
        others->found = sample->name;
    return !others->found;
}

static const struct wg_problem *
find_other(struct wg_call *call, const char *contract, struct others *others)
{
    return wg_scan(call, "payments/Sample", contract, NULL, take_other, others);
}

/* Else whoever draws could do so until a draw pleases. */
static const struct wg_problem *
require_none_open(struct wg_call *call, const SampleRequest *request)
{
    struct others others = {.period = request->period, .is_meant = is_open};
    const struct wg_problem *problem = find_other(call, request->name, &others);

    if (problem || !others.found)
        return problem;
    return wg_fail(call, &wg_conflict, "%s is open: conclude it before another is drawn", others.found);
}

/* ---- :sample ---- */

const struct wg_problem *
require_validator(struct wg_call *call, const Contract *contract)
{
    if (!*contract->validator || strcmp(wg_caller(call)->organisation, contract->validator) == 0)
        return NULL;
    return wg_fail(call, &wg_forbidden, "the contract names another validator");
}

static const struct wg_problem *
contract_look(struct wg_call *call, const char *name, const Contract **contract)
{
    const ProtobufCMessage *message;
    const struct wg_problem *problem = wg_look(call, name, &message);

    if (problem)
        return problem;
    *contract = (const Contract *)message;
    return require_validator(call, *contract);
}

static Sample *
new_sample(struct wg_call *call, const SampleRequest *request)
{
    Sample *sample = wg_new_message(wg_call_arena(call), &wellgate__payments__v1__sample__descriptor);
    const char *id = wg_new_id(call, false);

    if (!sample || !id)
        return NULL;
    sample->name = wg_format(wg_call_arena(call), "%s/samples/smp-%s", request->name, id);
    sample->rate = request->rate;
    sample->seed = request->seed;
    sample->period = request->period;
    sample->state = SAMPLE(OPEN);
    sample->drawn_by = actor_of(call);
    return sample->name && sample->drawn_by ? sample : NULL;
}

const struct wg_problem *
claims_sample(struct wg_call *call)
{
    struct drawing drawing = {.call = call, .request = (const void *)wg_input(call)};
    Sample *sample = new_sample(call, drawing.request);
    const struct wg_problem *problem;
    const Contract *contract;

    if (!sample)
        return wg_no_memory(call);
    if (!(problem = contract_look(call, drawing.request->name, &contract)) &&
        !(problem = require_none_open(call, drawing.request)) && !(problem = gather(&drawing, contract)))
        problem = draw(&drawing, sample);
    free(drawing.tickets);
    if (problem || (problem = wg_insert(call, &sample->base, "sample.drawn")))
        return problem;
    wg_answer(call, &sample->base);
    return NULL;
}

/* ---- Findings ---- */

static const struct wg_problem *
sample_open(struct wg_call *call, const char *name, const Contract **contract, Sample **sample)
{
    const struct wg_problem *problem;
    struct wg_record record;

    if ((problem = contract_look(call, wg_name_parent(call, name, 2), contract)) ||
        (problem = wg_load(call, name, &record)))
        return problem;
    *sample = (Sample *)record.message;
    return (*sample)->state == SAMPLE(OPEN) ? NULL : wg_fail(call, &wg_conflict, "it is concluded");
}

static const struct wg_problem *
sample_close(struct wg_call *call, Sample *sample, const char *event)
{
    const struct wg_problem *problem = wg_update(call, &sample->base, event);

    if (!problem)
        wg_answer(call, &sample->base);
    return problem;
}

static SampledClaim *
sampled(const Sample *sample, const char *claim)
{
    for (size_t i = 0; i < sample->n_claims; i++)
        if (strcmp(sample->claims[i]->claim, claim) == 0)
            return sample->claims[i];
    return NULL;
}

const struct wg_problem *
finding_record(struct wg_call *call)
{
    const FindingRequest *request = (const void *)wg_input(call);
    const struct wg_problem *problem;
    const Contract *contract;
    SampledClaim *claim;
    Sample *sample;

    if ((problem = sample_open(call, request->name, &contract, &sample)))
        return problem;
    if (!(claim = sampled(sample, request->claim))) {
        wg_violation(call, "/claim", "UNKNOWN_VALUE", "was not drawn");
        return wg_violations(call);
    }
    claim->finding = request->finding;
    claim->note = request->note;
    return sample_close(call, sample, "sample.finding-recorded");
}

struct holding {
    const char *claim;
    bool held;
};

/* While it is open, any claim that was drawn may yet be found in error. */
static bool
is_held(void *context, const struct wg_record *record)
{
    struct holding *holding = context;
    const Sample *sample = (const Sample *)record->message;
    const SampledClaim *claim = sampled(sample, holding->claim);

    holding->held = claim && (is_open(sample) || claim->finding == FINDING(ERROR));
    return !holding->held;
}

const struct wg_problem *
claim_held(struct wg_call *call, const Contract *contract, const char *claim, bool *held)
{
    struct holding holding = {.claim = claim};
    const struct wg_problem *problem =
        wg_scan(call, "payments/Sample", contract->name, NULL, is_held, &holding);

    *held = holding.held;
    return problem;
}

/* ---- :conclude ---- */

static const struct wg_problem *
count(struct wg_call *call, Sample *sample)
{
    size_t open = 0;

    for (size_t i = 0; i < sample->n_claims; i++) {
        open += sample->claims[i]->finding == FINDING(FINDING_UNSPECIFIED);
        sample->errors += sample->claims[i]->finding == FINDING(ERROR);
    }
    return open ? wg_fail(call, &wg_conflict, "%zu of %zu claims were not looked at", open, sample->n_claims)
                : NULL;
}

static bool
rate(struct wg_call *call, Sample *sample)
{
    struct wg_arena *arena = wg_call_arena(call);
    mpq_t exact, low, high;

    mpq_inits(exact, low, high, NULL);
    mpq_set_ui(exact, sample->errors, (unsigned long)sample->n_claims);
    mpq_canonicalize(exact);
    wg_wilson_interval(sample->errors, (uint32_t)sample->n_claims, low, high);
    sample->error_rate = wg_ratio_format(arena, exact);
    sample->interval_low = wg_ratio_round_format(arena, low, 4);
    sample->interval_high = wg_ratio_round_format(arena, high, 4);
    mpq_clears(exact, low, high, NULL);
    return sample->error_rate && sample->interval_low && sample->interval_high;
}

/* Was the period issued, so that there is something to credit? */
static const struct wg_problem *
require_issued(struct wg_call *call, const Contract *contract, const Sample *sample)
{
    const struct calendar calendar = calendar_of(contract);
    const ProtobufCMessage *statement;
    char id[CALENDAR_ID_BYTES];
    const struct wg_problem *problem = &wg_not_found;
    struct wg_period period;

    if (calendar_read(&calendar, sample->period, &period))
        problem = wg_look(call, wg_format(wg_call_arena(call), "%s/statements/%s", contract->name,
                                          calendar_write_id(period, id)), &statement);
    if (problem && problem != &wg_not_found)
        return problem;
    if (!problem && ((const Statement *)statement)->state == WELLGATE__PAYMENTS__V1__STATEMENT__STATE__ISSUED)
        return NULL;
    return wg_fail(call, &wg_conflict, "%s is not issued, so there is nothing that errors could be "
                   "credited of", sample->period);
}

/* What a sample finds is put down to all of its period: a second one would do so again. */
static const struct wg_problem *
require_correctable(struct wg_call *call, const Contract *contract, const Sample *sample)
{
    struct others others = {.period = sample->period, .is_meant = has_corrected};
    const struct wg_problem *problem;

    if (!sample->errors)
        return NULL;
    if ((problem = require_issued(call, contract, sample)) ||
        (problem = find_other(call, contract->name, &others)) || !others.found)
        return problem;
    return wg_fail(call, &wg_conflict, "%s is corrected already, by %s", sample->period, others.found);
}

const struct wg_problem *
sample_conclude(struct wg_call *call)
{
    const struct wg_problem *problem;
    const Contract *contract;
    Sample *sample;

    if ((problem = sample_open(call, ((const Wellgate__Common__V1__NameRequest *)wg_input(call))->name,
                               &contract, &sample)) ||
        (problem = count(call, sample)) ||
        (problem = require_correctable(call, contract, sample)))
        return problem;
    sample->state = SAMPLE(CONCLUDED);
    sample->concluded_by = actor_of(call);
    if (!sample->concluded_by || !rate(call, sample))
        return wg_no_memory(call);
    if ((problem = sample_correct(call, contract, sample)))
        return problem;
    return sample_close(call, sample, "sample.concluded");
}
