#!/usr/bin/env python3
"""`cdiwatch tally`, from an HTTP side that answers as the daemon does, or worse; and the figures that `replay` ends with."""
import contextlib
import http.server
import json
import os
import sys
import threading
import urllib.parse

sys.path.insert(0, os.path.dirname(__file__))
from desk import equal, holds, made_view, run_all

COUNTS = ("reports", "due", "recorded", "unanswered", "on_time", "same_day", "open", "breached")


def tally(area, day, *rows, force="dpp"):
    return {"force": force, "area": area, "day": day, "version": 1, "lag_error": "1/64", "rows": list(rows)}


def row(category, channel="999", of="reports", buckets=(), **counts):
    return {"of": of, "category": category, "channel": channel, "source": "storm", **dict.fromkeys(COUNTS, 0), **counts,
            "lag": {"n": sum(n for _, n in buckets), "buckets": [list(one) for one in buckets]}}


class Side(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(self.path).query))
        if self.path == "/api/v1/status":
            return self.say(200, {"version": "1", "now": "2026-11-06T09:00:00Z", "judge_time": "2026-11-06T08:59:55Z"})
        self.server.asked.append(query)
        status, body = self.server.answer or (200, None)
        if body is None:
            first = int(query.get("cursor", "0"))
            body = {"tallies": self.server.tallies[first:first + 1], "next": str(first + 1) if first + 1 < len(self.server.tallies) else None}
        self.say(status, body)

    def say(self, status, body):
        body = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words):
        pass


@contextlib.contextmanager
def side(*tallies, answer=None):
    """One tally a page."""
    server = http.server.HTTPServer(("127.0.0.1", 0), Side)
    server.tallies, server.answer, server.asked, server.at = tallies, answer, [], f"127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def some():
    return [tally("East", "2026-11-04", row("VAP", reports=4, due=5, recorded=2, unanswered=3, on_time=1, same_day=1, open=2, buckets=[(60, 2)]),
                  row("VAP", channel=None, reports=1, due=1, unanswered=1, open=1)),
            tally(None, "2026-11-04", row("OTHER", reports=1, due=1)), tally(None, None, row(None, unmeasured=2)),
            tally("East", "2026-11-05", row("VAP", reports=2, due=2, recorded=2, on_time=2, same_day=2, buckets=[(61, 2)]),
                  row(None, of="crimes", recorded=3, on_time=3, buckets=[(60, 3)]), row("OTHER", of="crimes")),
            tally("West", "2026-11-05", row("OTHER", of="crimes"))]         # only cancelled: no figure in these columns


def asked(desk, server, *words):
    return desk.run("tally", "--at", server.at, *words, text=True)


def days_are_summed_up_by_area_and_category_page_by_page(desk):
    with side(*some()) as server:
        result = asked(desk, server)
    equal((result.returncode, result.stderr), (0, ""))
    lines = [line.split() for line in result.stdout.splitlines()]
    holds(["dpp,", "East"] in lines and ["dpp,", "no", "area", "said"] in lines, result.stdout)
    holds(["reports,", "VAP", "7", "3", "8", "4", "4", "75.0", "%", "75.0", "%", "0h01m", "0h01m", "0h01m", "0"] in lines, result.stdout)
    holds(["no", "log,", "not", "known", "-", "-", "-", "-", "3", "100.0", "%", "0.0", "%", "0h01m", "0h01m", "0h01m", "0"] in lines, result.stdout)
    holds(["reports,", "OTHER", "1", "0", "1", "0", "0", "-", "-", "-", "-", "-", "0"] in lines, result.stdout)
    holds(["reports,", "not", "known", "0", "0", "0", "0", "0", "-", "-", "-", "-", "-", "2"] in lines, result.stdout)
    holds("unresolved crime question" in result.stdout and "compliance" not in result.stdout, result.stdout)
    holds("As of Fri 6 Nov 2026 09:00, judged up to Fri 6 Nov 2026 08:59." in result.stdout, result.stdout)


def a_view_gives_the_same_figures_and_says_what_it_is(desk):
    view = made_view(desk, *some(), tally("North", "2026-11-06", row("VAP", reports=1), force="ken"))
    with side(*some()) as server:
        figures = asked(desk, server, "--force", "dpp").stdout.split("As of")[0]
    result = desk.run("tally", "--view", view, "--force", "dpp", text=True)
    equal((result.returncode, result.stderr, result.stdout.split("From the view")[0]), (0, "", figures))
    holds("From the view" in result.stdout and "only the daemon knows" in " ".join(result.stdout.split()), result.stdout)
    lines = desk.run("tally", "--view", view, "--from", "2026-11-05", "--json").stdout.splitlines()
    equal(sorted((one["force"], one["area"], one["day"]) for one in map(json.loads, lines)),
          [("dpp", "East", "2026-11-05"), ("dpp", "West", "2026-11-05"), ("ken", "North", "2026-11-06")])
    lines = desk.run("tally", "--view", view, "--area", "East", "--to", "2026-11-04", "--json").stdout.splitlines()
    equal([json.loads(line) for line in lines], some()[:1])
    many = [tally(f"B{n}", f"2026-10-{n % 28 + 1:02}", row("VAP", reports=1)) for n in range(1203)]
    equal(len(desk.run("tally", "--view", made_view(desk, *many), "--json").stdout.splitlines()), 6 + 1203)
    for words, code in ((["--view", desk.path("nowhere")], 64), (["--view", desk.path("key")], 65), (["--view", view, "--at", "127.0.0.1:1"], 64)):
        result = desk.run("tally", *words, text=True)
        equal((result.returncode, result.stdout), (code, ""), words)


def where_there_is_nothing_no_heading_stands_above_it(desk):
    nothing = tally("West", "2026-11-05", row("OTHER", of="crimes"))
    with side(nothing) as server:
        for result in (asked(desk, server), desk.run("tally", "--view", made_view(desk, nothing), text=True)):
            equal((result.returncode, result.stdout.splitlines()[0]), (0, "There are no tallies yet."), result.stderr)
            holds("recorded" not in result.stdout, result.stdout)


def a_day_that_is_none_is_refused_before_anybody_is_asked(desk):
    with side(*some()) as server:
        for words in (["--from", "soon"], ["--to", "2026-02-30"], ["--to", "undated"], ["--from", "2026-11-05", "--to", "2026-11-04"]):
            result = asked(desk, server, *words)
            equal((result.returncode, result.stdout, server.asked), (64, "", []), words)
            holds(words[-2] in result.stderr and "day" in result.stderr, result.stderr)


def json_is_each_tally_as_published(desk):
    with side(*some()) as server:
        result = asked(desk, server, "--json")
    equal([json.loads(line) for line in result.stdout.splitlines()], some())


def what_is_asked_for_reaches_the_daemon(desk):
    with side() as server:
        result = asked(desk, server, "--from", "2026-11-01", "--to", "2026-11-30", "--force", "dpp", "--area", "A&B=C #")
        equal(server.asked[0], {"limit": "100", "from": "2026-11-01", "to": "2026-11-30", "force": "dpp", "area": "A&B=C #"})
        holds(result.stdout.startswith("No tally fits.\n"), result.stdout)


def what_the_daemon_refuses_it_says_why(desk):
    for status, code in ((503, 1), (400, 64)):
        with side(answer=(status, {"error": {"code": "x", "parameter": "from", "text": "should be a day\x1b[2J"}})) as server:
            result = asked(desk, server, "--from", "2026-11-04")
            equal((result.returncode, result.stdout), (code, ""))
            holds("cannot use: from\n" in result.stderr and "should be a day" in result.stderr and "\x1b" not in result.stderr, result.stderr)


def rubbish_instead_of_an_answer_is_no_daemon(desk):
    for body in (b"", b"<html>", b"[]", b"{}", b'{"next":null}', b'{"tallies":[3],"next":null}', b"\xff"):
        with side(answer=(200, body)) as server:
            result = asked(desk, server)
            equal((result.returncode, result.stdout), (3, ""), body)
    with side(answer=(200, {"tallies": [], "next": "c7"})) as server:
        holds(asked(desk, server).returncode in (0, 3), "it ends")
    with side(answer=(200, {"tallies": [{}, {"rows": 7, "force": []}], "next": None})) as server:
        equal(asked(desk, server).returncode, 0)


def nobody_there_is_3(desk):
    with side() as server:
        at = server.at
    result = desk.run("tally", "--at", at, text=True)
    equal((result.returncode, result.stdout), (3, ""))
    holds("nobody answers" in result.stderr, result.stderr)


def replay_ends_with_the_same_figures(desk):
    result = desk.replay(text=True)
    lines = [line.split() for line in result.stderr.splitlines()]
    titles = ["reports", "open", "due", "missing", "recorded", "in", "time", "same", "day", "lag", "p50", "p90", "p95", "untimed"]
    holds(titles in lines, result.stderr)
    rows = [line for line in lines[lines.index(titles) + 1:] if line and line[0] in ("RAPE", "SEXUAL", "VAP", "OTHER")]
    states = next(line for line in lines if line and line[0] == "state")
    count = sum(int(word.rstrip(",")) for word in states if word.rstrip(",").isdigit())
    equal(sum(int(line[1]) for line in rows), count, result.stderr)
    holds("unresolved crime question" in result.stderr, result.stderr)


run_all([value for name, value in list(globals().items()) if callable(value) and getattr(value, "__module__", "") == "__main__"
         and name not in ("Side", "side", "tally", "row", "some", "asked")])
