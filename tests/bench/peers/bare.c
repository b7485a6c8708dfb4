/* bare.c - CivetWeb answering so many bytes, and nothing else: what the gateway's
 * HTTP library can do at most on this machine.
 *
 *   bare PORT BYTES CONNECTIONS
 */
#include <civetweb.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char answer[65536];
static size_t answer_bytes;

static int
serve(struct mg_connection *connection)
{
    mg_write(connection, answer, answer_bytes);
    return 200;
}

int
main(int n, char **words)
{
    const char *options[] = {
        "listening_ports", n == 4 ? words[1] : "0", "num_threads", n == 4 ? words[3] : "1",
        "enable_keep_alive", "yes", "keep_alive_timeout_ms", "15000", "tcp_nodelay", "1",
        "connection_queue", "320", "listen_backlog", "1024", "decode_url", "no", NULL,
    };
    struct mg_callbacks callbacks = {.begin_request = serve};
    size_t body = n == 4 ? (size_t)atol(words[2]) : 0;
    sigset_t signals;
    int signal;

    if (n != 4 || body > sizeof(answer) - 512) {
        fprintf(stderr, "usage: bare PORT BYTES CONNECTIONS\n");
        return 2;
    }
    answer_bytes = (size_t)snprintf(answer, sizeof(answer),
                                    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                                    "Content-Length: %zu\r\n\r\n", body);
    memset(answer + answer_bytes, 'x', body);
    answer_bytes += body;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    mg_init_library(0);
    if (!mg_start(&callbacks, NULL, options))
        return 1;
    sigwait(&signals, &signal);
    return 0;
}
