"""What a log is watched for (watches.csv), since when, and on which of its reports; a watch is no step of the decision."""
import linked
import past
import tables
from cut import as_opened
from disclosed import CHILD_AGES, log_odds, probability
from facts import DAY, SECOND, written

OF_REPORT = {"recorded", "cleared", "endorsed"}             # what each report has for itself
OF_CODE = {"domestic", "child", "hate", "asb_personal"}
OF_PHRASE = {"domestic", "child", "hate"}
OF_QUALIFIER = {"domestic", "child", "vulnerable", "hate", "modern_slavery", "repeat"}
EARLIER_DAYS = 90


class Signs(dict):
    """Of each sign since when it is there, nothing before the receipt; of what is seen twice the first."""

    def __init__(self, received):
        super().__init__()
        self.received, self.lost_at = received, None

    def note(self, sign, at=None):
        at = max(at or 0, self.received)
        self[sign] = min(at, self.get(sign, at))


def of_log(incident, signs):
    """Codes, flags, ages and words; a thing without a date of its own is there since the receipt."""
    for field in ("opened_as", "classified_as", "closed_as"):
        marks = set(tables.INCIDENT_CODES.get(incident[field], {"marks": ()})["marks"])
        for mark in marks & OF_CODE:
            signs.note(mark)
        if field == "opened_as" and "domestic" in marks:
            signs.note("opened_domestic")
    for word in OF_QUALIFIER & set(incident["qualifiers"]):
        signs.note(word)
    if any(person["role"] == "victim" and person["age"] in CHILD_AGES for person in incident["persons"]):
        signs.note("child")
    for entry in incident["entries"]:
        for finding in entry["findings"]:
            for mark in OF_PHRASE & tables.PHRASE_MARKS.get(finding["phrase"], set()) if finding["meant"] == "asserted" else ():
                signs.note(mark, entry["at"])
    for sign, there, at in (("closed", incident["closed_as"], incident["closed_at"]), ("dash", incident["dash_at"], incident["dash_at"]),
                            ("appointment", incident["appointment_at"], None), ("unit", incident["unit"], None),
                            ("safeguarding", incident["safeguarding"], None)):
        if there is not None:
            signs.note(sign, at)


def of_crime(crime, signs):
    standing = linked.standing(crime)
    if standing in ("counts", "n100"):
        signs.note({"counts": "recorded", "n100": "n100"}[standing], linked.recorded_at(crime))
    elif standing != "none":
        ended = linked.ended_at({"crime": crime, "standing": standing})
        signs.lost_at = max(at for at in (signs.lost_at, ended) if at is not None)


def is_sure(report, one, explicit_only):
    """What is only like a report is recorded for it if it answers and no human must say so."""
    return one["how"] != "scored" or not explicit_only(report, one)


def endorsed(disposal):
    """By somebody else, and not before it was decided (R12)."""
    decided, at = disposal["decided_at"], disposal["endorsed_at"]
    return bool(disposal["reason"] and disposal["endorsed_by"]) and disposal["endorsed_by"] != disposal["by"] \
        and not (decided is not None and at is not None and at < decided)


def of_reports(reports, signs, explicit_only):
    for report in reports:
        signs.note("likely", report["received_at"])
        for one in report["links"]:
            if one["standing"] != "counts" or is_sure(report, one, explicit_only):
                of_crime(one["crime"], signs)
    states = {report["state"] for report in reports}
    if "cleared" in states and states <= {"cleared", "satisfied"}:
        signs.note("cleared")


def of_people(disposal, signs):
    if disposal["reason"] in ("N100-01", "N100-02", "N100-03"):
        signs.note("n100", disposal["decided_at"])
    if endorsed(disposal):
        signs.note("endorsed", disposal["endorsed_at"])


def of_past(logs, signs):
    for sign, kind, kins in past.WATCHED:
        since = signs.received // SECOND * SECOND - EARLIER_DAYS * DAY
        if any(log["kin"] in kins and kind in log["kinds"] and since <= log["at"] <= signs.received - past.OCCASION for log in logs):
            signs.note(sign)


def own(report, world, explicit_only):
    """What the report has for itself."""
    held = {"recorded"} if any(one["standing"] == "counts" and is_sure(report, one, explicit_only) for one in report["answered"].values()) else set()
    held |= {"cleared"} if report["state"] == "cleared" else set()
    return held | ({"endorsed"} if endorsed(world.disposal(report)) else set())


def suggested(incident):
    """Where nothing is likely, the class that the whole log suggests most."""
    odds = log_odds(incident, incident["entries"])
    return max(((klass, odds[klass]) for klass in tables.CLASSES if klass in odds), key=lambda one: one[1], default=None)


def terms_said(incident):
    """Of each watch when a term of it was first said, in whatever way."""
    said = {}
    for entry in incident["entries"]:
        for finding in entry["findings"]:
            for watch in tables.TERMS.get(finding["phrase"], ()):
                said.setdefault(watch, max(entry["at"] or 0, incident["received_at"]))
    return said


def checked(rule, report, world):
    """When somebody last said with a mark that he has looked; keys before a colon say at what."""
    keys = [watch["watch"] for watch in tables.WATCHES]

    def about(text):
        words = text.partition(":")[0].replace(",", " ").split() if ":" in text else []
        return not words or not set(words) <= set(keys) or rule["watch"] in words
    return max((action["at"] for action in world.deeds(report) if action["action"] == "mark" and not action["handed_on"]
                and action.get("text") and about(action["text"])), default=None)


class Asked:
    """One row of watches.csv of one report."""

    def __init__(self, rule, report, signs, said, best):
        self.rule, self.report, self.signs, self.said, self.best = rule, report, signs, said, best

    def enough(self, klass, p):
        return tables.OFFENCES[klass]["family"] in self.rule["families"] and round(p * 1000) >= self.rule["p"] * 10

    def holds_from(self, held, first):
        """What makes it hold, and from when: (instant, what is held); None: nothing."""
        if any(self.enough(one["class"], one["p"]) for one in self.report["likely"]):
            return self.report["received_at"], held - OF_REPORT | self.report["own"]
        if not first:
            return None
        instants = [self.signs[sign] for sign in self.rule["any"] & held]
        instants += [self.said[self.rule["watch"]]] if self.rule["watch"] in self.said else []
        instants += [self.signs.received] if self.best and self.enough(self.best[0], probability(self.best[1])) else []
        if not (self.rule["any"] or self.rule["families"] or self.rule["termed"]):
            instants = [self.signs.received]                # as soon as all that it asks for are there
        return (min(instants), held) if instants else None

    def since(self, incident, first):
        """From when on it holds and is shown; None: it does not."""
        rule, held = self.rule, set(self.signs)
        if rule["beyond"] and incident["appointment_at"] is not None and incident["appointment_at"] <= self.signs.received + rule["beyond"]:
            held.discard("appointment")
        found = self.holds_from(held, first)
        if found is None or not rule["all"] <= found[1] or rule["until"] & found[1]:
            return None
        risk = self.report["risk"] if self.report["likely"] else rule["risk"]
        instants = [found[0]] + [self.signs[sign] for sign in rule["all"]]
        instants += [self.signs.received + rule["beyond"]] if rule["beyond"] and "appointment" not in rule["any"] | rule["all"] else []
        instants += [self.signs.lost_at] if "recorded" in rule["until"] and self.signs.lost_at is not None else []
        instants += [self.report["received_at"] + tables.STAGES[risk][rule["shown"]]] if rule["shown"] != "at_once" else []
        return max(instants)


def watches(key, world, explicit_only):
    """Of each report of the log, by its key: [(watch, since)].  Of a log in which nothing is likely, of report 0."""
    incident, reports = as_opened(world.incidents[key]), world.reports[key]
    received = incident["received_at"]
    if received is None or "excluded" in tables.INCIDENT_CODES.get(incident["opened_as"], {"marks": ()})["marks"]:
        return {}
    past_of_log = world.earlier(key)
    incident["past"] = past_of_log
    signs = Signs(received)
    of_log(incident, signs)
    first = reports[0] if reports else {"report": 0, "incident": incident, "received_at": received, "likely": [], "siblings": [], "own": set()}
    if reports:
        of_reports(reports, signs, explicit_only)
    else:
        for one in linked.named(dict(first, units=[], place=0, graver=False), world.crimes, world):
            of_crime(one["crime"], signs)
    of_past(past_of_log["logs"], signs)
    of_people(world.disposal(first), signs)
    best = None if reports else suggested(incident)
    found = {}
    for report in reports or [first]:
        report["own"] = own(report, world, explicit_only) if reports else set()
        found[report["report"]] = []
        for rule in tables.WATCHES:
            at = Asked(rule, report, signs, terms_said(incident), best).since(incident, report is first)
            seen = checked(rule, report, world) if "checked" in rule["until"] else None
            if at is not None and at <= world.now and not (seen is not None and seen >= at):
                found[report["report"]].append((rule["watch"], written(at)))
    return found


def gravest(held):
    risks = {rule["watch"]: rule["risk"] for rule in tables.WATCHES}
    return min((risks[watch] for watch, _ in held), key=list(tables.STAGES).index)
