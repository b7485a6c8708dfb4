/*
 * plugin.h - what a plugin exports.
 *
 * A plugin is a shared object with one data symbol, wg_plugin. Routes, JSON,
 * validation, storage, access control and documentation come from the
 * annotations of its .proto; it brings code only for what needs thought.
 *
 * One without code is no shared object at all: its descriptor set, NAME.pb.
 *
 * ABI history (major: old plugins are refused; minor: fields were added at the
 * end of struct wg_plugin or functions to the SDK, older plugins still load)
 *   1.0  first
 *   1.1  timers, views; services may be NULL; wg_erase, wg_find, wg_cursor_get,
 *        wg_cursor_put, wg_no_memory, wg_show; wg_look, wg_look_at, wg_event_look; wg_csv_mark,
 *        wg_csv_read; wg_nhs_number_valid, wg_nhs_number_within, wg_nhs_number_among,
 *        wg_snomed_concept_valid; wg_check_past; html.h, chart.h and text.h
 *   1.2  checks; wg_csv_read_by, wg_csv_cell, wg_csv_end_row, wg_csv_row; disclosure.h; interval.h; wg_message_hash;
 *        wg_may_open, wg_bar; wg_event_look_before, wg_scan_as_at, wg_pseudonym, wg_disclose,
 *        wg_field_comment, wg_value_comment; wg_next_page, wg_html_next, wg_call_crumbs
 */
#ifndef WELLGATE_PLUGIN_H
#define WELLGATE_PLUGIN_H

#include <stddef.h>
#include <wellgate/call.h>

#define WG_ABI_MAJOR 1
#define WG_ABI_MINOR 2

/* An rpc with a rule of its own. */
struct wg_method {
    const char *name; /* "Referrals/AcceptReferral" */
    /* Optional: runs first, on a read snapshot, on the caller's thread. What it
     * read through wg_depend is checked in the writer; if it moved, both run
     * again. */
    const struct wg_problem *(*prepare)(struct wg_call *call);
    const struct wg_problem *(*run)(struct wg_call *call);
};

/* Runs on every path that writes records of a type. */
struct wg_rule {
    const char *resource; /* "outcomes/Assessment" */
    /* before is NULL on create, after on delete. Field rules and references hold
     * already: a field that refers to a type names a record of it. It may set
     * output-only fields of after, write other records, and refuse. Pointers of
     * wg_violation are into after. */
    const struct wg_problem *(*check)(struct wg_call *call,
                                      const ProtobufCMessage *before,
                                      ProtobufCMessage *after);
};

/* Follows events, in the transaction that appends them, to keep projections.
 * It writes nothing else and cannot refuse: a problem it returns is a fault of
 * the service and ends the write. */
struct wg_handler {
    const char *events;   /* "assessment." : types that begin so */
    const struct wg_problem *(*handle)(struct wg_call *call,
                                       const struct wg_event *event);
};

/*
 * Work that comes round: at each root of the store ("programmes/x", "bonds/x",
 * and "-" for what lies under none) in turn, as the system. Events that it
 * appends have the subject "system". It may read anything, and writes records of
 * its root only.
 *
 * A root is due every_s after its last run, which the store remembers: a
 * restart neither forgets nor hurries it. Where the gateway was away for
 * several periods it runs once. One that fails leaves nothing behind, is
 * logged, and is tried again a period later; other roots and timers go on.
 */
struct wg_timer {
    const char *name; /* "expiry": a word, unique in its plugin */
    uint32_t every_s; /* from 1 */
    /* Optional: asked first, on a read snapshot; *is_due is true at first. What
     * has nothing to write says so here, which costs no write. */
    const struct wg_problem *(*due)(struct wg_call *call, const char *root,
                                    bool *is_due);
    /* In a write transaction. Do a bounded amount of work, for requests wait
     * meanwhile: what remains is for the next time. */
    const struct wg_problem *(*run)(struct wg_call *call, const char *root);
};

/* Another form of a method's answer than JSON, for clients whose Accept prefers it. A CSV of
 * a list is of the whole list: the view is asked for each page in turn, and writes the row of
 * headings where the request has no page token. */
struct wg_view {
    const char *method;     /* "Payments/GetStatement", of the plugin's own services */
    const char *media_type; /* "text/csv; charset=utf-8"; not application/json */
    /* What the method answered, without what is hidden from the caller, as bytes in
     * the call's arena. It runs where the method did, in the same transaction. */
    const struct wg_problem *(*render)(struct wg_call *call,
                                       const ProtobufCMessage *output,
                                       struct wg_bytes *text);
};

/* What `wellgate verify` proves of a root beside its chain, records and indexes. */
struct wg_check {
    const char *name; /* "journal": a word */
    /*
     * On a read snapshot, as the system.
     *
     * fault   one line about the first thing that does not hold, in the arena; stays NULL
     *         where all does. Nothing about a person
     * errors  only where the store cannot be read
     */
    const struct wg_problem *(*run)(struct wg_call *call, const char *root, const char **fault);
};

struct wg_plugin {
    uint16_t abi_major; /* WG_PLUGIN_ABI sets the first three */
    uint16_t abi_minor;
    uint32_t size;
    const char *name; /* "referrals": first part of its resource types */
    const char *const descriptor_set[2]; /* begin and end: protoc's
                                            --include_imports
                                            --include_source_info */
    /* NULL-terminated. NULL: those of the descriptor set's own package, found
     * by their names in libwellgate-proto.so, where all of proto/ is. */
    const ProtobufCServiceDescriptor *const *services;
    const struct wg_method *methods;                   /* end with {0} */
    const struct wg_rule *rules;                       /* end with {0} */
    const struct wg_handler *handlers;                 /* end with {0} */
    /* Raise it when projections have to be made anew from the events. */
    uint32_t projection_version;
    /* Optional: runs in a write transaction at start, as the system; writes
     * the plugin's built-in records. Run at every start. */
    const struct wg_problem *(*start)(struct wg_call *call);
    void (*stop)(void);
    const struct wg_timer *timers; /* end with {0}; since 1.1 */
    const struct wg_view *views;   /* end with {0}; since 1.1 */
    const struct wg_check *checks; /* end with {0}; since 1.2 */
};

#define WG_PLUGIN_ABI                                                         \
    .abi_major = WG_ABI_MAJOR, .abi_minor = WG_ABI_MINOR,                     \
    .size = sizeof(struct wg_plugin)

/* The host looks it up by this name. */
#define WG_PLUGIN                                                             \
    __attribute__((visibility("default"))) extern const struct wg_plugin      \
        wg_plugin;                                                            \
    const struct wg_plugin wg_plugin

/*
 * Put a file's bytes between symbol and symbol##_end.
 *
 * path  found as #include would find it, with the assembler's -I
 */
#define WG_EMBED(symbol, path)                                                \
    __asm__(".pushsection .rodata\n.balign 16\n" #symbol ":\n.incbin \"" path \
            "\"\n" #symbol "_end:\n.byte 0\n.popsection\n");                  \
    extern const char symbol[] __attribute__((visibility("hidden")));         \
    extern const char symbol##_end[] __attribute__((visibility("hidden")))

#endif
