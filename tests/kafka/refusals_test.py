#!/usr/bin/python3
"""What would make answers wrong stops it loudly: the exit status, and words that say what is wrong, where, and what to do."""
import json

from confluent_kafka import Consumer, TopicPartition

import documents
import feeds
from runner import Place, run_all, tests_of
from desk import equal, holds


def errors(run):
    """What it says in errors, with what they are about."""
    return " ".join(event.line for event in run.events() if event.level == "error")


def says(run, *words):
    said = errors(run)
    holds(said, run.text()[-700:])
    for word in words:
        holds(word in said, f"{word!r} is not in: {said}")


def refused(place, run, *words, status=78):
    equal(run.wait(), status, run.text()[-700:])
    says(run, *words)


def a_force_in_two_partitions_stops_its_shard_and_no_other(kafka):
    with Place(kafka) as place:
        messages, _ = feeds.simulated(51, documents.now(), 200, forces=("dpp", "ken"))
        place.produce(messages)
        stray = next(message for message in messages if (message.feed, message.force) == ("incidents", "dpp"))
        foreign = next(message for message in messages if (message.feed, message.force) == ("incidents", "ken"))
        producer = kafka.producer()
        producer.produce(place.prefix + "incidents", stray.value, stray.force, partition=1)
        producer.flush(60)
        run = place.run()
        equal(run.wait_for("shard_stopped").about["shard"], "1")
        says(run, place.prefix + "incidents", "partition 1", "offset 0", "belongs in partition 2", "murmur2_random", "rekey")
        place.agree(messages, run=run)          # the others go on
        for partition, message in ((0, stray), (3, stray), (2, foreign)):
            producer.produce(place.prefix + "incidents", message.value, message.force, partition=partition)
        producer.flush(60)
        refused(place, run, "belongs in partition 0 of 4")
        # Nothing was read past it: the next start says the same.
        again = place.run()
        refused(place, again, "partition 1", "offset 0", "belongs in partition 2")


def unequal_numbers_of_partitions(kafka):
    with Place(kafka, crimes=3) as place:
        refused(place, place.run(), place.prefix + "crimes", "3", "4", "partitions")


def producer_time_on_an_input(kafka):
    with Place(kafka, create_time=True) as place:
        refused(place, place.run(allow_create_time=False), place.prefix + "incidents", "LogAppendTime", "message.timestamp.type")


def a_topic_that_is_not_there(kafka):
    with Place(kafka, make=False) as place:
        refused(place, place.run(), place.prefix + "incidents", "topics --create")


def a_position_that_the_broker_does_not_have(kafka):
    with Place(kafka, partitions=1) as place:
        messages, _ = feeds.simulated(52, documents.now(), 100, forces=("dpp",))
        place.produce(messages)
        committer = Consumer({"bootstrap.servers": kafka.address, "group.id": place.prefix + "group", "enable.auto.commit": False})
        committer.commit(offsets=[TopicPartition(place.prefix + "incidents", 0, 100000)], asynchronous=False)
        committer.close()
        refused(place, place.run(), place.prefix + "incidents", "partition 0", "offset", "reset-offsets")


def a_state_record_that_is_not_ours(kafka):
    with Place(kafka, partitions=1) as place:
        producer = kafka.producer()
        producer.produce(place.prefix + "changelog", json.dumps({"somebody": "else"}).encode(), b"dpp/incident/X")
        producer.flush(60)
        refused(place, place.run(), place.prefix + "changelog", "offset 0", status=65)


run_all(tests_of(globals()))
