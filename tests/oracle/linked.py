"""Step 3: which crime records answer which units (DESIGN.md step 3; R3, R4, R5, R6, R7, R15, R19)."""
import datetime

import tables
from cut import graver_than
from disclosed import has_breaches, same_person
from facts import SECOND, TOKENS, local_day

HOWS = ("explicit", "confirmed", "scored")
FITS = ("class of the victim", "class", "family of the victim", "family", "principal")


def code_of(crime):
    """R5: the code's, else the class's ordinary one."""
    if crime["code"] is not None:
        return crime["code"]
    offence = tables.OFFENCES.get(crime["class"])
    return offence["code"] if offence else ""


def class_of(crime):
    if crime["class"] in tables.OFFENCES:
        return crime["class"]
    return tables.CODES[crime["code"]]["class"] if crime["code"] in tables.CODES else None


def rank_of(crime):
    code = tables.CODES.get(code_of(crime))
    return code["rank"] if code else tables.UNRANKED


def complete(crime):
    """R7: has a cancellation all it needs, so that it answers the report itself?"""
    cancel, klass, offence = crime["cancel"], class_of(crime), tables.OFFENCES.get(class_of(crime))
    told = cancel["victim_told_at"] is not None
    if offence is None:
        return False                                # what has no class says nothing, nor does its cancellation
    if cancel["type"] == "C1" or crime["status"] == "transferred" and not cancel["type"]:
        return bool(told and cancel["other_force"] and cancel["reference"])
    if cancel["type"] == "C2":
        grave = offence and offence["family"] in ("rape", "homicide")
        return bool(told and cancel["avi"] and cancel["independent"] and (cancel["by_role"] == "FCR" or not grave))
    if cancel["type"] == "C5":
        return bool(told and (code_of(crime) == "008/06" or klass in ("104", "105A")))
    return False


def status_of(crime):
    if crime["status"] is None:
        return "cancelled" if crime["cancel"]["type"] else "recorded" if crime["recorded_at"] is not None else None
    return crime["status"]


def first_status(crime, *words):
    return next((at for at, word in crime["turns"]["status"] if word in words), None)


def first(crime, name, word):
    return next((at for at, value in crime["turns"][name] if value == word), None)


def changes(said):
    """Of all that was said of one thing, what was said to be another than before."""
    return [one for i, one in enumerate(said) if i == 0 or one[1] != said[i - 1][1]]


def ended_at(one):
    """When a crime was cancelled: since when it has been what it is now, without a gap."""
    crime = one["crime"]
    if one["standing"] not in ("withdrawn", "answered"):
        return None
    if one.get("spent_at") is not None:
        return one["spent_at"]                      # what it is a duplicate of answers for it from then on (R7)
    began = None
    for since, was, _ in history(crime):
        began = None if was != one["standing"] else since if began is None else began
    return crime["cancel_at"] if began is None else began


def unrecorded(crime):
    """Recorded first, and then said to be something that is no recorded crime."""
    recorded = first_status(crime, "recorded", "dealt_with")
    return recorded is not None and crime["status"] is not None and recorded < changes(crime["turns"]["status"])[-1][0]


def standing(crime):
    """What a record is worth: counts, n100, answered, withdrawn, none."""
    if status_of(crime) in ("cancelled", "transferred"):
        if first_status(crime, "recorded", "dealt_with") is None and first_status(crime, "requested", "non_crime") is not None:
            return "none"                           # it had only been asked for
        return "answered" if complete(crime) else "withdrawn"
    if status_of(crime) not in ("recorded", "dealt_with"):
        return "withdrawn" if unrecorded(crime) else "none"
    return "n100" if class_of(crime) == "N100" else "counts"


def recorded_at(crime):
    at, asked = first_status(crime, "recorded", "dealt_with"), first_status(crime, "requested", "non_crime")
    by_request = asked is not None and at is not None and crime["recorded_at"] is not None and crime["recorded_at"] <= asked < at
    if crime["recorded_at"] is not None and not by_request:     # what was asked for first may keep the date of that
        return crime["recorded_at"]
    at = first(crime, "status", crime["status"]) if at is None else at
    return crime["event_at"] if at is None else at


def as_of(crime, at):
    """R8: the record by what had been said of it then; what was said of nothing yet, by what was first said."""
    said = crime["turns"]
    then = dict(crime)
    known = {name: [value for since, value in said[name] if since <= at] for name in said}
    recorded = first_status(crime, "recorded", "dealt_with")

    def class_at(at):
        known = [klass for since, klass in said["class"] if since <= at]
        unclassed = said["class"] and recorded is not None and recorded < said["class"][0][0]
        return known[-1] if known else None if unclassed or not said["class"] else said["class"][0][1]
    then["class"] = class_at(at)
    if said["code"]:
        since, code = said["code"][0]
        then["code"] = known["code"][-1] if known["code"] else code if class_at(since) == class_at(at) else None
    if said["status"]:
        word = known["status"][-1] if known["status"] else said["status"][0][1]
        heard_of_late = not known["status"] and word in ("cancelled", "transferred")
        was_recorded = word in ("requested", "non_crime") and recorded is not None and recorded_at(crime) <= at < recorded
        then["status"] = "recorded" if heard_of_late or was_recorded else word
    kind = known["cancel"][-1] if known["cancel"] else said["cancel"][0][1] if said["cancel"] and said["status"] else None
    then["cancel"] = dict(crime["cancel"], type=kind if crime["cancel_at"] is None or at < crime["cancel_at"] else crime["cancel"]["type"])
    return then


def standing_as_of(crime, then, at):
    """What it was cancelled as before, and is not now, is taken to have answered where that could; a duplicate lived on in the other."""
    heard = {name: [one for one in said if one[0] <= at] for name, said in crime["turns"].items()}
    was, kind = standing(dict(then, turns=heard)), then["cancel"]["type"]
    same = kind == crime["cancel"]["type"]
    if was != "withdrawn" or status_of(then) not in ("cancelled", "transferred") or same and status_of(crime) == status_of(then):
        return was
    if status_of(then) == "transferred":            # C1, whether that is said or not
        lived_on = not same or bool(kind) and kind != "C1"
    else:
        lived_on = kind in ("C1", "C2", "C5") and not same or kind == "C3" and not (same and not crime["cancel"]["duplicate_of"])
    return ("n100" if class_of(then) == "N100" else "answered") if lived_on else was


def history(crime):
    """Each time that its class, code, status or type of cancellation became another: [(at, what it was worth then, the record as it then was)]."""
    if "history" not in crime:
        said, recorded = crime["turns"], first_status(crime, "recorded", "dealt_with")
        news = {"class": recorded is not None and said["class"] and recorded < said["class"][0][0], "code": False,
                "status": said["status"] and said["status"][0][1] in ("cancelled", "transferred"), "cancel": not said["status"]}
        instants = {at for name in said for at, _ in changes(said[name])[0 if news[name] else 1:]}
        crime["history"] = [(at, standing_as_of(crime, then, at), then) for at in sorted(instants) for then in [as_of(crime, at)]]
    return crime["history"]


def phases(crime):
    """The same from its recording on."""
    begun, then = recorded_at(crime), as_of(crime, recorded_at(crime))
    return [(begun, standing_as_of(crime, then, begun), then)] + [one for one in history(crime) if one[0] > begun]


def three_months_after(day):
    month, year = (day.month + 2) % 12 + 1, day.year + (day.month + 2) // 12
    for last in (day.day, 30, 29, 28):
        try:
            return datetime.date(year, month, last)
        except ValueError:
            continue


def differs(a, b):
    return any(a[token] and b[token] and a[token] != b[token] for token in ("id", "name", "birth")) and not same_person(a, b)


def people(record, role):
    return [person for person in record["persons"] if person["role"] == role]


def same_suspect(incident, crime):
    ours, theirs = people(incident, "suspect"), people(crime, "suspect")
    return not ours or not theirs or any(a[kind] and a[kind] == b[kind] for a in ours for b in theirs for kind in TOKENS if kind != "birth")


def continues(report, crime, others):
    """R6: continuing conduct is added to the existing crime for three calendar months."""
    statuses = [word for at, word in crime["turns"]["status"] if at <= report["received_at"]]
    if tables.OFFENCES.get(class_of(crime), {}).get("family") != "conduct" or statuses[-1:] == ["dealt_with"]:
        return False                                # who is charged later was not when this was added
    ended = ended_at({"crime": crime, "standing": standing(crime)})
    if ended is not None and ended < report["received_at"]:
        return False                                # cancelled by then: nothing that this could be added to
    last = max([at for at in (crime["committed_to"], crime["reported_at"]) if at is not None]
               + [at for at in others if at < report["received_at"]], default=recorded_at(crime))
    return same_suspect(report["incident"], crime) and local_day(report["received_at"]) <= three_months_after(local_day(last))


def in_time(report, crime, others):
    """R3: never a disclosure made after the crime was recorded, conduct continuation apart."""
    return not before_event(report, crime) or continues(report, crime, others)


def older(report, crime):
    return recorded_at(crime) // SECOND < report["received_at"] // SECOND


def before_event(report, crime):
    """Recorded before the event was told that the report tells, of which an earlier report may have told."""
    return recorded_at(crime) // SECOND < report["event_told_at" if report["graver"] else "received_at"] // SECOND


def of_event(report, crime, unit, value):
    """What a crime that is older than the report is worth to what is told graver: only one of its family, recorded since the event was told."""
    since = recorded_at(crime) // SECOND >= report["event_told_at"] // SECOND
    return value if unit["graver"] and since and value != FITS[4] else None


def one_event(unit, other):
    """One of them tells graver what the other tells: one crime may answer both."""
    return any(a["graver"] and not b["confirms"] and graver_than(family_of(a), family_of(b)) for a, b in ((unit, other), (other, unit)))


def of_victim(unit, crime):
    """True: the same person; False: known to be another; None: not known."""
    theirs = people(crime, "victim")
    if unit["person"] is None or not theirs:
        return None
    if any(same_person(unit["person"], one) for one in theirs):
        return True
    return False if all(differs(unit["person"], one) for one in theirs) else None


def family_of(unit):
    return tables.OFFENCES[unit["class"]]["family"]


def recorded_besides(crime, offence):
    """Whatever else is; of a class that has breaches of orders by its code alone."""
    code = tables.CODES.get(crime["code"])
    if code is None:
        return offence["additional"]
    return code["breach_of_order"] or offence["additional"] and not has_breaches(offence["class"])


def fit(unit, crime):
    """R4: how well a crime answers a unit; None: not at all."""
    klass, whose = class_of(crime), of_victim(unit, crime)
    offence, wanted = tables.OFFENCES.get(klass), tables.OFFENCES[unit["class"]]
    if offence is None:
        return None
    if klass == unit["class"]:
        return FITS[0 if whose else 1]
    if offence["family"] == wanted["family"]:
        return FITS[2 if whose else 3]
    summary_conduct = code_of(crime).startswith("195/")
    ranks = (rank_of(crime), unit["rank"])
    graver = ranks[0] < ranks[1] if tables.UNRANKED not in ranks else ranks[0] == ranks[1] and offence["sentence"] > wanted["sentence"]
    if graver and whose is not False and not (unit["additional"] or recorded_besides(crime, offence) or unit["never_absorbed"] and summary_conduct):
        return FITS[4]
    return None


def of_rape(crime):
    """A crime of rape, or an N100, which explains one."""
    return class_of(crime) == "N100" or tables.OFFENCES.get(class_of(crime), {}).get("family") == "rape"


def pair(crime):
    return [people(crime, role)[:1] for role in ("victim", "suspect")]


def explained(one, answered):
    """R15: one N100 for a victim and an offender."""
    ours = pair(one["crime"])
    return any(other is not one and other["standing_at"] == "n100" and all(a and b and same_person(a[0], b[0]) for a, b in zip(ours, pair(other["crime"])))
               for other in answered.values())


def allocate(links):
    """In the order in which they began to answer each crime takes the unit that it fits best, an N100 after all crimes, what only the parent
    knows of last; so what was answered in time stays so.  {unit: link}"""
    answered = {}
    for inherited in (False, True):
        while True:
            free = [((one["standing_at"] == "n100", answers_from(one, number), order,
                      FITS.index(fits), number), one)
                    for order, one in enumerate(links) if one["inherited"] == inherited and not any(one is other for other in answered.values())
                    and not (one["standing_at"] == "n100" and explained(one, answered))
                    for number, fits in enumerate(one["fits"]) if fits is not None and number not in answered]
            if not free:
                break
            key, one = min(free, key=lambda some: some[0])
            answered[key[-1]] = one
    return answered


TIERS = (("class of the victim", "family of the victim"), ("class", "family"), ("principal",))


def share(of_reports):
    """The same among the reports of one log (R3): a crime answers at most one unit, one of its family with the victim before one of its
    family before one that it is principal over; the crime recorded first before others, each the earliest report that it may answer.  What
    a human confirmed to a report is for that one, or for the rape that it confirms (R15).  Of each report {unit: link}."""
    if len(of_reports) == 1:
        return [allocate(of_reports[0])]
    answered, taken = [{} for _ in of_reports], set()
    crimes = sorted({(recorded_at(one["crime"]), one["crime"]["reference"]) for links in of_reports for one in links})
    confirmed = {one["crime"]["reference"] for links in of_reports for one in links if one["how"] == "confirmed" and not one["of_confirmation"]}
    for inherited, n100, tier in ((inherited, n100, tier) for inherited in (False, True) for n100 in (False, True) for tier in TIERS):
        for _, reference in crimes:
            for number, links in enumerate(of_reports):
                one = next((one for one in links if one["crime"]["reference"] == reference and one["inherited"] == inherited
                            and (one["standing_at"] == "n100") == n100 and (reference not in confirmed or one["how"] == "confirmed")), None)
                if reference in taken or one is None or n100 and explained(one, answered[number]):
                    continue
                free = [(FITS.index(fits), unit) for unit, fits in enumerate(one["fits"])
                        if fits in tier and unit not in answered[number] and not one["units"][unit]["confirms"]]
                if free:
                    answered[number][min(free)[1]] = one
                    taken.add(reference)
    for number, links in enumerate(of_reports):
        for unit in range(len(links[0]["units"]) if links else 0):
            if unit not in answered[number]:
                able = [one for one in links if of_one_event(one, number, unit, answered)]
                answered[number].update({unit: min(able, key=lambda one: recorded_at(one["crime"]))} if able else {})
    for number, links in enumerate(of_reports):
        for unit in [unit for unit, due in enumerate(links[0]["units"]) if due["confirms"]] if links else ():
            able = [one for one in links if confirms(one, number, unit, answered, taken, confirmed)]
            if able:                                # R15: a crime before an N100, the one recorded first
                answered[number][unit] = min(able, key=lambda one: (one["standing_at"] == "n100", recorded_at(one["crime"])))
    return answered


def reports_with(reference, answered):
    return [place for place, units in enumerate(answered) if any(one["crime"]["reference"] == reference for one in units.values())]


def of_one_event(one, place, unit, answered):
    """What is told graver may be the same crime: that which answers the one report, and no other, answers the other too, if it can."""
    reference, ours = one["crime"]["reference"], one["units"][unit]
    having = reports_with(reference, answered)
    return one["fits"][unit] is not None and one["standing_at"] != "n100" and len(having) == 1 and having[0] != place \
        and any(other["crime"]["reference"] == reference and one_event(ours, other["units"][number]) for number, other in answered[having[0]].items())


def confirms(one, place, unit, answered, taken, confirmed):
    """R15: the crime that answers a rape told before answers its confirmation too, whenever it was recorded; else one that answers nothing and
    that no human confirmed to another report, or an N100."""
    if any(one is other for other in answered[place].values()):
        return False
    reference = one["crime"]["reference"]
    rape = any(other["crime"]["reference"] == reference and family_of(other["units"][number]) == "rape"
               for units in answered[:place] for number, other in units.items())
    if one["standing_at"] != "n100" and rape:
        return one["as_such"][unit] not in (None, FITS[4])
    free = reference not in taken and (reference not in confirmed or one["how"] == "confirmed")
    return one["fits"][unit] is not None and (one["standing_at"] == "n100" or free)


def answer_log(reports):
    """The reports of one log, with the links that each has: what answers what, and which links each shows."""
    lists = [report["links"] for report in reports]
    answered = share([[one for one in links if one["standing"] in ("counts", "n100", "answered")] for links in lists])
    for report, units in zip(reports, answered):
        report["answered"], report["since"] = units, {}
    once = answered_once(lists)
    for report, since in zip(reports, answered_since(lists)):
        report["since"] = since
    for report in reports:
        shown = [one for one in report["links"] if shows(reports, report, one, once)]
        report["hidden"] = [one for one in report["links"] if not any(one is other for other in shown)]
        report["kept"] = shown
    for report in reports:
        report["links"] = report.pop("kept")


def through_time(lists):
    """What answered what, each time that one of the crimes was recorded, recoded or cancelled, by the crimes as they then were."""
    instants = {at for links in lists for one in links if one["standing"] != "none"
                for at in [phase["since"] for phase in one["phases"]] + [ended_at(one) if one["standing"] == "withdrawn" else None] if at is not None}
    for at in sorted(instants):
        yield at, share([[was for was in (as_it_was(one, at) for one in links) if was] for links in lists])


def answered_once(lists):
    """Of each crime the reports whose units it answered last, of what one of them was then (R8): {crime: their places}."""
    once = {}
    for _, answered in through_time(lists) if len(lists) > 1 else ():
        then = {}
        for place, units in enumerate(answered):
            for number, one in units.items():
                if not one["units"][number]["confirms"]:
                    then.setdefault(one["crime"]["reference"], set()).add(place)
        once.update(then)
    return once


def answered_since(lists):
    """R3, R10: from when each unit has had an answer without a gap, whichever crime that was: {unit: instant}, of each report."""
    since = [{} for _ in lists]
    for at, answered in through_time(lists):
        for place, units in enumerate(answered):
            since[place] = {number: since[place].get(number, at) for number in units}
    return since


def shows(reports, report, one, once):
    """Each report shows the crimes that are, or once were, its own, and of those that answer nothing the ones that may yet be."""
    reference = one["crime"]["reference"]
    if one["spent"]:
        return False
    if one["how"] == "confirmed" and len(reports) > 1 or any(one is other for other in report["answered"].values()):
        return True
    if one["inherited"]:
        return False                                # R20
    if len(reports) == 1:
        return True
    if one["standing"] == "withdrawn" and reference in once:
        return report["place"] in once[reference]
    for sibling in reports:
        having = [other["units"][number] for number, other in sibling["answered"].items() if other["crime"]["reference"] == reference]
        if having:                                  # a lesser crime is there for what is told graver here
            return any(unit["graver"] and number not in report["answered"] and one_event(unit, other)
                       for number, unit in enumerate(report["units"]) for other in having)
    earlier = any(other["crime"]["reference"] == reference for sibling in reports[:report["place"]] for other in sibling["links"])
    return not earlier or one["moved"] or one["in_time"]


def link(report, crime, how, weight=None):
    fits = [fit(unit, crime) for unit in report["units"]]
    once = [{"since": since, "standing": was, "then": then, "fits": [fit(unit, then) for unit in report["units"]]} for since, was, then in phases(crime)]
    for one in once:
        one["as_such"] = one["fits"]
    return {"crime": crime, "how": how, "weight": weight, "standing": standing(crime), "standing_at": standing(crime),
            "phases": once, "inherited": False, "moved": False, "spent": False, "units": report["units"],
            "fits": fits, "as_such": fits,
            "of_confirmation": any(unit["confirms"] and (value not in (None, FITS[4]) or class_of(crime) == "N100")
                                   for unit, value in zip(report["units"], fits))}


def answers_from(one, number):
    """Its recording, or when it became what answers: what had no class, or an N100 that explained nothing, was no answer until then.  That it was
    cancelled and reinstated is a gap, and no other beginning."""
    recorded, began = recorded_at(one["crime"]), None
    for phase in one["phases"] if one["phases"][1:] else ():
        was = as_it_was(one, phase["since"])
        if was is not None:
            began = None if was["fits"][number] is None else phase["since"] if began is None else began
    return recorded if began is None else began


def as_it_was(one, at):
    """The link as it stood then; None: it did not."""
    if at < recorded_at(one["crime"]) or one["standing"] == "withdrawn" and ended_at(one) is not None and at >= ended_at(one):
        return None
    phase = [phase for phase in one["phases"] if phase["since"] <= at][-1]
    if phase["standing"] in ("none", "withdrawn"):
        return None
    return dict(one, standing_at=phase["standing"], fits=phase["fits"], as_such=phase["as_such"])


def lineage(crime, crimes):
    """R7: C3 moves the link to the surviving crime.  The crime, what it is a duplicate of, and so on up to the one that survives; the crime
    alone where that is not known, or never ends."""
    chain = [crime]
    while standing(chain[-1]) == "withdrawn" and chain[-1]["cancel"]["type"] == "C3":
        onward = crimes.get((crime["force"], chain[-1]["cancel"]["duplicate_of"]))
        if onward is None or any(onward is one for one in chain):
            return [crime]
        chain.append(onward)
    return chain


def named(report, crimes, world):
    """Links by reference, either way, or by a human's confirmation; then what the parent or a child names (R20)."""
    incident, links = report["incident"], {}
    word = world.on_links(report)
    own = world.naming(incident) | {crime for crime, said in word.items() if said == "confirmed"}
    for inherited, reference in [(False, one) for one in sorted(own)] + [(True, one) for one in sorted(world.inherited(report))]:
        crime = crimes.get((incident["force"], reference))
        if crime is None or word.get(reference) == "rejected":
            continue
        how = "confirmed" if word.get(reference) == "confirmed" else "explicit"
        chain = lineage(crime, crimes)
        if word.get(chain[-1]["reference"]) == "rejected":
            continue
        for one in chain:
            known, moved = links.get(one["reference"]), one is not crime
            if word.get(one["reference"]) == "rejected":
                continue
            taken = [ended_at({"crime": crime, "standing": "withdrawn"})] if moved and one is chain[-1] else []
            links[one["reference"]] = dict(link(report, one, "confirmed" if known and known["how"] == "confirmed" else how),
                                           moved=moved and (not known or known["moved"]), spent=one is not chain[-1],
                                           moved_at=taken + (known["moved_at"] if known else []),
                                           inherited=inherited and (not known or known["inherited"]))
    for one in links.values():
        if one["spent"]:                            # it answered until then; what is known through it alone, for both from its recording
            onward = links.get(one["crime"]["cancel"]["duplicate_of"])
            until = [ended_at(one)] + ([recorded_at(onward["crime"])] if onward and onward["moved"] else [])
            one["spent_at"] = min(until)
    for one in links.values():
        one["in_time"] = in_time(report, one["crime"], world.added(one["crime"], incident))
        for place, crime in [(one, one["crime"])] + [(phase, phase["then"]) for phase in one["phases"]]:
            if older(report, one["crime"]) and not one["moved"]:        # a duplicate was made after the disclosure: one event
                goes_on = continues(report, crime, world.added(crime, incident))
                place["fits"] = [value if goes_on and family_of(unit) == "conduct" else of_event(report, one["crime"], unit, value)
                                 for unit, value in zip(report["units"], place["fits"])]
            if one["inherited"]:
                place["fits"] = [None if of_victim(unit, one["crime"]) is False else value for unit, value in zip(report["units"], place["fits"])]
    return sorted(links.values(), key=lambda one: (one["spent"], one["inherited"], HOWS.index(one["how"]), one["crime"]["reference"]))
