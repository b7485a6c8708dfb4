/*
 * fuzz_external.c - lines "system" and "value", twice: an external id leads to the record
 * that has it and to no other, and two records cannot have one.
 */
#include "gateway.h"
#include "resource/records.h"
#include "rpc/rules.h"
#include "rpc/utf8.h"
#include "wellgate/common/v1/common.pb-c.h"

typedef Wellgate__Common__V1__ExternalId ExternalId;

#define PERSON "{\"sex\":\"MALE\",\"practice\":\"organisations/a\"}"

/* ---- Records with an external id ---- */

static ProtobufCMessage *
new_person(struct wg_call *call, const char *name, ExternalId *id)
{
    const struct message *type = fuzz_message("wellgate.referrals.v1.Person");
    ProtobufCMessage *person = fuzz_decode(call->arena, type, PERSON, strlen(PERSON));
    const ProtobufCFieldDescriptor *ids = field_of(type->c, "external_ids");

    FUZZ_CHECK(person);
    field_set_text(person, type->resource->name, (char *)(uintptr_t)name);
    *(ExternalId **)member_append(call->arena, person, ids) = id;
    return person;
}

/* What a request may say. */
static bool
rules_hold(struct wg_call *call, const ProtobufCMessage *person)
{
    struct violations violations;

    violations_begin(&violations);
    rules_check(call->gateway->descriptors, call->arena, &violations,
                fuzz_message("wellgate.referrals.v1.Person"), person, RULES_STORED, "");
    fuzz_check_violations(&violations);
    return !violations.n;
}

static const struct wg_problem *
insert(struct wg_call *call, const char *name, ExternalId *id)
{
    ProtobufCMessage *person = new_person(call, name, id);
    const struct resource *resource = fuzz_message("wellgate.referrals.v1.Person")->resource;

    FUZZ_CHECK(!external_settle(call, resource, NULL, person));
    violations_begin(&call->violations);
    call->detail = NULL;
    return wg_insert(call, person, NULL);
}

/* The name of the record that has the id; NULL for none. */
static const char *
find(struct wg_call *call, const ExternalId *id)
{
    Wellgate__Common__V1__ExternalIdRequest request =
        WELLGATE__COMMON__V1__EXTERNAL_ID_REQUEST__INIT;
    const struct resource *resource = fuzz_message("wellgate.referrals.v1.Person")->resource;
    const struct wg_problem *problem;

    request.parent = (char *)FUZZ_ROOT;
    request.system = id->system;
    request.value = id->value;
    call->method = method_find(call->gateway->descriptors,
                               "wellgate.referrals.v1.People/GetPersonByExternalId");
    FUZZ_CHECK(call->method);
    call->input = &request.base;
    call->output = NULL;
    problem = call->method->run(call);
    call->method = NULL;
    FUZZ_TELL(!problem || problem == &wg_not_found, "%s", problem->slug);
    return problem ? NULL : field_text(call->output, resource->name);
}

static void
check(struct wg_call *call, ExternalId *first, ExternalId *second)
{
    bool same = strcmp(first->system, second->system) == 0 &&
                strcmp(first->value, second->value) == 0;
    const struct wg_problem *problem;
    const char *name;

    FUZZ_TELL(!(problem = insert(call, FUZZ_ROOT "/people/x", first)), "%s", problem->slug);
    FUZZ_CHECK((name = find(call, first)) && strcmp(name, FUZZ_ROOT "/people/x") == 0);
    FUZZ_CHECK(same || !find(call, second));
    problem = insert(call, FUZZ_ROOT "/people/y", second);
    FUZZ_CHECK(problem == (same ? &wg_already_exists : NULL));
    fuzz_check_violations(&call->violations);
    name = find(call, second);
    FUZZ_CHECK(name && strcmp(name, same ? FUZZ_ROOT "/people/x" : FUZZ_ROOT "/people/y") == 0);
}

static bool
can_be_sent(struct wg_call *call, ExternalId *id)
{
    return utf8_valid(id->system, strlen(id->system)) && utf8_valid(id->value, strlen(id->value)) &&
           rules_hold(call, new_person(call, FUZZ_ROOT "/people/x", id));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input input = {data, size};
    ExternalId ids[2] = {WELLGATE__COMMON__V1__EXTERNAL_ID__INIT,
                         WELLGATE__COMMON__V1__EXTERNAL_ID__INIT};
    struct wg_arena arena;
    struct wg_call call;

    wg_arena_init(&arena, 8 << 20);
    fuzz_call_begin(&call, &arena);
    call.caller.organisation = "organisations/a";
    for (size_t i = 0; i < COUNT(ids); i++) {
        ids[i].organisation = (char *)"organisations/a";
        ids[i].system = fuzz_line(&input);
        ids[i].value = fuzz_line(&input);
    }
    if (can_be_sent(&call, &ids[0]) && can_be_sent(&call, &ids[1]))
        check(&call, &ids[0], &ids[1]);
    fuzz_call_end(&call);
    wg_arena_finish(&arena);
    for (size_t i = 0; i < COUNT(ids); i++) {
        free(ids[i].system);
        free(ids[i].value);
    }
    return 0;
}
