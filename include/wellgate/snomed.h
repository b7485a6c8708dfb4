/* snomed.h - the form of SNOMED CT's identifiers. */
#ifndef WELLGATE_SNOMED_H
#define WELLGATE_SNOMED_H

#include <stdbool.h>

/*
 * Can it be the id of a concept? 6 to 18 digits, no zero first, the partition 00 or 10,
 * and the last digit checks the others (Verhoeff).
 *
 * source  SNOMED CT Release File Specifications, SCTID; J. Verhoeff, Error Detecting
 *         Decimal Codes (1969)
 */
bool wg_snomed_concept_valid(const char *text);

#endif
