#!/usr/bin/python3
"""What a running daemon says of itself over HTTP: its counts are what was sent, and ready is who judges up to now.  Prints TAP."""
import collections
import json
import re
import subprocess
import urllib.error
import urllib.request

import documents
import feeds
from broker import wait_until
from runner import Place, run_all, tests_of
from desk import equal, holds
from feeds import HOUR, Message, encoded, text

CANARY = "zq-canary-9411"
LINE = re.compile(r"(?P<name>[a-z_]+)(?:\{(?P<labels>[^}]*)\})? (?P<value>[-+0-9.e]+)")


def beat(feed, force):
    return Message(feed, force, encoded({"force": force, "heartbeat": "test", "at": text(documents.now())}))


def heard():
    return [beat(feed, force) for force in feeds.FORCES for feed in ("incidents", "crimes")]


def log(force, number):
    received = documents.now() - 30 * HOUR
    return Message("incidents", force, encoded({
        "force": force, "incident": f"{CANARY}-{number}", "event_at": text(received), "received_at": text(received), "channel": "999",
        "caller_role": "victim", "opened_as": "OPN-BURG", "persons": [{"role": "victim", "name": CANARY, "id": CANARY}],
        "entries": [{"seq": 1, "at": text(received), "role": "call_taker", "text": f"INF STS FRONT DOOR KICKED IN AND TV STOLEN {CANARY}"}]}))


class Watched:
    """A daemon's HTTP side; everything that it ever said is kept."""

    def __init__(self, run):
        self.address = run.wait_for("http_listening").words.removeprefix("http://")
        self.said = []

    def get(self, path):
        try:
            with urllib.request.urlopen(f"http://{self.address}{path}", timeout=60) as answer:
                status, body = answer.status, answer.read().decode()
        except urllib.error.HTTPError as answer:
            status, body = answer.code, answer.read().decode()
        self.said.append(body)
        return status, body

    def metrics(self):
        """name or name{labels}: number."""
        status, body = self.get("/metrics")
        equal(status, 200)
        matches = [LINE.fullmatch(line) for line in body.splitlines() if not line.startswith("#")]
        holds(all(matches), body)
        return {match["name"] + (f"{{{match['labels']}}}" if match["labels"] else ""): float(match["value"]) for match in matches}

    def ready(self):
        return self.get("/readyz")[0] == 200

    def unready_by(self, why):
        status, body = self.get("/readyz")
        return status == 503 and any(line.startswith(why + ": ") for line in body.splitlines()) and body

    def command(self, *words):
        done = subprocess.run([documents.PROGRAM, "status", "--at", self.address, *words], capture_output=True, text=True, check=False, timeout=60)
        self.said.append(done.stdout + done.stderr)
        return done


def records(metrics):
    found = collections.Counter()
    for name, value in metrics.items():
        match = re.fullmatch(r'cdiwatch_records_total\{feed="(\w+)",outcome="(\w+)"\}', name)
        if match and value:
            found[match[1], match[2]] = value
    return dict(found)


def what_is_counted_is_what_was_sent(kafka):
    with Place(kafka) as place:
        run = place.run()
        watched = Watched(run)
        run.ready()
        sent = heard() + [log(force, number) for number in range(20) for force in feeds.FORCES]
        sent += [log(feeds.FORCES[0], 0)]                                                       # said before
        sent += [Message("crimes", feeds.FORCES[1], b"{"), Message("incidents", feeds.FORCES[2], encoded({"force": feeds.FORCES[2], "incident": CANARY}))]
        place.produce(sent)
        counted = collections.Counter(message.feed for message in sent)

        def all_counted():
            found = records(watched.metrics())
            return sum(found.values()) >= len(sent) and found
        found = wait_until(all_counted, "all is counted", watch=run.watch)
        for feed, count in counted.items():
            equal(sum(value for (name, _), value in found.items() if name == feed), count, f"{feed}: consumed is the sum of outcomes")
        equal((found[("crimes", "rejected")], found[("incidents", "rejected")], found[("incidents", "accepted")] + found[("incidents", "duplicate")]),
              (1, 1, counted["incidents"] - 1))
        wait_until(watched.ready, "it is ready", watch=run.watch)
        alerts = place.alerts()

        def settled():
            alerts.refresh()
            metrics = watched.metrics()
            told = sum(value for name, value in metrics.items() if name.startswith("cdiwatch_alerts_published_total"))
            return told == len(alerts.published) and told >= 120 and metrics
        metrics = wait_until(settled, "the alerts counted are those on the topic", watch=run.watch)
        equal(metrics['cdiwatch_alerts_published_total{stage="breach"}'],
              sum(document["stage"] == "breach" for _, document in alerts.published))
        equal((metrics['cdiwatch_dead_letters_total{reason="not_json"}'], metrics["cdiwatch_shards_assigned"], metrics["cdiwatch_ready"]), (1, 4, 1))
        holds(metrics["cdiwatch_alert_emit_delay_seconds_count"] >= 120, "stages that began were 6 hours late and more")
        equal(metrics['cdiwatch_alert_emit_delay_seconds_bucket{le="3600"}'], 0)
        equal(metrics["cdiwatch_commit_duration_seconds_count"], metrics["cdiwatch_commits_total"])
        holds(len(metrics) < 500, f"{len(metrics)} series")
        told = subprocess.run(["promtool", "check", "metrics"], input=watched.get("/metrics")[1], capture_output=True, text=True, check=False)
        equal((told.returncode, told.stdout + told.stderr), (0, ""), "promtool")
        status = json.loads(watched.get("/api/v1/status")[1])
        equal(([shard["state"] for shard in status["shards"]], status["ready"]), (["judging"] * 4, True))
        done = watched.command()
        equal((done.returncode, done.stdout.splitlines()[0].rsplit(": ", 1)[1]), (0, "live"), done.stdout + done.stderr)
        holds(CANARY not in "".join(watched.said) + run.text(), "a value of an input field came out")
        equal(run.stop(), 0, run.text()[-500:])
        equal(watched.command().returncode, 3, "nobody is there any more")


def an_open_transaction_upstream_makes_it_unready_until_it_ends(kafka):
    with Place(kafka) as place:
        run = place.run()
        watched = Watched(run)
        place.produce(heard())
        wait_until(watched.ready, "it is ready", watch=run.watch)
        upstream = kafka.producer(transactional_id=place.prefix + "upstream", transaction_timeout_ms=300000)
        upstream.init_transactions(60)
        upstream.begin_transaction()
        upstream.produce(place.prefix + "crimes", beat("crimes", "dpp").value, "dpp")
        upstream.flush(60)
        reasons = wait_until(lambda: watched.unready_by("held"), "it is held", watch=run.watch, pause=0.5, limit=240)
        holds("shard 2 " in reasons and "crimes" in reasons, reasons)
        equal(watched.metrics()['cdiwatch_judge_waits{shard="2",feed="crimes"}'], 1)
        done = watched.command("--json")
        equal((done.returncode, [reason["why"] for reason in json.loads(done.stdout)["reasons"]]), (1, ["held"]), done.stderr)
        equal(watched.get("/livez"), (200, "live\n"), "a restart would not help")
        upstream.commit_transaction(60)
        wait_until(watched.ready, "it goes on", watch=run.watch)
        equal(run.stop(), 0, run.text()[-500:])


def a_stopped_shard_makes_it_unready_and_the_others_go_on(kafka):
    with Place(kafka) as place:
        run = place.run()
        watched = Watched(run)
        place.produce(heard())
        wait_until(watched.ready, "it is ready", watch=run.watch)
        producer = kafka.producer()
        producer.produce(place.prefix + "crimes", beat("crimes", "dpp").value, "dpp", partition=3)      # its place is 2
        equal(producer.flush(60), 0)
        reasons = wait_until(lambda: watched.unready_by("stopped"), "it is unready", watch=run.watch)
        holds("shard 3 is stopped" in reasons and "partition 2 of 4" in reasons and "dpp" not in reasons, reasons)
        metrics = watched.metrics()
        equal((metrics["cdiwatch_shards_stopped"], metrics['cdiwatch_shard_stopped{shard="3"}'], metrics['cdiwatch_shard_stopped{shard="2"}'],
               metrics["cdiwatch_ready"]), (1, 1, 0, 0))
        done = watched.command()
        holds(done.returncode == 1 and "shard 3: stopped" in done.stdout and "shard 2: judging" in done.stdout, done.stdout)
        equal(run.stop(), 0, run.text()[-500:])


def a_broker_that_is_away_is_no_session_and_counted_once_it_is_back(kafka):
    with Place(kafka) as place:
        run = place.run()
        watched = Watched(run)
        place.produce(heard())
        wait_until(watched.ready, "it is ready", watch=run.watch)
        first = heard()

        def counted(): return sum(records(watched.metrics()).values())
        wait_until(lambda: counted() == len(first), "what came first is committed, and so counted", watch=run.watch)
        kafka.kill()
        kafka.start()
        place.producer = None
        place.produce(heard())
        wait_until(lambda: counted() >= 2 * len(first), "what came since is counted", watch=run.watch, limit=240)
        equal(counted(), 2 * len(first), "nothing is counted twice")
        equal(run.stop(), 0, run.text()[-500:])


run_all(tests_of(globals()))
