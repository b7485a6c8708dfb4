/* service.h - the gateway's own service, as a plugin like any other. */
#ifndef CORE_SERVICE_H
#define CORE_SERVICE_H

#include <wellgate/plugin.h>

extern const struct wg_plugin core_plugin;

#endif
