/* uuid.h - ids of the open directory. */
#ifndef REFERRALS_UUID_H
#define REFERRALS_UUID_H

#include <wellgate/arena.h>

/*
 * The UUID of a name (RFC 9562 §5.5, version 5), under this product's own namespace: the
 * same for the same name, always and everywhere.
 *
 * name    of a resource, or what else is unique: "taxonomy http://snomed.info/sct"
 * answers 36 characters in lower case, in the arena; NULL past it, or where OpenSSL has
 *         no memory, which exhausts the arena
 */
char *uuid_of_name(struct wg_arena *arena, const char *name);

#endif
