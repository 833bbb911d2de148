"""Steps 4 to 6: cleared, compared, timed; and the report's document."""
import acted
import marked
import tables
from facts import DISPOSAL_FIELDS, HOUR, SECOND, DAY, local_day, local_midnight_after, written
from disclosed import CHILD_AGES
from linked import FITS, answers_from, as_it_was, before_event, class_of, ended_at, of_victim, people, recorded_at, share, standing, status_of

LIMIT = 24 * HOUR
STAGES = ("notice", "warning", "urgent", "breach")
SENSITIVE = ("rape", "domestic", "child", "violence")


NOTHING = {"given": False, "complete": False, "missing": [], "refused": None, "marks": [], "at": None, "spells": [],
           "by_disposal": False, "endorsed": False}
SUPERVISION = ("endorsed_by", "endorsed_role", "endorsed_at")


def cleared(report, world):
    """Step 4: has the disposal all that its reason needs (disposals.csv; R11 to R16, R21)?  And from when until when it had, before a
    human undid it."""
    disposal, undone = world.disposals(report)
    clearing = cleared_by(report, world, disposal)
    unsurely = clearing if clearing["complete"] else cleared_by(report, world, disposal, unsure=True)
    clearing = dict(clearing, unsure_at=unsurely["at"] if unsurely["complete"] else None)
    spells = list(clearing["spells"])
    for one in undone:                                      # or until what it rested upon was gone, before that
        once = cleared_by(report, world, one)
        for begun, until in once["spells"] + ([(once["at"], one["undone_at"])] if once["complete"] else []):
            spells += [(begun, min(until, one["undone_at"]))] if begun < min(until, one["undone_at"]) else []
    return dict(clearing, spells=spells)


def cleared_by(report, world, disposal, unsure=False):
    rule = tables.DISPOSALS.get(disposal["reason"])
    if rule is None:
        explained = cleared_by_n100(report, disposal) if disposal["reason"] is None else None
        return explained or dict(NOTHING, disposal=disposal)
    incident, flag = report["incident"], report["flag"]
    needs = list(rule["needs"])
    needs += rule["sensitive"] if any(flag[word] for word in SENSITIVE) else []
    needs += rule["hurt"] if any(flag[word] for word in ("rape", "domestic", "child", "injury")) else []     # R14
    needs += rule["disorder"] if flag["disorder"] else []
    decided, endorsed = disposal["decided_at"], disposal["endorsed_at"]
    parent, parent_until = (world.parent_answered(report, disposal) if disposal["reason"] == "DUP" else None) or (None, None)

    def there(field):
        if field == "rationale":
            return disposal["rationale"] == "given" or (disposal["rationale"] == "boilerplate" and not rule["rationale_given"])
        if field in SUPERVISION and flag["disorder"] and "endorsed_by" in rule["disorder"] and disposal["endorsed_role"] in rule["no_endorser"]:
            return False
        return said(field)

    def said(field):
        if field == "endorsed_by":
            return bool(disposal["endorsed_by"]) and disposal["endorsed_by"] != disposal["by"] \
                and not (decided is not None and endorsed is not None and endorsed < decided)
        if field == "parent":
            return parent is not None and parent_until is None
        if field == "crime":
            return bool(disposal["crime"]) and not world.unfit(report, disposal["crime"])
        return bool(disposal[field])
    missing = [field for field in (*DISPOSAL_FIELDS, "parent") if field in needs and not there(field)]
    marks = {"unendorsed"} if "endorsed_by" in rule["marks"] and not there("endorsed_by") else set()
    if "victim_told_at" in needs + rule["marks"] and not there("victim_told_at"):
        marks.add("victim_not_told")                        # R11: for every decision that no crime is due
    beyond = [number for number, unit in enumerate(report["units"])         # what the reason cannot clear, a crime must answer
              if rule["families"] and tables.OFFENCES[unit["class"]]["family"] not in rule["families"]]
    if disposal["reason"].startswith("N100-0"):
        beyond += beyond_one_n100(report, [number for number in range(len(report["units"])) if number not in beyond], disposal["n100"], unsure)
    answers = [answered_from(report, number) for number in beyond if surely(report, number, unsure)]
    instants = [at for at in (decided, endorsed if said("endorsed_by") else None) if at is not None] or [disposal["reason_at"]]
    crime_until = None
    if disposal["reason"] in ("ADD_TO_EXISTING", "PART_OF_CRIME"):          # it rests upon the crime's being there
        crime = world.crimes.get((incident["force"], disposal["crime"]))
        instants += [recorded_at(crime)] if crime else []
        crime_until = world.fit_until(report, disposal["crime"])
    at, contact = max(instants + ([parent] if parent is not None else [])), disposal["victim_contact_at"]
    refused = None
    if not rule["clears"]:
        refused = "never"
    elif (incident["caller_role"] or "unknown") in rule["caller_never"]:
        refused = "caller"
    elif len(answers) < len(beyond) or len(beyond) == len(report["units"]):
        refused = "others_due"
    elif disposal["reason"] == "N100-01" and any(unit["confirms"] for unit in report["units"]):
        refused = "confirmed"                               # R15: by the victim
    elif disposal["reason"] == "CRI-1B" and contact is not None and at < contact:
        refused = "victim_reached"                          # it re-opens on contact
    at, once = max([at] + answers), None
    if refused == "victim_reached" and not missing:
        once = contact
    if parent_until is not None and missing == ["parent"] and not refused:
        once = parent_until
    if crime_until is not None and missing == ["crime"] and not refused:
        once = crime_until
    return {"given": True, "by_disposal": True, "endorsed": said("endorsed_by"), "complete": not missing and not refused, "missing": missing, "refused": refused, "marks": marks, "at": at,
            "spells": [(at, once)] if once is not None and once > at else [], "disposal": disposal}


def surely(report, number, unsure=False):
    """Answered, and not by what is only like it where a human must confirm that; or as if one had (R9)."""
    one = report["answered"].get(number)
    return one is not None and (unsure or not (one["how"] == "scored" and explicit_only(report, one)))


def beyond_one_n100(report, rapes, reference, unsure):
    """R15: one N100 for a victim and an offender.  Of several rapes, those that it does not explain: all but the one that it answers as a record,
    else the first that has none, else the last that got one."""
    def waited(number):
        one = report["answered"].get(number)
        own = surely(report, number, unsure) and one["standing"] == "n100" and one["crime"]["reference"] == reference
        return own, not surely(report, number, unsure), answered_from(report, number) if surely(report, number, unsure) else 0, -number
    return sorted(set(rapes) - {max(rapes, key=waited, default=None)})


def answered_from(report, number):
    """From when on the unit has been answered without a gap, whatever by; a rape that an N100 explained first, from that on (R15)."""
    return report["since"].get(number, answers_from(report["answered"][number], number))


def date_likeness(report):
    """The same of what it has by likeness, as if a human had confirmed that where one must; and of what is named, where what was like it
    answered before."""
    links = report["links"] + report["hidden"]
    scored = [number for number, one in report["answered"].items() if one["how"] == "scored"]
    named = [number for number in report["answered"] if number not in scored] if report["once"] else []
    instants = sorted({phase["since"] for one in links for phase in one["phases"]} | {ended_at(one) for one in links if ended_at(one) is not None})
    sure = [number for number in scored if surely(report, number)]
    for numbers, unsure in (([number for number in scored if number not in sure], True), (sure + named, False)):
        since = {}
        for at in instants if numbers else ():
            left = left_then(report, at, unsure)
            since = {number: since.get(number, at) for number in numbers if number not in left}
        report["since"].update(since)


def cleared_by_n100(report, disposal):
    """R15: an N100 that names the log clears rape without a disposal, from its recording; with crimes for the rest, from theirs."""
    links = [one for _, one in sorted(report["answered"].items()) if one["standing"] == "n100"]
    if not links or not all(surely(report, number) for number in range(len(report["units"]))):
        return None
    reason = "N100-0" + links[-1]["crime"]["n100"][-1]
    return dict(NOTHING, given=True, complete=True, disposal=dict(disposal, reason=reason,
                                                            other_force=links[-1]["crime"]["cancel"]["other_force"]),
                at=max(answered_from(report, number) for number in report["answered"]))


def explains(report, crime, unit):
    """R15: an N100 explains a rape; 100/01 never where a professional, parent or carer reports, or the victim confirms; 100/03 needs the force."""
    if crime["n100"] == "100/01":
        return not unit["confirms"] and report["incident"]["caller_role"] not in ("professional", "parent_or_carer")
    if crime["n100"] == "100/03":
        return bool(crime["cancel"]["other_force"] or report["incident"]["disposal"]["other_force"])
    return crime["n100"] == "100/02"


def fits_n100(report):
    """What an N100, now or before it was recoded, is to each unit: to a rape of nobody else."""
    for one in report["links"]:
        if before_event(report, one["crime"]) and not one["moved"]:
            continue
        fits = [FITS[-1] if unit["category"] == "RAPE" and explains(report, one["crime"], unit) and of_victim(unit, one["crime"]) is not False
                else None for unit in report["units"]]
        for place in [dict(one, then=one["crime"], whole=one)] + one["phases"]:
            if class_of(place["then"]) == "N100" and place["standing"] in ("n100", "withdrawn"):
                place.get("whole", place).update(fits=fits)


def explicit_only(report, one):
    """R19: fuzzy evidence never satisfies rape, domestic abuse, a child."""
    crime, klass = one["crime"], tables.OFFENCES.get(class_of(one["crime"]), {})
    return report["flag"]["rape"] or report["flag"]["domestic"] or report["flag"]["child"] or bool({"domestic", "child"} & set(crime["flags"])) \
        or klass.get("family") == "rape" or any(one["age"] in CHILD_AGES for one in people(crime, "victim"))


def answering(report, at, unsure=False):
    """The links that stand at an instant."""
    def stands(one):
        if one["how"] == "scored" and explicit_only(report, one) and not unsure:
            return False
        return as_it_was(one, at)
    return [one for one in report["links"] + report["hidden"] if stands(one)]


def is_answered(report, at, unsure):
    clearing = report["clearing"]
    if clearing["complete"] and clearing["at"] <= at or unsure and clearing["unsure_at"] is not None and clearing["unsure_at"] <= at:
        return True
    if any(begun <= at < until for begun, until in clearing["spells"]):
        return True
    return not left_then(report, at, unsure)


def left_then(report, at, unsure):
    """The units that nothing answered then."""
    by_name = share([[as_it_was(one, at) for one in answering(sibling, at, unsure) if one["how"] != "scored"]
                     for sibling in report["siblings"]])[report["place"]]
    return left_by_likeness(report, [number for number in range(len(report["units"])) if number not in by_name], at, unsure)


def left_by_likeness(report, left, at, unsure):
    """R8: of these units, those that what it has got by likeness, in the order in which it did, did not answer then."""
    links = answering(report, at, unsure)
    alike = [one for one in report["answered"].values() if one["how"] == "scored"] + report["once"]
    for one in sorted(alike, key=lambda one: one["order"]):
        was = as_it_was(one, at) if any(one is other for other in links) else None
        free = [(FITS.index(was["fits"][number]), number) for number in left if was["fits"][number] is not None] \
            if was and was["standing_at"] == "counts" else []
        left = [number for number in left if not free or number != min(free)[1]]
    return left


def spells(report, now, unsure=False):
    """The instants at which it became answered or unanswered, up to now: [(at, answered)]."""
    links = report["links"] + report["hidden"]
    instants = {report["received_at"]} | {phase["since"] for one in links if one["standing"] != "none" for phase in one["phases"]} \
        | {ended_at(one) for one in links} | {at for spell in report["clearing"]["spells"] for at in spell} | {report["clearing"]["at"] if report["clearing"]["complete"] else None, report["clearing"]["unsure_at"]}
    out = []
    for at in sorted({max(at, report["received_at"]) for at in instants if at is not None and at <= now}):
        answered = is_answered(report, at, unsure)
        if not out or out[-1][1] != answered:
            out.append((at, answered))
    return out or [(report["received_at"], False)]


def answered_at(spell, at):
    return [answered for begun, answered in spell if begun <= at][-1:] == [True]


def compared(report, now):
    """Step 5."""
    links = answering(report, now)
    units = report["answered"]
    by_crime = [one for one in units.values() if one in links and one["standing"] == "counts"]
    other = [one for one in units.values() if one in links and one["standing"] in ("n100", "answered")]
    if len(by_crime) == len(units) == len(report["units"]):
        return "satisfied"
    if report["clearing"]["complete"] or len(by_crime) + len(other) == len(report["units"]):
        return "cleared"
    if any(one["standing"] == "counts" for one in report["links"]):
        return "matched_unverified"
    return "incomplete_clear" if report["clearing"]["given"] else "open"


def settled_at(report):
    """From when on what answers it now answered it."""
    instants = [report["clearing"]["at"]] if report["clearing"]["complete"] else []
    sure = [one for one in report["answered"].values() if one["how"] != "scored" or not explicit_only(report, one)]
    if len(sure) == len(report["units"]):
        instants.append(max(answered_from(report, number) for number in report["answered"]))
    return max(min(instants), report["received_at"]) if instants else None


def second(ms):
    return ms // SECOND


def timed(report, now):
    """Step 6."""
    received, after = report["received_at"], tables.STAGES[report["risk"]]
    due, spell = received + LIMIT, spells(report, now)
    unsure = spells(report, now, unsure=True)
    settled = spell[-1][1]
    begun = settled_at(report)
    over = due // SECOND * SECOND + SECOND                  # the second of the deadline is over (R10)
    history, reached = [], None
    withdrawn = [since for since, answered in spell[1:] if not answered]
    for stage in STAGES:
        at = received + after[stage]
        holds = over if stage == "breach" else at
        for start in [over - 1 if stage == "breach" else at] + [since for since in withdrawn if since >= holds]:
            if holds <= now and start <= now and not answered_at(spell, start):
                history.append((at if start < holds else start, stage))
                break
        if not settled and holds <= now:
            reached = stage
    history += [(since, "withdrawn") for since in withdrawn]
    history += [(begun, report["state"])] if settled else []
    fallen = withdrawn + [since for since, answered in unsure[1:] if not answered]      # R9: also what was answered by a likeness
    breached = over <= now and not answered_at(unsure, over - 1) or any(
        since >= over and since + LIMIT + SECOND <= now and not answered_at(unsure, since + LIMIT) for since in fallen)
    due_from = next((at for at, what in history if what == "breach"), None)
    upcoming = [received + after[stage] for stage in STAGES if received + after[stage] > now and not settled]
    upcoming += [since + span for since in n100_since(report) for span in (DAY, 14 * DAY) if since + span > now]
    return {"stage": reached, "history": history, "breached": breached, "late": marked.late(report, due), "due_at": due,
            "next_stage": min(upcoming, default=None), "stages": [(at, what) for at, what in history if what in STAGES],
            "overdue_days": days_overdue(due_from, begun if settled else now) if due_from else 0}


def n100_since(report):
    """R15: from when the N100 that clears the report is checked and reviewed: its recording, or the decision that names it."""
    if report["state"] != "cleared":
        return []
    clearing, links = report["clearing"], [recorded_at(one["crime"]) for one in report["answered"].values() if one["standing"] == "n100"]
    decided = clearing["complete"] and clearing["disposal"]["reason"] in ("N100-01", "N100-02", "N100-03")
    return [max(links)] if links else [clearing["at"]] if decided else []


def days_overdue(due, until):
    """Local days begun since; after 90 of them by the week."""
    days = max(0, (local_day(until) - local_day(due)).days)
    return days if days <= 90 else 90 + (days - 90) // 7 * 7


def exists(report, time):
    return report["state"] == "cleared" or any(what in STAGES for _, what in time["history"])


def decimal(millibits):
    return None if millibits is None else millibits / 1000


def token(person):
    return None if person is None else next((person[kind] for kind in ("id", "name", "phone") if person[kind]), None)


def linked_document(report, due):
    return [{"crime": one["crime"]["reference"], "class": one["crime"]["class"], "how": one["how"], "weight": decimal(one["weight"]),
             "recorded_at": written(recorded_at(one["crime"])),
             "late_by_s": max(0, second(recorded_at(one["crime"])) - second(due)), "standing": one["standing"],
             "answers": next((report["units"][number]["class"] for number, answer in report["answered"].items() if answer is one), None)}
            for one in report["links"] if one["standing"] != "none"]


def document(report, now, world):
    incident, time, clearing = report["incident"], timed(report, now), report["clearing"]
    units = report["units"]
    victim = {unit["class"]: token(unit["person"]) for unit in reversed(units)}
    disposal = None
    if clearing["given"]:
        disposal = {"reason": clearing["disposal"]["reason"], "missing": clearing["missing"], "refused": clearing["refused"], "endorsed_by": clearing["disposal"]["endorsed_by"]}
        if clearing["disposal"]["reason"] in ("CRI-2", "N100-03") and clearing["disposal"]["other_force"]:
            disposal["other_force"] = clearing["disposal"]["other_force"]
    elif clearing["disposal"]["reason"] is not None:
        disposal = {"reason": None, "missing": [], "refused": None, "endorsed_by": clearing["disposal"]["endorsed_by"]}
    return {"force": incident["force"], "incident": incident["reference"], "report": report["report"], "area": incident["area"],
            "unit": incident["unit"], "opened_as": incident["opened_shown"], "classified_as": incident["classified_as"],
            "closed_as": incident["closed_as"], "channel": incident["channel"], "caller_role": incident["caller_role"],
            "state": report["state"], "stage": time["stage"], "marks": marked.marks(report, time, n100_since(report), world.deeds(report), now), "risk": report["risk"],
            "received_at": written(report["received_at"]), "same_day_at": written(local_midnight_after(report["received_at"])),
            "due_at": written(time["due_at"]), "next_stage_at": written(time["next_stage"]), "overdue_days": time["overdue_days"],
            "likely": [{"class": one["class"], "category": one["category"], "p": one["p"], "victim": victim.get(one["class"]),
                        "evidence": one["evidence"], **({"confirmed": True} if one["confirms"] else {}), **({"graver": True} if one["graver"] else {})}
                       for one in report["likely"]],
            **({"earlier": report["earlier"]} if report["earlier"] else {}),
            "unanswered": [unit["class"] for number, unit in enumerate(units) if number not in report["answered"]],
            "due": len(units), "recorded": sum(one["standing"] == "counts" for one in report["answered"].values()),
            "linked": linked_document(report, time["due_at"]),
            "alternatives": [{"crime": one["crime"]["reference"], "class": one["crime"]["class"], "how": "scored", "weight": decimal(one["weight"]),
                              "evidence": [dict(level, weight=decimal(level["weight"])) for level in one["levels"]]}
                             for one in report["alternatives"]],
            "disposal": disposal,
            "history": [{"at": written(at), "what": what} for at, what in sorted(time["history"], key=lambda event: (event[0], event[1] != "withdrawn"))],
            **acted.lived(report, time, settled_at(report), now, world), "exists": exists(report, time)}
