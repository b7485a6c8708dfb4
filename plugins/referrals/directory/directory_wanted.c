/* directory_wanted.c - which services a list of the directory is asked for. */
#include "directory_wanted.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "directory_entries.h"
#include "uuid.h"

/* ---- Words ---- */

static bool
stands_in(const char *text, const char *word, size_t length)
{
    for (; *text; text++)
        if (strncasecmp(text, word, length) == 0)
            return true;
    return false;
}

bool
has_words(const char *words, const char *const *texts)
{
    for (words += strspn(words, " "); *words; words += strspn(words, " ")) {
        size_t length = strcspn(words, " ");
        const char *const *text = texts;

        while (*text && !stands_in(*text, words, length))
            text++;
        if (!*text)
            return false;
        words += length;
    }
    return true;
}

static bool
says(const Service *service, const char *words)
{
    const char *texts[32] = {service->title, service->description, service->eligibility,
                             service->place ? service->place->locality : ""};
    size_t n = 4;

    for (size_t i = 0; i < service->n_terms && n + 1 < sizeof(texts) / sizeof(*texts); i++)
        texts[n++] = service->terms[i]->display;
    return has_words(words, texts);
}

/* ---- Ids ---- */

static bool
is_id(const char *id, const char *wanted)
{
    return id && strcasecmp(id, wanted) == 0;
}

static bool
has_term(struct wg_arena *arena, const Service *service, const char *wanted)
{
    for (size_t i = 0; i < service->n_terms; i++)
        if (is_id(term_id(arena, service->terms[i]->system, service->terms[i]->code), wanted))
            return true;
    return false;
}

static bool
has_taxonomy(struct wg_arena *arena, const Service *service, const char *wanted)
{
    for (size_t i = 0; i < service->n_terms; i++)
        if (is_id(taxonomy_id(arena, service->terms[i]->system), wanted))
            return true;
    return false;
}

/* ---- Places and times ---- */

/* Whatever its case and spaces. */
static bool
postcode_begins(const char *postcode, const char *with)
{
    for (; *with; with++) {
        if (*with == ' ')
            continue;
        postcode += strspn(postcode, " ");
        if (toupper((unsigned char)*with) != *postcode++)
            return false;
    }
    return true;
}

static bool
is_before(const Google__Protobuf__Timestamp *a, const Google__Protobuf__Timestamp *b)
{
    return a->seconds < b->seconds || (a->seconds == b->seconds && a->nanos < b->nanos);
}

static bool
is_given(const char *text)
{
    return text && *text;
}

bool
is_wanted(struct wg_arena *arena, const struct wanted *wanted, const Service *service)
{
    if (wanted->modified_after && is_before(service->update_time, wanted->modified_after))
        return false;
    if (is_given(wanted->postcode) &&
        !(service->place && postcode_begins(service->place->postcode, wanted->postcode)))
        return false;
    return (!is_given(wanted->search) || says(service, wanted->search)) &&
           (!is_given(wanted->term) || has_term(arena, service, wanted->term)) &&
           (!is_given(wanted->taxonomy) || has_taxonomy(arena, service, wanted->taxonomy)) &&
           (!is_given(wanted->organization) ||
            is_id(uuid_of_name(arena, service->organisation), wanted->organization));
}
