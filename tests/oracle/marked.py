"""The marks of a report: what must be seen of it, whatever became of it."""
import tables
from facts import DAY, HOUR, SECOND
from linked import answers_from, class_of, ended_at, recorded_at, status_of

SHORTLY_BEFORE = 4 * HOUR


def of_log(report):
    incident = report["incident"]
    if incident["recoded"]:
        yield "recoded"
    if incident["reopened"]:
        yield "reopened"


def of_clearing(report):
    """R12; who decided and who endorsed (disposals.csv)."""
    clearing, disposal = report["clearing"], report["clearing"]["disposal"]
    rule = tables.DISPOSALS.get(disposal["reason"])
    yield from clearing["marks"] if clearing["given"] else ()
    if not clearing["given"] or rule is None or not clearing["by_disposal"]:
        return
    if disposal["endorsed_by"] and disposal["endorsed_by"] == disposal["by"]:
        yield "self_endorsed"
    if disposal["by_role"] in rule["no_decider"] or clearing["endorsed"] and disposal["endorsed_role"] in rule["no_endorser"]:
        yield "no_authority"


def of_withdrawn(crime):
    """Rule 8: who must be told before, and whose it is to cancel a rape."""
    cancel = crime["cancel"]
    yield "placeholder"
    if not cancel["victim_told_at"] and (cancel["type"] in ("C1", "C2", "C5") or status_of(crime) == "transferred"):
        yield "victim_not_told"
    if cancel["type"] == "C2" and tables.OFFENCES.get(class_of(crime), {}).get("family") in ("rape", "homicide") \
            and (cancel["by_role"] or "").upper() != "FCR":
        yield "not_by_registrar"


def of_links(report, due):
    for one in report["links"]:
        taken = list(one.get("moved_at", ()))
        if one["standing"] == "counts" and one["crime"]["class"] is None and one["crime"]["code"] is None:
            yield "placeholder"                     # it says nothing
        if one["standing"] == "counts" and len(report["answered"]) < len(report["units"]) and due - SHORTLY_BEFORE <= recorded_at(one["crime"]) <= due \
                and not any(one is other for other in report["answered"].values()):
            yield "placeholder"                     # of a lesser class, in haste
        if one["standing"] == "withdrawn":
            yield from of_withdrawn(one["crime"])
            taken += [ended_at(one)] if one["crime"]["cancel"]["type"] in ("C3", "C4") else []
        if any(at is not None and due - SHORTLY_BEFORE <= at <= due for at in taken):
            yield "cancelled_near_deadline"         # C3 and C4 take away what was recorded, just before it must be there
    for one in report["links"] + report["hidden"]:
        if one["standing"] != "none" or one["inherited"]:
            continue                                # one that names the log and is no recorded crime is seen all the same
        if status_of(one["crime"]) in ("cancelled", "transferred"):
            yield "placeholder"
        if status_of(one["crime"]) == "requested" and report["state"] not in ("satisfied", "cleared"):
            yield "requested"


def of_lateness(late):
    """Rule 7: recording late needs a rationale and the registrar's oversight."""
    if late:
        yield "late"
    for one in late:
        if not one["crime"]["late_rationale"]:
            yield "late_without_rationale"
        if one["crime"]["late_fcr_at"] is None:
            yield "late_without_oversight"


def of_n100(since, deeds, now):
    """R15: checked after a day, reviewed after fourteen; the mark stands until somebody does something."""
    for word, span in (("n100_review", 14 * DAY), ("n100_check", DAY)):
        for at in since:
            if at + span <= now:
                if not any(action["at"] >= at + span for action in deeds):
                    yield word
                return


def of_class(report):
    """R6: stalking is due and only another conduct crime was recorded."""
    stalked = [one for number, one in report["answered"].items() if report["units"][number]["class"] == "8Q" and one["standing"] == "counts"]
    if stalked and not any(one["standing"] == "counts" and class_of(one["crime"]) == "8Q" for one in report["links"]):
        yield "class"


def marks(report, time, n100_since, deeds, now):
    found = {"breached"} if time["breached"] else set()
    found.update(of_log(report), of_clearing(report), of_links(report, time["due_at"]), of_lateness(time["late"]),
                 of_n100(n100_since, deeds, now), of_class(report))
    return sorted(found)


def late(report, due):
    """R10: an allocated crime recorded after due; not a rape that an N100 explained in time (R15), nor what another crime answered before."""
    return [one for number, one in report["answered"].items() if one["standing"] == "counts"
            and recorded_at(one["crime"]) // SECOND > due // SECOND
            and not (report["since"].get(number, answers_from(one, number)) < answers_from(one, number)
                     and report["since"][number] // SECOND <= due // SECOND)]
