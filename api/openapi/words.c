/* words.c - sentences made of comments and rules. */
#include "document.h"

#include <stdarg.h>
#include <string.h>

const char *
say(struct document *d, const char *format, ...)
{
    const char *text;
    va_list arguments;

    va_start(arguments, format);
    text = wg_vformat(&d->arena, format, arguments);
    va_end(arguments);
    return text ? text : "";
}

const char *
add_sentence(struct document *d, const char *text, const char *sentence)
{
    return *text ? say(d, "%s %s", text, sentence) : sentence;
}

const char *
first_sentence(struct document *d, const char *comment)
{
    const char *end = strstr(comment, ". ");
    size_t length = end ? (size_t)(end - comment) : strlen(comment);

    if (length > 0 && comment[length - 1] == '.')
        length--;
    return say(d, "%.*s", (int)length, comment);
}

static uint32_t
roles_that_see(const struct field *field)
{
    uint32_t roles = 0;

    for (size_t i = 0; i < field->rules->n_visible_to; i++)
        roles |= 1u << field->rules->visible_to[i];
    return roles;
}

static const char *
add_bounds(struct document *d, const char *text, const struct field *field)
{
    const char *least = field->rules->least, *greatest = field->rules->greatest;

    if (*least && *greatest)
        return add_sentence(d, text, say(d, "From %s to %s.", least, greatest));
    if (*least)
        return add_sentence(d, text, say(d, "At least %s.", least));
    return *greatest ? add_sentence(d, text, say(d, "At most %s.", greatest)) : text;
}

const char *
field_description(struct document *d, const struct field *field)
{
    bool repeated = field->c->label == PROTOBUF_C_LABEL_REPEATED;
    const char *text = field->comment;

    if (field_n_references(field))
        text = add_sentence(d, text, say(d, "%s one of %s.", repeated ? "Each names" : "Names",
                                         field->reference_names));
    if (!is_raw(field->c))
        text = add_bounds(d, text, field);
    if (field->oneof)
        text = add_sentence(d, text,
                            say(d, "One kind of %s: excludes the others.", field->oneof));
    if (field->rules->n_visible_to)
        text = add_sentence(d, text, say(d, "Shown to %s only.",
                                         role_names(&d->arena, roles_that_see(field))));
    if (*field->rules->scope)
        text = add_sentence(d, text, say(d, "Shown and taken with the scope %s only.",
                                         field->rules->scope));
    return text;
}

void
put_description(struct document *d, const char *text)
{
    if (*text)
        yaml_text(d->yaml, "description", text);
}
