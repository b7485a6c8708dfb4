/* backup.c - wellgate backup and restore.
 *
 * A backup is a folder: store/ and people/, each with a manifest of its own, so that
 * people/ can be thrown away sooner. It is written under another name and renamed once
 * it was opened and verified: a folder of the name that was asked for is whole. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "files.h"
#include "manifest.h"
#include "people/people.h"

#define ERASED ".erased" /* see people.h */
#define KEYS_README                                                                       \
    "The keys of people as they were when this backup was made, wrapped by the master\n"  \
    "key, which is not here. Somebody who is erased can still be read for as long as a\n" \
    "copy of these from before the erasure is kept together with the master key: keep\n"  \
    "this folder for a shorter time than the rest. A restore uses it only where there is\n" \
    "no file of slots any more.\n"

static bool
say_cause(const char *what)
{
    char error[1024];

    snprintf(error, sizeof(error), "%s: %s", what, strerror(errno));
    return station_say(error);
}

/* ---- Backup ---- */

static bool
copy_store(struct station *station, const char *folder)
{
    char error[1024];

    if (!folder_make(folder))
        return say_cause(folder);
    fprintf(stderr, "copying the store\n");
    return (driver_copy(station->config.store_path, folder, error, sizeof(error)) &&
            manifest_write(folder, error, sizeof(error))) ||
           station_say(error);
}

/* After the store, so that whoever is in its copy has a slot in this one; and before
 * the log, so that a slot that is not erased here yet is named there. */
static bool
copy_people(struct station *station, const char *folder)
{
    const char *slots = station->config.slots_path, *copy = station_path(station, folder, "/slots");
    const char *log = station_path(station, slots, ERASED), *readme = station_path(station, folder, "/README");
    char error[1024];

    if (!folder_make(folder))
        return say_cause(folder);
    if (file_exists(slots) && !file_copy(slots, copy))
        return say_cause(slots);
    if (file_exists(log) && !file_copy(log, station_path(station, copy, ERASED)))
        return say_cause(log);
    if (!file_make(readme, KEYS_README, strlen(KEYS_README)))
        return say_cause(readme);
    return manifest_write(folder, error, sizeof(error)) || station_say(error);
}

/* By content, with the keys that lie beside it, and again by its manifest: looking
 * must have changed nothing. */
static bool
verify_copy(struct station *station, const char *store, const char *slots)
{
    char error[1024];
    bool holds;

    fprintf(stderr, "verifying the copy\n");
    station->config.store_path = store;
    station->config.slots_path = slots;
    holds = station_open_store(station) && station_open_people(station, PEOPLE_READ) &&
            station_verify(station, stderr);
    station_close_store(station);
    if (!holds)
        return station_say("the copy does not hold");
    return (manifest_tidy(store, error, sizeof(error)) &&
            manifest_check(store, error, sizeof(error))) ||
           station_say(error);
}

static bool
back_up(struct station *station, const char *folder)
{
    const char *part = station_path(station, folder, ".part");
    const char *store = station_path(station, part, "/store");
    const char *people = station_path(station, part, "/people");

    if (!folder_is_empty(folder) || (rmdir(folder) != 0 && errno != ENOENT))
        return station_say("there is something under the backup's name already");
    if (!folder_remove(part) || !folder_make(part))
        return say_cause(part);
    if (!copy_store(station, store) || !copy_people(station, people) ||
        !verify_copy(station, store, station_path(station, people, "/slots")))
        return false;
    if (!folder_sync(part) || rename(part, folder) != 0 ||
        !folder_sync_above(station_path(station, folder, "")))
        return say_cause(folder);
    printf("%s is a backup of the store and, in people/, of the keys of people: keep those for a "
           "shorter time; the master key is in neither\n", folder);
    return true;
}

int
command_backup(int n, char **words)
{
    struct station station = {0};
    bool done;

    if (n != 2) {
        fprintf(stderr, "usage: wellgate backup CONFIG FOLDER (also while a gateway serves)\n");
        return 2;
    }
    done = station_load(&station, words[0]) && back_up(&station, words[1]);
    station_close(&station);
    return !done;
}

/* ---- Restore ---- */

/* The slots that are there win: they know of every erasure. */
static bool
restore_people(struct station *station, const char *backup)
{
    const char *slots = station->config.slots_path, *log = station_path(station, slots, ERASED);
    const char *copy = station_path(station, backup, "/slots");
    const char *copied_log = station_path(station, copy, ERASED);
    bool kept = file_exists(slots), copies = file_exists(copy);
    char error[1024];

    if (!kept && copies && !manifest_check(backup, error, sizeof(error)))
        return station_say(error);
    if (!kept && copies && (!folder_make_above(slots) || !file_copy(copy, slots)))
        return say_cause(slots);
    if (!kept && file_exists(copied_log) && !file_exists(log) && !file_copy(copied_log, log))
        return say_cause(log);
    puts(kept     ? "keys of people: those that are here"
         : copies ? "keys of people: those of the backup"
                  : "keys of people: none, neither here nor in the backup");
    return (!kept && !copies) || folder_sync_above(slots) || say_cause(slots);
}

/* Opening does it. In the store itself those who were erased since are erased at the
 * next start. */
static bool
replay_erasures(struct station *station)
{
    const struct config *config = &station->config;
    struct people *people;
    char error[1024];

    if (!file_exists(config->slots_path))
        return true;
    people = people_open(config->slots_path, config->master_path, PEOPLE_CHANGE, error,
                         sizeof(error));
    if (!people)
        return station_say(error);
    printf("erasures: %llu, none of them can be read again\n", people->n_erased);
    people_close(people);
    return true;
}

static bool
restore_store(const char *backup, const char *part)
{
    char error[1024];

    if (!manifest_check(backup, error, sizeof(error)))
        return station_say(error);
    if (!folder_remove(part) || !folder_make(part))
        return say_cause(part);
    return manifest_copy(backup, part, error, sizeof(error)) || station_say(error);
}

static bool
restore(struct station *station, const char *backup)
{
    const char *store = station_path(station, station->config.store_path, "");
    const char *part = station_path(station, store, ".part");

    if (!folder_is_empty(store))
        return station_say("the store is not empty: a restore makes a new one only");
    if (!restore_store(station_path(station, backup, "/store"), part) ||
        !restore_people(station, station_path(station, backup, "/people")) ||
        !replay_erasures(station) || !station_take_store(station, part, store))
        return false;
    printf("%s is restored from %s\n", store, backup);
    return true;
}

int
command_restore(int n, char **words)
{
    struct station station = {0};
    bool done;

    if (n != 2) {
        fprintf(stderr, "usage: wellgate restore CONFIG FOLDER (into an empty store)\n");
        return 2;
    }
    done = station_load(&station, words[0]) && restore(&station, words[1]);
    station_close(&station);
    return !done;
}
