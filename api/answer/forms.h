/* forms.h - the forms that an answer may take: JSON, one row a line, a plugin's
 * views, a plain page, or bytes as they are. */
#ifndef ANSWER_FORMS_H
#define ANSWER_FORMS_H

#include "respond.h"

#define ROWS_MEDIA_TYPE "application/x-ndjson"

/*
 * Find the forms of every method.
 *
 * errors  false, with the fault in error: a view of no method, of a media type that
 *         is none or is there already, ...
 */
bool forms_bind(struct gateway *gateway, char *error, size_t error_bytes);

/* Choose one, as Accept says. errors wg_not_acceptable, with those that there are. */
const struct wg_problem *form_choose(struct exchange *exchange);

/* What depends on the input: rows, whatever Accept says, where its field "format" asks for ndjson,
 * for clients of lists that are asked for by their URLs alone; the order of a list's page. */
void form_follow(struct exchange *exchange);

/* Is it a page for people? */
bool form_is_page(const struct exchange *exchange);

/* Write what the method answered in that form. errors as whatever renders it */
const struct wg_problem *form_write(struct exchange *exchange);

/* The entity tag of the form's record as it was after that event; other forms of it
 * have others. NULL past the arena. */
const char *form_tag(const struct exchange *exchange, uint64_t sequence);

#endif
