/* links.h - one-time links. */
#ifndef BROWSER_LINKS_H
#define BROWSER_LINKS_H

#include <stdbool.h>
#include <stdint.h>

enum { LINK_TEXT_BYTES = 44 };

struct links;

struct links *links_open(int lifetime_s);
void links_close(struct links *links);

/* Keep a token behind a new id. false: too many wait, or no memory. */
bool links_add(struct links *links, const char *token, int64_t now_ms, char id[LINK_TEXT_BYTES]);

/* The token, once; to be freed. NULL: no such link, used or too late. */
char *links_take(struct links *links, const char *id, int64_t now_ms);

#endif
