/* extract.c - extracts made, amended and withdrawn. */
#include "extract.h"

#include <string.h>
#include <wellgate/messages.h>
#include <wellgate/nhs_number.h>

#include "edition.h"
#include "wellgate/core/v1/core.pb-c.h"

typedef Wellgate__Core__V1__Participant Participant;
typedef Wellgate__Reports__V1__AmendExtractRequest AmendRequest;
typedef Wellgate__Reports__V1__CreateExtractRequest CreateRequest;
typedef Wellgate__Reports__V1__WithdrawExtractRequest WithdrawRequest;

#define STATE(name) WELLGATE__REPORTS__V1__EXTRACT__STATE__##name

enum { REMOVED_MAX = 2000 };

/* ---- Whether it may be made ---- */

static bool
is_evaluator(const Participant *participant, const char *today)
{
    if (*participant->end_date && strcmp(participant->end_date, today) < 0)
        return false;
    for (size_t i = 0; i < participant->n_roles; i++)
        if (participant->roles[i] == WELLGATE__OPTIONS__V1__ROLE__KIND__EVALUATOR)
            return true;
    return false;
}

static const struct wg_problem *
check_recipient(struct wg_call *call, const char *programme, const char *recipient)
{
    const char *name = wg_format(wg_call_arena(call), "%s/participants/%s", programme, wg_name_id(recipient));
    char today[WG_DATE_TEXT_BYTES];
    const ProtobufCMessage *message;
    const struct wg_problem *problem;

    if (!name)
        return wg_no_memory(call);
    if ((problem = wg_depend(call, name)))
        return problem;
    if ((problem = wg_look(call, name, &message)) && problem != &wg_not_found)
        return problem;
    if (problem || !is_evaluator((const Participant *)message,
                                 wg_date_format(wg_today(call, programme), today)))
        wg_violation(call, "/recipient", "NOT_FOUND", "takes no part in the programme as EVALUATOR");
    return NULL;
}

/* Once it is known that the caller may make one; as ids of all records are. */
static void
check_id(struct wg_call *call, const char *id)
{
    size_t length = strlen(id), good = strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789-");

    if (length && (good < length || length > 63 || id[0] == '-' || id[length - 1] == '-'))
        wg_violation(call, "?extractId", "PATTERN", "must match [a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
    if (wg_nhs_number_within(id))
        wg_violation(call, "?extractId", "NHS_NUMBER", "looks like an NHS number, which is for no name");
}

static void
check_repeats(struct wg_call *call, const Extract *extract)
{
    for (size_t i = 0; i < extract->n_tables; i++)
        for (size_t j = 0; j < i; j++)
            if (extract->tables[i] == extract->tables[j])
                wg_violation(call, wg_format(wg_call_arena(call), "/tables/%zu", i), "DUPLICATE",
                             "is named twice");
}

/* A word that nobody's referral has would leave everybody out. */
static void
check_strands(struct wg_call *call, const struct members *members)
{
    for (size_t i = 0; i < members->extract->n_strands; i++)
        if (!words_find(&members->selection.words, members->extract->strands[i]))
            wg_violation(call, wg_format(wg_call_arena(call), "/strands/%zu", i), "UNKNOWN_VALUE",
                         "nobody was referred to it");
}

/* ---- Making it ---- */

/* What is asked for, and nothing else. */
static Extract *
copy_of(struct wg_call *call, const CreateRequest *request)
{
    Extract *extract = wg_new_message(wg_call_arena(call), &wellgate__reports__v1__extract__descriptor);
    const char *id = request->extract_id;

    if (!extract)
        return NULL;
    *extract = *request->extract;
    if (!*id)
        id = wg_format(wg_call_arena(call), "ext-%s", wg_new_id(call, false));
    extract->name = wg_format(wg_call_arena(call), "%s/extracts/%s", request->parent, id);
    extract->given_by = (char *)(uintptr_t)wg_caller(call)->organisation;
    extract->state = STATE(READY);
    return id && extract->name ? extract : NULL;
}

static const struct wg_problem *
set_known(struct wg_call *call, Extract *extract, const struct members *members)
{
    char text[WG_DATE_TEXT_BYTES];

    extract->data_date = wg_copy_text(wg_call_arena(call), wg_date_format(members->selection.today, text));
    return extract->data_date ? NULL : wg_no_memory(call);
}

const struct wg_problem *
extract_create_prepare(struct wg_call *call)
{
    const CreateRequest *request = (const CreateRequest *)wg_input(call);
    struct made *made = wg_alloc(wg_call_arena(call), sizeof(*made));
    const struct wg_problem *problem;
    struct members members;

    if (!made || !(made->extract = copy_of(call, request)))
        return wg_no_memory(call);
    check_id(call, request->extract_id);
    check_repeats(call, made->extract);
    if ((problem = check_recipient(call, request->parent, made->extract->recipient)) ||
        (problem = wg_violations(call)) ||
        (problem = wg_sequence(call, request->parent, &made->extract->known_at_sequence)) ||
        (problem = members_read(call, made->extract, made->extract->known_at_sequence, &members)))
        return problem;
    check_strands(call, &members);
    if ((problem = wg_violations(call)) ||
        (problem = set_known(call, made->extract, &members)) ||
        (problem = edition_make(call, &members, made->extract->known_at_sequence, made)))
        return problem;
    wg_keep(call, made);
    return NULL;
}

const struct wg_problem *
extract_create(struct wg_call *call)
{
    struct made *made = wg_kept(call);
    const struct wg_problem *problem;

    if ((problem = wg_insert(call, &made->extract->base, NULL)) ||
        (problem = wg_insert(call, &made->codebook->base, NULL)))
        return problem;
    wg_answer(call, &made->extract->base);
    return NULL;
}

/* ---- Amending it ---- */

static const struct wg_problem *
load(struct wg_call *call, const char *name, Extract **extract)
{
    const struct wg_problem *problem;
    struct wg_record record;

    if ((problem = wg_load(call, name, &record)))
        return problem;
    *extract = (Extract *)record.message;
    if ((*extract)->state != STATE(READY))
        return wg_fail(call, &wg_conflict, "it was withdrawn");
    return NULL;
}

/* Those of before that are not among after, both in order; NULL past the arena. */
static char **
removed(struct wg_arena *arena, const struct members *before, const struct members *after, size_t *n)
{
    char **list = wg_alloc_array(arena, before->n + 1, sizeof(*list));
    size_t at = 0;

    *n = 0;
    for (size_t i = 0; list && i < before->n; i++) {
        while (at < after->n && strcmp(after->list[at].pseudonym, before->list[i].pseudonym) < 0)
            at++;
        if (at == after->n || strcmp(after->list[at].pseudonym, before->list[i].pseudonym) != 0)
            list[(*n)++] = (char *)(uintptr_t)before->list[i].pseudonym;
    }
    return list;
}

/* The next edition, if anybody left, or the last is in a format that is not written any more. */
static const struct wg_problem *
amend(struct wg_call *call, struct made *made, uint64_t sequence)
{
    Extract *extract = made->extract;
    struct members before, after;
    const struct wg_problem *problem;
    char **list;
    size_t n;

    if ((problem = members_read(call, extract, last_edition(extract)->sequence, &before)) ||
        (problem = members_read(call, extract, sequence, &after)))
        return problem;
    if (!(list = removed(wg_call_arena(call), &before, &after, &n)))
        return wg_no_memory(call);
    if (n > REMOVED_MAX)
        return wg_fail(call, &wg_conflict, "%zu people left: withdraw it, and make another", n);
    if (!n && last_edition(extract)->format == FORMAT)
        return NULL;
    if ((problem = edition_make(call, &after, sequence, made)))
        return problem;
    extract->editions[extract->n_editions - 1]->removed = list;
    extract->editions[extract->n_editions - 1]->n_removed = n;
    return NULL;
}

const struct wg_problem *
extract_amend_prepare(struct wg_call *call)
{
    const AmendRequest *request = (const AmendRequest *)wg_input(call);
    struct made *made = wg_alloc(wg_call_arena(call), sizeof(*made));
    const struct wg_problem *problem;
    uint64_t sequence;

    if (!made)
        return wg_no_memory(call);
    if ((problem = wg_depend(call, request->name)) ||
        (problem = load(call, request->name, &made->extract)) ||
        (problem = wg_sequence(call, request->name, &sequence)) ||
        (problem = amend(call, made, sequence)))
        return problem;
    wg_keep(call, made);
    return NULL;
}

const struct wg_problem *
extract_amend(struct wg_call *call)
{
    struct made *made = wg_kept(call);
    const struct wg_problem *problem;

    if (made->codebook && ((problem = wg_update(call, &made->extract->base, "extract.amended")) ||
                           (problem = wg_insert(call, &made->codebook->base, NULL))))
        return problem;
    wg_answer(call, &made->extract->base);
    return NULL;
}

/* ---- Withdrawing it ---- */

const struct wg_problem *
extract_withdraw(struct wg_call *call)
{
    const WithdrawRequest *request = (const WithdrawRequest *)wg_input(call);
    const struct wg_problem *problem;
    Extract *extract;

    if ((problem = load(call, request->name, &extract)))
        return problem;
    extract->state = STATE(WITHDRAWN);
    if ((problem = wg_update(call, &extract->base, "extract.withdrawn")))
        return problem;
    wg_answer(call, &extract->base);
    return NULL;
}
