/* import.h - many resources from one body, a line each, while the body comes. */
#ifndef IMPORT_IMPORT_H
#define IMPORT_IMPORT_H

#include "call.h"

/*
 * ImportXs(ImportRequest) returns (Operation), at the path of CreateX with ":import"
 * behind it: each line is run as a CreateX by the same caller, or as the UpsertX of
 * the same service. A method that is one gets what it needs to run.
 *
 * A line that cannot be done is noted, and the others go on. Lines are written some
 * hundred at a time, with what became of them and how far the import is, in one
 * transaction: what the operation says is so, whatever happens to the gateway. What
 * an import that only checks would have written is not seen by its later batches.
 *
 * errors  false: it is no import
 */
bool import_bind(struct method *method);

#endif
