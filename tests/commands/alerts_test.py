#!/usr/bin/env python3
"""`cdiwatch list` and `show`: from a view that the product wrote, and from an HTTP side that answers as the daemon does, or worse."""
import contextlib
import fcntl
import http.server
import json
import os
import re
import sqlite3
import subprocess
import sys
import threading
import urllib.parse

sys.path.insert(0, os.path.dirname(__file__))
from desk import PROGRAM, equal, holds, made_view, run_all

EXAMPLE = json.load(open("tests/commands/explained.json"))
NOW = "2026-11-03T08:30:00Z"
ANSWERED = ("satisfied", "cleared", "superseded", "not_disclosed")
HOSTILE = "\x1b]0;x\x07\x9b31m\u202e\nALL CLEAR\x7f"


def alert(number, deadline, **more):
    return {**EXAMPLE, "alert": f"{number:04x}" + "0" * 27 + "a", "incident": f"D-{number}", "due_at": deadline, **more}


def some():
    """Four that ask something of somebody, the second said of twice, and one that is settled."""
    return [alert(1, "2026-11-03T12:00:00Z", state="open", stage="notice", risk="other", marks=[], disposal=None, due=1, recorded=0),
            alert(2, "2026-11-03T09:00:00Z", state="open", stage="urgent", risk="rape", area={"bcu": "South", "beat": None}, owner="a.sergeant"),
            alert(3, "2026-11-02T08:00:00Z", state="matched_unverified", stage="breach", force="ken"),
            alert(4, "2026-11-03T10:00:00Z", state="incomplete_clear", stage="warning"),
            alert(5, "2026-11-01T10:00:00Z", state="satisfied", stage=None)]


def listed(desk, view, *words, columns=200):
    result = desk.run("list", "--view", view, "--as-of", NOW, *words, env={"COLUMNS": str(columns)}, text=True)
    equal((result.returncode, result.stderr), (0, ""), words)
    return result.stdout


def references(text):
    return re.findall(r"\bD-\d+", text)


# ---- a view ----

def the_list_is_what_a_sergeant_asks_for_nearest_deadline_first(desk):
    text = listed(desk, made_view(desk, *some()), columns=400)
    equal(references(text), ["D-3", "D-2", "D-4", "D-1"])
    row = next(line for line in text.splitlines() if "D-2" in line)
    for wanted in ("30 min left", "Domestic incident (PSW-DOM)", "assault with injury (8N)", "somebody was hit; flagged: domestic abuse", "rape", "open",
                   "South"):
        holds(wanted in row, f"{wanted!r} is not in {row!r}")
    for wanted in ("overdue by 24 h 30 min", "open, not all recorded", "4 reports.", "From the view", "last written"):
        holds(wanted in " ".join(text.split()), f"{wanted!r} is not in\n{text}")


def who_reads_a_view_has_not_written_it(desk):
    view = made_view(desk, *some())
    long_ago = 1762156800                                               # 3 Nov 2025, 08:00 UTC
    for name in (view, view + "-wal"):
        if os.path.exists(name) and os.path.getsize(name) > 0:
            os.utime(name, (long_ago, long_ago))
    for _ in range(2):
        holds("last written Mon 3 Nov 2025 08:00" in " ".join(listed(desk, view).split()), "reading it counts as writing")


def each_filter_leaves_what_fits(desk):
    view = made_view(desk, *some())
    for words, wanted in [
            ([], 4), (["--all"], 5), (["--force", "ken"], 1), (["--bcu", "South"], 1), (["--bcu", "South,North"], 0), (["--owner", "a.sergeant"], 1),
            (["--stage", "urgent,breach"], 2), (["--state", "open"], 2), (["--state", "open,satisfied"], 3), (["--risk", "rape,other"], 2),
            (["--risk", "rape", "--stage", "notice"], 0), (["--all", "--stage", "none"], 1), (["--limit", "4"], 4)]:
        equal(len(references(listed(desk, view, *words))), wanted, words)


def a_watch_that_there_is_not_is_refused_as_the_daemon_does(desk):
    view = made_view(desk, *some(), alert(6, "2026-11-03T10:00:00Z", state="not_disclosed", watches=["of_other_tables"]))
    for words in ([], ["--json"], ["--all", "--limit", "1"]):
        result = desk.run("list", "--view", view, "--watch", "of_other_table", *words, text=True)
        equal((result.returncode, result.stdout), (64, ""), words)
        holds("--watch should be a watch of watches.csv, or any; there are: rape, modern_slavery, hate, " in result.stderr, result.stderr)
    for watch, wanted in (("of_other_tables", ["D-6"]), ("any", ["D-6"]), ("hate", [])):
        equal(references(listed(desk, view, "--watch", watch)), wanted, watch)


def by_risk_the_gravest_come_first_and_of_each_the_nearest_deadline(desk):
    view = made_view(desk, *some(), alert(6, "2026-11-01T08:00:00Z", state="open", risk="other"), alert(7, "2026-11-01T09:00:00Z", state="cleared", risk="rape"))
    equal(references(listed(desk, view, "--sort", "risk")), ["D-2", "D-3", "D-4", "D-6", "D-1"])
    equal(references(listed(desk, view, "--sort", "deadline")), references(listed(desk, view)))
    lines = desk.run("list", "--view", view, "--sort", "risk", "--all", "--json").stdout.splitlines()
    equal([json.loads(line)["incident"] for line in lines], ["D-2", "D-3", "D-4", "D-6", "D-1", "D-7", "D-5"])
    result = desk.run("list", "--view", view, "--sort", "age", text=True)
    equal((result.returncode, result.stdout), (64, ""))
    holds("--sort: 'age' is none of: deadline, risk" in result.stderr, result.stderr)


def an_empty_list_says_so(desk):
    holds("No report fits." in listed(desk, made_view(desk), columns=40), "not said")


def a_force_or_area_that_nobody_knows_is_no_all_clear(desk):
    view = made_view(desk, *some())
    for words, wanted in [(["--force", "kenn"], "No report with this --force is held at all: it may be written otherwise."),
                          (["--force", "ken", "--bcu", "Nroth"], "No report with this --bcu is held at all"), (["--risk", "child"], None),
                          (["--force", "ken", "--risk", "child"], None)]:
        text = " ".join(listed(desk, view, *words).split())
        holds("No report fits." in text, text)
        equal("held at all" in text, wanted is not None, words)
        holds(wanted is None or wanted in text, text)
    result = desk.run("list", "--view", view, "--json", "--force", "kenn", text=True)
    equal((result.returncode, result.stdout), (0, ""))
    holds("held at all" in result.stderr, result.stderr)
    equal(desk.run("list", "--view", view, "--json", "--risk", "child", text=True).stderr, "")


def a_limit_that_cannot_be_is_told_what_it_may_be(desk):
    for limit in ("-1", "0", "100001", "many"):
        result = desk.run("list", "--view", made_view(desk, *some()), "--limit", limit, text=True)
        equal((result.returncode, result.stdout), (64, ""), limit)
        holds(f"--limit is a number from 1 to 100000, not '{limit}'" in result.stderr, result.stderr)


def what_is_left_out_is_said(desk):
    view = made_view(desk, *some())
    text = listed(desk, view, "--limit", "2")
    equal(references(text), ["D-3", "D-2"])
    holds("The first 2 reports; there are more (--limit)." in text, text)
    result = desk.run("list", "--view", view, "--limit", "2", "--json", text=True)
    equal((result.returncode, len(result.stdout.splitlines())), (0, 2))
    holds("there are more" in result.stderr, result.stderr)


def a_long_list_is_followed_to_its_end(desk):
    numbers = range(1, 1203)
    view = made_view(desk, *[alert(n, f"2026-11-03T{n // 60 % 24:02}:{n % 60:02}:00Z") for n in numbers])
    lines = desk.run("list", "--view", view, "--limit", "100000", "--json").stdout.splitlines()
    equal(sorted(int(json.loads(line)["incident"][2:]) for line in lines), list(numbers))
    equal(len(desk.run("list", "--view", view, "--limit", "777", "--json").stdout.splitlines()), 777)


def whoever_waits_in_a_pager_keeps_no_daemon_from_tidying_up(desk):
    view = made_view(desk, *[alert(n, f"2026-11-03T{n // 60 % 24:02}:{n % 60:02}:00Z") for n in range(1, 101)])
    out, into = os.pipe()
    fcntl.fcntl(into, fcntl.F_SETPIPE_SZ, 4096)
    listing = subprocess.Popen([PROGRAM, "list", "--view", view, "--json"], stdout=into, stderr=subprocess.PIPE)
    os.close(into)
    with open(out, "rb") as pager:
        first = pager.read(1)                   # it writes, and will wait: the pipe holds few of all documents
        with contextlib.closing(sqlite3.connect(view, timeout=0)) as writer:
            writer.execute("UPDATE meta SET changes = changes + 1")
            writer.commit()
            equal(writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone(), (0, 0, 0), "the log of what was written is cut")
        equal(listing.poll(), None, "it waits")
        lines = (first + pager.read()).splitlines()
    equal((len(lines), listing.wait(60), listing.stderr.read()), (100, 0, b""))
    listing.stderr.close()


def documents_for_programs_are_as_they_were_published(desk):
    documents = some()
    lines = desk.run("list", "--view", made_view(desk, *documents), "--json", "--all", text=True).stdout.splitlines()
    equal(sorted(lines), sorted(json.dumps(document, separators=(",", ":")) for document in documents))


def it_fits_every_width(desk):
    view = made_view(desk, *some(), alert(6, "2026-11-03T09:00:00Z", incident="D-6" + "x" * 300, state="open"))
    for width in (40, 60, 80, 100, 140, 200, 1000):
        text = listed(desk, view, columns=width)
        widest = max(len(line) for line in text.splitlines() if "x" * 30 not in line and "/" not in line)
        holds(widest <= min(width, 400), f"{width}: {widest}\n{text}")
        equal([one for one in references(text) if one != "D-6"], ["D-3", "D-2", "D-4", "D-1"], width)
        holds("\x1b" not in text, "an escape")
        for line in text.splitlines():
            equal(line, line.rstrip(), width)


def a_hostile_document_is_printed_harmlessly(desk):
    document = alert(7, "2026-11-03T09:00:00Z", state="open", opened_as=HOSTILE, risk=HOSTILE, marks=[HOSTILE], area={"bcu": HOSTILE, "beat": HOSTILE})
    document["likely"] = [{"class": HOSTILE, "evidence": [{"rule": "phrase:" + HOSTILE, "weight": 3}]}]
    view = made_view(desk, document)
    for words in (["list"], ["show", "D-7"], ["explain", "D-7"]):
        for columns in ("40", "80", "200"):
            result = desk.run(*words, "--view", view, env={"COLUMNS": columns})
            equal(result.returncode, 0, result.stderr)
            text = result.stdout.decode()
            holds("ALL CLEAR" in " ".join(text.split()) and "\nALL CLEAR" not in text.replace("\n  ", "\n:"), f"{words} {columns}:\n{text!r}")
            for harmful in "\x1b\x07\x9b\x7f\u202e":
                holds(harmful not in text, f"{words} {columns}: {harmful!r}")
    equal(json.loads(desk.run("show", "D-7", "--view", view).stdout), document)


def a_document_is_shown_laid_out_or_as_it_is(desk):
    view = made_view(desk, EXAMPLE)
    laid_out = desk.run("show", "D-1", "--view", view, text=True).stdout
    equal(json.loads(laid_out), EXAMPLE)
    holds('\n  "incident": "D-1",\n' in laid_out, laid_out)
    equal(desk.run("show", "D-1", "--view", view, "--json", text=True).stdout, json.dumps(EXAMPLE, separators=(",", ":")) + "\n")


def all_reports_of_an_incident_are_shown_and_an_ambiguous_beginning_is_named(desk):
    first, second = dict(EXAMPLE), dict(EXAMPLE, alert=EXAMPLE["alert"][:6] + "0" * 26, report=7)
    view = made_view(desk, first, second)
    equal(len(desk.run("show", "D-1", "--view", view, "--json").stdout.splitlines()), 2)
    result = desk.run("show", EXAMPLE["alert"][:6], "--view", view, text=True)
    equal((result.returncode, result.stdout), (64, ""))
    for document, words in ((first, "first report"), (second, "disclosed later, entry 7")):
        holds(f"D-1, {words} (alert {document['alert']})" in result.stderr, result.stderr)
    equal(json.loads(desk.run("show", EXAMPLE["alert"][:7], "--view", view).stdout), first)
    for nothing in ("D-2", EXAMPLE["alert"][:3], "", "%", "*"):
        result = desk.run("show", nothing, "--view", view, text=True)
        equal((result.returncode, result.stdout), (64, ""), nothing)


def what_is_no_view_is_refused(desk):
    for name, code in (("key", 65), ("empty", 65), ("nowhere", 64), (".", 64)):
        result = desk.run("list", "--view", desk.path(name), text=True)
        equal((result.returncode, result.stdout), (code, ""), f"{name}: {result.stderr}")
        holds(result.stderr.startswith("cdiwatch: "), result.stderr)


# ---- an HTTP side ----

STATUS = {"version": "1", "now": NOW, "judge_time": "2026-11-03T08:29:55Z", "ready": True, "reasons": [],
          "view": {"level": True, "level_at": "2026-11-03T08:29:58Z"}}


class Side(http.server.BaseHTTPRequestHandler):
    """Answers from the server's documents; `answer` may be set to what is said instead to every question about alerts."""
    protocol_version = "HTTP/1.1"

    def fitting(self, asked):
        def fits(document):
            sets = all(name not in asked or document[name] in asked[name].split(",") for name in ("state", "stage", "risk"))
            texts = all(name not in asked or document[name] == asked[name] for name in ("force", "owner", "incident"))
            return (sets and texts and document["alert"].startswith(asked.get("alert", "")) and asked.get("bcu") in (None, document["area"]["bcu"]) and
                    ("unanswered" not in asked or document["state"] not in ANSWERED))
        return list(filter(fits, self.server.documents))

    def do_GET(self):
        url = urllib.parse.urlsplit(self.path)
        asked = dict(urllib.parse.parse_qsl(url.query, keep_blank_values=True, strict_parsing=bool(url.query)))
        self.server.asked.append(asked)
        status, answer = 200, self.server.status
        if url.path == "/api/v1/alerts":
            equal([name for name in asked if "alert" in asked], ["alert"] if "alert" in asked else [], "an id is asked for alone")
            at, limit = int(asked.get("cursor", "c0")[1:]), min(int(asked.get("limit", 500)), self.server.page)
            fitting = self.fitting(asked)
            answer = {"alerts": fitting[at:at + limit], "next": f"c{at + limit}" if at + limit < len(fitting) else None}
            status, answer = self.server.answer or (status, answer)
        body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def side(*documents, answer=None, status=STATUS, page=500):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Side)
    server.documents, server.answer, server.status, server.page, server.asked = documents, answer, status, page, []
    server.at = "127.0.0.1:%d" % server.server_address[1]
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def ask(desk, server, *words, columns=200):
    return desk.run(*words, "--at", server.at, env={"COLUMNS": str(columns)}, text=True)


def the_daemons_list_is_counted_from_its_clock_and_says_how_fresh_it_is(desk):
    with side(*some()) as server:
        result = ask(desk, server, "list")
    equal((result.returncode, result.stderr), (0, ""))
    equal(references(result.stdout), ["D-1", "D-2", "D-3", "D-4"])
    for wanted in ("30 min left", "4 reports. As of Tue 3 Nov 2026 08:30, judged up to Tue 3 Nov 2026 08:29.", "The view shows all that was published up to Tue 3 Nov 2026 08:29."):
        holds(wanted in result.stdout, f"{wanted!r} is not in\n{result.stdout}")


def what_is_not_fresh_is_said_aloud(desk):
    status = dict(STATUS, ready=False, reasons=[{"why": "behind", "text": "shard 3 is an hour behind\x1b[2J"}], view={"level": False, "problem": {"code": "system", "text": "no room\x1b[2J"}})
    with side(*some(), status=status) as server:
        result = ask(desk, server, "list", columns=400)
    for wanted in ("THE VIEW IS BEHIND", "It does not go on: no room [2J.", "NOT READY: shard 3 is an hour behind [2J."):
        holds(wanted in " ".join(result.stdout.split()), f"{wanted!r} is not in\n{result.stdout}")
    with side(*some(), status=b"nothing") as server:
        result = ask(desk, server, "list")
    equal(result.returncode, 0)
    holds("How fresh this is the daemon does not say." in result.stdout, result.stdout)


def filters_and_references_reach_the_daemon_as_they_were_given(desk):
    odd = "A&B=C D%41+\u00e9?#/"
    with side(alert(1, NOW, state="open", owner=odd)) as server:
        result = ask(desk, server, "list", "--owner", odd, "--force", "dsk", "--bcu", "North", "--stage", "breach,urgent", "--risk", "da_violence",
                     "--sort", "risk")
        equal((result.returncode, references(result.stdout)), (0, ["D-1"]), result.stderr)
        asked = server.asked[-2 if "limit" not in server.asked[-1] else -1]
        equal({name: asked[name] for name in ("owner", "force", "bcu", "stage", "risk", "unanswered", "sort", "limit")},
              {"owner": odd, "force": "dsk", "bcu": "North", "stage": "urgent,breach", "risk": "da_violence", "unanswered": "true", "sort": "risk",
               "limit": "100"})
        ask(desk, server, "show", odd)
        equal([one for one in server.asked if "incident" in one][-1]["incident"], odd)
        long = "x" * 3000
        equal(ask(desk, server, "show", long).returncode, 64)
        equal(server.asked[-1]["incident"], long)


def cursors_are_followed_and_the_limit_is_kept(desk):
    documents = [alert(n, NOW, state="open") for n in range(1, 251)]
    for page in (1, 7, 500):
        with side(*documents, page=page) as server:
            result = ask(desk, server, "list", "--json", "--limit", "205")
            equal([json.loads(line) for line in result.stdout.splitlines()], documents[:205], page)
            holds("there are more" in result.stderr, result.stderr)
            equal(len(ask(desk, server, "list", "--json", "--limit", "250").stdout.splitlines()), 250)


def show_and_explain_ask_the_daemon(desk):
    with side(EXAMPLE, alert(2, NOW, state="open")) as server:
        for name in ("D-1", EXAMPLE["alert"], EXAMPLE["alert"][:4]):
            equal(json.loads(ask(desk, server, "show", name).stdout), EXAMPLE, name)
            holds("23 h 30 min ago" not in ask(desk, server, "explain", name).stdout, name)
        holds("Deadline, 24 hours after receipt: Tue 3 Nov 2026 09:00, in 30 min" in ask(desk, server, "explain", "D-1").stdout, "its clock")
        result = ask(desk, server, "show", "D-9")
        equal((result.returncode, result.stdout), (64, ""))
        holds("no alert in " + server.at in result.stderr, result.stderr)


def what_the_daemon_refuses_it_says_why(desk):
    for status, code in ((503, 1), (400, 64), (404, 65)):
        with side(answer=(status, {"error": {"code": "x", "text": "the view is being built\x1b[2J"}})) as server:
            for words in (["list"], ["show", "D-1"], ["explain", "D-1"]):
                result = ask(desk, server, *words)
                equal((result.returncode, result.stdout), (code, ""), words)
                holds("the daemon says: the view is being built [2J\n" in result.stderr, result.stderr)


def rubbish_instead_of_an_answer_is_no_daemon(desk):
    good = json.dumps(EXAMPLE)
    rubbish = [b"", b"<html>", b"[]", b"{}", b'{"alerts":[]', b'{"alerts":[3],"next":null}', b'{"next":null}', b"\xff", b'{"alerts":[[]]}',
               ('{"alerts":[' + good + '],"next":"' + "c" * 200 + '"}').encode()]
    for answer in [(200, one) for one in rubbish] + [(404, b"nothing here\n"), (500, b"{}"), (302, b"")]:
        with side(answer=answer) as server:
            for words in (["list"], ["show", "D-1"], ["explain", "D-1"]):
                result = ask(desk, server, *words)
                equal(result.returncode, 3, f"{answer} {words}: {result.stdout}")
                holds("does not answer as cdiwatch does" in result.stderr, result.stderr)


def an_answer_that_never_ends_is_left(desk):
    with side(answer=(200, {"alerts": [], "next": "c7"})) as server:
        equal(ask(desk, server, "list").returncode, 3)


def documents_of_other_shapes_do_no_harm(desk):
    for change in ({"likely": "x"}, {"likely": [1, {"evidence": {"rule": 3}}]}, {"due": "two"}, {"area": []}, {"disposal": []}, {"due_at": "noon"},
                   {"marks": {"a": 1}}, {"state": "zq" * 5000}, {"report": -1}, {"incident": 7}, {"alert": None}):
        with side(answer=(200, {"alerts": [dict(EXAMPLE, **change)], "next": None})) as server:
            for columns in (40, 80, 200):
                result = ask(desk, server, "list", columns=columns)
                equal(result.returncode, 0, f"{change}: {result.stderr}")
                holds("1 report." in result.stdout, result.stdout)


def nobody_there_is_3(desk):
    with side() as server:
        at = server.at
    for words in (["list"], ["show", "D-1"], ["explain", "D-1"]):
        result = desk.run(*words, "--at", at, text=True)
        equal((result.returncode, result.stdout), (3, ""), words)
        holds("nobody answers on " + at in result.stderr and "--view" in result.stderr, result.stderr)


run_all([value for name, value in list(globals().items()) if callable(value) and getattr(value, "__module__", "") == "__main__"
         and name not in ("alert", "some", "listed", "references", "side", "ask", "Side")])
