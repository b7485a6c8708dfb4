/*
 * openapi.c - the OpenAPI 3.1 document of what is loaded, from the protos.
 *
 * It says what the server does, no more: a problem stands at an operation that
 * can answer it, and a message is closed (additionalProperties: false) where
 * callers may send it, for there unknown members are refused. Messages that are
 * only answered stay open, so that clients bear members to come.
 */
#include "openapi.h"

#include "document.h"

#define DOCUMENT_BYTES_MAX ((size_t)256 << 20)

/* Nothing in it depends on what is loaded. */
static const char head[] =
    "# Written from proto/ by `make openapi`; not to be edited.\n"
    "openapi: 3.1.0\n"
    "info:\n"
    "  title: Wellgate\n"
    "  version: \"1\"\n"
    "  description: >-\n"
    "    Social-prescribing referrals, the outcomes measured from them, and the\n"
    "    contracts and bonds that pay for outcomes. JSON is that of proto3: members at\n"
    "    their default are left out of answers. Every GET answers HEAD too. What is called\n"
    "    Input is what callers send of a resource, without what only the server sets.\n"
    "  contact:\n"
    "    name: The operator of this gateway\n"
    "  license:\n"
    "    name: Proprietary\n"
    "    identifier: LicenseRef-Proprietary\n"
    "servers:\n"
    "  - url: http://127.0.0.1:8080\n"
    "    description: A gateway on this machine\n";

/* As serve_health in serve.c answers; refused: what else a 503 may be. */
#define HEALTH_PATH(path, id, summary, refused) \
    "  /" path ":\n" \
    "    get:\n" \
    "      tags:\n" \
    "        - Health\n" \
    "      operationId: Health_" id "\n" \
    "      summary: \"" summary "\"\n" \
    "      description: For orchestrators; takes no token. Anything but 200 means no.\n" \
    "      security: []\n" \
    "      responses:\n" \
    "        \"200\":\n" \
    "          description: Yes.\n" \
    "          headers:\n" \
    "            X-Request-Id:\n" \
    "              $ref: \"#/components/headers/X-Request-Id\"\n" \
    "          content:\n" \
    "            text/plain:\n" \
    "              schema:\n" \
    "                type: string\n" \
    "              example: \"ok\\n\"\n" \
    "        \"400\":\n" \
    "          $ref: \"#/components/responses/Malformed\"\n" \
    "        \"413\":\n" \
    "          $ref: \"#/components/responses/PayloadTooLarge\"\n" \
    "        \"431\":\n" \
    "          $ref: \"#/components/responses/HeadersTooLarge\"\n" \
    "        \"503\":\n" refused

static const char health_paths[] =
    HEALTH_PATH("livez", "Livez", "Is the process alive?",
    "          $ref: \"#/components/responses/TemporaryReducedCapacity\"\n")
    HEALTH_PATH("readyz", "Readyz", "Can requests be served?",
    "          description: \"No: the store has failed, or the gateway is busy.\"\n"
    "          headers:\n"
    "            X-Request-Id:\n"
    "              $ref: \"#/components/headers/X-Request-Id\"\n"
    "          content:\n"
    "            text/plain:\n"
    "              schema:\n"
    "                type: string\n"
    "              example: \"the store has failed\\n\"\n"
    "            application/problem+json:\n"
    "              schema:\n"
    "                $ref: \"#/components/schemas/Problem\"\n"
    "              example:\n"
    "                type: \"urn:wellgate:problem:temporary-reduced-capacity\"\n"
    "                title: The service is busy\n"
    "                status: 503\n"
    "                instance: \"urn:wellgate:request:5f0c2a9e41d7b386\"\n"
    "                code: UNAVAILABLE\n");

#define VISIBLE "[!#-~]{1,255}"
#define OWED "      required: true\n"

#define KEPT_FOR(time) \
    "        1 to 255 visible characters of the caller's choosing. The same request under\n" \
    "        the same key is done once and answered alike for " time ".\n"

/* does: what becomes of a request with a key. */
#define IDEMPOTENCY_KEY(component, owed, does) \
    "    " component ":\n" \
    "      name: Idempotency-Key\n" \
    "      in: header\n" owed \
    "      description: >-\n" does \
    "      schema:\n" \
    "        type: string\n" \
    "        pattern: '^(\"" VISIBLE "\"|" VISIBLE ")$'\n" \
    "        examples:\n" \
    "          - 7f9c24e8-3b12-4f0e-9a51-6d1f0c8b2a77\n"

#define IF_MATCH(component, owed) \
    "    " component ":\n" \
    "      name: If-Match\n" \
    "      in: header\n" \
    "      description: The ETag that was read. Where the record has moved since, nothing is done.\n" \
    owed \
    "      schema:\n" \
    "        type: string\n" \
    "        examples:\n" \
    "          - \"\\\"42\\\"\"\n"

static const char fixed_components[] =
    "  securitySchemes:\n"
    "    bearer:\n"
    "      description: >-\n"
    "        A JWT of an issuer that the gateway trusts. Each operation names the scope\n"
    "        that the token must carry, and the roles of which the caller's organisation\n"
    "        must hold one on the resource of the path or an ancestor of it. ADMIN is the\n"
    "        scope admin; ANYONE is any caller with a token.\n"
    "      type: http\n"
    "      scheme: bearer\n"
    "      bearerFormat: JWT\n"
    "  parameters:\n"
    IDEMPOTENCY_KEY("IdempotencyKey", "", KEPT_FOR("a day"))
    IDEMPOTENCY_KEY("IdempotencyKeyOwed", OWED, KEPT_FOR("as long as the records are kept"))
    IDEMPOTENCY_KEY("IdempotencyKeyOfImport", "",
                    "        1 to 255 visible characters of the caller's choosing. Stands for one import of\n"
                    "        the caller, whose operation is answered again, whatever the body; 409 while it\n"
                    "        runs. Not looked at where operationId is given.\n")
    IF_MATCH("IfMatch", "")
    IF_MATCH("IfMatchOwed", OWED)
    "    IfNoneMatch:\n"
    "      name: If-None-Match\n"
    "      in: header\n"
    "      description: The ETag of an earlier answer; where it still stands, 304.\n"
    "      schema:\n"
    "        type: string\n"
    "        examples:\n"
    "          - \"\\\"42\\\"\"\n"
    "    Download:\n"
    "      name: download\n"
    "      in: query\n"
    "      description: >-\n"
    "        The form of the answer, whatever Accept says, and that it is to be saved: for links\n"
    "        in pages. 406 where the operation has no such form.\n"
    "      schema:\n"
    "        type: string\n"
    "        enum: [csv, json, ndjson]\n"
    "        examples:\n"
    "          - csv\n"
    "    XRequestId:\n"
    "      name: X-Request-Id\n"
    "      in: header\n"
    "      description: >-\n"
    "        What to call this request in the answer and in the log: 1 to 128 letters,\n"
    "        digits, dots, dashes, colons and underscores. Anything else is passed over.\n"
    "      schema:\n"
    "        type: string\n"
    "        examples:\n"
    "          - 5f0c2a9e41d7b386\n"
    "  headers:\n"
    "    X-Request-Id:\n"
    "      description: The caller's, or one that the gateway made.\n"
    "      schema:\n"
    "        type: string\n"
    "        examples:\n"
    "          - 5f0c2a9e41d7b386\n"
    "    ETag:\n"
    "      description: Which state of the resource this is.\n"
    "      schema:\n"
    "        type: string\n"
    "        examples:\n"
    "          - \"\\\"42\\\"\"\n"
    "    Link:\n"
    "      description: The next page, as rel=\"next\", where there is one (RFC 8288).\n"
    "      schema:\n"
    "        type: string\n"
    "        examples:\n"
    "          - </v1/programmes?pageToken=70>; rel=\"next\"\n"
    "    Location:\n"
    "      description: Where the operation is.\n"
    "      schema:\n"
    "        type: string\n"
    "        examples:\n"
    "          - /v1/programmes/ways-to-wellness/operations/op-01jd3qk8m2x7v4r9t6w0y5b1cz\n"
    "    Retry-After:\n"
    "      description: Seconds to wait.\n"
    "      schema:\n"
    "        type: integer\n"
    "        examples:\n"
    "          - 1\n"
    "    WWW-Authenticate:\n"
    "      description: What is wrong with the token (RFC 6750).\n"
    "      schema:\n"
    "        type: string\n"
    "        examples:\n"
    "          - Bearer realm=\"wellgate\"\n";

static void
put_tag(struct document *d, const char *name, const char *description)
{
    yaml_open(d->yaml, NULL);
    yaml_text(d->yaml, "name", name);
    put_description(d, description);
    yaml_close(d->yaml, 1);
}

static void
put_tags(struct document *d)
{
    size_t n;
    struct service *const *services = descriptors_services(d->gateway->descriptors, &n);

    yaml_open(d->yaml, "tags");
    for (size_t i = 0; i < n; i++)
        put_tag(d, services[i]->c->short_name, services[i]->comment);
    put_tag(d, "Health", "Is the gateway there, and well?");
    yaml_close(d->yaml, 1);
}

static void
put_document(struct document *d)
{
    yaml_lines(d->yaml, head);
    put_tags(d);
    yaml_open(d->yaml, "paths");
    for (size_t i = 0; i < d->n_routes; i++)
        put_path(d, i);
    yaml_lines(d->yaml, health_paths);
    yaml_close(d->yaml, 1);
    yaml_open(d->yaml, "components");
    put_schemas(d);
    put_responses(d);
    yaml_lines(d->yaml, fixed_components);
    yaml_close(d->yaml, 1);
}

bool
openapi_write(const struct gateway *gateway, FILE *out)
{
    struct document d = {.gateway = gateway};
    struct yaml yaml = {.out = out, .arena = &d.arena};
    bool written;

    d.yaml = &yaml;
    wg_arena_init(&d.arena, DOCUMENT_BYTES_MAX);
    written = gather(&d);
    if (written)
        put_document(&d);
    written = written && !d.arena.exhausted && fflush(out) == 0 && !ferror(out);
    wg_arena_finish(&d.arena);
    return written;
}
