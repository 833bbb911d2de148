"""What came out: a reader of the alerts that sees only what is committed, and the oracle (`cdiwatch replay` of the same messages)."""
import collections
import datetime
import json
import os
import subprocess

from confluent_kafka import Consumer, KafkaError, TopicPartition

from broker import ROOT
from feeds import text

PROGRAM = os.path.join(ROOT, os.environ.get("BUILD", "build"), "cdiwatch")
PASSING = (KafkaError._ALL_BROKERS_DOWN, KafkaError._TRANSPORT, KafkaError._RESOLVE)     # a broker that is being restarted
GONE = ("superseded", "not_disclosed")          # what was last said of a report that is none any more


def canonical(document):
    """Without what says how it came to be known (DESIGN.md, "What is promised about order")."""
    same = {key: value for key, value in document.items() if key not in ("version", "detected_late_by_s", "published")}
    same["marks"] = [mark for mark in document["marks"] if mark not in ("unsure", "late_message")]
    return same


class Topic:
    """All messages of a topic from its beginning, as a reader of that isolation sees them; `refresh()` reads what is new."""

    def __init__(self, kafka, name, isolation="read_committed"):
        self.messages = []
        self.consumer = Consumer({"bootstrap.servers": kafka.address, "group.id": "reader", "enable.auto.commit": False, "log_level": 2,
                                  "isolation.level": isolation, "enable.partition.eof": True, "auto.offset.reset": "earliest", "fetch.wait.max.ms": 20})
        known = self.consumer.list_topics(name, timeout=60).topics[name].partitions
        self.places = {number: 0 for number in known}
        self.name = name

    def refresh(self):
        """Reads to the ends as they are now; gives back what came."""
        news, open_ends = [], set(self.places)
        self.consumer.assign([TopicPartition(self.name, number, offset) for number, offset in self.places.items()])
        while open_ends:
            message = self.consumer.poll(60)
            if message is None:
                raise AssertionError(f"{self.name} cannot be read to its end")
            problem = message.error()
            if problem is None:
                news.append(message)
                self.places[message.partition()] = message.offset() + 1
            elif problem.code() == KafkaError._PARTITION_EOF:
                open_ends.discard(message.partition())
            elif not problem.retriable() and problem.code() not in PASSING:
                raise AssertionError(f"{self.name}: {problem}")
        self.messages += news
        return news

    def close(self):
        self.consumer.close()


class Alerts(Topic):
    """The alerts topic: the last document of each alert, and whether every version came exactly once."""

    def __init__(self, kafka, prefix, **more):
        super().__init__(kafka, prefix + "alerts", **more)
        self.last, self.feeds, self.versions = {}, {}, collections.defaultdict(list)
        self.deleted = set()                    # of the last ones: those that settled long ago and were deleted since
        self.published = []                     # (broker time in ms, document), every version in its order

    def refresh(self):
        news = super().refresh()
        for message in news:
            key = message.key().decode()
            if message.value() is None:
                self.deleted.add(key.rpartition("/")[2])
                continue
            event = json.loads(message.value())
            if event["type"] == "cdiwatch.feed.v1":
                self.feeds[key] = event["data"]
            elif event["type"] == "cdiwatch.alert.v1":
                document = event["data"]
                if event["id"] != f"{document['alert']}:{document['version']}" or key != f"{document['force']}/{document['alert']}":
                    raise AssertionError(f"key {key}, id {event['id']} of version {document['version']}")
                self.last[document["alert"]] = document
                self.deleted.discard(document["alert"])
                self.published.append((message.timestamp()[1], document))
            self.versions[key].append(int(event["id"].rpartition(":")[2]))
        return news

    def standing(self):
        """Those that the topic holds when it has been compacted."""
        return {alert: document for alert, document in self.last.items() if alert not in self.deleted}

    def twice(self):
        return sum(len(versions) - len(set(versions)) for versions in self.versions.values())

    def gaps(self):
        """Alerts whose versions are not 1, 2, 3 ... in this order."""
        return [(key, versions) for key, versions in self.versions.items() if versions != list(range(1, len(versions) + 1))]

    def of(self, incident):
        found = [document for document in self.last.values() if document["incident"] == incident and document["state"] not in GONE]
        return found[0] if found else None


def by_kcat(kafka, prefix):
    """The last event of each key, read by kcat: a reader that nobody here wrote."""
    done = subprocess.run(["kcat", "-b", kafka.address, "-C", "-t", prefix + "alerts", "-X", "isolation.level=read_committed", "-e", "-q",
                           "-f", "%k|%S|%s\n"], capture_output=True, check=False, timeout=120)
    if done.returncode != 0:
        raise AssertionError(f"kcat: exit {done.returncode}: {done.stderr[-300:]!r}")
    last = {}
    for line in done.stdout.splitlines():
        key, size, value = line.split(b"|", 2)
        last[key.decode()] = json.loads(value) if int(size) > 0 else None
    return {event["data"]["alert"]: event["data"] for event in last.values() if event and event["type"] == "cdiwatch.alert.v1"}


class Replayed:
    """What `replay` ends with: the documents that must be there, {alert: document}; and those of reports that were recorded in good
    time: had they been told of before their crime was, they stand on the topic, and as they are here."""

    def __init__(self, needed, known):
        self.needed, self.known = needed, known


def replayed(folder, messages, key, until, sources=None, rejected=False, tables=None):
    """`replay` given the same messages and judged at `until`; tables: a folder of them."""
    files = {}
    for feed, source_option in (("incidents", "--incident-source"), ("crimes", "--crime-source"), ("actions", "--action-source")):
        files[feed] = ["--" + feed, os.path.join(folder, feed + ".ndjson")]
        with open(files[feed][1], "wb") as out:
            out.writelines(message.value + b"\n" for message in messages if message.feed == feed)
        if sources and feed in sources:
            files[feed] += [source_option, sources[feed]]
    words = [PROGRAM, "replay", "--key", key, "--until", text(until), *sum(files.values(), [])]
    words += ["--tables", tables] if tables else []
    return Replayed(_documents(words, rejected), _documents([*words, "--all"], rejected))


def _documents(words, rejected):
    done = subprocess.run(words, capture_output=True, check=False, timeout=300)
    if done.returncode != (65 if rejected else 0):
        raise AssertionError(f"replay: exit {done.returncode}: {done.stderr[-600:]!r}")
    return {document["alert"]: document for document in map(json.loads, done.stdout.splitlines())}


def now():
    return datetime.datetime.now(datetime.timezone.utc)


def differences(alerts, *wanted):
    """In words, how the documents of the topic differ from replay's.  Several `wanted`: judged at the ends of the span in which the
    topic was read, so that a midnight between them is nobody's fault; a document must be as in one of them.  What settled long ago and was
    deleted since is as it was then."""
    found, got = [], alerts.standing()
    for alert, document in wanted[0].needed.items():
        if alert not in alerts.last and all(alert in each.needed for each in wanted):
            found.append(f"{document['incident']} is missing: {document['state']}, {document['stage']}")
    for alert, mine in got.items():
        theirs = [each.known[alert] for each in wanted if alert in each.known]
        if not theirs:
            if mine["state"] not in GONE:
                found.append(f"{mine['incident']} ought not to be there: {mine['state']}, {mine['stage']}, {mine['marks']}")
        elif canonical(mine) not in map(canonical, theirs):
            other = canonical(theirs[0])
            keys = [key for key in other if canonical(mine).get(key) != other[key]]
            found.append(f"{mine['incident']}: " + "; ".join(f"{key} is {mine.get(key)!r}, not {other[key]!r}" for key in keys[:3])[:400])
    return sorted(found)
