/* leaves.c - views, bytes as they are in and out. */
#include <wellgate/plugin.h>

#include <string.h>

#include "google/api/httpbody.pb-c.h"
#include "leaves.pb-c.h"

typedef Leaves__V1__Leaf Leaf;

WG_EMBED(leaves_descriptors, "leaves.pb");

static const struct wg_problem *
echo(struct wg_call *call)
{
    wg_answer(call, wg_input(call));
    return NULL;
}

static const struct wg_problem *
press(struct wg_call *call)
{
    const Leaves__V1__PressRequest *request = (const void *)wg_input(call);
    Leaves__V1__PressResponse *response =
        wg_new_message(wg_call_arena(call), &leaves__v1__press_response__descriptor);

    if (!response)
        return &wg_payload_too_large;
    response->leaf = request->leaf;
    response->force = request->force;
    if (request->body) {
        response->content_type = request->body->content_type;
        response->bytes = (int64_t)request->body->data.len;
    }
    wg_answer(call, &response->base);
    return NULL;
}

static const struct wg_problem *
render_csv(struct wg_call *call, const ProtobufCMessage *output, struct wg_bytes *text)
{
    const Leaf *leaf = (const void *)output;
    char *csv = wg_format(wg_call_arena(call), "text\r\n%s\r\n", leaf->text);

    if (!csv)
        return &wg_payload_too_large;
    *text = (struct wg_bytes){csv, strlen(csv)};
    return NULL;
}

/* One that has no picture of some leaves. */
static const struct wg_problem *
render_svg(struct wg_call *call, const ProtobufCMessage *output, struct wg_bytes *text)
{
    const Leaf *leaf = (const void *)output;

    if (strcmp(leaf->text, "invisible") == 0)
        return wg_fail(call, &wg_conflict, "it cannot be seen");
    *text = (struct wg_bytes){"<svg/>", 6};
    return NULL;
}

static const struct wg_problem *
upsert(struct wg_call *call)
{
    const Leaves__V1__UpsertLeafRequest *request = (const void *)wg_input(call);
    char *name = wg_format(wg_call_arena(call), "%s/leaves/%s", request->parent, request->value);
    const struct wg_problem *problem;
    struct wg_record record;
    Leaf leaf;

    if (!name)
        return &wg_payload_too_large;
    leaf = *request->leaf;
    leaf.name = name;
    problem = wg_load(call, name, &record);
    if (problem == &wg_not_found)
        problem = wg_insert(call, &leaf.base, NULL);
    else if (!problem && strcmp(((const Leaf *)record.message)->text, leaf.text) != 0)
        problem = wg_update(call, &leaf.base, NULL);
    if (!problem && !(problem = wg_load(call, name, &record)))
        wg_answer(call, record.message);
    return problem;
}

/* Of two leaves that belong together the first is written, then the second refused. */
static const struct wg_problem *
check_leaf(struct wg_call *call, const ProtobufCMessage *before, ProtobufCMessage *after)
{
    const Leaf *leaf = (const void *)after;
    const struct wg_problem *problem;
    Leaf twin = LEAVES__V1__LEAF__INIT;

    if (before || !leaf || strcmp(leaf->text, "late") != 0)
        return NULL;
    twin.name = wg_format(wg_call_arena(call), "%s-twin", leaf->name);
    twin.text = "twin";
    if (!twin.name)
        return &wg_payload_too_large;
    problem = wg_insert(call, &twin.base, NULL);
    return problem ? problem : wg_fail(call, &wg_conflict, "it comes too late");
}

static const struct wg_rule rules[] = {
    {"leaves/Leaf", check_leaf},
    {0},
};

static const struct wg_method methods[] = {
    {.name = "Leaves/UpsertLeaf", .run = upsert},
    {.name = "Leaves/Echo", .run = echo},
    {.name = "Leaves/Press", .run = press},
    {0},
};

static const struct wg_view views[] = {
    {"Leaves/GetLeaf", "text/csv; charset=utf-8", render_csv},
    {"Leaves/CreateLeaf", "image/svg+xml", render_svg},
    {"Leaves/GetLeaf", "image/svg+xml", render_svg},
    {0},
};

static const ProtobufCServiceDescriptor *const services[] = {&leaves__v1__leaves__descriptor,
                                                             NULL};

WG_PLUGIN = {
    WG_PLUGIN_ABI,
    .name = "leaves",
    .descriptor_set = {leaves_descriptors, leaves_descriptors_end},
    .services = services,
    .methods = methods,
    .rules = rules,
    .views = views,
};
