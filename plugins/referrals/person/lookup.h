/* lookup.h - names as they are compared. */
#ifndef REFERRALS_LOOKUP_H
#define REFERRALS_LOOKUP_H

#include <wellgate/arena.h>

/*
 * What two ways to write one family name have in common, with the date of birth behind
 * it: small letters, without spaces, hyphens and apostrophes. "O'Brien-Müller" and
 * "obrien MÜLLER" are alike; letters beyond Latin Extended-A count as they are.
 *
 * errors  "" where either is empty; NULL past the arena
 */
char *lookup_text(struct wg_arena *arena, const char *family_name, const char *birth_date);

#endif
