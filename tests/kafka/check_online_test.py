#!/usr/bin/python3
"""`check -c FILE` asks Kafka: what it says of each thing that can be wrong, its exit status, and that it leaves nothing behind."""
import broker
import documents
from asking import Asked, ask, drop
from confluent_kafka import Consumer, TopicPartition
from runner import Place, run_all, tests_of
from desk import equal, holds
from ports import free_ports

WRITTEN = ("alerts", "changelog", "lists", "deadletters", "audit", "probe")
READ = broker.INPUTS + ("alerts", "changelog")
USER = "limited"


def secured(place, user=USER, **more):
    """The configuration of somebody who has only the rights that he was given; his password is in a file."""
    login = {**place.kafka.login(user), **more}
    address, password = login.pop("bootstrap.servers"), login.pop("sasl.password")
    with open(place.config(kafka={**login, "sasl.password": "{file: " + place.file("password", password) + "}"}), encoding="utf-8") as file:
        text = file.read().replace(place.kafka.address, address)
    return place.file("secured.yaml", text)


def all_is_well(kafka):
    with Place(kafka) as place:
        asked = ask("check", place.config()).gives(0, "kafka: it answers")
        equal(asked.complaints, [])


def a_broker_that_is_down(kafka):
    with Place(kafka) as place:
        port = free_ports(1)[0]
        with open(place.config(), encoding="utf-8") as file:
            text = file.read().replace(kafka.address, f"127.0.0.1:{port}")
        asked = ask("check", place.file("down.yaml", text)).gives(69, "Kafka does not answer (tried for 10 s)", f"127.0.0.1:{port}", "Connection refused",
                                                                  "bootstrap.servers")
        equal(len(asked.complaints), 1, asked.said)


def offline_asks_nobody(kafka):
    with Place(kafka) as place:
        with open(place.config(), encoding="utf-8") as file:
            text = file.read().replace(kafka.address, f"127.0.0.1:{free_ports(1)[0]}")
        Asked("check", "--offline", "-c", place.file("down.yaml", text)).gives(0)


def a_topic_that_is_missing(kafka):
    with Place(kafka) as place:
        drop(kafka, place.prefix + "changelog")
        asked = ask("check", place.config()).gives(78, f"{place.prefix}changelog: there is no such topic", "topics --create", "topics.changelog")
        equal(len(asked.complaints), 1, asked.said)


def a_wrong_number_of_partitions(kafka):
    with Place(kafka, partitions=3) as place:
        asked = ask("check", place.config(partitions=4)).gives(78)
        equal(len(asked.lines("has 3 partitions, as the other inputs have, but topics.partitions says 4; say topics.partitions: 3")), 3, asked.said)


def unequal_numbers_of_partitions(kafka):
    with Place(kafka, actions=5) as place:
        asked = ask("check", place.config()).gives(78, f"{place.prefix}actions: has 5 partitions, but topics.partitions says 4", "same number")
        equal(len(asked.complaints), 1, asked.said)


def producer_time_on_the_inputs(kafka):
    with Place(kafka, create_time=True) as place:
        asked = ask("check", place.config(allow_create_time=False)).gives(78)
        equal(len(asked.lines("message.timestamp.type is CreateTime, not LogAppendTime")), 3, asked.said)
        ask("check", place.config(allow_create_time=True)).gives(0)


def several_things_at_once_are_all_said(kafka):
    with Place(kafka, crimes=3, create_time=True) as place:
        drop(kafka, place.prefix + "lists")
        asked = ask("check", place.config(allow_create_time=False)).gives(78, f"{place.prefix}crimes: has 3", f"{place.prefix}lists: there is no")
        equal(len(asked.lines("CreateTime")), 3, asked.said)


def a_wrong_password(kafka):
    with Place(kafka) as place:
        config = secured(place, **{"sasl.password": "wrong-Zq9"})
        asked = ask("check", config).gives(77, "Kafka does not let us in", "Authentication failed", "sasl.*")
        holds("wrong-Zq9" not in asked.out + asked.said, "a password was said")


def each_right_that_is_missing(kafka):
    """Rights are given one after the other; after each, exactly what is still missing is said."""
    with Place(kafka) as place:
        config, prefix, group = secured(place), place.prefix, place.prefix + "group"

        def missing(*wanted):
            asked = ask("check", config).gives(77)
            said = asked.complaints
            equal(len(said), len(wanted), said)
            for words in wanted:
                holds(any(all(word in line for word in words) for line in said), f"{words} are not in one line of {said}")
            holds(broker.USERS[USER] not in asked.out + asked.said, "a password was said")

        def allow(*words):
            kafka.allow(USER, *words)

        def topics(names):
            return [word for name in names for word in ("--topic", prefix + name)]

        transaction = ("Transactional Id authorization failed", f"Write and Describe on the transactional ids that begin with {group}.")
        every = [f"{prefix}{name}:" for name in (*broker.INPUTS, *WRITTEN)]
        missing(transaction, *((name, "Topic authorization failed; our user needs Describe on the topic") for name in every))
        allow("--operation", "Describe", *topics((*broker.INPUTS, *WRITTEN)))
        read = [(f"{prefix}{name}:", "cannot read: ", "our user needs Read on the topic") for name in READ]
        missing(transaction, *read, *((name, "our user needs DescribeConfigs on the topic") for name in every))
        allow("--operation", "DescribeConfigs", *topics((*broker.INPUTS, *WRITTEN)))
        missing(transaction, *read)
        allow("--operation", "Write", "--operation", "Describe", "--transactional-id", group + ".", "--resource-pattern-type", "prefixed")
        write = [(f"{prefix}{name}:", "cannot write: ", "our user needs Write on the topic") for name in WRITTEN]
        missing(*read, *write)
        allow("--operation", "Read", *topics(READ))
        in_group = ("Group authorization failed; our user needs Read on the consumer group " + group,)
        missing(in_group, *write)
        allow("--operation", "Write", *topics(WRITTEN[1:]))
        missing(in_group, write[0])
        allow("--operation", "Write", *topics(WRITTEN[:1]))
        missing(in_group)
        allow("--operation", "Read", "--group", group)
        ask("check", config).gives(0, "kafka: it answers")


def nothing_is_left_behind(kafka):
    with Place(kafka) as place:
        for _ in range(2):
            ask("check", place.config()).gives(0)
        for name in WRITTEN:
            topic = documents.Topic(kafka, place.prefix + name)
            topic.refresh()
            equal(len(topic.messages), 0, name)
            topic.close()
        consumer = Consumer({"bootstrap.servers": kafka.address, "group.id": place.prefix + "group", "log_level": 2})
        found = consumer.committed([TopicPartition(place.prefix + name, 0) for name in READ], timeout=60)
        consumer.close()
        equal([each.offset for each in found], [-1001] * len(READ), "offsets of the group")


def it_can_be_asked_while_run_runs(kafka):
    with Place(kafka) as place:
        run = place.run().ready()
        for _ in range(3):
            ask("check", place.config(instance="b")).gives(0)
        run.watch()
        equal(run.events("commit_failed", "session_ended"), [])
        equal(run.stop(), 0, run.text()[-500:])


run_all(tests_of(globals()))
