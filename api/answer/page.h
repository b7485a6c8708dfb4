/* page.h - answers as HTML: problems, and the plain form of whatever a method that only
 * reads answers, by which people follow links down to the records. */
#ifndef ANSWER_PAGE_H
#define ANSWER_PAGE_H

#include "respond.h"

/* Would the client rather have a page than JSON? */
bool page_preferred(const struct http_request *request);

/* Write what the method answered: its fields by name, names as links, and links to what
 * lies beneath. */
const struct wg_problem *page_write(struct exchange *exchange);

/* Make the response's body a page about a problem. false past the arena. */
bool page_write_problem(struct exchange *exchange, const struct wg_problem *problem,
                        const char *detail, const struct violations *violations);

/* What every page is sent with. */
void page_add_headers(struct http_response *response);

#endif
