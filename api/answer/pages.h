/* pages.h - a list answered whole, page by page, one row a line. */
#ifndef ANSWER_PAGES_H
#define ANSWER_PAGES_H

#include "respond.h"

/*
 * Each page is a read of its own, made while the answer is sent: none lasts while
 * the network is waited for, and access is judged again for each. Before the first
 * page is run, make room for what the others need.
 *
 * run  answers one page into the exchange's response
 */
const struct wg_problem *pages_begin(struct exchange *exchange, store_function *run);

/* The first page is there: the others follow it. */
const struct wg_problem *pages_follow(struct exchange *exchange);

#endif
