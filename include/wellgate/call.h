/*
 * call.h - what a method, a rule, an event handler or a timer may do.
 *
 * Everything here runs inside the store's transaction, which the host begins,
 * commits and aborts. It may be run more than once (a batch aborted, a record
 * moved): have no effect outside the call. Whatever a call hands out lives in
 * its arena until the answer has left.
 *
 * A function that may fail returns a row of the problem table, NULL for
 * success; pass it on as it is.
 */
#ifndef WELLGATE_CALL_H
#define WELLGATE_CALL_H

#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>
#include <stdint.h>
#include <wellgate/arena.h>
#include <wellgate/date.h>
#include <wellgate/problem.h>

/* What the host exports to plugins is what stands here; the rest is hidden. */
#pragma GCC visibility push(default)

struct wg_call;

/* Who calls, as the token says. */
struct wg_principal {
    const char *issuer;
    const char *subject;      /* unique within its issuer */
    const char *organisation; /* "organisations/x"; "" for none */
    const char *const *scopes; /* NULL-terminated */
    int64_t expires_ms;
};

/* ---- The request and its answer ---- */

/* The decoded request: fields already checked by their annotations. */
const ProtobufCMessage *wg_input(const struct wg_call *call);

/* Sets the answer: a message of the method's output type. */
void wg_answer(struct wg_call *call, const ProtobufCMessage *output);

struct wg_arena *wg_call_arena(struct wg_call *call);

/* Has a page of rows grown so large that it should end here, with a token for the
 * next, whatever page size was asked for? */
bool wg_page_full(const struct wg_call *call);

/* In a view that makes a page of a list: the path of the next page; NULL on the last. */
const char *wg_next_page(const struct wg_call *call);

/* In a view: as wg_page_crumbs (html.h), with links to those alone that the caller may open. */
struct wg_crumb;
const struct wg_crumb *wg_call_crumbs(struct wg_call *call, const char *name, size_t *n);
const struct wg_principal *wg_caller(const struct wg_call *call);

/* The caller's roles on a resource or its ancestors, as bits 1 << Role.Kind. */
uint32_t wg_caller_roles(struct wg_call *call, const char *name);

/* The time of this call; stands still while it runs. */
int64_t wg_now_ms(const struct wg_call *call);

/* Today where the resource's programme is; for other roots, Europe/London. */
wg_date wg_today(struct wg_call *call, const char *name);

/* ---- Problems ---- */

/* Returns problem, with one line for the client: what is wrong with the
 * request, never paths, keys, tokens or anything about a person. */
const struct wg_problem *wg_fail(struct wg_call *call,
                                 const struct wg_problem *problem,
                                 const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* For an allocation that came back NULL: the request asked for more memory than one
 * may take (413), or the machine has none (500). */
const struct wg_problem *wg_no_memory(struct wg_call *call);

/*
 * Note one wrong field; wg_violations ends the check.
 *
 * pointer  RFC 6901, into the request body: "/answers/3/item"
 * code     upper-case reason: "OUT_OF_RANGE"
 */
void wg_violation(struct wg_call *call, const char *pointer, const char *code,
                  const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Notes a day, YYYY-MM-DD, that is in the future where the resource called name is. "", or
 * what is no day, is not. */
void wg_check_past(struct wg_call *call, const char *name, const char *pointer,
                   const char *day);

/* &wg_validation if any field was noted, else NULL. */
const struct wg_problem *wg_violations(const struct wg_call *call);

/* ---- Records ---- */

/* A record with what the store knows of it. */
struct wg_record {
    ProtobufCMessage *message;
    uint64_t revision;   /* from 1 */
    uint64_t sequence;   /* of its last event, in its root's stream */
    int64_t created_ms;
    int64_t updated_ms;
};

/*
 * Read the record with this name, as it is now.
 *
 * errors  wg_not_found  no such record, or not a name of a stored resource
 *         wg_internal   its bytes are damaged
 */
const struct wg_problem *wg_load(struct wg_call *call, const char *name,
                                 struct wg_record *record);

/* wg_load for a name that came with the request in a field other than name and
 * parent: a missing record is a violation at pointer, not a 404. */
const struct wg_problem *wg_load_at(struct wg_call *call, const char *pointer,
                                    const char *name, struct wg_record *record);

/*
 * Read the record as it was at a place in its root's stream.
 *
 * errors  wg_not_found also where it did not exist then
 */
const struct wg_problem *wg_load_as_at(struct wg_call *call, const char *name,
                                       uint64_t sequence,
                                       struct wg_record *record);

/*
 * wg_load for a record that is only looked at: calls of one transaction may share what
 * is handed out, so it must not be changed.
 */
const struct wg_problem *wg_look(struct wg_call *call, const char *name,
                                 const ProtobufCMessage **message);

/* wg_look as wg_load_at is wg_load. */
const struct wg_problem *wg_look_at(struct wg_call *call, const char *pointer,
                                    const char *name, const ProtobufCMessage **message);

/* Does it exist? *exists set on success. */
const struct wg_problem *wg_exists(struct wg_call *call, const char *name,
                                   bool *exists);

/*
 * Store a new record, its index entries and its event, and run the rules.
 *
 * message  its field "name" names it; create_time and update_time are set
 * event    type of the event: "statement.calculated"; NULL: "<singular>.created"
 * errors   wg_already_exists
 *          wg_insufficient_storage
 *          whatever its wg_rule answers
 */
const struct wg_problem *wg_insert(struct wg_call *call,
                                   ProtobufCMessage *message,
                                   const char *event);

/*
 * Store a new revision of an existing record; the old one becomes history.
 *
 * errors   wg_not_found
 *          wg_validation  an immutable field is not as it was
 *          whatever its wg_rule answers
 */
const struct wg_problem *wg_update(struct wg_call *call,
                                   ProtobufCMessage *message,
                                   const char *event);

/* Delete a record; its revisions stay in history. */
const struct wg_problem *wg_delete(struct wg_call *call, const char *name,
                                   const char *event);

/*
 * Destroy the key of a person, and with it whatever is personal in its records and in
 * every revision and copy of them. Its record gets a revision without, under the event
 * "person.erased"; answered only once the key is gone from the disk. An erased person
 * is erased again without harm.
 *
 * name    a record of a resource that is_person, or of one that was deleted
 * errors  wg_not_found
 */
const struct wg_problem *wg_erase(struct wg_call *call, const char *name);

/* Return false to end the scan early. A visit may rewind the arena to a mark that an
 * earlier one of the same scan took, of other types than roots: what it keeps lies before. */
typedef bool wg_visit(void *context, const struct wg_record *record);

/*
 * Visit the records of a type under a parent, in order of their names.
 *
 * type    "payments/Statement"
 * parent  "programmes/x/contracts/y"; "" for top-level resources
 * after   begin behind this name; NULL: at the first
 */
const struct wg_problem *wg_scan(struct wg_call *call, const char *type,
                                 const char *parent, const char *after,
                                 wg_visit *visit, void *context);

/*
 * Visit the records of a type under a parent that have these values in the first
 * fields of an index, in the order of its other fields. All of them, whoever calls.
 *
 * type    "referrals/Referral"
 * parent  "programmes/x/contracts/y"; "" for top-level resources. Records directly under
 *         it only; where the type lists across, those under all with "programmes/x/contracts/-"
 * index   one that the type declares, word for word: "state,referred_date". Any other
 *         asserts: it is a fault of the plugin
 * values  text of each, as a filter has it: enums by name, references in full. As many
 *         as the index has fields, or fewer; those of one that repeats up to it
 * visit   writes nothing
 * errors  wg_internal  a value that its field cannot have
 */
const struct wg_problem *wg_find(struct wg_call *call, const char *type,
                                 const char *parent, const char *index,
                                 const char *const *values, size_t n_values,
                                 wg_visit *visit, void *context);

/*
 * Visit the records of a type under a parent as they were at a place in the stream of their
 * root, in order of their names: those that existed then.
 *
 * type, parent  as of wg_scan; not for types without a root
 * visit         may not rewind the arena
 */
const struct wg_problem *wg_scan_as_at(struct wg_call *call, const char *type,
                                       const char *parent, uint64_t sequence,
                                       wg_visit *visit, void *context);

/*
 * What the caller may see of a record that its request does not name, as in a list: rows
 * that are not for it, and fields that are hidden from it, are left out.
 *
 * record  as it is in the store
 * shown   NULL: nothing of it
 */
const struct wg_problem *wg_show(struct wg_call *call, const ProtobufCMessage *record,
                                 const ProtobufCMessage **shown);

/* May the caller get the record called name, as far as roles and scopes say? For links. */
bool wg_may_open(struct wg_call *call, const char *name);

/* A new time-ordered (or random) id of 26 characters of base32, in the arena. */
char *wg_new_id(struct wg_call *call, bool random);

/*
 * What a record is called towards one organisation: 26 characters of base32 that lead to the
 * record for nobody who lacks the gateway's master key, and are others for each organisation.
 * NULL past the arena.
 */
char *wg_pseudonym(struct wg_call *call, const char *name, const char *organisation);

/* Note that the answer shows so many records about a person, though nothing in them is sealed;
 * ListAccesses tells the person. Several of one person come one after another. */
const struct wg_problem *wg_disclose(struct wg_call *call, const char *person, uint32_t records);

/*
 * Let an organisation hold roles on a resource, in place of those it held.
 *
 * name      a resource that holds grants
 * roles     bits 1 << Role.Kind; 0 takes them all away
 * end_date  last day, YYYY-MM-DD; "" for until further notice
 */
const struct wg_problem *wg_grant(struct wg_call *call, const char *name,
                                  const char *organisation, uint32_t roles,
                                  const char *end_date);

/* ---- The stream ---- */

/* The place of the last event in the stream of the root of name; 0 for none. */
const struct wg_problem *wg_sequence(struct wg_call *call, const char *name,
                                     uint64_t *sequence);

struct wg_event {
    uint64_t sequence;
    int64_t time_ms;
    const char *type;     /* "assessment.created" */
    const char *resource; /* name of what changed */
    uint64_t revision;    /* 0: deleted */
};

/*
 * What an event left its resource as; for looking only.
 *
 * errors  wg_not_found  the event is of a deletion
 */
const struct wg_problem *wg_event_look(struct wg_call *call, const struct wg_event *event,
                                       const ProtobufCMessage **message);

/* What its resource was before an event; *message NULL: there was none. */
const struct wg_problem *wg_event_look_before(struct wg_call *call, const struct wg_event *event,
                                              const ProtobufCMessage **message);

/* Read one event. wg_not_found where the stream is shorter. */
const struct wg_problem *wg_load_event(struct wg_call *call, const char *name,
                                       uint64_t sequence,
                                       struct wg_event *event);

/*
 * How far the timer that runs has read the stream of a root: a place in it, 0 at
 * first. Kept for each plugin, timer and root. Only timers have one, and only
 * their run may put it: in the transaction of what it wrote, so that no event is
 * worked on twice or missed.
 */
const struct wg_problem *wg_cursor_get(struct wg_call *call, const char *root,
                                       uint64_t *sequence);
const struct wg_problem *wg_cursor_put(struct wg_call *call, const char *root,
                                       uint64_t sequence);

/* ---- Projections: what a plugin keeps of events, rebuilt from them at will ---- */

struct wg_bytes {
    const void *data;
    size_t length;
};

#define WG_PROJECTION_KEY_MAX 200

/*
 * A row of a plugin's own projection.
 *
 * root   the root, or any name under it: "programmes/x/people/y" is of "programmes/x"
 * table  a word
 * key    1 to WG_PROJECTION_KEY_MAX bytes, any
 * value  borrowed from the store: valid until the next write of this call
 * errors wg_not_found
 */
const struct wg_problem *wg_project_get(struct wg_call *call, const char *root,
                                        const char *table, struct wg_bytes key,
                                        struct wg_bytes *value);

/* Only event handlers write projections. */
const struct wg_problem *wg_project_put(struct wg_call *call, const char *root,
                                        const char *table, struct wg_bytes key,
                                        struct wg_bytes value);

typedef bool wg_visit_row(void *context, struct wg_bytes key,
                          struct wg_bytes value);

/* Visit rows in order of their keys, from behind after (NULL: the first). visit writes
 * nothing. */
const struct wg_problem *wg_project_scan(struct wg_call *call, const char *root,
                                         const char *table,
                                         const struct wg_bytes *after,
                                         wg_visit_row *visit, void *context);

/* ---- What the protos say ---- */

/* The comment of a message's field, or of an enum's value by its word; "" where there is none,
 * or no loaded plugin brings it. */
const char *wg_field_comment(const struct wg_call *call, const ProtobufCMessageDescriptor *message,
                             const char *field);
const char *wg_value_comment(const struct wg_call *call, const ProtobufCEnumDescriptor *enumeration,
                             const char *word);

/* ---- Other services ---- */

/*
 * Call a method of any loaded service in the same transaction, with the
 * caller's principal for the record and the outer method's access.
 *
 * method  "wellgate.payments.v1.Payments/ListIssued"; one that only reads,
 *         unless the call itself writes
 * output  set on success; in the arena
 */
const struct wg_problem *wg_invoke(struct wg_call *call, const char *method,
                                   const ProtobufCMessage *input,
                                   const ProtobufCMessage **output);

/* ---- Long computations: prepared on a snapshot, confirmed in the writer ---- */

/* In prepare: this record must not have moved when run is called. name may
 * name a record that does not exist: then it must still not exist. */
const struct wg_problem *wg_depend(struct wg_call *call, const char *name);

/* What prepare keeps for run: memory of the arena. */
void wg_keep(struct wg_call *call, void *prepared);
void *wg_kept(const struct wg_call *call);

/* ---- Names ---- */

/* The last id of a name: "2016-Q3" of ".../statements/2016-Q3". Borrowed. */
const char *wg_name_id(const char *name);

/* The first levels collection/id pairs of a name, in the arena:
 * ("programmes/x/people/y", 1) is "programmes/x". NULL past the arena. */
char *wg_name_parent(struct wg_call *call, const char *name, int levels);

#pragma GCC visibility pop

#endif
