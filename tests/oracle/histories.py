#!/usr/bin/env python3
"""Random histories, richer than the simulator's stories: histories.py SEED COUNT FOLDER writes COUNT small forces of a few logs and
crimes each as incidents, crimes and actions.  Of one thing no two messages are of one instant: who wins then is a matter of a hash."""
import json
import os
import random
import sys

from facts import DAY, HOUR, MINUTE, SECOND, instant, written

# Until when time passes: winter, summer, after the clocks went back and forward, the end of a month.
ENDS = ("2026-11-20T12:00:00Z", "2026-07-02T08:00:00Z", "2026-10-26T01:30:00Z", "2027-03-29T09:00:00Z", "2027-03-01T00:00:00Z")
AGES = (2 * HOUR, 13 * HOUR, 25 * HOUR, 30 * HOUR, 49 * HOUR, 4 * DAY, 20 * DAY, 130 * DAY)
KINDS = (   # opened as, what the caller says, what it is recorded as: the right class first
    ("OPN-VIOL", "INF STS MALE PUNCHED HIM IN THE FACE, NOSE BLEEDING", ("8N", "5D", "105A", "8L")),
    ("OPN-VIOL", "INF STS HE WAS SLAPPED BY HIS BROTHER IN LAW, NO INJURY", ("105A", "8N", "104", "9A")),
    ("OPN-VIOL", "INF STS HE AND HIS BROTHER WERE BOTH PUNCHED BY A DOORMAN, BOTH HAVE CUTS TO THE FACE", ("8N", "5D", "105A")),
    ("PSW-DOM", "INF STS HER PARTNER GRABBED HER BY THE THROAT AND STRANGLED HER", ("8N", "8L", "105A")),
    ("PSW-DOM", "INF STS HER HUSBAND HAS SLAPPED HER ROUND THE FACE AND PULLED HER HAIR", ("105A", "8N", "8Q")),
    ("ASB-NUIS", "ONE OF THE KIDS PUNCHED HIM IN THE STOMACH", ("105A", "8N", "9A")),
    ("OPN-BURG", "HOUSE BROKEN INTO, WINDOW SMASHED, JEWELLERY STOLEN", ("28I", "30C", "49", "58A")),
    ("OPN-THEFT", "CALLER STS HIS WALLET WAS STOLEN IN THE PUB", ("49", "39", "44", "28I")),
    ("OPN-DAM", "CALLER STS SOMEBODY HAS SMASHED HIS CAR WINDOW WITH A BRICK", ("58C", "58D", "49")),
    ("OPN-SEX", "FEMALE STS SHE WAS RAPED IN THE PARK BY AN UNKNOWN MALE", ("19C", "20A", "N100", "105A")),
    ("OPN-ROB", "INF STS HE WAS MUGGED AT KNIFEPOINT, PHONE AND CASH TAKEN", ("34B", "39", "8N")),
    ("OPN-HAR", "CALLER STS NEIGHBOUR KEEPS HARASSING HIM, SHOUTING ABUSE AT HIS DOOR EVERY DAY", ("8L", "8Q", "8R", "9A")),
    ("OPN-HAR", "HER EX HUSBAND KEEPS FOLLOWING HER TO WORK AND WAITING OUTSIDE HER HOUSE EVERY NIGHT", ("8Q", "8L", "8U", "8R")),
    ("OPN-HAR", "CALLER HAS BEEN SENT A GROSSLY OFFENSIVE THREATENING MESSAGE ON FACEBOOK", ("8R", "8L", "3B")),
    ("OPN-VEH", "VAN BROKEN INTO OVERNIGHT AND ALL TOOLS STOLEN", ("45", "48", "58C")),
    ("PSW-CFS", "CALLER ASKS FOR A WELFARE CHECK ON HER ELDERLY NEIGHBOUR", ("105A", "49")),
    ("ADM-LOST", "CALLER HAS LOST HER UMBRELLA ON A TRAIN", ("49", "46")),
    ("OPN-SEX", "CALLER STS HER FRIEND WAS RAPED AT A PARTY BY A MALE SHE MET THERE", ("19C", "N100", "N100", "20A")),
    ("OPN-HAR", "HER EX PARTNER HAS BREACHED HIS NON MOLESTATION ORDER, TEXTED HER AGAIN", ("66", "8L", "9A")),
    ("OPN-SEX", "FEMALE STS A MAN TOUCHED HER BREAST ON THE BUS, SEXUALLY ASSAULTED HER", ("20A", "19C", "N100", "105A")),
    ("OPN-SEX", "FEMALE STS A MAN TOUCHED HER BREAST AT A PARTY, SEXUALLY ASSAULTED HER", ("19C", "20A", "20A", "8N")),
    ("OPN-DRUG", "CALLER SAW TWO MALES DEALING COCAINE FROM A CAR", ("92A", "92D")),
)
LATER = (   # by whom, what is said later
    ("officer", "BOTH SPOKEN TO, PARTIES SEPARATED, NO COMPLAINTS"), ("officer", "NO ASSAULT, NOBODY WAS HIT, NO DAMAGE"),
    ("officer", "SHE STATES HER GRANDSON PUNCHED HER IN THE FACE YESTERDAY, BRUISED CHEEK"),
    ("officer", "ONE DETAINED, SEARCHED, FOUND IN POSSESSION OF A QUANTITY OF COCAINE"), ("call_taker", "HE ALSO HAS A CUT LIP AND IS BLEEDING"),
    ("call_taker", "CALLER DOES NOT WANT TO MAKE A STATEMENT"), ("call_taker", "CALLER HAS FOUND IT, NOTHING WAS STOLEN"),
    ("officer", "IP ALSO STS THE SAME MALE PUNCHED HIM IN THE FACE LAST WEEK, BLACK EYE"), ("officer", "HIS BROTHER WAS PUNCHED AS WELL, BOTH HAVE CUTS"),
    ("officer", "IP MENTIONED THAT HIS BICYCLE WAS STOLEN FROM OUTSIDE THE LIBRARY LAST WEEK"),
    ("officer", "SHE NOW DISCLOSES THAT HER EX PARTNER RAPED HER IN AUGUST"), ("supervisor", "FEMALE RAPED AT THE SAME ADDRESS ON ANOTHER NIGHT, STS SHE DID NOT CONSENT"),
    ("officer", "THREE OF THE STAFF WERE PUNCHED AND KICKED"), ("officer", "HE HAS A NON MOLESTATION ORDER AGAINST HIM AND HAS BREACHED IT"),
    ("officer", "APPARENTLY HE WAS PUNCHED AND THE WINDOW WAS SMASHED"), ("call_taker", "HER SISTER WAS SLAPPED TOO"), (None, "HE WAS ALSO KICKED ON THE GROUND"),
    ("dispatcher", "NEIGHBOUR KEEPS HARASSING HIM, SHOUTING ABUSE AT HIS DOOR EVERY DAY"), ("officer", "THE RAPE WAS CONFIRMED BY THE VICTIM IN INTERVIEW"),
    ("officer", "VICTIM CONFIRMS SHE WAS RAPED"), ("supervisor", "IP HAS NOW DISCLOSED THAT SHE WAS RAPED, SHE DID NOT CONSENT"),
    ("officer", "IF VICTIM CONFIRMS RAPE A CRIME IS TO BE RECORDED"), ("officer", "HER MUM STS THE VICTIM SAID SHE WAS RAPED"),
    ("call_taker", "HE BREACHED HIS RESTRAINING ORDER BY COMING TO THE HOUSE"), ("officer", "SEARCHED, CANNABIS FOUND"), ("call_taker", "HE SMELLS OF CANNABIS"),
    ("officer", "SPOKE TO HER AT HOME, HE RAPED HER"), ("officer", "ON ANOTHER OCCASION HE RAPED HER"), ("officer", "HE TOUCHED HER BREAST"),
    ("officer", "SHED BROKEN INTO, BURGLARY"), ("officer", "HE THREATENED HIM WITH A KNIFE AND DEMANDED HIS WALLET, ROBBED OF IT"),
    ("officer", "HER PURSE WAS STOLEN FROM THE TABLE"), ("call_taker", "THE FENCE WAS SMASHED AND HIS CAR SCRATCHED"),
    ("system", "FEMALE WAS PUNCHED IN THE FACE, CUT LIP"),
    ("supervisor", "REVIEWED, LOG TO BE CLOSED"), ("dispatcher", "FEMALE CALLED BACK, STS SHE WAS STRANGLED BY HER PARTNER"), ("system", "AUTOMATIC UPDATE"),
)
PAIRS = (   # two crimes are due; what they are recorded as, and what they are recoded to
    ("OPN-VIOL", "INF STS HE AND HIS BROTHER WERE BOTH PUNCHED BY A DOORMAN, BOTH HAVE CUTS TO THE FACE", ("8N", "8N"), ("105A", "125/9", "49")),
    ("OPN-VIOL", "INF STS MALE PUNCHED HIM IN THE FACE, NOSE BLEEDING, AND A QUANTITY OF COCAINE WAS FOUND ON THE MALE", ("8N", "92D"), ("105A", "92A", "49")),
    ("OPN-SEX", "FEMALE STS SHE AND HER SISTER WERE BOTH RAPED IN THE PARK BY AN UNKNOWN MALE", ("19C", "19C"), ("20A", "N100", "105A")),
)
WATCHED = (   # opened as, what the caller says
    ("ASB-PERS", "CALLER STS YOUTHS ARE SHOUTING ABUSE AT HIM OUTSIDE HIS HOUSE AGAIN"), ("PSW-DOM", "HER HUSBAND IS SHOUTING AND BREAKING THINGS"),
    ("PSW-DOM", "ARGUMENT WITH HER PARTNER, NOTHING ELSE, CALLER SLURRING"), ("PSW-CFS", "CALLER ASKS FOR A WELFARE CHECK ON HER ELDERLY NEIGHBOUR"),
    ("OPN-VIOL", "BOTH PARTIES ARE ACCUSING EACH OTHER, HE SAYS HE IS THE VICTIM"), ("OPN-SEX", "SOMETHING SEXUAL MAY HAVE HAPPENED, SHE WOKE UP NAKED"),
    ("ADM-CONT", "CALLER SUSPECTS THAT COUNTY LINES DEALERS HAVE CUCKOOED THE FLAT"), ("OPN-VIOL", "INF STS HE WAS SLAPPED BY HIS BROTHER IN LAW, NO INJURY"),
    ("OPN-PO", "LARGE GROUP FIGHTING IN THE STREET"), ("OPN-HAR", "CALLER STS NEIGHBOUR KEEPS HARASSING HIM, SHOUTING ABUSE AT HIS DOOR EVERY DAY"),
    ("OPN-SEX", "FEMALE STS SHE WAS RAPED IN THE PARK BY AN UNKNOWN MALE"), ("ADM-LOST", "CALLER HAS LOST HER UMBRELLA ON A TRAIN"),
    ("PSW-CFS", "FEMALE HEARD SCREAMING, HE CALLED HER A PAKI"), ("ADM-CONT", "CHILD OF FIVE LEFT ALONE IN THE FLAT"), ("OPN-HATE", "CALLER WAS SWORN AT"), ("OPN-MS", "CALLER ASKS FOR ADVICE"),
)
MARKS = ("seen", "no_dash: on paper", "hate, conduct: seen", "rape no_unit: seen", "other: seen", "no_dash, other: seen", ": seen")
LATER_CLASSES = ("8N", "105A", "49", "19C", "58C", "92D", "8L", "9A")
CALLERS = ("victim", "victim", "victim", "witness", "professional", "parent_or_carer", "other", None)
TESTS = ("ADM-TEST",)
CLOSINGS = ("CRM", "PSW-DOM", "ADM-CONT", "PSW-CFS", "ASB-NUIS", "ADM-LOST")
REASONS = ("NCL", "NEG", "NEG", "CRI-1A", "CRI-1B", "CRI-2", "CRI-3", "N100-01", "N100-02", "N100-03", "N300", "DUP", "DUP", "DUP", "ADD_TO_EXISTING",
           "PART_OF_CRIME", "DEFER", "FRD-RF", "NSIR", "NSIR", "WHATEVER")
RATIONALES = ("Receipt seen in the lodger's name and the caller accepts it", "CCTV shows that nobody was near it at the time",
              "no further action", "n/a", "too short", "No crime.")
NAMES = ("Pat Quill", "Sam Pell", "Alex Wren", "Jo Marsh", "Chris Fenn")
CODES = {"8N": ("008/06", "008/01", "008/77"), "8L": ("195/94",), "8Q": ("195/12",), "105A": ("105/01",), "5D": ("005/01",), "34B": ("034/01",)}


class History:
    """One force, until `end`."""

    def __init__(self, chance, force, end):
        self.chance, self.force, self.end = chance, force, end
        self.start = end - int(chance.choice(AGES) * chance.uniform(0.8, 1.2)) // SECOND * SECOND
        self.feeds = {"incidents": [], "crimes": [], "actions": []}
        self.spoken = set()
        self.logs, self.crimes = [], []

    def maybe(self, odds):
        return self.chance.random() < odds

    def near(self, at, *spans):
        """One of these after `at`, sometimes a second beside it, never in what is yet to come."""
        span = self.chance.choice(spans)
        return max(0, min(at + span + self.chance.choice((0, 0, 0, -SECOND, SECOND)), self.end - 60 * SECOND))

    def say(self, feed, about, at, **fields):
        """A message; its event_at is the first free second from `at` on, or before the end."""
        at = min(at, self.end - 30 * SECOND) // SECOND * SECOND
        while (about, at) in self.spoken:
            at += SECOND if at < self.end - 5 * SECOND else -SECOND * self.chance.randrange(5, 2000)
        self.spoken.add((about, at))
        message = {"force": self.force, **about_key(feed, about), "event_at": written(at), **{k: v for k, v in fields.items() if v is not None}}
        self.feeds[feed] += [message] * (2 if self.maybe(0.05) else 1)
        return at

    # ---- logs ----

    def person(self, role, number):
        person = {"role": role, "id": f"N-{number}", "name": NAMES[number % len(NAMES)], "dob": f"{1960 + number * 7 % 60}-03-0{1 + number % 9}",
                  "phone": f"07700 90{number:04d}"}
        for key in ("id", "name", "dob", "phone"):
            if self.maybe(0.3):
                del person[key]
        return person if len(person) > 1 and ("id" in person or "name" not in person or number < 5) else dict(person, id=f"N-{number}")

    def persons(self, numbers, roles=("victim",)):
        return [self.person(self.chance.choice(roles), number) for number in numbers]

    def place(self, number):
        place = {"uprn": f"10010011{number:04d}", "postcode": f"SA{number % 90 + 1} 1XX", "easting": 241200 + 700 * number, "northing": 220050}
        if self.maybe(0.3):
            del place["easting"]
        if self.maybe(0.4):
            del place["uprn"]
        return place

    def log(self):
        reference = f"{self.force}-L{len(self.logs)}"
        opened, text, classes = self.chance.choice(KINDS)
        received = self.start + self.chance.randrange(0, 2 * HOUR, 1000) if self.maybe(0.7) else self.near(self.start, 0, 3 * HOUR, 26 * HOUR, 60 * DAY)
        received = min(received, self.end - 5 * MINUTE)
        victims = self.chance.sample(range(8), self.chance.choice((0, 1, 1, 1, 2, 3)))
        classes = classes + (self.chance.choice(LATER_CLASSES),) if self.maybe(0.4) else classes
        log = {"ref": reference, "seqs": [], "received": received, "classes": classes, "victims": victims, "place": self.chance.randrange(4),
               "suspect": self.chance.randrange(20, 22)}
        self.logs.append(log)
        roles = ("call_taker",) * 8 + ("dispatcher", "officer")
        entries = [{"seq": 1, "at": written(received + self.chance.choice((0, MINUTE, 59 * MINUTE, 61 * MINUTE)) if self.maybe(0.2) else received + MINUTE),
                    "role": self.chance.choice(roles), "text": text}]
        if datetime_after(entries[0]["at"], self.end):
            entries[0]["at"] = written(received)
        self.say("incidents", reference, received + 2 * MINUTE, received_at=written(received), channel="101", opened_as=opened,
                 caller_role=self.chance.choice(CALLERS), persons=self.persons(victims) + self.suspects(log), entries=entries,
                 qualifiers=self.chance.sample(("domestic", "child", "alcohol", "vulnerable", "hate", "repeat"), self.chance.choice((0, 0, 0, 1, 2))),
                 location=self.place(log["place"]) if self.maybe(0.5) else None,
                 area={"bcu": "West", "beat": f"W{log['place']}"} if self.maybe(0.7) else None)
        for number in range(self.chance.choice((0, 0, 1, 1, 2, 4))):
            self.update(log, number)
        return log

    def suspects(self, log):
        return self.persons((log["suspect"],), ("suspect",)) if self.maybe(0.3) else []

    def update(self, log, number):
        at = self.near(log["received"], 10 * MINUTE, HOUR, 3 * HOUR, 13 * HOUR, 23 * HOUR, 26 * HOUR, 50 * HOUR)
        what = self.chance.choice((0, 1, 2, 3, 3, 3, 4, 5, 6, 7, 8))
        if what < 3:
            self.disposal(log, at)
        elif what == 3:
            role, text = self.chance.choice(LATER)
            log["seqs"].append(2 + number)
            self.say("incidents", log["ref"], at, entries=[{"seq": 2 + number, "at": written(at), "role": role, "text": text}])
        elif what == 4:
            self.say("incidents", log["ref"], at, closed_as=self.chance.choice(CLOSINGS), closed_at=written(at),
                     unit="R-12" if self.maybe(0.5) else None)
            if self.maybe(0.3):
                self.say("incidents", log["ref"], at + HOUR, reopened_at=written(min(at + HOUR, self.end)))
        elif what == 5:
            self.say("incidents", log["ref"], at, persons=self.persons(log["victims"]) or None, caller_role=self.chance.choice(CALLERS))
        elif what == 8:
            self.say("incidents", log["ref"], at, persons=self.persons(self.chance.sample(range(8), 1)),
                     parent=self.chance.choice(self.logs + self.crimes)["ref"] if self.maybe(0.3) else None)
        elif what == 6 and self.crimes:
            self.say("incidents", log["ref"], at, crimes=[self.chance.choice(self.crimes)["ref"]])
        else:
            self.say("incidents", log["ref"], at, classified_as=self.chance.choice(CLOSINGS), opened_as=self.chance.choice(TESTS if self.maybe(0.3) else self.chance.choice(KINDS)[:1]) if self.maybe(0.3) else None,
                     area={"bcu": self.chance.choice(("West", "East"))})

    def grounds(self, at):
        decided = self.near(at, 0, -HOUR, -2 * HOUR)
        decided = min(decided, at)
        fields = {"reason": self.chance.choice(REASONS), "rationale": self.chance.choice(RATIONALES), "by": "S1", "by_role": self.chance.choice(("sergeant", "supervisor", "call_taker", "officer")),
                  "decided_at": written(decided), "endorsed_by": self.chance.choice(("S2", "S2", "S2", "S1")), "endorsed_role": self.chance.choice(("inspector", "supervisor", "officer")),
                  "endorsed_at": written(min(at, self.near(decided, 0, HOUR, -HOUR))), "victim_told_at": written(decided),
                  "victim_contact_at": written(decided), "enquiries": "House to house done, no reply", "other_force": "ken", "other_reference": "KEN/1",
                  "rule": "schools", "element": "intent", "n100": "N100/7", "n300": "N300/1", "category": "deferred",
                  "crime": self.chance.choice(self.crimes)["ref"] if self.crimes and self.maybe(0.8) else "UNKNOWN/1"}
        whole = self.maybe(0.5)
        return {key: value for key, value in fields.items() if key == "reason" or self.maybe(0.97 if whole else 0.6)}

    def disposal(self, log, at):
        grounds = self.grounds(at)
        parent = None
        if grounds["reason"] == "DUP" and self.maybe(0.9):
            parent = self.chance.choice(self.logs)["ref"] if self.maybe(0.9) else "NOBODY"
        at = self.say("incidents", log["ref"], at, disposal=grounds, parent=parent)
        if self.maybe(0.3):
            later = self.near(at, HOUR, 5 * HOUR, 24 * HOUR)
            if later > at:
                self.say("incidents", log["ref"], later, disposal={"endorsed_by": "S3", "endorsed_at": written(later), "victim_told_at": written(later)})

    # ---- crimes ----

    def crime(self):
        reference = f"{self.force}/C{len(self.crimes)}"
        log = self.chance.choice(self.logs)
        recorded = self.near(log["received"], HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, 20 * HOUR, 24 * HOUR, 24 * HOUR, 30 * HOUR, 0, -HOUR, -80 * DAY, -95 * DAY, 5 * DAY)
        klass = log["classes"][0] if self.maybe(0.6) else self.chance.choice(log["classes"])
        victims = self.chance.sample(log["victims"], min(1, len(log["victims"]))) if self.maybe(0.8) else self.chance.sample(range(8), 1)
        crime = {"ref": reference, "recorded": recorded, "log": log}
        self.crimes.append(crime)
        logs = [] if self.maybe(0.25) else [log["ref"]] + ([self.chance.choice(self.logs)["ref"]] if self.maybe(0.15) else [])
        empty = self.maybe(0.05)                        # a placeholder, filled in later or never
        n100 = self.chance.choice(("100/01", "100/02", "100/03", "100/03")) if klass == "N100" else None
        reported = min(recorded, self.near(log["received"], 0, 30 * MINUTE, 5 * HOUR))
        said = self.say("crimes", reference, self.near(recorded, 0, 0, MINUTE, 8 * HOUR, 30 * HOUR) if recorded < self.end - HOUR else recorded,
                        recorded_at=written(recorded), reported_at=written(reported) if self.maybe(0.8) else None,
                        committed_to=written(reported - self.chance.choice((HOUR, 2 * DAY))) if self.maybe(0.4) else None,
                        code=self.chance.choice(CODES[klass]) if klass in CODES and self.maybe(0.6) and not empty else None, n100=n100,
                        status=self.chance.choice(("recorded",) * 8 + ("requested", "non_crime", "dealt_with")), incidents=logs or None,
                        persons=(self.persons(victims) if self.maybe(0.8) else []) + self.suspects(log),
                        flags=["domestic"] if self.maybe(0.1) else None, location=self.place(log["place"]) if self.maybe(0.5) else None,
                        area={"bcu": "West", "beat": f"W{log['place']}"} if self.maybe(0.7) else None,
                        late=self.late(recorded) if self.maybe(0.3) else None, **{"class": None if empty else klass})
        if empty and self.maybe(0.7):
            said = self.say("crimes", reference, self.near(max(said, recorded), HOUR, 5 * HOUR, 25 * HOUR), **{"class": klass})
        if self.maybe(0.4):
            self.change(crime, log, max(said, recorded))
        return crime

    def late(self, recorded):
        return {"rationale": self.chance.choice(RATIONALES), "fcr_at": written(recorded) if self.maybe(0.7) else None}

    def change(self, crime, log, since):
        at = self.near(since, 30 * MINUTE, 5 * HOUR, 25 * HOUR, 50 * HOUR)
        if at <= since:
            return
        what = self.chance.randrange(6)
        if what < 4:
            kind = self.chance.choice(("C1", "C2", "C3", "C3", "C4", "C5"))
            cancel = {"type": kind, "by_role": self.chance.choice(("FCR", "DDM")), "independent": self.maybe(0.8), "avi": "CCTV seen by the reviewer",
                      "other_force": "ken", "reference": "KEN/7", "victim_told_at": written(at), "duplicate_of": self.chance.choice(self.crimes)["ref"]}
            cancel = {key: value for key, value in cancel.items() if key == "type" or self.maybe(0.85)}
            self.say("crimes", crime["ref"], at, status=self.chance.choice(("cancelled", "cancelled", "cancelled", "transferred")), cancel=cancel)
            if self.maybe(0.5):
                self.back(crime["ref"], at, status="recorded")
        elif what == 4:
            self.say("crimes", crime["ref"], at, status="recorded", incidents=[log["ref"]], **{"class": self.chance.choice(log["classes"])})
        else:
            self.say("crimes", crime["ref"], at, incidents=[self.chance.choice(self.logs)["ref"]])

    def back(self, crime, gone, **what):
        """What was cancelled or recoded is as it was again; and perhaps cancelled once more."""
        at = self.near(gone, 30 * MINUTE, 10 * HOUR, 24 * HOUR, 40 * HOUR)
        if at <= gone:
            return
        self.say("crimes", crime, at, **what)
        if self.maybe(0.3):
            self.say("crimes", crime, self.near(at, HOUR, 5 * HOUR, 25 * HOUR), status="cancelled", cancel={"type": self.chance.choice(("C2", "C3", "C4")), "by_role": "FCR"})

    def alike(self, reference, log, klass, victim, recorded, named=False):
        """A crime that names the log, or is so like it that it is linked without."""
        self.crimes.append({"ref": reference, "recorded": recorded, "log": log})
        return self.say("crimes", reference, recorded, recorded_at=written(recorded), reported_at=written(log["received"] + MINUTE), status="recorded",
                        persons=[{"role": "victim", "id": f"N-{victim}", "name": NAMES[victim], "dob": f"1980-01-0{victim + 1}"}],
                        location={"uprn": "100100119999", "postcode": "SA1 1AB"}, incidents=[log["ref"]] if named else None, **{"class": klass})

    def beside(self):
        """R8: of two crimes that are due one is named and one only alike; what was named is cancelled or recoded, and perhaps recorded again."""
        opened, text, classes, others = self.chance.choice(PAIRS)
        received = self.start
        log = {"ref": f"{self.force}-L0", "seqs": [2], "received": received, "classes": classes + others, "victims": (0, 1)}
        self.logs.append(log)
        self.say("incidents", log["ref"], received + MINUTE, received_at=written(received), channel="101", opened_as=opened, caller_role="victim",
                 persons=[{"role": "victim", "id": f"N-{victim}", "name": NAMES[victim], "dob": f"1980-01-0{victim + 1}"} for victim in (0, 1)],
                 location={"uprn": "100100119999", "postcode": "SA1 1AB"}, qualifiers=["domestic"] if self.maybe(0.25) else [],
                 entries=[{"seq": 1, "at": written(received + MINUTE), "role": "call_taker", "text": text}])
        if self.maybe(0.3):
            at = self.near(received, HOUR, 3 * HOUR, 20 * HOUR)
            self.say("incidents", log["ref"], at, entries=[{"seq": 2, "at": written(at), "role": "officer", "text": self.chance.choice(LATER)[1]}])
        order = self.chance.sample((0, 1), 2)
        spans = (HOUR, 3 * HOUR, 20 * HOUR, 24 * HOUR)
        named = self.alike(f"{self.force}/C0", log, classes[order[0]], order[0], self.near(received, *spans), named=True)
        found = self.near(received, *spans)
        recoded = self.maybe(0.2)
        self.alike(f"{self.force}/C1", log, self.chance.choice(others) if recoded else classes[order[1]], order[1], found)
        if recoded:
            self.say("crimes", f"{self.force}/C1", self.near(found, HOUR, 5 * HOUR, 24 * HOUR), **{"class": classes[order[1]]})
        if self.maybe(0.4):
            lost = self.near(found, HOUR, 10 * HOUR, 24 * HOUR, 30 * HOUR)
            self.say("crimes", f"{self.force}/C1", lost, status="cancelled", cancel={"type": self.chance.choice(("C2", "C3", "C4")), "by_role": "FCR", "duplicate_of": f"{self.force}/C2"})
            if self.maybe(0.4):
                self.back(f"{self.force}/C1", lost, status="recorded")
        if self.maybe(0.3):
            self.alike(f"{self.force}/C2", log, self.chance.choice(classes), order[1], self.near(received, 3 * HOUR, 22 * HOUR, 30 * HOUR))
        gone = self.near(named, HOUR, 10 * HOUR, 24 * HOUR, 30 * HOUR)
        if self.maybe(0.7):
            self.say("crimes", f"{self.force}/C0", gone, status="cancelled", cancel={"type": self.chance.choice(("C4", "C4", "C5")), "by_role": "FCR"})
        else:
            self.say("crimes", f"{self.force}/C0", gone, **{"class": self.chance.choice(others)})
        if self.maybe(0.4):
            self.back(f"{self.force}/C0", gone, status="recorded", **{"class": classes[order[0]]})
        if self.maybe(0.5):
            self.alike(f"{self.force}/C3", log, classes[order[0]], order[0], self.near(gone, HOUR, 20 * HOUR, 24 * HOUR, 30 * HOUR), named=self.maybe(0.8))

    def confirmed(self):
        """R15: a rape that a third party told of and the victim confirmed, another told of later; and whose crime is whose, in humans' words."""
        received, reference = self.start, f"{self.force}-L0"
        texts = [("call_taker", MINUTE, "CALLER STS HER FRIEND WAS RAPED AT A PARTY BY A MALE SHE MET THERE"),
                 ("officer", self.chance.choice((2 * HOUR, 10 * HOUR, 26 * HOUR)), "VICTIM CONFIRMS SHE WAS RAPED")]
        if self.maybe(0.5):
            texts.append(("officer", texts[1][1] + self.chance.choice((-HOUR, HOUR, 3 * HOUR)), "SHE NOW DISCLOSES THAT HER EX PARTNER RAPED HER IN AUGUST"))
        log = {"ref": reference, "seqs": list(range(2, len(texts) + 1)), "received": received, "classes": ("19C", "20A", "N100"), "victims": (0, 1)}
        self.logs.append(log)
        for seq, (role, span, text) in enumerate(texts, 1):
            at = self.near(received, span)
            self.say("incidents", reference, at, received_at=written(received), opened_as="OPN-SEX", caller_role=self.chance.choice(("witness", "other", "victim")) if seq == 1 else None,
                     entries=[{"seq": seq, "at": written(at), "role": role, "text": text}], persons=self.persons((0,)) if seq == 1 else None)
        for number in range(self.chance.choice((1, 2, 2, 3))):
            klass, recorded = self.chance.choice(("19C", "19C", "20A", "N100")), self.near(received, HOUR, 5 * HOUR, 20 * HOUR, 27 * HOUR, 40 * HOUR)
            crime = {"ref": f"{self.force}/C{number}", "recorded": recorded, "log": log}
            self.crimes.append(crime)
            self.say("crimes", crime["ref"], recorded, recorded_at=written(recorded), status="recorded", incidents=[reference] if self.maybe(0.8) else None,
                     n100=self.chance.choice(("100/01", "100/02")) if klass == "N100" else None,
                     persons=self.persons((self.chance.choice((0, 0, 1)),)) if self.maybe(0.6) else None, **{"class": klass})
            if self.maybe(0.2):
                self.change(crime, log, recorded)
        for number in range(self.chance.choice((1, 1, 2))):
            tail = self.chance.choice(["", "#2", "#2"] + [f"#{seq}" for seq in log["seqs"][1:]])
            self.feeds["actions"].append({"force": self.force, "alert": "@" + reference + tail, "action": "confirm_link", "by": "j.smith", "role": "supervisor",
                                          "at": written(self.near(received, 28 * HOUR, 41 * HOUR)), "request": f"{self.force}-{number}",
                                          "crime": self.chance.choice(self.crimes)["ref"]})

    def watched(self):
        """What logs are watched for, and what ends that: units, appointments, DASH, safeguarding, closing, crimes, reasons, marks."""
        received = self.start
        for number in range(self.chance.choice((1, 1, 2, 3))):
            opened, text = self.chance.choice(WATCHED)
            received = min(received + self.chance.choice((0, 5 * HOUR, 7 * HOUR, 3 * DAY, 89 * DAY, 91 * DAY)) if number else received, self.end - 5 * MINUTE)
            log = {"ref": f"{self.force}-L{number}", "seqs": [], "received": received, "classes": ("105A", "8L", "9A", "19C", "N100"), "victims": (0,), "place": 0,
                   "suspect": 20}
            self.logs.append(log)
            self.say("incidents", log["ref"], received + MINUTE, received_at=written(received), opened_as=opened, caller_role=self.chance.choice(CALLERS),
                     persons=self.persons(self.chance.choice(((0,), (0,), (1,), ()))) + self.suspects(log), location=self.place(0) if self.maybe(0.7) else None,
                     entries=[{"seq": 1, "at": written(received + MINUTE), "role": "call_taker", "text": text}],
                     qualifiers=self.chance.sample(("domestic", "child", "vulnerable", "hate", "repeat", "modern_slavery"), self.chance.choice((0, 0, 1, 2))),
                     unit="R-12" if self.maybe(0.3) else None, parent=self.logs[0]["ref"] if number and self.maybe(0.2) else None)
            for _ in range(self.chance.choice((0, 1, 2, 3, 5))):
                self.answer(log)
            if self.maybe(0.5):
                self.crime()
        for number in range(self.chance.choice((0, 1, 2))):
            log = self.chance.choice(self.logs)
            self.feeds["actions"].append({"force": self.force, "alert": "@" + log["ref"] + self.chance.choice(["", "", ""] + [f"#{seq}" for seq in log["seqs"]]),
                                          "action": "mark", "by": "j.smith", "role": "supervisor", "request": f"{self.force}-{number}",
                                          "at": written(self.near(log["received"], HOUR, 4 * HOUR, 13 * HOUR, 21 * HOUR, 23 * HOUR, 26 * HOUR, 3 * DAY)),
                                          "text": self.chance.choice(MARKS)})

    def answer(self, log):
        at = self.near(log["received"], 10 * MINUTE, 4 * HOUR, 13 * HOUR, 20 * HOUR, 23 * HOUR, 26 * HOUR, 50 * HOUR)
        what = self.chance.randrange(9)
        if what < 2:
            seq = len(log["seqs"]) + 2
            log["seqs"].append(seq)
            self.say("incidents", log["ref"], at, entries=[{"seq": seq, "at": written(at), "role": "officer", "text": self.chance.choice((*WATCHED, *LATER))[1]}])
        elif what == 2:
            self.disposal(log, at)
        elif what == 3:
            self.say("incidents", log["ref"], at, dash={"completed_at": written(at - self.chance.choice((0, HOUR, 30 * HOUR))), "risk": "medium"})
        elif what == 4:
            self.say("incidents", log["ref"], at, appointment_at=written(log["received"] + self.chance.choice((5 * HOUR, DAY, DAY + SECOND, 3 * DAY))))
        elif what == 5:
            self.say("incidents", log["ref"], at, safeguarding="referred" if self.maybe(0.7) else None, unit="R-12" if self.maybe(0.5) else None)
        else:
            self.say("incidents", log["ref"], at, closed_as=self.chance.choice(CLOSINGS), closed_at=written(at - self.chance.choice((0, HOUR))) if self.maybe(0.8) else None)
            if self.maybe(0.2):
                self.say("incidents", log["ref"], at + HOUR, reopened_at=written(min(at + HOUR, self.end)))

    # ---- what people do ----

    def action(self, number):
        log = self.chance.choice(self.logs)
        at = self.near(log["received"], 12 * HOUR, 13 * HOUR, 20 * HOUR, 23 * HOUR, 24 * HOUR, 26 * HOUR, 40 * HOUR)
        verb = self.chance.choice(("acknowledge", "acknowledge", "assign", "note", "clear", "endorse", "confirm_link", "confirm_link", "reject_link", "reopen"))
        fields = {"crime": self.chance.choice(self.crimes)["ref"] if self.crimes and verb.endswith("link") else None,
                  "disposal": self.grounds(at) if verb == "clear" else None, "assign_to": "j.smith" if verb == "assign" else None,
                  "text": "seen" if verb == "note" else None}
        if verb.endswith("link") and fields["crime"] is None:
            return
        self.feeds["actions"].append({"force": self.force, "alert": "@" + log["ref"] + self.chance.choice(["", "", ""] + [f"#{seq}" for seq in log["seqs"]]), "action": verb, "by": self.chance.choice(("j.smith", "a.khan", "S1")),
                                      "role": "supervisor", "at": written(at), "request": f"{self.force}-{number}",
                                      **{k: v for k, v in fields.items() if v is not None}})

    def happen(self, with_actions):
        for _ in range(self.chance.choice((1, 1, 2, 2, 3, 4))):
            self.log()
            for _ in range(self.chance.choice((0, 1, 1, 2))):
                self.crime()
        if with_actions and self.maybe(0.5):
            for number in range(self.chance.choice((1, 2, 4))):
                self.action(number)


def of_forces(seed, count, end, with_actions):
    chance, told = random.Random(seed), {name: random.Random(f"{seed} {name}") for name in ("beside", "confirmed", "watched")}
    chance.choice(ENDS)
    for number in range(count):
        history = History(chance, f"h{number}", end)
        history.happen(with_actions)
        yield history
    for name, chances in told.items():                  # what is rare, told by itself
        for number in range(count // 5):
            history = History(chances, f"{name[0]}{number}", end)
            getattr(history, name)()
            yield history


def about_key(feed, about):
    return {feed[:-1]: about}


def datetime_after(text, end):
    return instant(text) > end - MINUTE


def write(seed, count, folder, with_actions=True):
    """Returns until when time passes."""
    chance = random.Random(seed)
    end = instant(chance.choice(ENDS))
    feeds = {"incidents": [], "crimes": [], "actions": []}
    for history in of_forces(seed, count, end, with_actions):
        for feed, messages in history.feeds.items():
            feeds[feed] += messages
    for feed, messages in feeds.items():
        chance.shuffle(messages)
        with open(os.path.join(folder, feed + ".ndjson"), "w", encoding="utf-8") as file:
            file.writelines(json.dumps(message) + "\n" for message in messages)
    return written(end)


if __name__ == "__main__":
    print(write(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], with_actions=len(sys.argv) < 5))
