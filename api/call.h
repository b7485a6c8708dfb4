/* call.h - a call as the gateway sees it; plugins see include/wellgate/call.h. */
#ifndef CALL_H
#define CALL_H

#include <wellgate/plugin.h>

#include "auth/auth.h"
#include "rpc/request.h"
#include "store/store.h"

/* Everything that was loaded; read-only once requests are served. */
struct gateway {
    struct descriptors *descriptors;
    struct routes *routes;
    struct store *store;
    struct issuers *issuers;
    struct people *people; /* NULL where no store is served */
    struct access_log *access_log; /* NULL: nobody is shown anything */
    const struct cors *cors; /* NULL: none */
    struct browser *browser; /* NULL: only programs are served */
    struct wg_bytes openapi; /* the document, as it is served */
    const struct wg_plugin **plugins; /* the core first; n_plugins of them */
    size_t n_plugins;
    int64_t (*now_ms)(void);
};

/* A body that a method reads itself, while it comes. */
struct upload {
    /* Some more of it; *got 0: that was all. errors wg_malformed, *detail says why */
    const struct wg_problem *(*read)(void *context, char *bytes, size_t room, size_t *got,
                                     const char **detail);
    void *context;
    const char *content_type, *idempotency_key; /* or NULL */
};

/* A person about whom something is shown, in that many records. */
struct disclosure {
    const char *person;
    uint32_t records;
    struct disclosure *next;
};

/* A record that must not move between prepare and run. */
struct dependency {
    const char *name;
    uint64_t sequence; /* 0: it did not exist */
    const struct dependency *next;
};

/* What a write still has to do outside the store once it is durable; until it is
 * done the answer waits. */
typedef const struct wg_problem *call_hook(struct wg_call *call);

struct wg_call {
    const struct gateway *gateway;
    const struct method *method;    /* the outer one: its access counts */
    const struct wg_plugin *plugin; /* whose code runs now */
    const struct wg_timer *timer;   /* whose turn it is; NULL for a request */
    struct wg_arena *arena;
    struct wg_principal caller;
    int64_t now_ms;
    const ProtobufCMessage *input;
    struct patch patch;   /* of input, where it is a PATCH's */
    const char *if_match, *if_none_match; /* the headers; NULL for none */
    struct memo *memo; /* of its transaction, shared with the calls before; or NULL */

    /* Of this run of the call: forgotten when it is run again. */
    struct driver_txn *txn;
    bool writes;
    bool preparing;
    const struct wg_plugin *projecting; /* whose event handler runs, or NULL */
    struct {                            /* the event that is being written, or none */
        const struct wg_event *event;
        const ProtobufCMessage *message; /* what it left its resource as */
    } followed;
    const ProtobufCMessage *output;
    struct violations violations;
    const char *detail;   /* one line for the client, NULL: the row's title */
    uint32_t roles;       /* those that let the caller in */
    bool only_own;        /* a list is limited to rows of the caller's own */
    const char *next_page; /* of a list that is answered as a page: its path, or NULL */
    struct wg_record last; /* last record read or written, for its ETag */
    bool personal;         /* it read or wrote what is sealed: nobody may cache it */
    const ProtobufCMessage *erased; /* the last record read that lost its sealed part */
    call_hook *after_commit; /* NULL: nothing */
    struct disclosure *disclosed; /* see resource/access_log.h */

    /* From prepare to run. */
    const struct dependency *dependencies;
    void *kept;
};

/* A call of the gateway's own: a plugin's start, a timer's turn. */
struct wg_call call_as_system(const struct gateway *gateway, const struct wg_plugin *plugin,
                              struct wg_arena *arena);

/* Forget what an earlier run of the call left behind. */
void call_begin_run(struct wg_call *call, struct driver_txn *txn, bool writes);

/* Its transaction is durable: do what waited for that. Follows every store_write in
 * which plugins' code ran. */
const struct wg_problem *call_committed(struct wg_call *call);

/* What the roles that let it in, and its token's scopes, let the caller see. */
struct sight call_sight(const struct wg_call *call);

bool caller_has_scope(const struct wg_call *call, const char *scope);

/* wg_internal, with the cause in the log and not in the answer. A timer's is told by
 * what runs it, which does not repeat itself. */
const struct wg_problem *call_fault(struct wg_call *call, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
