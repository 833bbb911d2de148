#!/usr/bin/python3
"""`run` on a real broker: broker on CPU 0, cdiwatch on CPU 1; every ratio is of one run.  run_bench.py [PART...]"""
import os
import shutil
import signal
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "kafka"))
import desk                                                     # noqa: E402  (the path comes first)
from desk import Place, Run, row                                # noqa: E402

SEED = os.environ.get("SEED", "1")
OPEN = int(os.environ.get("OPEN", "1000000"))
RATE, LIVE_SECONDS, SILENT = 200, 60, 600
FORCES = ("met", "gmp", "wmp", "wyp", "tvp", "mer")


def millis(at):
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(at)) + f".{int(at * 1000) % 1000:03d}Z"


def assault(number, received):
    """A log that discloses an assault at once; of a person and a place of its own."""
    force, now = FORCES[number % len(FORCES)], millis(time.time())
    return force, (f'{{"force":"{force}","incident":"{force.upper()}-{number:06d}","event_at":"{now}","source":"storm",'
                   f'"received_at":"{millis(received)}","channel":"999","caller_role":"victim","opened_as":"OPN-VIOL",'
                   f'"location":{{"uprn":"9{number:09d}"}},"persons":[{{"role":"victim","id":"B-{number}"}}],'
                   f'"entries":[{{"seq":1,"at":"{millis(received + 60)}","role":"call_taker","text":"INF STS PUNCHED IN THE FACE BY '
                   f'A MALE OUTSIDE THE SHOP, LIP BLEEDING"}}]}}')


class Arrivals(threading.Thread):
    """Reads alerts as they become readable, and notes when each log was first heard of."""

    def __init__(self, place, wanted):
        super().__init__(daemon=True)
        self.reader, self.wanted, self.seen, self.stopping = place.reader("arrivals"), wanted, {}, False
        self.reader.assign([desk.TopicPartition(place.prefix + "alerts", number, 0) for number in range(desk.PARTITIONS)])
        self.start()

    def run(self):
        while not self.stopping:
            message = self.reader.poll(0.1)
            if message is not None and not message.error() and message.value():
                at = time.time()
                self.seen.setdefault(desk.json.loads(message.value())["subject"], at)

    def wait(self, run):
        run.wait_for(lambda: len(self.seen) >= self.wanted, f"{self.wanted} alerts", 300)
        self.stopping = True
        self.join()
        return self.seen


def catch_up(kafka, folder, kind="keyed"):
    """The whole backlog, exactly once, against reading and parsing it."""
    stream = os.path.join(folder, kind)
    desk.tool("make_stream", kind, stream, SEED)
    place = Place(kafka, kind + ".", folder, create_time=True)
    count = place.load(stream)
    alone, jansson, simdjson = (place.poll(parser) for parser in ("none", "jansson", "simdjson"))
    with Run(place) as run:
        wall = run.wait_for(place.caught_up(), "all is committed")
        ours, peak = run.processor() * 1e6 / count, run.memory("VmHWM")
        run.ready()
        time.sleep(3)
    documents, published = place.documents()
    row(f"reading {count} messages alone, CPU a message", f"{alone:.2f} us")
    row("  and Jansson's parse", f"{jansson:.2f} us")
    row("  and simdjson's parse", f"{simdjson:.2f} us")
    row(f"run catching up, exactly once, crimes {kind}, CPU a message", f"{ours:.2f} us", f"{count / wall:,.0f} messages/s, {peak:.0f} MiB at most")
    row("  ratio to reading and Jansson's parse", f"{ours / jansson:.3f}", "(at most 0.4, goal 0.25)")
    row("  ratio to reading and simdjson's parse", f"{ours / simdjson:.2f}", "(goal 2.5)")
    with open(stream + ".truth", encoding="utf-8") as file:
        truth = set(file.read().split())
    found = {each["subject"] for each in documents if "breached" in each.get("data", {}).get("marks", ())}
    row("  logs without a crime at 24 h: found of those that are", f"{len(found & truth)} of {len(truth)}",
        f"{len(found - truth)} wrongly, {published} documents published")
    if kind == "keyed":
        at_once(kafka, folder, stream, jansson)
    os.remove(stream)


def catch_up_unnamed(kafka, folder):
    """The same where a quarter of the crimes name no log: nobody else's join answers these."""
    catch_up(kafka, folder, "unnamed")


def at_once(kafka, folder, stream, jansson):
    """The same backlog as if the sources had sent four days in one minute: nothing can be known to be absent before it is read."""
    place = Place(kafka, "atonce.", folder)
    count = place.load(stream)
    with Run(place) as run:
        run.wait_for(place.caught_up(), "all is committed")
        ours = run.processor() * 1e6 / count
    row("the same with times of the broker, all of this minute, CPU a message", f"{ours:.2f} us", f"ratio {ours / jansson:.3f}")


def live(kafka, folder):
    """From produce() to what a reader of committed records can read, at an even pace; each message makes an alert."""
    place, sent = Place(kafka, "live.", folder), {}
    producer = kafka.producer(linger_ms=0)
    with Run(place) as run:
        run.ready()
        arrivals = Arrivals(place, RATE * LIVE_SECONDS)
        start = time.time()
        for number in range(RATE * LIVE_SECONDS):
            time.sleep(max(0.0, start + number / RATE - time.time()))
            force, value = assault(number, time.time() - 13 * 3600)
            sent[f"{force.upper()}-{number:06d}"] = time.time()
            producer.produce(place.prefix + "incidents", value, force)
            producer.poll(0)
        producer.flush(30)
        seen = arrivals.wait(run)
        used = run.processor()
    waited = [(seen[name] - at) * 1000 for name, at in sent.items()]
    row(f"live at {RATE} messages/s: produced to readable, p50", f"{desk.quantile(waited, 0.5):.0f} ms", "(at most 60)")
    row("  p99", f"{desk.quantile(waited, 0.99):.0f} ms", f"(at most 300); worst {max(waited):.0f}; CPU {used:.1f} s in all")


def silent(kafka, folder):
    """All feeds are silent when the stages come due, ten a second."""
    place, due = Place(kafka, "silent.", folder), {}
    producer = kafka.producer()
    with Run(place) as run:
        run.ready()
        arrivals = Arrivals(place, SILENT)
        begin = time.time() + 20
        for number in range(SILENT):
            at = int((begin + number / 10) * 1000) / 1000
            force, value = assault(number, at - 12 * 3600)
            due[f"{force.upper()}-{number:06d}"] = at
            producer.produce(place.prefix + "incidents", value, force)
        producer.flush(30)
        seen = arrivals.wait(run)
    late = [seen[name] - at for name, at in due.items()]
    row("all feeds silent: a stage past its instant, p50", f"{desk.quantile(late, 0.5):.1f} s")
    row("  p99", f"{desk.quantile(late, 0.99):.1f} s", f"(at most 7); between {min(late):.1f} and {max(late):.1f}")


def restart(kafka, folder):
    """Ready again after kill -9 with many open incidents."""
    stream = os.path.join(folder, "open")
    desk.tool("make_stream", "open", stream, str(OPEN), SEED)
    place = Place(kafka, "restart.", folder, memory="4G")
    place.load(stream)
    os.remove(stream)
    with Run(place) as run:
        run.wait_for(place.caught_up(), "all is committed", 900)
        run.ready()
    with Run(place) as run:
        took = run.ready()
        row(f"ready after kill -9 with {OPEN} open incidents", f"{took:.1f} s", f"(at most 20); CPU {run.processor():.1f} s, {run.memory():.0f} MiB")


def idle(kafka, folder):
    place = Place(kafka, "idle.", folder)
    with Run(place) as run:
        run.ready()
        time.sleep(10)
        before = run.processor()
        time.sleep(60)
        share = (run.processor() - before) / 60 * 100
        row("idle for a minute: of a core", f"{share:.2f} %", "(at most 1)")
        row("  memory", f"{run.memory():.1f} MiB", "(at most 64)")


PARTS = (catch_up, catch_up_unnamed, live, silent, restart, idle)


def main(names):
    if not shutil.which("taskset") or (os.cpu_count() or 1) < 2:
        sys.exit("run_bench: two processors and taskset are needed")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))     # the broker ends with it
    os.sched_setaffinity(0, {int(desk.BROKER_CPU)})
    with tempfile.TemporaryDirectory(prefix="cdiwatch-bench-", dir=os.path.join(desk.ROOT, desk.BUILD)) as folder:
        kafka = desk.broker.Broker.create(os.path.join(folder, "broker"))
        kafka.start(cpus=desk.BROKER_CPU)
        try:
            for part in PARTS:
                if not names or part.__name__ in names:
                    part(kafka, folder)
        finally:
            kafka.kill()


main(sys.argv[1:])
