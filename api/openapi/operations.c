/* operations.c - routes as operations of their paths. */
#include "document.h"
#include "import/row.h"

#include <string.h>

#include "answer/forms.h"

/* "Referrals_GetPerson"; a method's further routes are numbered. */
static const char *
operation_id(struct document *d, size_t route)
{
    const struct method *method = d->routes[route]->method;
    const char *service = method->service->c->short_name;
    int before = 0;

    for (size_t i = 0; i < route; i++)
        before += strcmp(d->routes[i]->method->name, method->name) == 0 &&
                  strcmp(d->routes[i]->method->service->c->short_name, service) == 0;
    return before ? say(d, "%s_%s%d", service, method->name, before + 1)
                  : say(d, "%s_%s", service, method->name);
}

static const char *
access_words(struct document *d, const struct method *method)
{
    if (method->is_public)
        return "Open to all, without a token.";
    return say(d, "Scope: %s. Roles: %s.", method->scope, role_names(&d->arena, method->roles));
}

static void
put_security(struct document *d, const struct method *method)
{
    if (method->is_public) {
        yaml_raw(d->yaml, "security", "[]");
        return;
    }
    yaml_open(d->yaml, "security");
    yaml_open(d->yaml, NULL);
    yaml_raw(d->yaml, "bearer", "[]");
    yaml_close(d->yaml, 2);
    yaml_text(d->yaml, "x-required-scope", method->scope);
}

static void
put_operation_head(struct document *d, size_t route)
{
    const struct method *method = d->routes[route]->method;

    yaml_open(d->yaml, "tags");
    yaml_text(d->yaml, NULL, method->service->c->short_name);
    yaml_close(d->yaml, 1);
    yaml_text(d->yaml, "operationId", operation_id(d, route));
    yaml_text(d->yaml, "summary",
              first_sentence(d, *method->comment ? method->comment : method->name));
    yaml_text(d->yaml, "description", add_sentence(d, method->comment, access_words(d, method)));
    put_security(d, method);
}

/* Text of a media type, about whose form the schema says nothing. */
static void
put_text_content(struct document *d, const char *media_type, const char *example)
{
    yaml_open(d->yaml, media_type);
    yaml_open(d->yaml, "schema");
    yaml_text(d->yaml, "type", "string");
    yaml_close(d->yaml, 1);
    yaml_text(d->yaml, "example", example);
    yaml_close(d->yaml, 1);
}

/* How text of a type begins: what a plugin writes or reads, nobody declares. */
static const char *
beginning_of(const char *media_type)
{
    if (strncmp(media_type, "text/html", strlen("text/html")) == 0)
        return "<!DOCTYPE html>\n<html lang=\"en-GB\">\n";
    return strncmp(media_type, "image/svg", strlen("image/svg")) == 0
               ? "<svg xmlns=\"http://www.w3.org/2000/svg\">" : "name,amount\r\n";
}

/* A body that is read line by line. */
static void
put_lines(struct document *d, const struct method *creates)
{
    const struct message *row = row_body(creates)->message;

    yaml_open(d->yaml, "requestBody");
    put_description(d, say(d, "A line each: what the body of %s is. It may say what else that "
                           "operation takes, too; parent only where the path leaves it open "
                           "with a dash. In a CSV the first row names fields by their paths "
                           "(answers.0.item); a repeated field of plain values may be one "
                           "column, parted by semicolons. A line holds at most 64 KiB.",
                           creates->name));
    yaml_raw(d->yaml, "required", "true");
    yaml_open(d->yaml, "content");
    put_text_content(d, ROWS_MEDIA_TYPE, row_as_json(d, row, SENT));
    put_text_content(d, "text/csv", rows_as_csv(d, row));
    yaml_close(d->yaml, 2);
}

/* Bytes as they are: what of, the field's example shows, where they are of one that has any. */
static void
put_bytes(struct document *d, const struct field *field)
{
    const char *example = field ? field->rules->example : "";

    yaml_open(d->yaml, "content");
    put_text_content(d, "*/*", *example ? example : beginning_of("*/*"));
    yaml_close(d->yaml, 1);
}

static void
put_body(struct document *d, const struct route *route)
{
    const struct message *body = body_of(route);
    bool required = route->body_field && is_required(route->body_field);

    for (size_t i = 0; body && !route->body_field && i < body->n_fields; i++)
        required |= is_required(&body->fields[i]) && !bound_by_path(route, &body->fields[i]);
    if (route->method->creates)
        put_lines(d, route->method->creates);
    if (!body)
        return;
    yaml_open(d->yaml, "requestBody");
    yaml_raw(d->yaml, "required", required ? "true" : "false");
    if (message_is_http_body(body))
        put_bytes(d, route->body_field);
    else
        put_json_content(d, body, face_of_body(route));
    yaml_close(d->yaml, 1);
}

static void
put_part(struct document *d, const struct field *part)
{
    yaml_open(d->yaml, "application/json");
    yaml_open(d->yaml, "schema");
    put_field_schema(d, part, ANSWERED);
    yaml_close(d->yaml, 2);
}

/* The forms that Accept chooses among. */
static void
put_forms(struct document *d, const struct route *route)
{
    const struct method *method = route->method;

    yaml_open(d->yaml, "content");
    if (route->response_field)
        put_part(d, route->response_field);
    else
        put_json_forms(d, method->output, ANSWERED);
    for (size_t i = 0; i < method->n_views; i++)
        put_text_content(d, say(d, "%.*s", (int)strcspn(method->views[i]->media_type, "; "),
                                method->views[i]->media_type),
                         beginning_of(method->views[i]->media_type));
    if (method->rows)
        put_text_content(d, ROWS_MEDIA_TYPE, row_as_json(d, method->rows->message, ANSWERED));
    yaml_close(d->yaml, 1);
}

static void
put_success_headers(struct document *d, const struct method *method)
{
    yaml_open(d->yaml, "headers");
    put_usual_headers(d);
    if (method->output->resource)
        yaml_ref_at(d->yaml, "ETag", "headers", "ETag");
    if (method->stream)
        yaml_ref_at(d->yaml, "Location", "headers", "Location");
    if (method->rows && field_of(method->output->c, "next_page_token"))
        yaml_ref_at(d->yaml, "Link", "headers", "Link");
    yaml_close(d->yaml, 1);
}

static void
put_success(struct document *d, const struct route *route)
{
    const struct method *method = route->method;
    const struct message *output = method->output;

    yaml_open(d->yaml, method->stream ? "202" : "200");
    yaml_text(d->yaml, "description", *output->comment ? output->comment : output->c->short_name);
    put_success_headers(d, method);
    if (message_is_http_body(output))
        put_bytes(d, NULL);
    else
        put_forms(d, route);
    yaml_close(d->yaml, 1);
    if (is_cacheable(method))
        yaml_ref_at(d->yaml, "304", "responses", "NotModified");
}

static void
put_operation(struct document *d, size_t route)
{
    const struct route *r = d->routes[route];
    unsigned on = ON_CALL | (r->n_variables ? ON_PATH : 0) |
                  (body_of(r) || r->method->stream ? ON_BODY : 0) |
                  (r->method->writes ? ON_WRITE : 0) | (is_verb(r) ? ON_VERB : 0) |
                  (owes_if_match(r) ? ON_OWED : 0);
    char verb[16] = "";

    for (size_t i = 0; r->verb[i] && i + 1 < sizeof(verb); i++)
        verb[i] = (char)(r->verb[i] | 0x20);
    yaml_open(d->yaml, verb);
    put_operation_head(d, route);
    put_parameters(d, r, d->paths[route]);
    put_body(d, r);
    yaml_open(d->yaml, "responses");
    put_success(d, r);
    put_problem_refs(d, on);
    yaml_close(d->yaml, 2);
}

static bool
path_came_before(const struct document *d, size_t route)
{
    for (size_t i = 0; i < route; i++)
        if (strcmp(d->paths[i], d->paths[route]) == 0)
            return true;
    return false;
}

void
put_path(struct document *d, size_t route)
{
    if (path_came_before(d, route))
        return;
    yaml_open(d->yaml, d->paths[route]);
    for (size_t i = route; i < d->n_routes; i++)
        if (strcmp(d->paths[i], d->paths[route]) == 0)
            put_operation(d, i);
    yaml_close(d->yaml, 1);
}
