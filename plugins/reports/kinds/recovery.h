/* recovery.h - depression and anxiety together, as NHS Talking Therapies counts them. */
#ifndef REPORTS_RECOVERY_H
#define REPORTS_RECOVERY_H

#include "change.h"
#include "report/figures.h"

/* PHQ-9 and GAD-7. */
struct recovery_measures {
    bool known; /* there are readings of both */
    uint32_t depression, anxiety;
};

struct recovery {
    uint64_t n, cases;
    uint64_t improved, worse, recovered, reliably_recovered;
};

struct recovery_measures recovery_measures_of(const struct words *words);

void recovery_add(struct recovery *recovery, const struct recovery_measures *measures,
                  const struct person *person, wg_date start, const struct pairing *pairing);

void recovery_table(struct writer *writer);
void recovery_write(struct writer *writer, size_t group, const struct recovery *recovery);

#endif
