/* import.c - the way of an import: what it is of, its operation, its lines, its end. */
#include "import.h"

#include <stdlib.h>
#include <string.h>

#include "hex.h"
#include "http/negotiate.h"
#include "import_batch.h"
#include "parents.h"
#include "resource/access.h"
#include "resource/idempotency.h"
#include "resource/methods.h"

typedef Wellgate__Common__V1__ImportRequest ImportRequest;

#define VERB ":import"
#define MODE(mode) WELLGATE__COMMON__V1__IMPORT_REQUEST__MODE__##mode

enum { ID_BYTES_OF_KEY = 16 };

/* ---- The operation ---- */

/* An id in the parent may be left open: then access is decided line by line, and here
 * on what is above. */
static const struct wg_problem *
parent_exists(struct wg_call *call, const char *parent)
{
    const struct wg_problem *problem;
    bool exists = true;

    if ((problem = require_access(call)) ||
        (*parent && (problem = wg_exists(call, access_target(call), &exists))))
        return problem;
    return exists ? NULL : &wg_not_found;
}

static const struct wg_problem *
check_access(struct driver_txn *txn, void *context)
{
    struct import *import = context;

    call_begin_run(import->outer, txn, false);
    return parent_exists(import->outer, import->request->parent);
}

/* The operation that the caller's key stands for is there: it is the answer. */
static const struct wg_problem *
find_earlier(struct import *import)
{
    const struct wg_problem *problem;
    const Operation *earlier;
    struct wg_record record;

    if (!import->by_key)
        return NULL;
    if ((problem = wg_load(import->outer, import->operation.name, &record)))
        return problem == &wg_not_found ? NULL : problem;
    earlier = (const Operation *)record.message;
    if (strcmp(earlier->method, import->operation.method) != 0)
        return &wg_idempotency_key_reused;
    import->replayed = true;
    return earlier->done ? NULL : &wg_idempotency_in_progress;
}

static const struct wg_problem *
begin_operation(struct driver_txn *txn, void *context)
{
    struct import *import = context;
    const struct wg_problem *problem;
    Operation operation = import->operation;

    call_begin_run(import->outer, txn, true);
    if ((problem = parent_exists(import->outer, import->request->parent)) ||
        (problem = find_earlier(import)) || import->replayed)
        return problem;
    return operation_begin(import->outer, &operation);
}

struct ending {
    struct import *import;
    const char *error;
};

static const struct wg_problem *
end_operation(struct driver_txn *txn, void *context)
{
    struct ending *ending = context;
    struct wg_call *call = import_begin_noting(ending->import, txn);
    Operation operation = ending->import->operation;

    return operation_end(call, &operation, ending->error);
}

static const struct wg_problem *
finish(struct import *import, const struct wg_problem *problem, const char *detail)
{
    struct wg_call *call = import->outer;
    struct ending ending = {import, ""};
    const struct wg_problem *not_ended;

    if (problem)
        ending.error = wg_format(call->arena, "ended after line %u: %s",
                                 import->operation.lines, detail ? detail : problem->title);
    not_ended = store_write(call->gateway->store, end_operation, &ending);
    call->detail = detail;
    return problem ? problem : not_ended;
}

/* ---- The whole way ---- */

/* The id of the operation that a caller's key stands for. NULL: no key is like that. */
static const char *
id_of_key(struct wg_call *call, const char *header)
{
    unsigned char hash[IDEMPOTENCY_HASH_BYTES];
    char hex[2 * sizeof(hash) + 1];

    if (!idempotency_caller(call, header, hash))
        return NULL;
    hex_text(hash, ID_BYTES_OF_KEY, hex);
    return wg_format(call->arena, "op-%s", hex);
}

/* An import cannot be told from another by its body, which is not kept: a key stands for
 * one operation of the caller, whatever it sends again. */
static const struct wg_problem *
choose_name(struct import *import, const struct upload *upload)
{
    struct wg_call *call = import->outer;
    const struct resource *resource = resource_by_type(call->gateway->descriptors,
                                                       "core/Operation");
    const struct wg_problem *problem;
    const char *id;

    import->by_key = upload->idempotency_key && !*import->request->operation_id;
    if (import->by_key && !(id = id_of_key(call, upload->idempotency_key)))
        return wg_fail(call, &wg_malformed, "an Idempotency-Key is 1 to 255 visible characters");
    if (!import->by_key && (problem = choose_id(call, resource, &id)))
        return problem;
    import->operation.name = wg_format(call->arena, "%s/operations/%s",
                                       wg_name_parent(call, import->request->parent, 1), id);
    return import->operation.name ? NULL : wg_no_memory(call);
}

static const struct wg_problem *
choose_format(struct wg_call *call, const char *content_type, enum line_format *format)
{
    if (media_type_is(content_type, "application/x-ndjson"))
        *format = LINES_OF_JSON;
    else if (media_type_is(content_type, "text/csv"))
        *format = LINES_OF_CSV;
    else
        return wg_fail(call, &wg_unsupported_media_type,
                       "send Content-Type: application/x-ndjson or text/csv");
    return NULL;
}

/* The rpc that a line runs in place of CreateX. */
static const struct wg_problem *
choose_upsert(struct import *import)
{
    struct wg_call *call = import->outer;
    const struct method *create = import->maker.create;

    if (import->request->mode != MODE(UPSERT))
        return NULL;
    import->maker.upsert = create->resource ? method_sibling(create, "Upsert") : NULL;
    if (import->maker.upsert && row_body(import->maker.upsert) &&
        field_of(import->maker.upsert->input->c, "system") &&
        field_of(import->maker.upsert->input->c, "value"))
        return NULL;
    wg_violation(call, "?mode", "UNKNOWN_VALUE", "these resources are only created");
    return wg_violations(call);
}

/* A CSV's header, before anything is done. */
static const struct wg_problem *
read_header(struct import *import, const char **detail)
{
    struct wg_call *call = import->outer;
    const struct wg_problem *problem;
    const char *fault = NULL;
    struct line line;
    bool more;

    if (import->lines.format != LINES_OF_CSV)
        return NULL;
    if ((problem = lines_next(&import->lines, call->arena, &line, &more, detail)))
        return problem;
    if (!more || line.fault)
        return wg_fail(call, &wg_malformed, "the header of the CSV is missing or no header");
    import->maker.columns = columns_read(call->arena, import->maker.create->input,
                                         import->maker.body, line.cells, line.n_cells, &fault);
    if (import->maker.columns)
        return NULL;
    return fault ? wg_fail(call, &wg_malformed, "%s", fault) : wg_no_memory(call);
}

static const struct wg_problem *
prepare_import(struct import *import, const struct upload *upload, const char **detail)
{
    struct wg_call *call = import->outer;
    enum line_format format = LINES_OF_JSON;
    const struct wg_problem *problem;

    if ((problem = choose_format(call, upload->content_type, &format)) ||
        (problem = choose_upsert(import)) || (problem = parents_check(call, &import->maker)) ||
        (problem = choose_name(import, upload)) ||
        (problem = store_read(call->gateway->store, check_access, import)))
        return problem;
    if (!lines_begin(&import->lines, upload, format, call->arena))
        return wg_no_memory(call);
    return read_header(import, detail);
}

static const struct wg_problem *
run_import(struct import *import, const struct upload *upload)
{
    struct wg_call *call = import->outer;
    const struct wg_problem *problem;
    const char *detail = NULL;

    if ((problem = prepare_import(import, upload, &detail))) {
        call->detail = detail ? detail : call->detail;
        return problem;
    }
    if ((problem = store_write(call->gateway->store, begin_operation, import)))
        return problem;
    wg_keep(call, import->operation.name);
    if (import->replayed)
        return NULL;
    problem = batches_write(import, &detail);
    return finish(import, problem, detail);
}

static struct import *
import_open(struct wg_call *call)
{
    struct import *import = calloc(1, sizeof(*import));

    if (!import)
        return NULL;
    wellgate__core__v1__operation__init(&import->operation);
    import->outer = call;
    import->request = (const ImportRequest *)call->input;
    import->maker = (struct row_maker){
        .descriptors = call->gateway->descriptors,
        .create = call->method->creates,
        .body = row_body(call->method->creates),
        .parent = import->request->parent,
        .parent_system = import->request->parent_system,
    };
    for (size_t i = 0; i < BATCHES_AT_ONCE; i++)
        import_batch_init(&import->batches[i], import);
    import->operation.method = (char *)call->method->full_name;
    import->operation.mode = import->request->mode == MODE(UPSERT) ? MODE(UPSERT) : MODE(CREATE);
    import->operation.validate_only = import->request->validate_only;
    import->operation.organisation = (char *)call->caller.organisation;
    return import;
}

static void
import_close(struct import *import)
{
    for (size_t i = 0; i < BATCHES_AT_ONCE; i++)
        import_batch_finish(&import->batches[i]);
    free(import);
}

static const struct wg_problem *
stream_import(struct wg_call *call, const struct upload *upload)
{
    struct import *import = import_open(call);
    const struct wg_problem *problem;

    if (!import)
        return wg_no_memory(call);
    problem = run_import(import, upload);
    import_close(import);
    return problem;
}

/* What the import made is its answer. */
static const struct wg_problem *
answer_import(struct wg_call *call)
{
    const struct wg_problem *problem;
    struct wg_record record;

    if ((problem = wg_load(call, wg_kept(call), &record)))
        return problem;
    wg_answer(call, record.message);
    return NULL;
}

/* ---- Binding ---- */

/* "/v1/{parent=programmes/x}/people:import" and the same without its end. */
static bool
is_path_of_import(const struct method *create, const char *path)
{
    size_t length = strlen(path) - strlen(VERB);

    return create->http && create->http->pattern_case == GOOGLE__API__HTTP_RULE__PATTERN_POST &&
           strlen(create->http->post) == length && strncmp(create->http->post, path, length) == 0;
}

static const struct method *
create_of(const struct method *method)
{
    const char *path = method->http && method->http->pattern_case ==
                       GOOGLE__API__HTTP_RULE__PATTERN_POST ? method->http->post : "";
    const struct service *service = method->service;

    if (strlen(path) < strlen(VERB) || *method->http->body ||
        strcmp(path + strlen(path) - strlen(VERB), VERB) != 0)
        return NULL;
    for (size_t i = 0; i < service->n_methods; i++) {
        const struct method *create = &service->methods[i];

        if (strncmp(create->name, "Create", 6) == 0 && !create->prepare && row_body(create) &&
            is_path_of_import(create, path))
            return create;
    }
    return NULL;
}

bool
import_bind(struct method *method)
{
    if (strncmp(method->name, "Import", 6) != 0 || method->run ||
        method->input->c != &wellgate__common__v1__import_request__descriptor ||
        method->output->c != &wellgate__core__v1__operation__descriptor ||
        !(method->creates = create_of(method)) ||
        strcmp(method->creates->scope, method->scope) != 0) /* who may not create, imports none */
        return false;
    method->resource = method->output->resource;
    method->stream = stream_import;
    method->run = answer_import;
    return true;
}
