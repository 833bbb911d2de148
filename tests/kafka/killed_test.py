#!/usr/bin/python3
"""A process that is killed loses nothing and doubles nothing: kill -9 at random moments while messages come in, and once at each
named point of a batch's way (daemon/edge/faults.h).  SEED=N says the random moments again.  Prints TAP."""
import os
import random
import re
import signal
import time

import documents
import feeds
from broker import ROOT, wait_until
from trickle import Trickle, whole
from runner import BRISK, SANITIZED, Place, caught_up, run_all, tests_of
from desk import equal, holds

SEED = int(os.environ.get("SEED", random.SystemRandom().randrange(100000)))
KILLS = 50


def fifty_times_at_random_moments(kafka):
    print(f"# SEED={SEED}")
    chance = random.Random(SEED)
    with Place(kafka) as place:
        messages, truth = feeds.simulated(SEED, documents.now(), 9000)
        trickle = Trickle(place, messages)
        ready = 0
        try:
            for _ in range(KILLS):
                run = place.run(level="info")
                if chance.random() < 0.6:       # at work, else wherever it is on its way there
                    wait_until(lambda run=run: run.events("ready"), "ready", watch=run.watch)
                    ready += 1
                time.sleep(chance.uniform(0, 0.6))
                holds(run.alive(), f"it ended by itself: {run.text()[-500:]}")
                equal(run.kill(), -signal.SIGKILL)
        finally:
            trickle.stop()
        run = place.run().ready()
        whole(place, messages, run, truth, f"{KILLS} kill -9 at random moments, {ready} of them after `ready`")
        equal(run.stop(), 0, run.text()[-500:])


def points():
    with open(os.path.join(ROOT, "daemon", "edge", "faults.h"), encoding="utf-8") as file:
        return re.findall(r"X\([A-Z_]+, ([a-z_]+)\)", file.read().split("#define CDI_FAULT_LIST", 1)[1].split("enum cdi_fault", 1)[0])


def once_at_each_named_point(kafka):
    print(f"# SEED={SEED}")
    chance = random.Random(SEED)
    with Place(kafka) as place:
        messages, truth = feeds.simulated(SEED + 1, documents.now(), 2400)
        known = points()
        holds(len(known) >= 12, known)
        sent, step, met = 0, len(messages) // (len(known) + 1), []
        for point in ["none", *known]:
            batch = messages[sent:sent + step]
            sent += step
            if point == "none":                 # something to restore from
                place.produce(batch)
                run = place.run(program=SANITIZED, kafka=BRISK)
                wait_until(lambda: caught_up(place), "the first batch is read", watch=run.watch)
                equal(run.stop(), 0, run.text()[-500:])
                continue
            # Before anything is read there is one chance a shard; later, one a batch or a message.
            number = 1 if point in ("fenced", "restoring", "restored", "revoked") else chance.randrange(1, 4)
            run = place.run(program=SANITIZED, fault=f"{point}:{number}", kafka=BRISK)
            if point == "revoked":              # somebody else comes, and partitions go there
                run.ready()
                other = place.run("b", program=SANITIZED, kafka=BRISK)
            for start in range(0, len(batch), 40):
                place.produce(batch[start:start + 40])
                if run.alive():
                    time.sleep(0.05)
            wait_until(lambda run=run: not run.alive(), f"it dies at {point}")
            equal(run.process.returncode, -signal.SIGKILL, f"{point}: {run.text()[-500:]}")
            met.append(f"{point}:{number}")
            if point == "revoked":
                equal(other.stop(), 0, other.text()[-500:])
        place.produce(messages[sent:])
        run = place.run(program=SANITIZED, kafka=BRISK).ready()
        whole(place, messages, run, truth, f"killed at {len(met)} named points ({', '.join(met)})")
        equal(run.stop(), 0, run.text()[-500:])
        for each in place.runs:
            holds("Sanitizer" not in each.text() and "runtime error" not in each.text(), each.text()[-1500:])


run_all(tests_of(globals()), together=True)
