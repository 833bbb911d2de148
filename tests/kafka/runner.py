"""Starts `cdiwatch run` and ends it in every way there is; and what the tests of it share: topics of its own, a folder, TAP."""
import collections
import ctypes
import faulthandler
import itertools
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time

import broker
import documents
import feeds
from broker import ROOT, wait_until

sys.path.insert(0, os.path.join(ROOT, "tests", "commands"))
from desk import Skip, run_suite        # noqa: E402  (the path comes first)

SANITIZED = os.path.join(ROOT, os.environ.get("SANITIZED", "build/address-undefined"), "cdiwatch")
LINE = re.compile(r"(?P<time>\d{4}-\d\d-\d\dT\S+Z) (?P<level>error|warning|notice|info|debug) (?P<event>[a-z_]+)(?P<about>( [a-z]+=\S+)*): (?P<words>.*)")
# A static member is waited for until its session times out, 45 s if nothing is said: too long for a test.
BRISK = {"session.timeout.ms": 6000, "heartbeat.interval.ms": 1000}
DIE_WITH_PARENT = 1             # prctl(2): PR_SET_PDEATHSIG
_libc = ctypes.CDLL(None)
_numbers = itertools.count(1)


class Event:
    def __init__(self, match):
        self.line, self.level, self.event, self.words = match[0], match["level"], match["event"], match["words"]
        self.about = dict(pair.split("=", 1) for pair in match["about"].split())


class Place:
    """Topics of one test, under a prefix that no other has; a folder with a key; the instances that were started."""

    def __init__(self, kafka, partitions=4, sources=None, make=True, create_time=False, prefix=None, **counts):
        """make: or else the topics are there, or ought not to be; create_time: producers say when the inputs' messages were; counts: another
        number of partitions for one topic (crimes=3)."""
        self.kafka, self.partitions, self.sources = kafka, partitions, sources or {}
        self.prefix = prefix or f"t{os.getpid()}-{next(_numbers)}."
        self.folder = tempfile.mkdtemp(prefix="cdiwatch-run-", dir=kafka.folder)
        self.create_time = create_time
        self.runs, self.readers, self.producer = [], [], None
        self.key = self.file("key", "k" * 32)
        time_type = {"message_timestamp_type": "CreateTime" if create_time else "LogAppendTime", "retention_ms": str(35 * 86400000)}
        state = {"cleanup_policy": "compact", "max_message_bytes": str(16 * 1024 * 1024)}
        odd = broker.INPUTS if create_time else counts
        if make and odd:                        # right in all but what is odd about them
            kafka.create_topics({self.prefix + name: (counts.get(name, partitions), state if name in ("alerts", "changelog") else time_type)
                                 for name in odd})
        if make:                                # what is there already is left as it is
            self.command("topics", "--create", "-c", self.config("making"))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for run in self.runs:
            run.finish()
        for reader in self.readers:             # while its topic is there: else librdkafka waits for ever
            reader.close()
        self.kafka.delete_topics(self.prefix)

    def path(self, name):
        return os.path.join(self.folder, name)

    def file(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as out:
            out.write(text)
        os.chmod(self.path(name), 0o600)
        return self.path(name)

    def config(self, instance="a", kafka=None, **options):
        """A configuration file; kafka: properties of librdkafka; options: by their names, dots as two underscores."""
        lines = [f"instance: {instance}", f"group: {self.prefix}group", f"memory: {options.pop('memory', '256M')}", "kafka:",
                 f"  bootstrap.servers: {self.kafka.address}"]
        lines += [f"  {name}: {value}" for name, value in (kafka or {}).items()]
        lines += ["topics:", f"  partitions: {options.pop('partitions', self.partitions)}", "  replication: 1"]
        lines += [f"  {name}: {self.prefix}{name}" for name in
                  ("incidents", "crimes", "actions", "alerts", "changelog", "lists", "deadletters", "audit", "probe")]
        lines += ["key:", f"  file: {self.key}", "start: beginning", "log:", f"  level: {options.pop('level', 'debug')}"]
        lines += ["http:", f"  listen: {options.pop('listen', '127.0.0.1:0')}"]
        lines += ["view:", f"  file: {options.pop('view', self.path(instance + '-view.sqlite'))}"]
        if options.pop("allow_create_time", self.create_time):
            lines.append("allow_create_time: true")
        if self.sources:
            lines += ["sources:"] + [f"  {feed}: {os.path.abspath(table) if '/' in table else table}" for feed, table in self.sources.items()]
        lines += [f"{name}: {value}" for name, value in options.items()]
        return self.file(f"{instance}.yaml", "\n".join(lines) + "\n")

    def run(self, instance="a", program=None, fault=None, **options):
        """Starts an instance; it is ended with the place, if not before."""
        run = Run(self.config(instance, **options), self.path(f"{instance}-{len(self.runs)}.log"), program, fault)
        self.runs.append(run)
        return run

    def command(self, *words):
        """One of the program's other commands, which must succeed."""
        done = subprocess.run([documents.PROGRAM, *words], capture_output=True, text=True, check=False, cwd=ROOT, timeout=broker.LIMIT)
        if done.returncode != 0:
            raise AssertionError(f"{words[0]}: exit {done.returncode}: {(done.stdout + done.stderr)[-600:]}")
        return done.stdout

    def produce(self, messages):
        if self.producer is None:
            self.producer = self.kafka.producer()
        feeds.produce(self.producer, self.prefix, messages)

    def alerts(self, **more):
        self.readers.append(documents.Alerts(self.kafka, self.prefix, **more))
        return self.readers[-1]

    def topic(self, name, **more):
        self.readers.append(documents.Topic(self.kafka, self.prefix + name, **more))
        return self.readers[-1]

    def replayed(self, messages, until=None, **more):
        return documents.replayed(self.folder, messages, self.key, until or documents.now(), self.sources, **more)

    def agree(self, messages, limit=90, alerts=None, run=None, **more):
        """Waits until the topic says what replay says of these messages, and gives back the topic; fails with the differences."""
        alerts = alerts or self.alerts()
        found, seen, looked = ["nothing was read"], None, 0
        wanted = [self.replayed(messages, **more)]

        def same():
            nonlocal seen, looked
            alerts.refresh()
            if len(alerts.messages) == seen and time.monotonic() < looked + 5:
                return False
            found[:] = documents.differences(alerts, *wanted)
            if found:                           # or a stage began, or a day, since replay was asked
                wanted[1:] = [self.replayed(messages, **more)]
                found[:] = documents.differences(alerts, *wanted)
            seen, looked = len(alerts.messages), time.monotonic()
            return not found
        try:
            wait_until(same, "the topic says what replay says", limit, pause=0.3, watch=run and run.watch)
        except AssertionError as problem:
            raise AssertionError(f"{problem}: {len(alerts.last)} documents, {len(wanted[0].needed)} needed; {len(found)} differ: {found[:4]}") from problem
        return alerts


class Run:
    """One process of `cdiwatch run`, and its log."""

    def __init__(self, config, log, program=None, fault=None):
        self.log, self.program = log, program or documents.PROGRAM
        environment = {name: value for name, value in os.environ.items() if name not in ("CDIWATCH_FAULT", "JOURNAL_STREAM", "NOTIFY_SOCKET")}
        if fault:
            environment["CDIWATCH_FAULT"] = fault
        with open(log, "wb") as out:
            self.process = subprocess.Popen([self.program, "run", "-c", config], stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                                            env=environment, cwd=ROOT, preexec_fn=lambda: _libc.prctl(DIE_WITH_PARENT, signal.SIGKILL))

    def text(self):
        with open(self.log, encoding="utf-8", errors="replace") as file:
            return file.read()

    def events(self, *names):
        found = [Event(match) for match in map(LINE.fullmatch, self.text().splitlines()) if match]
        return [event for event in found if not names or event.event in names]

    def counts(self):
        """What it says at its end became of the messages, over all feeds and shards: {"consumed": N, "accepted": N ...}."""
        total = collections.Counter()
        for event in self.events("counts"):
            total.update({word: int(number) for number, word in re.findall(r"(\d+) ([a-z_]+)", event.words)})
        return total

    def alive(self):
        return self.process.poll() is None

    def watch(self):
        """For wait_until: there is nothing to wait for when the process is gone."""
        if not self.alive():
            raise AssertionError(f"it ended with {self.process.returncode}: {self.text()[-700:]}")

    def wait_for(self, event, count=1, limit=broker.LIMIT):
        """Waits for the `count`th line of that event, and gives it back."""
        wait_until(lambda: len(self.events(event)) >= count, f"`{event}` in the log: {self.text()[-500:]}", limit, watch=self.watch)
        return self.events(event)[count - 1]

    def ready(self):
        self.wait_for("ready")
        return self

    def send(self, number):
        if self.alive():
            self.process.send_signal(number)

    def wait(self, limit=broker.LIMIT):
        return self.process.wait(timeout=limit)

    def stop(self):
        """SIGTERM; its exit status."""
        self.send(signal.SIGTERM)
        return self.wait()

    def kill(self):
        self.send(signal.SIGKILL)
        return self.wait()

    def pause(self):
        self.send(signal.SIGSTOP)

    def resume(self):
        self.send(signal.SIGCONT)

    def finish(self):
        self.resume()
        self.kill()


def caught_up(place):
    """Whether the group has committed all that is on the inputs."""
    from confluent_kafka import Consumer, TopicPartition
    consumer = Consumer({"bootstrap.servers": place.kafka.address, "group.id": place.prefix + "group", "log_level": 2})
    try:
        wanted = [TopicPartition(place.prefix + feed, number) for feed in broker.INPUTS for number in range(place.partitions)]
        ends = [consumer.get_watermark_offsets(each, timeout=60)[1] for each in wanted]
        return all(done.offset >= end or end == 0 for done, end in zip(consumer.committed(wanted, timeout=60), ends))
    finally:
        consumer.close()


class Begun:
    """A test that runs in a thread of its own; asked for, it ends as the test did."""

    def __init__(self, test, kafka):
        self.__name__, self.test, self.kafka, self.problem = test.__name__, test, kafka, None
        self.thread = threading.Thread(target=self.work)
        self.thread.start()

    def work(self):
        try:
            self.test(self.kafka)
        except Exception as problem:    # raised again where it is asked for
            self.problem = problem

    def __call__(self, _):
        self.thread.join()
        if self.problem:
            raise self.problem


def run_all(tests, together=False):
    """Runs every function of `tests` with the real broker and prints TAP; on a machine that cannot have one they are skipped.  Words on
    the command line: only tests whose name holds one of them.  together: they mostly wait, and each has a place of its own, so that
    all are begun at once."""
    wanted = [word.replace(" ", "_") for word in sys.argv[1:]]
    tests = [test for test in tests if not wanted or any(word in test.__name__ for word in wanted)]
    faulthandler.register(signal.SIGUSR1, file=sys.stderr)      # kill -USR1: where it waits
    try:
        with broker.shared() as kafka:
            status = run_suite([Begun(test, kafka) for test in tests] if together else tests, lambda: kafka)
    except broker.Unavailable as problem:
        print(f"1..{len(tests)}")
        for number, test in enumerate(tests, 1):
            print(f"ok {number} - {test.__name__.replace('_', ' ')} # SKIP no real broker: {str(problem).splitlines()[-1]}")
        status = 0
    sys.exit(status)


def tests_of(names):
    """The functions of a test program that take the broker, in its order: they are its tests."""
    return [value for value in names.values() if isinstance(value, type(tests_of)) and value.__code__.co_varnames[:value.__code__.co_argcount] == ("kafka",)]
