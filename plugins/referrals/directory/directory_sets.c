/* directory_sets.c - what services of the open directory have in common: organisations,
 * taxonomies and terms. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "directory.h"
#include "directory_entries.h"
#include "directory_pages.h"
#include "directory_scan.h"
#include "directory_wanted.h"
#include "text_set.h"

typedef Wellgate__Referrals__V1__GetDirectoryEntryRequest GetEntryRequest;
typedef Wellgate__Referrals__V1__GetDirectoryOrganizationRequest GetOrganizationRequest;
typedef Wellgate__Referrals__V1__ListDirectoryOrganizationsRequest ListOrganizationsRequest;
typedef Wellgate__Referrals__V1__ListDirectoryTaxonomiesRequest ListTaxonomiesRequest;
typedef Wellgate__Referrals__V1__ListDirectoryTaxonomyTermsRequest ListTermsRequest;

#define PAGE(name) &wellgate__referrals__v1__directory_##name##_page__descriptor

enum {
    TEXT_BYTES_MAX = 1024,    /* of a name, or of a term with its words */
    SET_BYTES_MAX = 16 << 20, /* of all of them */
    SERVICES_MAX = 25,        /* of one organisation that stand with it */
};

/* How much of an organisation's services. */
enum services { NO_SERVICES, NAMED_SERVICES, WHOLE_SERVICES };

struct asked {
    const char *search, *id, *taxonomy; /* "" for all */
    enum services services;
};

/* A kind of thing that services name, each by a text. */
struct kind {
    /* The number-th text of a service; false: it has no more. */
    bool (*text_of)(const Service *service, size_t number, char text[TEXT_BYTES_MAX]);
    /* NULL past the arena. */
    void *(*entry_of)(struct wg_call *call, const char *text);
    /* What else an entry that is answered has; NULL: nothing. */
    const struct wg_problem *(*fill)(struct wg_call *call, void *entry, const char *text,
                                     const struct asked *asked);
};

/* ---- Organisations ---- */

struct services_of {
    struct wg_call *call;
    DirectoryOrganization *organization;
    enum detail detail;
};

static bool
organisation_of(const Service *service, size_t number, char text[TEXT_BYTES_MAX])
{
    snprintf(text, TEXT_BYTES_MAX, "%s", service->organisation);
    return number == 0;
}

static bool
add_service(void *context, const Service *service)
{
    struct services_of *of = context;
    DirectoryOrganization *organization = of->organization;

    if (organization->n_services == SERVICES_MAX)
        return false;
    organization->services[organization->n_services++] =
        directory_service(of->call, service, of->detail);
    return true;
}

static void *
organization_entry(struct wg_call *call, const char *name)
{
    return directory_organization(call, name);
}

static const struct wg_problem *
add_services(struct wg_call *call, void *entry, const char *name, const struct asked *asked)
{
    DirectoryOrganization *organization = entry;
    struct services_of of = {call, organization,
                             asked->services == WHOLE_SERVICES ? WHOLE : MINIMAL};

    if (asked->services == NO_SERVICES)
        return NULL;
    organization->services =
        wg_alloc_array(wg_call_arena(call), SERVICES_MAX, sizeof(*organization->services));
    return organization->services
               ? directory_scan(call, "organisation,title", name, add_service, &of)
               : wg_no_memory(call);
}

/* ---- Taxonomies and terms ---- */

static bool
taxonomy_of(const Service *service, size_t number, char text[TEXT_BYTES_MAX])
{
    if (number < service->n_terms)
        snprintf(text, TEXT_BYTES_MAX, "%s", service->terms[number]->system);
    return number < service->n_terms;
}

static void *
taxonomy_entry(struct wg_call *call, const char *system)
{
    return directory_taxonomy(wg_call_arena(call), system);
}

/* A system has no spaces; how services call the term does not tell terms apart. */
static bool
term_of(const Service *service, size_t number, char text[TEXT_BYTES_MAX])
{
    const Coding *term = number < service->n_terms ? service->terms[number] : NULL;

    if (term)
        snprintf(text, TEXT_BYTES_MAX, "%s %s\n%s", term->system, term->code, term->display);
    return term;
}

static void *
term_entry(struct wg_call *call, const char *text)
{
    struct wg_arena *arena = wg_call_arena(call);
    size_t system = strcspn(text, " "), code = strcspn(text + system + 1, "\n");
    const char *system_text = wg_copy_bytes(arena, text, system);
    const char *code_text = wg_copy_bytes(arena, text + system + 1, code);

    return system_text && code_text
               ? directory_term(arena, system_text, code_text, text + system + 1 + code + 1)
               : NULL;
}

static const struct kind organizations = {organisation_of, organization_entry, add_services};
static const struct kind taxonomies = {taxonomy_of, taxonomy_entry, NULL};
static const struct kind terms = {term_of, term_entry, NULL};

/* ---- Gathering ---- */

struct gathering {
    struct text_set set;
    const struct kind *kind;
    bool full;
};

/* No service is kept: the set has copies. */
static bool
add_texts(void *context, const Service *service)
{
    struct gathering *gathering = context;
    char text[TEXT_BYTES_MAX];

    for (size_t i = 0; gathering->kind->text_of(service, i, text); i++)
        gathering->full |= !text_set_add(&gathering->set, text);
    return false;
}

/* ---- Entries ---- */

/* The text of a field that not all entries have; "" where it has none. */
static const char *
text_of(const ProtobufCMessage *entry, const char *name)
{
    const ProtobufCFieldDescriptor *field =
        protobuf_c_message_descriptor_get_field_by_name(entry->descriptor, name);

    return field ? *(const char *const *)((const char *)entry + field->offset) : "";
}

static bool
is_asked_for(const ProtobufCMessage *entry, const struct asked *asked)
{
    const char *name[] = {text_of(entry, "name"), NULL};

    return has_words(asked->search, name) &&
           (!*asked->id || strcasecmp(text_of(entry, "id"), asked->id) == 0) &&
           (!*asked->taxonomy || strcasecmp(text_of(entry, "taxonomy_id"), asked->taxonomy) == 0);
}

typedef bool take_entry(void *context, void *entry);

/* *taken: it was asked for and taken; else its memory can be had again. */
static const struct wg_problem *
offer(struct wg_call *call, const struct kind *kind, const char *text, const struct asked *asked,
      take_entry *take, void *context, bool *taken)
{
    void *entry = kind->entry_of(call, text);

    if (!entry)
        return wg_no_memory(call);
    *taken = is_asked_for(entry, asked) && take(context, entry);
    return *taken && kind->fill ? kind->fill(call, entry, text, asked) : NULL;
}

/* Each entry that is asked for. */
static const struct wg_problem *
each(struct wg_call *call, const struct gathering *gathering, const struct asked *asked,
     take_entry *take, void *context)
{
    struct wg_arena *arena = wg_call_arena(call);

    for (size_t i = 0; i < gathering->set.n; i++) {
        struct wg_mark mark = wg_arena_mark(arena);
        char *text = wg_copy_text(arena, gathering->set.texts[i]);
        const struct wg_problem *problem;
        bool taken = false;

        if (!text)
            return wg_no_memory(call);
        if ((problem = offer(call, gathering->kind, text, asked, take, context, &taken)))
            return problem;
        if (!taken)
            wg_arena_rewind(arena, mark);
    }
    return NULL;
}

static const struct wg_problem *
each_of_kind(struct wg_call *call, const struct kind *kind, const struct asked *asked,
             take_entry *take, void *context)
{
    struct gathering gathering = {.kind = kind};
    const struct wg_problem *problem;

    text_set_init(&gathering.set, SET_BYTES_MAX);
    problem = directory_scan(call, DIRECTORY_ALL, add_texts, &gathering);
    if (!problem && gathering.full)
        problem = wg_fail(call, &wg_payload_too_large, "there are too many to list");
    if (!problem)
        problem = each(call, &gathering, asked, take, context);
    text_set_finish(&gathering.set);
    return problem;
}

/* ---- Lists ---- */

static bool
put_on_page(void *context, void *entry)
{
    struct directory_page *page = context;
    bool has = directory_page_has_next(page);

    if (has)
        directory_page_put(page, entry);
    return has;
}

static const struct wg_problem *
list(struct wg_call *call, const struct kind *kind, const struct asked *asked,
     const ProtobufCMessageDescriptor *type, int32_t number, int32_t size)
{
    const struct wg_problem *problem;
    struct directory_page page;

    if (!directory_page_begin(&page, call, type, number, size,
                              asked->services == WHOLE_SERVICES))
        return wg_no_memory(call);
    if ((problem = each_of_kind(call, kind, asked, put_on_page, &page)))
        return problem;
    directory_page_end(&page);
    return NULL;
}

const struct wg_problem *
directory_list_organizations(struct wg_call *call)
{
    const ListOrganizationsRequest *request = (const void *)wg_input(call);
    const struct asked asked = {request->search, "", "",
                                request->full_service ? WHOLE_SERVICES
                                : request->full       ? NAMED_SERVICES : NO_SERVICES};

    return list(call, &organizations, &asked, PAGE(organization), request->page,
                request->per_page);
}

const struct wg_problem *
directory_list_taxonomies(struct wg_call *call)
{
    const ListTaxonomiesRequest *request = (const void *)wg_input(call);
    const struct asked asked = {request->search, "", "", NO_SERVICES};

    return list(call, &taxonomies, &asked, PAGE(taxonomy), request->page, request->per_page);
}

/* Terms are kept without their trees: none has a parent. */
const struct wg_problem *
directory_list_terms(struct wg_call *call)
{
    const ListTermsRequest *request = (const void *)wg_input(call);
    const struct asked asked = {request->search, *request->parent_id ? "none" : "",
                                request->taxonomy_id, NO_SERVICES};

    return list(call, &terms, &asked, PAGE(taxonomy_term), request->page, request->per_page);
}

/* ---- One of them ---- */

static bool
take_one(void *context, void *entry)
{
    *(void **)context = entry;
    return true;
}

static const struct wg_problem *
get(struct wg_call *call, const struct kind *kind, const struct asked *asked)
{
    const struct wg_problem *problem;
    void *entry = NULL;

    if ((problem = each_of_kind(call, kind, asked, take_one, &entry)))
        return problem;
    if (!entry)
        return &wg_not_found;
    wg_answer(call, entry);
    return NULL;
}

const struct wg_problem *
directory_get_organization(struct wg_call *call)
{
    const GetOrganizationRequest *request = (const void *)wg_input(call);
    const struct asked asked = {"", request->id, "",
                                request->full_service ? WHOLE_SERVICES : NAMED_SERVICES};

    return get(call, &organizations, &asked);
}

const struct wg_problem *
directory_get_taxonomy(struct wg_call *call)
{
    const GetEntryRequest *request = (const void *)wg_input(call);

    return get(call, &taxonomies, &(struct asked){"", request->id, "", NO_SERVICES});
}

const struct wg_problem *
directory_get_term(struct wg_call *call)
{
    const GetEntryRequest *request = (const void *)wg_input(call);

    return get(call, &terms, &(struct asked){"", request->id, "", NO_SERVICES});
}
