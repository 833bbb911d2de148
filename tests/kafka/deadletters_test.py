#!/usr/bin/python3
"""`deadletters`: a list without values, one letter as it is, and messages sent back to where they came from."""
import json
import re
import subprocess

import broker
import documents
from asking import Asked
from broker import ROOT, wait_until
from runner import Place, run_all, tests_of
from desk import equal, holds

CANARY = "zq-canary"
JUNK = b"junk " + CANARY.encode() + b" \x00\x1b[31m"
LINE = re.compile(r"(\d+:\d+)  (\d{4}-\d\d-\d\dT[0-9:.]+Z)  (\S+) (\d+) (\d+)  (\S+)  (.*)")


class Desk(Place):
    """Letters as rekey writes them: it is the quickest to be asked for some."""

    def __init__(self, kafka, **more):
        super().__init__(kafka, **more)
        self.raw = self.prefix + "raw"
        kafka.create_topic(self.raw, 3)
        wait_until(lambda: self.raw in kafka.admin().list_topics(timeout=30).topics, "the topic is there")

    def put(self, value, partition=2, topic=None, **more):
        producer = self.kafka.producer()
        producer.produce(topic or self.raw, value, partition=partition, **more)
        equal(producer.flush(60), 0)

    def rekey(self):
        return Asked("rekey", "-c", self.config(), "--from", self.raw, "--feed", "incidents", "--until-end")

    def ask(self, *words):
        return Asked("deadletters", *words, "-c", self.config())

    def listed(self, *words):
        """The list's lines in columns: place, time, topic, partition, offset, code, where."""
        asked = self.ask("list", *words).gives(0)
        holds(CANARY not in asked.out + asked.said, "the list holds a value")
        found = [LINE.fullmatch(line) for line in asked.out.splitlines()]
        holds(all(found), asked.out)
        return [match.groups() for match in found]

    def raws(self):
        topic = documents.Topic(self.kafka, self.raw)
        topic.refresh()
        topic.close()
        return topic.messages

    def letters(self):
        """Three: two that cannot be decoded, with a message that can between them, and one with a header that says what it is."""
        self.put(JUNK, key=b"their-key", headers=[("ce_id", b"77"), ("odd\x1b", b"\x1b]0;title\x07")])
        self.put(json.dumps({"force": "dpp", "incident": "L-1", "event_at": "2026-11-04T21:14:05Z"}).encode())
        self.put(json.dumps({"force": "dpp", "incident": "L-2", "event_at": CANARY}).encode(), key=b"other-key")
        self.put(b"{}", headers=[("content-type", b"application/avro")])
        self.rekey().gives(65, "1 copied", "3 to")


def the_list_says_what_and_where_and_never_a_value(kafka):
    with Desk(kafka) as desk:
        equal(desk.listed(), [])
        desk.letters()
        rows = sorted(desk.listed(), key=lambda row: int(row[4]))
        equal([row[2:] for row in rows], [(desk.raw, "2", "0", "not_json", "-"), (desk.raw, "2", "2", "bad_time", "/event_at"),
                                          (desk.raw, "2", "3", "not_json", "header content-type")])
        equal([row[5] for row in desk.listed("--code", "bad_time")], ["bad_time"])
        equal(desk.listed("--code", "too_large"), [])


def a_letter_is_shown_without_its_value_unless_asked(kafka):
    with Desk(kafka) as desk:
        desk.letters()
        place = next(row[0] for row in desk.listed() if row[4] == "0")
        shown = desk.ask("show", place).gives(0, f"letter: {place}", f"__connect.errors.topic: {desk.raw}", "__connect.errors.partition: 2",
                                              "__connect.errors.offset: 0", "__connect.errors.class.name: not_json", "ce_id: 77",
                                              "key: 9 bytes", f"value: {len(JUNK)} bytes")
        holds(CANARY not in shown.out + shown.said, "a value was shown")
        holds("\x1b" not in shown.out, "a terminal would obey")
        whole = subprocess.run([documents.PROGRAM, "deadletters", "show", place, "--value", "-c", desk.config()], capture_output=True,
                               check=True, cwd=ROOT, timeout=broker.LIMIT).stdout
        holds(whole.endswith(b"\n\n" + JUNK + b"\n"), whole)


def a_message_goes_back_as_it_was_to_where_it_was(kafka):
    with Desk(kafka) as desk:
        desk.letters()
        before = desk.raws()
        place = next(row[0] for row in desk.listed() if row[4] == "0")
        desk.ask("replay", place).gives(0, f"{place} sent back to {desk.raw}", "1 sent back, 0 not")
        [again] = desk.raws()[len(before):]
        first = before[0]
        equal((again.partition(), again.key(), again.value(), again.headers()), (2, b"their-key", JUNK, first.headers()))
        equal(len(desk.listed()), 3, "letters stay")


def all_are_sent_back_and_those_that_fail_again_are_new_letters(kafka):
    with Desk(kafka) as desk:
        desk.letters()
        desk.ask("replay", "--all", "--code", "bad_time").gives(0, "1 sent back, 0 not")
        desk.ask("replay", "--all").gives(0, "3 sent back, 0 not")
        equal(len(desk.raws()), 8)
        desk.rekey().gives(65, "0 copied", "4 to")
        rows = desk.listed()
        equal((len(rows), sorted(row[4] for row in rows)), (7, ["0", "2", "3", "4", "5", "6", "7"]))
        # As it came the second time, so it left: one set of our headers, not two.
        [twice] = [row[0] for row in rows if row[4] == "4"]
        shown = desk.ask("show", twice).gives(0)
        equal(len(shown.lines("__connect.errors.topic")), 1, shown.out)


def what_is_no_letter_is_not_sent_anywhere(kafka):
    with Desk(kafka) as desk:
        ours = desk.prefix + "deadletters"
        where = {"__connect.errors.partition": b"0"}
        strange = [{}, {"__connect.errors.topic": desk.raw.encode()}, {**where, "__connect.errors.topic": b""},
                   {**where, "__connect.errors.topic": (desk.prefix + "alerts").encode()},
                   {**where, "__connect.errors.topic": (desk.prefix + "changelog").encode()},
                   {**where, "__connect.errors.topic": (desk.prefix + "gone").encode()},
                   {**where, "__connect.errors.topic": b"\x1b[2J"},
                   {"__connect.errors.topic": desk.raw.encode(), "__connect.errors.partition": b"-1"},
                   {"__connect.errors.topic": desk.raw.encode(), "__connect.errors.partition": b"99999999999"}]
        for headers in strange:
            desk.put(b"{}", topic=ours, partition=0, headers=list(headers.items()))
        asked = desk.ask("replay", "--all").gives(65, f"0 sent back, {len(strange)} not")
        equal(len(asked.lines("is not sent back")), len(strange), asked.said)
        holds("\x1b" not in asked.said + asked.out, "a terminal would obey")
        equal(desk.raws(), [])
        holds(desk.prefix + "gone" not in kafka.admin().list_topics(timeout=30).topics, "a topic was made")
        listed = desk.ask("list").gives(0)
        holds(len(listed.out.splitlines()) == len(strange) and "\x1b" not in listed.out, listed.out)


def a_place_without_a_letter_is_said(kafka):
    with Desk(kafka) as desk:
        desk.letters()
        desk.ask("show", "0:77").gives(65, f"{desk.prefix}deadletters holds no letter at 0:77")
        desk.ask("show", "77:0").gives(65, "there is no partition 77; it has 4")
        there = desk.listed()[0][0]
        desk.ask("replay", "0:77", there).gives(65, "holds no letter at 0:77", f"{there} sent back", "1 sent back, 1 not")


def wrong_words_are_refused(kafka):
    with Desk(kafka) as desk:
        for words, said in ((("lst",), "list, show or replay"), (("list", "0:1"), "takes no letters"), (("list", "--value"), "takes no letters"),
                            (("show",), "one PARTITION:OFFSET"), (("show", "0:1", "0:2"), "one PARTITION:OFFSET"), (("show", "0"), "PARTITION:OFFSET"),
                            (("show", "0:x"), "PARTITION:OFFSET"), (("show", "-1:0"), "PARTITION:OFFSET"), (("show", "0:1", "--all"), "one PARTITION:OFFSET"),
                            (("replay",), "or --all"), (("replay", "--all", "0:1"), "all of them"), (("replay", "0:1", "--code", "bad_time"), "or --all"),
                            (("list", "--code", "bad"), "no such code"), (("show", "99999999999999999999:0"), "PARTITION:OFFSET")):
            equal(desk.ask(*words).gives(64, said).out, "", words)


run_all(tests_of(globals()))
