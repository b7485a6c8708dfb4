/* directory_entries.h - services, their places and what else is known of them, as HSDS has
 * them. Texts are borrowed from the records. */
#ifndef REFERRALS_DIRECTORY_ENTRIES_H
#define REFERRALS_DIRECTORY_ENTRIES_H

#include <wellgate/call.h>

#include "onward/services.h"
#include "wellgate/referrals/v1/directory.pb-c.h"

typedef Wellgate__Common__V1__Coding Coding;
typedef Wellgate__Referrals__V1__DirectoryService DirectoryService;
typedef Wellgate__Referrals__V1__DirectoryServiceAtLocation DirectoryServiceAtLocation;
typedef Wellgate__Referrals__V1__DirectoryOrganization DirectoryOrganization;
typedef Wellgate__Referrals__V1__DirectoryTaxonomy DirectoryTaxonomy;
typedef Wellgate__Referrals__V1__DirectoryTaxonomyTerm DirectoryTaxonomyTerm;

/* How much of a service. */
enum detail {
    MINIMAL,    /* id and last_modified */
    ITS_VALUES, /* what it has one of, with its organisation */
    WHOLE,
};

/* Each answers NULL past the arena. */
DirectoryService *directory_service(struct wg_call *call, const Service *service,
                                    enum detail detail);
DirectoryServiceAtLocation *directory_place(struct wg_call *call, const Service *service,
                                            enum detail detail);
DirectoryOrganization *directory_organization(struct wg_call *call, const char *name);
DirectoryTaxonomy *directory_taxonomy(struct wg_arena *arena, const char *system);
DirectoryTaxonomyTerm *directory_term(struct wg_arena *arena, const char *system,
                                      const char *code, const char *display);

/* Ids of what has no record. NULL past the arena. */
char *taxonomy_id(struct wg_arena *arena, const char *system);
char *term_id(struct wg_arena *arena, const char *system, const char *code);
char *place_id(struct wg_arena *arena, const Service *service);

#endif
