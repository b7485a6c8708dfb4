/* testee.c - the gateway's JSON mapping, as protobuf's conformance runner asks for it:
 * requests on stdin, an answer to each on stdout. conformance.proto says what they mean. */
#include <string.h>

#include "conformance/conformance.pb-c.h"
#include "frames.h"
#include "rpc/decode.h"
#include "rpc/encode.h"
#include "testee.pb-c.h"

#define CASE_BYTES_MAX ((size_t)64 << 20)

WG_EMBED(testee_pb, "testee.pb");

typedef Conformance__ConformanceRequest Request;
typedef Conformance__ConformanceResponse Response;

struct testee {
    struct descriptors *descriptors;
    struct wg_arena arena; /* of one case */
};

/* ---- Reading ---- */

static ProtobufCMessage *
read_json(struct testee *testee, const struct message *type, const char *text, Response *response)
{
    struct violations violations;
    struct decoding decoding = {.descriptors = testee->descriptors,
                                .arena = &testee->arena,
                                .violations = &violations};
    ProtobufCMessage *message;

    violations_begin(&violations);
    message = decode_message(&decoding, type, text, strlen(text));
    if (message && violations.n == 0)
        return message;
    response->result_case = CONFORMANCE__CONFORMANCE_RESPONSE__RESULT_PARSE_ERROR;
    response->parse_error = (char *)(uintptr_t)(violations.n > 0 ? violations.first->detail
                                                                 : decoding.syntax_error);
    if (!response->parse_error)
        response->parse_error = "out of memory";
    return NULL;
}

static ProtobufCMessage *
read_protobuf(struct testee *testee, const struct message *type,
              const ProtobufCBinaryData *bytes, Response *response)
{
    ProtobufCMessage *message = protobuf_c_message_unpack(type->c, &testee->arena.protobuf,
                                                          bytes->len, bytes->data);

    if (message)
        return message;
    response->result_case = CONFORMANCE__CONFORMANCE_RESPONSE__RESULT_PARSE_ERROR;
    response->parse_error = "these bytes are no such message";
    return NULL;
}

/* The message of the request. NULL where there is none: the response says why. */
static ProtobufCMessage *
read_payload(struct testee *testee, const struct message *type, const Request *request,
             Response *response)
{
    return request->payload_case == CONFORMANCE__CONFORMANCE_REQUEST__PAYLOAD_JSON_PAYLOAD
               ? read_json(testee, type, request->json_payload, response)
               : read_protobuf(testee, type, &request->protobuf_payload, response);
}

/* ---- Writing ---- */

static void
write_json(struct testee *testee, const struct message *type, const ProtobufCMessage *message,
           Response *response)
{
    struct json_writer writer;

    json_writer_begin(&writer, &testee->arena);
    if (encode_message(testee->descriptors, &writer, type, message, (struct sight){.roles = UINT32_MAX})) {
        response->result_case = CONFORMANCE__CONFORMANCE_RESPONSE__RESULT_JSON_PAYLOAD;
        response->json_payload = writer.text;
    } else {
        response->result_case = CONFORMANCE__CONFORMANCE_RESPONSE__RESULT_SERIALIZE_ERROR;
        response->serialize_error = "it has no JSON";
    }
}

static void
write_protobuf(struct testee *testee, const ProtobufCMessage *message, Response *response)
{
    ProtobufCBinaryData *out = &response->protobuf_payload;

    out->data = alloc_or_die(&testee->arena, protobuf_c_message_get_packed_size(message));
    out->len = protobuf_c_message_pack(message, out->data);
    response->result_case = CONFORMANCE__CONFORMANCE_RESPONSE__RESULT_PROTOBUF_PAYLOAD;
}

/* ---- One case ---- */

/* Why the case is none of ours; NULL if it is. */
static const char *
reason_to_skip(const Request *request, const struct message *type)
{
    bool reads_json =
        request->payload_case == CONFORMANCE__CONFORMANCE_REQUEST__PAYLOAD_JSON_PAYLOAD;
    bool reads_protobuf =
        request->payload_case == CONFORMANCE__CONFORMANCE_REQUEST__PAYLOAD_PROTOBUF_PAYLOAD;
    bool writes_json = request->requested_output_format == CONFORMANCE__WIRE_FORMAT__JSON;
    bool writes_protobuf = request->requested_output_format == CONFORMANCE__WIRE_FORMAT__PROTOBUF;

    if (!type)
        return "only TestAllTypesProto3 is known";
    if ((!reads_json && !reads_protobuf) || (!writes_json && !writes_protobuf))
        return "only JSON and protobuf are known";
    if (!reads_json && !writes_json)
        return "JSON is not asked for";
    if (request->test_category == CONFORMANCE__TEST_CATEGORY__JSON_IGNORE_UNKNOWN_PARSING_TEST)
        return "unknown fields are refused";
    return NULL;
}

static void
answer(struct testee *testee, const Request *request, Response *response)
{
    const struct message *type = message_find(testee->descriptors, request->message_type);
    const char *why = reason_to_skip(request, type);
    ProtobufCMessage *message;

    if (why) {
        response->result_case = CONFORMANCE__CONFORMANCE_RESPONSE__RESULT_SKIPPED;
        response->skipped = (char *)(uintptr_t)why;
        return;
    }
    if (!(message = read_payload(testee, type, request, response)))
        return;
    if (request->requested_output_format == CONFORMANCE__WIRE_FORMAT__JSON)
        write_json(testee, type, message, response);
    else
        write_protobuf(testee, message, response);
}

/* ---- All cases ---- */

static void
write_response(struct wg_arena *arena, const Response *response)
{
    size_t bytes = conformance__conformance_response__get_packed_size(response);
    uint8_t *packed = alloc_or_die(arena, bytes);

    frame_write(packed, conformance__conformance_response__pack(response, packed));
}

/* false at the end of the requests */
static bool
serve_one(struct testee *testee)
{
    Response response = CONFORMANCE__CONFORMANCE_RESPONSE__INIT;
    ProtobufCBinaryData frame;
    Request *request;

    wg_arena_reset(&testee->arena);
    if (!frame_read(&testee->arena, &frame))
        return false;
    request = conformance__conformance_request__unpack(&testee->arena.protobuf, frame.len,
                                                       frame.data);
    if (!request)
        die("a request that is none");
    answer(testee, request, &response);
    write_response(&testee->arena, &response);
    return true;
}

static struct descriptors *
load_messages(void)
{
    static const struct wg_method methods[] = {{"Conformance/Echo", NULL, NULL}, {0}};
    static const ProtobufCServiceDescriptor *const services[] = {
        &wellgate__conformance__v1__conformance__descriptor, NULL};
    static const struct wg_plugin plugin = {
        WG_PLUGIN_ABI,
        .name = "testee",
        .descriptor_set = {testee_pb, testee_pb_end},
        .services = services,
        .methods = methods,
    };
    struct descriptors *descriptors = descriptors_open();
    char error[256];

    if (!descriptors_add(descriptors, &plugin, error, sizeof(error)) ||
        !descriptors_finish_loading(descriptors, error, sizeof(error)))
        die(error);
    return descriptors;
}

int
main(void)
{
    struct testee testee = {.descriptors = load_messages()};

    wg_arena_init(&testee.arena, CASE_BYTES_MAX);
    while (serve_one(&testee))
        ;
    wg_arena_finish(&testee.arena);
    descriptors_close(testee.descriptors);
    return 0;
}
