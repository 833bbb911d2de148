"""What is put on the topics: simulated incidents and crimes of several forces, of which it is known what ought to come of them,
and the real logs of tests/sources.  A message is what Kafka gets; a list of them is in the order in which they were sent."""
import collections
import csv
import datetime
import gzip
import itertools
import json
import os
import random
import re

from broker import ROOT

REAL = os.path.join(os.environ.get("SHARED", os.path.join(ROOT, "..", "shared")), "data", "real")
FORCES = ("dpp", "ken", "nor", "wmp", "gmp", "lan")     # by Java's partitioner in all four partitions

Message = collections.namedtuple("Message", "feed force value at", defaults=[None])     # value: bytes; at: when sent, or None: now

HOUR = datetime.timedelta(hours=1)
# Hours since a log was received, so that no stage of any risk begins while a test runs, and how likely they are.  None is old enough for what it
# hangs on to be dropped: replay keeps everything.
AGES = [((1.0, 3.6), 3), ((9.0, 11.6), 3), ((17.0, 19.6), 3), ((25.0, 60.0), 8), ((100.0, 800.0), 2)]
KINDS = [   # opened as, what the call taker wrote, class of the crime that answers it
    ("OPN-BURG", "INF STS FRONT DOOR KICKED IN AND TV STOLEN FROM THE HOUSE", "28I"),
    ("OPN-BURG", "INF STS BACK WINDOW SMASHED, JEWELLERY STOLEN FROM BEDROOM", "28I"),
    ("OPN-VIOL", "INF STS UNKNOWN MALE HAS PUNCHED HIM IN THE FACE, LIP CUT AND BLEEDING", "8N"),
    ("OPN-DAM", "INF STS NEIGHBOUR HAS SMASHED THE WINDOW OF HIS CAR WITH A HAMMER", "58C"),
    ("OPN-THEFT", "INF STS MALE HAS STOLEN ALCOHOL FROM THE SHOP AND RAN OFF", "46"),
]
HARMLESS = ("ADM-LOST", "INF HAS LOST HIS UMBRELLA ON THE BUS", None)
# What becomes of a report, and how likely it is.
ENDS = {"none": 5, "in_time": 5, "late": 3, "guessed": 1, "reasoned": 1, "harmless": 3}


def text(at):
    return at.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def millis(at):
    return int(at.timestamp() * 1000)


def encoded(record):
    return json.dumps(record, separators=(",", ":")).encode()


class Story:
    """One log from its first call to its end, as messages."""

    def __init__(self, chance, force, number, received, now):
        self.chance, self.force, self.received, self.now = chance, force, received, now
        self.incident = f"{force.upper()}-{number:06d}"
        self.end = chance.choices(list(ENDS), ENDS.values())[0]
        self.opened, self.words, self.klass = HARMLESS if self.end == "harmless" else chance.choice(KINDS)
        self.person = {"role": "victim", "name": f"Person {chance.randrange(400)} Of{force}", "dob": f"19{chance.randrange(50, 99)}-02-0{chance.randrange(1, 9)}",
                       "phone": f"07700 9{chance.randrange(10000, 99999)}", "id": f"P-{number}"}
        self.location = {"uprn": str(100100000000 + chance.randrange(2000)), "postcode": f"SA{chance.randrange(1, 40)} {chance.randrange(1, 9)}XX"}
        self.messages = []

    def tell(self, feed, at, **record):
        if at <= self.now:
            self.messages.append((at, feed, {"force": self.force, "event_at": text(at), **record}))

    def open(self):
        at = self.received
        self.tell("incidents", at, incident=self.incident, received_at=text(at), channel=self.chance.choice(["999", "101", "online"]),
                  caller_role="victim", opened_as=self.opened, area={"bcu": self.chance.choice(["North", "South"])}, location=self.location,
                  persons=[self.person], qualifiers=self.chance.sample(["alcohol", "vulnerable", "elderly"], self.chance.randrange(2)),
                  entries=[{"seq": 1, "at": text(at), "role": "call_taker", "text": self.words}])
        if self.chance.random() < 0.3:      # an officer writes
            seen = at + self.chance.uniform(0.2, 0.9) * HOUR
            self.tell("incidents", seen, incident=self.incident, unit=f"CR-{self.chance.randrange(9)}",
                      entries=[{"seq": 2, "at": text(seen), "role": "officer", "text": "AREA SEARCHED, ENQUIRIES CONTINUE"}])

    def close(self):
        after = {"in_time": self.chance.uniform(0.1, 0.9), "late": self.chance.uniform(24.2, 40)}.get(self.end, self.chance.uniform(0.2, 0.9))
        at = self.received + after * HOUR
        crime = {"crime": f"{self.force.upper()}/{self.incident[4:]}/C", "recorded_at": text(at), "reported_at": text(self.received),
                 "class": self.klass, "status": "recorded", "persons": [self.person], "location": self.location}
        if self.end in ("in_time", "late"):
            self.tell("crimes", at, incidents=[self.incident], **crime)
            if self.chance.random() < 0.2:
                self.tell("crimes", at + HOUR / 10, crime=crime["crime"], incidents=[self.incident], unit="INV-1")
        elif self.end == "guessed":         # nobody wrote which log it answers
            self.tell("crimes", at, **crime)
        elif self.end == "reasoned":
            self.tell("incidents", at, incident=self.incident, closed_as="ADM-CONT", closed_at=text(at),
                      disposal={"reason": "NEG", "rationale": "nothing was found", "by": "S1", "decided_at": text(at)})

    def breached(self):
        """Whether it must bear the mark, where that is beyond doubt; else None."""
        if self.end in ("guessed", "reasoned"):
            return None
        if self.end in ("none", "late"):
            return self.now - self.received > 24 * HOUR
        return False


def simulated(seed, now, count, forces=FORCES, ages=None):
    """`count` logs and their crimes, told up to `now`.  Gives back messages, and {incident: must it be marked breached}."""
    chance, messages, truth = random.Random(seed), [], {}
    ages = AGES if ages is None else ages
    for number in range(count):
        low, high = chance.choices([span for span, _ in ages], [weight for _, weight in ages])[0]
        # To the half hour: what begins hours after an instant does not begin at another odd moment.
        story = Story(chance, chance.choice(forces), number, now - chance.uniform(low, high) * HOUR, now)
        story.open()
        story.close()
        truth[story.incident] = story.breached()
        messages += story.messages
        if chance.random() < 0.05:          # said twice
            messages.append(chance.choice(story.messages))
    messages.sort(key=lambda each: each[0])
    return [Message(feed, record["force"], encoded(record)) for _, feed, record in messages], truth


def usc():
    """The real logs, as flat JSON objects; None where they are not."""
    messages = []
    for feed, name in (("crimes", "usc_reports"), ("incidents", "usc_calls")):
        path = os.path.join(REAL, name + ".csv.gz")
        if not os.path.exists(path):
            return None
        with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
            messages += [Message(feed, "usc", encoded({key: cell for key, cell in row.items() if cell != ""})) for row in csv.DictReader(file)]
    return messages


# ---- how they get there ----

def produce(producer, prefix, messages):
    """By librdkafka, each with its own time if it has one; returns when the broker has them all."""
    problems = []

    def delivered(problem, _):
        if problem is not None:
            problems.append(problem)
    for message in messages:
        more = {} if message.at is None else {"timestamp": millis(message.at)}
        while True:
            try:
                producer.produce(prefix + message.feed, message.value, message.force, on_delivery=delivered, **more)
                break
            except BufferError:
                producer.poll(0.1)
    left = producer.flush(120)
    if problems or left:
        raise AssertionError(f"not produced: {left} left, {problems[:3]}")


def produce_by_kcat(kafka, prefix, messages, run):
    """By kcat, as somebody at a shell would, feed by feed.  `run` is subprocess.run."""
    by_feed = collections.defaultdict(list)
    for message in messages:
        by_feed[message.feed].append(message.force.encode() + b"|" + message.value)
    for feed, lines in by_feed.items():
        done = run(["kcat", "-b", kafka.address, "-P", "-t", prefix + feed, "-K", "|", "-X", "topic.partitioner=murmur2_random"],
                   input=b"\n".join(lines) + b"\n", capture_output=True, check=False)
        if done.returncode != 0:
            raise AssertionError(f"kcat: exit {done.returncode}: {done.stderr[-300:]!r}")


# ---- what people do ----

def acted(seed, documents, now):
    """Notes, clearings and confirmations of some of the alerts."""
    chance, messages = random.Random(seed), []
    for document in sorted(documents, key=lambda each: each["alert"]):
        verb = chance.choice(["note", "clear", "mark", None, None, None, None, None, None])
        if verb is None:
            continue
        record = {"force": document["force"], "alert": document["alert"], "action": verb, "by": f"u.{chance.randrange(9)}", "role": "supervisor",
                  "at": text(now), "request": f"{chance.getrandbits(128):032x}", "text": "looked at it"}
        if verb == "clear":
            record["disposal"] = {"reason": "NCL", "element": "no intent", "rationale": "it was her own window, broken by her own son at play", "by": "S1",
                                  "endorsed_by": "S2", "decided_at": text(now), "endorsed_at": text(now), "victim_told_at": text(now)}
        messages.append(Message("actions", document["force"], encoded(record)))
    return messages


# ---- canaries ----

TIMES = ("event_at", "received_at", "closed_at", "reopened_at", "recorded_at", "reported_at", "appointment_at", "committed_from", "committed_to", "at",
         "completed_at", "decided_at", "endorsed_at", "victim_told_at", "victim_contact_at", "fcr_at")
CLOSED = {"action": "note", "role": "victim", "type": "C2"}      # a word of these lists, or the record would be refused for it


def field_paths():
    """THE table of fields, from its source: {feed: paths}; a field that is added there is in these messages."""
    with open(os.path.join(ROOT, "daemon", "codec", "fields.c"), encoding="utf-8") as file:
        source = file.read()
    prefixes = {"PERSON": "persons.", "ENTRY": "entries.", "GROUND": "disposal."}
    row = re.compile(r'\b(ROW|REGISTER|WORD|CODE|WHEN|PLAIN|NAMED|PERSON|ENTRY|GROUND|SPOT|ANYTHING)\("([a-z0-9_.]+)"')

    def rows(part):
        return [prefixes.get(macro, "") + path for macro, path in row.findall(part)]
    lines = source.replace("\\\n", " ").splitlines()         # a macro is one line
    shared = {name: rows(next(line for line in lines if re.match(r"#define " + name + r"\b", line)))
              for name in ("DISPOSAL", "LOCATION", "AREA", "PERSONS", "HEARTBEAT")}
    tables = {}
    for feed in ("incident", "crime", "action"):
        body = re.search(r"static const struct cdi_field " + feed + r"_fields\[\] = \{(.*?)\n\};", source, re.S)[1]
        tables[feed + "s"] = rows(body) + [path for name, paths in shared.items() if re.search(r"\b" + name + r"\b", body) for path in paths]
    return tables


def canaries(now):
    """Messages with a value in every field that stands nowhere else, good ones and each spoilt in one field; and those values.  Only
    the force has its own: it is the name of a partition's owner, which the log may say."""
    messages, words, number = [], [], itertools.count(1)

    def canary(path):
        leaf = path.rpartition(".")[2]
        if leaf in TIMES:
            return text(now)
        words.append(f"zq{next(number)}canary")
        return words[-1]

    def put(record, path, value):
        head, _, rest = path.partition(".")
        if not rest:
            record[head] = value
        elif head in ("persons", "entries"):
            put(record.setdefault(head, [{}])[0], rest, value)
        else:
            put(record.setdefault(head, {}), rest, value)

    def whole(feed, paths):
        record = {"unknown_field": canary("unknown_field"), canary("name of a field"): "x"}
        for path in paths:
            leaf = path.rpartition(".")[2]
            if path == "heartbeat" or (path == "at" and feed != "actions"):
                continue                        # a sign of life is another kind of message
            value = CLOSED.get(leaf) or canary(path)
            if path in ("crimes", "incidents", "qualifiers", "flags"):
                value = [value]
            put(record, path, {"seq": 1, "independent": True, "easting": 241200, "northing": 220050, "force": "ken"}.get(leaf, value))
        return record
    for feed, paths in field_paths().items():
        good = whole(feed, paths)
        messages.append(Message(feed, "ken", encoded(good)))
        for path in paths:
            if path in ("force", "heartbeat"):
                continue
            leaf = path.rpartition(".")[2]
            spoilt = whole(feed, paths)
            words.append(f"zq{next(number)}canary")
            put(spoilt, path, {"zq": words[-1]} if leaf not in TIMES else words[-1])
            messages.append(Message(feed, "ken", encoded(spoilt)))
            put(spoilt, path, words[-1] * 3000)
            messages.append(Message(feed, "ken", encoded(spoilt)))
        words.append(f"zq{next(number)}canary")
        messages.append(Message(feed, "ken", words[-1].encode()))
        messages.append(Message(feed, "ken", encoded({"force": words[-1] * 3, "event_at": text(now), "incident": "I", "crime": "C"})))
        messages.append(Message(feed, "ken", encoded({"force": "ken", "heartbeat": words[-1] + "!", "at": words[-1]})))
    return messages, words
