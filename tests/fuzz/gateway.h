/* gateway.h - the gateway that fuzzers look into: every plugin of the build, and the
 * messages of every_type.proto; where they need one, a store. */
#ifndef FUZZ_GATEWAY_H
#define FUZZ_GATEWAY_H

#include "call.h"
#include "rpc/message.h"
#include "fuzz.h"

#define FUZZ_NOW_MS INT64_C(1700000000000)
#define FUZZ_ROOT "programmes/p"

/* Joined by the first call. */
const struct gateway *fuzz_gateway(void);

/* By its name; EveryType for one that is unknown. */
const struct message *fuzz_message(const char *full_name);

/* A call of the gateway's own, outside of any transaction. */
void fuzz_call(struct wg_call *call, struct wg_arena *arena);

/*
 * A store with the programme FUZZ_ROOT, organisations/a, b and c, and what plugins put
 * there at their start. Made by the first call, for the process alone; never committed.
 */
struct driver_txn *fuzz_store(void);

/* A call in the store itself: what it writes stays for all inputs. */
void fuzz_call_to_prepare(struct wg_call *call, struct wg_arena *arena);

/* A call in a transaction of the store, which is undone. */
void fuzz_call_begin(struct wg_call *call, struct wg_arena *arena);
void fuzz_call_end(struct wg_call *call);

/* An empty store of the process's own. */
struct driver *fuzz_driver(void);

/* ---- JSON ---- */

/* NULL: malformed, or with violations (which are looked at), or past the arena. */
ProtobufCMessage *fuzz_decode(struct wg_arena *arena, const struct message *type,
                              const char *text, size_t length);

/* Of one who sees every field. */
struct sight fuzz_sight(void);

/* It must have JSON; NULL past the arena. */
const char *fuzz_encode(struct wg_arena *arena, const struct message *type,
                        const ProtobufCMessage *message);

/* What is encoded is decoded to the same again, and packed and unpacked too. */
void fuzz_check_round_trip(struct wg_arena *arena, const struct message *type,
                           const ProtobufCMessage *message);

/* ---- Answers ---- */

/* Each has a pointer that is one (RFC 6901) or names a parameter, a code, and words. */
void fuzz_check_violations(const struct violations *violations);

/* A problem of the table, whose detail, if any, is a line of UTF-8. */
void fuzz_check_problem(const struct wg_problem *problem, const char *detail);

#endif
