/* problem.c - a row of the problem table as the client sees it. */
#include "problem.h"

#include <stdio.h>
#include <string.h>

static void
member(struct json_writer *writer, const char *name, const char *text)
{
    json_put_text(writer, ",\"");
    json_put_text(writer, name);
    json_put_text(writer, "\":");
    json_put_string(writer, text, strlen(text));
}

static void
write_violations(struct json_writer *writer, const struct violations *violations)
{
    json_put_text(writer, ",\"errors\":[");
    for (const struct violation *v = violations->first; v; v = v->next) {
        json_put_text(writer, "{\"pointer\":");
        json_put_string(writer, v->pointer, strlen(v->pointer));
        member(writer, "code", v->code);
        member(writer, "detail", v->detail);
        json_put_text(writer, v->next ? "}," : "}");
    }
    json_put_text(writer, "]");
}

void
problem_write(struct json_writer *writer, const struct wg_problem *problem, const char *detail,
              const char *instance, const struct violations *violations)
{
    const char *request = wg_format(writer->arena, "urn:wellgate:request:%s", instance);
    char status[32];

    snprintf(status, sizeof(status), ",\"status\":%d", problem->status);
    json_put_text(writer, "{\"type\":\"urn:wellgate:problem:");
    json_put_text(writer, problem->slug);
    json_put_text(writer, "\"");
    member(writer, "title", problem->title);
    json_put_text(writer, status);
    if (detail)
        member(writer, "detail", detail);
    member(writer, "instance", request ? request : "urn:wellgate:request:");
    member(writer, "code", problem->code);
    if (violations && violations->n)
        write_violations(writer, violations);
    json_put_text(writer, "}");
}
