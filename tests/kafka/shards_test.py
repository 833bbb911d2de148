#!/usr/bin/python3
"""Several instances: a second one takes over shards and gives them back; one that was believed dead is fenced.  Prints TAP."""
import time

import documents
import feeds
from broker import wait_until
from runner import BRISK, Place, caught_up, run_all, tests_of
from trickle import Trickle, whole
from desk import equal, holds


def shards(run):
    return {int(event.about["shard"]) for event in run.events("shard_ready")}


def a_second_instance_takes_shards_over_and_gives_them_back(kafka):
    with Place(kafka) as place:
        messages, truth = feeds.simulated(41, documents.now(), 4000)
        first = place.run("a", kafka=BRISK, level="info").ready()
        equal(shards(first), {0, 1, 2, 3})
        trickle = Trickle(place, messages)
        try:
            second = place.run("b", kafka=BRISK, level="info").ready()
            taken = shards(second)
            holds(taken and taken < {0, 1, 2, 3}, f"the second has {taken}")
            time.sleep(1)
            before = len(first.events("shard_ready"))
            equal(second.stop(), 0, second.text()[-500:])
            # A static member that leaves in order is waited for as long as one that died.
            wait_until(lambda: {int(event.about["shard"]) for event in first.events("shard_ready")[before:]} >= taken, "the first has them again",
                       watch=first.watch)
        finally:
            trickle.stop()
        whole(place, messages, first, truth, f"shards {sorted(taken)} there and back")
        equal(first.stop(), 0, first.text()[-500:])


def one_that_was_believed_dead_is_fenced(kafka):
    with Place(kafka) as place:
        messages, truth = feeds.simulated(42, documents.now(), 3000)
        zombie = place.run("a", kafka=BRISK, level="info").ready()
        other = place.run("b", kafka=BRISK, level="info").ready()
        had = {0, 1, 2, 3} - shards(other)
        trickle = Trickle(place, messages)
        try:
            time.sleep(0.5)
            zombie.pause()
            wait_until(lambda: shards(other) >= had, "the other has all shards", watch=other.watch)
        finally:
            trickle.stop()
        wait_until(lambda: caught_up(place), "all is read without the zombie", watch=other.watch)
        zombie.resume()
        # It comes to itself and finds that it is nobody: it joins anew, or ends and says why.
        wait_until(lambda: not zombie.alive() or zombie.events("session_ended", "assigned")[-1].event == "assigned" and
                   len(zombie.events("assigned")) > 1, f"the zombie finds out: {zombie.text()[-300:]}")
        whole(place, messages, other, truth, "SIGSTOP past the session timeout, SIGCONT")
        equal(other.stop(), 0, other.text()[-500:])


def of_two_of_the_same_name_one_ends_and_says_why(kafka):
    with Place(kafka) as place:
        messages, truth = feeds.simulated(43, documents.now(), 1000)
        both = [place.run("a", level="info").ready()]
        trickle = Trickle(place, messages)
        try:
            both.append(place.run("a", level="info", view=place.path("other-view.sqlite")))     # as on another host
            # Usually the older one, whose transactions are fenced; if it was quicker to join again, the other.
            wait_until(lambda: not all(run.alive() for run in both), "one of them ends")
        finally:
            trickle.stop()
        both.sort(key=lambda run: run.alive())
        ended, goes_on = both
        equal(ended.wait(), 78, ended.text()[-500:])
        holds("instance:" in ended.events("failed")[0].words, ended.text()[-500:])
        whole(place, messages, goes_on.ready(), truth, "two of the same name")
        equal(goes_on.stop(), 0, goes_on.text()[-500:])


run_all(tests_of(globals()), together=True)
