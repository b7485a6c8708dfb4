/* forms.c - how a method's answer is written: chosen by Accept, in the transaction. */
#include "forms.h"

#include <stdio.h>
#include <string.h>
#include <wellgate/html.h>

#include "download.h"
#include "google/api/httpbody.pb-c.h"
#include "http/negotiate.h"
#include "link.h"
#include "page.h"
#include "resource/etag.h"
#include "resource/methods.h"
#include "rpc/encode.h"
#include "rpc/hidden.h"
#include "rpc/message.h"

#define JSON_MEDIA_TYPE "application/json"
#define CSV_MEDIA_TYPE "text/csv"

typedef Google__Api__HttpBody HttpBody;

/* ---- Which there are ---- */

/* What the answer's JSON is of: the whole output or one message in it. NULL: of a
 * value that is no message. */
static const struct message *
shown_message(const struct route *route)
{
    const struct field *field = route->response_field;

    if (!field)
        return route->method->output;
    return field->c->label == PROTOBUF_C_LABEL_REPEATED ? NULL : field->message;
}

static bool
answers_bytes(const struct route *route)
{
    const struct message *shown = shown_message(route);

    return shown && message_is_http_body(shown);
}

/* Do pages follow on one another, by tokens or by numbers? */
static bool
has_pages(const struct method *method)
{
    const ProtobufCMessageDescriptor *input = method->input->c, *output = method->output->c;

    return !method->writes &&
           ((field_of(output, "next_page_token") && field_of(input, "page_token")) ||
            (field_of(output, "last_page") && field_of(input, "page")));
}

/* A list's rows: the only messages that its answer repeats. */
static const struct field *
rows_of(const struct method *method)
{
    const struct message *output = method->output;
    const struct field *rows = NULL;

    if (!has_pages(method))
        return NULL;
    for (size_t i = 0; i < output->n_fields; i++) {
        const struct field *field = &output->fields[i];

        if (field->c->label != PROTOBUF_C_LABEL_REPEATED || !field->message || field->is_map)
            continue;
        if (rows)
            return NULL;
        rows = field;
    }
    return rows;
}

/* The method of a plugin's service: "Notes/GetNote". */
static struct method *
method_of(const struct gateway *gateway, const struct wg_plugin *plugin, const char *name)
{
    size_t n, length = strcspn(name, "/");
    struct service *const *services = descriptors_services(gateway->descriptors, &n);

    for (size_t i = 0; name[length] && i < n; i++)
        for (size_t m = 0; services[i]->plugin == plugin && m < services[i]->n_methods; m++)
            if (strlen(services[i]->c->short_name) == length &&
                strncmp(services[i]->c->short_name, name, length) == 0 &&
                strcmp(services[i]->methods[m].name, name + length + 1) == 0)
                return &services[i]->methods[m];
    return NULL;
}

static bool
is_there(const struct method *method, const char *media_type)
{
    if (media_type_is(media_type, JSON_MEDIA_TYPE) ||
        (method->rows && media_type_is(media_type, ROWS_MEDIA_TYPE)))
        return true;
    for (size_t i = 0; i < method->n_views; i++)
        if (media_type_is(media_type, method->views[i]->media_type))
            return true;
    return false;
}

/* Why a view cannot be one of method's; NULL where it can. */
static const char *
view_fault(const struct method *method, const struct wg_view *view)
{
    if (!method)
        return "its services have no such method";
    if (!view->render)
        return "it renders nothing";
    if (!view->media_type || !media_type_is_valid(view->media_type))
        return "its media type is none";
    if (message_is_http_body(method->output))
        return "the method answers with bytes as they are";
    if (is_there(method, view->media_type))
        return "the method has a form of that media type already";
    return method->n_views == METHOD_VIEWS_MAX ? "the method has too many views" : NULL;
}

static bool
add_view(struct gateway *gateway, const struct wg_plugin *plugin, const struct wg_view *view,
         char *error, size_t error_bytes)
{
    struct method *method = method_of(gateway, plugin, view->method);
    const char *fault = view_fault(method, view);

    if (!fault) {
        method->views[method->n_views++] = view;
        return true;
    }
    snprintf(error, error_bytes, "plugin %s: view of %s as %s: %s", plugin->name, view->method,
             view->media_type ? view->media_type : "nothing", fault);
    return false;
}

bool
forms_bind(struct gateway *gateway, char *error, size_t error_bytes)
{
    size_t n;
    struct service *const *services = descriptors_services(gateway->descriptors, &n);

    for (size_t i = 0; i < n; i++)
        for (size_t m = 0; m < services[i]->n_methods; m++)
            services[i]->methods[m].rows = rows_of(&services[i]->methods[m]);
    for (size_t i = 0; i < gateway->n_plugins; i++)
        for (const struct wg_view *v = gateway->plugins[i]->views; v && v->method; v++)
            if (!add_view(gateway, gateway->plugins[i], v, error, error_bytes))
                return false;
    return true;
}

/* ---- Choosing ---- */

static const struct wg_problem *
not_acceptable(struct wg_call *call, const char *const *media_types, size_t n)
{
    const char *list = media_types[0];

    for (size_t i = 1; list && i < n; i++)
        list = wg_format(call->arena, "%s, %s", list, media_types[i]);
    return wg_fail(call, &wg_not_acceptable, "this answers %s", list ? list : JSON_MEDIA_TYPE);
}

/* What only reads has a page, its plugin's or a plain one of the whole answer. */
static bool
has_plain_page(const struct route *route)
{
    const struct method *method = route->method;

    for (size_t i = 0; i < method->n_views; i++)
        if (media_type_is(method->views[i]->media_type, WG_HTML_MEDIA_TYPE))
            return false;
    return !method->writes && !route->response_field;
}

/* A file of rows is of no use in pages. */
static bool
is_table(const struct wg_view *view)
{
    return view && media_type_is(view->media_type, CSV_MEDIA_TYPE);
}

const struct wg_problem *
form_choose(struct exchange *exchange)
{
    const struct method *method = exchange->call.method;
    const char *media_types[METHOD_VIEWS_MAX + 3] = {JSON_MEDIA_TYPE};
    const char *accept = http_header_list(exchange->request, "Accept");
    const struct wg_problem *problem;
    size_t n = 1, rows = 0, page = 0;
    int chosen;

    if (exchange->download && (problem = download_type(exchange, &accept)))
        return problem;
    if (answers_bytes(exchange->match.route))
        return NULL; /* of which type, it says itself */
    for (size_t i = 0; i < method->n_views; i++)
        media_types[n++] = method->views[i]->media_type;
    if (has_plain_page(exchange->match.route))
        media_types[page = n++] = WG_HTML_MEDIA_TYPE;
    if (method->rows)
        media_types[rows = n++] = ROWS_MEDIA_TYPE;
    if ((chosen = accept_choose(accept, media_types, n)) < 0)
        return not_acceptable(&exchange->call, media_types, n);
    exchange->as_page = page && (size_t)chosen == page;
    exchange->view = chosen > 0 && (size_t)chosen <= method->n_views ? method->views[chosen - 1] : NULL;
    exchange->as_rows = method->rows && ((size_t)chosen == rows || is_table(exchange->view));
    return NULL;
}

bool
form_is_page(const struct exchange *exchange)
{
    return exchange->as_page ||
           (exchange->view && media_type_is(exchange->view->media_type, WG_HTML_MEDIA_TYPE));
}

/* Of a list that has one for pages, where the caller says nothing of which rows and in what order. */
static void
order_page(const struct wg_call *call)
{
    const struct field *rows = call->method->rows;
    const struct resource *resource = rows ? rows->message->resource : NULL;
    const ProtobufCFieldDescriptor *order = field_of(call->input->descriptor, "order_by");

    if (resource && *resource->options->page_order && order && !*input_text(call, "filter") &&
        !*input_text(call, "order_by") && !*input_text(call, "as_at"))
        field_set_text((ProtobufCMessage *)call->input, order, resource->options->page_order);
}

void
form_follow(struct exchange *exchange)
{
    const struct wg_call *call = &exchange->call;
    const ProtobufCFieldDescriptor *format = field_of(call->input->descriptor, "format");

    if (form_is_page(exchange))
        order_page(call);
    if (!call->method->rows || !format || strcmp(field_text(call->input, format), "ndjson") != 0)
        return;
    exchange->as_rows = true;
    exchange->as_page = false;
    exchange->view = NULL;
}

const char *
form_tag(const struct exchange *exchange, uint64_t sequence)
{
    const struct wg_call *call = &exchange->call;
    const char *media_type = exchange->view ? exchange->view->media_type : NULL;
    bool erased = call->erased && call->erased == call->output;

    if (!media_type)
        return erased ? etag_of_erased(call, sequence) : etag_of(call, sequence);
    return wg_format(call->arena, "\"%llu-%s%.*s\"", (unsigned long long)sequence,
                     erased ? "erased-" : "", (int)strcspn(media_type, "; \t"), media_type);
}

/* ---- Writing ---- */

static const struct wg_problem *
take_text(struct exchange *exchange, const struct json_writer *writer, bool written,
          const char *content_type)
{
    if (!written)
        return writer->failed ? wg_no_memory(&exchange->call)
                              : call_fault(&exchange->call, "no answer to encode");
    exchange->response->content_type = content_type;
    exchange->response->body = writer->text;
    exchange->response->body_length = writer->length;
    return NULL;
}

static const struct wg_problem *
write_json(struct exchange *exchange)
{
    const struct wg_call *call = &exchange->call;
    const struct field *part = exchange->match.route->response_field;
    struct json_writer writer;
    bool written;

    json_writer_begin(&writer, call->arena);
    written = part ? encode_field(call->gateway->descriptors, &writer, part, call->output,
                                  call_sight(call))
                   : encode_message(call->gateway->descriptors, &writer, call->method->output,
                                    call->output, call_sight(call));
    return take_text(exchange, &writer, written, JSON_MEDIA_TYPE);
}

static const struct wg_problem *
write_rows(struct exchange *exchange)
{
    const struct wg_call *call = &exchange->call;
    const struct field *rows = call->method->rows;
    const ProtobufCMessage *row;
    struct json_writer writer;
    bool written = true;

    json_writer_begin(&writer, call->arena);
    for (size_t i = 0; written && (row = member_at(call->output, rows->c, i)); i++) {
        written = encode_message(call->gateway->descriptors, &writer, rows->message, row,
                                 call_sight(call));
        json_put_text(&writer, "\n");
    }
    return take_text(exchange, &writer, written && !writer.failed, ROWS_MEDIA_TYPE);
}

static const struct wg_problem *
write_view(struct exchange *exchange)
{
    struct wg_call *call = &exchange->call;
    const struct wg_problem *problem;
    struct wg_bytes text = {0};
    const ProtobufCMessage *shown =
        hidden_remove(call->arena, call->method->output, call->output, call_sight(call));

    if (!shown)
        return wg_no_memory(call);
    call->next_page = form_is_page(exchange) ? path_to_next(exchange) : NULL;
    if ((problem = exchange->view->render(call, shown, &text)))
        return problem;
    exchange->response->content_type = exchange->view->media_type;
    exchange->response->body = text.data;
    exchange->response->body_length = text.length;
    return NULL;
}

/* Its type is the plugin's word, so it is looked at before it becomes a header. */
static const struct wg_problem *
write_bytes(struct exchange *exchange)
{
    struct wg_call *call = &exchange->call;
    const struct field *part = exchange->match.route->response_field;
    const HttpBody *body = part ? member_at(call->output, part->c, 0) : (void *)call->output;
    const char *media_type = body && *body->content_type ? body->content_type
                                                         : "application/octet-stream";

    if (!media_type_is_valid(media_type))
        return call_fault(call, "it answers with a media type that is none");
    if (accept_choose(http_header_list(exchange->request, "Accept"), &media_type, 1) < 0)
        return not_acceptable(call, &media_type, 1);
    exchange->response->content_type = media_type;
    exchange->response->body = body ? (const char *)body->data.data : NULL;
    exchange->response->body_length = body ? body->data.len : 0;
    return NULL;
}

const struct wg_problem *
form_write(struct exchange *exchange)
{
    if (!exchange->call.output)
        return call_fault(&exchange->call, "no answer to encode");
    if (answers_bytes(exchange->match.route))
        return write_bytes(exchange);
    if (exchange->view)
        return write_view(exchange);
    if (exchange->as_page)
        return page_write(exchange);
    return exchange->as_rows ? write_rows(exchange) : write_json(exchange);
}
