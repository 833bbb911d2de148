#include "codec/tables.h"

#include <stdlib.h>
#include <string.h>

#include "codec/boilerplate.h"
#include "codec/frequencies.h"
#include "codec/table_read.h"

/* The rulebook comes first, so that its address is the owner's. */
struct owner {
    struct cdi_rulebook rulebook;
    struct cdi_table_store *store;
};

static const char *const own_files[] = {
    "offences.csv", "offence_codes.csv", "disposals.csv", "stages.csv", "retention.csv", "match.csv", "boilerplate.csv",
    "frequencies.csv", "watches.csv", "phrases.csv", "history.csv",
};
enum { OWN_FILES = sizeof own_files / sizeof *own_files, NAMES_MAX = 64 };

/* The names of all tables, each once; cdi_evidence_files may name those of ours that it also reads. */
static size_t list_names(const char *names[NAMES_MAX])
{
    size_t count = 0;
    for (size_t i = 0; i < OWN_FILES; i++)
        names[count++] = own_files[i];
    for (size_t i = 0; cdi_evidence_files[i] != NULL; i++) {
        bool known = false;
        for (size_t j = 0; j < count; j++)
            known = known || strcmp(names[j], cdi_evidence_files[i]) == 0;
        CDI_ASSERT(count < NAMES_MAX);
        if (!known)
            names[count++] = cdi_evidence_files[i];
    }
    return count;
}

/* A misnamed file would silently mean nothing. */
static bool check_names(struct cdi_binder *binder, const struct cdi_table_file *files, size_t count)
{
    const char *names[NAMES_MAX];
    size_t name_count = list_names(names);
    bool right = true;
    for (size_t i = 0; i < count; i++) {
        bool known = false;
        for (size_t j = 0; j < name_count; j++)
            known = known || strcmp(names[j], files[i].name) == 0;
        const char *nearest = known ? NULL : cdi_bind_nearest(cdi_text_of(files[i].name), names, name_count);
        if (nearest != NULL)
            right = cdi_bind_fail_file(binder, files[i].name, "no table has this name; did you mean %s?", nearest);
        else if (!known)
            right = cdi_bind_fail_file(binder, files[i].name, "no table has this name: take it out of the folder of tables");
    }
    return right;
}

static bool read_lexicon(struct cdi_binder *binder, const struct cdi_table_file *files, size_t count,
                         struct cdi_rulebook *rulebook)
{
    struct cdi_error problem = { .code = CDI_ERROR_NONE };
    struct cdi_text phrases = cdi_bind_file(binder, files, count, "phrases.csv");
    struct cdi_text terms = cdi_bind_file(binder, files, count, "terms.csv");
    if (!cdi_text_said(phrases) || !cdi_text_said(terms))
        return false;
    rulebook->lexicon = cdi_lexicon_create(phrases, terms, &problem);
    if (rulebook->lexicon != NULL)
        return true;
    binder->problems++;
    if (binder->complain != NULL)
        binder->complain(binder->context, &problem);
    return cdi_fail_at(binder->err, problem.code, problem.where, "%s", problem.text);
}

/* All of them, whatever the others complained of; only what names classes must wait until the classes are right. */
static bool read_all(struct cdi_binder *binder, const struct cdi_table_file *files, size_t count, struct cdi_rulebook *rulebook)
{
    bool right = check_names(binder, files, count);
    right = cdi_offences_read(binder, files, count) && right;
    right = cdi_disposals_read(binder, files, count) && right;
    right = cdi_stages_read(binder, files, count) && right;
    right = cdi_retention_read(binder, files, count) && right;
    right = cdi_match_read(binder, files, count) && right;
    right = cdi_watches_read(binder, files, count) && right;
    rulebook->boilerplate = cdi_boilerplate_read(binder, files, count);
    rulebook->frequencies = cdi_frequencies_read(binder, files, count);
    right = rulebook->boilerplate != NULL && rulebook->frequencies != NULL && right;
    if (binder->tables->offence_count == 0) {
        for (size_t i = 0; cdi_evidence_files[i] != NULL; i++)
            cdi_bind_file(binder, files, count, cdi_evidence_files[i]);         /* at least say which are missing */
        cdi_bind_file(binder, files, count, "history.csv");
        return false;
    }
    right = cdi_evidence_read(binder, files, count) && right;
    right = cdi_history_read(binder, files, count) && right;
    /* The lexicon is compiled from rows that the evidence has just found right. */
    return right && read_lexicon(binder, files, count, rulebook);
}

struct cdi_rulebook *cdi_rulebook_read(const struct cdi_table_file *files, size_t count,
                                       void (*complain)(void *context, const struct cdi_error *problem), void *context,
                                       struct cdi_error *err)
{
    struct cdi_error first = { .code = CDI_ERROR_NONE };
    struct owner *owner = calloc(1, sizeof *owner);
    if (owner != NULL)
        owner->store = cdi_table_store_create();
    if (owner == NULL || owner->store == NULL) {
        free(owner);
        cdi_fail(err, CDI_ERROR_SYSTEM, "no memory for the tables");
        return NULL;
    }
    struct cdi_rulebook *rulebook = &owner->rulebook;
    struct cdi_binder binder = {
        .store = owner->store, .tables = &rulebook->tables, .complain = complain, .context = context, .err = &first,
    };
    rulebook->tables.zone = (struct cdi_zone){ .name = CDI_ZONE_LONDON };
    if (read_all(&binder, files, count, rulebook) && binder.problems == 0)
        return rulebook;
    cdi_fail_at(err, first.code, first.where, "%s", first.text);
    cdi_rulebook_destroy(rulebook);
    return NULL;
}

void cdi_rulebook_destroy(struct cdi_rulebook *rulebook)
{
    if (rulebook == NULL)
        return;
    struct owner *owner = (struct owner *)rulebook;
    cdi_lexicon_destroy(rulebook->lexicon);
    cdi_table_store_destroy(owner->store);
    free(owner);
}
