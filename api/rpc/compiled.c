/* compiled.c - C descriptors found by the names that a descriptor set has. */
#include <ctype.h>
#include <dlfcn.h>
#include <string.h>

#include "loading.h"

/* protoc-c's own rule: dots become "__", and a capital is written small, behind a "_"
 * where what stands before it in its part of the name is no capital. */
char *
compiled_symbol(struct wg_arena *arena, const char *full_name)
{
    static const char suffix[] = "__descriptor";
    char *symbol = wg_alloc(arena, 2 * strlen(full_name) + sizeof(suffix)), *out = symbol;
    bool after_capital = true;

    for (const char *in = full_name; symbol && *in; in++) {
        bool capital = isupper((unsigned char)*in);

        if (*in == '.') {
            out = stpcpy(out, "__");
        } else {
            if (capital && !after_capital)
                *out++ = '_';
            *out++ = (char)tolower((unsigned char)*in);
        }
        after_capital = capital || *in == '.';
    }
    if (symbol)
        strcpy(out, suffix);
    return symbol;
}

static const ProtobufCServiceDescriptor *
find_service(struct loading *load, const char *full_name)
{
    const char *symbol = compiled_symbol(&load->all->arena, full_name);
    const ProtobufCServiceDescriptor *service = symbol ? dlsym(RTLD_DEFAULT, symbol) : NULL;

    if (service && service->magic == PROTOBUF_C__SERVICE_DESCRIPTOR_MAGIC &&
        strcmp(service->name, full_name) == 0)
        return service;
    loading_refuse(load->all, "service %s is not in libwellgate-proto.so: its .proto belongs "
                   "under proto/wellgate/, and make compiles it in", full_name);
    return NULL;
}

static bool
find_services(struct loading *load, const Google__Protobuf__FileDescriptorProto *file,
              struct list *found)
{
    for (size_t i = 0; i < file->n_service; i++) {
        const char *name = wg_format(&load->all->arena, "%s.%s", file->package,
                                     file->service[i]->name);
        const ProtobufCServiceDescriptor *service = name ? find_service(load, name) : NULL;

        if (!service || !loading_list(load->all, found, service))
            return false;
    }
    return true;
}

/* protoc writes a file behind those that it imports: the last is the set's own. */
const ProtobufCServiceDescriptor *const *
compiled_services(struct loading *load)
{
    Google__Protobuf__FileDescriptorProto **files = load->set->file;
    size_t n = load->set->n_file;
    const char *own = n && files[n - 1]->package ? files[n - 1]->package : "";
    struct list found = {0};

    for (size_t i = 0; i < n; i++)
        if (files[i]->package && strcmp(files[i]->package, own) == 0 &&
            !find_services(load, files[i], &found))
            return NULL;
    if (!found.n) {
        loading_refuse(load->all, "its package \"%s\" declares no service", own);
        return NULL;
    }
    return loading_list(load->all, &found, NULL)
               ? (const ProtobufCServiceDescriptor *const *)found.items : NULL;
}
