/* pathway.c - what a programme has settled of its pathway, and what keeps to it. */
#include "pathway.h"

#include <string.h>

typedef Wellgate__Core__V1__Participant Participant;

const struct wg_problem *
programme_of(struct wg_call *call, const char *name, const Programme **programme)
{
    char *root = wg_name_parent(call, name, 1);
    const ProtobufCMessage *message;
    const struct wg_problem *problem;

    if (!root)
        return wg_no_memory(call);
    if ((problem = wg_look(call, root, &message)))
        return problem;
    *programme = (const Programme *)message;
    return NULL;
}

static const char *
list_codes(struct wg_call *call, ListedCode *const *list, size_t n)
{
    const char *codes = "";

    for (size_t i = 0; codes && i < n; i++)
        codes = wg_format(wg_call_arena(call), "%s%s%s", codes, i ? ", " : "", list[i]->code);
    return codes ? codes : "the programme's";
}

void
check_listed(struct wg_call *call, const char *pointer, const char *code,
             ListedCode *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(list[i]->code, code) == 0)
            return;
    if (n && *code)
        wg_violation(call, pointer, "UNKNOWN_VALUE", "must be one of %s",
                     list_codes(call, list, n));
}

void
check_reasons(struct wg_call *call, const Programme *programme, char *const *reasons, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const char *pointer = wg_format(wg_call_arena(call), "/reasons/%zu", i);

        if (pointer)
            check_listed(call, pointer, reasons[i], programme->reasons, programme->n_reasons);
    }
}

bool
same_reasons(char *const *a, size_t n_a, char *const *b, size_t n_b)
{
    for (size_t i = 0; n_a == n_b && i < n_a; i++)
        if (strcmp(a[i], b[i]) != 0)
            return false;
    return n_a == n_b;
}

static bool
has_role(const Participant *participant, RoleKind role, const char *today)
{
    if (*participant->end_date && strcmp(participant->end_date, today) < 0)
        return false;
    for (size_t i = 0; i < participant->n_roles; i++)
        if (participant->roles[i] == role)
            return true;
    return false;
}

const struct wg_problem *
takes_part_as(struct wg_call *call, const char *name, const char *organisation, RoleKind role,
              bool *takes_part)
{
    const char *participant =
        wg_format(wg_call_arena(call), "%s/participants/%s", wg_name_parent(call, name, 1),
                  wg_name_id(organisation));
    char today[WG_DATE_TEXT_BYTES];
    const ProtobufCMessage *message;
    const struct wg_problem *problem;

    if (!participant)
        return wg_no_memory(call);
    problem = wg_look(call, participant, &message);
    if (problem && problem != &wg_not_found)
        return problem;
    wg_date_format(wg_today(call, name), today);
    *takes_part = !problem && has_role((const Participant *)message, role, today);
    return NULL;
}

const struct wg_problem *
check_provider(struct wg_call *call, const char *name, const char *provider)
{
    const struct wg_problem *problem;
    bool takes_part;

    if (!*provider)
        return NULL;
    if ((problem = takes_part_as(call, name, provider, WELLGATE__OPTIONS__V1__ROLE__KIND__PROVIDER,
                                 &takes_part)))
        return problem;
    if (!takes_part)
        wg_violation(call, "/provider", "NOT_FOUND",
                     "takes no part in the programme as a provider");
    return NULL;
}
