/* shelf.c - books, for the tests of indexes and lists. */
#include <wellgate/plugin.h>

#include "shelf.pb-c.h"

WG_EMBED(shelf_descriptors, "shelf.pb");

enum { FOUND_MAX = 100 };

static const struct wg_problem *
shelve_book(struct wg_call *call)
{
    const Shelf__V1__ShelveBookRequest *request = (const void *)wg_input(call);
    const struct wg_problem *problem;
    struct wg_record record;
    Shelf__V1__Book *book;

    if ((problem = wg_load(call, request->name, &record)))
        return problem;
    book = (Shelf__V1__Book *)record.message;
    book->genre = request->genre;
    if (*request->owner)
        book->owner = request->owner;
    if ((problem = wg_update(call, &book->base, NULL)))
        return problem;
    wg_answer(call, &book->base);
    return NULL;
}

static bool
take_book(void *context, const struct wg_record *record)
{
    Shelf__V1__ListBooksResponse *found = context;

    found->books[found->n_books++] = (Shelf__V1__Book *)record->message;
    return found->n_books < FOUND_MAX;
}

static const struct wg_problem *
find_books(struct wg_call *call)
{
    const Shelf__V1__FindBooksRequest *request = (const void *)wg_input(call);
    Shelf__V1__ListBooksResponse *found =
        wg_new_message(wg_call_arena(call), &shelf__v1__list_books_response__descriptor);
    const struct wg_problem *problem;

    found->books = wg_alloc_array(wg_call_arena(call), FOUND_MAX, sizeof(*found->books));
    problem = wg_find(call, "shelf/Book", request->parent, request->index,
                      (const char *const *)request->values, request->n_values, take_book, found);
    if (problem)
        return problem;
    wg_answer(call, &found->base);
    return NULL;
}

static const struct wg_method methods[] = {
    {.name = "Shelf/ShelveBook", .run = shelve_book},
    {.name = "Shelf/FindBooks", .run = find_books},
    {0},
};

static const ProtobufCServiceDescriptor *const services[] = {&shelf__v1__shelf__descriptor, NULL};

WG_PLUGIN = {
    WG_PLUGIN_ABI,
    .name = "shelf",
    .descriptor_set = {shelf_descriptors, shelf_descriptors_end},
    .services = services,
    .methods = methods,
};
