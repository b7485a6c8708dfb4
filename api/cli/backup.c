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

/* ---- Backup ---- */

static bool
copy_store(struct station *station, const char *folder)
{
    char error[1024];

    if (!folder_make(folder))
        return station_say_cause(folder);
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
    const char *log = station_path(station, slots, ERASED);
    const char *readme = station_path(station, folder, "/README");
    char error[1024];

    if (!folder_make(folder))
        return station_say_cause(folder);
    if (file_exists(slots) && !file_copy(slots, copy))
        return station_say_cause(slots);
    if (file_exists(log) && !file_copy(log, station_path(station, copy, ERASED)))
        return station_say_cause(log);
    if (!file_make(readme, KEYS_README, strlen(KEYS_README)))
        return station_say_cause(readme);
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
        return station_say_cause(part);
    if (!copy_store(station, store) || !copy_people(station, people) ||
        !verify_copy(station, store, station_path(station, people, "/slots")))
        return false;
    if (!folder_sync(part) || rename(part, folder) != 0 ||
        !folder_sync_above(station_path(station, folder, "")))
        return station_say_cause(folder);
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

struct restoring {
    const char *store, *people;     /* the backup's folders */
    const char *slots, *log;        /* as they are configured */
    bool slots_are_new, log_is_new; /* this run puts them there */
};

/* The slots that are there win: they know of every erasure. */
static const char *
slots_to_use(struct station *station, const struct restoring *restoring)
{
    return file_exists(restoring->slots) ? restoring->slots
                                         : station_path(station, restoring->people, "/slots");
}

/* While nothing is in place yet: a run that ends here can be run again, on this backup
 * or another. */
static bool
people_open_up(struct station *station, const struct restoring *restoring)
{
    const char *slots = slots_to_use(station, restoring);
    struct people *people;
    char error[1024];

    if (!file_exists(slots))
        return true;
    if (slots != restoring->slots && !manifest_check(restoring->people, error, sizeof(error)))
        return station_say(error);
    people = people_open(slots, station->config.master_path, PEOPLE_READ, error, sizeof(error));
    people_close(people);
    return people || station_say(error);
}

static bool
put_people(struct station *station, struct restoring *restoring)
{
    const char *copy = station_path(station, restoring->people, "/slots");
    const char *copied_log = station_path(station, copy, ERASED);

    restoring->log_is_new = !file_exists(restoring->log);
    restoring->slots_are_new = true;
    if (!folder_make_above(restoring->slots) || !file_copy(copy, restoring->slots))
        return station_say_cause(restoring->slots);
    if (restoring->log_is_new && file_exists(copied_log) &&
        !file_copy(copied_log, restoring->log))
        return station_say_cause(restoring->log);
    return folder_sync_above(restoring->slots) || station_say_cause(restoring->slots);
}

/* A log may be left, empty, where there was none: it would hide a later backup's. */
static void
take_people_back(const struct restoring *restoring)
{
    if (restoring->slots_are_new)
        unlink(restoring->slots);
    if (restoring->log_is_new)
        unlink(restoring->log);
}

static bool
restore_people(struct station *station, struct restoring *restoring)
{
    bool kept = file_exists(restoring->slots);
    bool copies = file_exists(slots_to_use(station, restoring));

    puts(kept     ? "keys of people: those that are here"
         : copies ? "keys of people: those of the backup"
                  : "keys of people: none, neither here nor in the backup");
    return kept || !copies || put_people(station, restoring);
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

    return (manifest_check(backup, error, sizeof(error)) &&
            manifest_copy(backup, part, error, sizeof(error))) ||
           station_say(error);
}

static bool
fill_from_backup(struct station *station, const char *part, void *context)
{
    struct restoring *restoring = context;

    return people_open_up(station, restoring) &&
           restore_store(restoring->store, part) &&
           restore_people(station, restoring) && replay_erasures(station);
}

static bool
restore(struct station *station, const char *backup)
{
    const char *store = station->config.store_path, *slots = station->config.slots_path;
    struct restoring restoring = {
        .store = station_path(station, backup, "/store"),
        .people = station_path(station, backup, "/people"),
        .slots = slots,
        .log = station_path(station, slots, ERASED),
    };

    if (station_make_store(station, fill_from_backup, &restoring)) {
        printf("%s is restored from %s\n", store, backup);
        return true;
    }
    /* Unless only the store's name was not synced: it needs them. */
    if (folder_is_empty(store))
        take_people_back(&restoring);
    return false;
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
