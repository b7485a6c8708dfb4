/* directory_entries.c - services, their places and what else is known of them, as HSDS has
 * them. */
#include "directory_entries.h"

#include <string.h>

#include "uuid.h"
#include "wellgate/core/v1/core.pb-c.h"

typedef Wellgate__Core__V1__Organisation Organisation;

#define NEW(arena, name) \
    wg_new_message(arena, &wellgate__referrals__v1__directory_##name##__descriptor)

/* ---- Ids ---- */

/* Of a part of a service: "programmes/x/services/y#place". */
static char *
part_id(struct wg_arena *arena, const Service *service, const char *part, size_t number)
{
    char *name = wg_format(arena, "%s#%s/%zu", service->name, part, number);

    return name ? uuid_of_name(arena, name) : NULL;
}

char *
taxonomy_id(struct wg_arena *arena, const char *system)
{
    char *name = wg_format(arena, "taxonomy %s", system);

    return name ? uuid_of_name(arena, name) : NULL;
}

char *
term_id(struct wg_arena *arena, const char *system, const char *code)
{
    char *name = wg_format(arena, "term %s %s", system, code);

    return name ? uuid_of_name(arena, name) : NULL;
}

char *
place_id(struct wg_arena *arena, const Service *service)
{
    return part_id(arena, service, "place", 0);
}

/* ---- Taxonomies ---- */

DirectoryTaxonomy *
directory_taxonomy(struct wg_arena *arena, const char *system)
{
    DirectoryTaxonomy *taxonomy = NEW(arena, taxonomy);

    if (!taxonomy || !(taxonomy->id = taxonomy_id(arena, system)))
        return NULL;
    taxonomy->name = taxonomy->description = taxonomy->uri = (char *)system;
    return taxonomy;
}

DirectoryTaxonomyTerm *
directory_term(struct wg_arena *arena, const char *system, const char *code, const char *display)
{
    DirectoryTaxonomyTerm *term = NEW(arena, taxonomy_term);

    if (!term || !(term->id = term_id(arena, system, code)) ||
        !(term->taxonomy_id = taxonomy_id(arena, system)) ||
        !(term->taxonomy_detail = directory_taxonomy(arena, system)))
        return NULL;
    term->code = (char *)code;
    term->name = term->description = (char *)(*display ? display : code);
    return term;
}

/* ---- Organisations ---- */

static char *
kind_words(const Organisation *organisation)
{
    switch (organisation->kind) {
    case WELLGATE__CORE__V1__ORGANISATION__KIND__GP_PRACTICE:
        return "General practice";
    case WELLGATE__CORE__V1__ORGANISATION__KIND__HOSPITAL:
        return "Hospital or community health trust";
    case WELLGATE__CORE__V1__ORGANISATION__KIND__COUNCIL:
        return "Local authority";
    case WELLGATE__CORE__V1__ORGANISATION__KIND__VCSE:
        return "Voluntary, community or social enterprise organisation";
    case WELLGATE__CORE__V1__ORGANISATION__KIND__COMPANY:
        return "Private company";
    default:
        return "Organisation";
    }
}

DirectoryOrganization *
directory_organization(struct wg_call *call, const char *name)
{
    DirectoryOrganization *organization = NEW(wg_call_arena(call), organization);
    const Organisation *organisation;
    struct wg_record record;

    if (!organization || wg_load(call, name, &record) ||
        !(organization->id = uuid_of_name(wg_call_arena(call), name)))
        return NULL;
    organisation = (const Organisation *)record.message;
    organization->name = organisation->title;
    organization->description = kind_words(organisation);
    return organization;
}

/* ---- Parts of a service ---- */

static bool
set_phone(struct wg_arena *arena, const Service *service, DirectoryService *entry)
{
    Wellgate__Referrals__V1__DirectoryPhone *phone;

    if (!*service->telephone)
        return true;
    entry->phones = wg_alloc_array(arena, 1, sizeof(*entry->phones));
    if (!entry->phones || !(phone = NEW(arena, phone)) ||
        !(phone->id = part_id(arena, service, "telephone", 0)))
        return false;
    phone->service_id = entry->id;
    phone->number = service->telephone;
    entry->phones[entry->n_phones++] = phone;
    return true;
}

static Wellgate__Referrals__V1__DirectorySchedule *
schedule_of(struct wg_arena *arena, const Service *service, size_t i)
{
    const Wellgate__Referrals__V1__Service__Schedule *rule = service->schedules[i];
    Wellgate__Referrals__V1__DirectorySchedule *schedule = NEW(arena, schedule);

    if (!schedule || !(schedule->id = part_id(arena, service, "schedule", i)))
        return NULL;
    schedule->service_id = service->directory_id;
    schedule->valid_from = schedule->dtstart = rule->valid_from;
    schedule->valid_to = rule->valid_to;
    schedule->freq =
        rule->frequency == SERVICE(SCHEDULE__FREQUENCY__MONTHLY) ? "MONTHLY" : "WEEKLY";
    schedule->interval = rule->interval;
    schedule->byday = rule->days;
    schedule->description = rule->description;
    schedule->opens_at = rule->opens_at;
    schedule->closes_at = rule->closes_at;
    return schedule;
}

static bool
set_schedules(struct wg_arena *arena, const Service *service, DirectoryService *entry)
{
    entry->schedules = wg_alloc_array(arena, service->n_schedules, sizeof(*entry->schedules));
    for (size_t i = 0; entry->schedules && i < service->n_schedules; i++)
        if (!(entry->schedules[entry->n_schedules++] = schedule_of(arena, service, i)))
            return false;
    return entry->schedules;
}

static bool
set_languages(struct wg_arena *arena, const Service *service, DirectoryService *entry)
{
    entry->languages = wg_alloc_array(arena, service->n_languages, sizeof(*entry->languages));
    for (size_t i = 0; entry->languages && i < service->n_languages; i++) {
        Wellgate__Referrals__V1__DirectoryLanguage *language = NEW(arena, language);

        if (!language || !(language->id = part_id(arena, service, "language", i)))
            return false;
        language->service_id = entry->id;
        language->code = service->languages[i];
        entry->languages[entry->n_languages++] = language;
    }
    return entry->languages;
}

static bool
set_attributes(struct wg_arena *arena, const Service *service, DirectoryService *entry)
{
    entry->attributes = wg_alloc_array(arena, service->n_terms, sizeof(*entry->attributes));
    for (size_t i = 0; entry->attributes && i < service->n_terms; i++) {
        const Coding *term = service->terms[i];
        Wellgate__Referrals__V1__DirectoryAttribute *attribute = NEW(arena, attribute);

        if (!attribute || !(attribute->id = part_id(arena, service, "term", i)) ||
            !(attribute->taxonomy_term = directory_term(arena, term->system, term->code,
                                                        term->display)))
            return false;
        attribute->link_id = entry->id;
        attribute->link_entity = "service";
        attribute->taxonomy_term_id = attribute->taxonomy_term->id;
        entry->attributes[entry->n_attributes++] = attribute;
    }
    return entry->attributes;
}

/* ---- Places ---- */

static Wellgate__Referrals__V1__DirectoryAddress *
address_of(struct wg_arena *arena, const Service *service, char *location)
{
    const Wellgate__Referrals__V1__Service__Place *place = service->place;
    Wellgate__Referrals__V1__DirectoryAddress *address = NEW(arena, address);

    if (!address || !(address->id = part_id(arena, service, "address", 0)))
        return NULL;
    address->location_id = location;
    address->address_1 = place->address;
    address->city = place->locality;
    address->state_province = *place->county ? place->county : place->locality;
    address->postal_code = place->postcode;
    address->country = "GB";
    address->address_type = "physical";
    return address;
}

static bool
set_accessibility(struct wg_arena *arena, const Service *service,
                  Wellgate__Referrals__V1__DirectoryLocation *location)
{
    Wellgate__Referrals__V1__DirectoryAccessibility *accessibility;

    if (!*service->accessibility)
        return true;
    location->accessibility = wg_alloc_array(arena, 1, sizeof(*location->accessibility));
    if (!location->accessibility || !(accessibility = NEW(arena, accessibility)) ||
        !(accessibility->id = part_id(arena, service, "accessibility", 0)))
        return false;
    accessibility->location_id = location->id;
    accessibility->description = service->accessibility;
    location->accessibility[location->n_accessibility++] = accessibility;
    return true;
}

static Wellgate__Referrals__V1__DirectoryLocation *
location_of(struct wg_arena *arena, const Service *service)
{
    Wellgate__Referrals__V1__DirectoryLocation *location = NEW(arena, location);

    if (!location || !(location->id = part_id(arena, service, "location", 0)))
        return NULL;
    location->location_type = "physical";
    location->name = service->place->title;
    location->addresses = wg_alloc_array(arena, 1, sizeof(*location->addresses));
    if (!location->addresses ||
        !(location->addresses[location->n_addresses++] = address_of(arena, service, location->id)))
        return NULL;
    return set_accessibility(arena, service, location) ? location : NULL;
}

static DirectoryServiceAtLocation *
bare_place(struct wg_arena *arena, const Service *service)
{
    DirectoryServiceAtLocation *place = NEW(arena, service_at_location);

    if (!place || !(place->id = place_id(arena, service)) ||
        !(place->location = location_of(arena, service)))
        return NULL;
    place->service_id = service->directory_id;
    place->location_id = place->location->id;
    return place;
}

DirectoryServiceAtLocation *
directory_place(struct wg_call *call, const Service *service, enum detail detail)
{
    DirectoryServiceAtLocation *place = bare_place(wg_call_arena(call), service);

    if (!place || !(place->service = directory_service(call, service, detail)))
        return NULL;
    place->service->n_service_at_locations = 0; /* it is the one that holds it */
    return place;
}

static bool
set_place(struct wg_arena *arena, const Service *service, DirectoryService *entry)
{
    if (!service->place)
        return true;
    entry->service_at_locations = wg_alloc_array(arena, 1, sizeof(*entry->service_at_locations));
    return entry->service_at_locations &&
           (entry->service_at_locations[entry->n_service_at_locations++] =
                bare_place(arena, service));
}

/* ---- A service ---- */

static bool
set_values(struct wg_call *call, const Service *service, DirectoryService *entry)
{
    entry->name = service->title;
    entry->description = service->description;
    entry->url = service->url;
    entry->email = service->email;
    entry->status = service->status == SERVICE(STATUS__PAUSED) ? "temporarily closed" : "active";
    entry->fees_description = service->cost;
    entry->eligibility_description = service->eligibility;
    entry->minimum_age = service->least_age;
    entry->maximum_age = service->greatest_age;
    entry->assured_date = service->assured_date;
    entry->organization = directory_organization(call, service->organisation);
    entry->organization_id = entry->organization ? entry->organization->id : NULL;
    return entry->organization;
}

static bool
set_parts(struct wg_arena *arena, const Service *service, DirectoryService *entry)
{
    return set_phone(arena, service, entry) && set_schedules(arena, service, entry) &&
           set_languages(arena, service, entry) && set_attributes(arena, service, entry) &&
           set_place(arena, service, entry);
}

DirectoryService *
directory_service(struct wg_call *call, const Service *service, enum detail detail)
{
    DirectoryService *entry = NEW(wg_call_arena(call), service);

    if (!entry)
        return NULL;
    entry->id = service->directory_id;
    entry->last_modified = service->update_time;
    if ((detail >= ITS_VALUES && !set_values(call, service, entry)) ||
        (detail == WHOLE && !set_parts(wg_call_arena(call), service, entry)))
        return NULL;
    return entry;
}
