#!/usr/bin/python3
"""`rekey`: what a sender could not key comes under its force, exactly once, as it was; what cannot be decoded is a dead letter."""
import json
import os
import random
import signal
import subprocess
import time

import broker
import documents
from asking import Asked, ask
from broker import ROOT, wait_until
from runner import Place, run_all, tests_of
from desk import equal, holds

FORCES = ("dpp", "ken", "dsk", "gwt", "lan")
CANARY = "zq-canary"


def message(number, force=None):
    return {"force": force or FORCES[number % len(FORCES)], "incident": f"L-{number}", "event_at": "2026-11-04T21:14:05Z", "opened_as": "PSW-DOM"}


class Raw(Place):
    """Beside its topics, one that is keyed by anything but the force."""

    def __init__(self, kafka, parts=3, **more):
        super().__init__(kafka, **more)
        self.raw = self.prefix + "raw"
        kafka.create_topic(self.raw, parts, message_timestamp_type="CreateTime")
        wait_until(lambda: self.raw in kafka.admin().list_topics(timeout=30).topics, "the topic is there")

    def put(self, values, **more):
        producer = self.kafka.producer()
        for number, value in enumerate(values):
            data = value if isinstance(value, bytes) or value is None else json.dumps(value).encode()
            while True:
                try:
                    producer.produce(self.raw, data, f"system-{number}".encode(), **more)
                    break
                except BufferError:
                    producer.poll(0.1)
        equal(producer.flush(120), 0, "messages that were not sent")

    def words(self, *more, feed="incidents"):
        return ("rekey", "-c", self.config(kafka={"session.timeout.ms": 6000}), "--from", self.raw, "--feed", feed, *more)

    def start(self, instance):
        config = self.config(instance, kafka={"session.timeout.ms": 6000})
        with open(self.path("rekey.log"), "ab") as log:
            return subprocess.Popen([documents.PROGRAM, "rekey", "-c", config, "--from", self.raw, "--feed", "incidents"],
                                    stdout=log, stderr=log, cwd=ROOT)

    def said(self, event):
        if not os.path.exists(self.path("rekey.log")):
            return 0
        with open(self.path("rekey.log"), encoding="utf-8") as file:
            return file.read().count(f" {event}: ")

    def copied(self, name="incidents"):
        topic = self.topic(name)
        topic.refresh()
        topic.close()
        return topic.messages


def references(messages):
    return sorted(json.loads(each.value())["incident"] for each in messages)


def all_once(place, count):
    copied = place.copied()
    equal(len(copied), count)
    equal(references(copied), sorted(f"L-{number}" for number in range(count)))
    homes = {}
    for each in copied:
        equal(json.loads(each.value())["force"], each.key().decode())
        homes.setdefault(each.key(), set()).add(each.partition())
    equal([key for key, partitions in homes.items() if len(partitions) != 1], [], "forces in two partitions")


def a_message_comes_under_its_force_and_stays_as_it_was(kafka):
    with Raw(kafka, create_time=True) as place:
        odd = b' {"incident" : "L-0","force":"dpp",  "event_at":"2026-11-04T21:14:05Z"}\n'
        place.put([odd], headers=[("ce_id", b"77"), ("content-type", b"application/json"), ("empty", None)], timestamp=1793826845000)
        Asked(*place.words("--until-end")).gives(0, f"1 copied into {place.prefix}incidents, 0 to {place.prefix}deadletters, 0 deletions")
        [copy] = place.copied()
        equal((copy.key(), copy.value(), copy.timestamp()[1]), (b"dpp", odd, 1793826845000))
        equal(copy.headers(), [("ce_id", b"77"), ("content-type", b"application/json"), ("empty", None)])


def it_finds_partitions_as_java_clients_do(kafka):
    with Raw(kafka) as place:
        place.put([message(number) for number in range(50)])
        Asked(*place.words("--until-end")).gives(0)
        all_once(place, 50)
        keyed = {each.key(): each.partition() for each in place.copied()}
        for force in keyed:                     # kcat, told to do as Java does, puts them beside ours
            subprocess.run(["kcat", "-b", kafka.address, "-t", place.prefix + "crimes", "-P", "-k", force.decode(), "-X",
                            "topic.partitioner=murmur2_random"], input=b"{}", check=True, timeout=broker.LIMIT)
        equal({each.key(): each.partition() for each in place.copied("crimes")}, keyed)


def heartbeats_pass_deletions_do_not(kafka):
    with Raw(kafka) as place:
        place.put([{"force": "ken", "heartbeat": "niche", "at": "2026-11-04T21:14:05Z"}, None])
        Asked(*place.words("--until-end")).gives(0, "1 copied", "0 to", "1 deletions")
        [copy] = place.copied()
        equal(copy.key(), b"ken")


def what_cannot_be_decoded_is_a_dead_letter(kafka):
    with Raw(kafka, parts=1) as place:
        place.put([message(0), b"junk " + CANARY.encode(), {**message(1), "event_at": CANARY}, {"incident": CANARY}, message(1)])
        place.put([message(2)], headers=[("content-type", b"application/avro")])
        asked = Asked(*place.words("--until-end")).gives(65, "2 copied", "4 to")
        holds(CANARY not in asked.out + asked.said, "a value of a message was said")
        letters = {int(dict(each.headers())["__connect.errors.offset"]): each for each in place.copied("deadletters")}
        equal(sorted(letters), [1, 2, 3, 5])
        for offset, code, where in ((1, "not_json", ""), (2, "bad_time", "/event_at"), (5, "not_json", "header content-type")):
            headers = dict(letters[offset].headers())
            equal((headers["__connect.errors.topic"], headers["__connect.errors.partition"]), (place.raw.encode(), b"0"))
            equal(headers["__connect.errors.class.name"], code.encode(), offset)
            equal(json.loads(headers["cdiwatch.error"])["where"], where, offset)
        equal((letters[1].key(), letters[1].value()), (b"system-1", b"junk " + CANARY.encode()))
        equal(dict(letters[5].headers())["content-type"], b"application/avro")


def another_source_table_finds_the_force(kafka):
    with Raw(kafka) as place:
        table = place.file("ours.yaml", "name: ours\nfeeds:\n  incidents:\n    fields: {force: Police_Force, incident: Log, event_at: When}\n")
        place.put([{"Police_Force": "lan", "Log": "X-1", "When": "2026-11-04T21:14:05Z"}])
        Asked(*place.words("--until-end", "--source", table)).gives(0, "1 copied")
        equal([each.key() for each in place.copied()], [b"lan"])


def twenty_kills_copy_nothing_twice_and_lose_nothing(kafka):
    with Raw(kafka) as place:
        seed = int(os.environ.get("SEED", time.time_ns() % 100000))
        print(f"# SEED={seed}", flush=True)
        dice, each, kills = random.Random(seed), 2000, 20
        for kill in range(kills):
            place.put([message(number) for number in range(kill * each, (kill + 1) * each)])
            process, started = place.start("a"), place.said("copy_assigned")
            wait_until(lambda: place.said("copy_assigned") > started or process.poll() is not None, "it has its partitions", pause=0.01)
            time.sleep(dice.uniform(0, 0.3))
            equal(process.poll(), None, "it still runs")
            process.kill()
            process.wait()
        before = len(place.copied())
        Asked(*place.words("--until-end")).gives(0)
        all_once(place, kills * each)
        seen = documents.Topic(kafka, place.prefix + "incidents", isolation="read_uncommitted")
        seen.refresh()
        seen.close()
        print(f"# {kills} kills: {kills * each} copied once, {before} of them by those that were killed, {len(seen.messages) - kills * each} aborted",
              flush=True)


def two_share_the_work_and_one_takes_over(kafka):
    with Raw(kafka, parts=4) as place:
        both = [place.start("a"), place.start("b")]
        try:
            place.put([message(number) for number in range(1000)])
            wait_until(lambda: len(place.copied()) >= 1000, "all is copied", pause=0.5)
            both[0].kill()
            both[0].wait()
            place.put([message(number) for number in range(1000, 2000)])
            wait_until(lambda: len(place.copied()) >= 2000, "the other one has taken over", pause=0.5)
            both[1].send_signal(signal.SIGTERM)
            equal(both[1].wait(timeout=broker.LIMIT), 0)
        finally:
            for process in both:
                process.kill()
                process.wait()
        all_once(place, 2000)


def a_slip_is_said_before_anything_is_done(kafka):
    with Raw(kafka) as place:
        config = place.config()
        ask("rekey", config, "--from", place.prefix + "nowhere", "--feed", "incidents").gives(78, "nowhere: there is no such topic")
        ask("rekey", config, "--from", place.prefix + "crimes", "--feed", "incidents").gives(78, "topics.crimes")
        ask("rekey", config, "--from", place.raw, "--feed", "incident").gives(64, "--feed is incidents, crimes or actions")
        ask("rekey", config, "--from", place.raw, "--feed", "incidents", "--source", "strom").gives(78, "did you mean storm?")
        ask("rekey", config, "--feed", "incidents").gives(64, "--from TOPIC is missing")


run_all(tests_of(globals()))
