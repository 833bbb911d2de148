"""All facts of some forces, who names whom and what people did; and the six steps in their order."""
import json
import os
import subprocess

import alike
import common
import cut
import decided
import facts
import linked
import past
import tables
import watched

BUILD = os.environ.get("BUILD", "build")

# What is not compared, or copied from the engine though the rule says otherwise or nothing.  A row goes when the reason does.
SWITCHES = {}


LINKING = ("confirm_link", "reject_link")


def folded(alert, seq):
    """include/cdiwatch/alert.h: the key of a report is folded into the last bytes of its log's."""
    return alert[:24] + f"{int(alert[24:], 16) ^ seq:08x}"


CELL = 1000


def neighbours(ours, theirs):
    """DESIGN.md step 3, "blocked by place": the squares of a kilometre in which both lie touch, or are one."""
    return all(ours[axis] is not None and theirs[axis] is not None and abs(ours[axis] // CELL - theirs[axis] // CELL) <= 1
               for axis in ("easting", "northing"))


class World:
    """All facts of the forces of one folder, and who names whom."""

    def __init__(self, folder):
        self.folder = folder
        self.messages = facts.gathered(self.pairs("incidents"), "incident")
        self.actions = self.acted()
        self.incidents = {key: facts.incident(messages) for key, messages in self.messages.items()}
        self.crimes = {key: facts.crime(messages) for key, messages in facts.gathered(self.pairs("crimes"), "crime").items()}
        self.named_by = {}
        for (force, reference), crime in self.crimes.items():
            for log in crime["incidents"]:
                self.named_by.setdefault((force, log), set()).add(reference)
        self.naming_of = {key: set(incident["crimes"]) | self.named_by.get(key, set()) for key, incident in self.incidents.items()}
        self.children = {}
        for (force, reference), incident in self.incidents.items():
            if incident["parent"] and incident["parent"] != reference:
                self.children.setdefault((force, incident["parent"]), []).append((force, reference))
        self.added_to = {}
        for (force, _), incident in self.incidents.items():
            for reference in self.naming(incident):
                self.added_to.setdefault((force, reference), []).append(incident)
        self.index_likeness()
        self.records = {key: cut.record(incident) for key, incident in self.incidents.items()}
        self.by_past = {}
        for key, record in self.records.items():
            for trait in past.keys(record) if record else ():
                self.by_past.setdefault((key[0], trait), []).append(key)
        self.cuts, self.reports, self.asking = {}, {}, []

    def pairs(self, feed):
        path = os.path.join(self.folder, feed + ".ndjson")
        with open(path, "rb") as file:
            known = subprocess.run([os.path.join(BUILD, "tests/oracle/findings"), os.path.join(self.folder, "key"), feed], stdin=file,
                                   stdout=subprocess.PIPE, check=True).stdout.splitlines()
        both = list(zip(facts.lines(path), map(json.loads, known)))
        for said, tokens in both:
            common.learn(said, tokens)
        return both

    def acted(self):
        """What people did, by log, in order of (at, request), with the `key` of the report that it names; "@LOG" or "@LOG#SEQ" in a
        history stands for the alert of a log's report."""
        path = os.path.join(self.folder, "actions.ndjson")
        first = {key: messages[0]["known"]["alert"] for key, messages in self.messages.items()}
        logs, named = {alert[:24]: key for key, alert in first.items()}, {"@" + reference: alert for (_, reference), alert in first.items()}
        actions = [action for action in facts.lines(path) if "alert" in action]
        for action in actions:
            about, _, seq = action["alert"].partition("#")
            action["alert"] = folded(named[about], int(seq or 0)) if about in named else action["alert"]
        with open(path, "w", encoding="utf-8") as file:
            file.writelines(json.dumps(action) + "\n" for action in actions)
        about = {}
        for action, known in self.pairs("actions"):
            log = logs.get(action["alert"][:24])
            if log is not None and known is not None:
                tail = int(action["alert"][24:], 16) ^ int(first[log][24:], 16)
                about.setdefault(log, []).append(dict(action, at=facts.instant(action["at"]), known=known, key=tail))
        order = {key: sorted(some, key=lambda action: (action["at"], action["request"])) for key, some in about.items()}
        return {key: list({(action["key"], action["request"]): action for action in reversed(some)}.values())[::-1] for key, some in order.items()}

    def address(self):
        """What was done about a report counts for it, or is handed on to the one that tells now of what it told."""
        self.confirmed = set()
        for key, actions in self.actions.items():
            current = {report["report"] for report in self.reports[key]}
            for action in actions:
                heir = cut.successor(self.cuts[key], action["key"]) if self.cuts[key] and action["key"] not in current else None
                action.update(handed_on=heir is not None, counts_for=heir["report"] if heir else action["key"])
            last = {(action["counts_for"], action["crime"]): action["action"] for action in actions if action["action"] in LINKING}
            self.confirmed |= {(key[0], crime) for (_, crime), said in last.items() if said == "confirm_link"}

    def explained_at(self, key):
        """R15: when the first N100 was recorded for the log, whatever became of it, or decided on in it or by a person; None: never."""
        incident, actions = self.incidents[key], self.actions.get(key, ())
        word = {action["crime"]: action["action"] for action in actions if action["action"] in LINKING and action["key"] == 0}
        decisions = [incident["disposal"]] + [stood for stood, _ in incident["decided_before"]] + [dict(action["disposal"], decided_at=facts.instant(action["disposal"].get("decided_at")), reason_at=action["at"])
                                              for action in actions if action["action"] == "clear" and action.get("disposal")]
        instants = [one["reason_at"] if one["decided_at"] is None else one["decided_at"] for one in decisions if (one["reason"] or "").startswith("N100-0")]
        for reference in self.naming_of[key]:
            crime = self.crimes.get((key[0], reference))
            if crime is None or word.get(reference) == "reject_link":
                continue
            chain = linked.lineage(crime, self.crimes)
            instants += [linked.recorded_at(one) for one in chain if linked.class_of(one) == "N100" and linked.standing(one) != "none"
                         and word.get(one["reference"]) != "reject_link" and word.get(chain[-1]["reference"]) != "reject_link"]
        return min(instants, default=None)

    def deeds(self, report):
        incident = report["incident"]
        return [action for action in self.actions.get((incident["force"], incident["reference"]), ()) if action["counts_for"] == report["report"]]

    def naming(self, incident):
        return self.naming_of[incident["force"], incident["reference"]]

    def added(self, crime, incident):
        """When the logs that name this crime were received, but for this one."""
        return [log["received_at"] for log in self.added_to.get((crime["force"], crime["reference"]), [])
                if log["reference"] != incident["reference"] and log["received_at"] is not None]

    def spoken_for(self, crime):
        """By a log, either way; by one whose parent it is (R20); by a human."""
        key = (crime["force"], crime["reference"])
        return key in self.added_to or key in self.children or key in self.confirmed

    def on_links(self, report):
        """What a human last said of a crime and this report; or confirmed to another of the same rape, of a crime that does not name the log."""
        word = self.own_word(report)
        for other in self.of_same_rape(report):
            for reference, said in self.own_word(other).items():
                crime = self.crimes.get((report["incident"]["force"], reference))
                if said == "confirmed" and crime and reference not in self.naming(report["incident"]) and linked.of_rape(crime):
                    word.setdefault(reference, said)
        return word

    def own_word(self, report):
        return {action["crime"]: "confirmed" if action["action"] == "confirm_link" else "rejected"
                for action in self.deeds(report) if action["action"] in LINKING}

    @staticmethod
    def of_same_rape(report):
        """R15: the reports that told before of the rape that the victim confirms in this one; or that in which she confirms this one's."""
        def tells(one):
            return any(linked.family_of(unit) == "rape" for unit in one["units"])

        def confirms(one):
            return any(unit["confirms"] for unit in one["units"])
        for other in report["siblings"]:
            earlier, later = sorted((report, other), key=lambda one: one["place"])
            if earlier is not later and tells(earlier) and confirms(later):
                yield other

    def disposal(self, report):
        """The last `clear` that was not undone by a later `reopen`, else the log's own, unless undone; with the first endorsement by
        somebody other than its author, if it has none itself (core/lifecycle.h)."""
        return self.disposals(report)[0]

    def disposals(self, report, before=None):
        """The same, and those that stood before, each with its `undone_at`: undone, or replaced by what was decided since."""
        disposal, undone = dict(report["incident"]["disposal"]), []
        deeds = [action for action in self.decisions(report, before) if action["action"] == "reopen" or action["action"] == "clear"
                 and (action.get("disposal") or {}).get("reason") in tables.DISPOSALS]
        for stood, until in report["incident"]["decided_before"]:
            decided = self.decided(stood)
            if stood["reason"] and not self.before_it(report, stood):
                undone.append((stood, min([until] + [action["at"] for action in deeds if action["at"] >= decided])))
        if self.before_it(report, disposal):
            disposal = dict.fromkeys(disposal)                  # what was decided before a disclosure is not about it
        for action in deeds:
            decided = self.decided(disposal)
            stood = bool(disposal["reason"]) and (decided is None or action["at"] >= decided)
            undone += [(dict(disposal), action["at"])] if stood else []
            if action["action"] == "clear":
                said = action["disposal"]
                disposal = facts.disposal([{"at": action["at"], "said": action, "known": action["known"]}])
                if not disposal["by"]:
                    disposal.update(by=action["by"], by_role=action["role"])
                disposal["decided_at"] = action["at"] if disposal["decided_at"] is None else disposal["decided_at"]
            elif decided is None or action["at"] >= decided:
                disposal["reason"] = None
        return self.endorsed(report, disposal, before), [dict(self.endorsed(report, dict(one), before), undone_at=at) for one, at in undone if at >= self.decided(one)]

    @staticmethod
    def decided(disposal):
        return disposal["decided_at"] if disposal["decided_at"] is not None else disposal["reason_at"]

    def before_it(self, report, disposal):
        """It was decided before the report was disclosed."""
        return bool(report["report"] and disposal["reason"] and self.decided(disposal) // facts.SECOND < report["received_at"] // facts.SECOND)

    def decisions(self, report, before=None):
        """Of decisions none is handed on: they were of what was known.  Only the first so many actions, if it is said how many."""
        return [action for action in self.deeds(report)[:before] if not action["handed_on"]]

    def endorsed(self, report, disposal, before=None):
        for action in self.decisions(report, before):
            early = disposal["decided_at"] is not None and action["at"] < disposal["decided_at"]
            if action["action"] == "endorse" and disposal["reason"] and not disposal["endorsed_by"] and action["by"] != disposal["by"] and not early:
                disposal.update(endorsed_by=action["by"], endorsed_role=action["role"], endorsed_at=action["at"])
        return disposal

    def inherited(self, report):
        """R20: what the log's parent, or a log whose parent it is, names or is named by; the parent may be the crime itself."""
        incident, found = report["incident"], set()
        parent = (incident["force"], incident["parent"])
        if incident["parent"] and self.disposal(report)["reason"] != "DUP":
            found |= {incident["parent"]} if parent in self.crimes else set()
            found |= self.naming_of.get(parent, self.named_by.get(parent, set())) if incident["parent"] != incident["reference"] else set()
        for child in self.children.get((incident["force"], incident["reference"]), ()):
            found |= self.naming_of[child]
        return found

    def unfit(self, report, reference):
        """What is only asked for, or cancelled, is no crime, what went into another is that (R7); conduct that ended three months before takes
        nothing more (R6)."""
        crime = self.crimes.get((report["incident"]["force"], reference))
        if crime is None:
            return False
        last = linked.lineage(crime, self.crimes)[-1]
        return linked.standing(last) not in ("counts", "answered") or not any(self.takes_more(report, one) for one in (crime, last))

    def takes_more(self, report, crime):
        conduct = tables.OFFENCES.get(linked.class_of(crime), {}).get("family") == "conduct"
        return not conduct or linked.in_time(report, crime, self.added(crime, report["incident"]))

    def fit_until(self, report, reference):
        """R8: when the crime, to which the log could be added, was cancelled; None: it was not, or could take nothing."""
        crime = self.crimes.get((report["incident"]["force"], reference))
        if crime is None:
            return None
        last = linked.lineage(crime, self.crimes)[-1]
        if linked.standing(last) != "withdrawn" or not any(self.takes_more(report, one) for one in (crime, last)):
            return None
        return linked.ended_at({"crime": last, "standing": "withdrawn"})

    def earlier(self, key):
        """What earlier logs of the force say of this one (rule 6)."""
        record = self.records[key]
        if record is None:
            return past.NOTHING
        others = {other for trait in past.keys(record) for other in self.by_past[key[0], trait]}
        return past.past(record, self.incidents[key], [self.records[other] for other in sorted(others)])

    # ---- likeness ----

    @staticmethod
    def traits(record):
        place = record["location"]
        yield from ((key, place[key]) for key in ("uprn", "postcode", "text") if place[key] is not None)
        for person in record["persons"]:
            yield from ((kind, person[kind]) for kind in ("id", "name", "phone") if person[kind])
            if person["phonetic"] and person["birth"]:              # many names sound alike: that alone is nobody in common
                yield "sound and birth", person["phonetic"], person["birth"]

    def index_likeness(self):
        self.by_trait = {}
        for (force, reference), crime in self.crimes.items():
            for trait in self.traits(crime):
                self.by_trait.setdefault((force, *trait), set()).add(reference)

    def alike(self, incident):
        force = incident["force"]
        found = {reference for trait in self.traits(incident) for reference in self.by_trait.get((force, *trait), ())}
        found |= {reference for (other, reference), crime in self.crimes.items() if other == force
                  and neighbours(incident["location"], crime["location"])}
        return [self.crimes[force, reference] for reference in sorted(found)]

    # ---- parents ----

    def parent_answered(self, report, disposal):
        """R16: a parent that is known, resolved in all its reports, not cyclic, and no unit due beyond its own; since when, and until when
        if it is open again.  A chain follows its head.  The reports of the duplicate are counted from the first; of the parent's those that were
        decided on, or in which what is due here is due."""
        force, reference, parent = (report["incident"][name] for name in ("force", "reference", "parent"))
        parents = self.reports.get((force, parent))
        if not parents or parent == reference or (force, reference) in self.asking:
            return None
        self.asking.append((force, reference))
        for one in parents:
            one["clearing"] = decided.cleared(one, self)
        self.asking.pop()
        units = [unit for sibling in report["siblings"][:report["place"] + 1] for unit in sibling["units"]]
        recorded = {(place, number) for place, one in enumerate(parents) for number, answer in one["answered"].items() if answer["standing"] == "counts"}
        of = self.within(units, [dict(unit, recorded=(place, number) in recorded, place=place) for place, one in enumerate(parents)
                                 for number, unit in enumerate(one["units"])])
        if of is None:
            return None
        on = disposal["decided_at"] if disposal["decided_at"] is not None else disposal["reason_at"]
        since, until = [], []
        for place, one in enumerate(parents):
            if place not in of and on is not None and on // facts.SECOND < one["received_at"] // facts.SECOND:
                continue
            if decided.compared(one, self.now) in ("satisfied", "cleared"):
                since.append(decided.settled_at(one))
                continue
            spell = decided.spells(one, self.now)
            if len(spell) < 2:
                return None
            since.append(spell[-2][0])
            until.append(spell[-1][0])
        return max(since), min(until, default=None)

    @staticmethod
    def within(units, of_parent):
        """Each crime due has one of its family, or a graver one, due there; what the victim confirms is within a rape that is recorded.  In which
        of the parent's reports; None: one has none."""
        taken, of = set(), set()
        for unit in units:
            offence = tables.OFFENCES[unit["class"]]
            left = [(number, one) for number, one in enumerate(of_parent) if number not in taken or (unit["confirms"] or unit["graver"]) and one["recorded"]]
            fits = [number for number, one in left if tables.OFFENCES[one["class"]]["family"] == offence["family"] or not offence["additional"]
                    and not tables.OFFENCES[one["class"]]["additional"] and tables.OFFENCES[one["class"]]["rank"] < offence["rank"]]
            if not fits:
                return None
            taken.add(fits[0])
            of.add(of_parent[fits[0]]["place"])
        return of

    # ---- the steps in their order ----

    def decide(self, now):
        """The documents at `now`, by force, log and report."""
        self.now = now
        for key, incident in self.incidents.items():
            self.cuts[key], self.reports[key] = cut.reports(incident, self.earlier(key), self.explained_at(key))
        self.address()
        every = [report for reports in self.reports.values() for report in reports]
        for report in every:
            report["links"] = linked.named(report, self.crimes, self)
            decided.fits_n100(report)
        for reports in self.reports.values():
            if reports:
                linked.answer_log(reports)
        alike.allocate_scored(every, self)
        for report in every:
            decided.date_likeness(report)
        for report in every:
            report["clearing"] = decided.cleared(report, self)
        for report in every:
            report["state"] = decided.compared(report, now)
        first = {key: messages[0]["known"]["alert"] for key, messages in self.messages.items()}
        documents = {(*key, report["report"]): dict(decided.document(report, now, self), alert=folded(first[key], report["report"]))
                     for key, reports in self.reports.items() for report in reports}
        for key in self.incidents:
            for number, held in watched.watches(key, self, decided.explicit_only).items():
                if (*key, number) not in documents and held:
                    documents[*key, number] = {"alert": first[key], "state": "not_disclosed", "risk": watched.gravest(held)}
                if (*key, number) in documents:
                    document = documents[*key, number]
                    document.update(watches=held, exists=document.get("exists", False) or bool(held))
        return documents
