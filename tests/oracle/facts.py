"""Messages to facts: DESIGN.md "Messages" and include/cdiwatch/record.h, by looking at all messages of a log at once.  A register is
won by the latest `event_at`; of two writers at one instant the product takes the greater hash, which is not known here: histories
avoid it."""
import datetime
import json
import zoneinfo

import tables

LONDON = zoneinfo.ZoneInfo("Europe/London")
UTC = datetime.timezone.utc
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=UTC)
SECOND, MINUTE, HOUR, DAY = 1000, 60_000, 3_600_000, 86_400_000
DISPOSAL_FIELDS = ("rationale", "by", "by_role", "decided_at", "endorsed_by", "endorsed_role", "endorsed_at", "victim_told_at",
                   "victim_contact_at", "enquiries", "crime", "other_force", "other_reference", "rule", "element", "n100", "n300", "category")
CANCEL_FIELDS = ("type", "by_role", "independent", "avi", "other_force", "reference", "duplicate_of", "victim_told_at")
ROLES = ("other", "victim", "suspect", "caller", "witness")
TOKENS = ("name", "phonetic", "birth", "phone", "id")


def instant(text):
    """Milliseconds since 1970."""
    if text is None:
        return None
    return (datetime.datetime.fromisoformat(text) - EPOCH) // datetime.timedelta(milliseconds=1)


def written(ms):
    if ms is None:
        return None
    at = EPOCH + datetime.timedelta(milliseconds=ms)
    return at.strftime("%Y-%m-%dT%H:%M:%S") + (f".{ms % 1000:03d}" if ms % 1000 else "") + "Z"


def local(ms):
    return (EPOCH + datetime.timedelta(milliseconds=ms)).astimezone(LONDON)


def local_midnight_after(ms):
    day = local(ms).date() + datetime.timedelta(days=1)
    at = datetime.datetime(day.year, day.month, day.day, tzinfo=LONDON).astimezone(UTC)
    return (at - EPOCH) // datetime.timedelta(milliseconds=1)


def local_day(ms):
    return local(ms).date()


def lines(path):
    with open(path, "rb") as file:
        for line in file:
            yield json.loads(line)


class Register:
    """The latest thing said, and when it was said first and last."""

    def __init__(self, writers):
        writers = [(at, value) for at, value in writers if value is not None]
        self.at, self.value = max(writers, key=lambda writer: writer[0]) if writers else (None, None)


def said(messages, *path):
    def value(message):
        for step in path:
            message = message.get(step) if isinstance(message, dict) else None
        return message
    return Register((message["at"], value(message["said"])) for message in messages)


def turns(messages, *path):
    """All that was said of it, in that order: [(at, value)]."""
    return sorted({(message["at"], said([message], *path).value) for message in messages if said([message], *path).value is not None})


def first_said(messages, *path):
    """Of each thing said, when it was first said, in that order: [(at, value)]."""
    first = {}
    for at, value in turns(messages, *path):
        first.setdefault(value, at)
    return [(at, value) for value, at in first.items()]


def by_deadline(opened, word, received):
    """The opening code that the log had by its deadline, one of a test within the first hour ("Decided here"); and whether it has another now."""
    test = word in tables.INCIDENT_CODES and "excluded" in tables.INCIDENT_CODES[word]["marks"]
    limit = None if received is None else received + (HOUR if test else DAY)
    since = min((at for at, value in opened if value == word), default=None)
    before = [value for at, value in opened if limit is not None and since is not None and (at < since if test else at <= limit)]
    if limit is None or since is None or since <= limit or not before:
        return word, False
    return before[-1], True


def group(messages, name, fields):
    """Several fields with one writer: who says any of them says all."""
    writers = []
    for message in messages:
        part = (message["said"] if name is None else message["said"].get(name)) or {}
        some = {field: part.get(field) for field in fields}
        if any(value is not None for value in some.values()):
            writers.append((message["at"], some))
    winner = Register(writers)
    return winner.value or dict.fromkeys(fields), winner.at


def union(messages, name):
    return sorted({value for message in messages for value in message["said"].get(name) or []})


def location(messages):
    writers = []
    for message in messages:
        spot, token = message["said"].get("location") or {}, message["known"].get("place") or {}
        here = {**{key: token.get(key) for key in ("uprn", "postcode", "text")}, "easting": spot.get("easting"), "northing": spot.get("northing")}
        if any(value is not None for value in here.values()):
            writers.append((message["at"], here))
    return Register(writers).value or dict.fromkeys(("uprn", "postcode", "text", "easting", "northing"))


def persons(messages):
    """By role and id, else name, else everything; each token by its own last writer."""
    known = {}
    for message in messages:
        for person in message["known"].get("persons", []):
            key = (person["role"], "id", person["id"]) if person["id"] else (person["role"], "name", person["name"]) if person["name"] \
                else (person["role"], "all", *(person[token] for token in TOKENS))
            known.setdefault(key, []).append((message["at"], person))
    merged = []
    for key, writers in known.items():
        one = {token: Register((at, person[token]) for at, person in writers).value for token in TOKENS}
        one["role"], one["first"] = key[0], min(at for at, _ in writers)
        one["age"] = Register((at, None if person["age"] == "unknown" else person["age"]) for at, person in writers).value
        merged.append(one)
    def place(one):                                 # of several victims the first is the first of this order: any would do
        number, name = (-int(one[kind] or "0", 16) for kind in ("id", "name"))
        return (ROLES.index(one["role"]), number, 0 if number else name, [0 if number or name else int(one[kind] or "0", 16) for kind in TOKENS])
    return sorted(merged, key=place)


def disposal(messages):
    """The last reason; with the fields said since another reason was last given (core/merge.h)."""
    reasons = [(message["at"], (message["said"].get("disposal") or {}).get("reason")) for message in messages]
    reason = Register(reasons)
    cut = max([at for at, word in reasons if word is not None and word != reason.value], default=None)
    first, fields = min([at for at, word in reasons if word is not None and word == reason.value], default=None), {}
    begun = first if cut is not None and first is not None and first > cut else None        # what was said before is about the reason before
    for field in DISPOSAL_FIELDS:
        writers = []
        for message in messages:
            value = (message["said"].get("disposal") or {}).get(field)
            if value is None or (cut is not None and message["at"] <= cut) or (begun is not None and message["at"] < begun):
                continue
            writers.append((message["at"], message["known"]["rationale"] if field == "rationale" else
                            instant(value) if field.endswith("_at") else value))
        fields[field] = Register(writers).value
    if first is not None and (cut is None or first > cut):
        return dict(fields, reason=reason.value, reason_at=first)      # R11: said again is not decided again
    return dict(fields, reason=reason.value, reason_at=reason.at)


DECISIONS = 8           # the first of those that a log gave (record.h)


def decided_before(messages):
    """R8: the disposal as it stood each time before a message first said something else of it: [(disposal, until)]."""
    first = {}
    for message in sorted(messages, key=lambda message: message["at"]):
        given = message["said"].get("disposal") or {}
        content = tuple((field, message["known"]["rationale"] if field == "rationale" else field in ("enquiries", "element") or given[field])
                        for field in ("reason", *DISPOSAL_FIELDS) if given.get(field) is not None)
        if content:
            first.setdefault(content, message)
    given = sorted(first.values(), key=lambda message: message["at"])[:DECISIONS]
    return [(disposal(given[:more]), given[more]["at"]) for more in range(1, len(given))]


def entries(messages):
    known = {}
    for message in messages:
        findings = {entry["seq"]: entry["findings"] for entry in message["known"].get("entries", [])}
        for entry in message["said"].get("entries") or []:
            kept = known.get(entry["seq"])
            if kept is None or message["at"] >= kept["said_at"]:
                known[entry["seq"]] = {"said_at": message["at"], "seq": entry["seq"], "at": instant(entry.get("at")),
                                       "role": entry.get("role") or "unknown", "findings": findings.get(entry["seq"], [])}
    return sorted(known.values(), key=lambda entry: (entry["at"] if entry["at"] is not None else -1, entry["seq"]))


def incident(messages):
    received = [instant(message["said"]["received_at"]) for message in messages if message["said"].get("received_at")]
    reopened = [instant(message["said"]["reopened_at"]) for message in messages if message["said"].get("reopened_at")]
    closing, closed_said = group(messages, None, ("closed_as", "closed_at"))
    stands = closing["closed_as"] is not None and not (reopened and max(reopened) >= (instant(closing["closed_at"]) or closed_said))
    words = {name: said(messages, name).value for name in
             ("opened_as", "classified_as", "channel", "caller_role", "unit", "parent")}
    area, _ = group(messages, "area", ("bcu", "beat"))
    opened, recoded = by_deadline(first_said(messages, "opened_as"), words["opened_as"], min(received, default=None))
    told = entries(messages)
    for entry in told:
        for finding in entry["findings"]:               # rule 2: who makes points to prove out
            finding["proved"] = finding["meant"] == "asserted" and (entry["role"] in ("officer", "supervisor") or words["caller_role"] == "professional")
    return {"force": messages[0]["said"]["force"], "reference": messages[0]["said"]["incident"], **words,
            "received_at": min(received, default=None), "area": area, "closed_as": closing["closed_as"] if stands else None,
            "closed_at": instant(closing["closed_at"]), "dash_at": instant(said(messages, "dash", "completed_at").value),
            "appointment_at": instant(said(messages, "appointment_at").value), "safeguarding": said(messages, "safeguarding").value,
            "opened_shown": words["opened_as"],
            "opened_by_deadline": opened, "recoded": recoded, "reopened": bool(reopened),
            "qualifiers": union(messages, "qualifiers"), "crimes": union(messages, "crimes"), "persons": persons(messages),
            "location": location(messages), "entries": told, "disposal": disposal(messages),
            "decided_before": decided_before(messages)}


def crime(messages):
    words = {name: said(messages, name).value for name in ("class", "code", "n100")}
    times = {name: instant(said(messages, name).value) for name in ("recorded_at", "reported_at", "committed_from", "committed_to")}
    status = said(messages, "status")
    cancel, cancel_at = group(messages, "cancel", CANCEL_FIELDS)
    cancel["victim_told_at"] = instant(cancel["victim_told_at"])
    area, _ = group(messages, "area", ("bcu", "beat"))
    return {"force": messages[0]["said"]["force"], "reference": messages[0]["said"]["crime"], **words, **times,
            "turns": {name: turns(messages, *path) for name, path in (("class", ("class",)), ("code", ("code",)), ("status", ("status",)),
                                                                      ("cancel", ("cancel", "type")))},
            "late_rationale": any(message["known"]["late_rationale"] for message in messages), "late_fcr_at": said(messages, "late", "fcr_at").value,
            "event_at": max(message["at"] for message in messages), "status": status.value, "status_at": status.at, "cancel": cancel, "cancel_at": cancel_at, "area": area,
            "incidents": union(messages, "incidents"), "flags": union(messages, "flags"), "persons": persons(messages),
            "location": location(messages)}


def gathered(pairs, reference):
    """Messages by what they are about; heartbeats tell of nothing."""
    about = {}
    for message, known in pairs:
        if known and reference in message:
            about.setdefault((message["force"], message[reference]), []).append(
                {"at": instant(message["event_at"]), "said": message, "known": known})
    return about
