/* overlay.h - what is known from records, over what was imported. */
#ifndef BONDS_INDIGO_OVERLAY_H
#define BONDS_INDIGO_OVERLAY_H

#include "findings.h"

/*
 * Put what records know over a project: their lists in place of its, but of outcome payments
 * only those of the same type, planned or actual; their figures in place of its, field by
 * field; their sources beside its, each id once.
 *
 * errors  false past the arena
 */
bool overlay(struct wg_arena *arena, IndigoProject *project, const IndigoProject *records);

/* Say of a document what records say otherwise. */
void find_recorded(const struct findings *findings, const IndigoProject *records);

#endif
