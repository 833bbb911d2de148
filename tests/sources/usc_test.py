#!/usr/bin/env python3
"""Real logs against the program: every call that expects a report and has none is a breached alert, and no call whose report was
there in time is one.  Counted from the raw files, not from what the program says of itself.  Prints TAP."""
import collections
import csv
import datetime
import gzip
import json
import os
import re
import subprocess
import sys
import zoneinfo

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
DATA = os.path.join(os.environ.get("SHARED", os.path.join(ROOT, "..", "shared")), "data", "real")
PACIFIC = zoneinfo.ZoneInfo("America/Los_Angeles")
DAY = datetime.timedelta(hours=24)
EXPECTED = {"pendinginvestigation", "reporttaken", "willfileareportatalaterdate"}
# README.md of the data: families whose reports are crimes; before December 2023 calls without a report print the detail only.
USC_CRIME = ("theft", "burglary", "robbery", "battery", "assault", "vandalism", "sexoffense", "domesticviolence", "criminalthreats",
             "extortion", "fraud", "harassment", "arson", "hate", "motorvehicletheft", "identitytheft", "obsceneactivity",
             "grandtheft", "shoplifting", "pettytheft", "stalking", "sexualbattery", "indecentexposure", "lewdconduct",
             "kidnapping", "homicide")
LBPD_CRIME = {"459", "459V", "503", "488", "487", "484G", "470", "537", "FRAUD", "EXTORT", "594", "211", "240", "242", "245", "207",
              "DV", "CHILDABU", "261", "288A", "SEXBAT", "314", "LEWD", "HARASS", "STALKING", "653M", "THREAT"}

tests = failures = 0


def check(good, name, detail=""):
    global tests, failures
    tests += 1
    failures += not good
    print(f"{'ok' if good else 'not ok'} {tests} - {name}")
    if not good and detail:
        print(f"# {detail}")


def letters(text):
    return re.sub("[^a-z]", "", text.lower())


def rows(name):
    with gzip.open(os.path.join(DATA, name), "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def instant(text):
    return datetime.datetime.fromisoformat(text).replace(tzinfo=PACIFIC).astimezone(datetime.timezone.utc)


def replay(name):
    command = [os.environ.get("CDIWATCH", os.path.join(ROOT, "build", "cdiwatch")), "replay", "--source", os.path.join(ROOT, "tests", "sources", name + ".yaml"),
               "--incidents", os.path.join(DATA, name + "_calls.csv.gz"), "--crimes", os.path.join(DATA, name + "_reports.csv.gz")]
    run = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    check(run.returncode == 0, f"replay of {name} succeeds", f"exit {run.returncode}: {run.stderr[-600:]!r}")
    for line in run.stderr.splitlines():
        print(f"#   {line}")
    documents = collections.defaultdict(list)
    for line in run.stdout.splitlines():
        document = json.loads(line)
        documents[document["incident"]].append(document)
    return documents


def breached(documents, call):
    return any("breached" in document["marks"] for document in documents.get(call["incident_ref"], []))


def in_time(call, reports):
    """The call's report was recorded within 24 elapsed hours: by its own number, or by the report that names the call."""
    received = instant(call["received_at"])
    return any(instant(report["recorded_not_before"]) <= received + DAY for report in reports)


def why_not(documents, call):
    found = documents.get(call["incident_ref"])
    return "no document: its type alone does not make a crime likely" if not found else found[0]["state"]


def say_others(title, documents, calls, disposition):
    table = collections.defaultdict(collections.Counter)
    for call in calls:
        alerted = breached(documents, call)
        table[disposition(call)]["alerted" if alerted else why_not(documents, call)] += 1
    alerted = sum(counts["alerted"] for counts in table.values())
    print(f"# {title}: {alerted} of {len(calls)} alerted")
    for name, counts in sorted(table.items(), key=lambda item: -sum(item[1].values())):
        print(f"#   {name or '(none)'}: " + ", ".join(f"{count} {what}" for what, count in counts.most_common()))


def measure(name, is_crime, disposition):
    calls, by_number, by_call = rows(name + "_calls.csv.gz"), {}, collections.defaultdict(list)
    for report in rows(name + "_reports.csv.gz"):
        by_number[report["crime_ref"]] = report
        by_call[report["linked_incident_ref"]].append(report)
    documents = replay(name)
    having, wanting = [], []
    for call in calls:
        reports = list(by_call[call["incident_ref"]])
        if call["linked_crime_ref"] in by_number:
            reports.append(by_number[call["linked_crime_ref"]])
        (having if reports else wanting).append((call, reports))
    timely = [call for call, reports in having if in_time(call, reports)]
    accused = [call for call in timely if breached(documents, call)]
    print(f"# {name}: {len(calls)} calls, {len(timely)} with a report in time, {len(having) - len(timely)} with a late one, "
          f"{len(wanting)} with none; {sum(len(found) for found in documents.values())} documents")
    late = [call for call, reports in having if not in_time(call, reports) and is_crime(call)]
    guessed = sum(call["received_is_estimate"] == "1" for call in late)
    print(f"#   crime-type calls with a late report: {sum(breached(documents, call) for call in late)} of {len(late)} alerted "
          f"({guessed} of them: only the day of receipt is certain)")
    return calls, documents, having, timely, accused, [call for call, _ in wanting if is_crime(call)]


def say_kinds(having, documents):
    """Crime-type calls whose report is of another kind: what became of them."""
    counts = collections.Counter()
    for call, reports in having:
        if not letters(call["opened_desc"]).startswith(USC_CRIME):
            continue
        if letters(call["closed_desc"]).startswith(USC_CRIME):
            continue
        states = [document["state"] for document in documents.get(call["incident_ref"], [])] or ["no document"]
        counts[f"{states[0]}{', breached' if breached(documents, call) else ''}"] += 1
    print(f"#   opened as a crime, reported as something else: {dict(counts)}")


def usc():
    def is_crime(call):
        return letters(call["opened_desc"]).startswith(USC_CRIME)

    def disposition(call):
        return re.sub(r"\s*\d*$", "", call["disposition_desc"]).strip()

    calls, documents, having, timely, accused, wanting = measure("usc", is_crime, disposition)
    reported = {call["incident_ref"] for call, _ in having}
    expected = [call for call in calls if letters(call["disposition_desc"]) in EXPECTED and call["incident_ref"] not in reported]
    missed = [call for call in expected if not breached(documents, call)]
    check(len(expected) == 154, "154 calls expect a report and have none", f"{len(expected)} counted")
    check(not missed, "every call that expects a report and has none has a breached alert",
          f"{len(missed)} missed: {collections.Counter(call['opened_desc'] for call in missed).most_common(8)}")
    check(not accused, "no call whose report was there in time has a breached alert",
          f"{len(accused)} accused: "
          f"{collections.Counter((call['opened_desc'], call['closed_desc']) for call in accused).most_common(8)}")
    say_kinds(having, documents)
    others = [call for call in wanting if letters(call["disposition_desc"]) not in EXPECTED]
    say_others("usc: other crime-type calls without a report", documents, others, disposition)


def lbpd():
    def is_crime(call):
        return call["opened_code"] in LBPD_CRIME and not call["opened_sub"].startswith(("ALARM", "SINGLE"))

    def disposition(call):
        return call["disposition_desc"]

    _, documents, _, timely, accused, wanting = measure("lbpd", is_crime, disposition)
    print(f"# lbpd: {len(accused)} of {len(timely)} calls with a report in time have a breached alert: "
          f"{collections.Counter((call['opened_desc'], call['disposition_desc']) for call in accused).most_common(5)}")
    say_others("lbpd: crime-type calls without a report", documents, wanting, disposition)


def main():
    if not os.path.exists(os.path.join(DATA, "usc_calls.csv.gz")):
        print("1..1\nok 1 - real logs # SKIP ../shared/data/real is not here (SHARED names another place)")
        return 0
    usc()
    lbpd()
    print(f"1..{tests}")
    return 1 if failures else 0


sys.exit(main())
