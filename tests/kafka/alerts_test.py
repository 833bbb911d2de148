#!/usr/bin/python3
"""`cdiwatch list`, `show` and `explain` of a running daemon: they say what its topic says, its view read as a file says the same, and its page
of an alert says what `explain` prints.  Prints TAP."""
import html.parser
import json
import os
import subprocess
import urllib.request

import broker
import documents
import feeds
from broker import ROOT, wait_until
from runner import Place, run_all, tests_of
from desk import equal, holds

ANSWERED = ("satisfied", "cleared", "superseded", "not_disclosed")


class Words(html.parser.HTMLParser):
    """What is said within <article>, a label with its colon; layout is not compared."""

    def __init__(self, page):
        super().__init__()
        self.inside, self.said = False, []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.inside |= tag == "article"
        if self.inside and tag in ("section", "h2", "p", "li", "dt"):
            self.said.append("\n")
        elif self.inside and tag == "dd":
            self.said.append(": ")

    def handle_endtag(self, tag):
        self.inside &= tag != "article"

    def handle_data(self, data):
        if self.inside:
            self.said.append(data)

    def words(self):
        return "".join(self.said).split()


class Asked:
    """The three commands, asked about one daemon."""

    def __init__(self, place, run):
        self.address = run.wait_for("http_listening").words.removeprefix("http://")
        self.view = place.path("a-view.sqlite")

    def run(self, *words):
        environment = dict(os.environ, COLUMNS="110")
        return subprocess.run([documents.PROGRAM, *words], capture_output=True, text=True, check=False, cwd=ROOT, timeout=broker.LIMIT, env=environment)

    def good(self, *words):
        done = self.run(*words)
        equal((done.returncode, done.stderr), (0, ""), words)
        return done.stdout

    def daemon(self, *words):
        return self.good(*words, "--at", self.address)

    def file(self, *words):
        return self.good(*words, "--view", self.view)

    def page(self, alert):
        with urllib.request.urlopen(f"http://{self.address}/alerts/{alert}", timeout=60) as answer:
            return answer.read().decode()


def listed(text):
    return {document["alert"]: document for document in map(json.loads, text.splitlines())}


def filled(place, seed, count):
    """A daemon whose view holds what the topic says, and that."""
    messages, _ = feeds.simulated(seed, documents.now(), count)
    place.produce(messages)
    run = place.run().ready()
    alerts = place.agree(messages, run=run)
    asked = Asked(place, run)

    def same():
        alerts.refresh()
        return listed(asked.daemon("list", "--all", "--json", "--limit", "100000")) == alerts.standing()
    wait_until(same, "the list is what the topic says", 90, pause=0.3, watch=run.watch)
    return asked, list(alerts.standing().values()), run


def the_list_is_what_the_topic_says_from_the_daemon_and_from_its_view(kafka):
    with Place(kafka) as place:
        asked, said, run = filled(place, 81, 600)
        open_now = {one["alert"]: one for one in said if one["state"] not in ANSWERED}
        holds(len(open_now) > 20 and len(said) > len(open_now), f"{len(open_now)} of {len(said)} are open")
        for words, fits in [
                ([], lambda one: True), (["--force", said[0]["force"]], lambda one: one["force"] == said[0]["force"]),
                (["--stage", "urgent,breach"], lambda one: one["stage"] in ("urgent", "breach")),
                (["--risk", "rape,da_violence"], lambda one: one["risk"] in ("rape", "da_violence")),
                (["--bcu", said[0]["area"]["bcu"] or "-"], lambda one: one["area"]["bcu"] == (said[0]["area"]["bcu"] or "-"))]:
            text = asked.daemon("list", "--json", "--limit", "100000", *words)
            equal(listed(text), {alert: one for alert, one in open_now.items() if fits(one)}, words)
            equal(asked.file("list", "--json", "--limit", "100000", *words), text, words)
        text = asked.daemon("list")
        holds("The view shows all that was published up to" in text and "judged up to" in text and "NOT READY" not in text, text[-600:])
        equal(run.stop(), 0)
        equal(asked.run("list", "--at", asked.address).returncode, 3)
        equal(listed(asked.file("list", "--json", "--limit", "100000")), open_now)


def an_alert_is_shown_and_explained_alike_from_everywhere(kafka):
    with Place(kafka) as place:
        asked, said, _ = filled(place, 82, 300)
        topic = place.file("topic.ndjson", "".join(json.dumps(one) + "\n" for one in said))
        one_of_each = {(one["state"], one["stage"]): one for one in said}
        for one in one_of_each.values():
            for name in (one["alert"], one["incident"]):
                for ask in (asked.daemon, asked.file):
                    equal(json.loads(ask("show", name)), one, name)
            words = ("explain", one["alert"], "--as-of", "2026-11-03T12:00:00")
            text = asked.daemon(*words)
            equal(asked.file(*words), text, one["alert"])
            equal(asked.good(*words, "--from", topic), text, one["alert"])


def the_page_says_what_explain_prints(kafka):
    with Place(kafka) as place:
        asked, said, run = filled(place, 83, 300)
        for one in {(one["state"], one["stage"]): one for one in said}.values():

            def alike():        # minutes pass, between the one and the other too
                text = asked.daemon("explain", one["alert"]).split("\n", 1)[1].replace("    - ", "")
                return Words(asked.page(one["alert"])).words() == text.split()
            wait_until(alike, f"the page of {one['state']} says what explain does", 60, pause=0.3, watch=run.watch)


if __name__ == "__main__":
    run_all(tests_of(globals()))
