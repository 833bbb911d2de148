/* What the caseload holds for steps 1 to 3 of one log. */
#include "core/degrees.h"
#include "core/disclose.h"
#include "core/due.h"
#include "core/engine_inside.h"
#include "core/turns.h"

/* An incident's time is its receipt, a crime's its report, else its recording (core/caseload.h). */
size_t cdi_engine_crimes_near(struct cdi_engine *engine, const struct cdi_incident *incident, uint32_t *handles, size_t room,
                              bool *more)
{
    struct cdi_search search = {
        .force = incident->force, .persons = incident->persons, .person_count = incident->person_count,
        .location = &incident->location, .around = incident->received_at, .before = CDI_WINDOW_BEFORE,
        .after = CDI_WINDOW_AFTER,
    };
    if (!cdi_instant_said(incident->received_at))
        return 0;
    return cdi_caseload_candidates(engine->load, CDI_CASE_CRIME, &search, handles, room, more);
}

size_t cdi_engine_incidents_near(struct cdi_engine *engine, const struct cdi_crime *crime, uint32_t *handles, size_t room,
                                 bool *more)
{
    struct cdi_instant around = cdi_instant_said(crime->reported_at.at) ? crime->reported_at.at : crime->recorded_at.at;
    struct cdi_search search = {
        .force = crime->force, .persons = crime->persons, .person_count = crime->person_count, .location = &crime->location,
        .around = around, .before = CDI_WINDOW_AFTER, .after = CDI_WINDOW_BEFORE,
    };
    if (!cdi_instant_said(around))
        return 0;
    return cdi_caseload_candidates(engine->load, CDI_CASE_INCIDENT, &search, handles, room, more);
}

/* R20: a log whose parent is the crime has named it. */
static bool is_parent(struct cdi_engine *engine, const struct cdi_crime *crime)
{
    uint32_t handles[CDI_NAMED_MAX];
    size_t count = cdi_caseload_naming(engine->load, CDI_NAMING_CHILDREN, crime->force, crime->reference, handles, CDI_NAMED_MAX,
                                       NULL);
    for (size_t i = 0; i < count; i++) {
        struct cdi_incident_case incident;
        cdi_caseload_incident(engine->load, handles[i], &incident, &engine->work);
        if (cdi_text_same(incident.facts.parent.text, crime->reference))
            return true;
    }
    return false;
}

/* A human's last word, of the reports as the log is cut now: who rejected it where another report told the same took back what was said there. */
static bool confirmed(struct cdi_engine *engine, uint32_t handle, const struct cdi_incident_case *incident, struct cdi_text crime)
{
    if (!cdi_deeds_confirmed(incident, crime))
        return false;
    struct cdi_verdict *verdict = cdi_scratch_take(&engine->work, sizeof *verdict);
    verdict->signs = NULL;
    cdi_engine_examine(engine, handle, verdict);
    return cdi_deeds_confirmed(&verdict->incident, crime);
}

bool cdi_engine_unclaimed(struct cdi_engine *engine, const struct cdi_crime_case *whole)
{
    const struct cdi_crime *crime = &whole->facts;
    uint32_t handles[CDI_NAMED_MAX];
    enum cdi_standing standing = cdi_crime_standing(engine->tables, crime);
    if (whole->named || crime->incident_count != 0 || standing == CDI_STANDING_NONE)
        return false;
    size_t count = cdi_caseload_naming(engine->load, CDI_NAMING_INCIDENTS_OF_CRIME, crime->force, crime->reference, handles,
                                       CDI_NAMED_MAX, NULL);
    for (size_t i = 0; i < count; i++) {
        struct cdi_incident_case incident;
        cdi_caseload_incident(engine->load, handles[i], &incident, &engine->work);
        if (cdi_text_among(incident.facts.crimes, incident.facts.crime_count, crime->reference) ||
            confirmed(engine, handles[i], &incident, crime->reference))
            return false;                       /* named by a log, or confirmed to one by a human */
    }
    return !is_parent(engine, crime);
}

struct named { struct cdi_candidate items[CDI_CANDIDATES_MAX]; size_t count; bool more; struct cdi_instant due_at; };

/* Of two instants at which duplicates were cancelled into one crime, the last before the deadline: the other is no excuse for it. */
static struct cdi_instant nearer(struct cdi_instant due_at, struct cdi_instant a, struct cdi_instant b)
{
    bool a_before = cdi_instant_said(a) && !cdi_instant_before(due_at, a), b_before = cdi_instant_said(b) && !cdi_instant_before(due_at, b);
    return a_before && b_before ? cdi_instant_later(a, b) : b_before ? b : a;
}

static struct named *named_by(struct cdi_engine *engine, struct cdi_instant due_at)
{
    struct named *named = cdi_scratch_take(&engine->work, sizeof *named);
    named->count = 0;
    named->more = false;
    named->due_at = due_at;
    return named;
}

static void take(struct named *named, const struct cdi_candidate *candidate)
{
    for (size_t i = 0; i < named->count; i++)
        if (cdi_text_same(named->items[i].crime->reference, candidate->crime->reference)) {
            named->items[i].moved = named->items[i].moved && candidate->moved;      /* named itself: not only moved to */
            named->items[i].moved_at = nearer(named->due_at, named->items[i].moved_at, candidate->moved_at);
            if (candidate->how == CDI_HOW_CONFIRMED)
                named->items[i].how = candidate->how;                               /* whichever was met first */
            return;
        }
    if (named->count == CDI_CANDIDATES_MAX)
        named->more = true;
    else
        named->items[named->count++] = *candidate;
}

static const struct cdi_crime *load_crime(struct cdi_engine *engine, uint32_t handle)
{
    struct cdi_crime_case *crime = cdi_scratch_take(&engine->work, sizeof *crime);
    cdi_engine_look(engine, 1);
    cdi_caseload_crime(engine->load, handle, crime, &engine->work);
    return &crime->facts;
}

static const struct cdi_crime *find_crime(struct cdi_engine *engine, struct cdi_text force, struct cdi_text reference)
{
    if (!cdi_text_said(reference))
        return NULL;
    uint32_t handle = cdi_caseload_find(engine->load, CDI_CASE_CRIME, force, reference);
    return handle == CDI_HANDLE_NONE ? NULL : load_crime(engine, handle);
}

/* R7: of a crime and what it was cancelled as a duplicate of, up to the crime that survives; returns how many come before that.  0: it
 * is no duplicate, or that crime is not known, or it never ends, and the link stays where it is. */
static size_t duplicates(struct cdi_engine *engine, const struct cdi_crime *chain[CDI_SURVIVORS_MAX + 1])
{
    for (size_t hops = 0; chain[hops] != NULL && hops < CDI_SURVIVORS_MAX; hops++) {
        if (chain[hops]->cancel.type != CDI_CANCEL_TYPE_C3 ||
            cdi_crime_standing(engine->tables, chain[hops]) != CDI_STANDING_WITHDRAWN)
            return hops;
        chain[hops + 1] = find_crime(engine, chain[hops]->force, chain[hops]->cancel.duplicate_of);
    }
    return 0;
}

const struct cdi_crime *cdi_engine_crime(struct cdi_engine *engine, struct cdi_text force, struct cdi_text reference,
                                         const struct cdi_crime **survivor)
{
    const struct cdi_crime *chain[CDI_SURVIVORS_MAX + 1] = { find_crime(engine, force, reference) };
    *survivor = chain[duplicates(engine, chain)];
    return chain[0];
}

/* R7: C3 moves the link to the surviving crime; until then it was the duplicate's (R8). */
static void take_survivor(struct cdi_engine *engine, const struct cdi_incident_case *incident, uint32_t report,
                          struct cdi_candidate candidate, struct named *named)
{
    const struct cdi_crime *chain[CDI_SURVIVORS_MAX + 1] = { candidate.crime };
    size_t spent = duplicates(engine, chain);
    if (cdi_deeds_on_link(incident, report, chain[spent]->reference) < 0)   /* who rejected the survivor rejected it for good */
        return;
    for (size_t i = 0; i <= spent; i++) {
        candidate.crime = chain[i];
        candidate.spent = i < spent;
        candidate.moved = i != 0;
        candidate.moved_at = i == spent && spent != 0 ? cdi_crime_ended_at(engine->tables, chain[0], CDI_STANDING_WITHDRAWN) : CDI_INSTANT_NONE;
        if (cdi_deeds_on_link(incident, report, chain[i]->reference) >= 0)
            take(named, &candidate);
    }
}

/* A duplicate answered until it was cancelled as one; but where the log names the other crime through it alone, both are one from when that was
 * recorded. */
static void date_duplicates(const struct cdi_engine *engine, struct named *named)
{
    for (size_t i = 0; i < named->count; i++) {
        struct cdi_candidate *spent = &named->items[i];
        if (!spent->spent)
            continue;
        spent->spent_at = cdi_crime_ended_at(engine->tables, spent->crime, CDI_STANDING_WITHDRAWN);
        for (size_t j = 0; j < named->count; j++)
            if (named->items[j].moved && cdi_text_same(named->items[j].crime->reference, spent->crime->cancel.duplicate_of))
                spent->spent_at = cdi_instant_earlier(spent->spent_at, cdi_crime_recorded_at(named->items[j].crime));
    }
}

static void consider(struct cdi_engine *engine, const struct cdi_incident_case *incident, uint32_t report,
                     const struct cdi_crime *crime, enum cdi_how how, bool inherited, struct named *named)
{
    int said = cdi_deeds_on_link(incident, report, crime->reference);
    if (said < 0)
        return;                                 /* a human rejected the link */
    struct cdi_candidate candidate = { .crime = crime, .how = said > 0 ? CDI_HOW_CONFIRMED : how, .added_at = CDI_INSTANT_NONE,
                                       .moved_at = CDI_INSTANT_NONE, .inherited = inherited };
    take_survivor(engine, incident, report, candidate, named);
}

/* The crimes that name this log, and those that it names. */
static void gather_of_log(struct cdi_engine *engine, const struct cdi_incident_case *incident, uint32_t report,
                          const struct cdi_incident *log, bool inherited, struct named *named)
{
    uint32_t handles[CDI_NAMED_MAX];
    bool more = false;
    size_t count = cdi_caseload_naming(engine->load, CDI_NAMING_CRIMES_OF_INCIDENT, log->force, log->reference, handles,
                                       CDI_NAMED_MAX, &more);
    named->more = named->more || more;
    for (size_t i = 0; i < count; i++) {
        const struct cdi_crime *crime = load_crime(engine, handles[i]);
        if (cdi_text_among(crime->incidents, crime->incident_count, log->reference))
            consider(engine, incident, report, crime, CDI_HOW_EXPLICIT, inherited, named);
    }
    for (size_t i = 0; i < log->crime_count; i++) {
        const struct cdi_crime *crime = find_crime(engine, log->force, log->crimes[i]);
        if (crime != NULL)
            consider(engine, incident, report, crime, CDI_HOW_EXPLICIT, inherited, named);
    }
}

static void gather_confirmed(struct cdi_engine *engine, const struct cdi_incident_case *incident, uint32_t report,
                             struct named *named)
{
    for (size_t i = 0; i < incident->deed_count; i++) {
        const struct cdi_deed *deed = &incident->deeds[i];
        const struct cdi_crime *crime = NULL;
        if (deed->verb == CDI_VERB_CONFIRM_LINK && cdi_deeds_on_link(incident, report, deed->crime) > 0)
            crime = find_crime(engine, incident->facts.force, deed->crime);
        if (crime != NULL)
            consider(engine, incident, report, crime, CDI_HOW_CONFIRMED, false, named);
    }
}

static bool of_rape(const struct cdi_engine *engine, uint16_t offence)
{
    return offence != CDI_OFFENCE_NONE && engine->tables->offences[offence].family == CDI_FAMILY_RAPE;
}

/* The later report is of the victim's confirmation of a rape that is due in the earlier one. */
static bool confirms(const struct cdi_engine *engine, const struct cdi_case_report *later, const struct cdi_case_report *earlier)
{
    const struct cdi_due *told = &earlier->judgement.due, *confirmed = &later->judgement.due;
    bool rape = false, confirms = false;
    for (size_t u = 0; u < told->count; u++)
        rape = rape || of_rape(engine, told->units[u].offence);
    for (size_t u = 0; u < confirmed->count; u++)
        confirms = confirms || confirmed->units[u].confirms;
    return rape && confirms;
}

/* R15: what a human confirmed to one of them is the rape's, and so of the other as well. */
static void gather_of_same_rape(struct cdi_engine *engine, const struct cdi_verdict *verdict, size_t of, struct named *named)
{
    const struct cdi_incident_case *incident = &verdict->incident;
    const struct cdi_incident *log = &incident->facts;
    for (size_t i = 0; i < incident->deed_count; i++) {
        const struct cdi_deed *deed = &incident->deeds[i];
        const struct cdi_crime *crime = NULL;
        bool one = false;
        for (size_t r = 0; deed->verb == CDI_VERB_CONFIRM_LINK && r < verdict->count; r++)
            one = one || (r != of && cdi_report_key(verdict->reports[r]) == deed->counts_for &&
                          confirms(engine, verdict->reports[r > of ? r : of], verdict->reports[r > of ? of : r]));
        if (one && cdi_deeds_on_link(incident, deed->counts_for, deed->crime) > 0)
            crime = find_crime(engine, log->force, deed->crime);
        if (crime != NULL && (cdi_crime_is_n100(engine->tables, crime) || of_rape(engine, cdi_crime_offence(engine->tables, crime))) &&
            !cdi_text_among(log->crimes, log->crime_count, crime->reference) &&
            !cdi_text_among(crime->incidents, crime->incident_count, log->reference))       /* else it is there */
            consider(engine, incident, cdi_report_key(verdict->reports[of]), crime, CDI_HOW_CONFIRMED, false, named);
    }
}

/* R20: the parent ties a referral to a log, or to a crime, so that one crime answers both; a duplicate has its own rule (R16). */
static void gather_inherited(struct cdi_engine *engine, const struct cdi_verdict *verdict, const struct cdi_case_report *of,
                             struct named *named)
{
    uint32_t report = cdi_report_key(of);
    const struct cdi_incident_case *incident = &verdict->incident;
    const struct cdi_incident *facts = &incident->facts;
    uint32_t handles[CDI_NAMED_MAX];
    struct cdi_incident_case other;
    if (cdi_text_said(facts->parent.text) && !cdi_text_is(of->disposal.reason, cdi_reason_word(CDI_REASON_DUP))) {
        const struct cdi_crime *crime = find_crime(engine, facts->force, facts->parent.text);
        uint32_t parent = cdi_caseload_find(engine->load, CDI_CASE_INCIDENT, facts->force, facts->parent.text);
        if (crime != NULL)
            consider(engine, incident, report, crime, CDI_HOW_EXPLICIT, true, named);
        if (parent != CDI_HANDLE_NONE && parent != verdict->handle) {
            cdi_caseload_incident(engine->load, parent, &other, &engine->work);
            gather_of_log(engine, incident, report, &other.facts, true, named);
        } else if (parent == CDI_HANDLE_NONE) {         /* dropped, or never heard of: crimes may name it all the same */
            const struct cdi_incident unheld = { .force = facts->force, .reference = facts->parent.text };
            gather_of_log(engine, incident, report, &unheld, true, named);
        }
    }
    size_t count = cdi_caseload_naming(engine->load, CDI_NAMING_CHILDREN, facts->force, facts->reference, handles, CDI_NAMED_MAX,
                                       NULL);
    cdi_engine_look(engine, (uint32_t)count);
    for (size_t i = 0; i < count; i++) {
        cdi_caseload_incident(engine->load, handles[i], &other, &engine->work);
        if (handles[i] != verdict->handle && cdi_text_same(other.facts.parent.text, facts->reference))
            gather_of_log(engine, incident, report, &other.facts, true, named);
    }
}

/* Another log that the crime was added to, if that was before. */
static void note_receipt(struct cdi_engine *engine, uint32_t handle, const struct cdi_incident *log, struct cdi_instant before,
                         struct cdi_candidate *candidate)
{
    struct cdi_incident_case other;
    cdi_engine_look(engine, 1);
    cdi_caseload_incident(engine->load, handle, &other, &engine->work);
    const struct cdi_crime *crime = candidate->crime;
    if (cdi_text_same(other.facts.reference, log->reference) ||
        (!cdi_text_among(other.facts.crimes, other.facts.crime_count, crime->reference) &&
         !cdi_text_among(crime->incidents, crime->incident_count, other.facts.reference)))
        return;
    if (cdi_instant_said(other.facts.received_at) && cdi_instant_before(other.facts.received_at, before))
        candidate->added_at = cdi_instant_later(candidate->added_at, other.facts.received_at);
}

/* Logs that were dropped since; not this one, where it is told anew. */
static void note_dropped(struct cdi_engine *engine, const struct cdi_incident *log, struct cdi_instant before,
                         struct cdi_candidate *candidate)
{
    struct cdi_crime_case crime;
    uint32_t handle = cdi_caseload_find(engine->load, CDI_CASE_CRIME, candidate->crime->force, candidate->crime->reference);
    cdi_caseload_crime(engine->load, handle, &crime, &engine->work);
    for (size_t i = 0; i < crime.added_count; i++)
        if (cdi_instant_before(crime.added[i], before) &&
            !(cdi_instant_said(log->settled.until) && cdi_instant_same(crime.added[i], log->received_at)))
            candidate->added_at = cdi_instant_later(candidate->added_at, crime.added[i]);
}

void cdi_engine_date_conduct(struct cdi_engine *engine, const struct cdi_incident *log, struct cdi_instant disclosed_at,
                             struct cdi_candidate *candidate)
{
    const struct cdi_crime *crime = candidate->crime;
    uint16_t offence = cdi_crime_offence(engine->tables, crime);
    if (offence == CDI_OFFENCE_NONE || engine->tables->offences[offence].family != CDI_FAMILY_CONDUCT ||
        cdi_link_conduct_lasts(engine->tables, crime, disclosed_at))
        return;                                 /* nearly always, and the logs may be many */
    uint32_t handles[CDI_NAMED_MAX];
    size_t count = cdi_caseload_naming(engine->load, CDI_NAMING_INCIDENTS_OF_CRIME, crime->force, crime->reference, handles,
                                       CDI_NAMED_MAX, NULL);
    note_dropped(engine, log, disclosed_at, candidate);
    for (size_t i = 0; i < count; i++)
        note_receipt(engine, handles[i], log, disclosed_at, candidate);
    for (size_t i = 0; i < crime->incident_count; i++) {
        uint32_t handle = cdi_caseload_find(engine->load, CDI_CASE_INCIDENT, crime->force, crime->incidents[i]);
        if (handle != CDI_HANDLE_NONE)
            note_receipt(engine, handle, log, disclosed_at, candidate);
    }
}

/* Auditors sample by what a log was opened as: a code that came after the deadline does not take a report away, nor does one of a test
 * after the first hour.  True: it did come so late, and `judged` has the one before. */
bool cdi_engine_as_opened(const struct cdi_tables *tables, const struct cdi_incident *facts, struct cdi_incident *judged)
{
    *judged = *facts;
    const struct cdi_incident_code *code = cdi_evidence_code(&tables->evidence, judged->opened_as.text);
    bool test = code != NULL && code->excluded;
    struct cdi_instant last = cdi_instant_after(judged->received_at, test ? CDI_HOURS(1) : CDI_HOURS(24));
    struct cdi_instant since = cdi_turn_first(judged->turns, judged->turn_count, CDI_TURN_OPENED, judged->opened_as.text);
    if (!cdi_instant_said(last) || !cdi_instant_said(since) || !cdi_instant_before(last, since))
        return false;
    const struct cdi_turn *before = cdi_turn_before(judged->turns, judged->turn_count, CDI_TURN_OPENED,
                                                    test || cdi_instant_said(judged->settled.until)
                                                        ? since : cdi_instant_after(last, (struct cdi_span){ 1 }));
    if (before != NULL)
        judged->opened_as.text = before->word;
    return before != NULL;
}

/* It had another opening code once, and got this one after the first hour. */
static bool opened_anew(const struct cdi_incident *facts)
{
    struct cdi_instant since = cdi_turn_first(facts->turns, facts->turn_count, CDI_TURN_OPENED, facts->opened_as.text);
    return cdi_instant_before(cdi_instant_after(facts->received_at, CDI_HOURS(1)), since) &&
           cdi_turn_before(facts->turns, facts->turn_count, CDI_TURN_OPENED, since) != NULL;
}

/* An N100, whatever became of it since. */
static bool explains(const struct cdi_tables *tables, const struct cdi_crime *crime)
{
    return cdi_crime_is_n100(tables, crime) && cdi_crime_standing(tables, crime) != CDI_STANDING_NONE;
}

/* When a decision that names an N100 was made; NONE: it names none. */
static struct cdi_instant n100_decided(const struct cdi_disposal *disposal)
{
    enum cdi_reason reason = CDI_REASON_NONE;
    bool names = cdi_reason_from(disposal->reason, &reason) && cdi_reason_is_n100(reason);
    return names ? cdi_disposal_decided_at(disposal) : CDI_INSTANT_NONE;
}

/* R15: when the first N100 was recorded for the log, or decided on in it or by a person; NONE: never. */
static struct cdi_instant explained_at(struct cdi_engine *engine, const struct cdi_incident_case *incident)
{
    const struct cdi_incident *facts = &incident->facts;
    struct cdi_disposal own = facts->disposal;
    own.said_at = cdi_reason_said_at(facts);
    struct cdi_instant first = n100_decided(&own);
    struct named *named = cdi_scratch_take(&engine->work, sizeof *named);
    named->count = 0;
    named->more = false;
    gather_of_log(engine, incident, 0, facts, false, named);
    for (size_t i = 0; i < named->count; i++)
        if (explains(engine->tables, named->items[i].crime))
            first = cdi_instant_earlier(first, cdi_crime_recorded_at(named->items[i].crime));
    struct cdi_undone before[CDI_DECISIONS_MAX];
    for (size_t i = cdi_decisions_before(facts, before); i > 0; i--)
        first = cdi_instant_earlier(first, n100_decided(&before[i - 1].disposal));
    for (size_t i = 0; i < incident->deed_count; i++)
        if (incident->deeds[i].disposed)
            first = cdi_instant_earlier(first, n100_decided(&incident->deeds[i].disposal));
    return first;
}

static void cut_log(struct cdi_engine *engine, const struct cdi_verdict *verdict, const struct cdi_incident *judged, struct cdi_cut *cut)
{
    cdi_cut_log(engine->tables, judged, &verdict->past, cut);
    if (!cut->asks_n100)
        return;
    struct cdi_instant explained = explained_at(engine, &verdict->incident);
    if (cdi_instant_said(explained))
        cdi_cut_explained(engine->tables, judged, &verdict->past, explained, cut);
}

/* What was done about a report counts for it, or for the one that has taken its place. */
static void address_deeds(const struct cdi_cut *cut, struct cdi_incident_case *incident)
{
    for (size_t i = 0; i < incident->deed_count; i++) {
        struct cdi_deed *deed = &incident->deeds[i];
        size_t piece = 0;
        while (piece < cut->count && cut->pieces[piece].key != deed->report)
            piece++;
        deed->inherited = piece == cut->count && cdi_cut_successor(cut, deed->report, &piece);
        if (deed->inherited)
            deed->counts_for = cut->pieces[piece].key;
    }
}

static void begin_report(struct cdi_case_report *report)
{
    struct cdi_judgement *judgement = &report->judgement;
    judgement->linked.link_count = judgement->linked.alternative_count = 0;
    judgement->linked.truncated = false;
    judgement->linked.marks = 0;
    judgement->linked.spells.count = judgement->linked.unsure_spells.count = judgement->linked.then_count = 0;
    judgement->due.count = 0;
    judgement->due.truncated = false;
    judgement->watched.count = 0;
    judgement->watched.awaited = 0;
}

static void link_by_name(struct cdi_engine *engine, struct cdi_verdict *verdict)
{
    const struct cdi_incident *facts = &verdict->incident.facts;
    struct cdi_claimant claimants[CDI_REPORTS_AT_ONCE];
    for (size_t i = 0; i < verdict->count; i++) {
        struct cdi_judgement *judgement = &verdict->reports[i]->judgement;
        struct named *named = named_by(engine, cdi_due_at(judgement->disclosed.received_at));
        gather_of_log(engine, &verdict->incident, judgement->disclosed.report, facts, false, named);
        gather_confirmed(engine, &verdict->incident, judgement->disclosed.report, named);
        gather_of_same_rape(engine, verdict, i, named);
        gather_inherited(engine, verdict, verdict->reports[i], named);
        date_duplicates(engine, named);
        for (size_t c = 0; c < named->count; c++)
            cdi_engine_date_conduct(engine, facts, judgement->disclosed.received_at, &named->items[c]);
        judgement->linked.truncated = named->more;
        claimants[i] = (struct cdi_claimant){ &judgement->disclosed, named->items, named->count, &judgement->due,
                                              &judgement->linked };
    }
    cdi_link_named(engine->tables, facts, claimants, verdict->count);
}

size_t cdi_engine_named(struct cdi_engine *engine, const struct cdi_verdict *verdict, const struct cdi_crime *crimes[CDI_CANDIDATES_MAX])
{
    struct named *named = named_by(engine, CDI_INSTANT_NONE);
    gather_of_log(engine, &verdict->incident, 0, &verdict->incident.facts, false, named);
    gather_confirmed(engine, &verdict->incident, 0, named);
    gather_inherited(engine, verdict, &verdict->first, named);
    size_t count = 0;
    for (size_t i = 0; i < named->count; i++)
        if (!named->items[i].spent)
            crimes[count++] = named->items[i].crime;
    return count;
}

/* A rape that is due is answered by a crime; or none is due, and one names the log all the same. */
static bool rape_recorded(struct cdi_engine *engine, const struct cdi_verdict *verdict)
{
    const struct cdi_crime *crimes[CDI_CANDIDATES_MAX];
    bool due = false, recorded = false;
    for (size_t i = 0; i < verdict->count; i++) {
        const struct cdi_judgement *judgement = &verdict->reports[i]->judgement;
        for (size_t u = 0; u < judgement->due.count; u++) {
            const struct cdi_unit *unit = &judgement->due.units[u];
            bool rape = of_rape(engine, unit->offence);
            due = due || rape;
            recorded = recorded || (rape && unit->answered_by != CDI_UNANSWERED &&
                                    judgement->linked.links[unit->answered_by].standing == CDI_STANDING_COUNTS);
        }
    }
    size_t count = due ? 0 : cdi_engine_named(engine, verdict, crimes);
    for (size_t i = 0; i < count; i++)
        recorded = recorded || (of_rape(engine, cdi_crime_offence(engine->tables, crimes[i])) &&
                                cdi_crime_standing(engine->tables, crimes[i]) == CDI_STANDING_COUNTS);
    return recorded;
}

/* Of the log's rapes: is one recorded, or is the victim's confirmation waited for (R14, R15)? */
static uint32_t rape_told(struct cdi_engine *engine, const struct cdi_verdict *verdict)
{
    const struct cdi_incident *facts = &verdict->incident.facts;
    const uint32_t before = facts->settled.told & (CDI_SETTLED_RAPE_RECORDED | CDI_SETTLED_RAPE_UNCONFIRMED);
    enum cdi_caller_role caller = CDI_CALLER_ROLE_UNKNOWN;
    if (rape_recorded(engine, verdict))
        return before | CDI_SETTLED_RAPE_RECORDED;
    cdi_caller_role_from(facts->caller_role.text, &caller);
    bool waits = caller == CDI_CALLER_ROLE_WITNESS || caller == CDI_CALLER_ROLE_OTHER ||
                 cdi_instant_said(explained_at(engine, &verdict->incident));
    return before | (waits ? CDI_SETTLED_RAPE_UNCONFIRMED : 0);
}

/* Of crimes that answer a report, or name the log. */
static uint32_t recorded_families(struct cdi_engine *engine, const struct cdi_verdict *verdict)
{
    const struct cdi_crime *crimes[CDI_CANDIDATES_MAX];
    uint32_t families = 0;
    for (size_t i = 0; i < verdict->count; i++) {
        const struct cdi_linked *linked = &verdict->reports[i]->judgement.linked;
        for (size_t l = 0; l < linked->link_count; l++)
            if (linked->links[l].standing == CDI_STANDING_COUNTS && linked->links[l].offence != CDI_OFFENCE_NONE)
                families |= UINT32_C(1) << engine->tables->offences[linked->links[l].offence].family;
    }
    size_t count = cdi_engine_named(engine, verdict, crimes);
    for (size_t i = 0; i < count; i++) {
        uint16_t offence = cdi_crime_offence(engine->tables, crimes[i]);
        if (offence != CDI_OFFENCE_NONE && cdi_crime_standing(engine->tables, crimes[i]) == CDI_STANDING_COUNTS)
            families |= UINT32_C(1) << engine->tables->offences[offence].family;
    }
    return families;
}

uint32_t cdi_engine_settled_told(struct cdi_engine *engine, const struct cdi_verdict *verdict)
{
    struct cdi_incident judged;
    cdi_engine_as_opened(engine->tables, &verdict->incident.facts, &judged);
    uint32_t told = cdi_known_families(engine->tables, &judged, &verdict->past);
    return told | cdi_graver(recorded_families(engine, verdict), told) | rape_told(engine, verdict);
}

bool cdi_engine_examine(struct cdi_engine *engine, uint32_t handle, struct cdi_verdict *verdict)
{
    const struct cdi_incident *facts = &verdict->incident.facts;
    struct cdi_cut cut;
    bool due = false;
    cdi_engine_look(engine, CDI_EXAMINED_LOOKS);
    verdict->handle = handle;
    verdict->near = NULL;
    verdict->near_count = 0;
    cdi_caseload_incident(engine->load, handle, &verdict->incident, &engine->work);
    struct cdi_incident judged;
    bool recoded = cdi_engine_as_opened(engine->tables, facts, &judged);
    cdi_history_past(engine->history, handle, facts, cdi_engine_history_span(engine), &engine->work, &verdict->past);
    cut_log(engine, verdict, &judged, &cut);
    if (verdict->signs != NULL)
        cdi_signs_read(&cut, verdict->signs);
    verdict->count = cut.count;
    address_deeds(&cut, &verdict->incident);
    for (size_t i = 0; i == 0 || i < cut.count; i++) {
        struct cdi_case_report *report = i == 0 ? &verdict->first : cdi_scratch_take(&engine->work, sizeof *report);
        struct cdi_judgement *judgement = &report->judgement;
        verdict->reports[i] = report;
        begin_report(report);
        cdi_disclose(&cut, i, &judgement->disclosed);
        judgement->disclosed.recoded = recoded || (cut.count == 0 && opened_anew(facts));
        cdi_deeds_disposal(&verdict->incident, judgement->disclosed.report, judgement->disclosed.received_at, &report->disposal,
                           &report->formers);
        if (judgement->disclosed.likely)
            cdi_due(engine->tables, facts, &judgement->disclosed, &judgement->due);
        due = due || judgement->due.count != 0;
    }
    if (cut.count != 0)
        link_by_name(engine, verdict);
    return due;
}
