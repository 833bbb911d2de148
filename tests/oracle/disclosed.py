"""Steps 1 and 2: what words and codes disclose, at p >= 0.5, and how many crimes that makes due (R5, R17)."""
import math

import past
import tables

RIVAL_MARGIN, ADDITIONAL_MARGIN, OWN_EVIDENCE = 500, 4000, 1500         # of step 1's fit to labelled logs, not of a ruling
CHILD_AGES = ("under_10", "under_13", "under_16", "under_18")


A_BREACH = "a breach"            # of an order: a kind of its own beside the families
KINDS = {offence["family"] for offence in tables.OFFENCES.values()} | {A_BREACH}


class Meant(dict):
    """Of each phrase how it is meant; `proved`: those that the police or a professional assert (rule 2)."""
    proved = frozenset()


def meanings(entries):
    """Of each phrase in these entries, how it is meant: asserted anywhere before second hand before denied."""
    order = ("asserted", "hearsay", "negated")
    meant = Meant()
    meant.proved = {finding["phrase"] for entry in entries for finding in entry["findings"] if finding["proved"]}
    for entry in entries:
        for finding in entry["findings"]:
            old = meant.get(finding["phrase"], "negated")
            meant[finding["phrase"]] = min(old, finding["meant"], key=order.index)
    return meant


def needs_points(row):
    return bool(row["class"]) and row["weight"] > 0 and tables.OFFENCES[row["class"]]["state"] \
        and tables.OFFENCES[row["class"]]["family"] == "drugs"


def halved(weight):
    return weight // 2 if weight >= 0 else -(-weight // 2)


def applies(row, how, meant):
    return row["negated"] == (how == "negated") and meant.get(row["without"]) != "asserted" \
        and all(meant.get(other, "negated") != "negated" for other in row["with"])


def worth(row, phrase, meant):
    """What one row adds where its phrase is told: 0 if it does not apply; half at second hand, and half of drugs whose points to prove
    nobody made out."""
    how = meant.get(phrase)
    if how is None or not applies(row, how, meant):
        return 0
    weight = halved(row["weight"]) if how == "hearsay" else row["weight"]
    return halved(weight) if needs_points(row) and phrase not in meant.proved else weight


class Odds(dict):
    """Of each class the log-odds; `own`: how much of it is of evidence that names the class."""
    own = {}


def log_odds(incident, entries, opening_names=True):
    """Of every class that this log's evidence itself names, in thousandths of a bit."""
    opened, closed = (tables.INCIDENT_CODES.get(incident[field]) for field in ("opened_as", "closed_as"))
    if opened and "excluded" in opened["marks"]:
        return Odds()
    codes = {category: (opened["opened"][category] if opened else 0) + (closed["closed"] if closed else 0)
             + sum(tables.QUALIFIERS[word][category] for word in incident["qualifiers"] if word in tables.QUALIFIERS)
             for category in tables.CATEGORIES}
    openings = tables.OPENINGS.get(incident["opened_as"], {})
    return weighed(incident, entries, codes, openings, set(openings) if opening_names else set())


def words_odds(incident, entries):
    """The same without the log's codes: whether words stand by themselves."""
    return weighed(incident, entries, dict.fromkeys(tables.CATEGORIES, 0), {}, set())


def weighed(incident, entries, of_category, of_class, named):
    prior = tables.INCIDENT_CODES["ANY"]["opened"]
    caller = tables.CALLERS.get(incident["caller_role"], tables.CALLERS["unknown"])
    of_category = {category: of_category[category] + prior[category] + caller[category] for category in tables.CATEGORIES}
    sums, meant = dict(of_class), meanings(entries)
    for phrase in meant:
        for row in tables.DISCLOSURES.get(phrase, []):
            weight = worth(row, phrase, meant)
            if row["class"]:
                sums[row["class"]] = sums.get(row["class"], 0) + weight
                named = named | ({row["class"]} if not row["negated"] and weight else set())
            else:
                for category in row["category"] or tables.CATEGORIES:
                    of_category[category] += weight
    for rule in past.holding(incident, meant):
        if rule["class"]:
            sums[rule["class"]] = sums.get(rule["class"], 0) + rule["weight"]
            named = named | {rule["class"]}
        for category in rule["category"]:
            of_category[category] += rule["weight"]
    odds = Odds((klass, sums.get(klass, 0) + of_category[tables.OFFENCES[klass]["category"]]) for klass in named)
    odds.own = sums
    return odds


def codes_told(klass, meant):
    """R5: the very codes of the class that these words disclose."""
    return [code for code in tables.TOLD_CODES.get(klass, ()) if any(meant.get(phrase, "negated") != "negated" for phrase in code["phrases"])]


def breach_told(klass, meant):
    return any(code["breach_of_order"] for code in codes_told(klass, meant))


def has_breaches(klass):
    return any(code["breach_of_order"] for code in tables.TOLD_CODES.get(klass, ()))


def tells_breach(klass, phrase):
    return any(code["breach_of_order"] and phrase in code["phrases"] for code in tables.TOLD_CODES.get(klass, ()))


def likely_besides_breach(klass, value, meant, same_report):
    """Whether the class would be likely if the order's breach had not been told.  Where the same report tells of the breach, other words must
    speak for it: the code that the log was opened under was chosen for the breach."""
    phrases = {phrase for code in codes_told(klass, meant) if code["breach_of_order"] for phrase in code["phrases"]
               if meant.get(phrase, "negated") != "negated"}
    rest = {phrase: meaning for phrase, meaning in meant.items() if phrase not in phrases}
    own = sum(worth(row, phrase, rest) for phrase in rest for row in tables.DISCLOSURES.get(phrase, []) if row["class"] == klass)
    return (own >= OWN_EVIDENCE or not same_report) and value - sum(phrase_adds(klass, phrase, meant) for phrase in phrases) >= 0


def kinds(klass, value, meant, families=None):
    """Of these, or all, the class's family; where the breach of an order is told that is of the class, that, and the family only if it is likely
    besides."""
    wanted, family = KINDS if families is None else families, {tables.OFFENCES[klass]["family"]}
    if not breach_told(klass, meant):
        return family & wanted
    return ({A_BREACH} | (family if likely_besides_breach(klass, value, meant, A_BREACH in wanted) else set())) & wanted


def marked(meant, mark):
    return [phrase for phrase, how in meant.items() if how == "asserted" and mark in tables.PHRASE_MARKS.get(phrase, ())]


def standing(odds, entries, log=None, families=None, graver=frozenset()):
    """One event is told in many words: of a family only the best class stands, and what is less likely than the best of all by more
    than a margin, or has little evidence of its own, is the same event in other words (daemon/core/reading.c, its first lines).  A breach is told by
    these entries; `log`: all entries, where these are a part; only of these kinds, if given; `graver`: families that no rival hides."""
    best, own, meant = {}, odds.own, meanings(entries)
    of = {klass: kinds(klass, value, meant, families) for klass, value in odds.items() if value >= 0}
    odds = {klass: odds[klass] for klass in of if of[klass]}
    apart = bool(marked(meanings(entries if log is None else log), "apart"))

    def besides(klass):
        return tables.OFFENCES[klass]["additional"] or breach_told(klass, meant)
    for klass in sorted(odds, key=lambda klass: (-odds[klass], gravity(klass))):
        best.setdefault(A_BREACH if A_BREACH in of[klass] else tables.OFFENCES[klass]["family"], klass)
    first = min((klass for klass in odds if not besides(klass)), key=lambda klass: (-odds[klass], gravity(klass)), default=None)

    def stands(klass):
        if first is None or klass == first or breach_told(klass, meant) or tables.OFFENCES[klass]["family"] in graver:
            return True
        margin = ADDITIONAL_MARGIN if apart or besides(klass) else RIVAL_MARGIN
        return own.get(klass, 0) >= OWN_EVIDENCE and odds[klass] >= odds[first] - margin
    return {klass: odds[klass] for klass in best.values() if stands(klass)}


def gravity(klass):
    offence = tables.OFFENCES[klass]
    return (offence["rank"], -offence["sentence"], klass)


def probability(millibits):
    return math.floor(1000 / (1 + 2 ** (-millibits / 1000)) + 0.5) / 1000


def seriousness(disclosure):
    """R5: the lower rank; the unranked by maximum sentence; so that no two are equal, by class."""
    return (disclosure["rank"], *gravity(disclosure["class"])[1:])


def same_person(a, b):
    """R17 and "Decided here": the same number; the same name and no other number or date of birth; the same telephone and birth."""
    def both(token):
        return a[token] and b[token]
    if both("id") and a["id"] == b["id"]:
        return True
    if both("name") and a["name"] == b["name"]:
        return not any(both(token) and a[token] != b[token] for token in ("id", "birth"))
    return bool(both("phone") and both("birth") and a["phone"] == b["phone"] and a["birth"] == b["birth"])


def victims(record, since=None, until=None):
    """Distinct persons in the role (R17); those first named from an instant on, or before one."""
    people = [person for person in record["persons"] if person["role"] == "victim" and (since is None or person["first"] >= since)
              and (until is None or person["first"] < until)]
    return [person for number, person in enumerate(people) if not any(same_person(person, other) for other in people[:number])]


def phrase_adds(klass, phrase, meant):
    return sum(worth(row, phrase, meant) for row in tables.DISCLOSURES.get(phrase, [])
               if row["class"] == klass or not row["class"] and (not row["category"] or tables.OFFENCES[klass]["category"] in row["category"]))


def more_victims(klass, entries, meant):
    """R17: how many more than one the text names of those who suffered it, where it speaks for this class."""
    return max([finding["victims"] for entry in entries for finding in entry["findings"]
                if finding["meant"] == "asserted" and phrase_adds(klass, finding["phrase"], meant) > 0], default=0)


def likely_families(odds, meant):
    return set().union(*(kinds(klass, odds[klass], meant) for klass in odds if odds[klass] >= 0))


def families_of(classes, meant, families=None):
    """Of classes with their log-odds."""
    return set().union(*(kinds(klass, value, meant, families) for klass, value in classes.items()))


def families_of_phrase(finding, meant):
    """Those of which what is asserted here makes a class likelier, with all that is meant."""
    if finding["meant"] != "asserted":
        return set()
    phrase, found = finding["phrase"], set()
    for row in tables.DISCLOSURES.get(phrase, []):
        if row["class"] and worth(row, phrase, meant) > 0:
            found |= {tables.OFFENCES[row["class"]]["family"]} | ({A_BREACH} if tells_breach(row["class"], phrase) else set())
    return found


def counts_as(klass):
    return tables.OFFENCES[klass]["counts"]


def disclosure(klass, odds, entries, families=None):
    """As one of these kinds, if given."""
    offence, meant = tables.OFFENCES[klass], meanings(entries)
    codes = codes_told(klass, meant)
    ranks = [code["rank"] for code in codes if code["rank"] != tables.UNRANKED]
    among = kinds(klass, odds, meant, families)
    return {"class": klass, "category": offence["category"], "p": probability(odds), "rank": min(ranks, default=offence["rank"]),
            "never_absorbed": offence["never_absorbed"] or any(code["never_absorbed"] for code in codes),
            "told": 1 + more_victims(klass, entries, meant), "breach": A_BREACH in among, "separate": False, "confirms": False, "graver": False,
            "since": None, "until": None, "besides_breach": A_BREACH in among and len(among) > 1}


def flags(incident, likely, entries):
    codes = [tables.INCIDENT_CODES[incident[field]]["marks"] for field in ("opened_as", "closed_as", "classified_as")
             if incident[field] in tables.INCIDENT_CODES]
    meant = meanings(entries)
    marks = {mark for some in codes for mark in some} | {
        mark for phrase, how in meant.items() if how != "negated" for mark in tables.PHRASE_MARKS.get(phrase, ())}
    families = {tables.OFFENCES[one["class"]]["family"] for one in likely}
    categories = {one["category"] for one in likely}
    return {"domestic": "domestic" in marks or "domestic" in incident["qualifiers"],
            "child": "child" in marks or "child" in incident["qualifiers"]
            or any(person["role"] == "victim" and person["age"] in CHILD_AGES for person in incident["persons"]),
            "hate": "hate" in marks or "hate" in incident["qualifiers"],
            "asb_personal": "asb_personal" in marks,
            "rape": "RAPE" in categories, "injury": bool(families & {"assault_injury", "homicide"}), "violence": "VAP" in categories,
            "disorder": bool(families & {"communications", "public_order"})}


def risk(likely, flag):
    """DOMAIN.md "Risk order": the most severe of what is likely."""
    return min((risk_of(one, tables.OFFENCES[one["class"]]["family"], flag) for one in likely), key=list(tables.STAGES).index)


def risk_of(one, family, flag):
    for word, holds in (("rape", one["category"] == "RAPE" or family == "n100"), ("child", flag["child"] and one["category"] != "OTHER"),
                        ("stalking", one["class"] in ("8Q", "8U")),
                        ("da_violence", flag["domestic"] and one["category"] == "VAP" and family != "communications"),
                        ("modern_slavery", family == "modern_slavery"), ("sexual", one["category"] == "SEXUAL"),
                        ("violence", one["category"] == "VAP" or family == "robbery"), ("hate", flag["hate"]),
                        ("asb_personal", flag["asb_personal"])):
        if holds:
            return word
    return "other"


def injury_kind(klass):
    """An assault is one, with injury or without."""
    family = tables.OFFENCES[klass]["family"]
    return "assault" if family == "assault_injury" else family


def counted(one, persons, named, meant):
    """How many crimes of its class: what one is, the column `counts` of offences.csv says."""
    each = max([next((n for n in (6, 5, 4, 3) if f"of_{n}" in tables.PHRASE_MARKS[phrase]), 2) for phrase in marked(meant, "offenders")], default=1)
    each = 1 if one["separate"] else each
    kind, persons = tables.OFFENCES[one["class"]]["counts"], max(1, persons)
    if kind == "victim":
        return persons
    if kind == "offender":
        return max(max(1, named) * each, persons)
    if kind == "owner":
        return persons if marked(meant, "owners") and persons > one["told"] else one["told"]
    return 1


def due(incident, likely):
    """R5: for each victim the principal crime that he suffered, and whatever is recorded besides it always, on another occasion or
    against others (R2)."""
    units, meant = [], meanings(incident["entries"])

    def always(one):
        return one["breach"] or tables.OFFENCES[one["class"]]["additional"] and not has_breaches(one["class"])

    def suffered(one):
        return victims(incident, one["since"], one["until"])

    def count(one, persons):
        return counted(one, persons, min(one["victims"], len(suffered(one))), meant)

    def add(one, first, last, besides):
        offence, persons = tables.OFFENCES[one["class"]], suffered(one)
        named = min(one["victims"], len(persons))
        each = max(1, last // named) if offence["counts"] == "offender" and named else 1
        for number in range(first, last):
            place = number // each
            person = persons[place] if place < len(persons) and not offence["state"] else None
            units.append(dict(one, additional=besides, person=person))

    known = 0
    for one in likely:
        if one["separate"] or not tables.OFFENCES[one["class"]]["due"] or always(one) and not one["besides_breach"]:
            continue
        number = count(one, one["told"] if known else one["victims"])
        own = marked(meant, "apart") and injury_kind(one["class"]) not in [injury_kind(unit["class"]) for unit in units]
        add(one, 0 if own else known, number, False)
        known = max(known, number)
    for one in likely:
        if tables.OFFENCES[one["class"]]["due"] and (always(one) or one["separate"]):
            add(one, 0, 1 if one["breach"] else count(one, one["victims"]), bool(always(one)))
    return units
