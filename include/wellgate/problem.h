/* problem.h - everything that can be wrong with a request, in one table. */
#ifndef WELLGATE_PROBLEM_H
#define WELLGATE_PROBLEM_H

/*
 * One row is one problem type of RFC 9457. A function that may fail returns a
 * pointer to a row, or NULL for success; the line for the client is kept in the
 * call (wg_fail). The row's address is its identity.
 */
struct wg_problem {
    const char *slug;  /* last part of "type": "not-found" */
    int status;        /* HTTP */
    const char *code;  /* google.rpc.Code name */
    const char *title; /* the same for every occurrence */
};

/* clang-format off */
/*  name                        slug                          HTTP code                   title */
#define WG_PROBLEMS(X) \
  X(wg_malformed,               "malformed",                  400, "INVALID_ARGUMENT",    "The request cannot be read") \
  X(wg_idempotency_key_missing, "idempotency-key-missing",    400, "INVALID_ARGUMENT",    "An Idempotency-Key is needed") \
  X(wg_unauthenticated,         "unauthenticated",            401, "UNAUTHENTICATED",     "No valid token") \
  X(wg_forbidden,               "forbidden",                  403, "PERMISSION_DENIED",   "Not allowed") \
  X(wg_not_found,               "not-found",                  404, "NOT_FOUND",           "Nothing here that you may know of") \
  X(wg_method_not_allowed,      "method-not-allowed",         405, "UNIMPLEMENTED",       "The path takes other methods") \
  X(wg_not_acceptable,          "not-acceptable",             406, "INVALID_ARGUMENT",    "No representation that you accept") \
  X(wg_conflict,                "conflict",                   409, "FAILED_PRECONDITION", "Not possible as things stand") \
  X(wg_already_exists,          "conflict",                   409, "ALREADY_EXISTS",      "It exists already") \
  X(wg_aborted,                 "conflict",                   409, "ABORTED",             "Changed by somebody else meanwhile") \
  X(wg_idempotency_in_progress, "idempotency-in-progress",    409, "ABORTED",             "The same request is still running") \
  X(wg_gone,                    "gone",                       410, "NOT_FOUND",           "No longer here") \
  X(wg_precondition_failed,     "precondition-failed",        412, "FAILED_PRECONDITION", "It has changed since you read it") \
  X(wg_payload_too_large,       "payload-too-large",          413, "OUT_OF_RANGE",        "The body is too large") \
  X(wg_unsupported_media_type,  "unsupported-media-type",     415, "INVALID_ARGUMENT",    "The body's media type is not taken") \
  X(wg_validation,              "validation",                 422, "INVALID_ARGUMENT",    "Some fields are wrong") \
  X(wg_idempotency_key_reused,  "idempotency-key-reused",     422, "INVALID_ARGUMENT",    "The key belongs to another request") \
  X(wg_precondition_required,   "precondition-required",      428, "FAILED_PRECONDITION", "If-Match is needed") \
  X(wg_quota_exceeded,          "quota-exceeded",             429, "RESOURCE_EXHAUSTED",  "Too many requests") \
  X(wg_headers_too_large,       "headers-too-large",          431, "OUT_OF_RANGE",        "The headers are too large or too many") \
  X(wg_internal,                "internal",                   500, "INTERNAL",            "The service failed") \
  X(wg_unavailable,             "temporary-reduced-capacity", 503, "UNAVAILABLE",         "The service is busy") \
  X(wg_insufficient_storage,    "insufficient-storage",       507, "RESOURCE_EXHAUSTED",  "No room; nothing was written")
/* clang-format on */

#define WG_PROBLEM_DECLARE(name, slug, status, code, title) \
    extern const struct wg_problem name;
WG_PROBLEMS(WG_PROBLEM_DECLARE)
#undef WG_PROBLEM_DECLARE

#endif
