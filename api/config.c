/* config.c - reads the configuration by a table of what may stand in it. */
#include "config.h"

#include <libconfig.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "answer/cors.h"

struct reading {
    struct config *config;
    const char *path;
    char *error;
    size_t error_bytes;
};

/* One key: where its value goes and what it may be. */
struct key {
    const char *name;
    enum { TEXT, NUMBER, SWITCH } kind;
    size_t offset; /* in the section's struct */
    int least, greatest;
};

#define OF(member) offsetof(struct config, member)
#define OF_ISSUER(member) offsetof(struct issuer_settings, member)

static const struct key listen_keys[] = {
    {"address", TEXT, OF(address), 0, 0},
    {"port", NUMBER, OF(port), 0, 65535},
    {"connections", NUMBER, OF(connections), 1, 4096},
    {"body_kib_max", NUMBER, OF(body_kib_max), 1, 16384},
    {"request_timeout_ms", NUMBER, OF(request_timeout_ms), 100, 600000},
    {"keep_alive_ms", NUMBER, OF(keep_alive_ms), 0, 600000},
    {"drain_ms", NUMBER, OF(drain_ms), 0, 600000},
    {0},
};
static const struct key store_keys[] = {
    {"path", TEXT, OF(store_path), 0, 0},
    {"map_gib", NUMBER, OF(map_gib), 1, 16384},
    {0},
};
static const struct key people_keys[] = {
    {"slots", TEXT, OF(slots_path), 0, 0},
    {"master", TEXT, OF(master_path), 0, 0},
    {0},
};
static const struct key plugins_keys[] = {
    {"path", TEXT, OF(plugin_path), 0, 0},
    {0}, /* and "load", a list */
};
static const struct key cors_keys[] = {
    {"max_age_s", NUMBER, OF(cors_max_age_s), 0, 86400},
    {0}, /* and "origins", a list */
};
static const struct key pages_keys[] = {
    {"public_url", TEXT, OF(public_url), 0, 0},
    {"one_time_links", SWITCH, OF(one_time_links), 0, 0},
    {"link_lifetime_s", NUMBER, OF(link_lifetime_s), 1, 3600},
    {0},
};
static const struct key issuer_keys[] = {
    {"url", TEXT, OF_ISSUER(url), 0, 0},
    {"audience", TEXT, OF_ISSUER(audience), 0, 0},
    {"jwks_file", TEXT, OF_ISSUER(jwks_file), 0, 0},
    {"secret_file", TEXT, OF_ISSUER(secret_file), 0, 0},
    {"algorithm", TEXT, OF_ISSUER(algorithm), 0, 0},
    {"type", TEXT, OF_ISSUER(type), 0, 0},
    {"organisation_claim", TEXT, OF_ISSUER(organisation_claim), 0, 0},
    {"organisation_prefix", TEXT, OF_ISSUER(organisation_prefix), 0, 0},
    {"scope_claim", TEXT, OF_ISSUER(scope_claim), 0, 0},
    {"may_grant_admin", SWITCH, OF_ISSUER(may_grant_admin), 0, 0},
    {"leeway_s", NUMBER, OF_ISSUER(leeway_s), 0, 60},
    {"lifetime_max_s", NUMBER, OF_ISSUER(lifetime_max_s), 0, 31622400},
    {"client_id", TEXT, OF_ISSUER(client_id), 0, 0},
    {"client_secret_file", TEXT, OF_ISSUER(client_secret_file), 0, 0},
    {"discovery_url", TEXT, OF_ISSUER(discovery_url), 0, 0},
    {"discovery_file", TEXT, OF_ISSUER(discovery_file), 0, 0},
    {"sign_in_scope", TEXT, OF_ISSUER(sign_in_scope), 0, 0},
    {"sign_in_resource", TEXT, OF_ISSUER(sign_in_resource), 0, 0},
    {"sign_in_label", TEXT, OF_ISSUER(sign_in_label), 0, 0},
    {0},
};

static bool
refuse(struct reading *reading, const char *key, const char *fault)
{
    snprintf(reading->error, reading->error_bytes, "%s: %s %s", reading->path, key, fault);
    return false;
}

static bool
read_value(struct reading *reading, const config_setting_t *value, const struct key *key,
           void *into)
{
    char *at = (char *)into + key->offset;
    int type = config_setting_type(value);

    switch (key->kind) {
    case TEXT:
        if (type != CONFIG_TYPE_STRING)
            return refuse(reading, key->name, "must be text");
        return (*(const char **)at = wg_copy_text(&reading->config->arena,
                                                  config_setting_get_string(value)));
    case SWITCH:
        if (type != CONFIG_TYPE_BOOL)
            return refuse(reading, key->name, "must be true or false");
        *(bool *)at = config_setting_get_bool(value);
        return true;
    case NUMBER:
        if (type != CONFIG_TYPE_INT || config_setting_get_int(value) < key->least ||
            config_setting_get_int(value) > key->greatest)
            return refuse(reading, key->name, "must be a whole number within its limits");
        *(int *)at = config_setting_get_int(value);
    }
    return true;
}

static const struct key *
find_key(const struct key *keys, const char *name)
{
    while (keys->name && strcmp(keys->name, name) != 0)
        keys++;
    return keys->name ? keys : NULL;
}

/* A list of texts, at most CONFIG_LIST_MAX of them in all. */
static bool
read_list(struct reading *reading, const config_setting_t *list, const char **items, size_t *n)
{
    struct wg_arena *arena = &reading->config->arena;
    const char *name = config_setting_name(list);

    if (!config_setting_is_array(list) && !config_setting_is_list(list))
        return refuse(reading, name, "must be a list of texts: [\"a\", \"b\"]");
    for (int i = 0; i < config_setting_length(list); i++) {
        const char *text = config_setting_get_string_elem(list, i);

        if (*n == CONFIG_LIST_MAX || !text)
            return refuse(reading, name, "must be a list of at most 32 texts");
        if (!(items[(*n)++] = wg_copy_text(arena, text)))
            return refuse(reading, name, "is too long");
    }
    return true;
}

static bool
read_origins(struct reading *reading, const config_setting_t *list)
{
    struct config *config = reading->config;

    if (!read_list(reading, list, config->origins, &config->n_origins))
        return false;
    for (size_t i = 0; i < config->n_origins; i++)
        if (!cors_is_origin(config->origins[i]))
            return refuse(reading, config->origins[i],
                          "is no origin such as https://app.example, nor may it be a wildcard");
    return true;
}

static bool
read_section(struct reading *reading, const config_setting_t *section, const struct key *keys,
             void *into)
{
    if (!config_setting_is_group(section))
        return refuse(reading, config_setting_name(section) ? config_setting_name(section) : "issuers",
                      "must be a section in braces");
    for (int i = 0; i < config_setting_length(section); i++) {
        const config_setting_t *value = config_setting_get_elem(section, (unsigned)i);
        const struct key *key = find_key(keys, config_setting_name(value));
        bool read;

        if (keys == plugins_keys && strcmp(config_setting_name(value), "load") == 0)
            read = read_list(reading, value, reading->config->plugins,
                             &reading->config->n_plugins);
        else if (keys == cors_keys && strcmp(config_setting_name(value), "origins") == 0)
            read = read_origins(reading, value);
        else if (key)
            read = read_value(reading, value, key, into);
        else
            read = refuse(reading, config_setting_name(value), "is not a known key");
        if (!read)
            return false;
    }
    return true;
}

static bool
read_issuer(struct reading *reading, const config_setting_t *section)
{
    struct config *config = reading->config;
    struct issuer_settings *issuer = &config->issuers[config->n_issuers];

    if (config->n_issuers == CONFIG_LIST_MAX)
        return refuse(reading, "issuers", "are more than 32");
    *issuer = (struct issuer_settings){.organisation_claim = "organisation",
                                       .organisation_prefix = "organisations/",
                                       .scope_claim = "scope"};
    if (!read_section(reading, section, issuer_keys, issuer))
        return false;
    if (!issuer->url || !issuer->audience || (!issuer->jwks_file && !issuer->secret_file))
        return refuse(reading, "issuers", "each need url, audience and jwks_file or secret_file");
    if (!issuer->client_id && (issuer->discovery_url || issuer->discovery_file))
        return refuse(reading, "discovery_url", "and discovery_file need a client_id");
    config->n_issuers++;
    return true;
}

static bool
read_issuers(struct reading *reading, const config_setting_t *list)
{
    if (!config_setting_is_list(list))
        return refuse(reading, "issuers", "must be a list of sections: ( { ... } )");
    for (int i = 0; i < config_setting_length(list); i++)
        if (!read_issuer(reading, config_setting_get_elem(list, (unsigned)i)))
            return false;
    return true;
}

static bool
read_top(struct reading *reading, const config_setting_t *top)
{
    struct config *config = reading->config;
    bool read = true;

    for (int i = 0; read && i < config_setting_length(top); i++) {
        const config_setting_t *section = config_setting_get_elem(top, (unsigned)i);
        const char *name = config_setting_name(section);

        if (strcmp(name, "issuers") == 0)
            read = read_issuers(reading, section);
        else if (strcmp(name, "listen") == 0)
            read = read_section(reading, section, listen_keys, config);
        else if (strcmp(name, "store") == 0)
            read = read_section(reading, section, store_keys, config);
        else if (strcmp(name, "people") == 0)
            read = read_section(reading, section, people_keys, config);
        else if (strcmp(name, "cors") == 0)
            read = read_section(reading, section, cors_keys, config);
        else if (strcmp(name, "pages") == 0)
            read = read_section(reading, section, pages_keys, config);
        else if (strcmp(name, "plugins") == 0)
            read = read_section(reading, section, plugins_keys, config);
        else
            read = refuse(reading, name, "is not a known section");
    }
    return read;
}

/* Plugins lie beside the program, wherever it was started from. */
static bool
place_plugins(struct config *config)
{
    char program[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", program, sizeof(program) - 1);

    if (*config->plugin_path == '/' || length < 0)
        return length >= 0;
    program[length] = '\0';
    *strrchr(program, '/') = '\0';
    return (config->plugin_path = wg_format(&config->arena, "%s/%s", program,
                                            config->plugin_path));
}

/* "var/store" → "var/people/slots": outside the store, so that what copies the one does
 * not copy the other. */
static const char *
beside_store(struct config *config, const char *name)
{
    size_t length = strlen(config->store_path);

    while (length && config->store_path[length - 1] == '/')
        length--;
    while (length && config->store_path[length - 1] != '/')
        length--;
    return wg_format(&config->arena, "%.*speople/%s", (int)length, config->store_path, name);
}

static bool
place_people(struct config *config)
{
    if (!config->slots_path)
        config->slots_path = beside_store(config, "slots");
    if (!config->master_path)
        config->master_path = beside_store(config, "master.key");
    return config->slots_path && config->master_path;
}

static bool
place_pages(struct config *config)
{
    if (!config->public_url)
        config->public_url = wg_format(&config->arena, "http://%s:%d", config->address,
                                       config->port);
    return config->public_url;
}

/* libconfig's own parse error, with its line. */
static bool
refuse_syntax(struct reading *reading, const config_t *parsed)
{
    char fault[256];

    snprintf(fault, sizeof(fault), "%s (line %d)", config_error_text(parsed),
             config_error_line(parsed));
    return refuse(reading, "cannot be read:", fault);
}

bool
config_load(struct config *config, const char *path, char *error, size_t error_bytes)
{
    struct reading reading = {config, path, error, error_bytes};
    config_t parsed;
    bool read;

    *config = (struct config){
        .address = "127.0.0.1", .port = 8080, .connections = 256, .body_kib_max = 64,
        .request_timeout_ms = 10000, .keep_alive_ms = 15000, .drain_ms = 10000,
        .store_path = "var/store", .map_gib = 64, .plugin_path = "plugins",
        .cors_max_age_s = 600, .link_lifetime_s = 600,
    };
    wg_arena_init(&config->arena, 1u << 20);
    config_init(&parsed);
    read = config_read_file(&parsed, path)
               ? read_top(&reading, config_root_setting(&parsed)) && place_plugins(config) &&
                     place_people(config) && place_pages(config)
               : refuse_syntax(&reading, &parsed);
    config_destroy(&parsed);
    if (read && !config->n_issuers)
        read = refuse(&reading, "issuers", "is missing: nobody could call");
    return read;
}

void
config_finish(struct config *config)
{
    wg_arena_finish(&config->arena);
}
