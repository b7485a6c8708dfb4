/* directory_wanted.h - which services a list of the directory is asked for. */
#ifndef REFERRALS_DIRECTORY_WANTED_H
#define REFERRALS_DIRECTORY_WANTED_H

#include <wellgate/arena.h>

#include "onward/services.h"

/* Each empty, or NULL, for all. Ids are those of the directory. */
struct wanted {
    const char *search, *term, *taxonomy, *organization, *postcode;
    const Google__Protobuf__Timestamp *modified_after;
};

bool is_wanted(struct wg_arena *arena, const struct wanted *wanted, const Service *service);

/* Does each word stand somewhere in one of the texts, in any case? texts ends with NULL. */
bool has_words(const char *words, const char *const *texts);

#endif
