/* threads.h - threads that take no signals, and waits by a clock that nobody sets. */
#ifndef THREADS_H
#define THREADS_H

#include <pthread.h>

/* As pthread_create; signals are for the main thread. errors  an errno, 0 for none */
int thread_start(pthread_t *thread, void *(*run)(void *), void *context);

/* As pthread_cond_init; its timed waits end at moments of monotonic_in_us. */
void condition_begin(pthread_cond_t *condition);

#endif
