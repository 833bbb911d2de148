#!/usr/bin/env python3
"""`cdiwatch replay`: the list from exported files, whatever their form; time; figures; damage."""
import json
import os
import random
import re
import signal
import stat
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(__file__))
from desk import (CANARIES, CRIMES, INCIDENTS, PROGRAM, TABLE, after, crime, documents, equal, holds, incident, names_of, ndjson,
                  run_all)


def the_list_holds_what_is_unrecorded_late_or_not_cleared(desk):
    result = desk.replay()
    equal(result.returncode, 0, result.stderr)
    found = documents(result)
    equal(sorted(found), ["D-1", "D-4", "D-5", "D-6"])
    equal((found["D-1"]["state"], found["D-1"]["stage"], found["D-1"]["due"], found["D-1"]["recorded"]), ("open", "breach", 1, 0))
    equal((found["D-4"]["state"], found["D-4"]["linked"][0]["crime"]), ("satisfied", "C-4"))
    holds({"breached", "late"} <= set(found["D-4"]["marks"]), found["D-4"]["marks"])
    equal((found["D-5"]["state"], found["D-5"]["disposal"]["reason"]), ("incomplete_clear", "NEG"))
    equal(found["D-1"]["due_at"], after(24))
    holds(all(event["at"] <= after(24) for event in found["D-1"]["history"]), found["D-1"]["history"])


def all_has_the_recorded_ones_too(desk):
    found = documents(desk.replay("--all"))
    equal(sorted(found), ["D-1", "D-2", "D-4", "D-5", "D-6"])
    equal((found["D-2"]["state"], found["D-2"]["stage"], found["D-2"]["marks"]), ("satisfied", None, []))


def form_packing_order_and_repetition_change_nothing(desk):
    wanted = desk.replay("--all").stdout
    for seed in range(3):
        order = random.Random(seed)
        for name, rows in (("i", list(map(incident, INCIDENTS)) * 2), ("c", list(map(crime, CRIMES)) * 2)):
            order.shuffle(rows)
            desk.file(name, ndjson(rows), packed=seed == 1)
        equal(desk.replay("--all", incidents=["@i"], crimes=["@c"]).stdout, wanted, f"seed {seed}")
    flat = desk.replay("--all", "--source", TABLE, incidents=["@incidents.csv"], crimes=["@crimes.csv"])
    equal(flat.stdout, wanted, flat.stderr)
    mixed = desk.replay("--all", "--crime-source", TABLE, crimes=["@crimes.csv"])
    equal(mixed.stdout, wanted, mixed.stderr)
    desk.file("a", ndjson(map(incident, INCIDENTS[3:]))), desk.file("b", ndjson(map(incident, INCIDENTS[:3])))
    equal(desk.replay("--all", incidents=["@a", "@b"]).stdout, wanted, "two files")
    repeated = desk.run("replay", "--all", "--key", "@key", "--incidents", "@a", "--crimes", "@crimes.ndjson", "--incidents", "@b")
    equal(repeated.stdout, wanted, "an option twice")


def an_empty_file_of_crimes_is_a_system_that_said_nothing(desk):
    found = documents(desk.replay(crimes=["@empty"]))
    equal((found["D-2"]["state"], found["D-4"]["state"]), ("open", "open"))
    result = desk.replay(incidents=["@empty"], crimes=["@empty"])
    equal((result.returncode, result.stdout), (0, b""), result.stderr)
    equal(desk.replay(incidents=["@empty"]).stdout, b"")


def until_stops_reading_and_time(desk):
    equal(desk.replay("--until", after(3.9)).stdout, b"")
    watched = documents(desk.replay("--until", after(5.5)))       # somebody at risk, and no unit for four hours
    equal({name: (document["stage"], document["watches"]) for name, document in watched.items()}, {"D-1": (None, ["no_unit"])})
    early = desk.replay("--until", after(6.5))
    equal({name: document["stage"] for name, document in documents(early).items()}, {"D-1": "notice"}, early.stderr)
    holds(b"1 known after --until were not read" in early.stderr, early.stderr)
    before = documents(desk.replay("--until", after(35)))
    equal((before["D-4"]["state"], before["D-4"]["stage"]), ("open", "breach"))
    equal(desk.replay("--until", after(6.5).rstrip("Z")).stdout, early.stdout, "local time of a winter day")
    equal(documents(desk.replay("--until", "2026-11-02")).keys(), documents(desk.replay("--until", "2026-11-03T00:00:00")).keys())
    holds(documents(desk.replay("--until", after(24)))["D-1"]["marks"] == [], "the deadline itself is in time")
    holds("breached" in documents(desk.replay("--until", after(24.001)))["D-1"]["marks"], "after it is not")


def changes_are_the_way_to_the_list(desk):
    result = desk.replay("--changes")
    rows = [json.loads(line) for line in result.stdout.decode().splitlines()]
    last, versions = {}, {}
    for row in rows:
        versions.setdefault(row["incident"], []).append(row["version"])
        last[row["incident"]] = row
    # The day count is shown again daily, which the list has no need of: only how often it was published differs.
    listed = documents(desk.replay())
    for document in [*last.values(), *listed.values()]:
        del document["version"]
    equal(last, listed)
    for incident_versions in versions.values():
        equal(incident_versions, list(range(1, len(incident_versions) + 1)))
    stages = [row["stage"] for row in rows if row["incident"] == "D-1"]
    equal(list(dict.fromkeys(stages)), [None, "notice", "warning", "urgent", "breach"])    # watched before any stage: no unit
    equal(result.stdout, desk.replay("--changes").stdout)


def a_file_of_something_else_is_refused(desk):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "rubbish")
        with open(path, "w", encoding="utf-8") as file:
            file.write("not an export\n")
        done = subprocess.run([PROGRAM, "replay", "--incidents", path, "--crimes", path], capture_output=True, check=False)
    equal(done.returncode, 65, done.stderr)
    holds(b"no column of the first line" in done.stderr, done.stderr)


def the_figures_add_up(desk):
    talk = desk.replay().stderr.decode()
    holds("8 consumed = 8 accepted + 0 duplicate + 0 late + 0 out of scope + 0 rejected" in talk, talk)
    holds("satisfied 2" in talk and "open 2" in talk and "incomplete_clear 1" in talk, talk)
    holds("VAP" in talk and "OTHER" in talk and "rows/s" in talk, talk)
    desk.file("twice", ndjson(list(map(incident, INCIDENTS)) * 2) + "zq-junk\n")
    result = desk.replay(incidents=["@twice"])
    equal((result.returncode, result.stdout), (65, desk.replay().stdout))
    talk = result.stderr.decode()
    holds("15 consumed = 8 accepted + 6 duplicate + 0 late + 0 out of scope + 1 rejected" in talk, talk)
    holds("twice:13" in talk and "1 row: 1 not_json" in talk and "zq-junk" not in talk, talk)


def refused_crimes_are_warned_about(desk):
    desk.file("c", ndjson(map(crime, CRIMES)) + "{}\n")
    result = desk.replay(crimes=["@c"])
    equal((result.returncode, result.stdout), (65, desk.replay().stdout), result.stderr)
    holds(b"of them in crimes" in result.stderr, result.stderr)


def a_mistyped_year_does_not_let_time_run_away(desk):
    stray = dict(crime(CRIMES[0]), crime="C-99", event_at="2099-01-01T00:00:00Z")
    rows = [dict(incident(INCIDENTS[0]), incident=f"E-{number}") for number in range(20)]
    desk.file("i", ndjson(rows)), desk.file("c", ndjson(map(crime, CRIMES))), desk.file("s", ndjson(list(map(crime, CRIMES)) + [stray]))
    result = desk.replay(incidents=["@i"], crimes=["@s"])
    equal((result.returncode, result.stdout), (65, desk.replay(incidents=["@i"], crimes=["@c"]).stdout), result.stderr)
    holds(b"out_of_bounds" in result.stderr and b"s:3" in result.stderr, result.stderr)


def nothing_personal_comes_out(desk):
    for words in ([], ["--changes"]):
        result = desk.replay(*words)
        flat = desk.replay("--source", TABLE, *words, incidents=["@incidents.csv"], crimes=["@crimes.csv"])
        for canary in CANARIES:
            holds(canary.encode() not in result.stdout + result.stderr + flat.stdout + flat.stderr, canary)


def every_field_of_a_document_is_in_the_readme(desk):
    with open("README.md", encoding="utf-8") as readme, open("tests/commands/explained.json", encoding="utf-8") as explained:
        told = set(re.findall(r"`(\w+)`", readme.read().split("## What it publishes")[1].split("\n## ")[0]))
        found = names_of([json.loads(line) for line in desk.replay("--all").stdout.splitlines()]) | names_of(json.load(explained))
    holds({"unanswered", "level", "standing", "because"} <= found, found)
    equal(sorted(found - told), [])


def out_appears_whole_or_not_at_all(desk):
    result = desk.replay("--out", "@alerts")
    equal((result.returncode, result.stdout), (0, b""), result.stderr)
    equal(open(desk.path("alerts"), "rb").read(), desk.replay().stdout)
    equal(desk.replay("--out", "@no/such").returncode, 74)
    with open("/dev/full", "wb") as full:
        result = desk.replay(stdout=full)
    equal(result.returncode, 74)
    holds(b"standard output" in result.stderr, result.stderr)


def a_column_that_is_read_may_not_stand_twice(desk):
    rows = open(desk.path("incidents.csv"), newline="").read().split("\r\n")[:-1]
    for name, code in (("CHANGED", 65), ("REMARKS", 65), ("UNREAD", 0), ("", 0)):
        doubled = [f"{name},{rows[0]},{name}" if name in ("UNREAD", "") else f"{rows[0]},{name}"]
        doubled += ["x," + row + ",y" if name in ("UNREAD", "") else row + ",zq-junk" for row in rows[1:]]
        desk.file("doubled.csv", "\r\n".join(doubled))
        result = desk.replay("--incident-source", TABLE, incidents=["@doubled.csv"])
        equal(result.returncode, code, result.stderr)
        position = rows[0].split(",").index(name) + 1 if code else 0
        wanted = f"doubled.csv:1: column {name}: columns {position} and {len(rows[0].split(',')) + 1} of the header have the same name"
        holds(not code or wanted.encode() in result.stderr, result.stderr)


def columns_separated_by_something_else_are_said_to_be(desk):
    text = open(desk.path("crimes.csv"), newline="").read()
    for separator, name in ((";", b"semicolons"), ("\t", b"tabs")):
        desk.file("other.csv", text.replace(",", separator))
        result = desk.replay("--crime-source", TABLE, crimes=["@other.csv"])
        equal((result.returncode, result.stdout), (65, b""), name)
        holds(b"other.csv:1: the columns are separated by " + name in result.stderr, result.stderr)
        advice = result.stderr.decode().split("`")[1]
        desk.file("other.yaml", open(TABLE).read() + advice + "\n")
        equal(desk.replay("--crime-source", "@other.yaml", crimes=["@other.csv"]).stdout, desk.replay().stdout, advice)


def out_never_replaces_a_pipe_or_a_folder(desk):
    pipe = desk.path("pipe")
    os.mkfifo(pipe)
    reader = subprocess.Popen(["cat", pipe], stdout=subprocess.PIPE)
    try:
        equal(desk.replay("--out", "@pipe").returncode, 0)
        holds(stat.S_ISFIFO(os.stat(pipe).st_mode), "the pipe was replaced by a file")
        equal(reader.communicate(timeout=30)[0], desk.replay().stdout)
    finally:
        reader.kill()
    os.mkdir(desk.path("folder"))
    result = desk.replay("--out", "@folder")
    equal(result.returncode, 74)
    holds(b"folder: cannot write" in result.stderr, result.stderr)
    equal(os.listdir(desk.path("folder")), [])


def an_interrupt_ends_with_130_and_leaves_nothing(desk):
    process = subprocess.Popen([PROGRAM, "replay", "--incidents", "-", "--crimes", desk.path("empty"), "--out", desk.path("alerts")],
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        process.stdin.write(ndjson(map(incident, INCIDENTS)).encode())
        process.stdin.flush()
        while open(f"/proc/{process.pid}/stat").read().split()[2] != "S":       # it waits for more
            pass
        process.send_signal(signal.SIGINT)
        equal(process.wait(timeout=30), 130)
    finally:
        process.kill()
        process.communicate()
    holds(not [name for name in os.listdir(desk.path("")) if name.startswith("alerts")], "something was left behind")


def what_replay_writes_explain_understands(desk):
    desk.replay("--out", "@alerts")
    for log in ("D-1", "D-4", "D-5", "D-6"):
        result = desk.run("explain", log, "--from", "@alerts", "--as-of", after(48))
        equal((result.returncode, result.stderr), (0, b""), log)
        holds(log.encode() + b", first report" in result.stdout, result.stdout)


run_all([value for name, value in list(globals().items()) if callable(value) and getattr(value, "__module__", "") == "__main__"])
