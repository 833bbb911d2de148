/* The shipped rules, one engine, its judge time, and the two compacted topics that it writes to. */
#include "scenario.h"

#include <stdlib.h>
#include <string.h>

#include "codec/decode.h"
#include "codec/encode_tally.h"
#include "codec/frequencies.h"
#include "core/engine_inside.h"
#include "edge/rulebook.h"

/* ---- rules ---- */

struct rules {
    struct cdi_rulebook *rulebook;
    struct cdi_source *source;
    struct cdi_tokeniser *tokeniser;
    struct cdi_decoder *decoder;
};

static void complain(void *context, const struct cdi_error *problem)
{
    (void)context;
    printf("# %s: %s\n", problem->where, problem->text);
}

struct rules *rules_load(void)
{
    static const char key[] = "a key for scenarios, known to all";
    struct cdi_error err = { 0 };
    struct rules *rules = calloc(1, sizeof *rules);
    if (rules == NULL)
        return NULL;
    rules->rulebook = cdi_rulebook_load(NULL, complain, NULL, &err);
    rules->source = cdi_source_load("cdiwatch", &err);
    rules->tokeniser = cdi_tokeniser_create(key, sizeof key - 1, &err);
    if (rules->rulebook != NULL && rules->source != NULL && rules->tokeniser != NULL) {
        struct cdi_decoder_parts parts = { .source = rules->source, .lexicon = rules->rulebook->lexicon,
                                           .tokeniser = rules->tokeniser, .boilerplate = rules->rulebook->boilerplate,
                                           .reader = CDI_JSON_READER_SIMDJSON };
        rules->decoder = cdi_decoder_create(&parts, &err);
    }
    if (rules->decoder != NULL &&
        cdi_frequencies_bind(rules->rulebook->frequencies, &rules->rulebook->tables, rules->tokeniser, &err))
        return rules;
    complain(NULL, &err);
    rules_free(rules);
    return NULL;
}

void rules_free(struct rules *rules)
{
    if (rules == NULL)
        return;
    cdi_decoder_destroy(rules->decoder);
    cdi_tokeniser_destroy(rules->tokeniser);
    cdi_source_destroy(rules->source);
    cdi_rulebook_destroy(rules->rulebook);
    free(rules);
}

/* ---- compacted topics ---- */

static void shelf_drop(struct shelf *shelf, size_t at)
{
    free(shelf->items[at].key);
    free(shelf->items[at].value);
    memmove(&shelf->items[at], &shelf->items[at + 1], (shelf->count - at - 1) * sizeof *shelf->items);
    shelf->count--;
}

static size_t shelf_find(const struct shelf *shelf, struct cdi_text key)
{
    size_t at = 0;
    while (at < shelf->count && (shelf->items[at].key_size != key.size || memcmp(shelf->items[at].key, key.at, key.size) != 0))
        at++;
    return at;
}

static char *copy_of(struct cdi_text text)
{
    char *copy = calloc(1, text.size + 1);
    CDI_ASSERT(copy != NULL);
    if (text.size > 0)
        memcpy(copy, text.at, text.size);
    return copy;
}

/* The newest writing of a key is the only one, and stands last; an empty value is a tombstone. */
static void shelf_put(struct shelf *shelf, struct cdi_text key, struct cdi_text value)
{
    size_t at = shelf_find(shelf, key);
    if (at < shelf->count)
        shelf_drop(shelf, at);
    if (value.size == 0)
        return;
    if (shelf->count == shelf->room) {
        shelf->room = shelf->room * 2 + 16;
        shelf->items = realloc(shelf->items, shelf->room * sizeof *shelf->items);
        CDI_ASSERT(shelf->items != NULL);
    }
    shelf->items[shelf->count++] = (struct kept){ copy_of(key), copy_of(value), key.size, value.size };
}

static void shelf_free(struct shelf *shelf)
{
    while (shelf->count > 0)
        shelf_drop(shelf, shelf->count - 1);
    free(shelf->items);
    *shelf = (struct shelf){ .items = NULL };
}

/* ---- the engine ---- */

static const struct cdi_tables *tables_of(const struct world *world)
{
    return &world->rules->rulebook->tables;
}

static bool open_world(struct world *world, struct rules *rules, bool keep_all, struct cdi_error *err)
{
    *world = (struct world){ .rules = rules, .judged = CDI_INSTANT_NONE };
    world->engine = cdi_engine_create(tables_of(world), &(struct cdi_engine_limits){ .keep_all = keep_all }, err);
    return world->engine != NULL;
}

bool world_open(struct world *world, struct rules *rules, struct cdi_error *err) { return open_world(world, rules, false, err); }
bool world_open_keeping(struct world *world, struct rules *rules, struct cdi_error *err) { return open_world(world, rules, true, err); }

void world_close(struct world *world)
{
    cdi_engine_destroy(world->engine);
    free(world->forces);
    world->forces = NULL;
    world->force_count = 0;
    shelf_free(&world->documents);
    shelf_free(&world->records);
    shelf_free(&world->tallies);
    shelf_free(&world->deleted);
    if (world->log != NULL)
        fclose(world->log);
    free(world->log_text);
    world->log = NULL;
    world->log_text = NULL;
    world->engine = NULL;
}

/* ---- forces ---- */

static struct told_force *force_of(struct world *world, struct cdi_text code)
{
    for (size_t i = 0; i < world->force_count; i++)
        if (cdi_text_is(code, world->forces[i].code))
            return &world->forces[i];
    world->forces = realloc(world->forces, (world->force_count + 1) * sizeof *world->forces);
    CDI_ASSERT(world->forces != NULL && code.size <= CDI_FORCE_MAX);
    struct told_force *force = &world->forces[world->force_count++];
    *force = (struct told_force){ .sure_until = CDI_INSTANT_NONE };
    memcpy(force->code, code.at, code.size);
    return force;
}

void world_hold(struct world *world, struct cdi_text code, struct cdi_instant sure_until)
{
    force_of(world, code)->sure_until = sure_until;
    CDI_ASSERT(cdi_engine_hold(world->engine, code, sure_until, NULL));
}

struct cdi_instant world_held(const struct world *world, struct cdi_text code)
{
    for (size_t i = 0; i < world->force_count; i++)
        if (cdi_text_is(code, world->forces[i].code))
            return world->forces[i].sure_until;
    return CDI_INSTANT_NONE;
}

void world_release(struct world *world)
{
    for (size_t i = 0; i < world->force_count; i++)
        world_hold(world, cdi_text_of(world->forces[i].code), CDI_INSTANT_NONE);
}

/* ---- messages ---- */

enum cdi_outcome world_tell(struct world *world, const struct message *message, struct cdi_error *err)
{
    const struct cdi_record *record;
    cdi_error_clear(err);
    if (!cdi_decode_message(world->rules->decoder, message->feed, message->bytes, strlen(message->bytes), message->known_at,
                            &record, err))
        return CDI_OUTCOME_REJECTED;
    if (record == NULL)
        return CDI_OUTCOME_OUT_OF_SCOPE;        /* a deletion changes nothing */
    force_of(world, cdi_record_force(record));
    return cdi_engine_apply(world->engine, record, message->known_at, err);
}

static void publish(struct world *world, struct cdi_alert_json *json, const struct cdi_alert *alert)
{
    char id[33];
    cdi_alert_id_format(alert->id, id);
    shelf_put(&world->deleted, cdi_text_of(id), alert->gone ? CDI_TEXT("deleted") : CDI_TEXT_NONE);
    if (alert->gone) {
        shelf_put(&world->documents, cdi_text_of(id), CDI_TEXT_NONE);
        if (world->log != NULL)
            fprintf(world->log, "%s deleted\n", id);
        return;
    }
    if (world->log != NULL) {
        CDI_ASSERT(cdi_encode_alert_data(json, tables_of(world), alert, CDI_ALERT_FORM_WHOLE));
        fprintf(world->log, "%.*s\n", (int)json->size, json->at);
    }
    CDI_ASSERT(cdi_encode_alert_data(json, tables_of(world), alert, CDI_ALERT_FORM_CANONICAL));
    shelf_put(&world->documents, cdi_text_of(id), (struct cdi_text){ json->at, json->size });
}

static void publish_tally(struct world *world, struct cdi_alert_json *json, const struct cdi_tally *tally)
{
    struct cdi_scratch scratch = CDI_SCRATCH_EMPTY;
    CDI_ASSERT(cdi_encode_tally_data(json, tally, CDI_ALERT_FORM_CANONICAL));
    shelf_put(&world->tallies, cdi_tally_event_key(tally, &scratch), (struct cdi_text){ json->at, json->size });
    cdi_scratch_free(&scratch);
}

static void keep_record(struct world *world, const struct cdi_state_change *change)
{
    enum cdi_case_kind kind;
    struct cdi_text force, reference;
    CDI_ASSERT(cdi_state_read_key(change->key, &force, &kind, &reference, NULL));
    world->dropped = world->dropped || (change->value.size == 0 && (kind == CDI_CASE_INCIDENT || kind == CDI_CASE_CRIME));
    shelf_put(&world->records, change->key, change->value);
}

void world_settle(struct world *world)
{
    struct cdi_effects effects;
    struct cdi_alert_json json = { .at = NULL };
    bool more;
    do {
        more = cdi_engine_settle(world->engine, &effects);
        for (size_t i = 0; i < effects.alert_count; i++)
            publish(world, &json, &effects.alerts[i]);
        for (size_t i = 0; i < effects.tally_count; i++)
            publish_tally(world, &json, &effects.tallies[i]);
        for (size_t i = 0; i < effects.change_count; i++)
            keep_record(world, &effects.changes[i]);
    } while (more);
    free(json.at);
}

void world_judge(struct world *world, struct cdi_instant at)
{
    world->judged = cdi_instant_later(world->judged, at);
    cdi_engine_advance(world->engine, world->judged);
    world_settle(world);
}

bool world_pass(struct world *world, struct cdi_instant at)
{
    for (;;) {
        struct cdi_instant next = cdi_engine_next_deadline(world->engine);
        if (!cdi_instant_said(next) || !cdi_instant_before(next, at))
            return true;
        if (!cdi_instant_before(world->judged, next))
            return false;
        world_judge(world, next);
    }
}

bool world_restart(struct world *world, struct cdi_error *err)
{
    struct cdi_engine *fresh = cdi_engine_create(tables_of(world), &(struct cdi_engine_limits){ 0 }, err);
    bool good = fresh != NULL;
    for (size_t i = 0; good && i < world->records.count; i++) {
        const struct kept *kept = &world->records.items[i];
        good = cdi_engine_restore(fresh, (struct cdi_text){ kept->key, kept->key_size },
                                  (struct cdi_text){ kept->value, kept->value_size }, err);
    }
    cdi_engine_destroy(good ? world->engine : fresh);
    if (!good)
        return false;
    world->engine = fresh;
    for (size_t i = 0; i < world->force_count; i++)     /* known from the feeds, not from the engine's state */
        world_hold(world, cdi_text_of(world->forces[i].code), world->forces[i].sure_until);
    if (cdi_instant_said(world->judged))
        world_judge(world, world->judged);      /* it is committed with the state */
    return true;
}

static void shelf_copy(struct shelf *to, const struct shelf *from)
{
    for (size_t i = 0; i < from->count; i++)
        shelf_put(to, (struct cdi_text){ from->items[i].key, from->items[i].key_size },
                  (struct cdi_text){ from->items[i].value, from->items[i].value_size });
}

bool world_fork(struct world *world, struct world *other, struct cdi_error *err)
{
    *other = (struct world){ .rules = world->rules, .judged = world->judged, .force_count = world->force_count,
                               .dropped = world->dropped };
    other->forces = calloc(world->force_count + 1, sizeof *other->forces);
    CDI_ASSERT(other->forces != NULL);
    if (world->force_count != 0)
        memcpy(other->forces, world->forces, world->force_count * sizeof *other->forces);
    shelf_copy(&other->documents, &world->documents);
    shelf_copy(&other->records, &world->records);
    shelf_copy(&other->deleted, &world->deleted);
    world->log = open_memstream(&world->log_text, &world->log_size);
    other->log = open_memstream(&other->log_text, &other->log_size);
    CDI_ASSERT(world->log != NULL && other->log != NULL);
    return world_restart(other, err);
}

char *world_log(struct world *world)
{
    fflush(world->log);
    return strdup(world->log_text);
}

const char *world_same_records(const struct world *a, const struct world *b)
{
    const struct shelf *shelves[] = { &a->records, &b->records };
    for (size_t s = 0; s < 2; s++)
        for (size_t i = 0; i < shelves[s]->count; i++) {
            const struct kept *kept = &shelves[s]->items[i];
            size_t at = shelf_find(shelves[1 - s], (struct cdi_text){ kept->key, kept->key_size });
            if (at == shelves[1 - s]->count || shelves[1 - s]->items[at].value_size != kept->value_size ||
                memcmp(shelves[1 - s]->items[at].value, kept->value, kept->value_size) != 0)
                return kept->key;
        }
    return NULL;
}

/* Of the logs that are held: this one, or any; told anew, if only those are asked for. */
static bool any_held(const struct world *world, struct cdi_text incident, bool anew)
{
    struct cdi_scratch scratch = CDI_SCRATCH_EMPTY;
    bool found = false;
    for (size_t i = 0; !found && i < world->records.count; i++) {
        const struct kept *kept = &world->records.items[i];
        struct cdi_text force, reference, packed, counted;
        enum cdi_case_kind kind;
        struct cdi_incident_case held;
        CDI_ASSERT(cdi_state_read_key((struct cdi_text){ kept->key, kept->key_size }, &force, &kind, &reference, NULL));
        if (kind != CDI_CASE_INCIDENT || (cdi_text_said(incident) && !cdi_text_same(incident, reference)))
            continue;
        CDI_ASSERT(cdi_engine_record_split((struct cdi_text){ kept->value, kept->value_size }, &packed, &counted, NULL) &&
                   cdi_unpack_incident(packed, &held, &scratch, NULL));
        found = !anew || cdi_instant_said(held.facts.settled.until);
    }
    cdi_scratch_free(&scratch);
    return found;
}

bool world_holds(const struct world *world, struct cdi_text incident) { return any_held(world, incident, false); }
bool world_told_anew(const struct world *world, struct cdi_text incident) { return any_held(world, incident, true); }

/* ---- documents ---- */

struct writing { const struct cdi_tables *tables; enum cdi_alert_form form; struct cdi_alert_json json; FILE *out; };

static bool write_document(void *context, const struct cdi_alert *alert)
{
    struct writing *writing = context;
    CDI_ASSERT(cdi_encode_alert_data(&writing->json, writing->tables, alert, writing->form));
    fprintf(writing->out, "%.*s\n", (int)writing->json.size, writing->json.at);
    return true;
}

char *world_documents(struct world *world, bool documents_only, enum cdi_alert_form form)
{
    char *text = NULL;
    size_t size;
    struct writing writing = { .tables = tables_of(world), .form = form, .out = open_memstream(&text, &size) };
    CDI_ASSERT(writing.out != NULL);
    cdi_engine_each(world->engine, documents_only, write_document, &writing);
    fclose(writing.out);
    free(writing.json.at);
    return text;
}

static bool write_tally(void *context, const struct cdi_tally *tally)
{
    struct writing *writing = context;
    if (tally->row_count == 0)                  /* that something was once counted there is no fact */
        return true;
    CDI_ASSERT(cdi_encode_tally_data(&writing->json, tally, CDI_ALERT_FORM_CANONICAL));
    fprintf(writing->out, "%.*s\n", (int)writing->json.size, writing->json.at);
    return true;
}

char *world_tallies(struct world *world, bool afresh)
{
    char *text = NULL;
    size_t size;
    struct writing writing = { .tables = tables_of(world), .out = open_memstream(&text, &size) };
    CDI_ASSERT(writing.out != NULL && cdi_engine_tallies(world->engine, afresh, write_tally, &writing, NULL));
    fclose(writing.out);
    free(writing.json.at);
    return text;
}

const char *world_gone(const struct world *world, struct cdi_text force, struct cdi_text incident, uint32_t report)
{
    char id[33];
    struct cdi_scratch scratch = CDI_SCRATCH_EMPTY;
    cdi_alert_id_format(cdi_alert_id(force, incident, report), id);
    bool known = shelf_find(&world->records, cdi_state_key(force, CDI_CASE_INCIDENT, incident, &scratch)) < world->records.count;
    cdi_scratch_free(&scratch);
    if (shelf_find(&world->documents, cdi_text_of(id)) < world->documents.count)
        return "its document is there";
    if (known)
        return "its state record is there";
    return shelf_find(&world->deleted, cdi_text_of(id)) < world->deleted.count ? NULL : "it never had a document";
}

struct comparing { struct world *world; struct cdi_alert_json json; size_t same; char *problem; };

static bool compare_published(void *context, const struct cdi_alert *alert)
{
    struct comparing *comparing = context;
    struct shelf *shelf = &comparing->world->documents;
    char id[33];
    cdi_alert_id_format(alert->id, id);
    CDI_ASSERT(cdi_encode_alert_data(&comparing->json, tables_of(comparing->world), alert, CDI_ALERT_FORM_CANONICAL));
    size_t at = shelf_find(shelf, cdi_text_of(id)), size = 0;
    bool there = at < shelf->count;
    if (there && shelf->items[at].value_size == comparing->json.size &&
        memcmp(shelf->items[at].value, comparing->json.at, comparing->json.size) == 0) {
        comparing->same++;
        return true;
    }
    FILE *out = open_memstream(&comparing->problem, &size);
    fprintf(out, "published: %s\nthe engine: %.*s", there ? shelf->items[at].value : "nothing", (int)comparing->json.size,
            comparing->json.at);
    fclose(out);
    return false;
}

static bool compare_tally(void *context, const struct cdi_tally *tally)
{
    struct comparing *comparing = context;
    struct cdi_scratch scratch = CDI_SCRATCH_EMPTY;
    struct shelf *shelf = &comparing->world->tallies;
    size_t at = shelf_find(shelf, cdi_tally_event_key(tally, &scratch)), size = 0;
    cdi_scratch_free(&scratch);
    CDI_ASSERT(cdi_encode_tally_data(&comparing->json, tally, CDI_ALERT_FORM_CANONICAL));
    if (at < shelf->count && shelf->items[at].value_size == comparing->json.size &&
        memcmp(shelf->items[at].value, comparing->json.at, comparing->json.size) == 0)
        return true;
    FILE *out = open_memstream(&comparing->problem, &size);
    fprintf(out, "published: %s\nthe engine: %.*s", at < shelf->count ? shelf->items[at].value : "nothing",
            (int)comparing->json.size, comparing->json.at);
    fclose(out);
    return false;
}

/* What is kept of the tallies is what counting afresh comes to. */
static void compare_counting(struct comparing *comparing)
{
    char *kept = world_tallies(comparing->world, false), *fresh = world_tallies(comparing->world, true);
    size_t size = 0;
    if (strcmp(kept, fresh) != 0) {
        FILE *out = open_memstream(&comparing->problem, &size);
        fprintf(out, "the tallies as kept:\n%scounted afresh:\n%s", kept, fresh);
        fclose(out);
    }
    free(kept);
    free(fresh);
}

bool world_published(struct world *world, char **problem)
{
    struct comparing comparing = { .world = world };
    cdi_engine_each(world->engine, true, compare_published, &comparing);
    if (comparing.problem == NULL)
        cdi_engine_tallies(world->engine, false, compare_tally, &comparing, NULL);
    if (comparing.problem == NULL && !world->dropped)
        compare_counting(&comparing);
    free(comparing.json.at);
    *problem = comparing.problem;
    return comparing.problem == NULL;
}
