/* spot.c - where in a request one reads, and violations there. */
#include "spot.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define VIOLATIONS_MAX 100 /* as decode.h says */
#define POINTER_BYTES_MAX 1000
#define INDEX_BYTES_MAX sizeof("18446744073709551615")

/* ---- Violations ---- */

void
violations_begin(struct violations *violations)
{
    *violations = (struct violations){.last = &violations->first};
}

/* Counted even where memory is out, so that nobody takes it for success. */
static void
add(struct violations *violations, struct wg_arena *arena, const char *pointer,
    const char *code, const char *detail)
{
    struct violation *violation = wg_alloc(arena, sizeof(*violation));

    violations->n++;
    if (!violation || !pointer || !detail)
        return;
    *violation = (struct violation){pointer, code, detail, NULL};
    *violations->last = violation;
    violations->last = &violation->next;
}

void
violation_add(struct violations *violations, struct wg_arena *arena,
              const char *pointer, const char *code, const char *format, ...)
{
    va_list arguments;

    if (violations->n >= VIOLATIONS_MAX)
        return;
    va_start(arguments, format);
    add(violations, arena, wg_copy_text(arena, pointer), code,
        wg_vformat(arena, format, arguments));
    va_end(arguments);
}

bool
same_names(const char *a, const char *b)
{
    while (*a || *b) {
        a += *a == '_';
        b += *b == '_';
        if (tolower((unsigned char)*a) != tolower((unsigned char)*b))
            return false;
        a += *a != '\0';
        b += *b != '\0';
    }
    return true;
}

static bool
lies_in(const char *pointer, const char *outer)
{
    size_t length = strlen(outer);

    return strncmp(outer, pointer, length) == 0 && pointer[length] == '/';
}

static bool
is_repeated(const struct violations *violations, const struct violation *violation)
{
    for (const struct violation *v = violations->first; v != violation; v = v->next)
        if (same_names(v->pointer, violation->pointer) ||
            (strcmp(v->code, "WRONG_TYPE") == 0 && lies_in(violation->pointer, v->pointer)))
            return true;
    return false;
}

void
violations_drop_repeated(struct violations *violations, struct violation **from)
{
    while (*from) {
        if (is_repeated(violations, *from)) {
            *from = (*from)->next;
            violations->n--;
        } else {
            from = &(*from)->next;
        }
    }
    violations->last = from;
}

/* ---- Steps ---- */

struct spot
spot_whole(const char *pointer)
{
    return (struct spot){.text = pointer, .length = strlen(pointer)};
}

struct spot
spot_key(const struct spot *parent, const char *key, size_t length)
{
    return (struct spot){.parent = parent, .text = key, .length = length};
}

struct spot
spot_item(const struct spot *parent, size_t index)
{
    return (struct spot){.parent = parent, .index = index};
}

/* ---- Pointers ---- */

/* Bytes that the last step adds to a pointer, at most. */
static size_t
step_bytes(const struct spot *spot)
{
    size_t bytes = 1 + (spot->text ? spot->length : INDEX_BYTES_MAX);

    for (size_t i = 0; spot->text && i < spot->length; i++)
        bytes += spot->text[i] == '~' || spot->text[i] == '/';
    return bytes;
}

static bool
step_has_nul(const struct spot *spot)
{
    return spot->text && memchr(spot->text, '\0', spot->length);
}

static char *
put_escaped(char *out, const char *key, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (key[i] == '~' || key[i] == '/') {
            *out++ = '~';
            *out++ = key[i] == '~' ? '0' : '1';
        } else {
            *out++ = key[i];
        }
    }
    return out;
}

/* Write the pointer of spot; *end is cut short at what it cannot show. */
static char *
put_pointer(const struct spot *spot, char *out, const char *end, bool *whole)
{
    if (!spot->parent)
        return memcpy(out, spot->text, spot->length), out + spot->length;
    out = put_pointer(spot->parent, out, end, whole);
    if (!*whole || step_has_nul(spot) ||
        step_bytes(spot) > (size_t)(end - out)) {
        *whole = false;
        return out;
    }
    *out++ = '/';
    if (spot->text)
        return put_escaped(out, spot->text, spot->length);
    return out + snprintf(out, (size_t)(end - out), "%zu", spot->index);
}

static const struct spot *
whole_of(const struct spot *spot)
{
    while (spot->parent)
        spot = spot->parent;
    return spot;
}

/* In the arena; NULL past it. */
static const char *
pointer_to(const struct spot *spot, struct wg_arena *arena)
{
    char text[POINTER_BYTES_MAX];
    const struct spot *root = whole_of(spot);
    bool whole = true;
    char *end;

    if (root->length >= sizeof(text)) /* too long to go on from */
        return wg_copy_bytes(arena, root->text, root->length);
    end = put_pointer(spot, text, text + sizeof(text), &whole);
    return wg_copy_bytes(arena, text, (size_t)(end - text));
}

void
spot_violation(struct violations *violations, struct wg_arena *arena,
               const struct spot *spot, const char *code, const char *format,
               ...)
{
    va_list arguments;

    if (violations->n >= VIOLATIONS_MAX)
        return;
    va_start(arguments, format);
    add(violations, arena, pointer_to(spot, arena), code,
        wg_vformat(arena, format, arguments));
    va_end(arguments);
}
