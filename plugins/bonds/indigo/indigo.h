/* indigo.h - a bond's project in the INDIGO shape, out and in. */
#ifndef BONDS_INDIGO_INDIGO_H
#define BONDS_INDIGO_INDIGO_H

#include <wellgate/plugin.h>

const struct wg_problem *export_project(struct wg_call *call);
const struct wg_problem *import_project(struct wg_call *call);

#endif
