/* chasing.h - requests that nobody answers: when they are chased, and when cancelled. */
#ifndef REFERRALS_CHASING_H
#define REFERRALS_CHASING_H

#include "person/people.h"

/* After a move: until when an answer is awaited, if one is. */
const struct wg_problem *await_answer(struct wg_call *call, Referral *referral);

/* The timer "answers": has one fallen due, and what is then done. */
const struct wg_problem *answers_due(struct wg_call *call, const char *root, bool *is_due);
const struct wg_problem *answers_chase(struct wg_call *call, const char *root);

#endif
