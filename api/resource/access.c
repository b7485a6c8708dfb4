/* access.c - grants, roles and relations: the only place that says no to an object. */
#include "access.h"

#include <string.h>

#include "records.h"
#include "rpc/hidden.h"
#include "withheld.h"
#include "wellgate/core/v1/core.pb-c.h"

#define BIT(role) (1u << WELLGATE__OPTIONS__V1__ROLE__KIND__##role)
#define NO_ORGANISATION (BIT(ADMIN) | BIT(ANYONE) | BIT(PUBLIC))

/* ---- Grants ---- */

/* "organisations/o" and "programmes/x" → "organisations/o/grants/programmes~x". */
static char *
grant_name(struct wg_call *call, const char *organisation, const char *on)
{
    static const char grants[] = "/grants/";
    size_t length = strlen(organisation);
    char *name = wg_alloc(call->arena, length + sizeof(grants) + strlen(on)), *out = name;

    if (!name)
        return NULL;
    out = (char *)memcpy(out, organisation, length) + length;
    out = (char *)memcpy(out, grants, sizeof(grants) - 1) + sizeof(grants) - 1;
    for (; *on; on++)
        *out++ = *on == '/' ? '~' : *on;
    return name;
}

char *
grant_target(struct wg_arena *arena, const char *grant)
{
    char *on = wg_copy_text(arena, wg_name_id(grant));

    for (char *c = on; c && *c; c++)
        if (*c == '~')
            *c = '/';
    return on;
}

static bool
still_holds(struct wg_call *call, const char *on, const char *end_date)
{
    wg_date last;

    return !*end_date || (wg_date_parse(end_date, &last) && last >= wg_today(call, on));
}

static const struct wg_problem *
roles_on(struct wg_call *call, const char *on, uint32_t *roles)
{
    char *name = grant_name(call, call->caller.organisation, on);
    const Wellgate__Core__V1__Grant *grant;
    const struct wg_problem *problem;
    const ProtobufCMessage *message;

    if (!name)
        return wg_no_memory(call);
    if ((problem = wg_look(call, name, &message)))
        return problem == &wg_not_found ? NULL : problem;
    grant = (const void *)message;
    if (still_holds(call, on, grant->end_date))
        for (size_t i = 0; i < grant->n_roles; i++)
            *roles |= 1u << grant->roles[i];
    return NULL;
}

/* Union over the resource and its ancestors. */
static const struct wg_problem *
roles_held(struct wg_call *call, const struct resource *resource, const char *name,
           uint32_t *roles)
{
    *roles = 0;
    for (; resource && *call->caller.organisation; resource = resource->parent) {
        const struct wg_problem *problem;
        char *on;

        if (!resource->options->holds_grants)
            continue;
        if (!(on = wg_name_parent(call, name, resource->levels)))
            return wg_no_memory(call);
        if ((problem = roles_on(call, on, roles)))
            return problem;
    }
    return NULL;
}

uint32_t
wg_caller_roles(struct wg_call *call, const char *name)
{
    const struct resource *resource = resource_of_name(call->gateway->descriptors, name);
    uint32_t roles;

    return roles_held(call, resource, name, &roles) ? 0 : roles;
}

static bool
grant_set_roles(struct wg_call *call, Wellgate__Core__V1__Grant *grant, uint32_t roles)
{
    grant->n_roles = 0;
    grant->roles = wg_alloc_array(call->arena, 32, sizeof(*grant->roles));
    for (int role = 0; grant->roles && role < 32; role++)
        if (roles & 1u << role)
            grant->roles[grant->n_roles++] = (Wellgate__Options__V1__Role__Kind)role;
    return grant->roles;
}

const struct wg_problem *
wg_grant(struct wg_call *call, const char *name, const char *organisation, uint32_t roles,
         const char *end_date)
{
    Wellgate__Core__V1__Grant *grant =
        (void *)wg_new_message(call->arena, &wellgate__core__v1__grant__descriptor);
    const struct wg_problem *problem;
    bool exists;

    if (!grant || !grant_set_roles(call, grant, roles) ||
        !(grant->name = grant_name(call, organisation, name)) ||
        !(grant->end_date = wg_copy_text(call->arena, end_date)))
        return wg_no_memory(call);
    if ((problem = wg_exists(call, grant->name, &exists)))
        return problem;
    return exists ? wg_update(call, &grant->base, NULL) : wg_insert(call, &grant->base, NULL);
}

/* ---- Relations ---- */

static const struct relation *
relation_of(const struct resource *resource, uint32_t role)
{
    for (size_t i = 0; i < resource->n_relations; i++)
        if (resource->relations[i].role == role)
            return &resource->relations[i];
    return NULL;
}

static bool
names_caller(struct wg_call *call, const struct relation *relation,
             const ProtobufCMessage *message)
{
    const struct resource one = {.relations = relation, .n_relations = 1};
    const char **organisations = record_audience(call, &one, message);

    for (; organisations && *organisations; organisations++)
        if (strcmp(*organisations, call->caller.organisation) == 0)
            return true;
    return false;
}

/* By relation: the nearest of the resource and its ancestors that limits the role
 * decides. */
static const struct wg_problem *
role_is_related(struct wg_call *call, uint32_t role, const struct resource *resource,
          const char *name, const ProtobufCMessage *row, bool *sees)
{
    const struct relation *relation = NULL;
    struct wg_record record = {.message = (ProtobufCMessage *)row};
    const struct wg_problem *problem;

    *sees = true;
    for (; resource && !(relation = relation_of(resource, role)); resource = resource->parent)
        record.message = NULL;
    if (!relation)
        return NULL;
    if (!record.message &&
        (problem = wg_load(call, wg_name_parent(call, name, resource->levels), &record)))
        return problem;
    *sees = names_caller(call, relation, record.message);
    return NULL;
}

/* May a role see the resource called name, or (with row) this row of a list? */
static const struct wg_problem *
role_sees(struct wg_call *call, uint32_t role, const struct resource *resource,
          const char *name, const ProtobufCMessage *row, bool *sees)
{
    const struct wg_problem *problem = role_is_related(call, role, resource, name, row, sees);
    bool withheld = false;

    if (!problem && *sees)
        problem = role_is_withheld(call, role, resource, name, row, &withheld);
    *sees = *sees && !withheld;
    return problem;
}

/* Which of some roles see it. */
static const struct wg_problem *
roles_seeing(struct wg_call *call, uint32_t roles, const struct resource *resource,
             const char *name, const ProtobufCMessage *row, uint32_t *seeing)
{
    *seeing = roles & NO_ORGANISATION;
    for (int bit = 0; bit < 32; bit++) {
        uint32_t role = roles & ~NO_ORGANISATION & 1u << bit;
        const struct wg_problem *problem;
        bool sees;

        if (!role)
            continue;
        if ((problem = role_sees(call, role, resource, name, row, &sees)))
            return problem;
        *seeing |= sees ? role : 0;
    }
    return NULL;
}

const struct wg_problem *
row_visible(struct wg_call *call, const struct resource *resource,
            const ProtobufCMessage *message, uint32_t *roles)
{
    *roles = roles_looking(call);
    if (!call->roles)
        return NULL;
    return roles_seeing(call, call->roles, resource, field_text(message, resource->name), message,
                        roles);
}

const struct wg_problem *
wg_show(struct wg_call *call, const ProtobufCMessage *record, const ProtobufCMessage **shown)
{
    const struct message *type = message_of(call->gateway->descriptors, record->descriptor);
    const struct wg_problem *problem;
    uint32_t roles;

    *shown = NULL;
    if ((problem = row_visible(call, type->resource, record, &roles)) || !roles)
        return problem;
    *shown = hidden_remove(call->arena, type, record, (struct sight){roles, call->caller.scopes});
    return *shown ? NULL : wg_no_memory(call);
}

/* Roles that see only what names their organisation. */
static uint32_t
roles_related(const struct resource *resource)
{
    uint32_t roles = 0;

    for (; resource; resource = resource->parent)
        for (size_t i = 0; i < resource->n_relations; i++)
            roles |= resource->relations[i].role;
    return roles;
}

uint32_t
roles_limited(const struct resource *resource)
{
    uint32_t roles = roles_related(resource);

    if (resource->person)
        for (size_t i = 0; i < resource->person->n_withheld; i++)
            roles |= resource->person->withheld[i].role;
    return roles;
}

/* A role that sees all records, but not all of each, opens none to what is done in another:
 * else an evaluator that refers too would come to know whom it evaluates. */
const struct wg_problem *
record_visible(struct wg_call *call, const char *name, bool *visible)
{
    const struct resource *resource = resource_of_name(call->gateway->descriptors, name);
    const struct wg_problem *problem;
    uint32_t held, seeing;

    *visible = !call->roles; /* the system's own call */
    if (*visible || !resource)
        return NULL;
    if ((problem = roles_held(call, resource, name, &held)))
        return problem;
    held &= resource->readers & roles_related(resource);
    problem = roles_seeing(call, call->roles | held, resource, name, NULL, &seeing);
    *visible = !problem && seeing;
    return problem == &wg_not_found ? NULL : problem;
}

/* ---- What else the caller may do ---- */

bool
caller_may_call(struct wg_call *call, const struct method *method, const char *name)
{
    uint32_t held = BIT(ANYONE) | BIT(PUBLIC);

    if (method->is_public)
        return true;
    if (!caller_has_scope(call, method->scope))
        return false;
    held |= caller_has_scope(call, "admin") ? BIT(ADMIN) : 0;
    return method->roles & (held | wg_caller_roles(call, name));
}

bool
wg_may_open(struct wg_call *call, const char *name)
{
    const struct resource *resource = resource_of_name(call->gateway->descriptors, name);

    return resource && resource->getter && caller_may_call(call, resource->getter, name);
}

/* ---- The gate ---- */

/* A list of children that limit every one of the caller's roles. */
static bool
limits_all(const struct resource *children, uint32_t roles)
{
    for (int bit = 0; bit < 32; bit++)
        if (roles & 1u << bit && !relation_of(children, 1u << bit))
            return false;
    return true;
}

static bool
is_list(const struct method *method)
{
    return method->resource && method->target && !method_names_record(method) &&
           !method->writes;
}

/* Each row is judged by the roles held on it; none of them is held on all. */
static const struct wg_problem *
limit_to_granted(struct wg_call *call)
{
    call->roles = BIT(ANYONE);
    call->only_own = true;
    return NULL;
}

/* Lists of programmes or bonds: those on which the caller holds a role. */
static const struct wg_problem *
access_without_target(struct wg_call *call)
{
    if (!call->method->resource || !call->method->resource->options->holds_grants ||
        call->method->writes || !*call->caller.organisation)
        return &wg_forbidden;
    return limit_to_granted(call);
}

bool
is_granted(struct wg_call *call, const char *name, const char *under)
{
    const struct method *method = call->method;
    size_t length = strlen(under);

    return resource_of_name(call->gateway->descriptors, name) == method->resource &&
           strncmp(name, under, length) == 0 && (!length || name[length] == '/') &&
           wg_caller_roles(call, name) & method->roles;
}

struct grants {
    struct wg_call *call;
    const char *under;
    bool any;
};

static bool
visit_grant(void *context, const struct wg_record *grant)
{
    struct grants *grants = context;
    const ProtobufCFieldDescriptor *name = field_of(grant->message->descriptor, "name");
    const char *on = grant_target(grants->call->arena, field_text(grant->message, name));

    grants->any = on && is_granted(grants->call, on, grants->under);
    return on && !grants->any;
}

static const struct wg_problem *
holds_some(struct wg_call *call, const char *under, bool *some)
{
    struct grants grants = {.call = call, .under = under};
    const struct wg_problem *problem = NULL;

    if (is_list(call->method) && call->method->resource->options->holds_grants &&
        *call->caller.organisation)
        problem = wg_scan(call, "core/Grant", call->caller.organisation, NULL, visit_grant, &grants);
    *some = grants.any;
    return problem;
}

/* Whom a list of contracts is not open to, it shows those on which its organisation holds
 * a role, where there are any. */
static const struct wg_problem *
access_without_role(struct wg_call *call, const char *target, bool holds_others)
{
    const struct wg_problem *problem;
    bool some;

    if ((problem = holds_some(call, target, &some)))
        return problem;
    if (some)
        return limit_to_granted(call);
    if (!holds_others)
        return &wg_not_found;
    return wg_fail(call, &wg_forbidden, "your organisation holds none of the roles that may: %s",
                   role_names(call->arena, call->method->roles));
}

static const struct wg_problem *
access_to(struct wg_call *call, const char *target)
{
    const struct resource *resource = resource_of_name(call->gateway->descriptors, target);
    const struct wg_problem *problem;
    uint32_t held, seeing;

    if (!resource)
        return &wg_not_found;
    if ((problem = roles_held(call, resource, target, &held)))
        return problem;
    if (!(call->roles = held & call->method->roles))
        return access_without_role(call, target, held);
    if ((problem = roles_seeing(call, call->roles, resource, target, NULL, &seeing)))
        return problem;
    call->roles = seeing; /* what is hidden from them is hidden from the caller */
    call->only_own = is_list(call->method) && limits_all(call->method->resource, call->roles);
    return seeing ? NULL : &wg_not_found;
}

/* Does the list take "-" for the ids of parents? */
static bool
lists_across(const struct method *method)
{
    return is_list(method) && method->resource->options->lists_across;
}

/* The part of a name before the first collection whose id is "-". */
static size_t
closed_length(const char *name)
{
    const char *in = name;
    size_t closed = 0;

    while (*in) {
        size_t collection = strcspn(in, "/");
        const char *id = in + collection + (in[collection] == '/');
        size_t length = strcspn(id, "/");

        if (length == 1 && *id == '-')
            return closed;
        in = id + length;
        closed = (size_t)(in - name);
        in += *in == '/';
    }
    return closed;
}

const char *
access_target(struct wg_call *call)
{
    const char *target = method_target(call->method, call->input);
    bool open = call->method->creates || lists_across(call->method);
    size_t closed = open ? closed_length(target) : strlen(target);

    return target[closed] ? wg_copy_bytes(call->arena, target, closed) : target;
}

const struct wg_problem *
require_access(struct wg_call *call)
{
    const struct method *method = call->method;
    const char *target = access_target(call);

    if (!target)
        return wg_no_memory(call);
    call->roles = method->roles & (BIT(ANYONE) | BIT(PUBLIC));
    if (method->roles & BIT(ADMIN) && caller_has_scope(call, "admin"))
        call->roles |= BIT(ADMIN);
    if (call->roles)
        return NULL;
    return *target ? access_to(call, target) : access_without_target(call);
}
