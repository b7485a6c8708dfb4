/* yaml.h - writes YAML line by line. A level without a line in it is left out. */
#ifndef OPENAPI_YAML_H
#define OPENAPI_YAML_H

#include <stdbool.h>
#include <stdio.h>
#include <wellgate/arena.h>

#define YAML_DEPTH_MAX 64

/* In the caller's memory; all but out and arena begins as 0. */
struct yaml {
    FILE *out;
    struct wg_arena *arena;           /* for text that needs quotes */
    const char *open[YAML_DEPTH_MAX]; /* the key of each level; NULL: an item */
    int depth;
    int written;      /* so many of the levels stand in out already */
    bool begins_item; /* the next line does */
};

/* In all of these, key NULL makes an item of a list. */

/* key: text, in quotes where it could be taken for something else. */
void yaml_text(struct yaml *yaml, const char *key, const char *text);

/* key: as it stands, for numbers, true, false, [] and {}. */
void yaml_raw(struct yaml *yaml, const char *key, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The lines until yaml_close are the value of key, which must stay until then. */
void yaml_open(struct yaml *yaml, const char *key);

/* Did the outermost of these levels get a line? */
bool yaml_close(struct yaml *yaml, int levels);

/* Whole lines, indented as they must be. */
void yaml_lines(struct yaml *yaml, const char *lines);

/* "$ref: #/components/kind/name"; below key in the second. */
void yaml_ref(struct yaml *yaml, const char *kind, const char *name);
void yaml_ref_at(struct yaml *yaml, const char *key, const char *kind, const char *name);

#endif
