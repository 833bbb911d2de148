"""Messages that come while things happen to the reader, and what must hold when all is over."""
import threading

from broker import wait_until
from runner import caught_up
from desk import equal


class Trickle:
    """Messages that come in little by little, whatever happens to who reads them, until `stop()`; then the rest at once."""

    def __init__(self, place, messages, each=25, pause=0.05):
        self.place, self.messages, self.each, self.pause = place, messages, each, pause
        self.ending, self.problem = threading.Event(), None
        self.thread = threading.Thread(target=self.work)
        self.thread.start()

    def work(self):
        try:
            for start in range(0, len(self.messages), self.each):
                self.place.produce(self.messages[start:start + self.each])
                self.ending.wait(self.pause)
        except Exception as problem:    # told by stop(), in the thread that can fail
            self.problem = problem

    def stop(self):
        self.ending.set()
        self.pause = 0
        self.thread.join()
        if self.problem:
            raise self.problem


def whole(place, messages, run, truth, title):
    """All is there, once; says so in figures."""
    wait_until(lambda: caught_up(place), "everything is read", watch=run.watch)
    expected = place.replayed(messages).needed
    alerts = place.agree(messages, run=run)
    everything = place.alerts(isolation="read_uncommitted")
    everything.refresh()
    read = sum(alert in alerts.last for alert in expected)
    print(f"# figure: {title}: {len(messages)} messages, {len(expected)} documents expected, {read} read, {alerts.twice()} versions twice, "
          f"{len(everything.messages) - len(alerts.messages)} aborted records that only read_uncommitted shows")
    equal((read, alerts.twice(), alerts.gaps()[:3]), (len(expected), 0, []))
    marked = {document["incident"] for document in alerts.last.values() if "breached" in document["marks"]}
    wrong = [incident for incident, must in truth.items() if must is not None and must != (incident in marked)]
    equal(wrong, [], "marked breached against what happened")
    letters = place.topic("deadletters")
    letters.refresh()
    equal(len(letters.messages), 0, "dead letters")
