/* directory_pages.c - pages by number, in HSDS's envelope. */
#include "directory_pages.h"

enum { SIZE_MOST = 50, SIZE_MOST_WHOLE = 25 };

bool
directory_page_begin(struct directory_page *page, struct wg_call *call,
                     const ProtobufCMessageDescriptor *answer, int32_t number, int32_t size,
                     bool whole)
{
    int32_t most = whole ? SIZE_MOST_WHOLE : SIZE_MOST;

    *page = (struct directory_page){
        .call = call,
        .answer = wg_new_message(wg_call_arena(call), answer),
        .number = number > 0 ? (size_t)number : 1,
        .size = (size_t)(size <= 0 || size > most ? most : size),
    };
    page->contents = wg_alloc_array(wg_call_arena(call), page->size, sizeof(*page->contents));
    return page->answer && page->contents;
}

bool
directory_page_has_next(struct directory_page *page)
{
    size_t at = page->total++, first = (page->number - 1) * page->size;

    return at >= first && at < first + page->size;
}

void
directory_page_put(struct directory_page *page, void *entry)
{
    page->contents[page->n++] = entry;
}

/* All envelopes have these fields, whatever they hold. */
static void *
member(const struct directory_page *page, const char *name, bool count)
{
    const ProtobufCFieldDescriptor *field =
        protobuf_c_message_descriptor_get_field_by_name(page->answer->descriptor, name);

    return (char *)page->answer + (count ? field->quantifier_offset : field->offset);
}

static void
set_number(const struct directory_page *page, const char *name, size_t number)
{
    *(int32_t *)member(page, name, false) = (int32_t)number;
}

static void
set_flag(const struct directory_page *page, const char *name, bool flag)
{
    *(protobuf_c_boolean *)member(page, name, false) = flag;
}

void
directory_page_end(struct directory_page *page)
{
    size_t pages = (page->total + page->size - 1) / page->size;

    set_number(page, "total_items", page->total);
    set_number(page, "total_pages", pages);
    set_number(page, "page_number", page->number);
    set_number(page, "size", page->n);
    set_flag(page, "first_page", page->number == 1);
    set_flag(page, "last_page", page->number >= pages);
    set_flag(page, "empty", page->n == 0);
    *(size_t *)member(page, "contents", true) = page->n;
    *(void ***)member(page, "contents", false) = page->contents;
    wg_answer(page->call, page->answer);
}
