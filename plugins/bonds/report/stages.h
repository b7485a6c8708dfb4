/* stages.h - what a bond's investors may be told of how far people came, quarter by quarter.
 * Pure arithmetic. */
#ifndef BONDS_STAGES_H
#define BONDS_STAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <wellgate/disclosure.h>

enum stage { STAGE_REFERRED, STAGE_STARTED, STAGE_ENGAGED, STAGE_COMPLETED, STAGE_LOST, N_STAGES };

#define NEVER INT32_MAX
#define QUARTERS_TOLD_MAX 240 /* sixty years */

/* Those who came to each stage in the same quarters: quarters are numbered, one more for
 * each later. */
struct stage_atom {
    int32_t quarter[N_STAGES]; /* NEVER: they did not */
    int64_t count;
    uint32_t source; /* whose people they are, from 0 */
};

/* Reports of the same sources tell of the same people. */
struct stage_report {
    int32_t end;         /* its quarter */
    const bool *sources; /* whether it tells of each */
};

struct stages_told {
    int32_t first; /* quarter */
    size_t n;      /* quarters from it on */
    int64_t quarters[N_STAGES][QUARTERS_TOLD_MAX];
    int64_t to_date[N_STAGES];
};

/*
 * What the last of several reports tells, each told after those before it: of each stage a
 * quarter once, and the sum to its own quarter. What would tell of fewer than the policy's
 * least together with anything told so far is WG_HIDDEN.
 *
 * reports  in the order in which they were published; from 1
 * errors   false: past the arena's limit
 */
bool stages_tell(struct wg_arena *arena, const struct wg_disclosure *policy,
                 const struct stage_atom *atoms, size_t n_atoms, size_t n_sources,
                 const struct stage_report *reports, size_t n_reports, struct stages_told *told);

#endif
