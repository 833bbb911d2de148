"""What the figures of `run` share: a real broker on CPU 0, topics of their own, processes pinned to CPU 1 and what they used."""
import json
import os
import signal
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(HERE)))
sys.path.insert(0, os.path.join(ROOT, "tests", "kafka"))
import broker                                                   # noqa: E402  (the path comes first)
from confluent_kafka import Consumer, TopicPartition            # noqa: E402

BUILD = os.environ.get("BUILD", "build")
BROKER_CPU, OUR_CPU = "0", "1"
TICK = os.sysconf("SC_CLK_TCK")
PARTITIONS = 4


def row(what, figure, wanted=""):
    print(f"run: {what:<68} {figure:>26}  {wanted}", flush=True)


def tool(name, *words):
    """One of the bench's own programs, on our CPU; its output."""
    done = subprocess.run(["taskset", "-c", OUR_CPU, f"{BUILD}/bench/{name}", *words], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{name}: ended with {done.returncode}: {done.stderr}")
    return done.stdout


def quantile(values, share):
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


class Place:
    """Topics under a prefix, and a configuration for them."""

    def __init__(self, kafka, prefix, folder, create_time=False, memory="512M"):
        self.kafka, self.prefix, self.folder = kafka, prefix, folder
        self.config = os.path.join(folder, prefix + "yaml")
        with open(os.path.join(folder, "key"), "w", encoding="utf-8") as file:
            file.write("k" * 32)
        names = "".join(f"  {name}: {prefix}{name}\n" for name in
                        ("incidents", "crimes", "actions", "alerts", "changelog", "lists", "deadletters", "audit", "probe"))
        with open(self.config, "w", encoding="utf-8") as file:
            file.write(f"instance: bench\ngroup: {prefix}group\nmemory: {memory}\nkafka:\n  bootstrap.servers: {kafka.address}\n"
                       f"topics:\n  partitions: {PARTITIONS}\n  replication: 1\n{names}key:\n  file: {folder}/key\n"
                       f"start: beginning\nallow_create_time: {str(create_time).lower()}\nhttp:\n  listen: 127.0.0.1:0\nview:\n  file: {folder}/{prefix}view.sqlite\nlog:\n  level: info\n")
        made = subprocess.run([f"{BUILD}/cdiwatch", "topics", "--create", "-c", self.config], cwd=ROOT, capture_output=True, text=True, check=False)
        if made.returncode != 0:
            sys.exit(f"topics --create: ended with {made.returncode}: {made.stdout}{made.stderr}")

    def load(self, stream):
        return int(tool("load", self.kafka.address, self.prefix + "incidents", self.prefix + "crimes", stream))

    def poll(self, parser):
        """Processor microseconds a message of reading the inputs and parsing each."""
        return float(tool("poll", self.kafka.address, parser, self.prefix + "incidents", self.prefix + "crimes").split()[2])

    def reader(self, group="looking"):
        return Consumer({"bootstrap.servers": self.kafka.address, "group.id": self.prefix + group, "log_level": 2,
                         "isolation.level": "read_committed", "enable.auto.commit": False, "auto.offset.reset": "earliest",
                         "enable.partition.eof": True})

    def documents(self):
        """What the topic of alerts says in the end: the last of each key; and how many there were."""
        reader, last, count, open_ends = self.reader(), {}, 0, PARTITIONS
        reader.assign([TopicPartition(self.prefix + "alerts", number, 0) for number in range(PARTITIONS)])
        while open_ends > 0:
            for message in reader.consume(10000, timeout=30):
                if message.error():
                    open_ends -= 1
                    continue
                count += 1
                last[message.key()] = message.value()
        reader.close()
        return [json.loads(value) for value in last.values() if value], count

    def caught_up(self):
        """A condition: the group has committed all that is on the inputs."""
        consumer = self.reader("group")
        wanted = [TopicPartition(self.prefix + feed, number) for feed in ("incidents", "crimes") for number in range(PARTITIONS)]
        ends = [consumer.get_watermark_offsets(each, timeout=60)[1] for each in wanted]

        def condition():
            done = consumer.committed(wanted, timeout=60)
            return all(each.offset >= end or end == 0 for each, end in zip(done, ends))
        return condition


class Run:
    """`cdiwatch run` on our CPU."""

    def __init__(self, place):
        self.log = os.path.join(place.folder, f"{place.prefix}{time.monotonic_ns()}.log")
        with open(self.log, "wb") as out:
            self.began = time.monotonic()
            self.process = subprocess.Popen(["taskset", "-c", OUR_CPU, f"{BUILD}/cdiwatch", "run", "-c", place.config], cwd=ROOT,
                                            stdin=subprocess.DEVNULL, stdout=out, stderr=out)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end(signal.SIGKILL)

    def said(self):
        with open(self.log, encoding="utf-8", errors="replace") as file:
            return file.read()

    def wait_for(self, condition, what, limit=600):
        broker.wait_until(condition, what, limit, pause=0.02, watch=self.watch)
        return time.monotonic() - self.began

    def watch(self):
        if self.process.poll() is not None:
            raise AssertionError(f"cdiwatch ended with {self.process.returncode}: {self.said()[-800:]}")

    def ready(self, limit=600):
        """Seconds from its start to its line `ready`."""
        return self.wait_for(lambda: " ready: " in self.said(), "ready", limit)

    def processor(self):
        """Seconds of all threads so far."""
        with open(f"/proc/{self.process.pid}/stat", encoding="utf-8") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICK

    def memory(self, line="VmRSS"):
        with open(f"/proc/{self.process.pid}/status", encoding="utf-8") as file:
            return int(next(each.split()[1] for each in file if each.startswith(line + ":"))) / 1024

    def end(self, by=signal.SIGTERM):
        if self.process.poll() is None:
            self.process.send_signal(by)
        return self.process.wait(timeout=60)
