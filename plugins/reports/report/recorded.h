/* recorded.h - what a programme has any record of. */
#ifndef REPORTS_RECORDED_H
#define REPORTS_RECORDED_H

#include "rows/facts.h"

/* A bit for each kind of fact, and for what is about nobody. */
#define RECORDED(kind) (UINT32_C(1) << (kind))
#define RECORDED_SURVEYS RECORDED(FACT_ERASED + 1)
#define RECORDED_AWARDS RECORDED(FACT_ERASED + 2)
#define RECORDED_FACTS RECORDED(FACT_ERASED + 3)

const struct wg_problem *recorded_look(struct wg_call *call, const char *programme, uint32_t *recorded);

#endif
