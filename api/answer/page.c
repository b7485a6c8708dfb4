/* page.c - answers as HTML, by descriptor. */
#include "page.h"

#include <ctype.h>
#include <string.h>
#include <wellgate/html.h>

#include "google/protobuf/timestamp.pb-c.h"
#include "http/negotiate.h"
#include "link.h"
#include "resource/access.h"
#include "rpc/encode.h"
#include "rpc/hidden.h"
#include "rpc/message.h"
#include "rpc/well_known.h"
#include "wellgate/common/v1/common.pb-c.h"

enum {
    DEPTH_SHOWN_MAX = 8, /* of messages in one another */
    COLUMNS_MAX = 6,     /* of a list, with the names */
    DETAIL_BYTES_MAX = 200, /* of a cell's text */
};

typedef Wellgate__Common__V1__Money Money;

bool
page_preferred(const struct http_request *request)
{
    static const char *const media_types[] = {"application/json", WG_HTML_MEDIA_TYPE};

    return accept_choose(http_header_list(request, "Accept"), media_types, 2) == 1;
}

void
page_add_headers(struct http_response *response)
{
    http_add_header(response, "Content-Security-Policy",
                    "default-src 'none'; style-src 'self'; form-action 'self'; "
                    "frame-ancestors 'none'; base-uri 'none'");
    http_add_header(response, "Referrer-Policy", "same-origin");
    http_add_header(response, "Cross-Origin-Opener-Policy", "same-origin");
    http_add_header(response, "Cross-Origin-Resource-Policy", "same-origin");
}

static bool
take_page(struct exchange *exchange, struct wg_html *html)
{
    struct wg_bytes text;

    if (!wg_page_end(html, &text))
        return false;
    exchange->response->content_type = WG_HTML_MEDIA_TYPE;
    exchange->response->body = text.data;
    exchange->response->body_length = text.length;
    return true;
}

/* ---- Problems ---- */

bool
page_write_problem(struct exchange *exchange, const struct wg_problem *problem,
                   const char *detail, const struct violations *violations)
{
    const struct wg_page page = {.title = problem->title};
    struct wg_html html;

    wg_page_begin(&html, exchange->call.arena, &page);
    if (detail)
        wg_html_paragraph(&html, detail);
    if (violations && violations->n) {
        wg_html_open(&html, "ul");
        for (const struct violation *v = violations->first; v; v = v->next) {
            wg_html_open(&html, "li");
            wg_html_textf(&html, "%s: %s", v->pointer, v->detail);
            wg_html_close(&html, "li");
        }
        wg_html_close(&html, "ul");
    }
    wg_summary_begin(&html);
    wg_summary_row_begin(&html, "Status");
    wg_html_textf(&html, "%d %s", problem->status, problem->code);
    wg_summary_row_end(&html);
    wg_summary_row(&html, "Request", exchange->request->request_id);
    wg_summary_end(&html);
    return take_page(exchange, &html);
}

/* ---- Words ---- */

/* "start_date" is "Start date", "listRevisions" and "ListRevisions" "List revisions", "PEOPLE" "People". */
static const char *
words_of(struct wg_html *html, const char *name, size_t length)
{
    char *words = wg_alloc(html->arena, 2 * length + 1), *out = words;

    html->failed |= !words;
    for (size_t i = 0; words && i < length; i++) {
        if (i > 0 && isupper((unsigned char)name[i]) && islower((unsigned char)name[i - 1]))
            *out++ = ' ';
        *out++ = name[i] == '_' ? ' ' : (char)tolower((unsigned char)name[i]);
    }
    if (words)
        *words = (char)toupper((unsigned char)*words);
    return words ? words : "";
}

static const char *
label_of(struct wg_html *html, const struct field *field)
{
    return words_of(html, field->c->name, strlen(field->c->name));
}

/* ---- Values ---- */

static const char *
enum_text(struct wg_html *html, const ProtobufCFieldDescriptor *c, int32_t number)
{
    const ProtobufCEnumValue *value = protobuf_c_enum_descriptor_get_value(c->descriptor, number);
    char *text = value ? wg_copy_text(html->arena, value->name)
                       : wg_format(html->arena, "%d", number);

    for (char *at = text ? text + 1 : NULL; at && *at; at++)
        *at = *at == '_' ? ' ' : (char)tolower((unsigned char)*at);
    return text;
}

/* A text that is a date, or a decimal, reads as one. */
static const char *
string_text(struct wg_html *html, const struct field *field, const char *text)
{
    switch (field->rules->format) {
    case WELLGATE__OPTIONS__V1__FIELD__FORMAT__DATE:
    case WELLGATE__OPTIONS__V1__FIELD__FORMAT__PARTIAL_DATE:
        return wg_text_date_of(html->arena, text);
    case WELLGATE__OPTIONS__V1__FIELD__FORMAT__DECIMAL:
        return wg_text_decimal(html->arena, text);
    default:
        return text;
    }
}

static const char *
unsigned_text(struct wg_html *html, uint64_t number)
{
    return number <= INT64_MAX ? wg_text_count(html->arena, (int64_t)number)
                               : wg_format(html->arena, "%llu", (unsigned long long)number);
}

static const char *
scalar_text(struct wg_html *html, const struct field *field, const void *slot)
{
    switch (field->c->type) {
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_SINT32:
    case PROTOBUF_C_TYPE_SFIXED32:
        return wg_text_count(html->arena, *(const int32_t *)slot);
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_FIXED32:
        return unsigned_text(html, *(const uint32_t *)slot);
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_SFIXED64:
        return wg_text_count(html->arena, *(const int64_t *)slot);
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_FIXED64:
        return unsigned_text(html, *(const uint64_t *)slot);
    case PROTOBUF_C_TYPE_BOOL:
        return *(const protobuf_c_boolean *)slot ? "Yes" : "No";
    case PROTOBUF_C_TYPE_ENUM:
        return enum_text(html, field->c, *(const int32_t *)slot);
    case PROTOBUF_C_TYPE_STRING:
        return *(char *const *)slot ? string_text(html, field, *(char *const *)slot) : "";
    case PROTOBUF_C_TYPE_BYTES:
        return wg_format(html->arena, "%zu bytes", ((const ProtobufCBinaryData *)slot)->len);
    case PROTOBUF_C_TYPE_FLOAT:
        return wg_format(html->arena, "%g", (double)*(const float *)slot);
    case PROTOBUF_C_TYPE_DOUBLE:
        return wg_format(html->arena, "%g", *(const double *)slot);
    case PROTOBUF_C_TYPE_MESSAGE:
        break;
    }
    return "";
}

static const char *
time_text(struct wg_html *html, const Google__Protobuf__Timestamp *time)
{
    const char *date = wg_text_date(html->arena, wg_date_at(time->seconds * 1000, NULL));
    int minutes = (int)((time->seconds % 86400 + 86400) % 86400 / 60);

    return date ? wg_format(html->arena, "%s, %02d:%02d UTC", date, minutes / 60, minutes % 60)
                : NULL;
}

static const char *
literal_text(const Wellgate__Common__V1__Literal *literal)
{
    switch (literal->kind_case) {
    case WELLGATE__COMMON__V1__LITERAL__KIND_STRING_VALUE:
        return literal->string_value;
    case WELLGATE__COMMON__V1__LITERAL__KIND_NUMBER_VALUE:
        return literal->number_value;
    case WELLGATE__COMMON__V1__LITERAL__KIND_BOOL_VALUE:
        return literal->bool_value ? "Yes" : "No";
    default:
        return "";
    }
}

/* A message that reads as one text: an amount, a time. NULL: it does not. */
static const char *
message_text(struct wg_html *html, const struct message *type, const ProtobufCMessage *message)
{
    const Money *money = (const Money *)message;

    if (type->well_known == WELL_KNOWN_TIMESTAMP)
        return time_text(html, (const Google__Protobuf__Timestamp *)message);
    if (type->c == &wellgate__common__v1__money__descriptor)
        return wg_text_amount(html->arena, money->currency, money->amount);
    if (type->well_known == WELL_KNOWN_LITERAL)
        return literal_text((const Wellgate__Common__V1__Literal *)message);
    if (well_known_is_text(type->well_known))
        return well_known_format(html->arena, type->well_known, message);
    return NULL;
}

static bool
is_one_text(const struct field *field)
{
    return !field->message || field->message->c == &wellgate__common__v1__money__descriptor ||
           field->message->well_known == WELL_KNOWN_LITERAL ||
           well_known_is_text(field->message->well_known);
}

/* The text of one value; "" where it has none. */
static const char *
value_text(struct wg_html *html, const struct field *field, const void *slot)
{
    const ProtobufCMessage *message = field->message ? *(ProtobufCMessage *const *)slot : NULL;
    const char *text = !field->message ? scalar_text(html, field, slot)
                       : message ? message_text(html, field->message, message) : "";

    return text ? text : "";
}

static bool
is_own_name(const struct field *field)
{
    return strcmp(field->c->name, "name") == 0;
}

/* Does the text name a record that the caller may open, whatever the field says of it? */
static bool
leads_to_record(const struct exchange *exchange, const struct field *field, const char *text)
{
    return field->c->type == PROTOBUF_C_TYPE_STRING && strchr(text, '/') &&
           wg_may_open((struct wg_call *)&exchange->call, text);
}

static bool
is_shown(const struct exchange *exchange, const struct field *field,
         const ProtobufCMessage *message)
{
    return (field->rules->always || member_is_set(message, field->c)) &&
           !(field_repeats(field) && !*member_count(message, field->c)) &&
           field_visible(field, call_sight(&exchange->call));
}

/* ---- Tables ---- */

struct columns {
    const struct field *fields[COLUMNS_MAX];
    struct wg_column headings[COLUMNS_MAX];
    size_t n;
};

static bool
any_row_shows(const struct exchange *exchange, const ProtobufCMessage *list,
              const struct field *rows, const struct field *field)
{
    const ProtobufCMessage *row;

    for (size_t i = 0; (row = member_at(list, rows->c, i)); i++)
        if (is_shown(exchange, field, row))
            return true;
    return false;
}

static bool
is_number(const struct field *field)
{
    return field->message ? field->message->c == &wellgate__common__v1__money__descriptor
                          : field->c->type < PROTOBUF_C_TYPE_FLOAT ||
                                field->rules->format == WELLGATE__OPTIONS__V1__FIELD__FORMAT__DECIMAL;
}

/* Of texts alone, so that a cell holds it. */
static bool
fits_cell(const struct field *field)
{
    const struct message *type = field->message;

    if (is_one_text(field))
        return !field_repeats(field);
    if (field_repeats(field) || type->well_known != WELL_KNOWN_NONE)
        return false;
    for (size_t i = 0; i < type->n_fields; i++)
        if (field_repeats(&type->fields[i]) || !is_one_text(&type->fields[i]))
            return false;
    return true;
}

/* The first fields that any row has and that a cell holds: of a list's records, one text
 * each. */
static void
choose_columns(struct wg_html *html, const struct exchange *exchange,
               const ProtobufCMessage *list, const struct field *rows, struct columns *columns)
{
    const struct message *type = rows->message;

    for (size_t i = 0; i < type->n_fields && columns->n < COLUMNS_MAX; i++) {
        const struct field *field = &type->fields[i];

        if (!fits_cell(field) || (type->resource && !is_one_text(field)) ||
            !any_row_shows(exchange, list, rows, field))
            continue;
        columns->fields[columns->n] = field;
        columns->headings[columns->n++] = (struct wg_column){label_of(html, field),
                                                             is_number(field)};
    }
}

static void
put_cell_text(struct wg_html *html, const struct exchange *exchange, const struct field *field,
              const void *slot)
{
    const char *text = value_text(html, field, slot);
    size_t length = strlen(text);

    if (leads_to_record(exchange, field, text)) {
        wg_html_link_name(html, text);
    } else if (length > DETAIL_BYTES_MAX) {
        for (length = DETAIL_BYTES_MAX; ((unsigned char)text[length] & 0xc0) == 0x80;)
            length--;
        wg_html_textf(html, "%.*s\xe2\x80\xa6", (int)length, text);
    } else {
        wg_html_text(html, text);
    }
}

/* "Assessment star-1, Date 30 July 2016" */
static void
put_cell_fields(struct wg_html *html, const struct exchange *exchange, const struct message *type,
                const ProtobufCMessage *message)
{
    bool first = true;

    for (size_t i = 0; message && i < type->n_fields; i++) {
        const struct field *field = &type->fields[i];

        if (!is_shown(exchange, field, message))
            continue;
        wg_html_textf(html, "%s%s ", first ? "" : ", ", label_of(html, field));
        put_cell_text(html, exchange, field, member_of(message, field->c));
        first = false;
    }
}

static void
put_cell(struct wg_html *html, const struct exchange *exchange, const struct field *field,
         const ProtobufCMessage *row)
{
    wg_cell_begin(html);
    if (!is_one_text(field))
        put_cell_fields(html, exchange, field->message, member_at(row, field->c, 0));
    else if (is_shown(exchange, field, row))
        put_cell_text(html, exchange, field, member_of(row, field->c));
    wg_cell_end(html);
}

static void
put_rows(struct wg_html *html, const struct exchange *exchange, const struct field *rows,
         const ProtobufCMessage *message, const struct columns *columns)
{
    const ProtobufCMessage *row;

    wg_table_begin(html, label_of(html, rows), columns->headings, columns->n);
    for (size_t i = 0; (row = member_at(message, rows->c, i)); i++) {
        wg_row_begin(html);
        for (size_t c = 0; c < columns->n; c++)
            put_cell(html, exchange, columns->fields[c], row);
        wg_row_end(html);
    }
    wg_table_end(html);
}

/* Would a table show all of the items? */
static bool
is_tabular(const struct exchange *exchange, const struct field *items,
           const ProtobufCMessage *message)
{
    size_t n = 0;

    for (size_t i = 0; i < items->message->n_fields; i++) {
        const struct field *field = &items->message->fields[i];

        if (!any_row_shows(exchange, message, items, field))
            continue;
        if (!fits_cell(field) || ++n > COLUMNS_MAX)
            return false;
    }
    return n > 1;
}

/* ---- Fields ---- */

static void put_fields(struct wg_html *html, const struct exchange *exchange,
                       const struct message *type, const ProtobufCMessage *message, int depth);

static void
put_value(struct wg_html *html, const struct exchange *exchange, const struct field *field,
          const void *slot, int depth)
{
    const char *text = value_text(html, field, slot);

    if (!is_one_text(field) && *(ProtobufCMessage *const *)slot)
        put_fields(html, exchange, field->message, *(ProtobufCMessage *const *)slot, depth + 1);
    else if (leads_to_record(exchange, field, text) && !(depth == 0 && is_own_name(field)))
        wg_html_link_name(html, text);
    else
        wg_html_text(html, text);
}

static void
put_items(struct wg_html *html, const struct exchange *exchange, const struct field *field,
          const ProtobufCMessage *message, int depth)
{
    struct columns columns = {.n = 0};

    if (!is_one_text(field) && is_tabular(exchange, field, message)) {
        choose_columns(html, exchange, message, field, &columns);
        put_rows(html, exchange, field, message, &columns);
        return;
    }
    wg_html_open(html, "ul");
    for (size_t i = 0; i < *member_count(message, field->c); i++) {
        wg_html_open(html, "li");
        put_value(html, exchange, field, member_item(message, field->c, i), depth);
        wg_html_close(html, "li");
    }
    wg_html_close(html, "ul");
}

/* What has no form of its own here: maps, and google.protobuf's own messages. */
static void
put_json(struct wg_html *html, const struct exchange *exchange, const struct field *field,
         const ProtobufCMessage *message)
{
    struct json_writer writer;

    json_writer_begin(&writer, html->arena);
    if (encode_field(exchange->gateway->descriptors, &writer, field, message,
                     call_sight(&exchange->call)))
        wg_html_element(html, "code", NULL, writer.text);
}

static bool
has_form(const struct field *field, int depth)
{
    return is_one_text(field) ||
           (depth < DEPTH_SHOWN_MAX && !field->is_map &&
            field->message->well_known == WELL_KNOWN_NONE);
}

static void
put_field(struct wg_html *html, const struct exchange *exchange, const struct field *field,
          const ProtobufCMessage *message, int depth)
{
    wg_summary_row_begin(html, label_of(html, field));
    if (!has_form(field, depth))
        put_json(html, exchange, field, message);
    else if (field_repeats(field))
        put_items(html, exchange, field, message, depth);
    else
        put_value(html, exchange, field, member_of(message, field->c), depth);
    wg_summary_row_end(html);
}

static bool
shows_any(const struct exchange *exchange, const struct message *type,
          const ProtobufCMessage *message)
{
    for (size_t i = 0; i < type->n_fields; i++)
        if (is_shown(exchange, &type->fields[i], message))
            return true;
    return false;
}

static void
put_fields(struct wg_html *html, const struct exchange *exchange, const struct message *type,
           const ProtobufCMessage *message, int depth)
{
    if (!shows_any(exchange, type, message))
        return;
    wg_summary_begin(html);
    for (size_t i = 0; i < type->n_fields; i++)
        if (is_shown(exchange, &type->fields[i], message))
            put_field(html, exchange, &type->fields[i], message, depth);
    wg_summary_end(html);
}

/* ---- Lists ---- */

static void
put_list(struct wg_html *html, const struct exchange *exchange, const ProtobufCMessage *list)
{
    const struct field *rows = exchange->call.method->rows;
    struct columns columns = {.n = 0};

    choose_columns(html, exchange, list, rows, &columns);
    if (columns.n)
        put_rows(html, exchange, rows, list, &columns);
    else
        wg_html_paragraph(html, "There is nothing here that you may see.");
    wg_html_next(html, path_to_next(exchange));
}

/* ---- What lies beneath ---- */

/* Behind "/v1/{parent=SHAPE}/" or "/v1/{name=SHAPE}:", where shape is that of the record:
 * the collection or the verb; else NULL. */
static const char *
beneath(const struct route *route, const char *shape)
{
    static const char begin[] = "/v1/{";
    const char *in = strchr(route->template, '=');
    size_t length = strlen(shape);

    if (strcmp(route->verb, "GET") != 0 || !in || route->response_field ||
        strncmp(route->template, begin, strlen(begin)) != 0 ||
        strncmp(in + 1, shape, length) != 0 || in[1 + length] != '}')
        return NULL;
    in += 1 + length + 1;
    return (*in == '/' || *in == ':') && !in[1 + strcspn(in + 1, "/:{")] ? in : NULL;
}

/* What a link, which says the record's name alone, would be refused for. */
static bool
owes_more(const struct route *route)
{
    const struct message *input = route->method->input;

    for (size_t i = 0; i < input->n_fields; i++)
        if (input->fields[i].rules->required &&
            strcmp(input->fields[i].c->name, route->variables[0].field) != 0)
            return true;
    return false;
}

static void
put_link_beneath(struct wg_html *html, const char *name, const char *part)
{
    const char *path = wg_format(html->arena, "/v1/%s%s", name, part);

    html->failed |= !path;
    wg_html_open(html, "li");
    wg_html_link(html, words_of(html, part + 1, strlen(part + 1)), path);
    wg_html_close(html, "li");
}

static void
put_beneath(struct wg_html *html, struct exchange *exchange, const struct resource *resource,
            const char *name)
{
    bool any = false;
    size_t n;
    const struct route *const *routes = routes_all(exchange->gateway->routes, &n);

    for (size_t i = 0; i < n; i++) {
        const char *part = beneath(routes[i], resource->shape);

        if (!part || owes_more(routes[i]) || !caller_may_call(&exchange->call, routes[i]->method, name))
            continue;
        if (!any) {
            wg_html_heading(html, 2, "See also");
            wg_html_open(html, "ul");
        }
        any = true;
        put_link_beneath(html, name, part);
    }
    if (any)
        wg_html_close(html, "ul");
}

/* ---- The page ---- */

/* The path without "/v1/", and a record's name in it without the verb. */
static const char *
name_in_path(struct wg_html *html, const char *path)
{
    const char *name = strchr(path + 1, '/');

    name = name ? name + 1 : path + 1;
    name = wg_copy_bytes(html->arena, name, strcspn(name, ":"));
    html->failed |= !name;
    return name ? name : "";
}

/* What is shown calls itself by its title, or else by its id. */
static const char *
title_of(struct wg_html *html, const struct exchange *exchange, const ProtobufCMessage *shown)
{
    const char *last = strrchr(exchange->request->path, '/') + 1, *verb = strchr(last, ':');
    const ProtobufCFieldDescriptor *title = field_of(shown->descriptor, "title");

    if (verb)
        return words_of(html, verb + 1, strlen(verb + 1));
    if (exchange->call.method->rows)
        return words_of(html, last, strlen(last));
    return title && title->type == PROTOBUF_C_TYPE_STRING && *field_text(shown, title)
               ? field_text(shown, title) : last;
}

static const char *
context_of(struct wg_html *html, const struct exchange *exchange, const char *name)
{
    const struct resource *resource = resource_of_name(exchange->gateway->descriptors, name);

    if (!resource)
        return NULL;
    return strchr(exchange->request->path, ':') ? wg_name_id(name)
                                                : words_of(html, resource->singular,
                                                           strlen(resource->singular));
}

const struct wg_crumb *
wg_call_crumbs(struct wg_call *call, const char *name, size_t *n)
{
    struct wg_crumb *crumbs = (struct wg_crumb *)wg_page_crumbs(call->arena, name, n);

    for (size_t i = 0; i < *n; i++)
        if (!wg_may_open(call, crumbs[i].href + strlen("/v1/")))
            crumbs[i].href = NULL;
    return crumbs;
}

/* A list lies under a record, whose name "x" makes of it: "programmes/x/contracts/x". */
static const struct wg_crumb *
crumbs_of(struct wg_html *html, struct exchange *exchange, const char *name, size_t *n)
{
    bool beneath_record = !resource_of_name(exchange->gateway->descriptors, name) ||
                          strchr(exchange->request->path, ':');
    const char *whole = beneath_record ? wg_format(html->arena, "%s/x%s", name,
                                                   strchr(exchange->request->path, ':') ? "/x" : "")
                                       : name;

    *n = 0;
    return whole ? wg_call_crumbs(&exchange->call, whole, n) : NULL;
}

static void
put_body(struct wg_html *html, struct exchange *exchange, const ProtobufCMessage *shown)
{
    const struct message *type = exchange->call.method->output;

    if (exchange->call.method->rows) {
        put_list(html, exchange, shown);
        return;
    }
    put_fields(html, exchange, type, shown, 0);
    if (type->resource)
        put_beneath(html, exchange, type->resource, field_text(shown, type->resource->name));
}

const struct wg_problem *
page_write(struct exchange *exchange)
{
    struct wg_call *call = &exchange->call;
    const ProtobufCMessage *shown =
        hidden_remove(call->arena, call->method->output, call->output, call_sight(call));
    struct wg_html html, words = {.arena = call->arena};
    const char *name = name_in_path(&words, exchange->request->path);
    struct wg_page page = {.context = context_of(&words, exchange, name)};

    if (!shown)
        return wg_no_memory(call);
    page.title = title_of(&words, exchange, shown);
    page.crumbs = crumbs_of(&words, exchange, name, &page.n_crumbs);
    if (words.failed)
        return wg_no_memory(call);
    wg_page_begin(&html, call->arena, &page);
    put_body(&html, exchange, shown);
    return take_page(exchange, &html) ? NULL : wg_no_memory(call);
}
