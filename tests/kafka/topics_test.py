#!/usr/bin/python3
"""`topics --create` makes what `topics --check` finds right; what differs is said with what to do."""
from confluent_kafka.admin import ConfigResource

import broker
from asking import Asked, ask
from runner import Place, run_all, tests_of
from desk import equal, holds

TOPICS = ("incidents", "crimes", "actions", "alerts", "changelog", "lists", "deadletters", "audit", "probe")
DEMANDED = [    # topic, setting, a value that will not do, the one that will
    *((name, "cleanup.policy", "compact", "delete") for name in broker.INPUTS + ("deadletters", "audit")),
    *((name, "cleanup.policy", "delete", "compact") for name in ("alerts", "changelog", "lists")),
    ("changelog", "cleanup.policy", "compact,delete", "compact"),
    *((name, "message.timestamp.type", "CreateTime", "LogAppendTime") for name in broker.INPUTS + ("probe",)),
    *((name, "max.message.bytes", "1048588", least) for name, least in
      (("alerts", "16777216"), ("changelog", "4194304"), ("deadletters", "2097152"))),
]
ADVISED = [
    *((name, "retention.ms", "86400000", "3024000000") for name in broker.INPUTS + ("deadletters",)),
    ("audit", "retention.ms", "3024000000", "63072000000"),
]
FREE = [        # as good, or nobody's business
    *((name, "retention.ms", "-1") for name in broker.INPUTS), ("alerts", "message.timestamp.type", "CreateTime"),
    ("probe", "retention.ms", "7200000"), ("deadletters", "max.message.bytes", "3000000"),
]



def settings_of(admin, name):
    """Those that were given to the topic, not the broker's own."""
    described = next(iter(admin.describe_configs([ConfigResource("topic", name)]).values())).result()
    return {key: entry.value for key, entry in described.items() if entry.source == 1}         # DYNAMIC_TOPIC_CONFIG


def give(admin, name, settings):
    next(iter(admin.alter_configs([ConfigResource("topic", name, set_config=settings)]).values())).result()
    broker.wait_until(lambda: settings_of(admin, name) == settings, "the broker knows of the settings")


def each_changed(place, rows):
    """Asks --check once for each row, with that setting changed, and then put back."""
    admin = place.kafka.admin()
    for name, setting, value, *more in rows:
        made = settings_of(admin, place.prefix + name)
        give(admin, place.prefix + name, {**made, setting: value})
        yield name, setting, value, *more, ask("topics", place.config(), "--check")
        give(admin, place.prefix + name, made)


def what_is_made_is_as_it_should_be(kafka):
    with Place(kafka, make=False) as place:
        ask("topics", place.config(), "--check").gives(78, *(f"{place.prefix}{name}: there is no such topic" for name in TOPICS))
        made = ask("topics", place.config(), "--create").gives(0)
        equal(len(made.lines(": made, ")), 9, made.out)
        right = ask("topics", place.config(), "--check").gives(0)
        equal((len(right.lines(": as it should be")), right.said), (9, ""), right.out)
        again = ask("topics", place.config(), "--create").gives(0)
        equal((len(again.lines(": there already, ")), len(again.lines(": made, "))), (9, 0), again.out)


def only_what_is_missing_is_made(kafka):
    with Place(kafka, make=False) as place:
        kafka.create_topic(place.prefix + "crimes", 2)
        made = ask("topics", place.config(), "--create").gives(0, f"{place.prefix}crimes: there already, 2 partitions")
        equal(len(made.lines(": made, 4 partitions")) + len(made.lines(": made, 1 partition")), 8, made.out)


def what_would_stop_run_is_a_problem(kafka):
    with Place(kafka, make=False) as place:
        ask("topics", place.config(), "--create").gives(0)
        for name, setting, value, wanted, asked in each_changed(place, DEMANDED):
            asked.gives(78)
            lines = asked.complaints
            equal(len(lines), 1, (name, setting, lines))
            for word in (f"{place.prefix}{name}: {setting} is {value}, not {wanted}", "kafka-configs.sh", f"--entity-name {place.prefix}{name}",
                         f"--add-config {setting}={wanted}"):
                holds(word in lines[0], f"{word!r} is not in {lines[0]}")
        ask("topics", place.config(), "--check").gives(0)


def producer_time_can_be_allowed(kafka):
    with Place(kafka, create_time=True) as place:
        refused = ask("topics", place.config(allow_create_time=False), "--check").gives(78, "message.timestamp.type", "allow_create_time: true")
        equal(len(refused.said.splitlines()), 3, refused.said)
        ask("topics", place.config(allow_create_time=True), "--check").gives(0)


def what_could_be_better_is_advice(kafka):
    with Place(kafka, make=False) as place:
        ask("topics", place.config(), "--create").gives(0)
        for name, setting, value, wanted, asked in each_changed(place, ADVISED):
            asked.gives(0)
            lines = asked.lines("advice")
            equal((len(lines), asked.said), (1, ""), asked.out)
            holds(f"{place.prefix}{name}: advice: {setting} is {value}, not {wanted} or more" in lines[0], lines[0])
            holds(f"{place.prefix}{name}: " in asked.out and "will do" in asked.out, asked.out)
        for name, setting, value, asked in each_changed(place, FREE):
            asked.gives(0)
            equal(asked.lines("advice"), [], (name, setting, value))


def partitions_that_do_not_fit_are_said_with_what_to_do(kafka):
    with Place(kafka, crimes=3) as place:       # the three inputs differ
        asked = ask("topics", place.config(), "--check").gives(78, f"{place.prefix}crimes: has 3 partitions, but topics.partitions says 4",
                                                                  "make it anew with 4 partitions")
        equal(len(asked.complaints), 1, asked.said)
    with Place(kafka, partitions=3) as place:   # they agree: it is the configuration that is wrong
        asked = ask("topics", place.config(partitions=4), "--check").gives(78)
        equal((len(asked.lines("say topics.partitions: 3")), len(asked.complaints)), (3, 3), asked.said)
        equal(asked.lines("--alter"), [], "nobody is told to add partitions to the others for a number that is wrong")
    with Place(kafka, partitions=3, alerts=2) as place:         # and one of the others does not even fit the inputs
        ask("topics", place.config(partitions=4), "--check").gives(78, f"{place.prefix}alerts: has 2 partitions and needs 3")
    with Place(kafka, changelog=2, alerts=6) as place:
        asked = ask("topics", place.config(), "--check").gives(78, f"--alter --topic {place.prefix}changelog --partitions 4")
        equal(len(asked.complaints), 1, asked.said)


def more_copies_than_brokers_are_not_made(kafka):
    with Place(kafka, make=False) as place:
        config = place.config()
        with open(config, encoding="utf-8") as file:
            text = file.read().replace("replication: 1", "replication: 3")
        asked = ask("topics", place.file("three.yaml", text), "--create").gives(78, "replication", "look at topics.replication")
        equal(len(asked.complaints), 9, asked.said)
    with Place(kafka) as place:
        with open(place.config(), encoding="utf-8") as file:
            text = file.read().replace("replication: 1", "replication: 3")
        asked = ask("topics", place.file("three.yaml", text), "--check").gives(0)
        equal(len(asked.lines("has 1 copy of each partition, and topics.replication says 3")), 9, asked.out)
        equal(asked.lines("min.insync"), [], "with one copy, two that are in sync can never be")


def create_and_check_exclude_each_other(kafka):
    del kafka
    Asked("topics", "-c", "nowhere").gives(64, "say --create or --check")
    Asked("topics", "-c", "nowhere", "--create", "--check").gives(64, "exclude each other")


run_all(tests_of(globals()))
