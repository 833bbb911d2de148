/* The scored part of step 3: Fellegi and Sunter's weights of a pair, and who gets which crime. */
#include <stdlib.h>

#include "core/link.h"

/* How alike in one field: LEVEL_COUNT where one of both does not say; `less` because what they share is common. */
struct likeness { enum cdi_match_level level; int32_t less; };

static void add(const struct cdi_tables *tables, struct cdi_link *link, struct likeness likeness)
{
    struct cdi_match_addend addend = { .level = likeness.level, .weight = tables->match.weight[likeness.level] + likeness.less,
                                       .common = likeness.less < 0 };
    link->addends[link->addend_count++] = addend;
    link->weight += addend.weight;
}

static int64_t distance(struct cdi_instant a, struct cdi_instant b)
{
    return a.ms < b.ms ? b.ms - a.ms : a.ms - b.ms;
}

static enum cdi_match_level time_level(struct cdi_instant received_at, const struct cdi_crime *crime)
{
    struct cdi_instant at = cdi_instant_said(crime->reported_at.at) ? crime->reported_at.at : cdi_crime_recorded_at(crime);
    int64_t apart = distance(at, received_at);
    if (apart <= CDI_HOURS(1).ms)
        return CDI_MATCH_TIME_SAME_HOUR;
    if (apart <= CDI_HOURS(24).ms)
        return CDI_MATCH_TIME_SAME_DAY;
    return apart <= CDI_DAYS(7).ms ? CDI_MATCH_TIME_SAME_WEEK : CDI_MATCH_TIME_LATER;
}

static bool same(uint64_t a, uint64_t b) { return a != 0 && a == b; }

static enum cdi_match_level distance_level(const struct cdi_location *a, const struct cdi_location *b)
{
    int64_t east = (int64_t)a->easting - b->easting, north = (int64_t)a->northing - b->northing;
    int64_t square = east * east + north * north;
    if (square <= 100 * 100)
        return CDI_MATCH_PLACE_NEAR;
    return square <= 1000 * 1000 ? CDI_MATCH_PLACE_KILOMETRE : CDI_MATCH_PLACE_ELSEWHERE;
}

/* Half a reference is a line through the country, and no place. */
static bool gridded(const struct cdi_location *place)
{
    return place->easting != CDI_GRID_NONE && place->northing != CDI_GRID_NONE;
}

static struct likeness place_likeness(const struct cdi_tables *tables, const struct cdi_location *a, const struct cdi_location *b)
{
    if (same(a->uprn, b->uprn))
        return (struct likeness){ CDI_MATCH_PLACE_UPRN, cdi_tables_common(tables, a->uprn) };
    if (same(a->text, b->text))
        return (struct likeness){ CDI_MATCH_PLACE_TEXT, cdi_tables_common(tables, a->text) };
    if (same(a->postcode, b->postcode))
        return (struct likeness){ CDI_MATCH_PLACE_POSTCODE, cdi_tables_common(tables, a->postcode) };
    if (gridded(a) && gridded(b))
        return (struct likeness){ distance_level(a, b), 0 };
    bool comparable = (a->uprn != 0 && b->uprn != 0) || (a->text != 0 && b->text != 0) ||
                      (a->postcode != 0 && b->postcode != 0);
    return (struct likeness){ comparable ? CDI_MATCH_PLACE_ELSEWHERE : CDI_MATCH_LEVEL_COUNT, 0 };
}

/* Levels of a field are in order, best first. */
static enum cdi_match_level person_level(const struct cdi_person *a, const struct cdi_person *b)
{
    bool birth = same(a->tokens[CDI_TOKEN_BIRTH], b->tokens[CDI_TOKEN_BIRTH]);
    if (same(a->tokens[CDI_TOKEN_ID], b->tokens[CDI_TOKEN_ID]))
        return CDI_MATCH_PERSON_ID;
    if (same(a->tokens[CDI_TOKEN_NAME], b->tokens[CDI_TOKEN_NAME]))
        return birth ? CDI_MATCH_PERSON_NAME_BIRTH : CDI_MATCH_PERSON_NAME;
    if (same(a->tokens[CDI_TOKEN_PHONE], b->tokens[CDI_TOKEN_PHONE]))
        return CDI_MATCH_PERSON_PHONE;
    if (same(a->tokens[CDI_TOKEN_PHONETIC], b->tokens[CDI_TOKEN_PHONETIC]))
        return birth ? CDI_MATCH_PERSON_PHONETIC_BIRTH : CDI_MATCH_PERSON_PHONETIC;
    for (size_t kind = 0; kind < CDI_TOKEN_COUNT; kind++)
        if (a->tokens[kind] != 0 && b->tokens[kind] != 0)
            return CDI_MATCH_PERSON_DIFFERENT;
    return CDI_MATCH_LEVEL_COUNT;
}

static bool by_name(enum cdi_match_level level)
{
    return level == CDI_MATCH_PERSON_NAME || level == CDI_MATCH_PERSON_NAME_BIRTH || level == CDI_MATCH_PERSON_PHONETIC ||
           level == CDI_MATCH_PERSON_PHONETIC_BIRTH;
}

/* The best level that any two of them have, and of those the rarest name. */
static struct likeness persons_likeness(const struct cdi_tables *tables, const struct cdi_incident *incident, const struct cdi_crime *crime)
{
    struct likeness best = { CDI_MATCH_LEVEL_COUNT, 0 };
    for (size_t i = 0; i < incident->person_count; i++)
        for (size_t j = 0; j < crime->person_count; j++) {
            struct likeness found = { person_level(&incident->persons[i], &crime->persons[j]), 0 };
            if (found.level > best.level || found.level == CDI_MATCH_LEVEL_COUNT)
                continue;
            if (by_name(found.level))
                found.less = cdi_tables_common(tables, incident->persons[i].tokens[CDI_TOKEN_PHONETIC]);
            if (found.level < best.level || found.less > best.less)
                best = found;
        }
    return best;
}

static enum cdi_match_level class_level(const struct cdi_tables *tables, const struct cdi_disclosed *disclosed,
                                        uint16_t offence)
{
    enum cdi_match_level best = CDI_MATCH_LEVEL_COUNT;
    for (size_t i = 0; offence != CDI_OFFENCE_NONE && i < disclosed->count; i++) {
        if (!disclosed->items[i].likely)
            continue;
        const struct cdi_offence *a = &tables->offences[disclosed->items[i].offence], *b = &tables->offences[offence];
        enum cdi_match_level level = a == b                   ? CDI_MATCH_CLASS_SAME
                                     : a->family == b->family ? CDI_MATCH_CLASS_FAMILY
                                     : a->category == b->category ? CDI_MATCH_CLASS_CATEGORY
                                                                  : CDI_MATCH_CLASS_DIFFERENT;
        best = level < best ? level : best;
    }
    return best;
}

static enum cdi_match_level area_level(const struct cdi_area *a, const struct cdi_area *b)
{
    if (cdi_text_said(a->beat) && cdi_text_same(a->beat, b->beat))
        return CDI_MATCH_AREA_BEAT;
    if (!cdi_text_said(a->bcu) || !cdi_text_said(b->bcu))
        return CDI_MATCH_LEVEL_COUNT;
    return cdi_text_same(a->bcu, b->bcu) ? CDI_MATCH_AREA_BCU : CDI_MATCH_AREA_DIFFERENT;
}

static int64_t weight_of(const struct cdi_tables *tables, struct likeness likeness)
{
    return likeness.level == CDI_MATCH_LEVEL_COUNT ? 0 : tables->match.weight[likeness.level] + likeness.less;
}

/* By field. */
struct compared { struct likeness of[CDI_MATCH_FIELD_COUNT]; };

static struct compared compare(const struct cdi_tables *tables, const struct cdi_incident *incident,
                               const struct cdi_disclosed *disclosed, const struct cdi_crime *crime, uint16_t offence)
{
    return (struct compared){ {
        [CDI_MATCH_FIELD_TIME] = { time_level(disclosed->received_at, crime), 0 },
        [CDI_MATCH_FIELD_PLACE] = place_likeness(tables, &incident->location, &crime->location),
        [CDI_MATCH_FIELD_PERSON] = persons_likeness(tables, incident, crime),
        [CDI_MATCH_FIELD_CLASS] = { class_level(tables, disclosed, offence), 0 },
        [CDI_MATCH_FIELD_AREA] = { area_level(&incident->area, &crime->area), 0 },
    } };
}

/* They share a place or a person.  The search goes by cells of a kilometre and their neighbours, and meets more. */
static bool share(struct likeness place, struct likeness persons)
{
    return place.level <= CDI_MATCH_PLACE_KILOMETRE || persons.level <= CDI_MATCH_PERSON_PHONETIC_BIRTH;
}

int64_t cdi_link_weight(const struct cdi_tables *tables, const struct cdi_incident *incident, const struct cdi_disclosed *disclosed,
                        const struct cdi_crime *crime)
{
    const struct compared compared = compare(tables, incident, disclosed, crime, cdi_crime_offence(tables, crime));
    int64_t weight = 0;
    if (!share(compared.of[CDI_MATCH_FIELD_PLACE], compared.of[CDI_MATCH_FIELD_PERSON]))
        return INT64_MIN;
    for (size_t field = 0; field < CDI_MATCH_FIELD_COUNT; field++)
        weight += weight_of(tables, compared.of[field]);
    return weight;
}

void cdi_link_score(const struct cdi_tables *tables, const struct cdi_incident *incident,
                    const struct cdi_disclosed *disclosed, const struct cdi_crime *crime, struct cdi_link *link)
{
    uint16_t offence = cdi_crime_offence(tables, crime);
    const struct cdi_offence_code *code = cdi_tables_code(tables, crime->code.text);
    *link = (struct cdi_link){
        .crime = crime->reference, .klass = crime->klass.text, .offence = offence, .how = CDI_HOW_SCORED,
        .rank = code != NULL ? code->rank : offence != CDI_OFFENCE_NONE ? tables->offences[offence].rank : CDI_RANK_NONE,
        .recorded_at = cdi_crime_recorded_at(crime), .standing = cdi_crime_standing(tables, crime),
        .ended_at = CDI_INSTANT_NONE, .told_at = crime->event_at, .explicit_only = cdi_crime_explicit_only(tables, crime),
    };
    link->marks = cdi_crime_marks(tables, crime, link->standing);
    const struct compared compared = compare(tables, incident, disclosed, crime, offence);
    for (size_t field = 0; field < CDI_MATCH_FIELD_COUNT; field++)
        if (compared.of[field].level != CDI_MATCH_LEVEL_COUNT)
            add(tables, link, compared.of[field]);
}

/* ---- before anything is known of what the log discloses ---- */

/* Levels of a field are in order, best first: the heaviest of these, 0 with `unsaid`. */
static int64_t heaviest(const struct cdi_tables *tables, enum cdi_match_level best, enum cdi_match_level last, bool unsaid)
{
    int64_t most = unsaid ? 0 : tables->match.weight[best];
    for (int level = (int)best; level <= (int)last; level++)
        most = tables->match.weight[level] > most ? tables->match.weight[level] : most;
    return most;
}

/* The time of a report is the log's receipt or that of an entry. */
static int64_t time_at_most(const struct cdi_tables *tables, const struct cdi_incident *incident, const struct cdi_crime *crime)
{
    enum cdi_match_level nearest = time_level(incident->received_at, crime);
    for (size_t i = 0; i < incident->entry_count && nearest != CDI_MATCH_TIME_SAME_HOUR; i++) {
        struct cdi_instant at = cdi_instant_later(incident->entries[i].at, incident->received_at);
        enum cdi_match_level level = time_level(at, crime);
        nearest = level < nearest ? level : nearest;
    }
    return heaviest(tables, nearest, CDI_MATCH_TIME_LATER, false);
}

static bool may_be_in_time(const struct cdi_tables *tables, const struct cdi_incident *incident, const struct cdi_crime *crime)
{
    uint16_t offence = cdi_crime_offence(tables, crime);
    return cdi_crime_recorded_at(crime).ms / 1000 >= incident->received_at.ms / 1000 ||
           (offence != CDI_OFFENCE_NONE && tables->offences[offence].family == CDI_FAMILY_CONDUCT);
}

int64_t cdi_link_at_most(const struct cdi_tables *tables, const struct cdi_incident *incident, const struct cdi_crime *crime)
{
    if (!may_be_in_time(tables, incident, crime))
        return INT64_MIN;
    const struct likeness place = place_likeness(tables, &incident->location, &crime->location);
    const struct likeness persons = persons_likeness(tables, incident, crime);
    if (!share(place, persons))
        return INT64_MIN;
    return heaviest(tables, CDI_MATCH_CLASS_SAME, CDI_MATCH_CLASS_DIFFERENT, true) + time_at_most(tables, incident, crime) +
           weight_of(tables, place) + weight_of(tables, persons) +
           weight_of(tables, (struct likeness){ area_level(&incident->area, &crime->area), 0 });
}

void cdi_link_keep(struct cdi_linked *linked, const struct cdi_link *link)
{
    size_t at = linked->alternative_count;
    while (at > 0 && (linked->alternatives[at - 1].weight < link->weight ||
                      (linked->alternatives[at - 1].weight == link->weight &&
                       cdi_text_compare(linked->alternatives[at - 1].crime, link->crime) > 0)))
        at--;
    if (at == CDI_ALTERNATIVES_MAX) {
        linked->truncated = true;
        return;
    }
    if (linked->alternative_count == CDI_ALTERNATIVES_MAX)
        linked->truncated = true;
    else
        linked->alternative_count++;
    for (size_t i = (size_t)linked->alternative_count - 1; i > at; i--)
        linked->alternatives[i] = linked->alternatives[i - 1];
    linked->alternatives[at] = *link;
}

/* R3: only continuing conduct goes to a crime that was recorded before the disclosure. */
enum cdi_fit cdi_link_scored_fit(const struct cdi_tables *tables, const struct cdi_pair *pair, const struct cdi_crime *crime,
                                 const struct cdi_unit *unit)
{
    bool old = pair->link.recorded_at.ms / 1000 < pair->contender->received_at.ms / 1000;
    if (old && tables->offences[unit->offence].family != CDI_FAMILY_CONDUCT)
        return cdi_link_fit_since(tables, unit, crime, pair->contender->event_told_at);
    return cdi_link_fit(tables, unit, crime);
}

/* How near a crime is to a report of its log, before all that its units say: 0 of a unit's family, 1 principal over one, 2 neither. */
static int nearness(const struct cdi_tables *tables, const struct cdi_pair *pair)
{
    enum cdi_fit best = CDI_FIT_LESSER;
    for (size_t u = 0; u < pair->contender->due->count; u++) {
        enum cdi_fit fit = cdi_link_scored_fit(tables, pair, pair->crime, &pair->contender->due->units[u]);
        best = fit < best ? fit : best;
    }
    return best < CDI_FIT_PRINCIPAL ? 0 : best == CDI_FIT_PRINCIPAL ? 1 : 2;
}

static int pair_order(const void *a, const void *b)
{
    const struct cdi_pair *x = a, *y = b;
    if (x->log_weight != y->log_weight)
        return x->log_weight > y->log_weight ? -1 : 1;
    int order = cdi_text_compare(x->link.crime, y->link.crime);
    if (order == 0)
        order = cdi_text_compare(x->contender->reference, y->contender->reference);
    if (order == 0)
        order = x->near - y->near;
    return order != 0 ? order : x->contender->order < y->contender->order ? -1 : x->contender->order > y->contender->order;
}

/* Of a log with several reports the best weight stands for all of them, and R3 says which comes first. */
static void weigh_logs(const struct cdi_tables *tables, struct cdi_pair *pairs, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        pairs[i].log_weight = pairs[i].link.weight;
        pairs[i].near = 0;
    }
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < count; j++) {
            if (i == j || pairs[i].taken != pairs[j].taken || pairs[i].contender == pairs[j].contender ||
                !cdi_text_same(pairs[i].contender->reference, pairs[j].contender->reference))
                continue;
            if (pairs[j].link.weight > pairs[i].log_weight)
                pairs[i].log_weight = pairs[j].link.weight;
            pairs[i].near = (uint8_t)nearness(tables, &pairs[i]);
        }
}

/* The unit of another report of its log that has the crime; NULL: none, or two have. */
static const struct cdi_unit *taken_by(const struct cdi_pair *pairs, size_t before, const struct cdi_pair *pair)
{
    const struct cdi_unit *found = NULL;
    for (size_t i = 0; i < before; i++) {
        const struct cdi_contender *other = pairs[i].contender;
        if (!pairs[i].answers || pairs[i].taken != pair->taken || !cdi_text_same(other->reference, pair->contender->reference))
            continue;
        if (found != NULL)
            return NULL;
        for (size_t u = 0; u < other->due->count; u++)
            if (other->due->units[u].answered_by != CDI_UNANSWERED &&
                cdi_text_same(other->linked->links[other->due->units[u].answered_by].crime, pair->link.crime))
                found = &other->due->units[u];
    }
    return found;
}

/* `with`: only one of the same event as this; NULL: any. */
static struct cdi_unit *best_unit(const struct cdi_tables *tables, const struct cdi_pair *pair, const struct cdi_unit *with)
{
    struct cdi_due *due = pair->contender->due;
    struct cdi_unit *best = NULL;
    enum cdi_fit best_fit = CDI_FIT_LESSER;
    for (size_t u = 0; u < due->count; u++) {
        if (due->units[u].answered_by != CDI_UNANSWERED || (with != NULL && !cdi_link_one_event(tables, &due->units[u], with)))
            continue;
        enum cdi_fit fit = cdi_link_scored_fit(tables, pair, pair->crime, &due->units[u]);
        if (fit < best_fit) {
            best = &due->units[u];
            best_fit = fit;
        }
    }
    return best;
}

/* Is it, or was it ever, by what had been said of it, a recorded crime that answers this? */
static bool once_fitted(const struct cdi_tables *tables, const struct cdi_pair *pair, const struct cdi_unit *unit)
{
    struct cdi_crime then;
    for (struct cdi_instant at = pair->link.recorded_at; cdi_instant_said(at); at = cdi_crime_next_turn(pair->crime, at))
        if (cdi_crime_standing_by(tables, pair->crime, at, &then) == CDI_STANDING_COUNTS &&
            cdi_link_scored_fit(tables, pair, &then, unit) < CDI_FIT_LESSER)
            return true;
    return false;
}

static bool once_shared(const struct cdi_tables *tables, const struct cdi_pair *pair, const struct cdi_pair *having, const struct cdi_unit *unit)
{
    for (size_t u = 0; having != NULL && u < having->contender->due->count; u++)
        if (cdi_link_one_event(tables, unit, &having->contender->due->units[u]) &&
            once_fitted(tables, having, &having->contender->due->units[u]) && once_fitted(tables, pair, unit))
            return true;
    return false;
}

/* The other report of its log that has the crime, or once had it; NULL: none, or two. */
static const struct cdi_pair *had_by(const struct cdi_pair *pairs, size_t count, const struct cdi_pair *pair)
{
    const struct cdi_pair *found = NULL;
    for (size_t i = 0; i < count; i++) {
        if (!pairs[i].answers || pairs[i].taken != pair->taken || !cdi_text_same(pairs[i].contender->reference, pair->contender->reference))
            continue;
        if (found != NULL)
            return NULL;
        found = &pairs[i];
    }
    return found;
}

/* What was withdrawn or recoded answers nothing now; it was of the report that it is most like, of whatever that had open then; and of another
 * of its log that tells graver of the same event. */
static void allocate_former(const struct cdi_tables *tables, struct cdi_pair *pairs, size_t count, bool *taken)
{
    for (size_t i = 0; i < count; i++) {
        struct cdi_pair *pair = &pairs[i];
        const struct cdi_due *due = pair->contender->due;
        struct cdi_linked *linked = pair->contender->linked;
        bool other = taken[pair->taken], had = false;
        if (pair->answers || !cdi_instant_said(cdi_crime_next_turn(pair->crime, pair->link.recorded_at)))
            continue;
        const struct cdi_pair *having = other ? had_by(pairs, count, pair) : NULL;
        for (size_t u = 0; u < due->count && !had; u++)
            had = other ? once_shared(tables, pair, having, &due->units[u]) : once_fitted(tables, pair, &due->units[u]);
        if (!had)
            continue;
        taken[pair->taken] = pair->answers = true;
        if (pair->once && !pair->spent && linked->link_count < CDI_LINKS_MAX)
            linked->links[linked->link_count++] = pair->link;
    }
}

void cdi_link_allocate(const struct cdi_tables *tables, struct cdi_pair *pairs, size_t count, bool *taken)
{
    weigh_logs(tables, pairs, count);
    qsort(pairs, count, sizeof *pairs, pair_order);
    for (size_t i = 0; i < count; i++) {
        struct cdi_linked *linked = pairs[i].contender->linked;
        pairs[i].answers = false;
        const struct cdi_unit *with = taken[pairs[i].taken] ? taken_by(pairs, i, &pairs[i]) : NULL;
        if (pairs[i].once || (taken[pairs[i].taken] && with == NULL) || linked->link_count == CDI_LINKS_MAX)
            continue;
        struct cdi_unit *unit = best_unit(tables, &pairs[i], with);
        if (unit == NULL)
            continue;
        taken[pairs[i].taken] = pairs[i].answers = true;
        unit->answered_by = linked->link_count;
        unit->answered_at = cdi_link_answers_from(tables, unit, pairs[i].crime);
        linked->links[linked->link_count] = pairs[i].link;
        linked->links[linked->link_count++].allocated = true;
    }
    allocate_former(tables, pairs, count, taken);
}
