#!/usr/bin/env python3
"""`cdiwatch assess` and how exports are read: formats, order, damage, and what never comes out."""
import gzip
import json
import os
import random
import sys

sys.path.insert(0, os.path.dirname(__file__))
from desk import CANARIES, INCIDENTS, TABLE, equal, holds, incident, ndjson, run_all

TABLES = "config/tables"


def assess(desk, *words, **more):
    return desk.run("assess", "--key", "@key", *words, **more)


def lines(result):
    return {row["incident"]: row for row in map(json.loads, result.stdout.decode().splitlines())}


def every_log_is_a_line_with_what_it_discloses(desk):
    result = assess(desk, "@incidents.ndjson")
    equal(result.returncode, 0, result.stderr)
    rows = lines(result)
    equal(list(rows), ["D-1", "D-2", "D-3", "D-4", "D-5", "D-6"])
    equal(rows["D-3"]["reports"], [])
    for log in ("D-1", "D-2", "D-4", "D-5", "D-6"):
        report = rows[log]["reports"][0]
        equal((report["report"], report["due"]), (0, 1), log)
        holds(report["likely"][0]["p"] >= 0.5 and report["likely"][0]["evidence"], log)
    equal(rows["D-1"]["reports"][0]["received_at"], "2026-11-02T09:00:00Z")
    equal(rows["D-1"]["disposal"], None)
    equal(rows["D-5"]["disposal"]["reason"], "NEG")
    holds(rows["D-1"]["reports"][0]["likely"][0]["category"] == "VAP", rows["D-1"])


def format_packing_and_order_of_rows_change_nothing(desk):
    wanted = assess(desk, "@incidents.ndjson").stdout
    rows = list(map(incident, INCIDENTS))
    for seed in range(3):
        shuffled = rows * 2                     # each row twice: the same thing said again
        random.Random(seed).shuffle(shuffled)
        desk.file("shuffled", ndjson(shuffled))
        equal(assess(desk, "@shuffled").stdout, wanted, f"seed {seed}")
    desk.file("packed", ndjson(rows), packed=True)
    equal(assess(desk, "@packed").stdout, wanted, "gzip")
    desk.file("members", gzip.compress(ndjson(rows[:2]).encode()) + gzip.compress(ndjson(rows[2:]).encode()))
    equal(assess(desk, "@members").stdout, wanted, "gzip of two members")
    desk.file("a", ndjson(rows[3:])), desk.file("b", ndjson(rows[:3]))
    equal(assess(desk, "@a", "@b").stdout, wanted, "two files")
    equal(assess(desk, "--source", TABLE, "@incidents.csv").stdout, wanted, "CSV")
    desk.file("marked.csv", b"\xef\xbb\xbf" + open(desk.path("incidents.csv"), "rb").read(), packed=True)
    equal(assess(desk, "--source", TABLE, "@marked.csv").stdout, wanted, "CSV of Excel, packed")
    head, *body = open(desk.path("incidents.csv"), newline="").read().split("\r\n")[:-1]
    desk.file("upside.csv", "\n".join([head] + body[::-1]))
    equal(assess(desk, "--source", TABLE, "@upside.csv").stdout, wanted, "CSV upside down, LF, no last line end")


def standard_input_is_a_file_called_dash(desk):
    wanted = assess(desk, "@incidents.ndjson").stdout
    equal(assess(desk, "-", input=open(desk.path("incidents.ndjson"), "rb").read()).stdout, wanted)


def parts_of_a_log_are_merged_first(desk):
    whole = incident(INCIDENTS[0])
    keys = ("force", "incident", "event_at")
    parts = [{k: whole[k] for k in keys + (field,)} for field in whole if field not in keys]
    desk.file("parts", ndjson(parts)), desk.file("whole", ndjson([whole]))
    equal(assess(desk, "@parts").stdout, assess(desk, "@whole").stdout)


def an_empty_file_is_a_feed_that_said_nothing(desk):
    for name in ("@empty", desk.file("blank", "\n \r\n\n"), desk.file("mark", b"\xef\xbb\xbf"), desk.file("packed", "", packed=True)):
        result = assess(desk, name)
        equal((result.returncode, result.stdout), (0, b""), name)
    head = open(desk.path("incidents.csv")).read().splitlines()[0]
    desk.file("head.csv", head + "\n")
    equal(assess(desk, "--source", TABLE, "@head.csv").returncode, 0)


BAD_LINES = [   # what stands there, the word of the refusal
    ("zq-junk", "not_json"),
    ('{"force":"dsk","incident":"zq-junk"', "not_json"),
    ('{"force":"dsk","incident":"zq-junk","event_at":"zq-junk"}', "bad_time"),
    ('{"force":"dsk","event_at":"2026-11-02T09:00:00Z","opened_as":"zq-junk"}', "missing"),
    ('{"force":"dsk","incident":{"zq-junk":1},"event_at":"2026-11-02T09:00:00Z"}', "wrong_type"),
    ('{"zq-junk":1}', ""),
    ("[" * 10000 + "]" * 10000, "not_json"),
    ('{"force":"dsk","incident":"' + "x" * 2000000 + '","event_at":"2026-11-02T09:00:00Z"}', "too_large"),
]


def refused_rows_are_named_and_the_others_still_done(desk):
    wanted = assess(desk, "@incidents.ndjson").stdout
    good = ndjson(map(incident, INCIDENTS))
    for number, (bad, word) in enumerate(BAD_LINES):
        desk.file("bad", good + bad + "\n")
        result = assess(desk, "@bad")
        talk = result.stderr.decode()
        equal((result.returncode, result.stdout), (65, wanted), f"{number}: {talk[:300]}")
        holds("bad:7" in talk and word in talk, f"{number}: {talk[:300]}")
        holds("zq-junk" not in talk, f"{number}: {talk[:300]}")


def the_first_bad_line_does_not_hide_that_it_is_json(desk):
    wanted = assess(desk, "@incidents.ndjson").stdout
    desk.file("bad", "zq-junk\n" + ndjson(map(incident, INCIDENTS)))
    result = assess(desk, "@bad")
    equal((result.returncode, result.stdout), (65, wanted))


def many_refusals_of_a_kind_are_counted_not_listed(desk):
    desk.file("bad", ndjson(map(incident, INCIDENTS)) + "zq-junk\n" * 1000)
    talk = assess(desk, "@bad").stderr.decode()
    holds(talk.count("\n") < 12, talk)
    holds("1000 rows: 1000 not_json" in talk, talk)


def files_that_cannot_be_read_stop_with_65_and_their_name(desk):
    packed = open(desk.file("packed", ndjson(map(incident, INCIDENTS)), packed=True), "rb").read()
    cases = [
        ("short.gz", packed[:-9], "ends too early"), ("wrong.gz", packed[:40] + b"\0\0\0\0" + packed[44:], "gzip"),
        ("tail.gz", packed + b"zq-junk", "gzip"), ("array.json", "[{},{}]", "array"), ("wide.csv", "a\0".encode("utf-16"), "UTF-16"),
        ("columns.csv", "LOG,zq\n1,2\n", "columns.csv:1"),
    ]
    for name, content, wanted in cases:
        desk.file(name, content)
        result = assess(desk, "--source", TABLE, "@" + name)
        talk = result.stderr.decode()
        equal((result.returncode, result.stdout), (65, b""), f"{name}: {talk}")
        holds(name in talk and wanted in talk, f"{name}: {talk}")


def wrong_configuration_exits_with_78(desk):
    desk.file("short", "too short")
    desk.file("bad.yaml", "name: bad\nfeedz:\n  incidents: {}\n")
    for words, wanted in [(["--source", "strom"], "did you mean storm?"), (["--source", "niche"], "incidents"),
                          (["--source", "@bad.yaml"], "bad.yaml:"), (["--source", "@no.yaml"], "no.yaml"),
                          (["--tables", "@"], "the table is missing"), (["--tables", "@no"], "no")]:
        result = assess(desk, *words, "@incidents.ndjson")
        equal((result.returncode, result.stdout), (78, b""), f"{words}: {result.stderr}")
        holds(wanted in result.stderr.decode(), f"{words}: {result.stderr}")
    result = desk.run("assess", "--key", "@short", "@incidents.ndjson")
    equal(result.returncode, 78, result.stderr)


def tables_from_a_folder_are_used(desk):
    result = assess(desk, "--tables", TABLES, "@incidents.ndjson")
    equal((result.returncode, result.stdout), (0, assess(desk, "@incidents.ndjson").stdout), result.stderr)


def without_a_key_the_exports_are_the_key(desk):
    first, second = desk.run("assess", "@incidents.ndjson"), desk.run("assess", "@incidents.ndjson")
    equal(first.stdout, second.stdout)
    rows = list(map(incident, INCIDENTS))
    rows[2]["unit"] = "another"
    desk.file("others", ndjson(rows))
    mine, theirs = lines(first)["D-1"], lines(desk.run("assess", "@others"))["D-1"]
    tokens = [row["reports"][0]["likely"][0].get("victim") for row in (mine, theirs)]
    holds(tokens[0] is None or tokens[0] != tokens[1], tokens)


def nothing_personal_comes_out(desk):
    for words in (["@incidents.ndjson"], ["--source", TABLE, "@incidents.csv"]):
        result = assess(desk, *words)
        for canary in CANARIES:
            holds(canary.encode() not in result.stdout + result.stderr, canary)


def out_writes_a_whole_file_or_none(desk):
    wanted = assess(desk, "@incidents.ndjson").stdout
    result = assess(desk, "--out", "@assessed", "@incidents.ndjson")
    equal((result.returncode, result.stdout), (0, b""), result.stderr)
    equal(open(desk.path("assessed"), "rb").read(), wanted)
    equal(assess(desk, "--out", "@no/such", "@incidents.ndjson").returncode, 74)
    holds(not [name for name in os.listdir(desk.path("")) if "unfinished" in name], "something was left behind")


def a_full_disk_is_an_error(desk):
    with open("/dev/full", "wb") as full:
        equal(assess(desk, "@incidents.ndjson", stdout=full).returncode, 74)


run_all([value for name, value in list(globals().items()) if callable(value) and getattr(value, "__module__", "") == "__main__"
         and name not in ("assess", "lines")])
