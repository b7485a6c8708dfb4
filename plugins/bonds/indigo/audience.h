/* audience.h - what of a project is for the public. */
#ifndef BONDS_INDIGO_AUDIENCE_H
#define BONDS_INDIGO_AUDIENCE_H

#include "shape.h"

/* Take out what is not for the public; of a project that is not, everything. */
void keep_public(IndigoProject *project);

#endif
