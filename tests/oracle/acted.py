"""What people did about a report: the life cycle of its alert (DESIGN.md "Alert life cycle"; "Decided here")."""
import tables
from facts import HOUR, written

ACKNOWLEDGED_FOR = 4 * HOUR


class Alert:
    """As its report's actions make it, one after the other."""

    def __init__(self, report, time, settled_at, world):
        self.report, self.time, self.settled_at, self.world = report, time, settled_at, world
        self.settled = report["state"] in ("satisfied", "cleared")
        self.owner, self.until, self.escalation, self.seen = None, None, 0, False

    def take(self, number, action):
        """One that is handed on from a report that is no more says who has it, not that this one was seen."""
        verb = action["action"]
        if action["handed_on"]:
            if verb == "assign" or verb == "acknowledge" and self.owner is None:
                self.owner = action["by"] if verb == "acknowledge" else action.get("assign_to")
            return
        self.expire(action["at"])
        if not self.counts(number, action):
            return
        self.seen = True
        if verb == "acknowledge" and self.until is None:
            self.owner, self.until = action["by"], self.runs_until(action["at"])
        if verb == "assign":
            self.owner = action["assign_to"]

    def counts(self, number, action):
        """An action that changes nothing, or may not, is refused."""
        verb, before = action["action"], self.world.disposals(self.report, number)[0]
        decided = before["decided_at"] if before["decided_at"] is not None else before["reason_at"]
        is_decided = bool(before["reason"]) and decided <= action["at"]
        if verb == "acknowledge":
            is_open = not self.settled or action["at"] < self.settled_at
            return self.until is None if is_open else not self.seen
        if verb == "endorse":
            return is_decided and before["by"] != action["by"] and not before["endorsed_by"]
        if verb == "reopen":
            return is_decided
        if verb == "clear":
            return (action.get("disposal") or {}).get("reason") in tables.DISPOSALS
        return bool(action.get({"assign": "assign_to", "note": "text", "mark": "text"}.get(verb, "crime")))

    def runs_until(self, at):
        """Four hours, or until the next stage: a worse one alarms again."""
        stages = [stage for stage, _ in self.time["stages"]] + [self.time["next_stage"]]
        return min([at + ACKNOWLEDGED_FOR] + [stage for stage in stages if stage is not None and stage > at])

    def expire(self, now):
        if self.until is None or now < self.until or self.settled and self.until >= self.settled_at:
            return
        self.until, self.escalation = None, self.escalation + 1


def lived(report, time, settled_at, now, world):
    """The document's fields of it."""
    alert, deeds = Alert(report, time, settled_at, world), world.deeds(report)
    for number, action in enumerate(deeds):
        alert.take(number, action)
    alert.expire(now)
    lifecycle = "acknowledged" if alert.until is not None else "new"
    if alert.settled:
        lifecycle = "closed" if alert.seen else "cleared_unseen"
    return {"lifecycle": lifecycle, "owner": alert.owner, "escalation": alert.escalation,
            "acknowledged_until": None if alert.settled else written(alert.until),
            "notes": [{"at": written(action["at"]), "by": action["by"], "text": action["text"]} for action in deeds if action.get("text")]}
