"""Step 3 over crimes that nobody named: Fellegi-Sunter, and whose each is (DESIGN.md step 3; R3, R8, R19)."""
import common
import tables
from facts import DAY, HOUR, SECOND, TOKENS
from linked import FITS, answers_from, class_of, family_of, in_time, lineage, link, of_event, older, one_event, recorded_at, standing

WINDOW = (-1 * DAY, 30 * DAY)       # of when a crime was reported, after a log's receipt (core/engine_inside.h)
ALTERNATIVES = 8


def first_level(field, levels):
    """The first level that holds; (None, 0) if nothing can be said."""
    for level, holds in levels:
        if holds:
            return {"field": field, "level": level, "weight": tables.MATCH[field, level]}
    return None


def time_level(incident, report, crime):
    at = crime["reported_at"] if crime["reported_at"] is not None else recorded_at(crime)
    apart = abs(at - report["received_at"])
    return first_level("time", (("reported within the hour", apart <= HOUR), ("reported within 24 h", apart <= DAY),
                                ("reported within 7 days", apart <= 7 * DAY), ("reported later", True)))


def place_level(ours, theirs):
    def same(key):
        return ours[key] is not None and ours[key] == theirs[key]
    grid = all(place[axis] is not None for place in (ours, theirs) for axis in ("easting", "northing"))
    square = ((ours["easting"] - theirs["easting"]) ** 2 + (ours["northing"] - theirs["northing"]) ** 2) if grid else 0
    comparable = grid or any(ours[key] is not None and theirs[key] is not None for key in ("uprn", "text", "postcode"))
    return first_level("place", (("same uprn", same("uprn")), ("same place text", same("text")), ("same postcode", same("postcode")),
                                 ("within 100 m", grid and square <= 100 ** 2), ("within 1 km", grid and square <= 1000 ** 2),
                                 ("elsewhere", comparable)))


def person_level(incident, crime):
    pairs = [(a, b) for a in incident["persons"] for b in crime["persons"]]

    def any_pair(*kinds):
        return any(all(a[kind] and a[kind] == b[kind] for kind in kinds) for a, b in pairs)
    comparable = any(a[kind] and b[kind] for a, b in pairs for kind in TOKENS)
    found = first_level("person", (("same system id", any_pair("id")), ("same name and birth date", any_pair("name", "birth")),
                                  ("same name", any_pair("name")), ("same phone", any_pair("phone")),
                                  ("sounds alike, same birth date", any_pair("phonetic", "birth")),
                                  ("sounds alike", any_pair("phonetic")), ("different persons", comparable)))
    kinds = {"same name and birth date": ("name", "birth"), "same name": ("name",), "sounds alike, same birth date": ("phonetic", "birth"),
             "sounds alike": ("phonetic",)}.get(found["level"] if found else None)
    if kinds:                                       # "frequencies of common tokens": of several pairs the rarest
        less = max(common.less(a) for a, b in pairs if all(a[kind] and a[kind] == b[kind] for kind in kinds))
        found.update({"weight": found["weight"] + less}, **({"common": True} if less < 0 else {}))
    return found


def class_level(report, crime):
    offence = tables.OFFENCES.get(class_of(crime))
    wanted = [tables.OFFENCES[one["class"]] for one in report["likely"]]
    return offence and first_level("class", (
        ("same class", any(one["class"] == offence["class"] for one in wanted)),
        ("same family", any(one["family"] == offence["family"] for one in wanted)),
        ("same category", any(one["category"] == offence["category"] for one in wanted)), ("different class", True)))


def area_level(ours, theirs):
    def both(key):
        return ours[key] is not None and theirs[key] is not None
    return first_level("area", (("same beat", both("beat") and ours["beat"] == theirs["beat"]),
                                ("same bcu", both("bcu") and ours["bcu"] == theirs["bcu"]), ("different area", both("bcu"))))


def scored(report, crime):
    incident = report["incident"]
    levels = [level for level in (time_level(incident, report, crime), place_level(incident["location"], crime["location"]),
                                  person_level(incident, crime), class_level(report, crime),
                                  area_level(incident["area"], crime["area"])) if level]
    one = dict(link(report, crime, "scored", sum(level["weight"] for level in levels)), levels=levels)
    if older(report, crime):                        # R3, R6: only conduct goes on
        for place in [one] + one["phases"]:
            place["fits"] = [value if family_of(unit) == "conduct" else of_event(report, crime, unit, value)
                             for unit, value in zip(report["units"], place["fits"])]
    return one


def is_answered(report):
    return len(report["answered"]) == len(report["units"])


def late_by_name(report):
    """R8: answered by what names the log, and not at the deadline: what was like it may have answered then."""
    due = report["received_at"] + 24 * HOUR
    return any(report["since"].get(number, answers_from(one, number)) // SECOND > due // SECOND for number, one in report["answered"].items())


def candidates(report, crimes, world, worth=("counts",)):
    """Crimes of the window that share a place or a person with the log, and are not linked with it by name."""
    if is_answered(report) and not late_by_name(report):
        return                                      # "Explicit references first.  Else ..."
    incident, linked = report["incident"], {one["crime"]["reference"] for sibling in report["siblings"] for one in sibling["links"]}
    for crime in world.alike(incident):
        at = crime["reported_at"] if crime["reported_at"] is not None else recorded_at(crime)
        if at is None or not incident["received_at"] + WINDOW[0] <= at <= incident["received_at"] + WINDOW[1]:
            continue
        if crime["reference"] in linked or world.spoken_for(crime) or world.on_links(report).get(crime["reference"]) == "rejected":
            continue
        if standing(crime) in worth and in_time(report, crime, world.added(crime, incident)):
            one = scored(report, crime)
            if one["weight"] >= tables.MATCH["sum", "keep"]:
                yield one


def nearness(one):
    """R3: a report of which it is of the family before one that it is principal over."""
    return min((1 if fits == "principal" else 0 for fits in one["fits"] if fits is not None), default=2)


def allocate_scored(reports, world):
    """Greedy by (weight, crime, incident) over all that is alike: a crime answers one unit of one report; of a log with several the best
    weight stands for all of them, and R3 says which comes first."""
    pairs, changed, taken, best = [], [], set(), {}
    for report in reports:
        changed += [(report, one) for one in candidates(report, world.crimes, world, ("withdrawn", "answered", "n100"))
                    if one["weight"] >= tables.MATCH["sum", "link"]]
        report["alternatives"] = sorted(candidates(report, world.crimes, world),
                                        key=lambda one: (-one["weight"], one["crime"]["reference"]))
        pairs += [(report, one) for one in report["alternatives"] if one["weight"] >= tables.MATCH["sum", "link"]]
        report["alternatives"], report["once"] = [] if is_answered(report) else report["alternatives"][:ALTERNATIVES], []

    def of_log(report, one):
        return one["crime"]["force"], report["incident"]["reference"], one["crime"]["reference"]
    for report, one in pairs + changed:
        best.setdefault(of_log(report, one), []).append(one["weight"])

    def order(pair):
        report, one = pair
        weights = best[of_log(report, one)]
        return (-max(weights), one["crime"]["reference"], report["incident"]["reference"], nearness(one) if len(weights) > 1 else 0,
                report["place"])
    for report, one in pairs + changed:
        one["order"] = order((report, one))
    for report, one in sorted(pairs, key=order):
        reference = (one["crime"]["force"], one["crime"]["reference"])
        having = [other["units"][number] for sibling in report["siblings"] for number, other in sibling["answered"].items()
                  if other["how"] == "scored" and other["crime"]["reference"] == one["crime"]["reference"]]
        free = [number for number in range(len(report["units"])) if number not in report["answered"] and one["fits"][number] is not None
                and (reference not in taken or len(having) == 1 and one_event(report["units"][number], having[0]))]
        if not free:
            continue
        number = min(free, key=lambda unit: (FITS.index(one["fits"][unit]), unit))
        report["answered"][number] = one
        report["links"].append(one)
        taken.add(reference)
    once(sorted(pairs + changed, key=order), taken, world)


def once(pairs, taken, world):
    """R8: a crime that was withdrawn or recoded answered once, of whatever the report that it is most like had open then; where its log tells
    graver of the same event in another report, there as well."""
    known = {(id(report), one["crime"]["reference"]): one for report, one in pairs}

    def fitted(one, number):
        return any(phase["standing"] == "counts" and phase["fits"][number] is not None for phase in one["phases"])
    for report, one in pairs:
        reference, numbers = (one["crime"]["force"], one["crime"]["reference"]), range(len(report["units"]))
        if any(one is other for other in report["answered"].values()) or len(one["phases"]) == 1:
            continue
        if reference in taken:
            having = [sibling for sibling in report["siblings"]
                      if any(other["how"] == "scored" and other["crime"]["reference"] == reference[1]
                             for other in list(sibling["answered"].values()) + sibling["once"])]
            had = len(having) == 1 and any(
                fitted(one, number) and fitted(known[id(having[0]), reference[1]], place) and one_event(report["units"][number], unit)
                for number in numbers for place, unit in enumerate(having[0]["units"]))
        else:
            had = any(fitted(one, number) for number in numbers)
        if had:
            report["once"].append(one)
            hidden = one["standing"] in ("counts", "n100") or lineage(one["crime"], world.crimes)[-1] is not one["crime"]
            report["hidden" if hidden else "links"].append(one)         # R7: what it went into is there for it
            taken.add(reference)
