/* openapi.h - the gateway's own description. */
#ifndef OPENAPI_OPENAPI_H
#define OPENAPI_OPENAPI_H

#include <stdbool.h>
#include <stdio.h>

#include "call.h"

/*
 * Write the OpenAPI 3.1 document of everything loaded, as YAML: the same bytes
 * for the same plugins in the same order, on any machine.
 *
 * gateway  its descriptors, routes and plugins; no store is needed
 * errors   false: out could not be written, or memory was short
 */
bool openapi_write(const struct gateway *gateway, FILE *out);

#endif
