"""Into which reports a log falls (R1, R2), read entry by entry as the log grew; README "Decided here" says how."""
import past
import tables
from disclosed import (KINDS, counts_as, disclosure, due, families_of, families_of_phrase, flags, gravity, kinds, likely_families, log_odds, meanings, risk,
                       marked, seriousness, standing, victims, words_odds)
from explained import evidence
from facts import MINUTE

FIRST_CONTACT = 60 * MINUTE
RAPE_TOLD = 3000                    # no single word that is only found beside rape weighs so much

# Families that tell one event better or worse: who was hit was injured, what was broken was broken to get in, what is missing was taken
# by force; but what was broken and what was merely taken are two.  What tells a degree of an event told before is no other event.
ONE_EVENT = (
    {"homicide", "assault_injury", "assault"}, {"assault_injury", "public_order"}, {"assault", "public_order"}, {"public_order", "threats"},
    {"rape", "sexual"}, {"conduct", "communications"}, {"robbery", "burglary", "theft", "vehicle"}, {"robbery", "burglary", "vehicle", "damage"})
# Of these degrees the graver, which is recorded instead (R5).
GRAVER = {"assault_injury": {"homicide"}, "assault": {"homicide", "assault_injury"}, "public_order": {"assault_injury", "assault", "threats"},
          "sexual": {"rape"}, "communications": {"conduct"}, "burglary": {"robbery"},
          "theft": {"robbery", "burglary"}, "vehicle": {"robbery", "burglary"}, "damage": {"robbery", "burglary"}}
LIMIT = 24 * 60 * MINUTE
THIRD_PARTY = ("witness", "other")                      # R14: whose report waits for the victim's word


def degrees(family):
    return set().union(*(some for some in ONE_EVENT if family in some)) - {family}


def outside(families, known):
    """Those that tell of another event than any that is known."""
    return families - known - set().union(*(degrees(family) for family in known))


def graver_than(family, other):
    return family in GRAVER.get(other, ())


def graver(families, told):
    """Those that tell graver what has been told, where nothing graver than they was told."""
    above = {family for family in families - told if any(graver_than(family, other) for other in told)}
    return {family for family in above if not GRAVER.get(family, set()) & told}


def by_call_taker(entry):
    return entry["role"] in ("call_taker", "unknown")


def hears(entry):
    """Nobody discloses anything to a supervisor or a system: they decide, count and remind."""
    return entry["role"] not in ("supervisor", "system")


def confirms(entry):
    """The victim says so, to whoever wrote it (R15)."""
    return bool(marked(meanings([entry]), "confirms"))


IN_WRITING = ("online", "email", "letter", "form", "referral", "dash", "nrm")


def keyed_by(incident):
    """R18: the entry by which what came in writing was keyed: it lay in the mailbox since it was received."""
    if (incident["channel"] or "").lower() not in IN_WRITING:
        return None
    return next((entry for entry in incident["entries"] if hears(entry)), None)


def first_contact(incident):
    """R1: entries by call-takers within 60 minutes of receipt and before any officer's entry; R18: and that by which a referral was keyed."""
    said, keyed, officer = [], keyed_by(incident), False
    for entry in incident["entries"]:
        if entry is keyed:
            said.append(entry)
            continue
        officer = officer or entry["role"] == "officer"
        if not officer and by_call_taker(entry) and entry["at"] is not None and entry["at"] <= incident["received_at"] + FIRST_CONTACT:
            said.append(entry)
    return said


def believed(incident):
    """The entries that tell: all; only those of call-takers where what an officer wrote would silence the caller ("Decided here")."""
    entries = incident["entries"]
    if standing(log_odds(incident, entries), entries, entries):
        return entries, False
    return [entry for entry in entries if by_call_taker(entry)], True


def rape_told(odds):
    """Rape that words themselves tell, not only what is found beside it, and make likely."""
    return {"rape" for klass, value in odds.items() if tables.OFFENCES[klass]["family"] == "rape" and value >= 0 and odds.own.get(klass, 0) >= RAPE_TOLD}


class Cut:
    """One log, read from its first contact on.  `pieces`: its reports, in the order in which they were told."""

    def __init__(self, incident, explained_at=None):
        self.incident, self.pieces, self.explained_at, self.confirmed = incident, [], explained_at, False
        self.entries, self.caller_only = believed(incident)
        first = first_contact(incident)
        self.read = [entry for entry in first if any(entry is one for one in self.entries)]
        self.later = [entry for entry in self.entries if entry["findings"] and not any(entry is one for one in first)]
        self.known, self.occasions = set(), set()
        self.stood, self.worded, self.graver = set(), set(), set()

    def odds(self, entries):
        return log_odds(self.incident, entries, opening_names=not self.caller_only)

    def standing(self, entries, families=None):
        return standing(self.odds(entries), entries, self.incident["entries"], families, self.graver)

    def fall_apart(self):
        if self.standing(self.read):
            self.open_first(None, self.read)
        for number, entry in enumerate(self.later):
            self.following = self.later[number + 1]["at"] if number + 1 < len(self.later) else None
            self.read = self.read + [entry]
            if self.pieces:
                self.open_later(entry)
            elif self.standing(self.read):
                self.open_first(entry, self.read)
        self.keep_what_stands()

    # ---- the first report ----

    def open_first(self, entry, entries):
        """What was likely at first contact, else at the first entry after which anything is."""
        received = self.incident["received_at"]
        at = received if entry is None else max(entry["at"] or 0, received)
        following = (self.later[0]["at"] if self.later else None) if entry is None else self.following
        meant, self.known = meanings(entries), likely_families(self.odds(entries), meanings(entries))
        self.graver |= rape_told(words_odds(self.incident, entries))    # R5: what is told beside it hides no rape
        self.note_standing(entries)
        for one in entries:
            for finding in one["findings"]:
                if finding["other"]:
                    self.occasions |= families_of_phrase(finding, meant)
        until = at + FIRST_CONTACT if following is None else min(at + FIRST_CONTACT, following)
        told = max([victims_told(one, self.known, meant) for one in entries] + [1, len(victims(self.incident, until=until))])
        self.pieces.append({"report": 0 if entry is None else entry["seq"], "received_at": at, "families": None, "graver": set(), "event_told_at": at, "opening": True,
                            "told": told, "most": None, "until": None, "further": None})

    # ---- what is told later ----

    def open_later(self, entry):
        further = self.confirmation(entry)
        if further is None and hears(entry):
            further = self.other_occasion(entry)
        for piece in list(self.pieces) if further is None and hears(entry) else ():
            further = self.other_victims(entry, piece)
            if further is not None:
                break
        opened, told_graver = self.newly_disclosed(entry) if hears(entry) else (set(), set())
        apart = further.get("graver", set()) if further else set()
        others = bool(further) and "others" in further          # it is they who suffered more, not whom was told of before
        told_graver = told_graver - apart - ({tables.OFFENCES[further["class"]]["family"]} if others else set())
        own = self.with_own_clock(entry, told_graver)
        self.graver |= told_graver - own
        opened |= own
        if opened or further is not None:
            told = max(1, victims_told(entry, opened, meanings(self.read)))
            since = min([entry["at"] or 0] + [self.told_by(family)["received_at"] if self.told_by(family) else self.incident["received_at"]
                                              for family in own])
            for piece in self.pieces:
                piece["families"] = (KINDS if piece["families"] is None else piece["families"]) - opened - apart
            self.pieces.append({"report": entry["seq"], "received_at": max(entry["at"] or 0, self.incident["received_at"]), "families": opened,
                                "graver": own, "event_told_at": since, "opening": False, "told": told, "most": None, "until": None,
                                "further": further})
        if others and not opened:
            self.read = self.read[:-1]              # nor are these words of what was told before
        elif hears(entry):
            self.note_standing(self.read)

    # ---- what is told graver than before ----

    def told_graver(self, entry, likely):
        """Of what is likely now the graver degrees of what stood before, in words that were not asserted before, rape apart."""
        meant, before = meanings(self.read), meanings(self.read[:-1])
        said = set().union(*(families_of_phrase(finding, meant) for finding in entry["findings"] if before.get(finding["phrase"]) != "asserted"))
        return graver(likely, self.stood) & (said | {"rape"})

    def told_by(self, family):
        """The last report that told a lesser degree of it."""
        told = [piece for piece in self.pieces
                if any(graver_than(family, other) for other in self.stood & (KINDS if piece["families"] is None else piece["families"]))]
        return told[-1] if told else None

    def with_own_clock(self, entry, families):
        """Rape, which is counted apart; what does not stand beside what was told; and what is told when the clock of the report that told the
        event has run out (R1, R2)."""
        told, stands = {family: self.told_by(family) for family in families}, families_of(self.standing(self.read), meanings(self.read))
        return {family for family in families
                if family == "rape" or family not in stands or told[family] is None or told[family]["received_at"] + LIMIT < (entry["at"] or 0)}

    def note_standing(self, entries):
        """What stands now is no news later; and what words made stand no lesser degree hides, though words correct a code."""
        meant = meanings(entries)
        stands = families_of(self.standing(entries), meant)
        self.graver |= graver(self.worded, stands)
        self.stood |= stands
        self.worded |= stands & likely_families(words_odds(self.incident, entries), meant)

    def confirmation(self, entry):
        """R15: once a log; what the victim confirms of a rape that a third party told, or an N100 explained by then."""
        explained = self.explained_at is not None and entry["at"] is not None and self.explained_at <= entry["at"]
        if self.confirmed or "rape" not in self.known or not confirms(entry) \
                or not (explained or self.incident["caller_role"] in THIRD_PARTY):
            return None
        classes = self.standing(self.read, {"rape"})
        if not classes:
            return None
        self.confirmed = True
        return {"class": min(classes, key=gravity), "words": None, "from": None, "victims": 1, "confirms": True}

    def newly_disclosed(self, entry):
        """Families that become likely now, of another event, that this entry's own words make likely without the log's codes; and those that
        tell graver what was told."""
        likely = likely_families(self.odds(self.read), meanings(self.read))
        fresh = outside(likely, self.known)
        told_graver = self.told_graver(entry, likely)
        self.known = self.known | likely
        words = words_odds(self.incident, [entry])
        own = families_of(standing(words, [entry], self.incident["entries"]), meanings([entry])) | rape_told(words)
        self.graver |= rape_told(words) & (fresh | told_graver)
        return fresh & own, told_graver & own

    def other_occasion(self, entry):
        """Once for a family, and only if the words of it alone disclose a crime; conduct goes on (R6)."""
        words = [dict(entry, findings=[finding for finding in entry["findings"] if finding["other"]])]
        above = graver(KINDS, self.stood)
        families = (self.known | above) - self.occasions - {"conduct"}
        classes = standing(words_odds(self.incident, words), self.read, self.incident["entries"], families)
        if not classes:
            return None
        klass = min(classes, key=gravity)
        told = kinds(klass, classes[klass], meanings(self.read), families)
        self.occasions |= told | degrees(tables.OFFENCES[klass]["family"] if tables.OFFENCES[klass]["family"] in told else min(told))
        return {"class": klass, "words": words, "from": entry["at"], "graver": told & above,
                "victims": max(1, victims_told(words[0], told, meanings(words)))}

    def other_victims(self, entry, piece):
        """More of what a report tells of than were told, or named to it, before."""
        families = KINDS if piece["families"] is None else piece["families"]
        families = families & self.known if piece is self.pieces[0] else families
        count = victims_told(entry, families, meanings(self.read))
        classes = self.standing(self.read, families)
        if not count or not classes:
            return None
        klass = min(classes, key=gravity)
        if tables.OFFENCES[klass]["state"] or counts_as(klass) == "incident":
            return None
        named = len(victims(self.incident, until=entry["at"])) if counts_as(klass) != "owner" and piece["opening"] else 0
        if named:                                   # if none was named before, names say nothing about when
            piece["told"] = max(piece["told"], named)
            count = max(count, len(victims(self.incident, until=self.following)))
        if count <= piece["told"]:
            return None
        if piece["most"] is None:
            piece.update(most=piece["told"], until=entry["at"])
        more, piece["told"] = count - piece["told"], count
        alone = standing(words_odds(self.incident, [entry]), self.read, self.incident["entries"], families)
        own = min(alone, key=gravity, default=None)             # what they suffered may be less: the words of their entry say so
        if own is not None and not tables.OFFENCES[own]["state"]:
            return {"class": own, "words": [entry], "others": entry, "from": entry["at"], "victims": more}
        return {"class": klass, "words": None, "from": entry["at"], "victims": more}

    # ---- what belongs to which ----

    def keep_what_stands(self):
        """What is told of a family in the whole log belongs to its report; what the caller said of it stands whatever officers wrote.  A
        report that nothing is left of is none.  What an entry tells only of other victims belongs to theirs."""
        others = [piece["further"]["others"] for piece in self.pieces if piece["further"] and "others" in piece["further"] and not piece["families"]]
        rest = [entry for entry in self.entries if not any(entry is one for one in others)]
        for piece in self.pieces:
            piece["entries"], piece["classes"] = rest, self.standing(rest, piece["families"])
            if not piece["classes"] and piece["families"] != set() and not self.caller_only:
                caller = [entry for entry in self.entries if by_call_taker(entry)]
                odds = log_odds(self.incident, caller, opening_names=False)
                piece["entries"], piece["classes"] = caller, standing(odds, caller, self.incident["entries"], piece["families"], self.graver)
        self.pieces = [piece for piece in self.pieces if piece["classes"] or piece["further"]]


def victims_told(entry, families, meant):
    """As many as the entry tells of such a family; 0: it tells nothing of it."""
    return max([finding["victims"] + 1 for finding in entry["findings"] if families_of_phrase(finding, meant) & families], default=0)


def cut(incident, explained_at=None):
    """The reports of a log, which an N100 explained from then on.  No clock without a receipt."""
    if incident["received_at"] is None:
        return None
    log = Cut(incident, explained_at)
    log.fall_apart()
    return log


def successor(log, seq):
    """R2: the piece that tells now of what the entry `seq` told: where its words are about most, else the last one before it.  None:
    the log has no such entry, or tells of nothing."""
    entry = next((entry for entry in log.incident["entries"] if entry["seq"] == seq), None)
    if not log.pieces or seq and entry is None:
        return None
    if not seq:
        return log.pieces[0]
    meant, most, best = meanings(log.entries), 0, None
    for piece in log.pieces:
        families = families_of(piece["classes"], meant, piece["families"])
        about = sum(bool(families_of_phrase(finding, meant) & families) for finding in entry["findings"])
        if about > most:
            most, best = about, piece
    before = [piece for piece in log.pieces if piece["received_at"] <= (entry["at"] or 0)]
    return best or (before or log.pieces)[-1 if before else 0]


# ---- the reports, with what is likely and due in each ----

def suffered(incident, piece, one):
    """R17, of the piece: persons in the role, or more if the text names more; what a later report is due for is not due here again."""
    if tables.OFFENCES[one["class"]]["state"]:
        return 0
    if not piece["opening"]:
        return one["told"]
    beyond = 0 if piece["most"] is None else max(0, len(victims(incident)) - piece["told"])
    return max(one["told"], len(victims(incident, until=piece["until"]))) + beyond


def likely_of(incident, piece):
    likely = sorted((disclosure(klass, odds, piece["entries"], piece["families"]) for klass, odds in piece["classes"].items()), key=seriousness)
    for one in likely:
        among = kinds(one["class"], piece["classes"][one["class"]], meanings(piece["entries"]), piece["families"])
        one["graver"] = bool(among & piece["graver"])
        one["told"] = one["told"] if piece["most"] is None else min(one["told"], piece["most"])
        one.update(victims=suffered(incident, piece, one), until=piece["until"], evidence=evidence(incident, one["class"], piece["entries"]))
    return likely


def further_of(incident, piece, log):
    """A crime of a family that was told of before, besides whatever else the report holds."""
    further = piece["further"]
    words = log.entries if further["words"] is None else further["words"]
    one = disclosure(further["class"], log_odds(incident, words)[further["class"]], words)
    state = tables.OFFENCES[one["class"]]["state"]
    return dict(one, separate=True, evidence=evidence(incident, one["class"], words), told=further["victims"], confirms="confirms" in further, victims=0 if state else further["victims"], since=further["from"])


def as_opened(incident):
    """With the opening code that counts."""
    return dict(incident, opened_as=incident["opened_by_deadline"], past=past.NOTHING)


def record(incident):
    """What the log says for later ones, by its own evidence; None: nothing."""
    log = as_opened(incident)
    if "excluded" in tables.INCIDENT_CODES.get(log["opened_as"], {"marks": ()})["marks"]:
        return None
    entries, caller_only = believed(log)
    classes = standing(log_odds(log, entries, opening_names=not caller_only), entries)
    return past.record(log, past.kinds(log, meanings(log["entries"]), classes))


def reports(incident, earlier, explained_at=None):
    """The log's cut, and its reports, each with what is likely, since when, and what is due; `earlier` logs say their part."""
    incident = dict(as_opened(incident), past=earlier)
    log = cut(incident, explained_at)
    found = []
    for piece in log.pieces if log else ():
        likely = likely_of(incident, piece)
        likely += [further_of(incident, piece, log)] if piece["further"] else []
        flag = flags(incident, likely, log.entries)
        found.append({"report": piece["report"], "received_at": piece["received_at"], "likely": likely, "flag": flag, "risk": risk(likely, flag),
                      "earlier": past.shown(incident, likely), "event_told_at": piece["event_told_at"], "graver": any(one["graver"] for one in likely),
                      "units": due(incident, likely), "incident": incident})
    for number, report in enumerate(found):
        report.update(siblings=found, place=number)
    return log, found
