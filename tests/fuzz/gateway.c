/* gateway.c - plugins found beside the fuzzer, a store that leaves nothing behind. */
#include "gateway.h"

#include <glob.h>
#include <libgen.h>
#include <limits.h>
#include <unistd.h>

#include "every_type.pb-c.h"
#include "files.h"
#include "people/people.h"
#include "plugin.h"
#include "rpc/encode.h"
#include "rpc/utf8.h"

#define STORE_BYTES ((size_t)256 << 20)
#define OWN_BYTES ((size_t)256 << 20)

WG_EMBED(every_type_pb, "every_type.pb");

static struct gateway gateway;
static struct wg_arena own; /* lives as long as the process */
static struct driver_txn *store;

/* ---- Plugins ---- */

static const struct wg_problem *
run_nothing(struct wg_call *call)
{
    (void)call;
    return NULL;
}

static const struct wg_plugin *
every_types(void)
{
    static const struct wg_method methods[] = {
        {"EveryTypes/Echo", NULL, run_nothing}, {"EveryTypes/Rule", NULL, run_nothing}, {0}};
    static const ProtobufCServiceDescriptor *const services[] = {
        &wellgate__test__v1__every_types__descriptor, NULL};
    static const struct wg_plugin plugin = {
        WG_PLUGIN_ABI,
        .name = "test",
        .descriptor_set = {every_type_pb, every_type_pb_end},
        .services = services,
        .methods = methods,
    };

    return &plugin;
}

/* build/x/plugins of build/x/tests/fuzz/fuzz_y */
static void
find_plugins(glob_t *found)
{
    char program[PATH_MAX], pattern[PATH_MAX + 64];
    ssize_t length = readlink("/proc/self/exe", program, sizeof(program) - 1);

    FUZZ_CHECK(length > 0);
    program[length] = '\0';
    snprintf(pattern, sizeof(pattern), "%s/../../plugins/*.{so,pb}", dirname(program));
    FUZZ_TELL(glob(pattern, GLOB_BRACE, NULL, found) == 0, "no plugins at %s", pattern);
}

static int64_t
stand_still(void)
{
    return FUZZ_NOW_MS;
}

static void
join(void)
{
    const struct wg_plugin *plugins[64];
    char error[512] = "";
    size_t n = 0;
    glob_t found;

    wg_arena_init(&own, OWN_BYTES);
    find_plugins(&found);
    for (size_t i = 0; i < found.gl_pathc && n + 1 < COUNT(plugins); i++) {
        plugins[n] = plugin_open(found.gl_pathv[i], &own, error, sizeof(error));
        FUZZ_TELL(plugins[n++], "%s", error);
    }
    globfree(&found);
    plugins[n++] = every_types();
    gateway.now_ms = stand_still;
    FUZZ_TELL(plugins_join(&gateway, plugins, n, error, sizeof(error)), "%s", error);
}

const struct gateway *
fuzz_gateway(void)
{
    if (!gateway.descriptors)
        join();
    return &gateway;
}

const struct message *
fuzz_message(const char *full_name)
{
    const struct descriptors *descriptors = fuzz_gateway()->descriptors;
    const struct message *message = message_find(descriptors, full_name);

    return message ? message : message_find(descriptors, "wellgate.test.v1.EveryType");
}

/* ---- Calls ---- */

void
fuzz_call(struct wg_call *call, struct wg_arena *arena)
{
    const struct gateway *joined = fuzz_gateway();

    *call = call_as_system(joined, joined->plugins[0], arena);
    call_begin_run(call, NULL, false);
    call->roles = UINT32_MAX;
}

static void
begin_in(struct wg_call *call, struct wg_arena *arena, struct driver_txn *txn)
{
    fuzz_call(call, arena);
    call->txn = txn;
    call->writes = true;
}

void
fuzz_call_to_prepare(struct wg_call *call, struct wg_arena *arena)
{
    begin_in(call, arena, fuzz_store());
}

void
fuzz_call_begin(struct wg_call *call, struct wg_arena *arena)
{
    struct driver_txn *txn;

    FUZZ_CHECK(driver_begin_write(fuzz_driver(), fuzz_store(), &txn) == DRIVER_OK);
    begin_in(call, arena, txn);
}

void
fuzz_call_end(struct wg_call *call)
{
    driver_abort(call->txn);
    call->txn = NULL;
}

/* Damage is looked for here: nobody has to hear of it, and no store to stop for it. */
void __wrap_log_error(const char *format, ...);
void __wrap_store_fail(struct store *failed, const char *what);

void
__wrap_log_error(const char *format, ...)
{
    (void)format;
}

void
__wrap_store_fail(struct store *failed, const char *what)
{
    (void)failed;
    FUZZ_CHECK(*what);
}

/* ---- The store ---- */

/* The files stay open, and their folder is gone at once. */
static struct driver *
open_in(char *folder)
{
    char slots[PATH_MAX], master[PATH_MAX], error[512] = "";
    struct driver *driver;

    FUZZ_CHECK(mkdtemp(folder));
    snprintf(slots, sizeof(slots), "%s/slots", folder);
    snprintf(master, sizeof(master), "%s/master.key", folder);
    driver = driver_open(folder, STORE_BYTES, 4, error, sizeof(error));
    FUZZ_TELL(driver, "%s", error);
    gateway.people = people_open(slots, master, PEOPLE_SERVE, error, sizeof(error));
    FUZZ_TELL(gateway.people, "%s", error);
    folder_remove(folder);
    return driver;
}

struct driver *
fuzz_driver(void)
{
    static struct driver *driver;
    char folder[] = "/tmp/wellgate-fuzz-XXXXXX";

    if (!driver)
        driver = open_in(folder);
    return driver;
}

static void
put(struct wg_call *call, const char *type, const char *name, const char *json)
{
    const struct message *message = fuzz_message(type);
    ProtobufCMessage *record = fuzz_decode(call->arena, message, json, strlen(json));

    FUZZ_TELL(record, "%s", json);
    field_set_text(record, message->resource->name, (char *)(uintptr_t)name);
    FUZZ_TELL(!wg_insert(call, record, NULL), "%s: %s", name, call->detail ? call->detail : "");
}

static void
fill(struct wg_call *call)
{
    put(call, "wellgate.core.v1.Programme", FUZZ_ROOT, "{\"title\":\"P\"}");
    put(call, "wellgate.core.v1.Organisation", "organisations/a", "{\"title\":\"A\"}");
    put(call, "wellgate.core.v1.Organisation", "organisations/b", "{\"title\":\"B\"}");
    put(call, "wellgate.core.v1.Organisation", "organisations/c", "{\"title\":\"C\"}");
    for (size_t i = 0; i < gateway.n_plugins; i++) {
        call->plugin = gateway.plugins[i];
        FUZZ_TELL(!call->plugin->start || !call->plugin->start(call), "%s", call->plugin->name);
    }
}

struct driver_txn *
fuzz_store(void)
{
    struct wg_arena arena;
    struct wg_call call;

    if (store)
        return store;
    wg_arena_init(&arena, OWN_BYTES);
    fuzz_gateway();
    FUZZ_CHECK(driver_begin_write(fuzz_driver(), NULL, &store) == DRIVER_OK);
    begin_in(&call, &arena, store);
    fill(&call);
    wg_arena_finish(&arena);
    return store;
}

/* ---- JSON ---- */

ProtobufCMessage *
fuzz_decode(struct wg_arena *arena, const struct message *type, const char *text, size_t length)
{
    struct violations violations;
    struct decoding decoding = {.descriptors = fuzz_gateway()->descriptors, .arena = arena,
                                .violations = &violations};
    ProtobufCMessage *message;

    violations_begin(&violations);
    message = decode_message(&decoding, type, text, length);
    FUZZ_CHECK(message || decoding.syntax_error || arena->exhausted);
    fuzz_check_violations(&violations);
    return violations.n || arena->exhausted ? NULL : message;
}

struct sight
fuzz_sight(void)
{
    static const char *const scopes[] = {"people.identifiers", NULL};

    return (struct sight){UINT32_MAX, scopes};
}

const char *
fuzz_encode(struct wg_arena *arena, const struct message *type, const ProtobufCMessage *message)
{
    struct json_writer writer;
    bool encoded;

    json_writer_begin(&writer, arena);
    encoded = encode_message(fuzz_gateway()->descriptors, &writer, type, message,
                             fuzz_sight());
    FUZZ_TELL(encoded || arena->exhausted, "%s has no JSON", type->c->name);
    FUZZ_CHECK(!encoded || utf8_valid(writer.text, writer.length));
    return encoded ? wg_copy_bytes(arena, writer.text, writer.length) : NULL;
}

static void
check_same(const char *text, const char *again, const char *how)
{
    FUZZ_TELL(!text || !again || strcmp(text, again) == 0, "%s: %s is %s", how, text, again);
}

void
fuzz_check_round_trip(struct wg_arena *arena, const struct message *type,
                      const ProtobufCMessage *message)
{
    const char *text = fuzz_encode(arena, type, message);
    ProtobufCMessage *decoded = text ? fuzz_decode(arena, type, text, strlen(text)) : NULL;
    struct wg_bytes packed = message_pack(arena, message);
    ProtobufCMessage *unpacked;

    if (arena->exhausted)
        return;
    FUZZ_TELL(decoded, "%s is not read again", text);
    check_same(text, fuzz_encode(arena, type, decoded), "decoded");
    unpacked = protobuf_c_message_unpack(type->c, &arena->protobuf, packed.length, packed.data);
    FUZZ_TELL(unpacked || arena->exhausted, "%s is not unpacked", text);
    if (unpacked)
        check_same(text, fuzz_encode(arena, type, unpacked), "unpacked");
}

/* ---- Answers ---- */

static bool
is_pointer(const char *pointer)
{
    if (*pointer != '/' && *pointer != '\0')
        return *pointer == '?' && pointer[1];
    for (const char *c = pointer; *c; c++)
        if (*c == '~' && c[1] != '0' && c[1] != '1')
            return false;
    return true;
}

static bool
is_code(const char *code)
{
    return *code && !code[strspn(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_")];
}

static bool
is_line(const char *text)
{
    return *text && !strpbrk(text, "\r\n") && utf8_valid(text, strlen(text));
}

void
fuzz_check_violations(const struct violations *violations)
{
    size_t n = 0;

    for (const struct violation *v = violations->first; v; v = v->next, n++) {
        FUZZ_TELL(v->pointer && is_pointer(v->pointer), "%s", v->pointer ? v->pointer : "none");
        FUZZ_CHECK(v->code && is_code(v->code));
        FUZZ_TELL(v->detail && is_line(v->detail), "%s: %s", v->pointer, v->detail);
        FUZZ_CHECK(utf8_valid(v->pointer, strlen(v->pointer)));
    }
    FUZZ_TELL(n == violations->n && n <= 100, "%zu, told as %zu", n, violations->n);
}

void
fuzz_check_problem(const struct wg_problem *problem, const char *detail)
{
    FUZZ_CHECK(problem && problem->status >= 400 && problem->status < 600);
    FUZZ_TELL(problem != &wg_internal, "%s", detail ? detail : "");
    FUZZ_TELL(!detail || is_line(detail), "%s: %s", problem->slug, detail);
}
