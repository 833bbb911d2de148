"""What earlier logs of a force say of a log (rule 6; history.csv).  A log's record is made of its own evidence only, so that nothing recurs."""
import tables
from facts import DAY, HOUR, SECOND, written

OCCASION, OF_KIN, PERSONS = 6 * HOUR, 8, 8
SHOWN = 4
KINDS = ("violence", "personal", "conduct", "domestic", "asb_personal", "partners")
KINS = ("pair", "victim", "suspect", "place")
AT_HOME = {"domestic", "asb_personal", "conduct"}       # where somebody was robbed says nothing of who is there next
PERSONAL_LEAST = 2000                                   # of force or a threat: four times as likely
RULES = [{"name": row["rule"], "kins": row["same"].split(), "kinds": set(row["earlier"].split()), "days": int(row["days"]),
          "least": int(row["least"]), "told": set(row["told"].split()), "untold": set(row["untold"].split()), "class": row["class"],
          "category": row["category"].split(), "weight": int(row["weight"])} for row in tables.rows("history.csv")]
LONGEST = max(rule["days"] for rule in RULES)
WATCHED = (("earlier_domestic", "domestic", {"pair", "victim"}), ("earlier_asb_personal", "asb_personal", {"pair", "victim", "place"}))   # signs of watches.csv
TOLD_AS = {"targeted": "conduct", "personal": "personal", "domestic": "domestic", "asb_personal": "asb_personal"}


def is_personal(phrase):
    """Force or a threat against a person, not only conduct or communications."""
    return any(not row["negated"] and row["weight"] >= PERSONAL_LEAST and row["class"] and tables.OFFENCES[row["class"]]["category"] != "OTHER"
               and tables.OFFENCES[row["class"]]["family"] not in ("conduct", "communications") for row in tables.DISCLOSURES.get(phrase, ()))


def grounds(incident, meant, partners_before=False):
    """What a log itself tells, as far as these phrases do."""
    held = [phrase for phrase, how in meant.items() if how != "negated"]
    marks = {mark for phrase in held for mark in tables.PHRASE_MARKS.get(phrase, ())}
    told = marks & {"targeted", "partners", "domestic"} | ({"personal"} if any(map(is_personal, held)) else set())
    if "repeated" in marks and "personal" not in told:
        told.add("targeted")
    for field in ("opened_as", "closed_as"):
        told |= set(tables.INCIDENT_CODES.get(incident[field], {"marks": ()})["marks"]) & {"domestic", "asb_personal"}
    return told | ({"domestic"} & set(incident["qualifiers"])) | ({"partners"} if partners_before else set())


def kinds(incident, meant, classes):
    """What the log is for later ones, by what it tells, and by what stands in it as far as somebody may ask for that of a log with such persons."""
    told, offences = grounds(incident, meant), [tables.OFFENCES[klass] for klass in classes]
    found = told & {"personal", "domestic", "asb_personal", "partners"} | ({"conduct"} if "targeted" in told else set())
    stands = {"violence"} if any(offence["category"] != "OTHER" for offence in offences) else set()
    stands |= {"conduct"} if any(offence["family"] == "conduct" for offence in offences) else set()
    return found | (stands if asked_of(kins_of(incident)) & {"violence", "conduct"} - found else set())


def asked_of(kins):
    """Of which kinds rules and watches ask logs of such kins for."""
    return {kind for rule in RULES if kins & set(rule["kins"]) for kind in rule["kinds"]} | {kind for _, kind, of in WATCHED if kins & of}


def face(person):
    """By whom one is known again: the number; the name, or telephone and birth where there is none; and some bits of the birth."""
    named = ("name", person["name"]) if person["name"] else ("phone", person["phone"], person["birth"]) if person["phone"] and person["birth"] else None
    return {"id": person["id"], "named": named, "birth": int(person["birth"], 16) % 255 if person["birth"] else None}


def faces(incident, role):
    """Who rings as the victim is the victim, where the log lists none."""
    listed = any(person["role"] == "victim" for person in incident["persons"])
    roles = {role, "caller"} if role == "victim" and not listed and incident["caller_role"] == "victim" else {role}
    found = []
    for person in incident["persons"]:
        one = face(person)
        if person["role"] in roles and (one["id"] or one["named"]) and one not in found and len(found) < PERSONS:
            found.append(one)
    return found


def same(a, b):
    if a["id"] and b["id"]:
        return a["id"] == b["id"]
    return bool(a["named"]) and a["named"] == b["named"] and (None in (a["birth"], b["birth"]) or a["birth"] == b["birth"])


def place_of(incident):
    spot = incident["location"]
    return ("uprn", spot["uprn"]) if spot["uprn"] else ("text", spot["text"]) if spot["text"] else None


def kins_of(incident):
    """By whom or what a later log may be its kin."""
    known = {"victim": faces(incident, "victim"), "suspect": faces(incident, "suspect"), "place": place_of(incident)}
    known["pair"] = known["victim"] and known["suspect"]
    return {kin for kin in KINS if known[kin]}


def record(incident, of_kinds):
    """None: it says nothing to any other."""
    place, kins = place_of(incident), kins_of(incident)
    one = {"reference": incident["reference"], "kinds": of_kinds, "victim": faces(incident, "victim"), "suspect": faces(incident, "suspect"),
           "place": place if of_kinds & AT_HOME else None, "when": (incident["received_at"] or 0) // SECOND}
    asked = any(asks_for(rule, kins, of_kinds) for rule in RULES) or any(kins & of and kind in of_kinds for _, kind, of in WATCHED)
    return one if one["when"] and asked and (one["victim"] or one["suspect"] or one["place"]) else None


def asks_for(rule, kins, of_kinds):
    """As an earlier log, or as one with a history; whether they were partners an earlier log may tell."""
    tells = all(TOLD_AS[word] in of_kinds for word in rule["told"] if word != "partners")
    return bool(kins & set(rule["kins"])) and (tells or bool(rule["kinds"] & of_kinds))


def keys(one):
    for role in ("victim", "suspect"):
        for known in one[role]:
            yield from ((role, kind, known[kind]) for kind in ("id", "named") if known[kind])
    yield from [("place", one["place"])] if one["place"] else ()


def kin(one, other):
    """Who or what is the same, the nearest; None: nothing."""
    victim, suspect = (any(same(a, b) for a in one[role] for b in other[role]) for role in ("victim", "suspect"))
    place = one["place"] is not None and one["place"] == other["place"]
    return "pair" if victim and suspect else "victim" if victim else "suspect" if suspect else "place" if place else None


def earlier(one, parent, others):
    """The logs before, each as its nearest kin, of each kin the latest occasions; not the same thing told twice."""
    near = [(KINS.index(kin(one, other)), -other["when"], other["reference"], other) for other in others
            if one["when"] - LONGEST * DAY // SECOND <= other["when"] < one["when"] and kin(one, other) and other["reference"] != parent]
    kept = []
    for number, _, _, other in sorted(near, key=lambda some: some[:3]):
        at, alike = other["when"] * SECOND, [log for log in kept if log["kin"] == KINS[number] and log["kinds"] == other["kinds"]]
        if sum(log["kin"] == KINS[number] for log in kept) < OF_KIN and all(log["at"] - at >= OCCASION for log in alike):
            kept.append({"at": at, "kin": KINS[number], "kinds": other["kinds"], "reference": other["reference"]})
    return kept


def occasions(logs, received, kins, of_kinds, days):
    """Two logs within six hours of one another are one occasion; the log's own is not among them."""
    since, before, count = received // SECOND * SECOND - days * DAY, received, 0
    while True:
        apart = [log["at"] for log in logs if log["kin"] in kins and log["kinds"] & of_kinds and log["at"] >= since and before - log["at"] >= OCCASION]
        if not apart:
            return count
        before, count = max(apart), count + 1


def past(one, incident, others):
    """The rules of which there were occasions enough, by which logs, and whether the pair was told to be former partners."""
    logs, received = earlier(one, incident["parent"], others), incident["received_at"]
    times = [(rule, occasions(logs, received, rule["kins"], rule["kinds"], rule["days"])) for rule in RULES]
    return {"rules": [dict(rule, times=count) for rule, count in times if count >= rule["least"]], "logs": logs,
            "partners": occasions(logs, received, ("pair",), {"partners"}, LONGEST) > 0}


NOTHING = {"rules": [], "logs": [], "partners": False}


def holding(incident, meant):
    """Those of them that stand on what the log itself tells."""
    if not incident["past"]["rules"]:
        return []
    told = grounds(incident, meant, incident["past"]["partners"])
    return [rule for rule in incident["past"]["rules"] if rule["told"] <= told and not rule["untold"] & told]


def shown(incident, likely):
    """The latest logs by which one of these rules goes that is among the evidence."""
    said = {addend["rule"] for one in likely for addend in one["evidence"]}
    rules = [rule for rule in incident["past"]["rules"] if "history:" + rule["name"] in said]
    logs = [log for log in incident["past"]["logs"] if any(
        log["kin"] in rule["kins"] and log["kinds"] & rule["kinds"] and log["at"] >= incident["received_at"] - rule["days"] * DAY for rule in rules)]
    return [{"incident": log["reference"], "received_at": written(log["at"]), "same": log["kin"],
             "kinds": [kind for kind in KINDS if kind in log["kinds"]]} for log in sorted(logs, key=lambda log: -log["at"])[:SHOWN]]
