/* call.c - the plain parts of a call: input, answer, problems, time, names. */
#include "call.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "log.h"
#include "people/people.h"
#include "random.h"
#include "wellgate/core/v1/core.pb-c.h"

#define HOME_ZONE "Europe/London"
#define DAY_MS (24 * 60 * 60 * 1000)

struct wg_call
call_as_system(const struct gateway *gateway, const struct wg_plugin *plugin,
               struct wg_arena *arena)
{
    return (struct wg_call){
        .gateway = gateway,
        .plugin = plugin,
        .arena = arena,
        .caller = {.issuer = "", .subject = "system", .organisation = ""},
        .now_ms = gateway->now_ms(),
    };
}

void
call_begin_run(struct wg_call *call, struct driver_txn *txn, bool writes)
{
    call->txn = txn;
    call->writes = writes;
    call->projecting = NULL;
    call->followed.event = NULL;
    if (call->method)
        call->plugin = call->method->service->plugin;
    call->output = NULL;
    call->detail = NULL;
    call->roles = 0;
    call->only_own = false;
    call->last = (struct wg_record){0};
    call->personal = false;
    call->erased = NULL;
    call->after_commit = NULL;
    call->disclosed = NULL;
    violations_begin(&call->violations);
}

const struct wg_problem *
call_committed(struct wg_call *call)
{
    return call->after_commit ? call->after_commit(call) : NULL;
}

const ProtobufCMessage *
wg_input(const struct wg_call *call)
{
    return call->input;
}

void
wg_answer(struct wg_call *call, const ProtobufCMessage *output)
{
    call->output = output;
}

struct wg_arena *
wg_call_arena(struct wg_call *call)
{
    return call->arena;
}

const struct wg_principal *
wg_caller(const struct wg_call *call)
{
    return &call->caller;
}

/* Rows take about as much again as text, and text that grows is copied: an eighth
 * leaves room for the worst of both. */
bool
wg_page_full(const struct wg_call *call)
{
    return call->arena->used_bytes > call->arena->max_bytes / 8;
}

const char *
wg_next_page(const struct wg_call *call)
{
    return call->next_page;
}

struct sight
call_sight(const struct wg_call *call)
{
    return (struct sight){call->roles, call->caller.scopes};
}

bool
caller_has_scope(const struct wg_call *call, const char *scope)
{
    for (const char *const *s = call->caller.scopes; s && *s; s++)
        if (strcmp(*s, scope) == 0)
            return true;
    return false;
}

/* ---- Time ---- */

int64_t
wg_now_ms(const struct wg_call *call)
{
    return call->now_ms;
}

wg_date
wg_today(struct wg_call *call, const char *name)
{
    const char *zone = HOME_ZONE;
    const ProtobufCMessage *message;
    char *root = wg_name_parent(call, name, 1);

    if (root && strncmp(root, "programmes/", 11) == 0 && !wg_look(call, root, &message)) {
        const Wellgate__Core__V1__Programme *programme = (const void *)message;

        if (*programme->time_zone)
            zone = programme->time_zone;
    }
    return wg_date_at(call->now_ms, zone);
}

/* ---- Problems ---- */

const struct wg_problem *
wg_fail(struct wg_call *call, const struct wg_problem *problem, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    call->detail = wg_vformat(call->arena, format, arguments);
    va_end(arguments);
    return problem;
}

const struct wg_problem *
call_fault(struct wg_call *call, const char *format, ...)
{
    char cause[512];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(cause, sizeof(cause), format, arguments);
    va_end(arguments);
    if (!call->timer)
        log_error("%s: %s", call->method ? call->method->full_name : "start", cause);
    call->detail = call->timer ? wg_copy_text(call->arena, cause) : NULL;
    return &wg_internal;
}

const struct wg_problem *
wg_no_memory(struct wg_call *call)
{
    return call->arena->exhausted
               ? wg_fail(call, &wg_payload_too_large, "answering this takes too much memory")
               : call_fault(call, "out of memory");
}

void
wg_violation(struct wg_call *call, const char *pointer, const char *code,
             const char *format, ...)
{
    va_list arguments;
    char *detail;

    va_start(arguments, format);
    detail = wg_vformat(call->arena, format, arguments);
    va_end(arguments);
    violation_add(&call->violations, call->arena, pointer, code, "%s", detail ? detail : "");
}

void
wg_check_past(struct wg_call *call, const char *name, const char *pointer, const char *day)
{
    const wg_date everywhere_past = (wg_date)(call->now_ms / DAY_MS) - 2; /* whatever the zone */
    char text[WG_DATE_TEXT_BYTES];
    wg_date date, today;

    if (wg_date_parse(day, &date) && date > everywhere_past && date > (today = wg_today(call, name)))
        wg_violation(call, pointer, "OUT_OF_RANGE", "is in the future: today is %s",
                     wg_date_format(today, text));
}

const struct wg_problem *
wg_violations(const struct wg_call *call)
{
    return call->violations.n ? &wg_validation : NULL;
}

/* ---- What prepare keeps for run ---- */

void
wg_keep(struct wg_call *call, void *prepared)
{
    call->kept = prepared;
}

void *
wg_kept(const struct wg_call *call)
{
    return call->kept;
}

/* ---- Names and ids ---- */

const char *
wg_name_id(const char *name)
{
    const char *slash = strrchr(name, '/');

    return slash ? slash + 1 : name;
}

char *
wg_name_parent(struct wg_call *call, const char *name, int levels)
{
    size_t length = 0;

    for (int segment = 0; segment < 2 * levels && name[length]; segment++) {
        if (segment)
            length++;
        length += strcspn(name + length, "/");
    }
    return wg_copy_bytes(call->arena, name, length);
}

/* Crockford's alphabet in lower case: no i, l, o, u. Five bits a character. */
static void
base32(const unsigned char *bytes, size_t n, char *out, size_t characters)
{
    static const char alphabet[] = "0123456789abcdefghjkmnpqrstvwxyz";

    for (size_t i = 0; i < characters; i++) {
        size_t bit = 5 * i;
        unsigned pair = bytes[bit / 8] << 8 | (bit / 8 + 1 < n ? bytes[bit / 8 + 1] : 0);

        out[i] = alphabet[pair >> (11 - bit % 8) & 31];
    }
    out[characters] = '\0';
}

char *
wg_new_id(struct wg_call *call, bool random)
{
    unsigned char bytes[17];
    char *id = wg_alloc(call->arena, 27);

    if (!id || !random_bytes(bytes, sizeof(bytes)))
        return NULL;
    if (!random)
        for (int i = 0; i < 6; i++)
            bytes[i] = (unsigned char)(call->now_ms >> (40 - 8 * i));
    base32(bytes, sizeof(bytes), id, 26);
    return id;
}

char *
wg_pseudonym(struct wg_call *call, const char *name, const char *organisation)
{
    const struct wg_bytes parts[] = {
        {"pseudonym", strlen("pseudonym")}, {organisation, strlen(organisation)}, {name, strlen(name)}};
    unsigned char hash[PEOPLE_HASH_BYTES];
    char *pseudonym = wg_alloc(call->arena, 27);

    if (!pseudonym || !people_hash(call->gateway->people, parts, 3, hash))
        return NULL;
    base32(hash, sizeof(hash), pseudonym, 26);
    return pseudonym;
}

/* ---- What the protos say ---- */

const char *
wg_field_comment(const struct wg_call *call, const ProtobufCMessageDescriptor *message,
                 const char *field)
{
    const struct message *found = message_of(call->gateway->descriptors, message);

    for (size_t i = 0; found && i < found->n_fields; i++)
        if (strcmp(found->fields[i].c->name, field) == 0)
            return found->fields[i].comment;
    return "";
}

const char *
wg_value_comment(const struct wg_call *call, const ProtobufCEnumDescriptor *c, const char *word)
{
    const struct enumeration *found = enumeration_of(call->gateway->descriptors, c);

    for (unsigned i = 0; found && i < c->n_values; i++)
        if (strcmp(c->values[i].name, word) == 0)
            return found->comments[i];
    return "";
}

/* ---- Other services ---- */

const struct wg_problem *
wg_invoke(struct wg_call *call, const char *method_name, const ProtobufCMessage *input,
          const ProtobufCMessage **output)
{
    const struct method *method = method_find(call->gateway->descriptors, method_name);
    const ProtobufCMessage *outer_input = call->input, *outer_output = call->output;
    const struct wg_plugin *outer_plugin = call->plugin;
    const struct patch outer_patch = call->patch;
    const struct method *outer_method = call->method;
    const struct wg_problem *problem;

    if (!method || (method->writes && !call->writes))
        return call_fault(call, "%s cannot be called from here", method_name);
    call->input = input;
    call->patch = (struct patch){0};
    call->method = method;
    call->plugin = method->service->plugin;
    call->last = (struct wg_record){0}; /* what the caller may have changed meanwhile */
    problem = method->run(call);
    *output = call->output;
    call->input = outer_input;
    call->patch = outer_patch;
    call->method = outer_method;
    call->output = outer_output;
    call->plugin = outer_plugin;
    return problem;
}
