/*
 * download.h - answers that a link leads to: "?download=csv" asks for a form by the URL, for
 * browsers, whose links say nothing of what they accept.
 *
 * A session's cookie counts there as it does for pages. Nobody else can make use of that:
 * - it is a GET or HEAD, which change nothing
 * - the cookie is SameSite=Lax: of other sites' requests it goes with those alone that a person
 *   follows, and what they get is saved in their own folder, at their own computer
 * - a page of a sibling site (same site, other origin) could have the cookie sent along with a
 *   script, an image or a fetch: Sec-Fetch-Mode tells these from a link that is followed, no
 *   header of CORS allows them to see the answer, and Cross-Origin-Resource-Policy and nosniff
 *   keep browsers from embedding it or running it
 * - it is an attachment, so that nothing in it is ever opened as a document of this origin
 */
#ifndef ANSWER_DOWNLOAD_H
#define ANSWER_DOWNLOAD_H

#include "respond.h"

/* Look for the parameter; the exchange keeps what it says and the query without it. */
void download_find(struct exchange *exchange);

/* May a cookie count for it? */
bool download_is_followed(const struct exchange *exchange);

/* The media type that it asks for. errors wg_malformed: none that there is */
const struct wg_problem *download_type(struct exchange *exchange, const char **media_type);

/* What the answer is sent with: it is to be saved, under a name made of the path. */
void download_add_headers(struct exchange *exchange);

#endif
