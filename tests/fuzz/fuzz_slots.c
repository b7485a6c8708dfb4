/*
 * fuzz_slots.c - a file of slots with damage: it opens or does not, and a slot has the
 * key that it had, or none.
 *
 * The input is a list of changes, five bytes each: what (of the head or of a slot, with
 * or without a checksum that then fits; or the file cut off), which slot, where, a byte.
 */
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include "files.h"
#include "fuzz.h"
#include "people/slots.h"
#include "store/bytes.h"

enum { SLOT_BYTES = 128, CHECKSUM_AT = SLOT_BYTES - 8, CHANGES_MAX = 40 };

static char folder[] = "/tmp/wellgate-fuzz-XXXXXX", path[64];
static struct master master;
static unsigned char whole[(1 + SLOTS_PER_BLOCK) * SLOT_BYTES];
static unsigned char keys[SLOTS_PER_BLOCK][SLOT_KEY_BYTES];
static uint64_t stamps[SLOTS_PER_BLOCK];

/* ---- The file as it was made ---- */

static struct slots *
open_slots(bool make)
{
    char error[256] = "";
    struct slots *slots = slots_open(path, &master, make, false, error, sizeof(error));

    FUZZ_TELL(slots || *error, "refused without a word");
    return slots;
}

static void
read_whole(void)
{
    int file = open(path, O_RDONLY);

    FUZZ_CHECK(file >= 0 && read(file, whole, sizeof(whole)) == (ssize_t)sizeof(whole));
    close(file);
}

static void
remove_folder(void)
{
    folder_remove(folder);
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
    struct slots *slots;
    char key_path[64], error[256] = "";

    (void)argc;
    (void)argv;
    FUZZ_CHECK(mkdtemp(folder));
    atexit(remove_folder);
    snprintf(path, sizeof(path), "%s/slots", folder);
    snprintf(key_path, sizeof(key_path), "%s/master.key", folder);
    FUZZ_TELL(master_open(&master, key_path, true, error, sizeof(error)), "%s", error);
    FUZZ_CHECK((slots = open_slots(true)) && slots_extend(slots));
    for (uint64_t i = 0; i < SLOTS_PER_BLOCK; i++)
        FUZZ_CHECK(slots_read(slots, i, keys[i], &stamps[i]) == SLOT_KEY);
    slots_close(slots);
    read_whole();
    return 0;
}

/* ---- Damage ---- */

static void
damage(struct fuzz_input *input, unsigned char *bytes, size_t *length)
{
    unsigned what = fuzz_byte(input), which = fuzz_byte(input), where = fuzz_byte(input);
    unsigned char byte = fuzz_byte(input);
    unsigned char *slot = bytes + (what & 1 ? (1 + which) * SLOT_BYTES : 0);

    slot[where % SLOT_BYTES] = byte;
    if (what & 2)
        bytes_put64(slot + CHECKSUM_AT, XXH3_64bits(slot, CHECKSUM_AT));
    if (what & 4)
        *length = (size_t)which * SLOT_BYTES + where;
    if (what & 8) /* one in another's place */
        memcpy(slot, whole + (1 + byte) * SLOT_BYTES, SLOT_BYTES);
}

static void
write_file(const unsigned char *bytes, size_t length)
{
    int file = open(path, O_WRONLY | O_TRUNC);

    FUZZ_CHECK(file >= 0 && write(file, bytes, length) == (ssize_t)length);
    close(file);
}

/* ---- What must hold ---- */

static void
check_slot(struct slots *slots, uint64_t number)
{
    unsigned char key[SLOT_KEY_BYTES];
    uint64_t stamp = 0;
    enum slot_state state = slots_read(slots, number, key, &stamp);

    if (state == SLOT_KEY) {
        FUZZ_CHECK(number < SLOTS_PER_BLOCK);
        FUZZ_CHECK(memcmp(key, keys[number], sizeof(key)) == 0 && stamp == stamps[number]);
    }
}

static void
check_erased(struct slots *slots, uint64_t number)
{
    unsigned char key[SLOT_KEY_BYTES];
    uint64_t stamp;

    if (slots_erase(slots, number, stamps[number]))
        FUZZ_CHECK(number >= slots_count(slots) ||
                   slots_read(slots, number, key, &stamp) != SLOT_KEY);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static unsigned char bytes[sizeof(whole)];
    struct fuzz_input input = {data, size};
    size_t length = sizeof(bytes);
    uint8_t erased = fuzz_byte(&input);
    struct slots *slots;

    memcpy(bytes, whole, sizeof(bytes));
    for (int n = 0; input.left && n < CHANGES_MAX; n++)
        damage(&input, bytes, &length);
    write_file(bytes, length < sizeof(bytes) ? length : sizeof(bytes));
    if (!(slots = open_slots(false)))
        return 0;
    FUZZ_CHECK(slots_count(slots) <= SLOTS_PER_BLOCK);
    for (uint64_t i = 0; i <= SLOTS_PER_BLOCK; i += 5)
        check_slot(slots, i);
    check_slot(slots, erased);
    check_erased(slots, erased);
    slots_close(slots);
    return 0;
}
