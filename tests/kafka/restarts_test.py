#!/usr/bin/python3
"""Ends and beginnings in good order: SIGTERM, a broker that is restarted, a broker that is not there yet.  Prints TAP."""
import re
import signal
import time

import documents
import feeds
from broker import wait_until
from trickle import Trickle, whole
from runner import SANITIZED, Place, run_all, tests_of
from desk import equal, holds


def sigterm_ten_times_while_messages_come(kafka):
    with Place(kafka) as place:
        messages, truth = feeds.simulated(31, documents.now(), 4000)
        trickle = Trickle(place, messages)
        try:
            for turn in range(10):
                run = place.run(level="info")
                if turn % 3 != 2:               # every third is asked to end before it is ready
                    run.ready()
                else:
                    run.wait_for("starting")
                time.sleep(0.1 * (turn % 4))
                equal(run.stop(), 0, run.text()[-500:])
                equal(len(run.events("stopped")), 1, run.text()[-500:])
        finally:
            trickle.stop()
        run = place.run().ready()
        whole(place, messages, run, truth, "SIGTERM 10 times")
        equal(run.stop(), 0, run.text()[-500:])


def handled(run):
    """The signal sent before is no longer waiting to be delivered: another one of its kind would not be merged with it."""
    def delivered():
        with open(f"/proc/{run.process.pid}/status", encoding="ascii") as file:
            waiting = re.findall(r"^(?:Sig|Shd)Pnd:\s*(\w+)", file.read(), re.M)
        return not any(int(mask, 16) & 1 << signal.SIGTERM - 1 for mask in waiting)
    wait_until(delivered, "SIGTERM is delivered", watch=run.watch)


def two_sigterms_end(kafka, seed, fault, stopping):
    with Place(kafka) as place:
        messages, truth = feeds.simulated(seed, documents.now(), 300)
        run = place.run(program=SANITIZED, fault=fault)
        place.produce(messages)
        run.wait_for("fault")
        run.send(signal.SIGTERM)
        handled(run)
        if stopping:
            run.wait_for("stopping")
        run.send(signal.SIGTERM)
        equal(run.wait(), -signal.SIGTERM, run.text()[-500:])
        run = place.run().ready()
        whole(place, messages, run, truth, f"two SIGTERM while it hangs ({fault})")


def a_second_sigterm_ends_it_though_a_transaction_hangs(kafka):
    two_sigterms_end(kafka, 32, "produced:2:hang", stopping=True)


def a_second_sigterm_ends_it_though_the_loop_hangs(kafka):
    two_sigterms_end(kafka, 35, "applied:20:hang", stopping=False)


def a_sigterm_ends_it_though_the_broker_is_frozen(kafka):
    with Place(kafka) as place:
        messages, truth = feeds.simulated(36, documents.now(), 4000)
        run = place.run().ready()
        trickle = Trickle(place, messages, pause=0.01)
        try:
            wait_until(lambda: place.topic("alerts").refresh(), "something is published", watch=run.watch)
            kafka.freeze()
            equal(run.stop(), 0, run.text()[-500:])
            equal(len(run.events("stopped") + run.events("stop_cut_short")), 1, run.text()[-500:])
        finally:
            kafka.thaw()
            trickle.stop()
        run = place.run().ready()
        whole(place, messages, run, truth, "SIGTERM while the broker is frozen")


def the_broker_restarts_twice_in_the_middle(kafka):
    with Place(kafka) as place:
        messages, truth = feeds.simulated(33, documents.now(), 4000)
        run = place.run(level="info").ready()
        trickle = Trickle(place, messages)
        try:
            time.sleep(1)
            kafka.restart()
            time.sleep(1)
            kafka.kill()
            kafka.start()
        finally:
            trickle.stop()
        whole(place, messages, run, truth, "broker restarted and killed")
        holds(run.alive(), run.text()[-500:])
        equal(run.stop(), 0, run.text()[-500:])


def a_broker_that_is_away_at_the_start_is_waited_for(kafka):
    with Place(kafka) as place:
        messages, truth = feeds.simulated(34, documents.now(), 400)
        place.produce(messages)
        kafka.stop()
        try:
            runs = [place.run("a", level="info"), place.run("b", level="info")]
            for run in runs:
                said = run.wait_for("session_ended")
                holds(said.level == "warning" and "trying again" in said.words, said.line)
            run, asked = runs
            equal(asked.stop(), 0, asked.text()[-500:])        # it ends all the same
            time.sleep(3)                       # and the other goes on trying, and does not say it each time
            holds(run.alive(), run.text())
            equal([event.level for event in run.events("session_ended")], ["warning"], "once, however often it tries")
        finally:
            kafka.start()
        run.ready()
        whole(place, messages, run, truth, "broker away at the start")
        equal(run.stop(), 0, run.text()[-500:])


run_all(tests_of(globals()))
