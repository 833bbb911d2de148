/* A new fact re-judges every report whose evidence it enters (DESIGN.md step 3): the reports that a crime names or that name
 * it, those that it may belong to by its likeness, and those that go without, or get, what others take or give back. */
#include <stdlib.h>
#include <string.h>

#include "core/engine_inside.h"

bool cdi_engine_mark_room(struct cdi_engine *engine, uint32_t handle, struct cdi_error *err)
{
    if (handle < engine->mark_room)
        return true;
    uint32_t room = engine->mark_room == 0 ? 1024 : engine->mark_room;
    while (room <= handle)
        room *= 2;
    void *marks = realloc(engine->marks, room * sizeof *engine->marks);
    if (marks == NULL)
        return cdi_fail(err, CDI_ERROR_SYSTEM, "no memory to note which reports to judge again");
    engine->marks = marks;
    memset(engine->marks + engine->mark_room, 0, (room - engine->mark_room) * sizeof *engine->marks);
    engine->mark_room = room;
    return true;
}

bool cdi_engine_mark(struct cdi_engine *engine, uint32_t handle, enum cdi_reach reach, struct cdi_error *err)
{
    if (!cdi_engine_mark_room(engine, handle, err))
        return false;
    if (engine->marks[handle].reach < reach)
        engine->marks[handle].reach = reach & 15u;
    return cdi_caseload_queue(engine->load, CDI_QUEUE_JUDGE, CDI_CASE_INCIDENT, handle, err);
}

bool cdi_engine_apart(const struct cdi_engine *engine, uint32_t handle)
{
    return handle < engine->mark_room && engine->marks[handle].claim == CDI_CLAIM_NONE &&
           !cdi_caseload_waits(engine->load, CDI_QUEUE_JUDGE, CDI_CASE_INCIDENT, handle);
}

int64_t cdi_engine_at_most(struct cdi_engine *engine, uint32_t handle, const struct cdi_crime *crime)
{
    struct cdi_incident_case incident;
    cdi_engine_look(engine, 1);
    cdi_caseload_incident(engine->load, handle, &incident, &engine->work);
    return cdi_link_at_most(engine->tables, &incident.facts, crime);
}

bool cdi_engine_claim(struct cdi_engine *engine, uint32_t handle, enum cdi_claim claim, struct cdi_error *err)
{
    if (!cdi_engine_mark_room(engine, handle, err))
        return false;
    engine->marks[handle].claim = claim & 15u;
    return true;
}

uint32_t *cdi_engine_all_naming(struct cdi_engine *engine, enum cdi_naming naming, struct cdi_text force, struct cdi_text reference,
                                size_t *count)
{
    bool more = true;
    uint32_t *handles = NULL;
    for (size_t room = CDI_NAMED_MAX; more; room *= 8) {
        handles = cdi_scratch_take(&engine->work, room * sizeof *handles);
        *count = cdi_caseload_naming(engine->load, naming, force, reference, handles, room, &more);
    }
    return handles;
}

static bool mark_naming(struct cdi_engine *engine, enum cdi_naming naming, struct cdi_text force, struct cdi_text reference,
                        enum cdi_reach reach, struct cdi_error *err)
{
    size_t count;
    uint32_t *handles = cdi_engine_all_naming(engine, naming, force, reference, &count);
    for (size_t i = 0; i < count; i++)
        if (!cdi_engine_mark(engine, handles[i], reach, err))
            return false;
    return true;
}

/* Those that name it, and those that it names; of one that is not held the children (R20). */
static bool mark_named(struct cdi_engine *engine, const struct cdi_crime *crime, enum cdi_reach reach, struct cdi_error *err)
{
    for (size_t i = 0; i < crime->incident_count; i++) {
        uint32_t handle = cdi_caseload_find(engine->load, CDI_CASE_INCIDENT, crime->force, crime->incidents[i]);
        if (handle != CDI_HANDLE_NONE ? !cdi_engine_mark(engine, handle, reach, err)
                                      : !mark_naming(engine, CDI_NAMING_CHILDREN, crime->force, crime->incidents[i], reach, err))
            return false;
    }
    return mark_naming(engine, CDI_NAMING_INCIDENTS_OF_CRIME, crime->force, crime->reference, reach, err);
}

/* The log looks at so many crimes and no more (core/link.h): one that is nothing to it may take the place of one that is. */
static bool crowded(struct cdi_engine *engine, uint32_t handle)
{
    if (handle >= engine->mark_room || engine->marks[handle].near == 0 || engine->marks[handle].near > CDI_CANDIDATES_MAX)
        return true;
    engine->marks[handle].near++;
    return false;
}

void cdi_engine_near(struct cdi_engine *engine, uint32_t handle, size_t crimes)
{
    if (handle < engine->mark_room)
        engine->marks[handle].near = (uint8_t)(crimes + 1);
}

/* Only that to which the crime may be something: in a town nearly all that is near is not. */
static bool mark_near(struct cdi_engine *engine, const struct cdi_crime *crime, struct cdi_error *err)
{
    uint32_t handles[CDI_CANDIDATES_MAX];
    size_t count = cdi_engine_incidents_near(engine, crime, handles, CDI_CANDIDATES_MAX, NULL);
    for (size_t i = 0; i < count; i++) {
        if (cdi_engine_apart(engine, handles[i]))
            continue;
        int64_t most = cdi_engine_at_most(engine, handles[i], crime);
        enum cdi_reach reach = CDI_REACH_COMPONENT;
        if (most < engine->tables->match.link_at_least && !crowded(engine, handles[i])) {
            if (most < engine->tables->match.keep_at_least)
                continue;
            reach = CDI_REACH_SELF;             /* listed as an alternative, and taken from nobody */
        }
        if (!cdi_engine_mark(engine, handles[i], reach, err))
            return false;
    }
    return true;
}

/* R7: what was cancelled as a duplicate of it hands its links on; where nobody names that, it is shown if this is not known. */
static bool mark_duplicates(struct cdi_engine *engine, const struct cdi_crime *crime, size_t depth, struct cdi_error *err)
{
    size_t count;
    if (depth == CDI_SURVIVORS_MAX)
        return true;
    uint32_t *handles = cdi_engine_all_naming(engine, CDI_NAMING_DUPLICATES, crime->force, crime->reference, &count);
    for (size_t i = 0; i < count; i++) {
        struct cdi_crime_case duplicate;
        cdi_caseload_crime(engine->load, handles[i], &duplicate, &engine->work);
        if (!mark_named(engine, &duplicate.facts, CDI_REACH_NEIGHBOURS, err) ||
            !mark_naming(engine, CDI_NAMING_CHILDREN, crime->force, duplicate.facts.reference, CDI_REACH_NEIGHBOURS, err) ||
            (duplicate.facts.incident_count == 0 && !mark_near(engine, &duplicate.facts, err)) ||
            !mark_duplicates(engine, &duplicate.facts, depth + 1, err))
            return false;
    }
    return true;
}

bool cdi_engine_mark_crime(struct cdi_engine *engine, const struct cdi_crime *crime, struct cdi_error *err)
{
    if (!mark_named(engine, crime, CDI_REACH_NEIGHBOURS, err) || !mark_duplicates(engine, crime, 0, err) ||
        !mark_naming(engine, CDI_NAMING_CHILDREN, crime->force, crime->reference, CDI_REACH_NEIGHBOURS, err))
        return false;
    return crime->incident_count != 0 || mark_near(engine, crime, err);
}

/* What a log that names a crime, or is named by it, changes for others: nobody else may take the crime by its likeness; and
 * its receipt dates a crime of conduct for the other logs that were added to it (R6). */
static bool mark_sharing(struct cdi_engine *engine, uint32_t handle, struct cdi_error *err)
{
    struct cdi_crime_case crime;
    cdi_caseload_crime(engine->load, handle, &crime, &engine->work);
    uint16_t offence = cdi_crime_offence(engine->tables, &crime.facts);
    bool conduct = offence != CDI_OFFENCE_NONE && engine->tables->offences[offence].family == CDI_FAMILY_CONDUCT;
    if (conduct && !mark_named(engine, &crime.facts, CDI_REACH_CHILDREN, err))
        return false;
    return crime.facts.incident_count != 0 || mark_near(engine, &crime.facts, err);
}

bool cdi_engine_mark_rivals(struct cdi_engine *engine, const struct cdi_incident *incident, const uint32_t *crimes, size_t count,
                            struct cdi_error *err)
{
    uint32_t near[CDI_CANDIDATES_MAX];
    if (crimes == NULL) {
        count = cdi_engine_crimes_near(engine, incident, near, CDI_CANDIDATES_MAX, NULL);
        crimes = near;
    }
    for (size_t i = 0; i < count; i++) {
        struct cdi_crime_case crime;
        cdi_caseload_crime(engine->load, crimes[i], &crime, &engine->work);
        if (crime.facts.incident_count == 0 &&
            cdi_link_at_most(engine->tables, incident, &crime.facts) >= engine->tables->match.link_at_least &&
            !mark_near(engine, &crime.facts, err))
            return false;
    }
    return true;
}

bool cdi_engine_mark_around(struct cdi_engine *engine, const struct cdi_incident *incident, struct cdi_error *err)
{
    uint32_t handles[CDI_NAMED_MAX];
    for (size_t i = 0; i <= incident->crime_count; i++) {
        struct cdi_text crime = i < incident->crime_count ? incident->crimes[i] : incident->parent.text;
        uint32_t handle = CDI_HANDLE_NONE;
        if (cdi_text_said(crime))
            handle = cdi_caseload_find(engine->load, CDI_CASE_CRIME, incident->force, crime);
        if (handle != CDI_HANDLE_NONE && !mark_sharing(engine, handle, err))
            return false;
    }
    size_t count = cdi_caseload_naming(engine->load, CDI_NAMING_CRIMES_OF_INCIDENT, incident->force, incident->reference,
                                       handles, CDI_NAMED_MAX, NULL);
    for (size_t i = 0; i < count; i++)
        if (!mark_sharing(engine, handles[i], err))
            return false;
    return true;
}

bool cdi_engine_mark_confirmed(struct cdi_engine *engine, const struct cdi_incident_case *incident, struct cdi_error *err)
{
    for (size_t i = 0; i < incident->deed_count; i++) {
        const struct cdi_deed *deed = &incident->deeds[i];
        uint32_t handle = CDI_HANDLE_NONE;
        if (deed->verb == CDI_VERB_CONFIRM_LINK && cdi_text_said(deed->crime))
            handle = cdi_caseload_find(engine->load, CDI_CASE_CRIME, incident->facts.force, deed->crime);
        if (handle != CDI_HANDLE_NONE && (!mark_sharing(engine, handle, err) || !cdi_engine_count_later(engine, handle, err)))
            return false;
    }
    return true;
}

static bool mark_children(struct cdi_engine *engine, struct cdi_text force, struct cdi_text reference, size_t depth,
                          struct cdi_error *err)
{
    size_t count;
    if (depth == CDI_PARENTS_MAX)
        return true;
    uint32_t *handles = cdi_engine_all_naming(engine, CDI_NAMING_CHILDREN, force, reference, &count);
    for (size_t i = 0; i < count; i++) {
        struct cdi_text child_force, child;
        if (!cdi_engine_mark(engine, handles[i], CDI_REACH_SELF, err))
            return false;
        cdi_caseload_key(engine->load, CDI_CASE_INCIDENT, handles[i], &child_force, &child);
        if (!mark_children(engine, child_force, child, depth + 1, err))
            return false;
    }
    return true;
}

/* R16: a duplicate is resolved with its parent, and reopens with it. */
bool cdi_engine_mark_children(struct cdi_engine *engine, const struct cdi_incident *incident, struct cdi_error *err)
{
    return mark_children(engine, incident->force, incident->reference, 0, err);
}

bool cdi_engine_mark_parent(struct cdi_engine *engine, const struct cdi_incident *incident, struct cdi_error *err)
{
    uint32_t handle = CDI_HANDLE_NONE;
    if (cdi_text_said(incident->parent.text))
        handle = cdi_caseload_find(engine->load, CDI_CASE_INCIDENT, incident->force, incident->parent.text);
    return handle == CDI_HANDLE_NONE || cdi_engine_mark(engine, handle, CDI_REACH_AS_PARENT, err);
}
