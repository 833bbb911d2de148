#!/usr/bin/python3
"""The view of a running daemon is what the topic of alerts says: after kill -9, without its file, with a wrong one, after tombstones and
compaction, and on a topic that was made anew.  Prints TAP."""
import contextlib
import json
import os
import sqlite3
import urllib.request

from confluent_kafka.admin import ConfigResource

import documents
import feeds
from broker import wait_until
from runner import Place, run_all, tests_of
from desk import equal, holds


def told(place):
    """What the topic ends with: {key: data object}."""
    topic, last = place.topic("alerts"), {}
    for message in topic.refresh():
        key = message.key().decode()
        if message.value() is None:
            last.pop(key, None)
            continue
        event = json.loads(message.value())
        if event["type"] not in ("cdiwatch.alert.v1", "cdiwatch.feed.v1"):
            continue
        data = event["data"]
        bytes_of = message.value()[message.value().index(b'"data":') + 7:-1]
        if key not in last or data["version"] >= last[key][0]:
            last[key] = (data["version"], bytes_of)
    topic.close()
    place.readers.remove(topic)
    return {key: value for key, (_, value) in last.items()}


def shown(path):
    """What the view says, read by a SQLite that nobody here wrote; None: there is none that can be read now."""
    try:
        with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=30)) as view:
            holds(view.execute("PRAGMA integrity_check").fetchone() == ("ok",), "SQLite finds it damaged")
            found = {f"{force}/{alert}": value for force, alert, value in
                     view.execute("SELECT a.force, a.alert, d.bytes FROM alert a JOIN document d USING (n)")}
            found.update((f"{force}/feed/{feed}", value) for force, feed, value in view.execute("SELECT force, feed, bytes FROM feed"))
            return found
    except sqlite3.OperationalError:
        return None


def view_of(place, instance="a"):
    return place.path(instance + "-view.sqlite")


def same(place, run, least=1):
    """Waits until the view is what the topic is."""
    seen = {}

    def equals():
        seen["topic"], seen["view"] = told(place), shown(view_of(place))
        return seen["topic"] == seen["view"] and len(seen["topic"]) >= least
    try:
        wait_until(equals, "the view is what the topic says", 90, pause=0.3, watch=run.watch)
    except AssertionError as problem:
        view = seen["view"] or {}
        raise AssertionError(f"{problem}: {len(seen['topic'])} on the topic, {len(view)} in the view, "
                             f"{sum(view.get(key) != value for key, value in seen['topic'].items())} differ: {run.text()[-500:]}") from problem
    return seen["view"]


def status(run):
    address = run.wait_for("http_listening").words.removeprefix("http://")
    with urllib.request.urlopen(f"http://{address}/api/v1/status", timeout=60) as answer:
        return json.load(answer)["view"]


def filled(place, seed, count=400):
    """A daemon that has published about so many logs, and its view."""
    messages, _ = feeds.simulated(seed, documents.now(), count)
    place.produce(messages)
    run = place.run().ready()
    place.agree(messages, run=run)
    return messages, run


def the_view_is_what_the_topic_says_and_says_how_far_it_is(kafka):
    with Place(kafka) as place:
        messages, run = filled(place, 71)
        alerts = same(place, run, 20)
        wait_until(lambda: status(run)["level"], "the view says that it is level", watch=run.watch)
        said = status(run)
        holds(said["applied"] >= len(alerts) and said["problem"] is None and said["rebuilt"] == 0 and said["level_at"] and said["newest_at"], said)
        equal([len(run.events(name)) for name in ("view_made", "view_rebuilt", "view_malformed", "view_waits")], [1, 0, 0, 0])
        equal(os.stat(view_of(place)).st_mode & 0o777, 0o600)
        more, _ = feeds.simulated(72, documents.now(), 200)
        place.produce(more)
        place.agree(messages + more, run=run)
        same(place, run, len(alerts))
        equal(run.stop(), 0, run.text()[-500:])
        holds("cut_short" not in run.text(), run.text()[-500:])


def killed_in_the_middle_it_goes_on_where_it_was(kafka):
    with Place(kafka) as place:
        messages, truth = feeds.simulated(73, documents.now(), 3000)
        place.produce(messages)
        made = 0
        for turn in range(6):
            run = place.run()
            wait_until(lambda: (shown(view_of(place)) or {}) if turn else run.events("view_made"), "the view is being filled", watch=run.watch)
            run.kill()
            made += len(run.events("view_made"))
            equal(run.events("view_rebuilt"), [])
        equal(made, 1)
        run = place.run().ready()
        place.agree(messages, run=run)
        same(place, run, 100)
        equal(len(run.events("view_made", "view_rebuilt")), 0)
        holds(truth, "there is something to be told")


def a_file_that_is_gone_or_wrong_is_made_anew(kafka):
    def deleted(path):
        os.remove(path)

    def of_another_version(path):
        with contextlib.closing(sqlite3.connect(path)) as view:
            view.execute("PRAGMA user_version = 99")

    def foreign(path):
        with open(path, "wb") as file:
            file.write(b"no database at all\n" * 1000)

    def cut(path):
        os.truncate(path, os.path.getsize(path) // 2)

    with Place(kafka) as place:
        _, run = filled(place, 74)
        before = same(place, run, 20)
        for spoil, event, words in ((deleted, "view_made", "no view yet"), (of_another_version, "view_rebuilt", "version 99"),
                                    (foreign, "view_rebuilt", "not a database"), (cut, "view_rebuilt", "malformed")):
            equal(run.stop(), 0, run.text()[-500:])
            spoil(view_of(place))
            run = place.run().ready()
            said = run.wait_for(event)
            holds(words in said.line, said.line)
            equal(same(place, run, 20), before)
            equal(len(run.events("view_made", "view_rebuilt")), 1)
            equal(status(run)["rebuilt"], int(event == "view_rebuilt"))


def deleted_while_it_runs_it_is_made_anew(kafka):
    with Place(kafka) as place:
        _, run = filled(place, 75)
        before = same(place, run, 20)
        os.remove(view_of(place))
        holds("was deleted" in run.wait_for("view_rebuilt").line, run.text()[-500:])
        equal(same(place, run, 20), before)
        wait_until(lambda: status(run)["level"], "the view says that it is level", watch=run.watch)


def tombstones_delete_and_a_compacted_topic_gives_the_same(kafka):
    with Place(kafka) as place:
        _, run = filled(place, 76)
        before = same(place, run, 20)
        gone = sorted(before)[::3]
        admin, name = kafka.admin(), place.prefix + "alerts"
        brisk = {"segment.ms": "1000", "min.cleanable.dirty.ratio": "0.001", "delete.retention.ms": "100", "cleanup.policy": "compact",
                 "max.message.bytes": str(16 * 1024 * 1024)}
        for future in admin.alter_configs([ConfigResource(ConfigResource.Type.TOPIC, name, set_config=brisk)]).values():
            future.result()
        homes = {message.key().decode(): message.partition() for message in place.alerts().refresh()}
        producer = kafka.producer()
        for key in gone:
            producer.produce(name, None, key, partition=homes[key])
        producer.flush(60)
        wait_until(lambda: not set(gone) & set(shown(view_of(place)) or gone), "what was deleted is gone from the view", watch=run.watch)
        equal({key: value for key, value in before.items() if key not in gone}, shown(view_of(place)))
        equal(run.stop(), 0)

        def compacted():
            for partition in range(place.partitions):   # only what is in closed segments is compacted
                producer.produce(name, json.dumps({"type": "cdiwatch.test.v1"}), "test/none", partition=partition)
            producer.flush(60)
            topic = place.topic("alerts")
            keys = [message.key().decode() for message in topic.refresh()]
            return not set(keys) & set(gone)
        wait_until(compacted, "the broker has compacted the topic", 180, pause=3)
        os.remove(view_of(place))
        run = place.run().ready()
        equal(same(place, run), {key: value for key, value in before.items() if key not in gone})
        holds(status(run)["skipped"] >= 1, "types that are not shown are counted")


def a_topic_that_was_made_anew_is_shown_as_it_is_now(kafka):
    with Place(kafka) as place:
        _, run = filled(place, 77)
        same(place, run, 20)
        equal(run.stop(), 0)
        name = place.prefix + "alerts"
        kafka.delete_topics(name)
        place.command("topics", "--create", "-c", place.config("making"))
        run = place.run().ready()
        holds("is not there (any more)" in run.wait_for("view_rebuilt").line, run.text()[-500:])
        wait_until(lambda: shown(view_of(place)) == told(place), "the view is what the topic is now", watch=run.watch)


if __name__ == "__main__":
    run_all(tests_of(globals()))
