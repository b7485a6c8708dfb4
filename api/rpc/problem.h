/* problem.h - RFC 9457 documents. */
#ifndef RPC_PROBLEM_H
#define RPC_PROBLEM_H

#include "decode.h"

#define PROBLEM_MEDIA_TYPE "application/problem+json"

/*
 * detail      one line for the client; NULL for none
 * instance    the request's id
 * violations  NULL for none
 */
void problem_write(struct json_writer *writer, const struct wg_problem *problem,
                   const char *detail, const char *instance,
                   const struct violations *violations);

#endif
