"""What the page is shown with: an embedded broker, `cdiwatch run` on it, and messages of which it is known what must come of them."""
import json
import os
import subprocess
import sys
import tempfile
import urllib.error
import urllib.parse
import urllib.request

ROOT = os.path.realpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
sys.path[:0] = [os.path.join(ROOT, "tests", "commands"), os.path.join(ROOT, "tests", "kafka")]
import documents                                                    # noqa: E402  (the path comes first)
import feeds                                                        # noqa: E402
from broker import wait_until                                        # noqa: E402
from feeds import HOUR, Message, encoded, text                      # noqa: E402
from runner import Run                                              # noqa: E402

# Each stands in a field that holds personal data or free text, and must not be met again.
CANARIES = ["Zebedee", "Quillfeather", "700977", "1987-03", "P-zq-system", "100977009770", "ZQ97 7XX", "Larkspur", "zq-remark", "zq-rationale", "zq-enquiry",
            "zq-element"]
# References, areas and codes are opaque: whatever stands in them is text.
HOSTILE = ['"><script>alert(1)</script>', "<img src=x onerror=alert(2)>", "'\" onmouseover=alert(3) x='", "&lt;b&gt; &amp; &#60;", "</title><svg onload=alert(4)>",
           "javascript:alert(5)", "{{7*7}} ${7*7} %3Cscript%3E", "W" * 120]
RULES = {"burglary": ("OPN-BURG", "INF STS FRONT DOOR KICKED IN AND TV STOLEN FROM THE HOUSE zq-remark"),
         "domestic": ("PSW-DOM", "INF STS EX PARTNER HAS PUNCHED HER IN THE FACE AND STRANGLED HER, LIP CUT AND BLEEDING zq-remark")}


def log(now, reference, hours, kind="burglary", **more):
    """A log of so many hours ago, with a canary in every field that must not get through."""
    opened, words = RULES[kind]
    received = now - hours * HOUR
    record = {"force": "dpp", "incident": reference, "event_at": text(received), "received_at": text(received), "channel": "999",
              "caller_role": "victim", "opened_as": opened, "area": {"bcu": "North", "beat": "N1"}, "unit": "CR-3",
              "location": {"text": "14 Larkspur Mews", "uprn": "100977009770", "postcode": "ZQ97 7XX"},
              "persons": [{"role": "victim", "name": f"Zebedee Quillfeather {reference[:20]}", "dob": "1987-03-02", "phone": "07700 700977",
                           "id": f"P-zq-system-{reference[:20]}"}],
              "entries": [{"seq": 1, "at": text(received), "role": "call_taker", "text": words}]}
    return Message("incidents", "dpp", encoded({**record, **more}))


def reasoned(now, hours):
    at = text(now - (hours - 1) * HOUR)
    return {"closed_as": "ADM-CONT", "closed_at": at, "event_at": at,
            "disposal": {"reason": "NEG", "rationale": "zq-rationale", "enquiries": "zq-enquiry", "element": "zq-element", "by": "S1", "decided_at": at}}


def crime(now, reference, hours, log_reference):
    at = text(now - hours * HOUR)
    return Message("crimes", "dpp", encoded({
        "force": "dpp", "crime": reference, "event_at": at, "recorded_at": at, "reported_at": at, "class": "28I", "status": "recorded",
        "incidents": [log_reference], "persons": [{"role": "victim", "name": "Zebedee Quillfeather", "id": "P-zq-system-C"}]}))


def flood(now, area, stage):
    """As the daemon tells of more reports at once than anybody reads one by one."""
    begun, ended = text(now - 3 * HOUR), text(now - 2 * HOUR)
    data = {"force": "dpp", "area": area, "stage": stage, "version": 1, "reports": 412, "risks": {"other": 412}, "from": begun, "until": ended,
            "first_due_at": begun, "last_due_at": ended, "gravest": []}
    return Message("alerts", f"dpp/digest/{stage}/{area}", encoded({"type": "cdiwatch.digest.v1", "data": data}))


NAMED = ["NOTICE-1", "WARNING-1", "URGENT-1", "BREACH-1", "DOMESTIC-1", "REASON-1", "LATE-1"]


def messages(now):
    """One report of each kind that a page shows apart, none near a stage or a deadline; and some dozens more, for the order and the pages."""
    told = [log(now, "NOTICE-1", 13.1), log(now, "WARNING-1", 20.6), log(now, "URGENT-1", 23.4), log(now, "BREACH-1", 30.2),
            log(now, "DOMESTIC-1", 26.3, "domestic"), log(now, "REASON-1", 28.4, **reasoned(now, 28.4)),
            log(now, "LATE-1", 40.7), crime(now, "C-LATE-1", 10.1, "LATE-1")]
    told += [log(now, word, 31.5 + i, opened_as=word[:32], area={"bcu": word, "beat": word}, unit=word) for i, word in enumerate(HOSTILE)]
    told.append(crime(now, HOSTILE[0], 3.2, HOSTILE[1]))
    told += [flood(now, "North", "breach"), flood(now, HOSTILE[1], "urgent")]
    return told + feeds.simulated(1, now, 150, forces=("ken", "nor"))[0]


def noted(now, alert):
    """What somebody did about it: what they write is theirs, and the only free text that is shown."""
    record = {"force": "dpp", "alert": alert, "role": "supervisor", "at": text(now)}
    return [Message("actions", "dpp", encoded({**record, **more})) for more in (
        {"action": "note", "by": HOSTILE[0], "request": "note-1", "text": HOSTILE[1]},
        {"action": "acknowledge", "by": HOSTILE[2], "request": "acknowledge-1"})]


class Broker:
    """`cdiwatch broker`."""

    def __init__(self):
        self.process = subprocess.Popen([documents.PROGRAM, "broker", "--port", "0", "--partitions", "1"], stdin=subprocess.DEVNULL,
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=ROOT)
        self.address = self.process.stdout.readline().strip()

    def close(self):
        self.process.kill()
        self.process.communicate()


class Shown:
    """A daemon of its own that is told these messages; `address` once it has judged them."""

    def __init__(self, told):
        self.folder = tempfile.TemporaryDirectory(prefix="cdiwatch-page-")
        self.broker, self.run = Broker(), None
        self.tell(told)
        self.file("key", "k" * 32)
        config = self.file("cdiwatch.yaml", f"kafka: {{bootstrap.servers: '{self.broker.address}'}}\nkey: {{file: key}}\n"
                           "topics: {partitions: 1, replication: 1}\nallow_create_time: true\nhttp: {listen: '127.0.0.1:0'}\nview: {file: view.sqlite}\n")
        self.run = Run(config, self.path("log"))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.run:
            self.run.finish()
        self.broker.close()
        self.folder.cleanup()

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def file(self, name, words):
        with open(self.path(name), "w", encoding="utf-8") as out:
            out.write(words)
        os.chmod(self.path(name), 0o600)
        return self.path(name)

    def tell(self, told):
        feeds.produce_by_kcat(self.broker, "cdi.", told, subprocess.run)

    def alert_about(self, incident):
        """Its id, as soon as there is one; until the daemon has read what was published before, it refuses with 503."""
        def found():
            try:
                with urllib.request.urlopen(f"{self.address}/api/v1/alerts?incident={urllib.parse.quote(incident)}", timeout=60) as answer:
                    return json.load(answer)["alerts"]
            except urllib.error.HTTPError as refused:
                if refused.code != 503:
                    raise
                return None
        return wait_until(found, f"an alert about {incident}", watch=self.run.watch)[0]["alert"]

    @property
    def address(self):
        return self.run.ready().wait_for("http_listening").words
