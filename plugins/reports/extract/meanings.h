/* meanings.h - what a code stands for, as the protos, the programme and its instruments say. */
#ifndef REPORTS_EXTRACT_MEANINGS_H
#define REPORTS_EXTRACT_MEANINGS_H

#include "codebook.h"

/* Set what is known of code->code. errors wg_internal, and past the arena. */
const struct wg_problem *code_explain(struct wg_call *call, const char *programme,
                                      const struct column *column, CodebookCode *code);

#endif
