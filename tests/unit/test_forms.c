/* test_forms.c - which views a plugin may bring. What is chosen is
 * test_negotiate.c, and what is written tests/http/test_http.py. */
#include <stdlib.h>

#include "answer/forms.h"
#include "every_type.h"

static const struct wg_problem *
render(struct wg_call *call, const ProtobufCMessage *output, struct wg_bytes *text)
{
    (void)call;
    (void)output;
    *text = (struct wg_bytes){"", 0};
    return NULL;
}

static const struct wg_problem *
run(struct wg_call *call)
{
    (void)call;
    return NULL;
}

/* "" where a plugin with these views is taken, else why not. */
static const char *
bind(const struct wg_view *views)
{
    static const ProtobufCServiceDescriptor *const services[] = {
        &wellgate__test__v1__every_types__descriptor, NULL};
    static const struct wg_method methods[] = {
        {.name = "EveryTypes/Echo", .run = run},
        {.name = "EveryTypes/Rule", .run = run},
        {0},
    };
    struct wg_plugin plugin = {.name = "test", .descriptor_set = {every_type_pb, every_type_pb_end},
                               .services = services, .methods = methods, .views = views};
    const struct wg_plugin *plugins[] = {&plugin};
    struct gateway gateway = {.descriptors = descriptors_open(), .plugins = plugins,
                              .n_plugins = 1};
    static char error[256];

    *error = '\0';
    assert_true(descriptors_add(gateway.descriptors, &plugin, error, sizeof(error)));
    (void)forms_bind(&gateway, error, sizeof(error));
    descriptors_close(gateway.descriptors);
    return error;
}

TEST(views_of_different_types_are_taken)
{
    static const struct wg_view views[] = {
        {"EveryTypes/Echo", "text/csv", render},
        {"EveryTypes/Echo", "text/html; charset=utf-8", render},
        {"EveryTypes/Rule", "text/csv", render},
        {0},
    };

    assert_string_equal(bind(views), "");
    assert_string_equal(bind(NULL), "");
}

TEST(a_view_that_cannot_be_is_refused_by_name)
{
    static const struct {
        struct wg_view view;
        const char *why;
    } rows[] = {
        {{"EveryTypes/Shout", "text/csv", render}, "its services have no such method"},
        {{"EveryTypes", "text/csv", render}, "its services have no such method"},
        {{"EveryType/Echo", "text/csv", render}, "its services have no such method"},
        {{"EveryTypes/Echo", "text/csv", NULL}, "it renders nothing"},
        {{"EveryTypes/Echo", "text", render}, "its media type is none"},
        {{"EveryTypes/Echo", "text/*", render}, "its media type is none"},
        {{"EveryTypes/Echo", "text/csv\r\nX: y", render}, "its media type is none"},
        {{"EveryTypes/Echo", "Application/JSON; x=y", render},
         "the method has a form of that media type already"},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct wg_view views[] = {rows[i].view, {0}};

        if (!strstr(bind(views), rows[i].why) || !strstr(bind(views), rows[i].view.method))
            fail_msg("%s as %s: \"%s\"", rows[i].view.method, rows[i].view.media_type, bind(views));
    }
}

TEST(a_media_type_is_given_once)
{
    static const struct wg_view views[] = {
        {"EveryTypes/Echo", "text/csv", render},
        {"EveryTypes/Echo", "Text/CSV; charset=utf-8", render},
        {0},
    };

    assert_non_null(strstr(bind(views), "already"));
}

TEST(more_views_than_there_is_room_for_are_refused)
{
    struct wg_view views[METHOD_VIEWS_MAX + 2] = {{0}};
    char types[METHOD_VIEWS_MAX + 1][16];

    for (int i = 0; i <= METHOD_VIEWS_MAX; i++) {
        snprintf(types[i], sizeof(types[i]), "text/x%d", i);
        views[i] = (struct wg_view){"EveryTypes/Echo", types[i], render};
    }
    assert_non_null(strstr(bind(views), "too many views"));
    views[METHOD_VIEWS_MAX] = (struct wg_view){0};
    assert_string_equal(bind(views), "");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(views_of_different_types_are_taken),
        cmocka_unit_test(a_view_that_cannot_be_is_refused_by_name),
        cmocka_unit_test(a_media_type_is_given_once),
        cmocka_unit_test(more_views_than_there_is_room_for_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
