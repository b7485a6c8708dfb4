/* standard.h - the standard methods of the AIPs, once for every resource. */
#ifndef RESOURCE_STANDARD_H
#define RESOURCE_STANDARD_H

#include "call.h"

/*
 * Let a method that no plugin runs be run here, where its name and messages are
 * those of a standard method: GetX answers X, CreateX takes parent, x_id and x,
 * DeleteX answers the X that was, ListXs a repeated X and next_page_token. Sets
 * its resource also where a plugin runs it.
 *
 * errors  false: it is no standard method and nothing runs it
 */
bool standard_bind(struct method *method);

#endif
