/* The scenario runner: a text file with simulated time, through codec and engine (tests/README.md says how to write one).
 *
 *   reader   a file into statements            clock    the language's times
 *   message  a statement into a JSON message   world    rules, decoder, engine, judge time, what was published
 *   expect   a document against expectations   permute  the same messages in other orders
 *   tally    a tally against expectations
 *   story    one file from beginning to end    mix      random histories of all stories' messages
 *   resume   a restart at any point changes nothing, nor does dropping
 *   anew     nor does it change what is told of a log afterwards
 *   talk     what is wrong                     draw     numbers drawn from a seed
 *   main     all files, TAP
 *
 * tests/judge has reader, clock, message, expect, tally, talk and draw from here, and plays its stories otherwise. */
#ifndef CDI_TESTS_SCENARIO_H
#define CDI_TESTS_SCENARIO_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "cdiwatch/engine.h"
#include "codec/encode_alert.h"

/* ---- reader ---- */

struct line { unsigned number; char *text; };           /* without indentation and end of line; never empty */
/* A line at the margin, with the indented lines beneath it. */
struct statement { struct line head; const struct line *body; size_t body_count; };

struct script {
    char *bytes;
    struct line *lines;                                 /* the statements' lines, in order */
    struct statement *statements;
    size_t statement_count;
    bool cited;                                         /* the first line is a comment: where the rule stands */
};

bool script_read(struct script *script, const char *path);      /* false: errno says why */
void script_free(struct script *script);

/* Cuts the first word off *rest and returns it; NULL when nothing is left.  A word in quotes may hold spaces.  Writes into
 * the line. */
char *next_word(char **rest);
/* The same for key=value, key~value, key!value, key>value or key<value; a value in quotes may hold spaces.  false: nothing is left, or, with
 * pair->key set, that word is none. */
struct pair { char *key, *value; char operation; };
bool next_pair(char **rest, struct pair *pair);

/* ---- clock ---- */

struct clock { struct cdi_instant start, now; };

/* "+20h", "-1h" count from the start, "now", "now-3h" and "now+5m" from now; else RFC 3339 with an offset. */
bool clock_read(const struct clock *clock, const char *word, struct cdi_instant *at);

/* ---- world ---- */

struct rules;                                           /* the shipped tables, source table and decoder; one for all stories */
struct rules *rules_load(void);                         /* NULL: said on stdout why */
void rules_free(struct rules *rules);

struct message { enum cdi_feed feed; char *bytes; struct cdi_instant known_at; };

/* What was published under a key, last first written: a compacted topic. */
struct kept { char *key, *value; size_t key_size, value_size; };
struct shelf { struct kept *items; size_t count, room; };

/* A force that was told of, or held. */
struct told_force { char code[CDI_FORCE_MAX + 1]; struct cdi_instant sure_until; };       /* NONE: it is not held */

struct world {
    struct rules *rules;
    struct cdi_engine *engine;
    struct cdi_instant judged;                          /* the judge time; NONE: nothing was judged yet */
    struct shelf documents, records;                    /* alerts (canonical JSON, by alert id) and state records */
    struct shelf tallies;                               /* by their key on the topic of alerts */
    FILE *log;                                          /* what was published, in order, since the world was forked; NULL: it never was */
    char *log_text;
    size_t log_size;
    bool dropped;                                       /* a case was: then the tallies hold more than counting afresh comes to */
    struct shelf deleted;                               /* alerts whose document was there and is deleted */
    struct told_force *forces;
    size_t force_count;
};

bool world_open(struct world *world, struct rules *rules, struct cdi_error *err);
void world_close(struct world *world);
/* Decodes and applies; a refusal by either is REJECTED, and err says why. */
enum cdi_outcome world_tell(struct world *world, const struct message *message, struct cdi_error *err);
/* Judges what was told, at the judge time as it stands. */
void world_settle(struct world *world);
/* The judge time jumps to `at` (if that is later), and everything marked is judged. */
void world_judge(struct world *world, struct cdi_instant at);
/* Every deadline before `at` is judged at its own instant.  false: the engine named one that had passed already. */
bool world_pass(struct world *world, struct cdi_instant at);
/* The force's absences are sure only up to then; NONE: it is held no more. */
void world_hold(struct world *world, struct cdi_text force, struct cdi_instant sure_until);
struct cdi_instant world_held(const struct world *world, struct cdi_text force);
void world_release(struct world *world);                /* no force is held any more */
/* Stop, and go on from the state records alone. */
bool world_restart(struct world *world, struct cdi_error *err);
/* The same with an engine that drops nothing. */
bool world_open_keeping(struct world *world, struct rules *rules, struct cdi_error *err);
/* Another that goes on from the state records of the first, and what either publishes from here on is logged. */
bool world_fork(struct world *world, struct world *other, struct cdi_error *err);
char *world_log(struct world *world);                   /* the caller frees */
const char *world_same_records(const struct world *a, const struct world *b);          /* NULL: they are; else the key of one that is not */
/* A log is held; it is held and told anew (NONE: any is). */
bool world_holds(const struct world *world, struct cdi_text incident);
bool world_told_anew(const struct world *world, struct cdi_text incident);
/* Every report (or those that exist as documents), in the engine's order, a line each.  The caller frees. */
char *world_documents(struct world *world, bool documents_only, enum cdi_alert_form form);
/* See expect_gone(). */
const char *world_gone(const struct world *world, struct cdi_text force, struct cdi_text incident, uint32_t report);
/* What the topic of alerts holds and what the engine says must be the same documents; false: *problem (the caller's) says
 * which is not. */
bool world_published(struct world *world, char **problem);

/* The tallies with anything in them, in order, a line each: as they are kept, or counted afresh from the cases.  The caller frees. */
char *world_tallies(struct world *world, bool afresh);

/* ---- story ---- */

struct pool;
struct story {
    const char *path;
    struct world world;
    struct clock clock;
    bool started, down, permuted, broken;               /* down: messages arrive, nobody judges; broken: stop here */
    char force[32];
    struct message *messages;                           /* all that were told, in order */
    size_t message_count, message_room;
    enum cdi_outcome outcome;                           /* of the last one */
    struct cdi_error refusal;
    unsigned failures, requests;
    unsigned rounds;                                    /* of each permutation; 0: as many as the story says */
    json_t *mentioned;                                  /* "incident L1": its defaults are used up */
    FILE *talk;                                         /* what is wrong, as TAP comments */
};

/* Notes path:line and what is wrong, and counts it. */
void story_fail(struct story *story, unsigned line, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* The statement cannot be understood: the story ends here.  Always false. */
bool story_break(struct story *story, unsigned line, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* A document beneath the complaint, pretty-printed; and lines as they are. */
void story_show(struct story *story, const json_t *document);
void story_indent(struct story *story, const char *text);
/* Everything told so far is judged as of now, unless the service is down.  Each player has its own. */
void story_judge(struct story *story);
/* How stories are told: how each one ended is shown; in so many rounds of each permutation, 0: as many as the story says; their
 * messages go into the pool too (may be NULL). */
struct telling { bool verbose; unsigned rounds; struct pool *pool; };
/* Prints one TAP line for the file, and beneath it what was wrong; true if all expectations held. */
bool story_run(struct rules *rules, const char *path, unsigned number, const struct telling *telling);

/* ---- message ---- */

/* incident, crime, action, heartbeat or raw (`kind`; `rest` of its line).  false: the story is broken, and says why. */
bool message_build(struct story *story, const struct statement *statement, const char *kind, char *rest,
                   struct message *message);

/* ---- expect ---- */

/* expect, expect-gone, expect-document, expect-no-document, expect-no-report, expect-documents, expect-outcome. */
void expect_run(struct story *story, const struct statement *statement, const char *kind, char *rest);
/* The reports as JSON, for who wants to look at one; of one incident, where only that is asked for (else NULL).  The caller's.
 * Each player has its own. */
json_t *expect_documents(struct story *story, bool documents_only, const char *incident);
/* Its document was published once and is deleted, and nothing is known of the log any more; else what speaks against it.  Each player
 * has its own. */
const char *expect_gone(struct story *story, const char *incident, uint32_t report);
/* One line of key=value ... against one document; what does not hold is told and counted. */
void expect_line(struct story *story, unsigned line, const json_t *document, char *rest);

/* ---- tally ---- */

void expect_tally(struct story *story, const struct statement *statement, char *rest);
/* What was last published of each, as JSON.  The caller's.  Each player has its own. */
json_t *expect_tallies(struct story *story);

/* ---- permute ---- */

/* `rounds` seeded orders of the story's messages must end in the documents that the story ended in.  Nothing comes later than the
 * topics keep it: time does not pass further than `delay` beyond a message that is not told yet. */
#define DELAYED_AT_MOST CDI_DAYS(30)
void permute_run(struct story *story, unsigned line, unsigned rounds, struct cdi_span delay);

/* ---- draw ---- */

uint64_t draw(uint64_t *seed);                          /* deterministic */
size_t draw_below(uint64_t *seed, size_t bound);
uint64_t first_seed(void);                              /* SEED of the environment, else 1 */

/* ---- mix ---- */

struct pool { struct message *messages; size_t count, room; };

void pool_add(struct pool *pool, const struct message *messages, size_t count);         /* copies */
void pool_free(struct pool *pool);
/* So many at most, of one time, in the order in which they became known; borrowed from the pool.  Three of four from so near `around`
 * the first that they are of the same story, or the next; 0: from anywhere. */
size_t pool_draw(const struct pool *pool, uint64_t *seed, size_t around, struct message *messages, size_t count);
/* Histories drawn from the pool, each in several orders: one TAP line. */
bool mix_run(struct rules *rules, const struct pool *pool, unsigned number);

/* ---- resume ---- */

/* Histories drawn from the pool, each restarted at one point: one TAP line. */
bool resume_run(struct rules *rules, const struct pool *pool, unsigned number);

/* ---- anew ---- */

/* Random histories of logs that go on after they were dropped: one TAP line. */
bool anew_run(struct rules *rules, unsigned number);
/* Is the document among all these lines; of a log told anew, as far as what was dropped does not show in it? */
bool documents_hold(const char *all, const char *line, bool anew);

#endif
