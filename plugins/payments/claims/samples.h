/* samples.h - samples of validated claims. */
#ifndef PAYMENTS_SAMPLES_H
#define PAYMENTS_SAMPLES_H

#include "standing/standings.h"
#include "wellgate/payments/v1/samples.pb-c.h"

typedef Wellgate__Payments__V1__Sample Sample;
typedef Wellgate__Payments__V1__SampledClaim SampledClaim;

#define SAMPLE(name) WELLGATE__PAYMENTS__V1__SAMPLE__STATE__##name
#define FINDING(name) WELLGATE__PAYMENTS__V1__SAMPLED_CLAIM__FINDING__##name

const struct wg_problem *claims_sample(struct wg_call *call);
const struct wg_problem *finding_record(struct wg_call *call);
const struct wg_problem *sample_conclude(struct wg_call *call);

/* Is the caller the contract's validator, where it names one? */
const struct wg_problem *require_validator(struct wg_call *call, const Contract *contract);

/* Is the claim of an open sample, or one that a sample found in error? That credits it with the
 * rest of its period. */
const struct wg_problem *claim_held(struct wg_call *call, const Contract *contract, const char *claim,
                                    bool *held);

/* sample_correction.c: credits of what was issued for a concluded sample's rules; set in it. */
const struct wg_problem *sample_correct(struct wg_call *call, const Contract *contract, Sample *sample);

#endif
