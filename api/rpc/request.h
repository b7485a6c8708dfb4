/* request.h - path, query and body of a request as the method's input message. */
#ifndef RPC_REQUEST_H
#define RPC_REQUEST_H

#include "decode.h"
#include "routes.h"

struct request_text {
    const char *query; /* raw; NULL for none */
    const char *content_type; /* NULL for none */
    const char *body;
    size_t body_length;
};

#define MERGE_PATCH_MEDIA_TYPE "application/merge-patch+json"

/* What the body of a PATCH gives. */
struct patch {
    bool merge; /* it came as a merge patch, which takes no updateMask */
    const struct given *given;
};

/*
 * patch   set for a PATCH
 * errors  wg_malformed               not JSON, unknown or twice given parameter
 *         wg_unsupported_media_type  a body that is not application/json, nor (of a
 *                                    PATCH) a merge patch
 *         wg_validation              *violations has all of them
 *         wg_payload_too_large       the arena is exhausted
 *         *detail is one line for the client, or NULL
 */
const struct wg_problem *request_decode(const struct descriptors *descriptors,
                                        const struct route_match *match,
                                        const struct request_text *text,
                                        struct wg_arena *arena,
                                        struct violations *violations,
                                        const ProtobufCMessage **input,
                                        struct patch *patch, const char **detail);

#endif
