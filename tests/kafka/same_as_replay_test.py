#!/usr/bin/python3
"""What `run` publishes from a real broker is what `replay` finds in the same messages: real logs, simulated ones, and with bad
messages among them.  Prints TAP."""
import collections
import json
import os
import random
import re
import shutil
import subprocess

import documents
import feeds
from broker import ROOT, wait_until
from runner import Place, Skip, caught_up, run_all, tests_of
from desk import equal, holds

USC = os.path.join(ROOT, "tests", "sources", "usc.yaml")
CONNECT = ("topic", "partition", "offset", "connector.name", "task.id", "stage", "class.name", "exception.class.name", "exception.message")


def nothing_wrong(alerts):
    equal((alerts.twice(), alerts.gaps()[:3]), (0, []), "versions")


def breached(alerts):
    return {document["incident"] for document in alerts.last.values() if "breached" in document["marks"]}


def true_to_life(alerts, truth):
    found = breached(alerts)
    wrong = [incident for incident, must in truth.items() if must is not None and must != (incident in found)]
    equal(wrong, [], "marked breached against what happened")


def conserved(run, sent, rejected):
    """Conservation: what was consumed is what became of it."""
    counts = run.counts()
    equal((counts["consumed"], counts["rejected"]), (sent, rejected), counts)
    equal(sum(counts.values()), 2 * sent, counts)


def kept_for_years(place):
    """Tables by which logs of years ago are judged when they come: else they would be late."""
    folder = shutil.copytree(os.path.join(ROOT, "config", "tables"), place.path("tables"))
    path = os.path.join(folder, "retention.csv")
    with open(path, encoding="utf-8") as file:
        text = file.read()
    for kind, days in (("log", 3000), ("crime", 3000), ("conduct", 3000), ("receipt", 3100)):
        text = re.sub(rf"^{kind},\d+,", f"{kind},{days},", text, flags=re.MULTILINE)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return folder


def real_logs_end_as_replay_says(kafka):
    messages = feeds.usc()
    if messages is None:
        raise Skip("../shared/data/real is not here (SHARED names another place)")
    with Place(kafka, sources={"incidents": USC, "crimes": USC}) as place:
        feeds.produce_by_kcat(kafka, place.prefix, messages, subprocess.run)
        run = place.run(tables=kept_for_years(place))
        alerts = place.agree(messages, limit=240, run=run)
        nothing_wrong(alerts)
        equal(documents.by_kcat(kafka, place.prefix) == alerts.standing(), True, "as kcat reads it")
        equal(run.stop(), 0, run.text()[-500:])
        conserved(run, len(messages), rejected=0)
        print(f"# figure: real logs: {len(messages)} messages, {len(alerts.last)} documents in {len(alerts.messages)} versions")


def simulated_feeds_end_as_replay_says_and_as_it_was(kafka):
    with Place(kafka) as place:
        messages, truth = feeds.simulated(11, documents.now(), 3000)
        feeds.produce_by_kcat(kafka, place.prefix, messages, subprocess.run)
        run = place.run()
        alerts = place.agree(messages, run=run)
        true_to_life(alerts, truth)
        acted = feeds.acted(12, alerts.standing().values(), documents.now())
        place.produce(acted)
        wait_until(lambda: caught_up(place), "actions are read", watch=run.watch)
        alerts = place.agree(messages + acted, alerts=alerts, run=run)
        holds(any(document["notes"] for document in alerts.last.values()), "an action changed nothing")
        nothing_wrong(alerts)
        equal(documents.by_kcat(kafka, place.prefix) == alerts.standing(), True, "as kcat reads it")
        equal(run.stop(), 0, run.text()[-500:])
        conserved(run, len(messages + acted), rejected=0)
        before = len(alerts.messages)
        again = place.run().ready()
        alerts = place.agree(messages + acted, alerts=alerts, run=again)
        equal(len(alerts.messages), before, "a restart alone published something")
        holds(again.events("shard_ready"), again.text())
        equal(again.stop(), 0, again.text()[-500:])


def whichever_feed_comes_first_the_end_is_the_same(kafka):
    messages, truth = feeds.simulated(13, documents.now(), 800)
    for first in ("incidents", "crimes"):
        with Place(kafka) as place:
            run = place.run().ready()
            place.produce([message for message in messages if message.feed == first])
            wait_until(lambda: caught_up(place), "the first feed is read", watch=run.watch)
            place.produce([message for message in messages if message.feed != first])
            alerts = place.agree(messages, run=run)
            nothing_wrong(alerts)
            equal(run.stop(), 0, run.text()[-500:])
            if first == "crimes":
                true_to_life(alerts, truth)


# ---- bad messages ----

def spoilt(chance, message):
    """A message that nobody can use, made of a good one: (bytes, what became of it)."""
    record = json.loads(message.value)
    kind = chance.choice(["cut", "not_json", "no_time", "bad_time", "future", "no_reference", "wrong_type", "empty", "deep", "bytes", "array"])
    if kind == "cut":
        return message.value[:chance.randrange(1, len(message.value) - 1)]
    if kind == "no_time":
        del record["event_at"]
    elif kind == "bad_time":
        record["event_at"] = "zq-time 25:61"
    elif kind == "future":
        record["event_at"] = feeds.text(documents.now() + 48 * feeds.HOUR)
    elif kind == "no_reference":
        record.pop("incident", record.pop("crime", None))
    elif kind == "wrong_type":
        record["event_at"] = {"zq": "time"}
    else:
        return {"not_json": b"zq-junk, no JSON", "empty": b" ", "deep": b"[" * 5000, "bytes": bytes(chance.randrange(256) for _ in range(300)),
                "array": b"[" + message.value + b"]"}[kind]
    return feeds.encoded(record)


def with_poison(seed, messages):
    """One in a hundred beside the good ones; gives back all, and the bad ones."""
    chance, mixed, bad = random.Random(seed), [], []
    for message in messages:
        mixed.append(message)
        if chance.random() < 0.01:
            bad.append(message._replace(value=spoilt(chance, message)))
            mixed.append(bad[-1])
    return mixed, bad


def headers_of(message):
    return {name: value.decode() for name, value in message.headers() or ()}


def one_in_a_hundred_is_poison_and_costs_only_itself(kafka):
    with Place(kafka) as place:
        messages, truth = feeds.simulated(17, documents.now(), 3000)
        mixed, bad = with_poison(18, messages)
        place.produce(mixed)
        run = place.run()
        alerts = place.agree(messages, run=run)
        true_to_life(alerts, truth)
        nothing_wrong(alerts)
        letters = place.topic("deadletters")
        wait_until(lambda: letters.refresh() is not None and len(letters.messages) >= len(bad), "the dead letters", watch=run.watch)
        equal(collections.Counter((letter.key(), letter.value()) for letter in letters.messages),
              collections.Counter((message.force.encode(), message.value) for message in bad), "dead letters are the bad messages, byte for byte")
        places = set()
        for letter in letters.messages:
            headers = headers_of(letter)
            equal([name for name in CONNECT if "__connect.errors." + name not in headers], [], "headers that Connect's tools read")
            told = json.loads(headers["cdiwatch.error"])
            holds(re.fullmatch("[a-z_]+", told["code"]) and "zq" not in str(headers), headers)
            places.add(tuple(headers["__connect.errors." + name] for name in ("topic", "partition", "offset")))
        equal(len(places), len(bad), "each says where it was")
        equal({place_of[0] for place_of in places} <= {place.prefix + name for name in ("incidents", "crimes")}, True, "topics")
        equal(len(run.events("rejected", "suppressed")) > 0, True, run.text()[-500:])
        equal(run.stop(), 0, run.text()[-500:])
        conserved(run, len(mixed), rejected=len(bad))
        print(f"# figure: poison: {len(bad)} of {len(mixed)} messages, {len(letters.messages)} dead letters")


def nothing_that_was_in_a_field_is_in_the_log(kafka):
    with Place(kafka) as place:
        messages, canaries = feeds.canaries(documents.now())
        place.produce(messages)
        run = place.run(level="debug")
        letters = place.topic("deadletters")
        wait_until(lambda: caught_up(place), "the messages are read", watch=run.watch)
        letters.refresh()
        holds(len(letters.messages) > 10, "the spoilt ones are dead letters")
        run.ready()
        equal(run.stop(), 0, run.text()[-500:])
        run = place.run(level="debug").ready()
        equal(run.stop(), 0, run.text()[-500:])
        said = "".join(each.text() for each in place.runs) + "".join(str(headers_of(letter)) for letter in letters.messages)
        equal([canary for canary in canaries if canary in said], [], "said in the log or in a header")
        holds(len(canaries) > 60, f"{len(canaries)} canaries")
        print(f"# figure: {len(canaries)} canaries in {len(messages)} messages, {len(said.splitlines())} lines of log")


run_all(tests_of(globals()))
