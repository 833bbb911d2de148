#!/usr/bin/env python3
"""`cdiwatch explain`: a document of every kind of trouble, in words."""
import json
import os
import sys

sys.path.insert(0, os.path.dirname(__file__))
from desk import equal, holds, made_view, run_all

EXAMPLE = json.load(open("tests/commands/explained.json"))


def explain(desk, alert, *documents, words=(), **more):
    desk.file("alerts", "".join(json.dumps(document) + "\n" for document in documents or (EXAMPLE,)))
    return desk.run("explain", alert, "--from", "@alerts", "--as-of", "2026-11-03T12:00:00", *words, env={"COLUMNS": "100"}, **more)


def text_of(result):
    return " ".join(result.stdout.decode().split())


def everything_that_matters_is_said_in_words(desk):
    result = explain(desk, "D-1")
    equal((result.returncode, result.stderr), (0, b""))
    for wanted in [
            "D-1, first report", "North, N4", "Risk: domestic violence", "The 24 hours passed unanswered",
            "Received Mon 2 Nov 2026 09:00 from the victim (999).", "(PSW-DOM)",
            "(8N), violence: likely, 93 in 100", "(entry 4): very strongly for [+4.1]", "the log denies it",
            "flagged: domestic abuse", "2 crimes are due, 1 recorded.",
            "C-7", "(105A), recorded Tue 3 Nov 2026 10:30, late by 1 h 30 min", "C-9", "same uprn (very strongly for)",
            "(NEG)", "It lacks: a rationale that says why, a supervisor's endorsement",
            "Deadline, 24 hours after receipt: Tue 3 Nov 2026 09:00, 3 h 0 min ago",
            "Mon 2 Nov 2026 21:00: first notice", "Complete the decision with: a rationale", "Or record what is due.",
            "registrar's oversight"]:
        holds(wanted in text_of(result), f"{wanted!r} is not said:\n{result.stdout.decode()}")


def a_later_disclosure_is_said_to_be_one(desk):
    text = text_of(explain(desk, "D-1", dict(EXAMPLE, report=7)))
    for wanted in ["D-1, disclosed later, entry 7 (alert", "Disclosed Mon 2 Nov 2026 09:00 in entry 7 of the log, which came from "
                   "the victim (999).", "Deadline, 24 hours after it was disclosed: Tue 3 Nov 2026 09:00"]:
        holds(wanted in text, f"{wanted!r} is not said:\n{text}")


def what_a_later_report_tells_graver_is_said_of_the_earlier_one(desk):
    slapped = dict(EXAMPLE, alert="a" * 32, likely=[dict(EXAMPLE["likely"][0], **{"class": "105A"})])
    strangled = dict(EXAMPLE, alert="b" * 32, report=7, likely=[dict(EXAMPLE["likely"][0], **{"class": "8N", "graver": True})])
    words = "a later report of this log tells it graver, and has 24 hours of its own; one crime may answer both reports"
    for others, wanted in [
            ([strangled], True), ([], False), ([dict(strangled, report=0)], False), ([dict(strangled, incident="D-2")], False),
            ([dict(strangled, force="zzz")], False), ([dict(strangled, likely=[dict(strangled["likely"][0], graver=False)])], False),
            ([dict(strangled, likely=[dict(strangled["likely"][0], **{"class": "28I"})])], False)]:
        text = text_of(explain(desk, "aaaa", *others, slapped))
        equal(words in text, wanted, f"{others}: {text}")
    holds(words not in text_of(explain(desk, "bbbb", strangled, slapped)), "the later one tells nothing less")
    view = made_view(desk, slapped, strangled)
    holds(words in text_of(desk.run("explain", "aaaa", "--view", view, env={"COLUMNS": "100"})), "of a view")


def a_crime_that_is_linked_is_not_also_a_question(desk):
    linked = dict(EXAMPLE["linked"][0], crime="C-9", how="scored")
    text = text_of(explain(desk, "D-1", dict(EXAMPLE, linked=[linked])))
    holds("C-9 was compared: same uprn (very strongly for)" in text, text)
    holds("might belong" not in text, text)


def words_before_the_deadline_say_how_long_is_left(desk):
    document = dict(EXAMPLE, state="open", marks=[], disposal=None, recorded=0, linked=[], alternatives=[])
    desk.file("alerts", json.dumps(document))
    words = text_of(desk.run("explain", "D-1", "--from", "@alerts", "--as-of", "2026-11-03T08:18:00Z"))
    for wanted in ["in 42 min", "Record 2 crimes", "No crime record is linked to it."]:
        holds(wanted in words, words)
    for unwanted in ["oversight", "stated reason"]:
        holds(unwanted not in words, words)


def nothing_is_asked_for_when_it_is_settled(desk):
    for state in ("satisfied", "cleared", "superseded", "not_disclosed"):
        words = text_of(explain(desk, "D-1", dict(EXAMPLE, state=state)))
        holds("othing, unless" in words and "Record 1" not in words and "Complete" not in words, words)
        holds(("Have the decision endorsed" in words) == (state == "cleared"), words)


def an_alert_is_found_by_id_by_its_beginning_and_by_incident(desk):
    wanted = explain(desk, "D-1").stdout
    for name in (EXAMPLE["alert"], EXAMPLE["alert"][:4]):
        equal(explain(desk, name).stdout, wanted, name)
    equal(explain(desk, EXAMPLE["alert"][:3]).returncode, 64)


def the_last_version_counts_and_an_event_is_a_document_too(desk):
    older = dict(EXAMPLE, version=2, state="open")
    wanted = explain(desk, "D-1").stdout
    equal(explain(desk, "D-1", EXAMPLE, older).stdout, wanted)
    equal(explain(desk, "D-1", older, {"specversion": "1.0", "data": EXAMPLE}).stdout, wanted)


def several_that_fit_are_listed(desk):
    result = explain(desk, "D-1", EXAMPLE, dict(EXAMPLE, alert="5f3b" + "0" * 28, report=7))
    equal((result.returncode, result.stdout), (64, b""))
    holds(result.stderr.count(b"5f3") == 2, result.stderr)


def a_damaged_line_is_said_and_the_others_are_read(desk):
    desk.file("alerts", '{"alert":\n' + json.dumps(EXAMPLE) + "\n")
    result = desk.run("explain", "D-1", "--from", "@alerts")
    equal(result.returncode, 65)
    holds(b"alerts:1" in result.stderr and b"D-1, first report" in result.stdout, result.stderr)


def lines_fit_the_width_and_colour_is_only_for_terminals(desk):
    desk.file("alerts", json.dumps(EXAMPLE))
    for width in (40, 72, 110):
        lines = desk.run("explain", "D-1", "--from", "@alerts", env={"COLUMNS": str(width)}).stdout.decode().splitlines()
        holds(max(map(len, lines)) <= max(width, 49), f"{width}: {max(lines, key=len)}")
    holds(b"\x1b" not in explain(desk, "D-1").stdout, "an escape")


def a_document_cannot_command_the_terminal(desk):
    result = explain(desk, "D-1", dict(EXAMPLE, closed_as="\x1b]0;x\x07\nALL CLEAR"))
    holds(b"\x1b" not in result.stdout and b"\x07" not in result.stdout and b"\nALL CLEAR" not in result.stdout, result.stdout)


def documents_of_other_shapes_do_no_harm(desk):
    for change in ({"likely": "x"}, {"likely": [1, {"evidence": {"rule": 3}}]}, {"due": "two"}, {"linked": {}}, {"area": []},
                   {"disposal": []}, {"received_at": "noon"}, {"history": [None, {}]}, {"state": "zq" * 5000}, {"due_at": None}):
        result = explain(desk, "D-1", dict(EXAMPLE, **change))
        equal(result.returncode, 0, f"{change}: {result.stderr}")


def the_page_from_a_view_is_the_page_from_a_file(desk):
    wanted = explain(desk, "D-1").stdout
    view = made_view(desk, EXAMPLE, dict(EXAMPLE, alert="ab" * 16, incident="D-2"))
    for name in ("D-1", EXAMPLE["alert"], EXAMPLE["alert"][:5]):
        result = desk.run("explain", name, "--view", view, "--as-of", "2026-11-03T12:00:00", env={"COLUMNS": "100"})
        equal((result.returncode, result.stderr, result.stdout), (0, b"", wanted), name)
    equal(desk.run("explain", "D-3", "--view", view).returncode, 64)


def who_is_on_it_and_what_was_taken_back_is_said(desk):
    text = text_of(explain(desk, "D-1", dict(
        EXAMPLE, lifecycle="acknowledged", owner="a.sergeant", acknowledged_until="2026-11-03T14:00:00Z", watches=["opened_domestic"],
        notes=[{"at": "2026-11-03T10:00:00Z", "by": "a.sergeant", "text": "asked the night turn"}],
        published=[{"at": "2026-11-03T09:00:01Z", "what": "breach"}, {"at": "2026-11-03T11:00:00Z", "what": "retracted: late message"}])))
    for wanted in ["Owner: a.sergeant", "Acknowledged until: Tue 3 Nov 2026 14:00, in 2 h 0 min", "Watched for: opened as domestic, closed without a crime",
                   "Tue 3 Nov 2026 10:00, a.sergeant: asked the night turn", "Tue 3 Nov 2026 11:00: taken back"]:
        holds(wanted in text, f"{wanted!r} is not said:\n{text}")


def a_time_for_an_address_is_told_apart(desk):
    result = desk.run("explain", "D-1", "--at", "2026-11-03T12:00:00")
    equal(result.returncode, 64)
    holds(b"--as-of" in result.stderr, result.stderr)


run_all([value for name, value in list(globals().items()) if callable(value) and getattr(value, "__module__", "") == "__main__"
         and name not in ("explain", "text_of")])
