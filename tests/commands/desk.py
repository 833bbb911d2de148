"""The fixture of the command tests: one force, six logs, two crimes, in our schema and as flat CSV; and TAP."""
import csv
import datetime
import gzip
import io
import json
import os
import subprocess
import sys
import tempfile
import traceback

PROGRAM = os.path.join(os.environ.get("BUILD", "build"), "cdiwatch")
VIEW_MAKER = os.path.join(os.environ.get("BUILD", "build"), "tests/make_view")
TABLE = "tests/commands/desk.yaml"
# Values that must never come out again: each stands in a field that holds personal data or free text.
CANARIES = ["Zebedee", "Quillfeather", "700977", "1987-03-0", "03/1987", "Larkspur", "zq-remark", "zq-rationale", "zq-enquiry",
            "zq-element", "zq-junk"]

INCIDENTS = [   # log, received (hours after the start), opened, closed, caller, remarks, reason
    ("D-1", 0, "OPN-VIOL", None, "victim", "INF STS EX PARTNER HAS PUNCHED HER IN THE FACE AND STRANGLED HER, LIP CUT AND BLEEDING", None),
    ("D-2", 1, "OPN-BURG", "CRM", "victim", "INF STS FRONT DOOR KICKED IN AND TV STOLEN FROM THE HOUSE", None),
    ("D-3", 2, "ADM-LOST", "ADM-LOST", "other", "INF HAS LOST HIS UMBRELLA ON THE BUS", None),
    ("D-4", 3, "OPN-BURG", None, "victim", "INF STS BACK WINDOW SMASHED, JEWELLERY STOLEN FROM BEDROOM", None),
    ("D-5", 4, "OPN-VIOL", None, "victim", "INF STS NEIGHBOUR HAS STABBED HIM IN THE LEG WITH A KNIFE, BLEEDING HEAVILY", "NEG"),
    ("D-6", 5, "OPN-VIOL", "CRM", "victim", "INF STS UNKNOWN MALE STABBED HIM IN THE STOMACH WITH A KNIFE, BLEEDING HEAVILY", None),
]
CRIMES = [      # crime, recorded (hours after the start), class, log
    ("C-2", 4, "28I", "D-2"),
    ("C-4", 40, "28I", "D-4"),
]
START = datetime.datetime(2026, 11, 2, 9, 0, 0)         # a Monday in winter: local time is UTC


def after(hours, flat=False):
    at = START + datetime.timedelta(hours=hours)
    return at.strftime("%d/%m/%Y %H:%M:%S" if flat else "%Y-%m-%dT%H:%M:%SZ")


def incident(row):
    log, hours, opened, closed, caller, remarks, reason = row
    number = log[-1]
    record = {
        "force": "dsk", "incident": log, "event_at": after(hours + 0.25), "received_at": after(hours), "channel": "999",
        "caller_role": caller, "opened_as": opened, "closed_as": closed, "area": {"bcu": "North"},
        "location": {"text": number + " Larkspur Mews"},
        "persons": [{"role": "victim", "name": "Zebedee Quillfeather " + "ABCDEF"[int(number) - 1], "dob": "1987-03-0" + number,
                     "phone": "07700 70097" + number, "id": "P-" + number}],
        "entries": [{"seq": 1, "at": after(hours), "role": "call_taker", "text": remarks + " zq-remark"}],
    }
    if reason:
        record["disposal"] = {"reason": reason, "rationale": "zq-rationale", "by": "S1", "decided_at": after(hours + 0.2)}
    return record


def crime(row):
    reference, hours, klass, log = row
    return {"force": "dsk", "crime": reference, "event_at": after(hours), "recorded_at": after(hours), "reported_at": after(hours - 1),
            "class": klass, "status": "recorded", "incidents": [log],
            "persons": [{"role": "victim", "name": "Zebedee Quillfeather " + "ABCDEF"[int(log[-1]) - 1], "id": "P-" + log[-1]}]}


def flat_incident(row):
    log, hours, opened, closed, caller, remarks, reason = row
    person = incident(row)["persons"][0]
    return {"FORCE": "dsk", "LOG": log, "CHANGED": after(hours + 0.25, True), "RECEIVED": after(hours, True), "CHANNEL": "999",
            "CALLER": caller, "OPENED": opened, "CLOSED": closed or "", "BCU": "North", "ADDRESS": log[-1] + " Larkspur Mews",
            "NAME": person["name"], "BORN": person["dob"], "PHONE": person["phone"], "PERSON": person["id"],
            "REMARKS": remarks + " zq-remark", "REASON": reason or "", "RATIONALE": "zq-rationale" if reason else "",
            "DECIDED_BY": "S1" if reason else "", "DECIDED": after(hours + 0.2, True) if reason else ""}


def flat_crime(row):
    record = crime(row)
    return {"FORCE": "dsk", "CRIME": row[0], "CHANGED": after(row[1], True), "RECORDED": after(row[1], True),
            "REPORTED": after(row[1] - 1, True), "CLASS": row[2], "STATUS": "recorded", "LOGS": row[3],
            "NAME": record["persons"][0]["name"], "PERSON": record["persons"][0]["id"]}


def ndjson(records):
    return "".join(json.dumps(record) + "\n" for record in records)


def flat(rows, line_end="\r\n"):
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(rows[0]), lineterminator=line_end)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


class Desk:
    """A folder with the files of one test."""

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory()
        self.file("key", "k" * 32)
        self.file("incidents.ndjson", ndjson(map(incident, INCIDENTS)))
        self.file("crimes.ndjson", ndjson(map(crime, CRIMES)))
        self.file("incidents.csv", flat(list(map(flat_incident, INCIDENTS))))
        self.file("crimes.csv", flat(list(map(flat_crime, CRIMES))))
        self.file("empty", "")

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def file(self, name, content, packed=False):
        data = content if isinstance(content, bytes) else content.encode()
        with open(self.path(name), "wb") as out:
            out.write(gzip.compress(data) if packed else data)
        return self.path(name)

    def run(self, *words, stdout=subprocess.PIPE, env=None, **more):
        """What became of `cdiwatch words`; a word @NAME is a file of the desk."""
        words = [self.path(word[1:]) if word.startswith("@") else word for word in words]
        environment = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "NO_COLOR")}
        environment.update(env or {})
        return subprocess.run([PROGRAM, *words], stdout=stdout, stderr=subprocess.PIPE, env=environment, timeout=60, **more)

    def replay(self, *words, incidents=("@incidents.ndjson",), crimes=("@crimes.ndjson",), **more):
        return self.run("replay", "--incidents", *incidents, "--crimes", *crimes, "--key", "@key", *words, **more)


def made_view(desk, *documents):
    """A view that holds these, written as the daemon writes it."""
    path = desk.path("view.sqlite")
    result = subprocess.run([VIEW_MAKER, path], input=ndjson(documents).encode(), stderr=subprocess.PIPE, timeout=60)
    equal((result.returncode, result.stderr), (0, b""), "make_view")
    return path


def documents(result):
    return {document["incident"]: document for document in map(json.loads, result.stdout.decode().splitlines())}


def names_of(value):
    """The names of all members, however deep."""
    if isinstance(value, list):
        return set().union(*map(names_of, value))
    if not isinstance(value, dict):
        return set()
    return set(value) | names_of(list(value.values()))


def equal(got, wanted, what=""):
    if got != wanted:
        raise AssertionError(f"{what}: got {got!r}, wanted {wanted!r}")


def holds(condition, what):
    if not condition:
        raise AssertionError(what)


class Skip(Exception):
    """This machine cannot run the test; the words say what is not here."""


def run_suite(tests, fixture):
    """Runs every function of `tests`, whose names are sentences, each with a fixture of its own, and prints TAP."""
    failures = 0
    print(f"1..{len(tests)}")
    for number, test in enumerate(tests, 1):
        name = test.__name__.replace("_", " ")
        try:
            test(fixture())
            print(f"ok {number} - {name}")
        except Skip as reason:
            print(f"ok {number} - {name} # SKIP {reason}")
        except Exception:       # a test may fail in any way; the others still run
            failures += 1
            print(f"not ok {number} - {name}")
            for line in traceback.format_exc().splitlines()[-8:]:
                print("# " + line)
        sys.stdout.flush()
    return 1 if failures else 0


def run_all(tests):
    sys.exit(run_suite(tests, Desk))
