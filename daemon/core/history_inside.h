/* Floor: core.  Inside the history records: for history*.c only. */
#ifndef CDI_CORE_HISTORY_INSIDE_H
#define CDI_CORE_HISTORY_INSIDE_H

#include "core/arena.h"
#include "core/history.h"

enum { ROLE_VICTIM, ROLE_SUSPECT, ROLE_COUNT };
enum { BY_NAME, BY_ID, BY_COUNT };

/* Somebody, as far as a record tells: keys hold force and role; 0 is not said. */
struct face { uint32_t by[BY_COUNT]; uint8_t birth; };

/* What of a log a record is made of. */
struct traits {
    uint32_t when, place;
    uint8_t kinds, force;
    uint8_t count[ROLE_COUNT];
    struct face faces[ROLE_COUNT][CDI_HISTORY_PERSONS_MAX];
};

/* How `whose` is to be read; the two high bits of `kinds`. */
enum form { FORM_HELD, FORM_SHORT, FORM_LONG, FORM_FOLLOWS };
enum { FORM_SHIFT = 6, KINDS_MASK = (1 << FORM_SHIFT) - 1 };
_Static_assert((int)CDI_PAST_KIND_COUNT <= (int)FORM_SHIFT, "kinds leave two bits for the form");

enum { REFERENCE_BYTES = 12 };

/* One victim and one suspect of a log.  A log with more has further cells, each of which names the first. */
struct cell {
    uint32_t when;                              /* seconds since 1970; 0: the cell is free, and `next` the next free one */
    uint32_t persons[ROLE_COUNT][BY_COUNT];
    uint32_t place;                             /* of the first cell */
    uint8_t births[ROLE_COUNT];
    uint8_t kinds, force;
    union {
        struct { uint32_t handle, next; } held;
        uint8_t short_form[REFERENCE_BYTES];    /* a log of one cell: half bytes, see history_keep.c */
        struct { uint32_t block, next; uint8_t size; } long_form;
        struct { uint32_t first, next; } follows;
    } whose;
};
_Static_assert(sizeof(struct cell) == 40, "core/history.h accounts for 40 bytes");

enum { PAGE_CELLS = 4096, CELLS_MAX = (1 << 24) - 2, FORCES_MAX = 255, KEYS_OF_CELL = ROLE_COUNT * BY_COUNT + 2 };

/* Cells by what they are found by: 24 bits of a number and 8 of the key's hash, by linear probing. */
struct index { uint32_t *slots; size_t capacity, used, live; };

struct force { char text[CDI_FORCE_MAX]; uint8_t size; };

struct cdi_history {
    const struct cdi_caseload *load;
    struct cell **pages;
    uint32_t bound, free, cells, logs;          /* numbers are from 1 and below bound; 0 is none */
    struct index index;
    struct force *forces;
    uint8_t force_count;
    uint32_t *of_case, case_room;               /* the first cell of each held case */
    struct cdi_arena references;
    uint32_t newest;                            /* no record is of later than that */
    uint64_t crowded;
};

static inline struct cell *cell_at(const struct cdi_history *history, uint32_t number)
{
    return &history->pages[number / PAGE_CELLS][number % PAGE_CELLS];
}
static inline enum form form_of(const struct cell *cell) { return (enum form)(cell->kinds >> FORM_SHIFT); }
static inline uint32_t first_of(const struct cdi_history *history, uint32_t number)
{
    const struct cell *cell = cell_at(history, number);
    return form_of(cell) == FORM_FOLLOWS ? cell->whose.follows.first : number;
}

/* history.c */
bool cdi_history_traits(const struct cdi_incident *incident, uint8_t kinds, struct traits *traits);      /* false: it makes no record */
bool cdi_history_fits(const struct cdi_history *history, size_t cells);     /* there are numbers for so many more */
uint32_t cdi_history_next(const struct cell *cell);                         /* the log's next cell; 0: none */
bool cdi_history_add(struct cdi_history *history, const struct cell *cells, size_t count, uint32_t *first, struct cdi_error *err);
void cdi_history_remove(struct cdi_history *history, uint32_t first);
bool cdi_history_force(struct cdi_history *history, struct cdi_text force, uint8_t *number, struct cdi_error *err);

/* history_index.c: under which keys a cell is found, but its reference. */
size_t cdi_history_found_by(const struct cdi_history *history, uint32_t number, uint32_t keys[KEYS_OF_CELL]);
uint32_t cdi_history_reference_key(uint8_t force, struct cdi_text reference);
/* Room to post so many more cells; to be asked before they are made. */
bool cdi_history_room(struct cdi_history *history, size_t cells, struct cdi_error *err);
void cdi_history_post(struct cdi_history *history, uint32_t number);
void cdi_history_unpost(struct cdi_history *history, uint32_t number);
/* Calls `visit` with each cell under the key that is of [from, to]; false from it ends. */
void cdi_history_visit(const struct cdi_history *history, uint32_t key, uint32_t from, uint32_t to,
                   bool (*visit)(void *context, uint32_t number), void *context);
/* The kept record with that reference; 0: none. */
uint32_t cdi_history_by_reference(const struct cdi_history *history, uint8_t force, struct cdi_text reference);

/* history_keep.c: whose it is, in the scratch. */
struct cdi_text cdi_history_reference(const struct cdi_history *history, uint32_t first, struct cdi_scratch *scratch);

#endif
