/* serve.c - wellgate serve: start, serve until a signal, drain, stop. */
#include "serve.h"

#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "answer/cors.h"
#include "browser/browser.h"
#include "commands.h"
#include "log.h"
#include "openapi/openapi.h"
#include "plugin.h"
#include "resource/access_log.h"
#include "resource/erase.h"
#include "threads.h"
#include "timers.h"

static void
thread_ends(void *context)
{
    store_leave_thread(((struct gateway *)context)->store);
}

static struct http_server *
listen_on(struct station *station)
{
    const struct config *config = &station->config;
    size_t body_bytes = (size_t)config->body_kib_max * 1024;
    struct http_settings settings = {
        .address = config->address,
        .port = config->port,
        .connections = config->connections,
        .body_bytes_max = body_bytes,
        .arena_bytes_max = 32 * body_bytes + 256 * 1024,
        .request_timeout_ms = config->request_timeout_ms,
        .keep_alive_ms = config->keep_alive_ms,
        .streams = serve_streams,
        .thread_ends = thread_ends,
    };
    char error[512];
    struct http_server *server =
        http_open(&settings, serve, &station->gateway, error, sizeof(error));

    if (!server)
        log_error("%s", error);
    return server;
}

/* Lasts as long as the station. */
static void
set_cors(struct station *station, struct cors *cors)
{
    const struct config *config = &station->config;

    *cors = (struct cors){config->origins, config->n_origins, config->cors_max_age_s};
    station->gateway.cors = config->n_origins ? cors : NULL;
}

static bool
open_browser(struct station *station)
{
    const struct config *config = &station->config;
    const struct browser_settings settings = {
        .public_url = config->public_url,
        .one_time_links = config->one_time_links,
        .link_lifetime_s = config->link_lifetime_s,
        .issuers = config->issuers,
        .n_issuers = config->n_issuers,
    };
    char error[512];

    station->gateway.browser = browser_open(&settings, error, sizeof(error));
    return station->gateway.browser || station_say(error);
}

/* Written once, for the plugins stay as they are. */
static bool
write_document(struct gateway *gateway)
{
    char *text = NULL;
    FILE *out = open_memstream(&text, &gateway->openapi.length);
    bool written = out && openapi_write(gateway, out);

    if (out)
        fclose(out);
    gateway->openapi.data = text;
    if (!written)
        log_error("the OpenAPI document could not be written");
    return written;
}

/* Until a signal, or until the store cannot go on. */
static void
await_end(struct station *station, const sigset_t *signals)
{
    static const struct timespec step = {.tv_nsec = 200000000};

    while (!store_lost(station->gateway.store) && sigtimedwait(signals, NULL, &step) < 0)
        continue;
}

/* So much longer than the drain may closing take: what was acknowledged is safe in the store. */
#define CLOSE_MS 15000

static void *
end_anyway(void *context)
{
    int ms = *(const int *)context + CLOSE_MS;
    struct timespec wait = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L};

    while (nanosleep(&wait, &wait) < 0)
        continue;
    log_error("a request or a timer did not end in time: stopped without it");
    _exit(1);
}

/* A request that reckons for ever keeps nobody from stopping the gateway. */
static void
limit_drain(const struct config *config)
{
    pthread_t thread;

    if (thread_start(&thread, end_anyway, (void *)&config->drain_ms) == 0)
        pthread_detach(thread);
}

static int
serve_until(struct station *station, const sigset_t *signals)
{
    struct http_server *server = listen_on(station);
    bool lost;

    if (!server)
        return 1;
    log_info("serving on http://%s:%d", station->config.address, http_port(server));
    await_end(station, signals);
    if ((lost = store_lost(station->gateway.store)))
        log_error("stopping: the store met an I/O error; verify it, and start again");
    else
        log_info("stopping: requests in flight are answered first");
    limit_drain(&station->config);
    http_close(server, station->config.drain_ms);
    return lost;
}

/* Timers go on while requests drain: a turn of theirs must not eat up that time. */
static int
serve_with_timers(struct station *station, const sigset_t *signals)
{
    struct timers *timers = timers_open(&station->gateway);
    int status = timers && timers_start(timers) ? serve_until(station, signals) : 1;

    timers_close(timers);
    return status;
}

static int
serve_with_log(struct station *station, const sigset_t *signals)
{
    int status = 1;

    station->gateway.access_log = access_log_open(station->gateway.store);
    if (station->gateway.access_log)
        status = serve_with_timers(station, signals);
    access_log_close(station->gateway.access_log);
    return status;
}

/* Reading descriptors takes more than keeping what they say. The rest is given back before
 * the store and others, who touch little of what they ask for, are given it. */
static bool
load(struct station *station, const char *config_path)
{
    bool loaded = station_load(station, config_path);

    malloc_trim(0);
    return loaded;
}

/* All that there is before the first request; writing the document takes more than it keeps. */
static bool
open_all(struct station *station, const char *config_path)
{
    bool opened = load(station, config_path) && station_open_issuers(station) &&
                  open_browser(station) && station_open_store(station) &&
                  station_open_people(station, PEOPLE_SERVE) &&
                  plugins_start(&station->gateway) && erasures_catch_up(&station->gateway) &&
                  write_document(&station->gateway);

    malloc_trim(0);
    return opened;
}

int
command_serve(int n, char **words)
{
    struct station station = {0};
    struct cors cors;
    sigset_t signals;
    int status = 1;

    if (n != 1) {
        fprintf(stderr, "usage: wellgate serve CONFIG\n");
        return 2;
    }
    /* Before any thread is made, so that all of them leave these to sigwait. */
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is a full disk, not the end */
    if (open_all(&station, words[0])) {
        set_cors(&station, &cors);
        status = serve_with_log(&station, &signals);
    }
    free((char *)station.gateway.openapi.data);
    browser_close(station.gateway.browser);
    station_close(&station);
    log_flush();
    return status;
}
