/* commands.h - the program's commands: each takes its own words, answers an exit
 * status. */
#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

#include "call.h"
#include "config.h"
#include "people/people.h"

int command_serve(int n, char **words);
int command_check_config(int n, char **words);
int command_keys(int n, char **words);
int command_token(int n, char **words);
int command_verify(int n, char **words);
int command_openapi(int n, char **words);

/* ---- What several of them do ---- */

/* A configured gateway, whole or in part; zeroed at first. */
struct station {
    struct config config;
    struct gateway gateway;
};

/* Read the configuration and join its plugins. false, said on standard error. */
bool station_load(struct station *station, const char *config_path);
bool station_open_store(struct station *station);
/* The keys of its people, once the store is open: they must be the store's own. */
bool station_open_people(struct station *station, enum people_use use);
void station_close(struct station *station);

#endif
