/* commands.h - the program's commands: each takes its own words, answers an exit
 * status. */
#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

#include <stdio.h>

#include "call.h"
#include "config.h"
#include "people/people.h"

int command_serve(int n, char **words);
int command_check_config(int n, char **words);
int command_keys(int n, char **words);
int command_token(int n, char **words);
int command_verify(int n, char **words);
int command_backup(int n, char **words);
int command_restore(int n, char **words);
int command_export(int n, char **words);
int command_import(int n, char **words);
int command_openapi(int n, char **words);
int command_new_plugin(int n, char **words);

/* ---- What several of them do ---- */

/* A configured gateway, whole or in part; zeroed at first. */
struct station {
    struct config config;
    struct gateway gateway;
    struct wg_arena arena; /* holds its plugins */
};

/* Read the configuration and join its plugins. false, said on standard error. */
bool station_load(struct station *station, const char *config_path);
bool station_open_issuers(struct station *station);
bool station_open_store(struct station *station);
/* The keys of its people, once the store is open: they must be the store's own. */
bool station_open_people(struct station *station, enum people_use use);
/* Say in out, for every root, whether all agrees. */
bool station_verify(struct station *station, FILE *out);
void station_close_store(struct station *station);
void station_close(struct station *station);

/* "var/store/" and ".part": "var/store.part". As long as the configuration; "" past
 * its memory. */
const char *station_path(struct station *station, const char *folder, const char *behind);

/* Let fill make a store in the folder part, verify it, and let it take the place of
 * the configured one, which must be empty. Where anything fails, part is gone. */
typedef bool store_filler(struct station *station, const char *part, void *context);
bool station_make_store(struct station *station, store_filler *fill, void *context);

/* One line on standard error; the second says why from errno. Always false. */
bool station_say(const char *error);
bool station_say_cause(const char *path);

#endif
