/* scalar.c - a value that is no message: of a body, a key, a parameter. */
#include "scalar.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base64.h"
#include "utf8.h"

/* What a value is read from, and where it is complained about. */
struct reading {
    struct decoding *decoding;
    const ProtobufCFieldDescriptor *c;
    const struct json_token *token;
    enum scalar_source source;
    const struct spot *spot;
    void *slot;
};

static void
refuse(const struct reading *reading, const char *code, const char *detail)
{
    spot_violation(reading->decoding->violations, reading->decoding->arena,
                   reading->spot, code, "%s", detail);
}

static bool
token_is(const struct json_token *token, const char *word)
{
    return token->text_length == strlen(word) &&
           memcmp(token->text, word, token->text_length) == 0;
}

/* ---- Whole numbers ---- */

/* A decimal that is being read digit by digit: magnitude * 10^scale. */
struct whole {
    bool negative;
    bool too_large;
    uint64_t magnitude; /* 0, or does not end in the digit 0 */
    int64_t scale;
};

static void
times_ten_plus(struct whole *whole, unsigned digit)
{
    whole->too_large |=
        __builtin_mul_overflow(whole->magnitude, (uint64_t)10,
                               &whole->magnitude) ||
        __builtin_add_overflow(whole->magnitude, (uint64_t)digit,
                               &whole->magnitude);
}

/* Zeros wait in scale until a digit follows. */
static void
take_digit(struct whole *whole, char c)
{
    if (c == '0') {
        whole->scale += whole->magnitude > 0 || whole->too_large;
        return;
    }
    for (; whole->scale > 0 && !whole->too_large; whole->scale--)
        times_ten_plus(whole, 0);
    whole->scale = 0;
    times_ten_plus(whole, (unsigned)(c - '0'));
}

/* The exponent in text, held within what no body's digits can make up for. */
static int64_t
exponent_of(const char *text, const char *end)
{
    const int64_t most = INT64_MAX / 100;
    bool negative = text < end && *text == '-';
    int64_t exponent = 0;

    for (; text < end; text++)
        if (*text >= '0' && *text <= '9' && exponent < most)
            exponent = exponent * 10 + (*text - '0');
    return negative ? -exponent : exponent;
}

/* text is a JSON number. */
static struct whole
whole_of(const char *text, size_t length)
{
    const char *end = text + length;
    struct whole whole = {.negative = *text == '-'};
    int64_t decimals = 0;
    bool fraction = false;

    for (text += whole.negative; text < end; text++) {
        if (*text == 'e' || *text == 'E') {
            whole.scale += exponent_of(text + 1, end);
            break;
        }
        if (*text == '.') {
            fraction = true;
            continue;
        }
        take_digit(&whole, *text);
        decimals += fraction;
    }
    whole.scale -= decimals;
    return whole;
}

/* Multiply out. false where it is not whole. */
static bool
finish_whole(struct whole *whole)
{
    if (whole->magnitude == 0 && !whole->too_large)
        return true;
    if (whole->scale < 0)
        return false;
    for (; whole->scale > 0 && !whole->too_large; whole->scale--)
        times_ten_plus(whole, 0);
    return true;
}

/* A string that holds a JSON number and nothing else? */
static bool
is_number(const struct reading *reading)
{
    struct json_reader reader;
    struct json_token number;

    if (reading->token->kind == JSON_NUMBER)
        return true;
    if (reading->token->kind != JSON_STRING ||
        reading->token->text_length == 0 ||
        !strchr("-0123456789", *reading->token->text))
        return false;
    json_begin(&reader, reading->decoding->arena, reading->token->text,
               reading->token->text_length);
    number = json_next(&reader);
    return number.kind == JSON_NUMBER &&
           number.text_length == reading->token->text_length;
}

/* The whole number of the token; else a violation that names the bounds. */
static bool
read_whole(const struct reading *reading, const char *bounds,
           struct whole *whole)
{
    if (!is_number(reading)) {
        refuse(reading, "WRONG_TYPE", "must be a whole number");
        return false;
    }
    *whole = whole_of(reading->token->text, reading->token->text_length);
    if (!finish_whole(whole)) {
        refuse(reading, "WRONG_TYPE", "must be a whole number");
        return false;
    }
    if (whole->too_large)
        refuse(reading, "OUT_OF_RANGE", bounds);
    return !whole->too_large;
}

static bool
read_signed(const struct reading *reading, int64_t least, int64_t greatest,
            const char *bounds, int64_t *value)
{
    struct whole whole;
    uint64_t most;

    if (!read_whole(reading, bounds, &whole))
        return false;
    most = whole.negative ? (uint64_t)0 - (uint64_t)least : (uint64_t)greatest;
    if (whole.magnitude > most) {
        refuse(reading, "OUT_OF_RANGE", bounds);
        return false;
    }
    *value = (int64_t)(whole.negative ? 0 - whole.magnitude : whole.magnitude);
    return true;
}

static bool
read_unsigned(const struct reading *reading, uint64_t greatest,
              const char *bounds, uint64_t *value)
{
    struct whole whole;

    if (!read_whole(reading, bounds, &whole))
        return false;
    if (whole.magnitude > (whole.negative ? 0 : greatest)) {
        refuse(reading, "OUT_OF_RANGE", bounds);
        return false;
    }
    *value = whole.magnitude;
    return true;
}

static void
decode_int32(const struct reading *reading)
{
    int64_t value;

    if (read_signed(reading, INT32_MIN, INT32_MAX,
                    "must be from -2147483648 to 2147483647", &value))
        *(int32_t *)reading->slot = (int32_t)value;
}

static void
decode_int64(const struct reading *reading)
{
    read_signed(reading, INT64_MIN, INT64_MAX,
                "must be from -9223372036854775808 to 9223372036854775807",
                reading->slot);
}

static void
decode_uint32(const struct reading *reading)
{
    uint64_t value;

    if (read_unsigned(reading, UINT32_MAX, "must be from 0 to 4294967295",
                      &value))
        *(uint32_t *)reading->slot = (uint32_t)value;
}

static void
decode_uint64(const struct reading *reading)
{
    read_unsigned(reading, UINT64_MAX, "must be from 0 to 18446744073709551615",
                  reading->slot);
}

/* ---- Floating point ---- */

/* "NaN" and its like. */
static bool
read_special(const struct json_token *token, double *value)
{
    if (token->kind != JSON_STRING)
        return false;
    if (token_is(token, "NaN"))
        *value = (double)NAN;
    else if (token_is(token, "Infinity"))
        *value = (double)INFINITY;
    else if (token_is(token, "-Infinity"))
        *value = -(double)INFINITY;
    else
        return false;
    return true;
}

/* Each type is rounded once, from the text. */
static double
nearest(const char *text, ProtobufCType type)
{
    return type == PROTOBUF_C_TYPE_FLOAT ? (double)strtof(text, NULL)
                                         : strtod(text, NULL);
}

/* A number of the body has no NUL behind it. */
static bool
read_finite(const struct reading *reading, double *value)
{
    const struct json_token *token = reading->token;
    struct wg_arena *arena = reading->decoding->arena;
    struct wg_mark mark = wg_arena_mark(arena);
    char few[64], *text = few;

    if (token->text_length < sizeof(few)) {
        memcpy(few, token->text, token->text_length);
        few[token->text_length] = '\0';
    } else if (!(text = wg_copy_bytes(arena, token->text,
                                      token->text_length))) {
        return false;
    }
    *value = nearest(text, reading->c->type);
    if (text != few)
        wg_arena_rewind(arena, mark);
    return true;
}

static bool
read_real(const struct reading *reading, double *value)
{
    if (read_special(reading->token, value))
        return true;
    if (!is_number(reading)) {
        refuse(reading, "WRONG_TYPE", "must be a number");
        return false;
    }
    if (!read_finite(reading, value))
        return false;
    if (isinf(*value)) {
        refuse(reading, "OUT_OF_RANGE", "is too large a number");
        return false;
    }
    return true;
}

static void
decode_double(const struct reading *reading)
{
    double value;

    if (read_real(reading, &value))
        *(double *)reading->slot = value;
}

static void
decode_float(const struct reading *reading)
{
    double value;

    if (read_real(reading, &value))
        *(float *)reading->slot = (float)value;
}

/* ---- The others ---- */

static void
decode_bool(const struct reading *reading)
{
    const struct json_token *token = reading->token;
    bool text = reading->source == SCALAR_TEXT && token->kind == JSON_STRING;

    if (token->kind == JSON_TRUE || (text && token_is(token, "true")))
        *(protobuf_c_boolean *)reading->slot = true;
    else if (token->kind == JSON_FALSE || (text && token_is(token, "false")))
        *(protobuf_c_boolean *)reading->slot = false;
    else
        refuse(reading, "WRONG_TYPE", "must be true or false");
}

static bool
has_nul(const struct json_token *token)
{
    return memchr(token->text, '\0', token->text_length) != NULL;
}

static void
decode_string(const struct reading *reading)
{
    const struct json_token *token = reading->token;

    if (token->kind != JSON_STRING)
        refuse(reading, "WRONG_TYPE", "must be text");
    else if (has_nul(token)) /* a C string cannot hold it */
        refuse(reading, "WRONG_TYPE", "must not contain U+0000");
    else
        *(const char **)reading->slot = token->text;
}

static void
decode_bytes(const struct reading *reading)
{
    const struct json_token *token = reading->token;
    ProtobufCBinaryData bytes;

    if (token->kind != JSON_STRING) {
        refuse(reading, "WRONG_TYPE", "must be base64 text");
        return;
    }
    bytes.data = wg_alloc(reading->decoding->arena,
                          BASE64_BYTES_MAX(token->text_length));
    if (!bytes.data)
        return;
    if (base64_decode(token->text, token->text_length, bytes.data, &bytes.len))
        *(ProtobufCBinaryData *)reading->slot = bytes;
    else
        refuse(reading, "WRONG_TYPE", "must be base64 text");
}

static bool
is_enum_number(const struct reading *reading)
{
    return reading->token->kind == JSON_NUMBER ||
           (reading->source == SCALAR_TEXT && is_number(reading));
}

/* What it may be, but for the zero that says nothing. */
static const char *
names_of(const struct reading *reading)
{
    const ProtobufCEnumDescriptor *type = reading->c->descriptor;
    const char *list = "is not one of";

    for (unsigned i = 0; list && i < type->n_values; i++)
        if (type->values[i].value)
            list = wg_format(reading->decoding->arena, "%s%s %s", list,
                             list[strlen(list) - 1] == 'f' ? "" : ",", type->values[i].name);
    return list ? list : "is not one of the names";
}

/* An unknown number is kept, as proto3 wants; the field rules refuse it. */
static void
decode_enum(const struct reading *reading)
{
    const struct json_token *token = reading->token;
    const ProtobufCEnumValue *value;

    if (token->kind == JSON_NULL && is_null_value(reading->c)) {
        *(int32_t *)reading->slot = 0;
    } else if (is_enum_number(reading)) {
        decode_int32(reading);
    } else if (token->kind != JSON_STRING) {
        refuse(reading, "WRONG_TYPE", "must be the name of a value");
    } else {
        value = has_nul(token) ? NULL
                               : protobuf_c_enum_descriptor_get_value_by_name(
                                     reading->c->descriptor, token->text);
        if (value)
            *(int32_t *)reading->slot = value->value;
        else
            refuse(reading, "UNKNOWN_VALUE", names_of(reading));
    }
}

void
scalar_decode(struct decoding *decoding, const ProtobufCFieldDescriptor *c,
              const struct json_token *token, enum scalar_source source,
              const struct spot *spot, void *slot)
{
    static void (*const decoders[])(const struct reading *) = {
        [PROTOBUF_C_TYPE_INT32] = decode_int32,
        [PROTOBUF_C_TYPE_SINT32] = decode_int32,
        [PROTOBUF_C_TYPE_SFIXED32] = decode_int32,
        [PROTOBUF_C_TYPE_INT64] = decode_int64,
        [PROTOBUF_C_TYPE_SINT64] = decode_int64,
        [PROTOBUF_C_TYPE_SFIXED64] = decode_int64,
        [PROTOBUF_C_TYPE_UINT32] = decode_uint32,
        [PROTOBUF_C_TYPE_FIXED32] = decode_uint32,
        [PROTOBUF_C_TYPE_UINT64] = decode_uint64,
        [PROTOBUF_C_TYPE_FIXED64] = decode_uint64,
        [PROTOBUF_C_TYPE_FLOAT] = decode_float,
        [PROTOBUF_C_TYPE_DOUBLE] = decode_double,
        [PROTOBUF_C_TYPE_BOOL] = decode_bool,
        [PROTOBUF_C_TYPE_ENUM] = decode_enum,
        [PROTOBUF_C_TYPE_STRING] = decode_string,
        [PROTOBUF_C_TYPE_BYTES] = decode_bytes,
    };

    decoders[c->type](
        &(struct reading){decoding, c, token, source, spot, slot});
}
