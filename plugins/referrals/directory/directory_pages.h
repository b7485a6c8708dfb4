/* directory_pages.h - pages by number, in HSDS's envelope. */
#ifndef REFERRALS_DIRECTORY_PAGES_H
#define REFERRALS_DIRECTORY_PAGES_H

#include <wellgate/call.h>

/* A page that is being filled, entry by entry in the order of all pages. */
struct directory_page {
    struct wg_call *call;
    ProtobufCMessage *answer;
    void **contents;
    size_t n, size;       /* on this page */
    size_t number, total; /* of the page, from 1; of entries so far */
};

/*
 * Begin a page of that type.
 *
 * number, size  as asked for; 0 for neither
 * whole         its entries are whole, and few have room in a request's memory
 * errors        false past the arena
 */
bool directory_page_begin(struct directory_page *page, struct wg_call *call,
                          const ProtobufCMessageDescriptor *answer, int32_t number, int32_t size,
                          bool whole);

/* Count one more entry: does it stand on this page? Then it is put there next. */
bool directory_page_has_next(struct directory_page *page);
void directory_page_put(struct directory_page *page, void *entry);

/* The answer is what was put and counted. */
void directory_page_end(struct directory_page *page);

#endif
