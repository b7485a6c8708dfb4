/* framing.h - is this request's framing beyond doubt? CivetWeb alone can be
 * desynchronised, so a second pair of eyes looks before anything is routed. */
#ifndef HTTP_FRAMING_H
#define HTTP_FRAMING_H

#include "http.h"

/* How the body is delimited. */
struct framing {
    bool chunked;
    size_t content_length; /* 0 where there is no body; huge where size_t has not
                              the room */
};

/*
 * Check method, raw path, query and headers as CivetWeb handed them over.
 *
 * errors  wg_headers_too_large  64 headers seen: more may have been dropped
 *         wg_malformed          anything doubtful: both framings, one twice, an
 *                               odd value, no Host or two, control bytes, a
 *                               space in a header name, %00 %2f %5c "//" "/./"
 *                               "/../" or "\" in the path, a bad escape, ...
 */
const struct wg_problem *framing_check(const char *method, const char *http_version,
                                       const char *raw_path, const char *query,
                                       const struct http_header *headers,
                                       size_t n_headers, struct framing *framing,
                                       const char **detail);

#endif
