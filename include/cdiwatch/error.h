/* Floor: core.  A failure is a value of the caller's. */
#ifndef CDIWATCH_ERROR_H
#define CDIWATCH_ERROR_H

#include <stdbool.h>

/* Why something was refused.  The words appear in dead letters, metrics and replay's summary: they are part of the interface. */
#define CDI_ERROR_LIST(X) \
    X(NONE, none) \
    X(NOT_JSON, not_json)             /* not one well-formed JSON document */ \
    X(NOT_CSV, not_csv)               /* not well-formed CSV */ \
    X(TOO_LARGE, too_large)           /* beyond a named limit */ \
    X(WRONG_TYPE, wrong_type)         /* a field holds another kind of value */ \
    X(MISSING, missing)               /* a field the schema requires is absent */ \
    X(BAD_TIME, bad_time)             /* a time that cannot be read */ \
    X(OUT_OF_BOUNDS, out_of_bounds)   /* a time or number outside what is accepted: quarantined */ \
    X(BAD_VALUE, bad_value)           /* a value the field cannot hold */ \
    X(UNKNOWN_KIND, unknown_kind)     /* neither incident, crime, action nor heartbeat */ \
    X(CONFIGURATION, configuration)   /* a table, source table or option is wrong */ \
    X(CORRUPT, corrupt)               /* a state record fails its checksum or version */ \
    X(LIMIT, limit)                   /* a named limit of the engine is reached */ \
    X(BROKER, broker)                 /* Kafka cannot be reached, or refuses for now */ \
    X(RIGHTS, rights)                 /* Kafka says that we may not */ \
    X(SYSTEM, system)                 /* the operating system refused: file, memory */

enum cdi_error_code {
#define X(upper, lower) CDI_ERROR_##upper,
    CDI_ERROR_LIST(X)
#undef X
    CDI_ERROR_COUNT
};

enum { CDI_ERROR_TEXT_SIZE = 480, CDI_ERROR_WHERE_SIZE = 160 };

/* `where` is a JSON pointer, or file:line:column.  Neither member ever holds a value from a message. */
struct cdi_error {
    enum cdi_error_code code;
    char where[CDI_ERROR_WHERE_SIZE];
    char text[CDI_ERROR_TEXT_SIZE];
};

const char *cdi_error_word(enum cdi_error_code code);

/* Fills *err unless it already holds a failure (the first wins) or is NULL.  Always returns false. */
bool cdi_fail(struct cdi_error *err, enum cdi_error_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same, saying where. */
bool cdi_fail_at(struct cdi_error *err, enum cdi_error_code code, const char *where, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

void cdi_error_clear(struct cdi_error *err);

/* A bug of ours: stop, also in production. */
#define CDI_ASSERT(condition) \
    ((condition) ? (void)0 : cdi_assertion_failed(#condition, __FILE__, __LINE__))
_Noreturn void cdi_assertion_failed(const char *condition, const char *file, int line);
/* How last words reach somebody: the core itself does no output. */
void cdi_on_assertion(void (*say)(const char *text));

#endif
